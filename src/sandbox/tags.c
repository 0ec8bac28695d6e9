/* tags.c - sets of tags as sorted text. */
#include "sandbox/tags.h"

#include <stdlib.h>

#include "base/limits.h"

static int compare(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str lower(struct arena *arena, struct str text)
{
    char *copy = arena_cstr(arena, text);
    for (size_t i = 0; i < text.len; i++) copy[i] = char_lower(char_is_space(copy[i]) ? ' ' : copy[i]);
    return (struct str){ copy, text.len };
}

struct str tags_from_text(struct arena *arena, struct str text)
{
    struct str rest = lower(arena, text), tag, *tags = arena_array(arena, text.len / 2 + 1, sizeof *tags);
    size_t count = 0;
    while (str_split(&rest, ' ', &tag))
        if (tag.len) tags[count++] = tag;
    qsort(tags, count, sizeof *tags, compare);

    struct buf out;
    buf_init(&out, text.len + 1);
    for (size_t i = 0; i < count; i++) {
        if (i && str_eq(tags[i], tags[i - 1])) continue;
        if (out.len) buf_char(&out, ' ');
        buf_str(&out, tags[i]);
    }
    struct str sorted = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return sorted;
}

struct str tags_from_json(struct arena *arena, const struct json *json)
{
    if (json_type(json) == JSON_STRING) return tags_from_text(arena, json_str(json));
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    for (size_t i = 0; i < json_count(json); i++) {
        buf_str(&out, json_str(json_at(json, i)));
        buf_char(&out, ' ');
    }
    struct str tags = tags_from_text(arena, buf_view(&out));
    buf_clear(&out);
    return tags;
}

struct str tags_join(struct arena *arena, struct str tags, struct str more)
{
    return tags_from_text(arena, arena_fmt(arena, "%.*s %.*s", STR_ARG(tags), STR_ARG(more)));
}

struct str tags_without(struct arena *arena, struct str tags, struct str removed)
{
    struct buf out;
    struct str rest = tags, tag;
    buf_init(&out, tags.len + 1);
    while (str_split(&rest, ' ', &tag)) {
        if (!tag.len || tags_have(removed, tag)) continue;
        if (out.len) buf_char(&out, ' ');
        buf_str(&out, tag);
    }
    struct str kept = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return kept;
}

bool tags_have(struct str tags, struct str tag)
{
    struct str rest = tags, one;
    while (str_split(&rest, ' ', &one))
        if (one.len && str_eq_nocase(one, tag)) return true;
    return false;
}

void tags_render(struct jw *w, struct str tags)
{
    struct str rest = tags, tag;
    jw_array(w);
    while (str_split(&rest, ' ', &tag))
        if (tag.len) jw_str(w, tag);
    jw_end_array(w);
}
