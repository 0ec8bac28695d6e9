/* The client's TLS against `openssl s_server` with a certificate made for the test: what is verified, and what a failure says. Skipped where
 * there is no openssl command.
 */
#include "unit/net/wire.h"

#include <sys/wait.h>

#include "net/client.h"

struct tls_server {
    char directory[40], key[64], certificate[64];
    pid_t pid;
    unsigned port;
    struct loop *loop;
};

struct outcome {
    unsigned results;
    struct net_fault fault;
    struct http_timing timing;
    int status;
};

/* Runs openssl with its output into *output (NULL: nowhere) and does not wait for it. */
static pid_t run_openssl(const char *const arguments[], int *output)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        if (dup2(ends[1], STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0) _exit(127);
        union {
            const char *const *in;
            char *const *out;
        } list = { arguments };
        execvp("openssl", list.out);
        _exit(127);
    }
    close(ends[1]);
    if (output != NULL)
        *output = ends[0];
    else
        close(ends[0]);
    return child;
}

static bool make_certificate(struct tls_server *server)
{
    const char *const arguments[] = { "openssl",
                                      "req",
                                      "-x509",
                                      "-newkey",
                                      "ec",
                                      "-pkeyopt",
                                      "ec_paramgen_curve:P-256",
                                      "-nodes",
                                      "-subj",
                                      "/CN=localhost",
                                      "-addext",
                                      "subjectAltName=DNS:localhost",
                                      "-days",
                                      "2",
                                      "-keyout",
                                      server->key,
                                      "-out",
                                      server->certificate,
                                      NULL };
    int end;
    pid_t child = run_openssl(arguments, NULL);
    return waitpid(child, &end, 0) == child && WIFEXITED(end) && WEXITSTATUS(end) == 0;
}

/* s_server tells the port that it was given: "ACCEPT 127.0.0.1:40123". */
static unsigned read_port(int output)
{
    char text[256] = "";
    size_t len = 0;
    while (len < sizeof text - 1 && (strstr(text, "ACCEPT ") == NULL || text[len - 1] != '\n')) {
        ssize_t count = read(output, text + len, 1);
        if (count != 1) fail_msg("openssl s_server said only: %s", text);
        len++;
    }
    struct str line = { text, len };
    uint64_t port = 0;
    size_t colon = str_find(line, STR(":"), str_find(line, STR("ACCEPT "), 0));
    assert_true(colon != SIZE_MAX && str_to_u64(str_trim(str_slice(line, colon + 1, line.len)), &port));
    return (unsigned)port;
}

static int open_server(void **state)
{
    static struct tls_server server;
    server = (struct tls_server){ .directory = "/tmp/chatcrafter-test-XXXXXX", .loop = loop_open() };
    assert_non_null(mkdtemp(server.directory));
    snprintf(server.key, sizeof server.key, "%s/key.pem", server.directory);
    snprintf(server.certificate, sizeof server.certificate, "%s/cert.pem", server.directory);
    if (make_certificate(&server)) {
        const char *const arguments[] = { "openssl", "s_server", "-accept", "127.0.0.1:0",      "-www",
                                          "-key",    server.key, "-cert",   server.certificate, NULL };
        int output;
        server.pid = run_openssl(arguments, &output);
        server.port = read_port(output);
    }
    *state = &server;
    return 0;
}

static int close_server(void **state)
{
    struct tls_server *server = *state;
    if (server->pid > 0) {
        assert_int_equal(kill(server->pid, SIGKILL), 0);
        assert_int_equal(waitpid(server->pid, NULL, 0), server->pid);
    }
    unlink(server->key);
    unlink(server->certificate);
    assert_int_equal(rmdir(server->directory), 0);
    loop_close(server->loop);
    return 0;
}

static void on_result(void *context, const struct http_result *result)
{
    struct outcome *outcome = context;
    *outcome = (struct outcome){ outcome->results + 1, result->fault, result->timing, result->answer.status };
}

static struct outcome call(struct tls_server *server, const char *host, const char *ca_file)
{
    if (server->pid == 0) skip();
    struct outcome outcome = { 0 };
    char url[80];
    snprintf(url, sizeof url, "https://%s:%u/", host, server->port);
    struct http_client_options options = { .user_agent = "test/1", .ca_file = ca_file };
    struct http_client_request request = { .method = HTTP_GET, .url = str_from(url) };
    struct http_client *client = http_client_open(server->loop, &options);
    http_client_start(client, &request, NULL, on_result, &outcome);
    wire_until(server->loop, outcome.results == 1);
    http_client_close(client);
    return outcome;
}

static void a_verified_server_is_called(void **state)
{
    struct tls_server *server = *state;
    struct outcome outcome = call(server, "localhost", server->certificate);
    if (outcome.fault.kind != NET_OK) fail_msg("%s", outcome.fault.detail);
    assert_int_equal(outcome.status, 200);
    assert_true(outcome.timing.tls_us > outcome.timing.connect_us && outcome.timing.connect_us >= outcome.timing.dns_us);
}

static void an_unknown_authority_is_refused(void **state)
{
    struct outcome outcome = call(*state, "localhost", NULL);
    assert_int_equal(outcome.fault.kind, NET_TLS);
    assert_true(outcome.fault.nothing_sent);
    assert_non_null(strstr(outcome.fault.detail, "self-signed certificate"));
    assert_int_equal(outcome.fault.distrust, DISTRUST_SELF_SIGNED);
    assert_string_equal(outcome.fault.issuer, "localhost");
}

static void another_name_is_refused(void **state)
{
    struct tls_server *server = *state;
    struct outcome outcome = call(server, "127.0.0.1", server->certificate);
    assert_int_equal(outcome.fault.kind, NET_TLS);
    assert_true(outcome.fault.nothing_sent);
    assert_non_null(strstr(outcome.fault.detail, "127.0.0.1"));
    assert_int_equal(outcome.fault.distrust, DISTRUST_OTHER_HOST);
    assert_string_equal(outcome.fault.issuer, "localhost");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verified_server_is_called),
        cmocka_unit_test(an_unknown_authority_is_refused),
        cmocka_unit_test(another_name_is_refused),
    };
    return cmocka_run_group_tests(tests, open_server, close_server);
}
