/* redact_find.c - the shapes of what is taken out. Each function looks at the beginning of a text and returns how long its find is, 0 for none; each reads a bounded number of bytes.
 *
 * Numbers are believed only with their check digits (Luhn for cards, modulo 97 for IBANs), secrets by their makers' prefixes, by the word before them, or by being long and without any pattern.
 * Rejected: regular expressions (none is needed for nine shapes, and the bounded ones are no shorter).
 */
#include "agent/redact.h"

enum {
    SECRET_BYTES_MAX = 4096,
    PREFIXED_BYTES_MIN = 16, /* after the prefix */
    SHAPELESS_BYTES_MIN = 32,
    CARD_DIGITS_MIN = 13,
    CARD_DIGITS_MAX = 19,
    IBAN_CHARS_MIN = 15,
    IBAN_CHARS_MAX = 34,
    PHONE_DIGITS_MIN = 8,
    PHONE_DIGITS_MAX = 15,
};

static char at(struct str text, size_t i)
{
    return i < text.len ? text.ptr[i] : '\0';
}

static bool is_word(char c)
{
    return char_is_alpha(c) || char_is_digit(c);
}

/* ---- secrets ----------------------------------------------------------------------------------------------------------- */

static bool is_token_char(char c)
{
    return is_word(c) || c == '_' || c == '-' || c == '.' || c == '+' || c == '/' || c == '=' || c == '~';
}

static size_t run_of(struct str text, size_t from, bool (*is_of)(char))
{
    size_t end = from;
    while (end < text.len && end - from < SECRET_BYTES_MAX && is_of(text.ptr[end])) end++;
    while (end > from && text.ptr[end - 1] == '.') end--; /* the sentence's, not the token's */
    return end - from;
}

static bool has_digit(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (char_is_digit(text.ptr[i])) return true;
    return false;
}

static size_t find_prefixed(struct str text)
{
    static const struct str prefixes[] = {
        { "ck_", 3 },     { "sk-", 3 },   { "sk_live_", 8 }, { "sk_test_", 8 }, { "rk_live_", 8 },     { "pk_live_", 8 },
        { "whsec_", 6 },  { "ghp_", 4 },  { "gho_", 4 },     { "ghs_", 4 },     { "github_pat_", 11 }, { "glpat-", 6 },
        { "xoxb-", 5 },   { "xoxp-", 5 }, { "xapp-", 5 },    { "AKIA", 4 },     { "ASIA", 4 },         { "AIza", 4 },
        { "ya29.", 5 },   { "SG.", 3 },   { "hf_", 3 },      { "npm_", 4 },     { "eyJ", 3 },          { "gsk_", 4 },
        { "dop_v1_", 7 }, { "pypi-", 5 },
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (!str_starts(text, prefixes[i])) continue;
        size_t len = run_of(text, 0, is_token_char);
        if (len >= prefixes[i].len + PREFIXED_BYTES_MIN && has_digit(str_slice(text, 0, len))) return len;
    }
    return 0;
}

static size_t find_private_key(struct str text)
{
    if (!str_starts(text, STR("-----BEGIN ")) || str_find(str_slice(text, 0, 64), STR("PRIVATE KEY"), 0) == SIZE_MAX) return 0;
    struct str end = STR("-----END ");
    size_t found = str_find(text, end, 0);
    if (found == SIZE_MAX) return text.len;
    size_t tail = str_find(text, STR("-----"), found + end.len);
    return tail == SIZE_MAX ? text.len : tail + 5;
}

/* "Bearer eyJ...", "Basic dXNlcjpwYXNz": the word stays. */
static size_t find_authorization(struct str text, size_t *keep)
{
    static const struct str words[] = { { "bearer ", 7 }, { "basic ", 6 } };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!str_eq_nocase(str_slice(text, 0, words[i].len), words[i])) continue;
        size_t len = run_of(text, words[i].len, is_token_char);
        struct str token = str_slice(text, words[i].len, words[i].len + len);
        if (len < 8 || !(has_digit(token) || str_ends(token, STR("=")))) continue;
        *keep = words[i].len;
        return len;
    }
    return 0;
}

static bool is_not_blank(char c)
{
    return !char_is_space(c) && c != '\0' && c != '"' && c != '\\' && c != ',' && c != ';';
}

