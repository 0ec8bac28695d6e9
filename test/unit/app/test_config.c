/* What the operator sets: which source wins, and what each says when it cannot be read. */
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/config.h"

static const struct command serve = { "serve", NULL, "", "the server", "chatcrafter serve", config_options, NULL };

struct setting {
    char folder[64];
    struct arena arena;
    struct config config;
    struct err err;
};

/* Every variable that a key may come from; none is left over from outside or from the test before. */
static void clean_environment(void)
{
    static const char *const names[] = { "DATA",
                                         "CONFIG",
                                         "LISTEN",
                                         "DATABASE",
                                         "KEY_FILE",
                                         "SOCKET",
                                         "PUBLIC_URL",
                                         "TRUSTED_PROXIES",
                                         "USER",
                                         "TLS_CA_FILE",
                                         "HTTPS_PROXY",
                                         "LOG_LEVEL",
                                         "LIMITS_BODY_BYTES",
                                         "LOG_FORMAT",
                                         "ZENDESK_RESOLVE",
                                         "WEBHOOK_ALLOW_PRIVATE" };
    char name[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(name, sizeof name, "CHATCRAFTER_%s", names[i]);
        (void)unsetenv(name);
    }
}

static int up(void **state)
{
    static struct setting setting;
    setting = (struct setting){ 0 };
    arena_init(&setting.arena);
    (void)snprintf(setting.folder, sizeof setting.folder, "%s/config-test-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(setting.folder));
    clean_environment();
    *state = &setting;
    return 0;
}

static const char *path_of(struct setting *setting, const char *name)
{
    return arena_fmt(&setting->arena, "%s/%s", setting->folder, name).ptr;
}

static int down(void **state)
{
    struct setting *setting = *state;
    (void)remove(path_of(setting, "chatcrafter.conf"));
    (void)remove(path_of(setting, "other.conf"));
    assert_int_equal(remove(setting->folder), 0);
    arena_clear(&setting->arena);
    clean_environment();
    return 0;
}

static void put_file(struct setting *setting, const char *name, const char *text)
{
    FILE *file = fopen(path_of(setting, name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void put_variable(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

/* Loads with the data directory and these flags, cut at blanks. */
static enum status load(struct setting *setting, const char *flags)
{
    char *argv[2 * ARGS_MAX];
    int argc = 0;
    struct args args;
    struct str rest = arena_fmt(&setting->arena, "--data %s%s%s", setting->folder, *flags ? " " : "", flags), word;
    while (str_split(&rest, ' ', &word)) argv[argc++] = arena_cstr(&setting->arena, word);
    assert_int_equal(args_parse(&args, &serve, argc, argv, &setting->arena, &setting->err), OK);
    return config_load(&setting->config, &args, &setting->arena, &setting->err);
}

/* ---- which source wins -------------------------------------------------------------------------------------------------------------- */

static void built_in_values(void **state)
{
    struct setting *setting = *state;
    const struct config *config = &setting->config;
    assert_int_equal(load(setting, ""), OK);
    assert_string_equal(config->data, setting->folder);
    assert_string_equal(config->listen, "127.0.0.1:8080");
    assert_string_equal(config->database, path_of(setting, "chatcrafter.db"));
    assert_string_equal(config->key_file, path_of(setting, "master.key"));
    assert_string_equal(config->socket, path_of(setting, "chatcrafter.sock"));
    assert_string_equal(config->public_url, "");
    assert_string_equal(config->log_level, "info");
    assert_int_equal(config->limit_body_bytes, 0);
    assert_int_equal(config->resolve_count, 0);
}

/* Each stronger source in turn takes the key over. */
static void flag_then_environment_then_file(void **state)
{
    struct setting *setting = *state;
    const struct config *config = &setting->config;
    put_file(setting, "chatcrafter.conf", "log.level = warn\nlisten=127.0.0.1:1\n  public_url  =  https://a.example  \n");
    assert_int_equal(load(setting, ""), OK);
    assert_string_equal(config->log_level, "warn");
    assert_string_equal(config->listen, "127.0.0.1:1");
    assert_string_equal(config->public_url, "https://a.example");
    put_variable("CHATCRAFTER_LOG_LEVEL", "error");
    put_variable("CHATCRAFTER_LISTEN", "127.0.0.1:2");
    assert_int_equal(load(setting, ""), OK);
    assert_string_equal(config->log_level, "error");
    assert_string_equal(config->listen, "127.0.0.1:2");
    assert_string_equal(config->public_url, "https://a.example");
    assert_int_equal(load(setting, "--listen 127.0.0.1:3 --listen 127.0.0.1:4"), OK);
    assert_string_equal(config->listen, "127.0.0.1:4");
    assert_string_equal(config->log_level, "error");
    put_variable("CHATCRAFTER_LISTEN", "");
    assert_int_equal(load(setting, ""), OK);
    assert_string_equal(config->listen, "127.0.0.1:1"); /* an empty variable is none */
}

static void switch_is_yes_or_no(void **state)
{
    struct setting *setting = *state;
    assert_int_equal(load(setting, ""), OK);
    assert_false(setting->config.allow_private_webhooks);
    assert_int_equal(load(setting, "--allow-private-webhooks"), OK);
    assert_true(setting->config.allow_private_webhooks);
    put_variable("CHATCRAFTER_WEBHOOK_ALLOW_PRIVATE", "yes");
    assert_int_equal(load(setting, ""), OK);
    assert_true(setting->config.allow_private_webhooks);
    put_variable("CHATCRAFTER_WEBHOOK_ALLOW_PRIVATE", "perhaps");
    assert_int_equal(load(setting, ""), E_INPUT);
    assert_non_null(strstr(setting->err.detail, "yes or no"));
}

static void data_directory(void **state)
{
    (void)state;
    struct args args = { .command = &serve };
    assert_string_equal(config_data_directory(&args), "./data");
    put_variable("CHATCRAFTER_DATA", "/var/lib/chatcrafter");
    assert_string_equal(config_data_directory(&args), "/var/lib/chatcrafter");
    args.given[args.given_count].option = common_options;
    args.given[args.given_count++].value = "/srv/c";
    assert_string_equal(config_data_directory(&args), "/srv/c");
}

/* A file that is named has to exist and takes the place of the one in the data directory. */
static void named_file(void **state)
{
    struct setting *setting = *state;
    put_file(setting, "chatcrafter.conf", "log.level = warn\n");
    put_file(setting, "other.conf", "listen = 127.0.0.1:9\n");
    const char *flag = arena_fmt(&setting->arena, "--config %s", path_of(setting, "other.conf")).ptr;
    assert_int_equal(load(setting, flag), OK);
    assert_string_equal(setting->config.listen, "127.0.0.1:9");
    assert_string_equal(setting->config.log_level, "info");
    put_variable("CHATCRAFTER_CONFIG", path_of(setting, "other.conf"));
    assert_int_equal(load(setting, ""), OK);
    assert_string_equal(setting->config.listen, "127.0.0.1:9");
    assert_int_equal(load(setting, arena_fmt(&setting->arena, "--config %s", path_of(setting, "absent.conf")).ptr), E_INPUT);
    assert_non_null(strstr(setting->err.detail, "absent.conf cannot be read: No such file or directory."));
    assert_int_equal(load(setting, arena_fmt(&setting->arena, "--config %s", setting->folder).ptr), E_INPUT);
    assert_non_null(strstr(setting->err.detail, "cannot be read: Is a directory."));
}

/* ---- the file ------------------------------------------------------------------------------------------------------------------------- */

static void comments_blank_lines_and_line_ends(void **state)
{
    struct setting *setting = *state;
    put_file(
        setting, "chatcrafter.conf",
        "# a comment\r\n\r\n   # another = one\nlimits.body_bytes = 4096\r\ntls.ca_file=/etc/ca = b.pem\nuser = chatcrafter");
    assert_int_equal(load(setting, ""), OK);
    assert_int_equal(setting->config.limit_body_bytes, 4096);
    assert_string_equal(setting->config.ca_file, "/etc/ca = b.pem");
    assert_string_equal(setting->config.user, "chatcrafter");
}

/* A file, and what is said about it after its path. */
static void file_refusals(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "lisen = x\n", " line 1: there is no key lisen. The nearest is listen." },
        { "\n# x\nlimits.bodybytes = 1\n", " line 3: there is no key limits.bodybytes. The nearest is limits.body_bytes." },
        { "colour = blue\n", " line 1: there is no key colour." },
        { "LISTEN = x\n", " line 1: there is no key LISTEN." },
        { "listen\n", " line 1: a line is KEY = VALUE." },
        { "log.level = info\n= x\n", " line 2: there is no key ." },
        { "limits.body_bytes = much\n", " line 1: limits.body_bytes is a number; it was \"much\"." },
        { "limits.body_bytes = -1\n", " line 1: limits.body_bytes is a number; it was \"-1\"." },
        { "tls.cert_file = /etc/cert.pem\n",
          " line 1: there is no key tls.cert_file: the server does not speak TLS itself. Put a TLS proxy in front and set "
          "public_url and trusted_proxies." },
        { "trusted_proxies = 127.0.0.1 localhost\n",
          " line 1: trusted_proxies: \"localhost\" is no address or range, such as 127.0.0.1 or 10.0.0.0/8." },
        { "limits.body_bytes =\n", " line 1: limits.body_bytes is a number; it was \"\"." },
    };
    struct setting *setting = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_file(setting, "chatcrafter.conf", cases[i].text);
        assert_int_equal(load(setting, ""), E_INPUT);
        const char *expected = arena_fmt(&setting->arena, "%s%s", path_of(setting, "chatcrafter.conf"), cases[i].says).ptr;
        assert_string_equal(setting->err.detail, expected);
    }
}

static void file_that_is_too_large(void **state)
{
    struct setting *setting = *state;
    char *text = arena_alloc(&setting->arena, 64 * 1024 + 1);
    memset(text, '#', 64 * 1024);
    text[64 * 1024] = '\0';
    put_file(setting, "chatcrafter.conf", text);
    assert_int_equal(load(setting, ""), E_LIMIT);
    text[64 * 1024 - 1] = '\0';
    put_file(setting, "chatcrafter.conf", text);
    assert_int_equal(load(setting, ""), OK);
}

static void environment_refusals(void **state)
{
    struct setting *setting = *state;
    put_variable("CHATCRAFTER_LIMITS_BODY_BYTES", "1e6");
    assert_int_equal(load(setting, ""), E_INPUT);
    assert_string_equal(setting->err.detail, "CHATCRAFTER_LIMITS_BODY_BYTES: limits.body_bytes is a number; it was \"1e6\".");
}

/* ---- zendesk_resolve ------------------------------------------------------------------------------------------------------------------ */

static void check_resolve(const struct config *config, size_t at, const char *subdomain, const char *url)
{
    assert_true(at < config->resolve_count);
    assert_true(str_eq(config->resolve[at].subdomain, str_from(subdomain)));
    assert_true(str_eq(config->resolve[at].base_url, str_from(url)));
}

/* All sources add to one table; of two that name an account the stronger one counts. */
static void resolve_from_every_source(void **state)
{
    struct setting *setting = *state;
    const struct config *config = &setting->config;
    put_file(setting, "chatcrafter.conf", "zendesk_resolve = a=http://f\nzendesk_resolve = d=https://f:1\n");
    put_variable("CHATCRAFTER_ZENDESK_RESOLVE", " a=http://e  c=http://e:2 ");
    assert_int_equal(load(setting, "--zendesk-resolve a=http://127.0.0.1:8081 --zendesk-resolve b=http://b"), OK);
    assert_int_equal(config->resolve_count, 4);
    check_resolve(config, 0, "a", "http://127.0.0.1:8081");
    check_resolve(config, 1, "b", "http://b");
    check_resolve(config, 2, "c", "http://e:2");
    check_resolve(config, 3, "d", "https://f:1");
}

static void resolve_refusals(void **state)
{
    static const char *const values[] = {
        "practice",         "practice=",        "=http://127.0.0.1:1",         "practice=127.0.0.1:1",
        "practice=ftp://a", "practice=http://", "practice=http://127.0.0.1:1/"
    };
    struct setting *setting = *state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_int_equal(load(setting, arena_fmt(&setting->arena, "--zendesk-resolve %s", values[i]).ptr), E_INPUT);
        const char *expected = arena_fmt(&setting->arena,
                                         "--zendesk-resolve: zendesk_resolve is SUBDOMAIN=URL, such as "
                                         "practice=http://127.0.0.1:8081; it was \"%s\".",
                                         values[i])
                                   .ptr;
        assert_string_equal(setting->err.detail, expected);
    }
}

static void resolve_has_room_for_thirty_two(void **state)
{
    struct setting *setting = *state;
    struct str flags = STR_NONE;
    for (int i = 0; i < CONFIG_RESOLVE_MAX; i++)
        flags = arena_fmt(&setting->arena, "%.*s--zendesk-resolve a%d=http://b ", STR_ARG(flags), i);
    assert_int_equal(load(setting, arena_cstr(&setting->arena, str_trim(flags))), OK);
    assert_int_equal(setting->config.resolve_count, CONFIG_RESOLVE_MAX);
    flags = arena_fmt(&setting->arena, "%.*s--zendesk-resolve more=http://b", STR_ARG(flags));
    assert_int_equal(load(setting, flags.ptr), E_LIMIT);
    assert_string_equal(setting->err.detail, "--zendesk-resolve: more than 32 zendesk_resolve.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(built_in_values),
        TEST(flag_then_environment_then_file),
        TEST(switch_is_yes_or_no),
        TEST(data_directory),
        TEST(named_file),
        TEST(file_refusals),
        TEST(comments_blank_lines_and_line_ends),
        TEST(file_that_is_too_large),
        TEST(environment_refusals),
        TEST(resolve_refusals),
        TEST(resolve_from_every_source),
        TEST(resolve_has_room_for_thirty_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
