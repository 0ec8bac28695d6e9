/* Ranges of addresses: what is one, and what lies in it. */
#include "unit/unit.h"

#include "base/buf.h"
#include "net/ranges.h"

static void what_lies_in_a_range(void **state)
{
    static const struct {
        const char *range, *address;
        bool is_in;
    } rows[] = {
        { "127.0.0.1", "127.0.0.1", true },
        { "127.0.0.1", "127.0.0.2", false },
        { "10.0.0.0/8", "10.255.1.2", true },
        { "10.0.0.0/8", "11.0.0.0", false },
        { "192.168.16.0/20", "192.168.31.9", true },
        { "192.168.16.0/20", "192.168.32.0", false },
        { "0.0.0.0/0", "203.0.113.9", true },
        { "0.0.0.0/0", "2001:db8::1", false },
        { "::1", "::1", true },
        { "2001:db8::/33", "2001:db8:7fff::1", true },
        { "2001:db8::/33", "2001:db8:8000::1", false },
        { "::/0", "10.1.2.3", true },
        { "127.0.0.1", "::ffff:127.0.0.1", true },
        { "::ffff:10.0.0.0/104", "10.9.9.9", true },
        { "10.0.0.0/8", "unix", false },
        { "10.0.0.0/8", "", false },
        { "10.0.0.0/8", "10.0.0.1 ", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ranges ranges;
        assert_int_equal(ranges_parse(str_from(rows[i].range), &ranges, NULL), OK);
        if (ranges_hold(&ranges, str_from(rows[i].address)) != rows[i].is_in)
            fail_msg("%s in %s", rows[i].address, rows[i].range);
    }
}

static void lists(void **state)
{
    struct ranges ranges;
    struct err err = { 0 };
    (void)state;
    assert_int_equal(ranges_parse(STR(" 127.0.0.1, ::1  10.0.0.0/8 "), &ranges, &err), OK);
    assert_int_equal(ranges.count, 3);
    assert_true(ranges_hold(&ranges, STR("::1")) && ranges_hold(&ranges, STR("10.1.1.1")) && !ranges_hold(&ranges, STR("10")));
    assert_int_equal(ranges_parse(STR(""), &ranges, &err), OK);
    assert_false(ranges_hold(&ranges, STR("127.0.0.1")));
    assert_int_equal(ranges_parse(str_from("1.1.1.1 2.2.2.2/33"), &ranges, &err), E_INPUT);
    assert_non_null(strstr(err.detail, "2.2.2.2/33"));
}

static void what_is_none(void **state)
{
    static const char *const texts[] = { "x",           "10.0.0.0/",
                                         "10.0.0.0/-1", "10.0.0.0/33",
                                         "::/129",      "10.0.0",
                                         "1.2.3.4/8/8", "a-name-that-is-far-too-long-for-an-address-of-any-kind",
                                         "10.0.0.0/8x" };
    struct ranges ranges;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (ranges_parse(str_from(texts[i]), &ranges, NULL) != E_INPUT) fail_msg("%s", texts[i]);
}

static void no_more_than_there_is_room_for(void **state)
{
    struct buf list;
    struct ranges ranges;
    (void)state;
    buf_init(&list, 4096);
    for (unsigned i = 0; i < RANGES_MAX; i++) buf_fmt(&list, "10.0.%u.0/24 ", i);
    assert_int_equal(ranges_parse(buf_view(&list), &ranges, NULL), OK);
    buf_lit(&list, "10.1.0.0/24");
    assert_int_equal(ranges_parse(buf_view(&list), &ranges, NULL), E_LIMIT);
    buf_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_in_a_range),
        cmocka_unit_test(lists),
        cmocka_unit_test(what_is_none),
        cmocka_unit_test(no_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
