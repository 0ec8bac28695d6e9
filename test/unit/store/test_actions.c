/* Actions, and the calls that are their receipts. */
#include "unit/store/fixture.h"

static void action_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct action in = an_action(WORKSPACE, STR("act_1"), TALK), out;
    in.kind = ACTION_GET_TICKET;
    in.result = STR("{\"id\":1}");
    in.problem = STR("{}");
    in.reference = STR("R-1");
    in.dry_run = true;
    assert_int_equal(action_insert(&f->tx, &in), OK);
    assert_int_equal(action_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, id);
    same_text(&in, &out, integration);
    same_text(&in, &out, conversation);
    same_text(&in, &out, turn);
    same_text(&in, &out, arguments);
    same_text(&in, &out, hash);
    same_text(&in, &out, result);
    same_text(&in, &out, problem);
    same_text(&in, &out, reference);
    same_int(&in, &out, kind);
    same_int(&in, &out, status);
    same_int(&in, &out, dry_run);
    same_int(&in, &out, created_at);
    same_int(&in, &out, updated_at);
    assert_int_equal(action_get(&f->tx, ELSEWHERE, in.id, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(action_insert(&f->tx, &in), E_CONFLICT);
    in.id = STR("act_2");
    in.conversation = STR("con_9");
    assert_int_equal(action_insert(&f->tx, &in), E_CONFLICT); /* of no conversation */
}

static void action_is_changed(void **state)
{
    struct fixture *f = *state;
    struct action action = an_action(WORKSPACE, STR("act_1"), TALK), other = an_action(ELSEWHERE, STR("act_1"), TALK), out;
    assert_int_equal(action_insert(&f->tx, &action), OK);
    assert_int_equal(action_insert(&f->tx, &other), OK);
    action.status = ACTION_NEEDS_HUMAN;
    action.result = action.problem = STR("{}");
    action.reference = STR("R-2");
    action.updated_at = T0 + 8;
    assert_int_equal(action_update(&f->tx, &action), OK);
    assert_int_equal(action_get(&f->tx, WORKSPACE, action.id, &f->arena, &out), OK);
    same_int(&action, &out, status);
    same_text(&action, &out, result);
    same_text(&action, &out, problem);
    same_text(&action, &out, reference);
    same_int(&action, &out, updated_at);
    assert_int_equal(action_get(&f->tx, ELSEWHERE, action.id, &f->arena, &out), OK);
    assert_int_equal(out.status, ACTION_PROPOSED);
    action.id = STR("act_9");
    assert_int_equal(action_update(&f->tx, &action), E_NOT_FOUND);
}

/* A member's own act stands in no conversation. */
static void action_needs_no_conversation(void **state)
{
    struct fixture *f = *state;
    struct action in = an_action(WORKSPACE, STR("act_1"), STR("")), out, *list;
    size_t count;
    assert_int_equal(action_insert(&f->tx, &in), OK);
    assert_int_equal(action_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    assert_str(out.conversation, "");
    assert_int_equal(action_of_conversation(&f->tx, WORKSPACE, STR(""), &f->arena, &list, &count), OK);
    assert_int_equal(count, 0);
}

static void actions_of_a_conversation_newest_first(void **state)
{
    struct fixture *f = *state;
    struct action *list;
    size_t count;
    for (int i = 1; i <= 3; i++) {
        struct action action = an_action(WORKSPACE, arena_fmt(&f->arena, "act_%d", i), TALK);
        assert_int_equal(action_insert(&f->tx, &action), OK);
    }
    assert_int_equal(action_of_conversation(&f->tx, WORKSPACE, TALK, &f->arena, &list, &count), OK);
    assert_int_equal(count, 3);
    assert_str(list[0].id, "act_3");
    assert_int_equal(action_of_conversation(&f->tx, ELSEWHERE, TALK, &f->arena, &list, &count), OK);
    assert_int_equal(count, 0);
}

static void interrupted_are_reads_that_were_out(void **state)
{
    struct fixture *f = *state;
    struct action read = an_action(WORKSPACE, STR("act_1"), TALK), other = an_action(ELSEWHERE, STR("act_2"), TALK);
    struct action done = an_action(WORKSPACE, STR("act_3"), TALK), write = an_action(WORKSPACE, STR("act_4"), TALK), *list;
    struct request request = a_request(WORKSPACE, write.id);
    size_t count;
    read.status = other.status = write.status = ACTION_SENDING;
    done.status = ACTION_DONE;
    assert_int_equal(action_insert(&f->tx, &read), OK);
    assert_int_equal(action_insert(&f->tx, &other), OK);
    assert_int_equal(action_insert(&f->tx, &done), OK);
    assert_int_equal(action_insert(&f->tx, &write), OK);
    assert_int_equal(request_insert(&f->tx, &request), OK);
    assert_int_equal(action_interrupted(&f->tx, &f->arena, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_str(list[0].id, "act_2");
    assert_str(list[1].id, "act_1");
}

static void call_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct action action = an_action(WORKSPACE, STR("act_1"), TALK);
    struct call in = a_call(WORKSPACE, STR("cal_1"), action.id), *out;
    size_t count;
    assert_int_equal(call_insert(&f->tx, &in), E_CONFLICT); /* of no action */
    assert_int_equal(action_insert(&f->tx, &action), OK);
    assert_int_equal(call_insert(&f->tx, &in), OK);
    assert_int_equal(call_insert(&f->tx, &in), E_CONFLICT);
    assert_int_equal(call_of_action(&f->tx, WORKSPACE, action.id, &f->arena, &out, &count), OK);
    assert_int_equal(count, 1);
    same_text(&in, &out[0], workspace);
    same_text(&in, &out[0], id);
    same_text(&in, &out[0], integration);
    same_text(&in, &out[0], action);
    same_text(&in, &out[0], method);
    same_text(&in, &out[0], path);
    same_text(&in, &out[0], request_body);
    same_text(&in, &out[0], answer_headers);
    same_text(&in, &out[0], answer_body); /* bytes that are not UTF-8, with a NUL among them */
    same_text(&in, &out[0], fault);
    same_int(&in, &out[0], status);
    same_int(&in, &out[0], duration_us);
    same_int(&in, &out[0], created_at);
    assert_int_equal(call_of_action(&f->tx, ELSEWHERE, action.id, &f->arena, &out, &count), OK);
    assert_int_equal(count, 0);
}

static void calls_of_an_integration_by_page(void **state)
{
    struct fixture *f = *state;
    struct store_page page = { .limit = 2 };
    struct call *calls;
    size_t count;
    for (int i = 1; i <= 3; i++) {
        struct call call = a_call(WORKSPACE, arena_fmt(&f->arena, "cal_%d", i), STR(""));
        assert_int_equal(call_insert(&f->tx, &call), OK);
    }
    assert_int_equal(call_of_integration(&f->tx, WORKSPACE, ZENDESK, &page, &f->arena, &calls, &count), OK);
    assert_int_equal(count, 2);
    assert_str(calls[0].id, "cal_3");
    assert_str(calls[0].action, "");
    page.cursor = calls[1].id;
    assert_int_equal(call_of_integration(&f->tx, WORKSPACE, ZENDESK, &page, &f->arena, &calls, &count), OK);
    assert_int_equal(count, 1);
    assert_str(calls[0].id, "cal_1");
    page.cursor = STR("");
    assert_int_equal(call_of_integration(&f->tx, ELSEWHERE, ZENDESK, &page, &f->arena, &calls, &count), OK);
    assert_int_equal(count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(action_comes_back_whole),
        TEST(action_is_changed),
        TEST(action_needs_no_conversation),
        TEST(actions_of_a_conversation_newest_first),
        TEST(interrupted_are_reads_that_were_out),
        TEST(call_comes_back_whole),
        TEST(calls_of_an_integration_by_page),
    };
    return cmocka_run_group_tests_name("store/actions", tests, NULL, NULL);
}
