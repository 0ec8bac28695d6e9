/* context.c - from the newest exchange backwards until the budget is spent.
 *
 * The summary stands in the first message, before the visitor's own words: every provider takes a conversation that begins with the user, and not every one a second system text. It holds the
 * first words of each message that was left out and the names of the tools that were called, and none of the tools' texts.
 *
 * Rejected: a summary by the model (one more call that can fail or be steered by what it sums up), and a window of the last N turns (eight results of a search are more than fifty messages).
 */
#include "agent/context.h"

#include <assert.h>

#include "agent/fence.h"
#include "base/limits.h"

enum { LINE_BYTES = 160 };

int64_t context_tokens(struct str text)
{
    int64_t plain = 0, other = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x80) plain++;
        if (byte >= 0xc0) other++;
    }
    return (plain + 3) / 4 + other;
}

static int64_t turn_tokens(const struct model_turn *turn)
{
    int64_t tokens = CONTEXT_TURN_TOKENS + context_tokens(turn->text) + context_tokens(turn->opaque);
    for (size_t i = 0; i < turn->call_count; i++)
        tokens += CONTEXT_TURN_TOKENS + context_tokens(turn->calls[i].name) + context_tokens(turn->calls[i].arguments);
    return tokens;
}

/* Where the exchange that ends before `end` begins. */
static size_t exchange_begin(const struct model_turn *history, size_t end)
{
    size_t begin = end;
    while (begin > 0 && history[begin - 1].role != MODEL_USER) begin--;
    return begin > 0 ? begin - 1 : 0;
}

static int64_t exchange_tokens(const struct model_turn *history, size_t begin, size_t end)
{
    int64_t tokens = 0;
    for (size_t i = begin; i < end; i++) tokens += turn_tokens(&history[i]);
    return tokens;
}

/* ---- the summary ------------------------------------------------------------------------------------------------------- */

/* One line, without line feeds. */
static void put_words(struct buf *out, const char *who, struct str text)
{
    struct str words = str_clip(str_trim(text), LINE_BYTES);
    if (words.len == 0) return;
    buf_lit(out, who);
    for (size_t i = 0; i < words.len; i++) buf_char(out, words.ptr[i] == '\n' || words.ptr[i] == '\r' ? ' ' : words.ptr[i]);
    if (words.len < str_trim(text).len) buf_lit(out, "...");
    buf_char(out, '\n');
}

static void put_turn(struct buf *out, const struct model_turn *turn)
{
    if (turn->role == MODEL_USER) put_words(out, "Customer: ", turn->text);
    if (turn->role != MODEL_ASSISTANT) return;
    put_words(out, "You: ", turn->text);
    for (size_t i = 0; i < turn->call_count; i++) put_words(out, "You called: ", turn->calls[i].name);
}

/* Whole lines from the end. */
static struct str newest_lines(struct str text, size_t bytes_max)
{
    if (text.len <= bytes_max) return text;
    size_t feed = str_find(text, STR("\n"), text.len - bytes_max);
    return feed == SIZE_MAX ? STR_NONE : str_slice(text, feed + 1, text.len);
}

static struct str summarise(struct str before, const struct model_turn *history, size_t count, struct arena *arena)
{
    struct buf out;
    buf_init(&out, LIMIT_MODEL_REQUEST_BYTES);
    buf_str(&out, before);
    for (size_t i = 0; i < count; i++) put_turn(&out, &history[i]);
    struct str text = arena_str(arena, newest_lines(buf_view(&out), CONTEXT_SUMMARY_BYTES));
    buf_clear(&out);
    return text;
}

/* ---- putting together -------------------------------------------------------------------------------------------------- */

/* A copy of the history in which only the newest exchange has its results whole. */
static struct model_turn *shorten_results(const struct model_turn *history, size_t count, size_t newest, struct arena *arena)
{
    struct model_turn *turns = arena_array(arena, count + 1, sizeof *turns);
    for (size_t i = 0; i < count; i++) {
        turns[i] = history[i];
        if (i < newest && history[i].role == MODEL_RESULT)
            turns[i].text = fence_shorten(history[i].text, CONTEXT_OLD_RESULT_BYTES, arena);
    }
    return turns;
}

static void put_summary(struct model_turn *first, struct str summary, struct arena *arena)
{
    if (summary.len == 0) return;
    first->text = arena_fmt(arena, "(Earlier in this conversation, shortened by the program:\n%.*s)\n\n%.*s", STR_ARG(summary),
                            STR_ARG(first->text));
}

void context_build(struct str summary, const struct model_turn *history, size_t count, int64_t budget_tokens, struct arena *arena,
                   struct context *out)
{
    *out = (struct context){ .summary = summary };
    if (count == 0) return;
    assert(history[0].role == MODEL_USER);
    size_t begin = exchange_begin(history, count);
    struct model_turn *turns = shorten_results(history, count, begin, arena);
    int64_t room = budget_tokens - (CONTEXT_SUMMARY_BYTES + 3) / 4;
    int64_t used = exchange_tokens(turns, begin, count);
    out->is_over = used > budget_tokens;
    while (begin > 0) {
        size_t before = exchange_begin(turns, begin);
        int64_t more = exchange_tokens(turns, before, begin);
        if (used + more > room) break;
        used += more;
        begin = before;
    }
    out->left_out = begin;
    out->summary = summarise(summary, history, begin, arena);
    out->turns = turns + begin;
    out->count = count - begin;
    put_summary(out->turns, out->summary, arena);
    out->tokens = used + context_tokens(out->summary);
}
