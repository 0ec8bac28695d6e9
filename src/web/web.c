/* web.c - opening the room, and the way of a request to its handler:
 *
 *     route -> actor -> may they? -> our own page? -> readable body of the right shape? -> sent before (repeat.h)? -> handler
 *
 * Each step either goes on or answers. What is no route is a file of the console, or a page that the console draws.
 */
#include "web/web.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "model/schema.h"
#include "vault/token.h"
#include "web/console.h"
#include "web/csrf.h"
#include "web/repeat.h"
#include "web/route.h"

/* ---- life ------------------------------------------------------------------------------------------------------------------- */

static bool is_input(const char *schema)
{
    return str_starts(str_from(schema), STR("{\"type\":\"object\",\"additionalProperties\":false"));
}

/* Our own text: what cannot be parsed is a mistake in shapes.def. */
static void parse_shapes(struct web *web)
{
    for (int id = SHAPE_NONE + 1; id < SHAPE_COUNT; id++) {
        const char *schema = shape_schema((enum shape)id);
        if (!is_input(schema)) continue;
        web->shapes[id] = json_parse(str_from(schema), NULL);
        assert(web->shapes[id] != NULL);
    }
}

/* So that links can be made by adding a path. */
static struct str without_slash(struct str url)
{
    return str_ends(url, STR("/")) ? str_slice(url, 0, url.len - 1) : url;
}

struct web *web_open(const struct web_options *options)
{
    struct web *web = mem_alloc(sizeof *web);
    uint8_t key[32], start[8];
    token_random(key, sizeof key);
    token_random(start, sizeof start);
    for (size_t i = 0; i < sizeof start; i++) (void)snprintf(web->trace_start + 2 * i, 3, "%02x", start[i]);
    arena_init(&web->arena);
    web->loop = options->loop;
    web->store = options->store;
    web->flow = options->flow;
    web->version = arena_str(&web->arena, str_from(options->version));
    web->public_url = arena_str(&web->arena, without_slash(options->public_url));
    if (options->trusted_proxies != NULL) web->trusted_proxies = *options->trusted_proxies;
    web->data_dir = arena_str(&web->arena, str_from(options->data_dir));
    web->database = arena_str(&web->arena, str_from(options->database));
    web->started_at = loop_wall_ms();
    web->processes = options->processes;
    web->process_count = options->process_count;
    web->passwords = passwords_open(options->loop);
    web->throttle = throttle_open(key);
    parse_shapes(web);
    return web;
}

bool web_is_idle(const struct web *web)
{
    return web->open_calls == 0 && web->touching == 0;
}

void web_close(struct web *web)
{
    assert(web_is_idle(web));
    passwords_close(web->passwords);
    throttle_close(web->throttle);
    for (int id = 0; id < SHAPE_COUNT; id++) json_free(web->shapes[id]);
    arena_clear(&web->arena);
    mem_free(web);
}

void web_set_address(struct web *web, struct str address)
{
    web->address = arena_str(&web->arena, address);
}

void web_set_stopping(struct web *web)
{
    web->is_stopping = true;
}

/* ---- the body ---------------------------------------------------------------------------------------------------------------- */

static void refuse_json(struct web_call *call, const char *detail)
{
    struct problem problem = { .id = PROBLEM_JSON_UNREADABLE, .evidence = str_from(detail) };
    call_refuse(call, &problem);
}

static bool is_json(const struct web_call *call)
{
    struct str type = call_header(call, "Content-Type"), media;
    return str_split(&type, ';', &media) && str_eq_nocase(str_trim(media), STR("application/json"));
}

/* An absent body stands for {}: what it lacks is then named member by member. False: answered. */
static bool read_body(struct web_call *call)
{
    struct str text = call->request->body;
    struct err err = { 0 };
    struct problem problem;
    if (call->route->body == SHAPE_NONE || call->route->body == SHAPE_BYTES) return true;
    if (text.len > 0 && !is_json(call)) {
        call_refuse_id(call, PROBLEM_CONTENT_TYPE);
        return false;
    }
    call->body = json_parse(text.len > 0 ? text : STR("{}"), &err);
    if (json_type(call->body) != JSON_OBJECT) {
        refuse_json(call, call->body == NULL ? err.detail : "");
        return false;
    }
    if (schema_check(call->web->shapes[call->route->body], call->body, call->arena, &problem) == OK) return true;
    call_refuse(call, &problem);
    return false;
}

/* ---- from exchange to handler -------------------------------------------------------------------------------------------------- */

static bool changes_state(const struct web_call *call)
{
    return call->route->method != HTTP_GET;
}

/* A cookie goes wherever the browser goes, so it needs the browser's word that the page is ours. Signing in needs no cookie but sets one: there only a foreign page's word is
 * refused. Keys and local peers are not sent along by browsers. */
static bool is_from_elsewhere(const struct web_call *call)
{
    if (!changes_state(call)) return false;
    enum csrf origin = csrf_origin(call->request, call->web->public_url);
    if (call->actor.kind == ACTOR_SESSION) return origin != CSRF_OWN;
    return call->route->may.rule == RULE_PUBLIC && origin == CSRF_FOREIGN;
}

static void enter(struct web_call *call)
{
    struct problem problem;
    if (authorize(&call->actor, call->route->may, NULL, &problem) != OK)
        call_refuse(call, &problem);
    else if (is_from_elsewhere(call))
        call_refuse_id(call, PROBLEM_CSRF_REFUSED);
    else if (read_body(call))
        repeat_begin(call, call->route->handler);
}

static void refuse_method(struct web_call *call, struct str allow)
{
    struct problem problem = {
        .id = PROBLEM_METHOD_NOT_ALLOWED,
        .facts = { .value = str_from(http_method_name(call->request->method)), .limit = allow },
    };
    call_add_header(call, "Allow", allow);
    call_refuse(call, &problem);
}

static void dispatch(struct web_call *call)
{
    if (call->web->is_stopping && changes_state(call))
        call_refuse_id(call, PROBLEM_SERVER_STOPPING);
    else if (call->route->may.rule == RULE_PUBLIC)
        enter(call);
    else
        actor_find(call, enter);
}

bool web_takes_file(const struct http_request *request)
{
    bool is_signed = http_header_get(request->headers, request->header_count, STR("Authorization")).len > 0 ||
                     http_header_get(request->headers, request->header_count, STR("Cookie")).len > 0;
    return is_signed && request->method == HTTP_POST && str_starts(request->path, STR(API "/conversations/")) &&
           str_ends(request->path, STR("/uploads"));
}

void web_handle(void *context, struct http_exchange *exchange)
{
    struct web_call *call = call_new(context, exchange);
    struct str allow;
    switch (route_find(call, &allow)) {
    case ROUTE_FOUND: dispatch(call); return;
    case ROUTE_OTHER_METHOD: refuse_method(call, allow); return;
    case ROUTE_WRONG_ID: call_fail(call, E_NOT_FOUND); return;
    case ROUTE_UNKNOWN: break;
    }
    console_serve(call);
}
