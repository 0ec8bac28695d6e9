/* Conversations, messages, events. */
#include "unit/store/fixture.h"

static void conversation_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct conversation in = a_conversation(WORKSPACE, STR("con_2"), AGENT), out;
    assert_int_equal(conversation_insert(&f->tx, &in), OK);
    assert_int_equal(conversation_get(&f->tx, WORKSPACE, in.id, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, id);
    same_text(&in, &out, agent);
    same_text(&in, &out, visitor_email);
    same_text(&in, &out, visitor_name);
    same_text(&in, &out, title);
    same_text(&in, &out, state);
    same_int(&in, &out, channel);
    same_int(&in, &out, identity);
    same_int(&in, &out, dry_run);
    same_int(&in, &out, last_seq);
    same_int(&in, &out, version);
    same_int(&in, &out, created_at);
    same_int(&in, &out, updated_at);
    assert_int_equal(conversation_get(&f->tx, ELSEWHERE, in.id, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(conversation_insert(&f->tx, &in), E_CONFLICT);
}

static void second_save_of_one_version_loses(void **state)
{
    struct fixture *f = *state;
    struct conversation conversation, out;
    assert_int_equal(conversation_get(&f->tx, WORKSPACE, TALK, &f->arena, &conversation), OK);
    conversation.state = STR("{\"s\":1}");
    conversation.title = STR("T");
    conversation.last_seq = 4;
    conversation.updated_at = T0 + 5;
    conversation.visitor_email = STR("not.saved@example.com");
    assert_int_equal(conversation_save(&f->tx, &conversation), OK);
    conversation.state = STR("{\"s\":2}");
    assert_int_equal(conversation_save(&f->tx, &conversation), E_CONFLICT);
    assert_int_equal(conversation_get(&f->tx, WORKSPACE, TALK, &f->arena, &out), OK);
    assert_str(out.state, "{\"s\":1}");
    assert_str(out.visitor_email, "v@example.com");
    same_text(&conversation, &out, title);
    same_int(&conversation, &out, last_seq);
    same_int(&conversation, &out, updated_at);
    assert_int_equal(out.version, 2);
    assert_int_equal(conversation_get(&f->tx, ELSEWHERE, TALK, &f->arena, &out), OK);
    assert_str(out.state, "{}");
}

static size_t found(struct fixture *f, struct conversation_filter filter)
{
    struct conversation *list;
    struct store_page page = { .limit = 9 };
    size_t count;
    assert_int_equal(conversation_search(&f->tx, WORKSPACE, &filter, &page, &f->arena, &list, &count), OK);
    return count;
}

static void conversations_are_found(void **state)
{
    struct fixture *f = *state;
    struct conversation one = a_conversation(WORKSPACE, STR("con_2"), AGENT),
                        other = a_conversation(WORKSPACE, STR("con_3"), STR("agt_2"));
    one.title = STR("50% off, or_not");
    one.channel = CHANNEL_API;
    one.visitor_email = STR("jane@example.com");
    other.title = STR("Nothing");
    other.channel = CHANNEL_CLI;
    other.visitor_email = other.visitor_name = STR("");
    assert_int_equal(conversation_insert(&f->tx, &one), OK);
    assert_int_equal(conversation_insert(&f->tx, &other), OK);
    assert_int_equal(found(f, (struct conversation_filter){ .text = STR("50%") }), 1);
    assert_int_equal(found(f, (struct conversation_filter){ .text = STR("R_N") }), 1);
    assert_int_equal(found(f, (struct conversation_filter){ .text = STR("50_") }), 0);
    assert_int_equal(found(f, (struct conversation_filter){ .text = STR("%o%") }), 0);
    assert_int_equal(found(f, (struct conversation_filter){ .text = STR("JANE@"), .channel = STR("api") }), 1);
    assert_int_equal(found(f, (struct conversation_filter){ .channel = STR("cli"), .agent = STR("agt_2") }), 1);
    assert_int_equal(found(f, (struct conversation_filter){ .channel = STR("cli"), .agent = AGENT }), 0);
    assert_int_equal(found(f, (struct conversation_filter){ .text = STR("Nothing"), .outcome = STR("none") }), 1);
    assert_int_equal(found(f, (struct conversation_filter){ .text = STR("Nothing"), .outcome = STR("ticket") }), 0);
}

static void conversations_are_listed_by_agent_and_page(void **state)
{
    struct fixture *f = *state;
    struct conversation *list;
    struct store_page page = { .limit = 3 };
    size_t count;
    for (int i = 2; i <= 7; i++) {
        struct str agent = i % 2 ? AGENT : STR("agt_2");
        struct conversation conversation = a_conversation(WORKSPACE, arena_fmt(&f->arena, "con_%d", i), agent);
        assert_int_equal(conversation_insert(&f->tx, &conversation), OK);
    }
    assert_int_equal(conversation_list(&f->tx, WORKSPACE, STR_NONE, false, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 3);
    assert_str(list[0].id, "con_7");
    assert_str(list[2].id, "con_5");
    page.cursor = list[2].id;
    assert_int_equal(conversation_list(&f->tx, WORKSPACE, STR_NONE, false, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 3);
    assert_str(list[0].id, "con_4");
    assert_int_equal(conversation_list(&f->tx, WORKSPACE, AGENT, false, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_str(list[0].id, "con_3");
    assert_str(list[1].id, "con_1");
    assert_int_equal(conversation_list(&f->tx, STR("wsp_3"), STR_NONE, false, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 0);
}

static void conversations_that_need_a_person_are_listed_apart(void **state)
{
    struct fixture *f = *state;
    struct conversation *list, calls = a_conversation(WORKSPACE, STR("con_2"), STR("agt_2"));
    struct store_page page = { .limit = 3 };
    size_t count;
    assert_int_equal(conversation_insert(&f->tx, &calls), OK);
    calls.needs_person_at = 77;
    assert_int_equal(conversation_save(&f->tx, &calls), OK);
    assert_int_equal(conversation_list(&f->tx, WORKSPACE, STR_NONE, true, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_str(list[0].id, "con_2");
    assert_int_equal(list[0].needs_person_at, 77);
    assert_int_equal(conversation_list(&f->tx, WORKSPACE, AGENT, true, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 0);
    calls.version++;
    calls.needs_person_at = 0;
    assert_int_equal(conversation_save(&f->tx, &calls), OK);
    assert_int_equal(conversation_list(&f->tx, WORKSPACE, STR("agt_2"), true, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 0);
}

static void message_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct message in = a_message(WORKSPACE, TALK, 1, STR("tab-1")), out;
    in.receipts = STR("act_1");
    in.author = AUTHOR_AGENT;
    assert_int_equal(message_insert(&f->tx, &in), OK);
    assert_int_equal(message_by_client_id(&f->tx, WORKSPACE, TALK, STR("tab-1"), &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, conversation);
    same_text(&in, &out, id);
    same_text(&in, &out, turn);
    same_text(&in, &out, text);
    same_text(&in, &out, receipts);
    same_text(&in, &out, client_id);
    same_int(&in, &out, seq);
    same_int(&in, &out, author);
    same_int(&in, &out, created_at);
    assert_int_equal(message_by_client_id(&f->tx, ELSEWHERE, TALK, STR("tab-1"), &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(message_by_client_id(&f->tx, WORKSPACE, STR("con_2"), STR("tab-1"), &f->arena, &out), E_NOT_FOUND);
}

/* The same message from two tabs is one; messages without an id of the sender's are never the same. */
static void message_is_stored_once(void **state)
{
    struct fixture *f = *state;
    struct message first = a_message(WORKSPACE, TALK, 1, STR("tab-1")), again = a_message(WORKSPACE, TALK, 2, STR("tab-1"));
    struct message same_seq = a_message(WORKSPACE, TALK, 1, STR("tab-2")), out;
    assert_int_equal(message_insert(&f->tx, &first), OK);
    assert_int_equal(message_insert(&f->tx, &again), E_CONFLICT);
    assert_int_equal(message_insert(&f->tx, &same_seq), E_CONFLICT);
    for (int64_t seq = 3; seq < 6; seq++) {
        struct message unnamed = a_message(WORKSPACE, TALK, seq, STR(""));
        assert_int_equal(message_insert(&f->tx, &unnamed), OK);
    }
    assert_int_equal(message_by_client_id(&f->tx, WORKSPACE, TALK, STR(""), &f->arena, &out), E_NOT_FOUND);
    struct message elsewhere = a_message(ELSEWHERE, TALK, 1, STR("tab-1"));
    assert_int_equal(message_insert(&f->tx, &elsewhere), OK);
    struct message nowhere = a_message(WORKSPACE, STR("con_9"), 1, STR(""));
    assert_int_equal(message_insert(&f->tx, &nowhere), E_CONFLICT);
}

static void messages_are_read_in_order_from_a_place(void **state)
{
    struct fixture *f = *state;
    struct message *messages;
    size_t count;
    for (int64_t seq = 12; seq >= 1; seq--) {
        struct message message = a_message(WORKSPACE, TALK, seq, STR(""));
        assert_int_equal(message_insert(&f->tx, &message), OK);
    }
    assert_int_equal(message_list(&f->tx, WORKSPACE, TALK, 9, 10, &f->arena, &messages, &count), OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++) assert_int_equal(messages[i].seq, 10 + (int64_t)i);
    assert_int_equal(message_list(&f->tx, WORKSPACE, TALK, 0, 2, &f->arena, &messages, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(messages[1].seq, 2);
    assert_int_equal(message_list(&f->tx, ELSEWHERE, TALK, 0, 2, &f->arena, &messages, &count), OK);
    assert_int_equal(count, 0);
}

static void event_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct event in = { .workspace = WORKSPACE,
                        .conversation = TALK,
                        .seq = 7,
                        .kind = STR("turn.completed"),
                        .turn = STR("trn_1"),
                        .action = STR("act_1"),
                        .awaiting = STR("details"),
                        .created_at = T0 };
    struct event *out;
    size_t count;
    assert_int_equal(event_insert(&f->tx, &in), OK);
    assert_int_equal(event_insert(&f->tx, &in), E_CONFLICT);
    assert_int_equal(event_list(&f->tx, WORKSPACE, TALK, 6, 10, &f->arena, &out, &count), OK);
    assert_int_equal(count, 1);
    same_text(&in, &out[0], workspace);
    same_text(&in, &out[0], conversation);
    same_text(&in, &out[0], kind);
    same_text(&in, &out[0], turn);
    same_text(&in, &out[0], action);
    same_text(&in, &out[0], awaiting);
    same_int(&in, &out[0], seq);
    same_int(&in, &out[0], created_at);
    assert_int_equal(event_list(&f->tx, WORKSPACE, TALK, 7, 10, &f->arena, &out, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(event_list(&f->tx, ELSEWHERE, TALK, 0, 10, &f->arena, &out, &count), OK);
    assert_int_equal(count, 0);
}

/* A conversation of each workspace with one of everything. */
static void fill_talk(struct store_tx *tx, struct str workspace)
{
    struct message message = a_message(workspace, TALK, 1, STR("tab-1"));
    struct event event = { .workspace = workspace, .conversation = TALK, .seq = 2, .kind = STR("action.done") };
    struct call call = a_call(workspace, STR("cal_1"), STR("act_1"));
    assert_int_equal(message_insert(tx, &message), OK);
    assert_int_equal(event_insert(tx, &event), OK);
    add_request(tx, workspace, STR("act_1"), REQUEST_DONE, 0);
    assert_int_equal(call_insert(tx, &call), OK);
}

static size_t count_of_talk(struct fixture *f, struct str workspace)
{
    struct message *messages;
    struct event *events;
    struct action *actions;
    struct call *calls;
    struct request request;
    size_t total = 0, count;
    assert_int_equal(message_list(&f->tx, workspace, TALK, 0, 9, &f->arena, &messages, &count), OK);
    total += count;
    assert_int_equal(event_list(&f->tx, workspace, TALK, 0, 9, &f->arena, &events, &count), OK);
    total += count;
    assert_int_equal(action_of_conversation(&f->tx, workspace, TALK, &f->arena, &actions, &count), OK);
    total += count;
    assert_int_equal(call_of_action(&f->tx, workspace, STR("act_1"), &f->arena, &calls, &count), OK);
    total += count;
    return total + (request_get(&f->tx, workspace, STR("act_1"), &f->arena, &request) == OK);
}

static void erased_conversation_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct conversation conversation;
    fill_talk(&f->tx, WORKSPACE);
    fill_talk(&f->tx, ELSEWHERE);
    assert_int_equal(conversation_erase(&f->tx, WORKSPACE, TALK), OK);
    assert_int_equal(count_of_talk(f, WORKSPACE), 0);
    assert_int_equal(count_of_talk(f, ELSEWHERE), 5);
    assert_int_equal(conversation_get(&f->tx, WORKSPACE, TALK, &f->arena, &conversation), E_NOT_FOUND);
    assert_int_equal(conversation_erase(&f->tx, WORKSPACE, TALK), E_NOT_FOUND);
}

static void waiting_request_keeps_a_conversation(void **state)
{
    struct fixture *f = *state;
    struct request request;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_SENDING, T0);
    assert_int_equal(conversation_erase(&f->tx, WORKSPACE, TALK), E_CONFLICT);
    assert_int_equal(request_get(&f->tx, WORKSPACE, STR("act_1"), &f->arena, &request), OK);
    request.state = REQUEST_DROPPED;
    assert_int_equal(request_update(&f->tx, &request), OK);
    assert_int_equal(conversation_erase(&f->tx, WORKSPACE, TALK), OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(conversation_comes_back_whole),
        TEST(second_save_of_one_version_loses),
        TEST(conversations_are_found),
        TEST(conversations_are_listed_by_agent_and_page),
        TEST(conversations_that_need_a_person_are_listed_apart),
        TEST(message_comes_back_whole),
        TEST(message_is_stored_once),
        TEST(messages_are_read_in_order_from_a_place),
        TEST(event_comes_back_whole),
        TEST(erased_conversation_leaves_nothing),
        TEST(waiting_request_keeps_a_conversation),
    };
    return cmocka_run_group_tests_name("store/conversations", tests, NULL, NULL);
}
