/* clocks.c - clocks that jump: what the test asks for is added to each. Waiting is not touched, so nothing takes longer than it does. */
#include "torture/control.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#undef time

enum { MS_PER_S = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000, NS_PER_US = 1000 };

static int64_t jump_ms(clockid_t clock)
{
    const struct control *page = control_page();
    if (!page) return 0;
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE: return atomic_load(&page->wall_ms);
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW: return atomic_load(&page->monotonic_ms);
    case CLOCK_BOOTTIME: return atomic_load(&page->boot_ms);
    default: return 0;
    }
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    if (!real) abort();
    int code = real(clock, now);
    int64_t jump = code == 0 ? jump_ms(clock) : 0;
    if (!jump) return code;
    int64_t ns = now->tv_nsec + jump % MS_PER_S * NS_PER_MS + NS_PER_S; /* one second more, so that it is positive */
    now->tv_sec += jump / MS_PER_S + ns / NS_PER_S - 1;
    now->tv_nsec = ns % NS_PER_S;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    (void)zone;
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / NS_PER_US };
    return 0;
}
