/* custom.c - see custom.h.
 *
 * An answer is judged here by the field's type, so that a wrong one is asked about at once and not refused by Zendesk after the yes; zendesk/fields.c judges it again before it is sent. Options are
 * matched by name alone: an answer that holds the names of two is none.
 */
#include "agent/custom.h"

#include "agent/day.h"
#include "agent/say.h"
#include "base/text_fold.h"
#include "nlu/acts.h"

enum { VALUE_BYTES_MAX = 2048, CHOICE_BYTES_MAX = 120, OPTIONS_TOLD_MAX = 20 };

static struct str fold(struct str text, struct arena *arena)
{
    return str_lower(arena, str_nfc(arena, str_trim(text)));
}

static bool is_word_byte(char c)
{
    return char_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Without blanks, points and quotation marks around it. */
static struct str bare(struct str text)
{
    static const char around[] = ".,;:!?\"'";
    text = str_trim(text);
    while (text.len && str_find(str_from(around), str_slice(text, text.len - 1, text.len), 0) != SIZE_MAX)
        text = str_trim(str_slice(text, 0, text.len - 1));
    while (text.len && str_find(str_from(around), str_slice(text, 0, 1), 0) != SIZE_MAX)
        text = str_trim(str_slice(text, 1, text.len));
    return text;
}

/* ---- which field ------------------------------------------------------------------------------------------------------------------------ */

const struct asked_field *custom_find(const struct asked_fields *fields, struct str key)
{
    for (size_t i = 0; i < fields->count; i++)
        if (str_eq(fields->items[i].key, key)) return &fields->items[i];
    return NULL;
}

/* Where the field's value stands; `count` when it has none. */
static size_t place_of(const struct custom *custom, struct str key)
{
    size_t at = 0;
    while (at < custom->count && !str_eq(custom->values[at].key, key)) at++;
    return at;
}

const struct asked_field *custom_missing(const struct custom *custom, const struct asked_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        if (!fields->items[i].is_optional && place_of(custom, fields->items[i].key) == custom->count) return &fields->items[i];
    return NULL;
}

/* Takes the words off the front while they are among those that lead to a title, or from it to the value. */
static struct str pass_over(struct str text, const char *const words[], size_t count)
{
    for (bool found = true; found;) {
        found = false;
        text = str_trim(text);
        for (size_t i = 0; i < count && !found; i++) {
            struct str word = str_from(words[i]);
            bool ends =
                text.len == word.len || (text.len > word.len && !(is_word_byte(word.ptr[0]) && is_word_byte(text.ptr[word.len])));
            found = str_starts(text, word) && ends;
            if (found) text = str_slice(text, word.len, text.len);
        }
    }
    return text;
}

const struct asked_field *custom_named(const struct asked_fields *fields, struct str text, struct str *rest, struct arena *arena)
{
    static const char *const before[] = { "no",   "not",   "and",    "oh",    "sorry",  "actually", "please",
                                          "make", "set",   "change", "the",   "field",  ",",        "\"",
                                          "nein", "bitte", "doch",   "setze", "ändere", "das",      "der",
                                          "die",  "feld",  "cambia", "pon",   "el",     "la",       "campo" };
    static const char *const after[] = { "to", "is", "should", "be", "as", "=", ":", "\"", "ist", "auf", "zu", "es", "a" };
    struct str folded = pass_over(fold(text, arena), before, sizeof before / sizeof *before);
    const struct asked_field *found = NULL;
    size_t length = 0;
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->items[i].is_optional) continue; /* those need clearer words: mention.c */
        struct str title = fold(fields->items[i].is_shared ? fields->items[i].key : fields->items[i].title, arena);
        bool ends = folded.len == title.len || (folded.len > title.len && !is_word_byte(folded.ptr[title.len]));
        if (title.len <= length || !str_starts(folded, title) || !ends) continue;
        found = &fields->items[i];
        length = title.len;
    }
    if (!found) return NULL;
    struct str value = pass_over(str_slice(folded, length, folded.len), after, sizeof after / sizeof *after),
               plain = str_trim(text);
    *rest = plain.len >= value.len ? str_slice(plain, plain.len - value.len, plain.len) : value; /* as it was written */
    if (!str_eq(fold(*rest, arena), value)) *rest = value;
    return found;
}

/* ---- which value ------------------------------------------------------------------------------------------------------------------------ */

/* Does the name stand in the text as words of its own? */
static bool holds(struct str text, struct str name)
{
    for (size_t at = 0; name.len && (at = str_find(text, name, at)) != SIZE_MAX; at++) {
        size_t end = at + name.len;
        bool begins = at == 0 || !is_word_byte(text.ptr[at - 1]), ends = end == text.len || !is_word_byte(text.ptr[end]);
        if (begins && ends) return true;
    }
    return false;
}

