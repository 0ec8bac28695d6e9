/* chat_file.h - a file of this machine into a conversation: it goes with its next ticket or comment. */
#ifndef APP_CHAT_FILE_H
#define APP_CHAT_FILE_H

#include "app/rest.h"

/* Reads and uploads it; what came of it is said on stdout (--json: the answer), what went wrong on stderr. */
int chat_attach(struct rest *, struct str conversation, struct str path);

#endif
