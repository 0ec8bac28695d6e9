/* reauth.c - see reauth.h. */
#include "web/reauth.h"

#include "web/forwarded.h"

/* ---- the way ------------------------------------------------------------------------------------------------------------------------ */

bool reauth_is_exposed(struct web_call *call)
{
    struct str public_url = call->web->public_url;
    bool has_address = str_starts(public_url, STR("https://"));
    if (!forwarded_is_exposed(call->request)) return false;
    struct problem problem = { .id = has_address ? PROBLEM_OPENED_ELSEWHERE : PROBLEM_OPENED_UNENCRYPTED,
                               .facts = { .value = public_url } };
    call_refuse(call, &problem);
    return true;
}

/* ---- waiting -------------------------------------------------------------------------------------------------------------------- */

bool reauth_waits(struct web_call *call, struct str who)
{
    int64_t now_ms = loop_now_ms(call->web->loop);
    int64_t of_who = throttle_wait_ms(call->web->throttle, THROTTLE_EMAIL, who, now_ms);
    int64_t of_address = throttle_wait_ms(call->web->throttle, THROTTLE_ADDRESS, call->address, now_ms);
    int64_t wait_s = ((of_who > of_address ? of_who : of_address) + 999) / 1000;
    if (wait_s == 0) return false;
    struct problem problem = { .id = PROBLEM_RATE_LIMITED_HERE, .facts = { .number = wait_s }, .retry_after_s = wait_s };
    call_refuse(call, &problem);
    return true;
}

void reauth_failed(struct web_call *call, struct str who)
{
    int64_t now_ms = loop_now_ms(call->web->loop);
    throttle_failed(call->web->throttle, THROTTLE_EMAIL, who, now_ms);
    throttle_failed(call->web->throttle, THROTTLE_ADDRESS, call->address, now_ms);
}

/* ---- the password ------------------------------------------------------------------------------------------------------------------ */

static void checked(void *context)
{
    struct reauth *reauth = context;
    struct problem problem = { .id = PROBLEM_SIGN_IN_FAILED, .field = STR("current_password") };
    if (reauth->work.matches) {
        reauth->then(reauth->context);
        return;
    }
    reauth_failed(reauth->call, reauth->who);
    call_refuse(reauth->call, &problem);
}

void reauth_begin(struct reauth *reauth, struct web_call *call, const struct member *member, reauth_fn *then, void *context)
{
    struct str current = json_get_str(call->body, "current_password"), field = STR("current_password");
    bool is_needed = member->password_hash.len > 0 && call->actor.kind == ACTOR_SESSION && !call->actor.has_fresh_link;
    if (!is_needed) {
        then(context);
        return;
    }
    if (current.len == 0) {
        struct problem problem = { .id = PROBLEM_FIELD_MISSING, .field = field, .facts = { .what = field } };
        call_refuse(call, &problem);
        return;
    }
    if (reauth_waits(call, member->id)) return;
    *reauth = (struct reauth){ .call = call, .who = member->id, .then = then, .context = context };
    reauth->work = (struct password_job){
        .work = PASSWORD_CHECK, .password = current, .against = member->password_hash, .done = checked, .context = reauth
    };
    if (passwords_submit(call->web->passwords, &reauth->work) != OK) call_refuse_id(call, PROBLEM_SERVER_BUSY);
}
