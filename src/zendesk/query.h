/* query.h - Zendesk's search grammar, written so that no value can become an operator. Private to this room.
 *
 * Source: Zendesk, "Zendesk Support search reference": terms of different properties are ANDed, double quotes make a phrase
 * in which nothing is an operator. A query is built in a buffer, then percent-encoded as a whole into the path.
 */
#ifndef ZENDESK_QUERY_H
#define ZENDESK_QUERY_H

#include "base/arena.h"
#include "base/buf.h"

enum { QUERY_BYTES_MAX = 8 * 1024 };

/* ` property:"value"`: one term. `head` is ours and carries the operator: "email:", "created>=". */
void query_term(struct buf *query, const char *head, struct str value);
/* Each word of `text` as a phrase of its own, so that all of them are looked for, in any order. Returns how many. */
size_t query_words(struct buf *query, struct str text);
/* `path` and the encoded query behind it, in the arena. Gives the query's memory back. */
struct str query_path(const char *path, struct buf *query, struct arena *);

#endif
