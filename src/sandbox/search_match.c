/* search_match.c - holding a search's terms against one record.
 *
 * Each property is a row in a table with its test, so a new one is one line and one function. A property that a kind of record
 * does not have matches nothing.
 */
#include "sandbox/search_match.h"

#include "sandbox/comment.h"
#include "sandbox/search_text.h"
#include "sandbox/tags.h"

/* What is being looked at; ticket or user is set. */
struct subject {
    struct api_call *call;
    struct arena *row;
    const struct ticket *ticket;
    const struct user *user;
};

typedef bool test_fn(const struct subject *, const struct search_term *);

static bool is_none(struct str value)
{
    return str_eq_nocase(value, STR("none"));
}

/* ---- tickets ------------------------------------------------------------------------------------------------------------ */

static struct str lower(struct arena *arena, struct str text)
{
    char *copy = arena_cstr(arena, text);
    for (size_t i = 0; i < text.len; i++) copy[i] = char_lower(copy[i]);
    return (struct str){ copy, text.len };
}

static bool test_status(const struct subject *s, const struct search_term *term)
{
    int wanted = ticket_status_rank(lower(s->row, term->value));
    return wanted >= 0 && search_compares(term->operator, ticket_status_rank(s->ticket->status), wanted);
}

static bool test_priority(const struct subject *s, const struct search_term *term)
{
    int wanted = ticket_priority_rank(lower(s->row, term->value));
    if (wanted < 0 && !is_none(term->value)) return false;
    return search_compares(term->operator, ticket_priority_rank(s->ticket->priority), wanted);
}

static bool test_ticket_type(const struct subject *s, const struct search_term *term)
{
    return str_eq_nocase(s->ticket->type, term->value);
}

/* An id, an address, part of a name, `me`, or `none`. */
static bool test_person(const struct subject *s, int64_t id, struct str value)
{
    struct user person;
    int64_t number;
    if (is_none(value)) return id == 0;
    if (str_eq_nocase(value, STR("me"))) return id == s->call->actor->id;
    if (str_to_i64(value, &number)) return id == number;
    struct desk *desk = s->call->sandbox->desk;
    if (user_by_email(desk, s->row, value, &person)) return id == person.id;
    return id && user_load(desk, s->row, id, &person) && search_has_words(person.name, value);
}

static bool test_requester(const struct subject *s, const struct search_term *term)
{
    return test_person(s, s->ticket->requester_id, term->value);
}

static bool test_assignee(const struct subject *s, const struct search_term *term)
{
    return test_person(s, s->ticket->assignee_id, term->value);
}

static bool test_submitter(const struct subject *s, const struct search_term *term)
{
    return test_person(s, s->ticket->submitter_id, term->value);
}

static bool test_group(const struct subject *s, const struct search_term *term)
{
    return test_person(s, s->ticket->group_id, term->value);
}

static bool test_via(const struct subject *s, const struct search_term *term)
{
    return str_eq_nocase(s->ticket->channel, term->value);
}

static bool test_subject(const struct subject *s, const struct search_term *term)
{
    return search_has_words(s->ticket->subject, term->value);
}

static bool test_description(const struct subject *s, const struct search_term *term)
{
    return search_has_words(s->ticket->description, term->value);
}

static bool test_comment(const struct subject *s, const struct search_term *term)
{
    struct desk *desk = s->call->sandbox->desk;
    struct comment comment;
    for (int64_t id = comment_next_id(desk, s->ticket->id, 0); id; id = comment_next_id(desk, s->ticket->id, id))
        if (comment_load(desk, s->row, id, &comment) && search_has_words(comment.body, term->value)) return true;
    return false;
}

static bool test_custom_field(const struct subject *s, const struct search_term *term)
{
    int64_t id;
    bool is_found = false;
    struct json *fields = json_parse(s->ticket->custom_fields, NULL);
    if (!str_to_i64(str_slice(term->property, sizeof "custom_field_" - 1, term->property.len), &id)) id = 0;
    for (size_t i = 0; i < json_count(fields) && !is_found; i++)
        is_found = json_get_int(json_at(fields, i), "id", 0) == id &&
                   str_eq_nocase(json_get_str(json_at(fields, i), "value"), term->value);
    json_free(fields);
    return is_found;
}

/* ---- users -------------------------------------------------------------------------------------------------------------- */

static bool test_email(const struct subject *s, const struct search_term *term)
{
    return str_find_nocase(s->user->email, term->value, 0) != SIZE_MAX;
}

static bool test_name(const struct subject *s, const struct search_term *term)
{
    return search_has_words(s->user->name, term->value);
}

static bool test_role(const struct subject *s, const struct search_term *term)
{
    return str_eq_nocase(s->user->role, term->value);
}

static bool test_phone(const struct subject *s, const struct search_term *term)
{
    return str_eq_nocase(s->user->phone, term->value);
}

/* ---- both --------------------------------------------------------------------------------------------------------------- */

static bool test_tags(const struct subject *s, const struct search_term *term)
{
    struct str tags = s->ticket ? s->ticket->tags : s->user->tags;
    return is_none(term->value) ? tags.len == 0 : tags_have(tags, term->value);
}

