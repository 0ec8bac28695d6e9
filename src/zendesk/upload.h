/* upload.h - a file on its way to Zendesk: sent as raw bytes, it becomes a token, which a comment names within the hour (Zendesk, "Attachments"). Pure. */
#ifndef ZENDESK_UPLOAD_H
#define ZENDESK_UPLOAD_H

#include "base/http.h"
#include "model/problem.h"
#include "zendesk/fault.h"

struct zendesk_upload {
    struct str token;
    struct str file_name, content_type; /* as Zendesk keeps them */
    int64_t size;
    struct str expires_at; /* as Zendesk writes it; empty: not said, an hour from now */
};

enum { UPLOAD_NAME_BYTES_MAX = 255 };

/* The last part of a path, of visible characters, at most UPLOAD_NAME_BYTES_MAX bytes; empty when nothing is left. */
struct str upload_name(struct str given, struct arena *);
/* The media type that a client claims, without its parameters, when it is one at all; else "application/octet-stream". */
struct str upload_type(struct str claimed, struct arena *);
struct str upload_path(struct str name, struct arena *);
/* Reads the answer, whatever type it claims: Zendesk sends JSON as text/plain. False, with *problem set, when there is no token in it. Strings are in the arena. */
bool upload_read(const struct http_answer *, const struct zendesk_who *, struct arena *, struct zendesk_upload *,
                 struct problem *) must_check;

#endif
