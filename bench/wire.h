/* wire.h - the least HTTP/1.1 that the programs of the bench need: whole messages with a Content-Length over an epoll loop.
 *
 * Only for programs that know their peer: nothing here is fit for strangers. Running out of memory or of descriptors ends the program.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that came or wait to go. */
struct wire_bytes {
    char *ptr;
    size_t len, size;
};

/* One connection. `owner` and `tag` are the program's. */
struct wire {
    int fd;
    struct wire_bytes in, out;
    void *owner;
    int64_t tag;
};

/* A whole message within `in` of a connection, until wire_drop. */
struct wire_message {
    const char *head, *body; /* head: the first line; neither is terminated */
    size_t head_len, body_len, total;
};

void wire_append(struct wire_bytes *, const char *text, size_t len);
/* printf onto the bytes. */
void wire_print(struct wire_bytes *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A listening socket on 127.0.0.1; port 0 chooses one. Returns the descriptor, *port the port. */
int wire_listen(int *port);
struct wire *wire_accept(int listener, int epoll); /* NULL: nobody waits */
struct wire *wire_connect(int port, int epoll);
void wire_close(struct wire *);

/* Reads what there is. False: the peer has gone. */
bool wire_read(struct wire *);
/* Writes what `out` holds; the peers take what they are sent, so a full socket is waited for. */
void wire_flush(struct wire *);
/* The first whole message of `in`. False: more bytes are needed. */
bool wire_next(const struct wire *, struct wire_message *);
void wire_drop(struct wire *, const struct wire_message *);

/* The text between the quotes of the first `"name":"..."` in [at, at+len), escapes as they stand. Returns its length, SIZE_MAX without. */
size_t wire_text(const char *at, size_t len, const char *name, const char **text);
bool wire_has(const char *at, size_t len, const char *words);
int64_t wire_now_us(void); /* CLOCK_MONOTONIC */

#endif
