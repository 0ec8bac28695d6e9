/* trail.c - the audit log: appended to in the transaction of the change, and walked through to see that nobody has touched it.
 *
 * An entry's digest is BLAKE2b-256 over the digest before it and its own members, each with its length in front, so that no two entries have one canonical text. Altering, removing
 * or moving an entry breaks the chain at that place. Cutting off its end breaks nothing inside: who keeps the head (number and digest) elsewhere sees that. A signature was rejected: the
 * process that writes holds no key, and a key that it did hold would help whoever has taken it over as much.
 */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "store/query.h"
#include "vault/hash.h"

enum { CANONICAL_BYTES_MAX = 1024 * 1024 };

static void take_entry(struct query *q, struct arena *arena, void *row)
{
    struct trail_entry *entry = row;
    entry->workspace = take_text(q, arena);
    entry->seq = take_int(q);
    entry->at = take_int(q);
    entry->actor = take_text(q, arena);
    entry->act = take_text(q, arena);
    entry->object = take_text(q, arena);
    entry->before = take_text(q, arena);
    entry->after = take_text(q, arena);
    entry->address = take_text(q, arena);
    entry->trace = take_text(q, arena);
    entry->hash = take_text(q, arena);
}

static struct str digest(const struct trail_entry *entry, struct str previous, struct arena *arena)
{
    const struct str members[] = { previous,      entry->workspace, entry->actor,   entry->act,  entry->object,
                                   entry->before, entry->after,     entry->address, entry->trace };
    struct buf text;
    char hex[2 * HASH_BYTES + 1];
    buf_init(&text, CANONICAL_BYTES_MAX);
    buf_fmt(&text, "%lld %lld ", (long long)entry->seq, (long long)entry->at);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        buf_fmt(&text, "%zu:", members[i].len);
        buf_str(&text, members[i]);
    }
    struct hash hash = hash_blake2b(buf_view(&text));
    buf_clear(&text);
    hash_hex(&hash, hex);
    return arena_str(arena, str_from(hex));
}

enum status trail_head(struct store_tx *tx, struct str workspace, struct arena *arena, struct trail_entry *entry)
{
    struct query q = query_start(tx, SQL_TRAIL_HEAD);
    put_text(&q, workspace);
    return query_one(&q, take_entry, arena, entry);
}

enum status trail_append(struct store_tx *tx, struct arena *arena, struct trail_entry *entry)
{
    struct trail_entry last = { 0 };
    if (entry->before.len > TRAIL_VALUE_BYTES_MAX || entry->after.len > TRAIL_VALUE_BYTES_MAX) return E_LIMIT;
    enum status status = trail_head(tx, entry->workspace, arena, &last);
    if (status != OK && status != E_NOT_FOUND) return status;
    entry->seq = last.seq + 1;
    entry->at = store_now(tx);
    entry->hash = digest(entry, last.hash, arena);
    struct query q = query_start(tx, SQL_TRAIL_INSERT);
    put_text(&q, entry->workspace);
    put_int(&q, entry->seq);
    put_int(&q, entry->at);
    put_text(&q, entry->actor);
    put_text(&q, entry->act);
    put_text(&q, entry->object);
    put_text(&q, entry->before);
    put_text(&q, entry->after);
    put_text(&q, entry->address);
    put_text(&q, entry->trace);
    put_text(&q, entry->hash);
    return query_write(&q, NULL);
}

enum status trail_list(struct store_tx *tx, struct str workspace, const struct trail_filter *filter, struct arena *arena,
                       struct trail_entry **entries, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_TRAIL_LIST);
    put_text(&q, workspace);
    put_int(&q, filter->before_seq > 0 ? filter->before_seq : INT64_MAX);
    put_text(&q, filter->act);
    put_text(&q, filter->actor);
    put_limit(&q, filter->limit);
    enum status status = query_rows(&q, take_entry, arena, sizeof **entries, &rows);
    *entries = rows.items;
    *count = rows.count;
    return status;
}

/* One entry against the one before it. */
static bool follows(const struct trail_walk *walk, const struct trail_entry *entry, struct arena *arena)
{
    struct str previous = walk->seq > 0 ? str_from(walk->hash) : STR_NONE;
    return entry->seq == walk->seq + 1 && str_eq(entry->hash, digest(entry, previous, arena));
}

enum status trail_verify(struct store_tx *tx, struct str workspace, struct trail_walk *walk)
{
    struct arena arena;
    struct rows rows = { 0 };
    arena_init(&arena);
    struct query q = query_start(tx, SQL_TRAIL_WALK);
    put_text(&q, workspace);
    put_int(&q, walk->seq);
    put_limit(&q, LIMIT_PAGE_ROWS);
    enum status status = query_rows(&q, take_entry, &arena, sizeof(struct trail_entry), &rows);
    const struct trail_entry *entries = rows.items;
    for (size_t i = 0; status == OK && i < rows.count && walk->broken_at == 0; i++) {
        if (!follows(walk, &entries[i], &arena)) {
            walk->broken_at = walk->seq + 1;
        } else {
            walk->seq = entries[i].seq;
            memcpy(walk->hash, entries[i].hash.ptr, 2 * HASH_BYTES); /* its length is that of a digest: it equals one */
        }
    }
    walk->is_done = status == OK && (rows.count < LIMIT_PAGE_ROWS || walk->broken_at > 0);
    arena_clear(&arena);
    return status;
}
