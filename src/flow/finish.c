/* finish.c - what an action's calls have changed, gathered while they run and stored in one transaction. */
#include "flow/parts.h"

#include "base/mem.h"

enum { NOTE_EVERY_MS = 60 * 1000 };

struct finish *finish_new(const struct action *action)
{
    struct finish *finish = mem_alloc(sizeof *finish);
    arena_init(&finish->arena);
    finish->action = action_copy(action, &finish->arena);
    return finish;
}

void finish_free(struct finish *finish)
{
    arena_clear(&finish->arena);
    mem_free(finish);
}

void finish_set_problem(struct finish *finish, const struct problem *problem)
{
    finish->problem = *problem;
    finish->has_problem = true;
    finish->action.problem = problem_text(problem, &finish->arena);
    if (finish->has_request) finish->request.problem = finish->action.problem;
}

/* Which problems say something about the connection and not about this one action. That Zendesk asks to wait is about the whole account, or about one record: account.c takes care of it. */
static bool breaks_connection(enum problem_id id)
{
    switch ((int)id) {
    case PROBLEM_ZENDESK_CREDENTIALS_REJECTED:
    case PROBLEM_ZENDESK_TOKEN_REVOKED:
    case PROBLEM_ZENDESK_TOKEN_IDLE:
    case PROBLEM_ZENDESK_TOKENS_RETIRED:
    case PROBLEM_ZENDESK_TOKEN_ACCESS_OFF:
    case PROBLEM_ZENDESK_ANONYMOUS:
    case PROBLEM_ZENDESK_SUBDOMAIN_UNKNOWN:
    case PROBLEM_ZENDESK_SUBDOMAIN_MOVED:
    case PROBLEM_ZENDESK_ACCOUNT_SUSPENDED:
    case PROBLEM_ZENDESK_USER_SUSPENDED:
    case PROBLEM_ZENDESK_IP_RESTRICTED:
    case PROBLEM_ZENDESK_UNAVAILABLE:
    case PROBLEM_ZENDESK_REDIRECT:
    case PROBLEM_ZENDESK_EDGE_CHALLENGE:
    case PROBLEM_OAUTH_CLIENT_REJECTED:
    case PROBLEM_OAUTH_TOKEN_ENDED: /* a fresh one was refused too */
    case PROBLEM_OAUTH_SCOPE:
    case PROBLEM_OAUTH_SCOPE_REFUSED:
    case PROBLEM_SEAL_BROKEN:
    case PROBLEM_NET_DNS:
    case PROBLEM_NET_UNREACHABLE:
    case PROBLEM_NET_CLOCK:
    case PROBLEM_NET_TLS: return true;
    default: return false;
    }
}

/* Zendesk knew who asked and answered about one record: the connection works. */
static bool is_about_a_record(enum problem_id id)
{
    switch ((int)id) {
    case PROBLEM_ZENDESK_NOT_FOUND:
    case PROBLEM_ZENDESK_RECORD_INVALID:
    case PROBLEM_ZENDESK_CLOSED_TICKET:
    case PROBLEM_ZENDESK_CONFLICT:
    case PROBLEM_ZENDESK_IDEMPOTENCY: return true;
    default: return false;
    }
}

void finish_note_connection(struct finish *finish, const struct integration *integration, const struct problem *problem,
                            bool pauses)
{
    finish->secret_set_at = integration->secret_set_at;
    if (problem && !pauses && is_about_a_record(problem->id)) problem = NULL;
    enum integration_status status = problem ? INTEGRATION_NEEDS_ATTENTION : INTEGRATION_CONNECTED;
    int64_t now_ms = loop_wall_ms();
    if (problem && !pauses && !breaks_connection(problem->id)) return;
    bool was_well = integration->status == INTEGRATION_CONNECTED || integration->status == INTEGRATION_WARNINGS;
    if (!problem && was_well && now_ms - integration->last_ok_at < NOTE_EVERY_MS) return;
    finish->note = integration_copy(integration, &finish->arena);
    finish->has_note = true;
    if (problem) {
        finish->note.problem = problem_text(problem, &finish->arena);
    } else {
        finish->note.last_ok_at = now_ms;
        if (was_well) return;
        finish->note.problem = STR_NONE;
    }
    if (integration->status != status) finish->note.status_since = now_ms;
    finish->note.status = status;
}

