/* fault.c - what a provider's error means.
 *
 * Sources, in this order: the error's code and type, as a 429 can mean "slower" and "no money"; then its words, for the few cases that
 * have no code (Anthropic's empty account, context windows of local servers); then the status, which every server has. The
 * words are matched in lower case as they stand in the providers' answers; a miss costs a wrong kind of refusal, never an action.
 */
#include "llm/fault.h"

#include "base/limits.h"
#include "llm/view.h"

enum { MESSAGE_BYTES_MAX = 300, WORD_BYTES_MAX = 80 };

struct said {
    struct str type, code, message, parameter;
    int64_t status;
    int64_t retry_after_ms;
};

struct meaning {
    const char *word;
    enum model_fault_kind kind;
};

/* Codes and types, whole. "invalid_request_error" is not among them: it says nothing that the words and the status do not. */
static const struct meaning codes[] = {
    { "insufficient_quota", MODEL_FAULT_QUOTA },
    { "credit_balance_exhausted", MODEL_FAULT_QUOTA },
    { "billing_hard_limit_reached", MODEL_FAULT_QUOTA },
    { "billing_error", MODEL_FAULT_QUOTA },
    { "billing_not_active", MODEL_FAULT_QUOTA },
    { "context_length_exceeded", MODEL_FAULT_CONTEXT },
    { "exceed_context_size_error", MODEL_FAULT_CONTEXT },
    { "string_above_max_length", MODEL_FAULT_CONTEXT },
    { "content_filter", MODEL_FAULT_FILTERED },
    { "content_policy_violation", MODEL_FAULT_FILTERED },
    { "invalid_api_key", MODEL_FAULT_KEY },
    { "authentication_error", MODEL_FAULT_KEY },
    { "unauthenticated", MODEL_FAULT_KEY },
    { "permission_error", MODEL_FAULT_DENIED },
    { "permission_denied", MODEL_FAULT_DENIED },
    { "model_not_found", MODEL_FAULT_UNKNOWN },
    { "not_found_error", MODEL_FAULT_UNKNOWN },
    { "deploymentnotfound", MODEL_FAULT_UNKNOWN },
    { "rate_limit_exceeded", MODEL_FAULT_RATE_LIMITED },
    { "rate_limit_error", MODEL_FAULT_RATE_LIMITED },
    { "resource_exhausted", MODEL_FAULT_RATE_LIMITED },
    { "overloaded_error", MODEL_FAULT_OVERLOADED },
    { "unavailable", MODEL_FAULT_OVERLOADED },
    { "request_too_large", MODEL_FAULT_CONTEXT },
    { "unsupported_parameter", MODEL_FAULT_REQUEST },
    { "unsupported_value", MODEL_FAULT_REQUEST },
    { "timeout_error", MODEL_FAULT_TIMEOUT },
    { "server_error", MODEL_FAULT_SERVER },
    { "api_error", MODEL_FAULT_SERVER },
};

/* Words within a message. */
static const struct meaning phrases[] = {
    { "credit balance is too low", MODEL_FAULT_QUOTA },
    { "maximum context length", MODEL_FAULT_CONTEXT },
    { "context length exceeded", MODEL_FAULT_CONTEXT },
    { "context window", MODEL_FAULT_CONTEXT },
    { "prompt is too long", MODEL_FAULT_CONTEXT },
    { "exceeds the available context size", MODEL_FAULT_CONTEXT },
    { "incorrect api key", MODEL_FAULT_KEY },
    { "does not support tools", MODEL_FAULT_REQUEST },
    { "auto tool choice requires", MODEL_FAULT_REQUEST },
};

static enum model_fault_kind kind_of_status(int64_t status)
{
    switch (status) {
    case 401: return MODEL_FAULT_KEY;
    case 402: return MODEL_FAULT_QUOTA;
    case 403: return MODEL_FAULT_DENIED;
    case 404: return MODEL_FAULT_UNKNOWN;
    case 408:
    case 504: return MODEL_FAULT_TIMEOUT;
    case 409: return MODEL_FAULT_SERVER;
    case 413: return MODEL_FAULT_CONTEXT;
    case 429: return MODEL_FAULT_RATE_LIMITED;
    case 503:
    case 529: return MODEL_FAULT_OVERLOADED;
    default: break;
    }
    if (status >= 500) return MODEL_FAULT_SERVER;
    if (status >= 400) return MODEL_FAULT_REQUEST;
    return status >= 300 ? MODEL_FAULT_UNKNOWN : MODEL_FAULT_SERVER;
}

