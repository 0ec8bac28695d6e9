/* Envelopes: what opens, and everything that must not. */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "vault/seal.h"
#include "vault/token.h"

static const struct seal_place here = { STR("wsp_1"), STR("zendesk"), STR("int_1") };

static struct seal_key *new_key(void)
{
    char directory[] = "/tmp/seal-XXXXXX", path[64];
    struct err err = { 0 };
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/key", directory);
    struct seal_key *key = seal_key_open(path, true, &err);
    if (!key) fail_msg("%s", err.detail);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(directory), 0);
    return key;
}

static struct seal_key *key; /* of the whole group */

static int open_key(void **state)
{
    (void)state;
    key = new_key();
    return 0;
}

static int close_key(void **state)
{
    (void)state;
    seal_key_close(key);
    return 0;
}

static void sealed(struct buf *envelope, struct str secret)
{
    buf_init(envelope, 64 * 1024);
    assert_int_equal(seal(key, &here, secret, envelope), OK);
}

static enum status opened(const struct seal_place *place, struct str envelope)
{
    struct buf secret;
    buf_init(&secret, 64 * 1024);
    enum status status = seal_open(key, place, envelope, &secret);
    if (status != OK) assert_int_equal(secret.len, 0);
    seal_wipe(&secret);
    return status;
}

static void opens_again(void **state)
{
    (void)state;
    static char large[16 * 1024];
    memset(large, 'x', sizeof large);
    const struct str secrets[] = {
        STR("{\"host\":\"acme\",\"token\":\"t\"}"), STR_NONE, STR("\0\xFF\0"), { large, sizeof large }
    };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        struct buf envelope, secret;
        sealed(&envelope, secrets[i]);
        buf_init(&secret, 64 * 1024);
        assert_int_equal(seal_open(key, &here, buf_view(&envelope), &secret), OK);
        assert_true(str_eq(buf_view(&secret), secrets[i]));
        seal_wipe(&secret);
        assert_null(secret.data);
        buf_clear(&envelope);
    }
}

/* "v1.kid.nonce.ciphertext": 8 hexadecimal digits, 24 bytes and the secret with 16 bytes of tag. */
static void form(void **state)
{
    (void)state;
    struct buf envelope, second;
    sealed(&envelope, STR("12345678"));
    struct str rest = buf_view(&envelope), piece;
    static const size_t lengths[] = { 2, 8, 32, 32 };
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_split(&rest, '.', &piece));
        assert_int_equal(piece.len, lengths[i]);
    }
    assert_null(rest.ptr);
    assert_true(str_starts(buf_view(&envelope), STR("v1.")));
    assert_int_equal(str_find(buf_view(&envelope), STR("12345678"), 0), SIZE_MAX);
    sealed(&second, STR("12345678"));
    assert_false(str_eq(buf_view(&envelope), buf_view(&second))); /* another nonce */
    buf_clear(&envelope);
    buf_clear(&second);
}

static void any_flipped_bit_is_seen(void **state)
{
    (void)state;
    /* Three lengths, as the last character of base64 has spare bits in two of three. */
    static const char *const secrets[] = { "secret", "secret+", "secret++" };
    for (size_t s = 0; s < 3; s++) {
        struct buf envelope;
        sealed(&envelope, str_from(secrets[s]));
        for (size_t bit = 0; bit < envelope.len * 8; bit++) {
            envelope.data[bit / 8] = (char)(envelope.data[bit / 8] ^ (1 << bit % 8));
            assert_int_equal(opened(&here, buf_view(&envelope)), E_CORRUPT);
            envelope.data[bit / 8] = (char)(envelope.data[bit / 8] ^ (1 << bit % 8));
        }
        assert_int_equal(opened(&here, buf_view(&envelope)), OK);
        buf_clear(&envelope);
    }
}

static void any_other_length_is_seen(void **state)
{
    (void)state;
    struct buf envelope;
    sealed(&envelope, STR("secret"));
    for (size_t len = 0; len < envelope.len; len++)
        assert_int_equal(opened(&here, str_slice(buf_view(&envelope), 0, len)), E_CORRUPT);
    static const char *const tails[] = { "A", "=", ".", ".A", "\n", " " };
    size_t len = envelope.len;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        buf_lit(&envelope, tails[i]);
        assert_int_equal(opened(&here, buf_view(&envelope)), E_CORRUPT);
        envelope.len = len;
    }
    assert_int_equal(opened(&here, STR("v1.kid")), E_CORRUPT);
    assert_int_equal(opened(&here, STR("....")), E_CORRUPT);
    assert_int_equal(opened(&here, STR_NONE), E_CORRUPT);
    buf_clear(&envelope);
}

