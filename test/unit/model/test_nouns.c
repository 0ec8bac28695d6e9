/* The enumerations' names: each comes back as itself, no two are equal, a strange one is refused. */
#include "unit/unit.h"

#include "base/moment.h"
#include "model/dates.h"
#include "model/nouns.h"

#define assert_names_both_ways(prefix, type, last)                                                                               \
    do {                                                                                                                         \
        for (int i = 0; i <= (int)(last); i++) {                                                                                 \
            enum type back;                                                                                                      \
            assert_true(prefix##_from(str_from(prefix##_name((enum type)i)), &back));                                            \
            assert_int_equal(back, i);                                                                                           \
        }                                                                                                                        \
        enum type none;                                                                                                          \
        assert_false(prefix##_from(STR(""), &none));                                                                             \
        assert_false(prefix##_from(STR("nothing"), &none));                                                                      \
        assert_string_equal(prefix##_name((enum type)((last) + 1)), "");                                                         \
    } while (0)

static void names_go_both_ways(void **state)
{
    (void)state;
    assert_names_both_ways(role, role, ROLE_OWNER);
    assert_names_both_ways(integration_auth, integration_auth, AUTH_OAUTH_CLIENT);
    assert_names_both_ways(integration_status, integration_status, INTEGRATION_PAUSED);
    assert_names_both_ways(channel, channel, CHANNEL_WIDGET);
    assert_names_both_ways(request_state, request_state, REQUEST_DROPPED);
}

static void names_are_those_of_the_api(void **state)
{
    (void)state;
    assert_string_equal(role_name(ROLE_OWNER), "owner");
    assert_string_equal(integration_auth_name(AUTH_API_TOKEN), "api_token");
    assert_string_equal(integration_auth_name(AUTH_OAUTH_CLIENT), "oauth_client");
    assert_string_equal(integration_status_name(INTEGRATION_NEEDS_ATTENTION), "needs_attention");
    assert_string_equal(channel_name(CHANNEL_CHATLAB), "chatlab");
    assert_string_equal(request_state_name(REQUEST_NEEDS_HUMAN), "needs_human");
    assert_string_equal(author_name(AUTHOR_AGENT), "agent");
}

static void the_retirement_has_its_dates(void **state)
{
    char text[MOMENT_TEXT_MAX];
    (void)state;
    assert_string_equal(moment_format(zendesk_dates.no_new_tokens_at, false, text), "2026-10-27T00:00:00Z");
    assert_string_equal(moment_format(zendesk_dates.tokens_end_at, false, text), "2027-04-30T00:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(names_are_those_of_the_api),
        cmocka_unit_test(the_retirement_has_its_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
