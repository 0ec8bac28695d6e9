/* claim_form.c - what a sentence may be without a receipt: a short list of forms, clause by clause; what has none of them is held.
 *
 * The forms are speech acts that state nothing of this case: a question, a request to the visitor, an offer or possibility, a condition and what the agent does under it, what the agent
 * needs or understands, a courtesy, the visitor's own words said again, the usual course of things, and that nothing was done. Each is known by how the clause begins and by what it must
 * not have: somebody who did something, an event word ("now", "already"), a thing of the visitor's that has a state. What rests on a receipt is the last form, and is closed as well:
 * the rules of claim.c found its proof, and each of its words is known or stands in the receipt.
 *
 * So a paraphrase that nobody thought of is held, in any language, since it has no form. Rejected: more words in a list of lies (thirty-two of seventy-three passed the longest one).
 */
#include "agent/claim_clause.h"

#include <string.h>

/* ---- the forms ------------------------------------------------------------------------------------------------------------------------------ */

/* "Are you glad that your ticket is closed", "Did you know the refund is out": what is asked about takes something for granted. */
static bool is_granted(const struct clause *c, size_t from)
{
    static const char *const openers[] = {
        "that", "dass", "que", "know", "knew", "see", "hear", "notice", "wissen", "sabe", "vio"
    };
    for (size_t i = from + 1; i < c->end; i++)
        for (size_t k = 0; k < sizeof openers / sizeof openers[0]; k++)
            if (clause_word(c, i, openers[k]) && i + 1 < c->end && clause_states(c, i + 1) &&
                clause_has(c, i + 1, OF_THE_CASE | SAYS(DONE)))
                return true;
    return false;
}

static bool is_asked(const struct clause *c)
{
    size_t end = c->end;
    while (end < c->words->count && !(c->words->items[end].kind == CLAIM_MARK && strchr(".!?\n", c->words->items[end].mark)))
        end++;
    if (end >= c->words->count || c->words->items[end].mark != '?') return false;
    size_t i = c->begin;
    while ((clause_is(c, i, SAYS(LEADIN)) && !clause_is(c, i, SAYS(QUESTION))) || clause_word(c, i, "me") ||
           clause_word(c, i, "le"))
        i++;
    if (clause_word(c, i, "en") || clause_word(c, i, "um") || clause_word(c, i, "a") || clause_word(c, i, "desde") ||
        clause_word(c, i, "seit") || clause_word(c, i, "for") || clause_word(c, i, "in") || clause_word(c, i, "roughly"))
        i++;
    if (!clause_is(c, i, SAYS(QUESTION)) && !clause_word(c, i, "se")) return false;
    /* "Did you see that I closed it" takes the closing for granted */
    for (size_t k = i + 2; k < c->end; k++)
        if (c->words->items[k].accented && claim_is_past(c->words, k) && k > i + 3) return false;
    bool inverted =
        clause_is(c, i, SAYS(COPULA) | SAYS(PERFECT) | SAYS(MODAL)) || clause_word(c, i, "did") || clause_word(c, i, "do");
    return !claim_actor_did(c->words, i + (inverted ? 2u : 1u), c->end) && !is_granted(c, i);
}

/* "see the refund", "find our answer": what is pointed at is there. */
static bool points_at_case(const struct clause *c, size_t i)
{
    static const char *const verbs[] = { "see",   "find",   "note",  "read", "collect",  "expect",
                                         "sehen", "finden", "lesen", "ver",  "encontrar" };
    bool points = false;
    for (size_t k = 0; k < sizeof verbs / sizeof verbs[0]; k++) points = points || clause_word(c, i, verbs[k]);
    for (size_t k = i + 2; points && k < c->end; k++) {
        bool certain = clause_is(c, k - 1, SAYS(DEF)) || clause_word(c, k - 1, "the") || clause_word(c, k - 1, "die") ||
                       clause_word(c, k - 1, "el");
        if (certain && clause_is(c, k, SAYS(TOUCHY) | SAYS(STAFF))) return true;
    }
    return false;
}

