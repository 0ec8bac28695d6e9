/* field.c - cleaning and checking what people type and paste.
 *
 * Nothing is changed behind the person's back but blanks, which are never meant: ASCII white space and the invisible
 * characters that web pages and chat programs put around copied text. Everything else that is wrong is refused, with a
 * suggestion where the right value can be read from the wrong one.
 */
#include "model/field.h"

#include "base/limits.h"

/* ---- blanks -------------------------------------------------------------------------------------------------------- */

/* Length of the blank that `s` starts with, 0 when it starts with none. Beside ASCII white space: no-break space, soft
 * hyphen, the zero-width characters U+200B to U+200F, line and paragraph separator, narrow no-break space, word joiner,
 * byte order mark, ideographic space. */
static size_t blank_at(struct str s, size_t at)
{
    static const char *const invisible[] = {
        "\u00a0", "\u00ad", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f",
        "\u2028", "\u2029", "\u202f", "\u2060", "\u3000", "\ufeff",
    };
    if (at >= s.len) return 0;
    if (char_is_space(s.ptr[at])) return 1;
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++) {
        struct str blank = str_from(invisible[i]);
        if (str_starts(str_slice(s, at, s.len), blank)) return blank.len;
    }
    return 0;
}

/* Index of the first byte of the blank that ends at `end`, or `end` when there is none. UTF-8 blanks are 1 to 3 bytes long. */
static size_t blank_before(struct str s, size_t end)
{
    for (size_t length = 1; length <= 3 && length <= end; length++)
        if (blank_at(str_slice(s, 0, end), end - length) == length) return end - length;
    return end;
}

static struct str trim(struct str s)
{
    size_t from = 0, to = s.len, step;
    while ((step = blank_at(s, from)) > 0) from += step;
    while (to > from && (step = blank_before(s, to)) < to) to = step;
    return str_slice(s, from, to);
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f) return true;
    return false;
}

static struct str lower(struct str s, struct arena *arena)
{
    char *copy = arena_cstr(arena, s);
    for (size_t i = 0; i < s.len; i++) copy[i] = char_lower(copy[i]);
    return (struct str){ copy, s.len };
}

static enum status refuse(struct problem *problem, enum problem_id id, struct str field, struct problem_facts facts)
{
    *problem = (struct problem){ .id = id, .field = field, .facts = facts };
    return E_INPUT;
}

static enum status refuse_missing(struct problem *problem, struct str field)
{
    return refuse(problem, PROBLEM_FIELD_MISSING, field, (struct problem_facts){ .what = field });
}

/* ---- subdomain ----------------------------------------------------------------------------------------------------- */

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || char_is_digit(c) || c == '-';
}

/* One label of RFC 1035 section 2.3.1 (digits may come first: RFC 1123), already in lower case. */
static bool is_label(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_label_char(s.ptr[i])) return false;
    return s.len >= 1 && s.len <= 63 && s.ptr[0] != '-' && s.ptr[s.len - 1] != '-';
}

/* Cuts `s` before the first of the characters in `stops`. */
static struct str before_any(struct str s, const char *stops)
{
    for (const char *stop = stops; *stop != '\0'; stop++) {
        size_t at = str_find(s, (struct str){ stop, 1 }, 0);
        if (at != SIZE_MAX) s = str_slice(s, 0, at);
    }
    return s;
}

/* The subdomain that can be seen in an address copied from a browser, or nothing. Whatever holds an '@' is not guessed at:
 * what looks like the host may be a user name. */
static struct str subdomain_seen(struct str typed)
{
    struct str scheme = STR("://"), domain = STR(".zendesk.com"), www = STR("www.");
    size_t at = str_find(typed, scheme, 0);
    bool has_scheme = at != SIZE_MAX;
    struct str host = has_scheme ? str_slice(typed, at + scheme.len, typed.len) : typed;
    if (str_find(host, STR("@"), 0) != SIZE_MAX) return STR_NONE;
    host = before_any(host, "/?#:");
    if (str_ends(host, STR("."))) host = str_slice(host, 0, host.len - 1);
    if (str_starts(host, www)) host = str_slice(host, www.len, host.len);
    if (str_ends(host, domain)) host = str_slice(host, 0, host.len - domain.len);
    return is_label(host) ? host : STR_NONE;
}

enum status field_subdomain(struct str typed, struct arena *arena, struct str *subdomain, struct problem *problem)
{
    struct str domain = STR(".zendesk.com"), text = lower(trim(typed), arena), label = text;
    *problem = (struct problem){ 0 };
    if (text.len == 0) return refuse_missing(problem, STR("subdomain"));
    if (str_ends(label, domain)) label = str_slice(label, 0, label.len - domain.len);
    if (is_label(label)) {
        *subdomain = label;
        return OK;
    }
    struct problem_facts facts = { .value = text, .suggestion = subdomain_seen(text) };
    return refuse(problem, PROBLEM_SUBDOMAIN_FORMAT, STR("subdomain"), facts);
}

/* ---- e-mail -------------------------------------------------------------------------------------------------------- */

