/* search_text.c - how words are found in texts. Every byte of a letter outside ASCII counts as part of a word. No stemming: the
 * real index does a little of it. */
#include "sandbox/search_text.h"

struct str search_unquote(struct str text)
{
    bool is_quoted = text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"';
    return is_quoted ? str_slice(text, 1, text.len - 1) : text;
}

static bool is_word_char(char c)
{
    return char_is_alpha(c) || char_is_digit(c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_boundary(struct str text, size_t at)
{
    return at == 0 || at >= text.len || !is_word_char(text.ptr[at - 1]) || !is_word_char(text.ptr[at]);
}

bool search_has_words(struct str text, struct str words)
{
    bool is_prefix = str_ends(words, STR("*"));
    if (is_prefix) words.len--;
    if (!words.len) return is_prefix && text.len;
    for (size_t at = str_find_nocase(text, words, 0); at != SIZE_MAX; at = str_find_nocase(text, words, at + 1))
        if (is_boundary(text, at) && (is_prefix || is_boundary(text, at + words.len))) return true;
    return false;
}
