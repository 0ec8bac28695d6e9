/* claim.c - what a sentence says that was done, has failed, or is so.
 *
 * A word alone claims nothing: "solved" does in "your ticket is solved", and does not in "is it solved?", "once it is solved", "it can be solved" and "solved tickets". claim_is_open
 * says which; what is not known to be open is a claim, and is compared with the receipts.
 */
#include "agent/claim.h"

#include <string.h>

/* ---- receipts ------------------------------------------------------------------------------------------------------------------------------------ */

static unsigned proof_of(enum action_kind kind)
{
    switch (kind) {
    case ACTION_CREATE_TICKET: return BY_CREATE;
    case ACTION_ADD_COMMENT: return BY_COMMENT;
    case ACTION_UPDATE_TICKET: return BY_UPDATE;
    case ACTION_CREATE_CUSTOMER:
    case ACTION_UPDATE_CUSTOMER: return BY_CUSTOMER;
    case ACTION_GET_TICKET:
    case ACTION_LIST_TICKETS:
    case ACTION_SEARCH_TICKETS:
    case ACTION_GET_CUSTOMER:
    case ACTION_FIND_CUSTOMER: return BY_READ;
    case ACTION_COUNT: break;
    }
    return 0;
}

static bool is_done(const struct claim_receipt *receipt)
{
    return receipt->status == ACTION_DONE && receipt->result && !json_get_bool(receipt->result, "dry_run", false);
}

static bool is_done_now(const struct claim_receipt *receipt)
{
    return is_done(receipt) && !receipt->earlier;
}

static bool is_under_way(const struct claim_receipt *receipt)
{
    return receipt->status == ACTION_CONFIRMED || receipt->status == ACTION_SENDING || receipt->status == ACTION_WAITING;
}

static bool is_cancelled(const struct claim_receipt *receipt)
{
    return receipt->status == ACTION_CANCELLED;
}

static bool has_assignee(const struct claim_receipt *receipt)
{
    return is_done(receipt) && json_get_str(receipt->result, "assignee").len > 0;
}

static bool has_failed(const struct claim_receipt *receipt)
{
    const struct json *tickets = json_get(receipt->result, "tickets");
    bool empty = json_type(tickets) == JSON_ARRAY && json_count(tickets) == 0; /* "no tickets were found" */
    return empty || receipt->status == ACTION_REJECTED || receipt->status == ACTION_WAITING ||
           receipt->status == ACTION_NEEDS_HUMAN;
}

typedef bool receipt_fn(const struct claim_receipt *);

/* A receipt of one of these kinds that fits; marks the newest as used. */
static bool has_receipt(struct claim_judge *judge, unsigned proofs, receipt_fn *fits)
{
    for (size_t i = judge->receipt_count; i-- > 0;) {
        const struct claim_receipt *receipt = &judge->receipts[i];
        unsigned proven = proof_of(receipt->kind) | (json_get_int(receipt->result, "followup_of", 0) > 0 ? BY_CREATE : 0u);
        if (!(proven & proofs) || !fits(receipt)) continue;
        judge->used |= UINT64_C(1) << i;
        return true;
    }
    return false;
}

/* Has the newest receipt that tells a status this one? With a ticket's number in the sentence, the receipt of that ticket. */
static bool status_proven(struct claim_judge *judge, const struct claim_words *words, struct str status)
{
    if (str_eq(status, STR("onhold"))) status = STR("hold");
    for (size_t i = judge->receipt_count; i-- > 0;) {
        const struct claim_receipt *receipt = &judge->receipts[i];
        struct str found = json_get_str(receipt->result, "status");
        if (found.len == 0 || !is_done(receipt)) continue;
        struct str id = arena_fmt(&judge->scratch, "%lld", (long long)json_get_int(receipt->result, "id", 0));
        bool named = false, other = false;
        for (size_t k = 0; k < words->count; k++) {
            bool number = words->items[k].kind == CLAIM_NUMBER;
            named = named || (number && str_eq(words->items[k].low, id));
            other = other || (number && words->items[k].low.len >= 3 && !str_eq(words->items[k].low, id));
        }
        if (other && !named) continue;
        if (!str_eq(found, status)) return false;
        judge->used |= UINT64_C(1) << i;
        return true;
    }
    return false;
}

/* ---- that something was done ------------------------------------------------------------------------------------------------------------------ */

