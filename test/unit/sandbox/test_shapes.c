/* Recorded answers of the real Zendesk beside ours: every key of theirs is in ours, with a value of the same type. Recordings
 * are not part of this repository; without them the test is skipped.
 *
 * Only answers since 2021 are compared, as older ones have keys that are gone; but where our server makes the request, those of any age, but for
 * what is_gone names. Of those requests none may be left out without a reason. null fits every type.
 */
#include "unit/sandbox/driver.h"

#define RECORDINGS "../shared/zendesk/recordings"

enum { FIRST_YEAR = 2021, FILE_BYTES_MAX = 8 * 1024 * 1024, PATH_DEPTH_MAX = 16, COMPARED_MIN = 270, LEFT_OUT = 1 };

/* One kind of request, and our answer to it. */
struct kind {
    enum http_method method;
    const char *path; /* as normalised: numbers are {id} */
    int status;
    struct reply *ours;
    size_t compared;
};

static struct driver driver;
static struct kind kinds[80];
static size_t kind_count;
static size_t compared, different, left_out;
static bool is_old; /* the answer that is compared */

/* What our server asks for: the calls of model/actions.def and of the connection test. Of account/settings, search, users/{id}/related and
 * oauth/tokens there is no recording. */
static const struct {
    enum http_method method;
    const char *path;
} asked_for[] = {
    { HTTP_GET, "/api/v2/users/me" },
    { HTTP_GET, "/api/v2/users/search" },
    { HTTP_GET, "/api/v2/users/{id}" },
    { HTTP_GET, "/api/v2/users/{id}/tickets/requested" },
    { HTTP_PUT, "/api/v2/users/{id}" },
    { HTTP_POST, "/api/v2/users/create_or_update" },
    { HTTP_GET, "/api/v2/tickets" },
    { HTTP_POST, "/api/v2/tickets" },
    { HTTP_GET, "/api/v2/tickets/{id}" },
    { HTTP_PUT, "/api/v2/tickets/{id}" },
    { HTTP_GET, "/api/v2/tickets/{id}/comments" },
    { HTTP_GET, "/api/v2/tickets/{id}/audits" },
    { HTTP_GET, "/api/v2/ticket_fields" },
    { HTTP_GET, "/api/v2/organizations/search" },
    { HTTP_GET, "/api/v2/organizations/{id}" },
    { HTTP_POST, "/api/v2/uploads" },
};

/* ---- comparing ---------------------------------------------------------------------------------------------------------- */

/* What an account fills with keys of its own, or what depends on where a request came from. */
static bool is_free(struct str key)
{
    static const char *const keys[] = { "user_fields", "custom_fields",       "fields", "system", "custom",
                                        "from",        "satisfaction_rating", "photo" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_eq(key, str_from(keys[i]))) return true;
    return false;
}

/* Keys that answers before 2021 had, or had with numbers where there are texts now. */
static bool is_gone(struct str key)
{
    return is_old && (str_eq(key, STR("chat_only")) || str_eq(key, STR("value")));
}

static void compare(const char *where, const struct json *theirs, const struct json *ours);

static void differ(const char *where, struct str key, const char *how)
{
    different++;
    print_error("%s: %.*s %s\n", where, STR_ARG(key), how);
}

static void compare_objects(const char *where, const struct json *theirs, const struct json *ours)
{
    for (void *i = json_first(theirs); i; i = json_next(theirs, i)) {
        const struct json *value = json_get(ours, json_key(i).ptr);
        if (is_gone(json_key(i))) continue;
        if (!value)
            differ(where, json_key(i), "is missing");
        else if (!is_free(json_key(i)))
            compare(where, json_value(i), value);
    }
}

/* Events differ by their type and by the field that they are about. */
static bool is_same_kind(const struct json *theirs, const struct json *ours)
{
    bool is_event = json_get(theirs, "type") && !json_get(theirs, "url"); /* records have addresses, and types of their own */
    return !is_event || (str_eq(json_get_str(theirs, "type"), json_get_str(ours, "type")) &&
                         str_eq(json_get_str(theirs, "field_name"), json_get_str(ours, "field_name")));
}

/* Items are compared with the first of ours that is of their kind. */
static void compare_arrays(const char *where, const struct json *theirs, const struct json *ours)
{
    for (size_t i = 0; i < json_count(theirs); i++) {
        const struct json *item = json_at(theirs, i);
        for (size_t k = 0; k < json_count(ours); k++) {
            if (!is_same_kind(item, json_at(ours, k))) continue;
            compare(where, item, json_at(ours, k));
            break;
        }
    }
}

