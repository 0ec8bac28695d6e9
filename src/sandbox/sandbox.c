/* sandbox.c - opening and closing a practice Zendesk, its clock, and going back to the start. */
#include "sandbox/sandbox.h"

#include "base/mem.h"
#include "net/client.h"
#include "sandbox/first_records.h"
#include "sandbox/seed.h"
#include "sandbox/serve.h"
#include "sandbox/state.h"
#include "sandbox/user.h"
#include "vault/token.h"

enum { BODY_MARGIN = 64 * 1024 };

#define CLOCK_SETTING STR("clock_offset_ms")

int64_t sandbox_now(const struct sandbox *sandbox)
{
    return loop_wall_ms() + sandbox->clock_offset_ms;
}

void sandbox_advance_clock(struct sandbox *sandbox, int64_t by_ms)
{
    sandbox->clock_offset_ms += by_ms;
    desk_set(sandbox->desk, CLOCK_SETTING, sandbox->clock_offset_ms);
}

/* ---- the first state ---------------------------------------------------------------------------------------------------- */

/* The person whose address the credentials name: an admin, made when missing. */
static void ensure_admin(struct sandbox *sandbox)
{
    struct arena arena;
    struct user admin;
    arena_init(&arena);
    if (!user_by_email(sandbox->desk, &arena, sandbox->admin_email, &admin)) {
        admin = user_blank();
        admin.name = STR("Practice Admin");
        admin.email = sandbox->admin_email;
        admin.role = STR("admin");
        admin.custom_role_id = ACCOUNT_ADMIN_ROLE_ID;
        admin.verified = true;
        admin.created_at = admin.updated_at = sandbox_now(sandbox);
        user_insert(sandbox->desk, &admin);
    }
    arena_clear(&arena);
}

static void fill(struct sandbox *sandbox)
{
    first_records(sandbox);
    if (sandbox->has_seed_data) seed_data(sandbox);
}

static enum status arm_start_faults(struct sandbox *sandbox, struct err *err)
{
    sandbox->faults.count = 0;
    for (size_t i = 0; i < sandbox->start_fault_count; i++) {
        enum status status = faults_arm_text(&sandbox->faults, sandbox->start_faults[i], err);
        if (status != OK) return status;
    }
    return OK;
}

/* The faults of the command line were read once when the sandbox was opened; they cannot fail now. */
void sandbox_reset(struct sandbox *sandbox)
{
    desk_erase(sandbox->desk);
    rates_clear(&sandbox->rates);
    sandbox->clock_offset_ms = 0;
    ensure_admin(sandbox);
    fill(sandbox);
    if (arm_start_faults(sandbox, NULL) != OK) sandbox->faults.count = 0;
}

/* ---- life --------------------------------------------------------------------------------------------------------------- */

/* A credential that was not set fits nothing. */
static struct hash hash_of_secret(struct str secret)
{
    char none[TOKEN_TEXT_MAX];
    token_make("", none);
    return token_hash(secret.len ? secret : str_from(none));
}

static void keep_options(struct sandbox *sandbox, const struct sandbox_options *options, struct str account)
{
    struct arena *memory = &sandbox->memory;
    sandbox->account = arena_str(memory, account);
    sandbox->has_seed_data = options->seed_data;
    sandbox->admin_email = arena_str(memory, options->email);
    sandbox->oauth_client_id = arena_str(memory, options->oauth_client_id);
    sandbox->api_token = hash_of_secret(options->api_token);
    sandbox->oauth_client_secret = hash_of_secret(options->oauth_client_secret);
    sandbox->rate_limit = options->rate_limit > 0 ? options->rate_limit : RATE_DEFAULT;
    struct str *faults = arena_array(memory, options->fault_count, sizeof *faults);
    for (size_t i = 0; i < options->fault_count; i++) faults[i] = arena_str(memory, options->faults[i]);
    sandbox->start_faults = faults;
    sandbox->start_fault_count = options->fault_count;
    token_random(sandbox->fingerprint_key, sizeof sandbox->fingerprint_key);
}

static enum status open_database(struct sandbox *sandbox, const char *path, struct err *err)
{
    sandbox->desk = desk_open(path, err);
    if (!sandbox->desk) return err ? err->status : E_IO;
    desk_begin(sandbox->desk);
    sandbox->clock_offset_ms = desk_setting(sandbox->desk, CLOCK_SETTING, 0);
    ensure_admin(sandbox);
    fill(sandbox);
    return desk_commit(sandbox->desk) ? OK : err_set(err, E_IO, "%s cannot be written", path);
}

/* "sandbox.db" of another account is "sandbox-NAME.db". */
static const char *database_of(struct sandbox *sandbox, const char *first)
{
    struct str path = str_from(first);
    if (str_ends(path, STR(".db"))) path.len -= 3;
    return arena_fmt(&sandbox->memory, "%.*s-%.*s.db", STR_ARG(path), STR_ARG(sandbox->account)).ptr;
}

/* One account, without a server. Returns new, or NULL. */
static struct sandbox *open_account(struct loop *loop, const struct sandbox_options *options, struct str account, struct err *err)
{
    struct sandbox *sandbox = mem_alloc(sizeof *sandbox);
    sandbox->loop = loop;
    arena_init(&sandbox->memory);
    keep_options(sandbox, options, account);
    sandbox->client = http_client_open(loop, &(struct http_client_options){ .user_agent = "Practice Zendesk Webhook" });
    bool is_first = str_eq(account, options->account);
    enum status status = arm_start_faults(sandbox, err);
    if (status == OK)
        status = open_database(sandbox, is_first ? options->database : database_of(sandbox, options->database), err);
    if (status == OK) return sandbox;
    sandbox_close(sandbox);
    return NULL;
}

static enum status open_more_accounts(struct sandbox *first, const struct sandbox_options *options, struct err *err)
{
    struct sandbox *last = first;
    for (size_t i = 0; i < options->more_account_count; i++, last = last->next_account) {
        last->next_account = open_account(first->loop, options, options->more_accounts[i], err);
        if (!last->next_account) return err && err->status ? err->status : E_IO;
    }
    return OK;
}

static enum status start(struct sandbox *sandbox, const struct sandbox_options *options, struct err *err)
{
    enum status status = open_more_accounts(sandbox, options, err);
    if (status != OK) return status;
    sandbox->server =
        http_server_open(sandbox->loop, &(struct http_server_options){ .handler = serve_request,
                                                                       .context = sandbox,
                                                                       .server_name = "practice-zendesk",
                                                                       .body_bytes = ACCOUNT_ATTACHMENT_BYTES + BODY_MARGIN });
    return http_server_listen(sandbox->server, options->listen, err);
}

struct sandbox *sandbox_open(struct loop *loop, const struct sandbox_options *options, struct err *err)
{
    struct sandbox *sandbox = open_account(loop, options, options->account, err);
    if (!sandbox || start(sandbox, options, err) == OK) return sandbox;
    sandbox_close(sandbox);
    return NULL;
}

struct str sandbox_address(const struct sandbox *sandbox)
{
    return http_server_address(sandbox->server);
}

void sandbox_close(struct sandbox *sandbox)
{
    if (!sandbox) return;
    serve_abandon(sandbox);
    if (sandbox->server) http_server_close(sandbox->server);
    sandbox_close(sandbox->next_account);
    http_client_close(sandbox->client);
    desk_close(sandbox->desk);
    rates_clear(&sandbox->rates);
    arena_clear(&sandbox->memory);
    mem_free(sandbox);
}
