/* test_provenance.c - conversations and the writes that a model makes of them (test/cases/provenance). */
#include "unit/agent/case_lines.h"

#include "agent/provenance.h"

static void note(struct provenance *provenance, struct str word, struct str rest, struct arena *arena)
{
    if (str_eq(word, STR("begin")))
        *provenance = (struct provenance){ 0 };
    else if (str_eq(word, STR("settle")))
        provenance_settle(provenance);
    else if (str_eq(word, STR("result")))
        provenance_note_result(provenance, rest, arena);
    else if (str_eq(word, STR("visitor")))
        provenance_note(provenance, PROVENANCE_VISITOR, rest);
    else if (str_eq(word, STR("team")))
        provenance_note(provenance, PROVENANCE_TEAM, rest);
    else
        provenance_note(provenance, PROVENANCE_TEXT, rest);
}

static bool is_verdict(struct str word, enum provenance_verdict *verdict)
{
    static const char *const names[] = { "clear", "must_show", "unasked", "made_up" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!str_eq(word, str_from(names[i]))) continue;
        *verdict = (enum provenance_verdict)i;
        return true;
    }
    return false;
}

static void writes_rest_on_the_visitor(void **state)
{
    (void)state;
    struct case_lines lines;
    struct provenance provenance = { 0 };
    struct provenance_finding finding = { 0 };
    enum provenance_verdict verdict;
    struct str word, rest;
    size_t count = 0, wrong = 0;
    case_lines_open(&lines, "test/cases/provenance/cases.txt");
    while (case_lines_next(&lines, &word, &rest)) {
        if (str_eq(word, STR("call"))) {
            struct str slug;
            (void)str_split(&rest, ' ', &slug);
            finding = provenance_check(&provenance, action_find(slug)->kind, rest, &lines.arena);
        } else if (is_verdict(word, &verdict)) {
            bool is_refused = verdict == PROVENANCE_UNASKED || verdict == PROVENANCE_MADE_UP;
            count++;
            if (finding.verdict == verdict && str_eq(finding.field, rest) && is_refused == (finding.reason.len > 0)) continue;
            wrong++;
            print_message("%s:%u: verdict %d, field \"%.*s\", \"%.*s\"\n", lines.path, lines.line, finding.verdict,
                          STR_ARG(finding.field), STR_ARG(finding.reason));
        } else {
            note(&provenance, word, rest, &lines.arena);
        }
    }
    case_lines_close(&lines);
    assert_int_equal(wrong, 0);
    print_message("%zu calls\n", count);
    assert_true(count >= 34);
}

/* More texts than there is room for: the oldest no longer prove anything, and what is open stays open. */
static void the_oldest_texts_go_first(void **state)
{
    (void)state;
    struct provenance provenance = { 0 };
    struct arena arena;
    const struct str order = STR("{\"status\":\"solved\",\"ticket_id\":5}");
    arena_init(&arena);
    provenance_note(&provenance, PROVENANCE_VISITOR, STR("Ticket 5"));
    for (size_t i = 0; i < PROVENANCE_TEXTS_MAX - 1; i++) provenance_note(&provenance, PROVENANCE_TEAM, STR("hello"));
    assert_int_equal(provenance_check(&provenance, ACTION_UPDATE_TICKET, order, &arena).verdict, PROVENANCE_MUST_SHOW);
    provenance_settle(&provenance);
    provenance_note(&provenance, PROVENANCE_VISITOR, STR("Set the ticket to solved"));
    assert_int_equal(provenance.count, PROVENANCE_TEXTS_MAX);
    assert_int_equal(provenance.asks, PROVENANCE_TEXTS_MAX - 1);
    assert_int_equal(provenance_check(&provenance, ACTION_UPDATE_TICKET, order, &arena).verdict, PROVENANCE_MADE_UP);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_rest_on_the_visitor),
        cmocka_unit_test(the_oldest_texts_go_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