static bool is_bidden(const struct clause *c)
{
    size_t i = c->head;
    if (clause_word(c, i, "feel") && clause_word(c, i + 1, "free")) return true;
    bool sie = i + 1 < c->end && clause_word(c, i + 1, "sie") && str_ends(c->words->items[i].low, STR("en")) &&
               !clause_is(c, i, FINITE | SAYS(CAN));
    if ((!clause_is(c, i, SAYS(START)) && !sie) || c->words->items[i].accented) return false; /* "Borré" is told, "borre" asked */
    if (clause_word(c, i, "let") && clause_is(c, i + 1, SAYS(FUNC))) i++;
    if (points_at_case(c, i) || (clause_word(c, i, "note") && clause_has(c, i, OF_THE_CASE))) return false;
    bool looks = clause_word(c, i, "make") || clause_word(c, i, "check") || clause_word(c, i, "verify") ||
                 clause_word(c, i, "ensure") || clause_word(c, i, "prufen") || clause_word(c, i, "asegurese") ||
                 clause_word(c, i, "compruebe");
    if (looks && !clause_has(c, i + 1, OF_THE_CASE)) return !claim_actor_did(c->words, i, c->end);
    return !clause_states(c, i + 1) && !claim_actor_did(c->words, i, c->end);
}

/* Of what is wanted or possible. What "should be" there is said of a ticket as if it was. */
static bool is_possible(const struct clause *c)
{
    size_t can = c->head;
    static const char *const perhaps[] = { "maybe", "perhaps", "vielleicht", "quiza", "quizas" };
    for (size_t k = 0; k < sizeof perhaps / sizeof perhaps[0]; k++)
        if (clause_word(c, c->begin, perhaps[k]))
            return !clause_has(c, c->begin, OF_THE_CASE | SAYS(DONE) | SAYS(ME)) && !clause_has_event(c);
    bool effect = (clause_word(c, can, "this") || clause_word(c, can, "that")) && clause_is(c, can + 1, SAYS(FUTURE));
    if (effect)
        return clause_has(c, can + 2, SAYS(START)) && !clause_has(c, can, OF_THE_CASE | SAYS(UNIT) | SAYS(ME)) &&
               !clause_has_event(c) && !clause_has_past(c, can);
    if ((clause_word(c, can, "happy") || clause_word(c, can, "glad")) && clause_word(c, can + 1, "to"))
        return !clause_states(c, can + 1) && !clause_has_past(c, can);
    while (can < c->end && !clause_is(c, can, SAYS(CAN)) && !clause_is(c, can, SAYS(COPULA) | SAYS(PERFECT))) can++;
    bool has_to = clause_word(c, can, "have") && clause_word(c, can + 1, "to") && clause_is(c, c->head, SAYS(YOU));
    if (!clause_is(c, can, SAYS(CAN)) && !has_to) return false;
    bool supposed = clause_word(c, can, "should") || clause_word(c, can, "must") || clause_word(c, can, "debe") ||
                    clause_word(c, can, "sollte") || clause_word(c, can, "muss");
    bool subject = clause_is(c, c->head, SAYS(DEF)) && clause_is(c, c->head + 1, SAYS(TOUCHY)); /* "your refund may be late" */
    bool own = clause_is_me(c, c->head) || clause_is(c, c->head, SAYS(YOU)),
         had = clause_word(c, can + 1, "have") && clause_has_past(c, can + 1);
    if ((own && had) ||
        (clause_is_certain(c, c->head) && clause_has_event(c) && clause_has(c, c->begin, SAYS(TICKET) | SAYS(TOUCHY))))
        return false;
    if (clause_is(c, c->head, SAYS(YOU)) && points_at_case(c, can + 1)) return false;
    if (subject || (clause_has(c, c->begin, SAYS(STAFF)) && clause_has(c, c->begin, SAYS(UNIT)))) return false;
    if (supposed && (clause_has(c, c->begin, OF_THE_CASE | SAYS(DONE)) || clause_has_event(c))) return false;
    for (size_t k = c->begin; k < can; k++)
        if (claim_is_past(c->words, k) && !clause_is(c, k, SAYS(DONE))) return false;
    return !clause_states(c, can + 1) && !claim_actor_did(c->words, can + 1, c->end);
}

