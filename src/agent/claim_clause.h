/* claim_clause.h - a clause of a draft and what it has, for the forms (claim_form.c, claim_general.c). Private to the gate.
 *
 * Everything is borrowed from the judge and its words. An index beyond the clause has no class and is no word.
 */
#ifndef AGENT_CLAIM_CLAUSE_H
#define AGENT_CLAIM_CLAUSE_H

#include "agent/claim.h"

enum form {
    FORM_NONE,
    FORM_LEAD,      /* "In most cases" */
    FORM_POLITE,    /* "Thanks for waiting" */
    FORM_ASKED,     /* "Which browser do you use" */
    FORM_BIDDEN,    /* "Restart the app" */
    FORM_POSSIBLE,  /* "I can open a ticket" */
    FORM_CONDITION, /* "Once you confirm" */
    FORM_SELF,      /* "I understand", "I need" */
    FORM_REPORTED,  /* "You said that it fails" */
    FORM_GENERAL,   /* "Restarting often helps" */
    FORM_TAUGHT,    /* "The shop opens at nine", as the agent's instructions say */
    FORM_UNDONE,    /* "Nothing was sent" */
    FORM_PROVEN,    /* "Ticket 77 is created" */
};

struct clause {
    struct claim_judge *judge;
    const struct claim_words *words;
    size_t begin, end, head; /* behind what opens it */
    enum form before;        /* of the clause before, in this sentence */
    bool on_consent;         /* the sentence says on what act of the visitor it depends */
};

/* Things of this conversation, and who could have done something to them. */
#define OF_THE_CASE (SAYS(TICKET) | SAYS(TOUCHY) | SAYS(STAFF) | SAYS(STATUS) | SAYS(FAIL))
#define FINITE      (SAYS(COPULA) | SAYS(PERFECT))

bool clause_is(const struct clause *, size_t i, uint64_t classes);
bool clause_word(const struct clause *, size_t i, const char *low);
/* One of a list that ends in NULL? */
bool clause_one_of(const struct clause *, size_t i, const char *const *list);
bool clause_has(const struct clause *, size_t from, uint64_t classes);
bool clause_all(const struct clause *, size_t from, uint64_t classes);
bool clause_has_past(const struct clause *, size_t from);
/* A word by which something is so now, or soon: "already", "tomorrow", "on its way". */
bool clause_has_event(const struct clause *);
bool clause_has_yours(const struct clause *, size_t from);
bool clause_is_me(const struct clause *, size_t i);
bool clause_is_certain(const struct clause *, size_t i);
bool clause_is_finite(const struct clause *, size_t i);
bool clause_states(const struct clause *, size_t from);
/* Has it nothing that states, now or later? */
bool clause_is_idle(const struct clause *);

/* The forms of what holds everywhere, or was taught; in claim_general.c. */
bool claim_is_taught(const struct clause *);
bool claim_is_general(const struct clause *);
bool claim_is_introduction(const struct clause *);
bool claim_is_named_thing(const struct clause *);

#endif
