/* proxy.c - a bad line between the server and the practice Zendesk, one fault at a time.
 *
 * usage: proxy PORT    hands requests on to 127.0.0.1:PORT; says "listening PORT" and then takes lines on stdin, answering each with one on stdout:
 *
 *     METHOD PATH MODE [ARGUMENT]   arms a fault for the next request whose method is METHOD and whose target begins with PATH; "ok"
 *     refuse, accept                closes the listening socket and every connection; opens it again under the same number; "ok"
 *     count                         the number of requests that met their fault
 *
 * It knows just enough HTTP/1.1 to tell one request from the next: heads end with an empty line, bodies have a Content-Length. A thread serves each connection with
 * blocking calls, which keeps every fault a few lines that can be read from top to bottom. It is a test program: what cannot happen on this machine ends it.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#undef malloc /* this is no part of the program */
#undef calloc
#undef free

enum { MESSAGE_MAX = 1024 * 1024, LINE_MAX_BYTES = 4096, CONNECTIONS_MAX = 64, BACKLOG = 64, US_PER_MS = 1000 };

struct message {
    char *bytes;
    size_t len;
};

struct connection {
    int client, zendesk; /* zendesk: -1 until it is needed */
    struct message request, answer;
};

/* What mode does to a request. True: the connection goes on. */
typedef bool mode_fn(struct connection *, const char *argument);

struct rule {
    char method[16], path[256], argument[256];
    mode_fn *mode; /* NULL: none is armed */
};

/* Shared by the threads. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct rule armed;
static unsigned struck;
static int open_sockets[CONNECTIONS_MAX];
static uint16_t zendesk_port;

static void need(bool holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "proxy: %s\n", what);
    exit(1);
}

/* ---- sockets ---- */

static struct sockaddr_in local(uint16_t port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int listen_on(uint16_t *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in address = local(*port);
    socklen_t size = sizeof address;
    need(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0, "no socket");
    need(bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, BACKLOG) == 0, "the port cannot be had");
    need(getsockname(fd, (struct sockaddr *)&address, &size) == 0, "no name");
    *port = ntohs(address.sin_port);
    return fd;
}

static bool send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* With SO_LINGER 0 closing is a reset. */
static void make_reset(int fd)
{
    struct linger now = { .l_onoff = 1, .l_linger = 0 };
    need(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0, "no linger");
}

static void wait_for_end(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, 0) > 0) continue;
}

static bool connect_zendesk(struct connection *c)
{
    if (c->zendesk >= 0) return true;
    struct sockaddr_in address = local(zendesk_port);
    c->zendesk = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return c->zendesk >= 0 && connect(c->zendesk, (struct sockaddr *)&address, sizeof address) == 0;
}

/* ---- messages ---- */

static size_t head_length(const struct message *m)
{
    const char *end = memmem(m->bytes, m->len, "\r\n\r\n", 4);
    return end ? (size_t)(end - m->bytes) + 4 : 0;
}

static size_t content_length(const struct message *m, size_t head)
{
    static const char name[] = "\r\ncontent-length:";
    for (size_t i = 0; i + sizeof name < head; i++)
        if (strncasecmp(m->bytes + i, name, sizeof name - 1) == 0) return strtoul(m->bytes + i + sizeof name - 1, NULL, 10);
    return 0;
}

/* One whole message; false when the other side ends before. */
static bool receive(int fd, struct message *m)
{
    size_t head = 0, total = MESSAGE_MAX;
    for (m->len = 0; m->len < total;) {
        ssize_t got = recv(fd, m->bytes + m->len, total - m->len, 0);
        if (got <= 0) return false;
        m->len += (size_t)got;
        if (!head && (head = head_length(m)) > 0) total = head + content_length(m, head);
        need(total <= MESSAGE_MAX, "a message is too long");
    }
    return true;
}

/* The practice Zendesk may have ended a connection that was idle. */
static bool ask(struct connection *c)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        if (connect_zendesk(c) && send_all(c->zendesk, c->request.bytes, c->request.len) && receive(c->zendesk, &c->answer))
            return true;
        if (c->zendesk >= 0) (void)close(c->zendesk);
        c->zendesk = -1;
    }
    return false;
}

