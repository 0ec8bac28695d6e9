/* account.c - see account.h.
 *
 * One list of accounts: there are as many as a company has help desks. One line per class; the line of a higher class is asked first, and a class whose call may not go does not hold up those
 * behind it, which may be in another lane. Whenever anything changes (an answer, a moment) the lines are gone through and the timer is set to the next moment.
 */
#include "flow/account.h"

#include "base/counter.h"
#include "base/log.h"
#include "base/mem.h"
#include "flow/parts.h"

enum { FIELDS_KEPT_MS = 10 * 60 * 1000, FIELDS_BYTES_MAX = 2 * 1024 * 1024 };

static struct str own(struct str text)
{
    return (struct str){ mem_dup(text.ptr, text.len), text.len };
}

struct account *account_get(struct flow *flow, struct str workspace, struct str subdomain)
{
    for (struct account *account = flow->accounts; account; account = account->next)
        if (str_eq(account->subdomain, subdomain) && str_eq(account->workspace, workspace)) return account;
    struct account *account = mem_alloc(sizeof *account);
    account->flow = flow;
    account->workspace = own(workspace);
    account->subdomain = own(subdomain);
    account->budget.reserve_percent = BUDGET_RESERVE_DEFAULT;
    account->next = flow->accounts;
    flow->accounts = account;
    return account;
}

/* ---- what is stored -------------------------------------------------------------------------------------------------------------- */

struct hold_job {
    struct store_job job;
    struct arena arena;
    struct flow *flow;
    struct zendesk_account row;
    struct str problem;
};

static enum status hold_run(struct store_tx *tx, struct store_job *job)
{
    struct hold_job *hold = (struct hold_job *)job;
    enum status status = zendesk_account_hold(tx, &hold->row);
    if (status) return status;
    return hold->row.hold_until > 0 ? integration_hold_account(tx, hold->row.workspace, hold->row.subdomain, hold->problem)
                                    : integration_release_account(tx, hold->row.workspace, hold->row.subdomain);
}

static void hold_done(struct store_job *job, enum status status)
{
    struct hold_job *hold = (struct hold_job *)job;
    if (status)
        log_warn("what a Zendesk account asks to wait could not be stored", LOG_STR("subdomain", hold->row.subdomain),
                 LOG_STR("reason", str_from(status_name(status))));
    flow_leave(hold->flow);
    arena_clear(&hold->arena);
    mem_free(hold);
}

/* The hold began, grew, or is over. */
static void store_hold(struct account *account, int64_t now_ms)
{
    struct flow *flow = account->flow;
    int64_t until = budget_held_until(&account->budget, now_ms);
    if (flow->halted || until == account->stored_hold_until) return;
    account->stored_hold_until = until;
    struct hold_job *hold = mem_alloc(sizeof *hold);
    arena_init(&hold->arena);
    hold->job = (struct store_job){ .run = hold_run, .done = hold_done, .mode = STORE_WRITE };
    hold->flow = flow;
    hold->row = (struct zendesk_account){ .workspace = arena_str(&hold->arena, account->workspace),
                                          .subdomain = arena_str(&hold->arena, account->subdomain),
                                          .reserve_percent = account->budget.reserve_percent,
                                          .hold_until = until };
    int64_t wait_s = until > now_ms ? (until - now_ms + 999) / 1000 : 0;
    const struct problem problem = { .id = PROBLEM_ZENDESK_RATE_LIMITED,
                                     .facts = { .subdomain = hold->row.subdomain, .number = wait_s },
                                     .retry_after_s = wait_s };
    hold->problem = problem_text(&problem, &hold->arena);
    log_info(until > 0 ? "Zendesk asked to wait: no call leaves" : "calls to Zendesk go on",
             LOG_STR("subdomain", account->subdomain), LOG_INT("seconds", wait_s));
    flow_enter(flow);
    store_submit(flow->store, &hold->job);
}

/* ---- the line --------------------------------------------------------------------------------------------------------------------- */

static void give(struct pass *pass, int64_t now_ms)
{
    budget_take(&pass->account->budget, pass->lane, now_ms);
    pass->fn(pass->context, PASS_GIVEN, 0);
}

static void refuse(struct pass *pass, int64_t again_at, int64_t now_ms)
{
    int64_t wait_s = again_at > now_ms ? (again_at - now_ms + 999) / 1000 : 1;
    counter_add(COUNTER_CALLS_DEFERRED, 1);
    pass->fn(pass->context, PASS_REFUSED, wait_s);
}

static void append(struct pass_line *line, struct pass *pass)
{
    pass->next = NULL;
    if (line->last)
        line->last->next = pass;
    else
        line->first = pass;
    line->last = pass;
}

/* Takes the whole line away; who still has to wait is put back in order. A callback may ask for another pass meanwhile: that one comes after them. */
static void go_through(struct account *account, struct pass_line *line, int64_t now_ms, int64_t *next_at)
{
    struct pass *pass = line->first, *next;
    *line = (struct pass_line){ 0 };
    for (; pass; pass = next) {
        next = pass->next;
        struct budget_ruling ruling = budget_ask(&account->budget, pass->class, pass->lane, now_ms);
        if (ruling.may_go) {
            give(pass, now_ms);
        } else if (pass->give_up_at <= now_ms || ruling.again_at > pass->give_up_at) {
            refuse(pass, ruling.again_at, now_ms);
        } else {
            append(line, pass);
            int64_t at = ruling.again_at > 0 ? ruling.again_at : pass->give_up_at;
            if (*next_at == 0 || at < *next_at) *next_at = at;
        }
    }
}

static void move_on(struct account *account);

static void on_moment(void *context)
{
    struct account *account = context;
    account->timer = NULL;
    move_on(account);
}

