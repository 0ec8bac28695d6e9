/* case_lines.h - a case file line by line: "word rest". Empty lines and those that begin with # are passed over. */
#ifndef UNIT_AGENT_CASE_LINES_H
#define UNIT_AGENT_CASE_LINES_H

#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "agent/policy.h"
#include "base/arena.h"

struct case_lines {
    const char *path;
    struct arena arena; /* of everything read */
    struct str rest;
    unsigned line;
};

static inline struct str case_read(const char *path, struct arena *arena)
{
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be read", path);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    rewind(file);
    char *bytes = arena_alloc(arena, (size_t)size + 1);
    assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
    assert_int_equal(fclose(file), 0);
    return (struct str){ bytes, (size_t)size };
}

static inline void case_lines_open(struct case_lines *lines, const char *path)
{
    *lines = (struct case_lines){ .path = path };
    arena_init(&lines->arena);
    lines->rest = case_read(path, &lines->arena);
}

static inline void case_lines_close(struct case_lines *lines)
{
    arena_clear(&lines->arena);
}

static inline bool case_lines_next(struct case_lines *lines, struct str *word, struct str *rest)
{
    struct str line;
    while (str_split(&lines->rest, '\n', &line)) {
        lines->line++;
        if (line.len == 0 || line.ptr[0] == '#') continue;
        *rest = line;
        (void)str_split(rest, ' ', word);
        return true;
    }
    return false;
}

/* "L3 bob@acme.io Bob Miller": who is asking. Everything is switched on. */
static inline void case_identity(struct turn_world *world, struct str text)
{
    struct str level;
    (void)str_split(&text, ' ', &level);
    assert_true(level.len == 2 && level.ptr[0] == 'L' && level.ptr[1] >= '0' && level.ptr[1] <= '4');
    world->identity = (enum identity)(level.ptr[1] - '0');
    world->visitor_email = world->visitor_name = STR_NONE;
    if (text.ptr) (void)str_split(&text, ' ', &world->visitor_email);
    if (text.ptr) world->visitor_name = text;
    world->connected = true;
    for (size_t i = 0; i < ACTION_COUNT; i++) world->may[i] = true;
}

#endif
