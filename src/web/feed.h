/* feed.h - a conversation as an event stream: message.completed, action.STATUS and turn.completed, each with the conversation's seq as its id; and message.delta
 * without one: more words of a message that is not stored yet ("at": how long those before are in UTF-16 units; 0: from the beginning).
 *
 * A feed lives in its call's arena and ends the call. It ends when its reader has gone, or, when somebody works on an answer (feed_answer comes), with that
 * answer: then it stays until the answer is there even if nobody reads any more.
 */
#ifndef WEB_FEED_H
#define WEB_FEED_H

#include "web/call.h"

struct feed;

enum feed_end { FEED_UNTIL_GONE, FEED_UNTIL_ANSWER };

/* Begins the stream: everything that happens from now on. The conversation is known to exist. */
struct feed *feed_open(struct web_call *, struct str conversation, enum feed_end); /* in the call's arena */
/* First what was stored after `seq`, then what has happened since; nothing twice. Right after feed_open. An in-process call, which nobody leaves, ends with the stored part. */
void feed_resume(struct feed *, int64_t after_seq);
/* The beginning of an answer that is being made, for whoever comes in the middle of it. */
void feed_partial(struct feed *);
/* The last event; the call ends once it is written. */
void feed_answer(struct feed *, struct str event, struct str data);

#endif
