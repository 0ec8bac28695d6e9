/* transitions.c - every transition of the delivery machine (agent/delivery.c), found by walking it: from a new request, each event in each state that can be reached, time included.
 *
 * A state is what decides: the row's state, whether something has been sent, the doubt, and the clock's three questions - is the key's window open (safe), has there been silence long enough
 * (quiet), is it too old for another try. What else is in a row (only attempt, last epoch) is tried both ways, so one event may lead to several states.
 *
 *     transitions             the table, as it stands in docs/models/transitions.txt
 *     transitions --promela key|strict|stamp|free   the same as guarded commands of docs/models/liveness.pml
 */
#include "agent/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE = DELIVERY_MINUTE_MS, ROWS_MAX = 8192 };
static const int64_t now = (int64_t)1000 * 60 * MINUTE;

enum place { READY, LOOKING, SENDING, DONE, REJECTED, PAUSED, NEEDS_HUMAN, DROPPED, PLACES };
static const char *const place_names[PLACES] = { "ready",    "looking", "sending",     "done",
                                                 "rejected", "paused",  "needs_human", "dropped" };

enum { TAKE_UP, FOUND, NOTHING, UNKNOWN, RETRY, OUTCOMES };
static const char *const event_names[] = { "take_up", "found",    "nothing",   "unknown",  "retry",  "done",   "not_sent",
                                           "stale",   "deferred", "ambiguous", "poisoned", "paused", "astray", "rejected" };
enum { EVENTS = sizeof event_names / sizeof *event_names };

enum config { KEY, STRICT_KEY, STAMP, FREE, CONFIGS };
static const char *const config_names[CONFIGS] = { "key", "strict", "stamp", "free" };

struct shape {
    enum config config;
    enum place place;
    enum request_doubt doubt;
    bool sent, safe, quiet, old;
};

struct row {
    struct shape from, to;
    int event;
};

static struct row rows[ROWS_MAX];
static size_t row_count;
static struct shape shapes[ROWS_MAX];
static size_t shape_count;

/* ---- between shapes and rows of the database ------------------------------------------------------------------------------------------------ */

static enum request_state state_of(enum place place)
{
    static const enum request_state states[] = { REQUEST_READY,    REQUEST_READY,  REQUEST_SENDING,     REQUEST_DONE,
                                                 REQUEST_REJECTED, REQUEST_PAUSED, REQUEST_NEEDS_HUMAN, REQUEST_DROPPED };
    return states[place];
}

/* A request of this shape; `variant` tries both of what the shape does not say. */
static struct request concrete(const struct shape *shape, unsigned variant)
{
    bool is_only = variant & 1;
    struct request request = {
        .state = state_of(shape->place),
        .guard = shape->config == STAMP  ? GUARD_STAMP
                 : shape->config == FREE ? GUARD_NONE
                                         : GUARD_KEY,
        .doubt = shape->doubt,
        .epoch = (variant >> 1) % DELIVERY_EPOCHS_MAX,
        .attempts = is_only ? 1 : 2,
        .since = shape->old ? now - DELIVERY_AGE_MAX_MS : now - DELIVERY_AGE_MAX_MS / 2,
        .lease_until = shape->place == LOOKING || shape->place == SENDING ? now + DELIVERY_LEASE_MS : 0,
    };
    if (!shape->sent) return request;
    request.last_sent_at = shape->quiet ? now - DELIVERY_QUIET_MS : now - MINUTE;
    request.first_sent_at = shape->safe ? request.last_sent_at : now - DELIVERY_SAFE_MS - MINUTE;
    if (!is_only && shape->safe) request.first_sent_at -= MINUTE;
    return request;
}

static struct shape abstracted(enum config config, const struct request *request)
{
    static const enum place places[] = { READY, SENDING, DONE, REJECTED, PAUSED, NEEDS_HUMAN, DROPPED };
    struct shape shape = { .config = config, .place = places[request->state], .sent = request->first_sent_at > 0 };
    if (shape.place == READY && request->lease_until > now) shape.place = LOOKING;
    shape.old = now - request->since >= DELIVERY_AGE_MAX_MS;
    shape.doubt = request->doubt;
    shape.safe = shape.sent && now - request->first_sent_at < DELIVERY_SAFE_MS;
    shape.quiet = shape.sent && now - request->last_sent_at >= DELIVERY_QUIET_MS;
    bool is_over = shape.place == DONE || shape.place == REJECTED || shape.place == DROPPED;
    return is_over ? (struct shape){ .config = config, .place = shape.place } : shape;
}

/* ---- the walk --------------------------------------------------------------------------------------------------------------------------------- */

/* What can happen in a place. A sender or looker that died leaves its row to whoever takes it up when the lease is over. */
static bool may_happen(const struct shape *shape, int event)
{
    switch (shape->place) {
    case READY: return event == TAKE_UP || event == RETRY;
    case LOOKING: return event == TAKE_UP || event == FOUND || event == NOTHING || event == UNKNOWN;
    case SENDING: return event == TAKE_UP || (event >= OUTCOMES && (event - OUTCOMES != OUTCOME_STALE || shape->config == STAMP));
    case PAUSED:
    case NEEDS_HUMAN: return event == RETRY;
    case DONE:
    case REJECTED:
    case DROPPED:
    case PLACES: break;
    }
    return false;
}

static void happen(struct request *request, enum config config, int event)
{
    struct delivery_trust trust = { .strict = config == STRICT_KEY };
    if (event == TAKE_UP)
        (void)delivery_take_up(request, trust, now);
    else if (event == FOUND)
        (void)delivery_looked_up(request, SIGHT_FOUND, 0, now, trust, now, 0);
    else if (event == NOTHING)
        (void)delivery_looked_up(request, SIGHT_NOTHING, 0, now, trust, now, 0);
    else if (event == UNKNOWN)
        (void)delivery_looked_up(request, SIGHT_UNKNOWN, 0, now, trust, now, 0);
    else if (event == RETRY)
        delivery_retry(request, now);
    else
        delivery_settle(request, (enum outcome)(event - OUTCOMES), 1, now, 0);
}

