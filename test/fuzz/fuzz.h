/* fuzz.h - what the fuzz targets share: taking an input apart, and promises that are kept with any input.
 *
 * An input is a few bytes that choose, then pieces divided by the byte 0x1e (ASCII's record separator, which no JSON text has):
 * one answer each. The first byte of a piece chooses its status.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/http.h"
#include "base/json.h"
#include "model/action.h"
#include "zendesk/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise ends the process, so that the input is kept. */
#define promise(holds)                                                                                                           \
    do {                                                                                                                         \
        if (!(holds)) __builtin_trap();                                                                                          \
    } while (0)

struct input {
    struct str rest;
};

static inline struct input input_of(const uint8_t *data, size_t size)
{
    return (struct input){ { (const char *)data, size } };
}

static inline uint8_t input_byte(struct input *input)
{
    uint8_t byte = input->rest.len > 0 ? (uint8_t)input->rest.ptr[0] : 0;
    input->rest = str_slice(input->rest, 1, input->rest.len);
    return byte;
}

static inline bool input_piece(struct input *input, struct str *piece)
{
    return input->rest.len > 0 && str_split(&input->rest, '\x1e', piece);
}

static inline bool input_answer(struct input *input, struct http_answer *answer)
{
    static const int statuses[] = { 200, 201, 200, 202, 204, 302, 400, 401, 403, 404, 406, 409, 415, 422, 429, 503 };
    struct str piece;
    if (!input_piece(input, &piece)) return false;
    struct input inside = { piece };
    int status = statuses[input_byte(&inside) % (sizeof statuses / sizeof *statuses)];
    *answer = (struct http_answer){ .status = status, .body = inside.rest };
    return true;
}

/* A request is one that its action may make; a writing one carries JSON, a reading one nothing. */
static inline void promise_request(const struct action_spec *spec, const struct zendesk_request *request)
{
    size_t mark = str_find(request->path, STR("?"), 0);
    struct json *body = json_parse(request->body, NULL);
    promise(action_allows(spec, request->method, str_slice(request->path, 0, mark)));
    promise(request->writes == (request->method != HTTP_GET));
    promise(request->writes ? json_type(body) == JSON_OBJECT : request->body.len == 0);
    for (size_t i = 0; i < request->path.len; i++) {
        char c = request->path.ptr[i];
        promise(char_is_alpha(c) || char_is_digit(c) || str_find(STR("/?=&%-._~"), (struct str){ &c, 1 }, 0) != SIZE_MAX);
    }
    json_free(body);
}

static inline void promise_result(struct str result)
{
    struct json *parsed = json_parse(result, NULL);
    promise(json_type(parsed) == JSON_OBJECT);
    json_free(parsed);
}

/* It has a name, and whatever it quotes, what is shown of it is JSON. */
static inline void promise_problem(const struct problem *problem, struct arena *arena)
{
    struct buf out;
    struct jw json;
    promise(problem->id != PROBLEM_NONE);
    buf_init(&out, 256 * 1024);
    jw_init(&json, &out);
    problem_render(problem, STR("0af7651916cd43dd8448eb211c80319c"), arena, &json);
    promise(buf_ok(&out));
    promise_result(buf_view(&out));
    buf_clear(&out);
}

static const struct zendesk_setting fuzz_setting = {
    .external_id = STR("cca:inst:01k9"),
    .operation = STR("act_7"),
    .may_write_users = true,
    .subdomain = STR("acme"),
    .base_url = STR("https://acme.zendesk.com"),
};

#endif
