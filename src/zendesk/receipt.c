/* receipt.c - see receipt.h. */
#include "zendesk/receipt.h"

#include "base/limits.h"
#include "zendesk/comment.h"
#include "zendesk/tags.h"
#include "zendesk/wire.h"

/* The answer and what was sent. */
struct receipt {
    const struct json *body, *ticket, *audit;
    struct json *request;    /* owned */
    const struct json *sent; /* its ticket */
    int64_t followup_of;     /* 0: no follow-up */
};

/* ---- is it the right answer ------------------------------------------------------------------------------------------ */

/* The ticket of a PUT to "/api/v2/tickets/7"; 0 for a creation. */
static int64_t addressed_ticket(const struct zendesk_request *request)
{
    struct str prefix = STR("/api/v2/tickets/");
    int64_t id = 0;
    bool is_one = str_starts(request->path, prefix) && str_to_i64(str_slice(request->path, prefix.len, request->path.len), &id);
    return is_one ? id : 0;
}

/* False, with run->problem set, when the answer is not about the ticket that was written. */
static bool is_ours(struct zendesk_run *run, const struct receipt *receipt)
{
    int64_t id = json_get_int(receipt->ticket, "id", 0), wanted = addressed_ticket(&run->request);
    bool is_creation = run->request.method == HTTP_POST;
    struct str external_id = run->setting->external_id;
    if (id <= 0) {
        run->problem = (struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = run->status };
        return false;
    }
    const char *difference = NULL;
    if (wanted > 0 && wanted != id) difference = "id";
    if (is_creation && external_id.len > 0 && !str_eq(external_id, json_get_str(receipt->ticket, "external_id")))
        difference = "external_id";
    if (difference == NULL) return true;
    run->problem = (struct problem){ .id = PROBLEM_ZENDESK_ANSWER_DIFFERS, .facts.value = str_from(difference) };
    return false;
}

static bool receipt_open(struct zendesk_run *run, const struct json *body, struct receipt *receipt)
{
    *receipt = (struct receipt){
        .body = body,
        .ticket = json_get(body, "ticket"),
        .audit = json_get(body, "audit"),
        .request = json_parse(run->request.body, NULL),
    };
    receipt->sent = json_get(receipt->request, "ticket");
    receipt->followup_of = json_get_int(receipt->sent, "via_followup_source_id", 0);
    if (is_ours(run, receipt)) return true;
    json_free(receipt->request);
    return false;
}

/* ---- what differs ---------------------------------------------------------------------------------------------------- */

struct differences {
    struct jw *json;
    bool is_open;
};

static void name_difference(struct differences *differences, struct str what)
{
    if (!differences->is_open) {
        jw_key(differences->json, "differences");
        jw_array(differences->json);
    }
    differences->is_open = true;
    jw_str(differences->json, what);
}

static void compare_texts(const struct receipt *receipt, struct differences *differences)
{
    static const char *const names[] = { "subject", "priority", "type", "status" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct str sent = json_get_str(receipt->sent, names[i]), kept = json_get_str(receipt->ticket, names[i]);
        if (sent.len > 0 && !str_eq(str_trim(sent), str_trim(kept))) name_difference(differences, str_from(names[i]));
    }
}

static void compare_assignee(const struct receipt *receipt, struct differences *differences)
{
    int64_t sent = json_get_int(receipt->sent, "assignee_id", 0);
    if (sent > 0 && sent != json_get_int(receipt->ticket, "assignee_id", 0)) name_difference(differences, STR("assignee"));
}

static void compare_tags(const struct zendesk_run *run, const struct receipt *receipt, struct differences *differences)
{
    const struct json *sent = json_get(receipt->sent, "tags"), *kept = json_get(receipt->ticket, "tags");
    for (size_t i = 0; kept != NULL && i < json_count(sent); i++) {
        if (tags_hold(kept, json_str(json_at(sent, i)), run->arena)) continue;
        name_difference(differences, STR("tags"));
        return;
    }
}

static const struct json *kept_value(const struct json *ticket, int64_t id)
{
    const struct json *values = json_get(ticket, "custom_fields");
    for (size_t i = 0; i < json_count(values); i++)
        if (json_get_int(json_at(values, i), "id", 0) == id) return json_get(json_at(values, i), "value");
    return NULL;
}

static void compare_fields(const struct zendesk_run *run, const struct receipt *receipt, struct differences *differences)
{
    const struct json *sent = json_get(receipt->sent, "custom_fields");
    for (size_t i = 0; i < json_count(sent); i++) {
        int64_t id = json_get_int(json_at(sent, i), "id", 0);
        if (wire_same(json_get(json_at(sent, i), "value"), kept_value(receipt->ticket, id), run->arena)) continue;
        name_difference(differences, arena_fmt(run->arena, "custom_fields.%lld", (long long)id));
    }
}

/* A note that became public, a reply that nobody outside sees, or a file that is not there: a token that has ended is left out without a word. */
static void compare_comment(const struct receipt *receipt, struct differences *differences)
{
    const struct json *sent = json_get(receipt->sent, "comment"), *kept = comment_in_audit(receipt->audit);
    if (sent == NULL || kept == NULL) return;
    bool is_public = json_get_bool(sent, "public", false);
    if (is_public != json_get_bool(kept, "public", !is_public)) name_difference(differences, STR("public"));
    const struct json *files = json_get(kept, "attachments");
    if (files != NULL && json_count(files) < json_count(json_get(sent, "uploads"))) name_difference(differences, STR("uploads"));
}

