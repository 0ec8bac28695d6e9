/* title.c - the kernel shows the memory in which the arguments came; what is written there is shown. prctl(PR_SET_MM_ARG_START) was rejected: it wants CAP_SYS_RESOURCE. */
#include "app/title.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/arena.h"

enum { NAME_MAX_BYTES = 16 }; /* prctl(2), PR_SET_NAME */

static char *room; /* the process's arguments: one after another, each with its NUL */
static size_t room_bytes;
static struct arena arena; /* of the copies, for as long as the process lives */

char **title_keep(int argc, char **argv)
{
    arena_init(&arena);
    char **kept = arena_array(&arena, (size_t)argc + 1, sizeof *kept);
    for (int i = 0; i < argc; i++) {
        kept[i] = arena_cstr(&arena, str_from(argv[i]));
        if (i > 0 && argv[i] != room + room_bytes) continue;
        if (i == 0) room = argv[0];
        room_bytes += strlen(argv[i]) + 1;
    }
    program_invocation_name = kept[0];
    return kept;
}

void title_set(const char *role)
{
    char name[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "cc-%s", role);
    (void)prctl(PR_SET_NAME, name); /* only a name */
    if (!room) return;
    memset(room, '\0', room_bytes);
    snprintf(room, room_bytes, "chatcrafter: %s", role);
}