static void a_moved_envelope_stays_shut(void **state)
{
    (void)state;
    const struct seal_place elsewhere[] = {
        { STR("wsp_2"), STR("zendesk"), STR("int_1") },  { STR("wsp_1"), STR("openai"), STR("int_1") },
        { STR("wsp_1"), STR("zendesk"), STR("int_2") },  { STR("wsp_1"), STR("int_1"), STR("zendesk") },
        { STR("wsp_1z"), STR("endesk"), STR("int_1") },  { STR("wsp_1"), STR("zendesk"), STR_NONE },
        { STR("wsp_1|zendesk"), STR("int_1"), STR("") }, { STR("wsp_1"), STR("zendesk|int_1"), STR_NONE },
    };
    struct buf envelope;
    sealed(&envelope, STR("secret"));
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        assert_int_equal(opened(&elsewhere[i], buf_view(&envelope)), E_CORRUPT);
    buf_clear(&envelope);
}

static void another_key_does_not_open(void **state)
{
    (void)state;
    struct seal_key *other = new_key();
    struct buf envelope, secret;
    sealed(&envelope, STR("secret"));
    buf_init(&secret, 100);
    assert_int_equal(seal_open(other, &here, buf_view(&envelope), &secret), E_CORRUPT);

    /* Also not when the envelope claims the other key. */
    struct buf renamed;
    buf_init(&renamed, 1000);
    assert_int_equal(seal(other, &here, STR("x"), &renamed), OK);
    memcpy(envelope.data, renamed.data, strlen("v1.") + 8);
    assert_int_equal(seal_open(other, &here, buf_view(&envelope), &secret), E_CORRUPT);
    buf_clear(&renamed);
    buf_clear(&envelope);
    buf_clear(&secret);
    seal_key_close(other);
}

static void limits(void **state)
{
    (void)state;
    char large[16 * 1024 + 1], long_row[600];
    memset(large, 'x', sizeof large);
    memset(long_row, 'r', sizeof long_row);
    const struct seal_place barred = { STR("wsp|1"), STR("zendesk"), STR("int_1") };
    const struct seal_place wide = { STR("wsp_1"), STR("zendesk"), { long_row, sizeof long_row } };
    struct buf envelope, tight;
    buf_init(&envelope, 64 * 1024);
    assert_int_equal(seal(key, &here, (struct str){ large, sizeof large }, &envelope), E_LIMIT);
    assert_int_equal(seal(key, &barred, STR("x"), &envelope), E_INPUT);
    assert_int_equal(seal(key, &wide, STR("x"), &envelope), E_LIMIT);
    assert_int_equal(envelope.len, 0);
    assert_int_equal(seal(key, &here, STR("0123456789"), &envelope), OK);
    buf_init(&tight, envelope.len - 1);
    assert_int_equal(seal(key, &here, STR("0123456789"), &tight), E_LIMIT);
    buf_clear(&tight);
    buf_init(&tight, 9);
    assert_int_equal(seal_open(key, &here, buf_view(&envelope), &tight), E_LIMIT);
    assert_int_equal(tight.len, 0);
    buf_clear(&tight);
    buf_clear(&envelope);
}

static void fingerprints(void **state)
{
    (void)state;
    struct seal_key *other = new_key();
    struct hash a = seal_fingerprint(key, STR("token-a")), again = seal_fingerprint(key, STR("token-a"));
    struct hash b = seal_fingerprint(key, STR("token-b")), elsewhere = seal_fingerprint(other, STR("token-a"));
    struct hash plain = hash_blake2b(STR("token-a"));
    assert_true(hash_equal(&a, &again));
    assert_false(hash_equal(&a, &b));
    assert_false(hash_equal(&a, &elsewhere)); /* keyed: a list of known tokens cannot be tried without the key */
    assert_false(hash_equal(&a, &plain));
    seal_key_close(other);
}

static void wiping(void **state)
{
    (void)state;
    struct buf secret;
    buf_init(&secret, 100);
    seal_wipe(&secret); /* nothing in it */
    buf_lit(&secret, "secret");
    seal_wipe(&secret);
    assert_null(secret.data);
    assert_int_equal(secret.max, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_again),
        cmocka_unit_test(form),
        cmocka_unit_test(any_flipped_bit_is_seen),
        cmocka_unit_test(any_other_length_is_seen),
        cmocka_unit_test(a_moved_envelope_stays_shut),
        cmocka_unit_test(another_key_does_not_open),
        cmocka_unit_test(limits),
        cmocka_unit_test(fingerprints),
        cmocka_unit_test(wiping),
    };
    vault_init();
    return cmocka_run_group_tests(tests, open_key, close_key);
}
