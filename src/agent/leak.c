/* leak.c - a run that two texts share and that is LEAK_CHARS long holds at least one of the blocks that the private text is cut into, so only blocks are looked for; where one is found, the run is
 * followed to both sides.
 *
 * Rejected: looking for a marker that is planted in the prompt (a recital that begins after it passes), and comparing whole sentences (one changed word passes).
 */
#include "agent/leak.h"

#include "base/buf.h"
#include "base/text_fold.h"

enum { BLOCK = LEAK_CHARS / 2 };

/* ---- what is private --------------------------------------------------------------------------------------------------- */

static bool has_word(struct str low, struct str word)
{
    for (size_t at = str_find(low, word, 0); at != SIZE_MAX; at = str_find(low, word, at + 1)) {
        bool begins = at == 0 || !char_is_alpha(low.ptr[at - 1]);
        if (begins && (at + word.len == low.len || !char_is_alpha(low.ptr[at + word.len]))) return true;
    }
    return false;
}

/* Does the sentence tell the agent what to do, or what nobody is to know? */
static bool is_directive(struct str sentence, struct arena *arena)
{
    static const struct str beginnings[] = {
        { "you ", 4 },   { "your ", 5 },     { "be ", 3 },       { "act ", 4 },     { "answer ", 7 }, { "always ", 7 },
        { "ask ", 4 },   { "avoid ", 6 },    { "do ", 3 },       { "don", 3 },      { "if ", 3 },     { "ignore ", 7 },
        { "keep ", 5 },  { "never ", 6 },    { "offer ", 6 },    { "only ", 5 },    { "refuse ", 7 }, { "reply ", 6 },
        { "say ", 4 },   { "speak ", 6 },    { "tell ", 5 },     { "treat ", 6 },   { "use ", 4 },    { "when ", 5 },
        { "write ", 6 }, { "du ", 3 },       { "antworte ", 9 }, { "sage ", 5 },    { "frage ", 6 },  { "wenn ", 5 },
        { "eres ", 5 },  { "responde ", 9 }, { "nunca ", 6 },    { "siempre ", 8 }, { "si ", 3 },
    };
    static const struct str words[] = {
        { "customer", 8 },      { "customers", 9 }, { "visitor", 7 },      { "visitors", 8 },      { "internal", 8 },
        { "confidential", 12 }, { "secret", 6 },    { "prompt", 6 },       { "instructions", 12 }, { "kunde", 5 },
        { "kunden", 6 },        { "intern", 6 },    { "vertraulich", 11 }, { "cliente", 7 },       { "confidencial", 12 },
    };
    struct str low = str_trim(str_lower(arena, sentence));
    while (low.len && !char_is_alpha(low.ptr[0]) && (unsigned char)low.ptr[0] < 0x80) low = str_slice(low, 1, low.len);
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (str_starts(low, beginnings[i])) return true;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (has_word(low, words[i])) return true;
    return false;
}

/* The letters and digits of a text as a reader takes them in, appended. */
static void put_letters(struct buf *out, struct str text)
{
    struct bare_char c;
    for (size_t at = 0; at < text.len;) {
        at += str_bare_at(text, at, &c);
        if (c.letter || c.digit) buf_bytes(out, c.text, c.len);
    }
}

static void put_directives(struct buf *out, struct str instructions, struct arena *arena)
{
    for (size_t begin = 0, at = 0; at < instructions.len; at++) {
        char c = instructions.ptr[at];
        bool is_mark = c == '.' || c == '!' || c == '?';
        bool ends = c == '\n' || at + 1 == instructions.len || (is_mark && char_is_space(instructions.ptr[at + 1]));
        if (!ends) continue;
        struct str sentence = str_slice(instructions, begin, at + 1);
        if (is_directive(sentence, arena))
            put_letters(out, sentence);
        else
            buf_char(out, '\0');
        begin = at + 1;
    }
}

static struct str backwards(struct str text, struct arena *arena)
{
    char *bytes = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) bytes[i] = text.ptr[text.len - 1 - i];
    return (struct str){ bytes, text.len };
}

void leak_open(struct leak *leak, struct str rules, struct str instructions, struct arena *arena)
{
    struct buf out;
    buf_init(&out, (rules.len + instructions.len) * sizeof(struct bare_char) + 2);
    put_letters(&out, rules);
    buf_char(&out, '\0');
    put_directives(&out, instructions, arena);
    leak->hidden[0] = arena_str(arena, buf_view(&out));
    leak->hidden[1] = backwards(leak->hidden[0], arena);
    buf_clear(&out);
}

/* ---- looking for it ---------------------------------------------------------------------------------------------------- */

/* How long the run is that both texts share around these two places. */
static size_t run_around(struct str a, size_t i, struct str b, size_t k)
{
    size_t before = 0, after = 0;
    while (before < i && before < k && a.ptr[i - before - 1] == b.ptr[k - before - 1]) before++;
    while (i + after < a.len && k + after < b.len && a.ptr[i + after] == b.ptr[k + after]) after++;
    return before + after;
}

static bool shares_run(struct str hidden, struct str said)
{
    for (size_t block = 0; block + BLOCK <= hidden.len; block += BLOCK) {
        struct str piece = str_slice(hidden, block, block + BLOCK);
        for (size_t at = str_find(said, piece, 0); at != SIZE_MAX; at = str_find(said, piece, at + 1))
            if (run_around(hidden, block, said, at) >= LEAK_CHARS) return true;
    }
    return false;
}

bool leak_found(const struct leak *leak, struct str text, struct arena *arena)
{
    struct buf out;
    if (text.len < LEAK_CHARS) return false;
    buf_init(&out, text.len * sizeof(struct bare_char) + 1);
    put_letters(&out, text);
    struct str said = arena_str(arena, buf_view(&out));
    buf_clear(&out);
    return shares_run(leak->hidden[0], said) || shares_run(leak->hidden[1], said);
}
