/* schema.h - JSON values against JSON Schema (draft 2020-12), the part of it that actions.def uses. Pure.
 *
 * Known: type, required, properties, additionalProperties (false), minProperties, maxProperties, enum (of texts), minLength,
 * maxLength (in code points), minimum and maximum (whole numbers), items, minItems, maxItems, the formats "email" and "date", allOf, and anyOf as the
 * actions use it, of alternatives that differ in `required`. Other keywords are not looked at, as the standard says for
 * annotations; test_action.c holds actions.def to the known ones.
 */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include "base/json.h"
#include "model/problem.h"

/* OK, or E_INPUT with the problem that names the first field at fault and what would be right. The strings are in the arena. */
enum status schema_check(const struct json *schema, const struct json *value, struct arena *, struct problem *) must_check;

#endif
