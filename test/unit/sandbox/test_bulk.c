/* Jobs, asynchronous creation, follow-ups, requests, files, exports. */
#include "unit/sandbox/driver.h"

#define MINUTE_MS INT64_C(60000)

static struct reply *job_of(struct driver *d, const struct reply *started)
{
    advance(d, 1000);
    struct str id = text_at(started->json, "job_status.id");
    struct reply *job = get(d, arena_fmt(&d->arena, "/api/v2/job_statuses/%.*s.json", STR_ARG(id)).ptr);
    assert_status(job, 200);
    assert_str(text_at(job->json, "job_status.status"), "completed");
    return job;
}

static void a_job_reports_each_item(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *started =
        post(&d, "/api/v2/tickets/create_many", "{\"tickets\":[{\"comment\":{\"body\":\"a\"}},{\"subject\":\"no comment\"}]}");
    assert_status(started, 200);
    assert_str(text_at(started->json, "job_status.status"), "queued");
    struct reply *job = job_of(&d, started);
    assert_true(json_bool(at(job->json, "job_status.results.0.success"), false));
    assert_false(json_bool(at(job->json, "job_status.results.1.success"), true));
    assert_str(text_at(job->json, "job_status.results.1.error"), "RecordInvalid");
    assert_int_equal(tickets_in_ledger(&d), 1);
    int64_t id = int_at(job->json, "job_status.results.0.id");
    const char *many = path_of(&d, "/api/v2/tickets/update_many?ids=ID,999999", id);
    job = job_of(&d, put(&d, many, "{\"ticket\":{\"additional_tags\":[\"x\"]}}"));
    assert_str(text_at(job->json, "job_status.results.1.error"), "RecordNotFound");
    assert_str(text_at(get(&d, path_of(&d, "/api/v2/tickets/ID", id))->json, "ticket.tags.0"), "x");
    driver_close(&d);
}

static void a_hundred_at_most(void **state)
{
    (void)state;
    struct driver d;
    struct buf body;
    driver_open(&d);
    buf_init(&body, 65536);
    buf_lit(&body, "{\"tickets\":[{}");
    for (int i = 0; i < 100; i++) buf_lit(&body, ",{}");
    buf_lit(&body, "]}");
    struct reply *refused = post(&d, "/api/v2/tickets/create_many", arena_cstr(&d.arena, buf_view(&body)));
    buf_clear(&body);
    assert_status(refused, 400);
    assert_str(text_at(refused->json, "error"), "TooManyValues");
    assert_int_equal(int_at(refused->json, "max_count"), 100);
    driver_close(&d);
}

static void creation_may_be_asynchronous(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *accepted = post(&d, "/api/v2/tickets?async=true", "{\"ticket\":{\"comment\":{\"body\":\"a\"}}}");
    assert_status(accepted, 202);
    struct reply *job = job_of(&d, accepted);
    assert_int_equal(int_at(job->json, "job_status.results.0.id"), int_at(accepted->json, "ticket.id"));
    driver_close(&d);
}

static void only_a_closed_ticket_is_followed(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    const char *body = path_of(&d, "{\"ticket\":{\"comment\":{\"body\":\"again\"},\"via_followup_source_id\":ID}}", id);
    assert_status(post(&d, "/api/v2/tickets", body), 422);
    const char *path = path_of(&d, "/api/v2/tickets/ID", id);
    assert_status(put(&d, path, "{\"ticket\":{\"status\":\"closed\",\"tags\":[\"old\"]}}"), 200);
    struct reply *followup = post(&d, "/api/v2/tickets", body);
    assert_status(followup, 201);
    assert_str(text_at(followup->json, "ticket.via.source.rel"), "follow_up");
    assert_int_equal(int_at(followup->json, "ticket.via.source.from.ticket_id"), id);
    assert_str(text_at(followup->json, "ticket.tags.0"), "old");
    assert_int_equal(int_at(get(&d, path)->json, "ticket.followup_ids.0"), int_at(followup->json, "ticket.id"));
    driver_close(&d);
}

static void requests_show_what_is_public_and_own(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    assert_status(post(&d, "/api/v2/users", "{\"user\":{\"name\":\"R\",\"email\":\"rosa@example.com\",\"verified\":true}}"), 201);
    struct ask ask = { .method = HTTP_POST,
                       .path = STR("/api/v2/requests"),
                       .user = STR("rosa@example.com/token:practice-token"),
                       .body = STR("{\"request\":{\"subject\":\"s\",\"comment\":{\"body\":\"b\"},\"bogus\":1}}") };
    struct reply *made = driver_ask(&d, &ask);
    assert_status(made, 201);
    assert_true(header_of(made, "X-Zendesk-API-Warn").len > 0);
    int64_t id = int_at(made->json, "request.id");
    assert_status(put(&d, path_of(&d, "/api/v2/tickets/ID", id), "{\"ticket\":{\"comment\":{\"body\":\"n\",\"public\":false}}}"),
                  200);
    ask.method = HTTP_PUT;
    ask.path = str_from(path_of(&d, "/api/v2/requests/ID", id));
    ask.body = STR("{\"request\":{}}");
    assert_status(driver_ask(&d, &ask), 406);
    ask.method = HTTP_GET;
    ask.body = STR_NONE;
    ask.path = str_from(path_of(&d, "/api/v2/requests/ID/comments", id));
    assert_int_equal(int_at(driver_ask(&d, &ask)->json, "count"), 1);
    ask.path = str_from(path_of(&d, "/api/v2/requests/ID", make_ticket(&d, "not hers", "jane@example.com")));
    assert_status(driver_ask(&d, &ask), 404);
    driver_close(&d);
}

