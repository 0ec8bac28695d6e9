/* job.c - bulk calls and job statuses.
 *
 * Each item becomes the body of the single call, and what that one answers becomes the item's result: so a bulk call checks,
 * warns and refuses exactly as the single one does. Shapes of results: recordings of 2018 and 2023.
 */
#include "sandbox/job.h"

#include "base/limits.h"
#include "base/moment.h"
#include "sandbox/attr.h"
#include "sandbox/fail.h"
#include "sandbox/handlers.h"
#include "sandbox/record.h"
#include "sandbox/listing.h"
#include "vault/token.h"

static const struct {
    const char *action, *done;
} verbs[] = {
    [JOB_CREATE] = { "create", "Created" }, [JOB_UPDATE] = { "update", "Updated" }, [JOB_DESTROY] = { "delete", "Deleted" }
};

/* ---- job statuses ------------------------------------------------------------------------------------------------------- */

static struct str new_job_id(struct arena *arena)
{
    uint8_t random[16];
    struct buf hex;
    token_random(random, sizeof random);
    buf_init(&hex, 64);
    buf_hex(&hex, random, sizeof random);
    struct str id = arena_fmt(arena, "V3-%.*s", STR_ARG(buf_view(&hex)));
    buf_clear(&hex);
    return id;
}

static struct str store_job(struct api_call *call, struct str type, size_t total, struct str results)
{
    struct str id = new_job_id(call->arena);
    struct desk_query *q =
        desk_query(call->sandbox->desk, "INSERT INTO job (id, total, results, created_at, type) VALUES (?1, ?2, ?3, ?4, ?5)");
    desk_bind_text(q, 5, type);
    desk_bind_text(q, 1, id);
    desk_bind_int(q, 2, (int64_t)total);
    desk_bind_text(q, 3, results);
    desk_bind_int(q, 4, call->now_at);
    desk_run(q);
    return id;
}

struct job {
    struct str id, type, results;
    int64_t total, created_at;
};

static void render_job(const struct api_call *call, struct jw *w, const struct job *job, bool is_fresh)
{
    char at[MOMENT_TEXT_MAX];
    bool is_over = !is_fresh && call->now_at >= job->created_at + JOB_LIFE_MS;
    jw_object(w);
    jw_kv_str(w, "id", job->id);
    jw_kv_str(w, "url", arena_fmt(call->arena, "%.*s/job_statuses/%.*s.json", STR_ARG(api_base_url(call)), STR_ARG(job->id)));
    jw_kv_str(w, "job_type", job->type);
    jw_kv_int(w, "total", job->total);
    if (is_fresh)
        attr_null(w, "progress");
    else
        jw_kv_int(w, "progress", is_over ? job->total : 0);
    jw_kv_str(w, "status", is_fresh ? STR("queued") : is_over ? STR("completed") : STR("working"));
    moment_format(job->created_at + JOB_LIFE_MS, false, at);
    jw_kv_str_or_null(w, "message", is_over ? arena_fmt(call->arena, "Completed at %.10s %.8s +0000", at, at + 11) : STR_NONE);
    jw_kv_raw(w, "results", is_over ? job->results : STR("null"));
    jw_end_object(w);
}

static bool next_job(struct api_call *call, struct str id, struct job *job)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "SELECT id, total, results, created_at, type FROM job WHERE id = ?1");
    desk_bind_text(q, 1, id);
    if (!desk_next(q)) return false;
    *job = (struct job){ .id = desk_text(q, 0, call->arena),
                         .total = desk_int(q, 1),
                         .results = desk_text(q, 2, call->arena),
                         .created_at = desk_int(q, 3),
                         .type = desk_text(q, 4, call->arena) };
    desk_done(q);
    return true;
}

void job_statuses_show(struct api_call *call)
{
    struct job job;
    if (!next_job(call, call->word, &job)) {
        fail_not_found(call);
        return;
    }
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "job_status");
    render_job(call, w, &job, false);
    jw_end_object(w);
}

void job_statuses_show_many(struct api_call *call)
{
    struct job job;
    struct str rest = api_param(call, STR("ids")), id;
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "job_statuses");
    jw_array(w);
    while (str_split(&rest, ',', &id))
        if (next_job(call, id, &job)) render_job(call, w, &job, false);
    jw_end_array(w);
    jw_end_object(w);
}

