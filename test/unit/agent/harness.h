/* harness.h - a conversation for tests: one turn, its world, and a clock and dice made from a seed.
 *
 * Before every step the state is saved, loaded into a fresh arena and stepped as well; both copies must do the same, byte for byte. So every test of the
 * machine is a test of its stored form too.
 */
#ifndef UNIT_AGENT_HARNESS_H
#define UNIT_AGENT_HARNESS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/gate.h"
#include "agent/policy.h"
#include "agent/say.h"
#include "agent/texts.h"
#include "agent/turn.h"
#include "base/id.h"

enum { HARNESS_RECEIPTS = 256 };

struct harness {
    struct arena arena; /* of the turn and of everything kept for the checks */
    struct turn *turn;
    struct agent agent;
    struct turn_world world;
    struct turn_effects out; /* of the last step; its strings live in `arena` */
    uint64_t dice;
    int64_t now;
    struct claim_receipt receipts[HARNESS_RECEIPTS]; /* every action so far, and what came of it */
    size_t receipt_count;
};

static inline uint64_t harness_roll(struct harness *h)
{
    h->dice ^= h->dice << 13; /* xorshift64, Marsaglia 2003 */
    h->dice ^= h->dice >> 7;
    h->dice ^= h->dice << 17;
    return h->dice;
}

static inline void harness_open(struct harness *h, uint64_t seed)
{
    *h = (struct harness){ .dice = seed * 2654435761u + 88172645463325252u, .now = 1790000000000 };
    arena_init(&h->arena);
    h->agent = (struct agent){ .id = STR("agt_x"), .name = STR("Support") };
    h->world = (struct turn_world){ .agent = &h->agent, .connected = true, .channel = CHANNEL_API, .identity = L4_MEMBER };
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        h->world.may[i] = true;
        h->world.confirm[i] = action_spec((enum action_kind)i)->confirm;
    }
    assert_int_equal(turn_load(STR_NONE, &h->arena, &h->turn), OK);
}

static inline void harness_close(struct harness *h)
{
    for (size_t i = 0; i < h->receipt_count; i++) json_free((struct json *)(uintptr_t)h->receipts[i].result);
    arena_clear(&h->arena);
}

static inline void assert_same(struct str a, struct str b)
{
    if (str_eq(a, b)) return;
    fail_msg("\"%.*s\" is not \"%.*s\"", STR_ARG(a), STR_ARG(b));
}

static inline void assert_same_effects(const struct turn_effects *a, const struct turn_effects *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->awaiting, b->awaiting);
    assert_int_equal(a->refused, b->refused);
    assert_same(a->turn, b->turn);
    assert_same(a->ask.id, b->ask.id);
    assert_same(a->asking, b->asking);
    assert_int_equal(a->falls_back, b->falls_back);
    for (size_t i = 0; i < a->count; i++) {
        assert_int_equal(a->items[i].kind, b->items[i].kind);
        assert_same(a->items[i].text, b->items[i].text);
        assert_same(a->items[i].receipt, b->items[i].receipt);
        assert_same(a->items[i].action.id, b->items[i].action.id);
        assert_same(a->items[i].action.arguments, b->items[i].action.arguments);
        assert_same(a->items[i].action.hash, b->items[i].action.hash);
    }
}

static inline struct claim_receipt *harness_receipt(struct harness *h, struct str action)
{
    for (size_t i = 0; i < h->receipt_count; i++)
        if (str_eq(h->receipts[i].action, action)) return &h->receipts[i];
    return NULL;
}

/* What room flow stores before the machine is stepped with an outcome. */
static inline void harness_settle(struct harness *h, const struct turn_event *event)
{
    struct claim_receipt *receipt = harness_receipt(h, event->action);
    struct err err;
    if (!receipt || event->kind == TURN_CONFIRM || event->kind == TURN_CANCEL || event->kind == TURN_MESSAGE) return;
    bool out = receipt->status == ACTION_SENDING || receipt->status == ACTION_WAITING || receipt->status == ACTION_NEEDS_HUMAN;
    if (!out) return; /* an outcome of nothing that is out */
    bool unsure = event->problem && event->problem->id == PROBLEM_REQUEST_NEEDS_HUMAN;
    receipt->reference = event->reference;
    receipt->status = event->kind == TURN_ACTION_DONE      ? ACTION_DONE
                      : event->kind == TURN_ACTION_WAITING ? ACTION_WAITING
                      : unsure                             ? ACTION_NEEDS_HUMAN
                                                           : ACTION_REJECTED;
    if (event->kind != TURN_ACTION_DONE || event->result.len == 0 || receipt->result) return;
    receipt->result = json_parse(event->result, &err);
    if (receipt->kind == ACTION_GET_TICKET && !policy_may_see(&h->world, receipt->result)) receipt->status = ACTION_REJECTED;
}

