/* diff.h - two texts compared line by line: what goes, what comes, what stays. Pure. */
#ifndef MODEL_DIFF_H
#define MODEL_DIFF_H

#include "base/arena.h"

enum diff_op { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

const char *diff_op_name(enum diff_op); /* "same", "removed", "added" */

struct diff_line {
    enum diff_op op;
    struct str text; /* borrowed from the text it stands in, without its line end */
};

/* The shortest way from one to the other, in order; a removal stands before the addition that takes its place. The array is in the arena. Texts whose middle parts have more
 * lines than can be compared are told as all removed, all added. */
size_t diff_lines(struct str before, struct str after, struct arena *, struct diff_line **lines);

#endif
