/* rest.c - see rest.h. */
#include "app/rest.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { PATH_BYTES = 1024, WIDTH_MAX = 40, COLUMNS_MAX = 12, ANSWER_BYTES = 80 };

bool rest_begin(struct rest *rest, const struct args *args, int *exit_code)
{
    *rest = (struct rest){ .args = args };
    rest->remote = remote_open(args, exit_code);
    if (!rest->remote) return false;
    arena_init(&rest->arena);
    buf_init(&rest->body, LIMIT_HTTP_BODY_BYTES);
    jw_init(&rest->jw, &rest->body);
    return true;
}

void rest_end(struct rest *rest)
{
    buf_clear(&rest->body);
    arena_clear(&rest->arena);
    remote_close(rest->remote);
}

struct remote_answer rest_call(struct rest *rest, enum http_method method, const char *format, ...)
{
    char path[PATH_BYTES];
    va_list list;
    va_start(list, format);
    vsnprintf(path, sizeof path, format, list);
    va_end(list);
    struct str body = arena_str(&rest->arena, buf_view(&rest->body));
    if (body.len == 0 && method == HTTP_POST) body = STR("{}");
    buf_reset(&rest->body);
    jw_init(&rest->jw, &rest->body);
    return remote_call(rest->remote, method, path, body, &rest->arena);
}

/* ---- printing --------------------------------------------------------------------------------------------------------------------- */

bool rest_failed(struct rest *rest, struct remote_answer *answer, int *exit_code)
{
    if (answer->status >= 200 && answer->status < 300) return false;
    if (args_has(rest->args, "json") && answer->body.len > 0) printf("%.*s\n", STR_ARG(answer->body));
    *exit_code = remote_problem(answer);
    remote_forget(answer);
    return true;
}

/* "read, chat": the texts of a list. */
static struct str join(const struct json *list, struct arena *arena)
{
    struct str text = STR_NONE;
    for (size_t i = 0; i < json_count(list); i++)
        text = arena_fmt(arena, "%.*s%s%.*s", STR_ARG(text), i > 0 ? ", " : "", STR_ARG(json_str(json_at(list, i))));
    return text.len > 0 ? text : STR("-");
}

/* "signed_in_as.email" goes down into objects. */
static struct str value_of(const struct json *row, const char *name, struct arena *arena)
{
    struct str rest = str_from(name), piece;
    while (str_split(&rest, '.', &piece)) row = json_get(row, arena_cstr(arena, piece));
    switch (json_type(row)) {
    case JSON_STRING: return json_str(row);
    case JSON_INT: return arena_fmt(arena, "%lld", (long long)json_int(row, 0));
    case JSON_BOOL: return json_bool(row, false) ? STR("yes") : STR("no");
    case JSON_NONE:
    case JSON_NULL:
    case JSON_REAL:
    case JSON_OBJECT: return STR("-");
    case JSON_ARRAY: return join(row, arena);
    }
    return STR("-");
}

/* Text of others must not steer a terminal: control characters become '?'. */
static void print_text(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        putchar(c < 0x20 || c == 0x7f ? (c == '\n' ? '\n' : '?') : c);
    }
}

static void print_cell(struct str text, size_t width, bool last)
{
    struct str clipped = str_clip(text, width > WIDTH_MAX ? WIDTH_MAX : width);
    if (last) clipped = text;
    print_text(clipped);
    for (size_t n = str_codepoints(clipped); !last && n < width + 2; n++) putchar(' ');
}

static void print_row(const struct json *row, const struct column *columns, const size_t *widths, struct arena *arena)
{
    for (size_t c = 0; columns[c].name; c++) {
        struct str text = row ? value_of(row, columns[c].name, arena) : str_from(columns[c].heading);
        print_cell(text, widths[c], !columns[c + 1].name);
    }
    putchar('\n');
}

