/* fields.h - the account's own ticket fields: by title or id in, by id out, values in the form each type takes. Private to
 * this room but for fields_asked.
 *
 * What the account has is read from setting.ticket_fields (kept by the caller), else fetched by the run into
 * run->learnt_fields.
 */
#ifndef ZENDESK_FIELDS_H
#define ZENDESK_FIELDS_H

#include "zendesk/language.h"

/* Must the run fetch them: the arguments name some, and nobody knows them yet? */
bool fields_are_missing(const struct zendesk_run *);
enum zendesk_next fields_call(struct zendesk_run *, unsigned step);
/* The answer to that call; false, with run->problem set, when it is no list of fields. */
bool fields_take(struct zendesk_run *, const struct json *body);

/* Writes the member "custom_fields" from the arguments, if there are any. False: run->problem names what is wrong. */
bool fields_write(struct zendesk_run *, struct jw *);

enum fields_moment { FIELDS_AT_CREATION, FIELDS_AT_SOLVING };

/* Are all fields filled in that the account wants at this moment, by the arguments or by what the ticket (NULL for none) has?
 * True as well when the account's fields are not known: Zendesk's own refusal is the answer then. False: run->problem names
 * the first. */
bool fields_suffice(struct zendesk_run *, enum fields_moment, const struct json *ticket);

/* Of the answers of GET /api/v2/ticket_fields and GET /api/v2/ticket_forms (empty: no forms): the account's own fields as
 * model/asked.h reads them, those that a new ticket needs first. */
struct str fields_asked(struct str fields, struct str forms, struct arena *);

#endif
