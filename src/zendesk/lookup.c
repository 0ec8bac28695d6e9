/* lookup.c - see lookup.h.
 *
 * Created tickets: GET tickets?external_id, which filters a list that is hardly behind, then search as a second witness. Both
 * are compared again, as a filter that is not known is ignored by Zendesk. Changes: all pages of the ticket's audits; only a
 * whole history without the operation says that it is not there. Customers: the record itself, as writing it again is
 * harmless (nothing of a user counts or adds up).
 */
#include "zendesk/lookup.h"

#include "base/limits.h"
#include "zendesk/customer.h"
#include "zendesk/fault.h"
#include "zendesk/query.h"
#include "zendesk/wire.h"

enum { STEP_LIST = 1, STEP_SEARCH = 2, STEP_FIRST_AUDIT = 3, STEP_AUDITS = 4, STEP_TICKET = 5, STEP_USER = 6 };

/* A ticket takes at most 5000 comments; a hundred audits a page. */
enum { AUDIT_PAGES_MAX = 100 };

static enum lookup_next call(struct zendesk_lookup *lookup, unsigned step, struct str path)
{
    lookup->run.step = step;
    lookup->run.request = (struct zendesk_request){ .method = HTTP_GET, .path = path };
    return LOOKUP_CALL;
}

static enum lookup_next failed(struct zendesk_lookup *lookup, const struct problem *problem)
{
    lookup->run.problem = *problem;
    return LOOKUP_FAILED;
}

static enum lookup_next unreadable(struct zendesk_lookup *lookup)
{
    return failed(lookup, &(struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = lookup->run.status });
}

/* The result is what the request's own answer would have given: the pieces are put together in its form and read the same
 * way. */
static enum lookup_next found(struct zendesk_lookup *lookup, struct str answer_body)
{
    struct zendesk_run *run = &lookup->run;
    const struct http_answer answer = { .status = 200, .body = answer_body };
    enum zendesk_next next =
        zendesk_receipt(run->spec, &lookup->sent, &answer, run->setting, run->arena, &run->result, &run->problem);
    return next == ZENDESK_DONE ? LOOKUP_FOUND : LOOKUP_FAILED;
}

static enum lookup_next found_ticket(struct zendesk_lookup *lookup, struct str ticket, struct str audit)
{
    struct wire wire;
    struct jw *json = wire_begin(&wire, 2 * LIMIT_ANSWER_BYTES);
    jw_kv_raw(json, "ticket", ticket);
    jw_kv_raw(json, "audit", audit);
    return found(lookup, wire_end(&wire, lookup->run.arena));
}

/* ---- what was sent ---------------------------------------------------------------------------------------------------- */

static struct str tickets_path(void)
{
    return STR("/api/v2/tickets");
}

static bool is_ticket_creation(const struct zendesk_request *sent)
{
    return sent->method == HTTP_POST && str_eq(sent->path, tickets_path());
}

/* The number at the end of "/api/v2/tickets/7"; 0 when the path does not begin with `prefix`. */
static int64_t addressed(const struct zendesk_request *sent, struct str prefix)
{
    int64_t id = 0;
    bool is_one = sent->method == HTTP_PUT && str_starts(sent->path, prefix) &&
                  str_to_i64(str_slice(sent->path, prefix.len, sent->path.len), &id);
    return is_one && id > 0 ? id : 0;
}

bool zendesk_may_repeat(const struct zendesk_request *sent)
{
    bool is_merge = sent->method == HTTP_POST && str_eq(sent->path, STR("/api/v2/users/create_or_update"));
    return is_merge || addressed(sent, STR("/api/v2/users/")) > 0;
}

/* ---- a created ticket -------------------------------------------------------------------------------------------------- */

static enum lookup_next call_search(struct zendesk_lookup *lookup)
{
    struct buf query;
    buf_init(&query, QUERY_BYTES_MAX);
    buf_lit(&query, "type:ticket");
    query_term(&query, "external_id:", lookup->run.setting->external_id);
    return call(lookup, STEP_SEARCH, query_path("/api/v2/search?query=", &query, lookup->run.arena));
}

