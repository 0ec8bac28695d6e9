/* migrate.c - the numbered files of sql/, which the build puts into the program (scripts/embed-sql.sh), applied in order.
 *
 * What was applied stands in schema_migration; the schema's number is the highest there. Files are only ever added: a file that
 * has been released is never changed, so nothing here compares texts. Going back is restoring the copy that was made before.
 */
#include "store/migrate.h"

#include <libgen.h>

#include "base/log.h"
#include "store/file.h"
#include "store/query.h"

static const char migration_table[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
                                      "number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

unsigned migrate_newest(const struct store_migration *table)
{
    unsigned newest = 0;
    for (const struct store_migration *m = table; m->name; m++) newest = m->number;
    return newest;
}

/* A statement has failed: the connection knows why. */
static enum status database_failed(struct db *db, enum status status, struct err *err)
{
    struct err why = { 0 };
    return db_take_fault(db, &why) ? err_set(err, status, "%s", why.detail)
                                   : err_set(err, status, "the database answered: %s", status_name(status));
}

static void take_number(struct query *q, struct arena *arena, void *row)
{
    (void)arena;
    unsigned *number = row;
    *number = (unsigned)take_int(q);
}

enum status migrate_have(struct db *db, unsigned *number, struct err *err)
{
    *number = 0;
    bool is_ours = false, has_tables = false;
    enum status status = db_has_table(db, "schema_migration", &is_ours, err);
    if (status == OK && !is_ours) status = db_has_table(db, NULL, &has_tables, err);
    if (status != OK) return status;
    if (has_tables) return err_set(err, E_INPUT, "the file holds another program's tables: name another file");
    if (!is_ours) return OK;
    struct store_tx tx = { .db = db };
    struct query q = query_start(&tx, SQL_MIGRATION_NEWEST);
    status = query_one(&q, take_number, NULL, number);
    return status == OK || status == E_NOT_FOUND ? OK : database_failed(db, status, err);
}

enum status migrate_known(const struct store_migration *table, unsigned have, const char *path, struct err *err)
{
    unsigned newest = migrate_newest(table);
    if (have <= newest) return OK;
    return err_set(err, E_INPUT,
                   "the database %s was written by a newer chatcrafter (schema %u, this program knows %u): use that version, or "
                   "restore an older copy",
                   path, have, newest);
}

/* FILE.schema-N.STAMP, in backup_dir or beside the file. */
static enum status copy_before(struct db *db, unsigned have, const char *path, const char *backup_dir, struct err *err)
{
    struct buf target, name;
    enum status status = file_beside(&name, path, "", err);
    if (status != OK) return status;
    buf_init(&target, FILE_PATH_MAX - 1);
    if (backup_dir)
        buf_fmt(&target, "%s/%s", backup_dir, basename(name.data)); /* may write into the name */
    else
        buf_lit(&target, path);
    buf_fmt(&target, ".schema-%u.", have);
    file_stamp(&target, db_now(db));
    status = buf_ok(&target) ? db_copy(db, target.data, err)
                             : err_set(err, E_INPUT, "the path of the copy is over %d bytes", FILE_PATH_MAX);
    if (status == OK) log_info("copied the database before changing its schema", LOG_STR("copy", buf_view(&target)));
    buf_clear(&target);
    buf_clear(&name);
    return status;
}

static enum status record(struct db *db, const struct store_migration *migration, struct err *err)
{
    struct store_tx tx = { .db = db, .may_write = true };
    struct query q = query_start(&tx, SQL_MIGRATION_INSERT);
    put_int(&q, migration->number);
    put_text(&q, str_from(migration->name));
    put_int(&q, db_now(db));
    enum status status = query_write(&q, NULL);
    return status == OK ? OK : database_failed(db, status, err);
}

static enum status apply_in_transaction(struct db *db, const struct store_migration *migration, struct err *err)
{
    enum status status = db_script(db, migration_table, err);
    if (status == OK) status = db_script(db, migration->sql, err);
    if (status == OK) status = record(db, migration, err);
    return status;
}

static enum status apply(struct db *db, const struct store_migration *migration, struct err *err)
{
    struct err why = { 0 };
    enum status status = db_begin(db, true);
    if (status != OK) return database_failed(db, status, err);
    status = apply_in_transaction(db, migration, &why);
    if (status != OK)
        db_rollback(db);
    else if ((status = db_commit(db)) != OK)
        status = database_failed(db, status, &why);
    if (status != OK)
        return err_set(err, status, "schema change %u (%s) failed, nothing was changed: %s", migration->number, migration->name,
                       why.detail);
    log_info("changed the schema", LOG_INT("number", migration->number), LOG_STR("name", str_from(migration->name)));
    return OK;
}

enum status migrate_run(struct db *db, const struct store_migration *table, const char *path, const char *backup_dir,
                        struct err *err)
{
    unsigned have = 0;
    enum status status = migrate_have(db, &have, err);
    if (status == OK) status = migrate_known(table, have, path, err);
    if (status == OK && have > 0 && have < migrate_newest(table)) status = copy_before(db, have, path, backup_dir, err);
    for (const struct store_migration *m = table; status == OK && m->name; m++)
        if (m->number > have) status = apply(db, m, err);
    return status;
}
