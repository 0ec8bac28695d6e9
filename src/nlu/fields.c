/* fields.c - values by fragments and by labels.
 *
 * A fragment is the stretch between two marks, or between "and" and "but". When everything in it is known to stand around an address (a
 * priority, a name), the whole fragment is that value and no part of the visitor's story: "my e-mail is jane@example.com". When anything else stands
 * in it, it stays: "mail to bob@example.com bounces" gives no address. Labels ("subject: ...") then cut what is left.
 */
#include "nlu/fields.h"

#include "nlu/labels.h"
#include "nlu/lexicon.h"

enum { NAME_WORDS_MAX = 4 };

struct str fields_priority(struct str low)
{
    if (str_eq(low, STR("low"))) return STR("low");
    if (str_eq(low, STR("normal")) || str_eq(low, STR("medium"))) return STR("normal");
    if (str_eq(low, STR("high"))) return STR("high");
    if (str_eq(low, STR("urgent")) || str_eq(low, STR("critical")) || str_eq(low, STR("urgently"))) return STR("urgent");
    return STR_NONE;
}

static bool has(const struct words *w, size_t from, size_t to, struct str low)
{
    for (size_t i = from; i < to; i++)
        if (words_eq(w, i, low)) return true;
    return false;
}

static bool only(const struct words *w, size_t from, size_t to, unsigned classes)
{
    for (size_t i = from; i < to; i++) {
        enum word_kind kind = w->items[i].kind;
        bool mark = kind == WORD_COLON || kind == WORD_EMAIL || kind == WORD_QUOTE || kind == WORD_SIGN;
        if (!mark && !words_is(w, i, classes)) return false;
    }
    return true;
}

/* ---- e-mail addresses ---------------------------------------------------------------------------------------------------- */

static void give_email(struct fields *f, struct str email, bool surely)
{
    struct str *value = &f->values[NLU_EMAIL];
    if (value->len == 0 || surely)
        *value = email;
    else if (!str_eq_nocase(*value, email))
        f->other_email = email;
}

/* Is the address at i the one to leave: "instead of a@x", "not a@x", "from a@x to b@y"? */
static bool is_old_email(const struct words *w, size_t i, size_t end)
{
    if (i == 0) return false;
    if (words_eq(w, i - 1, STR("of")) && i >= 2 && words_eq(w, i - 2, STR("instead"))) return true;
    if (words_eq(w, i - 1, STR("from")) && has(w, i, end, STR("to"))) return true;
    return words_eq(w, i - 1, STR("not"));
}

/* Index where "for", "for our customer", "on behalf of" before the address at i begins; i when none does. */
static size_t on_behalf(const struct words *w, size_t i)
{
    size_t from = i;
    for (size_t at = i; at-- > 0 && words_is(w, at, LEX_CONTACT);) {
        if (words_eq(w, at, STR("for"))) from = at;
        if (words_phrase(w, at, STR("on behalf of"))) from = at;
    }
    return from;
}

/* "send the answer to a@x" */
static bool answers_go(const struct words *w, size_t from, size_t to)
{
    for (size_t i = from + 2; i < to; i++)
        if (words_kind(w, i) == WORD_EMAIL)
            return words_one_of(w, i - 1, "to at") &&
                   words_one_of(w, i - 2, "answer answers reply replies updates response confirmation");
    return false;
}

static void read_email_fragment(struct words *w, size_t from, size_t to, enum nlu_expect expect, struct fields *f)
{
    bool found = false, whole = only(w, from, to, LEX_CONTACT | LEX_POLITE) || answers_go(w, from, to),
         corrects = has(w, from, to, STR("instead")) || has(w, from, to, STR("change"));
    for (size_t i = from; i < to; i++) {
        if (words_kind(w, i) != WORD_EMAIL) continue;
        found = true;
        size_t behalf = on_behalf(w, i);
        bool ends = i + 1 == to || words_kind(w, i + 1) == WORD_COLON || words_is(w, i + 1, LEX_CONNECT);
        bool old = is_old_email(w, i, to);
        if (!old && (whole || expect == NLU_ADDRESS || (behalf < i && ends)))
            give_email(f, w->items[i].raw, corrects && !f->values[NLU_EMAIL].len);
        if (!whole && behalf < i && ends) words_take(w, behalf, i + 1);
    }
    if (whole && found) words_take(w, from, to);
}

/* ---- names --------------------------------------------------------------------------------------------------------------- */

static bool is_capital(struct str raw)
{
    return raw.len > 0 && ((raw.ptr[0] >= 'A' && raw.ptr[0] <= 'Z') || (unsigned char)raw.ptr[0] >= 0xc3);
}

/* Where a name would begin when the words at i introduce one: "my name is", "I am"; 0 for none. *strict when only capitals make it a name. */
static size_t name_start(const struct words *w, size_t i, bool *strict)
{
    static const struct {
        const char *words;
        bool strict;
    } leads[] = {
        { "my name is", false },
        { "my name's", false },
        { "the name is", false },
        { "name is", false },
        { "customer name is", false },
        { "change the name to", false },
        { "the customer is", true },
        { "the requester is", true },
        { "i am", true },
        { "i'm", true },
        { "im", true },
        { "this is", true },
    };
    for (size_t k = 0; k < sizeof leads / sizeof leads[0]; k++) {
        size_t length = words_phrase(w, i, str_from(leads[k].words));
        *strict = leads[k].strict;
        if (length) return i + length;
    }
    return 0;
}

