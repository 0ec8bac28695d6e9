/* files.c - a VFS in front of SQLite's own: counts what it does with files and lets a call fail, or the power.
 *
 * Registered as the default before main, so the program that is tested opens its database through it without knowing. Everything is handed on to the real VFS; what fails
 * is not handed on. A file of ours is ours followed by the real one in the same memory, which SQLite allocates by szOsFile (https://sqlite.org/vfs.html).
 */
#include "torture/control.h"
#include "torture/power.h"

#include <sqlite3.h>
#include <stdlib.h>

struct shaky_file {
    sqlite3_file base;
    sqlite3_file real[]; /* as long as the real VFS wants it */
};

static sqlite3_vfs shaky_vfs, *real_vfs;

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct shaky_file *)file)->real;
}

/* The code to answer with when this call is to fail, else SQLITE_OK. */
static int strike(enum target target, int usual)
{
    if (!control_strikes(target)) return SQLITE_OK;
    if (atomic_load(&control_page()->harm) == HARM_POWER) power_fail();
    int code = atomic_load(&control_page()->code);
    return code ? code : usual;
}

#define STRIKE(target, usual)                                                                                                    \
    do {                                                                                                                         \
        int code_ = strike(target, usual);                                                                                       \
        if (code_ != SQLITE_OK) return code_;                                                                                    \
    } while (0)

/* ---- a file ---- */

static int shaky_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    power_settle(real);
    return real->pMethods->xClose(real);
}

static int shaky_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 at)
{
    STRIKE(TARGET_READ, SQLITE_IOERR_READ);
    return real_of(file)->pMethods->xRead(real_of(file), bytes, count, at);
}

static int shaky_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    STRIKE(TARGET_WRITE, SQLITE_IOERR_WRITE);
    power_note_write(real_of(file), bytes, count, at);
    return real_of(file)->pMethods->xWrite(real_of(file), bytes, count, at);
}

static int shaky_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    STRIKE(TARGET_NAMES, SQLITE_IOERR_TRUNCATE);
    power_note_cut(real_of(file), size);
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int shaky_sync(sqlite3_file *file, int flags)
{
    STRIKE(TARGET_SYNC, SQLITE_IOERR_FSYNC);
    int code = real_of(file)->pMethods->xSync(real_of(file), flags);
    if (code == SQLITE_OK) power_settle(real_of(file));
    return code;
}

static int shaky_size(sqlite3_file *file, sqlite3_int64 *size)
{
    STRIKE(TARGET_READ, SQLITE_IOERR_FSTAT);
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int shaky_lock(sqlite3_file *file, int level)
{
    STRIKE(TARGET_NAMES, SQLITE_IOERR_LOCK);
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shaky_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shaky_check_lock(sqlite3_file *file, int *is_held)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), is_held);
}

static int shaky_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int shaky_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shaky_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shaky_shm_map(sqlite3_file *file, int region, int bytes, int extend, void volatile **mapped)
{
    STRIKE(TARGET_NAMES, SQLITE_IOERR_SHMMAP);
    return real_of(file)->pMethods->xShmMap(real_of(file), region, bytes, extend, mapped);
}

static int shaky_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    if (flags & SQLITE_SHM_LOCK) STRIKE(TARGET_NAMES, SQLITE_BUSY); /* letting go does not fail */
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void shaky_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shaky_shm_unmap(sqlite3_file *file, int removes)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), removes);
}

/* Version 2: without mapping the file itself, so that every read is counted. */
static const sqlite3_io_methods shaky_methods = {
    .iVersion = 2,
    .xClose = shaky_close,
    .xRead = shaky_read,
    .xWrite = shaky_write,
    .xTruncate = shaky_truncate,
    .xSync = shaky_sync,
    .xFileSize = shaky_size,
    .xLock = shaky_lock,
    .xUnlock = shaky_unlock,
    .xCheckReservedLock = shaky_check_lock,
    .xFileControl = shaky_control,
    .xSectorSize = shaky_sector,
    .xDeviceCharacteristics = shaky_traits,
    .xShmMap = shaky_shm_map,
    .xShmLock = shaky_shm_lock,
    .xShmBarrier = shaky_shm_barrier,
    .xShmUnmap = shaky_shm_unmap,
};

/* ---- the VFS ---- */

static int shaky_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
    (void)vfs;
    file->pMethods = NULL;
    STRIKE(TARGET_NAMES, SQLITE_CANTOPEN);
    sqlite3_file *real = real_of(file);
    int code = real_vfs->xOpen(real_vfs, name, real, flags, out_flags);
    file->pMethods = real->pMethods ? &shaky_methods : NULL;
    return code;
}

static int shaky_delete(sqlite3_vfs *vfs, const char *name, int syncs)
{
    (void)vfs;
    STRIKE(TARGET_NAMES, SQLITE_IOERR_DELETE);
    return real_vfs->xDelete(real_vfs, name, syncs);
}

__attribute__((constructor)) static void put_in_front(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    if (!real_vfs) abort();
    shaky_vfs = *real_vfs; /* what has no part in files goes to the real one by the same pointers */
    shaky_vfs.pNext = NULL;
    shaky_vfs.zName = "shaky";
    shaky_vfs.szOsFile = (int)sizeof(struct shaky_file) + real_vfs->szOsFile;
    shaky_vfs.xOpen = shaky_open;
    shaky_vfs.xDelete = shaky_delete;
    if (sqlite3_vfs_register(&shaky_vfs, 1) != SQLITE_OK) abort();
}
