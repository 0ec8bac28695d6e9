/* control.c - see control.h. The page is mapped before main, when the first library of the folder is loaded. */
#include "torture/control.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static struct control *page;

__attribute__((constructor)) static void map(void)
{
    const char *name = getenv("FAULTS_CONTROL");
    int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *mapped = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (mapped == MAP_FAILED) abort();
    page = mapped;
}

struct control *control_page(void)
{
    return page;
}

bool control_strikes(enum target target)
{
    if (!page || !(atomic_load(&page->targets) & target)) return false;
    uint64_t number = atomic_fetch_add(&page->seen, 1) + 1, at = atomic_load(&page->at);
    uint32_t harm = atomic_load(&page->harm);
    bool strikes = harm == HARM_FOR_EVER ? number >= at : harm != HARM_NONE && number == at;
    if (strikes) atomic_fetch_add(&page->struck, 1);
    return strikes;
}
