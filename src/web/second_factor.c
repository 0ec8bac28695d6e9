/* second_factor.c - authenticator apps (vault/totp.h): begun, confirmed by a first code, checked, removed; and the ten codes for the day when the phone is lost.
 *
 * The secret is shown once and nothing is asked for until a code of it was typed, so nobody is shut out by an app that was never set up. A code works once: its step is kept in the
 * transaction that lets somebody in. Setting up and removing end all sessions but the one that did it, which gets a new token. Web keys (WebAuthn) were left for later: they
 * need a browser at the other end, and the command line has none.
 */
#include "web/second_factor.h"

#include "vault/token.h"
#include "vault/totp.h"
#include "web/ident.h"
#include "web/reauth.h"
#include "web/route.h"
#include "web/sign_in.h"
#include "web/trail.h"

enum { RECOVERY_CODES = 10, RECOVERY_CODE_CHARS = 16, CODE_CHARS_MAX = 40, URI_BYTES_MAX = 1024 };

/* ---- checking ------------------------------------------------------------------------------------------------------------------- */

/* As people copy it: "123 456", "abcd-efgh-...". */
static struct str without_gaps(struct str typed, struct arena *arena)
{
    char *text = arena_alloc(arena, CODE_CHARS_MAX);
    size_t count = 0;
    for (size_t i = 0; i < typed.len && count < CODE_CHARS_MAX; i++) {
        char c = typed.ptr[i];
        if (c == ' ' || c == '-') continue;
        text[count++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (struct str){ text, count };
}

/* A code of the app. E_DENIED: it is none, or it was used. */
static enum status take_code(struct store_tx *tx, const struct second_factor *factor, struct str code)
{
    uint8_t secret[TOTP_SECRET_BYTES];
    int64_t step;
    if (!totp_secret_read(factor->secret, secret)) return E_CORRUPT;
    struct str view = { (const char *)secret, sizeof secret };
    if (!totp_matches(view, code, store_now(tx), factor->used_step, &step)) return E_DENIED;
    enum status status = second_factor_use(tx, factor->workspace, factor->member, step);
    return status == E_CONFLICT ? E_DENIED : status;
}

static enum status take_any_code(struct store_tx *tx, struct web_call *call, const struct second_factor *factor, struct str code)
{
    if (code.len != RECOVERY_CODE_CHARS) return take_code(tx, factor, code);
    enum status status = recovery_code_use(tx, factor->workspace, factor->member, ident_token_hash(call->arena, code));
    return status == E_NOT_FOUND ? E_DENIED : status;
}

enum status second_factor_check(struct store_tx *tx, struct web_call *call, const struct member *member, struct str code,
                                enum problem_id *refusal)
{
    struct second_factor factor;
    *refusal = PROBLEM_NONE;
    if (member->factor_at == 0) return OK;
    *refusal = PROBLEM_SECOND_FACTOR_NEEDED;
    if (code.len == 0) return OK;
    enum status status = second_factor_get(tx, member->workspace, member->id, call->arena, &factor);
    if (status != OK) return status;
    status = take_any_code(tx, call, &factor, without_gaps(code, call->arena));
    *refusal = status == E_DENIED ? PROBLEM_SECOND_FACTOR_WRONG : PROBLEM_NONE;
    return status == E_DENIED ? OK : status;
}

/* ---- the own one ------------------------------------------------------------------------------------------------------------------ */

struct factor_job {
    struct session_job session; /* of the new token, when the sessions end */
    struct reauth reauth;
    struct second_factor factor;
    struct str code;
    enum problem_id refusal;
    struct str codes[RECOVERY_CODES]; /* as they are shown; empty: none were made */
    int64_t codes_left;
};

static enum status load_own(struct store_tx *tx, struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    const struct actor *actor = &head->call->actor;
    enum status status = member_get(tx, actor->workspace, actor->id, head->call->arena, &job->session.member);
    return status == OK ? recovery_code_count(tx, actor->workspace, actor->id, &job->codes_left) : status;
}

static void answer_own(struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    struct jw *json = call_json(head->call);
    jw_object(json);
    jw_kv_bool(json, "enabled", job->session.member.factor_at > 0);
    jw_kv_time(json, "enabled_at", job->session.member.factor_at);
    jw_kv_int(json, "recovery_codes_left", job->codes_left);
    jw_end_object(json);
    call_send(head->call, 200);
}

void second_factor_show(struct web_call *call)
{
    struct factor_job *job = call_job(call, struct factor_job);
    call_read(&job->session.head, load_own, answer_own);
}

/* ---- beginning -------------------------------------------------------------------------------------------------------------------- */

static enum status begin(struct store_tx *tx, struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    struct web_call *call = head->call;
    uint8_t secret[TOTP_SECRET_BYTES];
    char text[TOTP_SECRET_CHARS + 1];
    enum status status = load_own(tx, head); /* again: it may have been set up while the password was checked */
    if (status != OK) return status;
    if (job->session.member.factor_at > 0) {
        call->problem = (struct problem){ .id = PROBLEM_ALREADY_EXISTS, .facts = { .what = STR("second factor") } };
        return E_CONFLICT;
    }
    token_random(secret, sizeof secret);
    totp_secret_write(secret, text);
    job->factor = (struct second_factor){ .workspace = call->actor.workspace,
                                          .member = call->actor.id,
                                          .secret = arena_str(call->arena, str_from(text)),
                                          .created_at = store_now(tx) };
    status = second_factor_put(tx, &job->factor);
    return status == OK ? trail_note(tx, call, "member.factor_begin", call->actor.id, STR_NONE, STR_NONE) : status;
}

/* What apps read from the QR code: github.com/google/google-authenticator/wiki/Key-Uri-Format. */
static struct str uri_of(const struct factor_job *job, struct arena *arena)
{
    struct buf uri;
    struct str email = job->session.member.email;
    buf_init(&uri, URI_BYTES_MAX);
    buf_lit(&uri, "otpauth://totp/ChatCrafterAI:");
    buf_url(&uri, email.len > 0 ? email : STR("owner"));
    buf_fmt(&uri, "?secret=%.*s&issuer=ChatCrafterAI", STR_ARG(job->factor.secret));
    struct str text = arena_str(arena, buf_view(&uri));
    buf_clear(&uri);
    return text;
}

static void answer_begun(struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    struct jw *json = call_json(head->call);
    jw_object(json);
    jw_kv_str(json, "secret", job->factor.secret);
    jw_kv_str(json, "uri", uri_of(job, head->call->arena));
    jw_end_object(json);
    call_send(head->call, 201);
}

static void password_proved(void *context)
{
    struct factor_job *job = context;
    call_write(&job->session.head, begin, answer_begun);
}

static void own_loaded(struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    reauth_begin(&job->reauth, head->call, &job->session.member, password_proved, job);
}

void second_factor_begin(struct web_call *call)
{
    struct factor_job *job = call_job(call, struct factor_job);
    call_read(&job->session.head, load_own, own_loaded);
}

/* ---- codes ------------------------------------------------------------------------------------------------------------------------- */

/* "ABCD-EFGH-IJKL-MNOP": 80 random bits of the secret's alphabet; what is kept is the digest without the gaps. */
static struct str new_code(struct arena *arena, struct str *hash)
{
    uint8_t random[TOTP_SECRET_BYTES];
    char text[TOTP_SECRET_CHARS + 1];
    token_random(random, sizeof random);
    totp_secret_write(random, text);
    *hash = ident_token_hash(arena, (struct str){ text, RECOVERY_CODE_CHARS });
    return arena_fmt(arena, "%.4s-%.4s-%.4s-%.4s", text, text + 4, text + 8, text + 12);
}

static enum status renew_codes(struct store_tx *tx, struct web_call *call, struct factor_job *job)
{
    const struct member *member = &job->session.member;
    struct str hash;
    enum status status = recovery_code_clear(tx, member->workspace, member->id);
    for (size_t i = 0; status == OK && i < RECOVERY_CODES; i++) {
        job->codes[i] = new_code(call->arena, &hash);
        status = recovery_code_insert(tx, member->workspace, member->id, hash);
    }
    return status;
}

/* Another second factor, or none: whoever is signed in elsewhere signs in again. */
static enum status renew_sessions(struct store_tx *tx, struct web_call *call, struct factor_job *job)
{
    if (call->actor.kind != ACTOR_SESSION) return OK;
    enum status status = session_delete_of_member(tx, call->actor.workspace, call->actor.id);
    return status == OK ? session_start(tx, call, false, &job->session) : status;
}

static enum status confirm(struct store_tx *tx, struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    struct web_call *call = head->call;
    const struct actor *actor = &call->actor;
    enum status status = load_own(tx, head);
    if (status == OK) status = second_factor_get(tx, actor->workspace, actor->id, call->arena, &job->factor);
    if (status != OK) return status;
    if (job->factor.confirmed_at > 0) return E_CONFLICT;
    status = take_code(tx, &job->factor, without_gaps(job->code, call->arena));
    if (status == E_DENIED) return call_because(call, E_DENIED, PROBLEM_SECOND_FACTOR_WRONG);
    if (status == OK) status = second_factor_confirm(tx, actor->workspace, actor->id, store_now(tx));
    if (status == OK) status = renew_codes(tx, call, job);
    if (status == OK) status = renew_sessions(tx, call, job);
    return status == OK ? trail_note(tx, call, "member.factor_set", actor->id, STR_NONE, STR_NONE) : status;
}

static void answer_codes(struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    struct jw *json = call_json(head->call);
    if (job->session.token.len > 0) session_set_cookie(head->call, job->session.token);
    jw_object(json);
    jw_key(json, "recovery_codes");
    jw_array(json);
    for (size_t i = 0; i < RECOVERY_CODES; i++) jw_str(json, job->codes[i]);
    jw_end_array(json);
    jw_end_object(json);
    call_send(head->call, 200);
}

/* ---- with a code: confirmed, other recovery codes, and the end ---------------------------------------------------------------------------------- */

/* The member, and whether the code is right. A refusal is no failure of the job: it is counted, on the loop's thread. */
static enum status check_own(struct store_tx *tx, struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    enum status status = load_own(tx, head);
    if (status == OK && job->session.member.factor_at == 0) status = E_NOT_FOUND;
    return status == OK ? second_factor_check(tx, head->call, &job->session.member, job->code, &job->refusal) : status;
}

static bool is_refused(struct factor_job *job)
{
    struct web_call *call = job->session.head.call;
    if (job->refusal == PROBLEM_NONE) return false;
    reauth_failed(call, call->actor.id);
    call_refuse_id(call, job->refusal);
    return true;
}

static enum status change_codes(struct store_tx *tx, struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    enum status status = check_own(tx, head);
    if (status != OK || job->refusal != PROBLEM_NONE) return status;
    status = renew_codes(tx, head->call, job);
    return status == OK ? trail_note(tx, head->call, "member.recovery_codes", head->call->actor.id, STR_NONE, STR_NONE) : status;
}

static void codes_changed(struct call_job *head)
{
    if (!is_refused((struct factor_job *)head)) answer_codes(head);
}

static enum status remove_own(struct store_tx *tx, struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    struct web_call *call = head->call;
    struct workspace workspace;
    enum status status = workspace_get(tx, call->actor.workspace, call->arena, &workspace);
    if (status == OK && workspace.admins_need_factor && call->actor.role >= ROLE_ADMIN)
        return call_because(call, E_DENIED, PROBLEM_SECOND_FACTOR_REQUIRED);
    if (status == OK) status = check_own(tx, head);
    if (status != OK || job->refusal != PROBLEM_NONE) return status;
    status = second_factor_delete(tx, call->actor.workspace, call->actor.id);
    if (status == OK) status = renew_sessions(tx, call, job);
    return status == OK ? trail_note(tx, call, "member.factor_remove", call->actor.id, STR_NONE, STR_NONE) : status;
}

static void removed_own(struct call_job *head)
{
    struct factor_job *job = (struct factor_job *)head;
    if (is_refused(job)) return;
    if (job->session.token.len > 0) session_set_cookie(head->call, job->session.token);
    call_none(head->call, 204);
}

static void with_code(struct web_call *call, call_run_fn *run, call_done_fn *done)
{
    struct factor_job *job = call_job(call, struct factor_job);
    call->noun = "second factor";
    job->code = json_get_str(call->body, "code");
    if (!reauth_waits(call, call->actor.id)) call_write(&job->session.head, run, done);
}

void second_factor_confirm_own(struct web_call *call)
{
    with_code(call, confirm, answer_codes);
}

void second_factor_change_codes(struct web_call *call)
{
    with_code(call, change_codes, codes_changed);
}

void second_factor_remove(struct web_call *call)
{
    with_code(call, remove_own, removed_own);
}
