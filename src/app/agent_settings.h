/* agent_settings.h - an agent's settings as options of the command line: for agent create, update and draft. */
#ifndef APP_AGENT_SETTINGS_H
#define APP_AGENT_SETTINGS_H

#include "app/args.h"
#include "app/rest.h"

/* Rows of an option table: everything but the name. */
#define SETTINGS_OPTIONS                                                                                                         \
    { "instructions", "TEXT", "what it should know and do" }, { "tone", "TEXT", "how it should sound" },                         \
        { "language", "CODE", "it answers in, such as de; repeatable; none: in whatever the visitor writes" },                   \
        { "escalation", "TEXT", "when a person should take over" },                                                              \
        { "ticket-priority", "NAME", "of new tickets where nothing is said: low, normal, high or urgent" },                      \
        { "ticket-type", "NAME", "of new tickets: question, incident, problem or task" },                                        \
        { "ticket-tag", "TAG", "on every new ticket; repeatable" }, { "engine", "ENGINE", "builtin or provider" },               \
        { "provider", "PROVIDER", "id or name of the model provider that answers" },                                             \
        { "model", "NAME", "another model of it than its own" },                                                                 \
    {                                                                                                                            \
        "fallback", "PROVIDER", "to go on with when it fails; repeatable, in this order"                                         \
    }

/* Was any option of the command's own given? */
bool settings_given(const struct args *);
/* The body of the next call, from the options that were given; an empty value takes a setting back. False: said why, *exit_code is set. */
bool settings_write(struct rest *, int *exit_code);

#endif
