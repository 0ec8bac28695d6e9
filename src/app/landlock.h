/* landlock.h - which files a process may still open, whether it may open connections: Landlock (docs.kernel.org/userspace-api/landlock.html), since Linux 5.13. */
#ifndef APP_LANDLOCK_H
#define APP_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

enum landlock_right { LANDLOCK_READ = 1, LANDLOCK_WRITE = 2, LANDLOCK_LIST = 4, LANDLOCK_MAKE = 8 };

/* A file, or a folder with all that is below it. One that is not there is left out: nothing can be done to it then. */
struct landlock_path {
    const char *path;
    unsigned rights;
};

struct landlock_rules {
    const struct landlock_path *paths;
    size_t count;
    bool may_connect; /* TCP; nobody may listen anew */
};

/* 0: the kernel has none of it. From 4 on it holds TCP, from 6 on signals to others. */
int landlock_version(void);
/* Returns a descriptor for landlock_enter, or -1. The rules are about what stands at these paths now. */
int landlock_open(const struct landlock_rules *);
/* The calling thread, and those it starts from now on; for good. Needs no_new_privs. */
bool landlock_enter(int rules);

#endif
