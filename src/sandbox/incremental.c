/* incremental.c - /api/v2/incremental: everything that changed since a moment, deleted tickets too.
 *
 * Only what is older than a minute is there. By time, a page ends between two seconds, so what changed in the same second comes
 * together, and a record may come again; by cursor each comes once. Source: developer.zendesk.com, "Incremental Exports".
 */
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/attr.h"
#include "sandbox/base64.h"
#include "sandbox/listing.h"
#include "sandbox/ticket.h"
#include "sandbox/user.h"

enum { EXPORT_ROWS_MAX = 1000, EXPORT_AGE_S = 60 };

struct export
{
    const char *name; /* "tickets" */
    void (*collect)(struct api_call *, struct listing *);
    void (*render)(struct api_call *, struct jw *, int64_t id);
};

/* ---- what there is ------------------------------------------------------------------------------------------------------ */

static bool is_old_enough(const struct api_call *call, int64_t at_ms)
{
    return at_ms / 1000 <= call->now_at / 1000 - EXPORT_AGE_S;
}

static void collect_tickets(struct api_call *call, struct listing *list)
{
    struct ticket ticket = { .id = 0 };
    struct arena row;
    arena_init(&row);
    while (ticket_next(call->sandbox->desk, &row, ticket.id, true, &ticket)) {
        if (is_old_enough(call, ticket.updated_at)) listing_add(list, ticket.id, ticket.updated_at / 1000);
        arena_clear(&row);
    }
}

static void collect_users(struct api_call *call, struct listing *list)
{
    struct user user;
    struct arena row;
    arena_init(&row);
    for (int64_t id = user_next_id(call->sandbox->desk, 0); id; id = user_next_id(call->sandbox->desk, id)) {
        if (user_load(call->sandbox->desk, &row, id, &user) && is_old_enough(call, user.updated_at))
            listing_add(list, id, user.updated_at / 1000);
        arena_clear(&row);
    }
}

/* Deleted tickets are shown with a status of their own. */
static void render_ticket(struct api_call *call, struct jw *w, int64_t id)
{
    struct ticket ticket;
    struct arena row;
    arena_init(&row);
    if (ticket_next(call->sandbox->desk, &row, id - 1, true, &ticket) && ticket.id == id) {
        if (ticket.deleted_at) ticket.status = STR("deleted");
        ticket_render(call, w, &ticket);
    }
    arena_clear(&row);
}

static const struct export tickets = { "tickets", collect_tickets, render_ticket };
static const struct export users = { "users", collect_users, user_render_by_id };

/* ---- pages -------------------------------------------------------------------------------------------------------------- */

static size_t first_from(const struct listing *list, int64_t second, int64_t after_id)
{
    size_t at = 0;
    while (at < list->count &&
           (list->items[at].key < second || (list->items[at].key == second && list->items[at].id <= after_id)))
        at++;
    return at;
}

static int64_t rows_wanted(const struct api_call *call)
{
    int64_t rows = api_param_int(call, STR("per_page"), EXPORT_ROWS_MAX);
    return rows < 1 || rows > EXPORT_ROWS_MAX ? EXPORT_ROWS_MAX : rows;
}

static bool read_start(struct api_call *call, int64_t *start)
{
    if (!str_to_i64(api_param(call, STR("start_time")), start) || *start < 0)
        fail_with(call, 400, "InvalidParameter", "start_time is required and is a Unix time in seconds");
    else if (*start > call->now_at / 1000 - EXPORT_AGE_S)
        fail_with(call, 422, "InvalidValue", "Too recent start_time. Use a start_time older than 60 seconds");
    else
        return true;
    return false;
}

static void begin(struct api_call *call, struct jw *w, const struct export *export, const struct listing *list, size_t from,
                  size_t to)
{
    jw_object(w);
    jw_key(w, export->name);
    jw_array(w);
    for (size_t i = from; i < to; i++) export->render(call, w, list->items[i].id);
    jw_end_array(w);
}

