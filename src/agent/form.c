/* form.c - greedy filling, and the arguments in canonical order.
 *
 * A value is cleaned when it comes in, so that what is read back is what is sent. The priority that nobody gave is "normal": stated in the read-back and
 * sent as such, because a default that is applied silently is not what was confirmed.
 */
#include "agent/form.h"

#include <assert.h>

#include "base/limits.h"
#include "model/field.h"

enum { TAGS_MAX = 20, TAG_BYTES_MAX = 80, TELLING_WORDS_MIN = 4 };

/* ---- cleaning ------------------------------------------------------------------------------------------------------------------ */

static bool is_link(struct str word)
{
    return str_starts(word, STR("http://")) || str_starts(word, STR("https://")) || str_starts(word, STR("www."));
}

/* At most `chars` characters, cut at a blank where one is near. */
static struct str clip_words(struct str text, size_t chars)
{
    size_t at = 0, count = 0, blank = 0;
    while (at < text.len && count < chars) {
        if (text.ptr[at] == ' ') blank = at;
        size_t width = str_utf8_len(str_slice(text, at, text.len));
        at += width ? width : 1;
        count++;
    }
    if (at >= text.len) return text;
    return str_trim(str_slice(text, 0, blank > at / 2 ? blank : at));
}

/* One line without links, of at most `chars` characters. */
static struct str one_line(struct str text, size_t chars, struct arena *arena)
{
    struct buf out;
    buf_init(&out, text.len + 1);
    for (size_t at = 0; at < text.len;) {
        while (at < text.len && char_is_space(text.ptr[at])) at++;
        size_t end = at;
        while (end < text.len && !char_is_space(text.ptr[end])) end++;
        struct str word = str_slice(text, at, end);
        if (word.len && !is_link(word)) {
            if (out.len) buf_char(&out, ' ');
            buf_str(&out, word);
        }
        at = end;
    }
    struct str line = arena_str(arena, clip_words(buf_view(&out), chars));
    buf_clear(&out);
    return line;
}

static struct str upper_first(struct str text, struct arena *arena)
{
    char *copy = arena_cstr(arena, text);
    if (text.len && copy[0] >= 'a' && copy[0] <= 'z') copy[0] = (char)(copy[0] - 'a' + 'A');
    return (struct str){ copy, text.len };
}

/* "a, b c" as "a,b_c": Zendesk's tags have no blanks. */
static struct str clean_tags(struct str typed, struct arena *arena)
{
    struct buf out;
    buf_init(&out, TAGS_MAX * (TAG_BYTES_MAX + 1));
    struct str rest = typed, piece;
    for (size_t count = 0; count < TAGS_MAX && str_split(&rest, ',', &piece);) {
        struct str tag = str_clip(str_trim(piece), TAG_BYTES_MAX);
        if (tag.len == 0) continue;
        if (count++) buf_char(&out, ',');
        for (size_t i = 0; i < tag.len; i++) buf_char(&out, char_is_space(tag.ptr[i]) ? '_' : tag.ptr[i]);
    }
    struct str tags = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return tags;
}

static struct str clean_type(struct str typed, struct arena *arena)
{
    static const char *const types[] = { "question", "incident", "problem", "task" };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_eq_nocase(str_trim(typed), str_from(types[i]))) return arena_str(arena, str_from(types[i]));
    return STR_NONE;
}

/* The value as it is kept; empty when it cannot be one. */
static struct str clean(enum nlu_field field, struct str value, struct arena *arena)
{
    struct str kept = STR_NONE;
    struct problem problem;
    switch (field) {
    case NLU_SUBJECT: return one_line(value, LIMIT_SUBJECT_CHARS, arena);
    case NLU_DESCRIPTION: return arena_str(arena, str_clip(str_trim(value), LIMIT_COMMENT_BYTES));
    case NLU_EMAIL: return field_email(value, false, arena, &kept, &problem) == OK ? kept : STR_NONE;
    case NLU_NAME: return field_name(value, STR("requester_name"), arena, &kept, &problem) == OK ? kept : STR_NONE;
    case NLU_TAGS: return clean_tags(value, arena);
    case NLU_TYPE: return clean_type(value, arena);
    case NLU_PRIORITY: return arena_str(arena, value);
    case NLU_FIELDS: break;
    }
    return STR_NONE;
}

