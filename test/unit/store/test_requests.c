/* The outbox. */
#include "unit/store/fixture.h"

enum { LEASE_MS = 90 * 1000 };

static struct request get(struct fixture *f, struct str workspace, struct str action)
{
    struct request request;
    assert_int_equal(request_get(&f->tx, workspace, action, &f->arena, &request), OK);
    return request;
}

static size_t claim(struct fixture *f, size_t limit, struct request **requests)
{
    size_t count;
    assert_int_equal(request_claim(&f->tx, LEASE_MS, limit, &f->arena, requests, &count), OK);
    return count;
}

static int64_t next_due(struct fixture *f)
{
    int64_t due_at = -1;
    assert_int_equal(request_next_due(&f->tx, &due_at), OK);
    return due_at;
}

static void request_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct action action = an_action(WORKSPACE, STR("act_1"), TALK);
    struct request in = a_request(WORKSPACE, STR("act_1")), out;
    in.epoch = 1;
    in.attempts = 2;
    in.token = 3;
    in.lease_until = T0 + 4;
    in.first_sent_at = T0 + 5;
    in.last_sent_at = T0 + 6;
    in.number = 7;
    in.problem = STR("{}");
    assert_int_equal(request_insert(&f->tx, &in), E_CONFLICT); /* of no action */
    assert_int_equal(action_insert(&f->tx, &action), OK);
    assert_int_equal(request_insert(&f->tx, &in), OK);
    out = get(f, WORKSPACE, in.action);
    same_text(&in, &out, workspace);
    same_text(&in, &out, action);
    same_text(&in, &out, integration);
    same_text(&in, &out, conversation);
    same_text(&in, &out, path);
    same_text(&in, &out, body); /* the exact bytes */
    same_text(&in, &out, key);
    same_text(&in, &out, external_id);
    same_text(&in, &out, problem);
    same_int(&in, &out, kind);
    same_int(&in, &out, state);
    same_int(&in, &out, method);
    same_int(&in, &out, epoch);
    same_int(&in, &out, attempts);
    same_int(&in, &out, token);
    same_int(&in, &out, lease_until);
    same_int(&in, &out, due_at);
    same_int(&in, &out, first_sent_at);
    same_int(&in, &out, last_sent_at);
    same_int(&in, &out, number);
    same_int(&in, &out, created_at);
    same_int(&in, &out, updated_at);
    assert_int_equal(request_get(&f->tx, ELSEWHERE, in.action, &f->arena, &out), E_NOT_FOUND);
}

static void one_yes_one_request(void **state)
{
    struct fixture *f = *state;
    struct request again = a_request(WORKSPACE, STR("act_1"));
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_DONE, 0);
    assert_int_equal(request_insert(&f->tx, &again), E_CONFLICT);
}

static void claim_takes_what_is_due(void **state)
{
    struct fixture *f = *state;
    struct request *claimed;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    add_request(&f->tx, ELSEWHERE, STR("act_2"), REQUEST_SENDING, T0 - 5);
    add_request(&f->tx, WORKSPACE, STR("act_3"), REQUEST_READY, T0 + 1);
    add_request(&f->tx, WORKSPACE, STR("act_4"), REQUEST_PAUSED, T0 - 5);
    add_request(&f->tx, WORKSPACE, STR("act_5"), REQUEST_DONE, 0);
    assert_int_equal(next_due(f), T0 - 5);
    assert_int_equal(claim(f, 10, &claimed), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(claimed[i].token, 1);
        assert_int_equal(claimed[i].lease_until, T0 + LEASE_MS);
        assert_true(str_eq(claimed[i].action, STR("act_1")) || str_eq(claimed[i].action, STR("act_2")));
        assert_int_equal(claimed[i].state, str_eq(claimed[i].action, STR("act_1")) ? REQUEST_READY : REQUEST_SENDING);
    }
    assert_int_equal(claim(f, 10, &claimed), 0);
    assert_int_equal(next_due(f), T0 + 1);
}

