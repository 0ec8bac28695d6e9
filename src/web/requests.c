/* requests.c - confirmed requests on their way to Zendesk: what waits, and what needs a person. */
#include "web/render.h"
#include "web/route.h"

struct requests_job {
    struct call_job head;
    struct store_page page;
    const enum request_state *states;
    size_t state_count;
    struct request *requests;
    size_t count;
};

static const enum request_state waiting[] = { REQUEST_READY, REQUEST_SENDING, REQUEST_PAUSED };
static const enum request_state needs_human[] = { REQUEST_NEEDS_HUMAN };
static const enum request_state open_states[] = { REQUEST_READY, REQUEST_SENDING, REQUEST_PAUSED, REQUEST_NEEDS_HUMAN };

static const struct {
    struct str name; /* of ?status= */
    const enum request_state *states;
    size_t count;
} filters[] = {
    { { "", 0 }, open_states, 4 },
    { { "waiting", 7 }, waiting, 3 },
    { { "needs_human", 11 }, needs_human, 1 },
};

static enum status load_requests(struct store_tx *tx, struct call_job *head)
{
    struct requests_job *job = (struct requests_job *)head;
    return request_list(tx, head->call->actor.workspace, job->states, job->state_count, &job->page, head->call->arena,
                        &job->requests, &job->count);
}

static void answer_requests(struct call_job *head)
{
    struct requests_job *job = (struct requests_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_request(json, &job->requests[i], head->call->arena);
    call_list_end(head->call, job->count == job->page.limit ? job->requests[job->count - 1].action : STR_NONE);
}

static bool read_filter(struct web_call *call, struct requests_job *job)
{
    struct str name = call_query(call, "status");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (!str_eq(name, filters[i].name)) continue;
        job->states = filters[i].states;
        job->state_count = filters[i].count;
        return true;
    }
    struct problem problem = {
        .id = PROBLEM_FIELD_CHOICE,
        .field = STR("status"),
        .facts = { .what = STR("status"), .value = name, .limit = STR("waiting, needs_human") },
    };
    call_refuse(call, &problem);
    return false;
}

void requests_list(struct web_call *call)
{
    struct requests_job *job = call_job(call, struct requests_job);
    if (read_filter(call, job) && call_page(call, "act_", &job->page)) call_read(&job->head, load_requests, answer_requests);
}
