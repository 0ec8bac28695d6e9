/* nlu.c - one message: scanned, judged as a whole, its values and orders taken out, the rest put together again.
 *
 * The rest is what becomes a ticket's description, so it keeps the visitor's words and line ends: sentences that were wholly understood
 * are left out, others lose only what was understood at their two ends.
 */
#include "nlu/nlu.h"

#include <string.h>

#include "base/buf.h"
#include "base/text_fold.h"
#include "nlu/addition.h"
#include "nlu/answer.h"
#include "nlu/classify.h"
#include "nlu/clause.h"
#include "nlu/details.h"
#include "nlu/fields.h"
#include "nlu/lexicon.h"
#include "nlu/mood.h"
#include "nlu/operation.h"

enum { NEGATION_WORDS_MAX = 4, PLAIN_ORDER_BYTES_MAX = 16, ELSEWHERE_GAP = 400 };

/* ---- the rest ------------------------------------------------------------------------------------------------------------------- */

static bool carries_nothing(const struct words *w, size_t i)
{
    return w->items[i].taken || words_boundary(w, i) || words_kind(w, i) == WORD_COLON;
}

/* Narrows [*from, *to) to what is left of the sentence; false when nothing is. Marks and "and" go only together with what was understood beside them. */
static bool narrow(const struct words *w, size_t *from, size_t *to)
{
    size_t first = *from, last = *to;
    bool front = false, back = false;
    while (first < *to && carries_nothing(w, first)) front = w->items[first++].taken || front;
    while (last > first && carries_nothing(w, last - 1)) back = w->items[--last].taken || back;
    if (front) *from = first;
    if (back) *to = last;
    return last > first;
}

static bool has_newline(struct str s)
{
    return str_find(s, STR("\n"), 0) != SIZE_MAX;
}

/* A bracket that was opened inside of the sentence belongs to it, though it ends it. */
static size_t with_closing_bracket(const struct words *w, size_t from, size_t to, size_t end)
{
    if (to >= end || !str_eq(w->items[to].raw, STR(")"))) return to;
    for (size_t i = from; i < to; i++)
        if (str_eq(w->items[i].raw, STR("("))) return to + 1;
    return to;
}

static struct str collect_rest(const struct words *w, size_t start, struct arena *arena)
{
    struct buf out;
    buf_init(&out, w->text.len + 64);
    bool line_ends = false;
    for (size_t from = start; from < w->count;) {
        size_t end = words_sentence_end(w, from), a = from, b = end;
        bool kept = narrow(w, &a, &b);
        if (kept) {
            b = with_closing_bracket(w, a, b, end);
            struct str stop = b == end && end < w->count ? w->items[end].raw : STR_NONE;
            if (a > from && str_starts(stop, STR("?")))
                stop = STR_NONE; /* "could you open a ticket about X?" asks nothing about X */
            if (out.len) buf_lit(&out, line_ends ? "\n" : " ");
            buf_str(&out, words_span(w, a, b));
            buf_str(&out, str_trim(stop));
        }
        if (end < w->count) line_ends = has_newline(w->items[end].raw) || (line_ends && !kept);
        from = end + 1;
    }
    if (w->cut) { /* what was too long to read is text */
        struct str last = w->items[w->count - 1].raw;
        buf_str(&out, str_slice(w->text, (size_t)(last.ptr - w->text.ptr) + last.len, w->text.len));
    }
    struct str rest = arena_str(arena, str_trim(buf_view(&out)));
    buf_clear(&out);
    return rest;
}

/* By a word for it ("broken"), unless the whole surely means something else; or by the whole. */
static bool tells_problem(const struct words *w, const struct nlu_guess *guess)
{
    bool sure = guess->certainty == NLU_SURE && guess->score >= 0;
    if (sure && guess->best == NLU_MEANS_REPORT_PROBLEM) return true;
    if (sure && (guess->best == NLU_MEANS_NOTHING || guess->best == NLU_MEANS_QUESTION)) return false;
    for (size_t i = 0; i < w->count; i++)
        if (!w->items[i].taken && words_is(w, i, LEX_PROBLEM)) return true;
    return false;
}

