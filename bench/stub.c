/* stub.c - a Zendesk that answers at once: what a turn costs beside it is the program's own cost.
 *
 * One epoll loop, nothing stored but the external ids it was sent. The calls of a connection test get answers that pass it, a creation gets its 201
 * with the next number, GET /_ledger says how many tickets were made and of how many different external ids. The practice Zendesk is the faithful one;
 * this one is only fast.
 *
 *     stub [PORT]        prints "port N" and serves until it is killed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "wire.h"

enum { FIRST_TICKET = 35436, SLOTS = 1 << 21, EVENTS = 256 };

static const char created[] =
    "{\"ticket\":{\"url\":\"https://practice.zendesk.com/api/v2/tickets/"
    "%lld.json\",\"id\":%lld,\"external_id\":\"%.*s\",\"via\":{\"channel\":\"api\"},"
    "\"created_at\":\"2026-11-22T18:25:56Z\",\"updated_at\":\"2026-11-22T18:25:56Z\",\"type\":null,\"subject\":\"%.*s\",\"raw_"
    "subject\":\"%.*s\","
    "\"description\":\"Smoke comes out of tray "
    "2.\",\"priority\":\"normal\",\"status\":\"new\",\"requester_id\":6130907993370,\"submitter_id\":6130907993114,"
    "\"assignee_id\":null,\"group_id\":null,\"is_public\":true,\"tags\":[\"chatcrafterai\"],\"custom_fields\":[],\"fields\":[]},"
    "\"audit\":{\"id\":6130907993626,\"ticket_id\":%lld,\"created_at\":\"2026-11-22T18:25:56Z\",\"author_id\":6130907993114,"
    "\"events\":[{\"id\":6130907993754,\"type\":\"Comment\",\"public\":true}]}}";

static const struct {
    const char *path, *body;
} reads[] = {
    { "/api/v2/users/me", "{\"user\":{\"id\":6130907993114,\"name\":\"Bench\",\"email\":\"bench@example.com\",\"role\":\"admin\","
                          "\"verified\":true,\"active\":true,"
                          "\"suspended\":false,\"restricted_agent\":false,\"only_private_comments\":false}}" },
    { "/api/v2/account/settings", "{\"settings\":{\"branding\":{\"name\":\"Bench\"},\"api\":{\"accepted_api_agreement\":true,"
                                  "\"api_token_access\":\"true\"}}}" },
    { "/api/v2/tickets", "{\"tickets\":[],\"meta\":{\"has_more\":false},\"links\":{}}" },
    { "/api/v2/search", "{\"results\":[],\"count\":0,\"next_page\":null,\"previous_page\":null,\"facets\":null}" },
    { "/api/v2/ticket_fields", "{\"ticket_fields\":[],\"next_page\":null,\"previous_page\":null,\"count\":0}" },
};

static uint64_t *seen;
static int64_t tickets, distinct;

/* FNV-1a; 0 is the empty slot. */
static void remember(const char *text, size_t len)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < len; i++) hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    hash += hash == 0;
    size_t slot = hash % SLOTS;
    while (seen[slot] && seen[slot] != hash) slot = (slot + 1) % SLOTS;
    distinct += seen[slot] == 0;
    seen[slot] = hash;
}

static void answer(struct wire *wire, int status, const char *body, size_t len)
{
    wire_print(&wire->out,
               "HTTP/1.1 %d %s\r\nContent-Type: application/json; charset=utf-8\r\nX-Idempotency-Lookup: miss\r\nContent-Length: "
               "%zu\r\n\r\n",
               status, status == 201 ? "Created" : "OK", len);
    wire_append(&wire->out, body, len);
}

static void create(struct wire *wire, const struct wire_message *message)
{
    const char *external_id = "", *subject = "";
    size_t external_len = wire_text(message->body, message->body_len, "external_id", &external_id);
    size_t subject_len = wire_text(message->body, message->body_len, "subject", &subject);
    if (external_len == SIZE_MAX) external_len = 0;
    if (subject_len == SIZE_MAX) subject_len = 0;
    remember(external_id, external_len);
    long long id = FIRST_TICKET + tickets++;
    struct wire_bytes body = { 0 };
    wire_print(&body, created, id, id, (int)external_len, external_id, (int)subject_len, subject, (int)subject_len, subject, id);
    answer(wire, 201, body.ptr, body.len);
    free(body.ptr);
}

static void read_or_refuse(struct wire *wire, const char *path, size_t len)
{
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        if (len < strlen(reads[i].path) || memcmp(path, reads[i].path, strlen(reads[i].path)) != 0) continue;
        answer(wire, 200, reads[i].body, strlen(reads[i].body));
        return;
    }
    answer(wire, 200, "{}", 2);
}

static void serve(struct wire *wire, const struct wire_message *message)
{
    const char *path = (const char *)memchr(message->head, ' ', message->head_len) + 1;
    size_t len = (size_t)((const char *)memchr(path, ' ', message->head_len) - path);
    if (memcmp(message->head, "POST /api/v2/tickets", 20) == 0) {
        create(wire, message);
    } else if (len == 8 && memcmp(path, "/_ledger", 8) == 0) {
        struct wire_bytes body = { 0 };
        wire_print(&body, "{\"tickets\":%lld,\"distinct\":%lld}", (long long)tickets, (long long)distinct);
        answer(wire, 200, body.ptr, body.len);
        free(body.ptr);
    } else {
        read_or_refuse(wire, path, len);
    }
}

int main(int argc, char **argv)
{
    int port = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0, listener = wire_listen(&port), epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL }, events[EVENTS];
    seen = calloc(SLOTS, sizeof *seen);
    if (!seen || epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0) return 1;
    printf("port %d\n", port);
    (void)fflush(stdout);
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            struct wire *wire = events[i].data.ptr;
            struct wire_message message;
            if (!wire) {
                while (wire_accept(listener, epoll)) continue;
                continue;
            }
            if (!wire_read(wire)) {
                wire_close(wire);
                continue;
            }
            while (wire_next(wire, &message)) {
                serve(wire, &message);
                wire_drop(wire, &message);
            }
            wire_flush(wire);
        }
    }
}
