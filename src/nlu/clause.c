/* clause.c - clauses and dictated text.
 *
 * People give orders in a row ("set it to high and tell them we are on it"), and they dictate text that looks like orders ("add a note saying: close
 * this tomorrow"). So text is found first, by quotes and by the words that introduce it, and everything else only looks at what is not held. Splitting at
 * every "and" was rejected: "login and password page" is one thing. A joint splits only where the words after it begin an order with an object.
 */
#include "nlu/clause.h"

#include "nlu/lexicon.h"

enum { ORDER_VERBS = LEX_CREATE | LEX_CHANGE | LEX_LOOK | LEX_ADD | LEX_FIND | LEX_CLOSE, QUOTED_WORDS_MIN = 1 };

static bool is_lead(const struct words *w, size_t i)
{
    return words_is(w, i, LEX_LEAD | LEX_POLITE) ||
           words_one_of(w, i, "and then also next finally afterwards after that first someone somebody anyone anybody");
}

bool clause_orders(const struct words *w, size_t from, size_t i)
{
    if (i == from) return true;
    for (size_t k = i; k > from && i - k < 4; k--)
        if (words_is(w, k - 1, LEX_NEGATION) && !words_eq(w, k - 1, STR("no"))) return false;
    bool asked = i > from + 1 && words_eq(w, i - 1, STR("i")) &&
                 words_one_of(w, i - 2, "can could may do should must"); /* "how do I upload" */
    bool noun = !asked && words_one_of(w, i - 1, "the a an my this that your its it i there");
    return words_kind(w, i - 1) != WORD_TEXT || (!noun && is_lead(w, i - 1)) || words_eq(w, i - 1, STR("to"));
}

/* "tell them", "let the customer know", "reply": to somebody else than the one who writes. */
static bool begins_telling(const struct words *w, size_t i)
{
    return words_one_of(w, i, "tell let reply respond answer note inform") && !words_one_of(w, i + 1, "me us");
}

/* Does an order with an object begin at i? `elliptic`: "and assign to Bob" needs none. */
static bool begins_order(const struct words *w, size_t i, bool elliptic)
{
    size_t verb = i;
    while (verb < w->count && verb - i < 8 && words_kind(w, verb) == WORD_TEXT && is_lead(w, verb) && !begins_telling(w, verb) &&
           !words_is(w, verb, LEX_CHANGE | LEX_CLOSE | LEX_ADD))
        verb++;
    if (words_is(w, verb, LEX_STATUS) && words_is(w, i, LEX_ASK)) return true;
    bool tells = begins_telling(w, verb);
    if (!tells && (!words_is(w, verb, ORDER_VERBS) || words_eq(w, verb, STR("tell")))) return false;
    if (elliptic && words_is(w, verb, LEX_CHANGE | LEX_CLOSE)) return true;
    for (size_t at = verb; at < w->count && at - verb < 9 && words_kind(w, at) != WORD_STOP; at++) {
        if (words_kind(w, at) == WORD_NUMBER || words_kind(w, at) == WORD_EMAIL) return true;
        if (at > verb && words_is(w, at, LEX_TICKET | LEX_COMMENT | LEX_PEOPLE)) return true;
        if (at > verb && words_one_of(w, at, "it them that this priority tag tags status")) return true;
    }
    return false;
}

/* ---- text that is held ---------------------------------------------------------------------------------------------------------- */

static bool blank_before(const struct words *w, size_t i)
{
    const char *at = w->items[i].raw.ptr;
    return at == w->text.ptr || char_is_space(at[-1]) || at[-1] == '(' || at[-1] == ':' || at[-1] == '=' || at[-1] == ',';
}

static bool blank_after(const struct words *w, size_t i)
{
    size_t end = (size_t)(w->items[i].raw.ptr - w->text.ptr) + w->items[i].raw.len;
    return end >= w->text.len || !(char_is_alpha(w->text.ptr[end]) || char_is_digit(w->text.ptr[end]));
}

