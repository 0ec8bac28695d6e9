/* Password hashes: form, matching, and equal work for nobody's account. */
#include "unit/unit.h"

#include <time.h>

#include "base/limits.h"
#include "vault/password.h"
#include "vault/token.h"

static void matches(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_MAX], again[PASSWORD_HASH_MAX];
    assert_int_equal(password_hash(STR("correct horse battery"), hash), OK);
    assert_true(str_starts(str_from(hash), STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(password_matches(STR("correct horse battery"), hash));
    assert_false(password_matches(STR("correct horse batterx"), hash));
    assert_false(password_matches(STR("correct horse battery\0"), hash)); /* a NUL counts */
    assert_false(password_matches(STR_NONE, hash));
    assert_int_equal(password_hash(STR("correct horse battery"), again), OK);
    assert_string_not_equal(hash, again); /* salted */
}

static void edges(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_MAX], longest[LIMIT_PASSWORD_BYTES + 1], junk[400];
    memset(longest, 'x', sizeof longest);
    assert_int_equal(password_hash((struct str){ longest, LIMIT_PASSWORD_BYTES + 1 }, hash), E_LIMIT);
    assert_int_equal(password_hash((struct str){ longest, LIMIT_PASSWORD_BYTES }, hash), OK);
    assert_true(password_matches((struct str){ longest, LIMIT_PASSWORD_BYTES }, hash));
    assert_false(password_matches((struct str){ longest, LIMIT_PASSWORD_BYTES - 1 }, hash));
    assert_false(password_matches((struct str){ longest, LIMIT_PASSWORD_BYTES + 1 }, hash));
    assert_int_equal(password_hash(STR_NONE, hash), OK);
    assert_true(password_matches(STR_NONE, hash));
    memset(junk, 'x', sizeof junk);
    junk[sizeof junk - 1] = '\0';
    assert_false(password_matches(STR("x"), ""));
    assert_false(password_matches(STR("x"), junk));
    assert_false(password_matches(STR("x"), "$argon2id$v=19$m=19456,t=2,p=1$"));
}

static double least_cpu_ms(const char *hash)
{
    double least = 1e9;
    for (int i = 0; i < 5; i++) {
        clock_t begin = clock();
        if (hash)
            assert_false(password_matches(STR("guess"), hash));
        else
            password_waste(STR("guess"));
        double ms = (double)(clock() - begin) * 1000 / CLOCKS_PER_SEC;
        if (ms < least) least = ms;
    }
    return least;
}

static void waste_is_the_same_work(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_MAX];
    assert_int_equal(password_hash(STR("somebody's"), hash), OK);
    double real = least_cpu_ms(hash), decoy = least_cpu_ms(NULL);
    print_message("real %.1f ms, decoy %.1f ms\n", real, decoy);
    assert_true(decoy > real / 2 && decoy < real * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(matches), cmocka_unit_test(edges),
                                        cmocka_unit_test(waste_is_the_same_work) };
    vault_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