/* atext of RFC 5322 section 3.2.3. */
static bool is_atext(char c)
{
    return char_is_alpha(c) || char_is_digit(c) ||
           (c != '\0' && str_find(STR("!#$%&'*+-/=?^_`{|}~"), (struct str){ &c, 1 }, 0) != SIZE_MAX);
}

/* dot-atom-text of at most 64 bytes (RFC 5321 section 4.5.3.1.1). */
static bool is_local_part(struct str s)
{
    struct str rest = s, atom;
    if (s.len == 0 || s.len > 64) return false;
    while (str_split(&rest, '.', &atom)) {
        if (atom.len == 0) return false;
        for (size_t i = 0; i < atom.len; i++)
            if (!is_atext(atom.ptr[i])) return false;
    }
    return true;
}

static bool is_domain_label(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_label_char(char_lower(s.ptr[i]))) return false;
    return s.len >= 1 && s.len <= 63 && s.ptr[0] != '-' && s.ptr[s.len - 1] != '-';
}

/* Two labels or more; the last is no number (RFC 3696 section 2). */
static bool is_domain(struct str s)
{
    struct str rest = s, label = STR_NONE;
    size_t labels = 0;
    uint64_t number;
    while (str_split(&rest, '.', &label)) {
        if (!is_domain_label(label)) return false;
        labels++;
    }
    return labels >= 2 && !str_to_u64(label, &number);
}

bool field_looks_like_email(struct str s)
{
    size_t at = str_find(s, STR("@"), 0);
    if (at == SIZE_MAX || s.len > LIMIT_EMAIL_BYTES) return false;
    return is_local_part(str_slice(s, 0, at)) && is_domain(str_slice(s, at + 1, s.len));
}

/* The one address that can be seen in "Jane <jane@acme.com>", "mailto:jane@acme.com", "jane@acme.com/token" or a list; of
 * a list, the first. */
static struct str email_seen(struct str typed)
{
    struct str mailto = STR("mailto:"), token = STR("/token");
    size_t open = str_find(typed, STR("<"), 0);
    struct str text = open == SIZE_MAX ? typed : str_slice(typed, open + 1, typed.len);
    text = trim(before_any(text, ">,;"));
    if (str_starts(text, mailto)) text = str_slice(text, mailto.len, text.len);
    text = before_any(text, " \t");
    if (str_ends(text, token)) text = str_slice(text, 0, text.len - token.len);
    return field_looks_like_email(text) ? text : STR_NONE;
}

enum status field_email(struct str typed, bool for_zendesk, struct arena *arena, struct str *email, struct problem *problem)
{
    struct str text = trim(typed);
    *problem = (struct problem){ 0 };
    if (text.len == 0) return refuse_missing(problem, STR("email"));
    if (field_looks_like_email(text)) {
        *email = arena_str(arena, text);
        return OK;
    }
    struct problem_facts facts = { .value = arena_str(arena, text), .suggestion = arena_str(arena, email_seen(text)) };
    bool has_address = for_zendesk && facts.suggestion.len > 0; /* the right one may be in it; else it is none at all */
    return refuse(problem, has_address ? PROBLEM_ZENDESK_EMAIL_MISMATCH : PROBLEM_EMAIL_FORMAT, STR("email"), facts);
}

/* ---- secrets, names, passwords ------------------------------------------------------------------------------------- */

static struct str without_blanks(struct str typed, struct arena *arena, unsigned *removed)
{
    char *copy = arena_cstr(arena, typed);
    size_t length = 0;
    *removed = 0;
    for (size_t at = 0; at < typed.len;) {
        size_t blank = blank_at(typed, at);
        if (blank > 0) {
            at += blank;
            (*removed)++;
        } else {
            copy[length++] = typed.ptr[at++];
        }
    }
    copy[length] = '\0';
    return (struct str){ copy, length };
}

static bool is_printable_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x21 || s.ptr[i] > 0x7e) return false;
    return true;
}

enum status field_secret(struct str typed, struct str field, struct arena *arena, struct str *secret, unsigned *removed,
                         struct problem *problem)
{
    struct str clean = without_blanks(typed, arena, removed);
    *problem = (struct problem){ 0 };
    if (clean.len == 0) return refuse_missing(problem, field);
    if (clean.len > LIMIT_SECRET_BYTES) {
        struct problem_facts facts = { .what = field, .limit = arena_fmt(arena, "%d bytes", LIMIT_SECRET_BYTES) };
        return refuse(problem, PROBLEM_VALUE_TOO_LONG, field, facts);
    }
    if (!is_printable_ascii(clean)) return refuse(problem, PROBLEM_SECRET_FORMAT, field, (struct problem_facts){ .what = field });
    *secret = clean;
    return OK;
}

enum status field_name(struct str typed, struct str field, struct arena *arena, struct str *name, struct problem *problem)
{
    struct str text = trim(typed);
    *problem = (struct problem){ 0 };
    if (text.len == 0) return refuse_missing(problem, field);
    if (text.len > LIMIT_NAME_BYTES || !str_is_utf8(text) || has_control(text)) {
        struct problem_facts facts = { .what = field, .limit = arena_fmt(arena, "%d bytes", LIMIT_NAME_BYTES) };
        return refuse(problem, PROBLEM_NAME_FORMAT, field, facts);
    }
    *name = arena_str(arena, text);
    return OK;
}

