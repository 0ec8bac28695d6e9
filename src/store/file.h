/* file.h - what store does with files beside the database: the lock, private files, and getting names onto the disk. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "base/buf.h"
#include "base/err.h"

enum { FILE_PATH_MAX = 4096 };

/* The file of "sqlite:PATH" or a bare path, borrowed from url. E_INPUT: another kind of database, or a name that SQLite would
 * read as something else. */
enum status file_of_url(const char *url, const char **path, struct err *) must_check;

/* Holds PATH.lock until file_unlock, in the name of process `owner` (0: this one), or until the kernel releases it with the process. E_CONFLICT: "already in
 * use by process N". */
enum status file_lock(const char *path, pid_t owner, int *lock, struct err *) must_check;
void file_unlock(int lock);

bool file_exists(const char *path);
/* An empty file that only this user may read (mode 0600). E_CONFLICT when there is one. */
enum status file_create(const char *path, struct err *) must_check;
/* Content and name are on the disk after this. */
enum status file_sync(const char *path, struct err *) must_check;
/* Only the name: after a rename, link or unlink in the folder that holds path. */
enum status file_sync_folder(const char *path, struct err *) must_check;

/* path + suffix. Cleared by the caller; checked here against FILE_PATH_MAX. */
enum status file_beside(struct buf *out, const char *path, const char *suffix, struct err *) must_check;
/* "20261122T150405.123Z", for names of copies: to the millisecond, as a start that was killed is followed by the next at once. */
void file_stamp(struct buf *out, int64_t at_ms);

/* ---- a file that appears whole: filled under the name PATH.part, which a death in the middle leaves for the next to empty ---- */

struct file_part {
    struct buf name;  /* what is to be written, NUL-terminated */
    const char *path; /* borrowed: what it will be */
    int fd;           /* holds the lock that keeps a second writer out */
};

/* Empty and of mode 0600. E_CONFLICT: PATH exists, or another process is writing it. Ended by one of the two below. */
enum status file_part_open(struct file_part *, const char *path, struct err *) must_check;
/* Syncs it and gives it its name. E_CONFLICT: meanwhile there is one. */
enum status file_part_finish(struct file_part *, struct err *) must_check;
void file_part_drop(struct file_part *);

#endif