/* Which kinds prove it, by what it was done to. */
static unsigned proofs_for(const struct claim_words *words, size_t i)
{
    unsigned proofs = words->items[i].proofs;
    bool ticket = claim_clause_has(words, i, SAYS(TICKET)), note = claim_clause_has(words, i, SAYS(NOTE)),
         customer = claim_clause_has(words, i, SAYS(CUSTOMER));
    if (note && !ticket && (proofs & BY_COMMENT)) return BY_COMMENT;
    if (customer && !ticket && (proofs & BY_CUSTOMER)) return BY_CUSTOMER;
    if (ticket && (proofs & (BY_CREATE | BY_COMMENT | BY_UPDATE)) && !(proofs & BY_READ)) return proofs & ~(unsigned)BY_CUSTOMER;
    return proofs;
}

static bool is_negated(const struct claim_words *words, size_t i)
{
    for (size_t k = claim_clause_begin(words, i); k < i; k++)
        if (claim_is_class(words, k, SAYS(NEG)) && !claim_is_class(words, k + 1, SAYS(NONEG))) return true;
    return false;
}

static bool is_not_done(const struct claim_receipt *receipt)
{
    return receipt->status != ACTION_DONE || json_get_bool(receipt->result, "dry_run", false);
}

static bool act_proven(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    unsigned proofs = proofs_for(words, i);
    if (words->items[i].classes & SAYS(CANCELLED)) {
        uint64_t before = judge->used;
        bool out = has_receipt(judge, BY_WRITE, is_under_way);
        judge->used = before;
        return !out || has_receipt(judge, BY_WRITE, is_cancelled) || claim_clause_has(words, i, SAYS(DRAFT));
    }
    bool nothing = claim_is_word(words, claim_clause_begin(words, i), "nothing");
    bool kept = words->items[i].classes & SAYS(KEPT), given = words->items[i].classes & SAYS(GIVEN);
    if (!is_negated(words, i)) {
        if (has_receipt(judge, proofs, is_done)) return true;
        return (kept && has_receipt(judge, BY_WRITE, is_under_way)) ||
               (given && i > 0 && has_receipt(judge, BY_READ, has_assignee));
    }
    uint64_t before = judge->used;
    bool done = has_receipt(judge, proofs, nothing ? is_done_now : is_done);
    judge->used = before;
    return !done || (!nothing && has_receipt(judge, proofs, is_not_done));
}

static bool is_participle(struct str low)
{
    static const char *const irregular[] = { "put",   "taken",   "gotten", "written", "begun",
                                             "given", "brought", "dealt",  "kicked",  "popped" };
    for (size_t i = 0; i < sizeof irregular / sizeof irregular[0]; i++)
        if (str_eq(low, str_from(irregular[i]))) return true;
    return low.len > 4 && str_ends(low, STR("ed"));
}

/* A verb that is in no list: "I have lodged", "it was actioned". */
static bool is_unknown_act(const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    if (word->kind != CLAIM_WORD || (word->classes & (SAYS(CLAIMLESS) | SAYS(DONE) | SAYS(STATUS) | SAYS(FAIL) | SAYS(NOTFOUND))))
        return false;
    if (!is_participle(word->low)) return false;
    size_t k = i;
    while (k > 0 && claim_is_class(words, k - 1, SAYS(ADV) | SAYS(NEG))) k--;
    if (k == 0) return false;
    bool perfect = claim_is_class(words, k - 1, SAYS(PERFECT)) && !claim_is_visitors(words, i);
    bool mine = claim_is_word(words, k - 1, "i") || claim_is_word(words, k - 1, "we");
    bool object = claim_is_class(words, i + 1, SAYS(PRONOUN)) ||
                  (claim_is_class(words, i + 1, SAYS(DEF)) && claim_is_class(words, i + 2, SAYS(TICKET)));
    bool passive =
        claim_is_word(words, k - 1, "been") || claim_is_word(words, k - 1, "was") || claim_is_word(words, k - 1, "were");
    return perfect || mine || passive || (object && !claim_is_visitors(words, i));
}

/* "Set the priority by ..." is said to the visitor. */
static bool is_imperative(const struct claim_words *words, size_t i)
{
    return i == claim_clause_begin(words, i) && claim_is_class(words, i, SAYS(ASKME)) && i + 1 < words->count &&
           !claim_parts(words, i + 1);
}

