/* privilege.c - see privilege.h. */
#include "app/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_loopback(struct str listen)
{
    return str_starts(listen, STR("127.")) || str_starts(listen, STR("localhost:")) || str_starts(listen, STR("[::1]:"));
}

/* Whatever is no address and port is told so by who listens on it. */
static bool names_a_port(struct str listen)
{
    struct str rest = listen, piece = STR_NONE;
    uint64_t port;
    bool has_colon = str_find(listen, STR(":"), 0) != SIZE_MAX;
    while (str_split(&rest, ':', &piece)) continue;
    return has_colon && str_to_u64(piece, &port);
}

enum status privilege_check(const char *listen, const char *user, struct err *err)
{
    if (geteuid() != 0 || *user || is_loopback(str_from(listen)) || !names_a_port(str_from(listen))) return OK;
    return err_set(err, E_DENIED,
                   "%s can be reached from outside, and this process is root. Name the user to become: --user chatcrafter.",
                   listen);
}

static enum status look_up(const char *user, struct passwd **entry, struct err *err)
{
    *entry = getpwnam(user);
    if (*entry) return OK;
    return err_set(err, E_INPUT, "There is no user %s on this machine. Make it: adduser --system --group %s.", user, user);
}

enum status privilege_give(const char *user, const char *path, struct err *err)
{
    struct passwd *entry;
    if (!*user || geteuid() != 0) return OK;
    enum status status = look_up(user, &entry, err);
    if (status) return status;
    if (lchown(path, entry->pw_uid, entry->pw_gid) == 0 || errno == ENOENT) return OK;
    return err_set(err, E_IO, "%s cannot be given to %s: %s.", path, user, strerror(errno));
}

enum status privilege_owns(const char *user, const char *path, struct err *err)
{
    struct passwd *entry;
    struct stat st;
    if (!*user || geteuid() != 0) return OK;
    enum status status = look_up(user, &entry, err);
    if (status) return status;
    if (stat(path, &st) == 0 && st.st_uid == entry->pw_uid) return OK;
    return err_set(err, E_DENIED, "%s does not belong to %s. Give it: chown -R %s: %s", path, user, user, path);
}

enum status privilege_drop(const char *user, struct err *err)
{
    struct passwd *entry;
    if (!*user) return OK;
    enum status status = look_up(user, &entry, err);
    if (status) return status;
    if (geteuid() == entry->pw_uid) return OK;
    if (setgroups(0, NULL) || setgid(entry->pw_gid) || setuid(entry->pw_uid))
        return err_set(err, E_DENIED, "This process cannot become %s: %s. Start it as root or as %s.", user, strerror(errno),
                       user);
    if (setuid(0) == 0 || seteuid(0) == 0)
        return err_set(err, E_DENIED, "Becoming %s could be undone; the server does not start.", user);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return err_set(err, E_DENIED, "no_new_privs: %s.", strerror(errno));
    return OK;
}
