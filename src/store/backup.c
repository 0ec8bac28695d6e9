/* backup.c - store.h without a running store: the schema's number, copies, putting a copy back.
 *
 * Restoring never leaves a moment without a whole database under its name: the copy is made and checked beside it, the present
 * file gets a second name, then one rename puts the copy in place. The write-ahead log of the present file is folded in or moved
 * away before that, as SQLite would replay it into the copy. A restore raises the setting "install_generation": rows have gone
 * back in time, and who delivers requests must know (a request marked ready may have been sent).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/moment.h"
#include "store/file.h"
#include "store/migrate.h"
#include "store/query.h"

enum status store_schema(const char *url, unsigned *have, unsigned *newest, struct err *err)
{
    *have = 0;
    *newest = migrate_newest(store_migrations);
    const char *path;
    enum status status = file_of_url(url, &path, err);
    if (status != OK || !file_exists(path)) return status;
    struct db *db;
    status = db_open(path, DB_READ_ONLY, &db, err);
    if (status != OK) return status;
    status = migrate_have(db, have, err);
    db_close(db);
    return status;
}

enum status store_backup(const char *url, const char *target, struct err *err)
{
    const char *path;
    enum status status = file_of_url(url, &path, err);
    if (status != OK) return status;
    if (!file_exists(path)) return err_set(err, E_NOT_FOUND, "there is no database %s", path);
    struct db *db;
    status = db_open(path, DB_READ_ONLY, &db, err);
    if (status != OK) return status;
    status = db_copy(db, target, err);
    db_close(db);
    return status;
}

enum { BACKUPS_IN_A_SECOND_MAX = 100 };

enum status store_backup_into(const char *url, const char *folder, int64_t at_ms, struct arena *arena, const char **target,
                              struct err *err)
{
    char at[MOMENT_TEXT_MAX];
    struct str rest = str_from(moment_format(at_ms, false, at)), piece, name = STR_NONE;
    if (mkdir(folder, 0700) && errno != EEXIST) return err_set(err, E_IO, "%s cannot be made: %s", folder, strerror(errno));
    while (str_split(&rest, ':', &piece))
        name = arena_fmt(arena, "%.*s%.*s", STR_ARG(name), STR_ARG(piece)); /* no colons: other systems' file names */
    enum status status = E_CONFLICT;
    for (int number = 1; status == E_CONFLICT && number <= BACKUPS_IN_A_SECOND_MAX; number++) {
        const char *suffix = number == 1 ? "" : arena_fmt(arena, "-%d", number).ptr;
        *target = arena_fmt(arena, "%s/%.*s%s.db", folder, STR_ARG(name), suffix).ptr;
        status = store_backup(url, *target, err);
    }
    return status;
}

/* ---- restore ---- */

enum { GENERATION_DIGITS_MAX = 24 };

static void read_generation(struct store_tx *tx, int64_t *generation)
{
    struct arena arena;
    arena_init(&arena);
    struct str value;
    if (setting_get(tx, STR("install_generation"), &arena, &value) != OK || !str_to_i64(value, generation)) *generation = 0;
    arena_clear(&arena);
}

/* Of the database that is replaced; 0 when there is none or it cannot be read. */
static int64_t present_generation(const char *path)
{
    int64_t generation = 0;
    unsigned have = 0;
    struct db *db;
    if (!file_exists(path) || db_open(path, DB_READ_ONLY, &db, NULL) != OK) return 0;
    if (migrate_have(db, &have, NULL) == OK && have > 0) read_generation(&(struct store_tx){ .db = db }, &generation);
    db_close(db);
    return generation;
}

static enum status write_generation(struct db *db, int64_t at_least, struct err *err)
{
    enum status status = db_begin(db, true);
    if (status != OK) return err_set(err, status, "it cannot be written");
    struct store_tx tx = { .db = db, .may_write = true };
    int64_t generation;
    read_generation(&tx, &generation);
    if (generation < at_least) generation = at_least;
    char digits[GENERATION_DIGITS_MAX];
    (void)snprintf(digits, sizeof digits, "%lld", (long long)generation + 1);
    status = setting_put(&tx, STR("install_generation"), str_from(digits));
    if (status == OK)
        status = db_commit(db);
    else
        db_rollback(db);
    return status == OK ? OK : err_set(err, status, "it cannot be written");
}