static void compare(const char *where, const struct json *theirs, const struct json *ours)
{
    enum json_type a = json_type(theirs), b = json_type(ours);
    if (a == JSON_NULL || b == JSON_NULL) return;
    if (a != b)
        differ(where, STR_NONE, "a value has another type");
    else if (a == JSON_OBJECT)
        compare_objects(where, theirs, ours);
    else if (a == JSON_ARRAY)
        compare_arrays(where, theirs, ours);
}

/* ---- our answers -------------------------------------------------------------------------------------------------------- */

static void have(enum http_method method, const char *path, struct reply *ours)
{
    assert_true(kind_count < sizeof kinds / sizeof *kinds);
    kinds[kind_count++] = (struct kind){ method, path, ours->status, ours, 0 };
}

static void have_with(struct driver *d, enum http_method method, const char *kind, const char *path, const char *body)
{
    have(method, kind, send_body(d, method, path, body));
}

/* Made, shown, changed, listed in both styles. */
static void have_records(struct driver *d, const char *plural, const char *object, const char *body)
{
    const char *all = arena_fmt(&d->arena, "/api/v2/%s", plural).ptr, *one = arena_fmt(&d->arena, "%s/{id}", all).ptr;
    struct reply *made = post(d, all, arena_fmt(&d->arena, "{\"%s\":%s}", object, body).ptr);
    assert_status(made, 201);
    int64_t id = int_at(made->json, arena_fmt(&d->arena, "%s.id", object).ptr);
    const char *path = arena_fmt(&d->arena, "%s/%lld", all, (long long)id).ptr;
    have(HTTP_POST, all, made);
    have(HTTP_GET, one, get(d, path));
    have_with(d, HTTP_PUT, one, path, arena_fmt(&d->arena, "{\"%s\":{}}", object).ptr);
    have(HTTP_GET, all, get(d, all));
    have(HTTP_GET, all, get(d, arena_fmt(&d->arena, "%s?page[size]=1", all).ptr));
    have_with(d, HTTP_DELETE, one, arena_fmt(&d->arena, "%s/1", all).ptr, "");
}

static void have_bulk(struct driver *d, const char *plural)
{
    const char *body = arena_fmt(&d->arena, "{\"%s\":[{\"name\":\"bulk\",\"comment\":{\"body\":\"x\"}}]}", plural).ptr;
    const char *create = arena_fmt(&d->arena, "/api/v2/%s/create_many", plural).ptr;
    const char *destroy = arena_fmt(&d->arena, "/api/v2/%s/destroy_many", plural).ptr;
    const char *show = arena_fmt(&d->arena, "/api/v2/%s/show_many", plural).ptr;
    have_with(d, HTTP_POST, create, create, body);
    have_with(d, HTTP_DELETE, destroy, arena_fmt(&d->arena, "%s?ids=1", destroy).ptr, "");
    have(HTTP_GET, show, get(d, arena_fmt(&d->arena, "%s?ids=1,6130908000000", show).ptr));
}

/* What belongs to the account beside tickets and people. */
static void make_account_answers(struct driver *d)
{
    have_records(d, "organizations", "organization", "{\"name\":\"shape\"}");
    have_records(d, "groups", "group", "{\"name\":\"shape\"}");
    have_records(d, "ticket_fields", "ticket_field", "{\"title\":\"shape\"}");
    have_records(d, "user_fields", "user_field", "{\"title\":\"shape\",\"key\":\"shape\"}");
    have_records(d, "ticket_forms", "ticket_form", "{\"name\":\"shape\"}");
    have_bulk(d, "tickets");
    have_bulk(d, "users");
    have_bulk(d, "organizations");
    have(HTTP_GET, "/api/v2/custom_roles/{id}", get(d, "/api/v2/custom_roles/6130869137434"));
    have(HTTP_GET, "/api/v2/brands/{id}", get(d, "/api/v2/brands/6130830354842"));
    have(HTTP_GET, "/api/v2/tags", get(d, "/api/v2/tags"));
    have(HTTP_GET, "/api/v2/organizations/search", get(d, "/api/v2/organizations/search?name=shape"));
    have(HTTP_POST, "/api/v2/webhooks",
         post(d, "/api/v2/webhooks",
              "{\"webhook\":{\"name\":\"n\",\"endpoint\":\"http://127.0.0.1:9\",\"description\":\"d\","
              "\"authentication\":{\"type\":\"basic_auth\",\"data\":{\"username\":\"u\",\"password\":\"p\"}}}}"));
    advance(d, 120000);
    have(HTTP_GET, "/api/v2/incremental/users", get(d, "/api/v2/incremental/users?start_time=0"));
    have(HTTP_GET, "/api/v2/incremental/users/cursor", get(d, "/api/v2/incremental/users/cursor?start_time=0"));
    have(HTTP_GET, "/api/v2/search/export", get(d, "/api/v2/search/export?query=practice&filter[type]=user"));
    struct reply *upload = driver_ask(d, &(struct ask){ .method = HTTP_POST,
                                                        .path = STR("/api/v2/uploads?filename=a.txt"),
                                                        .user = ADMIN,
                                                        .body = STR("x"),
                                                        .type = STR("text/plain") });
    have(HTTP_POST, "/api/v2/uploads", upload);
}

