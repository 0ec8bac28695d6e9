/* Pages of lists, in both styles. */
#include "unit/sandbox/driver.h"

enum { TICKETS = 7 };

static void fill(struct driver *d)
{
    driver_open(d);
    for (int i = 0; i < TICKETS; i++) {
        (void)make_ticket(d, "one of many", "jane@example.com");
        advance(d, 1000);
    }
}

/* The part of a link after the host: what a careful client uses of it. */
static const char *own(struct driver *d, struct str link)
{
    size_t at = str_find(link, STR("/api/"), 0);
    assert_true(at != SIZE_MAX);
    return arena_str(&d->arena, str_slice(link, at, link.len)).ptr;
}

static void cursors_forward_and_back(void **state)
{
    (void)state;
    struct driver d;
    fill(&d);
    const char *path = "/api/v2/tickets?page%5Bsize%5D=3&sort=-updated_at";
    int64_t expected = 35436 + TICKETS - 1, seen = 0;
    struct reply *page = NULL;
    for (bool more = true; more; more = json_bool(at(page->json, "meta.has_more"), false)) {
        page = get(&d, path);
        assert_status(page, 200);
        for (size_t i = 0; i < json_count(at(page->json, "tickets")); i++, seen++)
            assert_int_equal(int_at(json_at(at(page->json, "tickets"), i), "id"), expected--);
        path = own(&d, text_at(page->json, "links.next"));
    }
    assert_int_equal(seen, TICKETS);
    struct reply *past = get(&d, path);
    assert_int_equal(json_count(at(past->json, "tickets")), 0);
    assert_int_equal(json_type(at(past->json, "links.next")), JSON_NULL);

    struct reply *back = get(&d, own(&d, text_at(page->json, "links.prev")));
    assert_int_equal(json_count(at(back->json, "tickets")), 3);
    assert_int_equal(int_at(back->json, "tickets.2.id"), int_at(page->json, "tickets.0.id") + 1);
    assert_true(json_bool(at(back->json, "meta.has_more"), false));
    driver_close(&d);
}

/* A ticket made between two pages shifts nothing. */
static void cursors_stand_still(void **state)
{
    (void)state;
    struct driver d;
    fill(&d);
    struct reply *first = get(&d, "/api/v2/tickets?page%5Bsize%5D=2&sort=-id");
    (void)make_ticket(&d, "newer", "jane@example.com");
    struct reply *second = get(&d, own(&d, text_at(first->json, "links.next")));
    assert_int_equal(int_at(second->json, "tickets.0.id"), int_at(first->json, "tickets.1.id") - 1);
    driver_close(&d);
}

static void offsets(void **state)
{
    (void)state;
    struct driver d;
    fill(&d);
    struct reply *page = get(&d, "/api/v2/tickets?per_page=3&page=2&sort_by=id&sort_order=desc");
    assert_int_equal(int_at(page->json, "count"), TICKETS);
    assert_int_equal(int_at(page->json, "tickets.0.id"), 35436 + TICKETS - 4);
    assert_str(text_at(page->json, "next_page"),
               "https://practice.zendesk.com/api/v2/tickets.json?sort_by=id&sort_order=desc&page=3&per_page=3");
    assert_true(text_at(page->json, "previous_page").len > 0);
    struct reply *last = get(&d, own(&d, text_at(page->json, "next_page")));
    assert_int_equal(json_count(at(last->json, "tickets")), 1);
    assert_int_equal(json_type(at(last->json, "next_page")), JSON_NULL);
    driver_close(&d);
}

static void what_cannot_be_had(void **state)
{
    (void)state;
    struct driver d;
    fill(&d);
    struct {
        const char *path, *at, *text;
        int status;
    } cases[] = {
        { "/api/v2/tickets?page=101&per_page=100", "errors.0.code", "InvalidPaginationDepth", 400 },
        { "/api/v2/tickets?page%5Bsize%5D=2&page%5Bafter%5D=%21", "errors.0.code", "InvalidPaginationParameter", 400 },
        { "/api/v2/tickets?page%5Bsize%5D=2&sort=subject", "error", "InvalidPaginationParameter", 400 },
        { "/api/v2/search?query=many&page=11", "error", "invalid", 422 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply *reply = get(&d, cases[i].path);
        assert_status(reply, cases[i].status);
        assert_true(str_eq(text_at(reply->json, cases[i].at), str_from(cases[i].text)));
    }
    assert_int_equal(int_at(get(&d, "/api/v2/search?query=many&page=10")->json, "count"), TICKETS);
    driver_close(&d);
}

/* sort_by is ignored as soon as page[size] is there. */
static void mixing_the_styles(void **state)
{
    (void)state;
    struct driver d;
    fill(&d);
    struct reply *page = get(&d, "/api/v2/tickets?page%5Bsize%5D=2&sort_by=id&sort_order=desc");
    assert_int_equal(int_at(page->json, "tickets.0.id"), 35436);
    driver_close(&d);
}

static void by_external_id(void **state)
{
    (void)state;
    struct driver d;
    fill(&d);
    for (int i = 0; i < 2; i++)
        assert_status(put(&d, i ? "/api/v2/tickets/35437" : "/api/v2/tickets/35440", "{\"ticket\":{\"external_id\":\"a b\"}}"),
                      200);
    struct reply *found = get(&d, "/api/v2/tickets?external_id=a%20b");
    assert_int_equal(int_at(found->json, "count"), 2);
    assert_int_equal(int_at(found->json, "tickets.0.id"), 35437);
    assert_int_equal(int_at(get(&d, "/api/v2/tickets?external_id=a")->json, "count"), 0);
    driver_close(&d);
}

static void comments_newest_first(void **state)
{
    (void)state;
    struct driver d;
    fill(&d);
    for (int i = 0; i < 3; i++)
        assert_status(put(&d, "/api/v2/tickets/35436", "{\"ticket\":{\"comment\":{\"body\":\"again\"}}}"), 200);
    struct reply *page = get(&d, "/api/v2/tickets/35436/comments?sort=-created_at&page%5Bsize%5D=3");
    assert_str(text_at(page->json, "comments.0.body"), "again");
    struct reply *rest = get(&d, own(&d, text_at(page->json, "links.next")));
    assert_str(text_at(rest->json, "comments.0.body"), "Text of one of many.");
    assert_status(get(&d, "/api/v2/tickets/1/comments"), 404);
    driver_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cursors_forward_and_back), cmocka_unit_test(cursors_stand_still), cmocka_unit_test(offsets),
        cmocka_unit_test(what_cannot_be_had),       cmocka_unit_test(mixing_the_styles),   cmocka_unit_test(by_external_id),
        cmocka_unit_test(comments_newest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
