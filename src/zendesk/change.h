/* change.h - what every change to a ticket has in common: reading it afresh, guarding the write, and the follow-up that a
 * closed ticket gets instead. Private to this room.
 */
#ifndef ZENDESK_CHANGE_H
#define ZENDESK_CHANGE_H

#include "zendesk/language.h"

/* GET the ticket that the arguments name, with its people. */
enum zendesk_next change_read(struct zendesk_run *, unsigned step);
/* Keeps it. False, with run->problem set, when it is another ticket or form, or not one that this visitor may touch. */
bool change_take(struct zendesk_run *, const struct json *body);

/* The kept ticket, parsed: the caller frees it. */
struct json *change_ticket(const struct zendesk_run *);

/* One writing request. An open ticket: PUT of the change with safe_update, updated_stamp and the operation. A closed one:
 * POST of a follow-up. The tags are written here, everything else by `write`, which returns false with run->problem set. */
typedef bool change_fn(struct zendesk_run *, bool is_followup, struct jw *);
enum zendesk_next change_send(struct zendesk_run *, unsigned step, change_fn *write);

#endif
