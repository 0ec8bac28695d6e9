/* provenance.c - values looked for in the texts by source, and the visitor's open messages read for what they ask.
 *
 * Texts and values are compared folded: lower case, and every run of blanks, "_" and "-" as one blank, so that "VIP customer" gives the tag vip_customer. A number or an address has to stand by
 * itself: ticket 5 is not in "15 minutes".
 *
 * Rejected: marking the texts inside the model's context and asking which mark a value came from (the model would say), and refusing every write after a read (the most common conversation is
 * "what is with my ticket" and then "close it").
 */
#include "agent/provenance.h"

#include "base/limits.h"
#include "base/text_fold.h"
#include "nlu/nlu.h"

enum { PHONE_DIGITS_MIN = 5 };

/* ---- noting ------------------------------------------------------------------------------------------------------------ */

void provenance_note(struct provenance *provenance, enum provenance_source source, struct str text)
{
    if (source == PROVENANCE_TEXT) provenance->has_text = true;
    if (text.len == 0) return;
    if (provenance->count == PROVENANCE_TEXTS_MAX) {
        provenance->count--;
        if (provenance->asks > 0) provenance->asks--;
        for (size_t i = 0; i < provenance->count; i++) provenance->texts[i] = provenance->texts[i + 1];
    }
    provenance->texts[provenance->count].source = source;
    provenance->texts[provenance->count++].text = text;
}

void provenance_settle(struct provenance *provenance)
{
    provenance->asks = provenance->count;
}

/* What a member of a result holds: who it is (an id, an address), a choice, moment or link that nobody writes freely, or words. */
static enum { IDENTIFIES, TYPED, WORDS } holds(struct str name)
{
    static const char *const identities[] = { "id", "ticket_id", "user_id", "email", "requester_email", "followup_of" };
    static const char *const typed[] = { "status",      "priority", "type",      "outcome",      "created_at", "updated_at",
                                         "url",         "total",    "public",    "ticket_count", "comment_id", "retrievable",
                                         "assignee_id", "verified", "suspended", "complete" };
    for (size_t i = 0; i < sizeof identities / sizeof identities[0]; i++)
        if (str_eq(name, str_from(identities[i]))) return IDENTIFIES;
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
        if (str_eq(name, str_from(typed[i]))) return TYPED;
    return WORDS;
}

struct collected {
    struct buf records, texts;
};

/* `is_own`: inside of the account's own fields, where a name tells nothing of what a value is. */
static void collect(const struct json *value, bool is_record, bool is_own, struct collected *collected)
{
    struct buf *out = is_record ? &collected->records : &collected->texts;
    switch (json_type(value)) {
    case JSON_OBJECT:
        for (void *at = json_first(value); at != NULL; at = json_next(value, at)) {
            bool own = is_own || str_eq(json_key(at), STR("custom_fields"));
            if (own || holds(json_key(at)) != TYPED)
                collect(json_value(at), !own && holds(json_key(at)) == IDENTIFIES, own, collected);
        }
        return;
    case JSON_ARRAY:
        for (size_t i = 0; i < json_count(value); i++) collect(json_at(value, i), false, is_own, collected);
        return;
    case JSON_STRING: buf_str(out, json_str(value)); break;
    case JSON_INT: buf_int(out, json_int(value, 0)); break;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_REAL: return;
    }
    buf_char(out, '\n');
}

void provenance_note_result(struct provenance *provenance, struct str result, struct arena *arena)
{
    struct json *json = result.len ? json_parse(result, NULL) : NULL;
    struct collected collected;
    buf_init(&collected.records, LIMIT_JSON_BYTES);
    buf_init(&collected.texts, LIMIT_JSON_BYTES);
    collect(json, false, false, &collected);
    provenance_note(provenance, PROVENANCE_RECORD, arena_str(arena, buf_view(&collected.records)));
    if (collected.texts.len) provenance_note(provenance, PROVENANCE_TEXT, arena_str(arena, buf_view(&collected.texts)));
    buf_clear(&collected.records);
    buf_clear(&collected.texts);
    json_free(json);
}

/* ---- looking for a value ----------------------------------------------------------------------------------------------- */

static struct str fold(struct str text, struct arena *arena)
{
    struct str low = str_lower(arena, text);
    char *bytes = arena_alloc(arena, low.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < low.len; i++) {
        bool blank = char_is_space(low.ptr[i]) || low.ptr[i] == '_' || low.ptr[i] == '-';
        if (blank && len > 0 && bytes[len - 1] == ' ') continue;
        bytes[len++] = blank ? ' ' : low.ptr[i];
    }
    return str_trim((struct str){ bytes, len });
}

static struct str digits_of(struct str text, struct arena *arena)
{
    char *bytes = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (char_is_digit(text.ptr[i])) bytes[len++] = text.ptr[i];
    return (struct str){ bytes, len };
}

