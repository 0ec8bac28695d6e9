/* landlock.c - the three system calls. Debian 12's header knows version 2 of them; what came later is written down here. */
#include "app/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { VERSION_TRUNCATE = 3, VERSION_NET = 4, VERSION_SCOPE = 6 };

/* linux/landlock.h of Linux 6.12. */
struct attributes {
    uint64_t files, net, scoped;
};
static const uint64_t fs_truncate = 1ULL << 14, net_bind_tcp = 1ULL << 0, net_connect_tcp = 1ULL << 1,
                      scope_abstract_socket = 1ULL << 0, scope_signal = 1ULL << 1;

/* What is meant by a right, of what this version can hold. */
static uint64_t files_of(unsigned rights, int version)
{
    uint64_t files = 0;
    if (rights & LANDLOCK_READ) files |= LANDLOCK_ACCESS_FS_READ_FILE;
    if (rights & LANDLOCK_WRITE) files |= LANDLOCK_ACCESS_FS_WRITE_FILE | (version >= VERSION_TRUNCATE ? fs_truncate : 0);
    if (rights & LANDLOCK_LIST) files |= LANDLOCK_ACCESS_FS_READ_DIR;
    if (rights & LANDLOCK_MAKE) files |= LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
    return files;
}

/* All of version 1: the first thirteen. */
static uint64_t all_files(int version)
{
    uint64_t first = (1ULL << 13) - 1;
    return version >= VERSION_TRUNCATE ? first | fs_truncate : first;
}

int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

static bool add_path(int rules, const struct landlock_path *path, int version)
{
    struct stat found;
    int fd = open(path->path, O_PATH | O_CLOEXEC);
    if (fd < 0) return true;
    struct landlock_path_beneath_attr beneath = { .parent_fd = fd, .allowed_access = files_of(path->rights, version) };
    bool is_folder = fstat(fd, &found) == 0 && S_ISDIR(found.st_mode);
    if (!is_folder) beneath.allowed_access &= files_of(LANDLOCK_READ | LANDLOCK_WRITE, version);
    bool is_added =
        beneath.allowed_access == 0 || syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
    (void)close(fd);
    return is_added;
}

int landlock_open(const struct landlock_rules *wanted)
{
    int version = landlock_version();
    if (version == 0) return -1;
    struct attributes attributes = { .files = all_files(version) };
    size_t bytes = sizeof attributes.files;
    if (version >= VERSION_NET) {
        attributes.net = wanted->may_connect ? net_bind_tcp : net_bind_tcp | net_connect_tcp;
        bytes = sizeof attributes.files + sizeof attributes.net;
    }
    if (version >= VERSION_SCOPE) {
        attributes.scoped = scope_signal | scope_abstract_socket;
        bytes = sizeof attributes;
    }
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, bytes, 0);
    for (size_t i = 0; rules >= 0 && i < wanted->count; i++) {
        if (add_path(rules, &wanted->paths[i], version)) continue;
        (void)close(rules);
        rules = -1;
    }
    return rules;
}

bool landlock_enter(int rules)
{
    return syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}
