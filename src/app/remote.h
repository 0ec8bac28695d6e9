/* remote.h - how a command reaches the REST API: a server by URL (--server, key in CHATCRAFTER_KEY), the server that owns the data directory (over its
 * Unix socket), or the same handlers in this process. One path, one set of rules.
 */
#ifndef APP_REMOTE_H
#define APP_REMOTE_H

#include "app/args.h"
#include "base/http.h"
#include "base/json.h"

struct remote;

struct remote_answer {
    int status;
    struct str body;   /* in the arena of the call */
    struct json *json; /* parsed body; NULL when it is not JSON; freed by remote_forget */
};

/* Returns new, or NULL. *exit_code gets what to exit with. The reason has been said on stderr. */
struct remote *remote_open(const struct args *, int *exit_code);
/* For what runs a server of its own in this process: requests go to the Unix socket at `path`, on `loop`. */
struct loop;
struct remote *remote_over_socket(struct loop *, const char *path);
void remote_close(struct remote *);
/* No server runs: the handlers run in this process. */
bool remote_is_in_process(const struct remote *);

/* Waits for the answer. `path` is below /api/v1 unless it starts with "/" twice ("//readyz" is "/readyz"). An answer that never came has status 0 and the reason is said on stderr. */
struct remote_answer remote_call(struct remote *, enum http_method, const char *path, struct str body, struct arena *);
/* The same for a POST of bytes that are no JSON. */
struct remote_answer remote_upload(struct remote *, const char *path, struct str type, struct str bytes, struct arena *);
void remote_forget(struct remote_answer *);

/* Says a problem document on stderr: title, detail, next steps. Returns the exit code that fits its status. */
int remote_problem(const struct remote_answer *);

#endif