static void reply_by_time(struct api_call *call, const struct export *export)
{
    int64_t start;
    struct listing list = { 0 };
    if (!read_start(call, &start)) return;
    export->collect(call, &list);
    listing_sort(&list, false);
    size_t from = first_from(&list, start, -1), to = from;
    size_t rows = (size_t)rows_wanted(call);
    while (to < list.count && (to - from < rows || list.items[to].key == list.items[to - 1].key)) to++;
    int64_t end = to > from ? list.items[to - 1].key : 0;
    struct jw *w = api_json(call, 200);
    begin(call, w, export, &list, from, to);
    jw_kv_str_or_null(w, "next_page",
                      end ? arena_fmt(call->arena, "%.*s/incremental/%s.json?start_time=%lld", STR_ARG(api_base_url(call)),
                                      export->name, (long long)end)
                          : STR_NONE);
    jw_kv_int(w, "count", (int64_t)(to - from));
    jw_kv_bool(w, "end_of_stream", to == list.count);
    attr_id(w, "end_time", end);
    jw_end_object(w);
    listing_clear(&list);
}

/* "SECONDS.0||ID" in base64, as recorded ones are. */
static struct str cursor_of(struct api_call *call, const struct listing_item *item)
{
    struct buf out;
    struct str plain = arena_fmt(call->arena, "%lld.0||%lld", (long long)item->key, (long long)item->id);
    buf_init(&out, 128);
    buf_base64(&out, plain.ptr, plain.len);
    struct str cursor = arena_str(call->arena, buf_view(&out));
    buf_clear(&out);
    return cursor;
}

static bool read_cursor(struct api_call *call, struct str cursor, int64_t *second, int64_t *id)
{
    struct str plain, key, empty;
    if (!base64_decode(cursor, call->arena, &plain) || !str_split(&plain, '|', &key) || !str_split(&plain, '|', &empty))
        return false;
    return str_ends(key, STR(".0")) && str_to_i64(str_slice(key, 0, key.len - 2), second) && str_to_i64(plain, id);
}

static void reply_by_cursor(struct api_call *call, const struct export *export)
{
    int64_t second, after = -1;
    struct listing list = { 0 };
    struct str cursor = api_param(call, STR("cursor"));
    if (cursor.len && !read_cursor(call, cursor, &second, &after)) {
        fail_with(call, 400, "InvalidPaginationParameter", "cursor is not valid");
        return;
    }
    if (!cursor.len && !read_start(call, &second)) return;
    export->collect(call, &list);
    listing_sort(&list, false);
    size_t from = first_from(&list, second, after), to = from + (size_t)rows_wanted(call);
    if (to > list.count) to = list.count;
    struct str next = to > from ? cursor_of(call, &list.items[to - 1]) : cursor;
    struct buf url;
    buf_init(&url, 1024);
    buf_fmt(&url, "%.*s/incremental/%s/cursor.json?cursor=", STR_ARG(api_base_url(call)), export->name);
    buf_url(&url, next);
    struct jw *w = api_json(call, 200);
    begin(call, w, export, &list, from, to);
    jw_kv_str_or_null(w, "after_url", next.len ? buf_view(&url) : STR_NONE);
    attr_null(w, "before_url");
    jw_kv_str_or_null(w, "after_cursor", next);
    attr_null(w, "before_cursor");
    jw_kv_bool(w, "end_of_stream", to == list.count);
    jw_end_object(w);
    buf_clear(&url);
    listing_clear(&list);
}

/* ---- handlers ----------------------------------------------------------------------------------------------------------- */

/* Exports are for admins alone. */
static bool may_export(struct api_call *call)
{
    if (str_eq(call->actor->role, STR("admin"))) return true;
    fail_forbidden(call);
    return false;
}

void incremental_tickets(struct api_call *call)
{
    if (may_export(call)) reply_by_time(call, &tickets);
}

void incremental_tickets_cursor(struct api_call *call)
{
    if (may_export(call)) reply_by_cursor(call, &tickets);
}

void incremental_users(struct api_call *call)
{
    if (may_export(call)) reply_by_time(call, &users);
}

void incremental_users_cursor(struct api_call *call)
{
    if (may_export(call)) reply_by_cursor(call, &users);
}
