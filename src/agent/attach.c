/* attach.c - see attach.h. Zendesk leaves a token that has ended out without a word, so a file is not sent in its last minute. */
#include "agent/attach.h"

#include "agent/say.h"
#include "base/limits.h"

enum { MARGIN_MS = 60 * 1000, FILES_MAX = 10 /* of actions.def, uploads */ };

struct str attach_size(int64_t bytes, struct arena *arena)
{
    enum { KILO = 1000, MEGA = 1000 * KILO };
    int64_t tenths = (bytes + MEGA / 20) / (MEGA / 10);
    if (bytes < KILO) return arena_fmt(arena, "%lld byte%s", (long long)bytes, bytes == 1 ? "" : "s");
    if (bytes + KILO / 2 < MEGA) return arena_fmt(arena, "%lld kB", (long long)((bytes + KILO / 2) / KILO));
    return arena_fmt(arena, "%lld.%lld MB", (long long)(tenths / 10), (long long)(tenths % 10));
}

static bool has_ended(const struct step *step, const struct attachment *file)
{
    return file->expires_at - MARGIN_MS <= step->event->at_ms;
}

static void add_name(struct buf *names, struct str name)
{
    if (names->len > 0) buf_lit(names, ", ");
    buf_str(names, name);
}

static void note_ended(struct step *step, struct str names)
{
    struct text_facts facts = step_facts(step);
    facts.files = say_clean(names, step->arena);
    struct str note = texts_say(TEXT_FILE_ENDED, &facts, step->arena);
    step->note = step->note.len ? arena_fmt(step->arena, "%.*s\n\n%.*s", STR_ARG(step->note), STR_ARG(note)) : note;
}

struct str attach_tokens(struct step *step)
{
    const struct turn_world *world = step->world;
    struct buf out, ended;
    struct jw json;
    size_t count = 0;
    buf_init(&out, LIMIT_ARGUMENTS_BYTES);
    buf_init(&ended, LIMIT_ARGUMENTS_BYTES);
    jw_init(&json, &out);
    jw_array(&json);
    for (size_t i = 0; i < world->file_count && count < FILES_MAX; i++) {
        if (has_ended(step, &world->files[i])) {
            add_name(&ended, world->files[i].file_name);
            continue;
        }
        jw_str(&json, world->files[i].token);
        count++;
    }
    jw_end_array(&json);
    if (ended.len > 0) note_ended(step, buf_view(&ended));
    struct str tokens = count > 0 ? arena_str(step->arena, buf_view(&out)) : STR_NONE;
    buf_clear(&out);
    buf_clear(&ended);
    return tokens;
}

static const struct attachment *find(const struct turn_world *world, struct str token)
{
    for (size_t i = 0; i < world->file_count; i++)
        if (str_eq(world->files[i].token, token)) return &world->files[i];
    return NULL;
}

struct str attach_told(struct step *step, struct str readback, struct str arguments)
{
    struct json *json = json_parse(arguments, NULL);
    const struct json *uploads = json_get(json, "uploads");
    size_t count = json_count(uploads);
    struct buf names;
    buf_init(&names, LIMIT_ARGUMENTS_BYTES);
    for (size_t i = 0; i < count; i++) {
        const struct attachment *file = find(step->world, json_str(json_at(uploads, i)));
        struct str size = file ? attach_size(file->size, step->arena) : STR_NONE;
        if (file) add_name(&names, arena_fmt(step->arena, "%.*s (%.*s)", STR_ARG(file->file_name), STR_ARG(size)));
    }
    struct str told = say_clean(buf_view(&names), step->arena);
    const char *label = step_words(step, count > 1 ? TEXT_LABEL_FILES : TEXT_LABEL_FILE);
    buf_clear(&names);
    json_free(json);
    return told.len ? arena_fmt(step->arena, "%.*s\n%s %.*s", STR_ARG(readback), label, STR_ARG(told)) : readback;
}

bool attach_was_left_out(const struct json *result)
{
    const struct json *differences = json_get(result, "differences");
    for (size_t i = 0; i < json_count(differences); i++)
        if (str_eq(json_str(json_at(differences, i)), STR("uploads"))) return true;
    return false;
}
