/* test_custom.c - what an answer gives to a field of the account's own, how a field is named, and what is sent. */
#include "unit/agent/harness.h"

#include "agent/custom.h"
#include "nlu/acts.h"

static const struct str parts[] = { { "Lid", 3 }, { "Paper tray", 10 }, { "Tray, large", 11 } };

#define NAMED(text) .title = { text, sizeof text - 1 }, .key = { text, sizeof text - 1 }, .label = { text, sizeof text - 1 }

static const struct asked_field items[] = {
    { NAMED("Text"), .type = ASKED_TEXT },
    { NAMED("Seats"), .type = ASKED_INTEGER },
    { NAMED("Amount"), .type = ASKED_DECIMAL },
    { NAMED("Due"), .type = ASKED_DATE },
    { NAMED("Warranty"), .type = ASKED_CHECKBOX },
    { NAMED("Part"), .type = ASKED_CHOICE, .options = parts, .option_count = 3 },
    { NAMED("Parts"), .type = ASKED_CHOICES, .options = parts, .option_count = 3 },
    { NAMED("Model"), .type = ASKED_CHOICE }, /* too many options to be listed */
};
static const struct asked_fields fields = { items, sizeof items / sizeof *items };

static void test_answers_by_type(void **state)
{
    static const struct {
        enum asked_type type;
        const char *words, *value; /* empty: does not fit */
        unsigned acts;
    } cases[] = {
        { ASKED_TEXT, "  A-17. ", "A-17.", 0 },
        { ASKED_TEXT, "   ", "", 0 },
        { ASKED_INTEGER, "12.", "12", 0 },
        { ASKED_INTEGER, "1.5", "", 0 },
        { ASKED_INTEGER, "99999999999999999999", "", 0 },
        { ASKED_DECIMAL, "-12.50", "-12.50", 0 },
        { ASKED_DECIMAL, "1-2", "", 0 },
        { ASKED_DECIMAL, "-", "", 0 },
        { ASKED_DATE, "2026-12-24.", "2026-12-24", 0 },
        { ASKED_DATE, "2026-02-30", "", 0 },
        { ASKED_DATE, "24.12.2026", "2026-12-24", 0 },
        { ASKED_DATE, "4 March 2027", "2027-03-04", 0 },
        { ASKED_DATE, "March 4th, 2027", "2027-03-04", 0 },
        { ASKED_DATE, "4. März 2027", "2027-03-04", 0 },
        { ASKED_DATE, "4 de marzo de 2027", "2027-03-04", 0 },
        { ASKED_DATE, "12/24/2026", "2026-12-24", 0 },
        { ASKED_DATE, "24/12/2026", "2026-12-24", 0 },
        { ASKED_DATE, "2026/12/24", "2026-12-24", 0 },
        { ASKED_DATE, "04/04/2027", "2027-04-04", 0 },
        { ASKED_DATE, "03/04/2027", "", 0 },
        { ASKED_DATE, "31/02/2027", "", 0 },
        { ASKED_DATE, "4.3.27", "", 0 },
        { ASKED_DATE, "next week", "", 0 },
        { ASKED_CHECKBOX, "yep", "true", NLU_YES },
        { ASKED_CHECKBOX, "nope", "false", NLU_NO },
        { ASKED_CHECKBOX, "yes and no", "", NLU_YES | NLU_NO },
        { ASKED_CHECKBOX, "perhaps", "", 0 },
        { ASKED_CHOICE, "\"LID\"", "Lid", 0 },
        { ASKED_CHOICE, "it is the lid", "Lid", 0 },
        { ASKED_CHOICE, "the lid or the paper tray", "", 0 },
        { ASKED_CHOICE, "lids", "", 0 },
        { ASKED_CHOICES, "tray, large", "Tray, large", 0 },
        { ASKED_CHOICES, "lid, and paper tray", "Lid\nPaper tray", 0 },
        { ASKED_CHOICES, "Lid\nPaper tray", "Lid\nPaper tray", 0 },
        { ASKED_CHOICES, "lid, wheel", "", 0 },
        { ASKED_CHOICES, "lid and paper tray", "Lid\nPaper tray", 0 },
        { ASKED_CHOICES, "the lid & the wheel", "", 0 },
    };
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str value = custom_fit(&items[cases[i].type], str_from(cases[i].words), cases[i].acts, &arena);
        if (!str_eq(value, str_from(cases[i].value))) fail_msg("\"%s\" gives \"%.*s\"", cases[i].words, STR_ARG(value));
    }
    assert_same(custom_fit(&items[7], STR("X-200"), 0, &arena), STR("X-200"));
    arena_clear(&arena);
}

static void test_fields_by_name(void **state)
{
    static const struct {
        const char *text, *title, *words; /* title empty: it names none */
    } cases[] = {
        { "make Part Paper tray", "Part", "Paper tray" },
        { "no, the PARTS should be Lid", "Parts", "Lid" },
        { "Due: 2026-12-24", "Due", "2026-12-24" },
        { "change the amount", "Amount", "" },
        { "partly broken", "", "" },
        { "yes", "", "" },
        { "the best part is gone", "", "" },
    };
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str words = STR_NONE;
        const struct asked_field *field = custom_named(&fields, str_from(cases[i].text), &words, &arena);
        assert_same(field ? field->title : STR_NONE, str_from(cases[i].title));
        assert_same(words, str_from(cases[i].words));
    }
    arena_clear(&arena);
}

/* What the account takes no longer is forgotten, and asked for again if it is still wanted. */
static void test_values_follow_the_account(void **state)
{
    (void)state;
    struct arena arena;
    struct custom custom = { 0 };
    struct asked_field now[] = { { NAMED("Text"), .type = ASKED_DATE },
                                 { NAMED("Part"), .type = ASKED_CHOICE, .options = parts, .option_count = 1 } };
    const struct asked_fields changed = { now, 2 };
    arena_init(&arena);
    for (size_t i = 0; i < fields.count; i++) {
        assert_ptr_equal(custom_missing(&custom, &fields), &items[i]);
        custom_set(&custom, &items[i], i == 5 ? STR("Lid") : i == 6 ? STR("Lid\nTray, large") : STR("1"), &arena);
    }
    assert_null(custom_missing(&custom, &fields));
    custom_prune(&custom, &changed, &arena);
    assert_int_equal(custom.count, 1);
    assert_same(custom.values[0].label, STR("Part"));
    assert_ptr_equal(custom_missing(&custom, &changed), &now[0]);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_by_type),
        cmocka_unit_test(test_fields_by_name),
        cmocka_unit_test(test_values_follow_the_account),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
