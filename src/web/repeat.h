/* repeat.h - a POST that is sent again under its Idempotency-Key is done once and answered twice.
 *
 * A key belongs to who sent it (an API key, a member) and to the path; it is remembered for 24 hours. The key is taken before the handler runs, in a commit of its own, and the
 * answer is kept before it is sent. Then
 *
 *     the same request again                  the first answer, with Idempotency-Replayed: true
 *     another body                            422 key-reused
 *     the first still runs                    409 key-running
 *     the first was cut off by a stop, or     409 key-cut-off; a message is taken up where it stood, as conversations know their messages' ids
 *     failed after Zendesk may have had it
 *     its answer holds a secret or streamed   409 key-answer-withheld
 *
 * Any other refusal (not 2xx) has done nothing, so it gives the key back and the same request may be tried again: unlike services that keep refusals too, since here what
 * refuses is often a Zendesk that is out of reach for a minute.
 */
#ifndef WEB_REPEAT_H
#define WEB_REPEAT_H

#include "web/call.h"

enum { REPEAT_LIFE_MS = 24 * 60 * 60 * 1000 };

/* For a call that may run and whose body is read. Goes on with `next`, at once when the call has no key, or answers. */
void repeat_begin(struct web_call *, call_fn *next);
/* For a call that has taken a key (call->kept): keeps the answer, or gives the key back, then calls `next`, whatever becomes of the keeping. */
void repeat_settle(struct web_call *, int status, const char *type, struct str body, call_fn *next);

#endif