/* Of the passwords seen most often in breaches, those that are long enough to pass the length rule. Shorter ones never get
 * here. */
static const char *const common[] = { "123456789012",
                                      "1234567890123",
                                      "12345678901234",
                                      "123456789123",
                                      "012345678901",
                                      "0123456789012",
                                      "987654321012",
                                      "098765432112",
                                      "123123123123",
                                      "121212121212",
                                      "112233445566",
                                      "111222333444",
                                      "123456123456",
                                      "1q2w3e4r5t6y",
                                      "1qaz2wsx3edc",
                                      "1qazxsw23edc",
                                      "zaq12wsxcde3",
                                      "qwertyuiop12",
                                      "qwertyuiop123",
                                      "qwertyuiop[]",
                                      "qwertyuiopas",
                                      "qwertyuiopasdf",
                                      "qwertyuiopasdfghjkl",
                                      "qwerty123456",
                                      "qwerty1234567",
                                      "qwerty12345678",
                                      "qwertyqwerty",
                                      "asdfghjkl123",
                                      "asdfghjklqwertyuiop",
                                      "asdfasdfasdf",
                                      "abcdefghijkl",
                                      "abcdefghijklm",
                                      "abcdefghijklmnopqrstuvwxyz",
                                      "abcd12345678",
                                      "abc123abc123",
                                      "password1234",
                                      "password12345",
                                      "password123456",
                                      "passwordpassword",
                                      "password@123",
                                      "passw0rd1234",
                                      "p@ssw0rd1234",
                                      "p@ssword1234",
                                      "mypassword123",
                                      "changeme1234",
                                      "changemechangeme",
                                      "administrator",
                                      "administrator1",
                                      "admin1234567",
                                      "admin12345678",
                                      "adminadminadmin",
                                      "welcome12345",
                                      "welcome123456",
                                      "letmein12345",
                                      "letmeinletmein",
                                      "iloveyou1234",
                                      "iloveyou12345",
                                      "iloveyouforever",
                                      "trustno1trustno1",
                                      "sunshine1234",
                                      "princess1234",
                                      "football1234",
                                      "baseball1234",
                                      "superman1234",
                                      "michael12345",
                                      "jennifer1234",
                                      "computer1234",
                                      "internet1234",
                                      "whateverwhatever",
                                      "monkeymonkey",
                                      "dragondragon",
                                      "liverpoolfc1",
                                      "manchesterunited",
                                      "correcthorsebatterystaple",
                                      "chatcrafterai",
                                      "chatcrafter1",
                                      "chatcrafter123",
                                      "chatcrafterai1",
                                      "zendesk12345",
                                      "support12345",
                                      "support123456",
                                      "secretsecret",
                                      "testtesttest",
                                      "testtest1234",
                                      "test12345678",
                                      "guestguestguest",
                                      "mustangmustang" };

static bool is_common(struct str password)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (str_eq_nocase(password, str_from(common[i]))) return true;
    return false;
}

/* Fewer than five different bytes ("aaaaaaaaaaaa", "abababababab"). */
static bool is_monotonous(struct str password)
{
    bool seen[256] = { false };
    size_t different = 0;
    for (size_t i = 0; i < password.len; i++) {
        unsigned char c = (unsigned char)password.ptr[i];
        if (!seen[c]) different++;
        seen[c] = true;
    }
    return different < 5;
}

/* The address itself, or its part before the '@' with nothing or little around it. */
static bool is_from_email(struct str password, struct str email)
{
    struct str local = before_any(email, "@");
    if (email.len == 0) return false;
    if (str_eq_nocase(password, email)) return true;
    return local.len >= 4 && password.len < local.len + 5 && str_find_nocase(password, local, 0) != SIZE_MAX;
}

enum status field_password(struct str typed, struct str email, struct problem *problem)
{
    struct str field = STR("password");
    *problem = (struct problem){ 0 };
    if (typed.len == 0) return refuse_missing(problem, field);
    if (typed.len > LIMIT_PASSWORD_BYTES)
        return refuse(problem, PROBLEM_VALUE_TOO_LONG, field,
                      (struct problem_facts){ .what = field, .limit = STR("1024 bytes") });
    if (!str_is_utf8(typed) || has_control(typed))
        return refuse(problem, PROBLEM_FIELD_TYPE, field,
                      (struct problem_facts){ .what = field, .limit = STR("one line of UTF-8 text") });
    if (str_codepoints(typed) < LIMIT_PASSWORD_MIN_CHARS)
        return refuse(problem, PROBLEM_PASSWORD_TOO_SHORT, field, (struct problem_facts){ .number = LIMIT_PASSWORD_MIN_CHARS });
    if (is_common(typed) || is_monotonous(typed) || is_from_email(typed, email))
        return refuse(problem, PROBLEM_PASSWORD_COMMON, field, (struct problem_facts){ 0 });
    return OK;
}
