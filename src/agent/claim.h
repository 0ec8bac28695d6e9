/* claim.h - does a sentence state only what receipts prove? Private to the gate (gate.h).
 *
 * What has to be proven: numbers, addresses, names, values of a ticket's fields, statuses, that something was done, and that something failed. What is a question, a condition, a
 * possibility or a request states nothing. In doubt a sentence is held back: an honest one that is said in other words costs a retry, a false one costs trust.
 *
 * And what no rule knows for a claim is held as well, unless it has one of a few forms that state nothing (claim_form.c), in English, German or Spanish. A sentence in another language
 * has none of them and is held; a language of its own is more words in claim.def.
 *
 * Rejected: asking a model whether the sentence is true (it is the one that is not believed), and looking for lies alone (numbers and names are held back unless proven, so a way to
 * write them that nobody thought of is held back as well).
 */
#ifndef AGENT_CLAIM_H
#define AGENT_CLAIM_H

#include "agent/claim_words.h"
#include "model/action.h"

enum { CLAIM_RECEIPTS_MAX = 64 };

/* An action of this conversation and what came of it. */
struct claim_receipt {
    struct str action; /* act_... */
    enum action_kind kind;
    enum action_status status;
    struct str arguments;      /* what was asked for, as JSON; empty when it is not known */
    const struct json *result; /* NULL when there is none */
    struct str reference;      /* "R-17" */
    bool earlier;              /* of a turn before this one: "nothing was sent" is not about it */
};

enum claim_fault {
    CLAIM_HOLDS,
    CLAIM_NUMBER_UNPROVEN,
    CLAIM_LINK_UNPROVEN,
    CLAIM_NAME_UNPROVEN,
    CLAIM_VALUE_UNPROVEN,
    CLAIM_STATUS_UNPROVEN,
    CLAIM_ACT_UNPROVEN,
    CLAIM_FAILURE_UNPROVEN,
    CLAIM_SLOT_UNKNOWN,
    CLAIM_FORM_UNKNOWN, /* of no form that states nothing, and of no receipt */
    CLAIM_PRIVATE,      /* a recital of the prompt, or a secret: found by the gate */
    CLAIM_UNREADABLE,   /* letters of several scripts in one word, or a sentence beyond every measure */
};

struct claim_judge {
    struct claim_receipt receipts[CLAIM_RECEIPTS_MAX]; /* the ended ones, the newest last, then those that are open */
    size_t receipt_count;
    struct str proven[CLAIM_RECEIPTS_MAX]; /* what each receipt says, folded */
    struct str known;                      /* the visitor's words and the agent's instructions, folded */
    struct str taught;                     /* the agent's instructions alone, folded, a sentence a line */
    struct arena scratch;                  /* of one sentence */
    uint64_t used;                         /* receipts that a sentence rested on, one bit each */
    bool about_ticket;                     /* the sentence before was about one: "it" is that */
    bool asked;                            /* the sentence before was a question that a bare "yes" would turn into a claim */
    bool in_table;                         /* below a table's head */
    bool catalogue;                        /* the words are the product's own (texts.def): their forms are known */
    const struct claim_words *words;       /* of the sentence that is judged */
    struct claim_words *room;              /* for them: large, so it is one for all sentences */
};

/* Everything is borrowed and has to outlive the judge. Of more than CLAIM_RECEIPTS_MAX receipts those that are open and the newest of the others count. */
void claim_open(struct claim_judge *, const struct claim_receipt *, size_t count, const struct str *known, size_t known_count,
                struct arena *);
/* What the operator has taught the agent (its instructions, help texts): a general statement of it may be said, and its words are known. */
void claim_teach(struct claim_judge *, struct str taught, struct arena *);
void claim_close(struct claim_judge *);
/* One sentence or line of a draft. *word: where it fails, until the next call; empty when it holds. */
enum claim_fault claim_check(struct claim_judge *, struct str sentence, struct str *word);

const char *claim_fault_name(enum claim_fault); /* for the log: "number", "act", ... */
/* For a retry: what the engine is told, in the arena: the sentence, the rule, and what could be said instead. */
struct str claim_reason(enum claim_fault, struct str sentence, struct str word, struct arena *);

/* ---- shared by the files of the judge ---- */

bool claim_is_class(const struct claim_words *, size_t i, uint64_t classes); /* false beyond the end, as below */
bool claim_is_word(const struct claim_words *, size_t i, const char *low);
/* The clause that the word at i is in: between marks, and "and", "but", "because". */
size_t claim_clause_begin(const struct claim_words *, size_t i);
size_t claim_clause_end(const struct claim_words *, size_t i);
bool claim_clause_has(const struct claim_words *, size_t i, uint64_t classes);
bool claim_parts(const struct claim_words *, size_t i); /* is it a mark between clauses? */
bool claim_is_question(const struct claim_words *, size_t i);
bool claim_is_conditional(const struct claim_words *, size_t i);
/* "what you sent": the visitor's own act. */
bool claim_is_visitors(const struct claim_words *, size_t i);
/* "a closed ticket", "solved tickets": none in particular. */
bool claim_is_of_any(const struct claim_words *, size_t i);

bool claim_has_word(struct str text, struct str low);
bool claim_known(const struct claim_judge *, struct str low);
/* Is it a word of a receipt? Marks the receipt as used. */
bool claim_proven(struct claim_judge *, struct str low);
/* Numbers, addresses, names and labelled values; the index of the first unproven word in *at. */
enum claim_fault claim_facts_check(struct claim_judge *, const struct claim_words *, size_t *at);
/* Is the word at i said of what is only asked, wanted, possible or conditional? */
bool claim_is_open(const struct claim_words *, size_t i);
/* "new, open or solved" */
bool claim_offers_choice(const struct claim_words *);
/* Is the word at i told of the past? Does somebody who could act do something in it? */
bool claim_is_past(const struct claim_words *, size_t i);
bool claim_actor_did(const struct claim_words *, size_t begin, size_t end);
/* Does a receipt prove what the word at i tells: something done, a status, a value; a failure? */
bool claim_is_evidence(struct claim_judge *, const struct claim_words *, size_t i);
bool claim_is_failure_proven(struct claim_judge *, const struct claim_words *, size_t i);
bool claim_is_under_way(struct claim_judge *);
/* Is it agreed to, and not over? */
bool claim_receipt_is_open(const struct claim_receipt *);
/* "Once you confirm, the ticket is created": is the word at i told of what comes when the visitor agrees? */
bool claim_is_to_come(const struct claim_words *, size_t i);
/* Has each clause a form that needs no proof, or its proof? *at: where the one begins that has neither. */
bool claim_has_form(struct claim_judge *, const struct claim_words *, size_t *at);

#endif
