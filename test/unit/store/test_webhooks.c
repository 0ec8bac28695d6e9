/* The operator's webhook: what it is to be told is kept until it was told. */
#include "unit/store/fixture.h"

#include "base/limits.h"

enum { MORE_THAN_ARE_KEPT = 260 };

static struct notice a_notice(struct fixture *f, int number, enum notice_state state)
{
    return (struct notice){
        .workspace = WORKSPACE,
        .id = arena_fmt(&f->arena, "ntc_%04d", number),
        .type = STR("request.needs_human"),
        .body = STR("{}"),
        .state = state,
        .due_at = T0 + number,
        .created_at = T0 + number,
    };
}

static void what_waits_outlives_what_was_told(void **state)
{
    struct fixture *f = *state;
    struct webhook webhook = {
        .workspace = WORKSPACE, .url = STR("https://hooks.example.com/"), .sealed = STR("v1"), .created_at = T0
    };
    assert_int_equal(webhook_put(&f->tx, &webhook), OK);
    for (int i = 0; i < MORE_THAN_ARE_KEPT; i++) {
        struct notice notice = a_notice(f, i, i < 2 ? NOTICE_WAITING : NOTICE_DELIVERED);
        assert_int_equal(notice_insert(&f->tx, &notice), OK);
    }
    struct notice next, *page;
    size_t count = LIMIT_PAGE_ROWS, kept = 0;
    const struct str nobody[NOTICES_OUT_MAX] = { STR_NONE }, this_one[NOTICES_OUT_MAX] = { STR_NONE, WORKSPACE };
    assert_int_equal(notice_next(&f->tx, nobody, &f->arena, &next), OK);
    assert_str(next.id, "ntc_0000");
    assert_int_equal(notice_next(&f->tx, this_one, &f->arena, &next), E_NOT_FOUND);
    struct store_page after = { .limit = LIMIT_PAGE_ROWS };
    while (count == LIMIT_PAGE_ROWS) {
        assert_int_equal(notice_list(&f->tx, WORKSPACE, &after, &f->arena, &page, &count), OK);
        kept += count;
        if (count > 0) after.cursor = page[count - 1].id;
    }
    assert_int_equal(kept, 200 + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(what_waits_outlives_what_was_told, fixture_up,
                                                                        fixture_down) };
    return cmocka_run_group_tests_name("store/webhooks", tests, NULL, NULL);
}
