/* customer.c - see customer.h.
 *
 * `tags` of a user replaces, so what the user has is written again with the new ones: a customer's tags are changed so
 * rarely that the last writer may win (users have no safe_update). `email` is never written to a known user: Zendesk would
 * add it as a second address. The role is written as end-user, and only where no team member has the address: it would
 * take their seat away. No verification mail goes out to people who did not ask for one (skip_verify_email).
 */
#include "zendesk/customer.h"

#include "base/limits.h"
#include "zendesk/people.h"
#include "zendesk/tags.h"
#include "zendesk/wire.h"

/* ---- reading --------------------------------------------------------------------------------------------------------- */

enum zendesk_next customer_read(struct zendesk_run *run, unsigned step)
{
    int64_t id = json_get_int(run->arguments, "user_id", 0);
    if (id > 0) return run_call(run, step, arena_fmt(run->arena, "/api/v2/users/%lld", (long long)id));
    return people_search(run, step, json_get_str(run->arguments, "email"));
}

static const struct json *user_of(const struct zendesk_run *run, const struct json *body)
{
    int64_t id = json_get_int(run->arguments, "user_id", 0);
    const struct json *user = json_get(body, "user");
    if (id == 0) return people_exact(body, json_get_str(run->arguments, "email"));
    return json_get_int(user, "id", 0) == id && people_is_active(user) ? user : NULL;
}

bool customer_take(struct zendesk_run *run, const struct json *body)
{
    const struct json *user = user_of(run, body);
    struct str email = json_get_str(run->arguments, "email"), held = run->setting->only_requester;
    bool is_other = held.len > 0 && !str_eq_nocase(held, json_get_str(user, "email"));
    if (json_get_int(run->arguments, "user_id", 0) == 0 && !people_are_listed(run, body)) return false;
    if (user == NULL || is_other) {
        struct str whom = email.len > 0 ? arena_str(run->arena, email) : STR("This number");
        run->problem = (struct problem){ .id = PROBLEM_CUSTOMER_UNKNOWN,
                                         .field = email.len > 0 ? STR("email") : STR("user_id"),
                                         .facts.value = whom };
        return false;
    }
    run->user_id = json_get_int(user, "id", 0);
    run->organization_id = json_get_int(user, "organization_id", 0);
    run->carry = wire_copy(user, run->arena);
    return true;
}

struct json *customer_kept(const struct zendesk_run *run)
{
    return json_parse(run->carry, NULL);
}

enum zendesk_next customer_call_organization(struct zendesk_run *run, unsigned step)
{
    return run_call(run, step, arena_fmt(run->arena, "/api/v2/organizations/%lld", (long long)run->organization_id));
}

/* ---- results --------------------------------------------------------------------------------------------------------- */

void customer_write_short(const struct json *user, struct jw *json)
{
    static const char *const texts[] = { "name", "email", "phone", "created_at" };
    const struct json *tags = json_get(user, "tags");
    jw_kv_int(json, "id", json_get_int(user, "id", 0));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) jw_kv_str_or_null(json, texts[i], json_get_str(user, texts[i]));
    jw_key(json, "tags");
    jw_array(json);
    for (size_t i = 0; i < json_count(tags); i++) jw_str(json, json_str(json_at(tags, i)));
    jw_end_array(json);
}

/* Left out: `notes` and `details`, which the team writes about a customer. */
void customer_write_details(const struct json *user, struct jw *json)
{
    static const char *const texts[] = { "role", "external_id", "locale", "time_zone", "updated_at" };
    int64_t organization_id = json_get_int(user, "organization_id", 0);
    const struct json *fields = json_get(user, "user_fields");
    customer_write_short(user, json);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) jw_kv_str_or_null(json, texts[i], json_get_str(user, texts[i]));
    jw_kv_bool(json, "verified", json_get_bool(user, "verified", false));
    jw_kv_bool(json, "suspended", json_get_bool(user, "suspended", false));
    jw_key(json, "organization_id");
    if (organization_id > 0)
        jw_int(json, organization_id);
    else
        jw_null(json);
    jw_key(json, "custom_fields");
    jw_object(json);
    for (void *at = json_first(fields); at != NULL; at = json_next(fields, at)) {
        jw_key_str(json, json_key(at));
        jw_json(json, json_value(at));
    }
    jw_end_object(json);
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

static void write_tags(const struct zendesk_run *run, const struct json *known, struct jw *json)
{
    const struct json *added = json_get(run->arguments, "tags");
    if (added == NULL) return;
    jw_key(json, "tags");
    jw_array(json);
    tags_write_merged(json_get(known, "tags"), added, NULL, run->arena, json);
    jw_end_array(json);
}

/* Keys of user fields are made by Zendesk of these characters ("User Fields", key). */
static bool is_key(struct str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (!char_is_alpha(key.ptr[i]) && !char_is_digit(key.ptr[i]) && key.ptr[i] != '_' && key.ptr[i] != '-') return false;
    return key.len > 0;
}

