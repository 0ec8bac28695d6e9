/* spoken.c - the receipts of a conversation, read where its words are written: in the same transaction, so no action can end in between.
 *
 * The built-in engine's words come from a catalogue and pass as well: a text that tells of something done without having been handed the action that did it is a defect, and is held like any
 * other engine's. A model's words have passed the whole gate before they are an effect (agent/think.c); here they are held against the receipts once more, as these may have changed.
 */
#include "flow/spoken.h"

#include "agent/gate.h"
#include "agent/texts.h"
#include "base/counter.h"
#include "base/log.h"
#include "flow/recall.h"

/* The actions that this step begins have no row yet when the words before them are written. */
static size_t add_begun(const struct step *step, struct claim_receipt *receipts, size_t count)
{
    for (size_t i = 0; i < step->effects.count; i++) {
        const struct turn_effect *effect = &step->effects.items[i];
        if (effect->kind != TURN_SEND && effect->kind != TURN_READ) continue;
        receipts[count++] =
            (struct claim_receipt){ .action = effect->action.id, .kind = effect->action.kind, .status = ACTION_CONFIRMED };
    }
    return count;
}

static enum status load(struct store_tx *tx, struct step *step, struct str primary, struct claim_receipt **receipts,
                        size_t *count)
{
    struct action *actions;
    size_t found;
    *count = 0;
    enum status status =
        action_of_conversation(tx, step->conversation.workspace, step->conversation.id, &step->arena, &actions, &found);
    if (status) return status;
    struct claim_receipt *list = *receipts = arena_array(&step->arena, found + TURN_EFFECTS_MAX, sizeof *list);
    for (size_t i = found; i-- > 0;) { /* they come newest first */
        struct err err = { 0 };
        list[(*count)++] = (struct claim_receipt){
            .action = actions[i].id,
            .kind = actions[i].kind,
            .status = actions[i].status,
            .arguments = actions[i].arguments,
            .result = actions[i].result.len ? json_parse(actions[i].result, &err) : NULL,
            .reference = actions[i].reference,
            .earlier = primary.len ? !str_eq(actions[i].id, primary) : !str_eq(actions[i].turn, step->effects.turn),
        };
    }
    *count = add_begun(step, list, *count);
    return OK;
}

static struct str join(const struct turn_effect *effect, const struct gate *gate, struct arena *arena)
{
    struct str used[CLAIM_RECEIPTS_MAX], all = effect->receipt;
    size_t count = gate_receipts(gate, used, CLAIM_RECEIPTS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!str_eq(used[i], effect->receipt))
            all = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(all), all.len ? " " : "", STR_ARG(used[i]));
    return all;
}

/* After what is proven of an answer, that there was more. */
static struct str add_cut(struct step *step, struct str text)
{
    const char *words = texts_template(TEXT_UNPROVEN);
    return text.len ? arena_fmt(&step->arena, "%.*s\n\n%s", STR_ARG(text), words) : str_from(words);
}

static void pass(struct step *step, struct gate *gate, const struct turn_effect *effect, struct str *text, struct str *receipts)
{
    struct buf released;
    buf_init(&released, SIZE_MAX / 2);
    gate_feed(gate, effect->text, &released);
    if (gate_end(gate, &released) == GATE_SAID) {
        *text = arena_str(&step->arena, buf_view(&released));
        if (effect->is_cut) *text = add_cut(step, *text);
        *receipts = join(effect, gate, &step->arena);
    } else {
        *text = str_from(texts_template(TEXT_UNPROVEN));
        *receipts = STR_NONE;
        counter_add(COUNTER_CLAIMS_HELD, 1);
        log_error("a statement was held back, as no receipt proves it", LOG_STR("conversation", step->conversation.id),
                  LOG_STR("reason", str_from(claim_fault_name(gate->fault))));
    }
    buf_clear(&released);
}

enum status spoken_pass(struct store_tx *tx, struct step *step, const struct turn_effect *effect, struct str *text,
                        struct str *receipts)
{
    struct claim_receipt *list;
    size_t count;
    enum status status = load(tx, step, effect->receipt, &list, &count);
    if (status) return status;
    struct gate gate;
    struct arena arena;
    struct gate_facts facts = {
        .receipts = list, .receipt_count = count, .primary = effect->receipt, .now_ms = step->now_ms, .catalogue = true
    };
    if (step->recall) {
        facts.known = step->recall->known;
        facts.known_count = step->recall->known_count;
        facts.taught = step->recall->taught;
    }
    arena_init(&arena);
    gate_begin(&gate, &facts, &arena);
    pass(step, &gate, effect, text, receipts);
    gate_close(&gate);
    arena_clear(&arena);
    for (size_t i = 0; i < count; i++) json_free((struct json *)(uintptr_t)list[i].result);
    return OK;
}
