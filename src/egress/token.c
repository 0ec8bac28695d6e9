/* token.c - OAuth access tokens by client credentials: POST /oauth/tokens with the client's id and secret in a JSON body
 * (Zendesk, "OAuth Tokens for Grant Types").
 *
 * The answer is read here and nowhere else, as it holds the token: what leaves the room is the sealed token, its life and
 * its scope, or the refusal. `expires_in` is taken as seconds.
 */
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "egress/egress.h"
#include "egress/sender.h"

enum { BODY_BYTES_MAX = 16 * 1024 };

struct fetch {
    struct egress *egress;
    struct arena arena;
    struct credential_place place; /* its strings are in the arena */
    struct str subdomain;
    egress_token_fn *fn;
    void *context;
};

/* Seals the token of a 2xx; leaves the result without one when the body does not have it. */
static void take_token(struct fetch *fetch, struct str body, struct egress_token_result *result)
{
    struct buf envelope;
    struct json *parsed = json_parse(body, NULL);
    struct str token = json_get_str(parsed, "access_token");
    buf_init(&envelope, 4 * LIMIT_SECRET_BYTES + 4096);
    if (token.len > 0 && token.len <= LIMIT_SECRET_BYTES &&
        credential_seal_token(&fetch->place, fetch->subdomain, token, &envelope) == OK) {
        result->sealed_token = arena_str(&fetch->arena, buf_view(&envelope));
        result->expires_in_s = json_get_int(parsed, "expires_in", 0);
        result->scope = arena_str(&fetch->arena, json_get_str(parsed, "scope"));
    }
    buf_clear(&envelope);
    json_free(parsed);
}

static void on_answer(void *context, const struct http_result *answer)
{
    struct fetch *fetch = context;
    struct egress_token_result result = { .fault = answer->fault, .answer = answer->answer, .timing = answer->timing };
    if (answer->fault.kind == NET_OK && answer->answer.status >= 200 && answer->answer.status <= 299) {
        take_token(fetch, answer->answer.body, &result);
        result.answer.body = STR_NONE;
    }
    fetch->fn(fetch->context, &result);
    arena_clear(&fetch->arena);
    mem_free(fetch);
}

static void write_body(const struct credential *credential, struct str scope, struct buf *out)
{
    struct jw json;
    jw_init(&json, out);
    jw_object(&json);
    jw_kv_str(&json, "grant_type", STR("client_credentials"));
    jw_kv_str(&json, "client_id", credential->is.identifier);
    jw_kv_str(&json, "client_secret", credential->is.secret);
    jw_kv_str(&json, "scope", scope);
    jw_end_object(&json);
}

static struct fetch *fetch_new(struct egress *egress, const struct egress_command *command, egress_token_fn *fn, void *context)
{
    struct fetch *fetch = mem_alloc(sizeof *fetch);
    *fetch = (struct fetch){ .egress = egress, .fn = fn, .context = context };
    arena_init(&fetch->arena);
    fetch->place = sender_place(egress, command);
    fetch->place.workspace = arena_str(&fetch->arena, command->workspace);
    fetch->place.row = arena_str(&fetch->arena, command->integration);
    return fetch;
}

void egress_fetch_token(struct egress *egress, const struct egress_command *command, struct str scope, egress_token_fn *fn,
                        void *context)
{
    struct credential credential;
    struct buf body;
    if (egress->far) {
        far_fetch_token(egress->far, command, scope, fn, context);
        return;
    }
    struct fetch *fetch = fetch_new(egress, command, fn, context);
    credential_buffer(&body, BODY_BYTES_MAX);
    enum status status = credential_open(&fetch->place, command->sealed, &credential);
    if (status == OK && credential.is.auth == AUTH_OAUTH_CLIENT) {
        write_body(&credential, scope, &body);
        fetch->subdomain = arena_str(&fetch->arena, credential.is.subdomain);
        const struct egress_command post = { .method = HTTP_POST, .body = buf_view(&body), .total_ms = command->total_ms };
        sender_start(egress, &credential, &post, STR("/oauth/tokens"), false, on_answer, fetch);
    } else {
        sender_refuse(egress, "the stored secret cannot be opened", on_answer, fetch);
    }
    seal_wipe(&body);
    credential_clear(&credential);
}
