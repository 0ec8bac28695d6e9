/* rows.c - making parts of rows, and copying rows into another arena for what outlives the job that read them. */
#include "flow/parts.h"

#include "base/id.h"
#include "vault/token.h"

#include <assert.h>

enum { PROBLEM_BYTES = 8 * 1024 };

struct str new_id(const char *prefix, int64_t at_ms, struct arena *arena)
{
    uint8_t random[ID_RANDOM_BYTES];
    token_random(random, sizeof random);
    struct id id = id_make(prefix, at_ms, random);
    return arena_str(arena, id_str(&id));
}

struct str problem_text(const struct problem *problem, struct arena *arena)
{
    struct buf text;
    buf_init(&text, PROBLEM_BYTES);
    struct jw jw;
    jw_init(&jw, &text);
    problem_store(problem, &jw);
    assert(buf_ok(&text));
    struct str copy = arena_str(arena, buf_view(&text));
    buf_clear(&text);
    return copy;
}

#define COPY(field) copy.field = arena_str(arena, row->field)

struct integration integration_copy(const struct integration *row, struct arena *arena)
{
    struct integration copy = *row;
    COPY(id), COPY(workspace), COPY(agent), COPY(subdomain), COPY(identifier), COPY(account_name);
    COPY(signed_in_name), COPY(signed_in_email), COPY(signed_in_role), COPY(problem);
    COPY(sealed), COPY(secret_last4), COPY(fingerprint), COPY(sealed_token), COPY(scope);
    return copy;
}

struct action action_copy(const struct action *row, struct arena *arena)
{
    struct action copy = *row;
    COPY(id), COPY(workspace), COPY(integration), COPY(conversation), COPY(turn);
    COPY(arguments), COPY(hash), COPY(result), COPY(problem), COPY(reference);
    return copy;
}

struct request request_copy(const struct request *row, struct arena *arena)
{
    struct request copy = *row;
    COPY(action), COPY(workspace), COPY(integration), COPY(conversation);
    COPY(path), COPY(body), COPY(key), COPY(external_id), COPY(problem);
    return copy;
}

struct trail_entry trail_entry_copy(const struct trail_entry *row, struct arena *arena)
{
    struct trail_entry copy = *row;
    COPY(workspace), COPY(actor), COPY(act), COPY(object), COPY(before), COPY(after), COPY(address), COPY(trace), COPY(hash);
    return copy;
}

struct message message_copy(const struct message *row, struct arena *arena)
{
    struct message copy = *row;
    COPY(workspace), COPY(conversation), COPY(id), COPY(turn), COPY(text), COPY(receipts), COPY(client_id);
    return copy;
}

struct provider provider_copy(const struct provider *provider, struct arena *arena)
{
    struct provider copy = *provider;
    copy.id = arena_str(arena, provider->id);
    copy.workspace = arena_str(arena, provider->workspace);
    copy.name = arena_str(arena, provider->name);
    copy.base_url = arena_str(arena, provider->base_url);
    copy.sealed = arena_str(arena, provider->sealed);
    copy.secret_last4 = arena_str(arena, provider->secret_last4);
    copy.headers = arena_str(arena, provider->headers);
    copy.model = arena_str(arena, provider->model);
    copy.problem = arena_str(arena, provider->problem);
    return copy;
}

struct model_reply reply_copy(const struct model_reply *reply, struct arena *arena)
{
    struct model_reply copy = *reply;
    struct model_call *calls = arena_array(arena, reply->call_count, sizeof *calls);
    for (size_t i = 0; i < reply->call_count; i++) {
        calls[i] = reply->calls[i];
        calls[i].id = arena_str(arena, reply->calls[i].id);
        calls[i].name = arena_str(arena, reply->calls[i].name);
        calls[i].arguments = arena_str(arena, reply->calls[i].arguments);
        calls[i].extra = arena_str(arena, reply->calls[i].extra);
    }
    copy.calls = calls;
    copy.text = arena_str(arena, reply->text);
    copy.opaque = arena_str(arena, reply->opaque);
    copy.fault.message = arena_str(arena, reply->fault.message);
    copy.fault.parameter = arena_str(arena, reply->fault.parameter);
    return copy;
}
