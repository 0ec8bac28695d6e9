/* Files with any name and type, and any answer to them: [name][type][answer]. A name fits one parameter of a path that the action may call, and a token or a problem comes of
 * every answer. */
#include "fuzz/fuzz.h"

#include "zendesk/upload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = input_of(data, size);
    const struct zendesk_who who = { .subdomain = STR("acme"), .identifier = STR("ops@acme.com") };
    const struct action_spec *spec = action_spec(ACTION_CREATE_TICKET);
    struct str name = STR_NONE, type = STR_NONE;
    struct zendesk_upload upload;
    struct http_answer answer;
    struct problem problem;
    struct arena arena;
    arena_init(&arena);
    (void)input_piece(&input, &name);
    (void)input_piece(&input, &type);
    struct str kept = upload_name(name, &arena), media = upload_type(type, &arena);
    promise(kept.len <= UPLOAD_NAME_BYTES_MAX && str_is_utf8(kept) && str_find(kept, STR("/"), 0) == SIZE_MAX);
    promise(str_eq(upload_name(kept, &arena), kept) && str_eq(upload_type(media, &arena), media));
    for (size_t i = 0; i < media.len; i++) promise(media.ptr[i] > ' ' && media.ptr[i] < 0x7f);
    const struct zendesk_request request = {
        .method = HTTP_POST, .path = upload_path(kept, &arena), .body = STR("{}"), .writes = true
    };
    promise_request(spec, &request);
    if (input_answer(&input, &answer)) {
        bool is_read = upload_read(&answer, &who, &arena, &upload, &problem);
        if (is_read) promise(upload.token.len > 0);
        if (!is_read) promise_problem(&problem, &arena);
    }
    arena_clear(&arena);
    return 0;
}
