/* gate_case.h - the files of test/cases/gate: sentences, and the receipts and words that they are said in front of.
 *
 *     @ known WORDS                          what the visitor wrote
 *     @ taught WORDS                         what the operator taught the agent
 *     @ receipt ACTION STATUS JSON    an action of the conversation; null for no result
 *     @ clear                                none of them
 *     anything else                          a draft; \n is a line end
 */
#ifndef UNIT_AGENT_GATE_CASE_H
#define UNIT_AGENT_GATE_CASE_H

#include "unit/agent/harness.h"

#include "agent/gate.h"

enum { GATE_CASE_RECEIPTS = 8 };

struct gate_case {
    struct arena arena;
    struct str rest;
    struct claim_receipt receipts[GATE_CASE_RECEIPTS];
    size_t receipt_count;
    struct str known, taught;
    unsigned line;
};

static inline void gate_case_open(struct gate_case *c, const char *path)
{
    *c = (struct gate_case){ 0 };
    arena_init(&c->arena);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be opened: run this at the root of the repository", path);
    char *bytes = arena_alloc(&c->arena, 256 * 1024);
    c->rest = (struct str){ bytes, fread(bytes, 1, 256 * 1024, file) };
    (void)fclose(file);
}

static inline void gate_case_clear(struct gate_case *c)
{
    for (size_t i = 0; i < c->receipt_count; i++) json_free((struct json *)(uintptr_t)c->receipts[i].result);
    c->receipt_count = 0;
    c->known = c->taught = STR_NONE;
}

static inline void gate_case_close(struct gate_case *c)
{
    gate_case_clear(c);
    arena_clear(&c->arena);
}

static inline struct str gate_case_word(struct str *rest)
{
    struct str word = STR_NONE;
    *rest = str_trim(*rest);
    (void)str_split(rest, ' ', &word);
    return word;
}

static inline void gate_case_receipt(struct gate_case *c, struct str rest)
{
    struct claim_receipt *receipt = &c->receipts[c->receipt_count];
    const struct action_spec *spec = action_find(gate_case_word(&rest));
    enum action_status status = ACTION_PROPOSED;
    struct err err;
    if (!spec || !action_status_from(gate_case_word(&rest), &status)) fail_msg("line %u: no such action or status", c->line);
    rest = str_trim(rest);
    bool none = str_starts(rest, STR("null"));
    struct json *result = none ? NULL : json_parse(rest, &err);
    if (!none && !result) fail_msg("line %u: %s", c->line, err.detail);
    *receipt = (struct claim_receipt){ .kind = spec ? spec->kind : ACTION_COUNT, .status = status, .result = result };
    receipt->action = arena_fmt(&c->arena, "act_%zu", c->receipt_count);
    if (none) receipt->reference = str_trim(str_slice(rest, 4, rest.len));
    c->receipt_count++;
}

static inline struct str gate_case_draft(struct gate_case *c, struct str line)
{
    char *copy = arena_cstr(&c->arena, line);
    size_t length = 0;
    for (size_t i = 0; i < line.len; i++) {
        bool line_end = line.ptr[i] == '\\' && i + 1 < line.len && line.ptr[i + 1] == 'n';
        copy[length++] = line_end ? '\n' : line.ptr[i];
        if (line_end) i++;
    }
    return (struct str){ copy, length };
}

/* The next draft; false at the end of the file. */
static inline bool gate_case_next(struct gate_case *c, struct str *draft)
{
    struct str line;
    while (str_split(&c->rest, '\n', &line)) {
        c->line++;
        if (str_starts(line, STR("@ clear")))
            gate_case_clear(c);
        else if (str_starts(line, STR("@ known ")))
            c->known = str_slice(line, 8, line.len);
        else if (str_starts(line, STR("@ taught ")))
            c->taught = str_slice(line, 9, line.len);
        else if (str_starts(line, STR("@ receipt ")))
            gate_case_receipt(c, str_slice(line, 10, line.len));
        else if (line.len && line.ptr[0] != '#') {
            *draft = gate_case_draft(c, line);
            return true;
        } else if (line.len > 1 && line.ptr[1] != ' ') {
            *draft = gate_case_draft(c, line);
            return true;
        } else if (line.len > 2 && line.ptr[1] == ' ' && char_is_digit(line.ptr[2])) {
            *draft = gate_case_draft(c, line);
            return true;
        }
    }
    return false;
}

#endif
