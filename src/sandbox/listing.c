/* listing.c - pages.
 *
 * The traps of the real ones are kept: cursor links stand there even when has_more is false (recorded), sort_by is ignored in
 * cursor style, offset paging ends at 10,000 records and a search at 1000.
 */
#include "sandbox/listing.h"

#include <stdlib.h>

#include "base/mem.h"
#include "sandbox/base64.h"
#include "sandbox/fail.h"
#include "sandbox/attr.h"

enum { PAGE_ROWS = 100, EXPORT_ROWS = 1000, OFFSET_RECORDS_MAX = 10000, SEARCH_RECORDS_MAX = 1000, URL_BYTES_MAX = 16 * 1024 };

void listing_add(struct listing *list, int64_t id, int64_t key)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->items = mem_resize(list->items, list->capacity * sizeof *list->items);
    }
    list->items[list->count++] = (struct listing_item){ id, key };
}

void listing_clear(struct listing *list)
{
    mem_free(list->items);
    *list = (struct listing){ 0 };
}

/* ---- order -------------------------------------------------------------------------------------------------------------- */

static int compare_items(const struct listing_item *a, const struct listing_item *b)
{
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int ascending(const void *a, const void *b)
{
    return compare_items(a, b);
}

static int descending(const void *a, const void *b)
{
    return compare_items(b, a);
}

void listing_sort(struct listing *list, bool is_descending)
{
    if (list->count) qsort(list->items, list->count, sizeof *list->items, is_descending ? descending : ascending);
}

static bool is_cursor_style(const struct api_call *call)
{
    return api_param(call, STR("page[size]")).ptr || api_param(call, STR("page[after]")).ptr ||
           api_param(call, STR("page[before]")).ptr;
}

bool listing_of_ids(struct api_call *call, struct listing *list)
{
    struct str rest = api_param(call, STR("ids")), one;
    int64_t id;
    while (str_split(&rest, ',', &one))
        if (str_to_i64(str_trim(one), &id)) listing_add(list, id, (int64_t)list->count);
    if (list->count > 0 && list->count <= PAGE_ROWS) return true;
    if (list->count)
        fail_with_max(call, PAGE_ROWS);
    else
        fail_titled(call, 400, STR("Invalid attribute"), STR("You passed an invalid value for the ids attribute. is missing"));
    listing_clear(list);
    return false;
}

static int index_of(const char *const names[], struct str name)
{
    for (int i = 0; names[i]; i++)
        if (str_eq(name, str_from(names[i]))) return i;
    return -1;
}

int listing_order(struct api_call *call, const char *const names[], bool *is_descending)
{
    struct str name = api_param(call, STR("sort"));
    *is_descending = str_starts(name, STR("-"));
    if (*is_descending) name = str_slice(name, 1, name.len);
    if (!name.len && !is_cursor_style(call)) {
        name = api_param(call, STR("sort_by"));
        *is_descending = str_eq_nocase(api_param(call, STR("sort_order")), STR("desc"));
    }
    int order = name.len ? index_of(names, name) : 0;
    if (order < 0) fail_with(call, 400, "InvalidPaginationParameter", "sort is not valid");
    return order;
}

/* ---- links -------------------------------------------------------------------------------------------------------------- */

static bool is_page_param(struct str pair)
{
    return str_starts(pair, STR("page=")) || str_starts(pair, STR("per_page=")) || str_starts(pair, STR("page[")) ||
           str_starts(pair, STR("page%5B")) || str_starts(pair, STR("page%5b"));
}

/* The list's own URL with everything of the query but its paging, ready for more parameters. */
static void begin_url(struct buf *url, const struct api_call *call, const struct listing_shape *shape)
{
    buf_init(url, URL_BYTES_MAX);
    buf_fmt(url, "https://%.*s.zendesk.com/api/v2/%s.json?", STR_ARG(call->sandbox->account), shape->resource);
    struct str rest = call->request->query, pair;
    while (str_split(&rest, '&', &pair)) {
        if (!pair.len || is_page_param(pair)) continue;
        buf_str(url, pair);
        buf_char(url, '&');
    }
}

static void write_url(struct jw *w, const char *key, struct buf *url)
{
    jw_kv_str(w, key, buf_view(url));
    buf_clear(url);
}

/* ---- offset style ------------------------------------------------------------------------------------------------------- */

static void write_page_link(struct api_call *call, struct jw *w, const char *key, const struct listing_shape *shape, int64_t page,
                            int64_t rows)
{
    struct buf url;
    if (page < 1) {
        attr_null(w, key);
        return;
    }
    begin_url(&url, call, shape);
    buf_fmt(&url, "page=%lld&per_page=%lld", (long long)page, (long long)rows);
    write_url(w, key, &url);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static bool refuse_depth(struct api_call *call, const struct listing_shape *shape, int64_t page, int64_t rows)
{
    if (shape->is_search && (page - 1) * rows >= SEARCH_RECORDS_MAX) {
        fail_with(call, 422, "invalid", "Invalid search: Requested response size was greater than Search Response Limits");
        return true;
    }
    if (page * rows <= OFFSET_RECORDS_MAX) return false;
    fail_paging(call, "InvalidPaginationDepth", "Pagination requests using Offset Pagination are limited");
    return true;
}

static void reply_by_offset(struct api_call *call, const struct listing *list, const struct listing_shape *shape)
{
    int64_t rows = clamp(api_param_int(call, STR("per_page"), PAGE_ROWS), 1, PAGE_ROWS);
    int64_t page = clamp(api_param_int(call, STR("page"), 1), 1, INT32_MAX);
    if (refuse_depth(call, shape, page, rows)) return;
    size_t from = (size_t)((page - 1) * rows), to = from + (size_t)rows;
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, shape->name);
    jw_array(w);
    if (to > list->count) to = list->count;
    for (size_t i = from; i < to; i++) shape->render(call, w, list->items[i].id);
    jw_end_array(w);
    if (shape->beside && from < to) shape->beside(call, w, list->items + from, to - from);
    if (shape->is_search) attr_null(w, "facets");
    if (shape->is_pages) {
        jw_kv_int(w, "page", page);
        jw_kv_int(w, "per_page", rows);
        jw_kv_int(w, "page_count", ((int64_t)list->count + rows - 1) / rows);
    }
    write_page_link(call, w, "next_page", shape, to < list->count ? page + 1 : 0, rows);
    write_page_link(call, w, "previous_page", shape, page - 1, rows);
    jw_kv_int(w, "count", (int64_t)list->count);
    jw_end_object(w);
}

/* ---- cursor style ------------------------------------------------------------------------------------------------------- */

/* A cursor names the item it stands at, so items that come and go do not shift pages: "KEY.ID" in base64. */
static struct str cursor_of(struct api_call *call, const struct listing_item *item)
{
    struct str plain = arena_fmt(call->arena, "%lld.%lld", (long long)item->key, (long long)item->id);
    struct buf out;
    buf_init(&out, 128);
    buf_base64(&out, plain.ptr, plain.len);
    struct str cursor = arena_str(call->arena, buf_view(&out));
    buf_clear(&out);
    return cursor;
}

static bool cursor_read(struct api_call *call, struct str cursor, struct listing_item *item)
{
    struct str plain, key;
    if (!base64_decode(cursor, call->arena, &plain) || !str_split(&plain, '.', &key)) return false;
    return str_to_i64(key, &item->key) && str_to_i64(plain, &item->id);
}

static void write_cursor_link(struct api_call *call, struct jw *w, const char *key, const char *direction,
                              const struct listing_shape *shape, struct str cursor, int64_t rows)
{
    struct buf url;
    if (!cursor.len) {
        attr_null(w, key);
        return;
    }
    begin_url(&url, call, shape);
    buf_fmt(&url, "page%%5B%s%%5D=", direction);
    buf_url(&url, cursor);
    buf_fmt(&url, "&page%%5Bsize%%5D=%lld", (long long)rows);
    write_url(w, key, &url);
}

struct window {
    size_t from, to;
    bool has_more;
};

/* The items after the cursor, or the last ones before it; the list is in its order. */
static struct window window_at(const struct listing *list, const struct listing_item *cursor, bool is_before, bool is_descending,
                               size_t rows)
{
    size_t at = 0;
    if (cursor) {
        for (; at < list->count; at++) {
            int order = compare_items(&list->items[at], cursor);
            if (is_descending) order = -order;
            if (is_before ? order >= 0 : order > 0) break;
        }
    }
    if (is_before) return (struct window){ at > rows ? at - rows : 0, at, at > rows };
    size_t to = at + rows < list->count ? at + rows : list->count;
    return (struct window){ at, to, to < list->count };
}

static void reply_by_cursor(struct api_call *call, const struct listing *list, bool is_descending,
                            const struct listing_shape *shape)
{
    int64_t rows = clamp(api_param_int(call, STR("page[size]"), PAGE_ROWS), 1, shape->is_export ? EXPORT_ROWS : PAGE_ROWS);
    struct str after = api_param(call, STR("page[after]")), before = api_param(call, STR("page[before]"));
    struct listing_item cursor = { 0 };
    if ((after.len && !cursor_read(call, after, &cursor)) || (before.len && !cursor_read(call, before, &cursor))) {
        fail_paging(call, "InvalidPaginationParameter", after.len ? "page[after] is not valid" : "page[before] is not valid");
        return;
    }
    struct window window = window_at(list, after.len || before.len ? &cursor : NULL, before.len > 0, is_descending, (size_t)rows);
    bool is_empty = window.from == window.to;
    struct str first = is_empty ? STR_NONE : cursor_of(call, &list->items[window.from]);
    struct str last = is_empty ? STR_NONE : cursor_of(call, &list->items[window.to - 1]);
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, shape->name);
    jw_array(w);
    for (size_t i = window.from; i < window.to; i++) shape->render(call, w, list->items[i].id);
    jw_end_array(w);
    if (shape->beside && !is_empty) shape->beside(call, w, list->items + window.from, window.to - window.from);
    if (shape->is_export) attr_null(w, "facets");
    jw_key(w, "meta");
    jw_object(w);
    jw_kv_bool(w, "has_more", window.has_more);
    jw_kv_str_or_null(w, "after_cursor", last);
    jw_kv_str_or_null(w, "before_cursor", first);
    jw_end_object(w);
    jw_key(w, "links");
    jw_object(w);
    write_cursor_link(call, w, "prev", "before", shape, first, rows);
    write_cursor_link(call, w, "next", "after", shape, last, rows);
    jw_end_object(w);
    jw_end_object(w);
}

void listing_reply(struct api_call *call, struct listing *list, bool is_descending, const struct listing_shape *shape)
{
    listing_sort(list, is_descending);
    bool is_offset_only = shape->is_search || shape->is_pages;
    if (shape->is_export || (is_cursor_style(call) && !is_offset_only))
        reply_by_cursor(call, list, is_descending, shape);
    else
        reply_by_offset(call, list, shape);
    listing_clear(list);
}