/* ---- all of it -------------------------------------------------------------------------------------------------------------------- */

static struct nlu_clause *add_clause(struct nlu_message *m, enum nlu_operation operation, struct str text, uint64_t ticket)
{
    if (m->clause_count == NLU_CLAUSES_MAX) return NULL;
    struct nlu_clause *clause = &m->clauses[m->clause_count++];
    *clause = (struct nlu_clause){ .operation = operation, .certainty = NLU_SURE, .text = text, .ticket = ticket };
    return clause;
}

static bool wants_ticket(enum nlu_operation operation)
{
    return operation == NLU_GET_TICKET || operation == NLU_UPDATE_TICKET || operation == NLU_ADD_COMMENT ||
           operation == NLU_GET_COMMENTS || operation == NLU_ATTACH_FILE;
}

/* Two changes to one ticket are one change: "set it to high and assign it to Bob". */
static bool joins_previous(struct nlu_message *m, enum nlu_operation operation, uint64_t ticket, const struct nlu_details *d)
{
    if (operation != NLU_UPDATE_TICKET || m->clause_count == 0) return false;
    struct nlu_clause *before = &m->clauses[m->clause_count - 1];
    struct nlu_details *old = &before->details;
    bool same = before->operation == operation && (ticket == 0 || ticket == before->ticket);
    bool twice = (old->status.len && d->status.len) || (old->priority.len && d->priority.len) ||
                 (old->assignee.len && d->assignee.len) || (old->tags.len && d->tags.len) || (old->text.len && d->text.len);
    if (!same || twice) return false;
    if (d->status.len) old->status = d->status;
    if (d->priority.len) old->priority = d->priority;
    if (d->type.len) old->type = d->type;
    if (d->assignee.len) old->assignee = d->assignee;
    if (d->tags.len) old->tags = d->tags;
    if (d->remove_tags.len) old->remove_tags = d->remove_tags;
    if (d->text.len) old->text = d->text;
    return true;
}

/* The words of an order for several tickets as an order for one of them, so that each can be kept and read again by itself: from "close tickets 7 and 8
 * please", where the numbers are the words `first` to `last`, to "close tickets #8 please". */
static struct str for_one(const struct words *w, size_t from, size_t to, size_t first, size_t last, uint64_t ticket,
                          struct arena *arena)
{
    struct str before = words_span(w, from, first), after = words_span(w, last + 1, to);
    return str_trim(arena_fmt(arena, "%.*s #%llu %.*s", STR_ARG(before), (unsigned long long)ticket, STR_ARG(after)));
}

/* The further tickets of the clause that was added last; `at` is behind its own number. A look needs no more words than the number. */
static void add_tickets(struct nlu_message *m, const struct words *w, size_t from, size_t to, size_t at, struct arena *arena)
{
    size_t own = m->clause_count - 1, first = at - 1, last = first;
    const struct nlu_clause order = m->clauses[own];
    for (uint64_t next; (next = operation_next_ticket(w, &at, to, true)) != 0; last = at - 1) {
        struct nlu_clause *clause = add_clause(m, order.operation, STR_NONE, next);
        if (!clause) break;
        clause->why = order.why;
        if (order.operation == NLU_GET_TICKET)
            clause->text = arena_fmt(arena, "#%llu", (unsigned long long)next);
        else
            clause->details = order.details;
    }
    bool several = m->clause_count > own + 1 && order.operation != NLU_GET_TICKET;
    for (size_t i = own; several && i < m->clause_count; i++)
        m->clauses[i].text = for_one(w, from, to, first, last, m->clauses[i].ticket, arena);
}

static bool writes(enum nlu_operation operation)
{
    return operation == NLU_CREATE_TICKET || operation == NLU_UPDATE_TICKET || operation == NLU_ADD_COMMENT ||
           operation == NLU_ATTACH_FILE || operation == NLU_CREATE_CUSTOMER || operation == NLU_UPDATE_CUSTOMER;
}

