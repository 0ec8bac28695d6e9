/* trail.h - the audit log as the API shows it, and the one call by which a handler adds to it. */
#ifndef WEB_TRAIL_H
#define WEB_TRAIL_H

#include "web/call.h"

/* In the job that makes the change: the entry is in its transaction, or neither is there. `before` and `after` are JSON objects of what differs, or empty; never a secret, never the
 * words of a conversation. `act` is NOUN.VERB. */
enum status trail_note(struct store_tx *, struct web_call *, const char *act, struct str object, struct str before,
                       struct str after) must_check;
/* The same where no call has an actor yet: somebody has just signed in. */
enum status trail_note_as(struct store_tx *, struct web_call *, struct str workspace, struct str actor, const char *act,
                          struct str object) must_check;
/* Who calls, as the log and what they wrote are signed: mem_, key_ or "local". */
struct str trail_actor(const struct web_call *);
/* What a room below needs to write such an entry in a transaction of its own; in the call's arena. */
struct trail_entry *trail_entry_of(struct web_call *, const char *act);

#endif
