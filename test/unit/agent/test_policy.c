/* test_policy.c - the levels: a matrix of who asks, for what, and whose it is. */
#include "unit/agent/harness.h"

#include "agent/policy.h"

static struct turn_world world_of(enum identity identity, struct str email)
{
    struct turn_world world = { .connected = true, .identity = identity, .visitor_email = email };
    for (size_t i = 0; i < ACTION_COUNT; i++) world.may[i] = true;
    return world;
}

static void test_who_may_act(void **state)
{
    (void)state;
    const enum policy_verdict expected[] = { POLICY_UNVERIFIED, POLICY_UNVERIFIED, POLICY_ALLOWED, POLICY_ALLOWED,
                                             POLICY_ALLOWED };
    for (int level = L0_ANONYMOUS; level <= L4_MEMBER; level++) {
        struct turn_world world = world_of((enum identity)level, STR("jane@example.com"));
        for (int kind = 0; kind < ACTION_COUNT; kind++)
            assert_int_equal(policy_action(&world, (enum action_kind)kind), expected[level]);
    }
}

static void test_switches_come_before_levels(void **state)
{
    (void)state;
    struct turn_world world = world_of(L0_ANONYMOUS, STR_NONE);
    world.may[ACTION_GET_TICKET] = false;
    assert_int_equal(policy_action(&world, ACTION_GET_TICKET), POLICY_SWITCHED_OFF);
    assert_int_equal(policy_action(&world, ACTION_CREATE_TICKET), POLICY_UNVERIFIED);
    world.connected = false;
    assert_int_equal(policy_action(&world, ACTION_GET_TICKET), POLICY_UNCONNECTED);
}

/* A level without an address verifies nobody. */
static void test_verified_needs_an_address(void **state)
{
    (void)state;
    for (int level = L2_MAIL_VERIFIED; level <= L3_SITE_VERIFIED; level++) {
        struct turn_world world = world_of((enum identity)level, STR_NONE);
        assert_int_equal(policy_action(&world, ACTION_CREATE_TICKET), POLICY_UNVERIFIED);
        assert_int_equal(policy_requester(&world).len, 0);
    }
}

static void test_whose_tickets_are_seen(void **state)
{
    (void)state;
    const char *const tickets[] = { "{\"requester_email\":\"jane@example.com\"}",
                                    "{\"requester_email\":\"JANE@Example.com\"}",
                                    "{\"requester_email\":\"bob@acme.io\"}",
                                    "{\"requester_email\":null}",
                                    "{}",
                                    "{\"requester_email\":\"jane@example.com.evil.io\"}" };
    const bool own[] = { true, true, false, false, false, false };
    for (size_t i = 0; i < sizeof own; i++) {
        struct err err;
        struct json *ticket = json_parse(str_from(tickets[i]), &err);
        for (int level = L0_ANONYMOUS; level <= L4_MEMBER; level++) {
            struct turn_world world = world_of((enum identity)level, STR("jane@example.com"));
            bool verified = level == L2_MAIL_VERIFIED || level == L3_SITE_VERIFIED;
            assert_int_equal(policy_may_see(&world, ticket), level == L4_MEMBER || (verified && own[i]));
        }
        struct turn_world nameless = world_of(L3_SITE_VERIFIED, STR_NONE);
        assert_false(policy_may_see(&nameless, ticket));
        json_free(ticket);
    }
}

static void test_requester(void **state)
{
    (void)state;
    for (int level = L0_ANONYMOUS; level <= L4_MEMBER; level++) {
        struct turn_world world = world_of((enum identity)level, STR("jane@example.com"));
        bool fixed = level == L2_MAIL_VERIFIED || level == L3_SITE_VERIFIED;
        assert_same(policy_requester(&world), fixed ? STR("jane@example.com") : STR_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_may_act),
        cmocka_unit_test(test_switches_come_before_levels),
        cmocka_unit_test(test_verified_needs_an_address),
        cmocka_unit_test(test_whose_tickets_are_seen),
        cmocka_unit_test(test_requester),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
