/* framing.c - llhttp, fed so that it has nothing to be lenient about.
 *
 * A chunked body alternates between lines (size, the empty line after the data, trailer fields) and data. llhttp 8.1 takes bare LF in some of those
 * lines and any number of extension bytes, so each line is checked by grammar.c before llhttp gets it, whole; extensions it does not get, as it
 * refuses legal ones (";a=b;c=d"). Which kind of line comes next follows from llhttp's own callbacks. Rejected: a chunk decoder of our own, as the length arithmetic is what attackers try first and llhttp's has been
 * fuzzed for years.
 */
#include "net/framing.h"

#include <assert.h>
#include <llhttp.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/grammar.h"

enum { CHUNK_LINE_BYTES_MAX = 1024 }; /* a size has 16 digits at most; the rest is extensions and trailer fields nobody uses */

enum stage { STAGE_HEAD, STAGE_FIXED, STAGE_CHUNK_SIZE, STAGE_CHUNK_DATA, STAGE_CHUNK_END, STAGE_TRAILER, STAGE_COMPLETE };

struct framing {
    llhttp_t parser;
    enum stage stage;
    uint64_t data_left;   /* of the fixed body or of the chunk */
    size_t ignored_bytes; /* of extensions and trailers: RFC 9112 section 7.1.1 asks for a limit */
    size_t field_count;
    uint64_t content_length;
    bool is_chunked, keeps_alive;
    bool is_over; /* on_data refused */
    framing_data_fn *on_data;
    void *context;
    struct refusal refusal; /* what llhttp objects to */
};

/* ---- llhttp's callbacks ----------------------------------------------------------------------------------------------------- */

static int on_field(llhttp_t *parser)
{
    struct framing *framing = parser->data;
    framing->field_count++;
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    struct framing *framing = parser->data;
    framing->is_chunked = (parser->flags & F_CHUNKED) != 0;
    framing->content_length = parser->flags & F_CONTENT_LENGTH ? parser->content_length : 0;
    framing->keeps_alive = llhttp_should_keep_alive(parser) != 0;
    framing->data_left = framing->content_length;
    framing->stage = framing->is_chunked ? STAGE_CHUNK_SIZE : STAGE_FIXED;
    parser->upgrade = 0; /* no other protocol is spoken here: RFC 9110 section 7.8 lets a server ignore Upgrade */
    return 0;
}

static int on_chunk_header(llhttp_t *parser)
{
    struct framing *framing = parser->data;
    framing->data_left = parser->content_length;
    framing->stage = framing->data_left > 0 ? STAGE_CHUNK_DATA : STAGE_TRAILER;
    return 0;
}

static int on_chunk_complete(llhttp_t *parser)
{
    struct framing *framing = parser->data;
    framing->stage = STAGE_CHUNK_SIZE;
    return 0;
}

static int on_body(llhttp_t *parser, const char *bytes, size_t count)
{
    struct framing *framing = parser->data;
    if (framing->on_data(framing->context, (struct str){ bytes, count })) return 0;
    framing->is_over = true;
    return HPE_USER;
}

static int on_message_complete(llhttp_t *parser)
{
    struct framing *framing = parser->data;
    framing->stage = STAGE_COMPLETE;
    return HPE_PAUSED; /* llhttp stops here instead of reading on into the next request */
}

