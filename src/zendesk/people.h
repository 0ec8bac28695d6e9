/* people.h - finding people and organizations, and a customer's record as a result. Private to this room.
 *
 * Zendesk's users/search matches loosely (contract of the endpoint: the query is the search grammar), so every answer is
 * compared again here.
 */
#ifndef ZENDESK_PEOPLE_H
#define ZENDESK_PEOPLE_H

#include "zendesk/language.h"

/* GET users/search for an address. */
enum zendesk_next people_search(struct zendesk_run *, unsigned step, struct str email);
/* Does the answer hold a list of users? False: run->problem is set. */
bool people_are_listed(struct zendesk_run *, const struct json *body);
/* The active user among `users` whose address is exactly this one; NULL when there is none. */
const struct json *people_exact(const struct json *body, struct str email);
/* An agent or administrator: nobody whom a customer's action may change. */
bool people_is_team(const struct json *user);
bool people_is_active(const struct json *user);
/* The problems of a user who is not there, and of one who is not a customer. */
enum zendesk_next people_unknown(struct zendesk_run *, struct str field, struct str whom);
enum zendesk_next people_team(struct zendesk_run *, struct str whom);

/* Team members by name or address: GET users/search, then run->assignee_id, or false with run->problem set. */
enum zendesk_next people_search_assignee(struct zendesk_run *, unsigned step);
bool people_take_assignee(struct zendesk_run *, const struct json *body);

/* Organizations by name: GET organizations/search, then run->organization_id, or false with run->problem set. */
enum zendesk_next people_search_organization(struct zendesk_run *, unsigned step);
bool people_take_organization(struct zendesk_run *, const struct json *body);

/* Do two names look alike to a person: blanks at the ends, case and Unicode form aside? */
bool people_same_name(struct str a, struct str b, struct arena *);

#endif