/* The option of this name; empty when there is none. */
static struct str exact(const struct asked_field *field, struct str words, struct arena *arena)
{
    struct str folded = fold(bare(words), arena);
    for (size_t i = 0; i < field->option_count; i++)
        if (str_eq(fold(bare(field->options[i]), arena), folded)) return field->options[i];
    return STR_NONE;
}

/* The option that is meant: by its name, or as the only one whose name stands in a short answer. */
static struct str choice(const struct asked_field *field, struct str words, struct arena *arena)
{
    struct str folded = fold(words, arena), named = exact(field, words, arena), within = STR_NONE;
    size_t count = 0;
    if (field->option_count == 0) return str_clip(bare(words), CHOICE_BYTES_MAX);
    if (named.len || folded.len > CHOICE_BYTES_MAX) return named;
    for (size_t i = 0; i < field->option_count; i++) {
        if (!holds(folded, fold(field->options[i], arena))) continue;
        within = field->options[i];
        count++;
    }
    return count == 1 ? within : STR_NONE;
}

/* What stands before the first "and" of it, or all; *rest is what stands after. */
static struct str before_and(struct str *rest)
{
    static const struct str words[] = { { " and ", 5 }, { " und ", 5 }, { " y ", 3 }, { " & ", 3 } };
    size_t at = rest->len, length = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t found = str_find_nocase(*rest, words[i], 0);
        if (found >= at) continue;
        at = found;
        length = words[i].len;
    }
    struct str first = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at + length, rest->len);
    return first;
}

/* Adds the options of a piece: one, or several with "and" between them, each of which must be one. */
static bool add_choices(const struct asked_field *field, struct str piece, struct buf *out, struct arena *arena)
{
    struct str rest = str_starts(str_trim(piece), STR("and ")) ? str_slice(str_trim(piece), 4, str_trim(piece).len) : piece;
    struct str whole = exact(field, rest, arena);
    do {
        struct str name = whole.len > 0 ? whole : choice(field, before_and(&rest), arena);
        if (name.len == 0) return false;
        if (out->len) buf_char(out, '\n');
        buf_str(out, name);
    } while (whole.len == 0 && rest.len > 0);
    return true;
}

/* Options with commas, lines or "and" between them; each must be one. */
static struct str choices(const struct asked_field *field, struct str words, struct arena *arena)
{
    struct str named = exact(field, words, arena), rest = words, line, piece;
    struct buf out;
    bool is_right = true;
    if (named.len) return named;
    buf_init(&out, VALUE_BYTES_MAX);
    while (is_right && str_split(&rest, '\n', &line))
        while (is_right && str_split(&line, ',', &piece)) is_right = add_choices(field, piece, &out, arena);
    struct str value = is_right && buf_ok(&out) ? arena_str(arena, buf_view(&out)) : STR_NONE;
    buf_clear(&out);
    return value;
}

static struct str number(struct str words, bool is_whole)
{
    struct str text = bare(words);
    size_t digits = 0, points = 0;
    int64_t whole;
    if (is_whole) return str_to_i64(text, &whole) ? text : STR_NONE;
    for (size_t i = 0; i < text.len; i++) {
        bool is_sign = i == 0 && text.ptr[i] == '-';
        digits += char_is_digit(text.ptr[i]);
        points += text.ptr[i] == '.';
        if (!is_sign && !char_is_digit(text.ptr[i]) && text.ptr[i] != '.') return STR_NONE;
    }
    return digits > 0 && points <= 1 ? text : STR_NONE;
}

static struct str day(struct str words, struct arena *arena)
{
    struct str days[2];
    return day_read(bare(words), days, arena) == 1 ? days[0] : STR_NONE;
}

static struct str yes_or_no(struct str words, unsigned acts)
{
    struct str text = bare(words);
    if (str_eq_nocase(text, STR("true")) || ((acts & NLU_YES) && !(acts & NLU_NO))) return STR("true");
    if (str_eq_nocase(text, STR("false")) || ((acts & NLU_NO) && !(acts & NLU_YES))) return STR("false");
    return str_eq_nocase(text, STR("yes")) ? STR("true") : str_eq_nocase(text, STR("no")) ? STR("false") : STR_NONE;
}

