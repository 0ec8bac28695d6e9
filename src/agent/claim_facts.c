/* claim_facts.c - numbers, addresses, names and labelled values: held back unless a receipt or the visitor has them.
 *
 * The few numbers that need no proof are those that can be no ticket's: "2 minutes", "1." at the head of a line, "17:00".
 */
#include "agent/claim.h"

#include <string.h>

static bool is_mark(const struct claim_words *words, size_t i, const char *marks)
{
    return i < words->count && words->items[i].kind == CLAIM_MARK && words->items[i].mark && strchr(marks, words->items[i].mark);
}

static bool is_kind(const struct claim_words *words, size_t i, enum claim_kind kind)
{
    return i < words->count && words->items[i].kind == kind;
}

/* ---- numbers ----------------------------------------------------------------------------------------------------------------------------- */

enum { FAR = 5 };

/* Does a word that numbers stand behind come before, as in "the number of your ticket is now: 35436"? */
static bool is_numbered(const struct claim_words *words, size_t i)
{
    for (size_t back = 1; back <= FAR && back <= i; back++) {
        const struct claim_word *word = &words->items[i - back];
        if (word->classes & SAYS(NUMBERED)) return true;
        bool between = (word->classes & (SAYS(COPULA) | SAYS(ADV) | SAYS(DEF) | SAYS(PRONOUN) | SAYS(NUMWORD))) ||
                       is_mark(words, i - back, ":#=>(\"|-.") || word->kind == CLAIM_NUMBER || word->low.len <= 3;
        if (word->kind == CLAIM_MARK && word->mark == '#') return true;
        if (!between) return false;
    }
    return false;
}

static size_t digits_of(struct str low)
{
    size_t count = 0;
    for (size_t i = 0; i < low.len; i++) count += char_is_digit(low.ptr[i]);
    return count;
}

/* "24h", "9am", "2nd" */
static bool has_everyday_ending(struct str low)
{
    static const char *const endings[] = { "h", "am", "pm", "st", "nd", "rd", "th", "min", "x", "kb", "mb", "gb", "d", "s" };
    size_t digits = digits_of(low);
    if (digits == 0 || digits > 3 || digits == low.len) return false;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (str_eq(str_slice(low, digits, low.len), str_from(endings[i]))) return true;
    return false;
}

/* "17:00" */
static bool is_time_of_day(const struct claim_words *words, size_t i)
{
    if (!is_mark(words, i + 1, ":") && i < 2) return false;
    size_t hour = is_mark(words, i + 1, ":") ? i : i - 2;
    bool whole = is_kind(words, hour, CLAIM_NUMBER) && is_mark(words, hour + 1, ":") && is_kind(words, hour + 2, CLAIM_NUMBER);
    return whole && words->items[hour].low.len <= 2 && words->items[hour + 2].low.len == 2;
}

/* Behind "2", "2 or 3", "2 to 3": a unit? */
static bool has_unit(const struct claim_words *words, size_t i)
{
    static const struct str links[] = { { "or", 2 },   { "to", 2 }, { "and", 3 }, { "bis", 3 },
                                        { "oder", 4 }, { "a", 1 },  { "o", 1 } };
    for (size_t k = i + 1; k < words->count && k <= i + FAR; k++) {
        if (claim_is_class(words, k, SAYS(UNIT)) || is_mark(words, k, "%")) return true;
        bool passes = is_kind(words, k, CLAIM_NUMBER) || claim_is_class(words, k, SAYS(NUMWORD)) || is_mark(words, k, "-.,");
        for (size_t l = 0; l < sizeof links / sizeof links[0]; l++) passes = passes || str_eq(words->items[k].low, links[l]);
        if (!passes) return false;
    }
    return false;
}

static bool is_list_number(const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    return word->first && word->low.len <= 2 && is_mark(words, i + 1, ".)") && i + 2 < words->count &&
           !is_mark(words, i + 2, "\n");
}

