/* named.c - see named.h. */
#include "agent/named.h"

#include "agent/day.h"
#include "agent/draft.h"
#include "agent/reply.h"
#include "agent/say.h"
#include "agent/work.h"

enum { SHOWN_BYTES_MAX = 1024 };

static void add_note(struct step *step, enum text_id id, const struct text_facts *facts)
{
    struct str note = texts_say(id, facts, step->arena);
    step->note = step->note.len ? arena_fmt(step->arena, "%.*s\n%.*s", STR_ARG(step->note), STR_ARG(note)) : note;
}

/* "3601, 3602": the keys of all fields of this title. */
static struct str keys_of(const struct asked_fields *fields, struct str title, struct arena *arena)
{
    struct buf out;
    buf_init(&out, SHOWN_BYTES_MAX);
    for (size_t i = 0; i < fields->count; i++) {
        if (!str_eq_nocase(fields->items[i].title, title)) continue;
        if (out.len) buf_lit(&out, ", ");
        buf_str(&out, fields->items[i].key);
    }
    struct str keys = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return keys;
}

static void ask_which(struct step *step, const struct asked_field *field)
{
    struct text_facts facts = step_facts(step);
    facts.field = say_clean(field->title, step->arena);
    facts.options = keys_of(&step->world->fields, field->title, step->arena);
    add_note(step, TEXT_FIELD_TWICE, &facts);
}

const struct asked_field *named_take(struct step *step, const struct mentions *mentions, struct custom *custom, struct str *words)
{
    const struct asked_field *unfit = NULL;
    for (size_t i = 0; i < mentions->count; i++) {
        const struct mention *mention = &mentions->items[i];
        if (mention->is_shared) {
            ask_which(step, mention->field);
        } else if (mention->value.len) {
            custom_set(custom, mention->field, mention->value, step->turn->arena);
        } else if (!unfit) {
            unfit = mention->field;
            *words = mention->words;
        }
    }
    return unfit;
}

void named_unfit(struct step *step, const struct asked_field *field, struct str words, bool is_asked)
{
    struct str days[2];
    struct text_facts facts = step_facts(step);
    facts.field = say_clean(field->label, step->arena);
    facts.options = say_clean(custom_options(field, step->arena), step->arena);
    if (field->type == ASKED_DATE && day_read(words, days, step->arena) == 2) {
        facts.options = arena_fmt(step->arena, "%.*s, %.*s", STR_ARG(days[0]), STR_ARG(days[1]));
        add_note(step, TEXT_FIELD_TWO_DAYS, &facts);
    } else if (facts.options.len && !is_asked) {
        add_note(step, TEXT_FIELD_TAKES, &facts);
    } else {
        add_note(step, TEXT_FIELD_UNFIT, &facts);
    }
}

/* ---- beside an order, or as a change of what is open ------------------------------------------------------------------------------- */

/* "set Product to Pro on ticket 12" without the field is no order any more: what is left says for which ticket. */
static struct str order_without_fields(struct step *step, const struct mentions *named, struct str rest)
{
    static const struct str before[] = { { "on ", 3 }, { "of ", 3 }, { "for ", 4 }, { "in ", 3 }, { "bei ", 4 }, { "en ", 3 } };
    if (!named->items[0].sets) return rest;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (str_starts(rest, before[i])) rest = str_slice(rest, before[i].len, rest.len);
    if (rest.len == 0) return step->turn->focus ? STR("change the ticket") : rest;
    return str_starts(rest, STR("ticket")) ? arena_fmt(step->arena, "update %.*s", STR_ARG(rest)) : rest;
}

/* An order for a new ticket, or a change of one, may name fields. */
static bool order_with_fields(struct step *step, struct str rest)
{
    struct str order = order_without_fields(step, step->named, rest);
    return order.len > 0 && reply_order(step, order);
}

/* Is there more in what is left than "no," or "yes, and"? */
static bool tells_more(struct step *step, struct str rest)
{
    bool has_words = false;
    struct nlu_message *m = arena_new(step->arena, struct nlu_message);
    for (size_t i = 0; i < rest.len; i++) has_words = has_words || char_is_alpha(rest.ptr[i]) || char_is_digit(rest.ptr[i]);
    nlu_read(rest, NLU_ANYTHING, step->arena, m);
    return has_words && (!(m->acts & NLU_BARE) || (m->acts & NLU_CANCEL));
}

static bool take_fields(struct step *step, const struct mentions *named, struct str text)
{
    struct turn *turn = step->turn;
    struct str rest = mention_rest(named, text, step->arena);
    bool has_rest = tells_more(step, rest), is_open = turn->state == STATE_COLLECT || turn->state == STATE_CONFIRM;
    bool is_change = work_is_open(turn) && turn->task.kind == ACTION_UPDATE_TICKET && turn->task.asked != TASK_TICKET;
    step->named = named;
    if (turn->state == STATE_IDLE) return order_with_fields(step, rest);
    if (!is_open || (work_is_open(turn) ? !is_change || has_rest : has_rest && turn->asked == ASK_FIELD)) return false;
    if (work_is_open(turn)) {
        work_take_named(step);
        return true;
    }
    if (!draft_take_named(step, named)) return true;
    step->named = NULL;
    if (has_rest)
        reply_words(step, rest);
    else
        draft_advance(step);
    return true;
}

bool named_reply(struct step *step, struct str text)
{
    struct mentions *named = arena_new(step->arena, struct mentions);
    mention_find(&step->world->fields, text, policy_is_member(step->world), named, step->arena);
    bool is_models =
        step->turn->state == STATE_IDLE && step->world->engines > 0 && !step->no_model; /* it reads all words itself */
    bool is_taken = named->count > 0 && !is_models && take_fields(step, named, text);
    step->named = NULL;
    return is_taken;
}
