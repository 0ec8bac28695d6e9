/* actor.c - credentials to actor, in one job.
 *
 * Keys and sessions are looked up by the digest of their token, in the database, with every request: a revoked key or an ended session stops at once, on every node. A cache was
 * rejected for that reason; the look-up is one indexed read in the storage thread's next round.
 */
#include "web/actor.h"

#include "base/mem.h"
#include "web/bootstrap.h"
#include "web/call.h"
#include "web/ident.h"
#include "web/route.h"

/* ---- "last seen" ---------------------------------------------------------------------------------------------------------------- */

/* A write of its own, as nobody waits for it; it frees itself. */
struct touch {
    struct store_job store;
    struct web *web;
    struct arena arena;
    enum actor_kind kind;
    struct str workspace, id;
    int64_t at;
};

static enum status touch_run(struct store_tx *tx, struct store_job *job)
{
    struct touch *touch = (struct touch *)job;
    if (touch->kind == ACTOR_KEY) return api_key_touch(tx, touch->workspace, touch->id, touch->at);
    return session_touch(tx, touch->workspace, touch->id, touch->at);
}

/* A failure is the storage's to report; the next request tries again. */
static void touch_done(struct store_job *job, enum status status)
{
    struct touch *touch = (struct touch *)job;
    (void)status;
    touch->web->touching--;
    arena_clear(&touch->arena);
    mem_free(touch);
}

static void touch_later(struct web_call *call)
{
    struct touch *touch = mem_alloc(sizeof *touch);
    const struct actor *actor = &call->actor;
    call->web->touching++;
    touch->web = call->web;
    arena_init(&touch->arena);
    touch->store = (struct store_job){ .run = touch_run, .done = touch_done, .mode = STORE_WRITE };
    touch->kind = actor->kind;
    touch->workspace = arena_str(&touch->arena, actor->workspace);
    touch->id = arena_str(&touch->arena, actor->kind == ACTOR_KEY ? actor->id : actor->session);
    touch->at = call->now_at;
    store_submit(call->web->store, &touch->store);
}

/* ---- looking up ------------------------------------------------------------------------------------------------------------------ */

struct actor_job {
    struct call_job head;
    enum actor_kind kind;
    struct str hash;
    bool is_stale; /* "last seen" is to be written */
};

static enum status find_key(struct store_tx *tx, struct actor_job *job)
{
    struct web_call *call = job->head.call;
    struct api_key key;
    enum status status = api_key_by_hash(tx, job->hash, call->arena, &key);
    if (status == E_NOT_FOUND || (status == OK && key.revoked_at > 0)) return call_because(call, E_DENIED, PROBLEM_KEY_REJECTED);
    if (status != OK) return status;
    if (key.expires_at > 0 && key.expires_at <= call->now_at) return call_because(call, E_DENIED, PROBLEM_KEY_ENDED);
    call->actor.kind = ACTOR_KEY;
    call->actor.role = key.role;
    call->actor.scopes = key.scopes;
    call->actor.workspace = key.workspace;
    call->actor.id = key.id;
    job->is_stale = call->now_at - key.last_used_at >= ACTOR_TOUCH_MS;
    return OK;
}

/* Asked of the few whom it can concern: admins without one. */
static enum status find_lack(struct store_tx *tx, struct web_call *call, const struct member *member)
{
    struct workspace workspace;
    if (member->role < ROLE_ADMIN || member->factor_at > 0) return OK;
    enum status status = workspace_get(tx, member->workspace, call->arena, &workspace);
    if (status == OK) call->actor.lacks_factor = workspace.admins_need_factor;
    return status;
}

