/* A line reaches the sink with its fields, and no sink is no harm. */
#include "unit/unit.h"

#include "base/log.h"

struct seen {
    int lines, fields;
    enum log_level level;
    const char *message;
    struct log_field last;
};

static void remember(void *context, enum log_level level, const char *message, const struct log_field *fields)
{
    struct seen *seen = context;
    seen->lines++;
    seen->level = level;
    seen->message = message;
    for (seen->fields = 0; fields[seen->fields].key; seen->fields++) seen->last = fields[seen->fields];
}

static void lines(void **state)
{
    (void)state;
    struct seen seen = { 0 };
    log_info("nobody listens");
    log_set_sink(remember, &seen);
    log_error("plain");
    assert_int_equal(seen.lines, 1);
    assert_int_equal(seen.fields, 0);
    assert_int_equal(seen.level, LOG_ERROR);
    assert_string_equal(seen.message, "plain");
    log_warn("with fields", LOG_STR("who", STR("jane")), LOG_INT("count", INT64_MAX));
    assert_int_equal(seen.fields, 2);
    assert_string_equal(seen.last.key, "count");
    assert_true(seen.last.is_number && seen.last.number == INT64_MAX);
    log_debug("text", LOG_STR("who", STR("jane")));
    assert_false(seen.last.is_number);
    assert_str(seen.last.text, "jane");
    log_set_sink(NULL, NULL);
    log_info("nobody listens");
    assert_int_equal(seen.lines, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(lines) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
