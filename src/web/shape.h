/* shape.h - the shapes of JSON bodies, as JSON Schema (draft 2020-12) text in one table (shapes.def).
 *
 * Bodies of requests are checked against theirs before a handler sees them (model/schema.h); all of them are the components of /openapi.json; the tests hold every answer
 * against its shape.
 */
#ifndef WEB_SHAPE_H
#define WEB_SHAPE_H

/* Stands in the schema of a member that holds a secret: the answer that makes it shows it, and it is kept nowhere (repeat.c). */
#define SHAPE_SHOWN_ONCE "x-shown-once"

enum shape {
    SHAPE_NONE = 0,
#define SHAPE(id, name, schema) SHAPE_##id,
#include "web/shapes.def"
#undef SHAPE
    SHAPE_COUNT
};

const char *shape_name(enum shape);   /* "Agent": its name in the description */
const char *shape_schema(enum shape); /* JSON text */

#endif
