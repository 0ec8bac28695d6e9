/* connection.c - by which connection a request goes. Its own, as a rule. When that was taken away, the present one of the same agent, if it leads to the same account; to another account
 * nothing is sent that a person has not looked at.
 */
#include "flow/parts.h"

enum status connection_of_request(struct store_tx *tx, const struct request *request, struct arena *arena,
                                  struct connection *connection)
{
    struct former_integration former;
    struct integration *present;
    size_t count;
    *connection = (struct connection){ 0 };
    enum status status = integration_get(tx, request->workspace, request->integration, arena, &connection->integration);
    if (status != E_NOT_FOUND) return status;
    connection->integration = (struct integration){ 0 };
    status = former_integration_get(tx, request->workspace, request->integration, arena, &former);
    if (status) return status == E_NOT_FOUND ? OK : status;
    status = integration_of_agent(tx, former.workspace, former.agent, arena, &present, &count);
    if (status || count == 0) return status;
    connection->integration = present[0];
    connection->is_new = true;
    if (!str_eq(former.subdomain, present[0].subdomain)) connection->meant_for = former.subdomain;
    return OK;
}