static bool is_condition(const struct clause *c)
{
    size_t i = c->head;
    if (clause_word(c, i, "as") && clause_word(c, i + 1, "soon")) i += 2;
    if (clause_word(c, i, "in") && clause_word(c, i + 1, "case")) i++;
    if (!clause_is(c, i, SAYS(COND)) && !(clause_word(c, i, "as") && i > c->head)) {
        while (i < c->end && !clause_is(c, i, SAYS(COND))) i++;
        if (i == c->end || c->before == FORM_NONE || i > c->head + 2) return false;
    }
    bool real = clause_word(c, i, "after") || clause_word(c, i, "before") || clause_word(c, i, "when") ||
                clause_word(c, i, "while") || clause_word(c, i, "nachdem") || clause_word(c, i, "bevor") ||
                clause_word(c, i, "once") || clause_word(c, i, "cuando");
    for (size_t k = i; real && k < c->end; k++)
        if (clause_word(c, k, "was") || clause_word(c, k, "were") || clause_word(c, k, "had") || clause_word(c, k, "wurde") ||
            clause_word(c, k, "fue"))
            return false;
    bool meanwhile = clause_word(c, i, "while") || clause_word(c, i, "wahrend") || clause_word(c, i, "mientras");
    if (meanwhile && clause_has(c, i, OF_THE_CASE)) return false;
    return !claim_actor_did(c->words, i, c->end) && !clause_is(c, i + 1, SAYS(EVENT));
}

/* "the ticket is created", "I'll send it", "lege ich es an": what is to come when the visitor agrees. */
static bool is_on_consent(const struct clause *c)
{
    bool sees = c->before == FORM_CONDITION && clause_is(c, c->head, SAYS(YOU)) && clause_is(c, c->head + 1, SAYS(FUTURE));
    if (sees) return !clause_has_event(c) && !clause_has(c, c->begin, SAYS(TOUCHY) | SAYS(UNIT) | SAYS(STAFF) | FINITE);
    if (!c->on_consent || claim_actor_did(c->words, c->begin, c->end)) return false;
    bool will = clause_has(c, c->begin, SAYS(FUTURE) | SAYS(CAN));
    bool inverted = (clause_is_me(c, c->head + 1) && !clause_is(c, c->head, FINITE)) ||
                    (clause_is_me(c, c->head) && !clause_is(c, c->head + 1, FINITE));
    bool made = clause_has(c, c->begin, SAYS(DONE)) && (clause_word(c, c->head, "the") || clause_is(c, c->head, SAYS(ANYDET)));
    for (size_t i = c->begin; !will && i < c->end; i++)
        if (clause_word(c, i, "was") || clause_word(c, i, "has") || clause_word(c, i, "have")) return false;
    return will || inverted || made || clause_word(c, c->head, "lo") || clause_word(c, c->head, "le");
}

/* "sorry you are running into this": the visitor's trouble, if nothing of the case is in it. */
static bool is_sorry(const struct clause *c, size_t i)
{
    return (clause_word(c, i, "sorry") || clause_word(c, i, "happy") || clause_word(c, i, "glad")) &&
           !clause_has(c, i, OF_THE_CASE) && !clause_has_past(c, i);
}

