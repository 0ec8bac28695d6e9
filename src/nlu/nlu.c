/* nlu.c - one message: scanned, judged as a whole, its values and orders taken out, the rest put together again.
 *
 * The rest is what becomes a ticket's description, so it keeps the visitor's words and line ends: sentences that were wholly understood
 * are left out, others lose only what was understood at their two ends.
 */
#include "nlu/nlu.h"

#include "base/buf.h"
#include "base/text_fold.h"
#include "nlu/fields.h"
#include "nlu/lexicon.h"
#include "nlu/operation.h"

const char *nlu_operation_name(enum nlu_operation operation)
{
    static const char *const names[] = { "none", "create_ticket", "get_ticket", "change_ticket" };
    return names[operation];
}

const char *nlu_field_name(enum nlu_field field)
{
    static const char *const names[] = { "subject", "description", "email", "name", "priority", "type", "tags", "" };
    return names[field];
}

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

static bool tells_problem(const struct words *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (!w->items[i].taken && words_is(w, i, LEX_PROBLEM)) return true;
    return false;
}

/* ---- all of it -------------------------------------------------------------------------------------------------------------------- */

static void add_clause(struct nlu_message *m, enum nlu_operation operation, struct str text, uint64_t ticket)
{
    if (m->clause_count == NLU_CLAUSES_MAX) return;
    m->clauses[m->clause_count++] = (struct nlu_clause){ .operation = operation, .text = text, .ticket = ticket };
}

/* One clause a ticket: "status of ticket 44 and ticket 45" asks for two. */
static void add_sentence(struct nlu_message *m, const struct words *w, size_t from, size_t to, enum nlu_operation operation,
                         struct arena *arena)
{
    size_t at = from;
    bool looks = operation == NLU_GET_TICKET, bare = looks || operation == NLU_CHANGE_TICKET;
    add_clause(m, operation, words_span(w, from, to), bare ? operation_next_ticket(w, &at, to, bare) : 0);
    for (uint64_t next; looks && (next = operation_next_ticket(w, &at, to, bare)) != 0;)
        add_clause(m, operation, arena_fmt(arena, "#%llu", (unsigned long long)next), next);
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

static void read_operations(struct nlu_message *m, struct words *w, enum nlu_expect expect, struct str *priority,
                            struct arena *arena)
{
    bool take = expect != NLU_MATTER;
    for (size_t from = 0; from < w->count;) {
        size_t to = words_sentence_end(w, from);
        enum nlu_operation operation = to > from ? operation_read(w, from, to, take, priority) : NLU_NO_OPERATION;
        if (!operation && expect == NLU_NUMBER && is_bare_number(w, from, to)) {
            operation = NLU_GET_TICKET;
            words_take(w, from, to);
        }
        if (operation) add_sentence(m, w, from, to, operation, arena);
        from = to + 1;
    }
}

void nlu_read(struct str text, enum nlu_expect expect, struct arena *arena, struct nlu_message *m)
{
    *m = (struct nlu_message){ .wanted = NLU_NO_FIELD };
    m->text = str_trim(str_nfc(arena, str_clip(text, NLU_MESSAGE_MAX)));
    struct words w;
    words_split(m->text, arena, &w);
    m->acts = acts_read(&w);

    struct fields f;
    struct str priority = STR_NONE;
    fields_read(&w, expect, &f);
    read_operations(m, &w, expect, &priority, arena);
    for (size_t i = 0; i < NLU_FIELDS; i++) m->values[i] = f.values[i];
    if (!m->values[NLU_PRIORITY].len) m->values[NLU_PRIORITY] = priority;
    m->other_email = f.other_email;
    m->wanted = f.wanted;
    m->ticket = operation_ticket(&w, 0, w.count, expect == NLU_NUMBER);
    m->problem = tells_problem(&w);

    bool labelled = f.description_from != SIZE_MAX;
    m->rest = collect_rest(&w, labelled ? f.description_from : 0, arena);
    if (labelled && !m->values[NLU_DESCRIPTION].len) m->values[NLU_DESCRIPTION] = m->rest;
}