/* The name from `start` on, up to where it stops being one. */
static size_t name_end(const struct words *w, size_t start, size_t to, bool strict)
{
    size_t end = start;
    while (end < to && end - start < NAME_WORDS_MAX && words_kind(w, end) == WORD_TEXT) {
        if (strict && !is_capital(w->items[end].raw)) break;
        if (words_is(w, end, LEX_PROBLEM | LEX_NEGATION)) break;
        end++;
    }
    return end;
}

static void read_name_fragment(struct words *w, size_t from, size_t to, struct fields *f)
{
    size_t i = from;
    while (i < to && words_is(w, i, LEX_POLITE)) i++;
    bool strict;
    size_t start = name_start(w, i, &strict);
    if (!start) return;
    size_t end = name_end(w, start, to, strict);
    if (end == start) return;
    bool followed = end == to || words_kind(w, end) == WORD_EMAIL;
    if (!followed && !(strict && end - start >= 2)) return; /* "I am Very unhappy" has one capital word and goes on */
    f->values[NLU_NAME] = words_span(w, start, end);
    if (followed) words_take(w, from, end);
}

/* ---- priority and type ----------------------------------------------------------------------------------------------------- */

/* The value in the fragment; of two, the one after "to" ("from low to high"), else the first. */
static size_t value_at(const struct words *w, size_t from, size_t to, unsigned class)
{
    size_t found = SIZE_MAX;
    for (size_t i = from; i < to; i++) {
        if (!words_is(w, i, class)) continue;
        if (found == SIZE_MAX || (i > from && words_eq(w, i - 1, STR("to")))) found = i;
    }
    return found;
}

static bool sets(const struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (words_one_of(w, i, "make set mark raise lower bump treat flag")) return true;
    return false;
}

static void read_priority_fragment(struct words *w, size_t from, size_t to, struct fields *f)
{
    size_t at = value_at(w, from, to, LEX_PRIORITY);
    for (size_t i = from; at != SIZE_MAX && i < to; i++)
        if (!only(w, i, i + 1, LEX_SETTER | LEX_POLITE) &&
            !words_one_of(w, i, "fine say i'd would think guess probably will do enough"))
            return;
    if (at == SIZE_MAX) return;
    struct str value = fields_priority(w->items[at].low);
    bool named = false;
    for (size_t i = from; i < to; i++) named = named || words_one_of(w, i, "priority urgency severity");
    if (!named && !sets(w, from, to) && !str_eq(value, STR("urgent")) && to - from > 1 &&
        !words_one_of(w, at - 1, "say guess think"))
        return;
    f->values[NLU_PRIORITY] = value;
    words_take(w, from, to);
}

static void read_type_fragment(struct words *w, size_t from, size_t to, struct fields *f)
{
    size_t at = value_at(w, from, to, LEX_KIND);
    if (at == SIZE_MAX || !only(w, from, to, LEX_SETTER | LEX_LABEL)) return;
    if (!has(w, from, to, STR("type")) && !sets(w, from, to)) return;
    f->values[NLU_TYPE] = w->items[at].low;
    words_take(w, from, to);
}

/* ---- all of them ----------------------------------------------------------------------------------------------------------- */

static void read_fragments(struct words *w, enum nlu_expect expect, struct fields *f)
{
    for (size_t from = 0; from < w->count;) {
        size_t to = words_fragment_end(w, from);
        if (to > from) {
            if (only(w, from, to, LEX_POLITE)) words_take(w, from, to);
            read_name_fragment(w, from, to, f);
            read_email_fragment(w, from, to, expect, f);
            read_priority_fragment(w, from, to, f);
            read_type_fragment(w, from, to, f);
        }
        from = to + 1;
    }
}

/* "Jane Doe, jane@example.com" where the address was asked for. */
static void read_bare_name(struct words *w, struct fields *f)
{
    size_t end = words_fragment_end(w, 0);
    bool email_next = words_kind(w, end) == WORD_EMAIL || words_kind(w, end + 1) == WORD_EMAIL;
    size_t name = name_end(w, 0, end, true);
    if (f->values[NLU_NAME].len || name == 0 || !email_next || words_is(w, 0, LEX_POLITE | LEX_CONTACT)) return;
    if (name != end && words_kind(w, name) != WORD_EMAIL) return;
    f->values[NLU_NAME] = words_span(w, 0, name);
    words_take(w, 0, name);
}

void fields_read(struct words *w, enum nlu_expect expect, struct fields *f)
{
    *f = (struct fields){ .wanted = NLU_NO_FIELD, .description_from = SIZE_MAX };
    if (w->count == 0) return;
    read_fragments(w, expect, f);
    if (expect == NLU_ADDRESS) read_bare_name(w, f);
    labels_read(w, expect, f);
}
