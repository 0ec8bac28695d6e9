/* test_redact.c - what is taken out and what stays (test/cases/redact), the placeholders, and putting back in any split. */
#include "unit/agent/case_lines.h"

#include "agent/redact.h"
#include "base/json.h"

enum { STAYS_MIN = 50 };

static const struct redact_rules everything = { true, true, true }, nothing = { 0 };
static const char *const classes[REDACT_CLASSES] = { "EMAIL", "PHONE", "IBAN", "SECRET", "CARD" };

static struct str once(const struct redact_rules *rules, struct str text, struct arena *arena)
{
    struct redact redact;
    redact_begin(&redact, rules, arena);
    return redact_text(&redact, text);
}

/* "write to {bob@acme.io}" without its braces, and as it should come out. The braces of JSON stand at the ends. */
static void parts_of(struct str line, const char *mark, struct arena *arena, struct str *text, struct str *expected)
{
    size_t open = 0, close = line.len - 1;
    bool is_json = str_starts(line, STR("{\"")) && str_ends(line, STR("\"}"));
    open = str_find(line, STR("{"), is_json ? 1 : 0);
    while (line.ptr[close] != '}' || (is_json && close == line.len - 1)) close--;
    struct str before = str_slice(line, 0, open), value = str_slice(line, open + 1, close);
    struct str after = str_slice(line, close + 1, line.len);
    *text = arena_fmt(arena, "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(value), STR_ARG(after));
    *expected = arena_fmt(arena, "%.*s[%s]%.*s", STR_ARG(before), mark, STR_ARG(after));
}

static void each_class_is_taken_out(void **state)
{
    (void)state;
    struct case_lines lines;
    struct str word, rest;
    size_t all[REDACT_CLASSES] = { 0 }, found[REDACT_CLASSES] = { 0 }, wrong = 0;
    case_lines_open(&lines, "test/cases/redact/taken_out.txt");
    while (case_lines_next(&lines, &word, &rest)) {
        size_t kind = 0;
        while (kind < REDACT_CLASSES && !str_eq(word, str_from(classes[kind]))) kind++;
        assert_true(kind < REDACT_CLASSES);
        const char *mark =
            kind < REDACT_RESTORABLE ? arena_cstr(&lines.arena, arena_fmt(&lines.arena, "%s_1", classes[kind])) : classes[kind];
        struct str text, expected;
        parts_of(rest, mark, &lines.arena, &text, &expected);
        struct str redacted = once(&everything, text, &lines.arena);
        all[kind]++;
        found[kind] += str_eq(redacted, expected);
        if (str_eq(redacted, expected)) continue;
        wrong++;
        print_message("%s:%u: %.*s\n", lines.path, lines.line, STR_ARG(redacted));
    }
    for (size_t i = 0; i < REDACT_CLASSES; i++) print_message("%s: %zu of %zu\n", classes[i], found[i], all[i]);
    case_lines_close(&lines);
    assert_int_equal(wrong, 0);
}

static void ordinary_text_stays(void **state)
{
    (void)state;
    struct arena arena;
    struct str line, rest;
    size_t count = 0, wrong = 0;
    arena_init(&arena);
    rest = case_read("test/cases/redact/stays.txt", &arena);
    while (str_split(&rest, '\n', &line)) {
        if (line.len == 0 || line.ptr[0] == '#') continue;
        count++;
        struct str redacted = once(&everything, line, &arena);
        if (str_eq(redacted, line)) continue;
        wrong++;
        print_message("taken out: %.*s\n", STR_ARG(redacted));
    }
    arena_clear(&arena);
    print_message("%zu sentences, %zu changed\n", count, wrong);
    assert_true(count >= STAYS_MIN);
    assert_int_equal(wrong, 0);
}

/* Addresses, phones and IBANs by setting; secrets and cards always. */
static void rules_choose(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_str(once(&nothing, STR("bob@acme.io +49 30 1234567 DE89 3704 0044 0532 0130 00"), &arena),
               "bob@acme.io +49 30 1234567 DE89 3704 0044 0532 0130 00");
    assert_str(once(&nothing, STR("password: hunter2, card 4111 1111 1111 1111"), &arena), "password: [SECRET], card [CARD]");
    assert_str(once(&(struct redact_rules){ .phone = true }, STR("bob@acme.io +49 30 1234567"), &arena), "bob@acme.io [PHONE_1]");
    arena_clear(&arena);
}

static void placeholders_are_stable_and_come_back(void **state)
{
    (void)state;
    struct arena arena;
    struct redact redact;
    arena_init(&arena);
    redact_begin(&redact, &everything, &arena);
    assert_str(redact_text(&redact, STR("ana@acme.io, Bob@acme.io, +49 30 1234567")), "[EMAIL_1], [EMAIL_2], [PHONE_1]");
    assert_str(redact_text(&redact, STR("bob@acme.io and eve@acme.io, pin: 4711")), "[EMAIL_2] and [EMAIL_3], pin: [SECRET]");
    assert_str(redact_restore(&redact, STR("[email_1], [EMAIL_3] [EMAIL_4] [EMAIL_0] [SECRET] [PHONE_1]"), &arena),
               "ana@acme.io, eve@acme.io [EMAIL_4] [EMAIL_0] [SECRET] +49 30 1234567");
    assert_str(redact_restore(&redact, STR("{\"email\":\"[EMAIL_2]\",\"tags\":[]}"), &arena),
               "{\"email\":\"Bob@acme.io\",\"tags\":[]}");
    arena_clear(&arena);
}

/* A full table still takes out; what has no place in it cannot come back. */
static void a_full_table_takes_out(void **state)
{
    (void)state;
    struct arena arena;
    struct redact redact;
    arena_init(&arena);
    redact_begin(&redact, &everything, &arena);
    for (int i = 0; i < REDACT_VALUES_MAX; i++) (void)redact_text(&redact, arena_fmt(&arena, "u%d@acme.io", i));
    assert_str(redact_text(&redact, STR("new@acme.io u0@acme.io")), "[EMAIL] [EMAIL_1]");
    arena_clear(&arena);
}

static void a_stream_comes_back_in_any_split(void **state)
{
    (void)state;
    const struct str text = STR("To [EMAIL_1] and [EMAIL_2], [not one], [EMAIL_1");
    struct arena arena;
    struct redact redact;
    arena_init(&arena);
    redact_begin(&redact, &everything, &arena);
    (void)redact_text(&redact, STR("ana@acme.io bob@acme.io"));
    struct str whole = redact_restore(&redact, text, &arena);
    assert_str(whole, "To ana@acme.io and bob@acme.io, [not one], [EMAIL_1");
    for (size_t size = 1; size <= text.len; size++) {
        struct buf pending, out;
        buf_init(&pending, 1024);
        buf_init(&out, 1024);
        for (size_t at = 0; at < text.len; at += size) redact_feed(&redact, &pending, str_slice(text, at, at + size), &out);
        assert_true(pending.len < REDACT_PLACEHOLDER_MAX);
        buf_str(&out, buf_view(&pending));
        assert_true(str_eq(buf_view(&out), whole));
        buf_clear(&pending);
        buf_clear(&out);
    }
    arena_clear(&arena);
}

/* An escape is no part of a value; and JSON that has to stay JSON does, whatever is taken out of it. */
static void json_is_understood(void **state)
{
    (void)state;
    struct arena arena;
    struct redact redact;
    arena_init(&arena);
    struct str text = STR("{\"text\":\"a\\nbob@acme.io\\tpassword: hunter2\\u0041bob@acme.io\",\"token\":\"abcdef12\"}");
    assert_str(once(&everything, text, &arena),
               "{\"text\":\"a\\n[EMAIL_1]\\tpassword: [SECRET]\\u0041[EMAIL_1]\",\"token\":\"[SECRET]\"}");
    redact_begin(&redact, &everything, &arena);
    assert_str(redact_json(&redact, STR("{\"b\":[\"x\\nbob@acme.io\",true,null,1.5],\"a\":4111111111111111,\"c\":35436}")),
               "{\"a\":\"[CARD]\",\"b\":[\"x\\n[EMAIL_1]\",true,null,1.5],\"c\":35436}");
    assert_str(redact_json(&redact, STR("{\"bob@acme.io\":1,\"BOB@acme.io\":2}")), "{}");
    assert_str(redact_json(&redact, STR("no JSON")), "{}");
    arena_clear(&arena);
}

/* Any bytes: nothing is read beyond the end (the sanitizers watch), and nothing is left that a second pass would take out. */
static void any_bytes(void **state)
{
    (void)state;
    static const char alphabet[] = "a1 4@.-+[]()\\\"u:=_\xc3\xa9 0D";
    uint64_t dice = 88172645463325252u;
    for (int round = 0; round < 20000; round++) {
        struct arena arena;
        char bytes[48];
        for (size_t i = 0; i < sizeof bytes; i++) {
            dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
            bytes[i] = alphabet[dice % (sizeof alphabet - 1)];
        }
        arena_init(&arena);
        struct str redacted = once(&everything, (struct str){ bytes, 1 + dice % sizeof bytes }, &arena);
        struct str again = once(&everything, redacted, &arena);
        if (!str_eq(again, redacted)) fail_msg("%.*s: %.*s", STR_ARG(redacted), STR_ARG(again));
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_is_taken_out),
        cmocka_unit_test(ordinary_text_stays),
        cmocka_unit_test(rules_choose),
        cmocka_unit_test(placeholders_are_stable_and_come_back),
        cmocka_unit_test(a_full_table_takes_out),
        cmocka_unit_test(a_stream_comes_back_in_any_split),
        cmocka_unit_test(json_is_understood),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
