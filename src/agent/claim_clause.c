/* claim_clause.c - what a clause has. Words of three languages stand side by side, as in claim.def; where one is another's ("es", "he"), the words beside it tell. */
#include "agent/claim_clause.h"

#include <string.h>

bool clause_one_of(const struct clause *c, size_t i, const char *const *list)
{
    for (; *list; list++)
        if (clause_word(c, i, *list)) return true;
    return false;
}

bool clause_is(const struct clause *c, size_t i, uint64_t classes)
{
    return i < c->end && claim_is_class(c->words, i, classes);
}

bool clause_word(const struct clause *c, size_t i, const char *low)
{
    return i < c->end && claim_is_word(c->words, i, low);
}

bool clause_has(const struct clause *c, size_t from, uint64_t classes)
{
    for (size_t i = from; i < c->end; i++)
        if (claim_is_class(c->words, i, classes)) return true;
    return false;
}

bool clause_all(const struct clause *c, size_t from, uint64_t classes)
{
    for (size_t i = from; i < c->end; i++)
        if (!claim_is_class(c->words, i, classes) && c->words->items[i].kind != CLAIM_MARK) return false;
    return true;
}

bool clause_has_past(const struct clause *c, size_t from)
{
    for (size_t i = from; i < c->end; i++)
        if (claim_is_past(c->words, i)) return true;
    return false;
}

bool clause_has_event(const struct clause *c)
{
    for (size_t i = c->head; i < c->end; i++) /* "on its way" is one, too */
        if ((clause_is(c, i, SAYS(EVENT)) && !clause_is(c, i + 1, SAYS(UNIT))) ||
            (i > 0 && clause_word(c, i, "way") && (clause_word(c, i - 1, "its") || clause_word(c, i - 1, "the"))))
            return true;
    return false;
}

bool clause_is_me(const struct clause *c, size_t i)
{
    static const char *const all[] = { "i", "we", "ich", "wir", "yo", "nosotros" };
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        if (clause_word(c, i, all[k])) return true;
    return false;
}

bool clause_is_certain(const struct clause *c, size_t i)
{
    return clause_is(c, i, SAYS(DEF) | SAYS(PRONOUN)) || clause_word(c, i, "the") || clause_word(c, i, "das") ||
           clause_word(c, i, "der") || clause_word(c, i, "die") || clause_word(c, i, "el") || clause_word(c, i, "la");
}

/* A verb that states; "to be sure" does not, and "es" is a pronoun in German. */
bool clause_is_finite(const struct clause *c, size_t i)
{
    static const char *const base[] = { "be", "get", "have", "haben", "been" };
    if (!clause_is(c, i, FINITE)) return false;
    for (size_t k = 0; k < sizeof base / sizeof base[0]; k++)
        if (clause_word(c, i, base[k])) return false;
    return !(clause_word(c, i, "es") && clause_has(c, c->begin, SAYS(GERMAN)));
}

/* A second verb that states: "I can tell you that it *is* solved". Behind "what", "how" and "if" it is only asked about. */
bool clause_states(const struct clause *c, size_t from)
{
    for (size_t i = from; i < c->end; i++) {
        if (clause_is(c, i, SAYS(COND)) || clause_word(c, i, "what") || clause_word(c, i, "how") || clause_word(c, i, "why") ||
            clause_word(c, i, "ob") || clause_word(c, i, "which") || clause_word(c, i, "who") || clause_word(c, i, "was") ||
            clause_word(c, i, "wie"))
            return false;
        if (clause_is_finite(c, i) && !clause_word(c, i, "'s")) return true;
    }
    return false;
}

bool clause_has_yours(const struct clause *c, size_t from)
{
    static const char *const all[] = { "your", "our",   "my", "ihr", "ihre", "ihren", "ihrem",
                                       "dein", "deine", "su", "sus", "tu",   "me",    "us" };
    for (size_t i = from; i < c->end; i++)
        for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
            if (clause_word(c, i, all[k])) return true;
    return false;
}

bool clause_is_idle(const struct clause *c)
{
    for (size_t i = c->begin; i < c->end; i++)
        if (clause_is_finite(c, i)) return false;
    return !clause_has(c, c->begin, SAYS(FUTURE)) && !clause_has_past(c, c->begin) && !clause_has_event(c);
}