int rest_table(struct rest *rest, struct remote_answer *answer, const struct column *columns, const char *when_empty)
{
    int code;
    if (rest_failed(rest, answer, &code)) return code;
    const struct json *items = json_get(answer->json, "items");
    size_t widths[COLUMNS_MAX] = { 0 };
    for (size_t c = 0; columns[c].name; c++) {
        widths[c] = strlen(columns[c].heading);
        for (size_t i = 0; i < json_count(items); i++) {
            size_t width = str_codepoints(value_of(json_at(items, i), columns[c].name, &rest->arena));
            if (width > widths[c]) widths[c] = width > WIDTH_MAX ? WIDTH_MAX : width;
        }
    }
    if (args_has(rest->args, "json")) {
        printf("%.*s\n", STR_ARG(answer->body));
    } else if (json_count(items) == 0) {
        fprintf(stderr, "%s\n", when_empty);
    } else {
        print_row(NULL, columns, widths, &rest->arena);
        for (size_t i = 0; i < json_count(items); i++) print_row(json_at(items, i), columns, widths, &rest->arena);
    }
    remote_forget(answer);
    return EXIT_OK;
}

int rest_fields(struct rest *rest, struct remote_answer *answer, const struct column *columns)
{
    int code;
    if (rest_failed(rest, answer, &code)) return code;
    if (args_has(rest->args, "json")) {
        printf("%.*s\n", STR_ARG(answer->body));
    } else {
        for (; columns->name; columns++) {
            printf("%-14s ", columns->heading);
            print_text(value_of(answer->json, columns->name, &rest->arena));
            putchar('\n');
        }
    }
    remote_forget(answer);
    return EXIT_OK;
}

void rest_print_warnings(const struct json *warnings)
{
    for (size_t i = 0; i < json_count(warnings); i++)
        fprintf(stderr, "Note: %.*s. %.*s\n", STR_ARG(json_get_str(json_at(warnings, i), "title")),
                STR_ARG(json_get_str(json_at(warnings, i), "detail")));
}