static void have_refusals(struct driver *d)
{
    have(HTTP_GET, "/api/v2/tickets/{id}", get(d, "/api/v2/tickets/1"));
    have(HTTP_GET, "/api/v2/tickets/{id}/comments", get(d, "/api/v2/tickets/1/comments"));
    have(HTTP_GET, "/api/v2/organizations/{id}", get(d, "/api/v2/organizations/1"));
    have(HTTP_PUT, "/api/v2/users/{id}", put(d, "/api/v2/users/1", "{\"user\":{\"phone\":\"1\"}}"));
    struct ask stray = { .method = HTTP_GET, .path = STR("/api/v2/users/me"), .user = ADMIN, .host = STR("other.zendesk.com") };
    have(HTTP_GET, "/api/v2/users/me", driver_ask(d, &stray));
}

static void make_our_answers(struct driver *d)
{
    struct reply *made =
        post(d, "/api/v2/tickets", "{\"ticket\":{\"subject\":\"test\",\"comment\":{\"body\":\"test\"},\"tags\":[\"a\"]}}");
    assert_status(made, 201);
    const char *ticket = path_of(d, "/api/v2/tickets/ID", int_at(made->json, "ticket.id"));
    have(HTTP_POST, "/api/v2/tickets", made);
    have(HTTP_PUT, "/api/v2/tickets/{id}", put(d, ticket, "{\"ticket\":{\"priority\":\"high\",\"comment\":{\"body\":\"x\"}}}"));
    have(HTTP_GET, "/api/v2/tickets/{id}", get(d, ticket));
    have(HTTP_GET, "/api/v2/tickets/{id}/comments", get(d, arena_fmt(&d->arena, "%s/comments", ticket).ptr));
    have(HTTP_GET, "/api/v2/tickets/{id}/audits", get(d, arena_fmt(&d->arena, "%s/audits?include=users", ticket).ptr));
    have(HTTP_GET, "/api/v2/users/{id}/tickets/requested",
         get(d, path_of(d, "/api/v2/users/ID/tickets/requested", int_at(made->json, "ticket.requester_id"))));
    have(HTTP_GET, "/api/v2/tickets", get(d, "/api/v2/tickets"));
    have(HTTP_GET, "/api/v2/tickets", get(d, "/api/v2/tickets?page%5Bsize%5D=1"));
    have(HTTP_GET, "/api/v2/users/me", get(d, "/api/v2/users/me"));
    struct reply *user =
        post(d, "/api/v2/users", "{\"user\":{\"name\":\"A\",\"email\":\"a@example.com\",\"external_id\":\"e\"}}");
    const char *path = path_of(d, "/api/v2/users/ID", int_at(user->json, "user.id"));
    have(HTTP_POST, "/api/v2/users", user);
    have(HTTP_GET, "/api/v2/users/{id}", get(d, path));
    have(HTTP_PUT, "/api/v2/users/{id}", put(d, path, "{\"user\":{\"phone\":\"1\"}}"));
    have(HTTP_GET, "/api/v2/users/search", get(d, "/api/v2/users/search?query=a"));
    have(HTTP_GET, "/api/v2/users", get(d, "/api/v2/users"));
    have(HTTP_GET, "/api/v2/users", get(d, "/api/v2/users?page%5Bsize%5D=1"));
    const char *upsert = "/api/v2/users/create_or_update";
    have(HTTP_POST, upsert, post(d, upsert, "{\"user\":{\"name\":\"B\",\"email\":\"b@example.com\"}}"));
    have(HTTP_POST, upsert, post(d, upsert, "{\"user\":{\"name\":\"B\",\"email\":\"badmail\"}}"));
    have(HTTP_DELETE, "/api/v2/users/{id}", send_body(d, HTTP_DELETE, path, ""));
    have(HTTP_DELETE, "/api/v2/users/{id}", send_body(d, HTTP_DELETE, "/api/v2/users/1", ""));
}

/* ---- their answers ------------------------------------------------------------------------------------------------------ */

static bool is_number(struct str segment)
{
    int64_t number;
    return str_to_i64(segment, &number) || str_eq(segment, STR("N")) || str_eq(segment, STR("{id}"));
}

