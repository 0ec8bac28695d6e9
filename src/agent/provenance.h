/* provenance.h - whose words a model's call rests on. A write happens because the visitor asked for it, with values that the visitor, the team or the account gave; never because a ticket said so.
 *
 * Texts are noted as they enter the model's context, with their source. A call for a write is then held against them:
 *   - a number, address or person that nobody named in any text is made up: refused;
 *   - a value that the visitor and the team did not give is sent only after it was shown and agreed to, whatever the agent's rule of confirmation says;
 *   - once other people's text is in the context, a write that no open message of the visitor's own asks for is refused, and so is a choice or a tag beside those that they said.
 * A read is refused only then, too, and only for what that text alone named, or for a search that nobody asked for: it sends nothing, but it fetches.
 * What a message asks for is read by our own rules (nlu), never by the model.
 *
 * Life: zero is an empty one; provenance_note for each text, in order; provenance_settle where a write came to its end; provenance_check for each call. Texts are borrowed for as long as it is
 * used. Pure.
 */
#ifndef AGENT_PROVENANCE_H
#define AGENT_PROVENANCE_H

#include "agent/turn.h"

enum { PROVENANCE_TEXTS_MAX = 256 };

enum provenance_source {
    PROVENANCE_VISITOR, /* a message of the person's own */
    PROVENANCE_TEAM,    /* the agent's instructions and settings, and what the server knows of who is asking */
    PROVENANCE_RECORD,  /* numbers and addresses that Zendesk itself keeps of a record: the ids of listed tickets */
    PROVENANCE_TEXT,    /* what other people wrote: subjects, comments, names, tags, errors, articles */
};

struct provenance {
    struct {
        struct str text;
        enum provenance_source source;
    } texts[PROVENANCE_TEXTS_MAX];
    size_t count;  /* of more than there is room for, the oldest are gone and count as not given */
    size_t asks;   /* the visitor's messages from here on are open: what they ask for has not come to its end */
    bool has_text; /* PROVENANCE_TEXT was noted at some time */
};

enum provenance_verdict {
    PROVENANCE_CLEAR,
    PROVENANCE_MUST_SHOW, /* only with a confirmation that shows it */
    PROVENANCE_UNASKED,   /* nobody asked for this write */
    PROVENANCE_MADE_UP,   /* a value that is in no text */
};

struct provenance_finding {
    enum provenance_verdict verdict;
    struct str field, value; /* at fault; empty where it is the whole call */
    struct str reason;       /* for the model; empty unless refused */
};

void provenance_note(struct provenance *, enum provenance_source, struct str text);
/* A write has been done, refused or dropped: what was asked for so far asks for no other. */
void provenance_settle(struct provenance *);
/* A stored result: its ids and addresses as RECORD, its words as TEXT; choices, moments and links are neither. The strings noted are copies in the arena. */
void provenance_note_result(struct provenance *, struct str result, struct arena *);
/* `arguments`: canonical and checked (tools.h). Of a read: PROVENANCE_CLEAR or PROVENANCE_UNASKED; whose records it may see is decided elsewhere. */
struct provenance_finding provenance_check(const struct provenance *, enum action_kind, struct str arguments, struct arena *);

#endif
