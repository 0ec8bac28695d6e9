/* safe_update.c - closed tickets and optimistic locking. safe_update counts whatever its value, and only together with
 * updated_stamp (Zendesk's pages on tickets, "Protecting against ticket update collisions"). Stamps are whole seconds: two
 * writes within one are not told apart, as in Zendesk.
 */
#include "sandbox/safe_update.h"

#include "base/moment.h"
#include "sandbox/fail.h"

static bool is_stale(const struct ticket *ticket, const struct json *object)
{
    int64_t stamp;
    if (json_type(json_get(object, "safe_update")) == JSON_NONE) return false;
    if (!moment_parse(json_get_str(object, "updated_stamp"), &stamp)) return false;
    return ticket->updated_at / 1000 > stamp / 1000;
}

bool safe_update_allows(struct api_call *call, const struct ticket *ticket, const struct json *object)
{
    if (ticket_is_closed(ticket)) {
        struct invalid invalid = { .count = 0 };
        invalid_add(&invalid, "status", NULL, STR("Status: closed prevents ticket update"));
        fail_invalid(call, &invalid);
        return false;
    }
    if (!is_stale(ticket, object)) return true;
    fail_with(call, 409, "UpdateConflict",
              "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.");
    return false;
}
