/* find_customer.c - the one customer with exactly this address, in all details, and the name of their organization where the
 * role may read it. */
#include "base/limits.h"
#include "zendesk/customer.h"
#include "zendesk/wire.h"

enum { STEP_RECORD = 1, STEP_ORGANIZATION = 2 };

static enum zendesk_next begin(struct zendesk_run *run)
{
    return customer_read(run, STEP_RECORD);
}

static enum zendesk_next show(struct zendesk_run *run, struct str organization)
{
    struct json *user = customer_kept(run);
    struct wire wire;
    struct jw *json = wire_begin(&wire, LIMIT_ANSWER_BYTES);
    customer_write_details(user, json);
    jw_kv_str_or_null(json, "organization", organization);
    json_free(user);
    return run_done(run, wire_end(&wire, run->arena));
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    if (run->step == STEP_ORGANIZATION) return show(run, json_get_str(json_get(body, "organization"), "name"));
    if (!customer_take(run, body)) return ZENDESK_FAILED;
    return run->organization_id > 0 ? customer_call_organization(run, STEP_ORGANIZATION) : show(run, STR_NONE);
}

const struct language language_FIND_CUSTOMER = {
    .begin = begin, .answer = answer, .optional_steps = 1 << STEP_ORGANIZATION, .noun = "customer"
};
