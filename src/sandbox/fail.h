/* fail.h - Zendesk's error answers, each in the one of the five shapes it really has.
 *
 * Every function answers the call; the handler returns after it. Where the shapes and texts come from: recorded traffic where it
 * exists, else what users and Zendesk's pages report.
 */
#ifndef SANDBOX_FAIL_H
#define SANDBOX_FAIL_H

#include "sandbox/api.h"

void fail_unauthenticated(struct api_call *);                                    /* 401, no or wrong credentials */
void fail_token_invalid(struct api_call *);                                      /* 401, OAuth token expired, revoked, unknown */
void fail_forbidden(struct api_call *);                                          /* 403, role or scope */
void fail_not_found(struct api_call *);                                          /* 404, no such record */
void fail_endpoint(struct api_call *);                                           /* 404, no such path */
void fail_account(struct api_call *, struct str account);                        /* 404, no such subdomain */
void fail_attribute(struct api_call *, const char *attribute, const char *must); /* 400: "must be a string" */
void fail_body(struct api_call *);                                               /* 422, the body is not JSON */
void fail_media_type(struct api_call *);                                         /* 415 */
void fail_internal(struct api_call *);                                           /* 500, as an HTML page */
void fail_html(struct api_call *, int status);                                   /* a page of the edge in front of the account */
/* {"error": code, "description": text}. */
void fail_with(struct api_call *, int status, const char *code, const char *description);
void fail_with_max(struct api_call *, int64_t max_count); /* 400, too many values */
/* {"error": {"title", "message"}}. */
void fail_titled(struct api_call *, int status, struct str title, struct str message);
/* {"errors": [{"code": code, "title": title}]}. */
void fail_paging(struct api_call *, const char *code, const char *title);

/* What status:N of a fault answers: the shape that this status has in real life. retry_after < 0 leaves that header out. */
void fail_as(struct api_call *, int status, int64_t retry_after_s);

/* What is wrong with a record, collected field by field: 422 RecordInvalid. */
enum { INVALID_MAX = 16 };

struct invalid {
    struct {
        const char *field;
        struct str description;
        const char *code;        /* NULL leaves it out, as Zendesk often does */
        int64_t ticket_field_id; /* 0: it is about no custom field */
    } items[INVALID_MAX];
    size_t count;
};

void invalid_add(struct invalid *, const char *field, const char *code, struct str description);
/* About a custom field: under "base", with the field's id. */
void invalid_add_field(struct invalid *, int64_t ticket_field_id, const char *code, struct str description);
void fail_invalid(struct api_call *, const struct invalid *);

#endif
