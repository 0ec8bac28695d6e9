/* diff.c - the longest common subsequence of lines, by the textbook's table.
 *
 * What both texts begin and end with is set aside first, so the table is of the part that differs: instructions of an agent have tens of lines. Its size is bounded; the linear-space
 * algorithms (Myers) were not worth their length here.
 */
#include "model/diff.h"

enum { CELLS_MAX = 1024 * 1024 }; /* 2 MiB of table */

const char *diff_op_name(enum diff_op op)
{
    static const char *const names[] = { "same", "removed", "added" };
    return names[op];
}

struct lines {
    struct str *at;
    size_t count;
};

static struct lines split(struct str text, struct arena *arena)
{
    struct lines lines = { 0 };
    size_t count = 1;
    struct str rest = text, line;
    if (text.len == 0) return lines;
    for (size_t i = 0; i < text.len; i++) count += text.ptr[i] == '\n';
    lines.at = arena_array(arena, count, sizeof *lines.at);
    while (str_split(&rest, '\n', &line)) lines.at[lines.count++] = line;
    return lines;
}

struct walk {
    struct lines before, after;
    struct diff_line *out;
    size_t count;
};

static void put(struct walk *walk, enum diff_op op, struct str text)
{
    walk->out[walk->count++] = (struct diff_line){ op, text };
}

/* longest[i * width + j]: the common lines of before[i..] and after[j..], both within the middle. */
static uint16_t *measure(struct lines before, struct lines after, struct arena *arena)
{
    size_t width = after.count + 1;
    uint16_t *longest = arena_array(arena, (before.count + 1) * width, sizeof *longest);
    for (size_t i = before.count; i-- > 0;)
        for (size_t j = after.count; j-- > 0;) {
            uint16_t down = longest[(i + 1) * width + j], right = longest[i * width + j + 1];
            bool is_same = str_eq(before.at[i], after.at[j]);
            longest[i * width + j] = is_same ? (uint16_t)(longest[(i + 1) * width + j + 1] + 1) : (down >= right ? down : right);
        }
    return longest;
}

static void walk_middle(struct walk *walk, struct lines before, struct lines after, struct arena *arena)
{
    size_t i = 0, j = 0, width = after.count + 1;
    bool fits = before.count < UINT16_MAX && after.count < UINT16_MAX && (before.count + 1) * width <= CELLS_MAX;
    const uint16_t *longest = fits ? measure(before, after, arena) : NULL;
    while (longest && i < before.count && j < after.count) {
        if (str_eq(before.at[i], after.at[j])) {
            put(walk, DIFF_SAME, before.at[i++]);
            j++;
        } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            put(walk, DIFF_REMOVED, before.at[i++]);
        } else {
            put(walk, DIFF_ADDED, after.at[j++]);
        }
    }
    while (i < before.count) put(walk, DIFF_REMOVED, before.at[i++]);
    while (j < after.count) put(walk, DIFF_ADDED, after.at[j++]);
}

size_t diff_lines(struct str before, struct str after, struct arena *arena, struct diff_line **lines)
{
    struct walk walk = { .before = split(before, arena), .after = split(after, arena) };
    size_t m = walk.before.count, n = walk.after.count, head = 0, tail = 0;
    walk.out = arena_array(arena, m + n + 1, sizeof *walk.out);
    while (head < m && head < n && str_eq(walk.before.at[head], walk.after.at[head])) head++;
    while (tail < m - head && tail < n - head && str_eq(walk.before.at[m - 1 - tail], walk.after.at[n - 1 - tail])) tail++;
    for (size_t i = 0; i < head; i++) put(&walk, DIFF_SAME, walk.before.at[i]);
    struct lines from = { m > head + tail ? walk.before.at + head : NULL, m - head - tail };
    struct lines to = { n > head + tail ? walk.after.at + head : NULL, n - head - tail };
    walk_middle(&walk, from, to, arena);
    for (size_t i = m - tail; i < m; i++) put(&walk, DIFF_SAME, walk.before.at[i]);
    *lines = walk.out;
    return walk.count;
}