static void move_on(struct account *account)
{
    int64_t now_ms = loop_wall_ms(), next_at = 0;
    store_hold(account, now_ms);
    for (int rank = 0; rank < BUDGET_CLASSES; rank++) go_through(account, &account->lines[rank], now_ms, &next_at);
    if (account->stored_hold_until > 0 && (next_at == 0 || account->stored_hold_until < next_at))
        next_at = account->stored_hold_until;
    loop_timer_cancel(account->timer);
    account->timer = NULL;
    if (next_at == 0 || account->flow->halted) return;
    account->timer = loop_timer_start(account->flow->loop, next_at > now_ms ? next_at - now_ms : 1, on_moment, account);
}

static bool is_waited_for(const struct account *account, enum budget_class class)
{
    for (int before = 0; before <= (int)class; before++)
        if (account->lines[before].first) return true;
    return false;
}

void pass_ask(struct pass *pass)
{
    struct account *account = pass->account;
    int64_t now_ms = loop_wall_ms();
    pass->give_up_at = now_ms + ACCOUNT_PATIENCE_MS;
    if (account->flow->halted) {
        pass->fn(pass->context, PASS_CUT, 0);
        return;
    }
    if (!is_waited_for(account, pass->class) && budget_ask(&account->budget, pass->class, pass->lane, now_ms).may_go) {
        give(pass, now_ms);
        return;
    }
    append(&account->lines[pass->class], pass);
    move_on(account);
}

void pass_again(struct pass *pass, const struct http_answer *first)
{
    budget_answer(&pass->account->budget, pass->lane, first, loop_wall_ms());
    budget_take(&pass->account->budget, pass->lane, loop_wall_ms());
}

void pass_return(struct pass *pass, const struct http_answer *answer)
{
    budget_answer(&pass->account->budget, pass->lane, answer, loop_wall_ms());
    move_on(pass->account);
}

/* ---- what others see and set ---------------------------------------------------------------------------------------------------------- */

struct flow_budget flow_budget(const struct flow *flow, struct str workspace, struct str subdomain)
{
    int64_t now_ms = loop_wall_ms();
    for (const struct account *account = flow->accounts; account; account = account->next) {
        if (!str_eq(account->subdomain, subdomain) || !str_eq(account->workspace, workspace)) continue;
        const struct budget_window *window = &account->budget.account;
        bool is_known = window->limit > 0 && window->reset_at > now_ms;
        return (struct flow_budget){ .limit = window->limit > 0 ? window->limit : -1,
                                     .remaining = is_known ? window->remaining : -1,
                                     .resets_at = is_known ? window->reset_at : 0,
                                     .hold_until = budget_held_until(&account->budget, now_ms),
                                     .reserve_percent = account->budget.reserve_percent };
    }
    return (struct flow_budget){ .limit = -1, .remaining = -1, .reserve_percent = BUDGET_RESERVE_DEFAULT };
}

void flow_set_reserve(struct flow *flow, struct str workspace, struct str subdomain, int64_t percent)
{
    struct account *account = account_get(flow, workspace, subdomain);
    account->budget.reserve_percent = percent;
    move_on(account);
}

/* ---- ticket fields ----------------------------------------------------------------------------------------------------------------------- */

struct str account_fields(const struct account *account)
{
    int64_t age_ms = loop_wall_ms() - account->fields_at;
    return age_ms >= 0 && age_ms < FIELDS_KEPT_MS ? account->ticket_fields : STR_NONE;
}

void account_forget_fields(struct account *account)
{
    mem_free((void *)(uintptr_t)account->ticket_fields.ptr);
    account->ticket_fields = STR_NONE;
}

void account_learn_fields(struct account *account, struct str answer)
{
    account_forget_fields(account);
    if (answer.len > FIELDS_BYTES_MAX) return;
    account->ticket_fields = own(answer);
    account->fields_at = loop_wall_ms();
}

void account_learn_forms(struct account *account, struct str answer)
{
    mem_free((void *)(uintptr_t)account->ticket_forms.ptr);
    account->ticket_forms = answer.len > 0 && answer.len <= FIELDS_BYTES_MAX ? own(answer) : STR_NONE;
}

/* ---- life --------------------------------------------------------------------------------------------------------------------------- */

void accounts_load(struct flow *flow, const struct zendesk_account *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct account *account = account_get(flow, rows[i].workspace, rows[i].subdomain);
        account->budget.reserve_percent = rows[i].reserve_percent;
        account->budget.account.hold_until = account->stored_hold_until = rows[i].hold_until;
    }
}

void accounts_start(struct flow *flow)
{
    for (struct account *account = flow->accounts; account; account = account->next) move_on(account);
}

void accounts_halt(struct flow *flow)
{
    for (struct account *account = flow->accounts; account; account = account->next) {
        loop_timer_cancel(account->timer);
        account->timer = NULL;
        for (int rank = 0; rank < BUDGET_CLASSES; rank++) {
            struct pass *pass = account->lines[rank].first, *next;
            account->lines[rank] = (struct pass_line){ 0 };
            for (; pass; pass = next) {
                next = pass->next;
                pass->fn(pass->context, PASS_CUT, 0);
            }
        }
    }
}

void accounts_close(struct flow *flow)
{
    for (struct account *account = flow->accounts, *next; account; account = next) {
        next = account->next;
        loop_timer_cancel(account->timer);
        account_forget_fields(account);
        account_learn_forms(account, STR_NONE);
        mem_free((void *)(uintptr_t)account->workspace.ptr);
        mem_free((void *)(uintptr_t)account->subdomain.ptr);
        mem_free(account);
    }
}
