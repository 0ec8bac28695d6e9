/* Any bytes as a message: [what was asked] then the text. Everything that is read lies in the message or the arena, counts stay in their
 * bounds, and what is explained is JSON. */
#include "fuzz/fuzz.h"

#include "nlu/explain.h"

static bool inside(struct str part, struct str whole)
{
    return part.len <= whole.len + 64;
}

static void promise_clause(const struct nlu_clause *clause, struct str text)
{
    const struct nlu_details *d = &clause->details;
    const struct str parts[] = { d->status, d->priority, d->type, d->assignee, d->tags,  d->remove_tags,  d->text,
                                 d->query,  d->email,    d->name, d->phone,    d->about, d->organization, clause->why };
    promise(clause->operation > NLU_NO_OPERATION && clause->operation < NLU_OPERATIONS);
    promise(d->limit <= 100 && inside(clause->text, text));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) promise(inside(parts[i], text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    enum nlu_expect expect = (enum nlu_expect)(input_byte(&input) % (NLU_NUMBER + 1));
    struct arena arena;
    struct nlu_message m;
    struct buf out;
    struct jw json;
    char from[11], to[11];
    arena_init(&arena);
    nlu_read(input.rest, expect, &arena, &m);
    promise(m.clause_count <= NLU_CLAUSES_MAX && nlu_meaning(&m) < NLU_MEANINGS);
    promise(inside(m.rest, m.text));
    for (size_t i = 0; i < m.clause_count; i++) {
        promise_clause(&m.clauses[i], m.text);
        nlu_days_resolve(m.clauses[i].details.created, (int64_t)1700000000000, from, to);
    }
    if (str_is_utf8(m.text) && str_find(m.text, STR("\0"), 0) == SIZE_MAX) {
        buf_init(&out, 1 << 22);
        jw_init(&json, &out);
        nlu_explain(&m, &json);
        if (buf_ok(&out)) promise_result(buf_view(&out));
        buf_clear(&out);
    }
    arena_clear(&arena);
    return 0;
}