/* Is it a secret where the sentence says only "the password is ..."? "wrong" is none. */
static bool looks_chosen(struct str text)
{
    for (size_t i = 1; i < text.len; i++)
        if (!char_is_alpha(text.ptr[i]) && !(i + 1 == text.len && !char_is_digit(text.ptr[i]))) return true;
    return text.len > 0 && char_is_digit(text.ptr[0]);
}

/* "password: hunter2", "my API key is abc123": the label stays. */
static size_t find_labelled(struct str text, size_t *keep)
{
    static const struct str labels[] = {
        { "password", 8 },
        { "passwort", 8 },
        { "kennwort", 8 },
        { "passwd", 6 },
        { "passphrase", 10 },
        { "pwd", 3 },
        { "secret", 6 },
        { "api key", 7 },
        { "api_key", 7 },
        { "api-key", 7 },
        { "apikey", 6 },
        { "token", 5 },
        { "pin", 3 },
        { "cvv", 3 },
        { "cvc", 3 },
        { "contrase\xc3\xb1"
          "a",
          11 },
        { "clave", 5 },
    };
    static const struct str verbs[] = { { "is ", 3 }, { "ist ", 4 }, { "es ", 3 } };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (!str_eq_nocase(str_slice(text, 0, labels[i].len), labels[i])) continue;
        size_t end = labels[i].len;
        while (at(text, end) == ' ' || at(text, end) == '"') end++;
        bool is_marked = at(text, end) == ':' || at(text, end) == '=', is_said = false;
        for (size_t v = 0; v < sizeof verbs / sizeof verbs[0] && !is_marked && !is_said; v++) {
            is_said = str_eq_nocase(str_slice(text, end, end + verbs[v].len), verbs[v]);
            if (is_said) end += verbs[v].len - 1;
        }
        if (!is_marked && !is_said) continue;
        if (is_marked) end++;
        while (at(text, end) == ' ' || at(text, end) == ':' || at(text, end) == '"') end++;
        size_t len = run_of(text, end, is_not_blank);
        if (len < 3 || (is_said && !looks_chosen(str_slice(text, end, end + len)))) continue;
        *keep = end;
        return len;
    }
    return 0;
}

static bool is_shapeless_char(char c)
{
    return is_word(c) || c == '_' || c == '-' || c == '+' || c == '=';
}

static bool is_uuid(struct str text)
{
    return text.len == 36 && text.ptr[8] == '-' && text.ptr[13] == '-' && text.ptr[18] == '-' && text.ptr[23] == '-';
}

/* Long, and letters and digits by turns: no word and no number looks like this. */
static size_t find_shapeless(struct str text)
{
    size_t len = run_of(text, 0, is_shapeless_char), changes = 0;
    if (len < SHAPELESS_BYTES_MIN || is_uuid(str_slice(text, 0, len))) return 0;
    for (size_t i = 1; i < len; i++) changes += char_is_digit(text.ptr[i]) != char_is_digit(text.ptr[i - 1]);
    return changes >= 6 ? len : 0;
}

/* ---- numbers with check digits ----------------------------------------------------------------------------------------- */

static bool passes_luhn(const char *digits, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)(digits[count - 1 - i] - '0') << (i % 2);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

/* ISO/IEC 7812; of issuers that make cards for paying (2 to 6). */
static size_t find_card(struct str text)
{
    char digits[CARD_DIGITS_MAX];
    size_t count = 0, end = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (char_is_digit(c)) {
            if (count == CARD_DIGITS_MAX) return 0;
            digits[count++] = c;
            end = i + 1;
        } else if (!((c == ' ' || c == '-') && char_is_digit(at(text, i + 1)))) {
            break;
        }
    }
    bool is_long = count >= CARD_DIGITS_MIN && digits[0] >= '2' && digits[0] <= '6';
    return is_long && !char_is_alpha(at(text, end)) && passes_luhn(digits, count) ? end : 0;
}

/* ISO 13616: the first four characters go last, letters count from 10, and the remainder by 97 is 1. */
static bool passes_iban(const char *chars, size_t count)
{
    unsigned rest = 0;
    for (size_t i = 0; i < count; i++) {
        char c = char_lower(chars[(i + 4) % count]);
        unsigned value = char_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;
        rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest == 1;
}

/* In one piece or in groups of four: the longest beginning that passes and ends with a group. */
static size_t find_iban(struct str text)
{
    char chars[IBAN_CHARS_MAX];
    size_t count = 0, found = 0;
    if (!char_is_alpha(at(text, 0)) || !char_is_alpha(at(text, 1)) || !char_is_digit(at(text, 2)) || !char_is_digit(at(text, 3)))
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_word(c)) {
            if (count == IBAN_CHARS_MAX) break;
            chars[count++] = c;
            bool ends = !is_word(at(text, i + 1));
            if (ends && count >= IBAN_CHARS_MIN && passes_iban(chars, count)) found = i + 1;
        } else if (c != ' ' || count % 4 != 0) {
            break;
        }
    }
    return found;
}

