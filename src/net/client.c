/* client.c - libcurl's multi interface driven by libuv: curl says which sockets to watch and when to wake it; libuv does.
 *
 * curl forbids most calls from inside its callbacks, and a provider's stream (on_data) is such a callback: starting and cancelling there only
 * marks the call, and `attend` does the rest when curl is not running. The same path makes cancelling asynchronous everywhere.
 */
#include "net/client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/call.h"
#include "net/loop_uv.h"

enum { IDLE_CONNECTIONS_MAX = 64 };

struct http_client {
    struct loop *loop;
    struct http_client_options options; /* its strings are copies */
    CURLM *multi;
    uv_timer_t curl_timer; /* when curl wants to be called */
    uv_timer_t attention;  /* due at once: calls wait for attend() */
    struct http_call *calls;
    unsigned timers_open;
    bool is_in_curl, is_closing;
    bool wants_attention; /* a call waits or was cancelled */
};

struct watch {
    uv_poll_t poll;
    struct http_client *client;
    curl_socket_t fd;
};

static void must(CURLMcode code)
{
    if (code == CURLM_OK) return;
    log_error("libcurl's multi interface", LOG_STR("reason", str_from(curl_multi_strerror(code))));
    abort();
}

static void must_uv(int result)
{
    if (result == 0) return;
    log_error("event loop", LOG_STR("reason", str_from(uv_strerror(result))));
    abort();
}

/* ---- ending calls ----------------------------------------------------------------------------------------------------------- */

static void end_call(struct http_call *call, CURLcode code)
{
    struct http_client *client = call->client;
    if (call->prev != NULL)
        call->prev->next = call->next;
    else
        client->calls = call->next;
    if (call->next != NULL) call->next->prev = call->prev;
    if (call->state == CALL_RUNNING) must(curl_multi_remove_handle(client->multi, call->easy));
    call_finish(call, code);
}

static void end_finished(struct http_client *client)
{
    int left;
    CURLMsg *message;
    while (!client->is_closing && (message = curl_multi_info_read(client->multi, &left)) != NULL) {
        struct http_call *call = NULL;
        CURLcode code = message->data.result; /* the message is gone once the handle is removed */
        if (message->msg != CURLMSG_DONE) continue;
        if (curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call) != CURLE_OK || call == NULL) abort();
        end_call(call, code);
    }
}

static bool needs_attention(const struct http_call *call)
{
    return call->state == CALL_WAITING || call->is_cancelled || call->wants_resume;
}

/* Hands over what curl held back, from inside of this call. */
static void resume_call(struct http_client *client, struct http_call *call)
{
    call->wants_resume = false;
    client->is_in_curl = true;
    if (curl_easy_pause(call->easy, CURLPAUSE_CONT) != CURLE_OK) call->is_cancelled = true;
    client->is_in_curl = false;
}

static void attend_call(struct http_client *client, struct http_call *call)
{
    if (call->is_cancelled || call->is_malformed) {
        end_call(call, CURLE_ABORTED_BY_CALLBACK);
    } else if (call->state == CALL_RUNNING) {
        resume_call(client, call);
    } else {
        call->state = CALL_RUNNING;
        must(curl_multi_add_handle(client->multi, call->easy));
    }
}

/* Starts what waits and ends what was cancelled. Results may start and cancel others, so the search begins anew after each. */
static void attend(struct http_client *client)
{
    if (!client->wants_attention) return;
    client->wants_attention = false;
    struct http_call *call = client->calls;
    while (!client->is_closing && call != NULL) {
        if (needs_attention(call)) {
            attend_call(client, call);
            call = client->calls;
        } else {
            call = call->next;
        }
    }
}

/* ---- curl and libuv --------------------------------------------------------------------------------------------------------- */

static void run_curl(struct http_client *client, curl_socket_t fd, int events)
{
    int running;
    client->is_in_curl = true;
    must(curl_multi_socket_action(client->multi, fd, events, &running));
    client->is_in_curl = false;
    end_finished(client);
    attend(client);
}

static void on_curl_timer_due(uv_timer_t *timer)
{
    run_curl(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_attention_due(uv_timer_t *timer)
{
    attend(timer->data);
}

static int on_curl_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct http_client *client = context;
    (void)multi;
    if (client->is_closing) return 0;
    if (timeout_ms < 0)
        must_uv(uv_timer_stop(&client->curl_timer));
    else
        must_uv(uv_timer_start(&client->curl_timer, on_curl_timer_due, (uint64_t)timeout_ms, 0));
    return 0;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    int mask = status < 0 ? CURL_CSELECT_ERR : 0;
    if (events & UV_READABLE) mask |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE) mask |= CURL_CSELECT_OUT;
    run_curl(watch->client, watch->fd, mask);
}

