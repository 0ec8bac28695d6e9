/* field.h - what people type into forms: cleaned and checked, with the problem that names field and fix. Pure. */
#ifndef MODEL_FIELD_H
#define MODEL_FIELD_H

#include "model/problem.h"

/* "mycompany" or "mycompany.zendesk.com", any case, blanks around it: gives "mycompany". Anything with a scheme, slash,
 * other dot or character outside ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$ is refused with PROBLEM_SUBDOMAIN_FORMAT, and a
 * suggestion where one can be seen. */
enum status field_subdomain(struct str typed, struct arena *, struct str *subdomain, struct problem *) must_check;

/* One address (addr-spec of RFC 5322 without quoted parts, comments or IP literals; at most LIMIT_EMAIL_BYTES). Blanks
 * around it are removed. A "/token" ending, a display name, or two addresses give PROBLEM_ZENDESK_EMAIL_MISMATCH with a
 * suggestion where `for_zendesk`; what holds no address, and everything elsewhere, gives PROBLEM_EMAIL_FORMAT. */
enum status field_email(struct str typed, bool for_zendesk, struct arena *, struct str *email, struct problem *) must_check;

/* A pasted secret: blanks and line ends around and inside it are removed and counted in *removed (said to the person).
 * Refuses an empty or over-long one and one with characters that no token has (controls, non-ASCII). `field` names the
 * input: "api_token", "client_secret", "client_id". */
enum status field_secret(struct str typed, struct str field, struct arena *, struct str *secret, unsigned *removed,
                         struct problem *) must_check;

/* A name or title: NFC is the caller's; trimmed, UTF-8, no control characters, 1..LIMIT_NAME_BYTES. */
enum status field_name(struct str typed, struct str field, struct arena *, struct str *name, struct problem *) must_check;

/* At least LIMIT_PASSWORD_MIN_CHARS code points, at most LIMIT_PASSWORD_BYTES, not one of the common ones, not the e-mail. */
enum status field_password(struct str typed, struct str email, struct problem *) must_check;

/* "jane@example.com" shape only, for picking addresses out of running text. */
bool field_looks_like_email(struct str);

#endif
