/* classify.c - what the outbox does about the outcome of a stored request (declared in fault.h).
 *
 * Creations follow reliability's table of answers. Changes differ in three points: they have no key, so nothing is POISONED;
 * the stamp they carry can be stale, which says that nothing was done and that these bytes never will be; and a 403 or 404 is
 * mostly about one ticket, not about the connection.
 */
#include "zendesk/fault.h"
#include "zendesk/lookup.h"

static struct str header(const struct http_answer *answer, const char *name)
{
    return http_header_get(answer->headers, answer->header_count, str_from(name));
}

/* ---- creations ------------------------------------------------------------------------------------------------------- */

/* Is it the ticket that was sent, readable, under its own external id? */
static bool is_receipt(const struct http_answer *answer, struct str external_id)
{
    struct json *body = json_parse(answer->body, NULL);
    const struct json *ticket = json_get(body, "ticket");
    bool is_ours = external_id.len == 0 || str_eq(json_get_str(ticket, "external_id"), external_id);
    bool has_id = json_get_int(ticket, "id", 0) > 0;
    json_free(body);
    return has_id && is_ours;
}

static bool is_key_refused(const struct http_answer *answer)
{
    struct json *body = answer->status == 400 ? json_parse(answer->body, NULL) : NULL;
    bool is_refused = str_eq(json_get_str(body, "error"), STR("IdempotentRequestError"));
    json_free(body);
    return is_refused;
}

/* A redirection says where to ask, and not what was done: somebody in front may have put it in the place of Zendesk's answer. 408 says that the edge gave up waiting for our bytes, and 409 that two requests met: neither says that nothing exists. */
static enum outcome classify_refusal(int status)
{
    if (status == 429) return OUTCOME_DEFERRED;
    if (status < 300 || status >= 500 || status == 408 || status == 409) return OUTCOME_AMBIGUOUS;
    if (status < 400) return OUTCOME_ASTRAY;
    if (status >= 401 && status <= 404) return OUTCOME_PAUSED;
    return OUTCOME_REJECTED;
}

static enum outcome classify_create(const struct http_answer *answer, const struct net_fault *fault, struct str external_id)
{
    if (answer == NULL) return fault->nothing_sent ? OUTCOME_NOT_SENT : OUTCOME_AMBIGUOUS;
    bool is_2xx = answer->status >= 200 && answer->status <= 299;
    bool is_replay = str_eq_nocase(str_trim(header(answer, "x-idempotency-lookup")), STR("hit"));
    if (is_2xx) return is_receipt(answer, external_id) ? OUTCOME_DONE : OUTCOME_AMBIGUOUS;
    if (is_key_refused(answer) || (is_replay && answer->status != 429)) return OUTCOME_POISONED;
    return classify_refusal(answer->status);
}

/* ---- changes --------------------------------------------------------------------------------------------------------- */

/* The number at the end of the path of what was written; 0 where there is none ("create_or_update"). */
static int64_t written_id(const struct zendesk_request *sent)
{
    struct str rest = sent->path, piece = STR_NONE;
    int64_t id = 0;
    while (str_split(&rest, '/', &piece)) continue;
    return str_to_i64(piece, &id) ? id : 0;
}

/* Is it about the record that was written, and readable? */
static bool is_about(const struct http_answer *answer, const struct zendesk_request *sent)
{
    struct json *body = json_parse(answer->body, NULL);
    int64_t ticket_id = json_get_int(json_get(body, "ticket"), "id", 0);
    int64_t id = ticket_id > 0 ? ticket_id : json_get_int(json_get(body, "user"), "id", 0), wanted = written_id(sent);
    json_free(body);
    return id > 0 && (wanted == 0 || wanted == id);
}

/* Two writers met and this one lost ("Database collision", "Requester creation collision"): it can simply be repeated. */
static bool is_collision(const struct http_answer *answer)
{
    return str_find_nocase(answer->body, STR("DatabaseConflict"), 0) != SIZE_MAX ||
           str_find_nocase(answer->body, STR("collision"), 0) != SIZE_MAX;
}

static enum problem_id problem_behind(const struct http_answer *answer)
{
    struct arena arena;
    const struct zendesk_who nobody = { .subdomain = STR("x") };
    arena_init(&arena);
    enum problem_id id = zendesk_problem(answer, &nobody, &arena).id;
    arena_clear(&arena);
    return id;
}

static enum outcome classify_change(const struct http_answer *answer)
{
    enum problem_id id = problem_behind(answer);
    if (id == PROBLEM_ZENDESK_UPDATE_CONFLICT || id == PROBLEM_ZENDESK_CLOSED_TICKET) return OUTCOME_STALE;
    if (id == PROBLEM_ZENDESK_RATE_LIMITED || id == PROBLEM_ZENDESK_TOO_MANY_JOBS) return OUTCOME_DEFERRED;
    if (id == PROBLEM_ZENDESK_FORBIDDEN || id == PROBLEM_ZENDESK_NOT_FOUND || id == PROBLEM_ZENDESK_FEATURE_MISSING)
        return OUTCOME_REJECTED;
    if (answer->status == 409) return is_collision(answer) ? OUTCOME_NOT_SENT : OUTCOME_AMBIGUOUS;
    return classify_refusal(answer->status);
}

/* What is not known is no matter where a repeat is harmless. */
static enum outcome repeatable(const struct zendesk_request *sent, enum outcome outcome)
{
    return outcome == OUTCOME_AMBIGUOUS && zendesk_may_repeat(sent) ? OUTCOME_NOT_SENT : outcome;
}

enum outcome zendesk_classify_write(const struct zendesk_request *sent, const struct http_answer *answer,
                                    const struct net_fault *fault, struct str external_id)
{
    bool is_creation = sent->method == HTTP_POST && str_eq(sent->path, STR("/api/v2/tickets"));
    if (is_creation) return classify_create(answer, fault, external_id);
    if (answer == NULL) return repeatable(sent, fault->nothing_sent ? OUTCOME_NOT_SENT : OUTCOME_AMBIGUOUS);
    bool is_2xx = answer->status >= 200 && answer->status <= 299;
    if (is_2xx && is_about(answer, sent)) return OUTCOME_DONE;
    return repeatable(sent, is_2xx ? OUTCOME_AMBIGUOUS : classify_change(answer));
}
