/* Hostile labels, bases and paths: nothing but the exact form passes. */
#include "unit/unit.h"

#include "egress/address.h"

static const struct str hostile_labels[] = {
    STR(""),
    STR(" "),
    STR("."),
    STR(".."),
    STR("..."),
    STR("-"),
    STR("--"),
    STR("-a"),
    STR("a-"),
    STR("a."),
    STR(".a"),
    STR("a.b"),
    STR("a..b"),
    STR("A"),
    STR("Acme"),
    STR("acme.zendesk.com"),
    STR("zendesk.com."),
    STR("acme "),
    STR(" acme"),
    STR("ac me"),
    STR("acme\t"),
    STR("acme\n"),
    STR("acme\r\n"),
    STR("acme\0"),
    STR("\0acme"),
    STR("ac\0me"),
    STR("acme\x7f"),
    STR("acme\x01"),
    STR("acme\x80"),
    STR("acme\xff"),
    STR("acme/"),
    STR("/acme"),
    STR("//acme"),
    STR("acme//"),
    STR("acme\\"),
    STR("\\\\acme"),
    STR("acme?"),
    STR("acme#"),
    STR("acme:"),
    STR("acme:443"),
    STR(":acme"),
    STR("acme@"),
    STR("@acme"),
    STR("x@evil"),
    STR("x:y@evil"),
    STR("evil.com#"),
    STR("evil.com/"),
    STR("evil.com?"),
    STR("evil.com\\"),
    STR("evil.com%23"),
    STR("evil.com%2f"),
    STR("evil.com:443#"),
    STR("https://evil"),
    STR("http://evil"),
    STR("file:"),
    STR("acme%2e"),
    STR("acme%00"),
    STR("%61cme"),
    STR("acme%"),
    STR("acme;"),
    STR("acme,"),
    STR("acme&"),
    STR("acme="),
    STR("acme+"),
    STR("acme!"),
    STR("acme$"),
    STR("acme'"),
    STR("acme\""),
    STR("acme("),
    STR("acme)"),
    STR("acme*"),
    STR("acme<"),
    STR("acme>"),
    STR("acme["),
    STR("acme]"),
    STR("[::1]"),
    STR("::1"),
    STR("acme^"),
    STR("acme_"),
    STR("acme`"),
    STR("acme{"),
    STR("acme|"),
    STR("acme}"),
    STR("acme~"),
    STR("127.0.0.1"),
    STR("0x7f.1"),
    STR("localhost."),
    STR("a\u2024b"),
    STR("a\u3002b"),
    STR("a\uff0eb"),
    STR("a\uff61b"),
    STR("\u0430cme"),
    STR("acm\u00e9"),
    STR("acme\u200b"),
    STR("\ufeffacme"),
    STR("acme\u202e"),
    STR("\u212aelvin"),
    STR("acme\u2044x"),
    STR("acme\uff0fx"),
    STR("acme\uff03"),
    STR("acme\uff20evil"),
    STR("\u24d0cme"),
    STR("$(id)"),
    STR("`id`"),
    STR("{sub}"),
    STR("%s"),
    STR("%n"),
    STR("acme\r\nHost: evil"),
    STR("acme HTTP/1.1\r\nHost: evil\r\n\r\n"),
    STR("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01"),
};

static void hostile_labels_are_no_labels(void **state)
{
    (void)state;
    assert_true(sizeof hostile_labels / sizeof *hostile_labels >= 100);
    for (size_t i = 0; i < sizeof hostile_labels / sizeof *hostile_labels; i++)
        if (address_is_label(hostile_labels[i])) fail_msg("\"%.*s\" passes", STR_ARG(hostile_labels[i]));
    assert_true(address_is_label(STR("a")));
    assert_true(address_is_label(STR("9")));
    assert_true(address_is_label(STR("my-company-2")));
    assert_true(address_is_label(STR("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0")));
}

/* All 256 bytes, at the start, inside and at the end: the alphabet is what it says. */
static void a_label_has_37_characters_to_choose_from(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        bool is_alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        const char first[2] = { (char)c, 'x' }, inside[3] = { 'x', (char)c, 'x' }, last[2] = { 'x', (char)c };
        assert_int_equal(address_is_label((struct str){ first, 2 }), is_alnum);
        assert_int_equal(address_is_label((struct str){ inside, 3 }), is_alnum || c == '-');
        assert_int_equal(address_is_label((struct str){ last, 2 }), is_alnum);
    }
}

