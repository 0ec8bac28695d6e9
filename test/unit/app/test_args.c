/* The command line as data: what is taken, what is refused and in which words, and which word was meant. */
#include "unit/unit.h"

#include "app/args.h"
#include "base/arena.h"

static const struct option options[] = { { "name", "TEXT", "a name" },
                                         { "dry-run", NULL, "send nothing" },
                                         { NULL, NULL, NULL } };
static const struct command one_word = { "agent", "show", "AGENT", "one agent", "chatcrafter agent show Support", options, NULL };
static const struct command two_words = { "copy", NULL, "FROM TO", "copies", "chatcrafter copy a b", NULL, NULL };
static const struct command no_word = { "serve", NULL, "", "the server", "chatcrafter serve", NULL, NULL };

struct parsed {
    struct arena arena;
    struct args args;
    struct err err;
};

static int up(void **state)
{
    static struct parsed parsed;
    parsed = (struct parsed){ 0 };
    arena_init(&parsed.arena);
    *state = &parsed;
    return 0;
}

static int down(void **state)
{
    arena_clear(&((struct parsed *)*state)->arena);
    return 0;
}

/* `line` cut at blanks. */
static enum status parse(struct parsed *parsed, const struct command *command, const char *line)
{
    char *argv[2 * ARGS_MAX + 4];
    int argc = 0;
    struct str rest = str_from(line), word;
    while (line[0] != '\0' && str_split(&rest, ' ', &word)) argv[argc++] = arena_cstr(&parsed->arena, word);
    return args_parse(&parsed->args, command, argc, argv, &parsed->arena, &parsed->err);
}

/* How many words of the line are options that every command takes, before the first that is not. */
static int common_first(struct parsed *parsed, const char *line)
{
    char *argv[2 * ARGS_MAX];
    int argc = 0;
    struct str rest = str_from(line), word;
    while (str_split(&rest, ' ', &word)) argv[argc++] = arena_cstr(&parsed->arena, word);
    return args_common_first(argc, argv);
}

static void what_stands_before_the_command(void **state)
{
    struct parsed *parsed = *state;
    assert_int_equal(common_first(parsed, "agent list --json"), 0);
    assert_int_equal(common_first(parsed, "--json agent list"), 1);
    assert_int_equal(common_first(parsed, "--data D agent list"), 2);
    assert_int_equal(common_first(parsed, "--data=D --json --server u agent list"), 4);
    assert_int_equal(common_first(parsed, "--listen x serve"), 0);
    assert_int_equal(common_first(parsed, "-- agent"), 0);
    assert_int_equal(common_first(parsed, "--data"), 1);
}

static void options_and_words(void **state)
{
    struct parsed *parsed = *state;
    const struct args *args = &parsed->args;
    assert_int_equal(parse(parsed, &one_word, "--name a --dry-run Support --data=/var/lib/x"), OK);
    assert_string_equal(args_get(args, "name"), "a");
    assert_true(args_has(args, "dry-run"));
    assert_string_equal(args_get(args, "dry-run"), "");
    assert_string_equal(args_get(args, "data"), "/var/lib/x");
    assert_int_equal(args->operand_count, 1);
    assert_string_equal(args->operands[0], "Support");
    assert_false(args_has(args, "json"));
    assert_null(args_get(args, "json"));
    assert_int_equal(parse(parsed, &no_word, ""), OK);
    assert_int_equal(args->given_count + args->operand_count, 0);
}

static void values_as_they_stand(void **state)
{
    struct parsed *parsed = *state;
    const struct args *args = &parsed->args;
    assert_int_equal(parse(parsed, &one_word, "--name= --data=a=b"), OK);
    assert_string_equal(args_get(args, "name"), "");
    assert_string_equal(args_get(args, "data"), "a=b");
    assert_int_equal(parse(parsed, &one_word, "--name --dry-run"), OK); /* a value may look like an option */
    assert_string_equal(args_get(args, "name"), "--dry-run");
    assert_false(args_has(args, "dry-run"));
    assert_int_equal(parse(parsed, &one_word, "--name -"), OK);
    assert_string_equal(args_get(args, "name"), "-");
}

static void repeated_options(void **state)
{
    struct parsed *parsed = *state;
    const struct args *args = &parsed->args;
    assert_int_equal(parse(parsed, &one_word, "--name a --json --name=b --name c"), OK);
    assert_string_equal(args_get(args, "name"), "c");
    assert_string_equal(args_nth(args, "name", 0), "a");
    assert_string_equal(args_nth(args, "name", 1), "b");
    assert_string_equal(args_nth(args, "name", 2), "c");
    assert_null(args_nth(args, "name", 3));
    assert_string_equal(args_nth(args, "json", 0), "");
    assert_null(args_nth(args, "data", 0));
}

