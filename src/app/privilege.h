/* privilege.h - not being root where strangers can reach. */
#ifndef APP_PRIVILEGE_H
#define APP_PRIVILEGE_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>

/* Serving as root beyond loopback needs --user: E_DENIED with the fix otherwise. */
enum status privilege_check(const char *listen, const char *user, struct err *err) must_check;
/* Makes `path` belong to `user`; a link is not followed. Nothing to do when user is "", when there is no such file, or when we are not root. */
enum status privilege_give(const char *user, const char *path, struct err *err) must_check;
/* Does `path` belong to `user`? E_DENIED with the fix otherwise. Nothing to do when user is "" or we are not root. */
enum status privilege_owns(const char *user, const char *path, struct err *err) must_check;
/* Becomes `user` for good, and makes sure that there is no way back. Nothing to do when user is "". */
enum status privilege_drop(const char *user, struct err *err) must_check;

#endif
