/* One-time passwords: the vectors of RFC 2202 (HMAC-SHA-1), RFC 4226 appendix D and RFC 6238 appendix B, the window, and that a code works once. */
#include "unit/unit.h"

#include "vault/totp.h"

#define RFC_SECRET STR("12345678901234567890")

static void assert_mac(struct str key, struct str data, const char *hex)
{
    uint8_t mac[TOTP_MAC_BYTES];
    char text[2 * TOTP_MAC_BYTES + 1];
    totp_hmac_sha1(key, data, mac);
    for (size_t i = 0; i < sizeof mac; i++) (void)snprintf(text + 2 * i, 3, "%02x", mac[i]);
    assert_string_equal(text, hex);
}

static void macs_of_rfc_2202(void **state)
{
    (void)state;
    char many[50];
    memset(many, 0xdd, sizeof many);
    char key[20];
    memset(key, 0x0b, sizeof key);
    assert_mac((struct str){ key, 20 }, STR("Hi There"), "b617318655057264e28bc0b6fb378c8ef146be00");
    assert_mac(STR("Jefe"), STR("what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    memset(key, 0xaa, sizeof key);
    assert_mac((struct str){ key, 20 }, (struct str){ many, sizeof many }, "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
}

static void codes_of_rfc_4226(void **state)
{
    static const char *const codes[] = { "755224", "287082", "359152", "969429", "338314",
                                         "254676", "287922", "162583", "399871", "520489" };
    char code[TOTP_DIGITS + 1];
    (void)state;
    for (int64_t count = 0; count < 10; count++) {
        totp_code(RFC_SECRET, count, code);
        assert_string_equal(code, codes[count]);
    }
}

/* The last six digits of the eight in the table. */
static void codes_of_rfc_6238(void **state)
{
    static const struct {
        int64_t time_s;
        const char *code;
    } rows[] = { { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
                 { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
    char code[TOTP_DIGITS + 1];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        totp_code(RFC_SECRET, rows[i].time_s * 1000 / TOTP_STEP_MS, code);
        assert_string_equal(code, rows[i].code);
    }
}

static void a_code_is_taken_within_the_window_and_once(void **state)
{
    char code[TOTP_DIGITS + 1];
    int64_t step = 0, now_ms = INT64_C(1111111111000), now_step = now_ms / TOTP_STEP_MS;
    (void)state;
    for (int64_t off = -3; off <= 3; off++) {
        totp_code(RFC_SECRET, now_step + off, code);
        assert_int_equal(totp_matches(RFC_SECRET, str_from(code), now_ms, 0, &step), off >= -1 && off <= 1);
        if (off >= -1 && off <= 1) assert_int_equal(step, now_step + off);
        assert_false(totp_matches(RFC_SECRET, str_from(code), now_ms, now_step + off, &step));
    }
    totp_code(RFC_SECRET, now_step - 1, code);
    assert_false(totp_matches(RFC_SECRET, str_from(code), now_ms, now_step, &step)); /* older than what was used */
}

static void a_secret_goes_into_text_and_back(void **state)
{
    uint8_t back[TOTP_SECRET_BYTES];
    char text[TOTP_SECRET_CHARS + 1];
    (void)state;
    totp_secret_write((const uint8_t *)RFC_SECRET.ptr, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_true(totp_secret_read(str_from(text), back));
    assert_memory_equal(back, RFC_SECRET.ptr, sizeof back);
    assert_false(totp_secret_read(STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ"), back));
    assert_false(totp_secret_read(STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"), back));
}

static void what_is_no_code(void **state)
{
    int64_t step;
    (void)state;
    assert_false(totp_matches(RFC_SECRET, STR(""), 59000, 0, &step));
    assert_false(totp_matches(RFC_SECRET, STR("28708"), 59000, 0, &step));
    assert_false(totp_matches(RFC_SECRET, STR("2870820"), 59000, 0, &step));
    assert_false(totp_matches(RFC_SECRET, STR("287083"), 59000, 0, &step));
    assert_true(totp_matches(RFC_SECRET, STR("287082"), 59000, 0, &step));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(macs_of_rfc_2202),
        cmocka_unit_test(codes_of_rfc_4226),
        cmocka_unit_test(codes_of_rfc_6238),
        cmocka_unit_test(a_code_is_taken_within_the_window_and_once),
        cmocka_unit_test(a_secret_goes_into_text_and_back),
        cmocka_unit_test(what_is_no_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
