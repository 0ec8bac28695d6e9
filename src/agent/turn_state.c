/* turn_state.c - the state as JSON and back.
 *
 * States and questions are stored by name and unknown members are passed over, so an older and a newer program can take turns on one conversation. A
 * state that this program does not know becomes idle: nothing is ever sent because of a misread state. Only text that is no state at all is corrupt.
 */
#include "agent/turn_state.h"

#include <assert.h>

#include "base/limits.h"

enum { STATE_BYTES_MAX = 8 * LIMIT_ARGUMENTS_BYTES };

static const char *const state_names[STATE_COUNT] = { "idle",   "offer",   "collect", "confirm",
                                                      "number", "sending", "reading", "thinking" };

static const char *const language_names[NLU_LANGUAGES] = { "en", "de", "es" };

static enum nlu_language language_from(struct str name)
{
    for (size_t i = 0; i < NLU_LANGUAGES; i++)
        if (str_eq(name, str_from(language_names[i]))) return (enum nlu_language)i;
    return NLU_ENGLISH;
}

static enum turn_state state_from(struct str name)
{
    for (size_t i = 0; i < STATE_COUNT; i++)
        if (str_eq(name, str_from(state_names[i]))) return (enum turn_state)i;
    return STATE_IDLE;
}

/* ---- saving ---------------------------------------------------------------------------------------------------------------------- */

static void save_str(struct jw *json, const char *key, struct str value)
{
    if (value.len) jw_kv_str(json, key, value);
}

static void save_form(struct jw *json, const struct turn *turn)
{
    if (form_is_empty(&turn->form)) return;
    jw_key(json, "form");
    jw_object(json);
    for (size_t i = 0; i < NLU_FIELDS; i++) save_str(json, nlu_field_name((enum nlu_field)i), turn->form.values[i]);
    jw_end_object(json);
}

