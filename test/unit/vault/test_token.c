/* Tokens: their form, and that no two are alike. */
#include "unit/unit.h"

#include "vault/token.h"

static void form(void **state)
{
    (void)state;
    char text[TOKEN_TEXT_MAX];
    token_make("ck_", text);
    assert_true(str_starts(str_from(text), STR("ck_")));
    assert_int_equal(strlen(text), 3 + 43); /* 256 bits in base64url */
    assert_int_equal(strspn(text + 3, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    token_make("", text);
    assert_int_equal(strlen(text), 43);
    token_make("twenty characters...", text); /* the longest prefix there is room for */
    assert_int_equal(strlen(text), TOKEN_TEXT_MAX - 1);
    assert_aborts(token_make("twenty-one characters", text));
}

static void all_differ(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    static char texts[COUNT][TOKEN_TEXT_MAX];
    for (size_t i = 0; i < COUNT; i++) {
        token_make("ck_", texts[i]);
        for (size_t k = 0; k < i; k++) assert_string_not_equal(texts[i], texts[k]);
    }
}

/* Every bit of 64 bytes is seen set and unset within 200 draws. */
static void all_bits_move(void **state)
{
    (void)state;
    uint8_t ones[64] = { 0 }, zeros[64] = { 0 }, draw[64];
    for (int i = 0; i < 200; i++) {
        token_random(draw, sizeof draw);
        for (size_t k = 0; k < sizeof draw; k++) {
            ones[k] |= draw[k];
            zeros[k] |= (uint8_t)~draw[k];
        }
    }
    for (size_t k = 0; k < sizeof draw; k++) assert_true(ones[k] == 0xFF && zeros[k] == 0xFF);
}

static void hashing(void **state)
{
    (void)state;
    struct hash a = token_hash(STR("ck_a")), again = token_hash(STR("ck_a")), b = token_hash(STR("ck_b"));
    assert_true(hash_equal(&a, &again));
    assert_false(hash_equal(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form),
        cmocka_unit_test(all_differ),
        cmocka_unit_test(all_bits_move),
        cmocka_unit_test(hashing),
    };
    vault_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
