/* fault.c - from an answer or a network fault to a problem of the catalogue.
 *
 * One function per status that needs a decision. Codes are compared, words only where Zendesk has no code for the case:
 * its texts come in the account's language. Which bodies an IP restriction or a suspended account give is not documented;
 * those are matched loosely and the other side's words go along as evidence.
 */
#include "zendesk/fault.h"

#include "base/moment.h"
#include "model/dates.h"

enum { RETRY_DEFAULT_S = 10, RETRY_MAX_S = 900, EVIDENCE_BYTES_MAX = 600 };

/* Everything that a decision may look at. */
struct refusal {
    const struct http_answer *answer;
    const struct zendesk_who *who;
    const struct zendesk_error *error;
    struct arena *arena;
};

static struct str header(const struct http_answer *answer, const char *name)
{
    return http_header_get(answer->headers, answer->header_count, str_from(name));
}

/* Does the code or any text of the error hold this word? */
static bool mentions(const struct zendesk_error *error, const char *word)
{
    struct str needle = str_from(word);
    return str_find_nocase(error->code, needle, 0) != SIZE_MAX || str_find_nocase(error->text, needle, 0) != SIZE_MAX ||
           str_find_nocase(error->details, needle, 0) != SIZE_MAX;
}

static bool code_is(const struct zendesk_error *error, const char *code)
{
    return str_eq(error->code, str_from(code));
}

static struct problem problem_of(enum problem_id id)
{
    return (struct problem){ .id = id };
}

int64_t zendesk_retry_after_s(const struct http_answer *answer)
{
    uint64_t seconds;
    if (!str_to_u64(str_trim(header(answer, "retry-after")), &seconds)) return RETRY_DEFAULT_S;
    if (seconds < 1) return 1;
    return seconds > RETRY_MAX_S ? RETRY_MAX_S : (int64_t)seconds;
}

/* ---- redirects ----------------------------------------------------------------------------------------------------- */

/* The host of an absolute http(s) URL in lower case; empty for anything else, and for a host with characters that no host
 * name has. */
static struct str host_of(struct str url, struct arena *arena)
{
    size_t scheme = str_find(url, STR("://"), 0);
    if (scheme == SIZE_MAX) return STR_NONE;
    char *host = arena_cstr(arena, str_slice(url, scheme + 3, url.len));
    size_t length = 0;
    for (; host[length] != '\0' && host[length] != '/' && host[length] != '?' && host[length] != '#' && host[length] != ':';
         length++) {
        host[length] = char_lower(host[length]);
        if (!char_is_alpha(host[length]) && !char_is_digit(host[length]) && host[length] != '-' && host[length] != '.')
            return STR_NONE;
    }
    return (struct str){ host, length };
}

static struct problem redirect_problem(const struct refusal *at)
{
    struct str location = header(at->answer, "location"), domain = STR(".zendesk.com");
    struct str host = host_of(location, at->arena), own = arena_fmt(at->arena, "%.*s.zendesk.com", STR_ARG(at->who->subdomain));
    bool is_closed = str_find_nocase(location, STR("help-center-closed"), 0) != SIZE_MAX ||
                     str_find_nocase(location, STR("suspended"), 0) != SIZE_MAX ||
                     str_find_nocase(location, STR("expired"), 0) != SIZE_MAX ||
                     str_find_nocase(location, STR("billing"), 0) != SIZE_MAX;
    if (is_closed) return problem_of(PROBLEM_ZENDESK_ACCOUNT_SUSPENDED);
    if (host.len == 0 || str_eq(host, own) || str_eq(host, STR("www.zendesk.com"))) return problem_of(PROBLEM_ZENDESK_REDIRECT);
    struct problem problem = { .id = PROBLEM_ZENDESK_SUBDOMAIN_MOVED, .facts.value = host };
    struct str label = str_slice(host, 0, host.len - (str_ends(host, domain) ? domain.len : 0));
    if (label.len < host.len && str_find(label, STR("."), 0) == SIZE_MAX) problem.facts.suggestion = label;
    return problem;
}

/* ---- who is calling: 401, 403 -------------------------------------------------------------------------------------- */

static bool is_client_refused(const struct zendesk_error *error)
{
    return code_is(error, "invalid_client") || code_is(error, "invalid_grant") || code_is(error, "unauthorized_client");
}

