/* wire.c - see wire.h. */
#include "zendesk/wire.h"

#include "base/limits.h"

struct jw *wire_begin(struct wire *wire, size_t bytes_max)
{
    buf_init(&wire->bytes, bytes_max);
    jw_init(&wire->json, &wire->bytes);
    jw_object(&wire->json);
    return &wire->json;
}

static struct str keep(struct buf *bytes, struct arena *arena)
{
    struct str text = buf_ok(bytes) ? arena_str(arena, buf_view(bytes)) : STR_NONE;
    buf_clear(bytes);
    return text;
}

struct str wire_end(struct wire *wire, struct arena *arena)
{
    jw_end_object(&wire->json);
    return keep(&wire->bytes, arena);
}

struct str wire_copy(const struct json *node, struct arena *arena)
{
    struct buf bytes;
    if (node == NULL) return STR_NONE;
    buf_init(&bytes, LIMIT_JSON_BYTES);
    json_canonical(node, &bytes);
    return keep(&bytes, arena);
}

static struct str bare_text(const struct json *node, struct arena *arena)
{
    if (json_type(node) == JSON_NONE || json_type(node) == JSON_NULL) return STR_NONE;
    return json_type(node) == JSON_STRING ? json_str(node) : wire_copy(node, arena);
}

bool wire_same(const struct json *a, const struct json *b, struct arena *arena)
{
    return str_eq(bare_text(a, arena), bare_text(b, arena));
}
