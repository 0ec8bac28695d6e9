/* wire.h - what the process that parses strangers' input and the process that holds the master key say to each other. Private to this room.
 *
 * A message is a kind, the number of the call it is about, and the fields of one struct. One function for each struct lists its fields; it writes them or reads them, whichever the
 * wire was opened for, so the two ends cannot disagree. Reading takes nothing on trust: lengths against what is there, choices and counts against their tables, and a message with bytes
 * left over is as bad as one that is too short. Strings that were read are views of the message; arrays are in the arena.
 */
#ifndef EGRESS_WIRE_H
#define EGRESS_WIRE_H

#include "base/limits.h"
#include "egress/notice.h"
#include "egress/provider.h"

enum {
    WIRE_MESSAGE_BYTES = LIMIT_UPLOAD_BYTES + 1024 * 1024, /* a file with all that goes along; an answer is smaller */
    WIRE_CALLS = 4096,                                     /* that are out at once, and one more than their largest number */
};

enum wire_kind {
    /* to the process with the key */
    WIRE_CALL,
    WIRE_TOKEN,
    WIRE_MODEL,
    WIRE_NOTICE,
    WIRE_CANCEL,
    WIRE_PAUSE,
    WIRE_RESUME,
    WIRE_SEAL,
    WIRE_SEAL_PROVIDER,
    WIRE_SEAL_WEBHOOK,
    /* from it; a call's last message is a result or a token */
    WIRE_DATA,
    WIRE_RESULT,
    WIRE_TOKEN_RESULT,
    WIRE_SEALED,
    WIRE_KINDS
};

struct wire {
    struct buf *out;     /* writing */
    struct str in;       /* reading: what is left */
    struct arena *arena; /* reading: where arrays go */
    bool is_bad;         /* nothing that was read may be used, what was written not be sent */
};

struct wire wire_writer(struct buf *out);
struct wire wire_reader(struct str message, struct arena *);
/* Read: everything was there, and nothing but that. Written: it fits. */
bool wire_is_whole(const struct wire *);

void wire_head(struct wire *, enum wire_kind *, uint32_t *number);
void wire_text(struct wire *, struct str *);

void wire_command(struct wire *, struct egress_command *);
void wire_model(struct wire *, struct egress_model_command *);
void wire_notice(struct wire *, struct egress_notice *);
void wire_result(struct wire *, struct http_result *);
void wire_token_result(struct wire *, struct egress_token_result *);

/* What is to be sealed, and what came of it. */
struct wire_seal {
    struct str workspace, row;
    struct egress_credential credential; /* WIRE_SEAL */
    struct egress_provider provider;     /* WIRE_SEAL_PROVIDER */
    struct str url;                      /* WIRE_SEAL_WEBHOOK */
};
void wire_seal(struct wire *, enum wire_kind, struct wire_seal *);
struct wire_sealed {
    enum status status;
    struct egress_sealed sealed;
    struct str secret; /* a webhook's, which is made there */
};
void wire_sealed(struct wire *, struct wire_sealed *);

#endif
