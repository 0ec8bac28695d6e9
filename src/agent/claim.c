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

static bool is_cancelled(const struct claim_receipt *receipt)
{
    return receipt->status == ACTION_CANCELLED;
}

static bool has_assignee(const struct claim_receipt *receipt)
{
    return is_done(receipt) && json_get_str(receipt->result, "assignee").len > 0;
}

static bool has_changed(const struct claim_receipt *receipt, const char *field)
{
    struct json *asked = receipt->arguments.len ? json_parse(receipt->arguments, NULL) : NULL;
    const struct json *value = json_get(asked ? asked : receipt->result, field);
    bool changed = json_type(value) == JSON_ARRAY ? json_count(value) > 0 : json_type(value) > JSON_NULL;
    json_free(asked);
    return changed;
}

static bool is_ended(struct str status)
{
    return str_eq(status, STR("solved")) || str_eq(status, STR("closed"));
}

/* A change proves only what it changed: "closed" by the status that the ticket has, "assigned" by the assignee that was asked for. */
static bool fits_told(const struct claim_receipt *receipt, const struct claim_word *told)
{
    if (receipt->kind != ACTION_UPDATE_TICKET) return true;
    if (str_eq(told->low, STR("reopened"))) return str_eq(json_get_str(receipt->result, "status"), STR("open"));
    if (told->classes & SAYS(FIRM)) return is_ended(json_get_str(receipt->result, "status"));
    if ((told->classes & SAYS(GIVEN)) || str_eq(told->low, STR("reassigned"))) return has_changed(receipt, "assignee");
    return !str_eq(told->low, STR("tagged")) || has_changed(receipt, "tags");
}

static bool has_failed(const struct claim_receipt *receipt)
{
    const struct json *tickets = json_get(receipt->result, "tickets");
    bool empty = json_type(tickets) == JSON_ARRAY && json_count(tickets) == 0; /* "no tickets were found" */
    return empty || receipt->status == ACTION_REJECTED || receipt->status == ACTION_WAITING ||
           receipt->status == ACTION_NEEDS_HUMAN;
}

typedef bool receipt_fn(const struct claim_receipt *);

static bool is_id_of(const struct claim_receipt *receipt, struct str low)
{
    static const char *const keys[] = { "id", "ticket_id", "followup_of" };
    int64_t number = 0;
    if (!str_to_i64(low, &number) || number <= 0) return false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (json_get_int(receipt->result, keys[i], 0) == number) return true;
    return false;
}

/* A sentence with the number of another receipt's ticket is not about this one. */
static bool is_about(const struct claim_judge *judge, const struct claim_receipt *receipt)
{
    bool other = false;
    for (size_t i = 0; i < judge->words->count; i++) {
        if (judge->words->items[i].kind != CLAIM_NUMBER) continue;
        if (is_id_of(receipt, judge->words->items[i].low)) return true;
        for (size_t k = 0; k < judge->receipt_count && !other; k++)
            other = is_id_of(&judge->receipts[k], judge->words->items[i].low);
    }
    return !other;
}

/* A receipt of one of these kinds that fits; marks the newest as used. */
static bool find_receipt(struct claim_judge *judge, unsigned proofs, receipt_fn *fits, const struct claim_word *told)
{
    for (size_t i = judge->receipt_count; i-- > 0;) {
        const struct claim_receipt *receipt = &judge->receipts[i];
        unsigned proven = proof_of(receipt->kind) | (json_get_int(receipt->result, "followup_of", 0) > 0 ? BY_CREATE : 0u);
        if (!(proven & proofs) || !fits(receipt) || !is_about(judge, receipt)) continue;
        if (told && !fits_told(receipt, told)) continue;
        judge->used |= UINT64_C(1) << i;
        return true;
    }
    return false;
}

static bool has_receipt(struct claim_judge *judge, unsigned proofs, receipt_fn *fits)
{
    return find_receipt(judge, proofs, fits, NULL);
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
        bool out = has_receipt(judge, BY_WRITE, claim_receipt_is_open);
        judge->used = before;
        return !out || has_receipt(judge, BY_WRITE, is_cancelled) || claim_clause_has(words, i, SAYS(DRAFT));
    }
    bool nothing = claim_is_word(words, claim_clause_begin(words, i), "nothing");
    bool kept = words->items[i].classes & SAYS(KEPT), given = words->items[i].classes & SAYS(GIVEN);
    if (!is_negated(words, i)) {
        if (find_receipt(judge, proofs, is_done, &words->items[i])) return true;
        return (kept && has_receipt(judge, BY_WRITE, claim_receipt_is_open)) ||
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
    if (claim_is_open(words, i) || is_imperative(words, i) || (done && claim_is_to_come(words, i))) return true;
    bool listed = (word->classes & SAYS(STATUS)) && claim_clause_end(words, i) - claim_clause_begin(words, i) <= 3;
    if (listed && claim_offers_choice(words)) return true;
    if (doing) return has_receipt(judge, BY_WRITE, claim_receipt_is_open) || has_receipt(judge, BY_WRITE, is_done);
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
    if (claim_is_word(words, i, "waiting") && has_receipt(judge, BY_WRITE, claim_receipt_is_open) != is_negated(words, i))
        return true;
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

/* ---- proof, for the forms ------------------------------------------------------------------------------------------------------------------------- */

bool claim_is_evidence(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    const struct claim_word *word = &words->items[i];
    if (word->kind == CLAIM_SLOT || word->kind == CLAIM_QUOTE) return true;
    bool value = word->kind == CLAIM_NUMBER || word->kind == CLAIM_LINK || (word->upper && word->classes == 0) ||
                 (word->classes & SAYS(PRIORITY));
    if (value && claim_proven(judge, word->low)) return true;
    if ((word->classes & SAYS(STATUS)) && status_proven(judge, words, word->low)) return true;
    if (word->classes & SAYS(CANCELLED)) return has_receipt(judge, BY_WRITE, is_cancelled);
    if ((word->classes & SAYS(DONE)) && !is_negated(words, i)) return act_proven(judge, words, i);
    bool doing = (word->classes & SAYS(DOING)) || claim_is_word(words, i, "being");
    return doing && (claim_is_under_way(judge) || has_receipt(judge, BY_WRITE, is_done));
}

bool claim_is_failure_proven(struct claim_judge *judge, const struct claim_words *words, size_t i)
{
    return (claim_is_class(words, i, SAYS(FAIL)) || ends_failure(words, i)) && has_receipt(judge, BY_ANY, has_failed);
}

bool claim_is_under_way(struct claim_judge *judge)
{
    return has_receipt(judge, BY_WRITE, claim_receipt_is_open);
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
    judge->words = words;
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
    return judge->catalogue || claim_has_form(judge, words, at) ? CLAIM_HOLDS : CLAIM_FORM_UNKNOWN;
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
    struct claim_words *words = judge->room;
    struct footing footing = { 0 };
    size_t at = 0;
    for (int reading = CLAIM_JOINED; reading <= CLAIM_PARTED; reading++) {
        claim_words_read(sentence, (enum claim_reading)reading, &judge->scratch, words);
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
