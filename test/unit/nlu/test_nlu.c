/* test_nlu.c - whole messages: operations, values, and what is left. One row is one message and everything that must be read in it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/sanitizer.h"
#include "nlu/nlu.h"

struct row {
    const char *text;
    const char *read; /* as summary() writes it */
};

/* "create_ticket(12) email=a@b.co wanted=subject [rest]" */
static struct str summary(const struct nlu_message *m, struct arena *arena)
{
    struct str s = STR_NONE;
    for (size_t i = 0; i < m->clause_count; i++)
        s = arena_fmt(arena, "%.*s%s(%llu) ", STR_ARG(s), nlu_operation_name(m->clauses[i].operation),
                      (unsigned long long)m->clauses[i].ticket);
    for (size_t i = 0; i < NLU_FIELDS; i++)
        if (m->values[i].len)
            s = arena_fmt(arena, "%.*s%s=%.*s ", STR_ARG(s), nlu_field_name((enum nlu_field)i), STR_ARG(m->values[i]));
    if (m->other_email.len) s = arena_fmt(arena, "%.*sother=%.*s ", STR_ARG(s), STR_ARG(m->other_email));
    if (m->wanted != NLU_NO_FIELD) s = arena_fmt(arena, "%.*swanted=%s ", STR_ARG(s), nlu_field_name(m->wanted));
    return arena_fmt(arena, "%.*s[%.*s]", STR_ARG(s), STR_ARG(m->rest));
}

static void each(const struct row *rows, size_t count, enum nlu_expect expect)
{
    for (size_t i = 0; i < count; i++) {
        struct arena arena;
        struct nlu_message m;
        arena_init(&arena);
        nlu_read(str_from(rows[i].text), expect, &arena, &m);
        struct str read = summary(&m, &arena);
        if (!str_eq(read, str_from(rows[i].read)))
            print_error("\"%s\"\n  is read  %.*s\n  and not  %s\n", rows[i].text, STR_ARG(read), rows[i].read);
        assert_true(str_eq(read, str_from(rows[i].read)));
        arena_clear(&arena);
    }
}
#define EACH(rows, expect) each(rows, sizeof(rows) / sizeof((rows)[0]), expect)

static void test_creating(void **state)
{
    (void)state;
    const struct row rows[] = {
        { "Create a test ticket", "create_ticket(0) []" },
        { "could you please help me to raise a new support ticket?", "create_ticket(0) []" },
        { "I'd like to file a complaint about the cold soup", "create_ticket(0) [the cold soup]" },
        { "new ticket: the blinds rattle", "create_ticket(0) [the blinds rattle]" },
        { "The blinds rattle, please log a ticket", "create_ticket(0) [The blinds rattle]" },
        { "open a ticket because the blinds rattle", "create_ticket(0) [the blinds rattle]" },
        { "make a high priority ticket for my boss", "create_ticket(0) priority=high [my boss]" },
        { "submit a ticket with low priority: dust", "create_ticket(0) priority=low [dust]" },
        { "report a problem with my headset", "create_ticket(0) [problem with my headset]" },
        { "can u open a ticket 4 me", "create_ticket(0) [4 me]" },
        { "don't create a ticket", "[don't create a ticket]" },
        { "I created a ticket", "[I created a ticket]" },
        { "the ticket machine ate my card", "[the ticket machine ate my card]" },
        { "I need to book a train", "[I need to book a train]" },
    };
    EACH(rows, NLU_ANYTHING);
}

static void test_looking_and_changing(void **state)
{
    (void)state;
    const struct row rows[] = {
        { "what is the status of ticket 35436?", "get_ticket(35436) []" },
        { "ticket no. 12", "get_ticket(12) []" },
        { "Any news on #77", "get_ticket(77) []" },
        { "how is my open ticket going", "get_ticket(0) []" },
        { "what happened to the ticket I opened", "get_ticket(0) []" },
        { "show me ticket number 5 and tell me who has it", "get_ticket(5) []" },
        { "please close ticket 123", "update_ticket(123) []" },
        { "update ticket 9 with my phone number", "update_ticket(9) []" },
        { "status of ticket 1? And of ticket 2?", "get_ticket(1) get_ticket(2) []" },
        { "what happened with ticket 44 and ticket 45?", "get_ticket(44) get_ticket(45) []" },
        { "35437?", "[35437?]" },
        { "status of ticket 123456789012345", "get_ticket(0) []" },
    };
    EACH(rows, NLU_ANYTHING);
    const struct row numbers[] = {
        { "35437?", "get_ticket(35437) []" },
        { "and 35437", "get_ticket(35437) []" },
        { "it has 12 legs", "[it has 12 legs]" },
    };
    EACH(numbers, NLU_NUMBER);
}

