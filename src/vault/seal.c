/* seal.c - envelopes, and the key file they depend on.
 *
 * The master key itself seals nothing: two keys are derived from it (libsodium's crypto_kdf, BLAKE2b), one for envelopes and one for
 * fingerprints, and it is then wiped. `kid` names the master key, so that a later rotation knows which one an envelope needs.
 *
 * Two programs that start at once may both make a key file. Each writes its own under a temporary name and links it to the real
 * one; link() fails for the second, which then reads the key of the first. rename() was rejected: it would replace a key that is in use.
 */
#include "vault/seal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    MASTER_BYTES = crypto_kdf_KEYBYTES,
    MASTER_HEX = 2 * MASTER_BYTES,
    KID_HEX = 8,
    KEY_BYTES = 32,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PLACE_BYTES_MAX = 512,
    SECRET_BYTES_MAX = 16 * 1024, /* a secret, its host and its e-mail, as JSON: under 2 KiB */
};

/* Numbers and context of the derived keys. If you change one, no stored envelope or fingerprint fits any more. */
enum { SUBKEY_SEALING = 1, SUBKEY_FINGERPRINT = 2 };
static const char kdf_context[crypto_kdf_CONTEXTBYTES + 1] = "ccvault1";

struct seal_key {
    unsigned char sealing[KEY_BYTES];
    unsigned char fingerprint[KEY_BYTES];
    char kid[KID_HEX + 1];
};

static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "what crypto_kdf makes is what the cipher takes");

static void *guarded(size_t bytes)
{
    void *memory = sodium_malloc(bytes);
    if (!memory) abort();
    return memory;
}

/* ---- making the key file ----------------------------------------------------------------------------------------------- */

static enum status write_all(int fd, struct str text)
{
    for (size_t done = 0; done < text.len;) {
        ssize_t count = write(fd, text.ptr + done, text.len - done);
        if (count < 0 && errno != EINTR) return E_IO;
        if (count > 0) done += (size_t)count;
    }
    return fsync(fd) == 0 ? OK : E_IO;
}

/* A fresh random key, as text with a line end, into a new file that only its owner may read. */
static enum status write_new_key(const char *temporary)
{
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return E_IO;
    unsigned char *master = guarded(MASTER_BYTES);
    char *hex = guarded(MASTER_HEX + 1);
    crypto_kdf_keygen(master);
    sodium_bin2hex(hex, MASTER_HEX + 1, master, MASTER_BYTES);
    hex[MASTER_HEX] = '\n'; /* in place of the NUL */
    enum status status = write_all(fd, (struct str){ hex, MASTER_HEX + 1 });
    sodium_free(hex);
    sodium_free(master);
    if (close(fd) != 0) status = E_IO;
    return status;
}

/* The directory holds the name; without this a crash could lose it. */
static enum status sync_directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash ? mem_dup(path, (size_t)(slash - path) + 1) : mem_dup(".", 1);
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mem_free(directory);
    if (fd < 0) return E_IO;
    enum status status = fsync(fd) == 0 ? OK : E_IO;
    close(fd);
    return status;
}

/* OK as well when another program made the file first. */
static enum status make_key_file(const char *path, struct err *err)
{
    struct buf temporary;
    unsigned char unique[8];
    randombytes_buf(unique, sizeof unique);
    buf_init(&temporary, strlen(path) + 64);
    buf_fmt(&temporary, "%s.new.", path);
    buf_hex(&temporary, unique, sizeof unique);

    enum status status = write_new_key(temporary.data);
    if (status == OK && link(temporary.data, path) != 0 && errno != EEXIST) status = E_IO;
    if (status == OK) status = sync_directory_of(path);
    if (status != OK) err_set(err, status, "cannot make the key file %s: %s", path, strerror(errno));
    unlink(temporary.data);
    buf_clear(&temporary);
    return status;
}

/* ---- reading it -------------------------------------------------------------------------------------------------------- */

