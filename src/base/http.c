/* http.c - names of methods and statuses, look-up of headers and query values. */
#include "base/http.h"

static const char *const methods[] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",       [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
};

const char *http_method_name(enum http_method method)
{
    return method < HTTP_OTHER ? methods[method] : "OTHER";
}

/* Methods are case-sensitive: RFC 9110 section 9.1. */
enum http_method http_method_from(struct str name)
{
    for (enum http_method m = HTTP_GET; m < HTTP_OTHER; m++)
        if (str_eq(name, str_from(methods[m]))) return m;
    return HTTP_OTHER;
}

/* RFC 9110 section 15, and 428 to 431 from RFC 6585. */
const char *http_reason(int status)
{
    switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

struct str http_header_get(const struct http_header *headers, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(headers[i].name, name)) return headers[i].value;
    return STR_NONE;
}

/* ---- percent-encoding, RFC 3986 section 2.1 ----------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (char_is_digit(c)) return c - '0';
    char lower = char_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool http_decode(struct str encoded, bool form, struct arena *arena, struct str *decoded)
{
    char *text = arena_alloc(arena, encoded.len + 1);
    size_t length = 0;
    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.ptr[i];
        if (c == '%') {
            int high = i + 1 < encoded.len ? hex_digit(encoded.ptr[i + 1]) : -1;
            int low = i + 2 < encoded.len ? hex_digit(encoded.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && form) {
            c = ' ';
        }
        if (c == '\0') return false;
        text[length++] = c;
    }
    if (!str_is_utf8((struct str){ text, length })) return false;
    *decoded = (struct str){ text, length };
    return true;
}

bool http_query_get(struct str query, struct str name, struct arena *arena, struct str *value)
{
    struct str pair;
    while (str_split(&query, '&', &pair)) {
        struct str key, encoded = pair;
        if (!str_split(&encoded, '=', &key) || !http_decode(key, true, arena, &key)) continue;
        if (str_eq(key, name)) return http_decode(encoded, true, arena, value);
    }
    return false;
}
