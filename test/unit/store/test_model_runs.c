/* Calls to models: each has one end, costs add up by day, and go with their conversation while the sums stay. */
#include "unit/store/fixture.h"

static struct model_run a_run(struct fixture *f, int number)
{
    return (struct model_run){ .id = arena_fmt(&f->arena, "mdr_%04d", number),
                               .workspace = WORKSPACE,
                               .conversation = TALK,
                               .turn = STR("trn_1"),
                               .provider = STR("prv_1"),
                               .provider_name = STR("Fast"),
                               .model = STR("m"),
                               .why = STR("message"),
                               .created_at = T0 + number };
}

static void a_call_ends_once(void **state)
{
    struct fixture *f = *state;
    struct model_run *runs, run = a_run(f, 1);
    size_t count;
    assert_int_equal(model_run_insert(&f->tx, &run), OK);
    assert_int_equal(model_run_interrupted(&f->tx, &f->arena, &runs, &count), OK);
    assert_int_equal(count, 1);
    run.state = MODEL_RUN_DONE;
    run.stop = STR("end");
    run.usage = (struct model_usage){ .input_tokens = 100, .output_tokens = 20 };
    run.cost = 600;
    assert_int_equal(model_run_end(&f->tx, &run), OK);
    run.state = MODEL_RUN_FAILED;
    assert_int_equal(model_run_end(&f->tx, &run), E_NOT_FOUND);
    assert_int_equal(model_run_interrupted(&f->tx, &f->arena, &runs, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(model_run_list(&f->tx, WORKSPACE, TALK, STR_NONE, &f->arena, &runs, &count), OK);
    assert_int_equal(count, 1);
    assert_int_equal(runs[0].state, MODEL_RUN_DONE);
    assert_str(runs[0].provider_name, "Fast");
    assert_int_equal(runs[0].usage.input_tokens + runs[0].cost, 700);
}

static void what_it_cost_is_added_up(void **state)
{
    struct fixture *f = *state;
    struct model_spend sum;
    for (int i = 0; i < 3; i++) {
        struct model_run run = a_run(f, i);
        run.usage.input_tokens = 10;
        run.cost = 5;
        assert_int_equal(model_run_insert(&f->tx, &run), OK);
        assert_int_equal(model_spend_add(&f->tx, WORKSPACE, 20261121 + i, (struct model_spend){ 10, 5 }), OK);
    }
    assert_int_equal(model_run_sum(&f->tx, WORKSPACE, TALK, &sum), OK);
    assert_int_equal(sum.tokens + sum.cost, 45);
    assert_int_equal(conversation_erase(&f->tx, WORKSPACE, TALK), OK);
    assert_int_equal(model_run_sum(&f->tx, WORKSPACE, TALK, &sum), OK);
    assert_int_equal(sum.tokens + sum.cost, 0);
    assert_int_equal(model_spend_sum(&f->tx, WORKSPACE, 20261122, 20261123, &sum), OK);
    assert_int_equal(sum.tokens + sum.cost, 30);
}

static void caps_are_one_row(void **state)
{
    struct fixture *f = *state;
    struct model_cap cap;
    assert_int_equal(model_cap_get(&f->tx, WORKSPACE, &f->arena, &cap), E_NOT_FOUND);
    cap = (struct model_cap){ .workspace = WORKSPACE, .day = { 100, 7 }, .told_on = 20261122 };
    assert_int_equal(model_cap_put(&f->tx, &cap), OK);
    cap.month.cost = 9;
    assert_int_equal(model_cap_put(&f->tx, &cap), OK);
    assert_int_equal(model_cap_get(&f->tx, WORKSPACE, &f->arena, &cap), OK);
    assert_int_equal(cap.day.tokens + cap.day.cost + cap.month.cost + cap.conversation.cost, 116);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_ends_once, fixture_up, fixture_down),
        cmocka_unit_test_setup_teardown(what_it_cost_is_added_up, fixture_up, fixture_down),
        cmocka_unit_test_setup_teardown(caps_are_one_row, fixture_up, fixture_down),
    };
    return cmocka_run_group_tests_name("store/model_runs", tests, NULL, NULL);
}