static bool act_holds(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    bool doing = (word->classes & SAYS(DOING)) && i > 0 && claim_is_class(words, i - 1, SAYS(COPULA) | SAYS(ADV)) &&
                 claim_clause_has(words, i, SAYS(COPULA));
    if (i > 0 && claim_is_word(words, i - 1, "being")) doing = true;
    bool label = (word->classes & SAYS(LABEL)) && i + 1 < words->count && words->items[i + 1].kind == CLAIM_MARK;
    bool is_way = claim_is_word(words, i, "through"); /* "went through" is judged as a status, "go through with it" is nothing */
    bool done = (word->classes & SAYS(DONE)) && !label && !is_way, unknown = is_unknown_act(words, i);
    if (!doing && !done && !unknown) return true;
    if (claim_is_open(words, i) || is_imperative(words, i)) return true;
    bool listed = (word->classes & SAYS(STATUS)) && claim_clause_end(words, i) - claim_clause_begin(words, i) <= 3;
    if (listed && claim_offers_choice(words)) return true;
    if (doing) return has_receipt(judge, BY_WRITE, is_under_way) || has_receipt(judge, BY_WRITE, is_done);
    if (claim_is_visitors(words, i) || claim_is_of_any(words, i)) return true;
    if (unknown) return is_negated(words, i);
    return act_proven(judge, words, i);
}

/* ---- that something is so ------------------------------------------------------------------------------------------------------------------------ */

/* Is the clause about a ticket, named or meant? */
static bool speaks_of_ticket(const struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    if (claim_clause_has(words, i, SAYS(TICKET) | SAYS(MATTER) | SAYS(LABEL) | SAYS(PRONOUN))) return true;
    for (size_t k = claim_clause_begin(words, i); k < i; k++)
        if (words->items[k].kind == CLAIM_NUMBER || words->items[k].kind == CLAIM_SLOT) return true;
    return judge->about_ticket && claim_clause_end(words, i) - claim_clause_begin(words, i) <= 3;
}

static bool is_predicate(const struct claim_words *words, size_t i)
{
    size_t k = i;
    while (k > 0 && claim_is_class(words, k - 1, SAYS(ADV) | SAYS(NEG))) k--;
    size_t begin = claim_clause_begin(words, i), end = claim_clause_end(words, i);
    if (end - begin <= 2 && k == begin && i + 1 == end) return true; /* "Solved." */
    if (k == begin || k == 0) return i + 1 >= end && k == begin && i > k;
    bool linked = claim_is_class(words, k - 1, SAYS(COPULA)) || claim_is_word(words, k - 1, "as") ||
                  claim_is_word(words, k - 1, "it") || claim_is_word(words, k - 1, "to") || claim_is_word(words, k - 1, "on") ||
                  claim_is_word(words, k - 1, "status");
    bool certain = claim_is_class(words, k - 1, SAYS(DEF)) && claim_is_class(words, i + 1, SAYS(TICKET));
    bool firm = claim_is_class(words, i, SAYS(FIRM)) &&
                (claim_is_class(words, k - 1, SAYS(TICKET)) || words->items[k - 1].kind == CLAIM_NUMBER);
    return linked || certain || firm;
}

static bool status_holds(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    if (!(word->classes & SAYS(STATUS)) || !is_predicate(words, i)) return true;
    if (claim_is_open(words, i) || claim_is_of_any(words, i) || claim_is_visitors(words, i)) return true;
    size_t length = claim_clause_end(words, i) - claim_clause_begin(words, i);
    if (length <= 3 && claim_offers_choice(words)) return true;
    if (length > 2 && !speaks_of_ticket(judge, words, i)) return true;
    if (claim_is_word(words, i, "waiting") && has_receipt(judge, BY_WRITE, is_under_way) != is_negated(words, i)) return true;
    if (status_proven(judge, words, word->low)) return true;
    return (word->classes & SAYS(DONE)) && !is_negated(words, i) && act_proven(judge, words, i);
}

/* ---- that something failed ----------------------------------------------------------------------------------------------------------------------- */

