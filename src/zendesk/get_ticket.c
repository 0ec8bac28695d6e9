/* get_ticket.c - a ticket with the names behind its ids, then its newest public comment.
 *
 * Two GETs: the ticket with its users side-loaded, and one page of comments, newest first. What goes into the result may
 * be shown to a customer, so an internal note never does: the description is the first comment's text, and it is left out
 * when that comment is private, or when the page does not reach back to it and so cannot tell.
 */
#include "base/limits.h"
#include "zendesk/language.h"

enum { STEP_TICKET = 1, STEP_COMMENTS = 2 };

static enum zendesk_next begin(struct zendesk_run *run)
{
    int64_t id = json_get_int(run->arguments, "ticket_id", 0);
    struct str path = arena_fmt(run->arena, "/api/v2/tickets/%lld?include=users", (long long)id);
    return run_call(run, STEP_TICKET, path);
}

static struct str user_member(const struct json *body, int64_t id, const char *key)
{
    const struct json *users = json_get(body, "users");
    for (size_t i = 0; id > 0 && i < json_count(users); i++)
        if (json_get_int(json_at(users, i), "id", 0) == id) return json_get_str(json_at(users, i), key);
    return STR_NONE;
}

/* A ticket of somebody else ends the run as one that is not there does, and after the same calls: not even the time tells them apart. */
static bool is_foreign(const struct zendesk_run *run, const struct json *body, const struct json *ticket)
{
    struct str visitor = run->setting->only_requester;
    return visitor.len > 0 && !str_eq_nocase(user_member(body, json_get_int(ticket, "requester_id", 0), "email"), visitor);
}

/* Keeps of the ticket what the result needs, in the result's own form; `description` is decided on when the comments are
 * known. */
static enum zendesk_next ticket_read(struct zendesk_run *run, const struct json *body)
{
    const struct json *ticket = json_get(body, "ticket");
    int64_t id = json_get_int(ticket, "id", 0);
    if (id <= 0 || id != json_get_int(run->arguments, "ticket_id", 0)) return run_unreadable(run);
    if (is_foreign(run, body, ticket)) {
        struct problem problem = { .id = PROBLEM_ZENDESK_NOT_FOUND, .facts.what = STR("ticket") };
        return run_fail(run, &problem);
    }
    struct buf out;
    struct jw json;
    buf_init(&out, LIMIT_ANSWER_BYTES);
    jw_init(&json, &out);
    jw_object(&json);
    jw_kv_int(&json, "id", id);
    jw_kv_str_or_null(&json, "status", json_get_str(ticket, "status"));
    jw_kv_str_or_null(&json, "priority", json_get_str(ticket, "priority"));
    jw_kv_str_or_null(&json, "assignee", user_member(body, json_get_int(ticket, "assignee_id", 0), "name"));
    jw_kv_str_or_null(&json, "updated_at", json_get_str(ticket, "updated_at"));
    jw_kv_str_or_null(&json, "subject", json_get_str(ticket, "subject"));
    jw_kv_str_or_null(&json, "requester_email", user_member(body, json_get_int(ticket, "requester_id", 0), "email"));
    jw_kv_str(&json, "url", run_ticket_url(run, id));
    jw_kv_str_or_null(&json, "description", json_get_str(ticket, "description"));
    jw_end_object(&json);
    run->carry = arena_str(run->arena, buf_view(&out));
    buf_clear(&out);
    struct str path = arena_fmt(run->arena, "/api/v2/tickets/%lld/comments?sort=-created_at&page%%5Bsize%%5D=%d", (long long)id,
                                LIMIT_PAGE_ROWS);
    return run_call(run, STEP_COMMENTS, path);
}

/* Is `a` the later of two comments? By time, and by id within one second. */
static bool is_later(const struct json *a, const struct json *b)
{
    int order = str_cmp(json_get_str(a, "created_at"), json_get_str(b, "created_at"));
    return order != 0 ? order > 0 : json_get_int(a, "id", 0) > json_get_int(b, "id", 0);
}

/* The page is looked through whole: an account that does not know `sort` answers in the other order. */
static void pick(const struct json *comments, const struct json **newest_public, const struct json **oldest)
{
    for (size_t i = 0; i < json_count(comments); i++) {
        const struct json *comment = json_at(comments, i);
        if (*oldest == NULL || is_later(*oldest, comment)) *oldest = comment;
        if (!json_get_bool(comment, "public", false)) continue;
        if (*newest_public == NULL || is_later(comment, *newest_public)) *newest_public = comment;
    }
}

static struct str comment_text(const struct json *comment)
{
    struct str plain = json_get_str(comment, "plain_body");
    return plain.len > 0 ? plain : json_get_str(comment, "body");
}

static struct str with_comments(const struct zendesk_run *run, const struct json *kept, struct str description,
                                struct str last_comment)
{
    struct buf out;
    struct jw json;
    buf_init(&out, LIMIT_ANSWER_BYTES);
    jw_init(&json, &out);
    jw_object(&json);
    for (void *at = json_first(kept); at != NULL; at = json_next(kept, at)) {
        if (str_eq(json_key(at), STR("description"))) continue;
        jw_key_str(&json, json_key(at));
        jw_json(&json, json_value(at));
    }
    jw_kv_str_or_null(&json, "description", description);
    jw_kv_str_or_null(&json, "last_comment", last_comment);
    jw_end_object(&json);
    struct str result = buf_ok(&out) ? arena_str(run->arena, buf_view(&out)) : STR_NONE;
    buf_clear(&out);
    return result;
}

static enum zendesk_next comments_read(struct zendesk_run *run, const struct json *body)
{
    const struct json *comments = json_get(body, "comments"), *newest_public = NULL, *oldest = NULL;
    bool has_more = json_get_bool(json_get(body, "meta"), "has_more", false) || json_get_str(body, "next_page").len > 0;
    struct json *kept = json_parse(run->carry, NULL);
    if (json_type(comments) != JSON_ARRAY || kept == NULL) {
        json_free(kept);
        return run_unreadable(run);
    }
    pick(comments, &newest_public, &oldest);
    bool is_public = !has_more && json_get_bool(oldest, "public", false);
    struct str description = is_public ? json_get_str(kept, "description") : STR_NONE;
    struct str result = with_comments(run, kept, description, comment_text(newest_public));
    json_free(kept);
    return run_done(run, result);
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    return run->step == STEP_TICKET ? ticket_read(run, body) : comments_read(run, body);
}

const struct language language_GET_TICKET = { .begin = begin, .answer = answer, .noun = "ticket" };
