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

/* ---- how a step ends ------------------------------------------------------------------------------------------------ */

enum zendesk_next run_call(struct zendesk_run *run, unsigned step, struct str path)
{
    run->step = step;
    run->request = (struct zendesk_request){ .method = HTTP_GET, .path = path };
    return ZENDESK_CALL;
}

enum zendesk_next run_write(struct zendesk_run *run, unsigned step, enum http_method method, struct str path, struct str body)
{
    assert(step == languages[run->spec->kind]->write_step);
    if (body.len == 0)
        return run_fail(run, &(struct problem){ .id = PROBLEM_BODY_TOO_LARGE, .facts.limit = STR("2 MiB of text") });
    run->step = step;
    run->request = (struct zendesk_request){ .method = method, .path = path, .body = body, .writes = true };
    return ZENDESK_CALL;
}

enum zendesk_next run_done(struct zendesk_run *run, struct str result)
{
    if (result.len == 0) return run_unreadable(run);
    run->result = result;
    return ZENDESK_DONE;
}

enum zendesk_next run_fail(struct zendesk_run *run, const struct problem *problem)
{
    run->problem = *problem;
    return ZENDESK_FAILED;
}

enum zendesk_next run_unreadable(struct zendesk_run *run)
{
    return run_fail(run, &(struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = run->status });
}

struct str run_ticket_url(const struct zendesk_run *run, int64_t ticket_id)
{
    return arena_fmt(run->arena, "%.*s/agent/tickets/%lld", STR_ARG(run->setting->base_url), (long long)ticket_id);
}

/* ---- the run -------------------------------------------------------------------------------------------------------- */

enum zendesk_next zendesk_begin(struct zendesk_run *run, const struct action_spec *spec, const struct json *arguments,
                                const struct zendesk_setting *setting, struct arena *arena)
{
    *run = (struct zendesk_run){ .spec = spec, .arguments = arguments, .setting = setting, .arena = arena };
    return languages[spec->kind]->begin(run);
}

static bool has_argument(const struct action_spec *spec, struct str name)
{
    const struct json *properties = json_get(action_schema(spec), "properties");
    bool is_there = false;
    for (void *at = json_first(properties); at != NULL; at = json_next(properties, at))
        is_there = is_there || str_eq(json_key(at), name);
    return is_there;
}

/* fault.c names arguments as create_ticket calls them. */
static struct str argument_name(const struct action_spec *spec, struct str name)
{
    static const struct {
        const char *here, *there;
    } others[] = { { "description", "text" }, { "requester_email", "email" } };
    if (has_argument(spec, name)) return name;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_eq(name, str_from(others[i].here)) && has_argument(spec, str_from(others[i].there)))
            return str_from(others[i].there);
    return STR_NONE;
}

static enum zendesk_next fail_refused(struct zendesk_run *run, const struct http_answer *answer)
{
    const struct zendesk_who who = { .subdomain = run->setting->subdomain };
    struct problem problem = zendesk_problem(answer, &who, run->arena);
    if (problem.id == PROBLEM_ZENDESK_NOT_FOUND) problem.facts.what = str_from(languages[run->spec->kind]->noun);
    if (problem.field.len > 0) problem.field = argument_name(run->spec, problem.field);
    return run_fail(run, &problem);
}

static bool may_be_refused(const struct zendesk_run *run, int status)
{
    bool is_optional = (languages[run->spec->kind]->optional_steps >> run->step & 1) != 0;
    return is_optional && (status == 403 || status == 404);
}

enum zendesk_next zendesk_answer(struct zendesk_run *run, const struct http_answer *answer)
{
    const struct language *language = languages[run->spec->kind];
    run->status = answer->status;
    if (may_be_refused(run, answer->status)) return language->answer(run, NULL);
    if (answer->status < 200 || answer->status > 299) return fail_refused(run, answer);
    struct json *body = json_parse(answer->body, NULL);
    if (body == NULL) {
        const struct zendesk_who who = { .subdomain = run->setting->subdomain };
        struct problem problem = zendesk_problem(answer, &who, run->arena);
        return run_fail(run, &problem);
    }
    enum zendesk_next next = language->answer(run, body);
    json_free(body);
    return next;
}

enum zendesk_next zendesk_receipt(const struct action_spec *spec, const struct zendesk_request *sent,
                                  const struct http_answer *answer, const struct zendesk_setting *setting, struct arena *arena,
                                  struct str *result, struct problem *problem)
{
    assert(spec->writes);
    struct zendesk_run run = {
        .spec = spec, .setting = setting, .arena = arena, .step = languages[spec->kind]->write_step, .request = *sent
    };
    enum zendesk_next next = zendesk_answer(&run, answer);
    *result = run.result;
    *problem = run.problem;
    return next;
}
