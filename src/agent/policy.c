/* policy.c - the levels of "who is asking" as code. Small on purpose: every rule of access of the built-in engine and of the model-driven one is here. */
#include "agent/policy.h"

bool policy_is_member(const struct turn_world *world)
{
    return world->identity == L4_MEMBER;
}

static bool is_verified(const struct turn_world *world)
{
    return (world->identity == L2_MAIL_VERIFIED || world->identity == L3_SITE_VERIFIED) && world->visitor_email.len > 0;
}

enum policy_verdict policy_action(const struct turn_world *world, enum action_kind kind)
{
    if (!world->connected) return POLICY_UNCONNECTED;
    if (!world->may[kind]) return POLICY_SWITCHED_OFF;
    return policy_is_member(world) || is_verified(world) ? POLICY_ALLOWED : POLICY_UNVERIFIED;
}

struct str policy_requester(const struct turn_world *world)
{
    return is_verified(world) ? world->visitor_email : STR_NONE;
}

bool policy_may_see(const struct turn_world *world, const struct json *ticket)
{
    if (policy_is_member(world)) return true;
    return is_verified(world) && str_eq_nocase(json_get_str(ticket, "requester_email"), world->visitor_email);
}

bool policy_marks_test(enum channel channel)
{
    return channel == CHANNEL_CHATLAB || channel == CHANNEL_CLI;
}
