/* help.h - help made from the table of commands. */
#ifndef APP_HELP_H
#define APP_HELP_H

#include "app/args.h"

#include <stdio.h>

void help_overview(FILE *);
/* Help on one noun, examples first; the overview for NULL. EXIT_USAGE when there is no such noun. */
int help_of(const char *noun, FILE *);
bool help_is_noun(const char *noun);
/* "agent list": the command nearest to what was typed; NULL when nothing is near. Borrowed until the next call. */
const char *help_nearest(const char *noun, const char *verb);

#endif
