/* frame.c - the frame of the inbox's pages. The policy lets a page load its style sheet and send its forms to itself, and
 * nothing else. */
#include "sandbox/frame.h"

#include "base/moment.h"

static void add_security_headers(struct api_call *call)
{
    api_header(
        call, "Content-Security-Policy",
        STR("default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
    api_header(call, "X-Content-Type-Options", STR("nosniff"));
    api_header(call, "Referrer-Policy", STR("same-origin"));
    api_header(call, "Cache-Control", STR("no-store"));
}

struct buf *frame_begin(struct api_call *call, int status, struct str title, struct str query)
{
    add_security_headers(call);
    api_bytes(call, status, STR("text/html; charset=utf-8"), STR_NONE);
    struct buf *out = &call->out;
    buf_lit(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                 "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
                 "<link rel=\"stylesheet\" href=\"/agent/style.css\">\n<title>");
    buf_html(out, title);
    buf_lit(out, " - Practice Zendesk</title>\n</head>\n<body>\n<header class=\"bar\">\n<a class=\"home\" "
                 "href=\"/agent\">Practice Zendesk</a>"
                 "<span class=\"account\">");
    buf_html(out, call->sandbox->account);
    buf_lit(out, "</span>\n<form class=\"find\" action=\"/agent\" method=\"get\" role=\"search\">"
                 "<input type=\"search\" name=\"q\" aria-label=\"Search tickets\" placeholder=\"Search, for example status:open "
                 "printer\" value=\"");
    buf_html(out, query);
    buf_lit(out, "\"><button>Search</button></form>\n</header>\n<main>\n");
    return out;
}

void frame_end(struct api_call *call)
{
    buf_lit(
        &call->out,
        "</main>\n<footer>A stand-in for trying things out. It is not Zendesk, and nothing here reaches a customer.</footer>\n"
        "</body>\n</html>\n");
}

void frame_redirect(struct api_call *call, struct str location)
{
    add_security_headers(call);
    api_header(call, "Location", location);
    api_empty(call, 303);
}

void frame_message(struct api_call *call, int status, struct str title, struct str text)
{
    struct buf *out = frame_begin(call, status, title, STR_NONE);
    buf_lit(out, "<section class=\"empty\"><h1>");
    buf_html(out, title);
    buf_lit(out, "</h1><p>");
    buf_html(out, text);
    buf_lit(out, "</p><p><a href=\"/agent\">Open the list of tickets</a></p></section>\n");
    frame_end(call);
}

void frame_time(struct buf *out, int64_t at_ms)
{
    char text[MOMENT_TEXT_MAX];
    struct str moment = str_from(moment_format(at_ms, false, text));
    buf_lit(out, "<time datetime=\"");
    buf_html(out, moment);
    buf_lit(out, "\">");
    buf_html(out, str_slice(moment, 0, 10));
    buf_char(out, ' ');
    buf_html(out, str_slice(moment, 11, 16));
    buf_lit(out, " UTC</time>");
}

void frame_status(struct buf *out, struct str status)
{
    buf_lit(out, "<span class=\"status ");
    buf_html(out, status);
    buf_lit(out, "\">");
    buf_html(out, str_eq(status, STR("hold")) ? STR("on hold") : status);
    buf_lit(out, "</span>");
}

void frame_tags(struct buf *out, struct str tags)
{
    struct str tag;
    while (str_split(&tags, ' ', &tag)) {
        if (!tag.len) continue;
        buf_lit(out, "<span class=\"tag\">");
        buf_html(out, tag);
        buf_lit(out, "</span> ");
    }
}