/* What it stores with the effects. */
static inline void harness_record(struct harness *h)
{
    for (size_t i = 0; i < h->out.count; i++) {
        const struct turn_effect *effect = &h->out.items[i];
        if (effect->kind == TURN_SAY) continue;
        struct claim_receipt *receipt = harness_receipt(h, effect->action.id);
        if (!receipt) {
            assert_true(h->receipt_count < HARNESS_RECEIPTS);
            receipt = &h->receipts[h->receipt_count++];
            *receipt = (struct claim_receipt){ .action = effect->action.id, .kind = effect->action.kind };
        }
        receipt->status = effect->kind == TURN_PROPOSE                                  ? ACTION_PROPOSED
                          : effect->kind == TURN_CANCELLED || effect->kind == TURN_DROP ? ACTION_CANCELLED
                                                                                        : ACTION_SENDING;
    }
}

/* The words as a reader gets them, through the gate: nothing that the agent says by itself may be held either. */
static inline struct str harness_pass(struct harness *h, const struct turn_effect *effect)
{
    struct gate gate;
    struct arena arena;
    struct buf released;
    struct gate_facts facts = { .receipts = h->receipts,
                                .receipt_count = h->receipt_count,
                                .primary = effect->receipt,
                                .now_ms = h->now,
                                .catalogue = true };
    for (size_t i = 0; i < h->receipt_count; i++) h->receipts[i].earlier = !str_eq(h->receipts[i].action, effect->receipt);
    arena_init(&arena);
    buf_init(&released, 1024 * 1024);
    gate_begin(&gate, &facts, &arena);
    gate_feed(&gate, effect->text, &released);
    if (gate_end(&gate, &released) != GATE_SAID) fail_msg("held: %.*s: %.*s", STR_ARG(gate.reason), STR_ARG(effect->text));
    if (effect->is_cut) buf_lit(&released, texts_template(TEXT_UNPROVEN));
    struct str text = arena_str(&h->arena, buf_view(&released));
    gate_close(&gate);
    buf_clear(&released);
    arena_clear(&arena);
    return text;
}

/* Steps the turn and a stored copy of it; the effects of the copy are compared and dropped. */
static inline void harness_step(struct harness *h, struct turn_event event)
{
    struct arena other;
    struct turn *copy;
    struct turn_effects effects;
    h->now += 1000;
    event.at_ms = h->now;
    for (size_t i = 0; i < TURN_RANDOM_BYTES; i++) event.random[i] = (uint8_t)(harness_roll(h) >> 24);
    arena_init(&other);
    assert_int_equal(turn_load(turn_save(h->turn, &other), &other, &copy), OK);
    harness_settle(h, &event);
    turn_step(h->turn, &h->world, &event, &h->arena, &h->out);
    harness_record(h);
    turn_step(copy, &h->world, &event, &other, &effects);
    assert_same_effects(&h->out, &effects);
    assert_same(turn_save(h->turn, &other), turn_save(copy, &other));
    arena_clear(&other);
}

static inline void harness_message(struct harness *h, struct str text)
{
    harness_step(h, (struct turn_event){ .kind = TURN_MESSAGE, .text = text });
}

/* The first effect of the kind; NULL when the last step had none. */
static inline const struct turn_effect *harness_effect(const struct harness *h, enum turn_effect_kind kind)
{
    for (size_t i = 0; i < h->out.count; i++)
        if (h->out.items[i].kind == kind) return &h->out.items[i];
    return NULL;
}

/* The same where there must be one. */
static inline struct action harness_action(const struct harness *h, enum turn_effect_kind kind)
{
    const struct turn_effect *effect = harness_effect(h, kind);
    if (!effect) fail_msg("no effect of kind %d", (int)kind);
    return effect ? effect->action : (struct action){ 0 };
}

/* All that was said in the last step, as it is read, pieces joined by line feeds. */
static inline struct str harness_said(struct harness *h)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < h->out.count; i++) {
        if (h->out.items[i].kind != TURN_SAY) continue;
        struct str text = harness_pass(h, &h->out.items[i]);
        for (size_t k = 0; k < text.len; k++)
            assert_true((unsigned char)text.ptr[k] >= 0x20 || text.ptr[k] == '\n' || text.ptr[k] == '\t');
        assert_true(str_is_utf8(text));
        all = arena_fmt(&h->arena, "%.*s%.*s\n", STR_ARG(all), STR_ARG(text));
    }
    return all;
}

#endif
