/* What the process with the key reads of the one that serves strangers, and the other way round: any bytes as any message. What is taken for whole is written again, and is then the
 * same bytes: nothing was lost, and nothing is read two ways. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "egress/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct anything {
    enum wire_kind kind;
    uint32_t number;
    struct egress_command command;
    struct egress_model_command model;
    struct egress_notice notice;
    struct http_result result;
    struct egress_token_result token;
    struct wire_seal seal;
    struct wire_sealed sealed;
    struct str text;
};

static void pass(struct wire *wire, struct anything *any)
{
    wire_head(wire, &any->kind, &any->number);
    switch (any->kind) {
    case WIRE_CALL: wire_command(wire, &any->command); break;
    case WIRE_TOKEN:
        wire_command(wire, &any->command);
        wire_text(wire, &any->text);
        break;
    case WIRE_MODEL: wire_model(wire, &any->model); break;
    case WIRE_NOTICE: wire_notice(wire, &any->notice); break;
    case WIRE_SEAL:
    case WIRE_SEAL_PROVIDER:
    case WIRE_SEAL_WEBHOOK: wire_seal(wire, any->kind, &any->seal); break;
    case WIRE_DATA: wire_text(wire, &any->text); break;
    case WIRE_RESULT: wire_result(wire, &any->result); break;
    case WIRE_TOKEN_RESULT: wire_token_result(wire, &any->token); break;
    case WIRE_SEALED: wire_sealed(wire, &any->sealed); break;
    case WIRE_CANCEL:
    case WIRE_PAUSE:
    case WIRE_RESUME:
    case WIRE_KINDS: break;
    }
}

/* A detail is cut to its room, so these two may come out shorter. */
static bool may_be_cut(enum wire_kind kind)
{
    return kind == WIRE_RESULT || kind == WIRE_TOKEN_RESULT;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct anything any = { 0 };
    struct arena arena;
    struct buf again;
    arena_init(&arena);
    buf_init(&again, WIRE_MESSAGE_BYTES);
    struct wire reader = wire_reader((struct str){ (const char *)data, size }, &arena);
    pass(&reader, &any);
    if (wire_is_whole(&reader)) {
        struct wire writer = wire_writer(&again);
        pass(&writer, &any);
        if (!wire_is_whole(&writer)) __builtin_trap();
        bool is_same = again.len == size && memcmp(again.data, data, size) == 0;
        if (!is_same && !may_be_cut(any.kind)) __builtin_trap();
    }
    buf_clear(&again);
    arena_clear(&arena);
    return 0;
}
