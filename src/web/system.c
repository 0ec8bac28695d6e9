/* system.c - for those who operate the server: is it alive, can it serve, what has it done. */
#include <sys/statvfs.h>

#include "base/counter.h"
#include "web/route.h"

enum { DISK_BYTES_MIN = 64 * 1024 * 1024 }; /* below that SQLite's next checkpoint may not fit */

void system_livez(struct web_call *call)
{
    call_send_body(call, 200, "text/plain; charset=utf-8", STR("ok\n"));
}

void system_version(struct web_call *call)
{
    struct jw *json = call_json(call);
    jw_object(json);
    jw_kv_str(json, "version", call->web->version);
    jw_end_object(json);
    call_send(call, 200);
}

void system_metrics(struct web_call *call)
{
    counter_render(&call->out);
    buf_lit(&call->out, "# HELP chatcrafter_build_info The running program\n# TYPE chatcrafter_build_info gauge\n");
    buf_fmt(&call->out, "chatcrafter_build_info{version=\"%.*s\"} 1\n", STR_ARG(call->web->version));
    call_send_as(call, 200, "text/plain; version=0.0.4; charset=utf-8");
}

/* ---- /readyz -------------------------------------------------------------------------------------------------------------------- */

/* The queue is told by a read that goes all the way through the storage thread: an answer at all says that the thread works. */
struct ready_job {
    struct call_job head;
    int64_t next_due_at, now_at;
};

struct part {
    const char *name;
    bool is_ok;
    struct str detail;
};

static enum status load_queue(struct store_tx *tx, struct call_job *head)
{
    struct ready_job *job = (struct ready_job *)head;
    job->now_at = store_now(tx);
    return request_next_due(tx, &job->next_due_at);
}

static struct part database(struct web_call *call)
{
    struct err *why = arena_new(call->arena, struct err);
    bool is_healthy = store_is_healthy(call->web->store, why);
    return (struct part){ "database", is_healthy, is_healthy ? STR("reads and commits work") : str_from(why->detail) };
}

static struct part disk(struct web_call *call)
{
    struct statvfs space;
    if (call->web->data_dir.len == 0) return (struct part){ "disk", true, STR("not watched") };
    if (statvfs(call->web->data_dir.ptr, &space) != 0)
        return (struct part){ "disk", false, STR("the data folder cannot be looked at") };
    long long free_mib = (long long)((uint64_t)space.f_bavail * space.f_frsize / (1024 * 1024));
    return (struct part){ "disk", free_mib >= DISK_BYTES_MIN / (1024 * 1024), arena_fmt(call->arena, "%lld MiB free", free_mib) };
}

/* What is long overdue is said and does not make the server unready: Zendesk may be away, and another node would be no better off. */
static struct part queue(struct ready_job *job)
{
    int64_t late_s = job->next_due_at > 0 && job->next_due_at < job->now_at ? (job->now_at - job->next_due_at) / 1000 : 0;
    struct arena *arena = job->head.call->arena;
    return (struct part){ "queue", true, arena_fmt(arena, "the oldest request is %lld s overdue", (long long)late_s) };
}

static void answer_ready(struct call_job *head)
{
    struct web_call *call = head->call;
    struct part parts[] = { database(call), disk(call), queue((struct ready_job *)head) };
    bool is_ok = true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) is_ok = is_ok && parts[i].is_ok;
    struct jw *json = call_json(call);
    jw_object(json);
    jw_kv_str(json, "status", is_ok ? STR("ready") : STR("not ready"));
    if (str_starts(call->request->query, STR("verbose"))) {
        jw_key(json, "checks");
        jw_object(json);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
            jw_key(json, parts[i].name);
            jw_object(json);
            jw_kv_bool(json, "ok", parts[i].is_ok);
            jw_kv_str(json, "detail", parts[i].detail);
            jw_end_object(json);
        }
        jw_end_object(json);
    }
    jw_end_object(json);
    call_send(call, is_ok ? 200 : 503);
}

void system_readyz(struct web_call *call)
{
    struct ready_job *job = call_job(call, struct ready_job);
    if (call->web->is_stopping)
        call_refuse_id(call, PROBLEM_SERVER_STOPPING);
    else
        call_read(&job->head, load_queue, answer_ready);
}