void job_statuses_list(struct api_call *call)
{
    struct desk_query *q = desk_query(
        call->sandbox->desk, "SELECT id, total, results, created_at, type FROM job ORDER BY created_at DESC, id LIMIT 100");
    struct jw *w = api_json(call, 200);
    jw_object(w);
    jw_key(w, "job_statuses");
    jw_array(w);
    while (desk_next(q)) {
        struct job job = { .id = desk_text(q, 0, call->arena),
                           .total = desk_int(q, 1),
                           .results = desk_text(q, 2, call->arena),
                           .created_at = desk_int(q, 3),
                           .type = desk_text(q, 4, call->arena) };
        render_job(call, w, &job, false);
    }
    jw_end_array(w);
    jw_end_object(w);
}

/* ---- one item ----------------------------------------------------------------------------------------------------------- */

/* What the single call would be sent. The tree is the caller's. */
static struct json *body_of(const char *object, const struct json *item)
{
    struct buf out;
    struct jw w;
    buf_init(&out, LIMIT_JSON_BYTES);
    jw_init(&w, &out);
    jw_object(&w);
    jw_key(&w, object);
    jw_json(&w, item);
    jw_end_object(&w);
    struct json *tree = json_parse(buf_view(&out), NULL);
    buf_clear(&out);
    return tree;
}

/* Tickets report the id alone, errors their name and what is behind it. */
static void write_result(struct api_call *call, struct jw *w, enum job_kind kind, const char *object, size_t index, int64_t id)
{
    struct json *answer = call->out.len ? json_parse(buf_view(&call->out), NULL) : NULL;
    bool is_done = call->status < 300;
    if (kind == JOB_CREATE) id = json_get_int(json_get(answer, object), "id", 0);
    jw_object(w);
    jw_kv_int(w, "index", (int64_t)index);
    if (id) jw_kv_int(w, "id", id);
    jw_kv_str(w, "action", str_from(verbs[kind].action));
    jw_kv_bool(w, "success", is_done);
    jw_kv_str(w, "status", str_from(is_done ? verbs[kind].done : "Failed"));
    if (!is_done) {
        jw_kv_str(w, "error", json_get_str(answer, "error").len ? json_get_str(answer, "error") : STR("InvalidValue"));
        if (json_get(answer, "details")) {
            jw_key(w, "details");
            jw_json(w, json_get(answer, "details"));
        }
    }
    jw_end_object(w);
    json_free(answer);
}

static void run_item(struct api_call *call, struct jw *w, enum job_kind kind, const struct job_shape *shape, size_t index,
                     const struct json *item, int64_t id)
{
    const struct json *whole = call->body;
    size_t header_count = call->header_count;
    struct json *body = item ? body_of(shape->object, item) : NULL;
    call->id = id;
    call->body = body;
    call->is_bulk = true;
    shape->single(call);
    call->is_bulk = false;
    write_result(call, w, kind, shape->object, index, id);
    call->body = whole;
    call->header_count = header_count;
    json_free(body);
}

/* ---- many --------------------------------------------------------------------------------------------------------------- */

static int64_t jobs_in_flight(struct api_call *call)
{
    struct desk_query *q = desk_query(call->sandbox->desk, "SELECT count(*) FROM job WHERE created_at > ?1");
    desk_bind_int(q, 1, call->now_at - JOB_LIFE_MS);
    int64_t count = desk_next(q) ? desk_int(q, 0) : 0;
    desk_done(q);
    return count;
}

static bool has_room(struct api_call *call)
{
    int64_t count = jobs_in_flight(call);
    api_header(call, "zendesk-ratelimit-inflight-jobs",
               arena_fmt(call->arena, "total=%d; remaining=%lld; resets=1", JOBS_IN_FLIGHT_MAX,
                         (long long)(count < JOBS_IN_FLIGHT_MAX ? JOBS_IN_FLIGHT_MAX - count : 0)));
    if (count < JOBS_IN_FLIGHT_MAX) return true;
    fail_with(call, 429, "TooManyJobs", "Too many jobs are currently queued or running. Try again later.");
    return false;
}

static void reply_job(struct api_call *call, int status, const struct job *job, const char *object, int64_t id)
{
    struct jw *w = api_json(call, status);
    jw_object(w);
    if (id) {
        jw_key(w, object);
        jw_object(w);
        jw_kv_int(w, "id", id);
        jw_end_object(w);
    }
    jw_key(w, "job_status");
    render_job(call, w, job, true);
    jw_end_object(w);
}