/* "I have read your message", "Das habe ich nicht verstanden": about the words of this chat, and nothing else. */
static bool is_own_reading(const struct clause *c)
{
    static const char *const read[] = { "read",       "understood", "misunderstood", "misread",
                                        "verstanden", "entendido",  "understand",    "follow" };
    bool own = false, me = clause_word(c, c->begin, "no");
    for (size_t i = c->begin; i < c->end; i++) {
        me = me || clause_is_me(c, i);
        for (size_t k = 0; k < sizeof read / sizeof read[0]; k++) own = own || clause_word(c, i, read[k]);
    }
    for (size_t i = c->begin; i < c->end; i++)
        if (clause_is(c, i, SAYS(IRREG)) && !clause_word(c, i, "did") && !claim_is_visitors(c->words, i)) return false;
    return own && me && !clause_has(c, c->begin, OF_THE_CASE | SAYS(DONE));
}

/* What the agent needs, thinks or cannot do; and what it will do that moves nothing. */
static bool is_self(const struct clause *c)
{
    size_t i = c->head;
    static const char *const quiet[] = { "need", "show",    "look", "check",   "help", "try",
                                         "use",  "include", "ask",  "explain", "be",   "walk" };
    static const char *const beliefs[] = { "believe", "think", "know", "hope",  "guess", "imagine", "hear",
                                           "see",     "agree", "sehe", "denke", "weiss", "creo" };
    if (is_own_reading(c)) return true;
    if (claim_actor_did(c->words, c->begin, c->end) || clause_has_event(c)) return false;
    for (size_t k = i; k < i + 3; k++) /* "Dafür brauche ich ...", "Para crear el ticket necesito ..." */
        if ((clause_is(c, k, SAYS(SELF)) || (clause_word(c, k, "habe") && clause_has(c, k, SAYS(NEG)))) && clause_is_me(c, k + 1))
            return !clause_states(c, k + 1) && !clause_has(c, k, SAYS(STAFF) | SAYS(TOUCHY));
    for (size_t k = i; k < c->end; k++)
        if (clause_word(c, k, "necesito")) return !clause_has_past(c, i);
    if (!clause_is_me(c, i) && !clause_is(c, i, SAYS(SELF))) return false;
    if (clause_is_me(c, i)) i++;
    bool negated = clause_has(c, c->begin, SAYS(NEG));
    if (clause_is(c, i, SAYS(FUTURE)) && negated) return !clause_states(c, i + 1);
    if (clause_is(c, i, SAYS(FUTURE))) {
        for (size_t k = 0; k < sizeof quiet / sizeof quiet[0]; k++)
            if (clause_word(c, i + 1, quiet[k])) return !clause_has(c, i + 2, SAYS(DONE) | SAYS(STAFF));
        bool told = (clause_word(c, i + 1, "tell") || clause_word(c, i + 1, "give")) && clause_word(c, i + 2, "you");
        return told && c->before == FORM_CONDITION && !clause_has(c, i + 2, SAYS(DONE) | SAYS(STAFF) | SAYS(TOUCHY));
    }
    if (clause_word(c, i, "am") || clause_word(c, i, "'m") || clause_word(c, i, "bin") || clause_word(c, i, "are") ||
        clause_word(c, i, "soy") || clause_word(c, i, "'re"))
        return clause_is(c, i + 1, SAYS(FUNC) | SAYS(MILD)) && clause_has(c, i + 1, SAYS(MILD)) &&
               (!clause_states(c, i + 1) || is_sorry(c, i + 1));
    if (clause_word(c, i, "have") || clause_word(c, i, "habe") || clause_word(c, i, "tengo") || clause_word(c, i, "haben"))
        return negated || !(clause_has(c, i, OF_THE_CASE) || clause_has_yours(c, i));
    if (clause_word(c, i, "no")) i++;
    if (!clause_is(c, i, SAYS(SELF)) || negated) return negated && clause_is(c, i, SAYS(SELF));
    bool guesses = !clause_word(c, i, "only") && !clause_is(c, i, SAYS(CONSENT)) && !clause_has(c, i, SAYS(COND));
    for (size_t k = 0; guesses && k < sizeof beliefs / sizeof beliefs[0]; k++)
        if (clause_word(c, i, beliefs[k]) && clause_has(c, i, OF_THE_CASE)) return false;
    bool needs = clause_word(c, i, "only") || clause_word(c, i, "never") || clause_word(c, i, "need") ||
                 clause_word(c, i, "understand") || clause_word(c, i, "verstehe") || clause_word(c, i, "entiendo");
    if (!needs && clause_has_yours(c, i) && clause_has(c, i, OF_THE_CASE)) return false; /* "I see your refund here" */
    return !clause_states(c, i + 1);
}

