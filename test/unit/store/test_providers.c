/* Model providers. */
#include "unit/store/fixture.h"

static struct provider a_provider(struct str workspace, struct str id)
{
    return (struct provider){
        .id = id,
        .workspace = workspace,
        .name = STR("Fast one"),
        .protocol = MODEL_ANTHROPIC,
        .base_url = STR("https://api.example.com/v1"),
        .auth = PROVIDER_X_API_KEY,
        .sealed = STR("v1.k.n.c"),
        .secret_last4 = STR("wxyz"),
        .secret_set_at = T0 + 1,
        .headers = STR("{\"x-team\":\"support\"}"),
        .model = STR("model-1"),
        .max_completion_tokens = true,
        .max_tokens = 700,
        .context_tokens = 9000,
        .price = { 3000000, 300000, 15000000 },
        .redact = { .phone = true },
        .status = PROVIDER_FAILING,
        .problem = STR("{}"),
        .tested_at = T0 + 2,
        .version = 1,
        .created_at = T0,
        .updated_at = T0 + 3,
    };
}

static void assert_same(const struct provider *in, const struct provider *out)
{
    same_text(in, out, workspace);
    same_text(in, out, id);
    same_text(in, out, name);
    same_int(in, out, protocol);
    same_text(in, out, base_url);
    same_int(in, out, auth);
    same_text(in, out, sealed);
    same_text(in, out, secret_last4);
    same_int(in, out, secret_set_at);
    same_text(in, out, headers);
    same_text(in, out, model);
    same_int(in, out, max_completion_tokens);
    same_int(in, out, max_tokens);
    same_int(in, out, context_tokens);
    same_int(in, out, price.input);
    same_int(in, out, price.cached_input);
    same_int(in, out, price.output);
    same_int(in, out, redact.email);
    same_int(in, out, redact.phone);
    same_int(in, out, redact.iban);
    same_int(in, out, status);
    same_text(in, out, problem);
    same_int(in, out, tested_at);
    same_int(in, out, version);
    same_int(in, out, created_at);
    same_int(in, out, updated_at);
}

static void provider_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct provider in = a_provider(WORKSPACE, STR("prv_1")), out;
    assert_int_equal(provider_insert(&f->tx, &in), OK);
    assert_int_equal(provider_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    assert_same(&in, &out);
    assert_int_equal(provider_get(&f->tx, ELSEWHERE, in.id, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(provider_insert(&f->tx, &in), E_CONFLICT);
}

static void every_field_can_change_once_a_version(void **state)
{
    struct fixture *f = *state;
    struct provider in = a_provider(WORKSPACE, STR("prv_1")), out;
    assert_int_equal(provider_insert(&f->tx, &in), OK);
    struct provider other = {
        .id = in.id,
        .workspace = in.workspace,
        .name = STR("Other"),
        .protocol = MODEL_OLLAMA,
        .base_url = STR("http://h:1"),
        .auth = PROVIDER_NO_KEY,
        .sealed = STR("v1.o"),
        .secret_last4 = STR(""),
        .secret_set_at = T0 + 5,
        .headers = STR("{}"),
        .model = STR("m"),
        .max_tokens = 1,
        .context_tokens = 2,
        .price = { 1, 2, 3 },
        .redact = { .email = true, .iban = true },
        .status = PROVIDER_WORKING,
        .problem = STR(""),
        .tested_at = T0 + 6,
        .version = 1,
        .created_at = T0,
        .updated_at = T0 + 7,
    };
    assert_int_equal(provider_update(&f->tx, &other), OK);
    assert_int_equal(provider_update(&f->tx, &in), E_CONFLICT);
    assert_int_equal(provider_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    other.version = 2;
    assert_same(&other, &out);
    other.workspace = ELSEWHERE;
    assert_int_equal(provider_update(&f->tx, &other), E_CONFLICT);
}

static void providers_are_listed_by_page(void **state)
{
    struct fixture *f = *state;
    struct store_page page = { .limit = 2 };
    struct provider *providers;
    size_t count;
    for (int i = 1; i <= 3; i++) {
        struct provider provider = a_provider(WORKSPACE, arena_fmt(&f->arena, "prv_%d", i));
        assert_int_equal(provider_insert(&f->tx, &provider), OK);
    }
    assert_int_equal(provider_list(&f->tx, WORKSPACE, &page, &f->arena, &providers, &count), OK);
    assert_int_equal(count, 2);
    assert_str(providers[1].id, "prv_2");
    page.cursor = providers[1].id;
    assert_int_equal(provider_list(&f->tx, WORKSPACE, &page, &f->arena, &providers, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(provider_list(&f->tx, ELSEWHERE, &page, &f->arena, &providers, &count), OK);
    assert_int_equal(count, 0);
}

static void a_provider_in_use_stays(void **state)
{
    struct fixture *f = *state;
    struct provider provider = a_provider(WORKSPACE, STR("prv_1")), out;
    struct agent agent = an_agent(WORKSPACE, STR("agt_9"));
    agent.settings.provider = provider.id;
    assert_int_equal(provider_insert(&f->tx, &provider), OK);
    assert_int_equal(agent_insert(&f->tx, &agent), OK);
    assert_int_equal(provider_delete(&f->tx, WORKSPACE, provider.id), E_CONFLICT);
    assert_int_equal(provider_delete(&f->tx, ELSEWHERE, provider.id), E_NOT_FOUND);
    assert_int_equal(agent_delete(&f->tx, WORKSPACE, agent.id), OK);
    struct agent_version draft = { .workspace = WORKSPACE, .agent = AGENT, .settings.fallbacks = STR("prv_7,prv_1") };
    struct agent *users;
    size_t count;
    assert_int_equal(agent_draft_put(&f->tx, &draft), OK);
    assert_int_equal(provider_users(&f->tx, WORKSPACE, provider.id, &f->arena, &users, &count), OK);
    assert_int_equal(count, 1);
    assert_str(users[0].id, "agt_1");
    assert_int_equal(provider_delete(&f->tx, WORKSPACE, provider.id), E_CONFLICT);
    draft.settings.fallbacks = STR("prv_11");
    assert_int_equal(agent_draft_put(&f->tx, &draft), OK);
    assert_int_equal(provider_delete(&f->tx, WORKSPACE, provider.id), OK);
    assert_int_equal(provider_get(&f->tx, WORKSPACE, provider.id, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(provider_delete(&f->tx, WORKSPACE, provider.id), E_NOT_FOUND);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(provider_comes_back_whole),
        TEST(every_field_can_change_once_a_version),
        TEST(providers_are_listed_by_page),
        TEST(a_provider_in_use_stays),
    };
    return cmocka_run_group_tests_name("store/providers", tests, NULL, NULL);
}