/* "3 October 2026, 09:41 UTC" */
static struct str day_and_time(int64_t at_ms, struct arena *arena)
{
    char day[MOMENT_TEXT_MAX], text[MOMENT_TEXT_MAX];
    return arena_fmt(arena, "%s, %.5s UTC", moment_say_day(at_ms, day), moment_format(at_ms, false, text) + 11);
}

/* One answer, four histories. */
static struct problem token_problem(const struct zendesk_who *who, struct arena *arena)
{
    if (who->now_ms >= zendesk_dates.tokens_end_at) return problem_of(PROBLEM_ZENDESK_TOKENS_RETIRED);
    if (who->last_ok_at <= 0) return problem_of(PROBLEM_ZENDESK_CREDENTIALS_REJECTED);
    bool is_idle = who->now_ms - who->last_ok_at > zendesk_dates.idle_token_ms;
    struct problem problem = problem_of(is_idle ? PROBLEM_ZENDESK_TOKEN_IDLE : PROBLEM_ZENDESK_TOKEN_REVOKED);
    problem.facts.when = day_and_time(who->last_ok_at, arena);
    return problem;
}

static struct problem unauthorized_problem(const struct refusal *at)
{
    if (is_client_refused(at->error)) return problem_of(PROBLEM_OAUTH_CLIENT_REJECTED);
    if (at->who->oauth || code_is(at->error, "invalid_token")) return problem_of(PROBLEM_OAUTH_TOKEN_ENDED);
    return token_problem(at->who, at->arena);
}

/* A refusal by Zendesk's application is JSON; HTML comes from what stands in front of it. */
static struct problem forbidden_problem(const struct refusal *at)
{
    if (header(at->answer, "cf-mitigated").len > 0) return problem_of(PROBLEM_ZENDESK_EDGE_CHALLENGE);
    if (is_client_refused(at->error)) return problem_of(PROBLEM_OAUTH_CLIENT_REJECTED);
    if (mentions(at->error, "scope")) return problem_of(PROBLEM_OAUTH_SCOPE);
    if (mentions(at->error, "account") && (mentions(at->error, "account has been suspended") || mentions(at->error, "trial")))
        return problem_of(PROBLEM_ZENDESK_ACCOUNT_SUSPENDED);
    if (mentions(at->error, "suspended")) return problem_of(PROBLEM_ZENDESK_USER_SUSPENDED);
    if (at->error->is_html || mentions(at->error, "ip address") || mentions(at->error, "ip restriction"))
        return problem_of(PROBLEM_ZENDESK_IP_RESTRICTED);
    return problem_of(PROBLEM_ZENDESK_FORBIDDEN);
}

/* ---- what was asked: 400, 404, 422 --------------------------------------------------------------------------------- */

/* Zendesk's name of an attribute, as our argument's name; empty when no argument is meant. */
static struct str argument_of(struct str attribute)
{
    static const char *const same[] = { "subject", "description", "priority", "type", "tags", "status", "ticket_id" };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (str_eq(attribute, str_from(same[i]))) return attribute;
    if (str_eq(attribute, STR("comment"))) return STR("description");
    if (str_eq(attribute, STR("requester")) || str_eq(attribute, STR("email"))) return STR("requester_email");
    return STR_NONE;
}

/* Which of the record's refusals it is, told by codes: the texts are in the account's language. */
static enum problem_id record_problem_id(const struct zendesk_error *error)
{
    if (error->wants_field) return PROBLEM_ZENDESK_FIELD_REQUIRED;
    return error->is_duplicate ? PROBLEM_ZENDESK_DUPLICATE : PROBLEM_ZENDESK_RECORD_INVALID;
}

static struct problem record_problem(const struct refusal *at)
{
    const struct zendesk_error *error = at->error;
    struct str words = error->details.len > 0 ? error->details : error->text;
    if (words.len == 0) return problem_of(PROBLEM_ZENDESK_REFUSED);
    return (struct problem){ .id = record_problem_id(error),
                             .field = argument_of(error->field),
                             .facts = { .value = words, .what = words } };
}

/* The problem with Zendesk's words as the value that it speaks of. */
static struct problem worded_problem(const struct refusal *at, enum problem_id id)
{
    return (struct problem){ .id = id, .facts.value = at->error->text.len > 0 ? at->error->text : at->error->code };
}

static struct problem unprocessable_problem(const struct refusal *at)
{
    if (at->error->is_closed_ticket) return problem_of(PROBLEM_ZENDESK_CLOSED_TICKET);
    if (code_is(at->error, "invalid") && mentions(at->error, "search")) return problem_of(PROBLEM_ZENDESK_SEARCH_LIMIT);
    return record_problem(at);
}

