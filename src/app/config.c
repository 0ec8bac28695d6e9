/* config.c - see config.h. Values are strings until the end; each is set once, by the strongest source that names it. */
#include "app/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 * 1024 };

enum key_type { KEY_TEXT, KEY_NUMBER, KEY_SWITCH, KEY_RANGES, KEY_RESOLVE };

struct key {
    const char *name; /* in the file; the flag has '-' for '_' and '.', the environment upper case and '_' */
    const char *flag; /* NULL: not a flag */
    enum key_type type;
    size_t offset;
    const char *fallback; /* {data} stands for the data directory */
};

#define FIELD(name) offsetof(struct config, name)

static const struct key keys[] = {
    { "listen", "listen", KEY_TEXT, FIELD(listen), "127.0.0.1:8080" },
    { "database", "database", KEY_TEXT, FIELD(database), "{data}/chatcrafter.db" },
    { "key_file", "key-file", KEY_TEXT, FIELD(key_file), "{data}/master.key" },
    { "socket", NULL, KEY_TEXT, FIELD(socket), "{data}/chatcrafter.sock" },
    { "public_url", "public-url", KEY_TEXT, FIELD(public_url), "" },
    { "trusted_proxies", NULL, KEY_RANGES, FIELD(trusted_proxies), "" },
    { "user", "user", KEY_TEXT, FIELD(user), "" },
    { "tls.ca_file", NULL, KEY_TEXT, FIELD(ca_file), "" },
    { "https_proxy", NULL, KEY_TEXT, FIELD(proxy), "" },
    { "webhook.allow_private", "allow-private-webhooks", KEY_SWITCH, FIELD(allow_private_webhooks), "no" },
    { "log.level", "log-level", KEY_TEXT, FIELD(log_level), "info" },
    { "log.format", NULL, KEY_TEXT, FIELD(log_format), "auto" },
    { "limits.head_bytes", NULL, KEY_NUMBER, FIELD(limit_head_bytes), "0" },
    { "limits.body_bytes", NULL, KEY_NUMBER, FIELD(limit_body_bytes), "0" },
    { "limits.read_ms", NULL, KEY_NUMBER, FIELD(limit_read_ms), "0" },
    { "limits.idle_ms", NULL, KEY_NUMBER, FIELD(limit_idle_ms), "0" },
    { "limits.connections", NULL, KEY_NUMBER, FIELD(limit_connections), "0" },
    { "limits.connections_per_peer", NULL, KEY_NUMBER, FIELD(limit_connections_per_peer), "0" },
    { "providers.allow_private", "allow-private-providers", KEY_SWITCH, FIELD(allow_private_providers), "no" },
    { "zendesk_resolve", "zendesk-resolve", KEY_RESOLVE, 0, NULL },
};

enum { KEY_COUNT = sizeof keys / sizeof *keys };

const struct option config_options[] = {
    { "listen", "ADDR:PORT", "where to listen; default 127.0.0.1:8080" },
    { "database", "URL", "the database; default DATA/chatcrafter.db" },
    { "config", "FILE", "configuration file; default DATA/chatcrafter.conf, then /etc/chatcrafter/chatcrafter.conf" },
    { "key-file", "FILE", "the master key that seals secrets; made at the first start; default DATA/master.key" },
    { "public-url", "URL", "the address people open, when a proxy stands in front" },
    { "user", "NAME", "become this user after binding; needed for root beyond loopback" },
    { "allow-private-webhooks", NULL, "webhooks may go to plain http and to private addresses" },
    { "log-level", "LEVEL", "debug, info, warn or error; default info" },
    { "allow-private-providers", NULL,
      "model providers may stand at private addresses and be called by http, such as Ollama here" },
    { "zendesk-resolve", "SUBDOMAIN=URL", "send this account's calls to URL, such as a practice Zendesk; repeatable" },
    { NULL, NULL, NULL },
};

/* "{data}/x" with the data directory in its place. */
static const char *expand(const char *text, const char *data, struct arena *arena)
{
    if (strncmp(text, "{data}", 6) != 0) return text;
    return arena_fmt(arena, "%s%s", data, text + 6).ptr;
}

static bool is_base_url(struct str url)
{
    return (str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) && !str_ends(url, STR("/"));
}