/* Is the copy whole, ours, and of a schema this program knows? Then it gets its new generation. */
static enum status check_copy(const char *copy, int64_t generation, struct err *err)
{
    struct db *db;
    enum status status = db_open(copy, DB_READ_WRITE, &db, err);
    if (status != OK) return status;
    unsigned have = 0;
    status = db_verify(db, err);
    if (status == OK) status = migrate_have(db, &have, err);
    if (status == OK && have == 0) status = err_set(err, E_INPUT, "it is empty");
    if (status == OK) status = migrate_known(store_migrations, have, copy, err);
    if (status == OK) status = write_generation(db, generation, err);
    db_close(db);
    return status == OK ? file_sync(copy, err) : status;
}

/* What a restore that was killed has left: the log before its file, as a log without a file does no harm. */
static enum status remove_left(const char *copy, struct err *err)
{
    struct buf log;
    enum status status = file_beside(&log, copy, "-wal", err);
    if (status == OK && ((unlink(log.data) != 0 && errno != ENOENT) || (unlink(copy) != 0 && errno != ENOENT)))
        status = err_set(err, E_IO, "%s is in the way: %s", copy, strerror(errno));
    buf_clear(&log);
    return status;
}

static enum status make_copy(const char *source, const char *copy, int64_t generation, struct err *err)
{
    if (!file_exists(source)) return err_set(err, E_NOT_FOUND, "there is no file of that name");
    struct db *db;
    enum status status = remove_left(copy, err);
    if (status == OK) status = db_open(source, DB_READ_ONLY, &db, err);
    if (status != OK) return status;
    status = db_copy(db, copy, err);
    db_close(db);
    if (status == OK) status = check_copy(copy, generation, err);
    if (status != OK) (void)unlink(copy); /* may not be there */
    return status;
}

/* Folds the log into the file: opening and closing as the only user does that. A damaged file keeps its log, see move_log. */
static void fold_log(const char *path)
{
    struct db *db;
    if (db_open(path, DB_READ_WRITE, &db, NULL) != OK) return;
    db_checkpoint(db);
    db_close(db);
}

static enum status move_log(const char *path, const char *kept, struct err *err)
{
    struct buf from, to;
    enum status status = file_beside(&from, path, "-wal", err);
    if (status != OK) return status;
    status = file_beside(&to, kept, "-wal", err);
    if (status == OK && rename(from.data, to.data) != 0 && errno != ENOENT)
        status = err_set(err, E_IO, "%s cannot be moved: %s", from.data, strerror(errno));
    buf_clear(&from);
    buf_clear(&to);
    return status;
}

/* Gives the present file a second name. The log is moved away even when there is no file: it must not meet the new one. */
static enum status keep_as(const char *path, const char *kept, struct err *err)
{
    bool is_there = file_exists(path);
    if (is_there) fold_log(path);
    if (is_there && link(path, kept) != 0) return err_set(err, E_IO, "%s cannot be kept as %s: %s", path, kept, strerror(errno));
    enum status status = move_log(path, kept, err);
    if (status == OK && is_there) log_info("kept the database that is replaced", LOG_STR("file", str_from(kept)));
    return status;
}

static enum status keep_present(const char *path, struct err *err)
{
    struct buf kept;
    enum status status = file_beside(&kept, path, ".before-restore.", err);
    if (status != OK) return status;
    file_stamp(&kept, db_now(NULL));
    if (buf_ok(&kept))
        status = keep_as(path, kept.data, err);
    else
        status = err_set(err, E_INPUT, "the path of the kept file is over %d bytes", FILE_PATH_MAX);
    buf_clear(&kept);
    return status;
}

static enum status put_in_place(const char *copy, const char *path, struct err *err)
{
    enum status status = keep_present(path, err);
    if (status != OK) return status;
    if (rename(copy, path) != 0) return err_set(err, E_IO, "%s cannot be put in place: %s", copy, strerror(errno));
    return file_sync_folder(path, err);
}

static enum status restore_locked(const char *path, const char *source, struct err *err)
{
    struct err why = { 0 };
    struct buf copy;
    enum status status = file_beside(&copy, path, ".restoring", err);
    if (status != OK) return status;
    status = make_copy(source, copy.data, present_generation(path), &why);
    if (status != OK)
        (void)err_set(err, status, "%s cannot be restored, nothing was changed: %s", source, why.detail);
    else
        status = put_in_place(copy.data, path, err);
    buf_clear(&copy);
    return status;
}

enum status store_restore(const char *url, const char *source, struct err *err)
{
    const char *path;
    int lock;
    enum status status = file_of_url(url, &path, err);
    if (status == OK) status = file_lock(path, 0, &lock, err);
    if (status != OK) return status;
    status = restore_locked(path, source, err);
    file_unlock(lock);
    return status;
}