static void lease_that_is_over_can_be_claimed(void **state)
{
    struct fixture *f = *state;
    struct request *claimed;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    assert_int_equal(claim(f, 1, &claimed), 1);
    assert_int_equal(next_due(f), T0 + LEASE_MS);
    f->tx.now = T0 + LEASE_MS - 1;
    assert_int_equal(claim(f, 1, &claimed), 0);
    f->tx.now = T0 + LEASE_MS;
    assert_int_equal(claim(f, 1, &claimed), 1);
    assert_int_equal(claimed[0].token, 2);
}

/* The intent to send is written with the claim's lease: nobody claims it before that is over, though it is long due. */
static void lease_outlives_an_update(void **state)
{
    struct fixture *f = *state;
    struct request *claimed, *none;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    assert_int_equal(claim(f, 1, &claimed), 1);
    claimed[0].state = REQUEST_SENDING;
    assert_int_equal(request_update(&f->tx, &claimed[0]), OK);
    assert_int_equal(claim(f, 1, &none), 0);
    assert_int_equal(next_due(f), T0 + LEASE_MS);
    claimed[0].state = REQUEST_READY;
    claimed[0].lease_until = 0;
    claimed[0].due_at = T0 + 7;
    assert_int_equal(request_update(&f->tx, &claimed[0]), OK);
    assert_int_equal(next_due(f), T0 + 7);
}

/* A worker that slept through its lease finds that it may not write. */
static void old_token_is_fenced_off(void **state)
{
    struct fixture *f = *state;
    struct request *first, *second, mine;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    assert_int_equal(claim(f, 1, &first), 1);
    mine = first[0];
    f->tx.now = T0 + LEASE_MS;
    assert_int_equal(claim(f, 1, &second), 1);
    mine.state = REQUEST_SENDING;
    assert_int_equal(request_update(&f->tx, &mine), E_CONFLICT);
    second[0].state = REQUEST_SENDING;
    assert_int_equal(request_update(&f->tx, &second[0]), OK);
    assert_int_equal(get(f, WORKSPACE, STR("act_1")).state, REQUEST_SENDING);
    mine.workspace = ELSEWHERE;
    assert_int_equal(request_update(&f->tx, &mine), E_CONFLICT);
}

static void claim_takes_the_longest_due_first(void **state)
{
    struct fixture *f = *state;
    struct request *claimed;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0 - 1);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_READY, T0 - 3);
    add_request(&f->tx, WORKSPACE, STR("act_3"), REQUEST_READY, T0 - 2);
    assert_int_equal(claim(f, 1, &claimed), 1);
    assert_str(claimed[0].action, "act_2");
    assert_int_equal(claim(f, 1, &claimed), 1);
    assert_str(claimed[0].action, "act_3");
}

static void update_keeps_bytes_and_number(void **state)
{
    struct fixture *f = *state;
    struct request in, out;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    in = get(f, WORKSPACE, STR("act_1"));
    assert_int_equal(request_number(&f->tx, &in), OK);
    in.state = REQUEST_NEEDS_HUMAN;
    in.epoch = in.attempts = in.lease_until = in.due_at = in.first_sent_at = in.last_sent_at = in.updated_at = 42;
    in.problem = STR("{\"p\":1}");
    in.body = in.path = in.key = in.external_id = STR("other");
    in.number = 99;
    assert_int_equal(request_update(&f->tx, &in), OK);
    out = get(f, WORKSPACE, STR("act_1"));
    same_int(&in, &out, state);
    same_int(&in, &out, epoch);
    same_int(&in, &out, attempts);
    same_int(&in, &out, lease_until);
    same_int(&in, &out, due_at);
    same_int(&in, &out, first_sent_at);
    same_int(&in, &out, last_sent_at);
    same_int(&in, &out, updated_at);
    same_text(&in, &out, problem);
    assert_true(str_eq(out.body, a_request(WORKSPACE, STR("act_1")).body));
    assert_str(out.path, "/api/v2/tickets");
    assert_str(out.key, "cca1-1");
    assert_str(out.external_id, "cca:1:2");
    assert_int_equal(out.number, 1);
}

