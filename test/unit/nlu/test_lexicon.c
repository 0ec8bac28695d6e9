/* test_lexicon.c - the tables hold what their readers assume. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "nlu/gloss.h"
#include "nlu/lexicon.h"

static const struct str words[] = {
#define WORD(text, classes) { text, sizeof(text) - 1 },
#include "nlu/lexicon.def"
#undef WORD
};

enum { WORDS = sizeof words / sizeof *words };

static void test_the_table_is_sorted_and_has_no_word_twice(void **state)
{
    (void)state;
    assert_true(WORDS > 400);
    for (size_t i = 1; i < WORDS; i++) {
        if (str_cmp(words[i - 1], words[i]) >= 0) fail_msg("%.*s stands before %.*s", STR_ARG(words[i - 1]), STR_ARG(words[i]));
    }
}

/* Every language is searched by halving as well. */
static void test_the_languages_are_sorted(void **state)
{
    (void)state;
    for (int language = NLU_GERMAN; language < NLU_LANGUAGES; language++) {
        size_t count = gloss_count((enum nlu_language)language);
        assert_true(count > 300);
        for (size_t i = 1; i < count; i++) {
            struct str before = gloss_key((enum nlu_language)language, i - 1), key = gloss_key((enum nlu_language)language, i);
            if (str_cmp(before, key) >= 0) fail_msg("%.*s stands before %.*s", STR_ARG(before), STR_ARG(key));
        }
    }
}

static void test_every_word_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORDS; i++) assert_true(lexicon_classes(words[i]) != 0);
    assert_true(lexicon_classes(STR("ticket")) & LEX_TICKET);
    assert_int_equal(lexicon_classes(STR("Ticket")), 0);
    assert_int_equal(lexicon_classes(STR("")), 0);
    assert_int_equal(lexicon_classes(STR("\xff")), 0);
}

/* No word that refuses or hesitates may stand harmlessly beside a yes. */
static void test_no_refusal_counts_as_assent(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORDS; i++) {
        unsigned classes = lexicon_classes(words[i]);
        if ((classes & LEX_NEGATION) && (classes & LEX_ASSENT)) fail_msg("%.*s", STR_ARG(words[i]));
    }
    const struct str reserves[] = { STR("but"), STR("wait"),   STR("later"),  STR("except"), STR("instead"),
                                    STR("if"),  STR("unless"), STR("change"), STR("hold") };
    for (size_t i = 0; i < sizeof reserves / sizeof reserves[0]; i++) assert_false(lexicon_classes(reserves[i]) & LEX_ASSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_is_sorted_and_has_no_word_twice),
        cmocka_unit_test(test_the_languages_are_sorted),
        cmocka_unit_test(test_every_word_is_found),
        cmocka_unit_test(test_no_refusal_counts_as_assent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
