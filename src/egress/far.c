/* far.c - see far.h.
 *
 * A call is a number below WIRE_CALLS until its result has come; the number is then free again, and as a line brings its messages in order, none of them can be about an earlier call of
 * the same number. Sealing waits instead of calling back: it happens when a person saves a secret, and its callers would each have had to become two functions.
 */
#include "egress/far.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "net/line.h"

enum { WAIT_FOR_LINE_MS = 10 * 1000, SEAL_MS = 2 * 1000, SEALED_BYTES_MAX = 64 * 1024 };

struct far_call {
    struct far *far;
    uint32_t number;
    struct buf message; /* until it is sent */
    bool is_sent, is_cancelled;
    http_data_fn *on_data;
    http_result_fn *fn; /* NULL: on_token */
    egress_token_fn *on_token;
    void *context;
};

struct far {
    struct loop *loop;
    struct line *line;        /* NULL: there is none */
    int seals_fd;             /* -1 likewise */
    struct loop_timer *timer; /* while calls wait for a line */
    bool wants_attention;     /* a post is on its way that ends calls which were refused or cancelled here */
    bool is_closed;
    struct far_call *calls[WIRE_CALLS];
    uint32_t lowest_free; /* no number below is free */
};

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------- */

static bool take_number(struct far *far, struct far_call *call)
{
    uint32_t number = far->lowest_free;
    while (number < WIRE_CALLS && far->calls[number]) number++;
    far->lowest_free = number;
    if (number == WIRE_CALLS) return false;
    call->number = number;
    far->calls[number] = call;
    return true;
}

static void give_number_back(struct far *far, const struct far_call *call)
{
    far->calls[call->number] = NULL;
    if (call->number < far->lowest_free) far->lowest_free = call->number;
}

/* ---- ends ---------------------------------------------------------------------------------------------------------------------------- */

static void free_call(struct far_call *call)
{
    buf_clear(&call->message);
    mem_free(call);
}

/* Ends a call that has no answer. */
static void fail(struct far_call *call, enum net_fault_kind kind, const char *detail)
{
    struct net_fault fault = { .kind = kind, .nothing_sent = !call->is_sent };
    struct str text = str_clip(str_from(detail), sizeof fault.detail - 1);
    memcpy(fault.detail, text.ptr, text.len);
    if (call->fn)
        call->fn(call->context, &(struct http_result){ .fault = fault });
    else
        call->on_token(call->context, &(struct egress_token_result){ .fault = fault });
    free_call(call);
}

static void fail_all(struct far *far, bool with_unsent, enum net_fault_kind kind, const char *detail)
{
    for (uint32_t number = 0; number < WIRE_CALLS; number++) {
        struct far_call *call = far->calls[number];
        if (!call || (!call->is_sent && !with_unsent)) continue;
        give_number_back(far, call);
        fail(call, kind, detail);
    }
}

/* ---- answers ------------------------------------------------------------------------------------------------------------------------- */

static bool take_data(const struct far_call *call, struct wire *wire)
{
    struct str bytes;
    wire_text(wire, &bytes);
    if (!wire_is_whole(wire) || !call->on_data) return false;
    if (!call->is_cancelled) call->on_data(call->context, bytes);
    return true;
}

static bool take_result(struct far_call *call, struct wire *wire)
{
    struct http_result result = { 0 };
    wire_result(wire, &result);
    if (!wire_is_whole(wire) || !call->fn) return false;
    give_number_back(call->far, call);
    call->fn(call->context, &result);
    free_call(call);
    return true;
}

static bool take_token(struct far_call *call, struct wire *wire)
{
    struct egress_token_result result = { 0 };
    wire_token_result(wire, &result);
    if (!wire_is_whole(wire) || !call->on_token) return false;
    give_number_back(call->far, call);
    call->on_token(call->context, &result);
    free_call(call);
    return true;
}

static bool take_answer(struct far *far, struct wire *wire)
{
    enum wire_kind kind = WIRE_KINDS;
    uint32_t number = 0;
    wire_head(wire, &kind, &number);
    struct far_call *call = wire->is_bad ? NULL : far->calls[number];
    if (!call || !call->is_sent) return false;
    if (kind == WIRE_DATA) return take_data(call, wire);
    if (kind == WIRE_RESULT) return take_result(call, wire);
    return kind == WIRE_TOKEN_RESULT && take_token(call, wire);
}

