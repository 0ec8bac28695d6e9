/* title.h - what ps and top call a process of ours. */
#ifndef APP_TITLE_H
#define APP_TITLE_H

/* Once, at the beginning of main: remembers where the arguments stand, and returns a copy of them to go on with. */
char **title_keep(int argc, char **argv);
/* "chatcrafter: egress" in ps, as far as the arguments had room; "cc-egress" in top. */
void title_set(const char *role);

#endif
