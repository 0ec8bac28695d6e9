/* update_customer.c - PUT /api/v2/users/ID: read the record, look the organization up, then one write. Only a customer's: a
 * team member's record is left alone. */
#include "zendesk/customer.h"
#include "zendesk/people.h"

enum { STEP_RECORD = 1, STEP_ORGANIZATION = 2, STEP_WRITE = 3 };

static enum zendesk_next begin(struct zendesk_run *run)
{
    return customer_read(run, STEP_RECORD);
}

static enum zendesk_next write_it(struct zendesk_run *run)
{
    return customer_send(run, STEP_WRITE, HTTP_PUT, arena_fmt(run->arena, "/api/v2/users/%lld", (long long)run->user_id));
}

static enum zendesk_next record_read(struct zendesk_run *run, const struct json *body)
{
    if (!customer_take(run, body)) return ZENDESK_FAILED;
    struct json *user = customer_kept(run);
    bool is_team = people_is_team(user);
    enum zendesk_next refused = is_team ? people_team(run, json_get_str(user, "email")) : ZENDESK_FAILED;
    json_free(user);
    if (is_team) return refused;
    run->organization_id = 0; /* from here on the one that is asked for */
    if (json_get(run->arguments, "organization") != NULL) return people_search_organization(run, STEP_ORGANIZATION);
    return write_it(run);
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    switch (run->step) {
    case STEP_RECORD: return record_read(run, body);
    case STEP_ORGANIZATION: return people_take_organization(run, body) ? write_it(run) : ZENDESK_FAILED;
    default: return customer_receipt(run, body, false);
    }
}

const struct language language_UPDATE_CUSTOMER = {
    .begin = begin, .answer = answer, .write_step = STEP_WRITE, .noun = "customer"
};
