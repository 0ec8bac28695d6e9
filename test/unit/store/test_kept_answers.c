/* Answers kept for POSTs that are sent again. */
#include "unit/store/fixture.h"

static struct kept_answer a_kept_answer(struct str workspace, struct str hash)
{
    return (struct kept_answer){ .workspace = workspace,
                                 .actor = STR("key_1"),
                                 .hash = hash,
                                 .body_hash = STR("b"),
                                 .process = STR("p"),
                                 .type = STR(""),
                                 .body = STR(""),
                                 .created_at = T0 };
}

static void kept_answer_lives(void **state)
{
    struct fixture *f = *state;
    struct kept_answer in = a_kept_answer(WORKSPACE, STR("h")), out;
    assert_int_equal(kept_answer_insert(&f->tx, &in), OK);
    assert_int_equal(kept_answer_insert(&f->tx, &in), E_CONFLICT);
    in.status = 201;
    in.is_withheld = true;
    in.process = STR("q");
    in.type = STR("application/json");
    in.body = STR("{\"a\":\"\xff\"}");
    in.conversation = TALK;
    assert_int_equal(kept_answer_update(&f->tx, &in), OK);
    assert_int_equal(kept_answer_get(&f->tx, ELSEWHERE, in.actor, in.hash, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(kept_answer_get(&f->tx, WORKSPACE, STR("key_2"), in.hash, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(kept_answer_get(&f->tx, WORKSPACE, in.actor, in.hash, &f->arena, &out), OK);
    same_text(&in, &out, workspace);
    same_text(&in, &out, actor);
    same_text(&in, &out, hash);
    same_text(&in, &out, body_hash);
    same_text(&in, &out, process);
    same_int(&in, &out, status);
    same_int(&in, &out, is_withheld);
    same_text(&in, &out, type);
    same_text(&in, &out, body);
    same_text(&in, &out, conversation);
    same_int(&in, &out, created_at);
    assert_int_equal(kept_answer_delete(&f->tx, &in), OK);
    assert_int_equal(kept_answer_delete(&f->tx, &in), E_NOT_FOUND);
    assert_int_equal(kept_answer_update(&f->tx, &in), E_NOT_FOUND);
}

/* What a conversation was answered goes with it. */
static void erasing_a_conversation_takes_its_answers(void **state)
{
    struct fixture *f = *state;
    struct kept_answer here = a_kept_answer(WORKSPACE, STR("h")), there = a_kept_answer(ELSEWHERE, STR("h")), out;
    here.conversation = there.conversation = TALK;
    assert_int_equal(kept_answer_insert(&f->tx, &here), OK);
    assert_int_equal(kept_answer_insert(&f->tx, &there), OK);
    assert_int_equal(conversation_erase(&f->tx, WORKSPACE, TALK), OK);
    assert_int_equal(kept_answer_get(&f->tx, WORKSPACE, here.actor, here.hash, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(kept_answer_get(&f->tx, ELSEWHERE, there.actor, there.hash, &f->arena, &out), OK);
    here.conversation = STR("con_9");
    assert_int_equal(kept_answer_insert(&f->tx, &here), E_CONFLICT);
}

static void old_ones_are_purged(void **state)
{
    struct fixture *f = *state;
    struct kept_answer old = a_kept_answer(WORKSPACE, STR("old")), young = a_kept_answer(WORKSPACE, STR("young")),
                       elsewhere = a_kept_answer(ELSEWHERE, STR("old")), out;
    young.created_at = T0 + 1;
    assert_int_equal(kept_answer_insert(&f->tx, &old), OK);
    assert_int_equal(kept_answer_insert(&f->tx, &young), OK);
    assert_int_equal(kept_answer_insert(&f->tx, &elsewhere), OK);
    assert_int_equal(kept_answer_purge(&f->tx, WORKSPACE, T0 + 1), OK);
    assert_int_equal(kept_answer_get(&f->tx, WORKSPACE, old.actor, old.hash, &f->arena, &out), E_NOT_FOUND);
    assert_int_equal(kept_answer_get(&f->tx, WORKSPACE, young.actor, young.hash, &f->arena, &out), OK);
    assert_int_equal(kept_answer_get(&f->tx, ELSEWHERE, elsewhere.actor, elsewhere.hash, &f->arena, &out), OK);
}

#define a_test(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        a_test(kept_answer_lives),
        a_test(erasing_a_conversation_takes_its_answers),
        a_test(old_ones_are_purged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