static enum status check_file(int fd, const char *path, struct err *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0) return err_set(err, E_IO, "cannot look at the key file %s: %s", path, strerror(errno));
    if (!S_ISREG(info.st_mode)) return err_set(err, E_CORRUPT, "the key file %s is not a regular file", path);
    if (info.st_mode & (S_IRWXG | S_IRWXO))
        return err_set(err, E_DENIED, "others may read the key file %s; run: chmod 600 %s", path, path);
    return OK;
}

/* 64 hexadecimal digits and perhaps a line end, nothing else. */
static enum status decode_key(int fd, const char *path, unsigned char *master, struct err *err)
{
    char *text = guarded(MASTER_HEX + 2); /* one byte more than a right file has */
    size_t length = 0;
    ssize_t count = 0;
    while (length < MASTER_HEX + 2) {
        count = read(fd, text + length, MASTER_HEX + 2 - length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        length += (size_t)count;
    }
    enum status status = OK;
    size_t decoded = 0;
    if (count < 0)
        status = err_set(err, E_IO, "cannot read the key file %s: %s", path, strerror(errno));
    else if (length < MASTER_HEX || length > MASTER_HEX + 1 || (length == MASTER_HEX + 1 && text[MASTER_HEX] != '\n') ||
             sodium_hex2bin(master, MASTER_BYTES, text, MASTER_HEX, NULL, &decoded, NULL) != 0 || decoded != MASTER_BYTES)
        status = err_set(err, E_CORRUPT, "the key file %s does not hold 64 hexadecimal digits", path);
    sodium_free(text);
    return status;
}

static struct seal_key *derive(const unsigned char *master)
{
    struct seal_key *key = guarded(sizeof *key);
    struct hash name = hash_blake2b((struct str){ (const char *)master, MASTER_BYTES });
    sodium_bin2hex(key->kid, sizeof key->kid, name.bytes, KID_HEX / 2);
    crypto_kdf_derive_from_key(key->sealing, sizeof key->sealing, SUBKEY_SEALING, kdf_context, master);
    crypto_kdf_derive_from_key(key->fingerprint, sizeof key->fingerprint, SUBKEY_FINGERPRINT, kdf_context, master);
    if (sodium_mprotect_readonly(key) != 0) abort();
    return key;
}

struct seal_key *seal_key_open(const char *path, bool create, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* O_NONBLOCK: a FIFO in its place must not hold the start up */
    if (fd < 0 && errno == ENOENT && create) {
        if (make_key_file(path, err) != OK) return NULL;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (fd < 0) {
        err_set(err, errno == ENOENT ? E_NOT_FOUND : E_IO, "cannot open the key file %s: %s", path, strerror(errno));
        return NULL;
    }
    struct seal_key *key = NULL;
    unsigned char *master = guarded(MASTER_BYTES);
    if (check_file(fd, path, err) == OK && decode_key(fd, path, master, err) == OK) key = derive(master);
    sodium_free(master);
    close(fd);
    return key;
}

void seal_key_close(struct seal_key *key)
{
    sodium_free(key); /* wipes it; NULL is fine */
}

/* ---- envelopes --------------------------------------------------------------------------------------------------------- */

/* The additional data. A bar inside a field would let two places look alike. */
static enum status describe_place(const struct seal_place *place, const char *kid, struct buf *out)
{
    const struct str fields[] = { place->workspace, place->kind, place->row };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (str_find(fields[i], STR("|"), 0) != SIZE_MAX) return E_INPUT;
        buf_str(out, fields[i]);
        buf_char(out, '|');
    }
    buf_fmt(out, "%s|v1", kid);
    return buf_ok(out) ? OK : E_LIMIT;
}

enum status seal(const struct seal_key *key, const struct seal_place *place, struct str secret, struct buf *envelope)
{
    if (secret.len > SECRET_BYTES_MAX) return E_LIMIT;
    struct buf where;
    buf_init(&where, PLACE_BYTES_MAX);
    enum status status = describe_place(place, key->kid, &where);
    if (status == OK) {
        unsigned char nonce[NONCE_BYTES];
        unsigned char *sealed = mem_alloc(secret.len + TAG_BYTES);
        unsigned long long sealed_len = 0;
        randombytes_buf(nonce, sizeof nonce);
        crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &sealed_len, (const unsigned char *)secret.ptr, secret.len,
                                                   (const unsigned char *)where.data, where.len, NULL, nonce, key->sealing);
        buf_fmt(envelope, "v1.%s.", key->kid);
        buf_base64url(envelope, nonce, sizeof nonce);
        buf_char(envelope, '.');
        buf_base64url(envelope, sealed, (size_t)sealed_len);
        mem_free(sealed);
        if (!buf_ok(envelope)) status = E_LIMIT;
    }
    buf_clear(&where);
    return status;
}

