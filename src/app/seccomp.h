/* seccomp.h - which system calls a process may still make: seccomp(2), by a filter of our own. */
#ifndef APP_SECCOMP_H
#define APP_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One call that is allowed, with a condition on the low half of one argument: (argument & mask) == value; mask 0: whatever the arguments. */
struct seccomp_rule {
    uint32_t call;
    uint32_t argument, mask, value;
};

/* For every thread of the process, and for good. Every other call fails with EPERM; clone3 with ENOSYS, as its flags cannot be looked at and libraries then take clone. False where the
 * kernel cannot. Needs no_new_privs. */
bool seccomp_allow(const struct seccomp_rule *, size_t count);

#endif