/* "So your order is late, is that right?" */
static bool is_then_asked(const struct clause *c)
{
    return c->end < c->words->count && c->words->items[c->words->count - 1].mark == '?';
}

/* The visitor's own words: each that could state something is one of them. */
static bool is_reported(const struct clause *c)
{
    size_t i = c->head;
    bool told = clause_is(c, i, SAYS(YOU)) && (clause_is(c, i + 1, SAYS(REPORT)) || clause_is(c, i + 2, SAYS(REPORT)));
    bool so = c->begin > 0 && claim_is_word(c->words, c->begin - 1, "so");
    bool seen = clause_is_me(c, i) && clause_is(c, i + 1, SAYS(SELF)),
         goes_on = c->before == FORM_REPORTED || c->before == FORM_SELF;
    bool that = clause_word(c, c->begin, "that") || clause_word(c, c->begin, "dass") || clause_word(c, c->begin, "que");
    bool trouble = that && clause_is(c, c->begin + 1, SAYS(YOU)) && (c->before == FORM_POLITE || c->before == FORM_SELF);
    if (trouble) return !clause_has(c, i, OF_THE_CASE) && !clause_has_past(c, i) && !clause_has_event(c);
    if (!told && !so && !seen && !goes_on) return false;
    if (!told && clause_has(c, i, SAYS(DONE) | SAYS(STATUS) | SAYS(TICKET) | SAYS(STAFF))) return false;
    if (!told && clause_has(c, i, SAYS(TOUCHY)) && !is_then_asked(c)) return false;
    size_t own = 0;
    for (; i < c->end; i++) {
        const struct claim_word *word = &c->words->items[i];
        if (word->kind == CLAIM_MARK || (word->classes & (SAYS(FUNC) | SAYS(REPORT) | SAYS(SELF) | SAYS(MILD)))) continue;
        if (!claim_known(c->judge, word->low)) return false;
        own++;
    }
    return own > 0;
}

/* "I have not created a ticket": what no receipt contradicts; the rules of claim.c have looked. */
static bool is_undone(const struct clause *c)
{
    bool denied = false;
    for (size_t i = c->begin; i < c->end; i++) {
        denied = denied || clause_is(c, i, SAYS(NEG));
        if (denied && clause_is(c, i, SAYS(DONE)) && (c->words->items[i].proofs & BY_ANY) && c->words->items[i].proofs != BY_ANY)
            return clause_all(c, c->begin, SAYS_CLAIM | SAYS(FUNC) | SAYS(POLITE)) && i + 6 > c->end &&
                   !clause_has(c, c->begin, SAYS(TOUCHY) | SAYS(STAFF)) && !clause_is(c, c->begin, SAYS(COND));
    }
    return false;
}

