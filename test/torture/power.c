/* power.c - see power.h.
 *
 * A change keeps the bytes before and after. The list is in order of time; taking back goes from the newest to the oldest, so that each change finds the file as it was
 * right after it. What SQLite does to names (a log that is removed after a clean end) counts as written at once.
 */
#include "torture/power.h"
#include "torture/control.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef calloc /* this is no part of the program */
#undef free

enum { SECTOR = 512 };

struct change {
    struct change *older, *newer;
    sqlite3_file *file;
    sqlite3_int64 at, size_before;
    int count; /* bytes */
    bool is_cut;
    unsigned char bytes[]; /* before, then after */
};

static struct change *newest, *oldest;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static bool is_watched(void)
{
    const struct control *page = control_page();
    return page && atomic_load(&page->harm) == HARM_POWER;
}

static void check(int code)
{
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) abort(); /* the disk below the test has failed */
}

static sqlite3_int64 size_of(sqlite3_file *file)
{
    sqlite3_int64 size = 0;
    check(file->pMethods->xFileSize(file, &size));
    return size;
}

static void append(sqlite3_file *file, const void *after, int count, sqlite3_int64 at, bool is_cut)
{
    struct change *change = calloc(1, sizeof *change + 2 * (size_t)count);
    if (!change) abort();
    *change = (struct change){ .file = file, .at = at, .count = count, .is_cut = is_cut, .size_before = size_of(file) };
    if (count) check(file->pMethods->xRead(file, change->bytes, count, at)); /* beyond the end: zeros */
    if (after) memcpy(change->bytes + count, after, (size_t)count);
    (void)pthread_mutex_lock(&mutex);
    change->older = newest;
    *(newest ? &newest->newer : &oldest) = change;
    newest = change;
    (void)pthread_mutex_unlock(&mutex);
}

void power_note_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    if (is_watched()) append(file, bytes, count, at, false);
}

void power_note_cut(sqlite3_file *file, sqlite3_int64 size)
{
    if (!is_watched()) return;
    sqlite3_int64 before = size_of(file);
    append(file, NULL, before > size ? (int)(before - size) : 0, size, true);
}

static void unlink_change(struct change *change)
{
    *(change->older ? &change->older->newer : &oldest) = change->newer;
    *(change->newer ? &change->newer->older : &newest) = change->older;
    free(change);
}

void power_settle(sqlite3_file *file)
{
    (void)pthread_mutex_lock(&mutex);
    for (struct change *change = oldest, *next; change; change = next) {
        next = change->newer;
        if (change->file == file) unlink_change(change);
    }
    (void)pthread_mutex_unlock(&mutex);
}

/* ---- the failure ---- */

/* splitmix64 (https://prng.di.unimi.it/splitmix64.c, public domain): a few good bits from a seed. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static void take_back(const struct change *change)
{
    const struct sqlite3_io_methods *file = change->file->pMethods;
    if (change->count) check(file->xWrite(change->file, change->bytes, change->count, change->at));
    if (!change->is_cut && change->size_before < change->at + change->count)
        check(file->xTruncate(change->file, change->size_before));
}

static void make_again(const struct change *change, uint64_t chance)
{
    const struct sqlite3_io_methods *file = change->file->pMethods;
    if (change->is_cut) {
        if (size_of(change->file) > change->at) check(file->xTruncate(change->file, change->at));
        return;
    }
    int count = change->count;
    bool is_torn = (chance >> 8) % 4 == 0 && count > SECTOR;
    if (is_torn) count = SECTOR * (1 + (int)((chance >> 16) % (uint64_t)(count / SECTOR)));
    if (count > change->count) count = change->count;
    check(file->xWrite(change->file, change->bytes + change->count, count, change->at));
}

/* Of four failures one keeps nothing, one everything, two a part: the edges are the usual disks. */
void power_fail(void)
{
    uint64_t state = atomic_load(&control_page()->seed), of_four = next_random(&state) % 4;
    (void)pthread_mutex_lock(&mutex);
    for (const struct change *change = newest; change; change = change->older) take_back(change);
    for (const struct change *change = oldest; change; change = change->newer) {
        uint64_t chance = next_random(&state);
        if (of_four == 1 || (of_four > 1 && chance % 2)) make_again(change, of_four == 1 ? UINT64_MAX : chance);
    }
    (void)raise(SIGKILL); /* kill(2) is not front's to call */
    for (;;) (void)pause();
}