/* One clause a ticket: "status of ticket 44 and ticket 45" asks for two. */
static void add_order(struct nlu_message *m, const struct words *w, size_t from, size_t to, enum nlu_operation operation,
                      size_t verb, struct arena *arena)
{
    struct nlu_details details;
    size_t at = from;
    bool bare = wants_ticket(operation);
    enum mood mood = writes(operation) ? mood_read(w, from, to, verb, operation) : MOOD_ORDERS;
    uint64_t ticket = bare ? operation_next_ticket(w, &at, to, bare) : 0;
    details_read(w, from, to, operation, &details);
    bool narrowed = details.query.len || details.assignee.len || details.priority.len || details.created.kind;
    if (operation == NLU_LIST_TICKETS && narrowed && !details.email.len) operation = NLU_SEARCH_TICKETS;
    if (ticket) details.reference = NLU_NO_REFERENCE;
    if (ticket && mood == MOOD_ASKS) operation = NLU_GET_TICKET; /* "who closed 12" */
    if (joins_previous(m, operation, ticket, &details)) return;
    struct nlu_clause *clause = add_clause(m, operation, words_span(w, from, to), ticket);
    if (clause) clause->details = details;
    if (clause && mood != MOOD_ORDERS && writes(operation)) clause->certainty = NLU_ASK;
    if (clause && verb != SIZE_MAX) clause->why = w->items[verb].raw;
    if (clause && ticket) add_tickets(m, w, from, to, at, arena);
}

/* Only a number and words that add nothing: "35437?", "and 35437". */
static bool is_bare_number(const struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        bool adds_nothing = words_kind(w, i) != WORD_TEXT ||
                            words_is(w, i, LEX_LEAD | LEX_POLITE | LEX_CONNECT | LEX_STATUS | LEX_LOOK | LEX_CONTACT);
        if (words_kind(w, i) == WORD_EMAIL || !adds_nothing) return false;
    }
    return operation_ticket(w, from, to, true) != 0;
}

static void read_orders(struct nlu_message *m, struct words *w, enum nlu_expect expect, struct str *priority, struct arena *arena)
{
    bool take = expect != NLU_MATTER;
    for (size_t from = 0; from < w->count;) {
        size_t to = clause_end(w, from);
        while (from < to && words_boundary(w, from)) from++;
        size_t verb = SIZE_MAX;
        enum nlu_operation operation = to > from ? operation_read(w, from, to, take, priority, &verb) : NLU_NO_OPERATION;
        if (!operation && expect == NLU_NUMBER && is_bare_number(w, from, to)) {
            operation = NLU_GET_TICKET;
            words_take(w, from, to);
        }
        if (operation) add_order(m, w, from, to, operation, verb, arena);
        from = to + 1;
    }
}

static bool of_customer(enum nlu_operation operation)
{
    return operation == NLU_LIST_TICKETS || operation == NLU_GET_CUSTOMER || operation == NLU_FIND_CUSTOMER ||
           operation == NLU_UPDATE_CUSTOMER;
}

/* "find ana@acme.io and list her tickets": the customer of the clause before. */
static void share_email(struct nlu_message *m, size_t i)
{
    struct nlu_details *details = &m->clauses[i].details;
    bool open =
        i > 0 && of_customer(m->clauses[i].operation) && details->email.len == 0 && details->reference == NLU_NO_REFERENCE;
    if (open) details->email = m->clauses[i - 1].details.email;
}

/* "ticket 12 is done: close it and tell them so": a clause without a number has that of its neighbour. */
static void share_tickets(struct nlu_message *m)
{
    uint64_t before = 0, any = m->ticket;
    for (size_t i = 0; i < m->clause_count && !any; i++) any = m->clauses[i].ticket;
    for (size_t i = 0; i < m->clause_count; i++) {
        struct nlu_clause *clause = &m->clauses[i];
        bool points = clause->details.reference == NLU_IT || clause->details.reference == NLU_NO_REFERENCE;
        share_email(m, i);
        if (clause->ticket)
            before = clause->ticket;
        else if (wants_ticket(clause->operation) && points)
            clause->ticket = before ? before : any;
    }
}

