/* shape.c - expands shapes.def. The words below keep its rows short. */
#include "web/shape.h"

#define REF(name)       "{\"$ref\":\"#/components/schemas/" name "\"}"
#define OR_NULL(schema) "{\"anyOf\":[" schema ",{\"type\":\"null\"}]}"
#define LIST_OF(name)                                                                                                            \
    "{\"type\":\"object\",\"required\":[\"items\",\"next_cursor\"],\"properties\":{\"items\":{\"type\":\"array\","               \
    "\"items\":" REF(name) "},\"next_cursor\":" TEXT_OR_NULL "}}"
#define ARRAY_OF(name) "{\"type\":\"array\",\"items\":" REF(name) "}"
#define TEXT           "{\"type\":\"string\"}"
#define SHOWN_ONCE     "{\"type\":\"string\",\"" SHAPE_SHOWN_ONCE "\":true}"
#define TEXT_OR_NULL   "{\"type\":[\"string\",\"null\"]}"
#define TIME           "{\"type\":\"string\",\"format\":\"date-time\"}"
#define TIME_OR_NULL   "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}"
#define WHOLE          "{\"type\":\"integer\"}"
#define WHOLE_OR_NULL  "{\"type\":[\"integer\",\"null\"]}"
#define WITHIN(a, b)   "{\"type\":\"integer\",\"minimum\":" #a ",\"maximum\":" #b "}"
#define NUMBER         "{\"type\":\"number\"}"
/* Dollars for a million tokens; LIMIT_PRICE. */
#define PRICE "{\"type\":\"number\",\"minimum\":0,\"maximum\":1000}"
/* Dollars in all. */
#define SUM                    "{\"type\":\"number\",\"minimum\":0,\"maximum\":1000000}"
#define NUMBER_OR_NULL         "{\"type\":[\"number\",\"null\"]}"
#define BOOL                   "{\"type\":\"boolean\"}"
#define FREE_OBJECT            "{\"type\":\"object\"}"
#define ANY                    "{}"
#define UP_TO(n)               "{\"type\":\"string\",\"maxLength\":" #n "}"
#define CHOICE(list)           "{\"type\":\"string\",\"enum\":[" list "]}"
#define WORDS_UP_TO(n, length) "{\"type\":\"array\",\"maxItems\":" #n ",\"items\":" UP_TO(length) "}"
#define KEY_SCOPE              CHOICE("\"read\",\"chat\",\"act\",\"configure\",\"admin\",\"vouch\"")
/* What a client may send: nothing but these members. */
#define INPUT(required, properties)                                                                                              \
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[" required "],\"properties\":{" properties "}}"
/* What we answer: all of these members. */
#define OUTPUT(required, properties) "{\"type\":\"object\",\"required\":[" required "],\"properties\":{" properties "}}"
#define WORDS                        "{\"type\":\"array\",\"items\":" TEXT "}"

static const struct {
    const char *name, *schema;
} shapes[] = {
    [SHAPE_NONE] = { "", "" },
#define SHAPE(id, name, schema) [SHAPE_##id] = { name, schema },
#include "web/shapes.def"
#undef SHAPE
};

const char *shape_name(enum shape shape)
{
    return shapes[shape].name;
}

const char *shape_schema(enum shape shape)
{
    return shapes[shape].schema;
}