struct str custom_fit(const struct asked_field *field, struct str words, unsigned acts, struct arena *arena)
{
    switch (field->type) {
    case ASKED_TEXT: return arena_str(arena, str_clip(str_trim(words), VALUE_BYTES_MAX));
    case ASKED_INTEGER: return arena_str(arena, number(words, true));
    case ASKED_DECIMAL: return arena_str(arena, number(words, false));
    case ASKED_DATE: return arena_str(arena, day(words, arena));
    case ASKED_CHECKBOX: return yes_or_no(words, acts);
    case ASKED_CHOICE: return arena_str(arena, choice(field, words, arena));
    case ASKED_CHOICES: return arena_str(arena, choices(field, words, arena));
    case ASKED_TYPES: break;
    }
    return STR_NONE;
}

void custom_set(struct custom *custom, const struct asked_field *field, struct str value, struct arena *arena)
{
    size_t at = place_of(custom, field->key);
    if (at == ASKED_FIELDS_MAX) return;
    if (at == custom->count) custom->count++;
    custom->values[at] = (struct custom_value){
        .key = arena_str(arena, field->key),
        .label = arena_str(arena, field->label),
        .text = arena_str(arena, value),
        .type = field->type,
    };
}

void custom_prune(struct custom *custom, const struct asked_fields *fields, struct arena *arena)
{
    size_t kept = 0;
    for (size_t i = 0; i < custom->count; i++) {
        const struct custom_value *value = &custom->values[i];
        const struct asked_field *field = custom_find(fields, value->key);
        if (!field || field->type != value->type || custom_fit(field, value->text, 0, arena).len == 0) continue;
        custom->values[kept++] = *value;
    }
    custom->count = kept;
}

/* ---- words, and what is sent -------------------------------------------------------------------------------------------------------------- */

struct str custom_options(const struct asked_field *field, struct arena *arena)
{
    struct buf out;
    buf_init(&out, ASKED_BYTES_MAX);
    for (size_t i = 0; i < field->option_count && i < OPTIONS_TOLD_MAX; i++) {
        if (i) buf_lit(&out, ", ");
        buf_str(&out, field->options[i]);
    }
    if (field->option_count > OPTIONS_TOLD_MAX) buf_lit(&out, ", ...");
    struct str names = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return names;
}

static void write_value(const struct custom_value *value, struct jw *json)
{
    int64_t whole = 0;
    struct str rest = value->text, name;
    switch (value->type) {
    case ASKED_INTEGER:
        (void)str_to_i64(value->text, &whole);
        jw_int(json, whole);
        return;
    case ASKED_CHECKBOX: jw_bool(json, str_eq(value->text, STR("true"))); return;
    case ASKED_CHOICES:
        jw_array(json);
        while (str_split(&rest, '\n', &name)) jw_str(json, name);
        jw_end_array(json);
        return;
    case ASKED_TEXT:
    case ASKED_DECIMAL:
    case ASKED_DATE:
    case ASKED_CHOICE:
    case ASKED_TYPES: break;
    }
    jw_str(json, value->text);
}

void custom_write(const struct custom *custom, struct jw *json)
{
    if (custom->count == 0) return;
    jw_key(json, "custom_fields");
    jw_object(json);
    for (size_t i = 0; i < custom->count; i++) {
        jw_key_str(json, custom->values[i].key);
        write_value(&custom->values[i], json);
    }
    jw_end_object(json);
}

static void read_value(struct buf *out, const struct json *value)
{
    switch (json_type(value)) {
    case JSON_INT: buf_int(out, json_int(value, 0)); break;
    case JSON_BOOL: buf_lit(out, json_bool(value, false) ? "yes" : "no"); break;
    case JSON_ARRAY:
        for (size_t i = 0; i < json_count(value); i++) {
            if (i) buf_lit(out, ", ");
            buf_str(out, json_str(json_at(value, i)));
        }
        break;
    case JSON_STRING:
    case JSON_REAL:
    case JSON_OBJECT:
    case JSON_NULL:
    case JSON_NONE: buf_str(out, json_str(value)); break;
    }
}

void custom_read(struct buf *out, const struct custom *custom, const struct json *arguments, struct arena *arena)
{
    const struct json *fields = json_get(arguments, "custom_fields");
    struct buf text;
    buf_init(&text, ASKED_BYTES_MAX);
    for (size_t i = 0; i < custom->count; i++) {
        const struct json *value = json_get(fields, arena_cstr(arena, custom->values[i].key));
        if (!value) continue;
        if (out->len || text.len) buf_char(&text, '\n');
        buf_str(&text, custom->values[i].label);
        buf_lit(&text, ": ");
        read_value(&text, value);
    }
    buf_str(out, say_clean(buf_view(&text), arena));
    buf_clear(&text);
}
