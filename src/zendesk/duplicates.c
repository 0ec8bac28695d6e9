/* duplicates.c - see duplicates.h. The list by external_id is hardly behind, and minutes have gone by since the ticket was made. An update carries the ticket's stamp, so what somebody changed a
 * moment ago is left for the next look. Rejected: merging, which sends the requester of both tickets a comment that nobody can take back.
 */
#include "zendesk/duplicates.h"

#include "zendesk/query.h"
#include "zendesk/tags.h"
#include "zendesk/wire.h"

#define TAG "cca_duplicate"

enum duplicates_next duplicates_begin(struct duplicates *duplicates, const struct zendesk_setting *setting, struct arena *arena)
{
    struct buf path;
    *duplicates = (struct duplicates){ .setting = setting, .arena = arena };
    buf_init(&path, QUERY_BYTES_MAX);
    buf_lit(&path, "/api/v2/tickets?external_id=");
    buf_url(&path, setting->external_id);
    duplicates->request = (struct zendesk_request){ .method = HTTP_GET, .path = arena_str(arena, buf_view(&path)) };
    buf_clear(&path);
    return DUPLICATES_CALL;
}

/* ---- the list -------------------------------------------------------------------------------------------------------------------------- */

static bool is_ours(const struct duplicates *duplicates, const struct json *ticket)
{
    return json_get_int(ticket, "id", 0) > 0 && str_eq(json_get_str(ticket, "external_id"), duplicates->setting->external_id);
}

static int64_t lowest(const struct duplicates *duplicates, const struct json *list)
{
    int64_t lowest_id = 0;
    for (size_t i = 0; i < json_count(list); i++) {
        int64_t id = json_get_int(json_at(list, i), "id", 0);
        if (is_ours(duplicates, json_at(list, i)) && (lowest_id == 0 || id < lowest_id)) lowest_id = id;
    }
    return lowest_id;
}

static struct str solve_body(const struct duplicates *duplicates, const struct json *ticket)
{
    struct wire wire;
    struct jw *json = wire_begin(&wire, WIRE_REQUEST_BYTES_MAX);
    jw_key(json, "ticket");
    jw_object(json);
    jw_kv_str(json, "status", STR("solved"));
    jw_key(json, "tags");
    jw_array(json);
    tags_write(json_get(ticket, "tags"), NULL, duplicates->arena, json);
    jw_str(json, STR(TAG));
    jw_end_array(json);
    jw_key(json, "comment");
    jw_object(json);
    jw_kv_bool(json, "public", false);
    jw_kv_str(json, "body",
              arena_fmt(duplicates->arena,
                        "One confirmed request made this ticket a second time. Ticket #%lld is the one that is kept.",
                        (long long)duplicates->kept));
    jw_end_object(json);
    jw_kv_bool(json, "safe_update", true);
    jw_kv_str(json, "updated_stamp", json_get_str(ticket, "updated_at"));
    jw_end_object(json);
    return wire_end(&wire, duplicates->arena);
}

/* The next ticket to solve, or the end. */
static enum duplicates_next solve_next(struct duplicates *duplicates)
{
    size_t known = duplicates->count < DUPLICATES_MAX ? duplicates->count : DUPLICATES_MAX;
    for (; duplicates->next < known; duplicates->next++) {
        const struct duplicate *ticket = &duplicates->tickets[duplicates->next];
        if (ticket->body.len == 0) continue;
        duplicates->request = (struct zendesk_request){
            .method = HTTP_PUT,
            .path = arena_fmt(duplicates->arena, "/api/v2/tickets/%lld", (long long)ticket->id),
            .body = ticket->body,
            .writes = true,
        };
        return DUPLICATES_CALL;
    }
    duplicates->left += duplicates->count - known;
    return DUPLICATES_DONE;
}

static enum duplicates_next take_list(struct duplicates *duplicates, const struct json *list)
{
    if (json_type(list) != JSON_ARRAY) return DUPLICATES_FAILED;
    duplicates->kept = lowest(duplicates, list);
    for (size_t i = 0; i < json_count(list); i++) {
        const struct json *ticket = json_at(list, i);
        if (!is_ours(duplicates, ticket)) continue;
        int64_t id = json_get_int(ticket, "id", 0);
        bool is_settled = id == duplicates->kept || tags_hold(json_get(ticket, "tags"), STR(TAG), duplicates->arena);
        if (duplicates->count++ >= DUPLICATES_MAX) continue;
        duplicates->tickets[duplicates->count - 1] =
            (struct duplicate){ id, is_settled ? STR_NONE : solve_body(duplicates, ticket) };
    }
    return solve_next(duplicates);
}

/* ---- the machine ------------------------------------------------------------------------------------------------------------------------ */

enum duplicates_next duplicates_answer(struct duplicates *duplicates, const struct http_answer *answer)
{
    bool is_2xx = answer->status >= 200 && answer->status <= 299;
    bool may_pass = answer->status == 401 || answer->status == 429 || answer->status >= 500;
    if (may_pass || (!is_2xx && !duplicates->request.writes)) return DUPLICATES_FAILED;
    if (duplicates->request.writes) {
        duplicates->solved += is_2xx;
        duplicates->left += !is_2xx;
        duplicates->next++;
        return solve_next(duplicates);
    }
    struct json *body = json_parse(answer->body, NULL);
    enum duplicates_next next = take_list(duplicates, json_get(body, "tickets"));
    json_free(body);
    return next;
}
