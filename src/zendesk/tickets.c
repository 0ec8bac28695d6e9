/* tickets.c - see tickets.h. What was collected stands in run->carry as the inside of a JSON array. */
#include "zendesk/tickets.h"

#include "base/limits.h"
#include "zendesk/wire.h"

enum { PAGES_MAX = 5, SEARCH_RESULTS_MAX = 1000 }; /* Zendesk gives no more results than that, whatever the total */

/* ---- filters --------------------------------------------------------------------------------------------------------- */

bool tickets_days_fit(const struct zendesk_run *run, struct problem *problem)
{
    struct str from = json_get_str(run->arguments, "from"), to = json_get_str(run->arguments, "to");
    if (from.len == 0 || to.len == 0 || str_cmp(from, to) <= 0) return true;
    *problem = (struct problem){
        .id = PROBLEM_FIELD_RANGE,
        .field = STR("to"),
        .facts = { .what = STR("to"), .limit = arena_fmt(run->arena, "%.*s or a later day", STR_ARG(from)) },
    };
    return false;
}

static bool is_text(const struct zendesk_run *run, const struct json *ticket, const char *name)
{
    struct str wanted = json_get_str(run->arguments, name);
    return wanted.len == 0 || str_eq(wanted, json_get_str(ticket, name));
}

/* Moments of one form compare as texts, and begin with their day. */
static bool is_in_days(const struct zendesk_run *run, const struct json *ticket)
{
    struct str from = json_get_str(run->arguments, "from"), to = json_get_str(run->arguments, "to");
    struct str day = str_slice(json_get_str(ticket, "created_at"), 0, 10);
    return (from.len == 0 || str_cmp(day, from) >= 0) && (to.len == 0 || str_cmp(day, to) <= 0);
}

static bool fits(const struct zendesk_run *run, const struct json *ticket, int64_t requester_id)
{
    struct str type = json_get_str(ticket, "result_type");
    if (json_get_int(ticket, "id", 0) <= 0 || (type.len > 0 && !str_eq(type, STR("ticket")))) return false;
    if (requester_id > 0 && json_get_int(ticket, "requester_id", 0) != requester_id) return false;
    if (run->assignee_id > 0 && json_get_int(ticket, "assignee_id", 0) != run->assignee_id) return false;
    return is_text(run, ticket, "status") && is_text(run, ticket, "priority") && is_in_days(run, ticket);
}

/* ---- collecting ------------------------------------------------------------------------------------------------------- */

static void write_row(const struct zendesk_run *run, const struct json *ticket, struct jw *json)
{
    static const char *const texts[] = { "subject", "status", "priority", "created_at", "updated_at" };
    int64_t id = json_get_int(ticket, "id", 0);
    jw_object(json);
    jw_kv_int(json, "id", id);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) jw_kv_str_or_null(json, texts[i], json_get_str(ticket, texts[i]));
    jw_kv_str(json, "url", run_ticket_url(run, id));
    jw_end_object(json);
}

bool tickets_take(struct zendesk_run *run, struct tickets_page *page)
{
    struct buf rows;
    buf_init(&rows, LIMIT_ANSWER_BYTES);
    buf_str(&rows, run->carry);
    for (size_t i = 0; i < json_count(page->list) && run->found_count < LIMIT_PAGE_ROWS; i++) {
        struct jw json;
        if (!fits(run, json_at(page->list, i), page->requester_id)) continue;
        if (run->found_count++ > 0) buf_char(&rows, ',');
        jw_init(&json, &rows);
        write_row(run, json_at(page->list, i), &json);
    }
    page->is_full = ++run->page_count == PAGES_MAX || run->found_count == LIMIT_PAGE_ROWS;
    bool is_whole = buf_ok(&rows);
    if (is_whole) run->carry = arena_str(run->arena, buf_view(&rows));
    buf_clear(&rows);
    return is_whole;
}

static struct jw *begin_result(const struct zendesk_run *run, struct wire *wire)
{
    struct jw *json = wire_begin(wire, 2 * LIMIT_ANSWER_BYTES);
    jw_key(json, "tickets");
    jw_raw(json, arena_fmt(run->arena, "[%.*s]", STR_ARG(run->carry)));
    return json;
}

enum zendesk_next tickets_done(struct zendesk_run *run, const struct tickets_page *page)
{
    struct wire wire;
    struct jw *json = begin_result(run, &wire);
    jw_kv_int(json, "total", (int64_t)run->found_count);
    jw_kv_bool(json, "complete", !page->has_more && run->found_count < LIMIT_PAGE_ROWS);
    return run_done(run, wire_end(&wire, run->arena));
}

enum zendesk_next tickets_search_read(struct zendesk_run *run, const struct json *body, int64_t requester_id)
{
    const struct json *results = json_get(body, "results");
    struct tickets_page page = { .list = results, .requester_id = requester_id };
    struct wire wire;
    if (json_type(results) != JSON_ARRAY || !tickets_take(run, &page)) return run_unreadable(run);
    int64_t found = (int64_t)run->found_count, dropped = (int64_t)json_count(results) - found;
    int64_t total = json_get_int(body, "count", 0) - dropped;
    if (total < found) total = found;
    struct jw *json = begin_result(run, &wire);
    jw_kv_int(json, "total", total);
    jw_kv_int(json, "retrievable", total < SEARCH_RESULTS_MAX ? total : SEARCH_RESULTS_MAX);
    return run_done(run, wire_end(&wire, run->arena));
}
