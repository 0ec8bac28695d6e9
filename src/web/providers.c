/* providers.c - model providers: shown, added, changed, deleted, tested with a real call.
 *
 * The key is borrowed from the request's body, sealed with its address by flow, and never shown. A change of the address asks for the key again: otherwise whoever may edit a
 * provider could have its key sent to a host of his own.
 */
#include "flow/providers.h"

#include "base/limits.h"
#include "model/field.h"
#include "web/ident.h"
#include "web/render.h"
#include "web/route.h"
#include "web/trail.h"

enum { HEADERS_MAX = 8, NAMED_BYTES = 200 };

struct provider_job {
    struct call_job head;
    struct provider row;
    struct str before; /* what the audit log keeps of it as it was */
};

static enum status load_provider(struct store_tx *tx, struct call_job *head)
{
    struct provider_job *job = (struct provider_job *)head;
    struct web_call *call = head->call;
    return provider_get(tx, call->actor.workspace, call->params[0], call->arena, &job->row);
}

static void answer_provider(struct call_job *head)
{
    struct provider_job *job = (struct provider_job *)head;
    render_provider(call_json(head->call), &job->row, head->call->arena);
    call_send(head->call, head->call->route->status);
}

void providers_show(struct web_call *call)
{
    struct provider_job *job = call_job(call, struct provider_job);
    call->noun = "provider";
    call_read(&job->head, load_provider, answer_provider);
}

/* ---- the list ------------------------------------------------------------------------------------------------------------------------ */

struct providers_job {
    struct call_job head;
    struct store_page page;
    struct provider *rows;
    size_t count;
};

static enum status load_providers(struct store_tx *tx, struct call_job *head)
{
    struct providers_job *job = (struct providers_job *)head;
    struct web_call *call = head->call;
    return provider_list(tx, call->actor.workspace, &job->page, call->arena, &job->rows, &job->count);
}

static void answer_providers(struct call_job *head)
{
    struct providers_job *job = (struct providers_job *)head;
    struct jw *json = call_list(head->call);
    for (size_t i = 0; i < job->count; i++) render_provider(json, &job->rows[i], head->call->arena);
    call_list_end(head->call, job->count == job->page.limit ? job->rows[job->count - 1].id : STR_NONE);
}

void providers_list(struct web_call *call)
{
    struct providers_job *job = call_job(call, struct providers_job);
    if (call_page(call, "prv_", &job->page)) call_read(&job->head, load_providers, answer_providers);
}