static void watch_closed(uv_handle_t *handle)
{
    mem_free(handle->data);
}

static struct watch *new_watch(struct http_client *client, curl_socket_t fd)
{
    struct watch *watch = mem_alloc(sizeof(*watch));
    watch->client = client;
    watch->fd = fd;
    watch->poll.data = watch;
    must_uv(uv_poll_init_socket(loop_uv(client->loop), &watch->poll, fd));
    must(curl_multi_assign(client->multi, fd, watch));
    return watch;
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket_context)
{
    struct http_client *client = context;
    struct watch *watch = socket_context;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL) uv_close((uv_handle_t *)&watch->poll, watch_closed);
        return 0;
    }
    if (watch == NULL) watch = new_watch(client, fd);
    int events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    must_uv(uv_poll_start(&watch->poll, events, on_ready));
    return 0;
}

/* ---- life ------------------------------------------------------------------------------------------------------------------- */

static char *copy(const char *text)
{
    return text != NULL ? mem_dup(text, strlen(text)) : NULL;
}

static void free_copy(const char *text)
{
    union {
        const char *in;
        void *out;
    } owned = { text };
    mem_free(owned.out);
}

struct http_client *http_client_open(struct loop *loop, const struct http_client_options *options)
{
    struct http_client *client = mem_alloc(sizeof(*client));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) abort();
    client->loop = loop;
    client->options = (struct http_client_options){ copy(options->user_agent), copy(options->ca_file), copy(options->proxy) };
    client->multi = curl_multi_init();
    if (client->multi == NULL) abort(); /* out of memory */
    must(curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket));
    must(curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client));
    must(curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer));
    must(curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client));
    must(curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS_MAX));
    must_uv(uv_timer_init(loop_uv(loop), &client->curl_timer));
    must_uv(uv_timer_init(loop_uv(loop), &client->attention));
    client->curl_timer.data = client->attention.data = client;
    client->timers_open = 2;
    return client;
}

static void timer_closed(uv_handle_t *handle)
{
    struct http_client *client = handle->data;
    if (--client->timers_open > 0) return;
    free_copy(client->options.user_agent);
    free_copy(client->options.ca_file);
    free_copy(client->options.proxy);
    mem_free(client);
    curl_global_cleanup();
}

void http_client_close(struct http_client *client)
{
    if (client == NULL) return;
    assert(!client->is_in_curl && !client->is_closing);
    client->is_closing = true;
    while (client->calls != NULL) {
        client->calls->is_cancelled = true;
        end_call(client->calls, CURLE_ABORTED_BY_CALLBACK);
    }
    must(curl_multi_cleanup(client->multi));
    uv_close((uv_handle_t *)&client->curl_timer, timer_closed);
    uv_close((uv_handle_t *)&client->attention, timer_closed);
}

/* ---- calls ------------------------------------------------------------------------------------------------------------------ */

static void ask_attention(struct http_client *client)
{
    client->wants_attention = true;
    if (!client->is_closing) must_uv(uv_timer_start(&client->attention, on_attention_due, 0, 0));
}

struct http_call *http_client_start(struct http_client *client, const struct http_client_request *request, http_data_fn *on_data,
                                    http_result_fn *on_result, void *context)
{
    struct http_call *call = call_open(&client->options, request, on_data, on_result, context);
    call->client = client;
    call->next = client->calls;
    if (call->next != NULL) call->next->prev = call;
    client->calls = call;
    bool may_start = !client->is_in_curl && !client->is_closing && !call->is_malformed;
    if (may_start)
        attend_call(client, call);
    else
        ask_attention(client);
    return call;
}

void http_call_cancel(struct http_call *call)
{
    call->is_cancelled = true;
    ask_attention(call->client);
}

void http_call_pause(struct http_call *call)
{
    call->is_paused = true;
    call->wants_resume = false;
}

void http_call_resume(struct http_call *call)
{
    if (!call->is_paused) return;
    call->is_paused = false;
    call->wants_resume = call->state == CALL_RUNNING;
    if (call->wants_resume) ask_attention(call->client);
}
