/* control.h - the page through which a test steers the faults of a running process.
 *
 * The libraries of this folder are loaded in front of the real program (LD_PRELOAD) and make single calls of it fail: SQLite's files, SQLite's statements, memory.
 * The test maps the same file as the process (FAULTS_CONTROL names it), so it can arm one fault after the other without a restart: it writes which calls count, which
 * of them fails and how, and reads how many have come. test/crash/faults.py knows this layout.
 */
#ifndef TORTURE_CONTROL_H
#define TORTURE_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum target {
    TARGET_READ = 1,
    TARGET_WRITE = 2,
    TARGET_SYNC = 4,
    TARGET_NAMES = 8, /* opening, removing, cutting a file, and its locks */
    TARGET_SQL = 16,
    TARGET_MEMORY = 32,
};

enum harm {
    HARM_NONE,
    HARM_ONCE,     /* the call number `at` fails */
    HARM_FOR_EVER, /* that one and all that follow */
    HARM_POWER,    /* before that one the power fails */
};

struct control {
    _Atomic uint64_t seen, struck; /* calls since it was armed; those that failed */
    _Atomic uint32_t targets, harm;
    _Atomic int32_t code; /* SQLite's; 0: the usual one of the call */
    uint32_t unused;
    _Atomic uint64_t at, seed;
    _Atomic int64_t wall_ms, monotonic_ms, boot_ms; /* added to the clocks */
};

/* NULL without FAULTS_CONTROL. */
struct control *control_page(void);
/* Counts the call; true when it is to fail. */
bool control_strikes(enum target);

#endif
