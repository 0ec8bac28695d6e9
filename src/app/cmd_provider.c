/* cmd_provider.c - model providers from the command line. Adding one tests it at once: a key that does not work is told where it was typed. */
#include "app/commands.h"
#include "app/rest.h"

#include <stdio.h>

static const struct column provider_fields[] = {
    { "id", "id" },
    { "name", "name" },
    { "protocol", "protocol" },
    { "base_url", "base URL" },
    { "model", "model" },
    { "auth", "key as" },
    { "key.last4", "ends in" },
    { "status", "status" },
    { "problem.title", "because" },
    { "tested_at", "tested" },
    { NULL, NULL },
};

int cmd_provider_list(struct args *args)
{
    static const struct column columns[] = { { "id", "ID" },       { "name", "NAME" },     { "protocol", "PROTOCOL" },
                                             { "model", "MODEL" }, { "status", "STATUS" }, { NULL, NULL } };
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct remote_answer answer = rest_call(&rest, HTTP_GET, "/providers?limit=100");
    code = rest_table(&rest, &answer, columns, "There is no model provider yet. Add one: chatcrafter help provider");
    rest_end(&rest);
    return code;
}

int cmd_provider_show(struct args *args)
{
    const char *named = rest_operand(args, "PROVIDER");
    struct rest rest;
    int code;
    if (!named) return EXIT_USAGE;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = rest_provider(&rest, named, &code);
    if (id.len > 0) {
        struct remote_answer answer = rest_call(&rest, HTTP_GET, "/providers/%.*s", STR_ARG(id));
        code = rest_fields(&rest, &answer, provider_fields);
    }
    rest_end(&rest);
    return code;
}

/* ---- testing ------------------------------------------------------------------------------------------------------------------------ */

static void print_test(const struct json *test, FILE *out)
{
    const struct json *problem = json_get(test, "problem"), *usage = json_get(test, "usage");
    struct str result = json_get_str(test, "result"), evidence = json_get_str(problem, "evidence");
    fprintf(out, "  %.*s  %.*s, %lld ms, first words after %lld ms, tool called: %s\n", STR_ARG(result),
            STR_ARG(json_get_str(test, "model")), (long long)json_get_int(test, "ms", 0),
            (long long)json_get_int(test, "first_ms", 0), json_get_bool(test, "called_tool", false) ? "yes" : "no");
    fprintf(out, "  %lld tokens in, %lld out", (long long)json_get_int(usage, "input_tokens", 0),
            (long long)json_get_int(usage, "output_tokens", 0));
    if (json_type(json_get(test, "cost_usd")) == JSON_REAL)
        fprintf(out, ", %.6f USD", json_number(json_get(test, "cost_usd"), 0));
    fprintf(out, "\n");
    if (json_type(problem) != JSON_OBJECT) return;
    fprintf(out, "  %.*s\n  %.*s\n", STR_ARG(json_get_str(problem, "title")), STR_ARG(json_get_str(problem, "detail")));
    if (evidence.len > 0) fprintf(out, "  The provider's own words: %.*s\n", STR_ARG(evidence));
}

/* Runs the test and prints it; with --json where `prints_json`. */
static int test_provider(struct rest *rest, struct str id, bool prints_json, FILE *out)
{
    int code;
    struct remote_answer answer = rest_call(rest, HTTP_POST, "/providers/%.*s/tests", STR_ARG(id));
    if (rest_failed(rest, &answer, &code)) return code;
    code = str_eq(json_get_str(answer.json, "result"), STR("failed")) ? EXIT_CHECK_FAILED : EXIT_OK;
    if (prints_json)
        printf("%.*s\n", STR_ARG(answer.body));
    else
        print_test(answer.json, out);
    remote_forget(&answer);
    return code;
}

int cmd_provider_test(struct args *args)
{
    const char *named = rest_operand(args, "PROVIDER");
    struct rest rest;
    int code;
    if (!named) return EXIT_USAGE;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = rest_provider(&rest, named, &code);
    if (id.len > 0) code = test_provider(&rest, id, args_has(args, "json"), stdout);
    rest_end(&rest);
    return code;
}

/* ---- adding ------------------------------------------------------------------------------------------------------------------------- */

/* "NAME=VALUE", each once. */
static bool write_headers(struct rest *rest)
{
    const char *given;
    if (!args_has(rest->args, "header")) return true;
    jw_key(&rest->jw, "headers");
    jw_object(&rest->jw);
    for (size_t n = 0; (given = args_nth(rest->args, "header", n)); n++) {
        struct str rest_of = str_from(given), name;
        if (!str_split(&rest_of, '=', &name) || !rest_of.ptr)
            return args_usage(rest->args, "--header is NAME=VALUE; it was %s.", given), false;
        jw_key_str(&rest->jw, name);
        jw_str(&rest->jw, rest_of);
    }
    jw_end_object(&rest->jw);
    return true;
}

