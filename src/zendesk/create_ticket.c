/* create_ticket.c - POST /api/v2/tickets with the requester inline.
 *
 * The customer is named by name and e-mail: Zendesk finds the user or makes one (Zendesk, "Creating a ticket with a new
 * requester"), in one request that can be repeated under one key. Where the agent may not make users, GET
 * /api/v2/users/search comes first and an unknown address is refused. `public` is always written: its default depends on
 * the account. The text is plain (`body`); "{{" in it is escaped, as Zendesk expands placeholders in what a team member
 * writes.
 */
#include "base/limits.h"
#include "zendesk/language.h"

enum { STEP_FIND_REQUESTER = 1, STEP_CREATE = 2 };

enum { BODY_BYTES_MAX = 1024 * 1024 }; /* arguments are at most LIMIT_ARGUMENTS_BYTES; JSON escapes make six bytes of one */

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

/* A placeholder's two braces get two backslashes in front, which keeps Zendesk from expanding it in `comment.body`. */
static struct str without_placeholders(struct str text, struct arena *arena)
{
    struct buf out;
    size_t at = 0, found;
    if (str_find(text, STR("{{"), 0) == SIZE_MAX) return text;
    buf_init(&out, 3 * text.len);
    while ((found = str_find(text, STR("{{"), at)) != SIZE_MAX) {
        buf_str(&out, str_slice(text, at, found));
        buf_lit(&out, "\\\\{{");
        at = found + 2;
    }
    buf_str(&out, str_slice(text, at, text.len));
    struct str escaped = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return escaped;
}

/* Zendesk takes blanks between tags, not in them. */
static void write_tag(struct jw *json, struct str tag, struct arena *arena)
{
    char *copy = arena_cstr(arena, str_trim(tag));
    size_t length = str_trim(tag).len;
    for (size_t i = 0; i < length; i++)
        if (char_is_space(copy[i])) copy[i] = '_';
    if (length > 0) jw_str(json, (struct str){ copy, length });
}

