/* message.h - what a language model is asked and what it says, neutral of any provider. Plain values; room llm translates.
 *
 * All strings are borrowed from whoever filled the struct. A conversation with a model is a row of turns: the user's words,
 * the assistant's words and calls, and one result for each call before anything else is said.
 */
#ifndef MODEL_MESSAGE_H
#define MODEL_MESSAGE_H

#include "base/arena.h"
#include "base/err.h"

/* The languages that providers speak. "openai_chat" is also spoken by vLLM, llama.cpp, LM Studio, Groq, OpenRouter and others. */
enum model_protocol { MODEL_OPENAI_CHAT, MODEL_OPENAI_RESPONSES, MODEL_ANTHROPIC, MODEL_OLLAMA, MODEL_PROTOCOL_COUNT };

const char *model_protocol_name(enum model_protocol); /* "openai_chat", ... */
bool model_protocol_from(struct str name, enum model_protocol *);

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

struct model_tool {
    struct str name, description;
    struct str schema; /* JSON Schema of the arguments: an object */
};

/* What is wrong with a call, so that it is answered with an error instead of being done. */
enum model_flaw {
    MODEL_FLAW_NONE,
    MODEL_FLAW_ARGUMENTS, /* the arguments are not one JSON object */
    MODEL_FLAW_UNKNOWN,   /* no tool of that name was offered */
    MODEL_FLAW_WRAPPER,   /* several calls packed into one of a tool that does not exist */
    MODEL_FLAW_REPEATED,  /* the same call as an earlier one of the same answer */
};

/* The words for the model in place of a result; empty for MODEL_FLAW_NONE. */
const char *model_flaw_text(enum model_flaw);

struct model_call {
    struct str id, name;
    struct str arguments; /* a JSON object with its keys sorted; "{}" when the arguments have a flaw */
    struct str extra;     /* JSON of the provider's own, goes back unchanged with the call; empty: none */
    enum model_flaw flaw;
};

enum model_role { MODEL_USER, MODEL_ASSISTANT, MODEL_RESULT };

struct model_turn {
    enum model_role role;
    struct str text; /* of a result: what the call gave */

    const struct model_call *calls; /* assistant */
    size_t call_count;
    struct str opaque; /* assistant: JSON array of the provider's own, goes back unchanged; empty: none */

    struct str call_id, call_name; /* result */
    bool is_error;                 /* result */
};

enum model_choice { MODEL_CHOICE_AUTO, MODEL_CHOICE_NONE, MODEL_CHOICE_REQUIRED };

struct model_request {
    struct str model, system;
    const struct model_turn *turns;
    size_t turn_count;
    const struct model_tool *tools;
    size_t tool_count;
    enum model_choice choice;
    double temperature; /* below 0: the provider's own */
    int64_t max_tokens; /* of the answer; 0: the provider's own */
    bool stream;
};

/* Every call has exactly one result, and all results of a turn stand right after it: what the providers insist on. */
bool model_turns_paired(const struct model_turn *turns, size_t count);

/* ---- the answer -------------------------------------------------------------------------------------------------------- */

enum model_fault_kind {
    MODEL_FAULT_NONE,
    MODEL_FAULT_KEY,          /* the key was not accepted */
    MODEL_FAULT_DENIED,       /* the key may not do this */
    MODEL_FAULT_QUOTA,        /* money: a spend limit or an empty account; trying again does not help */
    MODEL_FAULT_RATE_LIMITED, /* too fast: later, see retry_after_ms */
    MODEL_FAULT_OVERLOADED,
    MODEL_FAULT_SERVER,     /* a failure on the provider's side */
    MODEL_FAULT_TIMEOUT,    /* nothing came for too long */
    MODEL_FAULT_NETWORK,    /* no connection */
    MODEL_FAULT_ADDRESS,    /* the address is a private one, and that is not allowed */
    MODEL_FAULT_CUT_OFF,    /* the stream ended before the answer did */
    MODEL_FAULT_UNKNOWN,    /* there is no such model or address */
    MODEL_FAULT_CONTEXT,    /* more than the model can take in */
    MODEL_FAULT_FILTERED,   /* the provider's content filter */
    MODEL_FAULT_REQUEST,    /* the provider does not take the request; `parameter` says which part, if it said so */
    MODEL_FAULT_UNREADABLE, /* not the language that was expected */
    MODEL_FAULT_LIMIT,      /* over one of our ceilings (base/limits.h) */
    MODEL_FAULT_CANCELLED,  /* ended by us */
    MODEL_FAULT_COUNT
};

struct model_fault {
    enum model_fault_kind kind;
    int64_t status;         /* of HTTP, or the number inside a stream's error; 0: none */
    int64_t retry_after_ms; /* 0: not said */
    struct str message;     /* the provider's own words, capped: evidence, never the first thing shown */
    struct str parameter;   /* the part of the request at fault; empty: not said */
};

const char *model_fault_name(enum model_fault_kind); /* "rate_limited", ... */
/* May the same request be sent again? Only before words were shown or a tool ran: that is the caller's to know. */
bool model_fault_may_retry(enum model_fault_kind);

enum model_stop {
    MODEL_STOP_NONE,     /* there is a fault instead */
    MODEL_STOP_END,      /* all was said */
    MODEL_STOP_CALLS,    /* the calls want their results */
    MODEL_STOP_LENGTH,   /* cut at the ceiling of tokens */
    MODEL_STOP_FILTERED, /* the provider or the model refused */
    MODEL_STOP_PAUSED,   /* the provider wants to be asked again with what it said so far */
};

const char *model_stop_name(enum model_stop); /* "end", "calls", ... */

struct model_usage {
    int64_t input_tokens;  /* all that went in, those from a cache included */
    int64_t cached_tokens; /* of these, from a cache */
    int64_t output_tokens;
};

struct model_reply {
    struct str text;
    const struct model_call *calls;
    size_t call_count;
    struct str opaque;        /* for model_turn.opaque */
    struct model_usage usage; /* zero where the provider did not say */
    enum model_stop stop;
    struct model_fault fault;
    bool call_in_text; /* the text is a tool call written out: the server lacks a tool parser. Not to be done, but to be told */
};

/* While an answer comes in. */
enum model_event_kind {
    MODEL_EVENT_TEXT,      /* more words */
    MODEL_EVENT_CALL,      /* a call has begun: its name is known. Nothing may be done about it before the reply */
    MODEL_EVENT_ARGUMENTS, /* more of a call's arguments, as text */
    MODEL_EVENT_RESTARTED, /* the provider began anew: what came so far does not count */
};

struct model_event {
    enum model_event_kind kind;
    struct str text; /* TEXT, ARGUMENTS: valid UTF-8; borrowed during the callback */
    size_t call;     /* CALL, ARGUMENTS: which one, from 0 */
    struct str name; /* CALL */
};

typedef void model_event_fn(void *context, const struct model_event *);

#endif
