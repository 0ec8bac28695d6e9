/* adopt.c - arguments into the fields of draft.c (a new ticket) and work.c (everything else that writes).
 *
 * The values are taken by the very functions that take them from a visitor's message, so the same cleaning and the same rules of who may name whom apply.
 */
#include "agent/adopt.h"

#include "agent/draft.h"
#include "agent/work.h"

enum { LIST_BYTES = 8 * 1024 };

/* A list as draft and order keep it: commas between. */
static struct str joined(const struct json *list, struct arena *arena)
{
    struct buf out;
    buf_init(&out, LIST_BYTES);
    for (size_t i = 0; i < json_count(list); i++) {
        if (i) buf_char(&out, ',');
        buf_str(&out, json_str(json_at(list, i)));
    }
    struct str text = buf_ok(&out) ? arena_str(arena, buf_view(&out)) : STR_NONE;
    buf_clear(&out);
    return text;
}

static struct str as_text(const struct json *value, struct arena *arena)
{
    enum json_type type = json_type(value);
    if (type == JSON_INT) return arena_fmt(arena, "%lld", (long long)json_int(value, 0));
    if (type == JSON_BOOL) return json_bool(value, false) ? STR("true") : STR("false");
    return type == JSON_ARRAY ? joined(value, arena) : arena_str(arena, json_str(value));
}

static bool is_open_elsewhere(const struct turn *turn, enum action_kind kind)
{
    bool open = turn->state == STATE_COLLECT || turn->state == STATE_CONFIRM;
    return open && turn->task.kind != kind;
}

/* ---- a new ticket ------------------------------------------------------------------------------------------------------------- */

static enum nlu_field field_of(struct str name)
{
    static const struct {
        const char *argument;
        enum nlu_field field;
    } fields[] = {
        { "subject", NLU_SUBJECT },   { "description", NLU_DESCRIPTION }, { "requester_email", NLU_EMAIL },
        { "priority", NLU_PRIORITY }, { "requester_name", NLU_NAME },     { "type", NLU_TYPE },
        { "tags", NLU_TAGS },
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (str_eq(name, str_from(fields[i].argument))) return fields[i].field;
    return NLU_NO_FIELD;
}

/* Fields of the account's own are asked for by our code as the account wants them. */
static bool adopt_ticket(struct step *step, const struct json *arguments, struct str *reason)
{
    struct nlu_message *message = arena_new(step->arena, struct nlu_message);
    bool open = step->turn->state == STATE_COLLECT || step->turn->state == STATE_CONFIRM;
    message->wanted = NLU_NO_FIELD;
    for (void *i = json_first(arguments); i != NULL; i = json_next(arguments, i)) {
        enum nlu_field field = field_of(json_key(i));
        if (field != NLU_NO_FIELD) message->values[field] = as_text(json_value(i), step->arena);
    }
    if (!open) {
        draft_start(step, message);
        return true;
    }
    *reason = STR("The same ticket is shown to the visitor already. Ask them to confirm it or to say what should be different.");
    return draft_change(step, message);
}

/* ---- everything else ------------------------------------------------------------------------------------------------------------ */

static bool adopt_order(struct step *step, enum action_kind kind, const struct json *arguments, struct str *reason)
{
    struct task task = { .kind = kind, .asked = TASK_NO_FIELD };
    for (void *i = json_first(arguments); i != NULL; i = json_next(arguments, i)) {
        enum task_field field = task_field_from(json_key(i));
        if (field == TASK_NO_FIELD) {
            *reason = arena_fmt(step->arena, "%.*s cannot be given here. Leave it out; name a customer by email.",
                                STR_ARG(json_key(i)));
            return false;
        }
        task_set(&task, field, as_text(json_value(i), step->arena), step->turn->arena);
    }
    work_adopt(step, &task);
    return true;
}

bool adopt_write(struct step *step, enum action_kind kind, struct str text, struct str *reason)
{
    if (is_open_elsewhere(step->turn, kind)) {
        *reason =
            STR("Another request is open and waits for the visitor. Answer their question in words; do not begin another write.");
        return false;
    }
    struct json *arguments = json_parse(text, NULL);
    bool taken =
        kind == ACTION_CREATE_TICKET ? adopt_ticket(step, arguments, reason) : adopt_order(step, kind, arguments, reason);
    json_free(arguments);
    return taken;
}

bool adopt_later(struct step *step, enum action_kind kind, struct str arguments)
{
    struct turn *turn = step->turn;
    if (turn->order_count == TURN_ORDERS_MAX || arguments.len > TURN_ORDER_BYTES) return false;
    turn->orders[turn->order_count++] = (struct turn_order){ kind, step_keep(step, arguments) };
    return true;
}

void adopt_next(struct step *step)
{
    struct turn *turn = step->turn;
    struct turn_order order = turn->orders[0];
    struct str reason;
    for (size_t i = 1; i < turn->order_count; i++) turn->orders[i - 1] = turn->orders[i];
    turn->order_count--;
    step->must_show = true;
    bool taken = adopt_write(step, order.kind, order.arguments, &reason);
    turn->must_show = taken && turn->state != STATE_IDLE;
    step->must_show = false;
}