/* ---- filling --------------------------------------------------------------------------------------------------------------------- */

void form_set(struct form *form, enum nlu_field field, struct str value, struct arena *arena)
{
    form->values[field] = arena_str(arena, value);
}

static unsigned take(struct form *form, enum nlu_field field, struct str value, struct arena *arena)
{
    struct str cleaned = value.len ? clean(field, value, arena) : STR_NONE;
    if (cleaned.len == 0) return 0;
    form->values[field] = cleaned;
    return 1u << field;
}

/* The field that the rest of a message answers; NLU_NO_FIELD when it answers none. */
static enum nlu_field answered(enum form_ask ask, bool rest_is_matter)
{
    switch (ask) {
    case ASK_MATTER:
    case ASK_DESCRIPTION:
    case ASK_NEW_DESCRIPTION: return NLU_DESCRIPTION;
    case ASK_SUBJECT: return NLU_SUBJECT;
    case ASK_NAME: return NLU_NAME;
    case ASK_NOTHING: return rest_is_matter ? NLU_DESCRIPTION : NLU_NO_FIELD;
    case ASK_TYPE: return NLU_TYPE;
    case ASK_TAGS: return NLU_TAGS;
    case ASK_EMAIL:
    case ASK_PRIORITY:
    case ASK_FIELD:
    case ASK_COUNT: break;
    }
    return NLU_NO_FIELD;
}

unsigned form_add(struct form *form, struct str words, struct arena *arena)
{
    struct str before = form->values[NLU_DESCRIPTION];
    struct str whole = before.len ? arena_fmt(arena, "%.*s\n%.*s", STR_ARG(before), STR_ARG(words)) : words;
    return take(form, NLU_DESCRIPTION, whole, arena);
}

/* The words that are no address. */
static size_t word_count(struct str text)
{
    size_t count = 0;
    struct str rest = text, word;
    while (str_split(&rest, ' ', &word)) count += word.len > 0 && str_find(word, STR("@"), 0) == SIZE_MAX;
    return count;
}

/* Does what surrounds the address that was asked for tell something of the matter? "Sure, here it is" does not; a problem does without any address. */
static bool tells_more(const struct nlu_message *message)
{
    bool address = message->values[NLU_EMAIL].len > 0 || message->other_email.len > 0;
    return message->problem || (address && word_count(message->rest) >= TELLING_WORDS_MIN);
}

unsigned form_take(struct form *form, const struct nlu_message *message, enum form_ask ask, bool rest_is_matter,
                   struct arena *arena)
{
    unsigned changed = 0;
    for (size_t i = 0; i < NLU_FIELDS; i++) changed |= take(form, (enum nlu_field)i, message->values[i], arena);
    enum nlu_field field = answered(ask, rest_is_matter);
    if (field != NLU_NO_FIELD && !message->values[field].len) changed |= take(form, field, message->rest, arena);
    bool beside = ask == ASK_EMAIL && message->rest.len && !message->values[NLU_DESCRIPTION].len;
    if (beside && tells_more(message)) changed |= form_add(form, message->rest, arena);
    return changed;
}

enum form_ask form_missing(const struct form *form)
{
    bool subject = form->values[NLU_SUBJECT].len > 0, description = form->values[NLU_DESCRIPTION].len > 0;
    if (!description) return subject ? ASK_DESCRIPTION : ASK_MATTER;
    return form->values[NLU_EMAIL].len > 0 ? ASK_NOTHING : ASK_EMAIL;
}

enum form_ask form_ask_for(enum nlu_field field)
{
    switch (field) {
    case NLU_SUBJECT: return ASK_SUBJECT;
    case NLU_DESCRIPTION: return ASK_NEW_DESCRIPTION;
    case NLU_EMAIL: return ASK_EMAIL;
    case NLU_NAME: return ASK_NAME;
    case NLU_PRIORITY: return ASK_PRIORITY;
    case NLU_TYPE: return ASK_TYPE;
    case NLU_TAGS: return ASK_TAGS;
    case NLU_FIELDS: break;
    }
    return ASK_NOTHING;
}

