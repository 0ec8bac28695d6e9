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
