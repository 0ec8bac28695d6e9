/* file.c - see file.h.
 *
 * The lock is flock(2) on a file of its own, never on the database: SQLite uses POSIX record locks there, which a process loses
 * as soon as it closes any descriptor of the same file. The kernel releases flock when the process dies, however it dies, so
 * there is no stale lock to clean up; the number in the file is only for the message.
 */
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/moment.h"

enum { PRIVATE_MODE = 0600, PID_TEXT_MAX = 24 };

enum status file_of_url(const char *url, const char **path, struct err *err)
{
    struct str text = str_from(url);
    struct str scheme = STR("sqlite:");
    if (str_starts(text, scheme)) url += scheme.len;
    *path = url;
    text = str_from(url);
    bool is_url = str_find(text, STR("://"), 0) != SIZE_MAX;
    if (is_url) return err_set(err, E_INPUT, "%s is not a database this program can use: give sqlite:PATH", url);
    if (text.len == 0 || text.ptr[0] == ':' || str_starts(text, STR("file:")))
        return err_set(err, E_INPUT, "\"%s\" does not name a database file: give sqlite:PATH", url);
    return OK;
}

enum status file_beside(struct buf *out, const char *path, const char *suffix, struct err *err)
{
    buf_init(out, FILE_PATH_MAX - 1);
    buf_lit(out, path);
    buf_lit(out, suffix);
    return buf_ok(out) ? OK : err_set(err, E_INPUT, "the path of the database is over %d bytes", FILE_PATH_MAX);
}

void file_stamp(struct buf *out, int64_t at_ms)
{
    char text[MOMENT_TEXT_MAX];
    for (const char *c = moment_format(at_ms, true, text); *c; c++)
        if (*c != '-' && *c != ':') buf_char(out, *c);
}

/* ---- the lock ---- */

static enum status lock_taken(int lock, const char *path, struct err *err)
{
    char text[PID_TEXT_MAX] = { 0 };
    ssize_t length = pread(lock, text, sizeof text - 1, 0);
    uint64_t pid = 0;
    struct str digits = { text, length > 0 ? (size_t)length : 0 };
    if (!str_to_u64(str_trim(digits), &pid))
        return err_set(err, E_CONFLICT, "the database %s is already in use by another process; stop that one first", path);
    return err_set(err, E_CONFLICT, "the database %s is already in use by process %llu; stop that one first", path,
                   (unsigned long long)pid);
}

static bool write_pid(int lock, pid_t owner)
{
    struct buf text;
    buf_init(&text, PID_TEXT_MAX);
    buf_int(&text, owner != 0 ? owner : getpid());
    buf_char(&text, '\n');
    bool is_written = ftruncate(lock, 0) == 0 && pwrite(lock, text.data, text.len, 0) == (ssize_t)text.len;
    buf_clear(&text);
    return is_written;
}

static enum status take_lock(const char *name, const char *path, pid_t owner, int *lock, struct err *err)
{
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, PRIVATE_MODE);
    if (fd < 0) return err_set(err, E_IO, "%s cannot be opened: %s", name, strerror(errno));
    enum status status = OK;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        status = errno == EWOULDBLOCK ? lock_taken(fd, path, err)
                                      : err_set(err, E_IO, "%s cannot be locked: %s", name, strerror(errno));
    else if (!write_pid(fd, owner))
        status = err_set(err, E_IO, "%s cannot be written: %s", name, strerror(errno));
    if (status != OK)
        (void)close(fd);
    else
        *lock = fd;
    return status;
}

enum status file_lock(const char *path, pid_t owner, int *lock, struct err *err)
{
    struct buf name;
    enum status status = file_beside(&name, path, ".lock", err);
    if (status == OK) status = take_lock(name.data, path, owner, lock, err);
    buf_clear(&name);
    return status;
}

void file_unlock(int lock)
{
    (void)close(
        lock); /* the lock goes with it; the file stays, as removing it would let two processes lock two files of one name */
}

/* ---- files ---- */

bool file_exists(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0;
}

enum status file_create(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PRIVATE_MODE);
    if (fd >= 0 && close(fd) == 0) return OK;
    if (errno == EEXIST) return err_set(err, E_CONFLICT, "%s exists already: choose another name", path);
    return err_set(err, E_IO, "%s cannot be made: %s", path, strerror(errno));
}

static enum status sync_path(const char *path, int flags, struct err *err)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool is_synced = fd >= 0 && fsync(fd) == 0;
    int reason = errno;
    if (fd >= 0) (void)close(fd);
    return is_synced ? OK : err_set(err, E_IO, "%s cannot be written to the disk: %s", path, strerror(reason));
}

enum status file_sync_folder(const char *path, struct err *err)
{
    struct buf copy; /* dirname writes into its argument */
    enum status status = file_beside(&copy, path, "", err);
    if (status == OK) status = sync_path(dirname(copy.data), O_RDONLY | O_DIRECTORY, err);
    buf_clear(&copy);
    return status;
}

enum status file_sync(const char *path, struct err *err)
{
    enum status status = sync_path(path, O_RDONLY, err);
    return status == OK ? file_sync_folder(path, err) : status;
}

/* ---- a file that appears whole ---- */

static bool is_named(int fd, const char *path)
{
    struct stat held, named;
    return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/* Between opening and locking the file may have been finished by its owner, and is then no longer ours to empty. */
static enum status take_part(struct file_part *part, struct err *err)
{
    int fd = open(part->name.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, PRIVATE_MODE);
    if (fd < 0) return err_set(err, E_IO, "%s cannot be made: %s", part->name.data, strerror(errno));
    enum status status = OK;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 || !is_named(fd, part->name.data))
        status = err_set(err, E_CONFLICT, "another process is writing %s: wait until it has ended", part->path);
    else if (fchmod(fd, PRIVATE_MODE) != 0 || ftruncate(fd, 0) != 0)
        status = err_set(err, E_IO, "%s cannot be written: %s", part->name.data, strerror(errno));
    if (status != OK)
        (void)close(fd);
    else
        part->fd = fd;
    return status;
}

enum status file_part_open(struct file_part *part, const char *path, struct err *err)
{
    *part = (struct file_part){ .path = path, .fd = -1 };
    enum status status = file_beside(&part->name, path, ".part", err);
    if (status == OK && file_exists(path)) status = err_set(err, E_CONFLICT, "%s exists already: choose another name", path);
    if (status == OK) status = take_part(part, err);
    if (status != OK) buf_clear(&part->name);
    return status;
}

/* A link does not take the place of a file that somebody else has put there, as a rename would. */
enum status file_part_finish(struct file_part *part, struct err *err)
{
    enum status status = file_sync(part->name.data, err);
    if (status == OK && link(part->name.data, part->path) != 0)
        status = errno == EEXIST ? err_set(err, E_CONFLICT, "%s exists already: choose another name", part->path)
                                 : err_set(err, E_IO, "%s cannot be made: %s", part->path, strerror(errno));
    file_part_drop(part);
    return status == OK ? file_sync_folder(part->path, err) : status;
}

void file_part_drop(struct file_part *part)
{
    (void)unlink(part->name.data); /* what cannot be removed is emptied by the next */
    (void)close(part->fd);
    buf_clear(&part->name);
}