static enum status add_resolve(struct config *config, struct str value, const char *source, struct arena *arena, struct err *err)
{
    struct str rest = value, subdomain;
    if (!str_split(&rest, '=', &subdomain) || !rest.ptr || subdomain.len == 0 || !is_base_url(rest))
        return err_set(err, E_INPUT,
                       "%s: zendesk_resolve is SUBDOMAIN=URL, such as practice=http://127.0.0.1:8081; it was \"%.*s\".", source,
                       STR_ARG(value));
    for (size_t i = 0; i < config->resolve_count; i++)
        if (str_eq(config->resolve[i].subdomain, subdomain)) return OK; /* a stronger source has named it */
    if (config->resolve_count == CONFIG_RESOLVE_MAX)
        return err_set(err, E_LIMIT, "%s: more than %d zendesk_resolve.", source, CONFIG_RESOLVE_MAX);
    config->resolve[config->resolve_count++] = (struct egress_resolve){ arena_str(arena, subdomain), arena_str(arena, rest) };
    return OK;
}

/* Sets a key that no stronger source has set. */
static enum status set(struct config *config, bool *is_set, const struct key *key, struct str value, const char *source,
                       struct arena *arena, struct err *err)
{
    if (key->type == KEY_RESOLVE) return add_resolve(config, value, source, arena, err);
    if (*is_set) return OK;
    *is_set = true;
    if (key->type == KEY_TEXT) {
        *(const char **)((char *)config + key->offset) = arena_cstr(arena, value);
        return OK;
    }
    if (key->type == KEY_RANGES) {
        struct err why = { 0 };
        enum status status = ranges_parse(value, (struct ranges *)((char *)config + key->offset), &why);
        return status ? err_set(err, status, "%s: %s: %s.", source, key->name, why.detail) : OK;
    }
    if (key->type == KEY_SWITCH) {
        bool is_yes = str_eq_nocase(value, STR("yes"));
        if (!is_yes && !str_eq_nocase(value, STR("no")))
            return err_set(err, E_INPUT, "%s: %s is yes or no; it was \"%.*s\".", source, key->name, STR_ARG(value));
        *(bool *)((char *)config + key->offset) = is_yes;
        return OK;
    }
    int64_t number;
    if (!str_to_i64(value, &number) || number < 0)
        return err_set(err, E_INPUT, "%s: %s is a number; it was \"%.*s\".", source, key->name, STR_ARG(value));
    *(int64_t *)((char *)config + key->offset) = number;
    return OK;
}

static enum status resolve_flags(struct config *config, const struct args *args, struct arena *arena, struct err *err)
{
    const char *value;
    enum status status = OK;
    for (size_t n = 0; status == OK && (value = args_nth(args, "zendesk-resolve", n)); n++)
        status = add_resolve(config, str_from(value), "--zendesk-resolve", arena, err);
    return status;
}

/* Of a flag that is given twice the last one counts; only --zendesk-resolve is repeatable. */
static enum status from_flags(struct config *config, bool *is_set, const struct args *args, struct arena *arena, struct err *err)
{
    for (size_t k = 0; k < KEY_COUNT; k++) {
        if (!keys[k].flag || keys[k].type == KEY_RESOLVE || !args_has(args, keys[k].flag)) continue;
        const char *source = arena_fmt(arena, "--%s", keys[k].flag).ptr;
        struct str value = keys[k].type == KEY_SWITCH ? STR("yes") : str_from(args_get(args, keys[k].flag));
        enum status status = set(config, &is_set[k], &keys[k], value, source, arena, err);
        if (status) return status;
    }
    return resolve_flags(config, args, arena, err);
}

static const char *environment_name(const char *key, struct arena *arena)
{
    struct str name = arena_fmt(arena, "CHATCRAFTER_%s", key);
    char *text = arena_cstr(arena, name);
    for (char *c = text; *c; c++) *c = *c == '.' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    return text;
}

/* CHATCRAFTER_ZENDESK_RESOLVE may hold several, separated by blanks. */
static enum status from_environment(struct config *config, bool *is_set, struct arena *arena, struct err *err)
{
    for (size_t k = 0; k < KEY_COUNT; k++) {
        const char *name = environment_name(keys[k].name, arena), *value = getenv(name);
        if (!value || !*value) continue;
        struct str rest = str_from(value), piece;
        if (keys[k].type != KEY_RESOLVE) {
            enum status status = set(config, &is_set[k], &keys[k], rest, name, arena, err);
            if (status) return status;
            continue;
        }
        while (str_split(&rest, ' ', &piece)) {
            if (piece.len == 0) continue;
            enum status status = set(config, &is_set[k], &keys[k], piece, name, arena, err);
            if (status) return status;
        }
    }
    return OK;
}

