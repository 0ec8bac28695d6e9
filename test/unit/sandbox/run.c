/* run.c - a practice Zendesk by itself, for looking at it with a browser or curl:
 *
 *   make build/test/sandbox/run && build/test/sandbox/run 127.0.0.1:8081 practice.db [FAULT]...
 *
 * Account "practice", admin@practice.example with the token practice-token, OAuth client practice-client with practice-secret.
 */
#include <stdio.h>

#include "sandbox/sandbox.h"
#include "vault/token.h"

enum { RUN_FAULTS_MAX = 16 };

static void stop(void *context)
{
    loop_stop(context);
}

int main(int argc, char **argv)
{
    struct str faults[RUN_FAULTS_MAX];
    struct err err = { .status = OK };
    struct sandbox_options options = {
        .listen = argc > 1 ? str_from(argv[1]) : STR("127.0.0.1:8081"),
        .database = argc > 2 ? argv[2] : "practice.db",
        .account = STR("practice"),
        .email = STR("admin@practice.example"),
        .api_token = STR("practice-token"),
        .oauth_client_id = STR("practice-client"),
        .oauth_client_secret = STR("practice-secret"),
        .faults = faults,
    };
    for (int i = 3; i < argc && options.fault_count < RUN_FAULTS_MAX; i++) faults[options.fault_count++] = str_from(argv[i]);
    vault_init();
    struct loop *loop = loop_open();
    struct sandbox *sandbox = sandbox_open(loop, &options, &err);
    if (!sandbox) {
        fprintf(stderr, "%s\n", err.detail);
        loop_close(loop);
        return 1;
    }
    struct str address = sandbox_address(sandbox);
    printf("http://%.*s/agent\n", STR_ARG(address));
    fflush(stdout);
    loop_on_stop_signal(loop, stop, loop);
    loop_run(loop);
    sandbox_close(sandbox);
    loop_close(loop);
    return 0;
}
