/* test_words.c - the scanner: what is one word, and what is none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "nlu/words.h"

/* Kinds as letters: t text, n number, e e-mail, l link, . stop, , pause, : colon, q quote, s sign. */
static void expect(const char *text, const char *kinds, const char *lowered)
{
    struct arena arena;
    struct words w;
    arena_init(&arena);
    words_split(str_from(text), &arena, &w);
    struct str got = STR_NONE, low = STR_NONE;
    for (size_t i = 0; i < w.count; i++) {
        got = arena_fmt(&arena, "%.*s%c", STR_ARG(got), "tnel.,:qs"[w.items[i].kind]);
        low = arena_fmt(&arena, "%.*s%s%.*s", STR_ARG(low), i ? "|" : "", STR_ARG(w.items[i].low));
    }
    assert_string_equal(arena_cstr(&arena, got), kinds);
    assert_string_equal(arena_cstr(&arena, low), lowered);
    arena_clear(&arena);
}

static void test_kinds(void **state)
{
    (void)state;
    expect("", "", "");
    expect("Create a Ticket", "ttt", "create|a|ticket");
    expect("Can't e-mail v2.1 A/B", "tttt", "can't|e-mail|v2.1|a/b");
    expect("on fire.Smoke", "tt.t", "on|fire|.|smoke");
    expect("I am jane@example.com.", "tte.", "i|am|jane@example.com|.");
    expect("<bob@acme.io>, see https://a.b/c?d=1!", ",e,,tl.", "<|bob@acme.io|>|,|see|https://a.b/c?d=1|!");
    expect("#123 and 45 and 3rd", "ntntt", "#123|and|45|and|3rd");
    expect("id=12: \"x\" - y", "t:n:qtq,t", "id|=|12|:|\"|x|\"|-|y");
    expect("What?!... no", "t.t", "what|?!...|no");
    expect("a\n\n b", "t.t", "a|\n\n|b");
}

static void test_beyond_ascii(void **state)
{
    (void)state;
    expect("Don\xe2\x80\x99t", "t", "don't");
    expect("\xe2\x80\x9cT\xc3\x9cR\xe2\x80\x9d \xe2\x80\x94 ok\xe2\x80\xa6", "qtq,t.",
           "\xe2\x80\x9c|t\xc3\xbcr|\xe2\x80\x9d|\xe2\x80\x94|ok|\xe2\x80\xa6");
    expect("a\xc2\xa0"
           "b",
           "tt", "a|b");
    expect("\xff\xfe x", "tt", "\xff\xfe|x");
}

static void test_the_words_cover_the_text_in_order(void **state)
{
    (void)state;
    uint64_t dice = 88172645463325252u;
    for (size_t round = 0; round < 20000; round++) {
        char bytes[64];
        struct arena arena;
        struct words w;
        dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
        size_t length = dice % sizeof bytes;
        for (size_t i = 0; i < length; i++) {
            dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
            bytes[i] = dice % 3 ? "ab 1#@.:'\"-,\n\xe2\x80\x99"[(dice >> 8) % 17] : (char)(dice >> 16);
        }
        arena_init(&arena);
        words_split((struct str){ bytes, length }, &arena, &w);
        const char *at = bytes;
        for (size_t i = 0; i < w.count; i++) {
            assert_true(w.items[i].raw.len > 0 && w.items[i].raw.ptr >= at);
            at = w.items[i].raw.ptr + w.items[i].raw.len;
        }
        assert_true(at <= bytes + length);
        arena_clear(&arena);
    }
}

static void test_a_long_text_is_cut(void **state)
{
    (void)state;
    struct arena arena;
    struct words w;
    arena_init(&arena);
    char *text = arena_alloc(&arena, 2 * (NLU_WORDS_MAX + 1));
    for (size_t i = 0; i <= NLU_WORDS_MAX; i++) memcpy(text + 2 * i, "a ", 2);
    words_split((struct str){ text, 2 * NLU_WORDS_MAX }, &arena, &w);
    assert_int_equal(w.count, NLU_WORDS_MAX);
    words_split((struct str){ text, 2 * (NLU_WORDS_MAX + 1) }, &arena, &w);
    assert_int_equal(w.count, NLU_WORDS_MAX);
    assert_true(w.cut);
    arena_clear(&arena);
}

static void test_looking_around_is_safe(void **state)
{
    (void)state;
    struct arena arena;
    struct words w;
    arena_init(&arena);
    words_split(STR("go ahead, now"), &arena, &w);
    assert_int_equal(words_phrase(&w, 0, STR("go ahead")), 2);
    assert_int_equal(words_phrase(&w, 1, STR("ahead now")), 0);
    assert_int_equal(words_phrase(&w, 3, STR("now then")), 0);
    assert_true(words_boundary(&w, 2));
    assert_true(words_boundary(&w, 99));
    assert_false(words_is(&w, 99, ~0u));
    assert_int_equal(words_kind(&w, SIZE_MAX), WORD_STOP);
    assert_int_equal(words_fragment_end(&w, 0), 2);
    assert_int_equal(words_sentence_end(&w, 0), 4);
    assert_int_equal(words_span(&w, 1, 4).len, 10);
    assert_int_equal(words_span(&w, 3, 3).len, 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_beyond_ascii),
        cmocka_unit_test(test_the_words_cover_the_text_in_order),
        cmocka_unit_test(test_a_long_text_is_cut),
        cmocka_unit_test(test_looking_around_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
