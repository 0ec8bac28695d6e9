/* collect.h - what all protocols do with the parts of an answer: gather, tell, judge. Private to this room.
 *
 * A protocol's file reads a chunk and says here what it found; every value is a view of JSON (view.h) that has been checked.
 */
#ifndef LLM_COLLECT_H
#define LLM_COLLECT_H

#include "base/limits.h"
#include "llm/frames.h"
#include "llm/reader.h"
#include "llm/view.h"

/* A tool call while it comes in. */
struct llm_call {
    int64_t index; /* the provider's number for it; INDEX_NONE when it gives none */
    struct str id, name, extra;
    struct buf arguments;
    size_t told;         /* bytes of the arguments that were told as events */
    bool is_provisional; /* the arguments stood in the call's beginning; later ones take their place */
};

enum { INDEX_NONE = -1 };

/* Reasoning that is written into the text as <think>...</think>. */
enum llm_think { THINK_MAYBE, THINK_INSIDE, THINK_OVER };

struct llm_reader {
    struct llm_reader_options options;
    struct frames frames;
    struct arena arena;

    struct buf text, opaque, scratch;
    enum llm_think think;
    bool thought;    /* a <think> has been left out: so is the space after it */
    struct buf held; /* text of which it is not known yet whether it begins or ends a <think> */

    struct buf thought_text; /* Anthropic: a thought that is coming in */
    bool has_thought;

    struct llm_call calls[LIMIT_MODEL_CALLS];
    size_t call_count;

    struct model_usage usage;
    enum model_stop stop; /* MODEL_STOP_NONE: the provider has not said why it ended */
    struct model_fault fault;
    bool is_over;   /* the provider has said that this was all */
    bool is_useful; /* at least one chunk was of this protocol */
    struct model_reply reply;
};

void collect_text(struct llm_reader *, struct str string);

/* The call that a chunk with this index and id (a JSON string, null or nothing) goes on with, or a new one.
 * NULL over LIMIT_MODEL_CALLS; the fault is set. */
struct llm_call *collect_call(struct llm_reader *, int64_t index, struct str id);
struct llm_call *collect_new_call(struct llm_reader *, int64_t index, struct str id);
struct llm_call *collect_find_call(struct llm_reader *, int64_t index); /* NULL: there is none */
void collect_id(struct llm_reader *, struct llm_call *, struct str id); /* takes the place of an earlier one */
void collect_name(struct llm_reader *, struct llm_call *, struct str name);
void collect_extra(struct llm_reader *, struct llm_call *, struct str json);
void collect_arguments(struct llm_reader *, struct llm_call *,
                       struct str piece); /* a string's text, appended; an object: all of them */
void collect_all_arguments(struct llm_reader *, struct llm_call *, struct str whole); /* in place of what came before */

/* Numbers, or nothing: as before. */
void collect_usage(struct llm_reader *, struct str input, struct str cached, struct str output);
/* Tokens that a provider counts apart from its input. */
void collect_more_input(struct llm_reader *, struct str tokens);
void collect_stop(struct llm_reader *, enum model_stop);
void collect_opaque(struct llm_reader *, struct str json); /* one more element */
/* The provider begins its message again. */
void collect_restart(struct llm_reader *);
/* `status`: 0 when there is none. The first fault stays. */
void collect_error(struct llm_reader *, struct str error, int64_t status);
void collect_fault(struct llm_reader *, enum model_fault_kind, const char *message);

/* The whole answer is in: fills reader->reply. */
void collect_reply(struct llm_reader *);

#endif
