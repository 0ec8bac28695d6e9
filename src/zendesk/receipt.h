/* receipt.h - the result of a ticket write, from what Zendesk answered and what was sent. Private to this room.
 *
 * The answer decides what the result says. What was sent is only compared with it: members that Zendesk keeps differently
 * (a trigger of the account, an attribute that it dropped without a word) are named under `differences`.
 */
#ifndef ZENDESK_RECEIPT_H
#define ZENDESK_RECEIPT_H

#include "zendesk/language.h"

/* Each takes the parsed answer to run->request and ends the run. */
enum zendesk_next receipt_of_creation(struct zendesk_run *, const struct json *body);
enum zendesk_next receipt_of_comment(struct zendesk_run *, const struct json *body);
enum zendesk_next receipt_of_update(struct zendesk_run *, const struct json *body);

#endif