/* What else is said of a ticket that this message makes belongs to it: "open a ticket called X and make it urgent". */
static void absorb(struct nlu_message *m)
{
    size_t kept = 0;
    bool made = false;
    for (size_t i = 0; i < m->clause_count; i++) {
        struct nlu_clause *clause = &m->clauses[i];
        bool change = clause->operation == NLU_UPDATE_TICKET || clause->operation == NLU_ADD_COMMENT;
        bool other = clause->ticket || clause->details.status.len || clause->details.reference > NLU_IT;
        if (made && change && !other) {
            if (!m->values[NLU_PRIORITY].len) m->values[NLU_PRIORITY] = clause->details.priority;
            if (!m->values[NLU_DESCRIPTION].len) m->values[NLU_DESCRIPTION] = clause->details.text;
            if (!m->values[NLU_TAGS].len) m->values[NLU_TAGS] = clause->details.tags;
            continue;
        }
        made = made || clause->operation == NLU_CREATE_TICKET;
        m->clauses[kept++] = *clause;
    }
    m->clause_count = kept;
}

static bool begins_negated(const struct words *w)
{
    for (size_t i = 0; i < NEGATION_WORDS_MAX; i++)
        if (words_is(w, i, LEX_NEGATION)) return true;
    return false;
}

/* "how do I change my address" may be answered or done. Who asks how to open a ticket is asked what it is about, which is the answer. */
static bool asks_how(struct str text)
{
    static const char *const words[] = { "how ", "where ", "what ", "when ", "why ", "which " };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_eq_nocase(str_slice(text, 0, strlen(words[i])), str_from(words[i]))) return true;
    return false;
}

/* The order that the classifier hears instead; NLU_NO_OPERATION when it hears none. */
static enum nlu_operation heard_instead(const struct nlu_guess *guess, enum nlu_operation operation)
{
    if (guess->best < (enum nlu_meaning)NLU_OPERATIONS && guess->best != (enum nlu_meaning)operation)
        return (enum nlu_operation)guess->best;
    bool other = guess->rival < (enum nlu_meaning)NLU_OPERATIONS && guess->rival != (enum nlu_meaning)operation;
    return other ? (enum nlu_operation)guess->rival : NLU_NO_OPERATION;
}

/* A write that names no ticket, in a message that sounds like nothing of the kind: asked about, not begun. */
static void doubt(struct nlu_message *m, const struct features *features)
{
    bool other = m->guess.best >= (enum nlu_meaning)NLU_OPERATIONS || m->guess.best == NLU_MEANS_NOTHING;
    bool elsewhere = other && m->guess.certainty != NLU_FALL_BACK && m->guess.best != NLU_MEANS_REPORT_PROBLEM &&
                     m->guess.best != NLU_MEANS_CHANGE && m->guess.best != NLU_MEANS_INFORM;
    for (size_t i = 0; i < m->clause_count; i++) {
        struct nlu_clause *clause = &m->clauses[i];
        bool plain = clause->details.reference == NLU_IT && clause->text.len <= PLAIN_ORDER_BYTES_MAX; /* "close it" */
        bool wonders = clause->operation != NLU_CREATE_TICKET && asks_how(clause->text);
        if (!writes(clause->operation) || clause->ticket || plain) continue;
        int gap = m->guess.score - classify(features, UINT64_C(1) << clause->operation).score;
        if (!wonders && !(elsewhere && gap >= ELSEWHERE_GAP)) continue;
        clause->certainty = NLU_ASK;
        clause->rival = heard_instead(&m->guess, clause->operation);
    }
}

/* ---- as a whole ---------------------------------------------------------------------------------------------------------------------- */

static const struct {
    enum nlu_act act;
    enum nlu_meaning meaning;
} act_meanings[] = {
    { NLU_BOT, NLU_MEANS_BOT },     { NLU_HUMAN, NLU_MEANS_HUMAN }, { NLU_CANCEL, NLU_MEANS_CANCEL },
    { NLU_YES, NLU_MEANS_YES },     { NLU_NO, NLU_MEANS_NO },       { NLU_RECAP, NLU_MEANS_REPEAT },
    { NLU_HELP, NLU_MEANS_HELP },   { NLU_BYE, NLU_MEANS_BYE },     { NLU_THANKS, NLU_MEANS_THANKS },
    { NLU_GREET, NLU_MEANS_GREET },
};

