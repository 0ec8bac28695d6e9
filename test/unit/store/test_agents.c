/* Agents. */
#include "unit/store/fixture.h"

static void same_settings(const struct agent_settings *a, const struct agent_settings *b)
{
    same_text(a, b, instructions);
    same_text(a, b, tone);
    same_text(a, b, languages);
    same_text(a, b, escalation);
    same_text(a, b, ticket_priority);
    same_text(a, b, ticket_type);
    same_text(a, b, ticket_tags);
    same_int(a, b, engine);
    same_text(a, b, provider);
    same_text(a, b, model);
    same_text(a, b, fallbacks);
}

static void agent_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct agent in = an_agent(WORKSPACE, STR("agt_2")), out;
    assert_int_equal(agent_insert(&f->tx, &in), OK);
    assert_int_equal(agent_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, id);
    same_text(&in, &out, name);
    same_settings(&in.settings, &out.settings);
    same_int(&in, &out, published);
    same_text(&in, &out, published_by);
    same_int(&in, &out, published_at);
    assert_false(out.has_draft);
    same_int(&in, &out, version);
    same_int(&in, &out, created_at);
    same_int(&in, &out, updated_at);
    assert_int_equal(agent_get(&f->tx, ELSEWHERE, in.id, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(agent_insert(&f->tx, &in), E_CONFLICT);
}

static void second_change_of_one_version_loses(void **state)
{
    struct fixture *f = *state;
    struct agent agent, out;
    assert_int_equal(agent_get(&f->tx, WORKSPACE, AGENT, &f->arena, &agent), OK);
    agent.name = STR("First");
    agent.updated_at = T0 + 1;
    assert_int_equal(agent_update(&f->tx, &agent), OK);
    agent.name = STR("Second");
    assert_int_equal(agent_update(&f->tx, &agent), E_CONFLICT);
    assert_int_equal(agent_get(&f->tx, WORKSPACE, AGENT, &f->arena, &out), OK);
    assert_str(out.name, "First");
    assert_int_equal(out.version, 2);
    same_settings(&agent.settings, &out.settings);
    same_int(&agent, &out, updated_at);
    assert_int_equal(agent_get(&f->tx, ELSEWHERE, AGENT, &f->arena, &out), OK);
    assert_str(out.name, "Helper");
}

/* The first one stays as it was, the agent has the second, and of two who saw the first only one publishes. */
static void settings_are_published_under_the_next_number(void **state)
{
    struct fixture *f = *state;
    struct agent agent, late, out;
    struct agent_version *versions;
    size_t count;
    assert_int_equal(agent_get(&f->tx, WORKSPACE, AGENT, &f->arena, &agent), OK);
    late = agent;
    struct agent_version next = {
        .settings = agent.settings, .author = STR("key_7"), .note = STR("Shorter"), .restored_from = 1
    };
    next.settings.instructions = STR("Be brief and kind.");
    next.settings.engine = ENGINE_BUILTIN;
    next.settings.provider = next.settings.fallbacks = STR_NONE;
    agent.updated_at = T0 + 5;
    assert_int_equal(agent_publish(&f->tx, &agent, &next), OK);
    assert_int_equal(agent_get(&f->tx, WORKSPACE, AGENT, &f->arena, &out), OK);
    same_settings(&next.settings, &out.settings);
    assert_int_equal(out.published, 2);
    assert_int_equal(out.published_at, T0 + 5);
    assert_str(out.published_by, "key_7");
    assert_int_equal(agent_version_list(&f->tx, WORKSPACE, AGENT, 0, 9, &f->arena, &versions, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(versions[0].number, 2);
    assert_int_equal(versions[0].restored_from, 1);
    assert_str(versions[0].note, "Shorter");
    same_settings(&late.settings, &versions[1].settings);
    assert_int_equal(agent_version_list(&f->tx, WORKSPACE, AGENT, 2, 9, &f->arena, &versions, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(agent_version_get(&f->tx, ELSEWHERE, AGENT, 2, &f->arena, &next), E_NOT_FOUND);
    assert_int_equal(agent_publish(&f->tx, &late, &next), E_CONFLICT);
}

static void draft_is_one_and_no_version(void **state)
{
    struct fixture *f = *state;
    struct agent agent = an_agent(WORKSPACE, AGENT), out;
    struct agent_version draft = { .workspace = WORKSPACE, .agent = AGENT, .settings = agent.settings, .author = STR("mem_1") },
                         kept;
    struct agent_version *versions;
    size_t count;
    draft.settings.tone = STR("Dry");
    assert_int_equal(agent_draft_put(&f->tx, &draft), OK);
    draft.settings.tone = STR("Formal");
    assert_int_equal(agent_draft_put(&f->tx, &draft), OK);
    assert_int_equal(agent_version_get(&f->tx, WORKSPACE, AGENT, AGENT_DRAFT, &f->arena, &kept), OK);
    assert_str(kept.settings.tone, "Formal");
    assert_int_equal(agent_get(&f->tx, WORKSPACE, AGENT, &f->arena, &out), OK);
    assert_true(out.has_draft);
    assert_str(out.settings.tone, "Warm");
    assert_int_equal(agent_version_list(&f->tx, WORKSPACE, AGENT, 0, 9, &f->arena, &versions, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(agent_draft_delete(&f->tx, ELSEWHERE, AGENT), E_NOT_FOUND);
    assert_int_equal(agent_draft_delete(&f->tx, WORKSPACE, AGENT), OK);
    assert_int_equal(agent_draft_delete(&f->tx, WORKSPACE, AGENT), E_NOT_FOUND);
}

/* Pages follow one another without a gap or a repeat, and hold what was asked for. */
static void agents_are_listed_by_page(void **state)
{
    struct fixture *f = *state;
    struct store_page page = { .limit = 2 };
    struct agent *agents;
    size_t count, seen = 0;
    for (int i = 2; i <= 5; i++) {
        struct agent agent = an_agent(WORKSPACE, arena_fmt(&f->arena, "agt_%d", i));
        assert_int_equal(agent_insert(&f->tx, &agent), OK);
    }
    do {
        assert_int_equal(agent_list(&f->tx, WORKSPACE, &page, &f->arena, &agents, &count), OK);
        for (size_t i = 0; i < count; i++, seen++) assert_true(str_eq(agents[i].id, arena_fmt(&f->arena, "agt_%zu", 5 - seen)));
        if (count) page.cursor = agents[count - 1].id;
    } while (count == page.limit);
    assert_int_equal(seen, 5);
    assert_int_equal(agent_list(&f->tx, ELSEWHERE, &(struct store_page){ .limit = 9 }, &f->arena, &agents, &count), OK);
    assert_int_equal(count, 1);
}

static void page_has_a_ceiling(void **state)
{
    struct fixture *f = *state;
    struct agent *agents;
    size_t count;
    for (int i = 0; i < 101; i++) {
        struct agent agent = an_agent(WORKSPACE, arena_fmt(&f->arena, "agt_a%03d", i));
        assert_int_equal(agent_insert(&f->tx, &agent), OK);
    }
    assert_int_equal(agent_list(&f->tx, WORKSPACE, &(struct store_page){ .limit = SIZE_MAX }, &f->arena, &agents, &count), OK);
    assert_int_equal(count, 100);
}

static void agent_goes_with_its_connections(void **state)
{
    struct fixture *f = *state;
    struct agent agent;
    struct integration integration;
    struct conversation conversation;
    struct call test_call = a_call(WORKSPACE, STR("cal_1"), STR("")), *calls;
    struct call other = a_call(ELSEWHERE, STR("cal_1"), STR(""));
    struct store_page page = { .limit = 9 };
    size_t count;
    assert_int_equal(call_insert(&f->tx, &test_call), OK);
    assert_int_equal(call_insert(&f->tx, &other), OK);
    assert_int_equal(agent_delete(&f->tx, WORKSPACE, AGENT), OK);
    assert_int_equal(agent_get(&f->tx, WORKSPACE, AGENT, &f->arena, &agent), E_NOT_FOUND);
    assert_int_equal(integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &integration), E_NOT_FOUND);
    assert_int_equal(call_of_integration(&f->tx, WORKSPACE, ZENDESK, &page, &f->arena, &calls, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(conversation_get(&f->tx, WORKSPACE, TALK, &f->arena, &conversation), OK);
    assert_int_equal(agent_get(&f->tx, ELSEWHERE, AGENT, &f->arena, &agent), OK);
    assert_int_equal(integration_get(&f->tx, ELSEWHERE, ZENDESK, &f->arena, &integration), OK);
    assert_int_equal(call_of_integration(&f->tx, ELSEWHERE, ZENDESK, &page, &f->arena, &calls, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(agent_delete(&f->tx, WORKSPACE, AGENT), E_NOT_FOUND);
}

static void agent_stays_while_requests_wait(void **state)
{
    struct fixture *f = *state;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_PAUSED, 0);
    struct request request;
    assert_int_equal(agent_delete(&f->tx, WORKSPACE, AGENT), E_CONFLICT);
    assert_int_equal(agent_delete(&f->tx, ELSEWHERE, AGENT), OK);
    assert_int_equal(request_get(&f->tx, WORKSPACE, STR("act_1"), &f->arena, &request), OK);
    request.state = REQUEST_DONE;
    assert_int_equal(request_update(&f->tx, &request), OK);
    assert_int_equal(agent_delete(&f->tx, WORKSPACE, AGENT), OK);
    assert_int_equal(request_get(&f->tx, WORKSPACE, STR("act_1"), &f->arena, &request), OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(agent_comes_back_whole),          TEST(second_change_of_one_version_loses),
        TEST(agents_are_listed_by_page),       TEST(settings_are_published_under_the_next_number),
        TEST(draft_is_one_and_no_version),     TEST(page_has_a_ceiling),
        TEST(agent_goes_with_its_connections), TEST(agent_stays_while_requests_wait),
    };
    return cmocka_run_group_tests_name("store/agents", tests, NULL, NULL);
}
