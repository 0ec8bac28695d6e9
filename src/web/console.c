/* console.c - the files in the binary, served as they are or gzipped, revalidated by ETag (RFC 9110 section 13); and index.html for every path that the console draws.
 *
 * Which paths those are is the console's business (ui/src/router.ts): a browser that asks for a page gets the page, and the console shows its own 404. The theme stands in the page from
 * the first byte, as no inline script may set it.
 */
#include "web/console.h"

#include <string.h>

#include "web/assets.h"
#include "web/cookie.h"
#include "web/route.h"

/* Trusted Types turn every way from text to script off; the rest lets the page load its own files and nothing else. */
static const char content_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

void console_add_headers(struct web_call *call)
{
    call_add_header(call, "Content-Security-Policy", str_from(content_policy));
    call_add_header(call, "Referrer-Policy", STR("no-referrer"));
    call_add_header(call, "Cross-Origin-Opener-Policy", STR("same-origin"));
    call_add_header(call, "Cross-Origin-Resource-Policy", STR("same-origin"));
    if (call_is_https(call)) call_add_header(call, "Strict-Transport-Security", STR("max-age=31536000"));
    call_add_header(call, "Permissions-Policy", STR("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
}

/* ---- files ---------------------------------------------------------------------------------------------------------------------- */

static const struct asset *find_asset(struct str path)
{
    size_t low = 0, high = asset_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(path, str_from(assets[middle].path));
        if (order == 0) return &assets[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static struct str view(const unsigned char *bytes, size_t size)
{
    return (struct str){ (const char *)bytes, size };
}

/* If-None-Match (RFC 9110 section 13.1.2): a list of tags, compared weakly. */
static bool has_tag(const struct web_call *call, struct str etag)
{
    struct str rest = call_header(call, "If-None-Match"), tag, weak = STR("W/");
    while (str_split(&rest, ',', &tag)) {
        tag = str_trim(tag);
        if (str_starts(tag, weak)) tag = str_slice(tag, weak.len, tag.len);
        if (str_eq(tag, etag) || str_eq(tag, STR("*"))) return true;
    }
    return false;
}

/* Nothing but zeros behind "q=": not wanted. */
static bool is_refused(struct str parameter)
{
    struct str quality = STR("q=");
    if (!str_starts(parameter, quality)) return false;
    for (size_t i = quality.len; i < parameter.len; i++)
        if (parameter.ptr[i] != '0' && parameter.ptr[i] != '.') return false;
    return true;
}

/* Is gzip among the Accept-Encoding (RFC 9110 section 12.5.3)? */
static bool takes_gzip(const struct web_call *call)
{
    struct str rest = call_header(call, "Accept-Encoding"), coding, name;
    while (str_split(&rest, ',', &coding))
        if (str_split(&coding, ';', &name) && str_eq_nocase(str_trim(name), STR("gzip"))) return !is_refused(str_trim(coding));
    return false;
}

static void serve_file(struct web_call *call, const struct asset *asset)
{
    struct str etag = str_from(asset->etag);
    bool is_packed = asset->gzip != NULL && takes_gzip(call);
    console_add_headers(call);
    call_add_header(call, "ETag", etag);
    call_add_header(call, "Cache-Control", STR("no-cache")); /* kept, and asked for again each time: an upgrade shows at once */
    call_add_header(call, "Vary", STR("Accept-Encoding"));
    if (has_tag(call, etag)) {
        call_none(call, 304);
        return;
    }
    if (is_packed) call_add_header(call, "Content-Encoding", STR("gzip"));
    call_send_body(call, 200, asset->type, is_packed ? view(asset->gzip, asset->gzip_size) : view(asset->bytes, asset->size));
}

/* ---- pages ---------------------------------------------------------------------------------------------------------------------- */

static struct str theme_of(const struct web_call *call)
{
    struct str theme = cookie_get(call->request, STR(COOKIE_THEME));
    return str_eq(theme, STR("light")) || str_eq(theme, STR("dark")) ? theme : STR("auto");
}

static void serve_page(struct web_call *call, const struct asset *index)
{
    struct str page = view(index->bytes, index->size), theme = theme_of(call), mark = STR("data-theme=\"auto\"");
    size_t at = str_find(page, mark, 0);
    console_add_headers(call);
    call_add_header(call, "Cache-Control", STR("no-cache"));
    call_add_header(call, "Vary", STR("Cookie"));
    if (at != SIZE_MAX) {
        buf_str(&call->out, str_slice(page, 0, at));
        buf_fmt(&call->out, "data-theme=\"%.*s\"", STR_ARG(theme));
        page = str_slice(page, at + mark.len, page.len);
    }
    buf_str(&call->out, page);
    call_send_as(call, 200, index->type);
}

/* A browser that wants a page, at a path that is neither the API's nor a file's. */
static bool wants_page(const struct web_call *call)
{
    struct str path = call->request->path;
    return call_accepts(call, "text/html") && !str_starts(path, STR("/api/")) && !str_starts(path, STR("/assets/"));
}

void console_serve(struct web_call *call)
{
    enum http_method method = call->request->method;
    const struct asset *index = find_asset(STR("/index.html")), *asset = find_asset(call->request->path);
    bool reads = method == HTTP_GET || method == HTTP_HEAD;
    if (reads && asset != NULL && asset != index)
        serve_file(call, asset);
    else if (reads && index != NULL && wants_page(call))
        serve_page(call, index);
    else
        call_fail(call, E_NOT_FOUND);
}