/* ---- addresses and phones ---------------------------------------------------------------------------------------------- */

static bool is_local_char(char c)
{
    return is_word(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || (unsigned char)c >= 0x80;
}

static size_t find_email(struct str text)
{
    size_t local = 0, end, dot = 0;
    while (local < 64 && local < text.len && is_local_char(text.ptr[local])) local++;
    if (local == 0 || at(text, local) != '@') return 0;
    for (end = local + 1; end < text.len && end - local < 254; end++) {
        char c = text.ptr[end];
        bool is_dot = c == '.' && end > local + 1 && is_word(at(text, end + 1));
        if (is_dot) dot = end;
        if (!is_dot && !is_word(c) && c != '-' && (unsigned char)c < 0x80) break;
    }
    return dot > 0 && end - dot > 2 ? end : 0;
}

static bool is_phone_mark(char c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')';
}

/* 02.11.2026, 2026-11-22: three numbers, one of which is a year. */
static bool is_date(struct str text)
{
    size_t digits[3] = { 0 }, part = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (char_is_digit(text.ptr[i]))
            digits[part]++;
        else if (++part > 2)
            return false;
    }
    bool year_last = digits[0] <= 2 && digits[1] <= 2 && digits[2] == 4,
         year_first = digits[0] == 4 && digits[1] == 2 && digits[2] == 2;
    return part == 2 && (year_last || year_first);
}

/* "(415) 555-0134", "415-555-0134": three, three, four. */
static bool is_north_american(struct str text)
{
    size_t run = 0, runs[4] = { 0 }, count = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && char_is_digit(text.ptr[i])) {
            run++;
        } else if (run > 0) {
            if (count == 4) return false;
            runs[count++] = run;
            run = 0;
        }
    }
    size_t from = count == 4 && runs[0] == 1 ? 1 : 0;
    return count - from == 3 && runs[from] == 3 && runs[from + 1] == 3 && runs[from + 2] == 4;
}

/* International with a plus or two zeros, national with a zero, or in the North American form: a bare number is an order's, a ticket's, a price. */
static size_t find_phone(struct str text)
{
    size_t digits = 0, end = 0, first = at(text, 0) == '+' ? 1 : 0;
    for (size_t i = first; i < text.len && digits <= PHONE_DIGITS_MAX; i++) {
        char c = text.ptr[i];
        if (char_is_digit(c)) {
            digits++;
            end = i + 1;
        } else if (!is_phone_mark(c) || (i > first && is_phone_mark(text.ptr[i - 1]) && text.ptr[i - 1] != ')' && c != '(')) {
            break;
        }
    }
    struct str found = str_slice(text, 0, end);
    if (digits < PHONE_DIGITS_MIN || digits > PHONE_DIGITS_MAX || is_word(at(text, end)) || is_date(found)) return 0;
    bool is_marked = first == 1 || at(text, 0) == '0' || str_starts(text, STR("(0"));
    return is_marked || is_north_american(found) ? end : 0;
}

/* ---- all of them ------------------------------------------------------------------------------------------------------- */

static size_t find_secret(struct str rest, size_t *keep)
{
    size_t len = find_prefixed(rest);
    if (len == 0) len = find_private_key(rest);
    if (len == 0) len = find_authorization(rest, keep);
    if (len == 0) len = find_labelled(rest, keep);
    return len ? len : find_shapeless(rest);
}

size_t redact_find(const struct redact_rules *rules, struct str rest, size_t *keep, enum redact_class *kind)
{
    size_t len;
    *keep = 0;
    *kind = REDACT_CARD;
    if ((len = find_card(rest)) > 0) return len;
    *kind = REDACT_IBAN;
    if (rules->iban && (len = find_iban(rest)) > 0) return len;
    *kind = REDACT_EMAIL;
    if ((len = find_email(rest)) > 0) return rules->email ? len : 0;
    *kind = REDACT_PHONE;
    if (rules->phone && (len = find_phone(rest)) > 0) return len;
    *kind = REDACT_SECRET;
    return find_secret(rest, keep);
}
