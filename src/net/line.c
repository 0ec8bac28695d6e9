/* line.c - messages of known length over a stream socket, by libuv; and the same, waiting, without it.
 *
 * A stream and not SOCK_SEQPACKET: that one keeps the borders of messages for us, but takes none that is longer than the socket's buffer, and an answer of Zendesk may have 8 MiB.
 * Bytes come in through one buffer of the line; the message that is not whole yet is kept in another, which is given back once it has held a large one.
 */
#include "net/line.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/loop_uv.h"

enum { HEAD_BYTES = 4, READ_BYTES = 64 * 1024, KEPT_BYTES = 128 * 1024 };

struct line {
    uv_pipe_t pipe;
    struct line_options options;
    struct buf partial; /* the message that is coming in, with its head */
    unsigned sending;   /* writes that libuv has not finished */
    bool is_delivering, is_closing, is_closed;
    char input[READ_BYTES];
};

struct sending {
    uv_write_t uv;
    struct line *line;
    char bytes[];
};

/* ---- heads ---------------------------------------------------------------------------------------------------------------- */

static void write_head(unsigned char head[HEAD_BYTES], size_t length)
{
    for (int i = 0; i < HEAD_BYTES; i++) head[i] = (unsigned char)(length >> (8 * i));
}

static size_t read_head(const char *bytes)
{
    size_t length = 0;
    for (int i = HEAD_BYTES - 1; i >= 0; i--) length = length << 8 | (unsigned char)bytes[i];
    return length;
}

/* ---- life ----------------------------------------------------------------------------------------------------------------- */

/* Freed when libuv has let go of the handle and nobody of ours is inside of a callback with it. */
static void free_if_done(struct line *line)
{
    if (!line->is_closed || line->is_delivering) return;
    buf_clear(&line->partial);
    mem_free(line);
}

static void on_closed(uv_handle_t *handle)
{
    struct line *line = handle->data;
    line->is_closed = true;
    free_if_done(line);
}

void line_close(struct line *line)
{
    if (line == NULL || line->is_closing) return;
    line->is_closing = true;
    uv_close((uv_handle_t *)&line->pipe, on_closed);
}

static void end(struct line *line)
{
    uv_read_stop((uv_stream_t *)&line->pipe);
    line->is_delivering = true;
    line->options.on_end(line->options.context);
    line->is_delivering = false;
    free_if_done(line);
}

/* ---- coming in ------------------------------------------------------------------------------------------------------------ */

/* Hands over what is whole. False when the other end broke the rules. */
static bool deliver(struct line *line)
{
    struct str rest = buf_view(&line->partial);
    bool is_sound = true;
    while (!line->is_closing && rest.len >= HEAD_BYTES) {
        size_t length = read_head(rest.ptr);
        is_sound = length <= line->options.message_bytes;
        if (!is_sound || rest.len - HEAD_BYTES < length) break;
        line->options.on_message(line->options.context, str_slice(rest, HEAD_BYTES, HEAD_BYTES + length));
        rest = str_slice(rest, HEAD_BYTES + length, rest.len);
    }
    if (!line->is_closing) buf_drop_front(&line->partial, line->partial.len - rest.len);
    if (line->partial.len == 0 && line->partial.cap > KEPT_BYTES) buf_clear(&line->partial);
    return is_sound;
}

/* Never more than one message and one read: the ceiling of `partial`. */
static void take(struct line *line, struct str bytes)
{
    buf_str(&line->partial, bytes);
    line->is_delivering = true;
    bool is_sound = buf_ok(&line->partial) && deliver(line);
    line->is_delivering = false;
    if (!is_sound && !line->is_closing)
        end(line);
    else
        free_if_done(line);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
    struct line *line = handle->data;
    (void)suggested;
    *room = uv_buf_init(line->input, sizeof line->input);
}

static void on_bytes(uv_stream_t *stream, ssize_t count, const uv_buf_t *room)
{
    struct line *line = stream->data;
    if (count > 0)
        take(line, (struct str){ room->base, (size_t)count });
    else if (count < 0 && !line->is_closing)
        end(line);
}