static const llhttp_settings_t settings = {
    .on_header_field_complete = on_field,
    .on_headers_complete = on_headers_complete,
    .on_chunk_header = on_chunk_header,
    .on_chunk_complete = on_chunk_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

/* ---- life ----------------------------------------------------------------------------------------------------------------- */

struct framing *framing_open(void)
{
    return mem_alloc(sizeof(struct framing));
}

void framing_close(struct framing *framing)
{
    mem_free(framing);
}

bool framing_is_complete(const struct framing *framing)
{
    return framing->stage == STAGE_COMPLETE;
}

bool framing_keeps_alive(const struct framing *framing)
{
    return framing->keeps_alive;
}

/* ---- feeding ---------------------------------------------------------------------------------------------------------------- */

static const struct refusal *feed(struct framing *framing, struct str bytes)
{
    llhttp_errno_t error = llhttp_execute(&framing->parser, bytes.ptr, bytes.len);
    if (error == HPE_OK) return NULL;
    if (framing->stage == STAGE_COMPLETE && llhttp_get_error_pos(&framing->parser) == bytes.ptr + bytes.len) return NULL;
    if (framing->is_over) return REFUSE(413, "The request's body is too long.");
    if (error == HPE_INVALID_METHOD) return REFUSE(501, "This server does not know the request's method.");
    const char *reason = llhttp_get_error_reason(&framing->parser);
    framing->refusal = (struct refusal){ 400, reason != NULL ? reason : llhttp_errno_name(error) };
    return &framing->refusal;
}

const struct refusal *framing_head(struct framing *framing, struct str head, const struct framing_expected *expected)
{
    *framing = (struct framing){ 0 };
    llhttp_init(&framing->parser, HTTP_REQUEST, &settings);
    framing->parser.data = framing;
    const struct refusal *refusal = feed(framing, head);
    if (refusal != NULL) return refusal;
    if (framing->stage == STAGE_HEAD || framing->field_count != expected->field_count ||
        framing->is_chunked != expected->is_chunked || framing->content_length != expected->content_length)
        return REFUSE(400, "The request's head can be read in two ways.");
    return NULL;
}

/* RFC 9110 section 6.5.1: a trailer never says how a message is framed or whom it is for. */
static const struct refusal *check_trailer(struct str content)
{
    struct str name, value;
    const struct refusal *refusal = grammar_field(content, &name, &value);
    if (refusal != NULL) return refusal;
    bool is_misplaced = str_eq_nocase(name, STR("content-length")) || str_eq_nocase(name, STR("transfer-encoding")) ||
                        str_eq_nocase(name, STR("host"));
    return is_misplaced ? REFUSE(400, "A trailer field belongs into the head.") : NULL;
}

/* *ignored is what stands in the line and means nothing here: a chunk's extensions, a trailer field. */
static const struct refusal *check_line(struct framing *framing, struct str line, size_t *ignored)
{
    struct str content;
    const struct refusal *refusal = grammar_line(line, &content);
    if (refusal != NULL) return refusal;
    if (framing->stage == STAGE_CHUNK_SIZE) {
        refusal = grammar_chunk_size(content, ignored);
    } else if (framing->stage == STAGE_TRAILER && content.len > 0) {
        refusal = check_trailer(content);
        *ignored = content.len;
    }
    framing->ignored_bytes += *ignored;
    if (refusal == NULL && framing->ignored_bytes > LIMIT_HTTP_HEAD_BYTES)
        refusal = REFUSE(431, "The request's chunk extensions and trailer fields are too long.");
    return refusal;
}

static const struct refusal *feed_line(struct framing *framing, struct str received, size_t *used)
{
    const char *lf = received.len > 0 ? memchr(received.ptr, '\n', received.len) : NULL;
    size_t len = lf != NULL ? (size_t)(lf - received.ptr) + 1 : received.len;
    if (framing->stage == STAGE_CHUNK_END && len > 2) return REFUSE(400, "A chunk is longer than its size.");
    if (len > CHUNK_LINE_BYTES_MAX) return REFUSE(400, "A line of the chunked body is too long.");
    if (lf == NULL) return NULL;
    struct str line = str_slice(received, 0, len);
    size_t ignored = 0;
    const struct refusal *refusal = check_line(framing, line, &ignored);
    if (refusal != NULL) return refusal;
    *used += len;
    if (framing->stage != STAGE_CHUNK_SIZE || ignored == 0) return feed(framing, line);
    refusal = feed(framing, str_slice(line, 0, len - ignored - 2));
    return refusal != NULL ? refusal : feed(framing, STR("\r\n"));
}

static const struct refusal *feed_data(struct framing *framing, struct str received, size_t *used)
{
    size_t len = received.len < framing->data_left ? received.len : (size_t)framing->data_left;
    framing->data_left -= len;
    *used += len;
    if (framing->data_left == 0 && framing->stage == STAGE_CHUNK_DATA) framing->stage = STAGE_CHUNK_END;
    return feed(framing, str_slice(received, 0, len));
}

const struct refusal *framing_body(struct framing *framing, struct str received, size_t *used, framing_data_fn *on_data,
                                   void *context)
{
    framing->on_data = on_data;
    framing->context = context;
    *used = 0;
    while (*used < received.len && framing->stage != STAGE_COMPLETE) {
        assert(framing->stage != STAGE_HEAD);
        size_t before = *used;
        struct str rest = str_slice(received, before, received.len);
        bool is_data = framing->stage == STAGE_FIXED || framing->stage == STAGE_CHUNK_DATA;
        const struct refusal *refusal = is_data ? feed_data(framing, rest, used) : feed_line(framing, rest, used);
        if (refusal != NULL) return refusal;
        if (*used == before) break; /* half a line */
    }
    return NULL;
}
