/* gate.c - where a sentence ends, what its slots become, and what happens when it does not hold.
 *
 * A sentence is the smallest piece that can be judged: "I have created" is a claim or a question only at its end. So that is what is held back, and no more.
 */
#include "agent/gate.h"

#include <assert.h>
#include <string.h>

#include "agent/redact.h"
#include "agent/say.h"
#include "agent/texts.h"

enum { RELEASED_BYTES_MAX = 512 * 1024, TOLD_BYTES = 8 * LEAK_CHARS, PART_BYTES = 4 * 1024 };

void gate_begin(struct gate *gate, const struct gate_facts *facts, struct arena *arena)
{
    *gate = (struct gate){ .facts = *facts, .arena = arena };
    buf_init(&gate->pending, GATE_PENDING_BYTES_MAX);
    buf_init(&gate->told, RELEASED_BYTES_MAX);
    claim_open(&gate->judge, facts->receipts, facts->receipt_count, facts->known, facts->known_count, arena);
    claim_teach(&gate->judge, facts->taught, arena);
    gate->judge.catalogue = facts->catalogue;
}

void gate_close(struct gate *gate)
{
    buf_clear(&gate->pending);
    buf_clear(&gate->told);
    claim_close(&gate->judge);
}

/* ---- where a sentence ends ---------------------------------------------------------------------------------------------------------------- */

/* "no. 30", "e.g. this", "1. first": a point that ends nothing. */
static bool is_abbreviated(struct str text, size_t point)
{
    static const char *const list[] = { "no",  "nr", "num", "approx", "mr",  "mrs", "ms", "dr",
                                        "bzw", "ca", "sr",  "sra",    "etc", "vs",  "st" };
    size_t begin = point;
    while (begin > 0 && (char_is_alpha(text.ptr[begin - 1]) || char_is_digit(text.ptr[begin - 1]))) begin--;
    struct str word = str_slice(text, begin, point);
    if (word.len <= 1 || char_is_digit(word.ptr[word.len - 1])) return true;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (str_eq_nocase(word, str_from(list[i]))) return true;
    return false;
}

/* Behind the marks that close a sentence; `at` is at its end mark. */
static size_t after_marks(struct str text, size_t at)
{
    while (at < text.len && strchr(".!?\"')*_~`", text.ptr[at])) at++;
    return at;
}

/* Bytes of the first whole sentence or line with the white space behind it; 0 while there is none. */
static size_t sentence_len(struct str text)
{
    for (size_t at = 0; at < text.len; at++) {
        size_t span = claim_span(text, at);
        if (span && at + span >= text.len) return 0; /* it may go on */
        if (span) {
            at += span - 1;
            continue;
        }
        if (text.ptr[at] == '\n') return at + 1;
        if (!strchr(".!?", text.ptr[at])) continue;
        size_t end = after_marks(text, at);
        if (end >= text.len) return 0;
        if (char_is_space(text.ptr[end]) && !(text.ptr[at] == '.' && is_abbreviated(text, at)))
            return end + (text.ptr[end] != '\n');
        at = end - 1;
    }
    return 0;
}

/* ---- slots ------------------------------------------------------------------------------------------------------------------------------------ */

static bool is_sort(enum action_kind kind, struct str sort)
{
    switch (kind) {
    case ACTION_CREATE_TICKET:
    case ACTION_GET_TICKET:
    case ACTION_UPDATE_TICKET: return str_eq(sort, STR("ticket"));
    case ACTION_ADD_COMMENT: return str_eq(sort, STR("comment"));
    case ACTION_LIST_TICKETS:
    case ACTION_SEARCH_TICKETS: return str_eq(sort, STR("list"));
    case ACTION_CREATE_CUSTOMER:
    case ACTION_GET_CUSTOMER:
    case ACTION_FIND_CUSTOMER:
    case ACTION_UPDATE_CUSTOMER: return str_eq(sort, STR("customer"));
    case ACTION_COUNT: break;
    }
    return false;
}

/* The fact that a slot names, from the newest receipt that has it. */
static bool fill_slot(struct gate *gate, struct str name, bool primary, struct buf *out)
{
    struct str path = name, sort = STR_NONE;
    if (!primary && (!str_split(&path, '.', &sort) || path.len == 0)) return false;
    for (size_t i = gate->judge.receipt_count; i-- > 0;) {
        const struct claim_receipt *receipt = &gate->judge.receipts[i];
        bool fits = primary ? str_eq(receipt->action, gate->facts.primary)
                            : str_eq(receipt->action, sort) || is_sort(receipt->kind, sort);
        bool reference = str_eq(sort, STR("request")) && str_eq(path, STR("reference")) && receipt->reference.len;
        if (reference)
            buf_str(out, receipt->reference);
        else if (!fits || say_slot(path, receipt->result, gate->facts.now_ms, out) != OK)
            continue;
        gate->judge.used |= UINT64_C(1) << i;
        return true;
    }
    return false;
}

