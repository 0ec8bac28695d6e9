/* claim_open.c - clauses, and what in them states nothing: questions, conditions, possibilities, what the visitor has done or said, what holds for any ticket. */
#include "agent/claim.h"

#include <string.h>

bool claim_is_class(const struct claim_words *words, size_t i, uint64_t classes)
{
    return i < words->count && (words->items[i].classes & classes);
}

bool claim_is_word(const struct claim_words *words, size_t i, const char *low)
{
    return i < words->count && str_eq(words->items[i].low, str_from(low));
}

/* ---- clauses -------------------------------------------------------------------------------------------------------------------------------- */

static bool joins(const struct claim_words *words, size_t i)
{
    static const char *const list[] = { "and", "but", "so", "because", "und", "aber", "weil", "y", "pero", "porque" };
    for (size_t k = 0; k < sizeof list / sizeof list[0]; k++)
        if (claim_is_word(words, i, list[k])) return true;
    return false;
}

bool claim_parts(const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    return word->kind == CLAIM_MARK && word->mark && strchr(",;:.!?-()|\n>", word->mark);
}

size_t claim_clause_begin(const struct claim_words *words, size_t i)
{
    while (i > 0 && !claim_parts(words, i - 1) && !joins(words, i - 1)) i--;
    return i;
}

size_t claim_clause_end(const struct claim_words *words, size_t i)
{
    while (i < words->count && !claim_parts(words, i) && !joins(words, i)) i++;
    return i;
}

bool claim_clause_has(const struct claim_words *words, size_t i, uint64_t classes)
{
    for (size_t k = claim_clause_begin(words, i), end = claim_clause_end(words, i); k < end; k++)
        if (claim_is_class(words, k, classes)) return true;
    return false;
}

/* ---- what states nothing ---------------------------------------------------------------------------------------------------------------------- */

bool claim_is_question(const struct claim_words *words, size_t i)
{
    size_t begin = claim_clause_begin(words, i), end = i;
    while (end < words->count && !(words->items[end].kind == CLAIM_MARK && strchr(".!?\n", words->items[end].mark))) end++;
    if (end >= words->count || words->items[end].mark != '?') return false;
    while (begin > 0 && joins(words, begin - 1)) begin = claim_clause_begin(words, begin - 1);
    while (claim_is_class(words, begin, SAYS(ADV)) && !claim_is_class(words, begin, SAYS(QUESTION))) begin++;
    return claim_is_class(words, begin, SAYS(QUESTION));
}

/* "if it is solved", and "is created when you say yes". */
bool claim_is_conditional(const struct claim_words *words, size_t i)
{
    size_t begin = claim_clause_begin(words, i), end = claim_clause_end(words, i);
    for (size_t k = begin; k < begin + 3 && k <= i; k++)
        if (claim_is_class(words, k, SAYS(COND)) || (claim_is_word(words, k, "as") && claim_is_word(words, k + 1, "soon")) ||
            (claim_is_word(words, k, "in") && claim_is_word(words, k + 1, "case")))
            return true;
    for (size_t k = begin; k < i; k++)
        if (claim_is_class(words, k, SAYS(COND)) &&
            (claim_is_class(words, k + 1, SAYS(PRONOUN) | SAYS(YOU) | SAYS(ME) | SAYS(DEF) | SAYS(ANYDET)) ||
             claim_is_word(words, k + 1, "the")))
            return true;
    for (size_t k = i + 1; k < end; k++)
        if (claim_is_class(words, k, SAYS(COND)) && claim_is_class(words, k + 1, SAYS(YOU))) return true;
    return false;
}

/* Verbs in a form that states: behind them, nothing before them is a possibility any more. */
static bool is_finite(const struct claim_words *words, size_t i)
{
    static const char *const base[] = { "be", "been", "being", "get", "have", "am" };
    for (size_t k = 0; k < sizeof base / sizeof base[0]; k++)
        if (claim_is_word(words, i, base[k])) return false;
    if (claim_is_word(words, i, "'s") && i > 0 && claim_is_word(words, i - 1, "let")) return false;
    return claim_is_class(words, i, SAYS(COPULA) | SAYS(PERFECT) | SAYS(DONE));
}

