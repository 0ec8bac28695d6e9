/* texts.c - one pass over a template: text up to a brace, then the fact that stands in it. Printf formats were rejected: a translator could
 * neither move nor leave out a fact.
 */
#include "agent/texts.h"

#include <assert.h>

#include "agent/say.h"
#include "base/buf.h"

enum { TEXT_BYTES_MAX = 256 * 1024 };

#define TEXT(id, words) [TEXT_##id] = words,
static const char *const templates[NLU_LANGUAGES][TEXT_COUNT] = {
    [NLU_ENGLISH] = {
#include "agent/texts.def"
    },
    [NLU_GERMAN] = {
#include "agent/texts_de.def"
    },
    [NLU_SPANISH] = {
#include "agent/texts_es.def"
    },
};
#undef TEXT

const char *texts_template(enum text_id id)
{
    return texts_in(NLU_ENGLISH, id);
}

const char *texts_in(enum nlu_language language, enum text_id id)
{
    if (id >= TEXT_COUNT) return "";
    const char *words = language < NLU_LANGUAGES ? templates[language][id] : NULL;
    return words ? words : templates[NLU_ENGLISH][id];
}

static struct str fact(const struct text_facts *facts, struct str name)
{
    const struct {
        const char *name;
        struct str value;
    } known[] = {
        { "agent", facts->agent },   { "action", facts->action },   { "able", facts->able },
        { "email", facts->email },   { "other", facts->other },     { "subject", facts->subject },
        { "draft", facts->draft },   { "problem", facts->problem }, { "reference", facts->reference },
        { "number", facts->number }, { "field", facts->field },     { "options", facts->options },
        { "files", facts->files },
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (str_eq(str_from(known[i].name), name)) return known[i].value;
    assert(!"a text names a fact that does not exist");
    return STR_NONE;
}

struct str texts_say(enum text_id id, const struct text_facts *facts, struct arena *arena)
{
    struct str text = str_from(texts_in(facts->language, id));
    struct buf out;
    buf_init(&out, TEXT_BYTES_MAX);
    size_t at = 0;
    for (size_t open; (open = str_find(text, STR("{"), at)) != SIZE_MAX;) {
        size_t close = str_find(text, STR("}"), open);
        assert(close != SIZE_MAX);
        buf_str(&out, str_slice(text, at, open));
        struct str value = fact(facts, str_slice(text, open + 1, close));
        if (value.len) buf_char(&out, QUOTE_OPEN);
        buf_str(&out, value);
        if (value.len) buf_char(&out, QUOTE_CLOSE);
        at = close + 1;
    }
    buf_str(&out, str_slice(text, at, text.len));
    assert(buf_ok(&out));
    struct str said = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return said;
}