static void a_base_is_scheme_host_and_port(void **state)
{
    static const struct str good[] = {
        STR("http://127.0.0.1:8081"), STR("https://127.0.0.1"),
        STR("http://localhost:1"),    STR("https://proxy.acme.internal:65535"),
        STR("http://[::1]:8081"),     STR("http://[fe80::1]"),
    };
    static const struct str bad[] = {
        STR(""),
        STR("127.0.0.1:8081"),
        STR("ftp://host"),
        STR("http://"),
        STR("http://:80"),
        STR("http://host:"),
        STR("http://host:0"),
        STR("http://host:65536"),
        STR("http://host:80x"),
        STR("http://host/"),
        STR("http://host/path"),
        STR("http://host?x"),
        STR("http://host#x"),
        STR("http://u@host"),
        STR("http://u:p@host:80"),
        STR("http://ho st"),
        STR("http://host\r\n"),
        STR("http://host:80/x"),
        STR("http://[::1"),
        STR("http://::1"),
        STR("http://[]"),
        STR("http://[::1]x:80"),
        STR("HTTP://host"),
        STR("http:/host"),
        STR("file:///etc"),
        STR("http://h\0st"),
        STR("http://a%2eb"),
        STR("http://host:000080"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!address_is_base(good[i])) fail_msg("\"%.*s\" is refused", STR_ARG(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (address_is_base(bad[i])) fail_msg("\"%.*s\" passes", STR_ARG(bad[i]));
}

static const struct str hostile_paths[] = {
    STR(""),
    STR("/"),
    STR("api/v2/tickets"),
    STR("//evil.com/api/v2/tickets"),
    STR("/api/v2//tickets"),
    STR("/api/v2/tickets/"),
    STR("/api/v2/tickets//7"),
    STR("/api/v2/../v2/tickets"),
    STR("/api/v2/tickets/.."),
    STR("/api/v2/tickets/7/../8"),
    STR("/api/v2/./tickets"),
    STR("/api/v2/tickets/%2e%2e"),
    STR("/api/v2/tickets%2f7"),
    STR("/api/v2/tickets%00"),
    STR("/api/v2/tickets\0"),
    STR("/api/v2/tickets#x"),
    STR("/api/v2/tickets@evil.com"),
    STR("@evil.com/api/v2/tickets"),
    STR(":80@evil.com/"),
    STR(".evil.com/api/v2/tickets"),
    STR("https://evil.com/api/v2/tickets"),
    STR("\\\\evil.com\\api"),
    STR("/api/v2/tickets\\..\\"),
    STR("/api/v2/tickets "),
    STR("/api/v2/tickets\r\nHost: evil"),
    STR("/api/v2/tickets\n"),
    STR("/api/v2/tickets\t"),
    STR("/api/v2/tickets\x7f"),
    STR("/api/v2/tickets;x=1"),
    STR("/api/v2/tickets.json"),
    STR("/api/v1/tickets"),
    STR("/oauth/tokens"),
    STR("/api/v2/users"),
    STR("/api/v2/tickets/destroy_many"),
    STR("/api/v2/TICKETS"),
    STR("/api/v2/tickets?x=\r\n"),
    STR("/api/v2/tickets?x=%0d%0aX: y"),
    STR("/api/v2/tickets?x=%00"),
    STR("/api/v2/tickets?x=%7f"),
    STR("/api/v2/tickets?x=%"),
    STR("/api/v2/tickets?x=%4"),
    STR("/api/v2/tickets?x=%zz"),
    STR("/api/v2/tickets?x=a b"),
    STR("/api/v2/tickets?x=@evil"),
    STR("/api/v2/tickets?x=//evil"),
    STR("/api/v2/tickets?x#y"),
    STR("/api/v2/tickets?x?y"),
    STR("/api/v2/tickets?x=\xc3\xa4"),
    STR("/api/v2/tickets?page[size]=1"),
    STR("/api/v2/tickets?x=\"y\""),
    STR("/api/v2/tickets?x=\\"),
};

static void hostile_paths_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hostile_paths / sizeof *hostile_paths; i++) {
        for (int kind = -1; kind < ACTION_COUNT; kind++) {
            const struct action_spec *spec = kind < 0 ? NULL : action_spec((enum action_kind)kind);
            for (int method = HTTP_GET; method <= HTTP_OTHER; method++)
                if (address_allows(spec, (enum http_method)method, hostile_paths[i]))
                    fail_msg("\"%.*s\" passes", STR_ARG(hostile_paths[i]));
        }
    }
}

static void the_calls_that_are_made_pass(void **state)
{
    const struct action_spec *create = action_spec(ACTION_CREATE_TICKET), *get = action_spec(ACTION_GET_TICKET);
    (void)state;
    assert_true(address_allows(create, HTTP_POST, STR("/api/v2/tickets")));
    assert_true(address_allows(create, HTTP_GET, STR("/api/v2/users/search?query=email%3A%22jane.doe%2Bshop%40acme.com%22")));
    assert_true(address_allows(get, HTTP_GET, STR("/api/v2/tickets/35436?include=users")));
    assert_true(address_allows(get, HTTP_GET, STR("/api/v2/tickets/35436/comments?sort=-created_at&page%5Bsize%5D=100")));
    assert_true(address_allows(NULL, HTTP_GET, STR("/api/v2/users/me")));
    assert_true(address_allows(NULL, HTTP_GET, STR("/api/v2/account/settings")));
    assert_true(address_allows(NULL, HTTP_GET, STR("/api/v2/tickets?page%5Bsize%5D=1")));
    assert_true(address_allows(NULL, HTTP_GET, STR("/api/v2/search?query=type%3Aticket&per_page=1")));
    assert_false(address_allows(NULL, HTTP_POST, STR("/api/v2/tickets")));
    assert_false(address_allows(NULL, HTTP_GET, STR("/api/v2/tickets/35436")));
    assert_false(address_allows(get, HTTP_POST, STR("/api/v2/tickets/35436")));
    assert_false(address_allows(get, HTTP_GET, STR("/api/v2/users/me")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_labels_are_no_labels),   cmocka_unit_test(a_label_has_37_characters_to_choose_from),
        cmocka_unit_test(a_base_is_scheme_host_and_port), cmocka_unit_test(hostile_paths_are_refused),
        cmocka_unit_test(the_calls_that_are_made_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
