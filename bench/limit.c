/* limit.c - the bare program: the same work as a turn of the product with nothing else, as fast as it can be made by hand.
 *
 * One epoll loop parses HTTP and keeps sockets to Zendesk; one thread owns the SQLite file (WAL, synchronous=FULL) and commits everything that waits as
 * one transaction. A ticket turn makes two commits: the visitor's yes with the intent to send, before the first byte goes out; then the answer as it came,
 * with the words that name its number. A talk turn makes one. It takes the requests of the product's API that the load makes, understands nothing of them,
 * checks nobody and forgives nothing. What it cannot do is why the product is larger; how much faster it is, is what the product costs.
 *
 *     limit FILE ZENDESK_PORT [PORT]      prints "port N" and serves until it is killed
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "wire.h"

enum { EVENTS = 256, GROUP = 256, TEXT = 512, UPSTREAMS = 4096 };

enum kind { OPEN, TALK, YES, RECEIPT };

/* One thing for the storage thread, and then for the loop again. */
struct job {
    struct job *next;
    enum kind kind;
    int64_t conversation, seq, ticket;
    char text[TEXT];
    struct wire_bytes answer; /* of Zendesk */
    struct wire *client;
};

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t arrived;
    struct job *first, **end, *done, **done_end;
} queue = { .mutex = PTHREAD_MUTEX_INITIALIZER, .arrived = PTHREAD_COND_INITIALIZER };

static int epoll, wake, zendesk_port;
static struct wire *upstreams[UPSTREAMS]; /* idle ones: never more than there are clients */
static int upstream_count;

/* ---- storage ------------------------------------------------------------------------------------------------------------- */

enum { BEGIN, COMMIT, CREATE, VERSION, BUMP, SAY, INTEND, DONE, STATEMENTS };

static const char *const texts[] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [CREATE] = "INSERT INTO conversation (version) VALUES (0) RETURNING id",
    [VERSION] = "SELECT version FROM conversation WHERE id = ?1",
    [BUMP] = "UPDATE conversation SET version = ?2 WHERE id = ?1",
    [SAY] = "INSERT INTO message (conversation, seq, author, text) VALUES (?1, ?2, ?3, ?4)",
    [INTEND] = "INSERT INTO request (conversation, seq, body) VALUES (?1, ?2, ?3)",
    [DONE] = "UPDATE request SET ticket = ?3, answer = ?4 WHERE conversation = ?1 AND seq = ?2",
};

