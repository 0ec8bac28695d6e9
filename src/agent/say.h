/* say.h - words with slots, and what a receipt puts into them.
 *
 * Facts that are quoted (a subject, an address, a draft) stand between two further marks, QUOTE_OPEN and QUOTE_CLOSE, so that the gate knows them from the agent's own words; they are taken
 * off before anybody reads the text.
 *
 * A slot is SLOT("name") inside a text; it is marked by two control characters that no visitor's text keeps (they are removed at the door), so quoted text can
 * never become a fact. Only the gate (gate.h) puts facts in, and only from stored results of the conversation's actions.
 */
#ifndef AGENT_SAY_H
#define AGENT_SAY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

#define SLOT(name)      "\x02" name "\x03"
#define TIME_SLOT(name) "\x02@" name "\x03" /* a moment, written for people */

enum { QUOTE_OPEN = '\x04', QUOTE_CLOSE = '\x05' };

/* What a slot's inside names in a receipt's result: members and, as digits, indexes, with points between them ("tickets.0.id"), and a moment when it begins with @, told as seen at
 * now_ms. E_NOT_FOUND when it names neither text nor number: then nothing may be said. */
enum status say_slot(struct str slot, const struct json *result, int64_t now_ms, struct buf *out) must_check;
/* Without the marks of quotations. */
void say_unquote(struct str text, struct buf *out);
/* The visitor's text without control characters other than line feed and tab (carriage returns become line feeds). */
struct str say_clean(struct str text, struct arena *);

#endif
