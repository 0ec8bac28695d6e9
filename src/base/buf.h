/* buf.h - an owned, growing run of bytes with a ceiling.
 *
 * Invariants: len <= max; data[len] is NUL once anything was appended. The ceiling is set at birth. An append that would pass it
 * appends nothing and sets `overflow`, and from then on every append does nothing: check once, at the end, with buf_ok().
 * The escaping is in the name of the append, so that a reader sees at the call where text may go.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/text.h"

struct buf {
    char *data;
    size_t len, cap, max;
    bool overflow;
};

void buf_init(struct buf *, size_t max_bytes); /* allocates nothing yet */
void buf_clear(struct buf *);                  /* gives the memory back; max stays */
void buf_reset(struct buf *);                  /* empties, keeps the memory */
bool buf_ok(const struct buf *);               /* no append was refused */
struct str buf_view(const struct buf *);       /* borrows; valid until the next append */
void buf_drop_front(struct buf *, size_t bytes);

void buf_bytes(struct buf *, const void *bytes, size_t count);
void buf_str(struct buf *, struct str);
void buf_lit(struct buf *, const char *cstr);
void buf_char(struct buf *, char);
void buf_int(struct buf *, int64_t);
void buf_fmt(struct buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));

void buf_json(struct buf *, struct str); /* inside a JSON string, RFC 8259 section 7; bytes that are not UTF-8 become U+FFFD */
void buf_html(struct buf *, struct str); /* in HTML text or a double-quoted attribute */
void buf_url(struct buf *, struct str);  /* percent-encoded query value or path segment, RFC 3986 unreserved kept */
void buf_base64(struct buf *, const void *bytes, size_t count);    /* RFC 4648 section 4, with padding */
void buf_base64url(struct buf *, const void *bytes, size_t count); /* section 5, no padding */
void buf_hex(struct buf *, const void *bytes, size_t count);

#endif
