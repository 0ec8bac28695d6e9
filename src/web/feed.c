/* feed.c - a queue of items in the order of what happened; each becomes text and is written.
 *
 * An action is shown with its calls to Zendesk, which have to be read: such an item waits for a job and holds up those behind it, so the order stays. What was stored before the reader
 * came is one more such item at the head of the queue. The reader may be slower than we are: then net closes the stream, and it resumes by Last-Event-ID.
 */
#include "web/feed.h"

#include "base/limits.h"
#include "base/mem.h"
#include "flow/flow.h"
#include "net/sse.h"
#include "web/actions.h"

enum { BEAT_MS = 15 * 1000 }; /* quiet connections are cut by proxies, some after 30 s */

enum item_kind { ITEM_READY, ITEM_ACTION, ITEM_STORED };

struct item {
    struct store_job store; /* first: the store hands it back */
    struct feed *feed;
    struct item *next;
    struct arena arena;
    enum item_kind kind;
    int64_t seq; /* ITEM_STORED: read after this one */
    struct str workspace, conversation, action, event;
    bool is_read, is_last, has_more;
    struct buf text;
};

struct feed {
    struct web_call *call;
    struct str conversation;
    enum feed_end end;
    struct flow_watch *watch;
    struct loop_timer *beat;
    struct item *first, *last;
    int64_t last_seq; /* written; what is not above has been seen */
    bool is_reading;  /* the first item's job runs */
    bool is_writing, is_gone, is_answered;
};

static void pump(struct feed *);

/* ---- items --------------------------------------------------------------------------------------------------------------------- */

static struct item *item_new(struct feed *feed, enum item_kind kind, int64_t seq)
{
    struct item *item = mem_alloc(sizeof *item);
    arena_init(&item->arena);
    buf_init(&item->text, LIMIT_ANSWER_BYTES);
    item->feed = feed;
    item->kind = kind;
    item->seq = seq;
    item->workspace = arena_str(&item->arena, feed->call->actor.workspace);
    item->conversation = arena_str(&item->arena, feed->conversation);
    return item;
}

static void item_free(struct item *item)
{
    buf_clear(&item->text);
    arena_clear(&item->arena);
    mem_free(item);
}

static void append(struct feed *feed, struct item *item)
{
    if (feed->last != NULL)
        feed->last->next = item;
    else
        feed->first = item;
    feed->last = item;
    pump(feed);
}

static struct item *take_first(struct feed *feed)
{
    struct item *item = feed->first;
    feed->first = item->next;
    if (feed->first == NULL) feed->last = NULL;
    return item;
}

static void put_event(struct item *item, int64_t seq, struct str event, const struct buf *data)
{
    struct str id = seq > 0 ? arena_fmt(&item->arena, "%lld", (long long)seq) : STR_NONE;
    sse_event(&item->text, id, event, buf_view(data));
}

/* ---- text of one event, on either thread ---------------------------------------------------------------------------------------------- */

static void put_message(struct item *item, const struct message *message)
{
    struct buf data;
    struct jw json;
    buf_init(&data, LIMIT_ANSWER_BYTES);
    jw_init(&json, &data);
    render_message(&json, message);
    put_event(item, message->seq, STR("message.completed"), &data);
    buf_clear(&data);
}

static void put_action(struct item *item, int64_t seq, struct str event, const struct action_view *view)
{
    struct buf data;
    struct jw json;
    buf_init(&data, LIMIT_ANSWER_BYTES);
    jw_init(&json, &data);
    render_action(&json, view, &item->arena);
    put_event(item, seq, event, &data);
    buf_clear(&data);
}

static void put_turn(struct item *item, int64_t seq, struct str turn, struct str awaiting)
{
    struct buf data;
    struct jw json;
    buf_init(&data, LIMIT_ANSWER_BYTES);
    jw_init(&json, &data);
    jw_object(&json);
    jw_kv_str(&json, "turn", turn);
    jw_kv_str_or_null(&json, "awaiting", awaiting);
    jw_end_object(&json);
    put_event(item, seq, STR("turn.completed"), &data);
    buf_clear(&data);
}