static enum model_fault_kind kind_of_code(struct str code)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (str_eq_nocase(code, str_from(codes[i].word))) return codes[i].kind;
    return MODEL_FAULT_NONE;
}

static enum model_fault_kind kind_of(const struct said *said)
{
    enum model_fault_kind kind = kind_of_code(said->code);
    if (kind == MODEL_FAULT_NONE) kind = kind_of_code(said->type);
    for (size_t i = 0; kind == MODEL_FAULT_NONE && i < sizeof phrases / sizeof *phrases; i++)
        if (str_find_nocase(said->message, str_from(phrases[i].word), 0) != SIZE_MAX) kind = phrases[i].kind;
    return kind != MODEL_FAULT_NONE ? kind : kind_of_status(said->status);
}

/* ---- durations --------------------------------------------------------------------------------------------------------- */

static int64_t clamp_ms(int64_t ms)
{
    const int64_t most = (int64_t)LIMIT_RETRY_AFTER_S * 1000;
    return ms < 0 ? 0 : ms < most ? ms : most;
}

/* "34.4", "120": a number with at most three decimals counted, in thousandths; the rest of the text in *rest. False: no number. */
static bool take_thousandths(struct str *rest, int64_t *thousandths)
{
    size_t at = 0;
    int64_t value = 0, place = 1000;
    while (at < rest->len && at < 9 && char_is_digit(rest->ptr[at])) value = value * 10 + (rest->ptr[at++] - '0');
    if (at == 0) return false;
    value *= 1000;
    if (at < rest->len && rest->ptr[at] == '.')
        for (at++; at < rest->len && char_is_digit(rest->ptr[at]); at++) value += (rest->ptr[at] - '0') * (place /= 10);
    *thousandths = value;
    *rest = str_slice(*rest, at, rest->len);
    return true;
}

/* "1s", "6m0s", "34.4s", "250ms", "20" (seconds): OpenAI's and Google's durations, and Retry-After in seconds. 0: not one. */
static int64_t duration_ms(struct str text)
{
    int64_t total = 0, thousandths;
    struct str rest = str_trim(text);
    while (take_thousandths(&rest, &thousandths)) {
        if (str_starts(rest, STR("ms"))) {
            total += thousandths / 1000;
            rest = str_slice(rest, 2, rest.len);
            continue;
        }
        char unit = rest.len > 0 ? rest.ptr[0] : 's';
        total += unit == 'h' ? thousandths * 3600 : unit == 'm' ? thousandths * 60 : thousandths;
        rest = str_slice(rest, 1, rest.len);
    }
    return rest.len == 0 ? clamp_ms(total) : 0;
}

static int64_t retry_after_of(const struct http_answer *answer)
{
    static const char *const resets[] = { "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens" };
    int64_t ms;
    struct str exact = http_header_get(answer->headers, answer->header_count, STR("retry-after-ms"));
    if (str_to_i64(exact, &ms)) return clamp_ms(ms);
    int64_t wait_ms = duration_ms(http_header_get(answer->headers, answer->header_count, STR("retry-after")));
    for (size_t i = 0; wait_ms == 0 && answer->status == 429 && i < sizeof resets / sizeof *resets; i++)
        wait_ms = duration_ms(http_header_get(answer->headers, answer->header_count, str_from(resets[i])));
    return wait_ms;
}

/* Google: error.details[] has an element with "retryDelay". */
static int64_t retry_delay_of(struct str error, struct arena *arena)
{
    struct str details = view_get(error, "details"), element;
    while (view_next(&details, &element)) {
        struct buf text;
        buf_init(&text, WORD_BYTES_MAX);
        view_text(view_get(element, "retryDelay"), &text);
        int64_t ms = duration_ms(arena_str(arena, buf_view(&text)));
        buf_clear(&text);
        if (ms > 0) return ms;
    }
    return 0;
}