static struct str normalised(struct arena *arena, struct str path)
{
    struct buf out;
    struct str rest = str_ends(path, STR(".json")) ? str_slice(path, 0, path.len - 5) : path, segment;
    buf_init(&out, path.len + 4 * PATH_DEPTH_MAX);
    for (bool first = true; str_split(&rest, '/', &segment); first = false) {
        if (!first) buf_char(&out, '/');
        buf_str(&out, is_number(segment) ? STR("{id}") : segment);
    }
    struct str text = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return text;
}

/* The old ones say so in another format ("Wed, 30 Dec 2015"); those that say nothing are of 2021 and 2023. */
static bool is_recent(const struct json *interaction)
{
    int64_t year;
    struct str at = json_get_str(interaction, "recorded_at");
    return !at.len || (str_to_i64(str_slice(at, 0, 4), &year) && year >= FIRST_YEAR);
}

/* Lists come in two styles with keys of their own. */
static bool is_same_style(const struct json *theirs, const struct json *ours)
{
    return !json_get(theirs, "meta") == !json_get(ours, "meta");
}

static bool is_asked_for(enum http_method method, struct str path)
{
    for (size_t i = 0; i < sizeof asked_for / sizeof *asked_for; i++)
        if (asked_for[i].method == method && str_eq(path, str_from(asked_for[i].path))) return true;
    return false;
}

static void leave_out(const char *file, const struct json *interaction, struct str path, const char *why)
{
    print_message("left out: %s %.*s %.*s %d: %s\n", file, STR_ARG(json_get_str(interaction, "method")), STR_ARG(path),
                  (int)json_get_int(interaction, "status", 0), why);
    left_out++;
}

static void compare_interaction(const char *file, const struct json *interaction)
{
    struct arena arena;
    size_t before = compared;
    const struct json *theirs = json_get(interaction, "response_json");
    arena_init(&arena);
    struct str path = normalised(&arena, json_get_str(interaction, "path"));
    bool is_wanted = is_asked_for(http_method_from(json_get_str(interaction, "method")), path);
    if (json_type(theirs) != JSON_OBJECT && is_wanted) leave_out(file, interaction, path, "no JSON");
    if (json_type(theirs) != JSON_OBJECT || (!is_recent(interaction) && !is_wanted)) {
        arena_clear(&arena);
        return;
    }
    is_old = !is_recent(interaction);
    for (size_t i = 0; i < kind_count; i++) {
        struct kind *kind = &kinds[i];
        bool is_kind = str_eq(path, str_from(kind->path)) &&
                       kind->method == http_method_from(json_get_str(interaction, "method")) &&
                       kind->status == json_get_int(interaction, "status", 0) && is_same_style(theirs, kind->ours->json);
        if (!is_kind) continue;
        compare(arena_fmt(&arena, "%s %.*s %d", file, STR_ARG(path), kind->status).ptr, theirs, kind->ours->json);
        compared++;
        kind->compared++;
    }
    if (is_wanted && compared == before) leave_out(file, interaction, path, "we have no such answer");
    arena_clear(&arena);
}

static int compare_file(const char *path, const struct stat *found, int flag, struct FTW *where)
{
    if (flag != FTW_F || found->st_size > FILE_BYTES_MAX || !str_ends(str_from(path), STR(".json"))) return 0;
    char *bytes = mem_alloc((size_t)found->st_size);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t got = fread(bytes, 1, (size_t)found->st_size, file);
    assert_int_equal(fclose(file), 0);
    struct json *tree = json_parse((struct str){ bytes, got }, NULL);
    const struct json *interactions = json_get(tree, "interactions");
    for (size_t i = 0; i < json_count(interactions); i++) compare_interaction(path + where->base, json_at(interactions, i));
    json_free(tree);
    mem_free(bytes);
    return 0;
}

static void recorded_answers(void **state)
{
    (void)state;
    if (access(RECORDINGS, R_OK) != 0) skip();
    driver_open(&driver);
    make_our_answers(&driver);
    have_refusals(&driver);
    make_account_answers(&driver);
    assert_int_equal(nftw(RECORDINGS, compare_file, 8, FTW_PHYS), 0);
    for (size_t i = 0; i < kind_count; i++)
        print_message("%4zu  %s %s %d\n", kinds[i].compared, http_method_name(kinds[i].method), kinds[i].path, kinds[i].status);
    print_message("%zu recorded answers compared, %zu differences\n", compared, different);
    assert_true(compared >= COMPARED_MIN);
    assert_int_equal(different, 0);
    assert_int_equal(left_out, LEFT_OUT);
    driver_close(&driver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