/* "could not reach", "was not able", "there is no ticket": returns whether the word at i ends one. */
static bool ends_failure(const struct claim_words *words, size_t i)
{
    size_t begin = claim_clause_begin(words, i);
    if (claim_is_class(words, i, SAYS(COULD))) return claim_clause_has(words, i, SAYS(NEG));
    bool sought =
        claim_is_word(words, i, "finden") || claim_is_word(words, i, "erreichen") || claim_is_word(words, i, "encontrar");
    if (sought) return claim_clause_has(words, i, SAYS(NEG)) && claim_clause_has(words, i, SAYS(CANT));
    if (claim_is_class(words, i, SAYS(NOTFOUND)) || claim_is_word(words, i, "able")) {
        size_t k = i;
        while (k > begin && claim_is_class(words, k - 1, SAYS(ADV) | SAYS(COPULA)) &&
               !claim_is_class(words, k - 1, SAYS(NEG) | SAYS(CANT)))
            k--;
        while (k > begin && claim_is_class(words, k - 1, SAYS(ADV))) k--;
        bool negated = k > begin + 1 && claim_is_class(words, k - 1, SAYS(NEG)) && claim_is_class(words, k - 2, SAYS(CANT));
        bool present = claim_is_word(words, i, "able") && negated && !claim_is_word(words, k - 2, "was") &&
                       !claim_is_word(words, k - 2, "wasn") && !claim_is_word(words, k - 2, "were");
        if ((negated && !present) || claim_is_word(words, k - (k > 0), "cannot")) return true;
        return (claim_is_word(words, begin, "nothing") || claim_is_word(words, begin, "no")) && i > begin;
    }
    if (!claim_is_class(words, i, SAYS(TICKET) | SAYS(CUSTOMER))) return false;
    size_t k = i > 0 && claim_is_class(words, i - 1, SAYS(STATUS)) ? i - 1 : i; /* "no open tickets" */
    if (k < begin + 2 || !(claim_is_word(words, k - 1, "no") || claim_is_word(words, k - 1, "such"))) return false;
    return claim_is_class(words, k - 2, SAYS(COPULA) | SAYS(PERFECT) | SAYS(NOTFOUND)) || claim_is_word(words, k - 2, "no");
}

static bool is_own_failure(const struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    if (claim_clause_has(words, i, SAYS(ME) | SAYS(TICKET) | SAYS(NOTE) | SAYS(CUSTOMER))) return true;
    if (claim_known(judge, words->items[i].low)) return false;
    if (str_ends(words->items[i].low, STR("ed"))) return true;
    size_t k = i;
    while (k > 0 && claim_is_class(words, k - 1, SAYS(ADV) | SAYS(COPULA) | SAYS(NEG) | SAYS(CANT) | SAYS(PERFECT))) k--;
    bool meant = k > claim_clause_begin(words, i) && claim_is_class(words, k - 1, SAYS(PRONOUN));
    return meant || claim_clause_end(words, i) - claim_clause_begin(words, i) <= 3;
}

/* What cannot be done at all is no failure: "I cannot close tickets". */
static bool is_inability(const struct claim_words *words, size_t i)
{
    bool can = false;
    if (claim_is_class(words, i, SAYS(COULD))) return false;
    for (size_t k = claim_clause_begin(words, i); k < i; k++)
        can = can || claim_is_word(words, k, "can") || claim_is_word(words, k, "cannot") || claim_is_word(words, k, "kann") ||
              claim_is_word(words, k, "puedo");
    return can && !claim_is_word(words, i, "find") && !claim_is_word(words, i, "reach") && !claim_is_word(words, i, "reached") &&
           !claim_is_word(words, i, "locate") && !claim_is_word(words, i, "connect") && !claim_is_word(words, i, "access");
}

static bool no_failure_before(const struct claim_words *words, size_t i)
{
    for (size_t k = claim_clause_begin(words, i); k < i; k++)
        if (claim_is_class(words, k, SAYS(NEG))) return true;
    return false;
}

static bool failure_holds(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    bool named = claim_is_class(words, i, SAYS(FAIL)), told = !named && ends_failure(words, i);
    if (!named && !told) return true;
    if (claim_clause_has(words, i, SAYS(UNCLEAR)) || (told && is_inability(words, i)) || (named && no_failure_before(words, i)))
        return true;
    bool open = named ? claim_is_open(words, i) : claim_is_question(words, i) || claim_is_conditional(words, i);
    if (open || claim_is_visitors(words, i) || !is_own_failure(judge, words, i)) return true;
    return has_receipt(judge, BY_ANY, has_failed);
}