static enum status unknown_key(const char *path, unsigned line, struct str name, struct arena *arena, struct err *err)
{
    const char *names[KEY_COUNT];
    for (size_t k = 0; k < KEY_COUNT; k++) names[k] = keys[k].name;
    if (str_starts(name, STR("tls.")))
        return err_set(err, E_INPUT,
                       "%s line %u: there is no key %.*s: the server does not speak TLS itself. Put a TLS proxy in front and set "
                       "public_url and trusted_proxies.",
                       path, line, STR_ARG(name));
    const char *near = nearest(arena_cstr(arena, name), names, KEY_COUNT);
    if (near)
        return err_set(err, E_INPUT, "%s line %u: there is no key %.*s. The nearest is %s.", path, line, STR_ARG(name), near);
    return err_set(err, E_INPUT, "%s line %u: there is no key %.*s.", path, line, STR_ARG(name));
}

static enum status take_line(struct config *config, bool *is_set, const char *path, unsigned number, struct str line,
                             struct arena *arena, struct err *err)
{
    line = str_trim(line);
    if (line.len == 0 || line.ptr[0] == '#') return OK;
    struct str rest = line, name;
    if (!str_split(&rest, '=', &name) || !rest.ptr)
        return err_set(err, E_INPUT, "%s line %u: a line is KEY = VALUE.", path, number);
    name = str_trim(name);
    const char *source = arena_fmt(arena, "%s line %u", path, number).ptr;
    for (size_t k = 0; k < KEY_COUNT; k++)
        if (str_eq(str_from(keys[k].name), name)) return set(config, &is_set[k], &keys[k], str_trim(rest), source, arena, err);
    return unknown_key(path, number, name, arena, err);
}

static enum status from_file(struct config *config, bool *is_set, const char *path, bool required, bool *found,
                             struct arena *arena, struct err *err)
{
    FILE *file = fopen(path, "re");
    *found = file != NULL;
    if (!file) {
        if (!required && errno == ENOENT) return OK;
        return err_set(err, E_INPUT, "The configuration file %s cannot be read: %s.", path, strerror(errno));
    }
    char *text = arena_alloc(arena, FILE_BYTES_MAX);
    size_t len = fread(text, 1, FILE_BYTES_MAX, file);
    int reason = ferror(file) ? errno : 0;
    fclose(file);
    if (reason) return err_set(err, E_INPUT, "The configuration file %s cannot be read: %s.", path, strerror(reason));
    if (len == FILE_BYTES_MAX) return err_set(err, E_LIMIT, "The configuration file %s is over %d bytes.", path, FILE_BYTES_MAX);
    struct str rest = { text, len }, line;
    enum status status = OK;
    for (unsigned number = 1; status == OK && str_split(&rest, '\n', &line); number++)
        status = take_line(config, is_set, path, number, line, arena, err);
    return status;
}

static enum status from_files(struct config *config, bool *is_set, const struct args *args, struct arena *arena, struct err *err)
{
    bool found;
    const char *named = args_get(args, "config");
    if (!named) named = getenv("CHATCRAFTER_CONFIG");
    if (named) return from_file(config, is_set, named, true, &found, arena, err);
    enum status status =
        from_file(config, is_set, expand("{data}/chatcrafter.conf", config->data, arena), false, &found, arena, err);
    if (status || found) return status;
    return from_file(config, is_set, "/etc/chatcrafter/chatcrafter.conf", false, &found, arena, err);
}

const char *config_data_directory(const struct args *args)
{
    const char *data = args_get(args, "data");
    if (!data) data = getenv("CHATCRAFTER_DATA");
    return data ? data : "./data";
}

const char *config_database_file(const struct config *config)
{
    static const char scheme[] = "sqlite:";
    bool has_scheme = strncmp(config->database, scheme, sizeof scheme - 1) == 0;
    return config->database + (has_scheme ? sizeof scheme - 1 : 0);
}

/* systemd's LoadCredential=master.key: a key that is there and is not to be made. */
static enum status from_credential(struct config *config, bool *is_set, struct arena *arena, struct err *err)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t k = 0;
    if (!folder) return OK;
    while (strcmp(keys[k].name, "key_file") != 0) k++;
    const char *path = arena_fmt(arena, "%s/master.key", folder).ptr;
    return access(path, F_OK) == 0 ? set(config, &is_set[k], &keys[k], str_from(path), "credential", arena, err) : OK;
}

enum status config_load(struct config *config, const struct args *args, struct arena *arena, struct err *err)
{
    bool is_set[KEY_COUNT] = { false };
    *config = (struct config){ .data = config_data_directory(args) };
    enum status status = from_flags(config, is_set, args, arena, err);
    if (status == OK) status = from_environment(config, is_set, arena, err);
    if (status == OK) status = from_files(config, is_set, args, arena, err);
    if (status == OK) status = from_credential(config, is_set, arena, err);
    for (size_t k = 0; status == OK && k < KEY_COUNT; k++)
        if (keys[k].fallback)
            status =
                set(config, &is_set[k], &keys[k], str_from(expand(keys[k].fallback, config->data, arena)), "default", arena, err);
    return status;
}
