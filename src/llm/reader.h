/* reader.h - a provider's answer, as its bytes come in, into neutral events and one reply. Pure: bytes in, calls of `fn` out.
 *
 * Life: open, feed as often as bytes come (in any split), end once, read the reply, close. Streams and answers in one piece are read alike.
 * Nothing in a reply depends on how the bytes were split. Words are for showing as they come; a call may be done only from
 * the reply, when it is known that the answer was whole.
 */
#ifndef LLM_READER_H
#define LLM_READER_H

#include "base/http.h"
#include "model/message.h"

struct llm_reader;

struct llm_reader_options {
    enum model_protocol protocol;
    const struct model_tool *tools; /* that were offered; borrowed until close */
    size_t tool_count;
    struct str mint;    /* begins the ids of calls that came without one, letters and digits: unique within the conversation */
    model_event_fn *fn; /* NULL: only the reply is wanted */
    void *context;
};

struct llm_reader *llm_reader_open(const struct llm_reader_options *); /* returns new */
/* More bytes of the body of a 2xx answer. False: nothing more is wanted, and the call may be ended. */
bool llm_reader_feed(struct llm_reader *, struct str bytes);
/* The body is over. Borrowed until close. */
const struct model_reply *llm_reader_end(struct llm_reader *);
/* The call failed; what was read stays in the reply, with this fault. In place of llm_reader_end. */
const struct model_reply *llm_reader_fail(struct llm_reader *, const struct model_fault *);
void llm_reader_close(struct llm_reader *);

#endif
