/* Texts compared line by line, written as one character an op: " a", "-b", "+c". */
#include "unit/unit.h"

#include "base/buf.h"
#include "base/limits.h"
#include "model/diff.h"

static const struct diff_case {
    const char *before, *after, *told;
} cases[] = {
    { "", "", "" },
    { "", "a", "+a|" },
    { "a", "", "-a|" },
    { "a", "a", " a|" },
    { "a\nb\nc", "a\nc", " a|-b| c|" },
    { "a\nc", "a\nb\nc", " a|+b| c|" },
    { "a\nb\nc", "a\nx\nc", " a|-b|+x| c|" },
    { "a\nb\nc\nd\ne", "x\nb\ny\nd\nz", "-a|+x| b|-c|+y| d|-e|+z|" },
    { "a\na\na", "a\na", " a| a|-a|" },
    { "a\n", "a", " a|-|" },
    { "b\na\nc", "c\nb\na", "+c| b| a|-c|" },
};

static void told_is(const char *before, const char *after, const char *told)
{
    struct arena arena;
    struct buf out;
    struct diff_line *lines;
    static const char marks[] = { ' ', '-', '+' };
    arena_init(&arena);
    buf_init(&out, LIMIT_ANSWER_BYTES);
    size_t count = diff_lines(str_from(before), str_from(after), &arena, &lines);
    for (size_t i = 0; i < count; i++) {
        buf_char(&out, marks[lines[i].op]);
        buf_str(&out, lines[i].text);
        buf_char(&out, '|');
    }
    assert_true(str_eq(buf_view(&out), str_from(told)));
    buf_clear(&out);
    arena_clear(&arena);
}

static void shortest_way_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) told_is(cases[i].before, cases[i].after, cases[i].told);
}

/* Whatever the size: what is kept and removed is the one text, what is kept and added the other. */
static void nothing_is_lost_in_long_texts(void **state)
{
    (void)state;
    struct arena arena;
    struct buf a, b;
    struct diff_line *lines;
    arena_init(&arena);
    buf_init(&a, LIMIT_ANSWER_BYTES);
    buf_init(&b, LIMIT_ANSWER_BYTES);
    for (int i = 0; i < 5000; i++) {
        buf_fmt(&a, "%d\n", i * 7 % 10);
        buf_fmt(&b, "%d\n", i * 3 % 10);
    }
    size_t count = diff_lines(buf_view(&a), buf_view(&b), &arena, &lines), removed = 0, added = 0;
    for (size_t i = 0; i < count; i++) {
        removed += lines[i].op != DIFF_ADDED;
        added += lines[i].op != DIFF_REMOVED;
    }
    assert_int_equal(removed, 5001);
    assert_int_equal(added, 5001);
    buf_clear(&a);
    buf_clear(&b);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shortest_way_is_told),
        cmocka_unit_test(nothing_is_lost_in_long_texts),
    };
    return cmocka_run_group_tests_name("model/diff", tests, NULL, NULL);
}
