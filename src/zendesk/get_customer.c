/* get_customer.c - a customer's record, then the name of their organization and the number of their tickets. The last two are
 * extras: where this account or role does not give them, they are null and the record is still shown. */
#include "base/limits.h"
#include "zendesk/customer.h"
#include "zendesk/wire.h"

enum { STEP_RECORD = 1, STEP_ORGANIZATION = 2, STEP_RELATED = 3 };

static enum zendesk_next begin(struct zendesk_run *run)
{
    return customer_read(run, STEP_RECORD);
}

static enum zendesk_next call_related(struct zendesk_run *run)
{
    return run_call(run, STEP_RELATED, arena_fmt(run->arena, "/api/v2/users/%lld/related", (long long)run->user_id));
}

static enum zendesk_next show(struct zendesk_run *run, const struct json *body)
{
    struct json *user = customer_kept(run);
    int64_t count = json_get_int(json_get(body, "user_related"), "requested_tickets", -1);
    struct wire wire;
    struct jw *json = wire_begin(&wire, LIMIT_ANSWER_BYTES);
    customer_write_short(user, json);
    jw_kv_str_or_null(json, "organization", run->organization);
    jw_key(json, "ticket_count");
    if (count >= 0)
        jw_int(json, count);
    else
        jw_null(json);
    json_free(user);
    return run_done(run, wire_end(&wire, run->arena));
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    switch (run->step) {
    case STEP_RECORD:
        if (!customer_take(run, body)) return ZENDESK_FAILED;
        return run->organization_id > 0 ? customer_call_organization(run, STEP_ORGANIZATION) : call_related(run);
    case STEP_ORGANIZATION:
        run->organization = arena_str(run->arena, json_get_str(json_get(body, "organization"), "name"));
        return call_related(run);
    default: return show(run, body);
    }
}

const struct language language_GET_CUSTOMER = {
    .begin = begin, .answer = answer, .optional_steps = 1 << STEP_ORGANIZATION | 1 << STEP_RELATED, .noun = "customer"
};