static bool test_external_id(const struct subject *s, const struct search_term *term)
{
    return str_eq_nocase(s->ticket ? s->ticket->external_id : s->user->external_id, term->value);
}

static bool test_created(const struct subject *s, const struct search_term *term)
{
    return search_moment_fits(term->operator, s->ticket ? s->ticket->created_at : s->user->created_at, term->value,
                              s->call->now_at);
}

static bool test_updated(const struct subject *s, const struct search_term *term)
{
    return search_moment_fits(term->operator, s->ticket ? s->ticket->updated_at : s->user->updated_at, term->value,
                              s->call->now_at);
}

/* An id, `none`, or the name. */
static bool test_organization(const struct subject *s, const struct search_term *term)
{
    int64_t number, id = s->ticket ? s->ticket->organization_id : s->user->organization_id;
    if (is_none(term->value)) return id == 0;
    if (str_to_i64(term->value, &number)) return id == number;
    struct json *tree = record_tree(s->call->sandbox->desk, &kind_organization, id);
    bool has_name = tree && search_has_words(json_get_str(tree, "name"), term->value);
    json_free(tree);
    return has_name;
}

static bool test_ticket_words(const struct subject *s, const struct search_term *term)
{
    int64_t number;
    struct str digits = str_starts(term->value, STR("#")) ? str_slice(term->value, 1, term->value.len) : term->value;
    return (str_to_i64(digits, &number) && number == s->ticket->id) || test_subject(s, term) || test_comment(s, term);
}

static bool test_user_words(const struct subject *s, const struct search_term *term)
{
    return test_name(s, term) || search_has_words(s->user->email, term->value) || search_has_words(s->user->notes, term->value) ||
           search_has_words(s->user->details, term->value);
}

static const struct {
    const char *property;
    test_fn *ticket, *user;
} tests[] = {
    { "", test_ticket_words, test_user_words },
    { "status", test_status, NULL },
    { "priority", test_priority, NULL },
    { "ticket_type", test_ticket_type, NULL },
    { "requester", test_requester, NULL },
    { "assignee", test_assignee, NULL },
    { "submitter", test_submitter, NULL },
    { "group", test_group, NULL },
    { "organization", test_organization, test_organization },
    { "via", test_via, NULL },
    { "subject", test_subject, NULL },
    { "description", test_description, NULL },
    { "comment", test_comment, NULL },
    { "email", NULL, test_email },
    { "name", NULL, test_name },
    { "role", NULL, test_role },
    { "phone", NULL, test_phone },
    { "tags", test_tags, test_tags },
    { "external_id", test_external_id, test_external_id },
    { "created", test_created, test_created },
    { "created_at", test_created, test_created },
    { "updated", test_updated, test_updated },
    { "updated_at", test_updated, test_updated },
};

static bool term_holds(const struct subject *s, const struct search_term *term)
{
    if (str_starts(term->property, STR("custom_field_"))) return s->ticket && test_custom_field(s, term);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        if (!str_eq_nocase(term->property, str_from(tests[i].property))) continue;
        test_fn *test = s->ticket ? tests[i].ticket : tests[i].user;
        return test && test(s, term);
    }
    return false;
}

static bool is_alternative(const struct search_term *a, const struct search_term *b)
{
    return a->operator== SEARCH_IS && b->operator== SEARCH_IS && !a->is_negative && !b->is_negative && a->property.len &&
        str_eq_nocase(a->property, b->property);
}

static bool one_alternative_holds(const struct subject *s, const struct search_query *query, const struct search_term *term)
{
    for (size_t i = 0; i < query->count; i++)
        if (&query->terms[i] != term && is_alternative(&query->terms[i], term) && term_holds(s, &query->terms[i])) return true;
    return false;
}

static bool all_hold(const struct subject *s, const struct search_query *query)
{
    for (size_t i = 0; i < query->count; i++) {
        const struct search_term *term = &query->terms[i];
        bool holds = term_holds(s, term) != term->is_negative;
        if (!holds && !one_alternative_holds(s, query, term)) return false;
    }
    return true;
}

bool search_matches_ticket(struct api_call *call, struct arena *row, const struct search_query *query,
                           const struct ticket *ticket)
{
    struct subject subject = { .call = call, .row = row, .ticket = ticket };
    return all_hold(&subject, query);
}

bool search_matches_user(struct api_call *call, const struct search_query *query, const struct user *user)
{
    struct subject subject = { .call = call, .row = call->arena, .user = user };
    return user->active && all_hold(&subject, query);
}

/* A record is held against the query as if it were a user of its name: the same properties mean the same. */
bool search_matches_record(struct api_call *call, const struct search_query *query, const struct record *record)
{
    struct json *tree = json_parse(record->body, NULL);
    struct user user = user_blank();
    user.id = record->id;
    user.name = json_get_str(tree, "name");
    user.external_id = json_get_str(tree, "external_id");
    user.details = json_get_str(tree, "details");
    user.notes = json_get_str(tree, "notes");
    user.tags = tags_from_json(call->arena, json_get(tree, "tags"));
    user.created_at = record->created_at;
    user.updated_at = record->updated_at;
    bool matches = search_matches_user(call, query, &user);
    json_free(tree);
    return matches;
}
