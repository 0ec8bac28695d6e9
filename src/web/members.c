/* members.c - the people of the workspace: the own entry, and one-time links for others. */
#include "web/bootstrap.h"
#include "model/field.h"
#include "web/reauth.h"
#include "web/render.h"
#include "web/route.h"
#include "web/sign_in.h"
#include "web/trail.h"

/* ---- the list ------------------------------------------------------------------------------------------------------------------- */

struct members_job {
    struct call_job head;
    struct member *members;
    size_t count;
};

static enum status load_members(struct store_tx *tx, struct call_job *head)
{
    struct members_job *job = (struct members_job *)head;
    return member_list(tx, head->call->actor.workspace, head->call->arena, &job->members, &job->count);
}

static void answer_members(struct call_job *head)
{
    struct members_job *job = (struct members_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_member(json, &job->members[i]);
    call_list_end(head->call, STR_NONE);
}

void members_list(struct web_call *call)
{
    struct members_job *job = call_job(call, struct members_job);
    call_read(&job->head, load_members, answer_members);
}

/* ---- the own entry ---------------------------------------------------------------------------------------------------------------- */

/* A new password ends all sessions of the member and makes a new one for this browser. */
struct change_job {
    struct session_job session;
    struct password_job work;
    struct reauth reauth;
    struct str name, email; /* checked; empty: as they were */
    struct str password;
};

static enum status load_me(struct store_tx *tx, struct call_job *head)
{
    struct change_job *job = (struct change_job *)head;
    const struct actor *actor = &head->call->actor;
    return member_get(tx, actor->workspace, actor->id, head->call->arena, &job->session.member);
}

/* Which members of the entry are changed; their values are personal data and stay out of the log. */
static struct str told(const struct change_job *job, struct arena *arena)
{
    return arena_fmt(arena, "{\"name\":%s,\"email\":%s,\"password\":%s}", job->name.len > 0 ? "true" : "false",
                     job->email.len > 0 ? "true" : "false", job->password.len > 0 ? "true" : "false");
}

/* The row is read again: it may have changed while the password was hashed. */
static enum status save_me(struct store_tx *tx, struct call_job *head)
{
    struct change_job *job = (struct change_job *)head;
    struct member *member = &job->session.member;
    struct web_call *call = head->call;
    enum status status = load_me(tx, head);
    if (status != OK) return status;
    if (job->name.len > 0) member->name = job->name;
    if (job->email.len > 0) member->email = job->email;
    if (job->password.len > 0) member->password_hash = str_from(job->work.made);
    status = member_update(tx, member);
    if (status == E_CONFLICT) {
        call->problem =
            (struct problem){ .id = PROBLEM_ALREADY_EXISTS, .field = STR("email"), .facts = { .what = STR("member") } };
        return status;
    }
    if (status == OK) status = trail_note(tx, call, "member.update", member->id, STR_NONE, told(job, call->arena));
    if (status != OK || job->password.len == 0 || call->actor.kind != ACTOR_SESSION) return status;
    status = session_delete_of_member(tx, member->workspace, member->id);
    return status == OK ? session_start(tx, call, false, &job->session) : status;
}

static void answer_me(struct call_job *head)
{
    struct change_job *job = (struct change_job *)head;
    if (job->session.token.len > 0) session_set_cookie(head->call, job->session.token);
    render_member(call_json(head->call), &job->session.member);
    call_send(head->call, 200);
}

static void password_made(void *context)
{
    struct change_job *job = context;
    struct call_job *head = &job->session.head;
    if (job->work.status == OK)
        call_write(head, save_me, answer_me);
    else
        call_fail(head->call, job->work.status);
}

static void make_password(struct change_job *job)
{
    struct web_call *call = job->session.head.call;
    struct str email = job->email.len > 0 ? job->email : job->session.member.email;
    struct problem problem;
    if (field_password(job->password, email, &problem) != OK) {
        call_refuse(call, &problem);
        return;
    }
    job->work = (struct password_job){ .work = PASSWORD_MAKE, .password = job->password, .done = password_made, .context = job };
    if (passwords_submit(call->web->passwords, &job->work) != OK) call_refuse_id(call, PROBLEM_SERVER_BUSY);
}

static void password_proved(void *context)
{
    make_password(context);
}

static void me_loaded(struct call_job *head)
{
    struct change_job *job = (struct change_job *)head;
    if (job->password.len == 0)
        call_write(head, save_me, answer_me);
    else
        reauth_begin(&job->reauth, head->call, &job->session.member, password_proved, job);
}

void members_update_me(struct web_call *call)
{
    struct change_job *job = call_job(call, struct change_job);
    const struct json *name = json_get(call->body, "name"), *email = json_get(call->body, "email");
    struct problem problem;
    enum status status = OK;
    if (name != NULL) status = field_name(json_str(name), STR("name"), call->arena, &job->name, &problem);
    if (status == OK && email != NULL) status = field_email(json_str(email), false, call->arena, &job->email, &problem);
    if (status != OK) {
        call_refuse(call, &problem);
        return;
    }
    job->password = json_get_str(call->body, "password");
    call->noun = "member";
    call_read(&job->session.head, load_me, me_loaded);
}

/* ---- one-time links ------------------------------------------------------------------------------------------------------------------ */

struct link_job {
    struct call_job head;
    struct str path;
    int64_t expires_at;
};

static enum status make_link(struct store_tx *tx, struct call_job *head)
{
    struct link_job *job = (struct link_job *)head;
    struct web_call *call = head->call;
    struct member member;
    enum status status = member_get(tx, call->actor.workspace, call->params[0], call->arena, &member);
    if (status != OK) return status;
    status = bootstrap_link(tx, member.workspace, member.id, LINK_LIFE_MS, call->arena, &job->path, &job->expires_at);
    return status == OK ? trail_note(tx, call, "member.reset_password", member.id, STR_NONE, STR_NONE) : status;
}

static void answer_link(struct call_job *head)
{
    struct link_job *job = (struct link_job *)head;
    struct web_call *call = head->call;
    struct jw *json = call_json(call);
    jw_object(json);
    jw_kv_str(json, "url", arena_fmt(call->arena, "%.*s%.*s", STR_ARG(call_public_url(call)), STR_ARG(job->path)));
    jw_kv_time(json, "expires_at", job->expires_at);
    jw_end_object(json);
    call_send(call, 201);
}

void members_reset_password(struct web_call *call)
{
    struct link_job *job = call_job(call, struct link_job);
    call->noun = "member";
    call_write(&job->head, make_link, answer_link);
}