/* May this character not be next to a value that stands by itself? */
static bool goes_on(struct str text, size_t at)
{
    return at < text.len && (char_is_digit(text.ptr[at]) || char_is_alpha(text.ptr[at]) || (unsigned char)text.ptr[at] >= 0x80);
}

/* What else the part of an address before its @ may hold. */
static bool is_local_mark(char c)
{
    return c == '.' || c == '-' || c == '_' || c == '+' || c == '%';
}

static bool stands_in(struct str text, struct str value, bool is_address)
{
    for (size_t at = str_find(text, value, 0); at != SIZE_MAX; at = str_find(text, value, at + 1)) {
        bool begins = at == 0 || !(goes_on(text, at - 1) || (is_address && is_local_mark(text.ptr[at - 1])));
        size_t end = at + value.len;
        bool ends =
            !goes_on(text, end) && !(is_address && end + 1 < text.len && is_local_mark(text.ptr[end]) && goes_on(text, end + 1));
        if (begins && ends) return true;
    }
    return false;
}

struct search {
    const struct provenance *provenance;
    struct arena *arena;
    bool is_phone;
};

static bool is_from(const struct search *search, enum provenance_source source, struct str value)
{
    bool is_address = !search->is_phone && str_find(value, STR("@"), 0) != SIZE_MAX;
    struct str wanted = search->is_phone ? digits_of(value, search->arena)
                        : is_address     ? str_lower(search->arena, value)
                                         : fold(value, search->arena);
    if (wanted.len == 0 || (search->is_phone && wanted.len < PHONE_DIGITS_MIN)) return false;
    for (size_t i = 0; i < search->provenance->count; i++) {
        struct str text = search->provenance->texts[i].text;
        if (search->provenance->texts[i].source != source) continue;
        if (search->is_phone && str_find(digits_of(text, search->arena), wanted, 0) != SIZE_MAX) return true;
        struct str folded = is_address ? str_lower(search->arena, text) : fold(text, search->arena);
        if (!search->is_phone && stands_in(folded, wanted, is_address)) return true;
    }
    return false;
}

/* ---- what is asked for ------------------------------------------------------------------------------------------------- */

/* What the visitor's open messages say, put together. */
struct asked {
    bool plainly;                        /* a clause asks for this very action, and for this ticket or none by its number */
    bool vaguely;                        /* it may be meant: a yes, a stated problem, a guess */
    bool refers;                         /* "the second one", "it" */
    bool to_search, to_know;             /* tickets are to be found; a customer's record is to be told */
    struct str choices[NLU_CLAUSES_MAX]; /* statuses, priorities, types that were said */
    size_t choice_count;
    bool says_public, says_internal;
};

static enum nlu_operation operation_of(enum action_kind kind)
{
    static const enum nlu_operation operations[ACTION_COUNT] = {
        [ACTION_CREATE_TICKET] = NLU_CREATE_TICKET,     [ACTION_GET_TICKET] = NLU_GET_TICKET,
        [ACTION_ADD_COMMENT] = NLU_ADD_COMMENT,         [ACTION_UPDATE_TICKET] = NLU_UPDATE_TICKET,
        [ACTION_LIST_TICKETS] = NLU_LIST_TICKETS,       [ACTION_SEARCH_TICKETS] = NLU_SEARCH_TICKETS,
        [ACTION_CREATE_CUSTOMER] = NLU_CREATE_CUSTOMER, [ACTION_GET_CUSTOMER] = NLU_GET_CUSTOMER,
        [ACTION_FIND_CUSTOMER] = NLU_FIND_CUSTOMER,     [ACTION_UPDATE_CUSTOMER] = NLU_UPDATE_CUSTOMER,
    };
    return operations[kind];
}

static void note_reading(struct asked *asked, enum nlu_operation operation)
{
    asked->to_search = asked->to_search || operation == NLU_LIST_TICKETS || operation == NLU_SEARCH_TICKETS;
    asked->to_know = asked->to_know || operation == NLU_GET_CUSTOMER || operation == NLU_FIND_CUSTOMER;
}

static void add_choice(struct asked *asked, struct str choice)
{
    if (choice.len && asked->choice_count < NLU_CLAUSES_MAX) asked->choices[asked->choice_count++] = choice;
}

static void read_clause(struct asked *asked, const struct nlu_clause *clause, enum nlu_operation operation, int64_t ticket)
{
    add_choice(asked, clause->details.status);
    add_choice(asked, clause->details.priority);
    add_choice(asked, clause->details.type);
    asked->says_public = asked->says_public || clause->details.visibility == NLU_PUBLIC;
    asked->says_internal = asked->says_internal || clause->details.visibility == NLU_INTERNAL;
    asked->refers = asked->refers || clause->details.reference != NLU_NO_REFERENCE;
    note_reading(asked, clause->operation);
    if (clause->operation != operation) return;
    bool fits = clause->ticket == 0 || ticket == 0 || clause->ticket == (uint64_t)ticket;
    asked->plainly = asked->plainly || (fits && clause->certainty == NLU_SURE);
    asked->vaguely = asked->vaguely || fits;
}

