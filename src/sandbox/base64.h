/* base64.h - reading base64 (RFC 4648 section 4; the URL alphabet of section 5 is read as well; padding may be left out). */
#ifndef SANDBOX_BASE64_H
#define SANDBOX_BASE64_H

#include "base/arena.h"

bool base64_decode(struct str text, struct arena *, struct str *bytes);

#endif
