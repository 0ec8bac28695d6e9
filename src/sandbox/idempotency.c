/* idempotency.c - remembered answers. They are written in the transaction of the ticket they belong to, so a key never points to
 * a ticket that is not there. */
#include "sandbox/idempotency.h"

#include "sandbox/fail.h"

enum { KEY_LIFE_MS = 2 * 60 * 60 * 1000 };

static struct str key_of(const struct api_call *call)
{
    return call->plan.ignore_key ? STR_NONE : api_header_in(call, STR("Idempotency-Key"));
}

static struct str body_hash(struct api_call *call)
{
    char hex[2 * HASH_BYTES + 1];
    struct hash hash = hash_blake2b(call->request->body);
    hash_hex(&hash, hex);
    return arena_str(call->arena, str_from(hex));
}

static void replay(struct api_call *call, struct desk_query *q)
{
    struct str location = desk_text(q, 2, call->arena), body = desk_text(q, 3, call->arena);
    int status = (int)desk_int(q, 1);
    desk_done(q);
    api_header(call, "x-idempotency-lookup", STR("hit"));
    if (location.len) api_header(call, "Location", location);
    api_bytes(call, status, status < 300 ? STR("application/json; charset=utf-8") : STR("text/html; charset=utf-8"), body);
}

bool idempotency_answers(struct api_call *call)
{
    struct str key = key_of(call);
    if (!key.len) return false;
    if (!call->plan.forget_key) {
        struct desk_query *q = desk_query(
            call->sandbox->desk, "SELECT body_hash, status, location, body FROM idempotency WHERE key = ?1 AND created_at > ?2");
        desk_bind_text(q, 1, key);
        desk_bind_int(q, 2, call->now_at - KEY_LIFE_MS);
        if (desk_next(q)) {
            bool is_same = str_eq(desk_text(q, 0, call->arena), body_hash(call));
            if (is_same) {
                replay(call, q);
                return true;
            }
            desk_done(q);
            fail_with(call, 400, "IdempotentRequestError", "Request parameters don't match the given idempotency key");
            return true;
        }
    }
    api_header(call, "x-idempotency-lookup", STR("miss"));
    return false;
}

static void forget_expired(struct api_call *call)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "DELETE FROM idempotency WHERE created_at <= ?1");
    desk_bind_int(q, 1, call->now_at - KEY_LIFE_MS);
    desk_run(q);
}

void idempotency_keep(struct api_call *call)
{
    struct str key = key_of(call);
    bool is_kept = (call->status >= 200 && call->status < 300) || call->plan.outcome == FAULT_STATUS_STICKY;
    if (!key.len || !is_kept || call->plan.forget_key) return;
    forget_expired(call);
    struct desk_query *q =
        desk_query(call->sandbox->desk, "INSERT OR REPLACE INTO idempotency (key, body_hash, status, location, body, created_at)"
                                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    desk_bind_text(q, 1, key);
    desk_bind_text(q, 2, body_hash(call));
    desk_bind_int(q, 3, call->status);
    desk_bind_text(q, 4, http_header_get(call->headers, call->header_count, STR("Location")));
    desk_bind_text(q, 5, buf_view(&call->out));
    desk_bind_int(q, 6, call->now_at);
    desk_run(q);
}
