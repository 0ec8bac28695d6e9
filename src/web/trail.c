/* trail.c - see trail.h. Reading the log, and walking through all of it to see that it is whole.
 *
 * The walk is one job for each page of entries, so that other jobs come between.
 */
#include "web/trail.h"

#include "base/limits.h"
#include "web/route.h"

/* ---- writing -------------------------------------------------------------------------------------------------------------------- */

struct str trail_actor(const struct web_call *call)
{
    return call->actor.kind == ACTOR_LOCAL ? STR("local") : call->actor.id;
}

struct trail_entry *trail_entry_of(struct web_call *call, const char *act)
{
    struct trail_entry *entry = arena_new(call->arena, struct trail_entry);
    entry->workspace = call->actor.workspace;
    entry->actor = trail_actor(call);
    entry->act = str_from(act);
    entry->address = call->address;
    entry->trace = call->trace;
    return entry;
}

enum status trail_note(struct store_tx *tx, struct web_call *call, const char *act, struct str object, struct str before,
                       struct str after)
{
    struct trail_entry *entry = trail_entry_of(call, act);
    entry->object = object;
    entry->before = before;
    entry->after = after;
    return trail_append(tx, call->arena, entry);
}

enum status trail_note_as(struct store_tx *tx, struct web_call *call, struct str workspace, struct str actor, const char *act,
                          struct str object)
{
    struct trail_entry *entry = trail_entry_of(call, act);
    entry->workspace = workspace;
    entry->actor = actor;
    entry->object = object;
    return trail_append(tx, call->arena, entry);
}

/* ---- the list --------------------------------------------------------------------------------------------------------------------- */

struct trail_job {
    struct call_job head;
    struct trail_filter filter;
    int64_t limit;
    struct trail_entry *entries;
    size_t count;
};

static enum status load_entries(struct store_tx *tx, struct call_job *head)
{
    struct trail_job *job = (struct trail_job *)head;
    struct web_call *call = head->call;
    job->filter.limit = (size_t)job->limit;
    return trail_list(tx, call->actor.workspace, &job->filter, call->arena, &job->entries, &job->count);
}

static void render_entry(struct jw *json, const struct trail_entry *entry)
{
    jw_object(json);
    jw_kv_int(json, "seq", entry->seq);
    jw_kv_time(json, "at", entry->at);
    jw_kv_str(json, "actor", entry->actor);
    jw_kv_str(json, "act", entry->act);
    jw_kv_str_or_null(json, "object", entry->object);
    jw_kv_raw(json, "before", entry->before);
    jw_kv_raw(json, "after", entry->after);
    jw_kv_str_or_null(json, "address", entry->address);
    jw_kv_str(json, "trace_id", entry->trace);
    jw_kv_str(json, "hash", entry->hash);
    jw_end_object(json);
}

static void answer_entries(struct call_job *head)
{
    struct trail_job *job = (struct trail_job *)head;
    struct jw *json = call_list(head->call);
    struct str next = STR_NONE;
    for (size_t i = 0; i < job->count; i++) render_entry(json, &job->entries[i]);
    if (job->count == (size_t)job->limit && job->count > 0)
        next = arena_fmt(head->call->arena, "%lld", (long long)job->entries[job->count - 1].seq);
    call_list_end(head->call, next);
}

/* A whole number of the query; false: answered. */
static bool read_number(struct web_call *call, const char *name, int64_t most, int64_t *number)
{
    struct str given = call_query(call, name);
    if (given.len == 0 || (str_to_i64(given, number) && *number >= 1 && *number <= most)) return true;
    struct problem problem = { .id = PROBLEM_FIELD_RANGE,
                               .field = str_from(name),
                               .facts = { .what = str_from(name),
                                          .limit = arena_fmt(call->arena, "1 to %lld", (long long)most) } };
    call_refuse(call, &problem);
    return false;
}

void trail_show(struct web_call *call)
{
    struct trail_job *job = call_job(call, struct trail_job);
    job->limit = PAGE_ROWS;
    job->filter.act = call_query(call, "act");
    job->filter.actor = call_query(call, "actor");
    if (read_number(call, "limit", LIMIT_PAGE_ROWS, &job->limit) &&
        read_number(call, "cursor", INT64_MAX, &job->filter.before_seq))
        call_read(&job->head, load_entries, answer_entries);
}

/* ---- is it whole ---------------------------------------------------------------------------------------------------------------------- */

struct walk_job {
    struct call_job head;
    struct trail_walk walk;
};

static enum status walk_on(struct store_tx *tx, struct call_job *head)
{
    struct walk_job *job = (struct walk_job *)head;
    return trail_verify(tx, head->call->actor.workspace, &job->walk);
}

static void walked(struct call_job *head)
{
    struct walk_job *job = (struct walk_job *)head;
    struct jw *json;
    if (!job->walk.is_done) {
        call_read(head, walk_on, walked);
        return;
    }
    json = call_json(head->call);
    jw_object(json);
    jw_kv_bool(json, "is_whole", job->walk.broken_at == 0);
    jw_kv_int(json, "entries", job->walk.seq);
    jw_kv_str_or_null(json, "head", job->walk.seq > 0 ? str_from(job->walk.hash) : STR_NONE);
    jw_key(json, "broken_at");
    if (job->walk.broken_at > 0)
        jw_int(json, job->walk.broken_at);
    else
        jw_null(json);
    jw_end_object(json);
    call_send(head->call, 200);
}

void trail_check(struct web_call *call)
{
    struct walk_job *job = call_job(call, struct walk_job);
    call_read(&job->head, walk_on, walked);
}