static enum lookup_next call_list(struct zendesk_lookup *lookup)
{
    struct buf path;
    buf_init(&path, QUERY_BYTES_MAX);
    buf_lit(&path, "/api/v2/tickets?external_id=");
    buf_url(&path, lookup->run.setting->external_id);
    struct str target = arena_str(lookup->run.arena, buf_view(&path));
    buf_clear(&path);
    return call(lookup, STEP_LIST, target);
}

static const struct json *first_of(struct zendesk_lookup *lookup, const struct json *list)
{
    const struct json *first = NULL;
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *ticket = json_at(list, i);
        int64_t id = json_get_int(ticket, "id", 0);
        if (id <= 0 || !str_eq(json_get_str(ticket, "external_id"), lookup->run.setting->external_id)) continue;
        lookup->ticket_count++;
        if (first == NULL || id < json_get_int(first, "id", 0)) first = ticket;
    }
    return first;
}

/* A follow-up that was made for its comment is told about by the comment, which stands in its first audit. */
static enum lookup_next list_read(struct zendesk_lookup *lookup, const struct json *list)
{
    struct arena *arena = lookup->run.arena;
    const struct json *ticket = first_of(lookup, list);
    if (json_type(list) != JSON_ARRAY) return unreadable(lookup);
    if (ticket == NULL) return lookup->run.step == STEP_LIST ? call_search(lookup) : LOOKUP_NOT_FOUND;
    lookup->ticket_id = json_get_int(ticket, "id", 0);
    lookup->run.carry = wire_copy(ticket, arena);
    if (lookup->run.spec->kind != ACTION_ADD_COMMENT) return found_ticket(lookup, lookup->run.carry, STR_NONE);
    return call(lookup, STEP_FIRST_AUDIT,
                arena_fmt(arena, "/api/v2/tickets/%lld/audits?page%%5Bsize%%5D=1", (long long)lookup->ticket_id));
}

static enum lookup_next first_audit_read(struct zendesk_lookup *lookup, const struct json *body)
{
    const struct json *audit = json_at(json_get(body, "audits"), 0);
    return found_ticket(lookup, lookup->run.carry, wire_copy(audit, lookup->run.arena));
}

/* ---- a change ---------------------------------------------------------------------------------------------------------- */

static enum lookup_next call_audits(struct zendesk_lookup *lookup, struct str cursor)
{
    struct buf path;
    buf_init(&path, QUERY_BYTES_MAX);
    buf_fmt(&path, "/api/v2/tickets/%lld/audits?page%%5Bsize%%5D=%d", (long long)lookup->ticket_id, LIMIT_PAGE_ROWS);
    if (cursor.len > 0) {
        buf_lit(&path, "&page%5Bafter%5D=");
        buf_url(&path, cursor);
    }
    struct str target = arena_str(lookup->run.arena, buf_view(&path));
    bool is_whole = buf_ok(&path);
    buf_clear(&path);
    return is_whole ? call(lookup, STEP_AUDITS, target) : unreadable(lookup);
}

static const struct json *audit_of(const struct json *audits, struct str operation)
{
    for (size_t i = 0; i < json_count(audits); i++) {
        const struct json *custom = json_get(json_get(json_at(audits, i), "metadata"), "custom");
        if (str_eq(json_get_str(custom, "cca_op"), operation)) return json_at(audits, i);
    }
    return NULL;
}

static enum lookup_next change_found(struct zendesk_lookup *lookup, const struct json *audit)
{
    struct arena *arena = lookup->run.arena;
    long long id = lookup->ticket_id;
    if (lookup->run.spec->kind == ACTION_ADD_COMMENT)
        return found_ticket(lookup, arena_fmt(arena, "{\"id\":%lld}", id), wire_copy(audit, arena));
    return call(lookup, STEP_TICKET, arena_fmt(arena, "/api/v2/tickets/%lld?include=users", id));
}