static void drop_line(struct far *far)
{
    line_close(far->line);
    if (far->seals_fd >= 0) (void)close(far->seals_fd);
    far->line = NULL;
    far->seals_fd = -1;
    fail_all(far, false, NET_RESET, "the process that makes the calls has ended; what it had begun may have arrived");
}

static void on_message(void *context, struct str message)
{
    struct far *far = context;
    struct arena arena;
    arena_init(&arena);
    struct wire wire = wire_reader(message, &arena);
    bool is_sound = take_answer(far, &wire);
    arena_clear(&arena);
    if (is_sound || far->is_closed) return;
    log_error("the process that makes the calls said something else than it may");
    drop_line(far);
}

static void on_line_end(void *context)
{
    log_warn("the process that makes the calls has ended");
    drop_line(context);
}

/* ---- sending ------------------------------------------------------------------------------------------------------------------------- */

static void send_message(struct far_call *call)
{
    call->is_sent = true;
    line_send(call->far->line, buf_view(&call->message));
    buf_clear(&call->message);
}

static void on_waited(void *context)
{
    struct far *far = context;
    far->timer = NULL;
    fail_all(far, true, NET_CONNECT, "the process that makes the calls is not there");
}

/* Those that are over before they were sent. */
static void attend(void *context)
{
    struct far *far = context;
    far->wants_attention = false;
    if (far->is_closed) {
        mem_free(far);
        return;
    }
    for (uint32_t number = 0; number < WIRE_CALLS; number++) {
        struct far_call *call = far->calls[number];
        if (!call || call->is_sent || !call->is_cancelled) continue;
        give_number_back(far, call);
        fail(call, NET_CANCELLED, "the request was cancelled");
    }
}

static void ask_attention(struct far *far)
{
    if (far->wants_attention) return;
    far->wants_attention = true;
    loop_post(far->loop, attend, far);
}

/* Told later, like every end. */
static void tell_refused(void *context)
{
    fail(context, NET_PROTOCOL, "more calls are out than can be, or this one is larger than one can be");
}

static struct far_call *call_new(struct far *far, http_result_fn *fn, egress_token_fn *on_token, void *context)
{
    struct far_call *call = mem_alloc(sizeof *call);
    *call = (struct far_call){ .far = far, .fn = fn, .on_token = on_token, .context = context };
    buf_init(&call->message, WIRE_MESSAGE_BYTES);
    return call;
}

static struct wire begin(struct far_call *call, enum wire_kind kind)
{
    struct wire wire = wire_writer(&call->message);
    wire_head(&wire, &kind, &call->number);
    return wire;
}

/* Sends what was written, or lets it wait for a line. NULL when it cannot be sent at all. */
static struct far_call *commit(struct far_call *call, bool has_number, const struct wire *wire)
{
    struct far *far = call->far;
    if (!has_number || !wire_is_whole(wire)) {
        if (has_number) give_number_back(far, call);
        loop_post(far->loop, tell_refused, call);
        return NULL;
    }
    if (far->line)
        send_message(call);
    else if (!far->timer)
        far->timer = loop_timer_start(far->loop, WAIT_FOR_LINE_MS, on_waited, far);
    return call;
}

void far_call(struct far *far, const struct egress_command *command, http_result_fn *fn, void *context)
{
    struct far_call *call = call_new(far, fn, NULL, context);
    struct egress_command copy = *command;
    bool has_number = take_number(far, call);
    struct wire wire = begin(call, WIRE_CALL);
    wire_command(&wire, &copy);
    (void)commit(call, has_number, &wire);
}

void far_fetch_token(struct far *far, const struct egress_command *command, struct str scope, egress_token_fn *fn, void *context)
{
    struct far_call *call = call_new(far, NULL, fn, context);
    struct egress_command copy = *command;
    bool has_number = take_number(far, call);
    struct wire wire = begin(call, WIRE_TOKEN);
    wire_command(&wire, &copy);
    wire_text(&wire, &scope);
    (void)commit(call, has_number, &wire);
}

void far_notify(struct far *far, const struct egress_notice *notice, http_result_fn *fn, void *context)
{
    struct far_call *call = call_new(far, fn, NULL, context);
    struct egress_notice copy = *notice;
    bool has_number = take_number(far, call);
    struct wire wire = begin(call, WIRE_NOTICE);
    wire_notice(&wire, &copy);
    (void)commit(call, has_number, &wire);
}