static bool pass_on(struct connection *c)
{
    return ask(c) && send_all(c->client, c->answer.bytes, c->answer.len);
}

/* ---- modes ---- */

static bool send_file(int fd, const char *name)
{
    static _Thread_local char bytes[MESSAGE_MAX];
    FILE *file = fopen(name, "rb");
    need(file, name);
    size_t len = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    return send_all(fd, bytes, len);
}

static bool mode_hang(struct connection *c, const char *argument)
{
    (void)argument;
    wait_for_end(c->client);
    return false;
}

/* Cut after so many bytes of the request. */
static bool mode_cut(struct connection *c, const char *argument)
{
    size_t len = strtoul(argument, NULL, 10);
    if (connect_zendesk(c)) (void)send_all(c->zendesk, c->request.bytes, len < c->request.len ? len : c->request.len - 1);
    return false;
}

static bool mode_reset(struct connection *c, const char *argument)
{
    (void)argument;
    make_reset(c->client);
    return false;
}

static bool mode_reset_after(struct connection *c, const char *argument)
{
    (void)argument;
    need(ask(c), "the practice Zendesk does not answer");
    make_reset(c->client);
    return false;
}

/* The answer is made, and only so many bytes of it come through; less than 0: all but so many. */
static bool mode_short(struct connection *c, const char *argument)
{
    long bytes = strtol(argument, NULL, 10);
    need(ask(c), "the practice Zendesk does not answer");
    size_t len = bytes < 0 ? c->answer.len - (size_t)-bytes : (size_t)bytes;
    (void)send_all(c->client, c->answer.bytes, len < c->answer.len ? len : c->answer.len - 1);
    return false;
}

static bool mode_delay(struct connection *c, const char *argument)
{
    need(ask(c), "the practice Zendesk does not answer");
    (void)usleep((useconds_t)strtoul(argument, NULL, 10) * US_PER_MS);
    return send_all(c->client, c->answer.bytes, c->answer.len);
}

/* A byte every so many milliseconds. */
static bool mode_drip(struct connection *c, const char *argument)
{
    useconds_t pause_us = (useconds_t)strtoul(argument, NULL, 10) * US_PER_MS;
    need(ask(c), "the practice Zendesk does not answer");
    for (size_t i = 0; i < c->answer.len; i++) {
        if (!send_all(c->client, c->answer.bytes + i, 1)) return false;
        (void)usleep(pause_us);
    }
    return true;
}

/* It is done, but the answer is the file's bytes. */
static bool mode_after(struct connection *c, const char *argument)
{
    need(ask(c), "the practice Zendesk does not answer");
    (void)send_file(c->client, argument);
    return false;
}

/* Nothing is done, and the answer is the file's bytes. */
static bool mode_instead(struct connection *c, const char *argument)
{
    (void)send_file(c->client, argument);
    return false;
}

/* It is done; the file's bytes, the beginning of a body in chunks, are followed by chunks without end. */
static bool mode_endless(struct connection *c, const char *argument)
{
    static const char chunk[] = "1000\r\n%04096d\r\n";
    char bytes[LINE_MAX_BYTES + 64];
    int len = snprintf(bytes, sizeof bytes, chunk, 0);
    need(ask(c), "the practice Zendesk does not answer");
    bool goes_on = send_file(c->client, argument);
    while (goes_on) goes_on = send_all(c->client, bytes, (size_t)len);
    return false;
}

static const struct {
    const char *name;
    mode_fn *fn;
} modes[] = {
    { "hang", mode_hang },       { "cut", mode_cut },         { "reset", mode_reset }, { "reset_after", mode_reset_after },
    { "short", mode_short },     { "delay", mode_delay },     { "drip", mode_drip },   { "after", mode_after },
    { "instead", mode_instead }, { "endless", mode_endless },
};

/* ---- serving ---- */

/* Takes the armed rule out when it is for this request. */
static struct rule take_rule(const struct message *request)
{
    struct rule rule = { .mode = NULL };
    (void)pthread_mutex_lock(&mutex);
    size_t method = strlen(armed.method), path = strlen(armed.path);
    if (armed.mode && request->len > method + 1 + path && memcmp(request->bytes, armed.method, method) == 0 &&
        request->bytes[method] == ' ' && memcmp(request->bytes + method + 1, armed.path, path) == 0) {
        rule = armed;
        armed.mode = NULL;
        struck++;
    }
    (void)pthread_mutex_unlock(&mutex);
    return rule;
}

