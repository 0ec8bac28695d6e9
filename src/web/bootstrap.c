/* bootstrap.c - what has to be there before anybody can sign in. There is no default password: the first owner comes in by a one-time link that the start prints. */
#include "web/bootstrap.h"

#include "web/ident.h"
#include "web/web.h"

enum status bootstrap_owner(struct store_tx *tx, struct str workspace, struct arena *arena, struct member *owner)
{
    struct member *members;
    size_t count;
    bool is_found = false;
    enum status status = member_list(tx, workspace, arena, &members, &count);
    if (status != OK) return status;
    for (size_t i = 0; i < count; i++) {
        if (members[i].role != ROLE_OWNER || (is_found && str_cmp(owner->id, members[i].id) <= 0)) continue;
        *owner = members[i];
        is_found = true;
    }
    return is_found ? OK : E_NOT_FOUND;
}

enum status bootstrap_link(struct store_tx *tx, struct str workspace, struct str member, int64_t life_ms, struct arena *arena,
                           struct str *path, int64_t *expires_at)
{
    int64_t now = store_now(tx);
    struct str token = ident_token(arena, "");
    struct sign_in_link link = {
        .hash = ident_token_hash(arena, token),
        .workspace = workspace,
        .member = member,
        .created_at = now,
        .expires_at = now + life_ms,
    };
    *path = arena_fmt(arena, "/sign-in#%.*s", STR_ARG(token));
    *expires_at = link.expires_at;
    return sign_in_link_insert(tx, &link);
}

struct first_start {
    struct store_job store;
    struct arena *arena;
    bool created;
    struct str path;
};

static enum status make_workspace(struct store_tx *tx, struct arena *arena)
{
    int64_t now = store_now(tx);
    struct workspace workspace = { .id = ident_new(arena, "wsp_", now), .name = STR("Workspace"), .created_at = now };
    struct member owner = {
        .id = ident_new(arena, "mem_", now), .workspace = workspace.id, .role = ROLE_OWNER, .created_at = now
    };
    enum status status = workspace_insert(tx, &workspace);
    return status == OK ? member_insert(tx, &owner) : status;
}

static enum status bootstrap_run(struct store_tx *tx, struct store_job *job)
{
    struct first_start *first = (struct first_start *)job;
    struct workspace workspace;
    enum status status = workspace_first(tx, first->arena, &workspace);
    if (status != E_NOT_FOUND) return status;
    first->created = true;
    return make_workspace(tx, first->arena);
}

static enum status link_run(struct store_tx *tx, struct store_job *job)
{
    struct first_start *first = (struct first_start *)job;
    struct workspace workspace;
    struct member owner;
    int64_t expires_at;
    enum status status = workspace_first(tx, first->arena, &workspace);
    if (status == OK) status = bootstrap_owner(tx, workspace.id, first->arena, &owner);
    return status == OK ? bootstrap_link(tx, workspace.id, owner.id, LINK_LIFE_MS, first->arena, &first->path, &expires_at)
                        : status;
}

static enum status run_now(struct store *store, struct first_start *first, store_run_fn *run, const char *what, struct err *err)
{
    first->store = (struct store_job){ .run = run, .mode = STORE_WRITE };
    enum status status = store_run_now(store, &first->store);
    return status == OK ? OK : err_set(err, status, "%s: %s", what, status_name(status));
}

enum status web_bootstrap(struct store *store, bool *created, struct err *err)
{
    struct arena arena;
    arena_init(&arena);
    struct first_start first = { .arena = &arena };
    enum status status = run_now(store, &first, bootstrap_run, "making the first workspace", err);
    *created = first.created;
    arena_clear(&arena);
    return status;
}

enum status web_owner_link(struct store *store, struct arena *arena, struct str *path, struct err *err)
{
    struct first_start first = { .arena = arena };
    enum status status = run_now(store, &first, link_run, "making a sign-in link for the owner", err);
    *path = first.path;
    return status;
}
