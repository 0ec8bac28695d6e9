/* claim_words.h - a draft's sentence as a row of words, with what each could state. Private to the gate.
 *
 * Words are compared as a reader sees them (base/text_fold.h): "so**lv**ed", "s\u200bolved" and "sоlved" are no way around. Marks inside of a word can join or part it, so a sentence is
 * read both ways (enum claim_reading) and has to hold both times.
 */
#ifndef AGENT_CLAIM_WORDS_H
#define AGENT_CLAIM_WORDS_H

#include "base/arena.h"
#include "base/buf.h"

enum { CLAIM_WORDS_MAX = 400 };

enum claim_class {
    SAYS_TICKET,
    SAYS_MATTER,
    SAYS_CUSTOMER,
    SAYS_NOTE,
    SAYS_LABEL,
    SAYS_NUMBERED,
    SAYS_COPULA,
    SAYS_PERFECT,
    SAYS_MODAL,
    SAYS_COND,
    SAYS_STATUS,
    SAYS_FIRM,
    SAYS_DONE,
    SAYS_DOING,
    SAYS_CANCELLED,
    SAYS_FAIL,
    SAYS_CANT,
    SAYS_NOTFOUND,
    SAYS_UNCLEAR,
    SAYS_PRONOUN,
    SAYS_ME,
    SAYS_YOU,
    SAYS_NEG,
    SAYS_NONEG,
    SAYS_YES,
    SAYS_ADV,
    SAYS_ANYDET,
    SAYS_DEF,
    SAYS_QUESTION,
    SAYS_ASKME,
    SAYS_UNIT,
    SAYS_NUMWORD,
    SAYS_PRIORITY,
    SAYS_PROPER,
    SAYS_GERMAN,
    SAYS_PERSONAL,
    SAYS_CLAIMLESS,
    SAYS_COMMON,
    SAYS_KEPT,
    SAYS_GIVEN,
    SAYS_DRAFT,
    SAYS_COULD,
    SAYS_REPORT,
    SAYS_ONIT,
    SAYS_FUNC,
    SAYS_POLITE,
    SAYS_LEADIN,
    SAYS_STAFF,
    SAYS_TOUCHY,
    SAYS_EVENT,
    SAYS_START,
    SAYS_SELF,
    SAYS_SEEM,
    SAYS_GENERAL,
    SAYS_CAN,
    SAYS_FUTURE,
    SAYS_CONSENT,
    SAYS_MILD,
    SAYS_IRREG,
    SAYS_THING,
    SAYS_COUNT,
};

_Static_assert(SAYS_COUNT <= 64, "one bit for each class");

#define SAYS(class) (UINT64_C(1) << SAYS_##class)
/* What could state a fact; the classes above it are of forms (claim_form.c). */
#define SAYS_CLAIM (SAYS(FUNC) - 1)

/* Which actions prove that something was done. */
enum claim_proof {
    BY_CREATE = 1 << 0,
    BY_COMMENT = 1 << 1,
    BY_UPDATE = 1 << 2,
    BY_READ = 1 << 3,
    BY_CUSTOMER = 1 << 4,
    BY_WRITE = BY_CREATE | BY_COMMENT | BY_UPDATE | BY_CUSTOMER,
    BY_ANY = BY_WRITE | BY_READ,
    BY_NONE = 1 << 5, /* no action of the product does this */
};

/* The classes of a folded word by claim.def, 0 when it has none; *proofs (may be NULL) gets its second column. */
uint64_t claim_lexicon_find(struct str word, unsigned *proofs);

enum claim_kind {
    CLAIM_WORD,
    CLAIM_NUMBER, /* has a digit */
    CLAIM_LINK,   /* an address of the web or of mail */
    CLAIM_MARK,
    CLAIM_SLOT,  /* filled from a receipt */
    CLAIM_QUOTE, /* the visitor's or the catalogue's own words (say.h) */
};

struct claim_word {
    enum claim_kind kind;
    struct str low; /* folded; of a slot its name */
    uint64_t classes;
    unsigned proofs;
    char mark;     /* of CLAIM_MARK: its character, '-' for a dash, '>' for an arrow, '"' for a quotation mark, else 0 */
    bool upper;    /* begins with a capital */
    bool caps;     /* all of it is capitals */
    bool first;    /* begins a line, a cell, a sentence, or follows a colon, a bracket or a quotation mark */
    bool mixed;    /* letters of two scripts */
    bool accented; /* its last letter has an accent: "envié" is told, "envíe" is asked for */
};

struct claim_words {
    struct claim_word items[CLAIM_WORDS_MAX];
    size_t count;
    bool cut; /* the text has more */
};

enum claim_reading { CLAIM_JOINED, CLAIM_PARTED };

void claim_words_read(struct str text, enum claim_reading, struct arena *, struct claim_words *);
/* The text folded and nothing else: what numbers, names and links of a draft are looked for in. */
struct str claim_fold(struct str text, struct arena *);
/* Length of the slot or quotation that begins at `at` with its ends; 0 when none does. A slot is SLOT("name") or {name}; not closed, it goes on to the end. */
size_t claim_span(struct str text, size_t at);

#endif
