/* grammar.c - reads the training text and draws sentences from it. */
#include "nlu/train/grammar.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

enum { GRAMMAR_DRAWS = 24, TEXT_MAX = 4096, DEPTH_MAX = 12, SLIP_BYTES_MIN = 8, SLIP_ONE_IN = 8 };

void grammar_init(struct grammar *g, struct arena *arena)
{
    memset(g, 0, sizeof *g);
    g->arena = arena;
    g->dice = UINT64_C(88172645463325252);
}

static uint64_t roll(struct grammar *g, uint64_t sides)
{
    g->dice ^= g->dice << 13;
    g->dice ^= g->dice >> 7;
    g->dice ^= g->dice << 17;
    return g->dice % sides;
}

static struct str rule_body(struct grammar *g, struct str name)
{
    for (size_t i = 0; i < g->rule_count; i++)
        if (str_eq(g->rules[i].name, name)) return g->rules[i].body;
    g->unknown = name;
    return STR_NONE;
}

static size_t name_end(struct str text, size_t at)
{
    while (at < text.len && (char_is_alpha(text.ptr[at]) || char_is_digit(text.ptr[at]) || text.ptr[at] == '_')) at++;
    return at;
}

static size_t closing(struct str text, size_t open)
{
    size_t depth = 0;
    for (size_t i = open; i < text.len; i++) {
        if (text.ptr[i] == '(') depth++;
        if (text.ptr[i] == ')' && --depth == 0) return i;
    }
    return text.len;
}

/* The alternative number `chosen` of "a | b(c|d) | e"; counts them when `chosen` is beyond. */
static struct str alternative(struct str body, size_t chosen, size_t *count)
{
    size_t depth = 0, from = 0;
    *count = 0;
    for (size_t i = 0; i <= body.len; i++) {
        char c = i < body.len ? body.ptr[i] : '|';
        if (c == '(') depth++;
        if (c == ')') depth--;
        if (c != '|' || depth) continue;
        if ((*count)++ == chosen) return str_trim(str_slice(body, from, i));
        from = i + 1;
    }
    return STR_NONE;
}

/* "@name", and not the sign in an address. */
static bool begins_name(struct str text, size_t at)
{
    return text.ptr[at] == '@' && name_end(text, at + 1) > at + 1 && (at == 0 || name_end(text, at - 1) == at - 1);
}

static void draw(struct grammar *g, struct str text, struct buf *out, int depth);

static void draw_one_of(struct grammar *g, struct str body, struct buf *out, int depth)
{
    size_t count, unused;
    (void)alternative(body, SIZE_MAX, &count);
    draw(g, alternative(body, (size_t)roll(g, count), &unused), out, depth + 1);
}

static void draw(struct grammar *g, struct str text, struct buf *out, int depth)
{
    for (size_t i = 0; i < text.len && depth < DEPTH_MAX;) {
        if (text.ptr[i] == '(') {
            size_t end = closing(text, i);
            draw_one_of(g, str_slice(text, i + 1, end), out, depth);
            i = end + 1;
        } else if (begins_name(text, i)) {
            size_t end = name_end(text, i + 1);
            draw_one_of(g, rule_body(g, str_slice(text, i + 1, end)), out, depth);
            i = end;
        } else {
            buf_char(out, text.ptr[i++]);
        }
    }
}

static void keep(struct grammar *g, struct str text)
{
    if (g->count == g->room) {
        size_t room = g->room ? g->room * 2 : 1024;
        struct sentence *more = arena_array(g->arena, room, sizeof *more);
        if (g->count) memcpy(more, g->sentences, g->count * sizeof *more);
        g->sentences = more;
        g->room = room;
    }
    g->sentences[g->count++] = (struct sentence){ g->meaning, g->line, arena_str(g->arena, text) };
}

static void keep_with_slip(struct grammar *g, struct str text, size_t at)
{
    struct buf typo;
    buf_init(&typo, TEXT_MAX);
    buf_str(&typo, str_slice(text, 0, at));
    buf_str(&typo, str_slice(text, at + 1, text.len));
    keep(g, buf_view(&typo));
    buf_clear(&typo);
}

/* Draws from one sentence; now and then a finger slips. */
static void add_sentence(struct grammar *g, struct str sentence)
{
    bool choices = memchr(sentence.ptr, '(', sentence.len) || memchr(sentence.ptr, '@', sentence.len);
    g->line++;
    for (int i = 0; i < (choices ? GRAMMAR_DRAWS : 2); i++) {
        struct buf out;
        buf_init(&out, TEXT_MAX);
        draw(g, sentence, &out, 0);
        struct str text = str_trim(buf_view(&out));
        size_t at = text.len > SLIP_BYTES_MIN ? (size_t)roll(g, text.len - 2) + 1 : 0;
        bool slips = at && (choices ? roll(g, SLIP_ONE_IN) == 0 : i == 1) && char_is_alpha(text.ptr[at]);
        if (slips)
            keep_with_slip(g, text, at);
        else if (choices || i == 0)
            keep(g, text);
        buf_clear(&out);
    }
}

/* "a | b | c": each is a sentence of its own. */
static void add_line(struct grammar *g, struct str line)
{
    size_t count, unused;
    (void)alternative(line, SIZE_MAX, &count);
    for (size_t i = 0; i < count; i++) {
        struct str sentence = alternative(line, i, &unused);
        if (sentence.len) add_sentence(g, sentence);
    }
}

static bool set_meaning(struct grammar *g, struct str name)
{
    for (int i = 0; i < NLU_MEANINGS; i++) {
        g->meaning = (enum nlu_meaning)i;
        if (str_eq(name, str_from(nlu_meaning_name(g->meaning)))) return true;
    }
    return false;
}

bool grammar_add(struct grammar *g, const char *file, struct str text)
{
    struct str rest = text, line;
    for (unsigned number = 1; str_split(&rest, '\n', &line); number++) {
        line = str_trim(line);
        size_t joint = line.len && line.ptr[0] == '@' ? name_end(line, 1) : 0;
        struct str after = str_trim(str_slice(line, joint, line.len));
        bool fine = true;
        if (line.len == 0 || line.ptr[0] == '#') continue;
        if (line.ptr[0] == '=') {
            fine = set_meaning(g, str_trim(str_slice(line, 1, line.len)));
        } else if (joint && str_starts(after, STR("="))) {
            fine = g->rule_count < sizeof g->rules / sizeof g->rules[0];
            if (fine) {
                g->rules[g->rule_count].name = str_slice(line, 1, joint);
                g->rules[g->rule_count++].body = str_trim(str_slice(after, 1, after.len));
            }
        } else {
            add_line(g, line);
            fine = g->unknown.len == 0;
        }
        if (fine) continue;
        (void)fprintf(stderr, "%s:%u: no meaning, no room, or an unknown name: %.*s\n", file, number, STR_ARG(line));
        return false;
    }
    return true;
}