static void two_dashes_end_the_options(void **state)
{
    struct parsed *parsed = *state;
    assert_int_equal(parse(parsed, &two_words, "--json -- --json -x"), OK);
    assert_int_equal(parsed->args.given_count, 1);
    assert_string_equal(parsed->args.operands[0], "--json");
    assert_string_equal(parsed->args.operands[1], "-x");
    assert_int_equal(parse(parsed, &one_word, "-- --"), OK);
    assert_string_equal(parsed->args.operands[0], "--");
    assert_int_equal(parse(parsed, &one_word, "-"), OK);
    assert_string_equal(parsed->args.operands[0], "-");
}

/* A line, and the sentence that refuses it. */
static void refusals(void **state)
{
    static const struct {
        const struct command *command;
        const char *line, *says;
    } cases[] = {
        { &one_word, "--nmae a", "There is no option --nmae. The nearest is --name." },
        { &one_word, "--jsno", "There is no option --jsno. The nearest is --json." },
        { &one_word, "--frobnicate", "There is no option --frobnicate." },
        { &one_word, "--nam=x", "There is no option --nam. The nearest is --name." },
        { &no_word, "--dry-run", "There is no option --dry-run." },
        { &one_word, "--name", "--name needs a value: --name TEXT." },
        { &one_word, "Support --data", "--data needs a value: --data DIR." },
        { &one_word, "--dry-run=yes", "--dry-run takes no value." },
        { &one_word, "-n a", "There is no option -n. Options have long names, such as --data." },
        { &one_word, "Support Billing", "\"Billing\" is one word too many." },
        { &two_words, "a b c", "\"c\" is one word too many." },
        { &no_word, "now", "\"now\" is one word too many." },
        { &no_word, "-- --now", "\"--now\" is one word too many." },
    };
    struct parsed *parsed = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(parse(parsed, cases[i].command, cases[i].line), E_INPUT);
        assert_string_equal(parsed->err.detail, cases[i].says);
    }
}

static void too_many_options(void **state)
{
    struct parsed *parsed = *state;
    char line[(ARGS_MAX + 1) * sizeof "--json "] = "";
    struct str piece = STR("--json ");
    for (size_t i = 0; i <= ARGS_MAX; i++) memcpy(line + i * piece.len, piece.ptr, piece.len);
    line[ARGS_MAX * piece.len - 1] = '\0';
    assert_int_equal(parse(parsed, &no_word, line), OK);
    assert_int_equal(parsed->args.given_count, ARGS_MAX);
    line[ARGS_MAX * piece.len - 1] = ' ';
    line[(ARGS_MAX + 1) * piece.len - 1] = '\0';
    assert_int_equal(parse(parsed, &no_word, line), E_LIMIT);
    assert_string_equal(parsed->err.detail, "More than 64 options were given.");
}

/* A missing word is the command's to name; what this says goes to stderr with the way to the help. */
static void usage_names_the_help(void **state)
{
    struct parsed *parsed = *state;
    char said[256] = "";
    int pipe_ends[2], before = dup(STDERR_FILENO);
    assert_int_equal(parse(parsed, &one_word, ""), OK);
    assert_int_equal(pipe(pipe_ends), 0);
    assert_true(dup2(pipe_ends[1], STDERR_FILENO) >= 0);
    int code = args_usage(&parsed->args, "%s is missing.", "AGENT");
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    close(pipe_ends[1]);
    assert_true(read(pipe_ends[0], said, sizeof said - 1) > 0);
    close(pipe_ends[0]);
    assert_int_equal(code, EXIT_USAGE);
    assert_string_equal(said, "AGENT is missing.\nSee: chatcrafter help agent\n");
}

static void nearest_word(void **state)
{
    (void)state;
    static const char *const words[] = { "listen", "database", "user", "log-level" };
    static const struct {
        const char *typed, *meant;
    } cases[] = {
        { "listen", "listen" },
        { "lisen", "listen" },
        { "lsiten", "listen" },
        { "litsen", "listen" },
        { "databse", "database" },
        { "databases", "database" },
        { "uesr", "user" },
        { "usr", "user" },
        { "use", "user" },
        { "loglevel", "log-level" },
        { "xyz", NULL },
        { "", NULL },
        { "l", NULL },
        { "database-url", "database" },
        { "listening-address", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *found = nearest(cases[i].typed, words, 4);
        if (cases[i].meant == NULL) {
            if (found != NULL) fail_msg("%s is taken for %s", cases[i].typed, found);
        } else {
            if (found == NULL) fail_msg("%s is not taken for %s", cases[i].typed, cases[i].meant);
            assert_string_equal(found, cases[i].meant);
        }
    }
    assert_null(nearest("user", words, 0));
}

/* Of two that are as near, the first; and a word longer than any of ours is near to none of them. */
static void nearest_at_its_edges(void **state)
{
    (void)state;
    static const char *const twins[] = { "bat", "cat" };
    assert_string_equal(nearest("hat", twins, 2), "bat");
    char longest[512];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_null(nearest(longest, twins, 2));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_stands_before_the_command),
        TEST(options_and_words),
        TEST(values_as_they_stand),
        TEST(repeated_options),
        TEST(two_dashes_end_the_options),
        TEST(refusals),
        TEST(too_many_options),
        TEST(usage_names_the_help),
        cmocka_unit_test(nearest_word),
        cmocka_unit_test(nearest_at_its_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
