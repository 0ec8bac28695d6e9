/* agent_settings.c - see agent_settings.h. Lists travel as JSON arrays and are kept as words with a comma between them, so what is in a list may hold none. */
#include "web/agent_settings.h"

#include "base/limits.h"

enum { NOTED_BYTES = 4 * 1024 }; /* of tone and escalation */

static const char *const members[] = { "instructions", "tone",     "languages", "escalation", "ticket_defaults",
                                       "engine",       "provider", "model",     "fallbacks" };

bool agent_settings_given(const struct web_call *call)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_get(call->body, members[i]) != NULL) return true;
    return false;
}

/* ---- what was typed ------------------------------------------------------------------------------------------------------------------ */

static enum status too_long(struct problem *problem, const char *name, struct str limit)
{
    struct str field = str_from(name);
    *problem = (struct problem){ .id = PROBLEM_VALUE_TOO_LONG, .field = field, .facts = { .what = field, .limit = limit } };
    return E_INPUT;
}

static enum status read_text(const struct web_call *call, const char *name, size_t most, struct str *text,
                             struct problem *problem)
{
    const struct json *given = json_get(call->body, name);
    if (given == NULL) return OK;
    *text = json_str(given);
    if (text->len <= most) return OK;
    return too_long(problem, name, most == LIMIT_INSTRUCTIONS_BYTES ? STR("32 KiB") : STR("4 KiB"));
}

/* One word of a list as it is kept; empty: it cannot be one, and *problem is set. */
typedef struct str word_fn(struct str typed, struct arena *, struct problem *);

static struct str language_word(struct str typed, struct arena *arena, struct problem *problem)
{
    struct str word = str_trim(typed);
    (void)arena;
    if (word.len == 2 && char_is_alpha(word.ptr[0]) && char_is_alpha(word.ptr[1])) return word;
    *problem = (struct problem){ .id = PROBLEM_LANGUAGE_CODE, .facts.value = word };
    return STR_NONE;
}

static struct str provider_word(struct str typed, struct arena *arena, struct problem *problem)
{
    (void)arena;
    if (str_starts(typed, STR("prv_")) && str_find(typed, STR(","), 0) == SIZE_MAX) return typed;
    *problem = (struct problem){ .id = PROBLEM_PROVIDER_GONE, .field = STR("fallbacks"), .facts.value = typed };
    return STR_NONE;
}

/* Zendesk's tags have no blanks, and a comma parts them. */
static struct str tag_word(struct str typed, struct arena *arena, struct problem *problem)
{
    struct str trimmed = str_trim(typed);
    char *word = arena_cstr(arena, trimmed);
    for (size_t i = 0; i < trimmed.len; i++)
        if (char_is_space(word[i]) || word[i] == ',') word[i] = '_';
    if (trimmed.len > 0) return str_from(word);
    *problem = (struct problem){ .id = PROBLEM_FIELD_MISSING, .field = STR("ticket_defaults"), .facts.what = STR("tags") };
    return STR_NONE;
}

static bool has_word(struct str words, struct str word)
{
    struct str one;
    while (str_split(&words, ',', &one))
        if (str_eq(one, word)) return true;
    return false;
}

static enum status read_words(struct web_call *call, const struct json *given, word_fn *read, struct str *words,
                              struct problem *problem)
{
    if (given == NULL) return OK;
    *words = STR_NONE;
    for (size_t i = 0; i < json_count(given); i++) {
        struct str word = read(json_str(json_at(given, i)), call->arena, problem);
        if (word.len == 0) return E_INPUT;
        if (has_word(*words, word)) continue;
        *words = words->len > 0 ? arena_fmt(call->arena, "%.*s,%.*s", STR_ARG(*words), STR_ARG(word)) : word;
    }
    return OK;
}

static enum status read_ticket_defaults(struct web_call *call, struct agent_settings *settings, struct problem *problem)
{
    const struct json *given = json_get(call->body, "ticket_defaults");
    if (given == NULL) return OK;
    if (json_get(given, "priority") != NULL) settings->ticket_priority = json_get_str(given, "priority");
    if (json_get(given, "type") != NULL) settings->ticket_type = json_get_str(given, "type");
    return read_words(call, json_get(given, "tags"), tag_word, &settings->ticket_tags, problem);
}

