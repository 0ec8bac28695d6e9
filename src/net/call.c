/* call.c - one request by libcurl: its options, its callbacks, its result.
 *
 * Two questions decide about duplicates in Zendesk, so they are answered from knowledge and not from timings:
 *
 * - Was anything sent? curl calls PREREQFUNCTION when the connection stands (TLS included) and the request is about to go out. Before that
 *   nothing has been sent; after it nobody can know.
 *   But for HTTP/2's GOAWAY: it names the last stream that the other side looked at, and ours may be a later one (RFC 9113 section 6.8). curl tells that in
 *   its log only, which is read here; where its words are others than those known, the matter stays open, which is safe.
 * - Is it sent twice? curl silently repeats a request, a POST too, when a reused connection dies before the first byte of an answer. The second
 *   PREREQFUNCTION of a request that is not safe to repeat (RFC 9110 section 9.2.2) stops that. Rejected: CURLOPT_FRESH_CONNECT for all
 *   such requests, which costs a TLS handshake each.
 */
#include "net/call.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/grammar.h"
#include "net/public.h"

enum {
    CONNECT_MS = 10 * 1000,
    TOTAL_MS = 45 * 1000,
    HEAD_BYTES_MAX = 64 * 1024, /* of an answer: Zendesk's are about 2 KiB, those behind cloud proxies up to 8 */
};

/* Options fail only when libcurl was built without something that is relied on; going on without it would be wrong. */
static void must(CURLcode code, const char *option)
{
    if (code == CURLE_OK) return;
    log_error("libcurl lacks an option", LOG_STR("option", str_from(option)),
              LOG_STR("reason", str_from(curl_easy_strerror(code))));
    abort();
}

#define SET(easy, option, value) must(curl_easy_setopt((easy), (option), (value)), #option)

/* ---- callbacks -------------------------------------------------------------------------------------------------------------- */

static bool may_repeat(enum http_method method)
{
    return method == HTTP_GET || method == HTTP_HEAD || method == HTTP_OPTIONS;
}

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) abort(); /* always there on Linux */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A process that was stopped, or a machine that was asleep, wakes up in the middle of what it meant to do long ago. */
static bool is_late(const struct http_call *call)
{
    if (may_repeat(call->method)) return false;
    if (clock_ms(CLOCK_BOOTTIME) - call->begun_ms > call->total_ms) return true;
    return call->send_by_ms > 0 && clock_ms(CLOCK_REALTIME) > call->send_by_ms;
}

static int on_about_to_send(void *context, char *remote, char *local, int remote_port, int local_port)
{
    struct http_call *call = context;
    (void)local, (void)remote_port, (void)local_port;
    if (call->public_only && !public_address_text(remote)) { /* a connection that another request has left */
        call->is_private = true;
        return CURL_PREREQFUNC_ABORT;
    }
    if (call->sends > 0 && !may_repeat(call->method)) return CURL_PREREQFUNC_ABORT;
    if ((call->is_late = is_late(call))) return CURL_PREREQFUNC_ABORT;
    call->sends++;
    call->stream = 0;
    call->is_unhandled = false;
    return CURL_PREREQFUNC_OK;
}

/* The number that follows a mark; false without one. */
static bool number_after(struct str text, struct str mark, uint64_t *number)
{
    size_t at = str_find(text, mark, 0), end;
    if (at == SIZE_MAX) return false;
    for (end = at + mark.len; end < text.len && char_is_digit(text.ptr[end]); end++) continue;
    return str_to_u64(str_slice(text, at + mark.len, end), number);
}

/* curl's log, for what has no other way out. A GOAWAY may be told to another call on the same connection; then this one does not hear of it. */
static int on_log(CURL *easy, curl_infotype type, char *bytes, size_t size, void *context)
{
    struct http_call *call = context;
    struct str line = { bytes, size };
    uint64_t last = 0;
    (void)easy;
    if (type != CURLINFO_TEXT) return 0;
    if (!number_after(line, STR("Using Stream ID: "), &call->stream) && call->stream > 0 &&
        str_find(line, STR("GOAWAY"), 0) != SIZE_MAX && number_after(line, STR("last_stream="), &last))
        call->is_unhandled = last < call->stream;
    return 0;
}