/* Courtesies: "Thanks for waiting", "You are welcome". */
static bool is_polite(const struct clause *c)
{
    bool you = clause_is(c, c->head, SAYS(YOU)) && clause_is(c, c->head + 1, SAYS(COPULA));
    if (clause_word(c, c->begin, "got") && clause_word(c, c->begin + 1, "it") && c->begin + 2 == c->end) return true;
    for (size_t i = c->begin + (you ? 2u : 0u); i < c->end; i++)
        if (clause_is_finite(c, i)) return false;
    if (clause_is_me(c, c->begin) || clause_has_event(c)) return false;
    bool thanks = clause_word(c, c->begin, "thanks") || clause_word(c, c->begin, "thank") || clause_word(c, c->begin, "danke") ||
                  clause_word(c, c->begin, "gracias");
    if (thanks && clause_is_idle(c) && !clause_has(c, c->begin, OF_THE_CASE) && !clause_word(c, c->begin + 1, "to")) return true;
    bool all = clause_word(c, c->begin, "all") || clause_word(c, c->begin, "alles") || clause_word(c, c->begin, "todo");
    if (all && !clause_word(c, c->begin + 1, "right") && !clause_word(c, c->begin + 1, "the")) return false; /* "All good" */
    return clause_all(c, c->begin, SAYS(FUNC) | SAYS(POLITE) | SAYS(MILD) | SAYS(LEADIN)) &&
           clause_has(c, c->begin, SAYS(POLITE) | SAYS(MILD));
}

/* "| Ticket | Status |", "Your ticket?": the name of a thing, and nothing of it. */
static bool is_label(const struct clause *c)
{
    for (size_t i = c->begin; i < c->end; i++)
        if (!clause_is(c, i, SAYS(TICKET) | SAYS(LABEL) | SAYS(NOTE) | SAYS(CUSTOMER) | SAYS(DEF) | SAYS(ANYDET)) &&
            !clause_word(c, i, "the") && !clause_word(c, i, "of"))
            return false;
    return !clause_has(c, c->begin, SAYS(DONE) | FINITE);
}

/* "In most cases," */
static bool is_lead(const struct clause *c)
{
    bool goes_on =
        c->end < c->words->count && c->words->items[c->end].kind == CLAIM_MARK && strchr(",:-", c->words->items[c->end].mark);
    bool opens = clause_is(c, c->begin, SAYS(FUNC) | SAYS(POLITE) | SAYS(LEADIN) | SAYS(GENERAL));
    return goes_on && opens && clause_is_idle(c) && !clause_has(c, c->begin, OF_THE_CASE);
}

/* "... or add a comment", "... open, pending or solved": what goes on in the form before. */
static bool goes_on(const struct clause *c)
{
    bool wide = c->before == FORM_ASKED || c->before == FORM_POSSIBLE,
         joined = c->begin > 0 && c->words->items[c->begin - 1].kind == CLAIM_WORD;
    if (c->before == FORM_NONE || c->before == FORM_LEAD || c->before == FORM_PROVEN || c->before == FORM_UNDONE) return false;
    bool subject = clause_is(c, c->head, SAYS(YOU) | SAYS(ME) | SAYS(PRONOUN)),
         certain = clause_is(c, c->head, SAYS(DEF)) || clause_word(c, c->head, "the");
    if (subject || (!joined && (certain || c->end > c->begin + 5 || c->before == FORM_CONDITION))) return false;
    if (claim_actor_did(c->words, c->begin, c->end) || clause_has(c, c->begin, SAYS(FUTURE)) || clause_has_past(c, c->begin))
        return false;
    for (size_t i = c->begin; i < c->end; i++)
        if (clause_is_finite(c, i)) return false;
    bool moves = wide || c->before == FORM_BIDDEN;
    if (!moves && clause_has_event(c)) return false;
    if (!clause_has(c, c->begin, OF_THE_CASE & ~SAYS(STATUS))) return true;
    return (joined || claim_offers_choice(c->words)) &&
           (wide || (c->before == FORM_SELF && !clause_has(c, c->begin, SAYS(TOUCHY) | SAYS(STAFF))));
}

/* "... open, pending or solved?" */
static bool is_choice(const struct clause *c)
{
    bool asked = c->before == FORM_ASKED || c->before == FORM_POSSIBLE || c->before == FORM_BIDDEN;
    return asked && claim_offers_choice(c->words) &&
           clause_all(c, c->begin, SAYS(STATUS) | SAYS(PRIORITY) | SAYS(LABEL) | SAYS(FUNC));
}

