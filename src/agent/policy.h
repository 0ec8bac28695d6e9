/* policy.h - who may do what, decided by the server's knowledge alone (turn_world), never by what a message says.
 *
 * Levels (enum identity): a member (L4) may name any requester and read any ticket of the account. A verified person (L2, L3) creates and reads in their own name
 * only. Everybody else (L0, L1) may draft; nothing is read or sent for them.
 */
#ifndef AGENT_POLICY_H
#define AGENT_POLICY_H

#include "agent/turn.h"

enum policy_verdict { POLICY_ALLOWED, POLICY_UNCONNECTED, POLICY_SWITCHED_OFF, POLICY_UNVERIFIED };

enum policy_verdict policy_action(const struct turn_world *, enum action_kind);
bool policy_is_member(const struct turn_world *);
/* The one address that tickets of this conversation may be in the name of; empty when any may be given (L4), or none is known (L0, L1). */
struct str policy_requester(const struct turn_world *);
/* May this conversation see the ticket of this result? */
bool policy_may_see(const struct turn_world *, const struct json *ticket);
/* Are tickets of this channel marked with the tag of tests? Room flow asks the same when it builds the request. */
bool policy_marks_test(enum channel);

#endif
