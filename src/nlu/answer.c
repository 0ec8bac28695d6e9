/* answer.c - yes, no, or a change.
 *
 * A yes can send something, so two have to agree on one: a phrase of acts.def without anything that refuses, hedges, asks or puts off, and the
 * classifier, both as an answer and as a message of any kind. What holds a number, an address, a quote or an order is no mere yes. A no and a change send nothing, so the classifier alone may say
 * them; and of these two a change is what has more than refusing words in it.
 */
#include "nlu/answer.h"

#include "nlu/classify.h"
#include "nlu/lexicon.h"

enum { YES_MARGIN = 250, OTHER_MARGIN = 150, CHANGE_MARGIN = 120, NO_MARGIN = 250, CHANGE_WORDS_MIN = 2, YES_WORDS_MAX = 5 };

/* Something definite, that a mere yes does not have. */
static bool is_definite(const struct words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        enum word_kind kind = words_kind(w, i);
        if (kind == WORD_NUMBER || kind == WORD_EMAIL || kind == WORD_LINK || w->items[i].held) return true;
        if (words_is(w, i, LEX_PRIORITY | LEX_PROBLEM)) return true;
    }
    return false;
}

/* "but", "later", "if", "I will think about it": a yes with these is none. */
static bool puts_off(const struct words *w)
{
    static const char *const words =
        "but later first before wait until unless except only if instead actually change should could can another other "
        "different once maybe think thinking consider decide ask see check discuss talk know knew back tomorrow tonight "
        "soon next hold guess suppose perhaps possibly probably might may already question "
        "understand saw heard did said told happens more";
    for (size_t i = 0; i < w->count; i++)
        if (words_one_of(w, i, words)) return true;
    return false;
}

/* How many words are neither courtesy nor refusal. */
static size_t content(const struct words *w)
{
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++)
        count += words_kind(w, i) == WORD_TEXT && !words_is(w, i, LEX_POLITE | LEX_NEGATION | LEX_ASSENT | LEX_DROP);
    return count;
}

enum nlu_answer answer_read(const struct words *w, unsigned acts, const struct features *features, const struct nlu_guess *whole,
                            bool orders, bool gives)
{
    bool definite = is_definite(w), leans = acts & (NLU_AGREES | NLU_LEANS);
    if (acts & NLU_YES) return NLU_ANSWER_YES;
    if (gives) return NLU_ANSWER_CHANGE;
    struct nlu_guess guess = classify(features, CLASSIFY_ANSWERS);
    bool other = whole->best != NLU_MEANS_YES && whole->best != NLU_MEANS_THANKS && whole->margin >= OTHER_MARGIN;
    bool surely = guess.best == NLU_MEANS_YES && guess.margin >= YES_MARGIN && !other;
    bool more = definite || content(w) >= CHANGE_WORDS_MIN;
    if (leans && surely && !definite && !orders && !puts_off(w) && content(w) <= YES_WORDS_MAX) return NLU_ANSWER_YES;
    if (acts & (NLU_NO | NLU_CANCEL)) return more && guess.best == NLU_MEANS_CHANGE ? NLU_ANSWER_CHANGE : NLU_ANSWER_NO;
    if (words_one_of(w, 0, "what how when where why who which")) return NLU_NO_ANSWER;
    if (guess.best == NLU_MEANS_CHANGE && guess.margin >= CHANGE_MARGIN && more) return NLU_ANSWER_CHANGE;
    return guess.best == NLU_MEANS_NO && guess.margin >= NO_MARGIN && !leans ? NLU_ANSWER_NO : NLU_NO_ANSWER;
}
