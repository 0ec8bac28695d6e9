/* wire.c - see wire.h.
 *
 * Numbers are eight bytes, least significant first; a text is its length and its bytes; a choice is a number below its count. Rejected: JSON, which would have copied every body once more
 * to escape it, and would have left the process with the key a larger parser to trust.
 */
#include "egress/wire.h"

#include <string.h>

enum { NUMBER_BYTES = 8, HEADERS_MAX = LIMIT_ANSWER_HEADERS };

/* ---- the parts ----------------------------------------------------------------------------------------------------------------------- */

struct wire wire_writer(struct buf *out)
{
    return (struct wire){ .out = out };
}

struct wire wire_reader(struct str message, struct arena *arena)
{
    return (struct wire){ .in = message, .arena = arena };
}

bool wire_is_whole(const struct wire *wire)
{
    return !wire->is_bad && (wire->out ? buf_ok(wire->out) : wire->in.len == 0);
}

/* Reading: the next `count` bytes, or none and a bad wire. */
static struct str take(struct wire *wire, size_t count)
{
    wire->is_bad = wire->is_bad || count > wire->in.len;
    if (wire->is_bad) return STR_NONE;
    struct str bytes = str_slice(wire->in, 0, count);
    wire->in = str_slice(wire->in, count, wire->in.len);
    return bytes;
}

static void number(struct wire *wire, int64_t *value)
{
    unsigned char bytes[NUMBER_BYTES];
    if (wire->out) {
        for (int i = 0; i < NUMBER_BYTES; i++) bytes[i] = (unsigned char)((uint64_t)*value >> (8 * i));
        buf_bytes(wire->out, bytes, sizeof bytes);
        return;
    }
    struct str read = take(wire, NUMBER_BYTES);
    uint64_t sum = 0;
    for (size_t i = read.len; i-- > 0;) sum = sum << 8 | (unsigned char)read.ptr[i];
    *value = (int64_t)sum;
}

/* A number from 0 to count - 1. */
static int64_t choice(struct wire *wire, int64_t value, int64_t count)
{
    number(wire, &value);
    if (value >= 0 && value < count) return value;
    wire->is_bad = true;
    return 0;
}

static void flag(struct wire *wire, bool *value)
{
    *value = choice(wire, *value, 2) == 1;
}

void wire_text(struct wire *wire, struct str *text)
{
    int64_t length = (int64_t)text->len;
    number(wire, &length);
    if (wire->out) {
        buf_str(wire->out, *text);
        return;
    }
    wire->is_bad = wire->is_bad || length < 0;
    *text = take(wire, wire->is_bad ? 0 : (size_t)length);
}

void wire_head(struct wire *wire, enum wire_kind *kind, uint32_t *call)
{
    *kind = (enum wire_kind)choice(wire, *kind, WIRE_KINDS);
    *call = (uint32_t)choice(wire, *call, WIRE_CALLS);
}

static void headers(struct wire *wire, const struct http_header **list, size_t *count)
{
    *count = (size_t)choice(wire, (int64_t)*count, HEADERS_MAX + 1);
    struct http_header *copies = wire->out ? NULL : arena_array(wire->arena, *count + 1, sizeof *copies);
    for (size_t i = 0; i < *count && !wire->is_bad; i++) {
        struct http_header header = wire->out ? (*list)[i] : (struct http_header){ 0 };
        wire_text(wire, &header.name);
        wire_text(wire, &header.value);
        if (copies) copies[i] = header;
    }
    if (copies) *list = copies;
}

/* ---- commands ------------------------------------------------------------------------------------------------------------------------ */

/* An action is its number in the table; after the last one comes "none". */
static void action(struct wire *wire, const struct action_spec **spec)
{
    int64_t kind = choice(wire, *spec ? (*spec)->kind : ACTION_COUNT, ACTION_COUNT + 1);
    *spec = kind == ACTION_COUNT ? NULL : action_spec((enum action_kind)kind);
}

void wire_command(struct wire *wire, struct egress_command *command)
{
    wire_text(wire, &command->workspace);
    wire_text(wire, &command->integration);
    wire_text(wire, &command->sealed);
    wire_text(wire, &command->sealed_token);
    action(wire, &command->action);
    command->method = (enum http_method)choice(wire, command->method, HTTP_OTHER);
    wire_text(wire, &command->path);
    wire_text(wire, &command->body);
    wire_text(wire, &command->content_type);
    wire_text(wire, &command->idempotency_key);
    number(wire, &command->total_ms);
    number(wire, &command->send_by_ms);
}