static enum lookup_next audits_read(struct zendesk_lookup *lookup, const struct json *body)
{
    const struct json *audits = json_get(body, "audits"), *meta = json_get(body, "meta");
    const struct json *audit = audit_of(audits, lookup->run.setting->operation);
    struct str cursor = json_get_str(meta, "after_cursor");
    bool has_more = json_get_bool(meta, "has_more", false) || (meta == NULL && json_get_str(body, "next_page").len > 0);
    if (json_type(audits) != JSON_ARRAY) return unreadable(lookup);
    if (audit != NULL) return change_found(lookup, audit);
    if (!has_more) return LOOKUP_NOT_FOUND;
    bool may_go_on = cursor.len > 0 && ++lookup->run.page_count < AUDIT_PAGES_MAX;
    return may_go_on ? call_audits(lookup, cursor) : unreadable(lookup);
}

/* ---- a customer's record ------------------------------------------------------------------------------------------------ */

static enum lookup_next user_read(struct zendesk_lookup *lookup, const struct json *body)
{
    struct json *sent = json_parse(lookup->sent.body, NULL);
    struct arena *arena = lookup->run.arena;
    bool is_as_sent = customer_differences(json_get(sent, "user"), json_get(body, "user"), arena, NULL) == 0;
    json_free(sent);
    return is_as_sent ? found(lookup, wire_copy(body, arena)) : LOOKUP_NOT_FOUND;
}

/* ---- the machine --------------------------------------------------------------------------------------------------------- */

enum lookup_next zendesk_lookup_begin(struct zendesk_lookup *lookup, const struct action_spec *spec,
                                      const struct zendesk_request *sent, const struct zendesk_setting *setting,
                                      struct arena *arena)
{
    *lookup = (struct zendesk_lookup){ .run = { .spec = spec, .setting = setting, .arena = arena }, .sent = *sent };
    int64_t user_id = addressed(sent, STR("/api/v2/users/"));
    lookup->ticket_id = addressed(sent, STR("/api/v2/tickets/"));
    if (is_ticket_creation(sent) && setting->external_id.len > 0) return call_list(lookup);
    if (lookup->ticket_id > 0 && setting->operation.len > 0) return call_audits(lookup, STR_NONE);
    if (user_id > 0) return call(lookup, STEP_USER, arena_fmt(arena, "/api/v2/users/%lld", (long long)user_id));
    if (zendesk_may_repeat(sent)) return LOOKUP_NOT_FOUND;
    return failed(lookup, &(struct problem){ .id = PROBLEM_REQUEST_NEEDS_HUMAN });
}

static enum lookup_next read_step(struct zendesk_lookup *lookup, const struct json *body)
{
    switch (lookup->run.step) {
    case STEP_LIST: return list_read(lookup, json_get(body, "tickets"));
    case STEP_SEARCH: return list_read(lookup, json_get(body, "results"));
    case STEP_FIRST_AUDIT: return first_audit_read(lookup, body);
    case STEP_AUDITS: return audits_read(lookup, body);
    case STEP_TICKET: return found(lookup, wire_copy(body, lookup->run.arena));
    default: return user_read(lookup, body);
    }
}

enum lookup_next zendesk_lookup_answer(struct zendesk_lookup *lookup, const struct http_answer *answer)
{
    bool is_2xx = answer->status >= 200 && answer->status <= 299;
    struct json *body = is_2xx ? json_parse(answer->body, NULL) : NULL;
    lookup->run.status = answer->status;
    if (body == NULL) {
        const struct zendesk_who who = { .subdomain = lookup->run.setting->subdomain };
        struct problem problem = zendesk_problem(answer, &who, lookup->run.arena);
        return failed(lookup, &problem);
    }
    enum lookup_next next = read_step(lookup, body);
    json_free(body);
    return next;
}
