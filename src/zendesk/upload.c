/* upload.c - see upload.h.
 *
 * The name is a label for people and nothing is opened by it; still it loses folders and what nobody sees, as it will be shown in Zendesk's pages.
 */
#include "zendesk/upload.h"

#include "base/json.h"
#include "base/text_fold.h"

/* Controls, zero-width characters and those that turn the direction of writing, which can make "exe.gpj" of "jpg.exe". */
static bool is_visible(struct str c)
{
    unsigned char last = (unsigned char)c.ptr[c.len - 1];
    if (c.len == 1) return last >= 0x20 && last != 0x7f;
    if (c.len == 2 && c.ptr[0] == '\xc2') return last >= 0xa0;
    if (c.len != 3 || c.ptr[0] != '\xe2') return true;
    if (c.ptr[1] == '\x81') return last < 0xa6 || last > 0xa9;
    bool is_mark = (last >= 0x8b && last <= 0x8f) || (last >= 0xa8 && last <= 0xae);
    return c.ptr[1] != '\x80' || !is_mark;
}

struct str upload_name(struct str given, struct arena *arena)
{
    struct str rest = given;
    struct buf name;
    buf_init(&name, UPLOAD_NAME_BYTES_MAX + 4);
    while (rest.len > 0) {
        size_t length = str_utf8_len(rest);
        struct str c = str_slice(rest, 0, length > 0 ? length : 1);
        rest = str_slice(rest, c.len, rest.len);
        if (c.ptr[0] == '/' || c.ptr[0] == '\\')
            buf_reset(&name);
        else if (length > 0 && is_visible(c) && name.len + c.len <= UPLOAD_NAME_BYTES_MAX)
            buf_str(&name, c);
    }
    struct str text = str_trim(buf_view(&name));
    bool is_dots = str_eq(text, STR(".")) || str_eq(text, STR(".."));
    struct str copy = is_dots ? STR_NONE : arena_str(arena, text);
    buf_clear(&name);
    return copy;
}

/* A token of RFC 9110 section 5.6.2, in the narrower form that registered types have (RFC 6838 section 4.2). */
static bool is_word(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alpha(text.ptr[i]) && !char_is_digit(text.ptr[i]) &&
            str_find(STR("!#$&-^_.+"), (struct str){ text.ptr + i, 1 }, 0) == SIZE_MAX)
            return false;
    return text.len > 0 && text.len <= 127;
}

struct str upload_type(struct str claimed, struct arena *arena)
{
    struct str rest = claimed, type = STR_NONE, kind = STR_NONE;
    (void)str_split(&rest, ';', &type);
    type = str_trim(type);
    struct str sub = type;
    bool is_type = str_split(&sub, '/', &kind) && is_word(kind) && is_word(sub);
    return is_type ? str_lower(arena, type) : STR("application/octet-stream");
}

struct str upload_path(struct str name, struct arena *arena)
{
    struct buf path;
    buf_init(&path, 4 * UPLOAD_NAME_BYTES_MAX);
    buf_lit(&path, "/api/v2/uploads?filename=");
    buf_url(&path, name);
    struct str copy = arena_str(arena, buf_view(&path));
    buf_clear(&path);
    return copy;
}

bool upload_read(const struct http_answer *answer, const struct zendesk_who *who, struct arena *arena,
                 struct zendesk_upload *upload, struct problem *problem)
{
    bool is_2xx = answer->status >= 200 && answer->status <= 299;
    struct json *body = is_2xx ? json_parse(answer->body, NULL) : NULL;
    const struct json *given = json_get(body, "upload"), *file = json_get(given, "attachment");
    *upload = (struct zendesk_upload){
        .token = arena_str(arena, json_get_str(given, "token")),
        .file_name = arena_str(arena, json_get_str(file, "file_name")),
        .content_type = arena_str(arena, json_get_str(file, "content_type")),
        .size = json_get_int(file, "size", 0),
        .expires_at = arena_str(arena, json_get_str(given, "expires_at")),
    };
    json_free(body);
    if (upload->token.len > 0) return true;
    *problem = zendesk_problem(answer, who, arena);
    if (answer->status == 413) problem->id = PROBLEM_ZENDESK_FILE_TOO_LARGE;
    return false;
}
