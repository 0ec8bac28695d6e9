/* acts.c - phrases laid over the message from left to right, the longest first; then a verdict on what they cover.
 *
 * Only short messages can be an act (ACT_WORDS_MAX): nobody says yes in sixty words, and a long text that begins with "no" is a description.
 * A classifier beside these rules was left for later: rules that know every word of a yes err on the side of asking again.
 */
#include "nlu/acts.h"

#include "nlu/lexicon.h"

enum {
    ACT_WORDS_MAX = 24,
    CLOSING_WORDS_MAX = 3, /* "bye, nice talking to you" */
};

struct phrase {
    struct str text;
    unsigned act;
};

static const struct phrase phrases[] = {
#define PHRASE(act, words) { { words, sizeof(words) - 1 }, NLU_##act },
#include "nlu/acts.def"
#undef PHRASE
};

/* What was found while walking. */
struct cover {
    unsigned acts;  /* of all phrases */
    unsigned first; /* of a phrase that begins the message */
    size_t unknown; /* words in no phrase that may not stand beside an assent */
    size_t kept;    /* words in no phrase that may not stand beside a "cancel" */
    size_t content; /* words in no phrase that are not mere politeness */
    bool asks, negates;
};

static const struct phrase *longest_at(const struct words *w, size_t at, size_t *length)
{
    const struct phrase *best = NULL;
    struct str first = w->items[at].low;
    *length = 0;
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (phrases[i].text.ptr[0] != first.ptr[0]) continue;
        size_t words = words_phrase(w, at, phrases[i].text);
        if (words > *length) {
            *length = words;
            best = &phrases[i];
        }
    }
    return best;
}

static void note_word(struct cover *c, const struct words *w, size_t at, bool first)
{
    const struct word *word = &w->items[at];
    switch (word->kind) {
    case WORD_STOP:
        if (str_find(word->raw, STR("?"), 0) != SIZE_MAX) c->asks = true;
        return;
    case WORD_PAUSE:
    case WORD_QUOTE:
    case WORD_SIGN: return;
    case WORD_TEXT:
        if (first && (word->classes & LEX_ASK)) c->asks = true;
        if (word->classes & LEX_NEGATION) c->negates = true;
        if (!(word->classes & LEX_ASSENT)) c->unknown++;
        if (!(word->classes & (LEX_DROP | LEX_ASSENT))) c->kept++;
        if (!(word->classes & (LEX_POLITE | LEX_ASSENT | LEX_LEAD))) c->content++;
        return;
    case WORD_NUMBER:
    case WORD_EMAIL:
    case WORD_LINK:
    case WORD_COLON:
        c->unknown++;
        c->kept++;
        c->content++;
        return;
    }
}

static void walk(const struct words *w, struct cover *c)
{
    *c = (struct cover){ 0 };
    bool first = true;
    for (size_t at = 0; at < w->count;) {
        size_t length = 0;
        const struct phrase *phrase = w->items[at].kind == WORD_TEXT ? longest_at(w, at, &length) : NULL;
        if (phrase) {
            if (!c->acts) c->first = first ? phrase->act : 0;
            c->acts |= phrase->act;
            at += length;
        } else {
            note_word(c, w, at, first);
            at++;
        }
        first = false;
    }
}

/* "are you a bot", "am I talking to a real person": a question about the agent that names one or the other. */
static bool asks_bot(const struct words *w)
{
    bool about_you = false, names = false;
    for (size_t i = 0; i < w->count; i++) {
        about_you = about_you || (words_one_of(w, i, "are r") && words_one_of(w, i + 1, "you u")) ||
                    words_phrase(w, i, STR("you are")) || words_phrase(w, i, STR("am i")) || words_phrase(w, i, STR("is this")) ||
                    words_eq(w, i, STR("you're"));
        names = names || words_is(w, i, LEX_BOT);
    }
    return about_you && names;
}

/* "I want to talk to a person", "agent", "connect me with someone". */
static bool asks_human(const struct words *w, const struct cover *c)
{
    bool talks = false, names = false;
    for (size_t i = 0; i < w->count; i++) {
        if (words_is(w, i, LEX_TICKET)) return false;
        if (words_is(w, i, LEX_PERSON)) names = names || talks || c->content <= 2;
        talks = talks || words_is(w, i, LEX_TALK);
    }
    return names;
}

unsigned acts_read(const struct words *w)
{
    if (w->cut || w->count == 0 || w->count > ACT_WORDS_MAX) return 0;
    struct cover c;
    walk(w, &c);
    unsigned acts = 0;
    bool refuses = (c.acts & (NLU_NO | NLU_CANCEL)) || c.negates;
    bool hedges = (c.acts & NLU_OTHER) || c.asks;

    if ((c.acts & NLU_YES) && !refuses && !hedges && !c.unknown && !(c.acts & (NLU_HELP | NLU_RECAP | NLU_BYE))) acts |= NLU_YES;
    if ((c.first & NLU_YES) && !refuses && !hedges) acts |= NLU_AGREES;
    if ((c.acts & NLU_YES) && !refuses && !hedges) acts |= NLU_LEANS;
    if ((c.first & NLU_NO) || ((c.acts & NLU_NO) && !c.kept) || (c.negates && !c.kept)) acts |= NLU_NO;
    if ((c.acts & NLU_CANCEL) && !c.kept) acts |= NLU_CANCEL;
    if ((c.acts & NLU_RECAP) && c.content <= 1) acts |= NLU_RECAP;
    if ((c.acts & NLU_NEWS) && c.content <= 1 && !refuses) acts |= NLU_NEWS;
    if ((c.acts & NLU_HELP) && c.content == 0) acts |= NLU_HELP;
    if (c.content == 0 && !(acts & ~(NLU_YES | NLU_AGREES))) acts |= c.acts & (NLU_GREET | NLU_THANKS | NLU_BYE);
    if (c.content <= CLOSING_WORDS_MAX && !c.asks && !refuses) acts |= c.acts & (NLU_THANKS | NLU_BYE);
    if (asks_bot(w)) acts |= NLU_BOT;
    if (!(acts & (NLU_YES | NLU_CANCEL | NLU_BOT | NLU_HELP)) && asks_human(w, &c)) acts |= NLU_HUMAN;
    if (c.acts && c.content == 0) acts |= NLU_BARE;
    return acts;
}
