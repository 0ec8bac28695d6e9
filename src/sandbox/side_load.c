/* side_load.c - collecting ids from tickets and rendering each once. A page has at most a hundred tickets, so a sorted list of
 * ids is enough. */
#include "sandbox/side_load.h"

#include "sandbox/audit.h"
#include "sandbox/comment.h"
#include "sandbox/record.h"
#include "sandbox/ticket.h"
#include "sandbox/user.h"

bool side_load_wants(const struct api_call *call, const char *what)
{
    struct str rest = api_param(call, STR("include")), name;
    while (str_split(&rest, ',', &name)) {
        if (str_starts(name, STR("tickets("))) name = str_slice(name, 8, name.len);
        if (str_ends(name, STR(")"))) name.len--;
        if (str_eq(name, str_from(what))) return true;
    }
    return false;
}

typedef int64_t id_of_fn(const struct ticket *, size_t which);
typedef void render_fn(struct api_call *, struct jw *, int64_t id);

static int64_t person_of(const struct ticket *ticket, size_t which)
{
    const int64_t ids[] = { ticket->requester_id, ticket->submitter_id, ticket->assignee_id };
    return ids[which];
}

static int64_t group_of(const struct ticket *ticket, size_t which)
{
    (void)which;
    return ticket->group_id;
}

static int64_t organization_of(const struct ticket *ticket, size_t which)
{
    (void)which;
    return ticket->organization_id;
}

static void render_group(struct api_call *call, struct jw *w, int64_t id)
{
    record_render_kind(call, w, &kind_group, id);
}

static void render_organization(struct api_call *call, struct jw *w, int64_t id)
{
    record_render_kind(call, w, &kind_organization, id);
}

static void collect(struct api_call *call, const struct listing_item *items, size_t count, id_of_fn *id_of, size_t each,
                    struct listing *ids)
{
    struct arena row;
    struct ticket ticket;
    arena_init(&row);
    for (size_t i = 0; i < count; i++) {
        if (ticket_load(call->sandbox->desk, &row, items[i].id, &ticket))
            for (size_t which = 0; which < each; which++)
                if (id_of(&ticket, which)) listing_add(ids, id_of(&ticket, which), 0);
        arena_clear(&row);
    }
    listing_sort(ids, false);
}

static void write_member(struct api_call *call, struct jw *w, const char *name, const struct listing *ids, render_fn *render)
{
    jw_key(w, name);
    jw_array(w);
    for (size_t i = 0; i < ids->count; i++)
        if (!i || ids->items[i].id != ids->items[i - 1].id) render(call, w, ids->items[i].id);
    jw_end_array(w);
}

static const struct {
    const char *name;
    id_of_fn *id_of;
    size_t each;
    render_fn *render;
} members[] = {
    { "users", person_of, 3, user_render_by_id },
    { "groups", group_of, 1, render_group },
    { "organizations", organization_of, 1, render_organization },
};

static void write_statuses(struct api_call *call, struct jw *w)
{
    struct desk *desk = call->sandbox->desk;
    jw_key(w, "custom_statuses");
    jw_array(w);
    for (int64_t id = record_next_id(desk, &kind_custom_status, 0, 0); id; id = record_next_id(desk, &kind_custom_status, 0, id))
        record_render_kind(call, w, &kind_custom_status, id);
    jw_end_array(w);
}

void side_load_of_tickets(struct api_call *call, struct jw *w, const struct listing_item *items, size_t count)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        struct listing ids = { 0 };
        if (!side_load_wants(call, members[i].name)) continue;
        collect(call, items, count, members[i].id_of, members[i].each, &ids);
        write_member(call, w, members[i].name, &ids, members[i].render);
        listing_clear(&ids);
    }
    if (side_load_wants(call, "custom_statuses")) write_statuses(call, w);
}

/* ---- authors ------------------------------------------------------------------------------------------------------------ */

static int64_t author_of_comment(struct desk *desk, struct arena *row, int64_t id)
{
    struct comment comment;
    return comment_load(desk, row, id, &comment) ? comment.author_id : 0;
}

static int64_t author_of_audit(struct desk *desk, struct arena *row, int64_t id)
{
    struct audit audit;
    return audit_load(desk, row, id, &audit) ? audit.author_id : 0;
}

static void write_authors(struct api_call *call, struct jw *w, const struct listing_item *items, size_t count,
                          int64_t (*author_of)(struct desk *, struct arena *, int64_t id))
{
    struct listing ids = { 0 };
    struct arena row;
    if (!side_load_wants(call, "users")) return;
    arena_init(&row);
    for (size_t i = 0; i < count; i++) {
        int64_t author_id = author_of(call->sandbox->desk, &row, items[i].id);
        if (author_id) listing_add(&ids, author_id, 0);
        arena_clear(&row);
    }
    arena_clear(&row);
    listing_sort(&ids, false);
    write_member(call, w, "users", &ids, user_render_by_id);
    listing_clear(&ids);
}

void side_load_of_comments(struct api_call *call, struct jw *w, const struct listing_item *items, size_t count)
{
    write_authors(call, w, items, count, author_of_comment);
}

void side_load_of_audits(struct api_call *call, struct jw *w, const struct listing_item *items, size_t count)
{
    write_authors(call, w, items, count, author_of_audit);
}