struct far_call *far_model_call(struct far *far, const struct egress_model_command *command, http_data_fn *on_data,
                                http_result_fn *fn, void *context)
{
    struct far_call *call = call_new(far, fn, NULL, context);
    struct egress_model_command copy = *command;
    call->on_data = on_data;
    bool has_number = take_number(far, call);
    struct wire wire = begin(call, WIRE_MODEL);
    wire_model(&wire, &copy);
    return commit(call, has_number, &wire);
}

void far_steer(struct far_call *call, enum wire_kind kind)
{
    call->is_cancelled = call->is_cancelled || kind == WIRE_CANCEL;
    if (call->is_sent) {
        struct buf message;
        buf_init(&message, 64);
        struct wire wire = wire_writer(&message);
        wire_head(&wire, &kind, &call->number);
        line_send(call->far->line, buf_view(&message));
        buf_clear(&message);
    } else if (call->is_cancelled) {
        ask_attention(call->far);
    }
}

/* ---- sealing ------------------------------------------------------------------------------------------------------------------------- */

static void keep_sealed(struct arena *arena, struct wire_sealed *sealed)
{
    struct str *texts[] = { &sealed->sealed.envelope, &sealed->sealed.last4, &sealed->sealed.fingerprint, &sealed->secret };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = texts[i]->len > 0 ? arena_str(arena, *texts[i]) : STR_NONE;
}

static void wipe(struct buf *buf)
{
    if (buf->data) explicit_bzero(buf->data, buf->cap);
    buf_clear(buf);
}

static enum status ask(struct far *far, struct str message, struct arena *arena, struct wire_sealed *sealed)
{
    enum wire_kind kind = WIRE_KINDS;
    uint32_t number = 0;
    struct buf answer;
    buf_init(&answer, SEALED_BYTES_MAX);
    enum status status = line_ask(far->seals_fd, message, SEAL_MS, &answer);
    struct wire wire = wire_reader(buf_view(&answer), arena);
    if (status == OK) {
        wire_head(&wire, &kind, &number);
        wire_sealed(&wire, sealed);
        status = wire_is_whole(&wire) && kind == WIRE_SEALED ? sealed->status : E_UNAVAILABLE;
        keep_sealed(arena, sealed);
    } else { /* an answer that came now would be taken for the next one's */
        (void)close(far->seals_fd);
        far->seals_fd = -1;
        status = E_UNAVAILABLE;
    }
    wipe(&answer);
    return status;
}

enum status far_seal(struct far *far, enum wire_kind kind, const struct wire_seal *seal, struct arena *arena,
                     struct wire_sealed *sealed)
{
    uint32_t number = 0;
    struct wire_seal copy = *seal;
    struct buf message;
    *sealed = (struct wire_sealed){ 0 };
    if (far->seals_fd < 0) return E_UNAVAILABLE;
    buf_init(&message, SEALED_BYTES_MAX);
    struct wire wire = wire_writer(&message);
    wire_head(&wire, &kind, &number);
    wire_seal(&wire, kind, &copy);
    enum status status = wire_is_whole(&wire) ? ask(far, buf_view(&message), arena, sealed) : E_INPUT;
    wipe(&message);
    return status;
}

enum status far_seal_kept(struct far *far, enum wire_kind kind, const struct wire_seal *seal, struct arena *arena,
                          struct egress_sealed *sealed)
{
    struct wire_sealed made;
    enum status status = far_seal(far, kind, seal, arena, &made);
    *sealed = made.sealed;
    return status;
}

/* ---- life ---------------------------------------------------------------------------------------------------------------------------- */

struct far *far_open(struct loop *loop)
{
    struct far *far = mem_alloc(sizeof *far);
    far->loop = loop;
    far->seals_fd = -1;
    return far;
}

void far_attach(struct far *far, int calls_fd, int seals_fd)
{
    const struct line_options options = { WIRE_MESSAGE_BYTES, on_message, on_line_end, far };
    if (far->line) drop_line(far);
    far->line = line_open(far->loop, calls_fd, &options);
    far->seals_fd = seals_fd;
    loop_timer_cancel(far->timer);
    far->timer = NULL;
    for (uint32_t number = 0; number < WIRE_CALLS; number++)
        if (far->calls[number] && !far->calls[number]->is_sent && !far->calls[number]->is_cancelled)
            send_message(far->calls[number]);
}

void far_close(struct far *far)
{
    far->is_closed = true;
    loop_timer_cancel(far->timer);
    line_close(far->line);
    if (far->seals_fd >= 0) (void)close(far->seals_fd);
    fail_all(far, true, NET_CANCELLED, "the server is stopping");
    if (!far->wants_attention) mem_free(far);
}
