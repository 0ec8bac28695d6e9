/* claim_general.c - statements that hold everywhere, and those that the operator taught the agent. Neither is of this case: nobody acted, nothing was, nothing is yours or ours, no event word. */
#include "agent/claim_clause.h"

#include <string.h>

/* Nothing in it is of this case. What is `usual` may have a participle: "Notes are shown to the team". */
static bool is_of_no_case(const struct clause *c, bool usual)
{
    for (size_t i = c->begin; i < c->end; i++) {
        bool of_any = i > c->head && clause_is(c, i - 1, SAYS(ANYDET)) && i + 1 < c->end; /* "an expired session" */
        bool was = clause_word(c, i, "was") || clause_word(c, i, "were") || clause_word(c, i, "been");
        if (was || (!usual && !of_any && claim_is_past(c->words, i))) return false;
        if (clause_is(c, i, SAYS(ME)) && !clause_is(c, i + 1, SAYS(CAN)) && !clause_is(c, i, SAYS(STAFF))) return false;
        if (clause_is(c, i, SAYS(STAFF)) && i > 1 &&
            (clause_word(c, i - 1, "by") || clause_word(c, i - 2, "by") || clause_word(c, i - 3, "by")))
            return false;
    }
    return !clause_has_event(c) && !clause_has_yours(c, c->begin) && !clause_has(c, c->begin, SAYS(YOU) | SAYS(FUTURE));
}

/* "Internal notes are only shown to the team", "Passwords can be long": of many things and always, so a participle is no event. */
static bool is_usual(const struct clause *c)
{
    for (size_t i = c->head; i < c->head + 3; i++) {
        if (clause_is(c, i, SAYS(STAFF) | SAYS(DEF) | SAYS(PRONOUN))) return false;
        bool many = i < c->end && c->words->items[i].low.len > 3 && str_ends(c->words->items[i].low, STR("s"));
        bool verb = clause_word(c, i + 1, "are") || clause_word(c, i + 1, "can") || clause_word(c, i + 1, "have") ||
                    clause_word(c, i + 1, "do") || clause_word(c, i + 1, "don");
        if (many && verb) return i + 3 < c->end && is_of_no_case(c, true);
    }
    return false;
}

/* "That sounds annoying", "It depends", "That is a good idea" */
static bool is_impression(const struct clause *c)
{
    static const char *const pronouns[] = { "it", "that", "this", "das", "es", "eso", "these" };
    size_t i = c->head;
    bool pronoun = false;
    for (size_t k = 0; k < sizeof pronouns / sizeof pronouns[0]; k++) pronoun = pronoun || clause_word(c, i, pronouns[k]);
    if (!clause_is(c, i + pronoun, SAYS(SEEM) | SAYS(GENERAL)) && !(pronoun && clause_is(c, i + 1, SAYS(COPULA)))) return false;
    if (clause_is(c, i + pronoun, SAYS(SEEM) | SAYS(GENERAL))) return true;
    size_t k = i + 2;
    while (k < c->end && clause_is(c, k, SAYS(FUNC) | SAYS(MILD) | SAYS(POLITE)) && !clause_word(c, k, "to")) k++;
    bool ends = k == c->end || clause_word(c, k, "to");
    return ends && clause_has(c, i + 2, SAYS(MILD) | SAYS(POLITE));
}

/* Words that may stand in another order or not at all; every other has to be in one sentence of what the agent was taught. */
static bool is_taught_by(const struct clause *c, struct str lesson)
{
    const uint64_t strict =
        SAYS(YOU) | SAYS(DEF) | SAYS(NEG) | SAYS(ME) | SAYS(COPULA) | SAYS(PERFECT) | SAYS(MODAL) | SAYS(EVENT);
    size_t own = 0;
    for (size_t i = c->begin; i < c->end; i++) {
        const struct claim_word *word = &c->words->items[i];
        bool free =
            word->kind == CLAIM_MARK || word->low.ptr[0] == '\'' || ((word->classes & SAYS(FUNC)) && !(word->classes & strict));
        if (!free && !claim_has_word(lesson, word->low)) return false;
        own += !free && !(word->classes & strict);
    }
    return own > 0;
}

bool claim_is_taught(const struct clause *c)
{
    struct str rest = c->judge->taught, lesson;
    while (str_split(&rest, '\n', &lesson))
        if (is_taught_by(c, lesson)) return true;
    return false;
}

