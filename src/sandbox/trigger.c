/* trigger.c - the conditions and actions of triggers that a webhook needs.
 *
 * A condition is {"field", "operator", "value"}; all of `all` and one of `any` (if there are some) must hold. A field that is not
 * known never holds, so a trigger written for more than this account has stays silent instead of firing always. Actions other
 * than notification_webhook are kept with the trigger and do nothing.
 * Source: developer.zendesk.com, "Conditions reference", "Actions reference", "Placeholders".
 */
#include "sandbox/trigger.h"

#include "sandbox/record.h"
#include "sandbox/tags.h"
#include "sandbox/webhook.h"

enum { PAYLOAD_BYTES_MAX = 256 * 1024 };

/* ---- conditions --------------------------------------------------------------------------------------------------------- */

struct state {
    struct str value, previous; /* as text */
    int rank;                   /* where it stands in an order; -1: in none */
};

static struct str id_text(struct api_call *call, int64_t id)
{
    return id ? arena_fmt(call->arena, "%lld", (long long)id) : STR("");
}

/* What a field is now, and was. False: not one that is known. */
static bool read_state(struct api_call *call, const struct ticket_change *change, struct str field, struct state *state)
{
    const struct ticket *now = &change->after, *was = &change->before;
    *state = (struct state){ .rank = -1 };
    if (str_eq(field, STR("status"))) {
        *state = (struct state){ now->status, was->status, ticket_status_rank(now->status) };
    } else if (str_eq(field, STR("priority"))) {
        *state = (struct state){ now->priority, was->priority, ticket_priority_rank(now->priority) };
    } else if (str_eq(field, STR("type"))) {
        state->value = now->type;
        state->previous = was->type;
    } else if (str_eq(field, STR("update_type"))) {
        state->value = was->id ? STR("Change") : STR("Create");
    } else if (str_eq(field, STR("comment_is_public"))) {
        state->value = !change->has_comment ? STR("") : change->comment.is_public ? STR("true") : STR("false");
    } else if (str_eq(field, STR("assignee_id"))) {
        state->value = id_text(call, now->assignee_id);
        state->previous = id_text(call, was->assignee_id);
    } else if (str_eq(field, STR("group_id"))) {
        state->value = id_text(call, now->group_id);
        state->previous = id_text(call, was->group_id);
    } else if (str_eq(field, STR("requester_id"))) {
        state->value = id_text(call, now->requester_id);
        state->previous = id_text(call, was->requester_id);
    } else {
        return false;
    }
    return true;
}

static bool tags_hold(struct str tags, struct str operator, struct str wanted)
{
    struct str tag;
    bool has_one = false;
    while (str_split(&wanted, ' ', &tag)) has_one |= tag.len && tags_have(tags, tag);
    return str_eq(operator, STR("not_includes")) ? !has_one : has_one;
}

static bool holds(struct api_call *call, const struct ticket_change *change, const struct json *condition)
{
    struct state state;
    struct str field = json_get_str(condition, "field"), operator= json_get_str(condition, "operator");
    const struct json *given = json_get(condition, "value");
    struct str wanted = json_type(given) == JSON_BOOL ? json_bool(given, false) ? STR("true") : STR("false") : json_str(given);
    if (str_eq(field, STR("current_tags"))) return tags_hold(change->after.tags, operator, wanted);
    if (!read_state(call, change, field, &state)) return false;
    int rank = str_eq(field, STR("status")) ? ticket_status_rank(wanted) : ticket_priority_rank(wanted);
    bool is_any_comment = str_eq(field, STR("comment_is_public")) && str_eq(wanted, STR("not_relevant"));
    if (is_any_comment) return change->has_comment;
    bool is_changed = !str_eq(state.value, state.previous);
    if (!operator.len || str_eq(operator, STR("is"))) return str_eq_nocase(state.value, wanted);
    if (str_eq(operator, STR("is_not"))) return !str_eq_nocase(state.value, wanted);
    if (str_eq(operator, STR("less_than"))) return state.rank >= 0 && state.rank < rank;
    if (str_eq(operator, STR("greater_than"))) return rank >= 0 && state.rank > rank;
    if (str_eq(operator, STR("changed"))) return is_changed;
    if (str_eq(operator, STR("not_changed"))) return !is_changed;
    if (str_eq(operator, STR("value"))) return is_changed && str_eq_nocase(state.value, wanted);
    if (str_eq(operator, STR("value_previous"))) return is_changed && str_eq_nocase(state.previous, wanted);
    return false;
}

