/* cmd_upkeep.c - backup, restore, migrate: the database as a file, with or without a server. */
#include "app/commands.h"
#include "app/config.h"
#include "base/json.h"
#include "base/limits.h"
#include "net/loop.h"
#include "store/store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int failed(const struct err *err)
{
    fprintf(stderr, "%s\n", err->detail);
    return err->status == E_NOT_FOUND ? EXIT_NOT_FOUND : err->status == E_CONFLICT ? EXIT_UNAVAILABLE : EXIT_FAILED;
}

static int config_failed(const struct err *err)
{
    fprintf(stderr, "%s\n", err->detail);
    return EXIT_CONFIG;
}

/* One member, as --json prints it. */
static void print_json(const char *name, const char *path)
{
    struct buf text;
    struct jw jw;
    buf_init(&text, LIMIT_JSON_BYTES);
    jw_init(&jw, &text);
    jw_object(&jw);
    jw_kv_str(&jw, name, str_from(path));
    jw_end_object(&jw);
    printf("%.*s\n", STR_ARG(buf_view(&text)));
    buf_clear(&text);
}

/* To the named file, or to one of its own in DATA/backups. NULL: *err says why not. */
static const char *back_up(const struct config *config, const char *target, struct arena *arena, struct err *err)
{
    if (target) return store_backup(config->database, target, err) == OK ? target : NULL;
    const char *folder = arena_fmt(arena, "%s/backups", config->data).ptr, *made;
    return store_backup_into(config->database, folder, loop_wall_ms(), arena, &made, err) == OK ? made : NULL;
}

static int no_database(const struct config *config)
{
    struct stat st;
    bool has_folder = stat(config->data, &st) == 0;
    fprintf(stderr, "There is no database %s%s%s.\nName the data directory that the server uses: --data DIR\n", config->database,
            has_folder ? "" : ", and no data directory ", has_folder ? "" : config->data);
    return EXIT_NOT_FOUND;
}

/* A copy is not put where nobody made a place for it: a mistyped folder would be found on the day of the restore. */
static bool has_folder(const char *target)
{
    struct stat st;
    const char *slash = strrchr(target, '/');
    int len = slash ? (int)(slash - target) : 0;
    char folder[PATH_MAX];
    if (len == 0 || len >= PATH_MAX) return true;
    snprintf(folder, sizeof folder, "%.*s", len, target);
    if (stat(folder, &st) == 0) return true;
    fprintf(stderr, "There is no folder %s for the copy.\nMake it first: mkdir -p %s\n", folder, folder);
    return false;
}

int cmd_backup(struct args *args)
{
    struct config config;
    struct err err = { 0 };
    unsigned have, newest;
    const char *to = args_get(args, "to");
    if (config_load(&config, args, args->arena, &err)) return config_failed(&err);
    if (store_schema(config.database, &have, &newest, &err)) return failed(&err);
    if (have == 0) return no_database(&config);
    if (to && !has_folder(to)) return EXIT_NOT_FOUND;
    const char *target = back_up(&config, to, args->arena, &err);
    if (!target) return failed(&err);
    if (args_has(args, "json"))
        print_json("backup", target);
    else
        printf("%s\n", target);
    fprintf(stderr, "The copy is whole and synced. The master key is not in it: keep a copy of %s elsewhere.\n", config.key_file);
    return EXIT_OK;
}

int cmd_restore(struct args *args)
{
    struct config config;
    struct err err = { 0 };
    const char *source = args_get(args, "from");
    if (!source) return args_usage(args, "--from is missing: the backup.");
    if (config_load(&config, args, args->arena, &err)) return config_failed(&err);
    if (mkdir(config.data, 0700) && errno != EEXIST) {
        fprintf(stderr, "The data directory %s cannot be made: %s.\n", config.data, strerror(errno));
        return EXIT_FAILED;
    }
    if (store_restore(config.database, source, &err)) return failed(&err);
    if (args_has(args, "json")) print_json("restored", source);
    fprintf(stderr, "Restored from %s. The database that was there is kept beside it.\n", source);
    return EXIT_OK;
}

static int migrate(const struct config *config, unsigned have, unsigned newest)
{
    struct err err = { 0 };
    struct store *store = store_open(&(struct store_options){ .url = config->database }, &err);
    if (!store) return failed(&err);
    store_close(store);
    fprintf(stderr, "The schema went from %u to %u.\n", have, newest);
    return EXIT_OK;
}

int cmd_migrate(struct args *args)
{
    struct config config;
    struct err err = { 0 };
    unsigned have, newest;
    if (config_load(&config, args, args->arena, &err)) return config_failed(&err);
    if (store_schema(config.database, &have, &newest, &err)) return failed(&err);
    if (args_has(args, "json")) printf("{\"have\":%u,\"newest\":%u}\n", have, newest);
    if (have == newest) {
        fprintf(stderr, "Nothing to do: the schema is %u, the newest.\n", have);
        return EXIT_OK;
    }
    if (!args_has(args, "dry-run")) return migrate(&config, have, newest);
    for (const struct store_migration *m = store_migrations; m->name; m++)
        if (m->number > have) fprintf(stderr, "Would apply %u, %s.\n", m->number, m->name);
    fprintf(stderr, "Nothing was changed. A copy of the file is made before the first one.\n");
    return EXIT_OK;
}
