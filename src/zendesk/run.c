/* run.c - leads one action through its requests.
 *
 * What all actions have in common is here: the table from action to its language, refusals, answers that are not JSON.
 * What differs is one file per action. A run keeps nothing but what stands in its struct, so it can be stored between two
 * steps or thrown away.
 */
#include "zendesk/run.h"

#include <assert.h>

#include "zendesk/fault.h"
#include "zendesk/language.h"

static const struct language *const languages[ACTION_COUNT] = {
#define ACTION(id, slug, title, description, permission, writes, confirm, calls, schema) [ACTION_##id] = &language_##id,
#include "model/actions.def"
#undef ACTION
};

enum zendesk_next run_call(struct zendesk_run *run, unsigned step, enum http_method method, struct str path, struct str body)
{
    run->step = step;
    run->request = (struct zendesk_request){ .method = method, .path = path, .body = body };
    return ZENDESK_CALL;
}

enum zendesk_next run_done(struct zendesk_run *run, struct str result)
{
    run->result = result;
    return ZENDESK_DONE;
}

enum zendesk_next run_fail(struct zendesk_run *run, const struct problem *problem)
{
    run->problem = *problem;
    return ZENDESK_FAILED;
}

struct str run_ticket_url(const struct zendesk_run *run, int64_t ticket_id)
{
    return arena_fmt(run->arena, "%.*s/agent/tickets/%lld", STR_ARG(run->setting->base_url), (long long)ticket_id);
}

enum zendesk_next zendesk_begin(struct zendesk_run *run, const struct action_spec *spec, const struct json *arguments,
                                const struct zendesk_setting *setting, struct arena *arena)
{
    *run = (struct zendesk_run){ .spec = spec, .arguments = arguments, .setting = setting, .arena = arena };
    return languages[spec->kind]->begin(run);
}

static enum zendesk_next fail_refused(struct zendesk_run *run, const struct http_answer *answer)
{
    const struct zendesk_who who = { .subdomain = run->setting->subdomain };
    struct problem problem = zendesk_problem(answer, &who, run->arena);
    if (problem.id == PROBLEM_ZENDESK_NOT_FOUND) problem.facts.what = str_from(languages[run->spec->kind]->noun);
    return run_fail(run, &problem);
}

enum zendesk_next zendesk_answer(struct zendesk_run *run, const struct http_answer *answer)
{
    if (answer->status < 200 || answer->status > 299) return fail_refused(run, answer);
    struct json *body = json_parse(answer->body, NULL);
    if (body == NULL) {
        const struct zendesk_who who = { .subdomain = run->setting->subdomain };
        struct problem problem = zendesk_problem(answer, &who, run->arena);
        return run_fail(run, &problem);
    }
    enum zendesk_next next = languages[run->spec->kind]->answer(run, body);
    json_free(body);
    return next;
}

enum zendesk_next zendesk_write_result(const struct action_spec *spec, const struct http_answer *answer,
                                       const struct zendesk_setting *setting, struct arena *arena, struct str *result,
                                       struct problem *problem)
{
    assert(spec->writes);
    struct zendesk_run run = { .spec = spec, .setting = setting, .arena = arena, .step = languages[spec->kind]->write_step };
    enum zendesk_next next = zendesk_answer(&run, answer);
    *result = run.result;
    *problem = run.problem;
    return next;
}