/* ---- what was typed -------------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *base_url;
    enum provider_auth auth;
} usual[MODEL_PROTOCOL_COUNT] = {
    [MODEL_OPENAI_CHAT] = { "https://api.openai.com/v1", PROVIDER_BEARER },
    [MODEL_OPENAI_RESPONSES] = { "https://api.openai.com/v1", PROVIDER_BEARER },
    [MODEL_ANTHROPIC] = { "https://api.anthropic.com", PROVIDER_X_API_KEY },
    [MODEL_OLLAMA] = { "http://127.0.0.1:11434", PROVIDER_NO_KEY },
};

static bool is_azure(struct str base_url)
{
    return str_find_nocase(base_url, STR(".openai.azure.com"), 0) != SIZE_MAX;
}

static enum status read_base_url(struct web_call *call, struct provider *row, struct problem *problem)
{
    struct str typed = str_trim(json_get_str(call->body, "base_url"));
    if (typed.len > 0) {
        while (str_ends(typed, STR("/"))) typed = str_slice(typed, 0, typed.len - 1);
        row->base_url = typed;
    }
    if (flow_provider_url_fits(call->web->flow, row->base_url)) return OK;
    *problem = (struct problem){ .id = PROBLEM_PROVIDER_URL, .field = STR("base_url"), .facts = { .value = row->base_url } };
    if (str_starts(row->base_url, STR("http://"))) {
        problem->id = PROBLEM_PROVIDER_HTTP;
        problem->facts.what = row->base_url;
    }
    return E_INPUT;
}

static enum status read_model(struct web_call *call, struct provider *row, struct problem *problem)
{
    const struct json *model = json_get(call->body, "model");
    return model != NULL ? field_name(json_str(model), STR("model"), call->arena, &row->model, problem) : OK;
}

static enum status read_headers(struct web_call *call, struct provider *row, struct problem *problem)
{
    const struct json *headers = json_get(call->body, "headers");
    struct buf text;
    if (headers == NULL) return OK;
    *problem = (struct problem){ .id = PROBLEM_VALUE_TOO_LONG,
                                 .field = STR("headers"),
                                 .facts = { .what = STR("headers"), .limit = STR("8 entries") } };
    if (json_count(headers) > HEADERS_MAX) return E_INPUT;
    for (void *at = json_first(headers); at != NULL; at = json_next(headers, at)) {
        if (flow_provider_header_fits(json_key(at), json_str(json_value(at)))) continue;
        *problem = (struct problem){ .id = PROBLEM_PROVIDER_HEADER, .field = STR("headers"), .facts = { .value = json_key(at) } };
        return E_INPUT;
    }
    buf_init(&text, LIMIT_HTTP_BODY_BYTES);
    json_canonical(headers, &text);
    row->headers = arena_str(call->arena, buf_view(&text));
    buf_clear(&text);
    return OK;
}

static void read_numbers(const struct web_call *call, struct provider *row)
{
    const struct json *price = json_get(call->body, "price");
    struct str name = json_get_str(call->body, "max_tokens_name");
    row->max_tokens = json_get_int(call->body, "max_tokens", row->max_tokens);
    row->context_tokens = json_get_int(call->body, "context_tokens", row->context_tokens);
    if (name.len > 0) row->max_completion_tokens = str_eq(name, STR("max_completion_tokens"));
    if (price != NULL)
        row->price =
            (struct provider_price){ render_micros(json_get(price, "input")), render_micros(json_get(price, "cached_input")),
                                     render_micros(json_get(price, "output")) };
}

static void read_redact(const struct json *classes, struct provider *row)
{
    if (classes == NULL) return;
    row->redact = (struct provider_redact){ 0 };
    for (size_t i = 0; i < json_count(classes); i++) {
        struct str name = json_str(json_at(classes, i));
        row->redact.email = row->redact.email || str_eq(name, STR("email"));
        row->redact.phone = row->redact.phone || str_eq(name, STR("phone"));
        row->redact.iban = row->redact.iban || str_eq(name, STR("iban"));
    }
}

/* The members that may change into the row; the key and the address's auth are for the callers. */
static enum status read_members(struct web_call *call, struct provider *row, struct problem *problem)
{
    const struct json *name = json_get(call->body, "name"), *protocol = json_get(call->body, "protocol");
    bool is_known = protocol == NULL || model_protocol_from(json_str(protocol), &row->protocol); /* the shape has looked */
    enum status status = is_known ? OK : E_INPUT;
    if (name != NULL) status = field_name(json_str(name), STR("name"), call->arena, &row->name, problem);
    if (status == OK) status = read_base_url(call, row, problem);
    if (status == OK) status = read_model(call, row, problem);
    if (status == OK) status = read_headers(call, row, problem);
    if (status == OK) read_numbers(call, row);
    if (status == OK) read_redact(json_get(call->body, "redact"), row);
    return status;
}

/* What the last test found out was about something else. */
static void forget_test(struct provider *row)
{
    row->status = PROVIDER_UNTESTED;
    row->problem = STR_NONE;
    row->tested_at = 0;
}

/* Is it the same to a test: what is asked, and how? */
static bool asks_the_same(const struct provider *was, const struct provider *row)
{
    return was->protocol == row->protocol && str_eq(was->model, row->model) && str_eq(was->headers, row->headers) &&
           was->max_completion_tokens == row->max_completion_tokens;
}