/* A ticket's number that only the visitor has named: it may be asked about and looked for, and nothing else is said of it. */
static bool may_repeat(const struct claim_words *words, size_t i)
{
    if (claim_is_open(words, i)) return true;
    size_t begin = i;
    while (begin > 0 && words->items[begin - 1].kind != CLAIM_MARK) begin--;
    return claim_is_class(words, begin, SAYS(YOU));
}

static bool number_holds(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    struct str low = words->items[i].low;
    bool numbered = is_numbered(words, i);
    if (judge->catalogue && str_eq(low, STR("123"))) return true; /* the catalogue's example of a number */
    if (claim_proven(judge, low) || (claim_known(judge, low) && (!numbered || may_repeat(words, i)))) return true;
    if (claim_is_class(words, i, SAYS(PROPER)) || is_list_number(words, i)) return true;
    if (numbered || digits_of(low) > 4) return false;
    return has_everyday_ending(low) || has_unit(words, i) || is_time_of_day(words, i);
}

/* "thirty", "three five four": a number where a ticket's number stands, or longer than a count of things. */
static bool number_words_hold(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    size_t end = i + 1;
    while (claim_is_class(words, end, SAYS(NUMWORD)) ||
           (is_mark(words, end, "-") && claim_is_class(words, end + 1, SAYS(NUMWORD))))
        end++;
    if (is_numbered(words, i) && end > i + 1) return false;
    if (claim_is_open(words, i)) return true;
    if (is_numbered(words, i)) return claim_known(judge, words->items[i].low) && end == i + 1;
    if (claim_is_class(words, end, SAYS(TICKET))) return false;
    return end == i + 1 || has_unit(words, end - 1);
}

/* ---- addresses and names -------------------------------------------------------------------------------------------------------------------- */

static bool link_holds(struct claim_judge *judge, struct str low)
{
    if (str_ends(low, STR("@example.com")) || str_eq(low, STR("example.com"))) return true;
    return claim_proven(judge, low) || claim_known(judge, low);
}

static bool is_german(const struct claim_words *words)
{
    size_t german = 0, all = 0;
    for (size_t i = 0; i < words->count; i++) {
        if (words->items[i].kind != CLAIM_WORD) continue;
        all++;
        german += claim_is_class(words, i, SAYS(GERMAN));
    }
    return german >= 2 || (german == 1 && all <= 4);
}

/* Words by which a capital means no name. */
static bool is_common(const struct claim_word *word)
{
    return word->classes != 0 || word->low.len <= 1 || word->low.ptr[0] == '\'';
}

static bool unknown_name(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    bool capital = word->kind == CLAIM_WORD && word->upper && !is_common(word);
    return capital && !claim_known(judge, word->low) && !claim_proven(judge, word->low);
}

/* "Ana is on it", "Ana is handling this": at the head of a sentence every word has a capital. */
static bool acts_as_person(const struct claim_words *words, size_t i)
{
    bool copula = claim_is_class(words, i + 1, SAYS(COPULA) | SAYS(PERFECT) | SAYS(MODAL)), first = words->items[i].first;
    for (size_t k = i + 1; k < words->count && k <= i + FAR; k++) {
        if (first && claim_is_class(words, k, SAYS(DONE)) && !claim_is_open(words, k)) return true;
        if (copula && claim_is_class(words, k, SAYS(ONIT))) return true;
        if (copula && str_eq(words->items[k].low, STR("on")) && claim_is_class(words, k + 1, SAYS(PRONOUN))) return true;
    }
    return false;
}

/* "Select Privacy": what stands on a screen. */
static bool is_on_screen(const struct claim_words *words, size_t i)
{
    static const char *const verbs[] = { "select", "choose", "click", "tap",  "press", "open",       "pick", "klicken",
                                         "wahlen", "offnen", "elija", "abra", "pulse", "seleccione", "clic" };
    for (size_t k = 0; k < i; k++)
        for (size_t v = 0; v < sizeof verbs / sizeof verbs[0]; v++)
            if (claim_is_word(words, k, verbs[v])) return !claim_clause_has(words, i, SAYS(TICKET) | SAYS(ME));
    return false;
}