static bool fires(struct api_call *call, const struct ticket_change *change, const struct json *trigger)
{
    const struct json *all = json_get(json_get(trigger, "conditions"), "all");
    const struct json *any = json_get(json_get(trigger, "conditions"), "any");
    bool one_holds = json_count(any) == 0;
    for (size_t i = 0; i < json_count(all); i++)
        if (!holds(call, change, json_at(all, i))) return false;
    for (size_t i = 0; i < json_count(any); i++) one_holds |= holds(call, change, json_at(any, i));
    return one_holds && json_count(all) + json_count(any) > 0;
}

/* ---- placeholders ------------------------------------------------------------------------------------------------------- */

static struct str person(struct api_call *call, int64_t id, struct str what)
{
    struct user user;
    if (!id || !user_load(call->sandbox->desk, call->arena, id, &user)) return STR("");
    if (str_eq(what, STR("email"))) return user.email;
    if (str_eq(what, STR("id"))) return id_text(call, id);
    if (str_eq(what, STR("external_id"))) return user.external_id;
    return user.name;
}

static struct str value_of(struct api_call *call, struct str name, const struct ticket_change *change)
{
    const struct ticket *ticket = &change->after;
    if (str_eq(name, STR("ticket.id"))) return id_text(call, ticket->id);
    if (str_eq(name, STR("ticket.title"))) return ticket->subject;
    if (str_eq(name, STR("ticket.description"))) return ticket->description;
    if (str_eq(name, STR("ticket.status"))) return ticket->status;
    if (str_eq(name, STR("ticket.priority"))) return ticket->priority;
    if (str_eq(name, STR("ticket.ticket_type"))) return ticket->type;
    if (str_eq(name, STR("ticket.external_id"))) return ticket->external_id;
    if (str_eq(name, STR("ticket.tags"))) return ticket->tags;
    if (str_eq(name, STR("ticket.latest_comment"))) return change->has_comment ? change->comment.body : STR("");
    if (str_eq(name, STR("ticket.latest_public_comment")))
        return change->has_comment && change->comment.is_public ? change->comment.body : STR("");
    if (str_eq(name, STR("ticket.link")))
        return arena_fmt(call->arena, "https://%.*s.zendesk.com/agent/tickets/%lld", STR_ARG(call->sandbox->account),
                         (long long)ticket->id);
    if (str_starts(name, STR("ticket.requester."))) return person(call, ticket->requester_id, str_slice(name, 17, name.len));
    if (str_starts(name, STR("ticket.assignee."))) return person(call, ticket->assignee_id, str_slice(name, 16, name.len));
    if (str_starts(name, STR("current_user."))) return person(call, call->actor->id, str_slice(name, 13, name.len));
    return STR("");
}

/* The text with its {{placeholders}} filled in; in JSON strings, so values are escaped. */
static struct str fill_text(struct api_call *call, struct str text, const struct ticket_change *change)
{
    struct buf out;
    buf_init(&out, PAYLOAD_BYTES_MAX);
    for (size_t at = 0; at < text.len;) {
        size_t open = str_find(text, STR("{{"), at), close = open == SIZE_MAX ? SIZE_MAX : str_find(text, STR("}}"), open);
        size_t end = close == SIZE_MAX ? text.len : open;
        buf_str(&out, str_slice(text, at, end));
        if (close == SIZE_MAX) break;
        buf_json(&out, value_of(call, str_trim(str_slice(text, open + 2, close)), change));
        at = close + 2;
    }
    struct str filled = arena_str(call->arena, buf_view(&out));
    buf_clear(&out);
    return filled;
}

/* ---- actions ------------------------------------------------------------------------------------------------------------ */

static void act(struct api_call *call, const struct ticket_change *change, const struct json *trigger)
{
    const struct json *actions = json_get(trigger, "actions");
    for (size_t i = 0; i < json_count(actions); i++) {
        const struct json *value = json_get(json_at(actions, i), "value");
        if (!str_eq(json_get_str(json_at(actions, i), "field"), STR("notification_webhook"))) continue;
        struct str payload = fill_text(call, json_str(json_at(value, 1)), change);
        webhook_enqueue(call, arena_str(call->arena, json_str(json_at(value, 0))), payload);
    }
}

void trigger_run(struct api_call *call, const struct ticket_change *change)
{
    struct desk *desk = call->sandbox->desk;
    for (int64_t id = record_next_id(desk, &kind_trigger, 0, 0); id; id = record_next_id(desk, &kind_trigger, 0, id)) {
        struct json *trigger = record_tree(desk, &kind_trigger, id);
        if (json_get_bool(trigger, "active", false) && fires(call, change, trigger)) act(call, change, trigger);
        json_free(trigger);
    }
}
