/* tags.c - see tags.h. Zendesk keeps tags in lower case, so they are compared without case. */
#include "zendesk/tags.h"

/* Without blanks at its ends; those inside become '_', as Zendesk takes blanks for the gap between tags. */
static struct str clean(struct str tag, struct arena *arena)
{
    struct str trimmed = str_trim(tag);
    char *copy = arena_cstr(arena, trimmed);
    for (size_t i = 0; i < trimmed.len; i++)
        if (char_is_space(copy[i])) copy[i] = '_';
    return (struct str){ copy, trimmed.len };
}

void tags_write_marks(bool tag_test, struct jw *json)
{
    jw_str(json, STR("chatcrafterai"));
    if (tag_test) jw_str(json, STR("chatcrafterai_test"));
}

bool tags_hold(const struct json *list, struct str tag, struct arena *arena)
{
    for (size_t i = 0; i < json_count(list); i++)
        if (str_eq_nocase(clean(json_str(json_at(list, i)), arena), tag)) return true;
    return false;
}

void tags_write(const struct json *list, const struct json *but_not, struct arena *arena, struct jw *json)
{
    for (size_t i = 0; i < json_count(list); i++) {
        struct str tag = clean(json_str(json_at(list, i)), arena);
        if (tag.len > 0 && !tags_hold(but_not, tag, arena)) jw_str(json, tag);
    }
}

void tags_write_merged(const struct json *current, const struct json *added, const struct json *removed, struct arena *arena,
                       struct jw *json)
{
    tags_write(current, removed, arena, json);
    for (size_t i = 0; i < json_count(added); i++) {
        struct str tag = clean(json_str(json_at(added, i)), arena);
        if (tag.len == 0 || tags_hold(current, tag, arena) || tags_hold(removed, tag, arena)) continue;
        jw_str(json, tag);
    }
}
