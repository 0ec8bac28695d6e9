/* ident.h - new ids of rows, and what is kept of a token. Safe on the storage thread. */
#ifndef WEB_IDENT_H
#define WEB_IDENT_H

#include "base/arena.h"

/* "agt_...": from the moment and fresh random bytes. */
struct str ident_new(struct arena *, const char *prefix, int64_t at_ms);
/* A fresh token: prefix and 256 random bits. */
struct str ident_token(struct arena *, const char *prefix);
/* Its digest, in hexadecimal: what the database keeps and looks up. */
struct str ident_token_hash(struct arena *, struct str token);

#endif