static void put_delta(struct item *item, struct str turn, struct str text, size_t at)
{
    struct buf data;
    struct jw json;
    buf_init(&data, LIMIT_ANSWER_BYTES);
    jw_init(&json, &data);
    jw_object(&json);
    jw_kv_str(&json, "turn", turn);
    jw_kv_int(&json, "at", (int64_t)at);
    jw_kv_str(&json, "text", text);
    jw_end_object(&json);
    put_event(item, 0, STR("message.delta"), &data);
    buf_clear(&data);
}

/* ---- reading from the store -------------------------------------------------------------------------------------------------------------- */

static enum status read_action(struct store_tx *tx, struct item *item, struct str id, int64_t seq, struct str event)
{
    struct action_view view;
    enum status status = actions_load(tx, item->workspace, id, &item->arena, &view);
    if (status == OK) put_action(item, seq, event, &view);
    return status;
}

static enum status put_stored_event(struct store_tx *tx, struct item *item, const struct event *event)
{
    if (event->action.len > 0) return read_action(tx, item, event->action, event->seq, event->kind);
    put_turn(item, event->seq, event->turn, event->awaiting);
    return OK;
}

/* One page of messages and one of events, merged by seq. Where a page is full there may be more behind it: the merge stops at the end of the page that ends first. */
static enum status read_stored(struct store_tx *tx, struct item *item)
{
    struct message *messages;
    struct event *events;
    size_t message_count, event_count, m = 0, e = 0;
    struct arena *arena = &item->arena;
    enum status status =
        message_list(tx, item->workspace, item->conversation, item->seq, LIMIT_PAGE_ROWS, arena, &messages, &message_count);
    if (status == OK)
        status = event_list(tx, item->workspace, item->conversation, item->seq, LIMIT_PAGE_ROWS, arena, &events, &event_count);
    if (status != OK) return status;
    bool messages_full = message_count == LIMIT_PAGE_ROWS, events_full = event_count == LIMIT_PAGE_ROWS;
    item->has_more = messages_full || events_full;
    while (status == OK && (m < message_count || e < event_count)) {
        if ((m == message_count && messages_full) || (e == event_count && events_full)) break;
        if (e == event_count || (m < message_count && messages[m].seq < events[e].seq)) {
            item->seq = messages[m].seq;
            put_message(item, &messages[m++]);
        } else {
            item->seq = events[e].seq;
            status = put_stored_event(tx, item, &events[e++]);
        }
    }
    return status;
}

static enum status read_run(struct store_tx *tx, struct store_job *job)
{
    struct item *item = (struct item *)job;
    if (item->kind == ITEM_STORED) return read_stored(tx, item);
    return read_action(tx, item, item->action, item->seq, item->event);
}

/* What cannot be read ends the stream: the reader comes back with the id it has. */
static void read_done(struct store_job *job, enum status status)
{
    struct item *item = (struct item *)job;
    struct feed *feed = item->feed;
    feed->is_reading = false;
    item->is_read = true;
    if (status != OK) feed->is_gone = true;
    pump(feed);
}

static void start_reading(struct feed *feed, struct item *item)
{
    feed->is_reading = true;
    item->store = (struct store_job){ .run = read_run, .done = read_done, .mode = STORE_READ };
    store_submit(feed->call->web->store, &item->store);
}

/* ---- writing -------------------------------------------------------------------------------------------------------------------------------- */

static void stop_watching(struct feed *feed)
{
    if (feed->watch != NULL) flow_unwatch(feed->watch);
    loop_timer_cancel(feed->beat);
    feed->watch = NULL;
    feed->beat = NULL;
}

static void close_feed(struct feed *feed)
{
    stop_watching(feed);
    while (feed->first != NULL) item_free(take_first(feed));
    call_stream_end(feed->call); /* the feed dies with it */
}

/* Of a stored part that has more behind it the next page follows at the head of the queue. */
static void read_on(struct feed *feed, struct item *item)
{
    struct item *more = item_new(feed, ITEM_STORED, item->seq);
    more->is_last = item->is_last;
    more->next = feed->first;
    feed->first = more;
    if (feed->last == NULL) feed->last = more;
}

static void write_item(struct feed *feed, struct item *item)
{
    bool is_seen = item->kind != ITEM_STORED && item->seq > 0 && item->seq <= feed->last_seq;
    if (item->text.len > 0 && !is_seen && !feed->is_gone) {
        feed->is_writing = true;
        if (!http_stream_write(feed->call->exchange, buf_view(&item->text))) feed->is_gone = true;
        feed->is_writing = false;
    }
    if (item->seq > feed->last_seq) feed->last_seq = item->seq;
    if (item->kind == ITEM_STORED && item->has_more)
        read_on(feed, item);
    else if (item->is_last)
        feed->is_answered = true;
    item_free(item);
}

