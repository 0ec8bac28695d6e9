/* What people type and paste: each row of a table is an input and what must become of it. */
#include "unit/unit.h"

#include "base/limits.h"
#include "base/mem.h"
#include "model/field.h"

#define L63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"

static const struct subdomain_case {
    struct str typed;
    const char *subdomain;  /* NULL: refused */
    const char *suggestion; /* NULL: none */
} subdomains[] = {
    { STR("mycompany"), "mycompany", NULL },
    { STR("mycompany.zendesk.com"), "mycompany", NULL },
    { STR("MyCompany"), "mycompany", NULL },
    { STR("MYCOMPANY.ZENDESK.COM"), "mycompany", NULL },
    { STR("  mycompany  "), "mycompany", NULL },
    { STR("\tmycompany.zendesk.com\r\n"), "mycompany", NULL },
    { STR("\u00a0mycompany\u200b"), "mycompany", NULL },
    { STR("\ufeffmycompany"), "mycompany", NULL },
    { STR("a"), "a", NULL },
    { STR("7"), "7", NULL },
    { STR("3com"), "3com", NULL },
    { STR("my-company"), "my-company", NULL },
    { STR("my--company"), "my--company", NULL },
    { STR("xn--bcher-kva"), "xn--bcher-kva", NULL },
    { STR(L63), L63, NULL },
    { STR(L63 ".zendesk.com"), L63, NULL },
    { STR("https://mycompany.zendesk.com"), NULL, "mycompany" },
    { STR("http://mycompany.zendesk.com"), NULL, "mycompany" },
    { STR("HTTPS://MyCompany.Zendesk.com/agent/dashboard"), NULL, "mycompany" },
    { STR("https://mycompany.zendesk.com/"), NULL, "mycompany" },
    { STR("https://mycompany.zendesk.com:443/api"), NULL, "mycompany" },
    { STR("https://mycompany.zendesk.com?x=1"), NULL, "mycompany" },
    { STR("https://mycompany.zendesk.com#top"), NULL, "mycompany" },
    { STR("https://mycompany"), NULL, "mycompany" },
    { STR("https://www.mycompany.zendesk.com"), NULL, "mycompany" },
    { STR("mycompany.zendesk.com/"), NULL, "mycompany" },
    { STR("mycompany.zendesk.com/agent"), NULL, "mycompany" },
    { STR("mycompany.zendesk.com."), NULL, "mycompany" },
    { STR("mycompany."), NULL, "mycompany" },
    { STR("mycompany/"), NULL, "mycompany" },
    { STR("mycompany:443"), NULL, "mycompany" },
    { STR("//mycompany.zendesk.com"), NULL, NULL },
    { STR(""), NULL, NULL },
    { STR("   "), NULL, NULL },
    { STR(".zendesk.com"), NULL, NULL },
    { STR("zendesk.com"), NULL, NULL },
    { STR("mycompany.zendesk.com.evil.com"), NULL, NULL },
    { STR("mycompany.example.com"), NULL, NULL },
    { STR("my.company.zendesk.com"), NULL, NULL },
    { STR("my.company"), NULL, NULL },
    { STR("my company"), NULL, NULL },
    { STR("my_company"), NULL, NULL },
    { STR("-mycompany"), NULL, NULL },
    { STR("mycompany-"), NULL, NULL },
    { STR("-"), NULL, NULL },
    { STR("."), NULL, NULL },
    { STR(".."), NULL, NULL },
    { STR("a.."), NULL, NULL },
    { STR(L63 "x"), NULL, NULL },
    { STR("evil.com#"), NULL, NULL },
    { STR("evil.com#.zendesk.com"), NULL, NULL },
    { STR("evil.com/.zendesk.com"), NULL, NULL },
    { STR("evil.com?.zendesk.com"), NULL, NULL },
    { STR("evil.com\\.zendesk.com"), NULL, NULL },
    { STR("x@evil"), NULL, NULL },
    { STR("user:pass@mycompany.zendesk.com"), NULL, NULL },
    { STR("https://mycompany.zendesk.com@evil.com"), NULL, NULL },
    { STR("https://evil.com/mycompany.zendesk.com"), NULL, NULL },
    { STR("mycompany%2ezendesk.com"), NULL, NULL },
    { STR("my%00company"), NULL, NULL },
    { STR("my\0company"), NULL, NULL },
    { STR("my\r\ncompany"), NULL, NULL },
    { STR("m\u0443company"), NULL, NULL },
    { STR("mycompany\u2024zendesk"), NULL, NULL },
    { STR("b\u00fccher"), NULL, NULL },
    { STR("\xff\xfe"), NULL, NULL },
    { STR("[::1]"), NULL, NULL },
    { STR("127.0.0.1"), NULL, NULL },
    { STR("$(id)"), NULL, NULL },
    { STR("'; DROP TABLE"), NULL, NULL },
};

