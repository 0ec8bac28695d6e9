/* texts.h - the catalogue of what the agent says (texts.def), and putting facts into it.
 *
 * A fact is data: it is copied once and never looked at again, so a visitor's "{email}" stays as it is. It stands between the marks of a quotation (say.h), by which the gate knows it from
 * the agent's own words. Another language is another catalogue.
 */
#ifndef AGENT_TEXTS_H
#define AGENT_TEXTS_H

#include "base/arena.h"
#include "nlu/gloss.h"

enum text_id {
#define TEXT(id, words) TEXT_##id,
#include "agent/texts.def"
#undef TEXT
    TEXT_COUNT
};

/* What a text may name as {agent}, {able} and so on. Unset facts are empty; the unit test holds which text needs which. */
struct text_facts {
    enum nlu_language language;
    struct str agent, able, action, email, other, subject, draft, problem, reference, number, field, options, files;
};

struct str texts_say(enum text_id, const struct text_facts *, struct arena *);
const char *texts_template(enum text_id); /* in English */
/* In the language, where its catalogue (texts_de.def, texts_es.def) has the text; else in English. */
const char *texts_in(enum nlu_language, enum text_id);

#endif
