/* test_texts.c - the catalogue keeps the copy rules, and every text can be said. */
#include "unit/agent/harness.h"

#include <ctype.h>

#include "agent/texts.h"

static const struct text_facts facts = {
    .agent = { "Support", sizeof("Support") - 1 },
    .able = { "I can.", sizeof("I can.") - 1 },
    .action = { "Add comment", sizeof("Add comment") - 1 },
    .email = { "a@b.co", sizeof("a@b.co") - 1 },
    .other = { "c@d.co", sizeof("c@d.co") - 1 },
    .subject = { "Lift", sizeof("Lift") - 1 },
    .draft = { "Subject: x", sizeof("Subject: x") - 1 },
    .problem = { "It broke", sizeof("It broke") - 1 },
    .reference = { "R-1", sizeof("R-1") - 1 },
    .number = { "35436", sizeof("35436") - 1 },
    .field = { "Product", sizeof("Product") - 1 },
    .options = { "Billing, Hardware", sizeof("Billing, Hardware") - 1 },
    .files = { "photo.png", sizeof("photo.png") - 1 },
};

static void test_every_text_can_be_said(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (int id = 0; id < TEXT_COUNT; id++) {
        struct str said = texts_say((enum text_id)id, &facts, &arena);
        assert_true(said.len > 0 && str_is_utf8(said));
        assert_true(str_find(said, STR("{"), 0) == SIZE_MAX);
    }
    arena_clear(&arena);
}

static void test_facts_are_copied_once(void **state)
{
    (void)state;
    struct arena arena;
    struct text_facts hostile = facts;
    arena_init(&arena);
    hostile.draft = STR("{subject} %s {");
    struct str said = texts_say(TEXT_GOT, &hostile, &arena);
    assert_true(str_find(said, STR("{subject} %s {"), 0) != SIZE_MAX);
    arena_clear(&arena);
}

static bool has_word(struct str text, struct str word)
{
    for (size_t at = 0; (at = str_find_nocase(text, word, at)) != SIZE_MAX; at++) {
        bool starts = at == 0 || !isalpha((unsigned char)text.ptr[at - 1]);
        bool ends = at + word.len == text.len || !isalpha((unsigned char)text.ptr[at + word.len]);
        if (starts && ends) return true;
    }
    return false;
}

static void test_the_copy_rules(void **state)
{
    (void)state;
    const struct str banned[] = { STR("please"),     STR("oops"),  STR("invalid"),      STR("error occurred"),
                                  STR("went wrong"), STR("sorry"), STR("unfortunately") };
    for (int id = 0; id < TEXT_COUNT; id++) {
        struct str text = str_from(texts_template((enum text_id)id));
        for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++)
            if (has_word(text, banned[i])) fail_msg("\"%.*s\" says \"%.*s\"", STR_ARG(text), STR_ARG(banned[i]));
        if (str_find(text, STR("!"), 0) != SIZE_MAX) fail_msg("\"%.*s\" shouts", STR_ARG(text));
    }
}

/* What only a visitor reads names neither Zendesk nor an integration. */
static void test_visitors_read_of_no_integration(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum text_id id;
    } rows[] = {
#define TEXT(id, words) { #id, TEXT_##id },
#include "agent/texts.def"
#undef TEXT
    };
    size_t checked = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str text = str_from(texts_template(rows[i].id));
        if (!str_ends(str_from(rows[i].name), STR("_VISITOR"))) continue;
        checked++;
        if (has_word(text, STR("Zendesk")) || has_word(text, STR("integration")) || has_word(text, STR("integrations")))
            fail_msg("%s", rows[i].name);
        if (str_find(text, STR("{problem}"), 0) != SIZE_MAX) fail_msg("%s tells the problem", rows[i].name);
    }
    assert_true(checked > 8);
}

/* What is said in another language passes the gate as well, where something was done and something failed. */
static void test_translations_pass_the_gate(void **state)
{
    (void)state;
    struct err err;
    struct json *result = json_parse(STR("{\"id\":5,\"ticket_id\":5,\"status\":\"new\",\"priority\":\"high\",\"assignee\":"
                                         "\"Ana\",\"url\":\"https://a.example/5\","
                                         "\"last_comment\":\"Hm\",\"total\":1}"),
                                     &err);
    struct claim_receipt receipts[] = {
        { .kind = ACTION_CREATE_TICKET, .status = ACTION_REJECTED },
        { .kind = ACTION_ADD_COMMENT, .status = ACTION_DONE, .result = result },
        { .kind = ACTION_UPDATE_TICKET, .status = ACTION_DONE, .result = result },
        { .kind = ACTION_LIST_TICKETS, .status = ACTION_DONE, .result = result },
        { .action = STR("act_1"), .kind = ACTION_CREATE_TICKET, .status = ACTION_DONE, .result = result }
    };
    for (int language = NLU_GERMAN; language < NLU_LANGUAGES; language++) {
        for (int id = 0; id < TEXT_COUNT; id++) {
            if (str_eq(str_from(texts_in((enum nlu_language)language, (enum text_id)id)),
                       str_from(texts_template((enum text_id)id))))
                continue;
            if (id == TEXT_ABLE_BOTH || id == TEXT_ABLE_MORE) continue; /* said as {able}, a quotation */
            struct gate gate;
            struct buf released;
            struct arena arena;
            struct text_facts told = facts;
            bool denies = str_find(str_from(texts_template((enum text_id)id)), STR("thing was"), 0) != SIZE_MAX;
            bool fails = id == TEXT_FAILED_VISITOR || id == TEXT_WAITING_VISITOR;
            size_t count = denies || fails ? 1 : sizeof receipts / sizeof receipts[0];
            struct gate_facts known = {
                .receipts = receipts, .receipt_count = count, .primary = STR("act_1"), .catalogue = true
            };
            receipts[0].status = id == TEXT_WAITING_VISITOR ? ACTION_WAITING : ACTION_REJECTED;
            told.language = (enum nlu_language)language;
            arena_init(&arena);
            buf_init(&released, 100000);
            gate_begin(&gate, &known, &arena);
            gate_feed(&gate, texts_say((enum text_id)id, &told, &arena), &released);
            if (gate_end(&gate, &released) != GATE_SAID)
                fail_msg("%.*s %s", STR_ARG(gate.reason), texts_in((enum nlu_language)language, (enum text_id)id));
            gate_close(&gate);
            buf_clear(&released);
            arena_clear(&arena);
        }
    }
    json_free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_text_can_be_said),
        cmocka_unit_test(test_facts_are_copied_once),
        cmocka_unit_test(test_the_copy_rules),
        cmocka_unit_test(test_visitors_read_of_no_integration),
        cmocka_unit_test(test_translations_pass_the_gate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