static void subdomains_become_one_label(void **state)
{
    (void)state;
    assert_true(sizeof subdomains / sizeof *subdomains >= 60);
    for (size_t i = 0; i < sizeof subdomains / sizeof *subdomains; i++) {
        const struct subdomain_case *wanted = &subdomains[i];
        struct arena arena;
        struct problem problem;
        struct str subdomain = STR_NONE;
        arena_init(&arena);
        enum status status = field_subdomain(wanted->typed, &arena, &subdomain, &problem);
        if ((status == OK) != (wanted->subdomain != NULL))
            fail_msg("\"%.*s\" gave %s", STR_ARG(wanted->typed), status_name(status));
        if (status == OK) assert_true(str_eq(subdomain, str_from(wanted->subdomain)));
        if (status == OK)
            assert_int_equal(problem.id, PROBLEM_NONE);
        else
            assert_true(problem.id == PROBLEM_SUBDOMAIN_FORMAT || problem.id == PROBLEM_FIELD_MISSING);
        if (!str_eq(problem.facts.suggestion, str_from(wanted->suggestion)))
            fail_msg("\"%.*s\" suggests \"%.*s\"", STR_ARG(wanted->typed), STR_ARG(problem.facts.suggestion));
        if (status != OK) assert_str(problem.field, "subdomain");
        arena_clear(&arena);
    }
}

static const struct email_case {
    struct str typed;
    const char *email, *suggestion;
} emails[] = {
    { STR("jane@acme.com"), "jane@acme.com", NULL },
    { STR("  jane@acme.com\n"), "jane@acme.com", NULL },
    { STR("\u200bjane@acme.com\u00a0"), "jane@acme.com", NULL },
    { STR("Jane.Doe+shop@mail.acme.co.uk"), "Jane.Doe+shop@mail.acme.co.uk", NULL },
    { STR("o'hara@acme.com"), "o'hara@acme.com", NULL },
    { STR("a/b@acme.com"), "a/b@acme.com", NULL },
    { STR("1@2.de"), "1@2.de", NULL },
    { STR("ops@acme.com/token"), NULL, "ops@acme.com" },
    { STR("Jane Doe <jane@acme.com>"), NULL, "jane@acme.com" },
    { STR("<jane@acme.com>"), NULL, "jane@acme.com" },
    { STR("mailto:jane@acme.com"), NULL, "jane@acme.com" },
    { STR("jane@acme.com, bob@acme.com"), NULL, "jane@acme.com" },
    { STR("jane@acme.com;bob@acme.com"), NULL, "jane@acme.com" },
    { STR("jane@acme.com bob@acme.com"), NULL, "jane@acme.com" },
    { STR("jane@acme.com/token:abc"), NULL, NULL },
    { STR(""), NULL, NULL },
    { STR("jane"), NULL, NULL },
    { STR("@acme.com"), NULL, NULL },
    { STR("jane@"), NULL, NULL },
    { STR("jane@acme"), NULL, NULL },
    { STR("jane@@acme.com"), NULL, NULL },
    { STR("jane@acme..com"), NULL, NULL },
    { STR("jane@.acme.com"), NULL, NULL },
    { STR("jane@acme.com."), NULL, NULL },
    { STR("jane@-acme.com"), NULL, NULL },
    { STR("jane@10.0.0.1"), NULL, NULL },
    { STR("jane@[10.0.0.1]"), NULL, NULL },
    { STR(".jane@acme.com"), NULL, NULL },
    { STR("jane.@acme.com"), NULL, NULL },
    { STR("ja..ne@acme.com"), NULL, NULL },
    { STR("\"jane doe\"@acme.com"), NULL, NULL },
    { STR("jane(x)@acme.com"), NULL, NULL },
    { STR("j\u00e4ne@acme.com"), NULL, NULL },
    { STR("jane@\u00e4cme.com"), NULL, NULL },
    { STR("jane\0@acme.com"), NULL, NULL },
    { STR("jane\r\nBcc: x@acme.com"), NULL, NULL },
    { STR(L63 "xy@acme.com"), NULL, NULL },
    { STR("j@" L63 "." L63 "." L63 "." L63 ".com"), NULL, NULL },
};

