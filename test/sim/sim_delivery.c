/* sim_delivery.c - seeded histories of one confirmed request: the real delivery machine (agent/delivery.c) in several workers that crash, pause and lose their
 * lease, against a Zendesk that loses requests and answers, delivers late, forgets keys after their time, shows new tickets late, answers 5xx before or after it has created, keeps a 5xx
 * under a key, and refuses. Time is virtual and comes from one database clock.
 *
 * A person sends a request that needs one on again, or one that only waits. After every event: never two tickets, and a row that says DONE has its ticket. When the faults end and time goes on, every history must come to an end that somebody can see:
 * done with exactly one ticket, rejected or asked about.
 *
 *   sim_delivery [SEEDS [FIRST]]         prints "N passed, N failed"; a failing seed is printed
 *   sim_delivery --seed N                one seed with its history told
 */
#include "agent/delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORKERS = 3,
    WIRES = 8,       /* requests on the way at once */
    RETRIES_MAX = 2, /* of a person, after a request needed one */
    EPOCHS = (RETRIES_MAX + 1) * DELIVERY_EPOCHS_MAX + 1,
    MINUTE = DELIVERY_MINUTE_MS,
    STEPS_MAX = 4000,
    HOSTILE_MS = 8 * 60 * MINUTE, /* faults end after this */
};

enum worker_state { W_IDLE, W_LOOKING, W_SENDING_SOON, W_SENT };

struct worker {
    enum worker_state state;
    struct request row;                    /* its copy, with its token */
    int64_t intent_at, asked_at, wakes_at; /* a paused worker does nothing before wakes_at */
    bool has_answer;
    enum outcome answer;
    enum delivery_sight sight;
};

struct wire {
    bool used;
    int64_t key, born_at, arrives_at;
    int worker; /* who waits for the answer; -1: nobody */
    int64_t token;
};

struct world {
    uint64_t random;
    bool told, hostile, strict, key_atomic;
    bool blind; /* look-ups see nothing before the silence is over: the key alone has to hold */
    int64_t now;
    struct request row; /* the database */
    int retries_left;
    struct worker workers[WORKERS];
    struct wire wires[WIRES];
    int tickets;
    int64_t created_at;
    bool key_kept[EPOCHS], key_failed[EPOCHS];
    int64_t key_at[EPOCHS];
    const char *broken;
};

static uint64_t next_random(struct world *w) /* xorshift64* */
{
    w->random ^= w->random >> 12;
    w->random ^= w->random << 25;
    w->random ^= w->random >> 27;
    return w->random * 2685821657736338717u;
}

static bool chance(struct world *w, unsigned percent)
{
    return next_random(w) % 100 < percent;
}

static int64_t between(struct world *w, int64_t low, int64_t high)
{
    return low + (int64_t)(next_random(w) % (uint64_t)(high - low + 1));
}

static void tell(const struct world *w, const char *what, int worker)
{
    if (!w->told) return;
    printf("%6lld s  worker %d  %-24s state %d epoch %lld token %lld doubt %d  tickets %d\n", (long long)(w->now / 1000), worker,
           what, (int)w->row.state, (long long)w->row.epoch, (long long)w->row.token, (int)w->row.doubt, w->tickets);
}

/* ---- the database ------------------------------------------------------------------------------------------------------------- */

/* Under the fencing token: false when another worker has claimed the row since. */
static bool commit(struct world *w, const struct request *row)
{
    if (w->row.token != row->token) return false;
    w->row = *row;
    return true;
}

static bool is_claimable(const struct world *w)
{
    const struct request *row = &w->row;
    if (row->state != REQUEST_READY && row->state != REQUEST_SENDING) return false;
    return row->due_at <= w->now && row->lease_until <= w->now;
}

/* ---- Zendesk -------------------------------------------------------------------------------------------------------------------- */

static void expire_keys(struct world *w)
{
    for (int k = 0; k < EPOCHS; k++)
        if ((w->key_kept[k] || w->key_failed[k]) && w->now - w->key_at[k] >= DELIVERY_KEY_LIFE_MS)
            w->key_kept[k] = w->key_failed[k] = false;
}

