/* web.h - the REST API, sign-in and permissions, and the console's files: everything behind one http_handler.
 *
 * Routes are one table (routes.def): method, pattern, handler, who may. A route without a rule does not compile. Handlers get a `struct web_call`
 * (call.h) and answer it once.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "flow/flow.h"
#include "net/server.h"

struct web;

/* One process of the server, and what holds it when it has been taken over: for GET /system. */
struct web_process {
    const char *name; /* "front", "egress" */
    bool calls, files, network;
};

struct web_options {
    struct loop *loop;
    struct store *store;
    struct flow *flow;
    const char *version;
    struct str
        public_url; /* "https://support.acme.com"; empty: what is listened on. Decides the cookie's Secure and the links that are printed */
    const struct ranges *trusted_proxies; /* whose X-Forwarded-For and -Proto count; copied; NULL: nobody's */
    const char *data_dir;                 /* whose free space /readyz watches, and where backups go; NULL: none */
    const char *database;                 /* what is backed up; NULL: nothing is */
    const struct web_process *processes;  /* borrowed, and read when it is asked for */
    size_t process_count;                 /* 0: one process does everything */
};

struct web *web_open(const struct web_options *); /* returns new */
/* No request is being worked on, nor for a client that has gone: what has to be true before the store and the room are closed. */
bool web_is_idle(const struct web *);
void web_close(struct web *);
http_handler web_handle; /* context: the struct web */
/* By its head, may its body be a file? */
bool web_takes_file(const struct http_request *);
/* Where the console can be opened: what links say that are made for a peer on the Unix socket, who names no host, when there is no public_url. Copied. */
void web_set_address(struct web *, struct str address);
/* While stopping /readyz says so, and new work gets 503 server-stopping. */
void web_set_stopping(struct web *);

/* First start: makes the workspace and its owner when there are none. *created says so. */
enum status web_bootstrap(struct store *, bool *created, struct err *) must_check;
/* A one-time sign-in link for the owner (15 minutes): "/sign-in#TOKEN". Waits for the store; for the start and for commands. */
enum status web_owner_link(struct store *, struct arena *, struct str *path, struct err *) must_check;

#endif
