/* serve.c - see serve.h. One call at a time for each number; a second command under a number that is taken is as bad as one that cannot be read. */
#include "egress/serve.h"

#include "base/log.h"
#include "base/mem.h"
#include "egress/sender.h"
#include "net/line.h"

enum { TOTAL_MS_MAX = 10 * 60 * 1000 };

struct serving {
    struct egress_service *service;
    uint32_t number;
    struct egress_stream *stream; /* of a model's call, until its result */
};

struct egress_service {
    struct egress *egress;
    struct line *calls, *seals;
    egress_end_fn *end;
    void *context;
    bool is_over;
    unsigned running;
    struct serving *servings[WIRE_CALLS];
};

/* ---- answers ------------------------------------------------------------------------------------------------------------------------- */

static struct wire begin(struct buf *message, enum wire_kind kind, uint32_t number)
{
    buf_init(message, WIRE_MESSAGE_BYTES);
    struct wire wire = wire_writer(message);
    wire_head(&wire, &kind, &number);
    return wire;
}

/* An answer of egress always fits: its body is under LIMIT_ANSWER_BYTES, its head under libcurl's own limit. */
static void finish(struct line *line, const struct wire *wire, struct buf *message)
{
    if (wire_is_whole(wire))
        line_send(line, buf_view(message));
    else
        log_error("an answer that cannot be told");
    seal_wipe(message);
}

static void free_if_over(struct egress_service *service)
{
    if (service->is_over && service->running == 0) mem_free(service);
}

static void free_serving(struct serving *serving)
{
    struct egress_service *service = serving->service;
    service->servings[serving->number] = NULL;
    service->running--;
    mem_free(serving);
    free_if_over(service);
}

static void on_data(void *context, struct str bytes)
{
    struct serving *serving = context;
    struct buf message;
    if (serving->service->is_over) return;
    struct wire wire = begin(&message, WIRE_DATA, serving->number);
    wire_text(&wire, &bytes);
    finish(serving->service->calls, &wire, &message);
}

static void on_result(void *context, const struct http_result *result)
{
    struct serving *serving = context;
    if (!serving->service->is_over) {
        struct http_result copy = *result;
        struct buf message;
        struct wire wire = begin(&message, WIRE_RESULT, serving->number);
        wire_result(&wire, &copy);
        finish(serving->service->calls, &wire, &message);
    }
    free_serving(serving);
}

static void on_token(void *context, const struct egress_token_result *result)
{
    struct serving *serving = context;
    if (!serving->service->is_over) {
        struct egress_token_result copy = *result;
        struct buf message;
        struct wire wire = begin(&message, WIRE_TOKEN_RESULT, serving->number);
        wire_token_result(&wire, &copy);
        finish(serving->service->calls, &wire, &message);
    }
    free_serving(serving);
}

/* ---- commands ------------------------------------------------------------------------------------------------------------------------ */

static struct serving *start(struct egress_service *service, uint32_t number)
{
    struct serving *serving = mem_alloc(sizeof *serving);
    *serving = (struct serving){ .service = service, .number = number };
    service->servings[number] = serving;
    service->running++;
    return serving;
}

static int64_t sane_total(int64_t total_ms)
{
    return total_ms < 0 || total_ms > TOTAL_MS_MAX ? TOTAL_MS_MAX : total_ms;
}

static bool take_call(struct egress_service *service, uint32_t number, struct wire *wire)
{
    struct egress_command command = { 0 };
    wire_command(wire, &command);
    if (!wire_is_whole(wire)) return false;
    command.total_ms = sane_total(command.total_ms);
    egress_call(service->egress, &command, on_result, start(service, number));
    return true;
}

static bool take_token(struct egress_service *service, uint32_t number, struct wire *wire)
{
    struct egress_command command = { 0 };
    struct str scope = STR_NONE;
    wire_command(wire, &command);
    wire_text(wire, &scope);
    if (!wire_is_whole(wire)) return false;
    command.total_ms = sane_total(command.total_ms);
    egress_fetch_token(service->egress, &command, scope, on_token, start(service, number));
    return true;
}

static bool take_model(struct egress_service *service, uint32_t number, struct wire *wire)
{
    struct egress_model_command command = { 0 };
    wire_model(wire, &command);
    if (!wire_is_whole(wire)) return false;
    command.total_ms = sane_total(command.total_ms);
    struct serving *serving = start(service, number);
    serving->stream = egress_model_call(service->egress, &command, on_data, on_result, serving);
    return true;
}

static bool take_notice(struct egress_service *service, uint32_t number, struct wire *wire)
{
    struct egress_notice notice = { 0 };
    wire_notice(wire, &notice);
    if (!wire_is_whole(wire)) return false;
    egress_notify(service->egress, &notice, on_result, start(service, number));
    return true;
}

