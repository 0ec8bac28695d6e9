/* lexicon.h - what single words can mean: one table (lexicon.def), words in lower case to a set of classes.
 *
 * A class says what a word can be, never what it is in this message: "open" makes a ticket, looks at one, and describes one. The rules
 * in operation.c, fields.c and acts.c decide by what stands around it. Another language is another table.
 */
#ifndef NLU_LEXICON_H
#define NLU_LEXICON_H

#include "base/text.h"

enum lexicon_class {
    LEX_CREATE = 1 << 0,   /* verbs that can make a ticket */
    LEX_TICKET = 1 << 1,   /* nouns that mean a ticket */
    LEX_MATTER = 1 << 2,   /* nouns that mean a ticket after such a verb: "report a problem" */
    LEX_STATUS = 1 << 3,   /* what is asked about a ticket: "status", "news" */
    LEX_LOOK = 1 << 4,     /* verbs that read one */
    LEX_CHANGE = 1 << 5,   /* verbs that change one */
    LEX_PAST = 1 << 6,     /* "the ticket I opened" */
    LEX_PRIORITY = 1 << 7, /* values */
    LEX_KIND = 1 << 8,     /* values of the type */
    LEX_LABEL = 1 << 9,    /* names of fields */
    LEX_NAMING = 1 << 10,  /* labels whose value follows at once: "titled" */
    LEX_PROBLEM = 1 << 11, /* something is not as it should be */
    LEX_LEAD = 1 << 12,    /* stand before an order: "could you please" */
    LEX_CONTACT = 1 << 13, /* stand around an address: "you can reach me at" */
    LEX_SETTER = 1 << 14,  /* stand around a priority: "make it" */
    LEX_CONNECT = 1 << 15, /* stand between the order and what it is about */
    LEX_ASK = 1 << 16,     /* begin a question */
    LEX_NEGATION = 1 << 17,
    LEX_PERSON = 1 << 18, /* whom one asks for instead of the agent */
    LEX_BOT = 1 << 19,    /* what one suspects the agent to be */
    LEX_TALK = 1 << 20,
    LEX_ASSENT = 1 << 21,  /* may stand beside a yes without weakening it */
    LEX_DROP = 1 << 22,    /* may stand beside a "cancel" */
    LEX_POLITE = 1 << 23,  /* carry no content on their own */
    LEX_COMMENT = 1 << 24, /* nouns for what is added to a ticket */
    LEX_CLOSE = 1 << 25,   /* verbs that name the status they lead to */
    LEX_ADD = 1 << 26,     /* verbs that put something to a ticket */
    LEX_FIND = 1 << 27,    /* verbs that look among many */
    LEX_PEOPLE = 1 << 28,  /* nouns for a customer's record */
    LEX_STATE = 1 << 29,   /* values of the status */
    LEX_REF = 1 << 30,     /* stand for something said before */
    LEX_TRAIT = 1u << 31,  /* what a customer's record has: "phone" */
};

/* The classes of a word in lower case; 0 when it is not known. */
unsigned lexicon_classes(struct str word);

#endif
