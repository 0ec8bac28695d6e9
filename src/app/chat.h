/* chat.h - one conversation over REST, for the chat in the terminal and for the setup check. */
#ifndef APP_CHAT_H
#define APP_CHAT_H

#include "app/rest.h"

#include <stdio.h>

/* Begins a conversation; empty, with *exit_code, when it was refused. */
struct str chat_begin(struct rest *, struct str agent, bool dry_run, int *exit_code);
struct remote_answer chat_send(struct rest *, struct str conversation, struct str text);
/* A turn as a person reads it: each call to Zendesk as a card, then what the agent says. */
void chat_print_turn(const struct json *turn, FILE *);

#endif
