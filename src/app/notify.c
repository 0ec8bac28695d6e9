/* notify.c - one datagram to a Unix socket. libsystemd was rejected: it brings forty libraries' worth of code for these few lines. */
#include "app/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

/* "/run/..." is a path, "@..." a name in the abstract space, whose first byte is NUL. */
static socklen_t address_of(const char *name, struct sockaddr_un *address)
{
    size_t len = strlen(name);
    if (len < 2 || len >= sizeof address->sun_path || (name[0] != '/' && name[0] != '@')) return 0;
    memcpy(address->sun_path, name, len);
    if (name[0] == '@') address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

void notify(const char *state)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (name == NULL) return;
    socklen_t size = address_of(name, &address);
    int fd = size > 0 ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
    ssize_t sent = fd < 0 ? -1 : sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    if (sent < 0)
        log_warn("the service manager was not told", LOG_STR("state", str_from(state)),
                 LOG_STR("reason", str_from(strerror(errno))));
    if (fd >= 0) close(fd);
}
