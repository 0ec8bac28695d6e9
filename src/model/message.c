/* message.c - the words for what models say, and the one rule about turns that every provider has. */
#include "model/message.h"

static const char *const protocols[MODEL_PROTOCOL_COUNT] = { "openai_chat", "openai_responses", "anthropic", "ollama" };

const char *model_protocol_name(enum model_protocol protocol)
{
    return (unsigned)protocol < MODEL_PROTOCOL_COUNT ? protocols[protocol] : "";
}

bool model_protocol_from(struct str name, enum model_protocol *protocol)
{
    for (unsigned i = 0; i < MODEL_PROTOCOL_COUNT; i++) {
        if (!str_eq(name, str_from(protocols[i]))) continue;
        *protocol = (enum model_protocol)i;
        return true;
    }
    return false;
}

const char *model_flaw_text(enum model_flaw flaw)
{
    switch (flaw) {
    case MODEL_FLAW_NONE: break;
    case MODEL_FLAW_ARGUMENTS: return "Not done: the arguments are not a JSON object. Call the tool again with one JSON object.";
    case MODEL_FLAW_UNKNOWN: return "Not done: there is no tool of this name. Use one of the tools that were given.";
    case MODEL_FLAW_WRAPPER: return "Not done: there is no tool that runs several calls. Make each call by itself.";
    case MODEL_FLAW_REPEATED: return "Not done: this is the same call as an earlier one. Use the result of that one.";
    }
    return "";
}

const char *model_fault_name(enum model_fault_kind kind)
{
    static const char *const names[MODEL_FAULT_COUNT] = {
        [MODEL_FAULT_NONE] = "none",
        [MODEL_FAULT_KEY] = "key",
        [MODEL_FAULT_DENIED] = "denied",
        [MODEL_FAULT_QUOTA] = "quota",
        [MODEL_FAULT_RATE_LIMITED] = "rate_limited",
        [MODEL_FAULT_OVERLOADED] = "overloaded",
        [MODEL_FAULT_SERVER] = "server",
        [MODEL_FAULT_TIMEOUT] = "timeout",
        [MODEL_FAULT_NETWORK] = "network",
        [MODEL_FAULT_ADDRESS] = "address",
        [MODEL_FAULT_CUT_OFF] = "cut_off",
        [MODEL_FAULT_UNKNOWN] = "unknown",
        [MODEL_FAULT_CONTEXT] = "context",
        [MODEL_FAULT_FILTERED] = "filtered",
        [MODEL_FAULT_REQUEST] = "request",
        [MODEL_FAULT_UNREADABLE] = "unreadable",
        [MODEL_FAULT_LIMIT] = "limit",
        [MODEL_FAULT_CANCELLED] = "cancelled",
    };
    return (unsigned)kind < MODEL_FAULT_COUNT ? names[kind] : "";
}

bool model_fault_may_retry(enum model_fault_kind kind)
{
    return kind == MODEL_FAULT_RATE_LIMITED || kind == MODEL_FAULT_OVERLOADED || kind == MODEL_FAULT_SERVER ||
           kind == MODEL_FAULT_TIMEOUT || kind == MODEL_FAULT_NETWORK || kind == MODEL_FAULT_CUT_OFF;
}

const char *model_stop_name(enum model_stop stop)
{
    static const char *const names[] = { "none", "end", "calls", "length", "filtered", "paused" };
    return (unsigned)stop < sizeof names / sizeof *names ? names[stop] : "";
}

/* ---- turns ------------------------------------------------------------------------------------------------------------- */

static size_t results_for(const struct model_turn *results, size_t count, struct str id)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) found += str_eq(results[i].call_id, id);
    return found;
}

bool model_turns_paired(const struct model_turn *turns, size_t count)
{
    for (size_t i = 0; i < count;) {
        const struct model_turn *turn = &turns[i++];
        if (turn->role == MODEL_RESULT) return false; /* of no call: those of a call are passed over below */
        if (turn->role != MODEL_ASSISTANT) continue;
        if (count - i < turn->call_count) return false;
        for (size_t c = 0; c < turn->call_count; c++)
            if (turns[i + c].role != MODEL_RESULT || results_for(&turns[i], turn->call_count, turn->calls[c].id) != 1)
                return false;
        i += turn->call_count;
    }
    return true;
}
