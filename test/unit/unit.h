/* unit.h - what every unit test includes: cmocka with the headers it needs before it, and a few assertions of ours. */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

/* A view holds exactly these bytes. */
#define assert_str(view, literal) unit_assert_str((view), (literal), sizeof(literal) - 1, __FILE__, __LINE__)

static inline void unit_assert_str(struct str view, const char *expected, size_t len, const char *file, int line)
{
    if (view.len == len && (len == 0 || memcmp(view.ptr, expected, len) == 0)) return;
    print_error("\"%.*s\" is not \"%s\"\n", STR_ARG(view), expected);
    _fail(file, line);
}

/* The call ends the process by abort(): for ceilings and assertions. It runs in a child, whose last words are kept off the report. */
#define assert_aborts(call)                                                                                                      \
    do {                                                                                                                         \
        pid_t unit_child = fork();                                                                                               \
        assert_true(unit_child >= 0);                                                                                            \
        if (unit_child == 0) {                                                                                                   \
            unit_hush();                                                                                                         \
            call;                                                                                                                \
            _exit(0);                                                                                                            \
        }                                                                                                                        \
        int unit_end;                                                                                                            \
        assert_int_equal(waitpid(unit_child, &unit_end, 0), unit_child);                                                         \
        assert_true(WIFSIGNALED(unit_end) && WTERMSIG(unit_end) == SIGABRT);                                                     \
    } while (0)

static inline void unit_hush(void)
{
    const struct rlimit none = { 0, 0 };
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere < 0 || dup2(nowhere, STDERR_FILENO) < 0 || setrlimit(RLIMIT_CORE, &none) != 0) _exit(1);
    signal(SIGABRT, SIG_DFL);
}

#endif
