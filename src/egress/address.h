/* address.h - which URL a call may have. Pure: no call is made here.
 *
 * A URL is a base and a path. The base is made from one host label or taken from the operator's table; the path is held
 * against the actions and against an alphabet in which no character can end a path, name another host or climb.
 */
#ifndef EGRESS_ADDRESS_H
#define EGRESS_ADDRESS_H

#include "base/buf.h"
#include "base/http.h"
#include "model/action.h"

/* A subdomain in its one canonical form: ^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$, bytes. */
bool address_is_label(struct str subdomain);

/* "http://HOST[:PORT]" or "https://HOST[:PORT]" and nothing more: what an operator may put in place of an account's host. */
bool address_is_base(struct str url);

/* Where a model provider may stand: "https://HOST[:PORT][/PATH]", with http as well when `allow_http`. No query, no "..", no slash at its end. */
bool address_is_provider_base(struct str url, bool allow_http);

/* What follows a provider's base: small letters, digits, '_' and '/'. */
bool address_is_model_path(struct str path);

/* Is this path with its query, by this method, one that the action makes? `action` NULL: one of the connection test's GETs. */
bool address_allows(const struct action_spec *action, enum http_method method, struct str path);

#endif