int rest_say(struct rest *rest, struct remote_answer *answer, const char *said)
{
    int code;
    if (rest_failed(rest, answer, &code)) return code;
    if (args_has(rest->args, "json") && answer->body.len > 0)
        printf("%.*s\n", STR_ARG(answer->body));
    else
        fprintf(stderr, "%s\n", said);
    remote_forget(answer);
    return EXIT_OK;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------ */

const char *rest_operand(const struct args *args, const char *what)
{
    if (args->operand_count == 1) return args->operands[0];
    args_usage(args, args->operand_count == 0 ? "Give %s." : "Give only %s.", what);
    return NULL;
}

bool rest_confirm(const struct args *args, const char *question, int *exit_code)
{
    char line[ANSWER_BYTES];
    if (args_has(args, "yes")) return true;
    if (!isatty(STDIN_FILENO)) {
        *exit_code = args_usage(args, "%s It cannot be undone. Say so with --yes.", question);
        return false;
    }
    fprintf(stderr, "%s It cannot be undone. [y/N] ", question);
    struct str answer = fgets(line, sizeof line, stdin) ? str_trim(str_from(line)) : STR_NONE;
    if (str_eq_nocase(answer, STR("y")) || str_eq_nocase(answer, STR("yes"))) return true;
    fprintf(stderr, "Nothing was deleted.\n");
    *exit_code = EXIT_FAILED;
    return false;
}

/* Reads a line or a file whole; on a terminal without echo. */
static struct str read_secret(int fd, const char *what, struct arena *arena)
{
    struct termios before;
    bool is_terminal = isatty(fd) && tcgetattr(fd, &before) == 0;
    if (is_terminal) {
        struct termios quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(fd, TCSAFLUSH, &quiet);
        fprintf(stderr, "%s: ", what);
    }
    char *text = arena_alloc(arena, LIMIT_SECRET_BYTES * 2);
    size_t len = 0;
    ssize_t count;
    while (len < LIMIT_SECRET_BYTES * 2 && (count = read(fd, text + len, LIMIT_SECRET_BYTES * 2 - len)) > 0) {
        len += (size_t)count;
        if (is_terminal && text[len - 1] == '\n') break;
    }
    if (is_terminal) {
        tcsetattr(fd, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    return (struct str){ text, len };
}

struct str rest_secret(struct rest *rest, const char *option, const char *what)
{
    const char *path = args_get(rest->args, option);
    if (!path) {
        args_usage(rest->args, "--%s is missing: the file with the %s, or - for standard input.", option, what);
        return STR_NONE;
    }
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "%s cannot be read: %s.\n", path, strerror(errno));
        return STR_NONE;
    }
    struct str secret = read_secret(fd, what, &rest->arena);
    if (fd != STDIN_FILENO) close(fd);
    if (str_ends(secret, STR("\n")))
        secret.len -= str_ends(secret, STR("\r\n")) ? 2 : 1; /* how files and lines end; no slip of the hand */
    if (str_trim(secret).len == 0) fprintf(stderr, "%s is empty. It should hold the %s.\n", path, what);
    return str_trim(secret).len > 0 ? secret : STR_NONE;
}

/* The agent of that id, or the only one of that name (or at all); how many there are of it goes to *count. */
static struct str match_agent(struct rest *rest, const struct json *items, const char *named, size_t *count)
{
    struct str found = STR_NONE;
    *count = 0;
    for (size_t i = 0; i < json_count(items); i++) {
        struct str id = json_get_str(json_at(items, i), "id"), name = json_get_str(json_at(items, i), "name");
        bool is_id = named && str_eq(id, str_from(named));
        if (named && !is_id && !str_eq_nocase(name, str_from(named))) continue;
        found = arena_str(&rest->arena, id);
        *count = is_id ? 1 : *count + 1;
        if (is_id) break;
    }
    return found;
}

struct str rest_agent(struct rest *rest, const char *named, int *exit_code)
{
    struct remote_answer answer = rest_call(rest, HTTP_GET, "/agents?limit=100");
    if (rest_failed(rest, &answer, exit_code)) return STR_NONE;
    size_t count;
    struct str found = match_agent(rest, json_get(answer.json, "items"), named, &count);
    size_t all = json_count(json_get(answer.json, "items"));
    remote_forget(&answer);
    if (count == 1) return found;
    *exit_code = EXIT_NOT_FOUND;
    if (all == 0)
        fprintf(stderr, "There is no agent yet. Make one: chatcrafter agent create --name Support\n");
    else if (count == 0)
        fprintf(stderr, "There is no agent %s. See them: chatcrafter agent list\n", named);
    else if (named)
        fprintf(stderr, "%zu agents are called %s. Take the id of the one that is meant: chatcrafter agent list\n", count, named);
    else
        fprintf(stderr, "There are several agents. Name one with --agent; see them: chatcrafter agent list\n");
    return STR_NONE;
}

struct str rest_provider(struct rest *rest, const char *named, int *exit_code)
{
    struct str found = STR_NONE;
    size_t count = 0;
    struct remote_answer answer = rest_call(rest, HTTP_GET, "/providers?limit=100");
    if (rest_failed(rest, &answer, exit_code)) return STR_NONE;
    const struct json *items = json_get(answer.json, "items");
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *item = json_at(items, i);
        bool is_id = str_eq(json_get_str(item, "id"), str_from(named));
        if (!is_id && !str_eq_nocase(json_get_str(item, "name"), str_from(named))) continue;
        found = arena_str(&rest->arena, json_get_str(item, "id"));
        count++;
    }
    remote_forget(&answer);
    if (count == 1) return found;
    *exit_code = EXIT_NOT_FOUND;
    if (count == 0)
        fprintf(stderr, "There is no provider %s. See them: chatcrafter provider list\n", named);
    else
        fprintf(stderr, "%zu providers are called %s. Take the id of the one that is meant: chatcrafter provider list\n", count,
                named);
    return STR_NONE;
}
