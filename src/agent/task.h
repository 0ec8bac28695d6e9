/* task.h - an order to Zendesk other than a new ticket: what of it is known, what is asked next, and the arguments that it becomes.
 *
 * The draft of a ticket has a form of its own (form.h), as a ticket is told in free words; the other nine actions are a few values each, and share this one. Strings live in the arena that
 * the caller hands over: the turn's own.
 */
#ifndef AGENT_TASK_H
#define AGENT_TASK_H

#include "agent/custom.h"
#include "agent/turn.h"
#include "nlu/nlu.h"

enum task_field {
    TASK_TICKET,
    TASK_TEXT,
    TASK_PUBLIC, /* "true" or "false" */
    TASK_STATUS,
    TASK_PRIORITY,
    TASK_ASSIGNEE,
    TASK_TAGS,
    TASK_REMOVE_TAGS,
    TASK_EMAIL,
    TASK_NAME,
    TASK_PHONE,
    TASK_ORGANIZATION,
    TASK_QUERY,
    TASK_FROM,
    TASK_TO,
    TASK_CHANGES, /* asked for, never filled: any of those that change something */
    TASK_FIELDS,
    TASK_NO_FIELD = TASK_FIELDS
};

struct task {
    enum action_kind kind; /* ACTION_CREATE_TICKET: none is open */
    enum task_field asked;
    struct str values[TASK_FIELDS]; /* empty: not known */
    struct custom custom;           /* update_ticket: of the account's own fields */
};

/* The action that an operation asks for; ACTION_CREATE_TICKET for a new ticket, and for what is no action. */
enum action_kind task_kind(enum nlu_operation);
/* Takes what a clause says; `at_ms` is the day that "yesterday" is counted from. Returns whether something is new or changed. */
bool task_take(struct task *, const struct nlu_clause *, uint64_t ticket, int64_t at_ms, struct arena *);
/* What stands beside the clauses (an address, a priority), and the rest of the words where they answer what was asked. */
bool task_take_answer(struct task *, const struct nlu_message *, uint64_t ticket, struct arena *);
void task_set(struct task *, enum task_field, struct str value, struct arena *);
/* The next thing to ask; TASK_NO_FIELD when it is complete. */
enum task_field task_missing(const struct task *);
/* How a message is to be read when this was asked. */
enum nlu_expect task_expect(enum task_field);

/* Canonical JSON of the action's arguments, with the `uploads` of attach.h where it takes them, checked against its schema; E_INPUT with the problem when a value does not fit. */
enum status task_arguments(const struct task *, struct str uploads, struct arena *, struct str *arguments,
                           struct problem *) must_check;
/* One line for each argument, from the very arguments that will be sent. */
struct str task_readback(const struct task *, struct str arguments, struct arena *);
/* The same of what is known so far. */
struct str task_draft(const struct task *, struct arena *);

const char *task_field_name(enum task_field);
enum task_field task_field_from(struct str name); /* TASK_NO_FIELD for an unknown one */

#endif
