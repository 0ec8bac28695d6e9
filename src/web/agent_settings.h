/* agent_settings.h - an agent's settings as clients send them and as they are shown. */
#ifndef WEB_AGENT_SETTINGS_H
#define WEB_AGENT_SETTINGS_H

#include "web/call.h"

/* Has the body any member that belongs to the settings? */
bool agent_settings_given(const struct web_call *);
/* Lays the body's members over *settings; what the body leaves out stays. E_INPUT with the problem. Borrows from the body. */
enum status agent_settings_read(struct web_call *, struct agent_settings *, struct problem *) must_check;
/* In a job: the providers that are named must be there. E_INPUT with call->problem. */
enum status agent_settings_check(struct store_tx *, struct web_call *, const struct agent_settings *) must_check;
/* Members only. */
void agent_settings_render(struct jw *, const struct agent_settings *);

/* The settings as texts to be compared, in the order they are shown. */
enum { AGENT_SETTINGS_TEXTS = 11 };
struct agent_settings_text {
    const char *name;
    struct str text; /* lists have an entry a line */
};
void agent_settings_texts(const struct agent_settings *, struct arena *, struct agent_settings_text[AGENT_SETTINGS_TEXTS]);

#endif
