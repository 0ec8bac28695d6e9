/* keys.c - API keys: made, shown once, revoked. The database keeps the digest and the last four characters. */
#include "model/field.h"
#include "web/ident.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

static const int64_t DAY_MS = INT64_C(24) * 60 * 60 * 1000;

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
    if (job->key.expires_at > 0) job->key.expires_at += now;
    enum status status = api_key_insert(tx, &job->key);
    if (status != OK) return status;
    struct str scopes = key_scopes_text(job->key.scopes, head->call->arena);
    struct str after =
        arena_fmt(head->call->arena, "{\"role\":\"%s\",\"scopes\":\"%.*s\"}", role_name(job->key.role), STR_ARG(scopes));
    return trail_note(tx, head->call, "key.create", job->key.id, STR_NONE, after);
}

static void answer_key_made(struct call_job *head)
{
    struct key_job *job = (struct key_job *)head;
    render_key_made(call_json(head->call), &job->key, job->secret);
    call_send(head->call, 201);
}

/* Those that are named; of who names none all that the caller may give. The shape has held the names against the list. */
static unsigned scopes_of(const struct web_call *call)
{
    const struct json *names = json_get(call->body, "scopes");
    unsigned scopes = 0;
    enum key_scope scope;
    if (names == NULL) return call->actor.kind == ACTOR_KEY ? call->actor.scopes : KEY_SCOPES_ALL;
    for (size_t i = 0; i < json_count(names); i++)
        if (key_scope_from(json_str(json_at(names, i)), &scope)) scopes |= 1u << scope;
    return scopes;
}

/* Nobody gives away more than they have. */
static enum status read_key(struct web_call *call, struct api_key *key, struct problem *problem)
{
    enum status status = field_name(json_get_str(call->body, "name"), STR("name"), call->arena, &key->name, problem);
    if (status != OK || !role_from(json_get_str(call->body, "role"), &key->role)) return E_INPUT;
    key->scopes = scopes_of(call);
    key->expires_at = json_get_int(call->body, "days", 0) * DAY_MS;
    const struct object given = { .workspace = call->actor.workspace, .role = key->role, .scopes = key->scopes };
    return authorize(&call->actor, call->route->may, &given, problem);
}

void keys_create(struct web_call *call)
{
    struct key_job *job = call_job(call, struct key_job);
    struct problem problem;
    if (read_key(call, &job->key, &problem) != OK) {
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