/* "3/15": dollars for a million tokens in and out. The text is JSON's own: what is no number there is refused by the API. */
static bool write_price(struct rest *rest)
{
    const char *price = args_get(rest->args, "price");
    struct str out = str_from(price), in;
    struct json *numbers[2];
    if (!price) return true;
    bool has_two = str_split(&out, '/', &in) && out.ptr;
    numbers[0] = has_two ? json_parse(in, NULL) : NULL;
    numbers[1] = has_two ? json_parse(out, NULL) : NULL;
    bool fits = numbers[0] && numbers[1];
    if (fits) {
        jw_key(&rest->jw, "price");
        jw_object(&rest->jw);
        jw_key(&rest->jw, "input");
        jw_json(&rest->jw, numbers[0]);
        jw_key(&rest->jw, "output");
        jw_json(&rest->jw, numbers[1]);
        jw_end_object(&rest->jw);
    }
    json_free(numbers[0]);
    json_free(numbers[1]);
    if (!fits) args_usage(rest->args, "--price is IN/OUT in dollars for a million tokens, such as 3/15; it was %s.", price);
    return fits;
}

static bool write_max_tokens(struct rest *rest)
{
    const char *text = args_get(rest->args, "max-tokens");
    int64_t number;
    if (!text) return true;
    if (!str_to_i64(str_from(text), &number)) return args_usage(rest->args, "--max-tokens is a number; it was %s.", text), false;
    jw_kv_int(&rest->jw, "max_tokens", number);
    return true;
}

/* "email,phone": what is none of the known is refused by the API. */
static void write_redact(struct rest *rest)
{
    struct str list = str_from(args_get(rest->args, "redact")), name;
    if (list.len == 0) return;
    jw_key(&rest->jw, "redact");
    jw_array(&rest->jw);
    while (str_split(&list, ',', &name)) jw_str(&rest->jw, str_trim(name));
    jw_end_array(&rest->jw);
}

/* False after a message. */
static bool write_provider(struct rest *rest)
{
    static const struct {
        const char *option, *member;
    } texts[] = { { "name", "name" },         { "protocol", "protocol" }, { "model", "model" },
                  { "base-url", "base_url" }, { "auth", "auth" },         { "max-tokens-name", "max_tokens_name" } };
    const struct args *args = rest->args;
    jw_object(&rest->jw);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *value = args_get(args, texts[i].option);
        if (!value && i < 3) return args_usage(args, "--%s is missing.", texts[i].option), false;
        if (value) jw_kv_str(&rest->jw, texts[i].member, str_from(value));
    }
    if (args_has(args, "api-key-file")) {
        struct str key = rest_secret(rest, "api-key-file", "API key");
        if (key.len == 0) return false;
        jw_kv_str(&rest->jw, "key", key);
    }
    if (!write_headers(rest) || !write_price(rest) || !write_max_tokens(rest)) return false;
    write_redact(rest);
    jw_end_object(&rest->jw);
    return true;
}

int cmd_provider_add(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    code = EXIT_USAGE;
    if (write_provider(&rest)) {
        struct remote_answer answer = rest_call(&rest, HTTP_POST, "/providers");
        struct str id = arena_str(&rest.arena, json_get_str(answer.json, "id"));
        code = rest_fields(&rest, &answer, provider_fields);
        if (code == EXIT_OK && !args_has(args, "no-test")) code = test_provider(&rest, id, false, stderr);
    }
    rest_end(&rest);
    return code;
}

int cmd_provider_remove(struct args *args)
{
    const char *named = rest_operand(args, "PROVIDER");
    struct rest rest;
    int code;
    if (!named) return EXIT_USAGE;
    if (!rest_confirm(args, arena_fmt(args->arena, "Delete the model provider %s with its key?", named).ptr, &code)) return code;
    if (!rest_begin(&rest, args, &code)) return code;
    struct str id = rest_provider(&rest, named, &code);
    if (id.len > 0) {
        struct remote_answer answer = rest_call(&rest, HTTP_DELETE, "/providers/%.*s", STR_ARG(id));
        code = rest_say(&rest, &answer, "Deleted, with its key. At the provider the key still works until it is revoked there.");
    }
    rest_end(&rest);
    return code;
}
