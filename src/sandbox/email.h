/* email.h - whether Zendesk takes something for an e-mail address. */
#ifndef SANDBOX_EMAIL_H
#define SANDBOX_EMAIL_H

#include "base/text.h"

/* local@domain.tld without blanks, quotes or angle brackets. */
bool email_is_well_formed(struct str);

#endif
