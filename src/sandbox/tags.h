/* tags.h - a set of tags as text: lower case, sorted, each once, separated by single spaces. That is how rows keep them; blanks
 * cannot be part of a tag, a tag with one becomes two, as in Zendesk.
 */
#ifndef SANDBOX_TAGS_H
#define SANDBOX_TAGS_H

#include "base/arena.h"
#include "base/json.h"

/* From any text: "b A  b" gives "a b". Never NULL, so that it can be stored. */
struct str tags_from_text(struct arena *, struct str text);
/* From an array of strings, or one string; anything else in it is left out. */
struct str tags_from_json(struct arena *, const struct json *);
struct str tags_join(struct arena *, struct str tags, struct str more);
struct str tags_without(struct arena *, struct str tags, struct str removed);
bool tags_have(struct str tags, struct str tag); /* ASCII case does not matter */
void tags_render(struct jw *, struct str tags);  /* an array */

#endif
