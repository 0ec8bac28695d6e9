/* create_customer.c - POST /api/v2/users/create_or_update, which makes the user or completes the one with this address: it can
 * be repeated without harm, and its status says which it was (201, 200).
 *
 * users/search comes first: a team member's record is left alone, and the tags of a known customer are kept.
 */
#include "zendesk/customer.h"
#include "zendesk/people.h"
#include "zendesk/wire.h"

enum { STEP_KNOWN = 1, STEP_ORGANIZATION = 2, STEP_WRITE = 3 };

static struct str email_of(const struct zendesk_run *run)
{
    return json_get_str(run->arguments, "email");
}

static enum zendesk_next begin(struct zendesk_run *run)
{
    struct str held = run->setting->only_requester;
    if (held.len > 0 && !str_eq_nocase(held, email_of(run))) return people_unknown(run, STR("email"), email_of(run));
    return people_search(run, STEP_KNOWN, email_of(run));
}

static enum zendesk_next write_it(struct zendesk_run *run)
{
    return customer_send(run, STEP_WRITE, HTTP_POST, STR("/api/v2/users/create_or_update"));
}

static enum zendesk_next searched(struct zendesk_run *run, const struct json *body)
{
    const struct json *user = people_exact(body, email_of(run));
    if (!people_are_listed(run, body)) return ZENDESK_FAILED;
    if (people_is_team(user)) return people_team(run, email_of(run));
    if (user != NULL) run->carry = wire_copy(user, run->arena);
    if (json_get(run->arguments, "organization") != NULL) return people_search_organization(run, STEP_ORGANIZATION);
    return write_it(run);
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    switch (run->step) {
    case STEP_KNOWN: return searched(run, body);
    case STEP_ORGANIZATION: return people_take_organization(run, body) ? write_it(run) : ZENDESK_FAILED;
    default: return customer_receipt(run, body, true);
    }
}

const struct language language_CREATE_CUSTOMER = {
    .begin = begin, .answer = answer, .write_step = STEP_WRITE, .noun = "customer"
};
