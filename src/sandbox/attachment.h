/* attachment.h - files: uploaded under a token, then part of a comment.
 *
 * A token is good for 60 minutes, for several files, and for one comment. What was uploaded and not used is forgotten after that.
 */
#ifndef SANDBOX_ATTACHMENT_H
#define SANDBOX_ATTACHMENT_H

#include "sandbox/api.h"

/* How many files stand under a token that is still good; 0 for any other text. */
int64_t attachment_count_of_token(struct api_call *, struct str token);
/* The files become part of the comment, and the token is spent. */
void attachment_use_token(struct api_call *, struct str token, int64_t comment_id);
/* An array. */
void attachment_render_list(const struct api_call *, struct jw *, int64_t comment_id);

struct attachment {
    int64_t id, comment_id, size, created_at;
    struct str token, file_name, content_type, secret;
};

/* The next file of a comment; false at the end. */
bool attachment_next(struct desk *, struct arena *, int64_t comment_id, int64_t after, struct attachment *);
/* Where a browser finds it: "/attachments/token/SECRET/". */
bool attachment_has(struct str path);
void attachment_serve(struct api_call *);

#endif
