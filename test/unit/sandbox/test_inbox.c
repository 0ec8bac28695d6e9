/* The inbox: what its pages show, that text stays text, and answering a ticket by its form. */
#include "unit/sandbox/driver.h"

static struct reply *page(struct driver *d, const char *path)
{
    return driver_ask(d, &(struct ask){ .method = HTTP_GET, .path = str_from(path) });
}

static bool has(const struct reply *reply, const char *text)
{
    return str_find(reply->body, str_from(text), 0) != SIZE_MAX;
}

static struct reply *submit(struct driver *d, const char *path, const char *form, const char *site)
{
    struct ask ask = {
        .method = HTTP_POST, .path = str_from(path), .body = str_from(form), .type = STR("application/x-www-form-urlencoded")
    };
    if (site) ask.extra[0] = (struct http_header){ STR("Sec-Fetch-Site"), str_from(site) };
    return driver_ask(d, &ask);
}

static void lists(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *root = page(&d, "/");
    assert_status(root, 303);
    assert_str(header_of(root, "Location"), "/agent");
    assert_true(has(page(&d, "/agent"), "No tickets yet"));
    for (int i = 0; i < 51; i++) (void)make_ticket(&d, i ? "Order" : "Printer", "jane@example.com");
    struct reply *first = page(&d, "/agent"), *second = page(&d, "/agent?page=2");
    assert_true(has(first, "1 to 50 of 51"));
    assert_true(has(first, "Older tickets"));
    assert_false(has(first, "Printer<"));
    assert_true(has(second, "Printer<"));
    assert_true(has(page(&d, "/agent?q=printer"), "1 to 1 of 1"));
    assert_true(has(page(&d, "/agent?q=%3Cb%3E"), "&lt;b&gt;"));
    assert_true(has(page(&d, "/agent?q=zzz&page=99999999999"), "No ticket matches"));
    assert_true(str_starts(header_of(page(&d, "/agent/style.css"), "Content-Type"), STR("text/css")));
    assert_status(page(&d, "/agent/nothing"), 404);
    assert_status(page(&d, "/agent/tickets/1"), 404);
    driver_close(&d);
}

/* Whatever a customer writes, the page has it as text; and its policy runs nothing. */
static void text_stays_text(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    struct reply *made = post(
        &d, "/api/v2/tickets",
        "{\"ticket\":{\"subject\":\"<img src=x onerror=alert(1)>\",\"external_id\":\"\\\"><script>\",\"tags\":[\"<i>\"],"
        "\"comment\":{\"html_body\":\"<script>evil()</script>&lt;p&gt; 1 < 2\"},\"custom_fields\":[{\"id\":1,\"value\":\"<u>\"}],"
        "\"requester\":{\"name\":\"</title><b>\",\"email\":\"j@example.com\"}}}");
    assert_status(made, 201);
    const char *pages[] = { "/agent", path_of(&d, "/agent/tickets/ID", int_at(made->json, "ticket.id")) };
    for (size_t i = 0; i < 2; i++) {
        struct reply *reply = page(&d, pages[i]);
        assert_status(reply, 200);
        assert_true(has(reply, "&lt;img src=x onerror=alert(1)&gt;"));
        const char *live[] = { "<img", "<script", "<b>", "<i>", "<u>" };
        for (size_t k = 0; k < sizeof live / sizeof *live; k++)
            if (has(reply, live[k])) fail_msg("%s stands in %s", live[k], pages[i]);
        struct str policy = header_of(reply, "Content-Security-Policy");
        assert_true(str_starts(policy, STR("default-src 'none'")));
        assert_int_equal(str_find(policy, STR("script-src"), 0), SIZE_MAX);
    }
    driver_close(&d);
}

static void answering(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    const char *path = path_of(&d, "/agent/tickets/ID", id), *api = path_of(&d, "/api/v2/tickets/ID", id);
    struct reply *sent = submit(&d, path, "comment=We+look+into+it%0Anow.&public=yes&status=pending", "same-origin");
    assert_status(sent, 303);
    assert_status(submit(&d, path, "comment=Only+for+us&public=no&status=pending", "same-origin"), 303);
    assert_status(submit(&d, path, "comment=&public=yes&status=solved", "same-origin"), 303);
    struct reply *comments = get(&d, path_of(&d, "/api/v2/tickets/ID/comments", id));
    assert_int_equal(int_at(comments->json, "count"), 3);
    assert_str(text_at(comments->json, "comments.1.body"), "We look into it\nnow.");
    assert_true(json_bool(at(comments->json, "comments.1.public"), false));
    assert_str(text_at(comments->json, "comments.1.via.channel"), "web");
    assert_false(json_bool(at(comments->json, "comments.2.public"), true));
    assert_str(text_at(get(&d, api)->json, "ticket.status"), "solved");
    struct reply *shown = page(&d, path);
    assert_true(has(shown, "internal note"));
    assert_true(has(shown, "status: new \xe2\x86\x92 pending"));
    driver_close(&d);
}

static void what_is_not_saved(void **state)
{
    (void)state;
    struct driver d;
    driver_open(&d);
    int64_t id = make_ticket(&d, "one", "jane@example.com");
    const char *path = path_of(&d, "/agent/tickets/ID", id);
    assert_status(submit(&d, path, "comment=x&public=yes&status=new", "cross-site"), 403);
    assert_status(submit(&d, path, "comment=x&public=yes&status=new", "same-site"), 403);
    struct reply *nothing = submit(&d, path, "comment=+&public=yes&status=new", "same-origin");
    assert_status(nothing, 422);
    assert_true(has(nothing, "Write an answer or choose another status"));
    assert_status(submit(&d, path, "comment=&status=sold", "same-origin"), 422);
    assert_status(submit(&d, path, "status=closed", "same-origin"), 303);
    assert_status(submit(&d, path, "comment=x&status=open", "same-origin"), 422);
    assert_true(has(page(&d, path), "This ticket is closed"));
    assert_int_equal(int_at(get(&d, path_of(&d, "/api/v2/tickets/ID/comments", id))->json, "count"), 1);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),
        cmocka_unit_test(text_stays_text),
        cmocka_unit_test(answering),
        cmocka_unit_test(what_is_not_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