static void test_values(void **state)
{
    (void)state;
    const struct row rows[] = {
        { "subject: Lift. It is stuck.", "subject=Lift [It is stuck.]" },
        { "subject: A, priority: high, email: a@b.co", "subject=A email=a@b.co priority=high []" },
        { "title = \"Lift, stuck\"", "subject=Lift, stuck []" },
        { "set the priority to urgent", "update_ticket(0) priority=urgent []" },
        { "change the priority from high to low", "update_ticket(0) priority=low []" },
        { "it's critical", "priority=urgent []" },
        { "it's not urgent", "[it's not urgent]" },
        { "use tom@acme.io instead of bob@acme.io", "email=tom@acme.io []" },
        { "change the email from bob@acme.io to tom@acme.io", "email=tom@acme.io []" },
        { "you can reach me at tom@acme.io", "email=tom@acme.io []" },
        { "a@b.co or c@d.co", "[a@b.co or c@d.co]" },
        { "my email is a@b.co. Her email is c@d.co", "email=a@b.co other=c@d.co []" },
        { "mail to bob@acme.io bounces", "[mail to bob@acme.io bounces]" },
        { "I am Jane Doe, jane@example.com", "email=jane@example.com name=Jane Doe []" },
        { "I am unhappy", "[I am unhappy]" },
        { "I'm Unable To Log In", "[I'm Unable To Log In]" },
        { "my name is jane doe", "name=jane doe []" },
        { "type: incident", "type=incident []" },
        { "make it a task", "type=task []" },
        { "tags: a, b c", "tags=a, b c []" },
        { "make the title Lift stuck", "subject=Lift stuck []" },
        { "change the subject", "wanted=subject []" },
        { "the description is wrong", "wanted=description []" },
        { "description: one. two\nsubject: three", "subject=three description=one. two []" },
        { "Then it beeps. (Twice.)", "[Then it beeps. (Twice.)]" },
    };
    EACH(rows, NLU_ANYTHING);
}

/* Where the matter was asked for, orders and weak labels are the visitor's words. */
static void test_the_matter(void **state)
{
    (void)state;
    const struct row rows[] = {
        { "I cannot open a ticket on the page", "create_ticket(0) [I cannot open a ticket on the page]" },
        { "The title is wrong on the page", "[The title is wrong on the page]" },
        { "First line\n\nSecond line, with comma", "[First line\nSecond line, with comma]" },
        { "subject: Lift. It is stuck. I am jane@example.com", "subject=Lift email=jane@example.com [It is stuck.]" },
    };
    for (size_t i = 1; i < sizeof rows / sizeof rows[0]; i++) each(&rows[i], 1, NLU_MATTER);
    struct arena arena;
    struct nlu_message m;
    arena_init(&arena);
    nlu_read(str_from(rows[0].text), NLU_MATTER, &arena, &m);
    assert_true(str_eq(m.rest, str_from(rows[0].text)));
    arena_clear(&arena);
}

/* What a message costs is guarded by count, as time on a busy machine says little: a short one fits in the arena's first piece, half filled. */
static void test_cost(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "close ticket 12 and tell them it is fixed",
        "Hi, could you please open a high priority ticket for me? My printer on floor 3 prints blank pages only.",
        "Kannst du Ticket 12 bitte auf hoch setzen und Bob zuweisen?",
        "No, use tom@acme.io instead",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena arena;
        struct nlu_message m;
        arena_init(&arena);
        nlu_read(str_from(texts[i]), NLU_ANYTHING, &arena, &m);
#if !SANITIZER_ADDRESS
        assert_true(arena.total <= 4096 && arena.used <= 2048);
#endif
        assert_true(m.text.len > 0);
        arena_clear(&arena);
    }
}

