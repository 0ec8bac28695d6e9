/* readback.c - what a yes is asked for is read from the arguments, not from the draft: a field that is sent cannot be missing here. */
#include "agent/readback.h"

#include <assert.h>

#include "agent/policy.h"
#include "agent/say.h"
#include "agent/texts.h"
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

struct str readback_arguments(struct str arguments, const struct form *form, const struct turn_world *world,
                              enum nlu_language language, struct arena *arena)
{
    struct err err;
    struct json *json = json_parse(arguments, &err);
    assert(json);
    struct buf out;
    buf_init(&out, READBACK_BYTES_MAX);
    line(&out, texts_in(language, TEXT_LABEL_SUBJECT), json_get_str(json, "subject"), "");
    line(&out, texts_in(language, TEXT_LABEL_DESCRIPTION), json_get_str(json, "description"), "");
    line(&out, texts_in(language, TEXT_LABEL_EMAIL), json_get_str(json, "requester_email"), "");
    line(&out, texts_in(language, TEXT_LABEL_NAME), json_get_str(json, "requester_name"), "");
    line(&out, texts_in(language, TEXT_LABEL_PRIORITY), json_get_str(json, "priority"),
         form->values[NLU_PRIORITY].len ? "" : texts_in(language, TEXT_LABEL_DEFAULT));
    line(&out, texts_in(language, TEXT_LABEL_TYPE), json_get_str(json, "type"), "");
    line(&out, texts_in(language, TEXT_LABEL_TAGS), joined_tags(json_get(json, "tags"), policy_marks_test(world->channel), arena),
         "");
    custom_read(&out, &form->custom, json, arena);
    json_free(json);
    return finish(&out, arena);
}

static void draft_custom_read(struct buf *out, const struct custom *custom, struct arena *arena)
{
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_ARGUMENTS_BYTES);
    jw_init(&json, &text);
    jw_object(&json);
    custom_write(custom, &json);
    jw_end_object(&json);
    struct json *written = json_parse(buf_view(&text), NULL);
    custom_read(out, custom, written, arena);
    json_free(written);
    buf_clear(&text);
}

struct str readback_draft(const struct form *form, enum nlu_language language, struct arena *arena)
{
    static const enum text_id labels[NLU_FIELDS] = { TEXT_LABEL_SUBJECT, TEXT_LABEL_DESCRIPTION, TEXT_LABEL_EMAIL,
                                                     TEXT_LABEL_NAME,    TEXT_LABEL_PRIORITY,    TEXT_LABEL_TYPE,
                                                     TEXT_LABEL_TAGS };
    struct buf out;
    buf_init(&out, READBACK_BYTES_MAX);
    line(&out, texts_in(language, labels[NLU_SUBJECT]), form_subject(form, arena), "");
    for (size_t i = NLU_SUBJECT + 1; i < NLU_FIELDS; i++) line(&out, texts_in(language, labels[i]), form->values[i], "");
    draft_custom_read(&out, &form->custom, arena);
    return finish(&out, arena);
}
