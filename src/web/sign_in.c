/* sign_in.c - sessions: by password, by one-time link, and their end.
 *
 * Whoever signs in gets a fresh token; the session that the browser held before ends in the same transaction. An unknown e-mail takes the same way as a known one, the password check
 * included, and gets the same answer. A link lets nobody past a second factor, and is used up only when it has let
 * somebody in.
 */
#include "web/sign_in.h"

#include "web/cookie.h"
#include "web/ident.h"
#include "web/reauth.h"
#include "web/render.h"
#include "web/route.h"
#include "web/second_factor.h"
#include "web/trail.h"

/* ---- sessions ---------------------------------------------------------------------------------------------------------------- */

/* The one that came with the request, whatever it is worth: it ends. */
static enum status end_old_session(struct store_tx *tx, struct web_call *call)
{
    struct session old;
    struct str token = call_session_token(call);
    if (token.len == 0) return OK;
    enum status status = session_by_hash(tx, ident_token_hash(call->arena, token), call->arena, &old);
    if (status == OK) status = session_delete(tx, old.workspace, old.id);
    return status == E_NOT_FOUND ? OK : status;
}

enum status session_start(struct store_tx *tx, struct web_call *call, bool from_link, struct session_job *job)
{
    int64_t now = store_now(tx);
    enum status status = workspace_get(tx, job->member.workspace, call->arena, &job->workspace);
    if (status == OK) status = end_old_session(tx, call);
    if (status != OK) return status;
    job->token = ident_token(call->arena, "");
    struct session session = {
        .id = ident_new(call->arena, "ses_", now),
        .hash = ident_token_hash(call->arena, job->token),
        .workspace = job->member.workspace,
        .member = job->member.id,
        .from_link = from_link,
        .created_at = now,
        .last_seen_at = now,
        .expires_at = now + SESSION_LIFE_MS,
    };
    job->expires_at = session.expires_at;
    job->member.last_seen_at = now;
    status = session_insert(tx, &session);
    if (status == OK) status = member_update(tx, &job->member);
    return status == OK ? trail_note_as(tx, call, session.workspace, session.member, "session.start", session.id) : status;
}

void session_set_cookie(struct web_call *call, struct str token)
{
    int64_t life_s = token.len > 0 ? SESSION_LIFE_MS / 1000 : 0;
    call_add_header(call, "Set-Cookie", cookie_session(call->arena, token, life_s, call_is_https(call)));
}

static void answer_session(struct call_job *head)
{
    struct session_job *job = (struct session_job *)head;
    struct web_call *call = head->call;
    if (job->token.len > 0) session_set_cookie(call, job->token);
    render_session(call_json(call), &job->member, &job->workspace, job->expires_at);
    call_send(call, 200);
}

/* ---- the second factor ----------------------------------------------------------------------------------------------------------- */

/* What both ways in have in common. A refusal is no failure of the job: it is counted, on the loop's thread. */
struct sign_in {
    struct session_job session;
    struct str who; /* who says to come in: an e-mail, or a link's digest */
    struct str code;
    bool from_link;
    enum problem_id refusal;
};

static enum status start_session(struct store_tx *tx, struct web_call *call, struct sign_in *job)
{
    enum status status = second_factor_check(tx, call, &job->session.member, job->code, &job->refusal);
    if (status != OK || job->refusal != PROBLEM_NONE) return status;
    return session_start(tx, call, job->from_link, &job->session);
}

static void answer_sign_in(struct call_job *head)
{
    struct sign_in *job = (struct sign_in *)head;
    struct web_call *call = head->call;
    if (job->refusal == PROBLEM_NONE) {
        throttle_forgive(call->web->throttle, THROTTLE_EMAIL, job->who);
        answer_session(head);
        return;
    }
    if (job->refusal == PROBLEM_SECOND_FACTOR_WRONG) reauth_failed(call, job->who);
    call_refuse_id(call, job->refusal);
}

/* ---- by password --------------------------------------------------------------------------------------------------------------- */

struct password_sign_in {
    struct sign_in in;
    struct password_job work;
    bool is_known;
};

static enum status find_member(struct store_tx *tx, struct call_job *head)
{
    struct password_sign_in *job = (struct password_sign_in *)head;
    enum status status = member_by_email(tx, job->in.who, head->call->arena, &job->in.session.member);
    job->is_known = status == OK;
    return status == E_NOT_FOUND ? OK : status;
}

