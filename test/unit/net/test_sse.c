/* Server-sent events as bytes. */
#include "unit/unit.h"

#include "net/sse.h"

static struct buf out;

static struct str event(struct str id, struct str name, struct str data)
{
    buf_clear(&out);
    buf_init(&out, 1024);
    sse_event(&out, id, name, data);
    return buf_view(&out);
}

static void fields_and_their_absence(void **state)
{
    (void)state;
    assert_str(event(STR("7"), STR("message.completed"), STR("{\"a\":1}")),
               "id: 7\nevent: message.completed\ndata: {\"a\":1}\n\n");
    assert_str(event(STR_NONE, STR("ping"), STR("x")), "event: ping\ndata: x\n\n");
    assert_str(event(STR("7"), STR_NONE, STR_NONE), "id: 7\ndata: \n\n");
    buf_clear(&out);
}

static void every_line_break_starts_a_data_line(void **state)
{
    (void)state;
    assert_str(event(STR_NONE, STR_NONE, STR("a\nb\r\nc\rd")), "data: a\ndata: b\ndata: c\ndata: d\n\n");
    assert_str(event(STR_NONE, STR_NONE, STR("\n\n")), "data: \ndata: \ndata: \n\n");
    assert_str(event(STR_NONE, STR_NONE, STR("a\r\n")), "data: a\ndata: \n\n");
    buf_clear(&out);
}

static void no_field_can_forge_another(void **state)
{
    (void)state;
    assert_str(event(STR("7\ndata: forged"), STR("e\revent: forged"), STR("d")), "id: 7\nevent: e\ndata: d\n\n");
    assert_str(event((struct str){ "7\0"
                                   "8",
                                   3 },
                     STR_NONE, STR("d")),
               "id: 7\ndata: d\n\n");
    buf_clear(&out);
}

static void a_comment_is_no_event(void **state)
{
    (void)state;
    buf_init(&out, 16);
    sse_comment(&out);
    assert_str(buf_view(&out), ": \n\n");
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_and_their_absence),
        cmocka_unit_test(every_line_break_starts_a_data_line),
        cmocka_unit_test(no_field_can_forge_another),
        cmocka_unit_test(a_comment_is_no_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
