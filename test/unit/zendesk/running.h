/* running.h - a run driven by hand: what it asks for is looked at, what it is told is made in one line. */
#ifndef UNIT_ZENDESK_RUNNING_H
#define UNIT_ZENDESK_RUNNING_H

#include "unit/zendesk/zendesk.h"

#include "zendesk/run.h"

static const struct zendesk_setting usual = {
    .external_id = STR("cca:inst:01k9"),
    .operation = STR("act_7"),
    .may_write_users = true,
    .subdomain = STR("acme"),
    .base_url = STR("https://acme.zendesk.com"),
};

/* A run whose arguments live as long as it. */
struct fixture {
    struct arena arena;
    struct json *arguments;
    struct zendesk_run run;
    enum zendesk_next next;
};

static inline void start(struct fixture *f, enum action_kind kind, const char *arguments, const struct zendesk_setting *setting)
{
    struct problem problem;
    arena_init(&f->arena);
    f->arguments = json_parse(str_from(arguments), NULL);
    assert_non_null(f->arguments);
    if (action_check_arguments(action_spec(kind), f->arguments, &f->arena, &problem) != OK)
        fail_msg("%s: %s", arguments, problem_slug(problem.id));
    f->next = zendesk_begin(&f->run, action_spec(kind), f->arguments, setting, &f->arena);
}

/* What the run asks for must be a call that its action may make. */
static inline void assert_asks(const struct fixture *f, enum http_method method, const char *path)
{
    struct str target = f->run.request.path;
    size_t mark = str_find(target, STR("?"), 0);
    if (f->next == ZENDESK_FAILED) fail_msg("failed: %s", problem_slug(f->run.problem.id));
    assert_int_equal(f->next, ZENDESK_CALL);
    assert_int_equal(f->run.request.method, method);
    if (path != NULL && !str_eq(target, str_from(path))) fail_msg("asks for %.*s, not %s", STR_ARG(target), path);
    assert_true(action_allows(f->run.spec, method, str_slice(target, 0, mark)));
    assert_int_equal(f->run.request.writes, method != HTTP_GET);
}

static inline void answer(struct fixture *f, int status, const char *body)
{
    const struct http_answer given = answer_of(status, body);
    f->next = zendesk_answer(&f->run, &given);
}

static inline void assert_fails(const struct fixture *f, enum problem_id id)
{
    assert_int_equal(f->next, ZENDESK_FAILED);
    if (f->run.problem.id != id) fail_msg("%s, not %s", problem_slug(f->run.problem.id), problem_slug(id));
}

static inline void assert_result(const struct fixture *f, const char *result)
{
    if (f->next == ZENDESK_FAILED) fail_msg("failed: %s", problem_slug(f->run.problem.id));
    assert_int_equal(f->next, ZENDESK_DONE);
    if (!str_eq(f->run.result, str_from(result))) fail_msg("%.*s\n is not %s", STR_ARG(f->run.result), result);
}

static inline void assert_body(const struct fixture *f, const char *body)
{
    if (!str_eq(f->run.request.body, str_from(body))) fail_msg("%.*s\n is not %s", STR_ARG(f->run.request.body), body);
}

static inline void finish(struct fixture *f)
{
    json_free(f->arguments);
    arena_clear(&f->arena);
}

#endif