static bool write_fields(struct zendesk_run *run, struct jw *json)
{
    const struct json *fields = json_get(run->arguments, "custom_fields");
    bool is_right = true;
    if (fields == NULL) return true;
    jw_key(json, "user_fields");
    jw_object(json);
    for (void *at = json_first(fields); is_right && at != NULL; at = json_next(fields, at)) {
        is_right = is_key(json_key(at));
        jw_key_str(json, json_key(at));
        jw_json(json, json_value(at));
        if (is_right) continue;
        run->problem = (struct problem){ .id = PROBLEM_ZENDESK_FIELD_UNKNOWN,
                                         .field = STR("custom_fields"),
                                         .facts.value = arena_str(run->arena, json_key(at)) };
    }
    jw_end_object(json);
    return is_right;
}

static bool write_user(struct zendesk_run *run, const struct json *known, bool is_creation, struct jw *json)
{
    struct str name = str_trim(json_get_str(run->arguments, "name")), phone = str_trim(json_get_str(run->arguments, "phone"));
    if (is_creation) {
        jw_kv_str(json, "email", json_get_str(run->arguments, "email"));
        jw_kv_str(json, "role", STR("end-user"));
        jw_kv_bool(json, "skip_verify_email", true);
    }
    if (name.len > 0) jw_kv_str(json, "name", name);
    if (phone.len > 0) jw_kv_str(json, "phone", phone);
    if (json_get(run->arguments, "organization") != NULL) jw_kv_int(json, "organization_id", run->organization_id);
    write_tags(run, known, json);
    return write_fields(run, json);
}

enum zendesk_next customer_send(struct zendesk_run *run, unsigned step, enum http_method method, struct str path)
{
    struct json *known = customer_kept(run);
    struct wire wire;
    struct jw *json = wire_begin(&wire, WIRE_REQUEST_BYTES_MAX);
    jw_key(json, "user");
    jw_object(json);
    bool is_right = write_user(run, known, method == HTTP_POST, json);
    jw_end_object(json);
    json_free(known);
    struct str body = wire_end(&wire, run->arena);
    return is_right ? run_write(run, step, method, path, body) : ZENDESK_FAILED;
}

/* ---- what came of it ------------------------------------------------------------------------------------------------- */

static void name_difference(struct jw *json, size_t *count, struct str name)
{
    if (json != NULL && *count == 0) {
        jw_key(json, "differences");
        jw_array(json);
    }
    ++*count;
    if (json != NULL) jw_str(json, name);
}

static bool keeps_tags(const struct json *sent, const struct json *kept, struct arena *arena)
{
    for (size_t i = 0; i < json_count(sent); i++)
        if (!tags_hold(kept, json_str(json_at(sent, i)), arena)) return false;
    return true;
}

size_t customer_differences(const struct json *sent, const struct json *kept, struct arena *arena, struct jw *json)
{
    static const char *const texts[] = { "name", "phone" };
    const struct json *fields = json_get(sent, "user_fields"), *kept_fields = json_get(kept, "user_fields");
    int64_t organization_id = json_get_int(sent, "organization_id", 0);
    size_t count = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str text = json_get_str(sent, texts[i]);
        if (text.len > 0 && !str_eq(text, json_get_str(kept, texts[i]))) name_difference(json, &count, str_from(texts[i]));
    }
    if (organization_id > 0 && organization_id != json_get_int(kept, "organization_id", 0))
        name_difference(json, &count, STR("organization"));
    if (!keeps_tags(json_get(sent, "tags"), json_get(kept, "tags"), arena)) name_difference(json, &count, STR("tags"));
    for (void *at = json_first(fields); at != NULL; at = json_next(fields, at)) {
        struct str key = json_key(at);
        if (wire_same(json_value(at), json_get(kept_fields, arena_cstr(arena, key)), arena)) continue;
        name_difference(json, &count, arena_fmt(arena, "custom_fields.%.*s", STR_ARG(key)));
    }
    if (json != NULL && count > 0) jw_end_array(json);
    return count;
}

enum zendesk_next customer_receipt(struct zendesk_run *run, const struct json *body, bool is_creation)
{
    const struct json *user = json_get(body, "user");
    struct wire wire;
    if (json_get_int(user, "id", 0) <= 0) return run_unreadable(run);
    struct json *sent = json_parse(run->request.body, NULL);
    struct jw *json = wire_begin(&wire, LIMIT_ANSWER_BYTES);
    customer_write_details(user, json);
    if (is_creation) jw_kv_str(json, "outcome", run->status == 201 ? STR("created") : STR("existing"));
    customer_differences(json_get(sent, "user"), user, run->arena, json);
    json_free(sent);
    return run_done(run, wire_end(&wire, run->arena));
}
