/* model_runs.c - calls to models, what they cost, and the caps of that. */
#include "base/limits.h"
#include "store/query.h"

static void take_run(struct query *q, struct arena *arena, void *row)
{
    struct model_run *run = row;
    run->workspace = take_text(q, arena);
    run->id = take_text(q, arena);
    run->conversation = take_text(q, arena);
    run->turn = take_text(q, arena);
    run->provider = take_text(q, arena);
    run->provider_name = take_text(q, arena);
    run->model = take_text(q, arena);
    run->why = take_text(q, arena);
    take_known(q, model_run_state_from(take_word(q), &run->state));
    run->stop = take_text(q, arena);
    run->fault = take_text(q, arena);
    run->evidence = take_text(q, arena);
    run->usage.input_tokens = take_int(q);
    run->usage.cached_tokens = take_int(q);
    run->usage.output_tokens = take_int(q);
    run->cost = take_int(q);
    run->first_ms = take_int(q);
    run->total_ms = take_int(q);
    run->created_at = take_int(q);
}

static void put_end(struct query *q, const struct model_run *run)
{
    put_text(q, str_from(model_run_state_name(run->state)));
    put_text(q, run->stop);
    put_text(q, run->fault);
    put_text(q, run->evidence);
    put_int(q, run->usage.input_tokens);
    put_int(q, run->usage.cached_tokens);
    put_int(q, run->usage.output_tokens);
    put_int(q, run->cost);
    put_int(q, run->first_ms);
    put_int(q, run->total_ms);
}

enum status model_run_insert(struct store_tx *tx, const struct model_run *run)
{
    struct query q = query_start(tx, SQL_MODEL_RUN_INSERT);
    put_text(&q, run->workspace);
    put_text(&q, run->id);
    put_text(&q, run->conversation);
    put_text(&q, run->turn);
    put_text(&q, run->provider);
    put_text(&q, run->provider_name);
    put_text(&q, run->model);
    put_text(&q, run->why);
    put_end(&q, run);
    put_int(&q, run->created_at);
    return query_write(&q, NULL);
}

enum status model_run_end(struct store_tx *tx, const struct model_run *run)
{
    struct query q = query_start(tx, SQL_MODEL_RUN_END);
    put_text(&q, run->workspace);
    put_text(&q, run->id);
    put_end(&q, run);
    return query_change(&q, E_NOT_FOUND);
}

static enum status take_runs(struct query *q, struct arena *arena, struct model_run **runs, size_t *count)
{
    struct rows rows = { 0 };
    enum status status = query_rows(q, take_run, arena, sizeof **runs, &rows);
    *runs = rows.items;
    *count = rows.count;
    return status;
}

enum status model_run_list(struct store_tx *tx, struct str workspace, struct str conversation, struct str after_id,
                           struct arena *arena, struct model_run **runs, size_t *count)
{
    struct query q = query_start(tx, SQL_MODEL_RUN_LIST);
    put_text(&q, workspace);
    put_text(&q, conversation);
    put_text(&q, after_id);
    put_limit(&q, LIMIT_PAGE_ROWS);
    return take_runs(&q, arena, runs, count);
}

enum status model_run_interrupted(struct store_tx *tx, struct arena *arena, struct model_run **runs, size_t *count)
{
    struct query q = query_start(tx, SQL_MODEL_RUN_INTERRUPTED);
    return take_runs(&q, arena, runs, count);
}

/* ---- what it costs ------------------------------------------------------------------------------------------------------- */

static void take_spend(struct query *q, struct arena *arena, void *row)
{
    struct model_spend *spend = row;
    (void)arena;
    spend->tokens = take_int(q);
    spend->cost = take_int(q);
}

enum status model_run_sum(struct store_tx *tx, struct str workspace, struct str conversation, struct model_spend *sum)
{
    struct query q = query_start(tx, SQL_MODEL_RUN_SUM);
    put_text(&q, workspace);
    put_text(&q, conversation);
    return query_one(&q, take_spend, NULL, sum);
}

enum status model_spend_add(struct store_tx *tx, struct str workspace, int64_t day, struct model_spend spend)
{
    struct query q = query_start(tx, SQL_MODEL_SPEND_ADD);
    put_text(&q, workspace);
    put_int(&q, day);
    put_int(&q, spend.tokens);
    put_int(&q, spend.cost);
    return query_write(&q, NULL);
}

enum status model_spend_sum(struct store_tx *tx, struct str workspace, int64_t first_day, int64_t last_day,
                            struct model_spend *sum)
{
    struct query q = query_start(tx, SQL_MODEL_SPEND_SUM);
    put_text(&q, workspace);
    put_int(&q, first_day);
    put_int(&q, last_day);
    return query_one(&q, take_spend, NULL, sum);
}

static void take_cap(struct query *q, struct arena *arena, void *row)
{
    struct model_cap *cap = row;
    cap->workspace = take_text(q, arena);
    take_spend(q, arena, &cap->conversation);
    take_spend(q, arena, &cap->day);
    take_spend(q, arena, &cap->month);
    cap->told_on = take_int(q);
}

enum status model_cap_get(struct store_tx *tx, struct str workspace, struct arena *arena, struct model_cap *cap)
{
    struct query q = query_start(tx, SQL_MODEL_CAP_GET);
    put_text(&q, workspace);
    return query_one(&q, take_cap, arena, cap);
}

static void put_spend(struct query *q, struct model_spend spend)
{
    put_int(q, spend.tokens);
    put_int(q, spend.cost);
}

enum status model_cap_put(struct store_tx *tx, const struct model_cap *cap)
{
    struct query q = query_start(tx, SQL_MODEL_CAP_PUT);
    put_text(&q, cap->workspace);
    put_spend(&q, cap->conversation);
    put_spend(&q, cap->day);
    put_spend(&q, cap->month);
    put_int(&q, cap->told_on);
    return query_write(&q, NULL);
}
