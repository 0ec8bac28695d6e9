/* ticket_tags.c - /api/v2/tickets/{id}/tags: PUT adds, POST replaces, DELETE removes. Unlike `tags` in an update none of the
 * first and last can wipe what others have set.
 */
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/safe_update.h"
#include "sandbox/tags.h"
#include "sandbox/ticket_change.h"

static void reply(struct api_call *call, int status, struct str tags)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    jw_key(w, "tags");
    tags_render(w, tags);
    jw_end_object(w);
}

void ticket_tags_show(struct api_call *call)
{
    struct ticket ticket;
    if (ticket_load(call->sandbox->desk, call->arena, call->id, &ticket))
        reply(call, 200, ticket.tags);
    else
        fail_not_found(call);
}

typedef struct str combine_fn(struct arena *, struct str tags, struct str given);

/* False: the call has been answered. */
static bool change_tags(struct api_call *call, combine_fn *combine, struct str *tags)
{
    struct ticket ticket;
    if (!ticket_load(call->sandbox->desk, call->arena, call->id, &ticket)) {
        fail_not_found(call);
        return false;
    }
    if (!safe_update_allows(call, &ticket, call->body)) return false;
    const struct json *given = json_get(call->body, "tags");
    if (json_type(given) != JSON_ARRAY && json_type(given) != JSON_STRING) {
        fail_attribute(call, "tags", "an array");
        return false;
    }
    struct ticket_change change = ticket_change_begin(call, &ticket, STR("api"));
    change.after.tags = combine(call->arena, ticket.tags, tags_from_json(call->arena, given));
    ticket_change_commit(call, &change);
    *tags = change.after.tags;
    return true;
}

static struct str replace(struct arena *arena, struct str tags, struct str given)
{
    (void)arena;
    (void)tags;
    return given;
}

void ticket_tags_add(struct api_call *call)
{
    struct str tags;
    if (change_tags(call, tags_join, &tags)) reply(call, 200, tags);
}

void ticket_tags_set(struct api_call *call)
{
    struct str tags;
    if (change_tags(call, replace, &tags)) reply(call, 201, tags);
}

void ticket_tags_remove(struct api_call *call)
{
    struct str tags;
    if (change_tags(call, tags_without, &tags)) api_empty(call, 204);
}
