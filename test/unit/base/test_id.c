/* Prefixed ULIDs. */
#include "unit/unit.h"

#include <stdio.h>

#include "base/id.h"

static const uint8_t zeros[ID_RANDOM_BYTES];
static const uint8_t ones[ID_RANDOM_BYTES] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };

static void known_values(void **state)
{
    (void)state;
    const uint8_t counting[ID_RANDOM_BYTES] = { 0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54, 0xB6, 0x35, 0xCF }; /* 0, 1, 2 ... 15 */
    struct id id = id_make("con_", 0, zeros);
    assert_str(id_str(&id), "con_00000000000000000000000000");
    id = id_make("con_", (INT64_C(1) << 48) - 1, ones);
    assert_str(id_str(&id), "con_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    id = id_make("wsp_", 1469918176385, counting); /* "01ARYZ6S41" is the example of the ULID specification */
    assert_str(id_str(&id), "wsp_01aryz6s410123456789abcdef");
    assert_int_equal(strlen(id.text), ID_LEN);
}

static void sorts_by_time(void **state)
{
    (void)state;
    struct id before = id_make("con_", 0, ones);
    for (int64_t at = 1; at < INT64_C(1) << 48; at = at * 3 + 1) {
        struct id after = id_make("con_", at, zeros);
        assert_true(str_cmp(id_str(&before), id_str(&after)) < 0);
        before = id_make("con_", at, ones);
    }
}

static void recognises(void **state)
{
    (void)state;
    struct id id = id_make("con_", 1795359845123, ones);
    assert_true(id_is(id_str(&id), "con_"));
    assert_false(id_is(id_str(&id), "wsp_"));
    assert_false(id_is(STR_NONE, "con_"));
    assert_false(id_is(str_slice(id_str(&id), 0, ID_LEN - 1), "con_"));
    assert_false(id_is(STR("con_000000000000000000000000000"), "con_"));
    assert_false(id_is(STR("con_80000000000000000000000000"), "con_")); /* 129 bits */
    assert_false(id_is(STR("con_0000000000000000000000000\0"), "con_"));
    static const char wrong[] = "ilouABCZ-_/ '\"%";
    for (const char *c = wrong; *c; c++) {
        char text[ID_LEN + 1];
        snprintf(text, sizeof text, "con_0000000000%c000000000000000", *c);
        assert_false(id_is(str_from(text), "con_"));
    }
}

static void impossible_times_are_defects(void **state)
{
    (void)state;
    assert_aborts((void)id_make("con_", -1, zeros));
    assert_aborts((void)id_make("con_", INT64_C(1) << 48, zeros));
    assert_aborts((void)id_make("con\0", 0, zeros));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(sorts_by_time),
        cmocka_unit_test(recognises),
        cmocka_unit_test(impossible_times_are_defects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