static void nothing_is_due_when_none_waits(void **state)
{
    struct fixture *f = *state;
    struct request *claimed;
    assert_int_equal(next_due(f), 0);
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_DONE, T0 - 1);
    assert_int_equal(next_due(f), 0);
    assert_int_equal(claim(f, 10, &claimed), 0);
}

/* After a restart nobody else can hold a lease. */
static void released_leases_can_be_claimed(void **state)
{
    struct fixture *f = *state;
    struct request *claimed;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_SENDING, T0);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_READY, T0 + 1);
    assert_int_equal(claim(f, 10, &claimed), 1);
    assert_int_equal(request_release(&f->tx), OK);
    assert_int_equal(next_due(f), T0);
    assert_int_equal(claim(f, 10, &claimed), 1);
    assert_str(claimed[0].action, "act_1");
    assert_int_equal(claimed[0].token, 2);
}

static void numbers_count_by_workspace(void **state)
{
    struct fixture *f = *state;
    const struct {
        struct str workspace, action;
        int64_t number;
    } steps[] = { { WORKSPACE, STR("act_1"), 1 },
                  { WORKSPACE, STR("act_2"), 2 },
                  { ELSEWHERE, STR("act_1"), 1 },
                  { WORKSPACE, STR("act_1"), 1 },
                  { ELSEWHERE, STR("act_2"), 2 } };
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_READY, T0);
    add_request(&f->tx, ELSEWHERE, STR("act_1"), REQUEST_READY, T0);
    add_request(&f->tx, ELSEWHERE, STR("act_2"), REQUEST_READY, T0);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct request request = get(f, steps[i].workspace, steps[i].action);
        assert_int_equal(request_number(&f->tx, &request), OK);
        assert_int_equal(request.number, steps[i].number);
        assert_int_equal(get(f, steps[i].workspace, steps[i].action).number, steps[i].number);
    }
    struct request nobody = a_request(WORKSPACE, STR("act_9"));
    assert_int_equal(request_number(&f->tx, &nobody), E_NOT_FOUND);
}

static void requests_are_listed_by_state_and_page(void **state)
{
    struct fixture *f = *state;
    const enum request_state states[] = { REQUEST_READY, REQUEST_NEEDS_HUMAN, REQUEST_READY };
    struct store_page page = { .limit = 2 };
    struct request *list;
    size_t count;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_NEEDS_HUMAN, 0);
    add_request(&f->tx, WORKSPACE, STR("act_3"), REQUEST_DONE, 0);
    add_request(&f->tx, WORKSPACE, STR("act_4"), REQUEST_READY, T0);
    add_request(&f->tx, ELSEWHERE, STR("act_5"), REQUEST_READY, T0);
    assert_int_equal(request_list(&f->tx, WORKSPACE, states, 3, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_str(list[0].action, "act_4");
    assert_str(list[1].action, "act_2");
    page.cursor = list[1].action;
    assert_int_equal(request_list(&f->tx, WORKSPACE, states, 3, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_str(list[0].action, "act_1");
    assert_int_equal(request_list(&f->tx, WORKSPACE, states, 0, &page, &f->arena, &list, &count), OK);
    assert_int_equal(count, 0);
}

static void waiting_ones_are_counted_and_resumed(void **state)
{
    struct fixture *f = *state;
    int64_t waiting = -1, resumed = -1;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_SENDING, T0);
    add_request(&f->tx, WORKSPACE, STR("act_3"), REQUEST_PAUSED, 0);
    add_request(&f->tx, WORKSPACE, STR("act_4"), REQUEST_NEEDS_HUMAN, 0);
    add_request(&f->tx, ELSEWHERE, STR("act_5"), REQUEST_PAUSED, 0);
    assert_int_equal(request_count_of_integration(&f->tx, WORKSPACE, ZENDESK, &waiting), OK);
    assert_int_equal(waiting, 3);
    assert_int_equal(request_count_of_integration(&f->tx, WORKSPACE, STR("int_2"), &waiting), OK);
    assert_int_equal(waiting, 0);
    assert_int_equal(request_resume(&f->tx, WORKSPACE, ZENDESK, T0 + 5, &resumed), OK);
    assert_int_equal(resumed, 1);
    struct request request = get(f, WORKSPACE, STR("act_3"));
    assert_int_equal(request.state, REQUEST_READY);
    assert_int_equal(request.due_at, T0 + 5);
    assert_int_equal(get(f, ELSEWHERE, STR("act_5")).state, REQUEST_PAUSED);
}

/* The file is older than what was done: all that is open may have been sent since. */
static void restored_requests_are_in_doubt(void **state)
{
    struct fixture *f = *state;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_NEEDS_HUMAN, 0);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_READY, T0);
    add_request(&f->tx, WORKSPACE, STR("act_3"), REQUEST_DONE, 0);
    struct request unwritten = get(f, WORKSPACE, STR("act_2"));
    unwritten.path = unwritten.body = STR_NONE;
    assert_int_equal(request_prepare(&f->tx, &unwritten), OK);
    enum request_doubt before = get(f, WORKSPACE, STR("act_3")).doubt;
    assert_int_equal(request_doubt(&f->tx), OK);
    for (int i = 1; i <= 2; i++) {
        struct request request = get(f, WORKSPACE, i == 1 ? STR("act_1") : STR("act_2"));
        assert_int_equal(request.state, REQUEST_NEEDS_HUMAN);
        assert_int_equal(request.doubt, DOUBT_POISONED);
        assert_int_equal(request.last_sent_at, store_now(&f->tx));
        assert_true(request.first_sent_at > 0);
    }
    assert_int_equal(get(f, WORKSPACE, STR("act_3")).doubt, before);
}

