/* NFC and lower case. */
#include "unit/unit.h"

#include "base/text_fold.h"

static void nfc(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_str(str_nfc(&arena, STR("plain")), "plain");
    assert_str(str_nfc(&arena, STR_NONE), "");
    assert_str(str_nfc(&arena, STR("e\xCC\x81t\xC3\xA9")), "\xC3\xA9t\xC3\xA9");  /* e + U+0301 */
    assert_str(str_nfc(&arena, STR("\xE2\x84\xAB")), "\xC3\x85");                 /* Angstrom sign to A with ring */
    assert_str(str_nfc(&arena, STR("\xE1\x84\x80\xE1\x85\xA1")), "\xEA\xB0\x80"); /* Hangul jamo to a syllable */
    assert_str(str_nfc(&arena, STR("\xEF\xAC\x81")), "\xEF\xAC\x81");             /* the fi ligature is NFKC's business */
    assert_str(str_nfc(&arena, STR("\xF0\x9D\x85\x9E")),
               "\xF0\x9D\x85\x97\xF0\x9D\x85\xA5");                     /* excluded from composition: grows */
    assert_str(str_nfc(&arena, STR("e\xCC\x81\xFF")), "e\xCC\x81\xFF"); /* not UTF-8: as it came */
    struct str folded = str_nfc(&arena, STR("e\xCC\x81"));
    assert_int_equal(folded.ptr[folded.len], '\0');
    arena_clear(&arena);
}

static void lower(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_str(str_lower(&arena, STR("Create A TICKET 42!")), "create a ticket 42!");
    assert_str(str_lower(&arena, STR("\xC3\x84\xCE\xA3\xD0\x96")), "\xC3\xA4\xCF\x83\xD0\xB6");
    assert_str(str_lower(&arena, STR("\xC8\xBA\xC8\xBA\xC8\xBA")),
               "\xE2\xB1\xA5\xE2\xB1\xA5\xE2\xB1\xA5");      /* U+023A grows to three bytes */
    assert_str(str_lower(&arena, STR("\xE2\x84\xAA")), "k"); /* the Kelvin sign shrinks */
    assert_str(str_lower(&arena, STR("STRASSE \xC3\x9F")), "strasse \xC3\x9F");
    assert_str(str_lower(&arena, STR("A\0B")), "a\0b");
    assert_str(str_lower(&arena, STR("A\xFF")), "A\xFF");
    assert_str(str_lower(&arena, STR_NONE), "");
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nfc), cmocka_unit_test(lower) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
