/* repeat.c - see repeat.h.
 *
 * The table holds digests of key and body, never the key itself. What is claimed by a process that is gone would else block its key for a day: the row names the process.
 * Rejected: keeping answers in memory (a repeat comes when a connection broke, and that is when servers restart), and one transaction for claim and work (handlers wait for
 * Zendesk in between).
 */
#include "web/repeat.h"

#include "base/limits.h"
#include "base/log.h"
#include "vault/hash.h"
#include "web/route.h"

/* ---- the key ---------------------------------------------------------------------------------------------------------------------- */

static struct str hex_of(struct arena *arena, struct str text)
{
    char hex[2 * HASH_BYTES + 1];
    struct hash hash = hash_blake2b(text);
    hash_hex(&hash, hex);
    return arena_str(arena, str_from(hex));
}

static bool is_printable(struct str key)
{
    bool fits = key.len >= 1 && key.len <= LIMIT_KEY_BYTES;
    for (size_t i = 0; fits && i < key.len; i++) fits = key.ptr[i] >= ' ' && key.ptr[i] <= '~';
    return fits;
}

static bool find_key(const struct web_call *call, struct str *key)
{
    const struct http_request *request = call->request;
    for (size_t i = 0; i < request->header_count; i++) {
        *key = request->headers[i].value;
        if (str_eq_nocase(request->headers[i].name, STR("Idempotency-Key"))) return true;
    }
    return false;
}

static bool has_secret(const struct route *route)
{
    return str_find(str_from(shape_schema(route->answer)), STR(SHAPE_SHOWN_ONCE), 0) != SIZE_MAX;
}

/* ---- taking it -------------------------------------------------------------------------------------------------------------------- */

struct claim_job {
    struct call_job head;
    struct kept_answer mine, found;
    bool is_replay;
    call_fn *next;
};

/* A message's id is made of its key, so a conversation that has it answers with what it said. */
static enum status take_over(struct store_tx *tx, struct claim_job *job)
{
    struct web_call *call = job->head.call;
    if (call->route->handler != turns_message) return call_because(call, E_CONFLICT, PROBLEM_KEY_CUT_OFF);
    return kept_answer_update(tx, &job->mine);
}

static enum status judge(struct store_tx *tx, struct claim_job *job)
{
    struct web_call *call = job->head.call;
    if (!str_eq(job->found.body_hash, job->mine.body_hash)) return call_because(call, E_CONFLICT, PROBLEM_KEY_REUSED);
    if (job->found.is_withheld) return call_because(call, E_CONFLICT, PROBLEM_KEY_ANSWER_WITHHELD);
    job->is_replay = job->found.status != 0;
    if (job->is_replay) return OK;
    if (!str_eq(job->found.process, job->mine.process)) return take_over(tx, job);
    enum status status = call_because(call, E_CONFLICT, PROBLEM_KEY_RUNNING);
    call->problem.retry_after_s = 1;
    return status;
}

static enum status claim(struct store_tx *tx, struct call_job *head)
{
    struct claim_job *job = (struct claim_job *)head;
    struct kept_answer *mine = &job->mine;
    mine->created_at = store_now(tx);
    enum status status = kept_answer_purge(tx, mine->workspace, mine->created_at - REPEAT_LIFE_MS);
    if (status == OK) status = kept_answer_get(tx, mine->workspace, mine->actor, mine->hash, head->call->arena, &job->found);
    if (status == E_NOT_FOUND) return kept_answer_insert(tx, mine);
    return status == OK ? judge(tx, job) : status;
}

static void claimed(struct call_job *head)
{
    struct claim_job *job = (struct claim_job *)head;
    struct web_call *call = head->call;
    if (job->is_replay) {
        call_add_header(call, "Idempotency-Replayed", STR("true"));
        call_send_body(call, (int)job->found.status, arena_cstr(call->arena, job->found.type), job->found.body);
        return;
    }
    call->kept = &job->mine;
    job->next(call);
}

void repeat_begin(struct web_call *call, call_fn *next)
{
    struct claim_job *job;
    struct str key;
    if (call->route->method != HTTP_POST || call->actor.kind == ACTOR_NOBODY || !find_key(call, &key)) {
        next(call);
        return;
    }
    if (!is_printable(key)) {
        struct problem problem = { .id = PROBLEM_KEY_FORMAT,
                                   .facts = {
                                       .limit = arena_fmt(call->arena, "1 to %d printable ASCII characters", LIMIT_KEY_BYTES) } };
        call_refuse(call, &problem);
        return;
    }
    job = call_job(call, struct claim_job);
    job->next = next;
    job->mine = (struct kept_answer){
        .workspace = call->actor.workspace,
        .actor = call->actor.id,
        .hash = hex_of(call->arena, arena_fmt(call->arena, "%.*s %.*s", STR_ARG(call->request->target), STR_ARG(key))),
        .body_hash = hex_of(call->arena, call->request->body),
        .process = str_from(call->web->trace_start),
        .is_withheld = has_secret(call->route) || call_accepts(call, "text/event-stream"),
    };
    call_write(&job->head, claim, claimed);
}

/* ---- keeping the answer ------------------------------------------------------------------------------------------------------------ */

struct settle_job {
    struct store_job store; /* first: the store hands it back */
    struct web_call *call;
    const struct kept_answer *kept;
    bool was_done;
    call_fn *next;
};

static enum status settle_run(struct store_tx *tx, struct store_job *store_job)
{
    const struct settle_job *job = (struct settle_job *)store_job;
    if (!job->was_done && !job->call->may_be_done) return kept_answer_delete(tx, job->kept);
    enum status status = kept_answer_update(tx, job->kept);
    return status == E_CONFLICT ? kept_answer_delete(tx, job->kept) : status; /* the conversation was erased meanwhile */
}

/* The work is done and its answer goes out, kept or not. */
static void settle_done(struct store_job *store_job, enum status status)
{
    struct settle_job *job = (struct settle_job *)store_job;
    if (status != OK) log_warn("answer not kept for its Idempotency-Key", LOG_STR("status", str_from(status_name(status))));
    job->next(job->call);
}

/* The conversation whose words the answer repeats. */
static struct str conversation_of(const struct web_call *call, struct str body)
{
    if (str_starts(call->params[0], STR("con_"))) return call->params[0];
    if (call->route->answer != SHAPE_CONVERSATION) return STR_NONE;
    struct json *answer = json_parse(body, NULL);
    struct str id = arena_str(call->arena, json_get_str(answer, "id"));
    json_free(answer);
    return id;
}

void repeat_settle(struct web_call *call, int status, const char *type, struct str body, call_fn *next)
{
    struct settle_job *job = arena_new(call->arena, struct settle_job);
    struct kept_answer *kept = call->kept;
    *job = (struct settle_job){
        .store = { .run = settle_run, .done = settle_done, .mode = STORE_WRITE }, .call = call, .kept = kept, .next = next
    };
    job->was_done = status >= 200 && status < 300;
    kept->is_withheld |= body.len > LIMIT_KEPT_ANSWER_BYTES;
    if (!job->was_done) kept->process = STR_NONE; /* if the row stays, nobody runs it any more */
    if (job->was_done && !kept->is_withheld) {
        kept->status = status;
        kept->type = str_from(type);
        kept->body = body;
        kept->conversation = conversation_of(call, body);
    }
    store_submit(call->web->store, &job->store);
}
