/* create_ticket.c - POST /api/v2/tickets with the requester inline.
 *
 * The customer is named by name and e-mail: Zendesk finds the user or makes one (Zendesk, "Creating a ticket with a new
 * requester"), in one request that can be repeated under one key. Where the agent may not make users, GET
 * /api/v2/users/search comes first and an unknown address is refused. `public` is always written: its default depends on
 * the account. Fields that the account wants of its customers are asked for before anything is sent, as Zendesk itself would
 * take the ticket without them.
 */
#include "zendesk/comment.h"
#include "zendesk/fields.h"
#include "zendesk/people.h"
#include "zendesk/receipt.h"
#include "zendesk/tags.h"
#include "zendesk/wire.h"

enum { STEP_FIND_REQUESTER = 1, STEP_CREATE = 2, STEP_FIELDS = 3 };

/* ---- what is written ----------------------------------------------------------------------------------------------- */

/* "jane.doe+shop@acme.com" gives "Jane Doe": the name of a new customer who told none. */
static struct str readable_name(struct str email, struct arena *arena)
{
    size_t end = 0, length = 0;
    while (end < email.len && email.ptr[end] != '@' && (email.ptr[end] != '+' || end == 0)) end++;
    char *name = arena_cstr(arena, str_slice(email, 0, end));
    bool is_first = true;
    for (size_t i = 0; i < end; i++) {
        char c = email.ptr[i];
        bool is_gap = c == '.' || c == '_' || c == '-';
        if (is_gap && is_first) continue;
        if (is_first && c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        name[length++] = is_gap ? ' ' : c;
        is_first = is_gap;
    }
    struct str readable = str_trim((struct str){ name, length });
    return readable.len > 0 ? readable : str_slice(email, 0, end);
}

static void write_requester(const struct zendesk_run *run, struct jw *json)
{
    struct str email = json_get_str(run->arguments, "requester_email"), name = json_get_str(run->arguments, "requester_name");
    jw_key(json, "requester");
    jw_object(json);
    jw_kv_str(json, "name", name.len > 0 ? name : readable_name(email, run->arena));
    jw_kv_str(json, "email", email);
    jw_end_object(json);
}

static void write_tags(const struct zendesk_run *run, struct jw *json)
{
    jw_key(json, "tags");
    jw_array(json);
    tags_write_marks(run->setting->tag_test, json);
    tags_write(json_get(run->arguments, "tags"), NULL, run->arena, json);
    jw_end_array(json);
}

static void write_optional(struct jw *json, const char *key, struct str value)
{
    if (value.len > 0) jw_kv_str(json, key, value);
}

static bool write_ticket(struct zendesk_run *run, struct jw *json)
{
    const struct comment comment = {
        .text = json_get_str(run->arguments, "description"),
        .is_public = true,
        .uploads = json_get(run->arguments, "uploads"),
    };
    jw_kv_str(json, "subject", json_get_str(run->arguments, "subject"));
    if (!comment_write(run, &comment, STR("description"), json)) return false;
    if (run->user_id > 0)
        jw_kv_int(json, "requester_id", run->user_id);
    else
        write_requester(run, json);
    write_optional(json, "priority", json_get_str(run->arguments, "priority"));
    write_optional(json, "type", json_get_str(run->arguments, "type"));
    write_tags(run, json);
    write_optional(json, "external_id", run->setting->external_id);
    return fields_write(run, json);
}

static enum zendesk_next create(struct zendesk_run *run)
{
    struct wire wire;
    struct jw *json = wire_begin(&wire, WIRE_REQUEST_BYTES_MAX);
    jw_key(json, "ticket");
    jw_object(json);
    bool is_right = write_ticket(run, json);
    jw_end_object(json);
    struct str body = wire_end(&wire, run->arena);
    return is_right ? run_write(run, STEP_CREATE, HTTP_POST, STR("/api/v2/tickets"), body) : ZENDESK_FAILED;
}

/* ---- what comes back ----------------------------------------------------------------------------------------------- */

/* The next thing that is not known yet, or the write. */
static enum zendesk_next go_on(struct zendesk_run *run)
{
    if (run->user_id == 0 && !run->setting->may_write_users)
        return people_search(run, STEP_FIND_REQUESTER, json_get_str(run->arguments, "requester_email"));
    if (fields_are_missing(run)) return fields_call(run, STEP_FIELDS);
    return fields_suffice(run, FIELDS_AT_CREATION, NULL) ? create(run) : ZENDESK_FAILED;
}

static enum zendesk_next requester_found(struct zendesk_run *run, const struct json *body)
{
    struct str email = json_get_str(run->arguments, "requester_email");
    if (!people_are_listed(run, body)) return ZENDESK_FAILED;
    run->user_id = json_get_int(people_exact(body, email), "id", 0);
    if (run->user_id > 0) return go_on(run);
    return run_fail(run, &(struct problem){ .id = PROBLEM_REQUESTER_UNKNOWN,
                                            .field = STR("requester_email"),
                                            .facts = { .value = arena_str(run->arena, email) } });
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    switch (run->step) {
    case STEP_FIND_REQUESTER: return requester_found(run, body);
    case STEP_FIELDS: return fields_take(run, body) ? go_on(run) : ZENDESK_FAILED;
    default: return receipt_of_creation(run, body);
    }
}

const struct language language_CREATE_TICKET = { .begin = go_on, .answer = answer, .write_step = STEP_CREATE, .noun = "ticket" };
