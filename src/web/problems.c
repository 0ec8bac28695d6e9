/* problems.c - the catalogue, so that the `type` of every problem leads somewhere: as JSON, or as a plain page for people who open it. */
#include "web/console.h"
#include "web/route.h"

static struct str severity_word(enum problem_id id)
{
    return problem_severity(id) == PROBLEM_BLOCKING ? STR("blocking") : STR("warning");
}

/* The sentences with neutral words where the facts of a case would stand. */
static void render_row(struct jw *json, enum problem_id id, struct arena *arena)
{
    struct problem problem = { .id = id };
    jw_object(json);
    jw_kv_str(json, "code", str_from(problem_slug(id)));
    jw_kv_int(json, "status", problem_http_status(id));
    jw_kv_str(json, "severity", severity_word(id));
    jw_kv_str(json, "title", problem_title(&problem, arena));
    jw_kv_str(json, "detail", problem_detail(&problem, arena));
    jw_end_object(json);
}

void problems_list(struct web_call *call)
{
    struct jw *json = call_list(call);
    for (int id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++) render_row(json, (enum problem_id)id, call->arena);
    call_list_end(call, STR_NONE);
}

static void answer_page(struct web_call *call, enum problem_id id)
{
    struct problem problem = { .id = id };
    struct str title = problem_title(&problem, call->arena);
    struct buf *out = &call->out;
    buf_lit(out, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                 "content=\"width=device-width, initial-scale=1\">"
                 "<meta name=\"color-scheme\" content=\"light dark\"><title>");
    buf_html(out, title);
    buf_lit(out, "</title></head><body><main><h1>");
    buf_html(out, title);
    buf_lit(out, "</h1><p>");
    buf_html(out, problem_detail(&problem, call->arena));
    buf_lit(out, "</p><p><code>");
    buf_html(out, str_from(problem_slug(id)));
    buf_fmt(out, "</code>, HTTP status %d, ", problem_http_status(id));
    buf_html(out, severity_word(id));
    buf_lit(out, "</p><p><a href=\"/\">Open the console</a></p></main></body></html>\n");
    console_add_headers(call);
    call_send_as(call, 200, "text/html; charset=utf-8");
}

void problems_show(struct web_call *call)
{
    enum problem_id id = problem_find(call->params[0]);
    call->noun = "problem";
    if (id == PROBLEM_NONE) {
        call_fail(call, E_NOT_FOUND);
    } else if (call_accepts(call, "text/html")) {
        answer_page(call, id);
    } else {
        render_row(call_json(call), id, call->arena);
        call_send(call, 200);
    }
}
