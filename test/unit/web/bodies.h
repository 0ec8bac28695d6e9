/* bodies.h - one row of everything that a route can name, and for each shape a body that its routes take: what the tests that walk the table of routes ask with. */
#ifndef UNIT_WEB_BODIES_H
#define UNIT_WEB_BODIES_H

#include "unit/web/site.h"

/* Ids, by the names of the patterns' parameters. */
struct world {
    const char *agent, *integration, *conversation, *member, *session, *key, *action, *provider, *file;
};

static inline const char *world_first(struct site *site, const char *path)
{
    struct site_answer *list = site_get(site, path);
    assert_int_equal(list->status, 200);
    return arena_cstr(&site->arena, json_get_str(json_at(json_get(list->json, "items"), 0), "id"));
}

/* A request that waits: Zendesk is down while it is made. */
static inline const char *world_request(struct site *site, const char *agent)
{
    site->zendesk_is_down = true;
    struct site_answer *made =
        site_send(site, HTTP_POST, site_fmt(site, API "/agents/%s/actions/create_ticket", agent),
                  "{\"arguments\":{\"subject\":\"S\",\"description\":\"D\",\"requester_email\":\"jane@example.com\"}}");
    site->zendesk_is_down = false;
    assert_int_equal(made->status, 200);
    return site_text(site, made, "id");
}

/* A member that has signed in, so that there is a session of theirs. */
static inline void world_member(struct site *site, struct world *world)
{
    struct site_answer *made = site_send(site, HTTP_POST, API "/members", "{\"email\":\"ed@example.com\",\"role\":\"editor\"}");
    struct str url = json_get_str(made->json, "url");
    const char *token = site_fmt(site, "%.*s", STR_ARG(str_slice(url, str_find(url, STR("#"), 0) + 1, url.len)));
    const char *cookie = site_cookie(site, site_use_link(site, token));
    struct site_answer *sessions =
        site_ask(site, (struct site_ask){ .method = HTTP_GET, .path = API "/sessions", .headers = cookie });
    world->member = arena_cstr(&site->arena, json_get_str(json_get(made->json, "member"), "id"));
    world->session = arena_cstr(&site->arena, json_get_str(json_at(json_get(sessions->json, "items"), 0), "id"));
}

static inline struct world world_make(struct site *site)
{
    struct world world = { .agent = site_connected_agent(site), .file = "fil_01k9zq3v5n8xj4t2m7c6p0bdre" };
    world.integration = world_first(site, site_fmt(site, API "/agents/%s/integrations", world.agent));
    world.conversation = site_conversation(site, world.agent, "{\"channel\":\"chatlab\"}");
    world.action = world_request(site, world.agent);
    world_member(site, &world);
    struct site_answer *made = site_send(site, HTTP_POST, API "/keys", "{\"name\":\"ci\",\"role\":\"viewer\"}");
    world.key = site_text(site, made, "id");
    made = site_send(site, HTTP_POST, API "/providers",
                     site_fmt(site,
                              "{\"name\":\"Local\",\"protocol\":\"openai_chat\",\"model\":\"m\",\"base_url\":\"http://%.*s/v1\","
                              "\"key\":\"sk-planted-provider-key\"}",
                              STR_ARG(http_server_address(site->zendesk))));
    assert_int_equal(made->status, 201);
    world.provider = site_text(site, made, "id");
    return world;
}

static inline const char *world_id(const struct world *world, struct str param)
{
    const struct {
        const char *name, *id;
    } ids[] = { { "{agent}", world->agent },
                { "{integration}", world->integration },
                { "{conversation}", world->conversation },
                { "{member}", world->member },
                { "{session}", world->session },
                { "{key}", world->key },
                { "{action}", world->action },
                { "{provider}", world->provider },
                { "{file}", world->file },
                { "{name}", "get_ticket" },
                { "{code}", "not-found" },
                { "{number}", "1" } };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (str_eq(param, str_from(ids[i].name))) return ids[i].id;
    return NULL;
}

/* Has the pattern a parameter that is an id of a row? */
static inline bool world_names_a_row(const char *pattern)
{
    struct str text = str_from(pattern);
    bool is_name = str_ends(text, STR("{name}")) && str_find(text, STR("{agent}"), 0) == SIZE_MAX;
    return str_find(text, STR("{"), 0) != SIZE_MAX && !is_name && str_find(text, STR("{code}"), 0) == SIZE_MAX;
}

static inline const char *world_path(struct site *site, const struct world *world, const char *pattern)
{
    struct str rest = str_from(pattern), part;
    struct buf path;
    buf_init(&path, 512);
    (void)str_split(&rest, '/', &part);
    while (str_split(&rest, '/', &part)) {
        bool is_param = str_starts(part, STR("{"));
        const char *value = is_param ? world_id(world, part) : NULL;
        assert_true(value != NULL || !is_param);
        buf_char(&path, '/');
        buf_str(&path, is_param ? str_from(value) : part);
    }
    if (str_ends(str_from(pattern), STR("/uploads"))) buf_lit(&path, "?filename=a.txt");
    const char *text = arena_cstr(&site->arena, buf_view(&path));
    buf_clear(&path);
    return text;
}

/* What the routes of a shape take; NULL: none. */
static inline const char *body_of(enum shape shape)
{
    static const char *const bodies[SHAPE_COUNT] = {
        [SHAPE_MEMBER_CHANGE] = "{\"name\":\"Anna\"}",
        [SHAPE_INVITATION] = "{\"email\":\"new@example.com\",\"role\":\"viewer\"}",
        [SHAPE_ROLE_CHANGE] = "{\"role\":\"viewer\"}",
        [SHAPE_FACTOR_CODE] = "{\"code\":\"123456\"}",
        [SHAPE_WORKSPACE_CHANGE] = "{\"name\":\"Acme\"}",
        [SHAPE_KEY_NEW] = "{\"name\":\"laptop\",\"role\":\"viewer\",\"scopes\":[\"read\"]}",
        [SHAPE_AGENT_NEW] = "{\"name\":\"Sales\"}",
        [SHAPE_AGENT_CHANGE] = "{\"name\":\"Helpers\"}",
        [SHAPE_PROVIDER_NEW] = "{\"name\":\"P\",\"protocol\":\"ollama\",\"model\":\"m\"}",
        [SHAPE_PROVIDER_CHANGE] = "{\"name\":\"Q\"}",
        [SHAPE_CREDENTIALS] = SITE_CREDENTIALS,
        [SHAPE_INTEGRATION_CHANGE] = "{\"reserve_percent\":30}",
        [SHAPE_WEBHOOK_NEW] = "{\"url\":\"https://hooks.example.com/in\"}",
        [SHAPE_ACTION_RUN] = "{\"arguments\":{\"ticket_id\":7}}",
        [SHAPE_CONVERSATION_NEW] = "{\"channel\":\"chatlab\"}",
        [SHAPE_EXPLAIN] = "{\"text\":\"close ticket 7\"}",
        [SHAPE_MESSAGE_NEW] = "{\"text\":\"hello\"}",
        [SHAPE_CONFIRM] = "{\"hash\":\"0000\"}",
        [SHAPE_REQUEST_SETTLE] = "{\"ticket_id\":7}",
        [SHAPE_REQUEST_DROP] = "{\"reason\":\"No longer needed\"}",
        [SHAPE_BYTES] = "file",
    };
    return shape == SHAPE_NONE ? NULL : bodies[shape] != NULL ? bodies[shape] : "{}";
}

#endif
