/* text.h - borrowed views of bytes, and what is asked of them.
 *
 * A `struct str` is a pointer and a length. It owns nothing, is not NUL-terminated, and may hold any byte.
 * It lives as long as what it points into: a literal, an arena, a buffer that is not touched meanwhile.
 * An empty view may have ptr == NULL; no function here follows ptr when len is 0.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
/* For printf: `printf("%.*s", STR_ARG(s))`. */
#define STR_ARG(s) (int)(s).len, (s).len ? (s).ptr : ""

/* A view of a NUL-terminated string; NULL gives the empty view. */
struct str str_from(const char *cstr);
struct str str_slice(struct str s, size_t from, size_t to); /* clamped to s */

bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_cmp(struct str a, struct str b); /* bytewise, as memcmp then length */

/* Index of the first occurrence at or after `from`; SIZE_MAX when there is none. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_nocase(struct str s, struct str needle, size_t from);

/* Without ASCII white space (space, tab, CR, LF, FF, VT) at both ends. */
struct str str_trim(struct str s);

/* Takes the piece before `separator` off the front of *rest; false when *rest was already finished.
 * "a,b" gives "a", "b"; "a," gives "a", ""; "" gives "" once. Start with rest = the text; a finished rest has ptr NULL. */
bool str_split(struct str *rest, char separator, struct str *piece);

/* Whole view as a decimal number without sign or space; false when it is not one or does not fit. */
bool str_to_u64(struct str s, uint64_t *out);
/* The same with an optional leading '-'. */
bool str_to_i64(struct str s, int64_t *out);

/* Bytes of the UTF-8 sequence that s begins with, 1 to 4; 0 when s is empty or begins with none. */
size_t str_utf8_len(struct str s);
/* Valid UTF-8 by RFC 3629 (no surrogates, no overlong forms). */
bool str_is_utf8(struct str s);
/* The longest prefix of at most max_bytes that does not cut a UTF-8 sequence. */
struct str str_clip(struct str s, size_t max_bytes);
/* Code points in valid UTF-8. */
size_t str_codepoints(struct str s);

bool char_is_space(char c);
bool char_is_digit(char c);
bool char_is_alpha(char c);
char char_lower(char c); /* ASCII only, as everything here */

#endif