/* "can be solved", "I can mark it as solved", "to have it created". */
static bool is_possible(const struct claim_words *words, size_t i)
{
    const uint64_t between = SAYS(ADV) | SAYS(PRONOUN) | SAYS(NEG) | SAYS(YOU) | SAYS(ME) | SAYS(TICKET);
    bool near = true;
    for (size_t k = i; k-- > claim_clause_begin(words, i);) {
        bool to = claim_is_word(words, k, "to") || claim_is_word(words, k, "para");
        if (claim_is_class(words, k, SAYS(MODAL)) && (near || !to)) return true;
        if (is_finite(words, k)) return false;
        near = near && (claim_is_class(words, k, between | SAYS(COPULA) | SAYS(PERFECT)) || claim_is_word(words, k, "the"));
    }
    return false;
}

/* "You said that the door is stuck." */
static bool is_reported(const struct claim_words *words, size_t i)
{
    size_t begin = claim_clause_begin(words, i);
    while (claim_is_class(words, begin, SAYS(ADV))) begin++;
    return claim_is_class(words, begin, SAYS(YOU)) && begin + 1 < i &&
           (claim_is_class(words, begin + 1, SAYS(REPORT)) || claim_is_class(words, begin + 2, SAYS(REPORT)));
}

/* "what you sent", "the ticket you have opened": the visitor's own act. */
bool claim_is_visitors(const struct claim_words *words, size_t i)
{
    size_t k = i;
    while (k > 0 && claim_is_class(words, k - 1, SAYS(ADV) | SAYS(PERFECT)) && !claim_is_class(words, k - 1, SAYS(YOU))) k--;
    if (k == 0 || !claim_is_class(words, k - 1, SAYS(YOU))) return false;
    return !(k > 1 &&
             (claim_is_word(words, k - 2, "for") || claim_is_word(words, k - 2, "to") || claim_is_word(words, k - 2, "with")));
}

/* "a closed ticket", "about solved tickets", "Closed tickets cannot ...". */
bool claim_is_of_any(const struct claim_words *words, size_t i)
{
    size_t begin = claim_clause_begin(words, i);
    bool noun = claim_is_class(words, i + 1, SAYS(TICKET) | SAYS(MATTER) | SAYS(NOTE) | SAYS(CUSTOMER)) ||
                (i + 1 < words->count && words->items[i + 1].kind == CLAIM_WORD && !claim_is_class(words, i + 1, SAYS_CLAIM));
    if (!noun) return false;
    if (i > begin && claim_is_class(words, i - 1, SAYS(ANYDET))) return true;
    bool plural = str_ends(words->items[i + 1].low, STR("s"));
    return plural &&
           (i == begin || !claim_is_class(words, i - 1, SAYS(DEF) | SAYS(ME) | SAYS(PERFECT) | SAYS(COPULA) | SAYS(ADV)));
}

/* "Solved tickets are closed after a while." */
static bool is_general(const struct claim_words *words, size_t i)
{
    const uint64_t nouns = SAYS(TICKET) | SAYS(MATTER) | SAYS(NOTE) | SAYS(CUSTOMER);
    size_t begin = claim_clause_begin(words, i);
    if (claim_is_class(words, begin, SAYS(DEF) | SAYS(PRONOUN) | SAYS(ME) | SAYS(NUMWORD)) || claim_is_word(words, begin, "the"))
        return false;
    for (size_t k = begin; k < begin + 3 && k < i; k++)
        if (claim_is_class(words, k, nouns) && str_ends(words->items[k].low, STR("s")))
            return claim_is_word(words, k + 1, "are") || claim_is_word(words, k + 1, "get");
    return false;
}

bool claim_is_open(const struct claim_words *words, size_t i)
{
    return claim_is_question(words, i) || claim_is_conditional(words, i) || is_possible(words, i) || is_reported(words, i) ||
           is_general(words, i);
}

bool claim_offers_choice(const struct claim_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (claim_is_word(words, i, "or") || claim_is_word(words, i, "oder") || claim_is_word(words, i, "o") ||
            claim_is_word(words, i, "u"))
            return true;
    return false;
}
