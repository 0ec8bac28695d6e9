/* cmd_chat.c - Chatlab in the terminal: a line in, the answer out. Works on a pipe; with --json each turn is one line of JSON. */
#include "app/chat.h"

#include "app/chat_file.h"
#include "app/commands.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What others wrote must not steer the terminal. */
static void print_lines(const char *prefix, struct str text, FILE *out)
{
    fputs(prefix, out);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '\n')
            fprintf(out, "\n%*s", (int)strlen(prefix), "");
        else
            fputc(c < 0x20 || c == 0x7f ? '?' : c, out);
    }
    fputc('\n', out);
}

static void print_call(const struct json *call, FILE *out)
{
    struct str fault = json_get_str(call, "fault");
    fprintf(out, "    %.*s %.*s", STR_ARG(json_get_str(call, "method")), STR_ARG(json_get_str(call, "path")));
    if (fault.len > 0)
        fprintf(out, "  no answer: %.*s", STR_ARG(fault));
    else
        fprintf(out, "  %lld", (long long)json_get_int(call, "status", 0));
    fprintf(out, "  %lld ms\n", (long long)json_get_int(call, "ms", 0));
}

static void print_action(const struct json *action, FILE *out)
{
    struct str status = json_get_str(action, "status"), reference = json_get_str(action, "reference");
    fprintf(out, "  [%.*s: %.*s", STR_ARG(json_get_str(action, "title")), STR_ARG(status));
    if (json_get_bool(action, "dry_run", false)) fputs(", dry run", out);
    if (reference.len > 0) fprintf(out, ", kept as %.*s", STR_ARG(reference));
    fputs("]\n", out);
    const struct json *calls = json_get(action, "calls"), *problem = json_get(action, "problem");
    for (size_t i = 0; i < json_count(calls); i++) print_call(json_at(calls, i), out);
    if (json_type(problem) != JSON_OBJECT) return;
    print_lines("    ! ", json_get_str(problem, "title"), out);
    print_lines("      ", json_get_str(problem, "detail"), out);
}

void chat_print_turn(const struct json *turn, FILE *out)
{
    const struct json *actions = json_get(turn, "actions"), *replies = json_get(turn, "replies");
    for (size_t i = 0; i < json_count(actions); i++) print_action(json_at(actions, i), out);
    for (size_t i = 0; i < json_count(replies); i++) print_lines("Agent: ", json_get_str(json_at(replies, i), "text"), out);
    if (str_eq(json_get_str(turn, "awaiting"), STR("action")))
        fputs("  [Zendesk has not answered yet; the answer is kept in this conversation]\n", out);
    fflush(out);
}

struct str chat_begin(struct rest *rest, struct str agent, bool dry_run, int *exit_code)
{
    jw_object(&rest->jw);
    jw_kv_str(&rest->jw, "channel", STR("cli"));
    jw_kv_bool(&rest->jw, "dry_run", dry_run);
    jw_end_object(&rest->jw);
    struct remote_answer answer = rest_call(rest, HTTP_POST, "/agents/%.*s/conversations", STR_ARG(agent));
    if (rest_failed(rest, &answer, exit_code)) return STR_NONE;
    struct str id = arena_str(&rest->arena, json_get_str(answer.json, "id"));
    remote_forget(&answer);
    return id;
}

struct remote_answer chat_send(struct rest *rest, struct str conversation, struct str text)
{
    jw_object(&rest->jw);
    jw_kv_str(&rest->jw, "text", text);
    jw_end_object(&rest->jw);
    return rest_call(rest, HTTP_POST, "/conversations/%.*s/messages", STR_ARG(conversation));
}

/* A conversation begins with its first line: input that ends at once leaves nothing behind. */
struct chat {
    struct str agent, conversation; /* conversation empty: not begun */
};