/* The one spelling of base64url: no padding, no spare bits, no byte outside of the alphabet. The last is checked here, as libsodium 1.0.18
 * takes bytes from 128 on for digits. */
static bool decode(struct str text, unsigned char *out, size_t max, size_t *length)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alpha(text.ptr[i]) && !char_is_digit(text.ptr[i]) && text.ptr[i] != '-' && text.ptr[i] != '_') return false;
    return sodium_base642bin(out, max, text.ptr, text.len, NULL, length, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}

/* Cuts "v1.kid.nonce.ct" and decodes its last two parts; `sealed` has room for as many bytes as the envelope. */
static bool take_apart(struct str envelope, const char *kid, unsigned char nonce[NONCE_BYTES], unsigned char *sealed,
                       size_t *sealed_len)
{
    struct str version, name, nonce_text, sealed_text;
    size_t nonce_len = 0;
    if (!str_split(&envelope, '.', &version) || !str_split(&envelope, '.', &name) || !str_split(&envelope, '.', &nonce_text) ||
        !str_split(&envelope, '.', &sealed_text) || envelope.ptr)
        return false;
    return str_eq(version, STR("v1")) && str_eq(name, str_from(kid)) && decode(nonce_text, nonce, NONCE_BYTES, &nonce_len) &&
           nonce_len == NONCE_BYTES && decode(sealed_text, sealed, sealed_text.len, sealed_len) && *sealed_len >= TAG_BYTES;
}

enum status seal_open(const struct seal_key *key, const struct seal_place *place, struct str envelope, struct buf *secret)
{
    assert(secret->len == 0); /* growing would leave a copy behind that nobody wipes */
    if (envelope.len > 2 * SECRET_BYTES_MAX) return E_CORRUPT;
    struct buf where;
    buf_init(&where, PLACE_BYTES_MAX);
    unsigned char nonce[NONCE_BYTES];
    unsigned char *sealed = mem_alloc(envelope.len), *plain = mem_alloc(envelope.len);
    size_t sealed_len = 0;
    unsigned long long plain_len = 0;
    enum status status = E_CORRUPT;
    if (describe_place(place, key->kid, &where) == OK && take_apart(envelope, key->kid, nonce, sealed, &sealed_len) &&
        crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &plain_len, NULL, sealed, sealed_len, (const unsigned char *)where.data,
                                                   where.len, nonce, key->sealing) == 0) {
        buf_bytes(secret, plain, (size_t)plain_len);
        status = buf_ok(secret) ? OK : E_LIMIT;
    }
    sodium_memzero(plain, (size_t)plain_len);
    mem_free(plain);
    mem_free(sealed);
    buf_clear(&where);
    return status;
}

void seal_wipe(struct buf *secret)
{
    if (secret->data) sodium_memzero(secret->data, secret->cap);
    buf_clear(secret);
}

struct hash seal_fingerprint(const struct seal_key *key, struct str secret)
{
    return hash_blake2b_keyed((struct str){ (const char *)key->fingerprint, sizeof key->fingerprint }, secret);
}