static struct reply *upload(struct driver *d, const char *path, struct str bytes)
{
    return driver_ask(
        d,
        &(struct ask){
            .method = HTTP_POST, .path = str_from(path), .user = ADMIN, .body = bytes, .type = STR("application/octet-stream") });
}

static void a_file_becomes_part_of_one_comment(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    const struct str bytes = STR("a\0b\xff");
    struct reply *first = upload(&d, "/api/v2/uploads?filename=a.bin", bytes);
    assert_status(first, 201);
    assert_str(header_of(first, "Content-Type"), "text/plain; charset=utf-8");
    struct str token = text_at(first->json, "upload.token");
    const char *more = arena_fmt(&d.arena, "/api/v2/uploads?filename=b.txt&token=%.*s", STR_ARG(token)).ptr;
    assert_int_equal(json_count(at(upload(&d, more, STR("second"))->json, "upload.attachments")), 2);
    const char *body =
        arena_fmt(&d.arena, "{\"ticket\":{\"comment\":{\"body\":\"f\",\"uploads\":[\"%.*s\"]}}}", STR_ARG(token)).ptr;
    struct reply *ticket = post(&d, "/api/v2/tickets", body);
    assert_int_equal(json_count(at(ticket->json, "audit.events.0.attachments")), 2);
    assert_int_equal(json_count(at(post(&d, "/api/v2/tickets", body)->json, "audit.events.0.attachments")), 0);
    struct str url = text_at(ticket->json, "audit.events.0.attachments.0.content_url");
    struct str path = str_slice(url, str_find(url, STR("/attachments/"), 0), url.len);
    struct reply *content = driver_ask(&d, &(struct ask){ .method = HTTP_GET, .path = path });
    assert_status(content, 200);
    assert_true(str_eq(content->body, bytes));
    struct reply *page =
        driver_ask(&d, &(struct ask){ .method = HTTP_GET,
                                      .path = str_from(path_of(&d, "/agent/tickets/ID", int_at(ticket->json, "ticket.id"))) });
    assert_true(str_find(page->body, STR(">a.bin</a>"), 0) != SIZE_MAX);
    assert_true(str_starts(header_of(content, "Content-Disposition"), STR("attachment;")));
    driver_close(&d);
}

static void a_token_lives_an_hour(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct str token = text_at(upload(&d, "/api/v2/uploads?filename=a.txt", STR("x"))->json, "upload.token");
    advance(&d, 61 * MINUTE_MS);
    const char *body =
        arena_fmt(&d.arena, "{\"ticket\":{\"comment\":{\"body\":\"f\",\"uploads\":[\"%.*s\"]}}}", STR_ARG(token)).ptr;
    assert_int_equal(json_count(at(post(&d, "/api/v2/tickets", body)->json, "audit.events.0.attachments")), 0);
    driver_close(&d);
}

static void an_export_waits_a_minute(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t first = make_ticket(&d, "one", "jane@example.com"), second = make_ticket(&d, "two", "jane@example.com");
    assert_int_equal(int_at(get(&d, "/api/v2/incremental/tickets?start_time=0")->json, "count"), 0);
    advance(&d, 2 * MINUTE_MS);
    assert_status(send_body(&d, HTTP_DELETE, path_of(&d, "/api/v2/tickets/ID", first), ""), 204);
    advance(&d, 2 * MINUTE_MS);
    struct reply *page = get(&d, "/api/v2/incremental/tickets/cursor?start_time=0&per_page=1");
    assert_int_equal(int_at(page->json, "tickets.0.id"), second);
    assert_false(json_bool(at(page->json, "end_of_stream"), true));
    struct str cursor = text_at(page->json, "after_cursor");
    page = get(&d, arena_fmt(&d.arena, "/api/v2/incremental/tickets/cursor?cursor=%.*s", STR_ARG(cursor)).ptr);
    assert_int_equal(int_at(page->json, "tickets.0.id"), first);
    assert_str(text_at(page->json, "tickets.0.status"), "deleted");
    assert_true(json_bool(at(page->json, "end_of_stream"), false));
    assert_status(get(&d, "/api/v2/incremental/tickets?start_time=99999999999"), 422);
    assert_status(get(&d, "/api/v2/incremental/tickets/cursor?cursor=nonsense"), 400);
    driver_close(&d);
}

static void searches_are_exported_by_cursor(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    make_ticket(&d, "one", "jane@example.com");
    make_ticket(&d, "two", "jane@example.com");
    struct reply *page = get(&d, "/api/v2/search/export?query=text&filter%5Btype%5D=ticket&page%5Bsize%5D=1");
    assert_status(page, 200);
    assert_int_equal(json_count(at(page->json, "results")), 1);
    assert_true(json_bool(at(page->json, "meta.has_more"), false));
    assert_status(get(&d, "/api/v2/search/export?query=type:ticket&filter%5Btype%5D=ticket"), 422);
    assert_status(get(&d, "/api/v2/search/export?query=x"), 400);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_reports_each_item),
        cmocka_unit_test(a_hundred_at_most),
        cmocka_unit_test(creation_may_be_asynchronous),
        cmocka_unit_test(only_a_closed_ticket_is_followed),
        cmocka_unit_test(requests_show_what_is_public_and_own),
        cmocka_unit_test(a_file_becomes_part_of_one_comment),
        cmocka_unit_test(a_token_lives_an_hour),
        cmocka_unit_test(an_export_waits_a_minute),
        cmocka_unit_test(searches_are_exported_by_cursor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