/* Each address of a name is asked about as it is tried, so a name cannot mean one address here and another to curl. */
static curl_socket_t on_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_call *call = context;
    (void)purpose;
    if (!public_address(&address->addr)) {
        call->is_private = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Gives a connection up when sent bytes stay unacknowledged for as long as the request may take: tcp(7). Unix sockets have no such option. */
static int on_socket_made(void *context, curl_socket_t fd, curlsocktype purpose)
{
    const struct http_call *call = context;
    int domain = 0;
    socklen_t length = sizeof(domain);
    if (purpose != CURLSOCKTYPE_IPCXN || getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) return CURL_SOCKOPT_OK;
    if (domain != AF_INET && domain != AF_INET6) return CURL_SOCKOPT_OK;
    unsigned timeout_ms = (unsigned)call->total_ms;
    return setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms)) == 0 ? CURL_SOCKOPT_OK
                                                                                               : CURL_SOCKOPT_ERROR;
}

/* One line at a time, its end included. Interim answers (1xx) have heads of their own; the last one counts. */
static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    struct http_call *call = context;
    struct str line = { bytes, size * count };
    if (str_starts(line, STR("HTTP/"))) {
        buf_reset(&call->head);
        call->header_count = 0;
        call->has_head = false;
    } else if (str_trim(line).len == 0) {
        call->has_head = true;
    } else if (!call->has_head) {
        buf_str(&call->head, line);
        call->is_too_large = ++call->header_count > LIMIT_ANSWER_HEADERS || !buf_ok(&call->head);
    }
    return call->is_too_large ? 0 : line.len;
}

static bool is_success(struct http_call *call)
{
    long status = 0;
    must(curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status), "CURLINFO_RESPONSE_CODE");
    return status >= 200 && status <= 299;
}

/* Decompressed bytes: the ceiling holds for what would be kept, whatever it was packed into. */
static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_call *call = context;
    struct str piece = { bytes, size * count };
    if (call->is_paused && !call->is_cancelled) return CURL_WRITEFUNC_PAUSE; /* the same bytes come again later */
    call->body_bytes += piece.len;
    call->is_too_large = call->body_bytes > LIMIT_ANSWER_BYTES;
    if (call->is_too_large || call->is_cancelled) return CURL_WRITEFUNC_ERROR;
    if (call->on_data != NULL && is_success(call))
        call->on_data(call->context, piece);
    else
        buf_str(&call->body, piece);
    return piece.len;
}

/* ---- the request ------------------------------------------------------------------------------------------------------------ */

static void add_line(struct http_call *call, const char *line)
{
    struct curl_slist *longer = curl_slist_append(call->headers, line);
    if (longer == NULL) abort(); /* out of memory, as in base/mem.c */
    call->headers = longer;
}

static bool has_header(const struct http_client_request *request, struct str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (str_eq_nocase(request->headers[i].name, name)) return true;
    return false;
}

/* curl's notation: "Name: value", "Name;" for an empty value, "Name:" to send none of what curl would add by itself. */
static bool set_headers(struct http_call *call, const struct http_client_request *request)
{
    struct arena arena;
    arena_init(&arena);
    bool is_legal = true;
    for (size_t i = 0; i < request->header_count; i++) {
        struct http_header h = request->headers[i];
        is_legal = grammar_is_token(h.name) && grammar_is_field_value(h.value);
        if (!is_legal) break;
        struct str line = h.value.len > 0 ? arena_fmt(&arena, "%.*s: %.*s", STR_ARG(h.name), STR_ARG(h.value))
                                          : arena_fmt(&arena, "%.*s;", STR_ARG(h.name));
        add_line(call, line.ptr);
    }
    arena_clear(&arena);
    add_line(call, "Expect:");
    if (!has_header(request, STR("accept"))) add_line(call, "Accept:");
    if (!has_header(request, STR("content-type"))) add_line(call, "Content-Type:");
    SET(call->easy, CURLOPT_HTTPHEADER, call->headers);
    return is_legal;
}

static void set_method(CURL *easy, const struct http_client_request *request)
{
    bool sends_body =
        request->body.len > 0 || request->method == HTTP_POST || request->method == HTTP_PUT || request->method == HTTP_PATCH;
    if (sends_body) {
        SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        SET(easy, CURLOPT_COPYPOSTFIELDS, request->body.len > 0 ? request->body.ptr : "");
    }
    if (request->method == HTTP_HEAD)
        SET(easy, CURLOPT_NOBODY, 1L);
    else if (request->method != HTTP_GET && request->method != HTTP_POST)
        SET(easy, CURLOPT_CUSTOMREQUEST, http_method_name(request->method));
    else if (request->method == HTTP_GET && sends_body)
        SET(easy, CURLOPT_CUSTOMREQUEST, "GET");
}