/* ---- errors ------------------------------------------------------------------------------------------------------------ */

static struct str text_of(struct str value, size_t bytes_max, struct arena *arena)
{
    struct buf text;
    buf_init(&text, LIMIT_MODEL_CHUNK_BYTES);
    view_text(value, &text);
    struct str kept = arena_str(arena, str_clip(str_trim(buf_view(&text)), bytes_max));
    buf_clear(&text);
    return kept;
}

static struct str first_text(struct str object, const char *const names[], struct arena *arena)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        struct str value = view_get(object, names[i]);
        if (view_is_string(value) && !view_is_empty_string(value)) return text_of(value, MESSAGE_BYTES_MAX, arena);
    }
    return STR_NONE;
}

static void read_error(struct str value, struct arena *arena, struct said *said)
{
    static const char *const messages[] = { "message", "detail", "error_description", NULL };
    struct str inner = view_get(value, "error");
    struct str error = view_is_object(inner) ? inner : value;
    said->message = view_is_string(inner) ? text_of(inner, MESSAGE_BYTES_MAX, arena) : first_text(error, messages, arena);
    said->type = text_of(view_get(error, "type"), WORD_BYTES_MAX, arena);
    if (said->type.len == 0) said->type = text_of(view_get(error, "status"), WORD_BYTES_MAX, arena);
    said->code = text_of(view_get(error, "code"), WORD_BYTES_MAX, arena);
    said->parameter = text_of(view_get(error, "param"), WORD_BYTES_MAX, arena);
    int64_t number = view_int(view_get(error, "code"), 0);
    if (said->status == 0 && number >= 400 && number <= 599) said->status = number;
    if (said->retry_after_ms == 0) said->retry_after_ms = retry_delay_of(error, arena);
}

static struct model_fault fault_of(const struct said *said)
{
    return (struct model_fault){
        .kind = kind_of(said),
        .status = said->status,
        .retry_after_ms = said->retry_after_ms,
        .message = said->message,
        .parameter = said->parameter,
    };
}

struct model_fault fault_from_error(struct str error, int64_t status, struct arena *arena)
{
    struct said said = { .status = status };
    read_error(error, arena, &said);
    return fault_of(&said);
}

/* Short plain texts are the server's own words; pages are nobody's. */
static struct str plain_words(struct str body, struct arena *arena)
{
    struct str words = str_trim(body);
    if (words.len == 0 || words.ptr[0] == '<' || !str_is_utf8(words)) return STR_NONE;
    return arena_str(arena, str_clip(words, MESSAGE_BYTES_MAX));
}

struct model_fault llm_answer_fault(const struct http_answer *answer, struct arena *arena)
{
    struct said said = { .status = answer->status, .retry_after_ms = retry_after_of(answer) };
    struct str value;
    if (!view_check(answer->body, &value)) {
        said.message = plain_words(answer->body, arena);
        return fault_of(&said);
    }
    read_error(value.ptr[0] == '[' ? view_first(value) : value, arena, &said);
    return fault_of(&said);
}

static enum model_fault_kind kind_of_net(enum net_fault_kind kind)
{
    switch (kind) {
    case NET_TIMEOUT: return MODEL_FAULT_TIMEOUT;
    case NET_RESET: return MODEL_FAULT_CUT_OFF;
    case NET_TOO_LARGE: return MODEL_FAULT_LIMIT;
    case NET_PROTOCOL: return MODEL_FAULT_UNREADABLE;
    case NET_CANCELLED: return MODEL_FAULT_CANCELLED;
    case NET_PRIVATE: return MODEL_FAULT_ADDRESS;
    case NET_OK:
    case NET_DNS:
    case NET_CONNECT:
    case NET_TLS: break;
    }
    return MODEL_FAULT_NETWORK;
}

struct model_fault llm_net_fault(const struct net_fault *fault, struct arena *arena)
{
    return (struct model_fault){ .kind = kind_of_net(fault->kind), .message = arena_str(arena, str_from(fault->detail)) };
}
