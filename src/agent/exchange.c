/* exchange.c - a list of neutral turns that only grows, in the order that providers insist on: a reply with calls, then one result for each of them, before anything else.
 *
 * Rejected: a table of its own. The exchange lives as long as one turn, changes with the state that says what is waited for, and must be stored in the same moment.
 */
#include "agent/exchange.h"

/* ---- growing ------------------------------------------------------------------------------------------------------------- */

static size_t call_bytes(const struct model_call *call)
{
    return call->id.len + call->name.len + call->arguments.len + call->extra.len;
}

static struct model_turn *add(struct exchange *exchange, enum model_role role, size_t bytes)
{
    exchange->bytes += bytes;
    struct model_turn *turn = &exchange->turns[exchange->count++];
    *turn = (struct model_turn){ .role = role };
    return turn;
}

static bool has_room(const struct exchange *exchange, size_t turns, size_t bytes)
{
    return exchange->count + turns <= EXCHANGE_TURNS_MAX && exchange->bytes + bytes <= EXCHANGE_BYTES_MAX;
}

static struct model_call copy_call(const struct model_call *call, struct arena *arena)
{
    return (struct model_call){ .id = arena_str(arena, call->id),
                                .name = arena_str(arena, call->name),
                                .arguments = arena_str(arena, call->arguments),
                                .extra = arena_str(arena, call->extra),
                                .flaw = call->flaw };
}

bool exchange_add_reply(struct exchange *exchange, const struct model_reply *reply, struct str text, struct arena *arena)
{
    size_t bytes = text.len + reply->opaque.len;
    for (size_t i = 0; i < reply->call_count; i++) bytes += call_bytes(&reply->calls[i]);
    if (!has_room(exchange, 1 + reply->call_count, bytes)) return false; /* the results come after it */
    struct model_turn *turn = add(exchange, MODEL_ASSISTANT, bytes);
    struct model_call *calls = arena_array(arena, reply->call_count, sizeof *calls);
    for (size_t i = 0; i < reply->call_count; i++) calls[i] = copy_call(&reply->calls[i], arena);
    turn->text = arena_str(arena, text);
    turn->opaque = arena_str(arena, reply->opaque);
    turn->calls = calls;
    turn->call_count = reply->call_count;
    exchange->calls += reply->call_count;
    return true;
}

/* The reply that results are still wanted for, and how many it has; NULL when nothing was called. */
static const struct model_turn *last_reply(const struct exchange *exchange, size_t *results)
{
    *results = 0;
    for (size_t i = exchange->count; i-- > 0;) {
        if (exchange->turns[i].role == MODEL_ASSISTANT) return exchange->turns[i].call_count ? &exchange->turns[i] : NULL;
        if (exchange->turns[i].role == MODEL_RESULT) (*results)++;
    }
    return NULL;
}

const struct model_call *exchange_pending(const struct exchange *exchange)
{
    size_t results;
    const struct model_turn *reply = last_reply(exchange, &results);
    return reply && results < reply->call_count ? &reply->calls[results] : NULL;
}

const struct model_call *exchange_rest(const struct exchange *exchange, size_t *count)
{
    size_t results;
    const struct model_turn *reply = last_reply(exchange, &results);
    *count = reply && results < reply->call_count ? reply->call_count - results - 1 : 0;
    return *count ? &reply->calls[results + 1] : NULL;
}

void exchange_add_result(struct exchange *exchange, struct str text, bool is_error, struct arena *arena)
{
    const struct model_call *call = exchange_pending(exchange);
    if (!call) return;
    struct model_turn *turn = add(exchange, MODEL_RESULT, text.len);
    turn->call_id = call->id;
    turn->call_name = call->name;
    turn->text = arena_str(arena, text);
    turn->is_error = is_error;
}

bool exchange_add_note(struct exchange *exchange, struct str said, struct str note, struct arena *arena)
{
    if (!has_room(exchange, 2, said.len + note.len)) return false;
    if (said.len) add(exchange, MODEL_ASSISTANT, said.len)->text = arena_str(arena, said);
    add(exchange, MODEL_USER, note.len)->text = arena_str(arena, note);
    return true;
}

size_t exchange_results(const struct exchange *exchange)
{
    size_t results = 0;
    for (size_t i = 0; i < exchange->count; i++) results += exchange->turns[i].role == MODEL_RESULT;
    return results;
}

bool exchange_is_repeated(const struct exchange *exchange, const struct model_call *call)
{
    for (size_t i = 0; i < exchange->count; i++) {
        const struct model_turn *turn = &exchange->turns[i];
        for (size_t k = 0; k < turn->call_count; k++) {
            if (&turn->calls[k] == call) return false;
            if (str_eq(turn->calls[k].name, call->name) && str_eq(turn->calls[k].arguments, call->arguments)) return true;
        }
    }
    return false;
}

