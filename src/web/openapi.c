/* openapi.c - the description of the API (OpenAPI 3.1), made of the tables that the program runs on: routes.def and shapes.def. What is not in them is not served, and
 * what is served is in them. */
#include "web/route.h"

enum { POINTER_BYTES_MAX = 128 };

static void reference(struct jw *json, enum shape shape)
{
    struct buf text;
    buf_init(&text, POINTER_BYTES_MAX);
    buf_fmt(&text, "#/components/schemas/%s", shape_name(shape));
    jw_object(json);
    jw_kv_str(json, "$ref", buf_view(&text));
    jw_end_object(json);
    buf_clear(&text);
}

static void content(struct jw *json, const char *type, enum shape shape)
{
    jw_key(json, "content");
    jw_object(json);
    jw_key(json, type);
    jw_object(json);
    jw_key(json, "schema");
    reference(json, shape);
    jw_end_object(json);
    jw_end_object(json);
}

/* The {names} in a pattern. */
static void parameter(struct jw *json, struct str name, const char *in, bool required, const char *schema)
{
    jw_object(json);
    jw_kv_str(json, "name", name);
    jw_kv_str(json, "in", str_from(in));
    jw_kv_bool(json, "required", required);
    jw_kv_raw(json, "schema", str_from(schema));
    jw_end_object(json);
}

/* As repeat_begin takes the key. */
static bool takes_key(const struct route *route)
{
    return route->method == HTTP_POST && route->may.rule != RULE_PUBLIC;
}

static void parameters(struct jw *json, const struct route *route)
{
    struct str rest = str_from(route->pattern), part;
    jw_key(json, "parameters");
    jw_array(json);
    while (str_split(&rest, '/', &part))
        if (str_starts(part, STR("{"))) parameter(json, str_slice(part, 1, part.len - 1), "path", true, "{\"type\":\"string\"}");
    if (takes_key(route))
        parameter(json, STR("Idempotency-Key"), "header", false, "{\"type\":\"string\",\"minLength\":1,\"maxLength\":255}");
    jw_end_array(json);
}

static void responses(struct jw *json, const struct route *route)
{
    jw_key(json, "responses");
    jw_object(json);
    jw_key(json, route->status == 201 ? "201" : route->status == 204 ? "204" : "200");
    jw_object(json);
    jw_kv_str(json, "description", str_from(route->summary));
    if (route->answer != SHAPE_NONE) content(json, "application/json", route->answer);
    jw_end_object(json);
    jw_key(json, "default");
    jw_object(json);
    jw_kv_str(json, "description", STR("What went wrong and the next step (RFC 9457)"));
    content(json, "application/problem+json", SHAPE_PROBLEM);
    jw_end_object(json);
    jw_end_object(json);
}

/* Unique and readable: the handler's own name is not known here, so method and pattern, letters only. */
static void operation_id(struct jw *json, const char *method, const char *pattern)
{
    struct buf text;
    buf_init(&text, POINTER_BYTES_MAX);
    buf_lit(&text, method);
    for (const char *c = pattern; *c != '\0'; c++) buf_char(&text, char_is_alpha(*c) || char_is_digit(*c) ? *c : '_');
    jw_kv_str(json, "operationId", buf_view(&text));
    buf_clear(&text);
}

static const char *method_key(enum http_method method)
{
    static const char *const keys[] = {
        [HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_PUT] = "put", [HTTP_PATCH] = "patch", [HTTP_DELETE] = "delete"
    };
    return keys[method];
}

static void operation(struct jw *json, const struct route *route)
{
    jw_key(json, method_key(route->method));
    jw_object(json);
    operation_id(json, method_key(route->method), route->pattern);
    jw_kv_str(json, "summary", str_from(route->summary));
    if (route->may.rule == RULE_PUBLIC) jw_kv_raw(json, "security", STR("[]"));
    if (route->may.rule != RULE_PUBLIC) jw_kv_str(json, "x-role", str_from(rule_role(route->may.rule)));
    if (route->may.scope < SCOPE_COUNT) jw_kv_str(json, "x-scope", str_from(key_scope_name(route->may.scope)));
    parameters(json, route);
    if (route->body != SHAPE_NONE) {
        jw_key(json, "requestBody");
        jw_object(json);
        content(json, route->body == SHAPE_BYTES ? "application/octet-stream" : "application/json", route->body);
        jw_end_object(json);
    }
    responses(json, route);
    jw_end_object(json);
}

static void paths(struct jw *json)
{
    const char *open = NULL;
    jw_key(json, "paths");
    jw_object(json);
    for (size_t i = 0; i < route_count; i++) {
        bool is_new = open == NULL || !str_eq(str_from(open), str_from(routes[i].pattern));
        if (is_new && open != NULL) jw_end_object(json);
        if (is_new) {
            open = routes[i].pattern;
            jw_key(json, open);
            jw_object(json);
        }
        operation(json, &routes[i]);
    }
    if (open != NULL) jw_end_object(json);
    jw_end_object(json);
}

static void components(struct jw *json)
{
    jw_key(json, "components");
    jw_object(json);
    jw_kv_raw(json, "securitySchemes",
              STR("{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\","
                  "\"name\":\"__Host-chatcrafter_session\"}}"));
    jw_key(json, "schemas");
    jw_object(json);
    for (int id = SHAPE_NONE + 1; id < SHAPE_COUNT; id++)
        jw_kv_raw(json, shape_name((enum shape)id), str_from(shape_schema((enum shape)id)));
    jw_end_object(json);
    jw_end_object(json);
}

void openapi_show(struct web_call *call)
{
    struct jw *json = call_json(call);
    jw_object(json);
    jw_kv_str(json, "openapi", STR("3.1.0"));
    jw_key(json, "info");
    jw_object(json);
    jw_kv_str(json, "title", STR("ChatCrafterAI"));
    jw_kv_str(json, "version", call->web->version);
    jw_end_object(json);
    jw_kv_raw(json, "security", STR("[{\"key\":[]},{\"session\":[]}]"));
    paths(json);
    components(json);
    jw_end_object(json);
    call_send(call, 200);
}
