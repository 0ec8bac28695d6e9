/* labels.c - a label, what joins it to its value, and where the value ends.
 *
 * A value ends with its quotes, with the sentence, or where the next label begins; a description goes on to the next label or to the end of
 * the message. E-mail, priority and type are left to fields.c, which knows what their values look like; here they only count as "change the
 * e-mail" without a new one.
 */
#include "nlu/labels.h"

#include "nlu/lexicon.h"

/* How a label is followed by its value. */
struct join {
    size_t value; /* index of its first word; SIZE_MAX when there is none */
    bool wrong;   /* "the subject is wrong": a change is wanted */
};

static enum nlu_field label_field(const struct words *w, size_t at)
{
    static const struct {
        enum nlu_field field;
        const char *words;
    } names[] = {
        { NLU_SUBJECT, "subject title titled topic summary headline called entitled labeled labelled" },
        { NLU_DESCRIPTION, "description details body message saying" },
        { NLU_EMAIL, "email e-mail mail requester customer contact" },
        { NLU_NAME, "name" },
        { NLU_PRIORITY, "priority urgency severity" },
        { NLU_TYPE, "type" },
        { NLU_TAGS, "tags tag" },
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (words_one_of(w, at, names[i].words)) return names[i].field;
    return NLU_NO_FIELD;
}

static bool is_article(const struct words *w, size_t i)
{
    return words_one_of(w, i, "the a an my its");
}

/* The word before the label and its article; SIZE_MAX at the start. */
static size_t before_label(const struct words *w, size_t at)
{
    size_t i = at;
    while (i > 0 && is_article(w, i - 1)) i--;
    return i > 0 ? i - 1 : SIZE_MAX;
}

static bool is_change_verb(const struct words *w, size_t i)
{
    return words_one_of(w, i, "change set make update rename edit correct fix");
}

static struct join join_be(const struct words *w, size_t at, size_t value, bool free_text)
{
    size_t before = before_label(w, at);
    bool starts = before == SIZE_MAX || words_boundary(w, before) || words_eq(w, before, STR("actually"));
    if (!starts || words_boundary(w, value) || words_kind(w, value) == WORD_STOP) return (struct join){ SIZE_MAX, false };
    if (words_is(w, value, LEX_PROBLEM | LEX_NEGATION)) return (struct join){ SIZE_MAX, !free_text };
    return (struct join){ value, false };
}

/* How the label at `at` goes on. `free_text`: the message answers "what happened", so only clear forms count. */
static struct join label_join(const struct words *w, size_t at, bool free_text)
{
    struct join none = { SIZE_MAX, false };
    size_t next = at + 1, before = before_label(w, at);
    bool named = words_is(w, at, LEX_NAMING);
    if (words_kind(w, next) == WORD_COLON) return (struct join){ next + 1, false };
    if (next >= w->count || words_boundary(w, next)) return none;
    if (words_kind(w, next) == WORD_QUOTE) return (struct join){ next, false };
    if (named) return at > 0 && words_is(w, at - 1, LEX_TICKET | LEX_MATTER) ? (struct join){ next, false } : none;
    bool changes = before != SIZE_MAX && is_change_verb(w, before);
    if (changes && (words_one_of(w, next, "to as"))) return (struct join){ next + 1, false };
    if (changes && words_one_of(w, before, "make set") && !words_is(w, next, LEX_POLITE)) return (struct join){ next, false };
    if (words_phrase(w, next, STR("should be")) || words_phrase(w, next, STR("must be")))
        return join_be(w, at, next + 2 + (words_kind(w, next + 2) == WORD_COLON), free_text);
    if (words_eq(w, next, STR("is"))) return join_be(w, at, next + 1 + (words_kind(w, next + 1) == WORD_COLON), free_text);
    bool with = before != SIZE_MAX && words_one_of(w, before, "with and");
    if (free_text || !with) return none;
    return (struct join){ words_eq(w, next, STR("of")) ? next + 1 : next, false };
}

/* Does a label with a value begin at i? */
static bool begins_label(const struct words *w, size_t i, bool free_text, bool colon_only)
{
    if (!words_is(w, i, LEX_LABEL)) return false;
    if (colon_only) return words_kind(w, i + 1) == WORD_COLON;
    return label_join(w, i, free_text).value != SIZE_MAX;
}

/* The quote that closes the whole value; SIZE_MAX when words go on behind it, as in: the "Save" button. Behind "titled" they may: the quotes say where it ends. */
static size_t closing_quote(const struct words *w, size_t open, bool named)
{
    size_t i = open + 1;
    while (i < w->count && w->items[i].kind != WORD_QUOTE) i++;
    if (i >= w->count) return SIZE_MAX;
    if (named) return i;
    bool ends = words_boundary(w, i + 1) || words_is(w, i + 1, LEX_LABEL | LEX_POLITE) ||
                words_one_of(w, i + 1, "with for in as from to on at");
    return ends ? i : SIZE_MAX;
}

/* Back over what joins the value to the next label: "and", a mark, "with the". */
static size_t trim_back(const struct words *w, size_t from, size_t to)
{
    bool before_label = to < w->count && words_kind(w, to) != WORD_STOP;
    if (before_label && to > from + 1 && is_article(w, to - 1)) to--;
    if (before_label && to > from + 1 && words_eq(w, to - 1, STR("with"))) to--;
    while (to > from && (w->items[to - 1].taken || words_boundary(w, to - 1))) to--;
    return to;
}

static size_t value_end(const struct words *w, size_t from, enum nlu_field field, bool free_text)
{
    bool long_text = field == NLU_DESCRIPTION;
    size_t i = from;
    while (i < w->count) {
        if (!long_text && words_kind(w, i) == WORD_STOP) break;
        if (i > from && begins_label(w, i, free_text, long_text)) break;
        i++;
    }
    return i;
}

/* Takes the value that begins at `from`; returns where to go on. */
static size_t take_value(struct words *w, size_t label, size_t from, enum nlu_field field, bool free_text, struct fields *f)
{
    size_t close = words_kind(w, from) == WORD_QUOTE ? closing_quote(w, from, words_is(w, label, LEX_NAMING)) : SIZE_MAX;
    if (close != SIZE_MAX) {
        f->values[field] = words_span(w, from + 1, close);
        words_take(w, label, close + 1);
        return close + 1;
    }
    size_t end = value_end(w, from, field, free_text);
    bool open_end = field == NLU_DESCRIPTION && end == w->count;
    if (open_end) {
        f->description_from = from;
        words_take(w, label, from);
        return end;
    }
    size_t last = trim_back(w, from, end);
    if (last > from) f->values[field] = words_span(w, from, last);
    words_take(w, label, last);
    return end;
}

/* Marks what leads to the label, up to the boundary before it: "change the", "with a", "no, use the". */
static void take_lead(struct words *w, size_t label)
{
    for (size_t i = label; i > 0 && !words_boundary(w, i - 1); i--) {
        bool leads =
            is_article(w, i - 1) || is_change_verb(w, i - 1) || words_eq(w, i - 1, STR("with")) || words_is(w, i - 1, LEX_LEAD);
        if (!leads) return;
        w->items[i - 1].taken = true;
    }
}

void labels_read(struct words *w, enum nlu_expect expect, struct fields *f)
{
    bool free_text = expect == NLU_MATTER;
    for (size_t i = 0; i < w->count; i++) {
        if (!words_is(w, i, LEX_LABEL) || w->items[i].taken) continue;
        enum nlu_field field = label_field(w, i);
        if (field == NLU_NO_FIELD) continue;
        struct join join = label_join(w, i, free_text);
        size_t before = before_label(w, i);
        bool by_shape = field == NLU_EMAIL || field == NLU_PRIORITY || field == NLU_TYPE;
        bool tags_without_colon = field == NLU_TAGS && words_kind(w, i + 1) != WORD_COLON;
        if (join.value != SIZE_MAX && !by_shape && !tags_without_colon) {
            take_lead(w, i);
            i = take_value(w, i, join.value, field, free_text, f) - 1;
        } else if (join.wrong || (before != SIZE_MAX && is_change_verb(w, before) && words_boundary(w, i + 1))) {
            f->wanted = field;
            take_lead(w, i);
            words_take(w, i, words_fragment_end(w, i));
        }
    }
}