static struct problem not_acceptable_problem(const struct refusal *at)
{
    return code_is(at->error, "CommentRequired") ? problem_of(PROBLEM_ZENDESK_COMMENT_REQUIRED) : record_problem(at);
}

static struct problem conflict_problem(const struct refusal *at)
{
    if (code_is(at->error, "UpdateConflict")) return problem_of(PROBLEM_ZENDESK_UPDATE_CONFLICT);
    return problem_of(mentions(at->error, "requester creation collision") ? PROBLEM_ZENDESK_REQUESTER_RACE
                                                                          : PROBLEM_ZENDESK_CONFLICT);
}

static struct problem bad_request_problem(const struct refusal *at)
{
    if (code_is(at->error, "IdempotentRequestError")) return problem_of(PROBLEM_ZENDESK_IDEMPOTENCY);
    if (code_is(at->error, "InvalidPaginationDepth")) return problem_of(PROBLEM_ZENDESK_PAGING_DEPTH);
    if (code_is(at->error, "InvalidPaginationParameter")) return problem_of(PROBLEM_ZENDESK_PAGING);
    if (code_is(at->error, "TooManyValues"))
        return (struct problem){ .id = PROBLEM_ZENDESK_TOO_MANY_VALUES, .facts.limit = STR("100 values") };
    if (code_is(at->error, "invalid_scope")) return problem_of(PROBLEM_OAUTH_SCOPE_REFUSED);
    if (is_client_refused(at->error)) return problem_of(PROBLEM_OAUTH_CLIENT_REJECTED);
    if (code_is(at->error, "Invalid attribute")) return worded_problem(at, PROBLEM_ZENDESK_ATTRIBUTE);
    if (mentions(at->error, "parameter missing")) return worded_problem(at, PROBLEM_ZENDESK_PARAMETER_MISSING);
    return problem_of(PROBLEM_ZENDESK_REFUSED);
}

static struct problem missing_problem(const struct refusal *at)
{
    if (mentions(at->error, "No help desk")) return problem_of(PROBLEM_ZENDESK_SUBDOMAIN_UNKNOWN);
    if (code_is(at->error, "InvalidEndpoint")) return problem_of(PROBLEM_ZENDESK_FEATURE_MISSING);
    return (struct problem){ .id = PROBLEM_ZENDESK_NOT_FOUND, .facts.what = STR("record") };
}

/* A 2xx that cannot be used: GET /users/me in the name of nobody (contract of users/me: allowed to anonymous callers), or
 * a body of another form. */
static struct problem success_problem(const struct refusal *at)
{
    struct json *body = json_parse(at->answer->body, NULL);
    const struct json *user = json_get(body, "user");
    bool is_anonymous = json_type(user) == JSON_OBJECT && json_type(json_get(user, "id")) == JSON_NULL;
    json_free(body);
    return problem_of(is_anonymous ? PROBLEM_ZENDESK_ANONYMOUS : PROBLEM_ZENDESK_ANSWER_UNREADABLE);
}

/* ---- the decision -------------------------------------------------------------------------------------------------- */

static struct problem by_status(const struct refusal *at)
{
    int status = at->answer->status;
    if (code_is(at->error, "TooManyJobs")) return problem_of(PROBLEM_ZENDESK_TOO_MANY_JOBS);
    if (code_is(at->error, "unavailable") && mentions(at->error, "search")) return problem_of(PROBLEM_ZENDESK_SEARCH_BUSY);
    if (code_is(at->error, "unavailable") || status >= 500) return problem_of(PROBLEM_ZENDESK_UNAVAILABLE);
    if (status >= 200 && status < 300) return success_problem(at);
    if (status >= 300 && status < 400) return redirect_problem(at);
    switch (status) {
    case 400: return bad_request_problem(at);
    case 401: return unauthorized_problem(at);
    case 402: return problem_of(PROBLEM_ZENDESK_ACCOUNT_SUSPENDED);
    case 403: return forbidden_problem(at);
    case 404: return missing_problem(at);
    case 406: return not_acceptable_problem(at);
    case 409: return conflict_problem(at);
    case 415: return problem_of(PROBLEM_ZENDESK_MEDIA_TYPE);
    case 422: return unprocessable_problem(at);
    case 429: return problem_of(PROBLEM_ZENDESK_RATE_LIMITED);
    default: return problem_of(status < 200 ? PROBLEM_ZENDESK_ANSWER_UNREADABLE : PROBLEM_ZENDESK_REFUSED);
    }
}

