/* error_body.c - the parts of an error body, whatever its shape (declared in fault.h).
 *
 * The five shapes seen from Zendesk: `error` as a text with description and details, `error` as an object with title and
 * message, an array `errors`, plain text, HTML. A body that starts with '{' but is no JSON is taken as text: the status
 * has been read already and stays the first witness.
 */
#include "base/limits.h"
#include "zendesk/fault.h"

enum { TEXT_CHARS_MAX = 200, DETAILS_BYTES_MAX = 1000 };

static struct str keep(struct arena *arena, const struct json *node)
{
    return arena_str(arena, json_str(node));
}

static struct str first_of(struct arena *arena, const struct json *object, const char *const *keys)
{
    for (; *keys != NULL; keys++) {
        struct str text = json_get_str(object, *keys);
        if (text.len > 0) return arena_str(arena, text);
    }
    return STR_NONE;
}

/* ---- details ------------------------------------------------------------------------------------------------------- */

/* One entry: {"description":...} as documented, or the bare text that older endpoints send. */
static struct str entry_text(const struct json *entry)
{
    return json_type(entry) == JSON_STRING ? json_str(entry) : json_get_str(entry, "description");
}

static void add_entry(struct buf *out, const struct json *entry)
{
    struct str text = entry_text(entry);
    if (text.len == 0) return;
    if (out->len > 0) buf_lit(out, "; ");
    buf_str(out, text);
}

/* Only this refusal is told by words: its code "ClosedTicket" is not always there. */
static bool says_closed(struct str key, const struct json *entry)
{
    if (str_eq(json_get_str(entry, "error"), STR("ClosedTicket"))) return true;
    return str_eq(key, STR("status")) && str_find_nocase(entry_text(entry), STR("closed prevents"), 0) != SIZE_MAX;
}

static void note_codes(struct str key, const struct json *entry, struct zendesk_error *error)
{
    error->is_closed_ticket = error->is_closed_ticket || says_closed(key, entry);
    error->is_duplicate = error->is_duplicate || str_eq(json_get_str(entry, "error"), STR("DuplicateValue"));
    error->wants_field = error->wants_field || json_get_int(entry, "ticket_field_id", 0) > 0;
}

static void parse_details(const struct json *details, struct arena *arena, struct zendesk_error *error)
{
    struct buf out;
    buf_init(&out, LIMIT_JSON_BYTES);
    for (void *at = json_first(details); at != NULL; at = json_next(details, at)) {
        const struct json *entries = json_value(at);
        if (error->field.len == 0 && !str_eq(json_key(at), STR("base"))) error->field = arena_str(arena, json_key(at));
        if (json_type(entries) == JSON_STRING) add_entry(&out, entries);
        for (size_t i = 0; json_type(entries) == JSON_ARRAY && i < json_count(entries); i++) {
            add_entry(&out, json_at(entries, i));
            note_codes(json_key(at), json_at(entries, i), error);
        }
    }
    error->details = arena_str(arena, str_clip(buf_view(&out), DETAILS_BYTES_MAX));
    buf_clear(&out);
}

/* ---- text and HTML ------------------------------------------------------------------------------------------------- */

/* Appends c with runs of blanks and control characters as one space. */
static void add_char(struct buf *out, char c)
{
    bool is_blank = char_is_space(c) || (unsigned char)c < 0x20 || c == 0x7f;
    if (!is_blank)
        buf_char(out, c);
    else if (out->len > 0 && out->data[out->len - 1] != ' ')
        buf_char(out, ' ');
}

static struct str first_characters(struct str text, size_t count)
{
    size_t at = 0;
    for (size_t seen = 0; at < text.len; at++) {
        bool starts_character = ((unsigned char)text.ptr[at] & 0xc0) != 0x80;
        if (starts_character && seen++ == count) break;
    }
    return str_slice(text, 0, at);
}

/* Tags become blanks. The page's title comes first in HTML, so it is among the first characters. */
static struct str readable_text(struct str body, bool is_html, struct arena *arena)
{
    struct buf out;
    bool in_tag = false;
    buf_init(&out, 4 * TEXT_CHARS_MAX + 1);
    for (size_t i = 0; i < body.len && buf_ok(&out); i++) {
        char c = body.ptr[i];
        if (is_html && c == '<') in_tag = true;
        add_char(&out, in_tag ? ' ' : c);
        if (is_html && c == '>') in_tag = false;
    }
    struct str text = str_trim(first_characters(buf_view(&out), TEXT_CHARS_MAX));
    struct str kept = arena_str(arena, text);
    buf_clear(&out);
    return kept;
}

static void parse_text(const struct http_answer *answer, struct arena *arena, struct zendesk_error *error)
{
    struct str body = str_trim(answer->body), type = http_header_get(answer->headers, answer->header_count, STR("content-type"));
    error->is_html = str_find_nocase(type, STR("text/html"), 0) != SIZE_MAX || str_starts(body, STR("<"));
    error->text = readable_text(body, error->is_html, arena);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static void parse_object(const struct json *body, struct arena *arena, struct zendesk_error *error)
{
    static const char *const texts[] = { "description", "error_description", "message", "title", "detail", NULL };
    static const char *const object_texts[] = { "message", "description", "detail", NULL };
    const struct json *name = json_get(body, "error"), *list = json_get(body, "errors");
    if (json_type(name) == JSON_OBJECT) {
        error->code = keep(arena, json_get(name, "title"));
        error->text = first_of(arena, name, object_texts);
    } else if (json_type(list) == JSON_ARRAY) {
        error->code = keep(arena, json_get(json_at(list, 0), "code"));
        error->text = first_of(arena, json_at(list, 0), texts);
        if (error->text.len == 0) error->text = keep(arena, json_get(json_at(list, 0), "title"));
    } else {
        error->code = keep(arena, name);
        error->text = first_of(arena, body, texts);
    }
    parse_details(json_get(body, "details"), arena, error);
}

void zendesk_error_parse(const struct http_answer *answer, struct arena *arena, struct zendesk_error *error)
{
    *error = (struct zendesk_error){ 0 };
    struct str body = str_trim(answer->body);
    struct json *parsed = str_starts(body, STR("{")) ? json_parse(body, NULL) : NULL;
    if (parsed == NULL) {
        parse_text(answer, arena, error);
        return;
    }
    parse_object(parsed, arena, error);
    json_free(parsed);
}