/* Rests on a receipt, and says nothing else. */
static bool is_proven(const struct clause *c)
{
    const uint64_t plain = SAYS(FUNC) | SAYS(TICKET) | SAYS(CUSTOMER) | SAYS(NOTE) | SAYS(LABEL) | SAYS(COPULA) | SAYS(PERFECT) |
                           SAYS(ADV) | SAYS(PRONOUN) | SAYS(POLITE) | SAYS(NEG) | SAYS(DRAFT) | SAYS(ANYDET) | SAYS(LEADIN);
    bool proven = false, fails = false;
    for (size_t i = c->begin; i < c->end; i++) {
        proven = claim_is_evidence(c->judge, c->words, i) || proven;
        fails = fails || claim_is_failure_proven(c->judge, c->words, i);
    }
    if (!proven && !fails) return false;
    for (size_t i = c->begin; i < c->end; i++) {
        const struct claim_word *word = &c->words->items[i];
        bool told = word->classes & (SAYS(DONE) | SAYS(STATUS) | SAYS(DOING) | SAYS(CANCELLED) | SAYS(ONIT));
        bool failure = fails && (word->classes & (SAYS(FAIL) | SAYS(NOTFOUND) | SAYS(CANT) | SAYS(STAFF)));
        bool future = (word->classes & SAYS(FUTURE)) && !claim_is_under_way(c->judge);
        if (word->kind != CLAIM_WORD || claim_proven(c->judge, word->low)) continue;
        if (future || (word->classes & SAYS(PRIORITY)) || ((word->classes & SAYS(UNIT)) && !(word->classes & SAYS(FUNC))))
            return false;
        if (!failure && (word->classes & SAYS(STAFF)) && !clause_word(c, i, "zendesk")) return false;
        if (!told && !failure && !(word->classes & plain)) return false;
    }
    return true;
}

/* ---- a sentence ------------------------------------------------------------------------------------------------------------------------------- */

/* "our confirmation": there is one. "Our app" and what "our team can" do are no news. */
static bool has_ours(const struct clause *c)
{
    for (size_t i = c->begin; i < c->end; i++) {
        bool ours = clause_word(c, i, "our") || clause_word(c, i, "unser") || clause_word(c, i, "unsere") ||
                    clause_word(c, i, "unserem") || clause_word(c, i, "nuestro") || clause_word(c, i, "nuestra");
        if (ours && !clause_is(c, i + 1, SAYS(THING)) && !(clause_is(c, i + 1, SAYS(STAFF)) && clause_is(c, i + 2, SAYS(CAN))))
            return true;
    }
    return false;
}

static enum form simple_form(const struct clause *c)
{
    if (is_label(c) || claim_is_introduction(c)) return FORM_LEAD;
    if (is_choice(c)) return c->before;
    if (claim_is_taught(c)) return FORM_TAUGHT;
    if (is_proven(c)) return FORM_PROVEN;
    if (has_ours(c)) return FORM_NONE;
    if (is_asked(c)) return FORM_ASKED;
    if (is_polite(c)) return FORM_POLITE;
    if (is_undone(c)) return FORM_UNDONE;
    if (is_bidden(c)) return FORM_BIDDEN;
    if (is_condition(c)) return FORM_CONDITION;
    if (is_possible(c) || is_on_consent(c)) return FORM_POSSIBLE;
    if (is_self(c)) return FORM_SELF;
    if (is_reported(c)) return FORM_REPORTED;
    if (claim_is_general(c) || claim_is_named_thing(c)) return FORM_GENERAL;
    if (goes_on(c)) return c->before;
    return is_lead(c) ? FORM_LEAD : FORM_NONE;
}

