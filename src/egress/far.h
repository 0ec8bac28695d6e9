/* far.h - the commands of egress.h as messages to the process that holds the master key (serve.h). Private to this room.
 *
 * Without a line, before the other process is there or while it is started again, calls wait for at most ten seconds. When a line ends, every call that was given to it ends with
 * NET_RESET, and whether anything was sent is not known: the protocol of the outbox looks first. A call that still waited goes to the next line.
 */
#ifndef EGRESS_FAR_H
#define EGRESS_FAR_H

#include "egress/wire.h"

struct far;

struct far *far_open(struct loop *); /* returns new */
/* Takes both descriptors: calls go over one, seals over the other. */
void far_attach(struct far *, int calls_fd, int seals_fd);
void far_close(struct far *); /* calls that are out end with NET_CANCELLED, from inside of this */

void far_call(struct far *, const struct egress_command *, http_result_fn *, void *context);
void far_fetch_token(struct far *, const struct egress_command *, struct str scope, egress_token_fn *, void *context);
void far_notify(struct far *, const struct egress_notice *, http_result_fn *, void *context);

struct far_call;
struct far_call *far_model_call(struct far *, const struct egress_model_command *, http_data_fn *, http_result_fn *,
                                void *context);
/* WIRE_CANCEL, WIRE_PAUSE or WIRE_RESUME. Bytes that are on their way come nevertheless. */
void far_steer(struct far_call *, enum wire_kind);

/* Waits for the answer: about 50 microseconds, at most two seconds. What is in *sealed goes into the arena. E_UNAVAILABLE without the other process. */
enum status far_seal(struct far *, enum wire_kind, const struct wire_seal *, struct arena *, struct wire_sealed *) must_check;

/* The same, for what has no secret to show. */
enum status far_seal_kept(struct far *, enum wire_kind, const struct wire_seal *, struct arena *,
                          struct egress_sealed *) must_check;

#endif
