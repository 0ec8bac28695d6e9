/* lane.c - what is alive about a conversation: inputs in line, requests that wait for its answer, streams that follow it.
 *
 * A lane is made when somebody needs one and freed when nothing is left in it, so memory follows activity and not the number of stored conversations. The table is
 * open addressing with linear probing; removal moves later entries back, so there are no tombstones.
 */
#include "flow/parts.h"

#include "base/log.h"
#include "base/mem.h"

#include <assert.h>

enum { LANE_SLOTS_MIN = 64, WAITER_ROOM = 16 };

struct flow_watch {
    struct flow_watch *next;
    struct lane *lane;
    flow_event_fn *fn; /* NULL: ended while an event was on its way round */
    void *context;
};

/* FNV-1a: the ids are ours and hold 80 random bits, so nobody outside can choose collisions. */
static size_t slot_of(struct str conversation, size_t slots)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < conversation.len; i++) hash = (hash ^ (uint8_t)conversation.ptr[i]) * 1099511628211u;
    return (size_t)(hash & (slots - 1));
}

static void place(struct lane **slots, size_t count, struct lane *lane)
{
    size_t i = slot_of(lane->conversation, count);
    while (slots[i]) i = (i + 1) & (count - 1);
    slots[i] = lane;
}

static void grow(struct flow *flow)
{
    size_t slots = flow->lane_slots ? flow->lane_slots * 2 : LANE_SLOTS_MIN;
    struct lane **bigger = mem_array(slots, sizeof *bigger);
    for (size_t i = 0; i < flow->lane_slots; i++)
        if (flow->lanes[i]) place(bigger, slots, flow->lanes[i]);
    mem_free(flow->lanes);
    flow->lanes = bigger;
    flow->lane_slots = slots;
}

struct lane *lane_find(struct flow *flow, struct str workspace, struct str conversation)
{
    if (flow->lane_slots == 0) return NULL;
    for (size_t i = slot_of(conversation, flow->lane_slots); flow->lanes[i]; i = (i + 1) & (flow->lane_slots - 1)) {
        struct lane *lane = flow->lanes[i];
        if (str_eq(lane->conversation, conversation) && str_eq(lane->workspace, workspace)) return lane;
    }
    return NULL;
}

struct lane *lane_get(struct flow *flow, struct str workspace, struct str conversation)
{
    struct lane *lane = lane_find(flow, workspace, conversation);
    if (lane) return lane;
    if ((flow->lane_count + 1) * 2 > flow->lane_slots) grow(flow);
    lane = mem_alloc(sizeof *lane);
    lane->flow = flow;
    lane->workspace = (struct str){ mem_dup(workspace.ptr, workspace.len), workspace.len };
    lane->conversation = (struct str){ mem_dup(conversation.ptr, conversation.len), conversation.len };
    place(flow->lanes, flow->lane_slots, lane);
    flow->lane_count++;
    return lane;
}

static void take_out(struct flow *flow, struct lane *lane)
{
    size_t mask = flow->lane_slots - 1, hole = slot_of(lane->conversation, flow->lane_slots);
    while (flow->lanes[hole] != lane) hole = (hole + 1) & mask;
    flow->lanes[hole] = NULL;
    for (size_t i = (hole + 1) & mask; flow->lanes[i]; i = (i + 1) & mask) {
        size_t home = slot_of(flow->lanes[i]->conversation, flow->lane_slots);
        if (((i - home) & mask) < ((i - hole) & mask)) continue; /* it would pass its home */
        flow->lanes[hole] = flow->lanes[i];
        flow->lanes[i] = NULL;
        hole = i;
    }
    flow->lane_count--;
}

void lane_rest(struct lane *lane)
{
    if (lane->busy || lane->first || lane->waiters || lane->watches || lane->thinking) return;
    take_out(lane->flow, lane);
    mem_free((void *)(uintptr_t)lane->workspace.ptr);
    mem_free((void *)(uintptr_t)lane->conversation.ptr);
    mem_free(lane);
}

void lanes_close(struct flow *flow)
{
    assert(flow->lane_count == 0);
    mem_free(flow->lanes);
    flow->lanes = NULL;
    flow->lane_slots = flow->lane_count = 0;
}

/* ---- waiters ---------------------------------------------------------------------------------------------------------------- */