enum nlu_expect form_expect(enum form_ask ask)
{
    if (ask == ASK_EMAIL) return NLU_ADDRESS;
    bool words = ask == ASK_MATTER || ask == ASK_DESCRIPTION || ask == ASK_NEW_DESCRIPTION || ask == ASK_SUBJECT ||
                 ask == ASK_NAME || ask == ASK_FIELD;
    return words ? NLU_MATTER : NLU_ANYTHING;
}

bool form_is_empty(const struct form *form)
{
    for (size_t i = 0; i < NLU_FIELDS; i++)
        if (form->values[i].len) return false;
    return form->custom.count == 0;
}

/* ---- what it becomes ---------------------------------------------------------------------------------------------------------------- */

/* The first sentence or line; a point counts as an end only before a blank. */
static struct str first_clause(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool last = i + 1 == text.len || char_is_space(text.ptr[i + 1]);
        if (c == '\n' || ((c == '.' || c == '!' || c == '?' || c == ';') && last)) return str_slice(text, 0, i);
    }
    return text;
}

struct str form_subject(const struct form *form, struct arena *arena)
{
    if (form->values[NLU_SUBJECT].len) return form->values[NLU_SUBJECT];
    struct str description = form->values[NLU_DESCRIPTION];
    if (description.len == 0) return STR_NONE;
    struct str line = one_line(first_clause(description), FORM_SUBJECT_DERIVED_CHARS, arena);
    return line.len ? upper_first(line, arena) : STR("Support request");
}

static void write_tags(struct jw *json, struct str tags)
{
    if (tags.len == 0) return;
    jw_key(json, "tags");
    jw_array(json);
    struct str rest = tags, tag;
    while (str_split(&rest, ',', &tag)) jw_str(json, tag);
    jw_end_array(json);
}

static void write_given(struct jw *json, const char *key, struct str value)
{
    if (value.len) jw_kv_str(json, key, value);
}

static struct str write_arguments(const struct form *form, struct str uploads, struct arena *arena)
{
    struct buf out;
    struct jw json;
    buf_init(&out, LIMIT_ARGUMENTS_BYTES * 2);
    jw_init(&json, &out);
    jw_object(&json);
    custom_write(&form->custom, &json);
    jw_kv_str(&json, "description", form->values[NLU_DESCRIPTION]);
    jw_kv_str(&json, "priority", form->values[NLU_PRIORITY].len ? form->values[NLU_PRIORITY] : STR("normal"));
    jw_kv_str(&json, "requester_email", form->values[NLU_EMAIL]);
    write_given(&json, "requester_name", form->values[NLU_NAME]);
    jw_kv_str(&json, "subject", form_subject(form, arena));
    write_tags(&json, form->values[NLU_TAGS]);
    write_given(&json, "type", form->values[NLU_TYPE]);
    if (uploads.len) jw_kv_raw(&json, "uploads", uploads);
    jw_end_object(&json);
    assert(buf_ok(&out));
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

enum status form_arguments(const struct form *form, struct str uploads, struct arena *arena, struct str *arguments,
                           struct problem *problem)
{
    struct err err;
    struct json *parsed = json_parse(write_arguments(form, uploads, arena), &err);
    assert(parsed);
    enum status status = action_check_arguments(action_spec(ACTION_CREATE_TICKET), parsed, arena, problem);
    if (status == OK) {
        struct buf out;
        buf_init(&out, LIMIT_ARGUMENTS_BYTES * 2);
        json_canonical(parsed, &out);
        *arguments = arena_str(arena, buf_view(&out));
        buf_clear(&out);
    }
    json_free(parsed);
    return status;
}

static const char *const ask_names[ASK_COUNT] = { "",     "matter",   "description", "email", "subject", "new_description",
                                                  "name", "priority", "type",        "tags",  "field" };

const char *form_ask_name(enum form_ask ask)
{
    return ask_names[ask];
}

enum form_ask form_ask_from(struct str name)
{
    for (size_t i = 1; i < ASK_COUNT; i++)
        if (str_eq(name, str_from(ask_names[i]))) return (enum form_ask)i;
    return ASK_NOTHING;
}