static const char schema[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
                             "CREATE TABLE conversation (id INTEGER PRIMARY KEY, version INTEGER NOT NULL);"
                             "CREATE TABLE message (conversation INTEGER, seq INTEGER, author TEXT, text TEXT, PRIMARY KEY "
                             "(conversation, seq)) WITHOUT ROWID;"
                             "CREATE TABLE request (conversation INTEGER, seq INTEGER, body TEXT, ticket INTEGER, answer TEXT, "
                             "PRIMARY KEY (conversation, seq)) WITHOUT ROWID;";

static sqlite3 *db;
static sqlite3_stmt *statements[STATEMENTS];

static void must(int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    (void)fprintf(stderr, "limit: %s\n", sqlite3_errmsg(db));
    exit(1);
}

/* Steps a statement with these numbers; the text goes to the parameter after them. Returns the first column of its row, 0 without. */
static int64_t run(int which, int count, const int64_t *numbers, const char *author, const char *text, size_t len)
{
    sqlite3_stmt *statement = statements[which];
    for (int i = 0; i < count; i++) must(sqlite3_bind_int64(statement, i + 1, numbers[i]));
    if (author) must(sqlite3_bind_text(statement, ++count, author, -1, SQLITE_STATIC));
    if (text) must(sqlite3_bind_text(statement, count + 1, text, (int)len, SQLITE_STATIC));
    int code = sqlite3_step(statement);
    must(code);
    int64_t value = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    must(sqlite3_reset(statement));
    return value;
}

static void say(int64_t conversation, int64_t seq, const char *author, const char *text)
{
    run(SAY, 2, (int64_t[]){ conversation, seq }, author, text, strlen(text));
}

static void carry_out(struct job *job)
{
    if (job->kind == OPEN) {
        job->conversation = run(CREATE, 0, NULL, NULL, NULL, 0);
        return;
    }
    int64_t version = run(VERSION, 1, &job->conversation, NULL, NULL, 0);
    char reply[TEXT + 64];
    if (job->kind == RECEIPT) {
        (void)snprintf(reply, sizeof reply, "Ticket #%lld is created.", (long long)job->ticket);
        run(DONE, 3, (int64_t[]){ job->conversation, job->seq, job->ticket }, NULL, job->answer.ptr, job->answer.len);
        say(job->conversation, ++version, "agent", reply);
    } else {
        say(job->conversation, ++version, "visitor", job->text);
        job->seq = version;
        if (job->kind == TALK) say(job->conversation, ++version, "agent", "Hello. What can I do for you?");
        if (job->kind == YES) run(INTEND, 2, (int64_t[]){ job->conversation, job->seq }, NULL, job->text, strlen(job->text));
    }
    run(BUMP, 2, (int64_t[]){ job->conversation, version }, NULL, NULL, 0);
}

static void *store(void *file)
{
    must(sqlite3_open(file, &db));
    must(sqlite3_exec(db, schema, NULL, NULL, NULL));
    for (int i = 0; i < STATEMENTS; i++)
        must(sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i], NULL));
    for (;;) {
        pthread_mutex_lock(&queue.mutex);
        while (!queue.first) pthread_cond_wait(&queue.arrived, &queue.mutex);
        struct job *batch = queue.first, **end = &queue.first;
        for (int n = 0; *end && n < GROUP; n++) end = &(*end)->next;
        queue.first = *end;
        if (!queue.first) queue.end = &queue.first;
        *end = NULL;
        pthread_mutex_unlock(&queue.mutex);
        run(BEGIN, 0, NULL, NULL, NULL, 0);
        for (struct job *job = batch; job; job = job->next) carry_out(job);
        run(COMMIT, 0, NULL, NULL, NULL, 0);
        pthread_mutex_lock(&queue.mutex);
        *queue.done_end = batch;
        while (*queue.done_end) queue.done_end = &(*queue.done_end)->next;
        pthread_mutex_unlock(&queue.mutex);
        if (eventfd_write(wake, 1) < 0) exit(1);
    }
}

static void submit(struct job *job)
{
    job->next = NULL;
    pthread_mutex_lock(&queue.mutex);
    *queue.end = job;
    queue.end = &job->next;
    pthread_cond_signal(&queue.arrived);
    pthread_mutex_unlock(&queue.mutex);
}

/* ---- Zendesk --------------------------------------------------------------------------------------------------------------- */

static void post(struct job *job)
{
    struct wire *wire = upstream_count > 0 ? upstreams[--upstream_count] : wire_connect(zendesk_port, epoll);
    struct wire_bytes body = { 0 };
    wire->owner = job;
    wire->tag = 1;
    wire_print(
        &body,
        "{\"ticket\":{\"subject\":\"Printer on fire\",\"comment\":{\"body\":\"Smoke comes out of tray 2.\",\"public\":true},"
        "\"requester\":{\"name\":\"Jane\",\"email\":\"jane@example.com\"},\"external_id\":\"limit:%lld:%lld\"}}",
        (long long)job->conversation, (long long)job->seq);
    wire_print(
        &wire->out,
        "POST /api/v2/tickets HTTP/1.1\r\nHost: limit\r\nContent-Type: application/json\r\nIdempotency-Key: limit-%lld-%lld\r\n"
        "Authorization: Basic bGltaXQ=\r\nContent-Length: %zu\r\n\r\n",
        (long long)job->conversation, (long long)job->seq, body.len);
    wire_append(&wire->out, body.ptr, body.len);
    free(body.ptr);
    wire_flush(wire);
}