/* ---- going out ------------------------------------------------------------------------------------------------------------ */

/* A failed write is told by the read that fails as well. */
static void on_sent(uv_write_t *uv, int result)
{
    struct sending *sending = (struct sending *)uv;
    (void)result;
    sending->line->sending--;
    mem_free(sending);
}

void line_send(struct line *line, struct str message)
{
    unsigned char head[HEAD_BYTES];
    assert(message.len <= line->options.message_bytes);
    if (line->is_closing) return;
    write_head(head, message.len);
    uv_buf_t parts[] = { uv_buf_init((char *)head, HEAD_BYTES), { .len = message.len } };
    memcpy(&parts[1].base, &message.ptr, sizeof message.ptr); /* libuv has no buffer of const bytes */
    uv_stream_t *stream = (uv_stream_t *)&line->pipe;
    int written = line->sending == 0 ? uv_try_write(stream, parts, 2) : 0;
    size_t done = written > 0 ? (size_t)written : 0, all = HEAD_BYTES + message.len;
    if (done == all || (written < 0 && written != UV_EAGAIN)) return;
    struct sending *sending = mem_alloc(sizeof *sending + all);
    memcpy(sending->bytes, head, HEAD_BYTES);
    if (message.len > 0) memcpy(sending->bytes + HEAD_BYTES, message.ptr, message.len);
    sending->line = line;
    uv_buf_t rest = uv_buf_init(sending->bytes + done, (unsigned)(all - done));
    if (uv_write(&sending->uv, stream, &rest, 1, on_sent) == 0)
        line->sending++;
    else
        mem_free(sending);
}

struct line *line_open(struct loop *loop, int fd, const struct line_options *options)
{
    struct line *line = mem_alloc(sizeof *line);
    line->options = *options;
    buf_init(&line->partial, HEAD_BYTES + options->message_bytes + READ_BYTES);
    if (uv_pipe_init(loop_uv(loop), &line->pipe, 0) != 0) abort(); /* as in loop.c: nothing to go on with */
    line->pipe.data = line;
    if (uv_pipe_open(&line->pipe, fd) != 0 || uv_read_start((uv_stream_t *)&line->pipe, on_room, on_bytes) != 0) abort();
    return line;
}

bool line_pair(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
}

/* ---- waiting -------------------------------------------------------------------------------------------------------------- */

static enum status failure(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK ? E_TIMEOUT : E_UNAVAILABLE;
}

static enum status send_all(int fd, const void *bytes, size_t count)
{
    const char *at = bytes;
    while (count > 0) {
        ssize_t sent = send(fd, at, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return failure();
        at += sent;
        count -= (size_t)sent;
    }
    return OK;
}

static enum status receive_all(int fd, void *bytes, size_t count)
{
    char *at = bytes;
    while (count > 0) {
        ssize_t got = recv(fd, at, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure();
        if (got == 0) return E_UNAVAILABLE;
        at += got;
        count -= (size_t)got;
    }
    return OK;
}

enum status line_ask(int fd, struct str message, int64_t timeout_ms, struct buf *answer)
{
    const struct timeval limit = { .tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000 };
    unsigned char head[HEAD_BYTES];
    write_head(head, message.len);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit))
        return E_UNAVAILABLE;
    enum status status = send_all(fd, head, sizeof head);
    if (status == OK) status = send_all(fd, message.ptr, message.len);
    if (status == OK) status = receive_all(fd, head, sizeof head);
    size_t length = status == OK ? read_head((const char *)head) : 0;
    if (length > answer->max - answer->len) return E_LIMIT;
    char *bytes = mem_alloc(length + 1);
    if (status == OK) status = receive_all(fd, bytes, length);
    if (status == OK) buf_bytes(answer, bytes, length);
    explicit_bzero(bytes, length);
    mem_free(bytes);
    return status;
}
