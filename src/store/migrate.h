/* migrate.h - brings a database to the newest schema. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/driver.h"
#include "store/store.h"

/* The number of the schema: 0 for an empty database. E_INPUT: the tables are another program's. */
enum status migrate_have(struct db *, unsigned *number, struct err *) must_check;
unsigned migrate_newest(const struct store_migration *table);
/* OK when the table reaches the schema, E_INPUT with what to do when the database is newer. */
enum status migrate_known(const struct store_migration *table, unsigned have, const char *path, struct err *) must_check;

/* Applies what is missing, each migration in a transaction of its own. A database that holds something is copied first, into
 * backup_dir or, with NULL, beside `path`. */
enum status migrate_run(struct db *, const struct store_migration *table, const char *path, const char *backup_dir,
                        struct err *) must_check;

#endif