/* The quote that closes the one at `open`; SIZE_MAX when it is none that opens. */
static size_t closing_quote(const struct words *w, size_t open)
{
    if (!blank_before(w, open)) return SIZE_MAX;
    bool single = w->items[open].raw.ptr[0] == '\'';
    for (size_t i = open + 1; i < w->count; i++) {
        if (words_kind(w, i) != WORD_QUOTE || single != (w->items[i].raw.ptr[0] == '\'')) continue;
        if (blank_after(w, i)) return i > open + QUOTED_WORDS_MIN ? i : SIZE_MAX;
    }
    return SIZE_MAX;
}

static void hold(struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < w->count; i++) w->items[i].held = true;
}

/* "leave a note on ticket 12 that ...": does the "that" at i follow a comment and its ticket? */
static bool is_noted(const struct words *w, size_t i)
{
    if (i == 0 || !(words_kind(w, i - 1) == WORD_NUMBER || words_is(w, i - 1, LEX_TICKET) || words_eq(w, i - 1, STR("it"))))
        return false;
    for (size_t k = i; k > 0 && words_kind(w, k - 1) != WORD_STOP; k--)
        if (words_is(w, k - 1, LEX_COMMENT) || words_one_of(w, k - 1, "reply tell note add")) return true;
    return false;
}

/* Where the text begins that the words at i introduce; 0 when they introduce none. */
static size_t dictation(const struct words *w, size_t i)
{
    static const char *const leads[] = {
        "saying that",
        "saying",
        "that says",
        "which says",
        "stating that",
        "stating",
        "that reads",
        "with the comment",
        "with comment",
        "with a comment",
        "with the note",
        "with a note",
        "with the message",
        "with message",
        "with the reply",
        "with the text",
        "with the words",
        "with the following",
        "tell them that",
        "tell them",
        "tell him that",
        "tell him",
        "tell her that",
        "tell her",
        "noting that",
        "noting",
        "mentioning that",
        "to say that",
        "to say",
        "letting them know that",
        "let them know that",
        "let them know",
        "let him know that",
        "let her know that",
        "inform them that",
        "inform them",
        "inform him",
        "inform her",
        "informing them that",
        "inform the customer",
        "inform the requester",
        "write back to them",
        "tell the customer that",
        "tell the customer",
        "let the customer know that",
        "let the customer know",
        "tell the client that",
        "tell the requester that",
        "tell the requester",
    };
    for (size_t k = 0; k < sizeof leads / sizeof leads[0]; k++) {
        size_t length = words_phrase(w, i, str_from(leads[k]));
        if (!length) continue;
        size_t start = i + length;
        for (size_t at = start; at < start + 5 && words_one_of(w, start, "on in for"); at++)
            if (words_eq(w, at, STR("that"))) return at + 1; /* "tell the customer on 12 that ..." */
        if (words_one_of(w, start, "on in for"))
            for (size_t at = start + 1; at < start + 4; at++)
                if (words_kind(w, at) == WORD_NUMBER && words_kind(w, at + 1) == WORD_TEXT)
                    return at + 1 + words_one_of(w, at + 1, "saying"); /* "tell her on 12 the key is here" */
        return words_kind(w, start) == WORD_COLON || words_kind(w, start) == WORD_PAUSE ? start + 1 : start;
    }
    return words_eq(w, i, STR("that")) && is_noted(w, i) ? i + 1 : 0;
}

/* "internal note on ticket 5: ...", "reply to 12: ...", "update ticket 5 with: ...": does the colon at i introduce text? */
static bool colon_dictates(const struct words *w, size_t i)
{
    size_t from = i;
    while (from > 0 && words_kind(w, from - 1) != WORD_STOP) from--;
    bool comment = false, label = words_is(w, i - 1, LEX_LABEL) && !words_is(w, i - 1, LEX_COMMENT);
    for (size_t k = from; k < i; k++) {
        comment = comment || words_is(w, k, LEX_COMMENT) || words_one_of(w, k, "reply respond answer tell comment");
        comment = comment || (words_eq(w, k, STR("with")) && k + 1 == i);
    }
    return comment && !label && words_kind(w, i + 1) != WORD_QUOTE;
}

