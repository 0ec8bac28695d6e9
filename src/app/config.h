/* config.h - what an operator sets: flags, then the environment (CHATCRAFTER_LISTEN), then the file ("listen = 127.0.0.1:8080").
 *
 * One table of keys (config.c) makes all three and `--help`. An empty variable counts as not set. An unknown key in the file is an error that names the line and the nearest key.
 * The file is --config, else DATA/chatcrafter.conf, else /etc/chatcrafter/chatcrafter.conf; only one named by --config has to exist.
 */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include "app/args.h"
#include "egress/egress.h"
#include "net/ranges.h"

enum { CONFIG_RESOLVE_MAX = 32 };

struct config {
    const char *data;              /* the data directory */
    const char *listen;            /* "127.0.0.1:8080" */
    const char *database;          /* DATA/chatcrafter.db */
    const char *key_file;          /* DATA/master.key */
    const char *socket;            /* DATA/chatcrafter.sock */
    const char *public_url;        /* "" unless set */
    struct ranges trusted_proxies; /* whose X-Forwarded-For and -Proto count */
    const char *user;              /* "" unless set: whom to become after binding */
    const char *ca_file, *proxy;   /* "" unless set */
    bool allow_private_webhooks;   /* webhooks may go to plain http and to private addresses */
    const char *log_level;         /* debug, info, warn, error */
    const char *log_format;        /* auto, json, text */
    int64_t limit_head_bytes, limit_body_bytes, limit_read_ms, limit_idle_ms, limit_connections,
        limit_connections_per_peer; /* 0: the built-in one */
    bool allow_private_providers;
    struct egress_resolve resolve[CONFIG_RESOLVE_MAX];
    size_t resolve_count;
};

/* Strings are in the arena. */
enum status config_load(struct config *, const struct args *, struct arena *, struct err *) must_check;
/* The path in `database`, which may have "sqlite:" before it. */
const char *config_database_file(const struct config *);
/* --data, CHATCRAFTER_DATA, ./data. */
const char *config_data_directory(const struct args *);
/* Options that every command with a `config` takes: --listen, --database and so on. */
extern const struct option config_options[];

#endif
