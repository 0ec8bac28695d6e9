/* keys.c - API keys: made, shown once, revoked. The database keeps the digest and the last four characters. */
#include "model/field.h"
#include "web/ident.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

struct key_job {
    struct call_job head;
    struct api_key key;
    struct str secret;
};

struct keys_job {
    struct call_job head;
    struct api_key *keys;
    size_t count;
};

static enum status load_keys(struct store_tx *tx, struct call_job *head)
{
    struct keys_job *job = (struct keys_job *)head;
    return api_key_list(tx, head->call->actor.workspace, head->call->arena, &job->keys, &job->count);
}

static void answer_keys(struct call_job *head)
{
    struct keys_job *job = (struct keys_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_key(json, &job->keys[i]);
    call_list_end(head->call, STR_NONE);
}

void keys_list(struct web_call *call)
{
    struct keys_job *job = call_job(call, struct keys_job);
    call_read(&job->head, load_keys, answer_keys);
}

static enum status insert_key(struct store_tx *tx, struct call_job *head)
{
    struct key_job *job = (struct key_job *)head;
    int64_t now = store_now(tx);
    job->key.id = ident_new(head->call->arena, "key_", now);
    job->key.created_at = now;
    enum status status = api_key_insert(tx, &job->key);
    if (status != OK) return status;
    struct str after = arena_fmt(head->call->arena, "{\"role\":\"%s\"}", role_name(job->key.role));
    return trail_note(tx, head->call, "key.create", job->key.id, STR_NONE, after);
}

static void answer_key_made(struct call_job *head)
{
    struct key_job *job = (struct key_job *)head;
    render_key_made(call_json(head->call), &job->key, job->secret);
    call_send(head->call, 201);
}

/* Nobody gives away more than they have. */
static bool is_above(const struct web_call *call, enum role role, struct problem *problem)
{
    *problem =
        (struct problem){ .id = PROBLEM_NOT_ALLOWED, .field = STR("role"), .facts = { .limit = str_from(role_name(role)) } };
    return role > call->actor.role;
}

void keys_create(struct web_call *call)
{
    struct key_job *job = call_job(call, struct key_job);
    struct problem problem;
    bool is_role = role_from(json_get_str(call->body, "role"), &job->key.role); /* the shape has held it against the list */
    enum status status = field_name(json_get_str(call->body, "name"), STR("name"), call->arena, &job->key.name, &problem);
    if (!is_role || status != OK || is_above(call, job->key.role, &problem)) {
        call_refuse(call, &problem);
        return;
    }
    job->secret = ident_token(call->arena, "ck_");
    job->key.workspace = call->actor.workspace;
    job->key.hash = ident_token_hash(call->arena, job->secret);
    job->key.last4 = str_slice(job->secret, job->secret.len - 4, job->secret.len);
    call_write(&job->head, insert_key, answer_key_made);
}

static enum status revoke_key(struct store_tx *tx, struct call_job *head)
{
    enum status status = api_key_revoke(tx, head->call->actor.workspace, head->call->params[0], store_now(tx));
    return status == OK ? trail_note(tx, head->call, "key.revoke", head->call->params[0], STR_NONE, STR_NONE) : status;
}

static void answer_revoked(struct call_job *head)
{
    call_none(head->call, 204);
}

void keys_revoke(struct web_call *call)
{
    struct call_job *job = call_job(call, struct call_job);
    call->noun = "API key";
    call_write(job, revoke_key, answer_revoked);
}