static void write_tags(const struct zendesk_run *run, struct jw *json)
{
    const struct json *tags = json_get(run->arguments, "tags");
    jw_key(json, "tags");
    jw_array(json);
    jw_str(json, STR("chatcrafterai"));
    if (run->setting->tag_test) jw_str(json, STR("chatcrafterai_test"));
    for (size_t i = 0; i < json_count(tags); i++) write_tag(json, json_str(json_at(tags, i)), run->arena);
    jw_end_array(json);
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

static void write_optional(struct jw *json, const char *key, struct str value)
{
    if (value.len > 0) jw_kv_str(json, key, value);
}

static void write_ticket(const struct zendesk_run *run, struct str text, int64_t requester_id, struct jw *json)
{
    jw_kv_str(json, "subject", json_get_str(run->arguments, "subject"));
    jw_key(json, "comment");
    jw_object(json);
    jw_kv_str(json, "body", text);
    jw_kv_bool(json, "public", true);
    jw_end_object(json);
    if (requester_id > 0)
        jw_kv_int(json, "requester_id", requester_id);
    else
        write_requester(run, json);
    write_optional(json, "priority", json_get_str(run->arguments, "priority"));
    write_optional(json, "type", json_get_str(run->arguments, "type"));
    write_tags(run, json);
    write_optional(json, "external_id", run->setting->external_id);
}

static enum zendesk_next call_create(struct zendesk_run *run, int64_t requester_id)
{
    struct str text = without_placeholders(json_get_str(run->arguments, "description"), run->arena);
    struct buf body;
    struct jw json;
    buf_init(&body, BODY_BYTES_MAX);
    jw_init(&json, &body);
    jw_object(&json);
    jw_key(&json, "ticket");
    jw_object(&json);
    write_ticket(run, text, requester_id, &json);
    jw_end_object(&json);
    jw_end_object(&json);
    struct str bytes = arena_str(run->arena, buf_view(&body));
    bool is_whole = buf_ok(&body);
    buf_clear(&body);
    if (is_whole && text.len <= LIMIT_COMMENT_BYTES) return run_call(run, STEP_CREATE, HTTP_POST, STR("/api/v2/tickets"), bytes);
    return run_fail(run, &(struct problem){ .id = PROBLEM_VALUE_TOO_LONG,
                                            .field = STR("description"),
                                            .facts = { .what = STR("description"), .limit = STR("64 kB") } });
}

static enum zendesk_next begin(struct zendesk_run *run)
{
    if (run->setting->may_write_users) return call_create(run, 0);
    struct buf path;
    buf_init(&path, 4096);
    buf_lit(&path, "/api/v2/users/search?query=");
    buf_url(&path, arena_fmt(run->arena, "email:\"%.*s\"", STR_ARG(json_get_str(run->arguments, "requester_email"))));
    struct str target = arena_str(run->arena, buf_view(&path));
    buf_clear(&path);
    return run_call(run, STEP_FIND_REQUESTER, HTTP_GET, target, STR_NONE);
}

/* ---- what comes back ----------------------------------------------------------------------------------------------- */

/* Zendesk matches loosely, so the address is compared again. */
static enum zendesk_next requester_found(struct zendesk_run *run, const struct json *body)
{
    const struct json *users = json_get(body, "users");
    struct str email = json_get_str(run->arguments, "requester_email");
    for (size_t i = 0; i < json_count(users); i++) {
        const struct json *user = json_at(users, i);
        int64_t id = json_get_int(user, "id", 0);
        if (id > 0 && str_eq_nocase(json_get_str(user, "email"), email)) return call_create(run, id);
    }
    return run_fail(run, &(struct problem){ .id = PROBLEM_REQUESTER_UNKNOWN,
                                            .field = STR("requester_email"),
                                            .facts = { .value = arena_str(run->arena, email) } });
}

/* Names what Zendesk keeps differently from what was sent: a trigger of the account, or an attribute it dropped without a
 * word. */
static void write_differences(const struct zendesk_run *run, const struct json *ticket, struct jw *json)
{
    static const char *const compared[] = { "subject", "priority", "type" };
    bool is_open = false;
    for (size_t i = 0; run->arguments != NULL && i < sizeof compared / sizeof *compared; i++) {
        struct str sent = json_get_str(run->arguments, compared[i]);
        if (sent.len == 0 || str_eq(str_trim(sent), str_trim(json_get_str(ticket, compared[i])))) continue;
        if (!is_open) {
            jw_key(json, "differences");
            jw_array(json);
        }
        is_open = true;
        jw_str(json, str_from(compared[i]));
    }
    if (is_open) jw_end_array(json);
}

static enum zendesk_next created(struct zendesk_run *run, const struct json *body)
{
    const struct json *ticket = json_get(body, "ticket");
    int64_t id = json_get_int(ticket, "id", 0);
    struct str external_id = run->setting->external_id;
    if (id <= 0) return run_fail(run, &(struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = 201 });
    if (external_id.len > 0 && !str_eq(external_id, json_get_str(ticket, "external_id")))
        return run_fail(run, &(struct problem){ .id = PROBLEM_ZENDESK_ANSWER_DIFFERS, .facts.value = STR("external_id") });
    struct buf out;
    struct jw json;
    buf_init(&out, 8192);
    jw_init(&json, &out);
    jw_object(&json);
    jw_kv_int(&json, "id", id);
    jw_kv_str_or_null(&json, "status", json_get_str(ticket, "status"));
    jw_kv_str_or_null(&json, "created_at", json_get_str(ticket, "created_at"));
    jw_kv_str(&json, "url", run_ticket_url(run, id));
    write_differences(run, ticket, &json);
    jw_end_object(&json);
    struct str result = arena_str(run->arena, buf_view(&out));
    buf_clear(&out);
    return run_done(run, result);
}

static enum zendesk_next answer(struct zendesk_run *run, const struct json *body)
{
    return run->step == STEP_FIND_REQUESTER ? requester_found(run, body) : created(run, body);
}

const struct language language_CREATE_TICKET = { .begin = begin, .answer = answer, .write_step = STEP_CREATE, .noun = "ticket" };
