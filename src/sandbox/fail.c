/* fail.c - the error answers. */
#include "sandbox/fail.h"

static struct jw *error_object(struct api_call *call, int status)
{
    api_header(call, "Cache-Control", STR("no-cache"));
    struct jw *w = api_json(call, status);
    jw_object(w);
    return w;
}

void fail_with(struct api_call *call, int status, const char *code, const char *description)
{
    struct jw *w = error_object(call, status);
    jw_kv_str(w, "error", str_from(code));
    jw_kv_str(w, "description", str_from(description));
    jw_end_object(w);
}

void fail_with_max(struct api_call *call, int64_t max_count)
{
    struct jw *w = error_object(call, 400);
    jw_kv_str(w, "error", STR("TooManyValues"));
    jw_kv_str(w, "description", arena_fmt(call->arena, "Parameter  cannot specify more than %lld values", (long long)max_count));
    jw_kv_int(w, "max_count", max_count);
    jw_end_object(w);
}

void fail_titled(struct api_call *call, int status, struct str title, struct str message)
{
    struct jw *w = error_object(call, status);
    jw_key(w, "error");
    jw_object(w);
    jw_kv_str(w, "title", title);
    jw_kv_str(w, "message", message);
    jw_end_object(w);
    jw_end_object(w);
}

void fail_unauthenticated(struct api_call *call)
{
    api_header(call, "WWW-Authenticate", STR("Basic realm=\"Web Password\""));
    struct jw *w = error_object(call, 401);
    jw_kv_str(w, "error", STR("Couldn't authenticate you"));
    jw_end_object(w);
}

void fail_token_invalid(struct api_call *call)
{
    struct jw *w = error_object(call, 401);
    jw_kv_str(w, "error", STR("invalid_token"));
    jw_kv_str(w, "error_description",
              STR("The access token provided is expired, revoked, malformed or invalid for other reasons."));
    jw_end_object(w);
}

void fail_forbidden(struct api_call *call)
{
    fail_titled(call, 403, STR("Forbidden"),
                STR("You do not have access to this page. Please contact the account owner of this help desk for further help."));
}

void fail_not_found(struct api_call *call)
{
    fail_with(call, 404, "RecordNotFound", "Not found");
}

void fail_endpoint(struct api_call *call)
{
    fail_with(call, 404, "InvalidEndpoint", "Not found");
}

void fail_account(struct api_call *call, struct str account)
{
    fail_titled(call, 404, arena_fmt(call->arena, "No help desk at %.*s.zendesk.com", STR_ARG(account)),
                STR("There is no help desk configured at this address. This means that the address is available and that you can "
                    "claim it at "
                    "http://www.zendesk.com/signup"));
}

void fail_attribute(struct api_call *call, const char *attribute, const char *must)
{
    fail_titled(call, 400, STR("Invalid attribute"),
                arena_fmt(call->arena, "You passed an invalid value for the %s attribute. must be %s", attribute, must));
}

/* Reported by users; no recording. */
void fail_body(struct api_call *call)
{
    struct jw *w = error_object(call, 422);
    jw_kv_str(w, "error", STR("Unprocessable Entity"));
    jw_kv_str(w, "message", STR("Server could not parse JSON"));
    jw_end_object(w);
}

void fail_media_type(struct api_call *call)
{
    jw_end_object(error_object(call, 415));
}

void fail_internal(struct api_call *call)
{
    fail_as(call, 500, -1);
}

void fail_paging(struct api_call *call, const char *code, const char *title)
{
    struct jw *w = error_object(call, 400);
    jw_key(w, "errors");
    jw_array(w);
    jw_object(w);
    jw_kv_str(w, "code", str_from(code));
    jw_kv_str(w, "title", str_from(title));
    jw_end_object(w);
    jw_end_array(w);
    jw_end_object(w);
}

/* ---- records that do not pass ------------------------------------------------------------------------------------------- */