/* What there is goes out, the rest comes over the event stream; without a stored step there is nothing yet. */
static void answer_early(struct waiter *waiter)
{
    waiter_answer(waiter, waiter->owner ? E_UNAVAILABLE : OK, waiter->owner ? NULL : "action");
}

/* The turn takes longer than a request may. */
static void waiter_is_late(void *context)
{
    struct waiter *waiter = context;
    waiter->timer = NULL;
    answer_early(waiter);
}

/* An answered lane may go, and then a later one stands in its slot. */
void lanes_answer(struct flow *flow)
{
    for (size_t i = 0; i < flow->lane_slots; i++)
        while (flow->lanes[i] && flow->lanes[i]->waiters) answer_early(flow->lanes[i]->waiters);
}

struct waiter *waiter_new(struct lane *lane, flow_turn_fn *fn, void *context)
{
    struct waiter *waiter = mem_alloc(sizeof *waiter);
    waiter->lane = lane;
    waiter->fn = fn;
    waiter->context = context;
    arena_init(&waiter->arena);
    waiter->replies = arena_array(&waiter->arena, WAITER_ROOM, sizeof *waiter->replies);
    waiter->actions = arena_array(&waiter->arena, WAITER_ROOM, sizeof *waiter->actions);
    waiter->room = WAITER_ROOM;
    waiter->timer = loop_timer_start(lane->flow->loop, lane->flow->answer_ms, waiter_is_late, waiter);
    waiter->next = lane->waiters;
    lane->waiters = waiter;
    return waiter;
}

void waiter_add_message(struct waiter *waiter, const struct message *message)
{
    if (waiter->reply_count == waiter->room) return; /* still stored and streamed; a turn never says this much */
    waiter->replies[waiter->reply_count++] = message_copy(message, &waiter->arena);
}

void waiter_add_action(struct waiter *waiter, const struct action *action)
{
    struct action copy = action_copy(action, &waiter->arena);
    for (size_t i = 0; i < waiter->action_count; i++) {
        if (!str_eq(waiter->actions[i].id, action->id)) continue;
        waiter->actions[i] = copy;
        return;
    }
    if (waiter->action_count < waiter->room) waiter->actions[waiter->action_count++] = copy;
}

void waiter_answer(struct waiter *waiter, enum status status, const char *awaiting)
{
    struct lane *lane = waiter->lane;
    struct waiter **link = &lane->waiters;
    while (*link != waiter) link = &(*link)->next;
    *link = waiter->next;
    if (waiter->owner) *waiter->owner = NULL;
    loop_timer_cancel(waiter->timer);
    struct flow_turn_result result = {
        .status = status,
        .turn = waiter->turn,
        .replies = waiter->replies,
        .reply_count = waiter->reply_count,
        .actions = waiter->actions,
        .action_count = waiter->action_count,
        .awaiting = awaiting,
    };
    waiter->fn(waiter->context, &result);
    arena_clear(&waiter->arena);
    mem_free(waiter);
    lane_rest(lane);
}

/* ---- watches ---------------------------------------------------------------------------------------------------------------- */

struct flow_watch *flow_watch(struct flow *flow, struct str workspace, struct str conversation, flow_event_fn *fn, void *context)
{
    struct lane *lane = lane_get(flow, workspace, conversation);
    struct flow_watch *watch = mem_alloc(sizeof *watch);
    *watch = (struct flow_watch){ .next = lane->watches, .lane = lane, .fn = fn, .context = context };
    lane->watches = watch;
    return watch;
}

static void sweep_ended(struct lane *lane)
{
    for (struct flow_watch **link = &lane->watches; *link;) {
        struct flow_watch *watch = *link;
        if (watch->fn) {
            link = &watch->next;
            continue;
        }
        *link = watch->next;
        mem_free(watch);
    }
}

/* From inside a callback it is only marked: whoever goes round the list still stands on it. */
void flow_unwatch(struct flow_watch *watch)
{
    struct lane *lane = watch->lane;
    watch->fn = NULL;
    if (lane->publishing) return;
    sweep_ended(lane);
    lane_rest(lane);
}

/* Comes from a step's end, or from an answer that is being made: either keeps the lane. A watch begun in a callback stands in front of those still to come and hears from the next event on. */
void lane_publish(struct lane *lane, const struct flow_event *event)
{
    lane->publishing = true;
    for (struct flow_watch *watch = lane->watches; watch; watch = watch->next)
        if (watch->fn) watch->fn(watch->context, event);
    lane->publishing = false;
    sweep_ended(lane);
}
