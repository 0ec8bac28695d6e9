/* check_render.c - the connection test as the API shows it. */
#include "zendesk/check.h"

const char *check_step_name(enum check_step step)
{
    static const char *const names[STEP_COUNT] = { "input", "dns",          "tls",    "account", "sign_in",
                                                   "role",  "read_tickets", "search", "actions", "budget" };
    return (size_t)step < STEP_COUNT ? names[step] : "";
}

static const char *status_name_of(enum check_status status)
{
    static const char *const names[] = { "not_run", "passed", "warning", "failed" };
    return (size_t)status < sizeof names / sizeof *names ? names[status] : "";
}

static const char *step_title(enum check_step step)
{
    static const char *const titles[STEP_COUNT] = { "What was typed", "Address",       "Secure connection", "Account",
                                                    "Sign-in",        "Role",          "Read tickets",      "Search",
                                                    "Actions",        "Request budget" };
    return (size_t)step < STEP_COUNT ? titles[step] : "";
}

/* What a passed step does not say by itself: nothing was encrypted where there is no TLS. */
static struct str note_of(const struct check *check, enum check_step step)
{
    bool is_plain = str_starts(check->who.practice_url, STR("http://"));
    return step == STEP_TLS && is_plain ? STR("not used: a practice account over plain HTTP") : STR_NONE;
}

void check_render_step(const struct check *check, enum check_step step, struct jw *json)
{
    const struct check_result *result = &check->steps[step];
    jw_object(json);
    jw_kv_str(json, "step", str_from(check_step_name(step)));
    jw_kv_str(json, "title", str_from(step_title(step)));
    jw_kv_str(json, "status", str_from(status_name_of(result->status)));
    jw_kv_int(json, "ms", (result->duration_us + 999) / 1000);
    struct str note = note_of(check, step);
    if (note.len > 0 && result->status == CHECK_PASSED) jw_kv_str(json, "note", note);
    jw_key(json, "problem");
    if (result->problem.id != PROBLEM_NONE)
        problem_render(&result->problem, STR_NONE, check->arena, json);
    else
        jw_null(json);
    jw_end_object(json);
}

void check_render(const struct check *check, struct jw *json)
{
    jw_array(json);
    for (int step = 0; step < STEP_COUNT; step++) check_render_step(check, (enum check_step)step, json);
    jw_end_array(json);
}
