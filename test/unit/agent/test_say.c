/* test_say.c - slots and cleaning: what comes from outside can neither make a slot nor hide in one. */
#include "unit/agent/harness.h"

#define NOW INT64_C(1795395900000) /* 2026-11-23T01:05:00Z */

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

/* The inside of one slot, filled. */
static enum status fill(const char *slot, const char *result, struct str *filled)
{
    struct err err;
    struct buf out;
    struct json *json = result ? json_parse(str_from(result), &err) : NULL;
    struct str inside = str_from(slot);
    buf_init(&out, 1000);
    enum status status = say_slot(str_slice(inside, 1, inside.len - 1), json, NOW, &out);
    if (status == OK) *filled = arena_str(&arena, buf_view(&out));
    buf_clear(&out);
    if (json) json_free(json);
    return status;
}

static void test_slots_are_filled(void **state)
{
    (void)state;
    struct str filled;
    assert_int_equal(fill(SLOT("id"), "{\"id\":9007199254740993,\"status\":\"new\"}", &filled), OK);
    assert_same(filled, STR("9007199254740993"));
    assert_int_equal(fill(SLOT("tickets.1.subject"), "{\"tickets\":[{},{\"subject\":\"Lamp\"}]}", &filled), OK);
    assert_same(filled, STR("Lamp"));
    assert_int_equal(fill(SLOT("x"), "{\"x\":1.5}", &filled), OK);
    assert_same(filled, STR("1.5"));
}

static void test_a_missing_fact_says_nothing(void **state)
{
    (void)state;
    struct str filled = STR("untouched");
    const char *const results[] = {
        "{}", "{\"id\":null}", "{\"id\":\"\"}", "{\"id\":[1]}", "{\"id\":{}}", "{\"id\":true}", "[]"
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        assert_int_equal(fill(SLOT("id"), results[i], &filled), E_NOT_FOUND);
    assert_int_equal(fill(SLOT(""), "{\"id\":1}", &filled), E_NOT_FOUND);
    assert_int_equal(fill(SLOT("id.x.9"), "{\"id\":1}", &filled), E_NOT_FOUND);
    assert_int_equal(fill(SLOT("id"), NULL, &filled), E_NOT_FOUND);
    assert_same(filled, STR("untouched"));
}

static void test_moments_are_said_for_people(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "{\"at\":\"2026-11-23T00:00:00Z\"}", "today at 00:00 UTC" },
        { "{\"at\":\"2026-11-22T23:59:59.999Z\"}", "yesterday at 23:59 UTC" },
        { "{\"at\":\"2026-11-22T15:00:00-09:30\"}", "today at 00:30 UTC" },
        { "{\"at\":\"2026-11-21T23:59:59Z\"}", "21 Nov 2026, 23:59 UTC" },
        { "{\"at\":\"soon\"}", "soon" },
    };
    struct str filled;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(fill(TIME_SLOT("at"), cases[i][0], &filled), OK);
        assert_same(filled, str_from(cases[i][1]));
    }
    assert_int_equal(fill(TIME_SLOT("at"), "{\"at\":null}", &filled), E_NOT_FOUND);
}

static void test_facts_are_not_looked_at_again(void **state)
{
    (void)state;
    struct str filled;
    assert_int_equal(fill(SLOT("subject"), "{\"subject\":\"\\u0002id\\u0003\\u001b[31m\\u0007\\u0085\",\"id\":5}", &filled), OK);
    assert_same(filled, STR("id[31m"));
}

static void test_visitors_text_is_cleaned(void **state)
{
    (void)state;
    assert_same(say_clean(STR("a\x02url\x03"
                              "b\x1b[1m\x7f"),
                          &arena),
                STR("aurlb[1m"));
    assert_same(say_clean(STR("one\r\ntwo\rthree\n\tfour"), &arena), STR("one\ntwo\nthree\n\tfour"));
    assert_same(say_clean(STR("caf\xc3\xa9 \xc2\x85\xc2\xa0"), &arena), STR("caf\xc3\xa9 \xc2\xa0"));
    assert_same(say_clean(STR("x\xff\xc3"), &arena), STR("x\xef\xbf\xbd\xef\xbf\xbd"));
    assert_same(say_clean((struct str){ "a\0b", 3 }, &arena), STR("ab"));
    assert_same(say_clean(STR_NONE, &arena), STR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots_are_filled),
        cmocka_unit_test(test_a_missing_fact_says_nothing),
        cmocka_unit_test(test_moments_are_said_for_people),
        cmocka_unit_test(test_facts_are_not_looked_at_again),
        cmocka_unit_test(test_visitors_text_is_cleaned),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