static void save_values(struct jw *json, const struct custom *custom)
{
    if (custom->count == 0) return;
    jw_key(json, "fields");
    jw_array(json);
    for (size_t i = 0; i < custom->count; i++) {
        jw_object(json);
        jw_kv_str(json, "title", custom->values[i].label);
        if (!str_eq(custom->values[i].key, custom->values[i].label)) jw_kv_str(json, "key", custom->values[i].key);
        jw_kv_str(json, "type", str_from(asked_type_name(custom->values[i].type)));
        jw_kv_str(json, "value", custom->values[i].text);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void save_task(struct jw *json, const struct turn *turn)
{
    if (turn->task.kind == ACTION_CREATE_TICKET) return;
    jw_key(json, "task");
    jw_object(json);
    jw_kv_str(json, "kind", str_from(action_spec(turn->task.kind)->slug));
    save_str(json, "asked", str_from(task_field_name(turn->task.asked)));
    jw_key(json, "values");
    jw_object(json);
    for (size_t i = 0; i < TASK_FIELDS; i++) save_str(json, task_field_name((enum task_field)i), turn->task.values[i]);
    jw_end_object(json);
    save_values(json, &turn->task.custom);
    jw_end_object(json);
}

static void save_list(struct jw *json, const struct turn *turn)
{
    if (turn->list_count == 0) return;
    jw_key(json, "list");
    jw_array(json);
    for (size_t i = 0; i < turn->list_count; i++) {
        jw_object(json);
        jw_kv_int(json, "id", (int64_t)turn->list[i].id);
        save_str(json, "subject", turn->list[i].subject);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void save_waiting(struct jw *json, const struct turn *turn)
{
    if (turn->waiting_count == 0) return;
    jw_key(json, "waiting");
    jw_array(json);
    for (size_t i = 0; i < turn->waiting_count; i++) {
        const struct turn_waiting *w = &turn->waiting[i];
        jw_object(json);
        jw_kv_str(json, "action", w->action);
        if (w->kind != ACTION_CREATE_TICKET) jw_kv_str(json, "kind", str_from(action_spec(w->kind)->slug));
        save_str(json, "turn", w->turn);
        save_str(json, "reference", w->reference);
        save_str(json, "subject", w->subject);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void save_pending(struct jw *json, const struct turn *turn)
{
    if (turn->pending_count == 0) return;
    jw_key(json, "pending");
    jw_array(json);
    for (size_t i = 0; i < turn->pending_count; i++) {
        jw_object(json);
        jw_kv_str(json, "text", turn->pending[i].text);
        if (turn->pending[i].when_idle) jw_kv_bool(json, "when_idle", true);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void save_orders(struct jw *json, const struct turn *turn)
{
    if (turn->order_count == 0) return;
    jw_key(json, "orders");
    jw_array(json);
    for (size_t i = 0; i < turn->order_count; i++) {
        jw_object(json);
        jw_kv_str(json, "kind", str_from(action_spec(turn->orders[i].kind)->slug));
        jw_kv_str(json, "arguments", turn->orders[i].arguments);
        jw_end_object(json);
    }
    jw_end_array(json);
}

static void save_thought(struct jw *json, const struct turn *turn)
{
    const struct thought *thought = &turn->thought;
    if (turn->must_show) jw_kv_bool(json, "must_show", true);
    if (thought->turn.len == 0) return;
    jw_key(json, "thought");
    jw_object(json);
    save_str(json, "ask", thought->ask);
    save_str(json, "turn", thought->turn);
    save_str(json, "text", thought->text);
    save_str(json, "said", thought->said);
    jw_kv_int(json, "began_at", thought->began_at);
    jw_kv_int(json, "engine", (int64_t)thought->engine);
    jw_kv_int(json, "rounds", (int64_t)thought->rounds);
    if (thought->was_held) jw_kv_bool(json, "was_held", true);
    if (thought->was_repeated) jw_kv_bool(json, "was_repeated", true);
    if (thought->exchange) {
        jw_key(json, "exchange");
        exchange_save(thought->exchange, json);
    }
    jw_end_object(json);
}

struct str turn_save(const struct turn *turn, struct arena *arena)
{
    struct buf out;
    struct jw json;
    buf_init(&out, STATE_BYTES_MAX);
    jw_init(&json, &out);
    jw_object(&json);
    jw_kv_int(&json, "v", TURN_STATE_VERSION);
    jw_kv_str(&json, "state", str_from(state_names[turn->state]));
    if (turn->resume != STATE_IDLE) jw_kv_str(&json, "resume", str_from(state_names[turn->resume]));
    if (turn->language != NLU_ENGLISH) jw_kv_str(&json, "language", str_from(language_names[turn->language]));
    save_str(&json, "turn", turn->id);
    save_form(&json, turn);
    save_str(&json, "asked_field", turn->form.custom.asked);
    save_values(&json, &turn->form.custom);
    save_task(&json, turn);
    save_list(&json, turn);
    save_str(&json, "asked", str_from(form_ask_name(turn->asked)));
    save_str(&json, "offer", turn->offer);
    save_str(&json, "action", turn->action);
    save_str(&json, "hash", turn->hash);
    save_str(&json, "action_turn", turn->action_turn);
    save_str(&json, "read", turn->read);
    save_str(&json, "read_turn", turn->read_turn);
    if (turn->read.len) jw_kv_str(&json, "read_kind", str_from(action_spec(turn->read_kind)->slug));
    if (turn->read_ticket) jw_kv_int(&json, "read_ticket", (int64_t)turn->read_ticket);
    if (turn->person) jw_kv_bool(&json, "person", true);
    if (turn->person_told) jw_kv_bool(&json, "person_told", true);
    if (turn->focus) jw_kv_int(&json, "focus", (int64_t)turn->focus);
    save_thought(&json, turn);
    save_orders(&json, turn);
    save_waiting(&json, turn);
    save_pending(&json, turn);
    jw_end_object(&json);
    assert(buf_ok(&out));
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

/* ---- loading ---------------------------------------------------------------------------------------------------------------------- */

static struct str load_str(const struct json *object, const char *key, struct arena *arena)
{
    struct str value = json_get_str(object, key);
    return value.len ? arena_str(arena, value) : STR_NONE;
}

static uint64_t load_number(const struct json *object, const char *key)
{
    int64_t value = json_get_int(object, key, 0);
    return value > 0 ? (uint64_t)value : 0;
}

/* A kind that this program does not know is no kind that it can go on with: the fallback. */
static enum action_kind load_kind(const struct json *object, const char *key, enum action_kind fallback)
{
    const struct action_spec *spec = action_find(json_get_str(object, key));
    return spec ? spec->kind : fallback;
}

static void load_values(struct custom *custom, const struct json *json, struct arena *arena)
{
    const struct json *values = json_get(json, "fields");
    for (size_t i = 0; i < json_count(values) && i < ASKED_FIELDS_MAX; i++) {
        const struct json *entry = json_at(values, i);
        struct custom_value value = { .label = load_str(entry, "title", arena),
                                      .key = load_str(entry, "key", arena),
                                      .text = load_str(entry, "value", arena) };
        if (value.key.len == 0) value.key = value.label;
        if (value.label.len && asked_type_from(json_get_str(entry, "type"), &value.type)) custom->values[custom->count++] = value;
    }
}

static void load_task(struct turn *turn, const struct json *task)
{
    const struct json *values = json_get(task, "values");
    turn->task.kind = load_kind(task, "kind", ACTION_CREATE_TICKET);
    turn->task.asked = task_field_from(json_get_str(task, "asked"));
    for (size_t i = 0; i < TASK_FIELDS; i++)
        turn->task.values[i] = load_str(values, task_field_name((enum task_field)i), turn->arena);
    load_values(&turn->task.custom, task, turn->arena);
}

static void load_list(struct turn *turn, const struct json *list)
{
    for (size_t i = 0; i < json_count(list) && i < TURN_LIST_MAX; i++)
        turn->list[turn->list_count++] = (struct turn_listed){ .id = load_number(json_at(list, i), "id"),
                                                               .subject = load_str(json_at(list, i), "subject", turn->arena) };
}

static void load_lists(struct turn *turn, const struct json *json)
{
    const struct json *waiting = json_get(json, "waiting"), *pending = json_get(json, "pending");
    for (size_t i = 0; i < json_count(waiting) && i < TURN_WAITING_MAX; i++) {
        const struct json *w = json_at(waiting, i);
        turn->waiting[turn->waiting_count++] = (struct turn_waiting){
            .kind = load_kind(w, "kind", ACTION_CREATE_TICKET),
            .action = load_str(w, "action", turn->arena),
            .turn = load_str(w, "turn", turn->arena),
            .reference = load_str(w, "reference", turn->arena),
            .subject = load_str(w, "subject", turn->arena),
        };
    }
    for (size_t i = 0; i < json_count(pending) && i < TURN_PENDING_MAX; i++) {
        const struct json *p = json_at(pending, i);
        turn->pending[turn->pending_count++] =
            (struct turn_pending){ .text = load_str(p, "text", turn->arena), .when_idle = json_get_bool(p, "when_idle", false) };
    }
}

static void load_orders(struct turn *turn, const struct json *orders)
{
    for (size_t i = 0; i < json_count(orders) && turn->order_count < TURN_ORDERS_MAX; i++) {
        const struct action_spec *spec = action_find(json_get_str(json_at(orders, i), "kind"));
        struct str arguments = load_str(json_at(orders, i), "arguments", turn->arena);
        if (spec && spec->writes) turn->orders[turn->order_count++] = (struct turn_order){ spec->kind, arguments };
    }
}

static void load_thought(struct turn *turn, const struct json *json)
{
    struct thought *thought = &turn->thought;
    const struct json *exchange = json_get(json, "exchange");
    thought->turn = load_str(json, "turn", turn->arena);
    if (thought->turn.len == 0) return;
    thought->ask = load_str(json, "ask", turn->arena);
    thought->text = load_str(json, "text", turn->arena);
    thought->said = load_str(json, "said", turn->arena);
    thought->began_at = json_get_int(json, "began_at", 0);
    thought->engine = (size_t)load_number(json, "engine");
    thought->rounds = (size_t)load_number(json, "rounds");
    thought->was_held = json_get_bool(json, "was_held", false);
    thought->was_repeated = json_get_bool(json, "was_repeated", false);
    if (!exchange) return;
    thought->exchange = arena_new(turn->arena, struct exchange);
    exchange_load(thought->exchange, exchange, turn->arena);
}

static void load_members(struct turn *turn, const struct json *json)
{
    turn->state = state_from(json_get_str(json, "state"));
    turn->resume = state_from(json_get_str(json, "resume"));
    turn->language = language_from(json_get_str(json, "language"));
    turn->id = load_str(json, "turn", turn->arena);
    const struct json *form = json_get(json, "form");
    for (size_t i = 0; i < NLU_FIELDS; i++) turn->form.values[i] = load_str(form, nlu_field_name((enum nlu_field)i), turn->arena);
    turn->form.custom.asked = load_str(json, "asked_field", turn->arena);
    load_values(&turn->form.custom, json, turn->arena);
    turn->asked = form_ask_from(json_get_str(json, "asked"));
    turn->offer = load_str(json, "offer", turn->arena);
    turn->action = load_str(json, "action", turn->arena);
    turn->hash = load_str(json, "hash", turn->arena);
    turn->action_turn = load_str(json, "action_turn", turn->arena);
    turn->read = load_str(json, "read", turn->arena);
    turn->read_turn = load_str(json, "read_turn", turn->arena);
    turn->read_ticket = load_number(json, "read_ticket");
    turn->person = json_get_bool(json, "person", false);
    turn->person_told = json_get_bool(json, "person_told", false);
    turn->focus = load_number(json, "focus");
    turn->read_kind = load_kind(json, "read_kind", ACTION_GET_TICKET);
    turn->must_show = json_get_bool(json, "must_show", false);
    load_thought(turn, json_get(json, "thought"));
    load_orders(turn, json_get(json, "orders"));
    load_task(turn, json_get(json, "task"));
    load_list(turn, json_get(json, "list"));
    load_lists(turn, json);
}

/* A state that waits for something it does not name would wait for ever. */
static void mend(struct turn *turn)
{
    static const unsigned passing = 1u << STATE_READING | 1u << STATE_SENDING | 1u << STATE_NUMBER | 1u << STATE_THINKING;
    if (passing & (1u << turn->resume)) turn->resume = STATE_IDLE;
    if (turn->state == STATE_THINKING && turn->thought.ask.len == 0) turn->state = turn->resume;
    if (turn->state == STATE_READING && turn->read.len == 0) turn->state = turn->resume;
    bool acts = turn->state == STATE_CONFIRM || turn->state == STATE_SENDING || turn->resume == STATE_CONFIRM;
    if (acts && turn->action.len == 0) turn->state = turn->resume = STATE_IDLE;
}

enum status turn_load(struct str state, struct arena *arena, struct turn **loaded)
{
    struct turn *turn = arena_new(arena, struct turn);
    turn->arena = arena;
    *loaded = turn;
    if (state.len == 0) return OK;
    struct err err;
    struct json *json = json_parse(state, &err);
    bool known = json && json_type(json) == JSON_OBJECT && json_get_int(json, "v", 0) > 0;
    if (known) {
        load_members(turn, json);
        mend(turn);
    }
    if (json) json_free(json);
    return known ? OK : E_CORRUPT;
}
