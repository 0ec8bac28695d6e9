/* claim_tense.c - is a word told of the past, and by whom? In three languages by endings and a list of what does not follow them. It is a guard beside the forms (claim_form.c), which
 * hold what is missed here unless they know it; so a verb that looks like the past and is not costs another wording, no more.
 */
#include "agent/claim.h"

#include <string.h>

static bool ends_any(struct str low, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_ends(low, str_from(endings[i]))) return true;
    return false;
}

/* "gesendet", "weitergeleitet", "behoben", "verschickt" */
static bool is_german_participle(const struct claim_word *word)
{
    static const char *const before[] = { "",   "ab",  "an",  "auf", "aus",  "ein",  "her",  "los",    "mit",
                                          "um", "vor", "weg", "zu",  "fest", "frei", "nach", "zuruck", "weiter" };
    static const char *const fixed[] = { "ver", "be", "ent", "zer", "er" };
    struct str low = word->low;
    if (word->upper || low.len < 6) return false;
    bool t = str_ends(low, STR("t")), en = str_ends(low, STR("en"));
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        size_t length = strlen(before[i]);
        if (str_starts(low, str_from(before[i])) && str_starts(str_slice(low, length, low.len), STR("ge")) && (t || en))
            return true;
    }
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (str_starts(low, str_from(fixed[i])) && t) return true;
    return str_ends(low, STR("iert"));
}

static bool is_spanish_past(const struct claim_word *word)
{
    static const char *const endings[] = { "ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas", "aron", "ieron" };
    static const char *const present[] = { "esta", "aqui", "asi", "alli", "ahi", "que", "mi", "si", "se", "mas", "tu" };
    if (word->low.len > 5 && ends_any(word->low, endings, sizeof endings / sizeof endings[0])) return true;
    if (!word->accented || word->low.len < 3) return false;
    for (size_t i = 0; i < sizeof present / sizeof present[0]; i++)
        if (str_eq(word->low, str_from(present[i]))) return false;
    return strchr("aeio", word->low.ptr[word->low.len - 1]) != NULL;
}

bool claim_is_past(const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    if (word->kind != CLAIM_WORD) return false;
    if (word->classes & (SAYS(DONE) | SAYS(IRREG))) return true;
    if (is_spanish_past(word)) return true;
    if (word->classes &
        (SAYS(FUNC) | SAYS(CAN) | SAYS(THING) | SAYS(POLITE) | SAYS(MILD) | SAYS(START) | SAYS(NOTE) | SAYS(UNIT)))
        return false;
    if (word->low.len > 4 && str_ends(word->low, STR("ed"))) return true;
    return is_german_participle(word);
}

/* Stands between one who acts and a verb that tells no past: "I can have closed", "did you send" */
static bool takes_base(const struct claim_words *words, size_t i)
{
    return claim_is_class(words, i, SAYS(CAN) | SAYS(FUTURE)) || claim_is_word(words, i, "to") || claim_is_word(words, i, "do") ||
           claim_is_word(words, i, "does") || claim_is_word(words, i, "zu");
}

bool claim_actor_did(const struct claim_words *words, size_t begin, size_t end)
{
    bool actor = false;
    for (size_t i = begin; i < end; i++) {
        if (actor && takes_base(words, i)) actor = false;
        if (actor && claim_is_past(words, i)) return true;
        bool acts = claim_is_class(words, i, SAYS(ME) | SAYS(STAFF)) && !claim_is_word(words, i, "support");
        bool inverted = i > begin && takes_base(words, i - 1);
        actor = actor || (acts && !inverted);
    }
    return false;
}