void exchange_change_provider(struct exchange *exchange)
{
    for (size_t i = 0; i < exchange->count; i++) {
        struct model_turn *turn = &exchange->turns[i];
        turn->opaque = STR_NONE;
        for (size_t k = 0; k < turn->call_count; k++) ((struct model_call *)(uintptr_t)turn->calls)[k].extra = STR_NONE;
    }
}

/* ---- its stored form ------------------------------------------------------------------------------------------------------- */

static const char *const roles[] = { [MODEL_USER] = "note", [MODEL_ASSISTANT] = "reply", [MODEL_RESULT] = "result" };

static void save_given(struct jw *json, const char *key, struct str value)
{
    if (value.len) jw_kv_str(json, key, value);
}

static void save_calls(struct jw *json, const struct model_turn *turn)
{
    if (turn->call_count == 0) return;
    jw_key(json, "calls");
    jw_array(json);
    for (size_t i = 0; i < turn->call_count; i++) {
        jw_object(json);
        jw_kv_str(json, "id", turn->calls[i].id);
        jw_kv_str(json, "name", turn->calls[i].name);
        jw_kv_str(json, "arguments", turn->calls[i].arguments);
        save_given(json, "extra", turn->calls[i].extra);
        if (turn->calls[i].flaw) jw_kv_int(json, "flaw", turn->calls[i].flaw);
        jw_end_object(json);
    }
    jw_end_array(json);
}

void exchange_save(const struct exchange *exchange, struct jw *json)
{
    jw_array(json);
    for (size_t i = 0; i < exchange->count; i++) {
        const struct model_turn *turn = &exchange->turns[i];
        jw_object(json);
        jw_kv_str(json, "role", str_from(roles[turn->role]));
        save_given(json, "text", turn->text);
        save_given(json, "opaque", turn->opaque);
        save_calls(json, turn);
        if (turn->is_error) jw_kv_bool(json, "error", true);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static const struct model_call *load_calls(const struct json *list, struct arena *arena, size_t *count)
{
    *count = json_count(list);
    struct model_call *calls = arena_array(arena, *count, sizeof *calls);
    for (size_t i = 0; i < *count; i++) {
        const struct json *entry = json_at(list, i);
        int64_t flaw = json_get_int(entry, "flaw", MODEL_FLAW_NONE);
        calls[i] = (struct model_call){
            .id = arena_str(arena, json_get_str(entry, "id")),
            .name = arena_str(arena, json_get_str(entry, "name")),
            .arguments = arena_str(arena, json_get_str(entry, "arguments")),
            .extra = arena_str(arena, json_get_str(entry, "extra")),
            .flaw = flaw >= MODEL_FLAW_NONE && flaw <= MODEL_FLAW_REPEATED ? (enum model_flaw)flaw : MODEL_FLAW_ARGUMENTS,
        };
    }
    return calls;
}

static bool load_turn(struct exchange *exchange, const struct json *entry, struct arena *arena)
{
    struct str role = json_get_str(entry, "role"), text = json_get_str(entry, "text");
    if (str_eq(role, str_from(roles[MODEL_RESULT]))) {
        bool wanted = exchange_pending(exchange) != NULL;
        exchange_add_result(exchange, text, json_get_bool(entry, "error", false), arena);
        return wanted;
    }
    bool is_reply = str_eq(role, str_from(roles[MODEL_ASSISTANT]));
    if (!is_reply && !str_eq(role, str_from(roles[MODEL_USER]))) return false;
    struct model_turn *turn = add(exchange, is_reply ? MODEL_ASSISTANT : MODEL_USER, text.len);
    turn->text = arena_str(arena, text);
    if (!is_reply) return true;
    turn->opaque = arena_str(arena, json_get_str(entry, "opaque"));
    turn->calls = load_calls(json_get(entry, "calls"), arena, &turn->call_count);
    exchange->bytes += turn->opaque.len;
    for (size_t i = 0; i < turn->call_count; i++) exchange->bytes += call_bytes(&turn->calls[i]);
    exchange->calls += turn->call_count;
    return true;
}

void exchange_load(struct exchange *exchange, const struct json *list, struct arena *arena)
{
    *exchange = (struct exchange){ 0 };
    for (size_t i = 0; i < json_count(list) && i < EXCHANGE_TURNS_MAX; i++)
        if (!load_turn(exchange, json_at(list, i), arena)) return;
}