/* What a person decides about is out of every worker's hands. */
static void seizing_fences_others_off(void **state)
{
    struct fixture *f = *state;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_NEEDS_HUMAN, 0);
    struct request mine = get(f, WORKSPACE, STR("act_1")), theirs = mine;
    assert_int_equal(request_seize(&f->tx, &mine), OK);
    assert_int_equal(request_seize(&f->tx, &theirs), E_CONFLICT);
    assert_int_equal(request_update(&f->tx, &theirs), E_CONFLICT);
    mine.state = REQUEST_DROPPED;
    assert_int_equal(request_update(&f->tx, &mine), OK);
    assert_int_equal(get(f, WORKSPACE, STR("act_1")).state, REQUEST_DROPPED);
}

static void request_can_be_written_later(void **state)
{
    struct fixture *f = *state;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0);
    struct request in = get(f, WORKSPACE, STR("act_1"));
    in.method = HTTP_PUT;
    in.path = STR("/api/v2/tickets/7");
    in.body = STR("{}");
    in.guard = GUARD_STAMP;
    in.attempts = 4;
    assert_int_equal(request_prepare(&f->tx, &in), OK);
    struct request out = get(f, WORKSPACE, STR("act_1"));
    assert_str(out.path, "/api/v2/tickets/7");
    assert_int_equal(out.guard, GUARD_STAMP);
    assert_int_equal(out.attempts, 4);
    in.token--;
    assert_int_equal(request_prepare(&f->tx, &in), E_CONFLICT);
}

static void connection_is_remembered_for_its_requests(void **state)
{
    struct fixture *f = *state;
    struct former_integration former;
    int64_t resumed = 0;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_PAUSED, 0);
    struct request request = get(f, WORKSPACE, STR("act_1"));
    assert_int_equal(former_integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &former), E_NOT_FOUND);
    assert_int_equal(integration_delete(&f->tx, WORKSPACE, ZENDESK), OK);
    assert_int_equal(former_integration_get(&f->tx, WORKSPACE, ZENDESK, &f->arena, &former), OK);
    assert_int_equal(request_resume_former(&f->tx, WORKSPACE, STR("agt_none"), T0, &resumed), OK);
    assert_int_equal(resumed, 0);
    assert_int_equal(request_resume_former(&f->tx, WORKSPACE, former.agent, T0, &resumed), OK);
    assert_int_equal(resumed, 1);
    assert_int_equal(request_move(&f->tx, &request, STR("int_new")), OK);
    assert_str(get(f, WORKSPACE, STR("act_1")).integration, "int_new");
}

