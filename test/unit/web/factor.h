/* factor.h - an authenticator app for tests: the owner's session, the secret that was shown, and the codes of it. */
#ifndef UNIT_WEB_FACTOR_H
#define UNIT_WEB_FACTOR_H

#include "unit/web/site.h"
#include "vault/totp.h"

#define FACTOR_EMAIL    "anna@example.com"
#define FACTOR_PASSWORD "nine quiet harbours"

struct factor {
    const char *cookie; /* headers of a browser that is signed in */
    struct str secret;
    const char *recovery; /* one of the recovery codes */
    int64_t first_step;   /* of the code that confirmed it */
};

static inline void factor_take_cookie(struct site *site, struct factor *factor, const struct site_answer *answer)
{
    factor->cookie = site_fmt(site, "%s\nSec-Fetch-Site: same-origin", site_cookie(site, answer));
}

static inline const char *factor_cookie(struct site *site)
{
    struct factor factor;
    factor_take_cookie(site, &factor, site_use_link(site, site_link(site)));
    return factor.cookie;
}

static inline struct site_ask factor_ask(struct site *site, const struct factor *factor, enum http_method method,
                                         const char *path, const char *body)
{
    return (struct site_ask){
        .method = method, .path = site_fmt(site, API "/members/me/second-factor%s", path), .headers = factor->cookie, .body = body
    };
}

/* The code of the step so many after the one that confirmed the app; 1 is taken even when the clock has not come there yet. */
static inline const char *factor_code(struct site *site, const struct factor *factor, int64_t later)
{
    uint8_t secret[TOTP_SECRET_BYTES];
    char code[TOTP_DIGITS + 1];
    assert_true(totp_secret_read(factor->secret, secret));
    totp_code((struct str){ (const char *)secret, sizeof secret }, factor->first_step + later, code);
    return arena_cstr(&site->arena, str_from(code));
}

/* In a session that came from a link just now: no password is asked for. */
static inline void factor_set_up(struct site *site, struct factor *factor)
{
    struct site_answer *begun =
        site_ask(site, factor_ask(site, factor, HTTP_POST, "", "{\"current_password\":\"" FACTOR_PASSWORD "\"}"));
    assert_int_equal(begun->status, 201);
    factor->secret = json_get_str(begun->json, "secret");
    factor->first_step = loop_wall_ms() / TOTP_STEP_MS;
    const char *body = site_fmt(site, "{\"code\":\"%s\"}", factor_code(site, factor, 0));
    struct site_answer *confirmed = site_ask(site, factor_ask(site, factor, HTTP_POST, "/confirm", body));
    assert_int_equal(confirmed->status, 200);
    assert_int_equal(json_count(json_get(confirmed->json, "recovery_codes")), 10);
    factor->recovery = arena_cstr(&site->arena, json_str(json_at(json_get(confirmed->json, "recovery_codes"), 0)));
    factor_take_cookie(site, factor, confirmed);
}

#endif
