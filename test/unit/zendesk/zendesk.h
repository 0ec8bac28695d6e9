/* zendesk.h - what this room's tests share: answers made in one line, and the optional data folder beside the repository. */
#ifndef UNIT_ZENDESK_ZENDESK_H
#define UNIT_ZENDESK_ZENDESK_H

#include "unit/unit.h"

#include <stdio.h>

#include "base/http.h"
#include "base/json.h"
#include "base/mem.h"

#define SHARED "../shared/zendesk"

static inline struct http_answer answer_of(int status, const char *body)
{
    return (struct http_answer){ .status = status, .body = str_from(body) };
}

/* The file's content, NUL-terminated, to be given back with mem_free; NULL when it is not there. */
static inline char *file_content(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    size_t size = 0;
    char *content = mem_alloc(1);
    for (size_t got = 1; got > 0; size += got) {
        content = mem_resize(content, size + 65536 + 1);
        got = fread(content + size, 1, 65536, file);
    }
    content[size] = '\0';
    assert_int_equal(fclose(file), 0);
    return content;
}

static inline struct json *file_json(const char *path)
{
    char *content = file_content(path);
    if (content == NULL) return NULL;
    struct json *parsed = json_parse(str_from(content), NULL);
    assert_non_null(parsed);
    mem_free(content);
    return parsed;
}

/* The headers of a recorded answer; the strings are borrowed from the object. */
static inline size_t recorded_headers(const struct json *object, struct http_header *headers, size_t room)
{
    size_t count = 0;
    for (void *at = json_first(object); at != NULL && count < room; at = json_next(object, at))
        headers[count++] = (struct http_header){ json_key(at), json_str(json_value(at)) };
    return count;
}

#endif
