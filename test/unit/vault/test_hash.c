/* Digests against published vectors. */
#include "unit/unit.h"

#include "vault/hash.h"

static void assert_hash(struct hash hash, const char *hex)
{
    char text[2 * HASH_BYTES + 1];
    hash_hex(&hash, text);
    assert_string_equal(text, hex);
}

/* BLAKE2b with 32 bytes out; values from the reference implementation. */
static void blake2b(void **state)
{
    (void)state;
    char key[64];
    for (size_t i = 0; i < sizeof key; i++) key[i] = (char)i;
    assert_hash(hash_blake2b(STR_NONE), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_hash(hash_blake2b(STR("abc")), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    assert_hash(hash_blake2b_keyed((struct str){ key, 32 }, STR("abc")),
                "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
    assert_hash(hash_blake2b_keyed((struct str){ key, 64 }, STR_NONE),
                "2fa9fbd9be36437de204e139e97d402bce68c828f43391608c891b5faed8a98a");
    assert_aborts((void)hash_blake2b_keyed((struct str){ key, 15 }, STR("abc")));
}

/* RFC 4231 test cases 1, 2, 6 and 7. */
static void hmac_sha256(void **state)
{
    (void)state;
    char key1[20], key6[131];
    memset(key1, 0x0b, sizeof key1);
    memset(key6, 0xaa, sizeof key6);
    assert_hash(hash_hmac_sha256((struct str){ key1, sizeof key1 }, STR("Hi There")),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_hash(hash_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?")),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_hash(
        hash_hmac_sha256((struct str){ key6, sizeof key6 }, STR("Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    assert_hash(hash_hmac_sha256(
                    (struct str){ key6, sizeof key6 },
                    STR("This is a test using a larger than block-size key and a larger than block-size data. The key needs to "
                        "be hashed before being used by the HMAC algorithm.")),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    assert_hash(hash_hmac_sha256(STR_NONE, STR_NONE), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void comparing(void **state)
{
    (void)state;
    struct hash a = hash_blake2b(STR("a")), b = a;
    assert_true(hash_equal(&a, &b));
    for (size_t i = 0; i < HASH_BYTES * 8; i++) {
        b.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_false(hash_equal(&a, &b));
        b = a;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(blake2b), cmocka_unit_test(hmac_sha256), cmocka_unit_test(comparing) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
