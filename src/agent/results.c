/* results.c - one walk over a result that keeps its form and cuts its texts and lists; a few words for each other outcome. */
#include "agent/results.h"

#include "agent/fence.h"
#include "base/limits.h"

static void write_value(const struct json *value, size_t items_max, size_t chars_max, struct jw *out, struct arena *arena);

static struct str clean(struct str text, size_t chars_max, struct arena *arena)
{
    struct buf out;
    buf_init(&out, LIMIT_ANSWER_BYTES);
    fence_clean(&out, text, chars_max);
    struct str cleaned = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return cleaned;
}

/* The number of all, where the result says it; else of those that it holds. */
static int64_t total_of(const struct json *object, struct str list, const struct json *items)
{
    int64_t total = str_eq(list, STR("tickets")) ? json_get_int(object, "total", 0) : 0;
    return total > (int64_t)json_count(items) ? total : (int64_t)json_count(items);
}

static void write_object(const struct json *object, size_t items_max, size_t chars_max, struct jw *out, struct arena *arena)
{
    jw_object(out);
    for (void *at = json_first(object); at != NULL; at = json_next(object, at)) {
        const struct json *value = json_value(at);
        struct str name = clean(json_key(at), LIMIT_NAME_BYTES, arena);
        jw_key_str(out, name);
        write_value(value, items_max, chars_max, out, arena);
        int64_t total = total_of(object, name, value);
        if (json_type(value) != JSON_ARRAY || total <= (int64_t)items_max) continue;
        size_t shown = json_count(value) < items_max ? json_count(value) : items_max;
        jw_key_str(out, arena_fmt(arena, "%.*s_shown", STR_ARG(name)));
        jw_str(out, arena_fmt(arena, "%zu of %lld shown", shown, (long long)total));
    }
    jw_end_object(out);
}

static void write_value(const struct json *value, size_t items_max, size_t chars_max, struct jw *out, struct arena *arena)
{
    switch (json_type(value)) {
    case JSON_STRING: jw_str(out, clean(json_str(value), chars_max, arena)); break;
    case JSON_OBJECT: write_object(value, items_max, chars_max, out, arena); break;
    case JSON_ARRAY:
        jw_array(out);
        for (size_t i = 0; i < json_count(value) && i < items_max; i++)
            write_value(json_at(value, i), items_max, chars_max, out, arena);
        jw_end_array(out);
        break;
    case JSON_NONE:
    case JSON_NULL:
    case JSON_BOOL:
    case JSON_INT:
    case JSON_REAL: jw_json(out, value); break;
    }
}

/* As much of each text as fits all of them together. */
static struct str body(const struct json *result, struct arena *arena)
{
    struct str text = STR_NONE;
    for (size_t chars_max = RESULTS_TEXT_CHARS_MAX; chars_max > 0; chars_max /= 2) {
        struct buf out;
        struct jw json;
        buf_init(&out, RESULTS_BYTES_MAX);
        jw_init(&json, &out);
        write_value(result, RESULTS_ITEMS_MAX, chars_max, &json, arena);
        bool fits = buf_ok(&out);
        if (fits) text = arena_str(arena, buf_view(&out));
        buf_clear(&out);
        if (fits) break;
    }
    return text;
}

struct str results_done(enum action_kind kind, struct str result, struct str mark, struct arena *arena)
{
    const char *slug = action_spec(kind)->slug;
    struct json *json = result.len ? json_parse(result, NULL) : NULL;
    struct str text;
    if (json_type(json) != JSON_OBJECT)
        text = arena_fmt(arena, "%s is done. It gave no details.", slug);
    else if (json_get_bool(json, "dry_run", false))
        text = arena_fmt(arena, "%s was a dry run: nothing was sent to Zendesk, and nothing has changed there.", slug);
    else
        text = fence_wrap(mark, arena_fmt(arena, "%s is done and gave:", slug), body(json, arena), arena);
    json_free(json);
    return text;
}

struct str results_failed(enum action_kind kind, const struct problem *problem, struct arena *arena)
{
    const char *slug = action_spec(kind)->slug;
    if (problem->id == PROBLEM_ZENDESK_NOT_FOUND)
        return arena_fmt(
            arena, "%s found no such record that this person may see. Say so, and that the number or address can be checked.",
            slug);
    return arena_fmt(arena, "%s failed (%s). Say that it could not be done just now; do not guess why.", slug,
                     problem_slug(problem->id));
}