void invalid_add(struct invalid *invalid, const char *field, const char *code, struct str description)
{
    if (invalid->count == INVALID_MAX) return;
    invalid->items[invalid->count].field = field;
    invalid->items[invalid->count].code = code;
    invalid->items[invalid->count].description = description;
    invalid->items[invalid->count].ticket_field_id = 0;
    invalid->count++;
}

void invalid_add_field(struct invalid *invalid, int64_t ticket_field_id, const char *code, struct str description)
{
    size_t at = invalid->count;
    invalid_add(invalid, "base", code, description);
    if (invalid->count > at) invalid->items[at].ticket_field_id = ticket_field_id;
}

static bool is_first_of_field(const struct invalid *invalid, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (str_eq(str_from(invalid->items[i].field), str_from(invalid->items[index].field))) return false;
    return true;
}

static void write_field(struct jw *w, const struct invalid *invalid, const char *field)
{
    jw_key(w, field);
    jw_array(w);
    for (size_t i = 0; i < invalid->count; i++) {
        if (!str_eq(str_from(invalid->items[i].field), str_from(field))) continue;
        jw_object(w);
        jw_kv_str(w, "description", invalid->items[i].description);
        if (invalid->items[i].code) jw_kv_str(w, "error", str_from(invalid->items[i].code));
        if (invalid->items[i].ticket_field_id) jw_kv_int(w, "ticket_field_id", invalid->items[i].ticket_field_id);
        jw_end_object(w);
    }
    jw_end_array(w);
}

void fail_invalid(struct api_call *call, const struct invalid *invalid)
{
    struct jw *w = error_object(call, 422);
    jw_kv_str(w, "error", STR("RecordInvalid"));
    jw_kv_str(w, "description", STR("Record validation errors"));
    jw_key(w, "details");
    jw_object(w);
    for (size_t i = 0; i < invalid->count; i++)
        if (is_first_of_field(invalid, i)) write_field(w, invalid, invalid->items[i].field);
    jw_end_object(w);
    jw_end_object(w);
}

/* ---- by status alone ---------------------------------------------------------------------------------------------------- */

void fail_html(struct api_call *call, int status)
{
    struct str title = str_from(http_reason(status));
    struct str page = arena_fmt(call->arena,
                                "<!DOCTYPE html>\n<html><head><title>%d %.*s</title></head>\n<body><h1>%.*s</h1>\n"
                                "<p>The practice Zendesk was told to answer like this.</p></body></html>\n",
                                status, STR_ARG(title), STR_ARG(title));
    if (status == 403) api_header(call, "cf-mitigated", STR("challenge"));
    api_bytes(call, status, STR("text/html; charset=utf-8"), page);
}

static void fail_moved(struct api_call *call, int status)
{
    api_header(call, "Location", STR("https://www.zendesk.com/app/help-center-closed/"));
    api_bytes(call, status, STR("text/html; charset=utf-8"), STR("<html><body>You are being redirected.</body></html>"));
}

static void fail_validation(struct api_call *call)
{
    struct invalid invalid = { .count = 0 };
    invalid_add(&invalid, "base", "BlankValue", STR("Description: cannot be blank"));
    fail_invalid(call, &invalid);
}

void fail_as(struct api_call *call, int status, int64_t retry_after_s)
{
    if (retry_after_s >= 0) api_header(call, "Retry-After", arena_fmt(call->arena, "%lld", (long long)retry_after_s));
    switch (status) {
    case 400: fail_attribute(call, "ticket", "an object"); return;
    case 401: fail_unauthenticated(call); return;
    case 403: fail_forbidden(call); return;
    case 404: fail_not_found(call); return;
    case 406: fail_with(call, 406, "CommentRequired", "A comment is required to update your request."); return;
    case 409: fail_with(call, 409, "DatabaseConflict", "Database collision"); return;
    case 415: fail_media_type(call); return;
    case 422: fail_validation(call); return;
    case 429:
        api_bytes(call, 429, STR("text/plain; charset=utf-8"), STR("Number of allowed API requests per minute exceeded"));
        return;
    default: break;
    }
    if (status >= 300 && status < 400)
        fail_moved(call, status);
    else
        fail_html(call, status);
}