static void set_target(CURL *easy, const struct http_client_request *request)
{
    char *url = mem_dup(request->url.ptr, request->url.len);
    SET(easy, CURLOPT_URL, url);
    mem_free(url);
    SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(easy, CURLOPT_PATH_AS_IS, 1L);
    SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
    SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    if (request->unix_socket != NULL) SET(easy, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
}

static void set_connection(struct http_call *call, const struct http_client_options *options,
                           const struct http_client_request *request)
{
    CURL *easy = call->easy;
    SET(easy, CURLOPT_NOSIGNAL, 1L);
    SET(easy, CURLOPT_QUICK_EXIT, 1L); /* a cancelled name look-up must not hold the loop until its thread is done */
    SET(easy, CURLOPT_PROXY, options->proxy != NULL ? options->proxy : "");
    SET(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    verify_watch(easy, &call->verdict);
    if (options->ca_file != NULL) SET(easy, CURLOPT_CAINFO, options->ca_file);
    SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    SET(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(request->connect_ms > 0 ? request->connect_ms : CONNECT_MS));
    SET(easy, CURLOPT_TIMEOUT_MS, call->total_ms);
    SET(easy, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
    SET(easy, CURLOPT_SOCKOPTDATA, call);
    call->public_only = request->public_only && options->proxy == NULL && request->unix_socket == NULL;
    if (call->public_only) {
        SET(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
        SET(easy, CURLOPT_OPENSOCKETDATA, call);
    }
    if (request->quiet_ms > 0) {
        SET(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        SET(easy, CURLOPT_LOW_SPEED_TIME, (long)((request->quiet_ms + 999) / 1000));
    }
    /* curl counts whole seconds and rounds down; one less keeps the promise. */
    if (request->fresh_if_idle_ms >= 1000)
        SET(easy, CURLOPT_MAXAGE_CONN, (long)(request->fresh_if_idle_ms / 1000 - 1));
    else if (request->fresh_if_idle_ms > 0)
        SET(easy, CURLOPT_FRESH_CONNECT, 1L);
}

static void set_callbacks(struct http_call *call)
{
    CURL *easy = call->easy;
    SET(easy, CURLOPT_PRIVATE, call);
    SET(easy, CURLOPT_ERRORBUFFER, call->error);
    SET(easy, CURLOPT_PREREQFUNCTION, on_about_to_send);
    SET(easy, CURLOPT_PREREQDATA, call);
    SET(easy, CURLOPT_HEADERFUNCTION, on_header);
    SET(easy, CURLOPT_HEADERDATA, call);
    SET(easy, CURLOPT_WRITEFUNCTION, on_body);
    SET(easy, CURLOPT_WRITEDATA, call);
    SET(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    SET(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)LIMIT_ANSWER_BYTES);
    if (may_repeat(call->method)) return;
    SET(easy, CURLOPT_VERBOSE, 1L); /* to on_log, and nowhere else */
    SET(easy, CURLOPT_DEBUGFUNCTION, on_log);
    SET(easy, CURLOPT_DEBUGDATA, call);
}

struct http_call *call_open(const struct http_client_options *options, const struct http_client_request *request,
                            http_data_fn *on_data, http_result_fn *on_result, void *context)
{
    struct http_call *call = mem_alloc(sizeof(*call));
    call->easy = curl_easy_init();
    if (call->easy == NULL) abort(); /* out of memory */
    call->method = request->method;
    call->total_ms = (long)(request->total_ms > 0 ? request->total_ms : TOTAL_MS);
    call->send_by_ms = request->send_by_ms;
    call->begun_ms = clock_ms(CLOCK_BOOTTIME);
    call->on_data = on_data;
    call->on_result = on_result;
    call->context = context;
    buf_init(&call->head, HEAD_BYTES_MAX);
    buf_init(&call->body, LIMIT_ANSWER_BYTES);
    set_callbacks(call);
    set_target(call->easy, request);
    set_connection(call, options, request);
    set_method(call->easy, request);
    SET(call->easy, CURLOPT_USERAGENT, options->user_agent);
    call->is_malformed = !set_headers(call, request) || request->method == HTTP_OTHER;
    return call;
}

/* ---- the result ------------------------------------------------------------------------------------------------------------- */

static int64_t info_us(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;
    must(curl_easy_getinfo(easy, info, &us), "CURLINFO time");
    return us;
}

/* A TLS handshake that never ends counts as connecting: curl does not tell the two apart until both are done. */
static enum net_fault_kind timeout_kind(const struct http_call *call)
{
    if (call->sends > 0) return NET_TIMEOUT;
    return info_us(call->easy, CURLINFO_NAMELOOKUP_TIME_T) > 0 ? NET_CONNECT : NET_DNS;
}

static enum net_fault_kind fault_kind(const struct http_call *call, CURLcode code)
{
    if (call->is_cancelled) return NET_CANCELLED;
    if (call->is_malformed) return NET_PROTOCOL;
    if (call->is_too_large) return NET_TOO_LARGE;
    if (call->is_private && code != CURLE_OK) return NET_PRIVATE;
    if (call->is_late) return NET_TIMEOUT;
    switch ((int)code) {
    case CURLE_OK: return NET_OK;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return NET_DNS;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_PROXY: return NET_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PEER_FAILED_VERIFICATION: return NET_TLS;
    case CURLE_OPERATION_TIMEDOUT: return timeout_kind(call);
    case CURLE_FILESIZE_EXCEEDED: return NET_TOO_LARGE;
    case CURLE_ABORTED_BY_CALLBACK: /* on_about_to_send */
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR: return NET_RESET;
    default: return NET_PROTOCOL;
    }
}

static const char *fault_detail(const struct http_call *call, CURLcode code)
{
    if (call->is_cancelled) return "the request was cancelled";
    if (call->is_malformed) return "a header or the method of the request cannot be sent";
    if (call->is_too_large) return "the answer is over the limit";
    if (call->is_unhandled) return "the connection ended before the request was looked at";
    if (call->is_private) return "the name leads to an address that is not of the public Internet";
    if (call->is_late) return "the request was held up before its first byte for so long that it is not sent any more";
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return "the connection ended before an answer; what may have arrived is not sent again";
    return call->error[0] != '\0' ? call->error : curl_easy_strerror(code);
}

static struct net_fault fault_of(const struct http_call *call, CURLcode code)
{
    struct net_fault fault = { .kind = fault_kind(call, code) };
    if (fault.kind == NET_OK) return fault;
    fault.nothing_sent = call->sends == 0 || call->is_unhandled;
    struct str detail = str_clip(str_from(fault_detail(call, code)), sizeof(fault.detail) - 1);
    memcpy(fault.detail, detail.ptr, detail.len); /* the rest is zero */
    if (code != CURLE_PEER_FAILED_VERIFICATION) return fault;
    fault.distrust =
        call->verdict.why == DISTRUST_NONE ? DISTRUST_OTHER_HOST : call->verdict.why; /* names are curl's own check */
    memcpy(fault.issuer, call->verdict.issuer, sizeof fault.issuer);
    return fault;
}

static void read_timing(struct http_call *call, struct http_timing *timing)
{
    long new_connections = 0;
    must(curl_easy_getinfo(call->easy, CURLINFO_NUM_CONNECTS, &new_connections), "CURLINFO_NUM_CONNECTS");
    if (new_connections > 0) {
        timing->dns_us = info_us(call->easy, CURLINFO_NAMELOOKUP_TIME_T);
        timing->connect_us = info_us(call->easy, CURLINFO_CONNECT_TIME_T);
        timing->tls_us = info_us(call->easy, CURLINFO_APPCONNECT_TIME_T);
    }
    timing->first_byte_us = info_us(call->easy, CURLINFO_STARTTRANSFER_TIME_T);
    timing->total_us = info_us(call->easy, CURLINFO_TOTAL_TIME_T);
}

/* Lines that are not fields (a folded line, no colon) are left out. */
static size_t read_headers(const struct http_call *call, struct http_header *headers)
{
    size_t count = 0;
    struct str rest = buf_view(&call->head), line;
    while (str_split(&rest, '\n', &line)) {
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') line.len--;
        if (grammar_field(line, &headers[count].name, &headers[count].value) == NULL) count++;
    }
    return count;
}

static void read_answer(struct http_call *call, struct http_answer *answer, struct http_header *headers)
{
    long status = 0;
    must(curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status), "CURLINFO_RESPONSE_CODE");
    answer->status = (int)status;
    answer->headers = headers;
    answer->header_count = read_headers(call, headers);
    answer->body = buf_view(&call->body);
}

void call_finish(struct http_call *call, CURLcode code)
{
    struct http_result result = { .fault = fault_of(call, code) };
    struct http_header *headers = mem_array(call->header_count + 1, sizeof(*headers)); /* one spare for a line that is no field */
    if (result.fault.kind == NET_OK) read_answer(call, &result.answer, headers);
    read_timing(call, &result.timing);
    const char *address = NULL;
    must(curl_easy_getinfo(call->easy, CURLINFO_PRIMARY_IP, &address), "CURLINFO_PRIMARY_IP");
    result.primary_address = str_from(address);
    call->on_result(call->context, &result);
    mem_free(headers);
    buf_clear(&call->head);
    buf_clear(&call->body);
    curl_easy_cleanup(call->easy);
    curl_slist_free_all(call->headers);
    mem_free(call);
}
