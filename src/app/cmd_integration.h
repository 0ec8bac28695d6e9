/* cmd_integration.h - printing a connection test, for the commands that run one. */
#ifndef APP_CMD_INTEGRATION_H
#define APP_CMD_INTEGRATION_H

#include "base/json.h"

#include <stdio.h>

/* The `checks` array of the API: a line a step, and under a failed one what it means. */
void print_checks(const struct json *checks, FILE *);

#endif