static void pump(struct feed *feed)
{
    if (feed->is_reading || feed->is_writing) return;
    while (feed->first != NULL && !feed->is_answered) {
        struct item *item = feed->first;
        if (item->kind != ITEM_READY && !item->is_read && !feed->is_gone) {
            start_reading(feed, item);
            return;
        }
        write_item(feed, take_first(feed));
    }
    if (feed->is_answered || (feed->is_gone && feed->end == FEED_UNTIL_GONE)) close_feed(feed);
}

static void on_gone(void *context)
{
    struct feed *feed = context;
    feed->is_gone = true;
    pump(feed);
}

static void beat(void *context)
{
    struct feed *feed = context;
    feed->beat = loop_timer_start(feed->call->web->loop, BEAT_MS, beat, feed);
    feed->is_writing = true;
    if (!call_stream_beat(feed->call)) feed->is_gone = true;
    feed->is_writing = false;
    pump(feed);
}

/* ---- what happens ------------------------------------------------------------------------------------------------------------------------------ */

/* Until an action has been sent there are no calls to be read. */
static bool has_calls(const struct action *action)
{
    return action->status != ACTION_PROPOSED && action->status != ACTION_CONFIRMED && action->status != ACTION_SENDING &&
           action->status != ACTION_CANCELLED;
}

static void add_action(struct feed *feed, const struct flow_event *event)
{
    bool reads = has_calls(event->action);
    struct item *item = item_new(feed, reads ? ITEM_ACTION : ITEM_READY, event->seq);
    item->event = arena_fmt(&item->arena, "action.%s", action_status_name(event->action->status));
    if (reads)
        item->action = arena_str(&item->arena, event->action->id);
    else
        put_action(item, event->seq, item->event, &(struct action_view){ .row = *event->action });
    append(feed, item);
}

static void on_event(void *context, const struct flow_event *event)
{
    struct feed *feed = context;
    struct item *item;
    if (event->kind == FLOW_ACTION) {
        add_action(feed, event);
        return;
    }
    if (event->kind == FLOW_TURN && feed->end == FEED_UNTIL_ANSWER) return; /* the answer says more */
    item = item_new(feed, ITEM_READY, event->seq);
    if (event->kind == FLOW_MESSAGE)
        put_message(item, event->message);
    else if (event->kind == FLOW_DELTA)
        put_delta(item, event->turn, event->text, event->at);
    else
        put_turn(item, event->seq, event->turn, str_from(event->awaiting));
    append(feed, item);
}

struct feed *feed_open(struct web_call *call, struct str conversation, enum feed_end end)
{
    struct feed *feed = arena_new(call->arena, struct feed);
    feed->call = call;
    feed->conversation = conversation;
    feed->end = end;
    feed->watch = flow_watch(call->web->flow, call->actor.workspace, conversation, on_event, feed);
    feed->beat = loop_timer_start(call->web->loop, BEAT_MS, beat, feed);
    feed->is_writing = true; /* whoever has gone already is told apart only once the feed is whole */
    http_exchange_on_gone(call->exchange, on_gone, feed);
    call_stream_begin(call);
    feed->is_writing = false;
    return feed;
}

void feed_resume(struct feed *feed, int64_t after_seq)
{
    struct item *item = item_new(feed, ITEM_STORED, after_seq);
    item->is_last = str_eq(feed->call->address, STR("local"));
    append(feed, item);
}

void feed_partial(struct feed *feed)
{
    struct str turn, text;
    if (!flow_partial(feed->call->web->flow, feed->call->actor.workspace, feed->conversation, &turn, &text)) return;
    struct item *item = item_new(feed, ITEM_READY, 0);
    put_delta(item, turn, text, 0);
    append(feed, item);
}

void feed_answer(struct feed *feed, struct str event, struct str data)
{
    struct item *item = item_new(feed, ITEM_READY, 0);
    sse_event(&item->text, STR_NONE, event, data);
    item->is_last = true;
    append(feed, item);
}