/* "Bulk Create Ticket"; deleting tickets and users is an update to Zendesk (recorded 2024). */
static struct str type_of(struct api_call *call, enum job_kind kind, const char *object)
{
    static const char *const names[] = { [JOB_CREATE] = "Create", [JOB_UPDATE] = "Update", [JOB_DESTROY] = "Delete" };
    struct str noun = str_from(object);
    bool is_soft = str_eq(noun, STR("ticket")) || str_eq(noun, STR("user"));
    return arena_fmt(call->arena, "Bulk %s %c%.*s", names[kind == JOB_DESTROY && is_soft ? JOB_UPDATE : kind],
                     noun.ptr[0] - 'a' + 'A', STR_ARG(str_slice(noun, 1, noun.len)));
}

/* Either one object for all of `ids`, or an array of objects, each (but new ones) with its id. */
static void job_run(struct api_call *call, enum job_kind kind, const struct job_shape *shape)
{
    struct listing ids = { 0 };
    const struct json *items = json_get(call->body, shape->plural), *shared = json_get(call->body, shape->object);
    bool by_ids = kind != JOB_CREATE && api_param(call, STR("ids")).len > 0;
    if (by_ids && !listing_of_ids(call, &ids)) return;
    size_t total = by_ids ? ids.count : json_count(items);
    if (!by_ids && json_type(items) != JSON_ARRAY)
        fail_attribute(call, shape->plural, "an array");
    else if (total > JOB_ITEMS_MAX)
        fail_with_max(call, JOB_ITEMS_MAX);
    else if (has_room(call)) {
        struct buf results;
        struct jw w;
        buf_init(&results, LIMIT_JSON_BYTES);
        jw_init(&w, &results);
        jw_array(&w);
        for (size_t i = 0; i < total; i++) {
            const struct json *item = by_ids ? shared : json_at(items, i);
            int64_t id = by_ids ? ids.items[i].id : json_get_int(item, "id", 0);
            run_item(call, &w, kind, shape, i, item, kind == JOB_CREATE ? 0 : id);
        }
        jw_end_array(&w);
        struct job job = { .total = (int64_t)total, .created_at = call->now_at };
        job.type = type_of(call, kind, shape->object);
        job.id = store_job(call, job.type, total, buf_view(&results));
        buf_clear(&results);
        reply_job(call, 200, &job, shape->object, 0);
    }
    listing_clear(&ids);
}

void job_defer(struct api_call *call, const char *object)
{
    struct json *answer = json_parse(buf_view(&call->out), NULL);
    int64_t id = json_get_int(json_get(answer, object), "id", 0);
    json_free(answer);
    struct str results = arena_fmt(
        call->arena, "[{\"index\":0,\"id\":%lld,\"action\":\"create\",\"success\":true,\"status\":\"Created\"}]", (long long)id);
    struct job job = { .total = 1, .created_at = call->now_at };
    job.type = type_of(call, JOB_CREATE, object);
    job.id = store_job(call, job.type, 1, results);
    reply_job(call, 202, &job, object, id);
}

void records_create_many(struct api_call *call)
{
    struct job_shape shape = { call->kind->name, call->kind->plural, records_create };
    job_run(call, JOB_CREATE, &shape);
}

void records_update_many(struct api_call *call)
{
    struct job_shape shape = { call->kind->name, call->kind->plural, records_update };
    job_run(call, JOB_UPDATE, &shape);
}

void records_destroy_many(struct api_call *call)
{
    struct job_shape shape = { call->kind->name, call->kind->plural, records_delete };
    job_run(call, JOB_DESTROY, &shape);
}

void users_create_many(struct api_call *call)
{
    job_run(call, JOB_CREATE, &(struct job_shape){ "user", "users", users_create });
}

void users_create_or_update_many(struct api_call *call)
{
    job_run(call, JOB_CREATE, &(struct job_shape){ "user", "users", users_create_or_update });
}

void users_update_many(struct api_call *call)
{
    job_run(call, JOB_UPDATE, &(struct job_shape){ "user", "users", users_update });
}

void users_destroy_many(struct api_call *call)
{
    job_run(call, JOB_DESTROY, &(struct job_shape){ "user", "users", users_delete });
}

void tickets_create_many(struct api_call *call)
{
    job_run(call, JOB_CREATE, &(struct job_shape){ "ticket", "tickets", tickets_create });
}

void tickets_update_many(struct api_call *call)
{
    job_run(call, JOB_UPDATE, &(struct job_shape){ "ticket", "tickets", tickets_update });
}

void tickets_destroy_many(struct api_call *call)
{
    job_run(call, JOB_DESTROY, &(struct job_shape){ "ticket", "tickets", tickets_delete });
}
