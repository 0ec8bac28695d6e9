/* people.c - see people.h.
 *
 * A name is looked for as a phrase in whatever the search looks at, and only an active agent or administrator with exactly
 * that name counts; two of one name are told apart by a person, never by us.
 */
#include "zendesk/people.h"

#include "base/limits.h"
#include "base/text_fold.h"
#include "zendesk/query.h"

/* ---- users ---------------------------------------------------------------------------------------------------------- */

enum zendesk_next people_search(struct zendesk_run *run, unsigned step, struct str email)
{
    struct buf query;
    buf_init(&query, QUERY_BYTES_MAX);
    query_term(&query, "email:", email);
    return run_call(run, step, query_path("/api/v2/users/search?query=", &query, run->arena));
}

bool people_are_listed(struct zendesk_run *run, const struct json *body)
{
    if (json_type(json_get(body, "users")) == JSON_ARRAY) return true;
    run->problem = (struct problem){ .id = PROBLEM_ZENDESK_ANSWER_UNREADABLE, .facts.number = run->status };
    return false;
}

bool people_is_active(const struct json *user)
{
    return json_get_int(user, "id", 0) > 0 && json_get_bool(user, "active", true);
}

bool people_is_team(const struct json *user)
{
    struct str role = json_get_str(user, "role");
    return role.len > 0 && !str_eq(role, STR("end-user"));
}

const struct json *people_exact(const struct json *body, struct str email)
{
    const struct json *users = json_get(body, "users");
    for (size_t i = 0; i < json_count(users); i++) {
        const struct json *user = json_at(users, i);
        if (people_is_active(user) && str_eq_nocase(json_get_str(user, "email"), email)) return user;
    }
    return NULL;
}

enum zendesk_next people_unknown(struct zendesk_run *run, struct str field, struct str whom)
{
    return run_fail(run, &(struct problem){ .id = PROBLEM_CUSTOMER_UNKNOWN,
                                            .field = arena_str(run->arena, field),
                                            .facts.value = arena_str(run->arena, whom) });
}

enum zendesk_next people_team(struct zendesk_run *run, struct str whom)
{
    return run_fail(run, &(struct problem){ .id = PROBLEM_CUSTOMER_IS_TEAM, .facts.value = arena_str(run->arena, whom) });
}

bool people_same_name(struct str a, struct str b, struct arena *arena)
{
    struct str left = str_lower(arena, str_nfc(arena, str_trim(a))), right = str_lower(arena, str_nfc(arena, str_trim(b)));
    return str_eq(left, right);
}

/* ---- team members --------------------------------------------------------------------------------------------------- */

static bool is_address(struct str text)
{
    return str_find(text, STR("@"), 0) != SIZE_MAX;
}

enum zendesk_next people_search_assignee(struct zendesk_run *run, unsigned step)
{
    struct str who = str_trim(json_get_str(run->arguments, "assignee"));
    struct buf query;
    buf_init(&query, QUERY_BYTES_MAX);
    query_term(&query, is_address(who) ? "email:" : "", who);
    return run_call(run, step, query_path("/api/v2/users/search?query=", &query, run->arena));
}

static bool is_assignee(const struct json *user, struct str who, struct arena *arena)
{
    if (!people_is_active(user) || !people_is_team(user) || json_get_bool(user, "suspended", false)) return false;
    if (is_address(who)) return str_eq_nocase(json_get_str(user, "email"), who);
    return people_same_name(json_get_str(user, "name"), who, arena);
}

bool people_take_assignee(struct zendesk_run *run, const struct json *body)
{
    const struct json *users = json_get(body, "users");
    struct str who = str_trim(json_get_str(run->arguments, "assignee"));
    struct buf addresses;
    size_t found = 0;
    if (!people_are_listed(run, body)) return false;
    buf_init(&addresses, 4096);
    for (size_t i = 0; i < json_count(users); i++) {
        const struct json *user = json_at(users, i);
        if (!is_assignee(user, who, run->arena)) continue;
        run->assignee_id = json_get_int(user, "id", 0);
        if (found++ > 0) buf_lit(&addresses, ", ");
        buf_str(&addresses, json_get_str(user, "email"));
    }
    run->problem = (struct problem){ .id = found > 1 ? PROBLEM_ASSIGNEE_AMBIGUOUS : PROBLEM_ASSIGNEE_UNKNOWN,
                                     .field = STR("assignee"),
                                     .facts = { .value = arena_str(run->arena, who),
                                                .limit = arena_str(run->arena, buf_view(&addresses)) } };
    buf_clear(&addresses);
    if (found != 1) return false;
    run->problem = (struct problem){ 0 };
    return true;
}

/* ---- organizations -------------------------------------------------------------------------------------------------- */

enum zendesk_next people_search_organization(struct zendesk_run *run, unsigned step)
{
    struct buf path;
    buf_init(&path, QUERY_BYTES_MAX);
    buf_lit(&path, "/api/v2/organizations/search?name=");
    buf_url(&path, str_trim(json_get_str(run->arguments, "organization")));
    struct str target = arena_str(run->arena, buf_view(&path));
    buf_clear(&path);
    return run_call(run, step, target);
}

bool people_take_organization(struct zendesk_run *run, const struct json *body)
{
    const struct json *list = json_get(body, "organizations");
    struct str name = json_get_str(run->arguments, "organization");
    for (size_t i = 0; run->organization_id == 0 && i < json_count(list); i++)
        if (people_same_name(json_get_str(json_at(list, i), "name"), name, run->arena))
            run->organization_id = json_get_int(json_at(list, i), "id", 0);
    if (run->organization_id > 0) return true;
    run->problem = (struct problem){ .id = PROBLEM_ORGANIZATION_UNKNOWN, .facts.value = arena_str(run->arena, name) };
    return false;
}
