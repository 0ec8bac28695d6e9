/* power.h - what a power failure takes from SQLite's files: any part of what was written since the last sync.
 *
 * Writes reach the file at once, so that everybody sees them, and are remembered with what they replaced. When the power fails they are all taken back, then a random
 * part of them is made again, some cut off at a sector: a disk writes in any order. Then the process dies. One lock guards the list, held across the caller's write.
 */
#ifndef TORTURE_POWER_H
#define TORTURE_POWER_H

#include <sqlite3.h>

/* Before the write or cut is made on `file`, the real one. */
void power_note_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at);
void power_note_cut(sqlite3_file *file, sqlite3_int64 size);
/* After a sync, and before a close: what is written stays. */
void power_settle(sqlite3_file *file);
_Noreturn void power_fail(void);

#endif
