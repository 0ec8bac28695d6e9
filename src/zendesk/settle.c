/* settle.c - see settle.h. The result has the members that the words about any of the requests name: of a created ticket, of a changed one, of one with a new comment. */
#include "zendesk/settle.h"

#include "base/limits.h"
#include "zendesk/fault.h"
#include "zendesk/wire.h"

bool zendesk_settle_begin(struct zendesk_settle *settle)
{
    if (settle->wanted_id > 0 && settle->wanted_id != settle->ticket_id) {
        settle->problem = (struct problem){ .id = PROBLEM_REQUEST_OTHER_TICKET, .facts.number = settle->wanted_id };
        return false;
    }
    settle->request = (struct zendesk_request){
        .method = HTTP_GET,
        .path = arena_fmt(settle->arena, "/api/v2/tickets/%lld?include=users", (long long)settle->ticket_id),
    };
    return true;
}

/* Made by another request of ours: this one cannot have come to it. */
static bool is_of_another_request(const struct zendesk_settle *settle, const struct json *ticket)
{
    struct str external_id = json_get_str(ticket, "external_id");
    bool is_new = settle->wanted_id == 0;
    return is_new && str_starts(external_id, STR("cca:")) && !str_eq(external_id, settle->setting->external_id);
}

static struct str person_of(const struct json *users, int64_t id, struct arena *arena)
{
    for (size_t i = 0; i < json_count(users); i++) {
        const struct json *user = json_at(users, i);
        if (json_get_int(user, "id", 0) != id) continue;
        struct str name = json_get_str(user, "name"), email = json_get_str(user, "email");
        return email.len > 0 ? arena_fmt(arena, "%.*s <%.*s>", STR_ARG(name), STR_ARG(email)) : arena_str(arena, name);
    }
    return STR_NONE;
}

static struct str result_of(const struct zendesk_settle *settle, const struct json *ticket)
{
    struct wire wire;
    struct jw *json = wire_begin(&wire, LIMIT_ANSWER_BYTES);
    struct str base = settle->setting->base_url;
    jw_kv_int(json, "id", settle->ticket_id);
    jw_kv_int(json, "ticket_id", settle->ticket_id);
    jw_kv_str_or_null(json, "status", json_get_str(ticket, "status"));
    jw_kv_str_or_null(json, "created_at", json_get_str(ticket, "created_at"));
    jw_kv_str_or_null(json, "updated_at", json_get_str(ticket, "updated_at"));
    jw_kv_str(json, "url", arena_fmt(settle->arena, "%.*s/agent/tickets/%lld", STR_ARG(base), (long long)settle->ticket_id));
    jw_kv_bool(json, "settled_by_hand", true);
    return wire_end(&wire, settle->arena);
}

bool zendesk_settle_answer(struct zendesk_settle *settle, const struct http_answer *answer)
{
    const struct zendesk_who who = { .subdomain = settle->setting->subdomain };
    struct json *body = answer->status == 200 ? json_parse(answer->body, NULL) : NULL;
    const struct json *ticket = json_get(body, "ticket");
    bool is_there = json_get_int(ticket, "id", 0) == settle->ticket_id;
    bool may_be = is_there && !is_of_another_request(settle, ticket);
    if (may_be) {
        settle->subject = arena_str(settle->arena, json_get_str(ticket, "subject"));
        settle->requester = person_of(json_get(body, "users"), json_get_int(ticket, "requester_id", 0), settle->arena);
        settle->result = result_of(settle, ticket);
    } else if (is_there) {
        settle->problem =
            (struct problem){ .id = PROBLEM_REQUEST_TICKET_TAKEN, .field = STR("ticket_id"), .facts.number = settle->ticket_id };
    } else {
        settle->problem = zendesk_problem(answer, &who, settle->arena);
        if (answer->status == 200)
            settle->problem = (struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = answer->status };
        if (settle->problem.id == PROBLEM_ZENDESK_NOT_FOUND) settle->problem.facts.what = STR("ticket");
    }
    json_free(body);
    return may_be;
}