/* ---- a sentence ------------------------------------------------------------------------------------------------------------------------------------ */

static enum claim_fault check_word(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    if (!status_holds(judge, words, i)) return CLAIM_STATUS_UNPROVEN;
    bool status_only = claim_is_class(words, i, SAYS(STATUS)) && is_predicate(words, i);
    if (!status_only && !act_holds(judge, words, i)) return CLAIM_ACT_UNPROVEN;
    return failure_holds(judge, words, i) ? CLAIM_HOLDS : CLAIM_FAILURE_UNPROVEN;
}

static enum claim_fault check_reading(struct claim_judge *judge, const struct claim_words *words, size_t *at)
{
    if (words->cut) return CLAIM_UNREADABLE;
    enum claim_fault fault = claim_facts_check(judge, words, at);
    if (fault != CLAIM_HOLDS) return fault;
    if (judge->asked && claim_is_class(words, 0, SAYS(YES))) {
        *at = 0;
        return CLAIM_ACT_UNPROVEN;
    }
    for (*at = 0; *at < words->count; (*at)++) {
        fault = check_word(judge, words, *at);
        if (fault != CLAIM_HOLDS) return fault;
    }
    return CLAIM_HOLDS;
}

/* What the next sentence stands on, by both readings of this one. */
struct footing {
    bool ticket, claims, rule, bar, blank;
    size_t count;
};

static void note(struct footing *footing, const struct claim_words *words)
{
    bool rule = words->count > 2;
    for (size_t i = 0; i < words->count; i++) {
        const struct claim_word *word = &words->items[i];
        bool claim = claim_is_class(words, i, SAYS(DONE) | SAYS(STATUS) | SAYS(FAIL));
        footing->ticket = footing->ticket || claim_is_class(words, i, SAYS(TICKET) | SAYS(LABEL));
        footing->claims = footing->claims || (claim && claim_is_question(words, i));
        rule = rule && word->kind == CLAIM_MARK && word->mark && strchr("|-:\n", word->mark);
    }
    footing->rule = footing->rule || rule;
    footing->bar = words->count && words->items[0].mark == '|';
    footing->blank = words->count == 1 && words->items[0].mark == '\n';
    footing->count = words->count;
}

static void step_on(struct claim_judge *judge, const struct footing *footing)
{
    if (footing->blank) return;
    judge->in_table = footing->rule || (judge->in_table && footing->bar);
    judge->about_ticket = footing->ticket || (judge->about_ticket && footing->count <= 4);
    judge->asked = footing->claims;
}

enum claim_fault claim_check(struct claim_judge *judge, struct str sentence, struct str *word)
{
    arena_clear(&judge->scratch);
    struct claim_words *words = arena_new(&judge->scratch, struct claim_words);
    struct footing footing = { 0 };
    size_t at = 0;
    for (int reading = CLAIM_JOINED; reading <= CLAIM_PARTED; reading++) {
        claim_words_read(judge->lexicon, sentence, (enum claim_reading)reading, &judge->scratch, words);
        note(&footing, words);
        enum claim_fault fault = check_reading(judge, words, &at);
        if (fault == CLAIM_HOLDS) continue;
        *word = at < words->count ? words->items[at].low : STR_NONE;
        return fault;
    }
    *word = STR_NONE;
    step_on(judge, &footing);
    return CLAIM_HOLDS;
}

/* ---- the judge ------------------------------------------------------------------------------------------------------------------------------------ */

/* Both ways a word can be read stand in it: "R-17" and "R17". */
static struct str both_ways(struct str text, struct arena *arena)
{
    struct buf out;
    struct str low = claim_fold(text, arena);
    buf_init(&out, low.len * 2 + 2);
    buf_str(&out, low);
    buf_char(&out, '\n');
    for (size_t i = 0; i < low.len; i++)
        if (!strchr("-*_~`", low.ptr[i]) || !low.ptr[i]) buf_char(&out, low.ptr[i]);
    struct str all = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return all;
}

static struct str receipt_text(const struct claim_receipt *receipt, struct arena *arena)
{
    struct buf out;
    buf_init(&out, SIZE_MAX / 2);
    if (receipt->result) json_canonical(receipt->result, &out);
    buf_char(&out, '\n');
    buf_str(&out, receipt->reference);
    struct str text = both_ways(buf_view(&out), arena);
    buf_clear(&out);
    return text;
}

