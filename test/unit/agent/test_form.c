/* test_form.c - the draft: order of questions, derived subjects, and arguments that always fit the schema. */
#include "unit/agent/harness.h"

#include "agent/form.h"

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

static unsigned take(struct form *form, const char *text, enum form_ask ask, bool matter)
{
    struct nlu_message m;
    nlu_read(str_from(text), form_expect(ask), &arena, &m);
    return form_take(form, &m, ask, matter, &arena);
}

static void test_what_is_asked(void **state)
{
    (void)state;
    struct form form = { 0 };
    assert_true(form_is_empty(&form));
    assert_int_equal(form_missing(&form), ASK_MATTER);
    assert_int_equal(take(&form, "subject: Lift", ASK_MATTER, false), 1u << NLU_SUBJECT);
    assert_int_equal(form_missing(&form), ASK_DESCRIPTION);
    assert_int_equal(take(&form, "It is stuck.", ASK_DESCRIPTION, false), 1u << NLU_DESCRIPTION);
    assert_int_equal(form_missing(&form), ASK_EMAIL);
    assert_int_equal(take(&form, "none of your business", ASK_EMAIL, false), 0);
    assert_int_equal(take(&form, "kim@acme.io", ASK_EMAIL, false), 1u << NLU_EMAIL);
    assert_int_equal(form_missing(&form), ASK_NOTHING);
}

static struct str derived(const char *description)
{
    struct form form = { 0 };
    form_set(&form, NLU_DESCRIPTION, str_from(description), &arena);
    return form_subject(&form, &arena);
}

static void test_subjects_are_derived(void **state)
{
    (void)state;
    assert_same(derived("the door is stuck. Since Monday."), STR("The door is stuck"));
    assert_same(derived("version 2.1 fails\nand more"), STR("Version 2.1 fails"));
    assert_same(derived("https://a.b/c"), STR("Support request"));
    assert_same(derived("see https://a.b/c  now"), STR("See now"));
    assert_same(derived(""), STR_NONE);
    struct str long_one = derived("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 word word word word "
                                  "word word word word word word word word word word word word word");
    assert_true(str_codepoints(long_one) <= FORM_SUBJECT_DERIVED_CHARS && str_codepoints(long_one) > 60 &&
                str_ends(long_one, STR("word")));
    char unbroken[400];
    memset(unbroken, 'x', sizeof unbroken - 1);
    unbroken[sizeof unbroken - 1] = '\0';
    assert_int_equal(derived(unbroken).len, FORM_SUBJECT_DERIVED_CHARS);
}

static void test_arguments_are_canonical(void **state)
{
    (void)state;
    struct form form = { 0 };
    struct str arguments;
    struct problem problem;
    (void)take(&form, "tags: b, a c\nemail: kim@acme.io\nsubject: \"Lift\"\nname: Kim\ndescription: \"quoted\" text", ASK_NOTHING,
               true);
    assert_int_equal(form_arguments(&form, STR_NONE, &arena, &arguments, &problem), OK);
    assert_same(arguments,
                STR("{\"description\":\"\\\"quoted\\\" text\",\"priority\":\"normal\",\"requester_email\":\"kim@acme.io\","
                    "\"requester_name\":\"Kim\",\"subject\":\"Lift\","
                    "\"tags\":[\"b\",\"a_c\"]}"));
}

static void test_values_that_cannot_be_are_not_taken(void **state)
{
    (void)state;
    struct form form = { 0 };
    assert_int_equal(take(&form, "banana", ASK_TYPE, false), 0);
    assert_int_equal(take(&form, "Incident", ASK_TYPE, false), 1u << NLU_TYPE);
    assert_same(form.values[NLU_TYPE], STR("incident"));
    assert_int_equal(take(&form, "tags: , ,", ASK_TAGS, false), 0);
    assert_int_equal(take(&form, "banana", ASK_PRIORITY, false), 0);
}

static void test_asks_are_stored_by_name(void **state)
{
    (void)state;
    for (int ask = ASK_NOTHING; ask < ASK_COUNT; ask++)
        assert_int_equal(form_ask_from(str_from(form_ask_name((enum form_ask)ask))), ask);
    assert_int_equal(form_ask_from(STR("of a later version")), ASK_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_asked),           cmocka_unit_test(test_subjects_are_derived),
        cmocka_unit_test(test_arguments_are_canonical), cmocka_unit_test(test_values_that_cannot_be_are_not_taken),
        cmocka_unit_test(test_asks_are_stored_by_name),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
