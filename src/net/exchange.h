/* exchange.h - what a request is made of inside this room. The calls of server.h on it are in exchange.c. */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include "net/server.h"

struct http_connection;
struct local_answer; /* exchange_local.c */
void local_reply(struct http_exchange *, const struct http_answer *);

enum exchange_state {
    EXCHANGE_ARRIVING, /* no handler has seen it */
    EXCHANGE_OPEN,     /* a handler owes the answer */
    EXCHANGE_STREAMING /* the head is out */
};

struct http_exchange {
    struct arena arena; /* holds this struct too: a request costs one heap block */
    struct http_request request;
    enum exchange_state state;
    struct http_connection *connection; /* NULL: local, or the client has gone */
    struct local_answer *local;         /* NULL unless made by http_exchange_local */
    bool is_http10, keeps_alive;
    char *body; /* grows in the arena */
    size_t body_capacity;
    loop_fn *on_gone;
    void *gone_context;
};

struct http_exchange *exchange_open(void); /* returns new */
void exchange_free(struct http_exchange *);

/* Appends to the body; false when it would pass body_bytes_max. */
bool exchange_add_body(struct http_exchange *, struct str bytes, size_t body_bytes_max);
/* The connection has ended: tells who wanted to know. The exchange stays until its handler answers it. */
void exchange_gone(struct http_exchange *);
/* The server ends a stream because it stops. */
void exchange_end_stream(struct http_exchange *);

/* exchange_local.c */
void local_reply(struct http_exchange *, const struct http_answer *);
void local_begin(struct http_exchange *, const struct http_answer *head);
bool local_write(struct http_exchange *, struct str bytes);
void local_finish(struct http_exchange *);

#endif