/* The sentence with its facts; false when a slot cannot be filled. */
static bool fill(struct gate *gate, struct str sentence, struct buf *out, struct str *slot)
{
    for (size_t at = 0; at < sentence.len;) {
        size_t span = claim_span(sentence, at);
        bool quote = sentence.ptr[at] == QUOTE_OPEN;
        if (span && quote) {
            say_unquote(str_slice(sentence, at, at + span), out);
        } else if (span) {
            *slot = str_slice(sentence, at + 1, at + span - 1);
            if (!fill_slot(gate, *slot, sentence.ptr[at] == '\x02', out)) return false;
        } else {
            buf_char(out, sentence.ptr[at]);
        }
        at += span ? span : 1;
    }
    return true;
}

/* ---- letting through ----------------------------------------------------------------------------------------------------------------------------- */

static void hold(struct gate *gate, enum claim_fault fault, struct str sentence, struct str word)
{
    gate->held = true;
    gate->fault = fault;
    gate->reason = claim_reason(fault, sentence, word, gate->arena);
    buf_reset(&gate->pending);
}

/* A recital of the prompt, or what is shaped like a secret: an encoded prompt is. */
static bool is_private(struct gate *gate, struct str sentence)
{
    const struct redact_rules always = { 0 };
    struct redact redact;
    if (gate->facts.hidden == NULL) return false;
    redact_begin(&redact, &always, &gate->judge.scratch);
    (void)redact_text(&redact, sentence);
    struct str told = arena_fmt(&gate->judge.scratch, "%.*s%.*s", STR_ARG(buf_view(&gate->told)), STR_ARG(sentence));
    return redact.found[REDACT_SECRET] > 0 || leak_found(gate->facts.hidden, told, &gate->judge.scratch);
}

static void judge_sentence(struct gate *gate, struct str sentence, struct buf *released)
{
    struct str word, slot = STR_NONE;
    uint64_t used = gate->judge.used;
    enum claim_fault fault = claim_check(&gate->judge, sentence, &word);
    struct buf filled;
    buf_init(&filled, RELEASED_BYTES_MAX);
    if (fault == CLAIM_HOLDS && is_private(gate, sentence)) fault = CLAIM_PRIVATE;
    if (fault == CLAIM_HOLDS && !fill(gate, sentence, &filled, &slot)) {
        fault = CLAIM_SLOT_UNKNOWN;
        word = slot;
    }
    if (fault == CLAIM_HOLDS) {
        if (gate->retried && gate->shown && !gate->shown_now) buf_lit(released, "\n\n");
        buf_str(released, buf_view(&filled));
        buf_str(&gate->told, sentence);
        if (gate->told.len > TOLD_BYTES) buf_drop_front(&gate->told, gate->told.len - TOLD_BYTES);
        gate->shown = gate->shown_now = true;
    } else {
        gate->judge.used = used;
        hold(gate, fault, sentence, word);
    }
    buf_clear(&filled);
}

/* No more than a sentence is ever held back, so a long piece goes through in parts. */
static void feed_part(struct gate *gate, struct str part, struct buf *released)
{
    buf_str(&gate->pending, part);
    if (!buf_ok(&gate->pending)) {
        buf_clear(&gate->pending);
        buf_init(&gate->pending, GATE_PENDING_BYTES_MAX);
        hold(gate, CLAIM_UNREADABLE, part, STR_NONE);
        return;
    }
    for (size_t length; !gate->held && (length = sentence_len(buf_view(&gate->pending))) > 0;) {
        judge_sentence(gate, str_slice(buf_view(&gate->pending), 0, length), released);
        if (!gate->held) buf_drop_front(&gate->pending, length);
    }
}

void gate_feed(struct gate *gate, struct str piece, struct buf *released)
{
    for (size_t at = 0; at < piece.len && !gate->held; at += PART_BYTES)
        feed_part(gate, str_slice(piece, at, at + PART_BYTES), released);
}

enum gate_end gate_end(struct gate *gate, struct buf *released)
{
    if (!gate->held && gate->pending.len) judge_sentence(gate, buf_view(&gate->pending), released);
    buf_reset(&gate->pending);
    if (!gate->held) return GATE_SAID;
    if (!gate->retried) {
        gate->retried = true;
        gate->held = gate->shown_now = false;
        return GATE_RETRY;
    }
    if (gate->shown) buf_lit(released, "\n\n");
    buf_lit(released, texts_template(TEXT_UNPROVEN));
    return GATE_GAVE_UP;
}

size_t gate_receipts(const struct gate *gate, struct str *actions, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->judge.receipt_count && count < max; i++)
        if (gate->judge.used & (UINT64_C(1) << i)) actions[count++] = gate->judge.receipts[i].action;
    return count;
}
