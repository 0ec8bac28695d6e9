/* authorize.c - see authorize.h. Three questions, in the order in which their refusals tell least: who are you, is it of your workspace, may you.
 *
 * Roles are an order, so one comparison each. A list of permissions for each role was rejected: nobody had asked for a role that may more in one place and less in another, and what
 * a program may do is narrowed by the scopes of its key.
 */
#include "web/authorize.h"

const char *rule_role(enum rule rule)
{
    switch (rule) {
    case RULE_PUBLIC: return "";
    case RULE_VIEWER: return role_name(ROLE_VIEWER);
    case RULE_EDITOR: return role_name(ROLE_EDITOR);
    case RULE_ADMIN:
    case RULE_NEAR_OR_ADMIN: return role_name(ROLE_ADMIN);
    case RULE_OWNER: return role_name(ROLE_OWNER);
    case RULE_PERSON: return "of a signed-in member";
    case RULE_PROGRAM: return "admin, with an API key";
    }
    return "";
}

static bool has_role(const struct actor *actor, enum rule rule)
{
    bool is_somebody = actor->kind != ACTOR_NOBODY;
    switch (rule) {
    case RULE_PUBLIC: return true;
    case RULE_VIEWER: return is_somebody && actor->role >= ROLE_VIEWER;
    case RULE_EDITOR: return is_somebody && actor->role >= ROLE_EDITOR;
    case RULE_ADMIN: return is_somebody && actor->role >= ROLE_ADMIN;
    case RULE_OWNER: return is_somebody && actor->role >= ROLE_OWNER;
    case RULE_PERSON: return actor->kind == ACTOR_SESSION || actor->kind == ACTOR_LOCAL;
    case RULE_PROGRAM: return (actor->kind == ACTOR_KEY || actor->kind == ACTOR_LOCAL) && actor->role >= ROLE_ADMIN;
    case RULE_NEAR_OR_ADMIN: return actor->is_near || (is_somebody && actor->role >= ROLE_ADMIN);
    }
    return false;
}

/* Scopes narrow keys alone: a person and a local peer have them all. What stands open to everybody here is open to a key as well. */
static bool has_scope(const struct actor *actor, struct permission action)
{
    bool is_open = action.rule == RULE_PUBLIC || (action.rule == RULE_NEAR_OR_ADMIN && actor->is_near);
    return actor->kind != ACTOR_KEY || is_open || action.scope == SCOPE_COUNT || (actor->scopes >> action.scope & 1u) != 0;
}

static enum status refuse(struct problem *problem, enum problem_id id, const char *field, const char *limit)
{
    *problem = (struct problem){ .id = id, .field = str_from(field), .facts = { .limit = str_from(limit) } };
    return E_DENIED;
}

/* The first of the scopes that the actor has not. */
static enum key_scope first_beyond(const struct actor *actor, unsigned scopes)
{
    enum key_scope scope = SCOPE_READ;
    while (scope < SCOPE_COUNT && ((scopes & ~actor->scopes) >> scope & 1u) == 0) scope++;
    return scope;
}

static enum status judge_object(const struct actor *actor, const struct object *object, struct problem *problem)
{
    if (object->workspace.len > 0 && !str_eq(object->workspace, actor->workspace)) return E_NOT_FOUND;
    if (object->role > actor->role) return refuse(problem, PROBLEM_NOT_ALLOWED, "role", role_name(object->role));
    enum key_scope beyond = first_beyond(actor, actor->kind == ACTOR_KEY ? object->scopes : 0);
    return beyond == SCOPE_COUNT ? OK : refuse(problem, PROBLEM_SCOPE_MISSING, "scopes", key_scope_name(beyond));
}

enum status authorize(const struct actor *actor, struct permission action, const struct object *object, struct problem *problem)
{
    bool is_nobody = actor->kind == ACTOR_NOBODY;
    if (!has_role(actor, action.rule))
        return refuse(problem, is_nobody ? PROBLEM_SIGN_IN_NEEDED : PROBLEM_NOT_ALLOWED, "", rule_role(action.rule));
    if (actor->lacks_factor && action.rule != RULE_PUBLIC && action.rule != RULE_PERSON)
        return refuse(problem, PROBLEM_SECOND_FACTOR_REQUIRED, "", "");
    if (!has_scope(actor, action)) return refuse(problem, PROBLEM_SCOPE_MISSING, "", key_scope_name(action.scope));
    return object != NULL ? judge_object(actor, object, problem) : OK;
}