/* "and set 812 to pending" in the midst of text: an order, as it names a ticket. */
static bool leaves_text(const struct words *w, size_t i)
{
    if (!words_one_of(w, i, "and then") || !words_is(w, i + 1, LEX_CHANGE | LEX_CLOSE)) return false;
    for (size_t k = i + 2; k < i + 5; k++)
        if (words_kind(w, k) == WORD_NUMBER && w->items[k].raw.len > 2) return true;
    return false;
}

/* The text goes on to the end of the message, or to an order that is clearly one. */
static size_t dictation_end(const struct words *w, size_t from)
{
    for (size_t i = from; i < w->count; i++)
        if ((words_kind(w, i) == WORD_STOP && begins_order(w, i + 1, false)) || leaves_text(w, i)) return i;
    size_t end = w->count;
    while (end > from && words_kind(w, end - 1) == WORD_STOP) end--;
    return end;
}

/* "a train ticket", "the ticket office", "my vacation request": none of a help desk's. */
static void drop_other_tickets(struct words *w)
{
    static const char *const before =
        "flight train plane bus concert movie cinema theater theatre opera museum game match parking speeding lottery "
        "season festival airline boat ferry metro subway vacation pto leave holiday loan friend song court phone pillow";
    static const char *const after = "machine office price prices booth counter hall sales holder holders inspector";
    static const char *const wanted = "time days day leave pto vacation holiday song songs comment";
    for (size_t i = 0; i < w->count; i++) {
        bool off = words_eq(w, i + 1, STR("for")) && (words_one_of(w, i + 2, wanted) || words_one_of(w, i + 3, wanted));
        if (words_is(w, i, LEX_TICKET) && ((i > 0 && words_one_of(w, i - 1, before)) || words_one_of(w, i + 1, after) || off))
            w->items[i].classes &= ~(unsigned)LEX_TICKET;
    }
}

void clause_hold(struct words *w)
{
    drop_other_tickets(w);
    for (size_t i = 0; i < w->count; i++) {
        size_t start = 0, close;
        if (words_kind(w, i) == WORD_QUOTE && (close = closing_quote(w, i)) != SIZE_MAX) {
            hold(w, i + 1, close);
            i = close;
            continue;
        }
        if (words_kind(w, i) == WORD_COLON && i > 0 && colon_dictates(w, i)) start = i + 1;
        if (!start) start = dictation(w, i);
        if (!start || start >= w->count || words_kind(w, start) == WORD_QUOTE || words_kind(w, start) == WORD_STOP) continue;
        size_t end = dictation_end(w, start);
        hold(w, start, end);
        i = end;
    }
}

bool clause_held(const struct words *w, size_t from, size_t to, size_t *first, size_t *end)
{
    size_t best = 0;
    for (size_t i = from; i < to && i < w->count; i++) {
        if (!w->items[i].held) continue;
        size_t last = i;
        while (last < to && w->items[last].held) last++;
        if (last - i > best) {
            best = last - i;
            *first = i;
            *end = last;
        }
        i = last;
    }
    return best > 0;
}

/* ---- clauses -------------------------------------------------------------------------------------------------------------------- */

static bool has_verb(const struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!w->items[i].held && words_is(w, i, ORDER_VERBS)) return true;
    return false;
}

static bool has_value(const struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!w->items[i].held && words_is(w, i, LEX_PRIORITY | LEX_STATE)) return true;
    return false;
}

bool clause_sets_number(const struct words *w, size_t i)
{
    i += words_is(w, i, LEX_TICKET);
    return words_kind(w, i) == WORD_NUMBER && words_one_of(w, i + 1, "to as on") && words_is(w, i + 2, LEX_PRIORITY | LEX_STATE);
}

size_t clause_end(const struct words *w, size_t from)
{
    size_t end = words_sentence_end(w, from);
    for (size_t i = from + 1; i < end; i++) {
        if (w->items[i].held || !words_boundary(w, i)) continue;
        if (begins_order(w, i + 1, has_verb(w, from, i))) return i;
        if (has_value(w, from, i) && clause_sets_number(w, i + 1)) return i; /* "set 700 to high and 800 to low" */
    }
    return end;
}