static void emails_are_one_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof emails / sizeof *emails; i++) {
        const struct email_case *wanted = &emails[i];
        for (int for_zendesk = 0; for_zendesk < 2; for_zendesk++) {
            struct arena arena;
            struct problem problem;
            struct str email = STR_NONE;
            arena_init(&arena);
            enum status status = field_email(wanted->typed, for_zendesk, &arena, &email, &problem);
            if ((status == OK) != (wanted->email != NULL))
                fail_msg("\"%.*s\" gave %s", STR_ARG(wanted->typed), status_name(status));
            if (status == OK) assert_true(str_eq(email, str_from(wanted->email)));
            if (!str_eq(problem.facts.suggestion, str_from(wanted->suggestion)))
                fail_msg("\"%.*s\" suggests \"%.*s\"", STR_ARG(wanted->typed), STR_ARG(problem.facts.suggestion));
            if (status != OK && wanted->typed.len > 0)
                assert_int_equal(problem.id,
                                 for_zendesk && wanted->suggestion ? PROBLEM_ZENDESK_EMAIL_MISMATCH : PROBLEM_EMAIL_FORMAT);
            arena_clear(&arena);
        }
    }
    assert_true(field_looks_like_email(STR("jane@example.com")));
    assert_false(field_looks_like_email(STR("jane@example.com ")));
}

static const struct secret_case {
    struct str typed;
    const char *secret;
    unsigned removed;
    enum problem_id problem;
} secrets[] = {
    { STR("6wiIBWbGkBMo1mRDMuVwkw1EPsNkeUj95PIz2akv"), "6wiIBWbGkBMo1mRDMuVwkw1EPsNkeUj95PIz2akv", 0, PROBLEM_NONE },
    { STR(" abc123 "), "abc123", 2, PROBLEM_NONE },
    { STR("abc\n123\r\n"), "abc123", 3, PROBLEM_NONE },
    { STR("abc 123"), "abc123", 1, PROBLEM_NONE },
    { STR("abc\u200b123"), "abc123", 1, PROBLEM_NONE },
    { STR("\ufeffabc\u200d1\u206023\u00a0"), "abc123", 4, PROBLEM_NONE },
    { STR("abc\u00ad123\u3000\u2028"), "abc123", 3, PROBLEM_NONE },
    { STR("\t\v\fabc"), "abc", 3, PROBLEM_NONE },
    { STR(""), NULL, 0, PROBLEM_FIELD_MISSING },
    { STR(" \n\u200b"), NULL, 3, PROBLEM_FIELD_MISSING },
    { STR("abc\u00e4"), NULL, 0, PROBLEM_SECRET_FORMAT },
    { STR("abc\u2026"), NULL, 0, PROBLEM_SECRET_FORMAT },
    { STR("abc\x01"), NULL, 0, PROBLEM_SECRET_FORMAT },
    { STR("abc\0def"), NULL, 0, PROBLEM_SECRET_FORMAT },
    { STR("abc\x7f"), NULL, 0, PROBLEM_SECRET_FORMAT },
    { STR("abc\xe2\x80"), NULL, 0, PROBLEM_SECRET_FORMAT },
};

static void secrets_lose_blanks_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        const struct secret_case *wanted = &secrets[i];
        struct arena arena;
        struct problem problem;
        struct str secret = STR_NONE;
        unsigned removed = 99;
        arena_init(&arena);
        enum status status = field_secret(wanted->typed, STR("api_token"), &arena, &secret, &removed, &problem);
        assert_int_equal(problem.id, wanted->problem);
        assert_int_equal(status, wanted->problem == PROBLEM_NONE ? OK : E_INPUT);
        assert_int_equal(removed, wanted->removed);
        if (status == OK)
            assert_true(str_eq(secret, str_from(wanted->secret)));
        else
            assert_str(problem.field, "api_token");
        arena_clear(&arena);
    }
}

static void a_secret_has_a_limit(void **state)
{
    struct arena arena;
    struct problem problem;
    struct str secret;
    unsigned removed;
    char text[LIMIT_SECRET_BYTES + 2];
    (void)state;
    arena_init(&arena);
    memset(text, 'k', sizeof text);
    text[7] = ' ';
    assert_int_equal(
        field_secret((struct str){ text, LIMIT_SECRET_BYTES + 1 }, STR("api_token"), &arena, &secret, &removed, &problem), OK);
    assert_int_equal(secret.len, LIMIT_SECRET_BYTES);
    assert_int_equal(
        field_secret((struct str){ text, LIMIT_SECRET_BYTES + 2 }, STR("api_token"), &arena, &secret, &removed, &problem),
        E_INPUT);
    assert_int_equal(problem.id, PROBLEM_VALUE_TOO_LONG);
    arena_clear(&arena);
}