static void read_message(struct asked *asked, struct str text, enum action_kind kind, int64_t ticket, struct arena *arena)
{
    struct nlu_message *m = arena_new(arena, struct nlu_message);
    enum nlu_operation operation = operation_of(kind);
    nlu_read(text, NLU_ANYTHING, arena, m);
    for (size_t i = 0; i < m->clause_count; i++) read_clause(asked, &m->clauses[i], operation, ticket);
    add_choice(asked, m->values[NLU_PRIORITY]);
    add_choice(asked, m->values[NLU_TYPE]);
    bool is_guess = m->guess.certainty != NLU_FALL_BACK && (int)m->guess.best == (int)operation;
    if (m->guess.certainty != NLU_FALL_BACK) note_reading(asked, (enum nlu_operation)m->guess.best);
    bool is_matter = kind == ACTION_CREATE_TICKET && m->problem;
    bool is_addition = kind == ACTION_ADD_COMMENT && m->addition.len > 0;
    if (m->answer == NLU_ANSWER_YES || (m->clause_count == 0 && (is_guess || is_matter || is_addition))) asked->vaguely = true;
}

static struct asked read_asks(const struct provenance *provenance, enum action_kind kind, int64_t ticket, struct arena *arena)
{
    struct asked asked = { 0 };
    for (size_t i = provenance->asks; i < provenance->count; i++)
        if (provenance->texts[i].source == PROVENANCE_VISITOR)
            read_message(&asked, provenance->texts[i].text, kind, ticket, arena);
    return asked;
}

/* ---- the rule ---------------------------------------------------------------------------------------------------------- */

enum rule { NAMES_ONE /* a record or person: never made up */, CHOOSES, SAYS };

static enum rule rule_of(struct str field)
{
    static const char *const names[] = {
        "ticket_id", "user_id", "email", "requester_email", "assignee", "organization", "phone"
    };
    static const char *const choices[] = { "status", "priority", "type", "public" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq(field, str_from(names[i]))) return NAMES_ONE;
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        if (str_eq(field, str_from(choices[i]))) return CHOOSES;
    return SAYS;
}

static bool is_chosen(const struct asked *asked, const struct json *value)
{
    if (json_type(value) == JSON_BOOL) return json_bool(value, false) ? asked->says_public : asked->says_internal;
    for (size_t i = 0; i < asked->choice_count; i++)
        if (str_eq_nocase(asked->choices[i], json_str(value))) return true;
    return false;
}

static struct str value_text(const struct json *value, struct arena *arena)
{
    return json_type(value) == JSON_INT ? arena_fmt(arena, "%lld", (long long)json_int(value, 0)) : json_str(value);
}

static enum provenance_verdict check_text(const struct provenance *provenance, const struct asked *asked, enum rule rule,
                                          struct str field, struct str value, struct arena *arena)
{
    const struct search search = { provenance, arena, str_eq(field, STR("phone")) };
    if (is_from(&search, PROVENANCE_VISITOR, value) || is_from(&search, PROVENANCE_TEAM, value)) return PROVENANCE_CLEAR;
    if (rule == SAYS) return PROVENANCE_MUST_SHOW;
    if (is_from(&search, PROVENANCE_RECORD, value)) return asked->refers ? PROVENANCE_CLEAR : PROVENANCE_MUST_SHOW;
    return is_from(&search, PROVENANCE_TEXT, value) ? PROVENANCE_MUST_SHOW : PROVENANCE_MADE_UP;
}

/* One argument; of a list or an object, the worst of its values. */
static enum provenance_verdict check_value(const struct provenance *provenance, const struct asked *asked, struct str field,
                                           const struct json *value, struct arena *arena)
{
    enum rule rule = rule_of(field);
    enum provenance_verdict worst = PROVENANCE_CLEAR, next;
    switch (json_type(value)) {
    case JSON_ARRAY:
        for (size_t i = 0; i < json_count(value); i++) {
            next = check_value(provenance, asked, field, json_at(value, i), arena);
            if (next > worst) worst = next;
        }
        return worst;
    case JSON_OBJECT:
        for (void *at = json_first(value); at != NULL; at = json_next(value, at)) {
            next = check_value(provenance, asked, field, json_value(at), arena);
            if (next > worst) worst = next;
        }
        return worst;
    case JSON_STRING:
    case JSON_INT:
        if (rule == CHOOSES && is_chosen(asked, value)) return PROVENANCE_CLEAR;
        return check_text(provenance, asked, rule == CHOOSES ? SAYS : rule, field, value_text(value, arena), arena);
    case JSON_BOOL: return rule == CHOOSES && is_chosen(asked, value) ? PROVENANCE_CLEAR : PROVENANCE_MUST_SHOW;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_REAL: break;
    }
    return PROVENANCE_MUST_SHOW;
}

