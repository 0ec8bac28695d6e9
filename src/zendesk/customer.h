/* customer.h - a customer's record: read, shown as a result, written, and compared with what was written. Private to this
 * room.
 */
#ifndef ZENDESK_CUSTOMER_H
#define ZENDESK_CUSTOMER_H

#include "zendesk/language.h"

/* GET the customer whom the arguments name by user_id or email. */
enum zendesk_next customer_read(struct zendesk_run *, unsigned step);
/* Keeps the user of that answer in the run (carry, user_id, organization_id). False, with run->problem set, when it is not
 * the one asked for, or not this visitor's own record. */
bool customer_take(struct zendesk_run *, const struct json *body);
/* The kept user, parsed: the caller frees it; NULL when none is kept. */
struct json *customer_kept(const struct zendesk_run *);

/* GET the kept user's organization. */
enum zendesk_next customer_call_organization(struct zendesk_run *, unsigned step);

/* Result members. */
void customer_write_short(const struct json *user, struct jw *);   /* id, name, email, phone, created_at, tags */
void customer_write_details(const struct json *user, struct jw *); /* and the rest that a customer may see of themselves */

/* PUT or POST of {"user":{...}}: what the arguments change, against what is `known` of the user (NULL: nothing). Without a
 * path of its own the user is made or found by address (create_or_update), and the role is always end-user. */
enum zendesk_next customer_send(struct zendesk_run *, unsigned step, enum http_method, struct str path);
/* The result of that write from its answer. */
enum zendesk_next customer_receipt(struct zendesk_run *, const struct json *body, bool is_creation);

/* How many members Zendesk keeps differently from what was sent; named under "differences" where json is not NULL. */
size_t customer_differences(const struct json *sent, const struct json *kept, struct arena *, struct jw *json);

#endif
