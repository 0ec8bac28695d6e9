/* idempotency.c - remembered answers. They are written in the transaction of the ticket they belong to, so a key never points to a ticket that is not there. */
#include "sandbox/idempotency.h"

#include "sandbox/fail.h"

enum { KEY_LIFE_MS = 2 * 60 * 60 * 1000 };

static struct str key_of(const struct call *call)
{
    return call->plan.ignore_key ? STR_NONE : call_header_in(call, STR("Idempotency-Key"));
}

static struct str body_hash(struct call *call)
{
    char hex[2 * HASH_BYTES + 1];
    struct hash hash = hash_blake2b(call->request->body);
    hash_hex(&hash, hex);
    return arena_str(call->arena, str_from(hex));
}

static void replay(struct call *call, struct db_query *q)
{
    struct str location = db_text(q, 2, call->arena), body = db_text(q, 3, call->arena);
    int status = (int)db_int(q, 1);
    db_done(q);
    call_header(call, "x-idempotency-lookup", STR("hit"));
    if (location.len) call_header(call, "Location", location);
    call_bytes(call, status, status < 300 ? STR("application/json; charset=utf-8") : STR("text/html; charset=utf-8"), body);
}

bool idempotency_answers(struct call *call)
{
    struct str key = key_of(call);
    if (!key.len) return false;
    if (!call->plan.forget_key) {
        struct db_query *q = db_query(
            call->sandbox->db, "SELECT body_hash, status, location, body FROM idempotency WHERE key = ?1 AND created_at > ?2");
        db_bind_text(q, 1, key);
        db_bind_int(q, 2, call->now_at - KEY_LIFE_MS);
        if (db_next(q)) {
            bool is_same = str_eq(db_text(q, 0, call->arena), body_hash(call));
            if (is_same) {
                replay(call, q);
                return true;
            }
            db_done(q);
            fail_with(call, 400, "IdempotentRequestError", "Request parameters don't match the given idempotency key");
            return true;
        }
    }
    call_header(call, "x-idempotency-lookup", STR("miss"));
    return false;
}

void idempotency_keep(struct call *call)
{
    struct str key = key_of(call);
    bool is_kept = (call->status >= 200 && call->status < 300) || call->plan.outcome == FAULT_STATUS_STICKY;
    if (!key.len || !is_kept || call->plan.forget_key) return;
    struct db_query *q =
        db_query(call->sandbox->db, "INSERT OR REPLACE INTO idempotency (key, body_hash, status, location, body, created_at)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_text(q, 1, key);
    db_bind_text(q, 2, body_hash(call));
    db_bind_int(q, 3, call->status);
    db_bind_text(q, 4, http_header_get(call->headers, call->header_count, STR("Location")));
    db_bind_text(q, 5, buf_view(&call->out));
    db_bind_int(q, 6, call->now_at);
    db_run(q);
}