static enum status read_engine(struct web_call *call, struct agent_settings *settings, struct problem *problem)
{
    struct str engine = json_get_str(call->body, "engine");
    if (engine.len > 0 && !engine_from(engine, &settings->engine)) return E_INPUT; /* the shape has refused it */
    if (json_get(call->body, "provider") != NULL) settings->provider = json_get_str(call->body, "provider");
    if (json_get(call->body, "model") != NULL) settings->model = str_trim(json_get_str(call->body, "model"));
    enum status status = read_words(call, json_get(call->body, "fallbacks"), provider_word, &settings->fallbacks, problem);
    if (status == OK && settings->engine == ENGINE_PROVIDER && settings->provider.len == 0) {
        *problem = (struct problem){ .id = PROBLEM_PROVIDER_MISSING };
        return E_INPUT;
    }
    return status;
}

enum status agent_settings_read(struct web_call *call, struct agent_settings *settings, struct problem *problem)
{
    enum status status = read_text(call, "instructions", LIMIT_INSTRUCTIONS_BYTES, &settings->instructions, problem);
    if (status == OK) status = read_text(call, "tone", NOTED_BYTES, &settings->tone, problem);
    if (status == OK) status = read_text(call, "escalation", NOTED_BYTES, &settings->escalation, problem);
    if (status == OK) status = read_words(call, json_get(call->body, "languages"), language_word, &settings->languages, problem);
    if (status == OK) status = read_ticket_defaults(call, settings, problem);
    return status == OK ? read_engine(call, settings, problem) : status;
}

/* ---- the providers that are named -------------------------------------------------------------------------------------------------------- */

static enum status check_provider(struct store_tx *tx, struct web_call *call, struct str id, struct str field)
{
    struct provider provider;
    if (id.len == 0) return OK;
    enum status status = provider_get(tx, call->actor.workspace, id, call->arena, &provider);
    if (status != E_NOT_FOUND) return status;
    call->problem = (struct problem){ .id = PROBLEM_PROVIDER_GONE, .field = field, .facts.value = id };
    return E_INPUT;
}

enum status agent_settings_check(struct store_tx *tx, struct web_call *call, const struct agent_settings *settings)
{
    struct str rest = settings->fallbacks, id;
    enum status status = check_provider(tx, call, settings->provider, STR("provider"));
    while (status == OK && str_split(&rest, ',', &id)) status = check_provider(tx, call, id, STR("fallbacks"));
    return status;
}

/* ---- as it is shown ---------------------------------------------------------------------------------------------------------------------- */

static void words_member(struct jw *json, const char *name, struct str words)
{
    struct str word;
    jw_key(json, name);
    jw_array(json);
    while (words.len > 0 && str_split(&words, ',', &word)) jw_str(json, word);
    jw_end_array(json);
}

void agent_settings_render(struct jw *json, const struct agent_settings *settings)
{
    jw_kv_str(json, "instructions", settings->instructions);
    jw_kv_str(json, "tone", settings->tone);
    words_member(json, "languages", settings->languages);
    jw_kv_str(json, "escalation", settings->escalation);
    jw_key(json, "ticket_defaults");
    jw_object(json);
    jw_kv_str_or_null(json, "priority", settings->ticket_priority);
    jw_kv_str_or_null(json, "type", settings->ticket_type);
    words_member(json, "tags", settings->ticket_tags);
    jw_end_object(json);
    jw_kv_str(json, "engine", str_from(engine_name(settings->engine)));
    jw_kv_str_or_null(json, "provider", settings->provider);
    jw_kv_str_or_null(json, "model", settings->model);
    words_member(json, "fallbacks", settings->fallbacks);
}

/* "a,b" as two lines. */
static struct str lines_of(struct str words, struct arena *arena)
{
    char *lines = arena_cstr(arena, words);
    for (size_t i = 0; i < words.len; i++)
        if (lines[i] == ',') lines[i] = '\n';
    return str_from(lines);
}

void agent_settings_texts(const struct agent_settings *settings, struct arena *arena,
                          struct agent_settings_text texts[AGENT_SETTINGS_TEXTS])
{
    const struct agent_settings_text all[AGENT_SETTINGS_TEXTS] = {
        { "instructions", settings->instructions },
        { "tone", settings->tone },
        { "languages", lines_of(settings->languages, arena) },
        { "escalation", settings->escalation },
        { "ticket_defaults.priority", settings->ticket_priority },
        { "ticket_defaults.type", settings->ticket_type },
        { "ticket_defaults.tags", lines_of(settings->ticket_tags, arena) },
        { "engine", str_from(engine_name(settings->engine)) },
        { "provider", settings->provider },
        { "model", settings->model },
        { "fallbacks", lines_of(settings->fallbacks, arena) },
    };
    for (size_t i = 0; i < AGENT_SETTINGS_TEXTS; i++) texts[i] = all[i];
}