/* What it does with a request that arrives, and what it would answer. */
static enum outcome serve(struct world *w, int64_t key)
{
    expire_keys(w);
    if (w->key_failed[key]) return OUTCOME_POISONED; /* the stored 5xx, with lookup: hit */
    if (w->key_kept[key] && !w->strict) return OUTCOME_DONE;
    if (w->hostile && chance(w, 10)) return OUTCOME_DEFERRED;
    if (w->hostile && chance(w, 10)) return OUTCOME_AMBIGUOUS; /* 5xx before anything was done */
    if (w->hostile && chance(w, 5)) {
        w->key_failed[key] = true;
        w->key_at[key] = w->now;
        return OUTCOME_AMBIGUOUS;
    }
    w->tickets++;
    if (w->created_at == 0) w->created_at = w->now;
    bool loses_key = !w->key_atomic && chance(w, 30); /* created, 5xx, key not kept */
    w->key_kept[key] = !loses_key;
    w->key_at[key] = w->now;
    return loses_key ? OUTCOME_AMBIGUOUS : OUTCOME_DONE;
}

/* The list by external_id shows a new ticket after its lag, perhaps sooner. */
static bool is_listed(struct world *w)
{
    if (w->tickets == 0) return false;
    if (w->blind && w->now < w->row.last_sent_at + DELIVERY_QUIET_MS) return false;
    return w->now - w->created_at > DELIVERY_LAG_MS || !w->hostile || chance(w, 50);
}

static void deliver(struct world *w, struct wire *wire)
{
    wire->used = false;
    if (w->now - wire->born_at > DELIVERY_LATE_MS) return; /* the connection's own limits: later it never arrives */
    if (w->hostile && chance(w, 10)) return;               /* lost */
    enum outcome answer = serve(w, wire->key);
    if (wire->worker < 0) return;
    struct worker *worker = &w->workers[wire->worker];
    if (worker->state != W_SENT || worker->row.token != wire->token) return;
    if (w->hostile && chance(w, 20)) return; /* the answer is lost */
    worker->has_answer = true;
    worker->answer = answer;
}

/* ---- workers -------------------------------------------------------------------------------------------------------------------- */

static struct delivery_trust trust(const struct world *w)
{
    return (struct delivery_trust){ .strict = w->strict };
}

static void follow(struct world *w, int id, enum delivery_effect effect)
{
    struct worker *worker = &w->workers[id];
    worker->state = effect == DELIVERY_SEND ? W_SENDING_SOON : effect == DELIVERY_LOOK_UP ? W_LOOKING : W_IDLE;
    worker->intent_at = w->now;
    worker->asked_at = 0;
    worker->has_answer = false;
}

static void claim(struct world *w, int id)
{
    struct worker *worker = &w->workers[id];
    if (!is_claimable(w)) return;
    worker->row = w->row;
    worker->row.token = ++w->row.token;
    enum delivery_effect effect = delivery_take_up(&worker->row, trust(w), w->now);
    if (!commit(w, &worker->row)) return;
    tell(w, "took up", id);
    follow(w, id, effect);
}

/* Asks, and later acts on what it saw then. */
static void look(struct world *w, int id)
{
    struct worker *worker = &w->workers[id];
    if (worker->asked_at == 0) {
        worker->asked_at = w->now;
        worker->sight = w->hostile && chance(w, 20) ? SIGHT_UNKNOWN : is_listed(w) ? SIGHT_FOUND : SIGHT_NOTHING;
        return;
    }
    enum delivery_effect effect =
        delivery_looked_up(&worker->row, worker->sight, 0, worker->asked_at, trust(w), w->now, (uint32_t)next_random(w));
    if (!commit(w, &worker->row)) effect = DELIVERY_NOTHING;
    tell(w, worker->sight == SIGHT_FOUND ? "found it" : "found nothing", id);
    follow(w, id, effect);
}

/* The first byte. A process that was paused for too long after its intent gives the attempt up. */
static void send(struct world *w, int id)
{
    struct worker *worker = &w->workers[id];
    if (w->now - worker->intent_at > DELIVERY_LATE_MS) {
        worker->state = W_IDLE; /* its lease is over as well: somebody else's business */
        return;
    }
    worker->state = W_SENT;
    if (w->hostile && chance(w, 15)) {
        worker->has_answer = true;
        worker->answer = OUTCOME_NOT_SENT;
        return;
    }
    for (int i = 0; i < WIRES; i++) {
        struct wire *wire = &w->wires[i];
        if (wire->used) continue;
        int64_t late = w->hostile && chance(w, 20) ? between(w, 0, DELIVERY_LATE_MS + MINUTE) : between(w, 1, 2000);
        *wire = (struct wire){ true, worker->row.epoch, worker->intent_at, w->now + late, id, worker->row.token };
        tell(w, "sent", id);
        return;
    }
}