void wire_model(struct wire *wire, struct egress_model_command *command)
{
    struct str path = wire->out ? str_from(command->path) : STR_NONE;
    wire_text(wire, &command->workspace);
    wire_text(wire, &command->provider);
    wire_text(wire, &command->sealed);
    wire_text(wire, &path);
    headers(wire, &command->headers, &command->header_count);
    wire_text(wire, &command->body);
    flag(wire, &command->stream);
    number(wire, &command->total_ms);
    if (wire->out) return;
    wire->is_bad = wire->is_bad || memchr(path.len > 0 ? path.ptr : "", '\0', path.len) != NULL;
    command->path = arena_cstr(wire->arena, path);
}

void wire_notice(struct wire *wire, struct egress_notice *notice)
{
    wire_text(wire, &notice->workspace);
    wire_text(wire, &notice->sealed);
    wire_text(wire, &notice->former_sealed);
    wire_text(wire, &notice->id);
    wire_text(wire, &notice->body);
    number(wire, &notice->now_s);
}

/* ---- answers ------------------------------------------------------------------------------------------------------------------------- */

static void fault(struct wire *wire, struct net_fault *fault)
{
    struct str detail = wire->out ? str_from(fault->detail) : STR_NONE, issuer = wire->out ? str_from(fault->issuer) : STR_NONE;
    fault->kind = (enum net_fault_kind)choice(wire, fault->kind, NET_PRIVATE + 1);
    fault->distrust = (enum net_distrust)choice(wire, fault->distrust, DISTRUST_OTHER + 1);
    flag(wire, &fault->nothing_sent);
    wire_text(wire, &detail);
    wire_text(wire, &issuer);
    if (wire->out) return;
    detail = str_clip(detail, sizeof fault->detail - 1);
    issuer = str_clip(issuer, sizeof fault->issuer - 1);
    *fault = (struct net_fault){ .kind = fault->kind, .distrust = fault->distrust, .nothing_sent = fault->nothing_sent };
    if (detail.len > 0) memcpy(fault->detail, detail.ptr, detail.len);
    if (issuer.len > 0) memcpy(fault->issuer, issuer.ptr, issuer.len);
}

static void answer(struct wire *wire, struct http_answer *answer)
{
    answer->status = (int)choice(wire, answer->status, 1000);
    headers(wire, &answer->headers, &answer->header_count);
    wire_text(wire, &answer->body);
}

static void timing(struct wire *wire, struct http_timing *timing)
{
    number(wire, &timing->dns_us);
    number(wire, &timing->connect_us);
    number(wire, &timing->tls_us);
    number(wire, &timing->first_byte_us);
    number(wire, &timing->total_us);
}

void wire_result(struct wire *wire, struct http_result *result)
{
    fault(wire, &result->fault);
    answer(wire, &result->answer);
    timing(wire, &result->timing);
    wire_text(wire, &result->primary_address);
}

void wire_token_result(struct wire *wire, struct egress_token_result *result)
{
    fault(wire, &result->fault);
    answer(wire, &result->answer);
    wire_text(wire, &result->sealed_token);
    number(wire, &result->expires_in_s);
    wire_text(wire, &result->scope);
    timing(wire, &result->timing);
}

/* ---- sealing ------------------------------------------------------------------------------------------------------------------------- */

void wire_seal(struct wire *wire, enum wire_kind kind, struct wire_seal *seal)
{
    wire_text(wire, &seal->workspace);
    wire_text(wire, &seal->row);
    if (kind == WIRE_SEAL) {
        seal->credential.auth = (enum integration_auth)choice(wire, seal->credential.auth, AUTH_OAUTH_CLIENT + 1);
        wire_text(wire, &seal->credential.subdomain);
        wire_text(wire, &seal->credential.identifier);
        wire_text(wire, &seal->credential.secret);
    } else if (kind == WIRE_SEAL_PROVIDER) {
        wire_text(wire, &seal->provider.base_url);
        seal->provider.auth = (enum provider_auth)choice(wire, seal->provider.auth, PROVIDER_NO_KEY + 1);
        wire_text(wire, &seal->provider.key);
    } else {
        wire_text(wire, &seal->url);
    }
}

void wire_sealed(struct wire *wire, struct wire_sealed *sealed)
{
    sealed->status = (enum status)choice(wire, sealed->status, E_INTERNAL + 1);
    wire_text(wire, &sealed->sealed.envelope);
    wire_text(wire, &sealed->sealed.last4);
    wire_text(wire, &sealed->sealed.fingerprint);
    wire_text(wire, &sealed->secret);
}