static void give_reason(struct provenance_finding *finding, struct arena *arena)
{
    if (finding->verdict == PROVENANCE_UNASKED && finding->field.len)
        finding->reason =
            arena_fmt(arena, "Not done: the customer has not asked for %.*s \"%.*s\". Leave that out, and do what they asked.",
                      STR_ARG(finding->field), STR_ARG(str_clip(finding->value, LIMIT_NAME_BYTES)));
    else if (finding->verdict == PROVENANCE_UNASKED)
        finding->reason = STR("Not done: the customer has not asked for this in a message of their own. Answer what they asked.");
    if (finding->verdict == PROVENANCE_MADE_UP)
        finding->reason =
            arena_fmt(arena, "Not done: nobody in this conversation gave the value of %.*s. Ask the customer for it.",
                      STR_ARG(finding->field));
}

/* Is this what the visitor wants to be told? A ticket is read by the number that somebody gave. */
static bool is_wanted(const struct asked *asked, enum action_kind kind)
{
    bool is_person = kind == ACTION_GET_CUSTOMER || kind == ACTION_FIND_CUSTOMER;
    return kind == ACTION_GET_TICKET || (is_person ? asked->to_know : asked->to_search);
}

/* Did nobody but the text itself name what is to be read? What the server puts in for somebody (their address) names nothing. */
static bool is_fetched_for_text(const struct search *search, const struct asked *asked, enum action_kind kind, struct str field,
                                const struct json *value)
{
    struct str text = value_text(value, search->arena);
    if (rule_of(field) == CHOOSES || is_from(search, PROVENANCE_VISITOR, text)) return false;
    if (is_from(search, PROVENANCE_TEAM, text)) return !is_wanted(asked, kind);
    if (rule_of(field) == NAMES_ONE) return !is_from(search, PROVENANCE_RECORD, text);
    return !asked->to_search || is_from(search, PROVENANCE_TEXT, text);
}

static void check_read(const struct provenance *provenance, enum action_kind kind, const struct json *arguments,
                       struct arena *arena, struct provenance_finding *finding)
{
    if (!provenance->has_text) return;
    const struct search search = { provenance, arena, false };
    struct asked asked = read_asks(provenance, kind, 0, arena);
    for (void *at = json_first(arguments); at != NULL && finding->verdict == PROVENANCE_CLEAR; at = json_next(arguments, at)) {
        if (!is_fetched_for_text(&search, &asked, kind, json_key(at), json_value(at))) continue;
        finding->verdict = PROVENANCE_UNASKED;
        finding->field = arena_str(arena, json_key(at));
        finding->value = arena_str(arena, value_text(json_value(at), arena));
    }
}

/* The visitor said what is to be changed, and this is something else. */
static bool is_beside(const struct provenance *provenance, const struct asked *asked, struct str field)
{
    bool is_list = str_eq(field, STR("tags")) || str_eq(field, STR("remove_tags"));
    return provenance->has_text && asked->choice_count > 0 && (is_list || rule_of(field) == CHOOSES);
}

static void check_write(const struct provenance *provenance, enum action_kind kind, const struct json *arguments,
                        struct arena *arena, struct provenance_finding *finding)
{
    struct asked asked = read_asks(provenance, kind, json_get_int(arguments, "ticket_id", 0), arena);
    if (provenance->has_text && !asked.plainly) finding->verdict = asked.vaguely ? PROVENANCE_MUST_SHOW : PROVENANCE_UNASKED;
    for (void *at = json_first(arguments); at != NULL && finding->verdict != PROVENANCE_UNASKED; at = json_next(arguments, at)) {
        enum provenance_verdict next = check_value(provenance, &asked, json_key(at), json_value(at), arena);
        if (next == PROVENANCE_MUST_SHOW && is_beside(provenance, &asked, json_key(at))) next = PROVENANCE_UNASKED;
        if (next <= finding->verdict) continue;
        finding->verdict = next;
        finding->field = arena_str(arena, json_key(at));
        finding->value = arena_str(arena, value_text(json_value(at), arena));
    }
}

struct provenance_finding provenance_check(const struct provenance *provenance, enum action_kind kind, struct str arguments,
                                           struct arena *arena)
{
    struct provenance_finding finding = { 0 };
    struct json *json = json_parse(arguments, NULL);
    if (action_spec(kind)->writes)
        check_write(provenance, kind, json, arena, &finding);
    else
        check_read(provenance, kind, json, arena, &finding);
    json_free(json);
    give_reason(&finding, arena);
    return finding;
}
