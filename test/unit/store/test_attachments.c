/* Files of a conversation, until an action takes them along. */
#include "unit/store/fixture.h"

static struct attachment a_file(struct str conversation, struct str id, int64_t expires_at)
{
    return (struct attachment){
        .workspace = WORKSPACE,
        .conversation = conversation,
        .id = id,
        .token = id,
        .file_name = STR("invoice.pdf"),
        .size = 84321,
        .expires_at = expires_at,
        .created_at = T0,
    };
}

static size_t waiting(struct fixture *f, struct str workspace, struct str conversation, struct attachment **files)
{
    size_t count;
    assert_int_equal(attachment_waiting(&f->tx, workspace, conversation, &f->arena, files, &count), OK);
    return count;
}

static void a_file_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct attachment in = a_file(TALK, STR("fil_1"), T0 + 10), *out;
    assert_int_equal(attachment_insert(&f->tx, &in), OK);
    assert_int_equal(waiting(f, WORKSPACE, TALK, &out), 1);
    same_text(&in, out, workspace);
    same_text(&in, out, conversation);
    same_text(&in, out, id);
    same_text(&in, out, token);
    same_text(&in, out, file_name);
    same_text(&in, out, action);
    same_int(&in, out, size);
    same_int(&in, out, expires_at);
    same_int(&in, out, created_at);
    assert_int_equal(waiting(f, ELSEWHERE, TALK, &out), 0);
    assert_int_equal(attachment_insert(&f->tx, &in), E_CONFLICT);
}

/* Taken along it is gone, unless what took it came to nothing. */
static void an_action_takes_it_along(void **state)
{
    struct fixture *f = *state;
    struct attachment in = a_file(TALK, STR("fil_1"), T0 + 10), *out;
    struct action action = an_action(WORKSPACE, STR("act_9"), TALK);
    action.status = ACTION_SENDING;
    assert_int_equal(action_insert(&f->tx, &action), OK);
    assert_int_equal(attachment_insert(&f->tx, &in), OK);
    assert_int_equal(attachment_take(&f->tx, WORKSPACE, TALK, STR("fil_unknown"), action.id), OK);
    assert_int_equal(waiting(f, WORKSPACE, TALK, &out), 1);
    assert_int_equal(attachment_take(&f->tx, WORKSPACE, TALK, in.token, action.id), OK);
    assert_int_equal(waiting(f, WORKSPACE, TALK, &out), 0);
    assert_int_equal(attachment_delete(&f->tx, WORKSPACE, TALK, in.id), E_NOT_FOUND);
    action.status = ACTION_REJECTED;
    assert_int_equal(action_update(&f->tx, &action), OK);
    assert_int_equal(waiting(f, WORKSPACE, TALK, &out), 1);
    assert_str(out->action, "act_9");
    assert_int_equal(attachment_delete(&f->tx, WORKSPACE, TALK, in.id), OK);
    assert_int_equal(waiting(f, WORKSPACE, TALK, &out), 0);
}

static void what_has_ended_is_forgotten(void **state)
{
    struct fixture *f = *state;
    struct attachment old = a_file(TALK, STR("fil_1"), T0 + 10), young = a_file(TALK, STR("fil_2"), T0 + 20), *out;
    assert_int_equal(attachment_insert(&f->tx, &young), OK);
    assert_int_equal(attachment_insert(&f->tx, &old), OK);
    assert_int_equal(waiting(f, WORKSPACE, TALK, &out), 2);
    assert_str(out[0].id, "fil_1");
    assert_int_equal(attachment_delete_expired(&f->tx, ELSEWHERE, TALK, T0 + 10), OK);
    assert_int_equal(attachment_delete_expired(&f->tx, WORKSPACE, TALK, T0 + 10), OK);
    assert_int_equal(waiting(f, WORKSPACE, TALK, &out), 1);
    assert_str(out[0].id, "fil_2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_comes_back_whole),
        TEST(an_action_takes_it_along),
        TEST(what_has_ended_is_forgotten),
    };
    return cmocka_run_group_tests_name("store/attachments", tests, NULL, NULL);
}
