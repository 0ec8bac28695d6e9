/* cmd_serve.h - what serve, sandbox and demo share. */
#ifndef APP_CMD_SERVE_H
#define APP_CMD_SERVE_H

#include "app/service.h"

#include <stdio.h>

struct sandbox;

/* The practice account's own values; they open nothing but a practice Zendesk. */
#define PRACTICE_ACCOUNT "practice"
#define PRACTICE_EMAIL   "admin@practice.example"
#define PRACTICE_TOKEN   "practice-token-0123456789abcdef"
#define PRACTICE_CLIENT  "practice-client:practice-client-secret-0123456789"

/* What has to be right before anything is opened: log settings, length of the socket's path, not root beyond loopback. Starts the log. */
enum status serve_check(const struct config *, struct err *) must_check;
/* Says why and gives the exit code. */
int serve_failed(enum status, const struct err *);
bool serve_print_link(struct service *, struct arena *, FILE *);
/* A practice Zendesk with the options of the command line; `listen_option` names the one with its address. */
enum status sandbox_start(const struct args *, const char *listen_option, struct loop *, struct sandbox **,
                          struct err *) must_check;

#endif
