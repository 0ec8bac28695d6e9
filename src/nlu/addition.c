/* addition.c - "add that X" at the beginning of a message, or "X, please add that" at its end.
 *
 * Only these two places: in the midst of what somebody tells, "they add that" is part of the tale. What it is added to is not said and not guessed
 * here; the conversation knows what is open.
 */
#include "nlu/addition.h"

#include "nlu/lexicon.h"

enum { ADDED_WORDS_MIN = 2 };

static bool is_verb(const struct words *w, size_t i)
{
    return words_one_of(w, i, "add mention include append note");
}

/* "please", "can you also": what may stand before the verb. */
static bool is_lead(const struct words *w, size_t i)
{
    return words_is(w, i, LEX_LEAD | LEX_POLITE) ||
           words_one_of(w, i, "can could would will you and also just then too oh no yes");
}

static size_t words_in(const struct words *w, size_t from, size_t to)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++) count += words_kind(w, i) == WORD_TEXT || words_kind(w, i) == WORD_NUMBER;
    return count;
}

/* Without the marks and courtesies around it. */
static struct str trimmed(const struct words *w, size_t from, size_t to)
{
    while (from < to && words_boundary(w, from)) from++;
    while (to > from && (words_boundary(w, to - 1) || words_one_of(w, to - 1, "please pls plz thanks"))) to--;
    return words_in(w, from, to) >= ADDED_WORDS_MIN ? words_span(w, from, to) : STR_NONE;
}

struct str addition_after(const struct words *w)
{
    size_t i = 0;
    while (i < w->count && !is_verb(w, i) && (is_lead(w, i) || words_kind(w, i) == WORD_PAUSE)) i++;
    if (!is_verb(w, i)) return STR_NONE;
    i++;
    while (words_one_of(w, i, "also please")) i++;
    if (words_kind(w, i) == WORD_PAUSE && words_eq(w, i + 1, STR("that"))) i++; /* "ergänze, dass ..." */
    bool that = words_one_of(w, i, "that this"), colon = words_kind(w, that ? i + 1 : i) == WORD_COLON;
    if (!colon && !words_eq(w, i, STR("that"))) return STR_NONE;
    i += (size_t)that + (size_t)colon;
    bool points = !colon && words_one_of(w, i, "to on in as too please for with"); /* "add that to the ticket" */
    return points ? STR_NONE : trimmed(w, i, w->count);
}

/* Does nothing more follow from i on than where it is to be added? */
static bool is_end(const struct words *w, size_t i)
{
    for (; i < w->count; i++) {
        bool place =
            words_is(w, i, LEX_TICKET | LEX_POLITE) || words_one_of(w, i, "to the it my this as well too also description draft");
        if (!place && words_kind(w, i) != WORD_STOP && words_kind(w, i) != WORD_NUMBER) return false;
    }
    return true;
}

struct str addition_before(const struct words *w)
{
    for (size_t i = w->count; i-- > 1;) {
        if (!is_verb(w, i) || !words_one_of(w, i + 1, "that this it") || !is_end(w, i + 2)) continue;
        size_t end = i;
        while (end > 0 && is_lead(w, end - 1) && !words_boundary(w, end - 1)) end--;
        return end > 0 && words_boundary(w, end - 1) ? trimmed(w, 0, end) : STR_NONE;
    }
    return STR_NONE;
}