/* Zendesk's own words, with the status in front: "HTTP 422 RecordInvalid: Record validation errors (Email: ... )". */
static struct str evidence(const struct refusal *at)
{
    const struct zendesk_error *error = at->error;
    struct str text = arena_fmt(at->arena, "HTTP %d%s%.*s%s%.*s%s%.*s%s", at->answer->status, error->code.len > 0 ? " " : "",
                                STR_ARG(error->code), error->text.len > 0 ? ": " : "", STR_ARG(error->text),
                                error->details.len > 0 ? " (" : "", STR_ARG(error->details), error->details.len > 0 ? ")" : "");
    return str_clip(text, EVIDENCE_BYTES_MAX);
}

struct problem zendesk_problem(const struct http_answer *answer, const struct zendesk_who *who, struct arena *arena)
{
    struct zendesk_error error;
    zendesk_error_parse(answer, arena, &error);
    const struct refusal at = { answer, who, &error, arena };
    struct problem problem = by_status(&at);
    problem.facts.subdomain = who->subdomain;
    problem.facts.email = who->oauth ? STR_NONE : who->identifier;
    problem.facts.number = answer->status;
    problem.evidence = evidence(&at);
    bool is_refused_for_now = problem.id == PROBLEM_ZENDESK_RATE_LIMITED || problem.id == PROBLEM_ZENDESK_TOO_MANY_JOBS;
    if (is_refused_for_now || answer->status == 503) problem.retry_after_s = zendesk_retry_after_s(answer);
    if (is_refused_for_now) problem.facts.number = problem.retry_after_s;
    return problem;
}

static enum problem_id net_problem_id(const struct net_fault *fault)
{
    switch (fault->kind) {
    case NET_DNS: return PROBLEM_NET_DNS;
    case NET_PRIVATE:
    case NET_CONNECT: return PROBLEM_NET_UNREACHABLE;
    case NET_TLS:
        return str_find_nocase(str_from(fault->detail), STR("not yet valid"), 0) != SIZE_MAX ? PROBLEM_NET_CLOCK
                                                                                             : PROBLEM_NET_TLS;
    case NET_TIMEOUT: return PROBLEM_NET_TIMEOUT;
    case NET_RESET: return PROBLEM_NET_RESET;
    case NET_TOO_LARGE: return PROBLEM_NET_TOO_LARGE;
    case NET_PROTOCOL: return PROBLEM_NET_PROTOCOL;
    case NET_OK:
    case NET_CANCELLED: break;
    }
    return PROBLEM_NET_CANCELLED;
}

/* "It was issued by ... and ..." */
static const char *distrust_words(enum net_distrust distrust)
{
    switch (distrust) {
    case DISTRUST_UNKNOWN_CA: return "this CA is not known here";
    case DISTRUST_SELF_SIGNED: return "is signed by itself alone";
    case DISTRUST_EXPIRED: return "has expired";
    case DISTRUST_OTHER_HOST: return "is for another address";
    case DISTRUST_NONE:
    case DISTRUST_OTHER: break;
    }
    return "does not hold";
}

struct problem zendesk_net_problem(const struct net_fault *fault, const struct zendesk_who *who, struct arena *arena)
{
    bool is_seal_broken =
        str_find(str_from(fault->detail), STR("secret cannot be opened"), 0) != SIZE_MAX; /* room egress says so */
    struct problem problem = problem_of(is_seal_broken ? PROBLEM_SEAL_BROKEN : net_problem_id(fault));
    problem.facts.subdomain = who->subdomain;
    problem.facts.email = who->oauth ? STR_NONE : who->identifier;
    if (problem.id == PROBLEM_NET_TLS && fault->issuer[0] != '\0') {
        problem.words = CASE_ISSUER;
        problem.facts.value = arena_str(arena, str_from(fault->issuer));
        problem.facts.limit = str_from(distrust_words(fault->distrust));
    }
    if (who->practice_url.len > 0 && problem.id == PROBLEM_NET_UNREACHABLE) {
        problem.words = CASE_PRACTICE;
        problem.facts.value = who->practice_url;
    }
    if (problem.id == PROBLEM_NET_CLOCK) problem.facts.value = STR("slow: the certificate's first day has not come");
    if (problem.id == PROBLEM_NET_TOO_LARGE) problem.facts.limit = STR("8 MiB");
    problem.evidence = arena_str(arena, str_from(fault->detail));
    return problem;
}
