/* The key file: made once, kept private, and refused when it is not right. */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "vault/seal.h"
#include "vault/token.h"

static char directory[64], path[80];

static int make_directory(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/seal-key-XXXXXX");
    if (!mkdtemp(directory)) return -1;
    snprintf(path, sizeof path, "%s/master.key", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory); /* fails, and with it the test, when a temporary file was left */
}

static void write_file(const char *text, size_t len, mode_t mode)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static struct hash fingerprint(bool create)
{
    struct err err = { 0 };
    struct seal_key *key = seal_key_open(path, create, &err);
    if (!key) fail_msg("%s", err.detail);
    struct hash hash = seal_fingerprint(key, STR("x"));
    seal_key_close(key);
    return hash;
}

static void assert_refused(enum status status, const char *words)
{
    struct err err = { 0 };
    assert_null(seal_key_open(path, true, &err));
    assert_int_equal(err.status, status);
    if (!strstr(err.detail, words) || !strstr(err.detail, path)) fail_msg("detail is \"%s\"", err.detail);
}

static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static void made_at_first_start(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct stat info;
    char text[80] = "";
    assert_null(seal_key_open(path, false, &err));
    assert_int_equal(err.status, E_NOT_FOUND);
    struct hash first = fingerprint(true), second = fingerprint(true), third = fingerprint(false);
    assert_true(hash_equal(&first, &second) && hash_equal(&first, &third));
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(info.st_nlink, 1);
    assert_int_equal(info.st_size, 65);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    assert_int_equal(fclose(file), 0);
    assert_int_equal(strspn(text, "0123456789abcdef"), 64);
    assert_int_equal(text[64], '\n');
}

/* The derivation is fixed: a stored envelope must open under a later version. */
static void opens_an_envelope_of_the_first_version(void **state)
{
    (void)state;
    const struct seal_place place = { STR("wsp_1"), STR("zendesk"), STR("int_1") };
    struct buf secret;
    write_file(hex, 64, 0600);
    struct seal_key *key = seal_key_open(path, false, NULL);
    assert_non_null(key);
    buf_init(&secret, 100);
    assert_int_equal(
        seal_open(key, &place, STR("v1.cb2f5160.41IeRH4Njzqa0gsK9QsD61T6ipfJiY1l.PlvAH3D9DEN5WDFxeqSJeYm7YBQu"), &secret), OK);
    assert_str(buf_view(&secret), "first");
    seal_wipe(&secret);
    seal_key_close(key);
}

static void accepts_both_line_ends_and_modes(void **state)
{
    (void)state;
    char upper[66];
    snprintf(upper, sizeof upper, "%s\n", hex);
    write_file(upper, 65, 0600);
    struct hash with_line_end = fingerprint(false);
    write_file(hex, 64, 0400);
    struct hash without = fingerprint(false);
    assert_true(hash_equal(&with_line_end, &without));
    for (char *c = upper; *c; c++)
        if (*c >= 'a') *c = (char)(*c - 'a' + 'A');
    write_file(upper, 65, 0600);
    struct hash capitals = fingerprint(false);
    assert_true(hash_equal(&capitals, &without));
}

static void refuses_open_modes(void **state)
{
    (void)state;
    static const mode_t modes[] = { 0640, 0620, 0610, 0604, 0602, 0601, 0644, 0666 };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_file(hex, 64, modes[i]);
        assert_refused(E_DENIED, "chmod 600");
    }
}

static void refuses_wrong_content(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g\n",
        " 00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_file(wrong[i], strlen(wrong[i]), 0600);
        assert_refused(E_CORRUPT, "64 hexadecimal digits");
    }
}

static void refuses_what_is_no_file(void **state)
{
    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused(E_CORRUPT, "regular file");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(E_CORRUPT, "regular file"); /* and does not wait for a writer */
    assert_int_equal(unlink(path), 0);
    size_t length = strlen(path);
    snprintf(path + length, sizeof path - length, "/x");
    assert_refused(E_IO, "No such file or directory"); /* its directory is not made */
    path[length] = '\0';
}

/* Eight programs start at once and must agree on one key. */
static void racing_starters_share_one_key(void **state)
{
    (void)state;
    enum { STARTERS = 8, ROUNDS = 20 };
    for (int round = 0; round < ROUNDS; round++) {
        int gate[2] = { -1, -1 }, answers[2] = { -1, -1 };
        struct hash first, next;
        assert_true(pipe(gate) == 0 && pipe(answers) == 0);
        for (int i = 0; i < STARTERS; i++) {
            pid_t child = fork();
            assert_true(child >= 0);
            if (child == 0) {
                char wait_here;
                close(gate[1]);
                struct seal_key *key = read(gate[0], &wait_here, 1) == 0 ? seal_key_open(path, true, NULL) : NULL;
                struct hash mine = { 0 };
                if (key) mine = seal_fingerprint(key, STR("x"));
                _exit(write(answers[1], &mine, sizeof mine) == sizeof mine && key ? 0 : 1);
            }
        }
        close(gate[0]);
        close(gate[1]); /* the gate opens */
        assert_int_equal(read(answers[0], &first, sizeof first), sizeof first);
        for (int i = 1; i < STARTERS; i++) {
            assert_int_equal(read(answers[0], &next, sizeof next), sizeof next);
            assert_true(hash_equal(&first, &next));
        }
        for (int i = 0; i < STARTERS; i++) {
            int end;
            assert_true(wait(&end) > 0 && WIFEXITED(end) && WEXITSTATUS(end) == 0);
        }
        close(answers[0]);
        close(answers[1]);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(rmdir(directory), 0); /* nothing else was left in it */
        assert_int_equal(mkdir(directory, 0700), 0);
    }
}

#define key_test(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        key_test(made_at_first_start),
        key_test(opens_an_envelope_of_the_first_version),
        key_test(accepts_both_line_ends_and_modes),
        key_test(refuses_open_modes),
        key_test(refuses_wrong_content),
        key_test(refuses_what_is_no_file),
        key_test(racing_starters_share_one_key),
    };
    vault_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