static void due_times_are_hastened(void **state)
{
    struct fixture *f = *state;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_READY, T0 + 1000000);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_PAUSED, 0);
    assert_int_equal(request_hasten(&f->tx, WORKSPACE, ZENDESK), OK);
    assert_int_equal(get(f, WORKSPACE, STR("act_1")).due_at, store_now(&f->tx));
    assert_int_equal(get(f, WORKSPACE, STR("act_2")).due_at, 0);
}

static void open_ones_of_a_conversation(void **state)
{
    struct fixture *f = *state;
    struct request *list;
    size_t count;
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_NEEDS_HUMAN, 0);
    add_request(&f->tx, WORKSPACE, STR("act_2"), REQUEST_DONE, 0);
    struct str conversation = get(f, WORKSPACE, STR("act_1")).conversation;
    assert_int_equal(request_of_conversation(&f->tx, WORKSPACE, conversation, &f->arena, &list, &count), OK);
    assert_int_equal(count, 1);
    assert_str(list[0].action, "act_1");
}

static void audits_fall_due_in_order(void **state)
{
    struct fixture *f = *state;
    struct audit late = { .workspace = WORKSPACE, .action = STR("act_1"), .stage = 2, .due_at = T0 + 20 }, early = late, next;
    struct audit *list;
    size_t count;
    early.stage = 1;
    early.due_at = T0 + 10;
    assert_int_equal(request_audit_insert(&f->tx, &late), E_CONFLICT); /* of no request */
    add_request(&f->tx, WORKSPACE, STR("act_1"), REQUEST_DONE, 0);
    assert_int_equal(request_audit_next(&f->tx, &f->arena, &next), E_NOT_FOUND);
    assert_int_equal(request_audit_insert(&f->tx, &late), OK);
    assert_int_equal(request_audit_insert(&f->tx, &early), OK);
    assert_int_equal(request_audit_insert(&f->tx, &early), E_CONFLICT);
    assert_int_equal(request_audit_next(&f->tx, &f->arena, &next), OK);
    assert_int_equal(next.stage, 1);
    next.outcome = AUDIT_SETTLED;
    next.tickets = 2;
    next.looked_at = T0 + 11;
    assert_int_equal(request_audit_update(&f->tx, &next), OK);
    assert_int_equal(request_audit_next(&f->tx, &f->arena, &next), OK);
    assert_int_equal(next.stage, 2);
    assert_int_equal(request_audit_list(&f->tx, WORKSPACE, STR("act_1"), &f->arena, &list, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].outcome, AUDIT_SETTLED);
    assert_int_equal(list[0].tickets, 2);
    assert_int_equal(list[1].outcome, AUDIT_DUE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)
    const struct CMUnitTest tests[] = {
        TEST(request_comes_back_whole),
        TEST(one_yes_one_request),
        TEST(claim_takes_what_is_due),
        TEST(lease_that_is_over_can_be_claimed),
        TEST(lease_outlives_an_update),
        TEST(old_token_is_fenced_off),
        TEST(claim_takes_the_longest_due_first),
        TEST(update_keeps_bytes_and_number),
        TEST(nothing_is_due_when_none_waits),
        TEST(released_leases_can_be_claimed),
        TEST(numbers_count_by_workspace),
        TEST(requests_are_listed_by_state_and_page),
        TEST(waiting_ones_are_counted_and_resumed),
        TEST(restored_requests_are_in_doubt),
        TEST(seizing_fences_others_off),
        TEST(request_can_be_written_later),
        TEST(connection_is_remembered_for_its_requests),
        TEST(due_times_are_hastened),
        TEST(open_ones_of_a_conversation),
        TEST(audits_fall_due_in_order),
    };
    return cmocka_run_group_tests_name("store/requests", tests, NULL, NULL);
}