/* A call that has just ended is no longer there to be steered: its result is on its way. */
static bool steer(const struct egress_service *service, enum wire_kind kind, uint32_t number, const struct wire *wire)
{
    const struct serving *serving = service->servings[number];
    if (!wire_is_whole(wire)) return false;
    if (!serving || !serving->stream) return true;
    if (kind == WIRE_CANCEL) egress_stream_cancel(serving->stream);
    if (kind == WIRE_PAUSE) egress_stream_pause(serving->stream);
    if (kind == WIRE_RESUME) egress_stream_resume(serving->stream);
    return true;
}

static bool take_command(struct egress_service *service, struct wire *wire)
{
    enum wire_kind kind = WIRE_KINDS;
    uint32_t number = 0;
    wire_head(wire, &kind, &number);
    if (wire->is_bad) return false;
    if (kind == WIRE_CANCEL || kind == WIRE_PAUSE || kind == WIRE_RESUME) return steer(service, kind, number, wire);
    if (service->servings[number]) return false;
    if (kind == WIRE_CALL) return take_call(service, number, wire);
    if (kind == WIRE_TOKEN) return take_token(service, number, wire);
    if (kind == WIRE_MODEL) return take_model(service, number, wire);
    return kind == WIRE_NOTICE && take_notice(service, number, wire);
}

/* ---- sealing ------------------------------------------------------------------------------------------------------------------------- */

static void seal_it(struct egress *egress, enum wire_kind kind, const struct wire_seal *seal, struct arena *arena,
                    struct wire_sealed *sealed)
{
    if (kind == WIRE_SEAL)
        sealed->status = egress_seal(egress, seal->workspace, seal->row, &seal->credential, arena, &sealed->sealed);
    else if (kind == WIRE_SEAL_PROVIDER)
        sealed->status = egress_seal_provider(egress, seal->workspace, seal->row, &seal->provider, arena, &sealed->sealed);
    else
        sealed->status =
            egress_webhook_seal(egress, seal->workspace, seal->url, arena, &sealed->sealed.envelope, &sealed->secret);
}

static bool take_seal(struct egress_service *service, struct wire *wire)
{
    enum wire_kind kind = WIRE_KINDS;
    uint32_t number = 0;
    struct wire_seal seal = { 0 };
    struct wire_sealed sealed = { 0 };
    struct buf message;
    wire_head(wire, &kind, &number);
    if (wire->is_bad || (kind != WIRE_SEAL && kind != WIRE_SEAL_PROVIDER && kind != WIRE_SEAL_WEBHOOK)) return false;
    wire_seal(wire, kind, &seal);
    if (!wire_is_whole(wire)) return false;
    seal_it(service->egress, kind, &seal, wire->arena, &sealed);
    struct wire answer = begin(&message, WIRE_SEALED, 0);
    wire_sealed(&answer, &sealed);
    finish(service->seals, &answer, &message);
    return true;
}

/* ---- life ---------------------------------------------------------------------------------------------------------------------------- */

static void end(struct egress_service *service)
{
    egress_end_fn *fn = service->end;
    service->end = NULL;
    if (fn) fn(service->context);
}

static void on_end(void *context)
{
    end(context);
}

static void take(struct egress_service *service, struct str message, bool (*taker)(struct egress_service *, struct wire *))
{
    struct arena arena;
    arena_init(&arena);
    struct wire wire = wire_reader(message, &arena);
    if (service->end && !taker(service, &wire)) {
        log_error("the process that serves strangers said something else than it may");
        end(service);
    }
    arena_clear(&arena);
}

static void on_command(void *context, struct str message)
{
    take(context, message, take_command);
}

static void on_seal(void *context, struct str message)
{
    take(context, message, take_seal);
}

struct egress_service *egress_serve(struct egress *egress, int calls_fd, int seals_fd, egress_end_fn *fn, void *context)
{
    struct egress_service *service = mem_alloc(sizeof *service);
    service->egress = egress;
    service->end = fn;
    service->context = context;
    const struct line_options calls = { WIRE_MESSAGE_BYTES, on_command, on_end, service };
    const struct line_options seals = { WIRE_MESSAGE_BYTES, on_seal, on_end, service };
    service->calls = line_open(egress->loop, calls_fd, &calls);
    service->seals = line_open(egress->loop, seals_fd, &seals);
    return service;
}

void egress_service_close(struct egress_service *service)
{
    service->is_over = true;
    service->end = NULL;
    line_close(service->calls);
    line_close(service->seals);
    free_if_over(service);
}
