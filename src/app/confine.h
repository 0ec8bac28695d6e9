/* confine.h - what each process of the server may still do once it has started, whoever gets hold of it.
 *
 * Front, which parses what strangers send: no program is run, no connection opened, no other process looked into or signalled; of files it has the database, the folder of backups, and not the
 * master key. Egress: reads what TLS and name look-ups need, writes no file, listens nowhere, cannot be looked into. Each part is put on as far as the kernel has it; what is missing is said in
 * the log, by `chatcrafter doctor` and at GET /system. Builds with a sanitizer are not confined, as its reports need what is taken away here.
 */
#ifndef APP_CONFINE_H
#define APP_CONFINE_H

#include "app/config.h"
#include "store/store.h"

/* What is on, as bits: they go over the control line. */
enum {
    CONFINE_CALLS = 1,   /* system calls, seccomp */
    CONFINE_FILES = 2,   /* Landlock */
    CONFINE_NETWORK = 4, /* Landlock from version 4: TCP */
    CONFINE_ALL = 7
};

/* Needs no_new_privs (supervise.c). At the end of the start, as what was opened stays open; the storage thread is confined through a job. `has_practice`: the practice Zendesk runs in the
 * same process and calls webhooks. Returns what is on. */
uint8_t confine_front(const struct config *, struct store *, bool has_practice);
uint8_t confine_egress(const struct config *);
/* Says in the log what is not on. */
void confine_tell(const char *process, uint8_t confinement);

#endif
