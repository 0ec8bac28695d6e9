/* nlu.h - what a message means to the built-in engine: acts, operations, values, and the visitor's own words that are left.
 *
 * Rules only: words and classes come from lexicon.def and acts.def, so another language is other tables. A message is classified and copied, never
 * obeyed: nothing read here can name an action, an address or a level that the agent's policy does not check again. Pure.
 *
 *     words.c       the message as a row of words
 *     acts.c        yes, no, cancel, help ... of the whole message
 *     fields.c      labelled values, addresses, names, priorities; marks what it took
 *     operation.c   verb x ticket noun or number, sentence by sentence; marks what it took
 *     nlu.c         puts them together and collects the rest
 */
#ifndef NLU_NLU_H
#define NLU_NLU_H

#include "nlu/acts.h"

enum { NLU_CLAUSES_MAX = 8, NLU_MESSAGE_MAX = 32 * 1024 };

/* What the agent has just asked for; it narrows what a message can mean. */
enum nlu_expect {
    NLU_ANYTHING,
    NLU_MATTER,  /* what happened, in the visitor's words: an order inside of them is part of the words */
    NLU_ADDRESS, /* an e-mail address */
    NLU_NUMBER,  /* a ticket number: bare digits are one */
};

enum nlu_operation { NLU_NO_OPERATION, NLU_CREATE_TICKET, NLU_GET_TICKET, NLU_CHANGE_TICKET };

enum nlu_field {
    NLU_SUBJECT,
    NLU_DESCRIPTION,
    NLU_EMAIL,
    NLU_NAME,
    NLU_PRIORITY,
    NLU_TYPE,
    NLU_TAGS,
    NLU_FIELDS,
    NLU_NO_FIELD = NLU_FIELDS
};

/* One sentence that asks for something. Several in a message are in its order. */
struct nlu_clause {
    enum nlu_operation operation;
    struct str text;
    uint64_t ticket; /* the number it names; 0 for none */
};

struct nlu_message {
    struct str text; /* NFC, trimmed */
    unsigned acts;   /* enum nlu_act */
    struct nlu_clause clauses[NLU_CLAUSES_MAX];
    size_t clause_count;
    struct str values[NLU_FIELDS]; /* empty where the message gives none; priority and type in Zendesk's words */
    struct str other_email;        /* a second address that could as well be meant */
    enum nlu_field wanted;         /* a field whose change is asked for without the new value; else NLU_NO_FIELD */
    uint64_t ticket;               /* the first ticket number anywhere; 0 for none */
    bool problem;                  /* the rest tells of something that is not as it should be */
    struct str rest;               /* what is left when everything above is taken out */
};

/* Everything in the result borrows from `text` or lives in the arena. Longer text than NLU_MESSAGE_MAX is cut. */
void nlu_read(struct str text, enum nlu_expect, struct arena *, struct nlu_message *);

const char *nlu_operation_name(enum nlu_operation); /* "create_ticket", ...; for explanations */
const char *nlu_field_name(enum nlu_field);         /* "subject", ... */

#endif