/* A session that is unknown or has ended leaves the actor as it is: nobody. */
static enum status find_session(struct store_tx *tx, struct actor_job *job)
{
    struct web_call *call = job->head.call;
    struct session session;
    struct member member;
    enum status status = session_by_hash(tx, job->hash, call->arena, &session);
    if (status != OK) return status == E_NOT_FOUND ? OK : status;
    if (session.expires_at <= call->now_at || session.last_seen_at + SESSION_IDLE_MS <= call->now_at) return OK;
    status = member_get(tx, session.workspace, session.member, call->arena, &member);
    if (status != OK) return status == E_NOT_FOUND ? OK : status;
    status = find_lack(tx, call, &member);
    if (status != OK) return status;
    call->actor.kind = ACTOR_SESSION;
    call->actor.role = member.role;
    call->actor.workspace = session.workspace;
    call->actor.id = member.id;
    call->actor.session = session.id;
    call->actor.session_expires_at = session.expires_at;
    call->actor.has_fresh_link = session.from_link && call->now_at - session.created_at < SESSION_LINK_FRESH_MS;
    job->is_stale = call->now_at - session.last_seen_at >= ACTOR_TOUCH_MS;
    return OK;
}

static enum status find_local(struct store_tx *tx, struct actor_job *job)
{
    struct web_call *call = job->head.call;
    struct workspace workspace;
    struct member owner;
    enum status status = workspace_first(tx, call->arena, &workspace);
    if (status == OK) status = bootstrap_owner(tx, workspace.id, call->arena, &owner);
    if (status != OK) return status;
    call->actor.kind = ACTOR_LOCAL;
    call->actor.role = ROLE_OWNER;
    call->actor.workspace = workspace.id;
    call->actor.id = owner.id;
    return OK;
}

static enum status find_run(struct store_tx *tx, struct call_job *head)
{
    struct actor_job *job = (struct actor_job *)head;
    head->call->now_at = store_now(tx);
    if (job->kind == ACTOR_KEY) return find_key(tx, job);
    if (job->kind == ACTOR_SESSION) return find_session(tx, job);
    return find_local(tx, job);
}

static void find_done(struct call_job *head)
{
    struct actor_job *job = (struct actor_job *)head;
    if (job->is_stale) touch_later(head->call);
    head->call->next(head->call);
}

/* ---- which credentials ------------------------------------------------------------------------------------------------------------ */

/* The token of "Bearer TOKEN" (RFC 6750 section 2.1); of another scheme the whole value, which no key matches. */
static struct str bearer_of(struct str authorization)
{
    struct str scheme = STR("Bearer ");
    bool is_bearer = authorization.len > scheme.len && str_eq_nocase(str_slice(authorization, 0, scheme.len), scheme);
    return is_bearer ? str_trim(str_slice(authorization, scheme.len, authorization.len)) : authorization;
}

/* On this machine, and not a stranger whom a proxy on this machine speaks for. */
static bool is_near(const struct web_call *call)
{
    struct str address = call->address;
    bool is_forwarded = call_header(call, "X-Forwarded-For").len > 0 || call_header(call, "Forwarded").len > 0;
    bool is_loopback = str_starts(address, STR("127.")) || str_eq(address, STR("::1")) || str_starts(address, STR("::ffff:127."));
    return call->request->peer.is_trusted_local || (is_loopback && !is_forwarded);
}

void actor_find(struct web_call *call, call_fn *next)
{
    struct str authorization = call_header(call, "Authorization");
    struct actor_job *job = call_job(call, struct actor_job);
    call->next = next;
    call->actor.is_near = is_near(call);
    struct str cookie = call_session_token(call);
    if (authorization.len > 0) {
        job->kind = ACTOR_KEY;
        job->hash = ident_token_hash(call->arena, bearer_of(authorization));
    } else if (cookie.len > 0) {
        job->kind = ACTOR_SESSION;
        job->hash = ident_token_hash(call->arena, cookie);
    } else if (call->request->peer.is_trusted_local) {
        job->kind = ACTOR_LOCAL;
    } else {
        next(call);
        return;
    }
    call_read(&job->head, find_run, find_done);
}