/* "/attach PATH": what follows the word; empty for any other line. */
static struct str attached_path(struct str line)
{
    static const struct str word = { "/attach", 7 };
    bool is_command = str_starts(line, word) && (line.len == word.len || char_is_space(line.ptr[word.len]));
    return is_command ? str_trim(str_slice(line, word.len, line.len)) : STR_NONE;
}

static bool take_file(struct rest *rest, const struct chat *chat, struct str path, int *exit_code)
{
    int code = chat_attach(rest, chat->conversation, path);
    if (code != EXIT_OK) *exit_code = code;
    return code != EXIT_NOT_ALLOWED; /* else the conversation goes on without it */
}

/* One line in, the answer out. False ends the chat. */
static bool take_line(struct rest *rest, struct chat *chat, struct str line, int *exit_code)
{
    line = str_trim(line);
    if (line.len == 0) return true;
    struct str path = attached_path(line);
    if (chat->conversation.len == 0)
        chat->conversation = chat_begin(rest, chat->agent, args_has(rest->args, "dry-run"), exit_code);
    if (chat->conversation.len == 0) return false;
    if (path.len > 0) return take_file(rest, chat, path, exit_code);
    struct remote_answer answer = chat_send(rest, chat->conversation, line);
    if (rest_failed(rest, &answer, exit_code)) return answer.status == 422; /* a refused line can be written again */
    if (args_has(rest->args, "json")) {
        printf("%.*s\n", STR_ARG(answer.body));
        fflush(stdout);
    } else {
        if (!isatty(STDIN_FILENO)) print_lines("You:   ", line, stdout);
        chat_print_turn(answer.json, stdout);
    }
    remote_forget(&answer);
    return true;
}

enum line { LINE_WHOLE, LINE_TOO_LONG, LINE_NONE };

/* A line that is longer than a message may be is read to its end and not kept: half of it would say something else. */
static enum line read_line(char *line, size_t size)
{
    if (!fgets(line, (int)size, stdin)) return LINE_NONE;
    if (strlen(line) + 1 < size || line[size - 2] == '\n') return LINE_WHOLE;
    for (int c = getchar(); c != EOF && c != '\n';) c = getchar();
    return LINE_TOO_LONG;
}

static void refuse_line(int *exit_code)
{
    fprintf(stderr, "This line is longer than a message may be: %d KiB. It was not sent; send it in parts.\n",
            LIMIT_MESSAGE_BYTES / 1024);
    *exit_code = EXIT_FAILED;
}

/* On a terminal a refused line is written again; on a pipe nobody does, so it makes the chat fail. */
static void read_lines(struct rest *rest, struct chat *chat, int *exit_code)
{
    static char line[LIMIT_MESSAGE_BYTES + 2];
    bool is_terminal = isatty(STDIN_FILENO), prompts = is_terminal && !args_has(rest->args, "json");
    enum line found;
    *exit_code = EXIT_OK;
    if (prompts) fprintf(stderr, "Chatlab. Write a message; /attach FILE for a file; end with Ctrl-D.\nYou:   ");
    while ((found = read_line(line, sizeof line)) != LINE_NONE) {
        if (found == LINE_TOO_LONG)
            refuse_line(exit_code);
        else if (!take_line(rest, chat, str_from(line), exit_code))
            return;
        if (prompts) fputs("You:   ", stderr);
    }
    if (prompts) fputc('\n', stderr);
    if (is_terminal) *exit_code = EXIT_OK;
}

int cmd_chat(struct args *args)
{
    struct rest rest;
    int code;
    if (!rest_begin(&rest, args, &code)) return code;
    const char *earlier = args_get(args, "conversation");
    struct chat chat = { .conversation = str_from(earlier) };
    if (!earlier) chat.agent = rest_agent(&rest, args_get(args, "agent"), &code);
    if (chat.agent.len > 0 || chat.conversation.len > 0) read_lines(&rest, &chat, &code);
    rest_end(&rest);
    return code;
}