static bool same(const struct shape *a, const struct shape *b)
{
    return a->config == b->config && a->place == b->place && a->doubt == b->doubt && a->sent == b->sent && a->safe == b->safe &&
           a->quiet == b->quiet && a->old == b->old;
}

static void reach(struct shape shape)
{
    for (size_t i = 0; i < shape_count; i++)
        if (same(&shapes[i], &shape)) return;
    if (shape_count == ROWS_MAX) abort();
    shapes[shape_count++] = shape;
}

static void record(const struct shape *from, int event, const struct shape *to)
{
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].event == event && same(&rows[i].from, from) && same(&rows[i].to, to)) return;
    if (row_count == ROWS_MAX) abort();
    rows[row_count++] = (struct row){ *from, *to, event };
    reach(*to);
}

/* The clock goes on: the window closes, silence grows, the request ages. */
static void let_time_pass(struct shape shape)
{
    struct shape closed = shape, quiet = shape, old = shape;
    closed.safe = false;
    quiet.quiet = shape.sent;
    old.old = true;
    reach(closed);
    reach(quiet);
    reach(old);
}

static void walk(enum config config)
{
    size_t at = shape_count;
    reach((struct shape){ .config = config });
    for (; at < shape_count; at++) {
        struct shape from = shapes[at];
        for (int event = 0; event < (int)EVENTS; event++) {
            for (unsigned variant = 0; may_happen(&from, event) && variant < 2 * DELIVERY_EPOCHS_MAX; variant++) {
                struct request request = concrete(&from, variant);
                if (event == TAKE_UP) request.lease_until = 0;
                happen(&request, config, event);
                struct shape to = abstracted(config, &request);
                record(&from, event, &to);
            }
        }
        bool is_over = from.place == DONE || from.place == REJECTED || from.place == DROPPED;
        if (!is_over) let_time_pass(from);
    }
}

/* ---- age -------------------------------------------------------------------------------------------------------------------------------------- */

static bool has_row(const struct shape *from, int event, const struct shape *to)
{
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].event == event && same(&rows[i].from, from) && same(&rows[i].to, to)) return true;
    return false;
}

/* Age changes one thing: what is taken up needs a person. So the table can do without it. */
static bool age_changes_only_taking_up(void)
{
    for (size_t i = 0; i < row_count; i++) {
        struct row row = rows[i];
        if (!row.from.old || row.event == RETRY) continue;
        if (row.event == TAKE_UP && row.to.place == NEEDS_HUMAN) continue;
        row.from.old = row.to.old = false;
        if (row.event == TAKE_UP || !has_row(&row.from, row.event, &row.to)) return false;
    }
    return true;
}

/* ---- the two forms ------------------------------------------------------------------------------------------------------------------------------ */

static const char *shape_words(const struct shape *shape, char text[96])
{
    (void)snprintf(text, 96, "%s%s%s%s%s%s", place_names[shape->place], shape->sent ? " sent" : "",
                   shape->doubt == DOUBT_NONE ? "" : " ", shape->doubt == DOUBT_NONE ? "" : request_doubt_name(shape->doubt),
                   shape->safe ? " safe" : "", shape->quiet ? " quiet" : "");
    return text;
}

static void print_table(void)
{
    char from[96], to[96];
    for (size_t i = 0; i < row_count; i++)
        if (!rows[i].from.old)
            printf("%-6s  %-36s  %-10s  %s\n", config_names[rows[i].from.config], shape_words(&rows[i].from, from),
                   event_names[rows[i].event], shape_words(&rows[i].to, to));
}

/* What happens only while something is wrong: nobody can tell, nothing gets through, or a process ends with the row in its hands. */
static bool is_fault(const struct row *row)
{
    switch (row->event) {
    case TAKE_UP: return row->from.place != READY;
    case UNKNOWN:
    case OUTCOMES + OUTCOME_NOT_SENT:
    case OUTCOMES + OUTCOME_DEFERRED:
    case OUTCOMES + OUTCOME_AMBIGUOUS:
    case OUTCOMES + OUTCOME_POISONED: return true;
    default: return false;
    }
}

static void print_commands(enum config config)
{
    for (size_t i = 0; i < row_count; i++) {
        const struct shape *from = &rows[i].from, *to = &rows[i].to;
        if (from->config != config || rows[i].event == RETRY) continue;
        printf("  :: d_step { place == %d && doubt == %d && sent == %d && safe == %d && quiet == %d && old == %d%s ->\n"
               "       place = %d; doubt = %d; sent = %d; safe = %d; quiet = %d; old = %d } /* %s */\n",
               from->place, from->doubt, from->sent, from->safe, from->quiet, from->old, is_fault(&rows[i]) ? " && !calm" : "",
               to->place, to->doubt, to->sent, to->safe, to->quiet, to->old, event_names[rows[i].event]);
    }
}

int main(int argc, char **argv)
{
    for (int config = 0; config < CONFIGS; config++) walk((enum config)config);
    if (!age_changes_only_taking_up()) {
        fprintf(stderr, "age changes more than taking up: the table has to name it\n");
        return 1;
    }
    if (argc == 1) print_table();
    for (int config = 0; argc == 3 && config < CONFIGS; config++)
        if (strcmp(argv[1], "--promela") == 0 && strcmp(argv[2], config_names[config]) == 0) print_commands((enum config)config);
    return 0;
}