static bool has_ended(const struct claim_receipt *receipt)
{
    return receipt->status != ACTION_PROPOSED && !is_under_way(receipt);
}

/* Those of one sort, the newest `room` of them, in their order. */
static void take_receipts(struct claim_judge *judge, const struct claim_receipt *receipts, size_t count, bool ended, size_t room)
{
    size_t fit = 0, from = count;
    while (from > 0 && fit < room) fit += has_ended(&receipts[--from]) == ended;
    for (size_t i = from; i < count; i++)
        if (has_ended(&receipts[i]) == ended && judge->receipt_count < CLAIM_RECEIPTS_MAX)
            judge->receipts[judge->receipt_count++] = receipts[i];
}

void claim_open(struct claim_judge *judge, const struct claim_receipt *receipts, size_t count, const struct str *known,
                size_t known_count, struct arena *arena)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++) open += !has_ended(&receipts[i]);
    if (open > CLAIM_RECEIPTS_MAX / 2) open = CLAIM_RECEIPTS_MAX / 2;
    *judge = (struct claim_judge){ .lexicon = claim_lexicon(arena) };
    arena_init(&judge->scratch);
    take_receipts(judge, receipts, count, true, CLAIM_RECEIPTS_MAX - open);
    take_receipts(judge, receipts, count, false, open);
    for (size_t i = 0; i < judge->receipt_count; i++) judge->proven[i] = receipt_text(&judge->receipts[i], arena);
    struct str all = STR_NONE;
    for (size_t i = 0; i < known_count; i++) all = arena_fmt(arena, "%.*s\n%.*s", STR_ARG(all), STR_ARG(known[i]));
    judge->known = both_ways(all, arena);
}

void claim_close(struct claim_judge *judge)
{
    arena_clear(&judge->scratch);
}

static bool is_word_char(char c)
{
    return char_is_alpha(c) || char_is_digit(c) || (unsigned char)c >= 0x80;
}

static bool has_word(struct str text, struct str word)
{
    for (size_t at = 0; word.len && (at = str_find(text, word, at)) != SIZE_MAX; at++) {
        size_t end = at + word.len;
        bool starts = at == 0 || !is_word_char(text.ptr[at - 1]), ends = end == text.len || !is_word_char(text.ptr[end]);
        if (starts && ends) return true;
    }
    return false;
}

bool claim_known(const struct claim_judge *judge, struct str low)
{
    return has_word(judge->known, low);
}

bool claim_proven(struct claim_judge *judge, struct str low)
{
    for (size_t i = judge->receipt_count; i-- > 0;) {
        if (!has_word(judge->proven[i], low)) continue;
        judge->used |= UINT64_C(1) << i;
        return true;
    }
    return false;
}

const char *claim_fault_name(enum claim_fault fault)
{
    static const char *const names[] = { "none",   "number", "link",    "name", "value",
                                         "status", "act",    "failure", "slot", "unreadable" };
    return names[fault];
}

struct str claim_reason(enum claim_fault fault, struct str word, struct arena *arena)
{
    static const char *const reasons[] = {
        [CLAIM_HOLDS] = "nothing",
        [CLAIM_NUMBER_UNPROVEN] = "it names a number that no receipt has",
        [CLAIM_LINK_UNPROVEN] = "it gives an address that no receipt has",
        [CLAIM_NAME_UNPROVEN] = "it gives a name that no receipt has",
        [CLAIM_VALUE_UNPROVEN] = "it gives a field's value that no receipt has",
        [CLAIM_STATUS_UNPROVEN] = "it tells a status that no receipt has",
        [CLAIM_ACT_UNPROVEN] = "it tells of something done that no receipt proves",
        [CLAIM_FAILURE_UNPROVEN] = "it tells of a failure that no receipt proves",
        [CLAIM_SLOT_UNKNOWN] = "it has a slot that no receipt can fill",
        [CLAIM_UNREADABLE] = "it cannot be checked",
    };
    return arena_fmt(arena,
                     "The sentence was not sent: %s (\"%.*s\"). Say only what receipts of this conversation prove, and write "
                     "their facts as slots.",
                     reasons[fault], STR_ARG(word));
}
