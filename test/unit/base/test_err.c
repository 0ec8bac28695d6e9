/* Statuses and their words. */
#include "unit/unit.h"

#include "base/err.h"

static void sets_and_returns(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_int_equal(err_set(&err, E_LIMIT, "header over %u bytes", 16U), E_LIMIT);
    assert_int_equal(err.status, E_LIMIT);
    assert_string_equal(err.detail, "header over 16 bytes");
    assert_int_equal(err_set(NULL, E_IO, "%s", "nobody listens"), E_IO);
}

/* A detail that is too long ends with a whole character. */
static void cuts_between_characters(void **state)
{
    (void)state;
    struct err err;
    char text[400];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 4 < sizeof text; i += 4) memcpy(text + i, "\xF0\x9F\x98\x80", 5);
        assert_int_equal(err_set(&err, E_INPUT, "%s", text), E_INPUT);
        struct str detail = str_from(err.detail);
        assert_true(str_is_utf8(detail));
        assert_true(detail.len > sizeof err.detail - 5);
    }
    memset(text, 'y', sizeof text - 1);
    text[sizeof err.detail - 1] = '\0'; /* fits exactly */
    assert_int_equal(err_set(&err, E_INPUT, "%s", text), E_INPUT);
    assert_string_equal(err.detail, text);
}

static void every_status_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = OK; a <= E_INTERNAL; a++) {
        assert_string_not_equal(status_name((enum status)a), "unknown");
        for (int b = OK; b < a; b++) assert_string_not_equal(status_name((enum status)a), status_name((enum status)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_and_returns),
        cmocka_unit_test(cuts_between_characters),
        cmocka_unit_test(every_status_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