/* "Passwords need 12 characters", "A restart often helps", "There are two ways", "The window has a button": how it is everywhere. */
bool claim_is_general(const struct clause *c)
{
    size_t i = c->head;
    bool advice = is_impression(c) && clause_has(c, i, SAYS(MILD)) && clause_has(c, i, SAYS(START));
    if (advice) return !clause_has(c, i, OF_THE_CASE) && !clause_has_event(c) && !claim_actor_did(c->words, i, c->end);
    if (i >= c->end || !is_of_no_case(c, false)) return is_usual(c);
    if (clause_has(c, i, SAYS(FAIL))) return false;
    bool certain = clause_has(c, i, SAYS(TICKET) | SAYS(TOUCHY) | SAYS(FIRM) | SAYS(STAFF));
    if (is_impression(c)) return !certain;
    if (clause_word(c, i, "there") && clause_is(c, i + 1, SAYS(COPULA)))
        return !certain && clause_has(c, i, SAYS(THING) | SAYS(POLITE));
    bool the = clause_word(c, i, "the") || clause_word(c, i, "der") || clause_word(c, i, "die") || clause_word(c, i, "el") ||
               clause_word(c, i, "la");
    the = the || clause_word(c, i, "this");
    for (size_t k = i + 1; the && k < c->end; k++) /* "The password is new" */
        if (clause_is(c, k, SAYS(STATUS)) && (clause_is(c, k - 1, SAYS(COPULA)) || clause_is(c, k - 2, SAYS(COPULA))))
            return false;
    if (the) return !certain && (clause_is(c, i + 1, SAYS(THING)) || clause_is(c, i + 2, SAYS(THING)));
    bool any = clause_is(c, i, SAYS(ANYDET)) && !clause_is(c, c->begin, SAYS(NEG)) && i + 1 < c->end &&
               !clause_is(c, i + 1, SAYS(FUNC) | FINITE),
         verb = false;
    bool pair = i + 2 < c->end && !clause_is(c, i, SAYS(FUNC)) && c->words->items[i + 1].low.len > 3 &&
                str_ends(c->words->items[i + 1].low, STR("s"));
    for (size_t k = i + 1; k < c->end; k++)
        verb = verb || clause_is(c, k, FINITE | SAYS(CAN) | SAYS(SEEM) | SAYS(GENERAL) | SAYS(SELF));
    struct str first = c->words->items[i].low;
    bool doing = first.len > 4 && str_ends(first, STR("ing")) && !clause_is(c, i, SAYS(PRONOUN) | SAYS(FUNC) | SAYS(NEG)),
         many = pair || (first.len > 3 && str_ends(first, STR("s")) && !clause_is(c, i, SAYS(FUNC)));
    bool most = clause_word(c, i, "most") || clause_word(c, i, "some") || clause_word(c, i, "many");
    return is_usual(c) || (!certain && ((verb && (any || doing || many)) || (any && most)));
}

/* "Here is what I need", "Here are a few things to try"; with "the link" the address follows, which is proven or held. */
bool claim_is_introduction(const struct clause *c)
{
    size_t i = c->head;
    if (!clause_word(c, i, "here") || !clause_is(c, i + 1, SAYS(COPULA))) return false;
    bool what = clause_word(c, i + 2, "what") || clause_word(c, i + 2, "how") || clause_word(c, i + 2, "a") ||
                clause_word(c, i + 2, "some");
    bool label = clause_word(c, i + 2, "the") && clause_is(c, i + 3, SAYS(LABEL)) && i + 4 == c->end;
    return label ||
           (what && clause_is_idle(&(struct clause){ .words = c->words, .begin = i + 2, .end = c->end, .head = i + 2 }) &&
            !claim_actor_did(c->words, i + 2, c->end));
}

/* "- a short description" */
bool claim_is_named_thing(const struct clause *c)
{
    bool opens = clause_word(c, c->begin, "a") || clause_word(c, c->begin, "an") || clause_word(c, c->begin, "your") ||
                 clause_word(c, c->begin, "the");
    if (!opens || !clause_is_idle(c) || clause_has(c, c->begin, OF_THE_CASE)) return false;
    for (size_t i = c->begin; i < c->end; i++)
        if (clause_word(c, i, "in") || clause_word(c, i, "on") || clause_word(c, i, "out") || clause_word(c, i, "up") ||
            clause_word(c, i, "off") || clause_word(c, i, "with"))
            return false;
    return true;
}
