/* team.c - the other people of the workspace: invited, given another role, taken out; and where one is signed in.
 *
 * Nobody gives a role above the own, or touches somebody who has one. The last owner stays one. There is no mail sender: an invitation is a one-time link that is shown once to who
 * made it. A new role ends the sessions of the one who gets it, so that no open page goes on with the old one.
 */
#include "model/field.h"
#include "web/bootstrap.h"
#include "web/ident.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

struct team_job {
    struct call_job head;
    struct member member;
    enum role role;
    struct str path; /* of the link */
    int64_t expires_at;
};

static struct str told_role(const struct web_call *call, enum role role)
{
    return arena_fmt(call->arena, "{\"role\":\"%s\"}", role_name(role));
}

/* May the caller give this role, or touch somebody who has it? */
static enum status within_own(struct web_call *call, enum role role)
{
    const struct object person = { .workspace = call->actor.workspace, .role = role };
    return authorize(&call->actor, call->route->may, &person, &call->problem);
}

/* ---- inviting ------------------------------------------------------------------------------------------------------------------ */

static enum status insert_member(struct store_tx *tx, struct call_job *head)
{
    struct team_job *job = (struct team_job *)head;
    struct web_call *call = head->call;
    int64_t now = store_now(tx);
    enum status status = within_own(call, job->member.role);
    if (status != OK) return status;
    job->member.id = ident_new(call->arena, "mem_", now);
    job->member.workspace = call->actor.workspace;
    job->member.created_at = now;
    status = member_insert(tx, &job->member);
    if (status == E_CONFLICT)
        call->problem =
            (struct problem){ .id = PROBLEM_ALREADY_EXISTS, .field = STR("email"), .facts = { .what = STR("member") } };
    if (status == OK)
        status = bootstrap_link(tx, job->member.workspace, job->member.id, INVITATION_LIFE_MS, call->arena, &job->path,
                                &job->expires_at);
    if (status != OK) return status;
    return trail_note(tx, call, "member.invite", job->member.id, STR_NONE, told_role(call, job->member.role));
}

static void answer_invited(struct call_job *head)
{
    struct team_job *job = (struct team_job *)head;
    struct web_call *call = head->call;
    struct jw *json = call_json(call);
    jw_object(json);
    jw_key(json, "member");
    render_member(json, &job->member);
    jw_kv_str(json, "url", arena_fmt(call->arena, "%.*s%.*s", STR_ARG(call_public_url(call)), STR_ARG(job->path)));
    jw_kv_time(json, "expires_at", job->expires_at);
    jw_end_object(json);
    call_send(call, 201);
}

void team_invite(struct web_call *call)
{
    struct team_job *job = call_job(call, struct team_job);
    struct problem problem;
    struct str name = json_get_str(call->body, "name");
    enum status status = field_email(json_get_str(call->body, "email"), false, call->arena, &job->member.email, &problem);
    if (status == OK && name.len > 0) status = field_name(name, STR("name"), call->arena, &job->member.name, &problem);
    if (status != OK || !role_from(json_get_str(call->body, "role"), &job->member.role)) { /* the shape knows the roles */
        call_refuse(call, &problem);
        return;
    }
    call_write(&job->head, insert_member, answer_invited);
}

/* ---- another role, and out --------------------------------------------------------------------------------------------------------- */

/* E_CONFLICT when this member is the one owner there is. */
static enum status is_not_last_owner(struct store_tx *tx, struct web_call *call, const struct member *member)
{
    struct member *members;
    size_t count, owners = 0;
    if (member->role != ROLE_OWNER) return OK;
    enum status status = member_list(tx, member->workspace, call->arena, &members, &count);
    for (size_t i = 0; status == OK && i < count; i++) owners += members[i].role == ROLE_OWNER;
    if (status != OK || owners > 1) return status;
    return call_because(call, E_CONFLICT, PROBLEM_LAST_OWNER);
}

static enum status load_other(struct store_tx *tx, struct team_job *job)
{
    struct web_call *call = job->head.call;
    enum status status = member_get(tx, call->actor.workspace, call->params[0], call->arena, &job->member);
    return status == OK ? within_own(call, job->member.role) : status;
}

static enum status change_role(struct store_tx *tx, struct call_job *head)
{
    struct team_job *job = (struct team_job *)head;
    struct web_call *call = head->call;
    enum status status = load_other(tx, job);
    if (status == OK) status = within_own(call, job->role);
    if (status == OK && job->role != ROLE_OWNER) status = is_not_last_owner(tx, call, &job->member);
    if (status != OK || job->role == job->member.role) return status;
    struct str before = told_role(call, job->member.role);
    job->member.role = job->role;
    status = member_update(tx, &job->member);
    if (status == OK) status = session_delete_of_member(tx, job->member.workspace, job->member.id);
    if (status != OK) return status;
    return trail_note(tx, call, "member.role", job->member.id, before, told_role(call, job->role));
}

