/* load.c - the client of the bench: N conversations at once, each with a complete turn, every answer checked.
 *
 * A ticket turn is the yes to an open proposal, so the conversations and their proposals are made before the clock runs. A talk turn is a greeting in one of
 * as many conversations as there are clients. Each client is one kept connection with one request under way. One epoll loop; latencies are kept and sorted.
 *
 *     load PORT ticket|talk CLIENTS TURNS [KEY AGENT]      prints one JSON object; ends with 1 when an answer was wrong
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "wire.h"

enum { PREPARING = 16, ID = 64 };

static const char details[] =
    "Create a ticket. Subject: Printer on fire. Description: Smoke comes out of tray 2. I am jane@example.com";

enum step { OPEN, PROPOSE, YES, HELLO };

static struct {
    int port, turns, clients, epoll;
    const char *key, *agent;
    char (*conversations)[ID];
    int64_t *latencies_us;
    int begun, ended, wrong;
} load;

struct client {
    struct wire *wire;
    enum step step;
    int at; /* the conversation */
    int64_t begun_us;
};

static void ask(struct client *client)
{
    static const char *const texts[] = { [PROPOSE] = details, [YES] = "yes", [HELLO] = "hello" };
    struct wire_bytes body = { 0 }, *out = &client->wire->out;
    if (client->step == OPEN) {
        wire_print(&body, "{\"channel\":\"chatlab\"}");
        wire_print(out, "POST /api/v1/agents/%s/conversations HTTP/1.1\r\n", load.agent);
    } else {
        wire_print(&body, "{\"text\":\"%s\"}", texts[client->step]);
        wire_print(out, "POST /api/v1/conversations/%s/messages HTTP/1.1\r\n", load.conversations[client->at]);
    }
    wire_print(out,
               "Host: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
               load.key, body.len);
    wire_append(out, body.ptr, body.len);
    free(body.ptr);
    client->begun_us = wire_now_us();
    wire_flush(client->wire);
}

static bool is_right(const struct client *client, const struct wire_message *message)
{
    bool is_ok = wire_has(message->head, message->head_len, " 200 ") || wire_has(message->head, message->head_len, " 201 ");
    switch (client->step) {
    case OPEN: return is_ok;
    case PROPOSE: return is_ok && wire_has(message->body, message->body_len, "\"awaiting\":\"confirmation\"");
    case YES:
        return is_ok && wire_has(message->body, message->body_len, "\"status\":\"done\"") &&
               wire_has(message->body, message->body_len, "Ticket #");
    case HELLO: return is_ok && wire_has(message->body, message->body_len, "\"text\":\"");
    }
    return false;
}

static void tell_wrong(const struct wire_message *message)
{
    if (load.wrong++ > 2) return;
    (void)fprintf(stderr, "load: not what was expected: %.*s\n", (int)(message->total < 2000 ? message->total : 2000),
                  message->head);
}

static void keep_id(struct client *client, const struct wire_message *message)
{
    const char *id = "";
    size_t len = wire_text(message->body, message->body_len, "id", &id);
    if (len >= ID) return;
    memcpy(load.conversations[client->at], id, len);
}

/* The next turn of this client, or none. */
static void go_on(struct client *client, enum step step, int count, int conversations)
{
    if (load.begun == count) return;
    client->step = step;
    client->at = load.begun++ % conversations;
    ask(client);
}

/* Runs `count` times that step with so many clients. Returns the seconds it took. */
static double run(enum step step, int count, int clients, int conversations)
{
    struct client *all = calloc((size_t)clients, sizeof *all);
    struct epoll_event events[256];
    if (!all) exit(1);
    load.begun = load.ended = 0;
    int64_t begun_us = wire_now_us();
    for (int i = 0; i < clients; i++) {
        all[i].wire = wire_connect(load.port, load.epoll);
        all[i].wire->owner = &all[i];
        go_on(&all[i], step, count, conversations);
    }
    while (load.ended < count) {
        int ready = epoll_wait(load.epoll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            struct wire *wire = events[i].data.ptr;
            struct client *client = wire->owner;
            struct wire_message message;
            if (!wire_read(wire)) {
                (void)fprintf(stderr, "load: the server closed a connection\n");
                exit(1);
            }
            if (!wire_next(wire, &message)) continue;
            load.latencies_us[load.ended++] = wire_now_us() - client->begun_us;
            if (!is_right(client, &message)) tell_wrong(&message);
            if (client->step == OPEN) keep_id(client, &message);
            wire_drop(wire, &message);
            go_on(client, step, count, conversations);
        }
    }
    double seconds = (double)(wire_now_us() - begun_us) / 1e6;
    for (int i = 0; i < clients; i++) wire_close(all[i].wire);
    free(all);
    return seconds;
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void print(double seconds)
{
    qsort(load.latencies_us, (size_t)load.turns, sizeof *load.latencies_us, by_size);
    const int64_t *us = load.latencies_us;
    printf("{\"turns\":%d,\"clients\":%d,\"wrong\":%d,\"seconds\":%.3f,\"turns_s\":%.1f,\"p50_us\":%lld,\"p90_us\":%lld,\"p99_"
           "us\":%lld}\n",
           load.turns, load.clients, load.wrong, seconds, load.turns / seconds, (long long)us[load.turns / 2],
           (long long)us[load.turns * 9LL / 10], (long long)us[load.turns * 99LL / 100]);
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        (void)fprintf(stderr, "usage: load PORT ticket|talk CLIENTS TURNS [KEY AGENT]\n");
        return 2;
    }
    bool is_ticket = strcmp(argv[2], "ticket") == 0;
    load.port = (int)strtol(argv[1], NULL, 10);
    load.clients = (int)strtol(argv[3], NULL, 10);
    load.turns = (int)strtol(argv[4], NULL, 10);
    load.key = argc > 5 ? argv[5] : "none";
    load.agent = argc > 6 ? argv[6] : "none";
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    int conversations = is_ticket ? load.turns : load.clients;
    load.conversations = calloc((size_t)conversations, sizeof *load.conversations);
    load.latencies_us = calloc((size_t)(load.turns > conversations ? load.turns : conversations), sizeof *load.latencies_us);
    if (!load.conversations || !load.latencies_us) return 1;
    (void)run(OPEN, conversations, PREPARING, conversations);
    if (is_ticket) (void)run(PROPOSE, conversations, PREPARING, conversations);
    print(run(is_ticket ? YES : HELLO, load.turns, load.clients, conversations));
    return load.wrong ? 1 : 0;
}
