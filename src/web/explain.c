/* explain.c - why the built-in engine answered as it did. Microseconds of work, so it is done at once. */
#include "flow/flow.h"
#include "web/route.h"

void explain_message(struct web_call *call)
{
    flow_explain(json_get_str(call->body, "text"), call->arena, call_json(call));
    call_send(call, call->route->status);
}