/* The cell of a table row below its head: there, a capital is a value. */
static bool is_cell(const struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    if (!judge->in_table || i == 0 || !is_mark(words, i - 1, "|")) return false;
    for (size_t k = i + 1; k < words->count && k <= i + 3; k++)
        if (is_mark(words, k, "|\n")) return true;
    return false;
}

static bool name_holds(struct claim_judge *judge, const struct claim_words *words, size_t i, bool german)
{
    if (!unknown_name(judge, words, i)) return true;
    const struct claim_word *word = &words->items[i];
    bool person = i > 0 && claim_is_class(words, i - 1, SAYS(PERSONAL));
    if (person || is_cell(judge, words, i)) return false;
    if (word->first) return !acts_as_person(words, i);
    return german || is_on_screen(words, i);
}

/* ---- labelled values ------------------------------------------------------------------------------------------------------------------------- */

/* The separator between a label and its value: "status: ", "status of your ticket is ". */
static size_t separator(const struct claim_words *words, size_t label)
{
    for (size_t k = label + 1; k < words->count && k <= label + FAR; k++) {
        if (is_mark(words, k, ":=|>-") || claim_is_class(words, k, SAYS(COPULA))) return k;
        if (words->items[k].kind == CLAIM_MARK && words->items[k].mark != '"') return SIZE_MAX;
    }
    return SIZE_MAX;
}

static bool asks_for(const struct claim_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (claim_is_class(words, i, SAYS(ASKME))) return true;
    return false;
}

static bool value_holds(struct claim_judge *judge, const struct claim_words *words, size_t label)
{
    size_t at = separator(words, label);
    if (at == SIZE_MAX) return true;
    bool copula = claim_is_class(words, at, SAYS(COPULA));
    for (at++; claim_is_class(words, at, SAYS(ADV)) || is_mark(words, at, "\"-:=|>");) at++;
    if (at >= words->count || words->items[at].kind != CLAIM_WORD) return true;
    const struct claim_word *value = &words->items[at];
    bool plain = value->classes & (SAYS(STATUS) | SAYS(PRIORITY)), head = value->classes & SAYS(LABEL);
    if (head || claim_offers_choice(words) || asks_for(words) || claim_is_open(words, at)) return true;
    if (!plain && !(value->upper && !(value->classes & SAYS_CLAIM)) && copula) return true;
    if (!plain && (value->classes & SAYS_CLAIM & ~(SAYS(NUMWORD) | SAYS(PRIORITY)))) return true;
    bool short_value = at + 1 >= words->count || is_mark(words, at + 1, ".|\n;,)") || value->upper;
    return (!plain && !short_value) || claim_proven(judge, value->low) || (!plain && claim_known(judge, value->low));
}

/* ---- all of them -------------------------------------------------------------------------------------------------------------------------------- */

static enum claim_fault check_word(struct claim_judge *judge, const struct claim_words *words, size_t i, bool german)
{
    const struct claim_word *word = &words->items[i];
    bool counts = (word->classes & SAYS(NUMWORD)) && !(i > 0 && claim_is_class(words, i - 1, SAYS(NUMWORD)));
    if (word->mixed) return CLAIM_UNREADABLE;
    if (word->kind == CLAIM_NUMBER && !number_holds(judge, words, i)) return CLAIM_NUMBER_UNPROVEN;
    if (counts && !number_words_hold(judge, words, i)) return CLAIM_NUMBER_UNPROVEN;
    if (word->kind == CLAIM_LINK && !link_holds(judge, word->low)) return CLAIM_LINK_UNPROVEN;
    if (!name_holds(judge, words, i, german)) return CLAIM_NAME_UNPROVEN;
    if ((word->classes & SAYS(LABEL)) && !value_holds(judge, words, i)) return CLAIM_VALUE_UNPROVEN;
    return CLAIM_HOLDS;
}

enum claim_fault claim_facts_check(struct claim_judge *judge, const struct claim_words *words, size_t *at)
{
    bool german = is_german(words);
    for (*at = 0; *at < words->count; (*at)++) {
        enum claim_fault fault = check_word(judge, words, *at, german);
        if (fault != CLAIM_HOLDS) return fault;
    }
    return CLAIM_HOLDS;
}