static void posted(struct wire *wire, const struct wire_message *message)
{
    struct job *job = wire->owner;
    const char *id = memmem(message->body, message->body_len, "\"id\":", 5);
    job->ticket = id ? strtoll(id + 5, NULL, 10) : 0;
    wire_append(&job->answer, message->body, message->body_len);
    job->kind = RECEIPT;
    submit(job);
}

/* ---- clients ----------------------------------------------------------------------------------------------------------------- */

static void answer(struct wire *wire, int status, const char *body, size_t len)
{
    wire_print(&wire->out, "HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status, len);
    wire_append(&wire->out, body, len);
    wire_flush(wire);
}

static void reply(struct job *job)
{
    char body[TEXT + 256];
    int len;
    if (job->kind == OPEN)
        len = snprintf(body, sizeof body, "{\"id\":\"con_%lld\"}", (long long)job->conversation);
    else if (job->kind == RECEIPT)
        len = snprintf(body, sizeof body,
                       "{\"replies\":[{\"text\":\"Ticket #%lld is "
                       "created.\"}],\"actions\":[{\"status\":\"done\",\"result\":{\"id\":%lld}}],\"awaiting\":null}",
                       (long long)job->ticket, (long long)job->ticket);
    else
        len =
            snprintf(body, sizeof body,
                     "{\"replies\":[{\"text\":\"Hello. What can I do for you?\"}],\"actions\":[],\"awaiting\":\"confirmation\"}");
    answer(job->client, job->kind == OPEN ? 201 : 200, body, (size_t)len);
    free(job->answer.ptr);
    free(job);
}

static void committed(void)
{
    eventfd_t value;
    (void)eventfd_read(wake, &value);
    pthread_mutex_lock(&queue.mutex);
    struct job *done = queue.done;
    queue.done = NULL;
    queue.done_end = &queue.done;
    pthread_mutex_unlock(&queue.mutex);
    while (done) {
        struct job *job = done;
        done = job->next;
        if (job->kind == YES)
            post(job);
        else
            reply(job);
    }
}

/* POST /api/v1/agents/A/conversations and POST /api/v1/conversations/con_N/messages are all it knows. */
static void serve(struct wire *wire, const struct wire_message *message)
{
    const char *id = memmem(message->head, message->head_len, "/con_", 5), *text = "";
    struct job *job = calloc(1, sizeof *job);
    if (!job) exit(1);
    job->client = wire;
    job->kind = OPEN;
    if (id) {
        size_t len = wire_text(message->body, message->body_len, "text", &text);
        if (len >= TEXT) len = 0;
        memcpy(job->text, text, len);
        job->conversation = strtoll(id + 5, NULL, 10);
        job->kind = strcmp(job->text, "yes") == 0 ? YES : TALK;
    }
    submit(job);
}

static void came(struct wire *wire)
{
    struct wire_message message;
    if (!wire_read(wire)) {
        if (wire->tag) exit(1); /* Zendesk has gone: there is nothing left to measure */
        wire_close(wire);
        return;
    }
    while (wire_next(wire, &message)) {
        if (wire->tag)
            posted(wire, &message);
        else
            serve(wire, &message);
        wire_drop(wire, &message);
        if (wire->tag) upstreams[upstream_count++] = wire;
    }
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        (void)fprintf(stderr, "usage: limit FILE ZENDESK_PORT [PORT]\n");
        return 2;
    }
    int port = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0, listener = wire_listen(&port);
    zendesk_port = (int)strtol(argv[2], NULL, 10);
    queue.end = &queue.first;
    queue.done_end = &queue.done;
    epoll = epoll_create1(EPOLL_CLOEXEC);
    wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event accepts = { .events = EPOLLIN, .data.ptr = &listener }, wakes = { .events = EPOLLIN, .data.ptr = &wake };
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &accepts) < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &wakes) < 0) return 1;
    pthread_t thread;
    if (pthread_create(&thread, NULL, store, argv[1]) != 0) return 1;
    printf("port %d\n", port);
    (void)fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &listener)
                while (wire_accept(listener, epoll)) continue;
            else if (events[i].data.ptr == &wake)
                committed();
            else
                came(events[i].data.ptr);
        }
    }
}