static void answer_member(struct call_job *head)
{
    render_member(call_json(head->call), &((struct team_job *)head)->member);
    call_send(head->call, 200);
}

void team_change_role(struct web_call *call)
{
    struct team_job *job = call_job(call, struct team_job);
    call->noun = "member";
    if (role_from(json_get_str(call->body, "role"), &job->role))
        call_write(&job->head, change_role, answer_member);
    else
        call_fail(call, E_INPUT); /* not reached: the shape knows the roles */
}

static enum status take_out(struct store_tx *tx, struct call_job *head)
{
    struct team_job *job = (struct team_job *)head;
    enum status status = load_other(tx, job);
    if (status == OK) status = is_not_last_owner(tx, head->call, &job->member);
    if (status == OK) status = member_delete(tx, job->member.workspace, job->member.id);
    if (status != OK) return status;
    return trail_note(tx, head->call, "member.remove", job->member.id, told_role(head->call, job->member.role), STR_NONE);
}

static void answer_none(struct call_job *head)
{
    call_none(head->call, 204);
}

void team_remove(struct web_call *call)
{
    struct team_job *job = call_job(call, struct team_job);
    call->noun = "member";
    call_write(&job->head, take_out, answer_none);
}

/* For who has lost phone and recovery codes: the password alone lets them in again, once their sessions have ended. */
static enum status reset_factor(struct store_tx *tx, struct call_job *head)
{
    struct team_job *job = (struct team_job *)head;
    enum status status = load_other(tx, job);
    if (status == OK) status = second_factor_delete(tx, job->member.workspace, job->member.id);
    if (status == OK) status = session_delete_of_member(tx, job->member.workspace, job->member.id);
    return status == OK ? trail_note(tx, head->call, "member.factor_reset", job->member.id, STR_NONE, STR_NONE) : status;
}

void team_reset_factor(struct web_call *call)
{
    struct team_job *job = call_job(call, struct team_job);
    call->noun = "second factor";
    call_write(&job->head, reset_factor, answer_none);
}

/* ---- sessions ------------------------------------------------------------------------------------------------------------------------ */

struct sessions_job {
    struct call_job head;
    struct session *sessions;
    size_t count;
};

static enum status load_sessions(struct store_tx *tx, struct call_job *head)
{
    struct sessions_job *job = (struct sessions_job *)head;
    const struct actor *actor = &head->call->actor;
    return session_list(tx, actor->workspace, actor->id, head->call->arena, &job->sessions, &job->count);
}

/* Those that still work. */
static void answer_sessions(struct call_job *head)
{
    struct sessions_job *job = (struct sessions_job *)head;
    struct web_call *call = head->call;
    struct jw *json = call_list(call);
    for (size_t i = 0; i < job->count; i++) {
        const struct session *session = &job->sessions[i];
        if (session->expires_at <= call->now_at || session->last_seen_at + SESSION_IDLE_MS <= call->now_at) continue;
        jw_object(json);
        jw_kv_str(json, "id", session->id);
        jw_kv_bool(json, "is_this", str_eq(session->id, call->actor.session));
        jw_kv_time(json, "created_at", session->created_at);
        jw_kv_time(json, "last_seen_at", session->last_seen_at);
        jw_kv_time(json, "expires_at", session->expires_at);
        jw_end_object(json);
    }
    call_list_end(call, STR_NONE);
}

void team_sessions(struct web_call *call)
{
    struct sessions_job *job = call_job(call, struct sessions_job);
    call_read(&job->head, load_sessions, answer_sessions);
}

/* One of the own; somebody else's is not there. */
static enum status end_one(struct store_tx *tx, struct call_job *head)
{
    struct sessions_job *job = (struct sessions_job *)head;
    struct web_call *call = head->call;
    enum status status = load_sessions(tx, head);
    bool is_own = false;
    for (size_t i = 0; i < job->count; i++) is_own = is_own || str_eq(job->sessions[i].id, call->params[0]);
    if (status == OK && !is_own) status = E_NOT_FOUND;
    if (status == OK) status = session_delete(tx, call->actor.workspace, call->params[0]);
    return status == OK ? trail_note(tx, call, "session.revoke", call->params[0], STR_NONE, STR_NONE) : status;
}

void team_end_session(struct web_call *call)
{
    struct sessions_job *job = call_job(call, struct sessions_job);
    call->noun = "session";
    call_write(&job->head, end_one, answer_none);
}

static enum status end_all(struct store_tx *tx, struct call_job *head)
{
    struct team_job *job = (struct team_job *)head;
    enum status status = load_other(tx, job);
    if (status == OK) status = session_delete_of_member(tx, job->member.workspace, job->member.id);
    return status == OK ? trail_note(tx, head->call, "member.sign_out", job->member.id, STR_NONE, STR_NONE) : status;
}

void team_end_sessions(struct web_call *call)
{
    struct team_job *job = call_job(call, struct team_job);
    call->noun = "member";
    call_write(&job->head, end_all, answer_none);
}
