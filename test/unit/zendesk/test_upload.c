/* Names and types of files, and what Zendesk answers to one. */
#include "unit/zendesk/zendesk.h"

#include "zendesk/upload.h"

#define assert_same(view, text) unit_assert_str((view), (text), strlen(text), __FILE__, __LINE__)

static void names_are_the_last_part_and_visible(void **state)
{
    static const struct {
        const char *given, *kept;
    } cases[] = {
        { "photo.png", "photo.png" },
        { "../../etc/passwd", "passwd" },
        { "C:\\docs\\bill.pdf", "bill.pdf" },
        { " a b.txt ", "a b.txt" },
        { "line\r\nfeed\x7f.txt", "linefeed.txt" },
        { "a\xe2\x80\xaegpj.exe", "agpj.exe" },
        { "zero\xe2\x80\x8bwidth", "zerowidth" },
        { "dash \xe2\x80\x93 stays", "dash \xe2\x80\x93 stays" },
        { "\xf0\x9f\x94\xa5.txt", "\xf0\x9f\x94\xa5.txt" },
        { "bad\xff\xfe.txt", "bad.txt" },
        { "..", "" },
        { "dir/", "" },
        { "", "" },
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_same(upload_name(str_from(cases[i].given), &arena), cases[i].kept);
    arena_clear(&arena);
}

static void types_are_types(void **state)
{
    static const struct {
        const char *claimed, *kept;
    } cases[] = {
        { "image/PNG", "image/png" },
        { "text/plain; charset=utf-8", "text/plain" },
        { "application/vnd.api+json", "application/vnd.api+json" },
        { "", "application/octet-stream" },
        { "text", "application/octet-stream" },
        { "text/", "application/octet-stream" },
        { "a/b/c", "application/octet-stream" },
        { "a b/c", "application/octet-stream" },
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_same(upload_type(str_from(cases[i].claimed), &arena), cases[i].kept);
    arena_clear(&arena);
}

static void answers_are_read(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum problem_id problem;
    } refusals[] = {
        { 201, "{\"upload\":{}}", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { 201, "token", PROBLEM_ZENDESK_ANSWER_UNREADABLE },
        { 413, "{\"error\":\"AttachmentTooLarge\"}", PROBLEM_ZENDESK_FILE_TOO_LARGE },
        { 503, "", PROBLEM_ZENDESK_UNAVAILABLE },
    };
    const struct zendesk_who who = { .subdomain = STR("acme") };
    struct http_answer answer = {
        .status = 201,
        .body = STR("{\"upload\":{\"token\":\"t\",\"expires_at\":\"E\",\"attachment\":{\"file_name\":\"n\",\"content_type\":"
                    "\"c\",\"size\":7}}}"),
    };
    struct zendesk_upload upload;
    struct problem problem;
    struct arena arena;
    (void)state;
    arena_init(&arena);
    assert_true(upload_read(&answer, &who, &arena, &upload, &problem));
    assert_str(upload.token, "t");
    assert_str(upload.file_name, "n");
    assert_str(upload.expires_at, "E");
    assert_int_equal(upload.size, 7);
    assert_str(upload_path(STR("a b&c=\xc3\xa4.txt"), &arena), "/api/v2/uploads?filename=a%20b%26c%3D%C3%A4.txt");
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        answer = (struct http_answer){ .status = refusals[i].status, .body = str_from(refusals[i].body) };
        assert_false(upload_read(&answer, &who, &arena, &upload, &problem));
        assert_int_equal(problem.id, refusals[i].problem);
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_the_last_part_and_visible),
        cmocka_unit_test(types_are_types),
        cmocka_unit_test(answers_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
