/* redact.h - what a model provider does not get to read. Secrets and card numbers are always taken out; addresses, phone numbers and IBANs by setting, each behind a placeholder ("[EMAIL_1]") that
 * is put back in what the model says and calls.
 *
 * Everything that goes to a provider passes redact_text: the system prompt, messages, arguments of earlier calls, results. Everything that comes back passes redact_restore, or redact_feed where
 * it streams. One value has one placeholder in all texts of a request; the table never holds a secret or a card number.
 *
 * Life: redact_begin for each request, redact_text for all that it holds, then redact_restore of what comes back. The table lives in the arena. Pure.
 */
#ifndef AGENT_REDACT_H
#define AGENT_REDACT_H

#include "base/arena.h"
#include "base/buf.h"

enum redact_class {
    REDACT_EMAIL,
    REDACT_PHONE,
    REDACT_IBAN,
    REDACT_RESTORABLE,
    REDACT_SECRET = REDACT_RESTORABLE,
    REDACT_CARD,
    REDACT_CLASSES
};

enum { REDACT_VALUES_MAX = 256, REDACT_PLACEHOLDER_MAX = 16 };

struct redact_rules {
    bool email, phone, iban;
};

struct redact_value {
    enum redact_class kind;
    struct str text;
};

struct redact {
    struct redact_rules rules;
    struct arena *arena;
    struct redact_value *values; /* of REDACT_VALUES_MAX */
    size_t count;
    size_t found[REDACT_CLASSES]; /* how often something of the class was taken out, since redact_begin */
};

void redact_begin(struct redact *, const struct redact_rules *, struct arena *);

/* The text without what is to be taken out, in the arena of redact_begin. In JSON that is part of a text, an escape never becomes part of a value. */
struct str redact_text(struct redact *, struct str text);
/* The same for JSON that has to stay JSON (the arguments of earlier calls): canonical, text by text; a number that is taken out becomes a text. "{}" for what is no JSON. */
struct str redact_json(struct redact *, struct str json);
/* With the values in place of the placeholders; also right for JSON text, as no value has a character that JSON escapes. */
struct str redact_restore(const struct redact *, struct str text, struct arena *);

/* redact_restore of a stream: pieces in any split, `pending` (REDACT_PLACEHOLDER_MAX or more) holds what may be the beginning of a placeholder,
 * at the end too. */
void redact_feed(const struct redact *, struct buf *pending, struct str piece, struct buf *out);

/* ---- shared by redact.c and redact_find.c ---- */

/* How many bytes at the beginning of `rest` are of a class that the rules take out, and of which; 0: none. `rest` begins where a word may begin. `keep`: bytes before the value that stay
 * ("password: "). */
size_t redact_find(const struct redact_rules *, struct str rest, size_t *keep, enum redact_class *);

#endif