/* Seals the key that was given; without one a provider that needs none. */
static enum status seal_key(struct web_call *call, struct provider *row, struct problem *problem)
{
    struct str key = STR_NONE;
    unsigned removed = 0;
    enum status status = OK;
    if (row->auth != PROVIDER_NO_KEY)
        status = field_secret(json_get_str(call->body, "key"), STR("key"), call->arena, &key, &removed, problem);
    if (status != OK) return status;
    *problem = (struct problem){ .id = PROBLEM_PROVIDER_URL, .field = STR("base_url") };
    row->secret_set_at = row->auth == PROVIDER_NO_KEY ? 0 : call->now_at;
    forget_test(row);
    return flow_provider_seal(call->web->flow, row, key, call->arena);
}

/* What the audit log keeps of a provider. */
static struct str told(const struct provider *row, struct arena *arena)
{
    struct buf text;
    struct jw json;
    buf_init(&text, LIMIT_ANSWER_BYTES);
    jw_init(&json, &text);
    jw_object(&json);
    jw_kv_str(&json, "name", row->name);
    jw_kv_str(&json, "protocol", str_from(model_protocol_name(row->protocol)));
    jw_kv_str(&json, "base_url", row->base_url);
    jw_kv_str(&json, "model", row->model);
    jw_kv_time(&json, "key_set_at", row->secret_set_at);
    jw_end_object(&json);
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

/* ---- adding ---------------------------------------------------------------------------------------------------------------------------- */

static enum status insert_provider(struct store_tx *tx, struct call_job *head)
{
    struct provider_job *job = (struct provider_job *)head;
    job->row.created_at = job->row.updated_at = store_now(tx);
    enum status status = provider_insert(tx, &job->row);
    if (status != OK) return status;
    return trail_note(tx, head->call, "provider.create", job->row.id, STR_NONE, told(&job->row, head->call->arena));
}

/* What follows from the protocol and the address where nothing was said. */
static void begin_row(struct web_call *call, struct provider *row)
{
    struct str protocol = json_get_str(call->body, "protocol");
    *row = (struct provider){
        .id = ident_new(call->arena, "prv_", call->now_at), .workspace = call->actor.workspace, .headers = STR("{}"), .version = 1
    };
    if (!model_protocol_from(protocol, &row->protocol)) return; /* the shape has refused it */
    row->base_url = str_from(usual[row->protocol].base_url);
}

static void choose_auth(struct web_call *call, struct provider *row)
{
    bool is_own = str_find(row->base_url, STR("://api.openai.com"), 0) != SIZE_MAX || is_azure(row->base_url);
    row->auth = is_azure(row->base_url) ? PROVIDER_API_KEY : usual[row->protocol].auth;
    (void)provider_auth_from(json_get_str(call->body, "auth"), &row->auth); /* as it is where nothing was said */
    if (json_get(call->body, "max_tokens_name") == NULL) row->max_completion_tokens = is_own;
}

void providers_create(struct web_call *call)
{
    struct provider_job *job = call_job(call, struct provider_job);
    struct problem problem = { 0 };
    begin_row(call, &job->row);
    enum status status = read_members(call, &job->row, &problem);
    if (status == OK) {
        choose_auth(call, &job->row);
        status = seal_key(call, &job->row, &problem);
    }
    if (status == OK)
        call_write(&job->head, insert_provider, answer_provider);
    else
        call_refuse(call, &problem);
}

/* ---- changing -------------------------------------------------------------------------------------------------------------------------- */

static enum status update_provider(struct store_tx *tx, struct call_job *head)
{
    struct provider_job *job = (struct provider_job *)head;
    job->row.updated_at = store_now(tx);
    enum status status = provider_update(tx, &job->row);
    if (status != OK) return status;
    job->row.version++;
    return trail_note(tx, head->call, "provider.update", job->row.id, job->before, told(&job->row, head->call->arena));
}

static void change_provider(struct call_job *head)
{
    struct provider_job *job = (struct provider_job *)head;
    struct web_call *call = head->call;
    struct provider *row = &job->row;
    const struct provider was = *row;
    struct problem problem = { 0 };
    struct str auth = json_get_str(call->body, "auth");
    int64_t version = json_get_int(call->body, "version", 0);
    if (version != 0 && version != row->version) {
        call_fail(call, E_CONFLICT);
        return;
    }
    job->before = told(row, call->arena);
    enum status status = read_members(call, row, &problem);
    bool is_known = auth.len == 0 || provider_auth_from(auth, &row->auth); /* the shape has looked */
    bool has_key = json_get_str(call->body, "key").len > 0;
    bool moves = !str_eq(was.base_url, row->base_url) || was.auth != row->auth || !is_known;
    if (status == OK && moves && !has_key && row->auth != PROVIDER_NO_KEY) {
        problem = (struct problem){ .id = PROBLEM_PROVIDER_KEY_AGAIN, .field = STR("key") };
        status = E_INPUT;
    }
    if (status == OK && !asks_the_same(&was, row)) forget_test(row);
    if (status == OK && (moves || has_key)) status = seal_key(call, row, &problem);
    if (status == OK)
        call_write(head, update_provider, answer_provider);
    else
        call_refuse(call, &problem);
}

void providers_update(struct web_call *call)
{
    struct provider_job *job = call_job(call, struct provider_job);
    call->noun = "provider";
    call_read(&job->head, load_provider, change_provider);
}

/* ---- deleting -------------------------------------------------------------------------------------------------------------------------- */

/* The refusal, with the agents that stand in the way. */
static enum status name_users(struct store_tx *tx, struct web_call *call)
{
    struct agent *agents;
    size_t count;
    struct str names = STR_NONE;
    enum status status = provider_users(tx, call->actor.workspace, call->params[0], call->arena, &agents, &count);
    if (status != OK) return status;
    for (size_t i = 0; i < count; i++)
        names = arena_fmt(call->arena, "%.*s%s%.*s", STR_ARG(names), i > 0 ? ", " : "", STR_ARG(agents[i].name));
    call->problem = (struct problem){ .id = PROBLEM_PROVIDER_IN_USE, .facts.value = str_clip(names, NAMED_BYTES) };
    return E_CONFLICT;
}

static enum status delete_provider(struct store_tx *tx, struct call_job *head)
{
    struct web_call *call = head->call;
    enum status status = provider_delete(tx, call->actor.workspace, call->params[0]);
    if (status == E_CONFLICT) return name_users(tx, call);
    return status == OK ? trail_note(tx, call, "provider.delete", call->params[0], STR_NONE, STR_NONE) : status;
}

static void answer_deleted(struct call_job *head)
{
    call_none(head->call, 204);
}

void providers_delete(struct web_call *call)
{
    struct provider_job *job = call_job(call, struct provider_job);
    call->noun = "provider";
    call_write(&job->head, delete_provider, answer_deleted);
}

/* ---- testing --------------------------------------------------------------------------------------------------------------------------- */

static void on_tested(void *context, const struct flow_provider_result *result)
{
    struct web_call *call = context;
    if (result->status != OK) {
        call_fail(call, result->status);
        return;
    }
    render_provider_test(call_json(call), result, call->arena);
    call_send(call, call->route->status);
}

static void begin_test(struct call_job *head)
{
    struct provider_job *job = (struct provider_job *)head;
    flow_provider_test(head->call->web->flow, &job->row, on_tested, head->call);
}

void providers_test(struct web_call *call)
{
    struct provider_job *job = call_job(call, struct provider_job);
    call->noun = "provider";
    call_read(&job->head, load_provider, begin_test);
}