/* "For security reasons I never ask", "On Windows the menu is below": behind what no comma parts off. */
static enum form form_behind(struct clause c)
{
    static const char *const before[] = { "for", "in", "on", "at", "with", "from", "under", "as", "to", "by", "a" };
    bool leads = false;
    for (size_t k = 0; k < sizeof before / sizeof before[0]; k++) leads = leads || clause_word(&c, c.head, before[k]);
    size_t end = c.head + 5;
    while (leads && ++c.head < end) {
        if (clause_has(&(struct clause){ .words = c.words, .begin = c.begin, .end = c.head }, c.begin, OF_THE_CASE))
            return FORM_NONE;
        bool subject =
            clause_is_me(&c, c.head) || clause_word(&c, c.head, "the") || clause_is(&c, c.head, SAYS(YOU) | SAYS(SEEM));
        enum form form = subject ? simple_form(&c) : FORM_NONE;
        if (form != FORM_NONE) return form;
    }
    return FORM_NONE;
}

/* "You will see a draft before it is sent", "It is fine if you wait": a condition behind what depends on it. */
static enum form form_with_condition(struct clause c)
{
    struct clause condition = c;
    for (size_t i = c.begin + 2; i + 1 < c.end; i++) {
        if (!clause_is(&c, i, SAYS(COND))) continue;
        condition.begin = condition.head = i;
        if (!is_condition(&condition)) return FORM_NONE;
        c.end = i;
        c.before = FORM_CONDITION;
        return simple_form(&c);
    }
    return FORM_NONE;
}

static enum form form_of(const struct clause *c)
{
    enum form form = simple_form(c);
    if (form == FORM_NONE) form = form_behind(*c);
    return form == FORM_NONE ? form_with_condition(*c) : form;
}

static size_t head_of(const struct claim_words *words, size_t begin, size_t end)
{
    size_t i = begin;
    while (i + 1 < end && claim_is_class(words, i, SAYS(LEADIN)) && !claim_is_class(words, i, SAYS(COND))) i++;
    return i;
}

/* "if you agree", "say yes", "tell me the number": an act of the visitor's. */
static bool asks_consent(const struct claim_words *words, size_t begin, size_t end)
{
    bool condition = false, you = false;
    size_t head = head_of(words, begin, end);
    for (size_t i = begin; i < end; i++) {
        condition = condition || claim_is_class(words, i, SAYS(COND)) || claim_is_word(words, i, "soon");
        you = you || (condition && claim_is_class(words, i, SAYS(YOU)));
        if (claim_is_class(words, i, SAYS(CONSENT)) && (you || (condition && i <= begin + 3) || i == head)) return true;
    }
    return false;
}

static bool has_word(const struct claim_words *words, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (words->items[i].kind == CLAIM_WORD && words->items[i].low.len > 1) return true;
    return false;
}

bool claim_has_form(struct claim_judge *judge, const struct claim_words *words, size_t *at)
{
    struct clause clause = { .judge = judge, .words = words };
    for (size_t begin = 0, end; begin < words->count; begin = end + 1) {
        end = claim_clause_end(words, begin);
        clause.on_consent = clause.on_consent || asks_consent(words, begin, end);
    }
    for (size_t end; clause.begin < words->count; clause.begin = end + 1) {
        clause.end = end = claim_clause_end(words, clause.begin);
        if (!has_word(words, clause.begin, end)) continue;
        clause.head = head_of(words, clause.begin, end);
        enum form form = form_of(&clause);
        *at = clause.begin;
        if (form == FORM_NONE) return false;
        if (form != FORM_LEAD) clause.before = form;
    }
    return true;
}

bool claim_is_to_come(const struct claim_words *words, size_t i)
{
    size_t own = claim_clause_begin(words, i), own_end = claim_clause_end(words, i);
    for (size_t k = own; k < own_end; k++)
        if (claim_is_class(words, k, SAYS(PERFECT) | SAYS(ADV)) || claim_is_word(words, k, "was") ||
            claim_is_word(words, k, "were"))
            return false;
    bool is_now = claim_clause_has(words, i, SAYS(COPULA));
    for (size_t begin = 0, end; is_now && begin < words->count; begin = end + 1) {
        end = claim_clause_end(words, begin);
        if (begin != own && asks_consent(words, begin, end)) return true;
    }
    return false;
}