enum nlu_meaning nlu_meaning(const struct nlu_message *m)
{
    enum nlu_meaning meaning = NLU_MEANS_NOTHING;
    if (m->clause_count && m->clauses[0].certainty == NLU_SURE) return (enum nlu_meaning)m->clauses[0].operation;
    for (size_t i = 0; i < sizeof act_meanings / sizeof act_meanings[0]; i++) {
        if (!(m->acts & act_meanings[i].act)) continue;
        if (act_meanings[i].meaning == m->guess.best) return m->guess.best; /* of two acts, the one it sounds like */
        if (!meaning) meaning = act_meanings[i].meaning;
    }
    if (meaning) return meaning;
    if (m->guess.certainty == NLU_SURE) return m->guess.best;
    if (m->clause_count) return (enum nlu_meaning)m->clauses[0].operation;
    if (m->problem) return NLU_MEANS_REPORT_PROBLEM;
    bool talk =
        m->guess.certainty == NLU_ASK && m->guess.best >= (enum nlu_meaning)NLU_OPERATIONS; /* an order is not guessed at */
    return talk ? m->guess.best : NLU_MEANS_NOTHING;
}

static bool gives_field(const struct nlu_message *m)
{
    for (size_t i = 0; i < NLU_FIELDS; i++)
        if (m->values[i].len) return true;
    return m->wanted != NLU_NO_FIELD;
}

/* With a ticket's number it is a comment on that one, and no look at it: "X. Can you add that to ticket 77?" An order that stands in the words to be added,
 * as in "note that the shop closes at five", is part of them. */
static void read_addition(struct nlu_message *m, const struct words *w)
{
    struct str after = addition_after(w), added = after.len ? after : addition_before(w);
    struct nlu_clause *clause = &m->clauses[0];
    if (added.len == 0 || m->clause_count > 1) return;
    bool order = m->clause_count == 1, inside = order && after.len && !clause->ticket && clause->operation != NLU_CREATE_TICKET;
    if (inside) m->clause_count = 0;
    if (m->clause_count == 0 && !gives_field(m)) m->addition = added;
    if (m->clause_count == 0 || clause->operation != NLU_GET_TICKET || !clause->ticket) return;
    clause->operation = NLU_ADD_COMMENT;
    clause->details.text = added;
}

void nlu_read(struct str text, enum nlu_expect expect, struct arena *arena, struct nlu_message *m)
{
    *m = (struct nlu_message){ .wanted = NLU_NO_FIELD };
    m->text = str_trim(str_nfc(arena, str_clip(text, NLU_MESSAGE_MAX)));
    struct words w;
    words_split(m->text, arena, &w);
    m->language = gloss_words(&w);
    m->acts = acts_read(&w);
    clause_hold(&w);
    struct features features;
    features_read(&w, 0, w.count, &features);
    m->guess = classify(&features, CLASSIFY_REQUESTS);
    if (begins_negated(&w) && m->guess.certainty == NLU_SURE && writes((enum nlu_operation)m->guess.best))
        m->guess.certainty = NLU_ASK;

    struct fields f;
    struct str priority = STR_NONE;
    fields_read(&w, expect, &f);
    read_orders(m, &w, expect, &priority, arena);
    for (size_t i = 0; i < NLU_FIELDS; i++) m->values[i] = f.values[i];
    if (!m->values[NLU_PRIORITY].len) m->values[NLU_PRIORITY] = priority;
    m->other_email = f.other_email;
    m->wanted = f.wanted;
    m->ticket = operation_ticket(&w, 0, w.count, expect == NLU_NUMBER);
    share_tickets(m);
    absorb(m);
    doubt(m, &features);
    m->problem = tells_problem(&w, &m->guess);

    bool labelled = f.description_from != SIZE_MAX;
    m->rest = collect_rest(&w, labelled ? f.description_from : 0, arena);
    if (labelled && !m->values[NLU_DESCRIPTION].len) m->values[NLU_DESCRIPTION] = m->rest;
    read_addition(m, &w);
    m->answer = answer_read(&w, m->acts, &features, &m->guess, m->clause_count > 0, gives_field(m));
}