static void note_socket(int from, int to)
{
    (void)pthread_mutex_lock(&mutex);
    size_t i = 0;
    while (i < CONNECTIONS_MAX && open_sockets[i] != from) i++;
    need(i < CONNECTIONS_MAX, "too many connections");
    open_sockets[i] = to;
    (void)pthread_mutex_unlock(&mutex);
}

static void *serve(void *context)
{
    struct connection *c = context;
    bool goes_on = true;
    while (goes_on && receive(c->client, &c->request)) {
        struct rule rule = take_rule(&c->request);
        goes_on = rule.mode ? rule.mode(c, rule.argument) : pass_on(c);
    }
    note_socket(c->client, -1);
    (void)close(c->client);
    if (c->zendesk >= 0) (void)close(c->zendesk);
    free(c->request.bytes);
    free(c->answer.bytes);
    free(c);
    return NULL;
}

static void *accept_all(void *context)
{
    int listener = *(int *)context, client;
    free(context);
    while ((client = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        struct connection *c = calloc(1, sizeof *c);
        pthread_t thread;
        need(c, "no memory");
        *c = (struct connection){ client, -1, { malloc(MESSAGE_MAX), 0 }, { malloc(MESSAGE_MAX), 0 } };
        need(c->request.bytes && c->answer.bytes, "no memory");
        note_socket(-1, client);
        need(pthread_create(&thread, NULL, serve, c) == 0 && pthread_detach(thread) == 0, "no thread");
    }
    return NULL;
}

/* ---- steering ---- */

static int listener = -1;
static uint16_t port;
static pthread_t acceptor;

static void start_listening(void)
{
    int *mine = malloc(sizeof *mine);
    need(mine, "no memory");
    listener = *mine = listen_on(&port);
    need(pthread_create(&acceptor, NULL, accept_all, mine) == 0, "no thread");
}

static void stop_listening(void)
{
    (void)shutdown(listener, SHUT_RDWR); /* wakes the thread that accepts */
    (void)pthread_join(acceptor, NULL);
    (void)close(listener);
    (void)pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++)
        if (open_sockets[i] >= 0) (void)shutdown(open_sockets[i], SHUT_RDWR);
    (void)pthread_mutex_unlock(&mutex);
}

/* The next word of the line; empty at its end. */
static void take_word(const char **line, char *word, size_t room)
{
    size_t len = strcspn(*line, " \n");
    need(len < room, "a word is too long");
    memcpy(word, *line, len);
    word[len] = '\0';
    *line += len;
    *line += strspn(*line, " ");
}

static void arm(const char *line)
{
    struct rule rule = { .mode = NULL };
    char mode[32];
    take_word(&line, rule.method, sizeof rule.method);
    take_word(&line, rule.path, sizeof rule.path);
    take_word(&line, mode, sizeof mode);
    take_word(&line, rule.argument, sizeof rule.argument);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(modes[i].name, mode) == 0) rule.mode = modes[i].fn;
    need(rule.mode, "no such mode");
    (void)pthread_mutex_lock(&mutex);
    armed = rule;
    struck = 0;
    (void)pthread_mutex_unlock(&mutex);
}

static void obey(const char *line)
{
    if (strcmp(line, "count\n") == 0) {
        (void)pthread_mutex_lock(&mutex);
        printf("%u\n", struck);
        (void)pthread_mutex_unlock(&mutex);
        return;
    }
    if (strcmp(line, "refuse\n") == 0)
        stop_listening();
    else if (strcmp(line, "accept\n") == 0)
        start_listening();
    else
        arm(line);
    printf("ok\n");
}

int main(int argc, char **argv)
{
    char line[LINE_MAX_BYTES];
    need(argc == 2, "usage: proxy PORT");
    zendesk_port = (uint16_t)strtoul(argv[1], NULL, 10);
    for (size_t i = 0; i < CONNECTIONS_MAX; i++) open_sockets[i] = -1;
    (void)signal(SIGPIPE, SIG_IGN);
    start_listening();
    printf("listening %u\n", port);
    (void)fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        obey(line);
        (void)fflush(stdout);
    }
    return 0;
}