static void settle(struct world *w, int id)
{
    struct worker *worker = &w->workers[id];
    enum outcome outcome = worker->has_answer ? worker->answer : OUTCOME_AMBIGUOUS;
    if (!worker->has_answer && w->now - worker->intent_at < DELIVERY_TOTAL_MS) return; /* still waiting */
    delivery_settle(&worker->row, outcome, between(w, 1, 900), w->now, (uint32_t)next_random(w));
    (void)commit(w, &worker->row);
    tell(w, "settled", id);
    worker->state = W_IDLE;
}

static void run_worker(struct world *w, int id)
{
    struct worker *worker = &w->workers[id];
    if (w->now < worker->wakes_at) return;
    if (w->hostile && chance(w, 4)) { /* kill -9: its memory is gone */
        *worker = (struct worker){ .wakes_at = w->now + between(w, 0, 5 * MINUTE) };
        tell(w, "crashed", id);
        return;
    }
    if (w->hostile && chance(w, 4)) { /* SIGSTOP, a migrated machine */
        worker->wakes_at = w->now + between(w, 1000, 90 * MINUTE);
        tell(w, "paused", id);
        return;
    }
    switch (worker->state) {
    case W_IDLE: claim(w, id); return;
    case W_LOOKING: look(w, id); return;
    case W_SENDING_SOON: send(w, id); return;
    case W_SENT: settle(w, id); return;
    }
}

/* Somebody presses "try again": at any time on what waits, and on what needs a person. */
static void person(struct world *w)
{
    bool is_asked = w->row.state == REQUEST_NEEDS_HUMAN && w->retries_left > 0;
    bool is_impatient = w->row.state == REQUEST_READY && w->hostile && chance(w, 1);
    if (!(is_asked || is_impatient) || !delivery_may_decide(&w->row, w->now)) return;
    w->row.token++;
    if (is_asked) w->retries_left--;
    delivery_retry(&w->row, w->now);
    tell(w, "tried again by a person", -1);
}

/* ---- one history ------------------------------------------------------------------------------------------------------------------- */

static bool is_over(const struct world *w)
{
    if (w->row.state == REQUEST_NEEDS_HUMAN && w->retries_left > 0) return false;
    return w->row.state != REQUEST_READY && w->row.state != REQUEST_SENDING;
}

static bool is_quiet(const struct world *w)
{
    for (int i = 0; i < WIRES; i++)
        if (w->wires[i].used) return false;
    return true;
}

static void check(struct world *w)
{
    if (w->tickets > 1) w->broken = "two tickets";
    if (w->row.state == REQUEST_DONE && w->tickets == 0) w->broken = "done without a ticket";
}

static void begin(struct world *w, uint64_t seed, bool told)
{
    *w = (struct world){
        .random = seed * 0x9e3779b97f4a7c15u + 1, .told = told, .hostile = true, .key_atomic = true, .now = MINUTE
    };
    w->strict = chance(w, 25);
    w->key_atomic = !w->strict || chance(w, 50); /* a Zendesk that loses keys is what strict is for */
    w->blind = !w->strict && chance(w, 40);
    w->retries_left = (int)between(w, 0, RETRIES_MAX);
    w->row = (struct request){ .state = REQUEST_READY, .guard = GUARD_KEY, .since = w->now };
}

static const char *play(uint64_t seed, bool told)
{
    struct world w;
    begin(&w, seed, told);
    for (int step = 0; step < STEPS_MAX && !w.broken && !(is_over(&w) && is_quiet(&w)); step++) {
        w.now += chance(&w, 70) ? between(&w, 1, 5000) : between(&w, 1000, 3 * MINUTE);
        if (w.now > HOSTILE_MS) w.hostile = false;
        for (int i = 0; i < WIRES && !w.broken; i++) {
            if (w.wires[i].used && w.wires[i].arrives_at <= w.now) deliver(&w, &w.wires[i]);
            check(&w);
        }
        person(&w);
        run_worker(&w, (int)(next_random(&w) % WORKERS));
        check(&w);
    }
    if (w.broken) return w.broken;
    return is_over(&w) ? NULL : "it never came to an end";
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--seed") == 0) {
        const char *broken = play(strtoull(argv[2], NULL, 10), true);
        printf("%s\n", broken ? broken : "holds");
        return broken != NULL;
    }
    uint64_t seeds = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000, first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1,
             failed = 0;
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        const char *broken = play(seed, false);
        if (broken && failed++ < 10)
            printf("seed %llu: %s   (make sim SEED=%llu)\n", (unsigned long long)seed, broken, (unsigned long long)seed);
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)(seeds - failed), (unsigned long long)failed);
    return failed > 0;
}