static void write_differences(const struct zendesk_run *run, const struct receipt *receipt, struct jw *json)
{
    struct differences differences = { .json = json };
    compare_texts(receipt, &differences);
    compare_assignee(receipt, &differences);
    compare_tags(run, receipt, &differences);
    compare_fields(run, receipt, &differences);
    compare_comment(receipt, &differences);
    if (differences.is_open) jw_end_array(json);
}

/* ---- the results ------------------------------------------------------------------------------------------------------ */

static void write_name(const struct json *users, int64_t id, struct jw *json)
{
    for (size_t i = 0; i < json_count(users); i++)
        if (json_get_int(json_at(users, i), "id", 0) == id)
            jw_kv_str_or_null(json, "assignee", json_get_str(json_at(users, i), "name"));
}

static void write_fields(const struct json *ticket, struct jw *json)
{
    const struct json *values = json_get(ticket, "custom_fields");
    jw_key(json, "custom_fields");
    jw_array(json);
    for (size_t i = 0; i < json_count(values); i++)
        if (json_type(json_get(json_at(values, i), "value")) > JSON_NULL) jw_json(json, json_at(values, i));
    jw_end_array(json);
}

static void write_ticket(const struct zendesk_run *run, const struct json *ticket, const struct json *body, struct jw *json)
{
    int64_t id = json_get_int(ticket, "id", 0), assignee_id = json_get_int(ticket, "assignee_id", 0);
    jw_kv_int(json, "id", id);
    jw_kv_str_or_null(json, "status", json_get_str(ticket, "status"));
    jw_kv_str_or_null(json, "priority", json_get_str(ticket, "priority"));
    jw_kv_str_or_null(json, "subject", json_get_str(ticket, "subject"));
    jw_kv_str_or_null(json, "updated_at", json_get_str(ticket, "updated_at"));
    jw_key(json, "assignee_id");
    if (assignee_id > 0)
        jw_int(json, assignee_id);
    else
        jw_null(json);
    write_name(json_get(body, "users"), assignee_id, json);
    jw_key(json, "tags");
    jw_array(json);
    tags_write(json_get(ticket, "tags"), NULL, run->arena, json);
    jw_end_array(json);
    write_fields(ticket, json);
    jw_kv_str(json, "url", run_ticket_url(run, id));
}

/* Writes what all three end with, and ends the run. */
static enum zendesk_next finish(struct zendesk_run *run, struct receipt *receipt, struct wire *wire)
{
    if (receipt->followup_of > 0) jw_kv_int(&wire->json, "followup_of", receipt->followup_of);
    write_differences(run, receipt, &wire->json);
    json_free(receipt->request);
    return run_done(run, wire_end(wire, run->arena));
}

enum zendesk_next receipt_of_creation(struct zendesk_run *run, const struct json *body)
{
    struct receipt receipt;
    struct wire wire;
    if (!receipt_open(run, body, &receipt)) return ZENDESK_FAILED;
    int64_t id = json_get_int(receipt.ticket, "id", 0);
    struct jw *json = wire_begin(&wire, LIMIT_ANSWER_BYTES);
    jw_kv_int(json, "id", id);
    jw_kv_str_or_null(json, "status", json_get_str(receipt.ticket, "status"));
    jw_kv_str_or_null(json, "created_at", json_get_str(receipt.ticket, "created_at"));
    jw_kv_str(json, "url", run_ticket_url(run, id));
    return finish(run, &receipt, &wire);
}

enum zendesk_next receipt_of_update(struct zendesk_run *run, const struct json *body)
{
    struct receipt receipt;
    struct wire wire;
    if (!receipt_open(run, body, &receipt)) return ZENDESK_FAILED;
    write_ticket(run, receipt.ticket, body, wire_begin(&wire, LIMIT_ANSWER_BYTES));
    return finish(run, &receipt, &wire);
}

/* Without the audit's Comment event nothing proves that the comment is there. */
enum zendesk_next receipt_of_comment(struct zendesk_run *run, const struct json *body)
{
    struct receipt receipt;
    struct wire wire;
    if (!receipt_open(run, body, &receipt)) return ZENDESK_FAILED;
    const struct json *event = comment_in_audit(receipt.audit);
    if (json_get_int(event, "id", 0) <= 0) {
        json_free(receipt.request);
        return run_unreadable(run);
    }
    struct jw *json = wire_begin(&wire, LIMIT_ANSWER_BYTES);
    int64_t ticket_id = json_get_int(receipt.ticket, "id", 0);
    jw_kv_int(json, "comment_id", json_get_int(event, "id", 0));
    jw_kv_str_or_null(json, "created_at", json_get_str(receipt.audit, "created_at"));
    jw_kv_bool(json, "public", json_get_bool(event, "public", true));
    jw_kv_int(json, "ticket_id", ticket_id);
    jw_kv_str(json, "url", run_ticket_url(run, ticket_id));
    return finish(run, &receipt, &wire);
}
