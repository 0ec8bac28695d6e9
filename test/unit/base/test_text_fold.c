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

static struct str bare(struct arena *arena, struct str text)
{
    struct str all = STR_NONE;
    struct bare_char c;
    for (size_t at = 0; at < text.len;) {
        at += str_bare_at(text, at, &c);
        all = arena_fmt(arena, "%.*s%.*s", STR_ARG(all), (int)c.len, c.text);
    }
    return all;
}

/* ASCII is answered without utf8proc: as the full width form of the same character (U+FF01 to U+FF5E) is, which takes the long way. */
static void bare_ascii_as_full_width(void **state)
{
    (void)state;
    for (unsigned char c = 0x21; c < 0x7f; c++) {
        struct bare_char narrow, wide;
        unsigned offset = c - 0x20u;
        const char full[] = { (char)0xef, (char)(0xbc + offset / 64), (char)(0x80 + offset % 64) };
        assert_int_equal(str_bare_at((struct str){ (const char *)&c, 1 }, 0, &narrow), 1);
        assert_int_equal(str_bare_at((struct str){ full, sizeof full }, 0, &wide), 3);
        assert_int_equal(narrow.len, wide.len);
        assert_memory_equal(narrow.text, wide.text, narrow.len);
        assert_true(narrow.letter == wide.letter && narrow.digit == wide.digit && narrow.space == wide.space);
        assert_true(narrow.upper == wide.upper && narrow.foreign == wide.foreign);
    }
}

static void bare_characters(void **state)
{
    (void)state;
    struct arena arena;
    struct bare_char c;
    arena_init(&arena);
    assert_str(bare(&arena, STR("Ticket 42")), "ticket 42");
    assert_str(bare(&arena, STR("gel\xC3\xB6st so\xCC\x81lved")), "gelost solved"); /* accents off */
    assert_str(bare(&arena, STR("\xEF\xBC\x93\xEF\xBC\xA1")), "3a");                /* full width */
    assert_str(bare(&arena, STR("\xD9\xA3\xE0\xA5\xAB")), "35");                    /* Arabic-Indic 3, Devanagari 5 */
    assert_str(bare(&arena, STR("\xE2\x91\xA2\xC2\xB2")), "32");                    /* circled 3, superscript 2 */
    assert_str(bare(&arena, STR("3\xE2\x80\x8B"
                                "5\xC2\xAD"
                                "4")),
               "354");                                                       /* zero-width space, soft hyphen */
    assert_str(bare(&arena, STR("\xF0\x9D\x90\x9D\xF0\x9D\x9F\x91")), "d3"); /* mathematical bold */
    assert_int_equal(str_bare_at(STR("\xC2\xA0"), 0, &c), 2);
    assert_true(c.space);
    (void)str_bare_at(STR("\xD0\xBE"), 0, &c); /* Cyrillic o */
    assert_true(c.letter && c.foreign && !c.upper);
    (void)str_bare_at(STR("\xC3\x84"), 0, &c);
    assert_true(c.letter && c.upper && !c.foreign);
    assert_int_equal(str_bare_at(STR("\xFFx"), 0, &c), 1);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nfc), cmocka_unit_test(lower),
                                        cmocka_unit_test(bare_ascii_as_full_width), cmocka_unit_test(bare_characters) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
