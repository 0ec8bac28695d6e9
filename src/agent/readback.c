/* readback.c - what a yes is asked for is read from the arguments, not from the draft: a field that is sent cannot be missing here. */
#include "agent/readback.h"

#include <assert.h>

#include "agent/policy.h"
#include "base/limits.h"

enum { READBACK_BYTES_MAX = 128 * 1024 };

static void line(struct buf *out, const char *label, struct str value, const char *remark)
{
    if (value.len == 0) return;
    if (out->len) buf_char(out, '\n');
    buf_lit(out, label);
    buf_lit(out, ": ");
    buf_str(out, value);
    buf_lit(out, remark);
}

static struct str finish(struct buf *out, struct arena *arena)
{
    assert(buf_ok(out));
    struct str text = arena_str(arena, buf_view(out));
    buf_clear(out);
    return text;
}

/* With those that room zendesk adds to every ticket (tags.c). */
static struct str joined_tags(const struct json *tags, bool marks_test, struct arena *arena)
{
    struct buf out;
    buf_init(&out, LIMIT_ARGUMENTS_BYTES);
    for (size_t i = 0; i < json_count(tags); i++) {
        if (out.len) buf_lit(&out, ", ");
        buf_str(&out, json_str(json_at(tags, i)));
    }
    if (out.len) buf_lit(&out, ", ");
    buf_lit(&out, marks_test ? "chatcrafterai, chatcrafterai_test (both added here)" : "chatcrafterai (added here)");
    return finish(&out, arena);
}

struct str readback_arguments(struct str arguments, const struct form *form, const struct turn_world *world, struct arena *arena)
{
    struct err err;
    struct json *json = json_parse(arguments, &err);
    assert(json);
    struct buf out;
    buf_init(&out, READBACK_BYTES_MAX);
    line(&out, "Subject", json_get_str(json, "subject"), "");
    line(&out, "Description", json_get_str(json, "description"), "");
    line(&out, "Requester", json_get_str(json, "requester_email"), "");
    line(&out, "Name", json_get_str(json, "requester_name"), "");
    line(&out, "Priority", json_get_str(json, "priority"), form->values[NLU_PRIORITY].len ? "" : " (unless you say otherwise)");
    line(&out, "Type", json_get_str(json, "type"), "");
    line(&out, "Tags", joined_tags(json_get(json, "tags"), policy_marks_test(world->channel), arena), "");
    json_free(json);
    return finish(&out, arena);
}

struct str readback_draft(const struct form *form, struct arena *arena)
{
    static const char *const labels[NLU_FIELDS] = { "Subject", "Description", "Requester", "Name", "Priority", "Type", "Tags" };
    struct buf out;
    buf_init(&out, READBACK_BYTES_MAX);
    line(&out, labels[NLU_SUBJECT], form_subject(form, arena), "");
    for (size_t i = NLU_SUBJECT + 1; i < NLU_FIELDS; i++) line(&out, labels[i], form->values[i], "");
    return finish(&out, arena);
}