void finish_abandon(struct finish *finish)
{
    if (finish->act_fn) finish->act_fn(finish->act_context, E_UNAVAILABLE, &finish->action);
    finish_free(finish);
}

/* ---- storing it -------------------------------------------------------------------------------------------------------------- */

/* Asks for the number anew each time: an earlier try may have been rolled back with its number. */
static enum status give_reference(struct store_tx *tx, struct finish *finish)
{
    struct request numbered = { .workspace = finish->action.workspace, .action = finish->action.id };
    enum status status = request_number(tx, &numbered);
    if (status) return status;
    finish->request.number = numbered.number;
    finish->action.reference = arena_fmt(&finish->arena, "R-%lld", (long long)numbered.number);
    return OK;
}

/* The credential was replaced while the call was out: its refusal is history, and what it paused goes out with the new one. */
static enum status forget_old_credential(struct store_tx *tx, struct finish *finish, int64_t now_ms)
{
    bool is_paused = finish->has_request && finish->request.state == REQUEST_PAUSED;
    struct integration now;
    if (!finish->has_note && !is_paused) return OK;
    enum status status = integration_get(tx, finish->action.workspace, finish->action.integration, &finish->arena, &now);
    if (status == E_NOT_FOUND) finish->has_note = false; /* disconnected meanwhile */
    if (status) return status == E_NOT_FOUND ? OK : status;
    if (now.secret_set_at == finish->secret_set_at) return OK;
    finish->has_note = false;
    if (!is_paused) return OK;
    finish->request.state = REQUEST_READY;
    finish->request.due_at = now_ms;
    return OK;
}

enum status finish_store_calls(struct store_tx *tx, struct finish *finish, int64_t now_ms)
{
    enum status status = OK;
    for (size_t i = 0; status == OK && i < finish->call_count; i++) {
        finish->calls[i].created_at = now_ms;
        status = call_insert(tx, &finish->calls[i]);
    }
    return status;
}

static bool made_a_ticket(const struct finish *finish)
{
    return finish->has_request && finish->request.state == REQUEST_DONE && finish->request.guard == GUARD_KEY;
}

enum status finish_store_note(struct store_tx *tx, struct finish *finish)
{
    struct integration before;
    enum status status = integration_get(tx, finish->note.workspace, finish->note.id, &finish->arena, &before);
    if (status == OK) status = integration_note(tx, &finish->note);
    return status ? status : notice_connection(tx, &before, &finish->note, &finish->has_notice);
}

static enum status tell_person(struct store_tx *tx, struct finish *finish)
{
    bool needs_human = finish->has_request && finish->request.state == REQUEST_NEEDS_HUMAN;
    return needs_human ? notice_request(tx, &finish->action, &finish->request, &finish->has_notice) : OK;
}

enum status finish_store(struct store_tx *tx, struct finish *finish)
{
    int64_t now_ms = store_now(tx);
    enum status status = finish->inserts ? request_insert(tx, &finish->request) : OK;
    if (status == OK && finish->give_reference) status = give_reference(tx, finish);
    if (status == OK && finish->has_audit)
        status = request_audit_update(tx, &finish->audit);
    else if (status == OK && made_a_ticket(finish))
        status = recount_plan(tx, &finish->request);
    if (status == OK && finish->entry) status = trail_append(tx, &finish->arena, finish->entry);
    if (status == OK) status = forget_old_credential(tx, finish, now_ms);
    finish->request.updated_at = now_ms;
    if (status == OK && finish->has_request) status = request_update(tx, &finish->request);
    if (status == OK) status = finish_store_calls(tx, finish, now_ms);
    if (status == OK && finish->distrust) status = integration_distrust(tx, finish->action.workspace, finish->action.integration);
    if (status == E_NOT_FOUND && finish->distrust) status = OK; /* disconnected meanwhile */
    if (status == OK && finish->has_note) status = finish_store_note(tx, finish);
    if (status == OK) status = tell_person(tx, finish);
    if (status) return status;
    finish->action.updated_at = now_ms;
    return action_update(tx, &finish->action);
}
