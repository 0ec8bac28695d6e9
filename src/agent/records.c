/* records.c - rows of slots. A member that the answer does not have is not spoken of. */
#include "agent/records.h"

#include "agent/attach.h"
#include "agent/say.h"

struct part {
    const char *member;
    enum text_id text;
};

static bool has(const struct json *result, const char *member)
{
    const struct json *value = json_get(result, member);
    return json_str(value).len > 0 || json_type(value) == JSON_INT;
}

static struct str add(struct step *step, struct str text, enum text_id id)
{
    return arena_fmt(step->arena, "%.*s%s", STR_ARG(text), step_words(step, id));
}

static struct str add_parts(struct step *step, struct str text, const struct json *result, const struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has(result, parts[i].member)) text = add(step, text, parts[i].text);
    return text;
}

/* ---- written --------------------------------------------------------------------------------------------------------------------------------- */

static enum text_id written_words(enum action_kind kind, const struct json *result)
{
    if (kind == ACTION_ADD_COMMENT) return has(result, "followup_of") ? TEXT_FOLLOWED_UP_COMMENT : TEXT_COMMENTED;
    if (kind == ACTION_UPDATE_TICKET) return has(result, "followup_of") ? TEXT_FOLLOWED_UP : TEXT_UPDATED;
    if (kind == ACTION_UPDATE_CUSTOMER) return TEXT_CUSTOMER_UPDATED;
    return str_eq(json_get_str(result, "outcome"), STR("existing")) ? TEXT_CUSTOMER_THERE : TEXT_CUSTOMER_CREATED;
}

void records_say_written(struct step *step, enum action_kind kind, const struct json *result, const struct text_facts *facts)
{
    static const struct part ticket[] = { { "status", TEXT_CREATED_STATUS },
                                          { "priority", TEXT_STATUS_PRIORITY },
                                          { "assignee", TEXT_STATUS_ASSIGNEE },
                                          { "url", TEXT_STATUS_URL } };
    if (json_get_bool(result, "dry_run", false)) {
        step_say_with(step, TEXT_WORK_DRY_DONE, facts);
        return;
    }
    bool customer = kind == ACTION_CREATE_CUSTOMER || kind == ACTION_UPDATE_CUSTOMER;
    const char *needed = kind == ACTION_ADD_COMMENT ? "ticket_id" : customer ? "name" : "id";
    if (!has(result, needed)) {
        step_say_with(step, TEXT_WORK_UNKNOWN, facts);
        return;
    }
    struct str text = texts_say(written_words(kind, result), facts, step->arena);
    if (kind == ACTION_UPDATE_TICKET) text = add_parts(step, text, result, ticket, sizeof ticket / sizeof ticket[0]);
    if (attach_was_left_out(result))
        text = arena_fmt(step->arena, "%.*s %s", STR_ARG(text), step_words(step, TEXT_FILE_LEFT_OUT));
    step_say_receipt(step, text, step->event->action);
}

/* ---- read -------------------------------------------------------------------------------------------------------------------------------------- */

/* A row for each of the first tickets, which "the second one" can mean afterwards. */
static void say_tickets(struct step *step, const struct json *result)
{
    struct turn *turn = step->turn;
    const struct json *tickets = json_get(result, "tickets");
    size_t count = json_count(tickets), shown = count < TURN_LIST_MAX ? count : TURN_LIST_MAX;
    turn->list_count = 0;
    if (count == 0) {
        step_say_receipt(step, str_from(step_words(step, TEXT_LIST_NONE)), step->event->action);
        return;
    }
    struct str text = str_from(step_words(step, TEXT_LIST_HEAD));
    for (size_t i = 0; i < shown; i++) {
        const struct json *ticket = json_at(tickets, i);
        turn->list[turn->list_count++] = (struct turn_listed){ .id = (uint64_t)json_get_int(ticket, "id", 0),
                                                               .subject = step_keep(step, json_get_str(ticket, "subject")) };
        text = arena_fmt(step->arena, "%.*s\n%zu. #\x02tickets.%zu.id\x03", STR_ARG(text), i + 1, i);
        if (has(ticket, "subject")) text = arena_fmt(step->arena, "%.*s \x02tickets.%zu.subject\x03", STR_ARG(text), i);
        if (has(ticket, "status")) text = arena_fmt(step->arena, "%.*s (\x02tickets.%zu.status\x03)", STR_ARG(text), i);
    }
    if (count == 1) turn->focus = turn->list[0].id;
    if (count > shown) text = add(step, text, TEXT_LIST_MORE);
    step_say_receipt(step, text, step->event->action);
}

static void say_customer(struct step *step, const struct json *result)
{
    static const struct part parts[] = { { "name", TEXT_CUSTOMER },
                                         { "email", TEXT_CUSTOMER_EMAIL },
                                         { "phone", TEXT_CUSTOMER_PHONE },
                                         { "organization", TEXT_CUSTOMER_ORGANIZATION },
                                         { "ticket_count", TEXT_CUSTOMER_TICKETS } };
    step_say_receipt(step, add_parts(step, STR_NONE, result, parts, sizeof parts / sizeof parts[0]), step->event->action);
}

static void say_failed(struct step *step)
{
    const struct problem *problem = step->event->problem;
    struct text_facts facts = step_facts(step);
    facts.problem = step_problem(step, problem);
    bool absent = problem && problem->id == PROBLEM_ZENDESK_NOT_FOUND;
    enum text_id visitor = absent ? TEXT_NO_RECORD_VISITOR : TEXT_READ_FAILED_VISITOR;
    step_say_with(step, problem ? step_for(step, TEXT_RECORDS_FAILED_MEMBER, visitor) : TEXT_READ_FAILED_VISITOR, &facts);
}

void records_say_read(struct step *step, enum action_kind kind, const struct json *result)
{
    bool lists = kind == ACTION_LIST_TICKETS || kind == ACTION_SEARCH_TICKETS;
    if (!result || (!lists && !has(result, "name") && !has(result, "email")))
        say_failed(step);
    else if (lists)
        say_tickets(step, result);
    else
        say_customer(step, result);
}
