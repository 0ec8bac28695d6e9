/* say.h - words with slots, and filling them from a receipt.
 *
 * A slot is SLOT("name") inside a text; it is marked by two control characters that no visitor's text keeps (they are removed at the door), so quoted text can
 * never become a fact. Only say_fill puts facts in, and only from the stored result of the action that the text names as its receipt.
 */
#ifndef AGENT_SAY_H
#define AGENT_SAY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

#define SLOT(name)      "\x02" name "\x03"
#define TIME_SLOT(name) "\x02@" name "\x03" /* a moment, written for people */

/* Replaces each slot by the member of that name of the receipt's result (strings and numbers). E_NOT_FOUND when one is missing: then nothing may be said. Moments are told as seen at
 * now_ms. */
enum status say_fill(struct str text, const struct json *result, int64_t now_ms, struct arena *, struct str *filled) must_check;
/* The visitor's text without control characters other than line feed and tab (carriage returns become line feeds). */
struct str say_clean(struct str text, struct arena *);

#endif