static enum status start_by_password(struct store_tx *tx, struct call_job *head)
{
    return start_session(tx, head->call, (struct sign_in *)head);
}

static void password_checked(void *context)
{
    struct password_sign_in *job = context;
    struct web_call *call = job->in.session.head.call;
    if (job->work.matches) {
        call_write(&job->in.session.head, start_by_password, answer_sign_in);
        return;
    }
    reauth_failed(call, job->in.who);
    call_refuse_id(call, PROBLEM_SIGN_IN_FAILED);
}

static void member_looked_up(struct call_job *head)
{
    struct password_sign_in *job = (struct password_sign_in *)head;
    struct web_call *call = head->call;
    job->work = (struct password_job){
        .work = PASSWORD_CHECK,
        .password = json_get_str(call->body, "password"),
        .against = job->is_known ? job->in.session.member.password_hash : STR_NONE,
        .done = password_checked,
        .context = job,
    };
    if (passwords_submit(call->web->passwords, &job->work) != OK) call_refuse_id(call, PROBLEM_SERVER_BUSY);
}

void sign_in_by_password(struct web_call *call)
{
    struct password_sign_in *job = call_job(call, struct password_sign_in);
    job->in.who = str_trim(json_get_str(call->body, "email"));
    job->in.code = json_get_str(call->body, "code");
    if (!reauth_is_exposed(call) && !reauth_waits(call, job->in.who))
        call_read(&job->in.session.head, find_member, member_looked_up);
}

/* ---- by link ---------------------------------------------------------------------------------------------------------------------- */

static enum status start_by_link(struct store_tx *tx, struct call_job *head)
{
    struct sign_in *job = (struct sign_in *)head;
    struct web_call *call = head->call;
    struct sign_in_link link;
    int64_t now = store_now(tx);
    enum status status = sign_in_link_by_hash(tx, job->who, call->arena, &link);
    if (status == E_NOT_FOUND) return call_because(call, E_DENIED, PROBLEM_LINK_EXPIRED);
    if (status != OK) return status;
    if (link.used_at > 0) return call_because(call, E_DENIED, PROBLEM_LINK_USED);
    if (link.expires_at <= now) return call_because(call, E_DENIED, PROBLEM_LINK_EXPIRED);
    status = member_get(tx, link.workspace, link.member, call->arena, &job->session.member);
    if (status == OK) status = start_session(tx, call, job);
    if (status != OK || job->refusal != PROBLEM_NONE) return status;
    status = sign_in_link_use(tx, job->who, now);
    return status == E_CONFLICT ? call_because(call, E_DENIED, PROBLEM_LINK_USED) : status;
}

void sign_in_by_link(struct web_call *call)
{
    struct sign_in *job = call_job(call, struct sign_in);
    job->who = ident_token_hash(call->arena, json_get_str(call->body, "token"));
    job->code = json_get_str(call->body, "code");
    job->from_link = true;
    if (!reauth_is_exposed(call) && !reauth_waits(call, job->who)) call_write(&job->session.head, start_by_link, answer_sign_in);
}

/* ---- who, and the end ------------------------------------------------------------------------------------------------------------- */

static enum status load_session(struct store_tx *tx, struct call_job *head)
{
    struct session_job *job = (struct session_job *)head;
    const struct actor *actor = &head->call->actor;
    enum status status = member_get(tx, actor->workspace, actor->id, head->call->arena, &job->member);
    job->expires_at = actor->session_expires_at;
    return status == OK ? workspace_get(tx, actor->workspace, head->call->arena, &job->workspace) : status;
}

void sign_in_show(struct web_call *call)
{
    struct session_job *job = call_job(call, struct session_job);
    call_read(&job->head, load_session, answer_session);
}

static enum status end_session(struct store_tx *tx, struct call_job *head)
{
    const struct actor *actor = &head->call->actor;
    if (actor->kind != ACTOR_SESSION) return OK; /* a local peer has none */
    enum status status = session_delete(tx, actor->workspace, actor->session);
    if (status == OK) return trail_note(tx, head->call, "session.end", actor->session, STR_NONE, STR_NONE);
    return status == E_NOT_FOUND ? OK : status;
}

static void session_ended(struct call_job *head)
{
    session_set_cookie(head->call, STR_NONE);
    call_none(head->call, 204);
}

void sign_in_end(struct web_call *call)
{
    struct call_job *job = call_job(call, struct call_job);
    call_write(job, end_session, session_ended);
}
