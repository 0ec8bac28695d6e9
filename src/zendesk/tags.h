/* tags.h - tags as Zendesk takes them, and lists of them put together. Private to this room. */
#ifndef ZENDESK_TAGS_H
#define ZENDESK_TAGS_H

#include "base/arena.h"
#include "base/json.h"

/* The tags of everything that is created here, into the open array of *json. */
void tags_write_marks(bool tag_test, struct jw *json);
bool tags_hold(const struct json *list, struct str tag, struct arena *);
/* The elements of `list` that `but_not` does not hold, cleaned, into the open array of *json. */
void tags_write(const struct json *list, const struct json *but_not, struct arena *, struct jw *json);
/* `current` without `removed`, then what `added` brings anew. A tag in both `added` and `removed` is removed. */
void tags_write_merged(const struct json *current, const struct json *added, const struct json *removed, struct arena *,
                       struct jw *json);

#endif