static enum problem_id name_problem(struct str typed, const char *expected)
{
    struct arena arena;
    struct problem problem;
    struct str name = STR_NONE;
    arena_init(&arena);
    enum status status = field_name(typed, STR("name"), &arena, &name, &problem);
    assert_int_equal(status, problem.id == PROBLEM_NONE ? OK : E_INPUT);
    if (status == OK) assert_true(str_eq(name, str_from(expected)));
    arena_clear(&arena);
    return problem.id;
}

static void names_are_one_line_of_text(void **state)
{
    char text[LIMIT_NAME_BYTES + 1];
    (void)state;
    assert_int_equal(name_problem(STR("  Support \u00a0"), "Support"), PROBLEM_NONE);
    assert_int_equal(name_problem(STR("\u5c0f\u6797 \U0001f600"), "\u5c0f\u6797 \U0001f600"), PROBLEM_NONE);
    assert_int_equal(name_problem(STR(" "), NULL), PROBLEM_FIELD_MISSING);
    assert_int_equal(name_problem(STR("a\nb"), NULL), PROBLEM_NAME_FORMAT);
    assert_int_equal(name_problem(STR("a\x7f"), NULL), PROBLEM_NAME_FORMAT);
    assert_int_equal(name_problem(STR("\xc3("), NULL), PROBLEM_NAME_FORMAT);
    memset(text, 'n', sizeof text);
    assert_int_equal(name_problem((struct str){ text, sizeof text }, NULL), PROBLEM_NAME_FORMAT);
}

static void passwords_are_long_and_not_common(void **state)
{
    static const struct {
        struct str password;
        enum problem_id problem;
    } cases[] = {
        { STR("mole quartz ribbon"), PROBLEM_NONE },
        { STR("hK3-tr9Q-wd7L"), PROBLEM_NONE },
        { STR("\u00fc\u00f6\u00e4\u00df\u00e9\u00e8\u00ea\u00e1\u00e0\u00e2\u00f1\u00e7"), PROBLEM_NONE },
        { STR(""), PROBLEM_FIELD_MISSING },
        { STR("short"), PROBLEM_PASSWORD_TOO_SHORT },
        { STR("\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"), PROBLEM_PASSWORD_TOO_SHORT },
        { STR("elevenchars"), PROBLEM_PASSWORD_TOO_SHORT },
        { STR("PassWord1234"), PROBLEM_PASSWORD_COMMON },
        { STR("qwertyuiop12"), PROBLEM_PASSWORD_COMMON },
        { STR("aaaaaaaaaaaaaaaa"), PROBLEM_PASSWORD_COMMON },
        { STR("abcabcabcabcabc"), PROBLEM_PASSWORD_COMMON },
        { STR("Jane.Longname@acme.com"), PROBLEM_PASSWORD_COMMON },
        { STR("jane.longname1"), PROBLEM_PASSWORD_COMMON },
        { STR("with\nline end"), PROBLEM_FIELD_TYPE },
        { STR("not utf8 \xff\xff\xff\xff"), PROBLEM_FIELD_TYPE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem;
        enum status status = field_password(cases[i].password, STR("jane.longname@acme.com"), &problem);
        if (problem.id != cases[i].problem) fail_msg("\"%.*s\" gave %s", STR_ARG(cases[i].password), problem_slug(problem.id));
        assert_int_equal(status, cases[i].problem == PROBLEM_NONE ? OK : E_INPUT);
    }
    char *text = mem_alloc(LIMIT_PASSWORD_BYTES + 1);
    struct problem problem;
    for (size_t i = 0; i <= LIMIT_PASSWORD_BYTES; i++) text[i] = (char)('a' + i % 26);
    assert_int_equal(field_password((struct str){ text, LIMIT_PASSWORD_BYTES }, STR_NONE, &problem), OK);
    assert_int_equal(field_password((struct str){ text, LIMIT_PASSWORD_BYTES + 1 }, STR_NONE, &problem), E_INPUT);
    assert_int_equal(problem.id, PROBLEM_VALUE_TOO_LONG);
    mem_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subdomains_become_one_label),          cmocka_unit_test(emails_are_one_address),
        cmocka_unit_test(secrets_lose_blanks_and_nothing_else), cmocka_unit_test(a_secret_has_a_limit),
        cmocka_unit_test(names_are_one_line_of_text),           cmocka_unit_test(passwords_are_long_and_not_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
