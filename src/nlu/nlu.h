/* nlu.h - what a message means to the built-in engine: acts, operations, values, and the visitor's own words that are left.
 *
 * Rules only: words and classes come from lexicon.def and acts.def, so another language is other tables. A message is classified and copied, never
 * obeyed: nothing read here can name an action, an address or a level that the agent's policy does not check again. Pure.
 *
 *     words.c       the message as a row of words
 *     gloss.c       other languages, word by word to English
 *     acts.c        yes, no, cancel, help ... of the whole message
 *     fields.c      labelled values, addresses, names, priorities; marks what it took
 *     clause.c      where one order ends and the next begins; quoted and dictated text belongs to one
 *     operation.c   verb x object, clause by clause; marks what it took
 *     mood.c        whether an order is given, or only spoken of
 *     details.c     what a clause says beside its operation
 *     days.c        days and dates
 *     addition.c    "add that X", "X, please add that"
 *     nlu.c         puts them together and collects the rest
 */
#ifndef NLU_NLU_H
#define NLU_NLU_H

#include "nlu/acts.h"
#include "nlu/gloss.h"

enum { NLU_CLAUSES_MAX = 8, NLU_MESSAGE_MAX = 32 * 1024 };

/* What the agent has just asked for; it narrows what a message can mean. */
enum nlu_expect {
    NLU_ANYTHING,
    NLU_MATTER,  /* what happened, in the visitor's words: an order inside of them is part of the words */
    NLU_ADDRESS, /* an e-mail address */
    NLU_NUMBER,  /* a ticket number: bare digits are one */
};

/* What a clause asks of Zendesk (meanings.def): the ten actions, and what they are reached by. */
enum nlu_operation {
    NLU_NO_OPERATION,
#define OPERATION(id, slug) NLU_##id,
#define MEANING(id, slug)
#include "nlu/meanings.def"
#undef OPERATION
#undef MEANING
    NLU_OPERATIONS
};

/* What a message means as a whole; an operation has the same number here. */
enum nlu_meaning {
    NLU_MEANS_NOTHING, /* nothing that is known */
#define OPERATION(id, slug) NLU_MEANS_##id,
#define MEANING(id, slug)   NLU_MEANS_##id,
#include "nlu/meanings.def"
#undef OPERATION
#undef MEANING
    NLU_MEANINGS
};

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

enum nlu_visibility { NLU_UNSAID, NLU_PUBLIC, NLU_INTERNAL };

/* How a ticket or person is spoken of without its number or address. */
enum nlu_reference {
    NLU_NO_REFERENCE,
    NLU_IT,      /* "it", "that ticket": the one last spoken of */
    NLU_ORDINAL, /* "the second one", "the last one": `ordinal` counts from 1, -1 is the last */
    NLU_ABOUT,   /* "the login ticket", "the one about billing": `about` has the words */
    NLU_MINE,    /* "my ticket", "my details" */
};

/* A stretch of days as it was said; nlu_days_resolve makes dates of it when the day is known. */
enum nlu_days_kind {
    NLU_NO_DAYS,
    NLU_DAYS_AGO,  /* from `from` days ago to `to` days ago: today is 0 to 0, yesterday 1 to 1, "last 7 days" 7 to 0 */
    NLU_WEEKS_AGO, /* whole weeks from Monday: this week is 0, last week 1 */
    NLU_MONTHS_AGO,
    NLU_DATES, /* from `from` to `to` as yyyymmdd; 0 is open */
};
struct nlu_days {
    enum nlu_days_kind kind;
    unsigned from, to;
};

/* What a clause says beside its operation. Empty, 0, or the first of an enum where nothing is said. */
struct nlu_details {
    struct str status, priority, type; /* in Zendesk's words */
    struct str assignee;               /* a name, an address, or "me" */
    struct str tags, remove_tags;      /* commas or blanks between them */
    struct str text;                   /* what is to be written: quoted, or after "saying", "with comment", a colon */
    struct str query;                  /* the words to search for */
    struct str email, name, phone, organization;
    struct nlu_days created;
    unsigned limit; /* "the first 5" */
    enum nlu_visibility visibility;
    enum nlu_reference reference;
    int ordinal;
    struct str about;
};

/* How far a reading may be acted upon. */
enum nlu_certainty {
    NLU_FALL_BACK, /* not understood: knowledge, an offer, a person */
    NLU_ASK,       /* two readings are near: "did you mean A or B?" */
    NLU_SURE,
};

/* What the classifier takes the whole message for; scores are in thousandths of the margin that training aims at. */
struct nlu_guess {
    enum nlu_meaning best, rival;
    int score, margin; /* of the best; the best before the rival */
    enum nlu_certainty certainty;
};

/* One thing that is asked for. Several in a message are in its order; an order for two tickets is two clauses. */
struct nlu_clause {
    enum nlu_operation operation, rival; /* rival: with NLU_ASK, another order that it could as well be, if any */
    enum nlu_certainty
        certainty;        /* NLU_SURE where verb and object were read; NLU_ASK where the whole sounds like something else */
    struct str text, why; /* its words; the word that made it this operation */
    uint64_t ticket;      /* the number it names; 0 for none */
    struct nlu_details details;
};

/* What the message answers to "shall I send this?". A yes is judged strictly (acts.h). */
enum nlu_answer {
    NLU_NO_ANSWER,
    NLU_ANSWER_YES,
    NLU_ANSWER_NO,
    NLU_ANSWER_CHANGE, /* a correction: it refuses and gives, or names, something else (`values`, `wanted`, the clauses' details) */
};

struct nlu_message {
    struct str text; /* NFC, trimmed */
    enum nlu_language language;
    unsigned acts; /* enum nlu_act */
    enum nlu_answer answer;
    struct nlu_guess guess;
    struct nlu_clause clauses[NLU_CLAUSES_MAX];
    size_t clause_count;
    struct str values[NLU_FIELDS]; /* of a ticket to be made; empty where none is given; priority and type in Zendesk's words */
    struct str other_email;        /* a second address that could as well be meant */
    enum nlu_field wanted;         /* a field whose change is asked for without the new value; else NLU_NO_FIELD */
    uint64_t ticket;               /* the first ticket number anywhere; 0 for none */
    struct str addition;           /* words to be added to what is spoken of (addition.h); only where nothing else was read */
    bool problem;                  /* the rest tells of something that is not as it should be */
    struct str rest;               /* what is left when everything above is taken out */
};

/* Everything in the result borrows from `text` or lives in the arena. Longer text than NLU_MESSAGE_MAX is cut. */
void nlu_read(struct str text, enum nlu_expect, struct arena *, struct nlu_message *);

/* The one thing that a message means first: its first clause, else its act, else a stated problem, else the guess. */
enum nlu_meaning nlu_meaning(const struct nlu_message *);

/* The first and last day as YYYY-MM-DD, when today is the day of `at_ms` (UTC); an open end is an empty string. */
void nlu_days_resolve(struct nlu_days, int64_t at_ms, char from[11], char to[11]);

const char *nlu_operation_name(enum nlu_operation); /* "create_ticket", ...; for explanations */
const char *nlu_meaning_name(enum nlu_meaning);
const char *nlu_field_name(enum nlu_field); /* "subject", ... */

#endif