static void test_any_bytes(void **state)
{
    (void)state;
    static const char *const pieces[] = { "create", "ticket", "subject",      ":",    "\"",       "a@b.co",      "#5",
                                          "to",     "change", "the",          "is",   "and",      ",",           ".",
                                          "\n",     "not",    "yes",          "high", "priority", "my name is",  "Jane",
                                          "for",    "\xff",   "\xe2\x80\x99", "(",    ")",        "description", "instead",
                                          "of",     "?",      "123" };
    uint64_t dice = 88172645463325252u;
    for (size_t round = 0; round < 20000; round++) {
        char text[512];
        size_t length = 0;
        for (size_t i = 0; i < 20; i++) {
            dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
            const char *piece = pieces[dice % (sizeof pieces / sizeof pieces[0])];
            memcpy(text + length, piece, strlen(piece));
            length += strlen(piece);
            if (dice & 0x10000) text[length++] = ' ';
        }
        for (int expect = NLU_ANYTHING; expect <= NLU_NUMBER; expect++) {
            struct arena arena;
            struct nlu_message m;
            arena_init(&arena);
            nlu_read((struct str){ text, length }, (enum nlu_expect)expect, &arena, &m);
            assert_true(m.rest.len <= m.text.len + 64);
            for (size_t i = 0; i < NLU_FIELDS; i++) assert_true(m.values[i].len <= m.text.len + 64);
            arena_clear(&arena);
        }
    }
}

/* ---- the yardsticks beside the repository, where they are there ------------------------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *bytes = mem_alloc(4 << 20);
    assert_non_null(bytes);
    *size = fread(bytes, 1, 4 << 20, file);
    (void)fclose(file);
    return bytes;
}

/* No sentence that asks for no ticket is taken as an order for one: at most 0.3 in 100. */
static void test_eval_orders(void **state)
{
    (void)state;
    size_t size, rows = 0, orders = 0, wanted = 0, found = 0;
    char *bytes = read_file("../shared/eval/ticket-intents/utterances.tsv", &size);
    if (!bytes) skip();
    struct str rest = { bytes, size }, line;
    (void)str_split(&rest, '\n', &line);
    while (str_split(&rest, '\n', &line)) {
        struct str field[6] = { STR_NONE }, left = line;
        for (size_t i = 0; i < 6 && str_split(&left, '\t', &field[i]); i++) continue;
        struct arena arena;
        struct nlu_message m;
        arena_init(&arena);
        nlu_read(field[5], NLU_ANYTHING, &arena, &m);
        bool order = m.clause_count > 0 && m.clauses[0].operation == NLU_CREATE_TICKET, offer = m.problem && m.clause_count == 0;
        bool flow = str_eq(field[1], STR("create_ticket")) || str_eq(field[1], STR("report_problem"));
        rows += !flow;
        orders += !flow && order;
        wanted += flow;
        found += flow && (order || offer);
        arena_clear(&arena);
    }
    mem_free(bytes);
    print_message("orders read where none is: %zu of %zu; tickets found: %zu of %zu\n", orders, rows, found, wanted);
    assert_true(rows > 800 && orders * 1000 <= rows * 3);
    assert_true(found * 100 >= wanted * 70);
}

/* No refusal and no correction is taken as a yes. */
static void test_eval_refusals(void **state)
{
    (void)state;
    size_t size, refusals = 0, taken = 0, yes = 0, heard = 0;
    char *bytes = read_file("../shared/eval/dialogue-acts/sgd-user-acts.jsonl", &size);
    if (!bytes) skip();
    struct str rest = { bytes, size }, line;
    while (str_split(&rest, '\n', &line)) {
        struct err err;
        struct json *json = str_trim(line).len ? json_parse(line, &err) : NULL;
        if (!json) continue;
        struct arena arena;
        struct nlu_message m;
        arena_init(&arena);
        nlu_read(json_get_str(json, "user"), NLU_ANYTHING, &arena, &m);
        bool refusal = str_find(json_get_str(json, "acts"), STR("NEGATE"), 0) != SIZE_MAX,
             agrees = str_eq(json_get_str(json, "acts"), STR("AFFIRM"));
        refusals += refusal;
        taken += refusal && (m.acts & NLU_YES);
        yes += agrees;
        heard += agrees && (m.acts & NLU_YES);
        arena_clear(&arena);
        json_free(json);
    }
    mem_free(bytes);
    print_message("refusals taken as a yes: %zu of %zu; yes heard: %zu of %zu\n", taken, refusals, heard, yes);
    assert_true(refusals > 200 && taken == 0);
    assert_true(heard * 100 >= yes * 55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_creating),    cmocka_unit_test(test_looking_and_changing),
        cmocka_unit_test(test_values),      cmocka_unit_test(test_the_matter),
        cmocka_unit_test(test_cost),        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_eval_orders), cmocka_unit_test(test_eval_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
