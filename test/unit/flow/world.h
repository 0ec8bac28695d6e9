/* world.h - what this room's tests share: the rooms below with a real database file, a Zendesk of a few answers (desk.h), one connected agent, and a person who talks with it.
 *
 * world_stop ends the process as a kill would, for all that the database sees: calls that are out leave their rows as they stand. world_start is the next process on the same file.
 */
#ifndef UNIT_FLOW_WORLD_H
#define UNIT_FLOW_WORLD_H

#include "unit/flow/desk.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "flow/parts.h"
#include "vault/seal.h"
#include "vault/token.h"

#define WORKSPACE STR("wsp_1")
#define AGENT     STR("agt_1")
#define MATTER    "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com"

enum { EVENTS_MAX = 256, TEXTS_MAX = 16 };

struct world {
    char folder[64];
    struct arena arena;
    struct loop *loop;
    struct desk desk;
    struct store *store;
    struct egress *egress;
    struct flow *flow;
    int64_t answer_ms, slow_ms; /* for the next world_start, */
    bool webhook_private;       /* this as well */
    struct str integration;
    unsigned talks;
    struct follower *followers; /* all, until world_close */
};

struct follower {
    struct follower *next;
    struct flow_watch *watch; /* NULL: ended */
    struct arena arena;
    struct followed {
        enum flow_event_kind kind;
        int64_t seq;
        enum action_status status; /* FLOW_ACTION */
        enum author author;        /* FLOW_MESSAGE */
        struct str turn, awaiting; /* FLOW_TURN */
    } events[EVENTS_MAX];
    size_t count;
};

/* ---- jobs on the storage thread, waited for ------------------------------------------------------------------------------------------ */

struct world_job {
    struct store_job job;
    struct world *world;
    enum status (*body)(struct store_tx *, struct world *, void *context);
    void *context;
};

static inline enum status world_job_run(struct store_tx *tx, struct store_job *job)
{
    struct world_job *mine = (struct world_job *)job;
    return mine->body(tx, mine->world, mine->context);
}

static inline enum status world_run(struct world *world, enum status (*body)(struct store_tx *, struct world *, void *),
                                    void *context)
{
    struct world_job job = {
        .job = { .run = world_job_run, .mode = STORE_WRITE }, .world = world, .body = body, .context = context
    };
    return store_run_now(world->store, &job.job);
}

/* ---- life ---------------------------------------------------------------------------------------------------------------------------- */

static inline void world_post(void *loop, void (*fn)(void *), void *context)
{
    loop_post(loop, fn, context);
}

static inline const char *world_path(struct world *world, const char *name)
{
    return arena_cstr(&world->arena, arena_fmt(&world->arena, "%s/%s", world->folder, name));
}

static inline void world_start(struct world *world)
{
    struct str desk = arena_fmt(&world->arena, "http://%.*s", STR_ARG(http_server_address(world->desk.server)));
    const struct egress_resolve resolve[] = {
        { STR("acme"), desk },
        { STR("other"), desk },
        { STR("stopped"), STR("http://127.0.0.1:1") },
    };
    struct err err = { 0 };
    world->store =
        store_open(&(struct store_options){ .url = world_path(world, "c.db"), .post = world_post, .poster = world->loop }, &err);
    assert_non_null(world->store);
    world->egress = egress_open(&(struct egress_options){ .loop = world->loop,
                                                          .key_file = world_path(world, "key"),
                                                          .resolve = resolve,
                                                          .resolve_count = 3,
                                                          .allow_private = true,
                                                          .webhook_private = world->webhook_private,
                                                          .version = "1" },
                                &err);
    assert_non_null(world->egress);
    world->flow = flow_open(&(struct flow_options){ .loop = world->loop,
                                                    .store = world->store,
                                                    .egress = world->egress,
                                                    .answer_ms = world->answer_ms,
                                                    .slow_ms = world->slow_ms });
    assert_non_null(world->flow);
    flow_start(world->flow);
}

static inline void world_unfollow(struct follower *follower)
{
    if (follower->watch) flow_unwatch(follower->watch);
    follower->watch = NULL;
}

static inline void world_stop(struct world *world)
{
    for (struct follower *follower = world->followers; follower; follower = follower->next) world_unfollow(follower);
    flow_halt(world->flow);
    egress_close(world->egress);
    while (!flow_is_idle(world->flow)) loop_step(world->loop, 100);
    store_close(world->store);
    flow_close(world->flow);
}

static inline enum status world_fill(struct store_tx *tx, struct world *world, void *context)
{
    (void)world;
    (void)context;
    struct workspace workspace = { .id = WORKSPACE, .name = STR("Acme"), .created_at = 1 };
    struct agent agent = {
        .id = AGENT, .workspace = WORKSPACE, .name = STR("Support"), .version = 1, .created_at = 1, .updated_at = 1
    };
    enum status status = workspace_insert(tx, &workspace);
    return status ? status : agent_insert(tx, &agent);
}

/* No request is out, and none of the outbox's looks is under way. */
static inline void world_settle(struct world *world)
{
    while (!flow_is_idle(world->flow)) loop_step(world->loop, 100);
}

static inline void world_hush(void *context, enum log_level level, const char *message, const struct log_field *fields)
{
    (void)context;
    (void)level;
    (void)message;
    (void)fields;
}

/* On a folder that an earlier world may have left. */
static inline struct world *world_open_in(const char *folder)
{
    struct world *world = mem_alloc(sizeof *world);
    vault_init();
    log_set_sink(world_hush, NULL);
    arena_init(&world->arena);
    (void)snprintf(world->folder, sizeof world->folder, "%s", folder);
    world->loop = loop_open();
    desk_open(&world->desk, world->loop);
    world_start(world);
    return world;
}

static inline void world_folder(char folder[64])
{
    (void)snprintf(folder, 64, "%s/flow-test-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(folder));
}

static inline struct world *world_open(void)
{
    char folder[64];
    world_folder(folder);
    struct world *world = world_open_in(folder);
    assert_int_equal(world_run(world, world_fill, NULL), OK);
    world_settle(world);
    return world;
}

static inline int world_remove_one(const char *path, const struct stat *found, int flag, struct FTW *where)
{
    (void)found;
    (void)flag;
    (void)where;
    return remove(path);
}

static inline void world_close(struct world *world)
{
    world_stop(world);
    for (struct follower *follower = world->followers, *next; follower; follower = next) {
        next = follower->next;
        arena_clear(&follower->arena);
        mem_free(follower);
    }
    desk_close(&world->desk);
    loop_close(world->loop);
    assert_int_equal(nftw(world->folder, world_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    arena_clear(&world->arena);
    mem_free(world);
}

/* ---- connecting ------------------------------------------------------------------------------------------------------------------------ */

static const struct egress_credential api_token = { AUTH_API_TOKEN, STR("acme"), STR(DESK_EMAIL), STR(DESK_TOKEN) };
static const struct egress_credential other_account = { AUTH_API_TOKEN, STR("other"), STR(DESK_EMAIL), STR(DESK_TOKEN) };
static const struct egress_credential wrong_token = { AUTH_API_TOKEN, STR("acme"), STR(DESK_EMAIL), STR("another-token-0123") };
static const struct egress_credential oauth_client = { AUTH_OAUTH_CLIENT, STR("acme"), STR("chatcrafter"), STR(DESK_SECRET) };

struct connected {
    struct world *world;
    bool is_done;
    enum status status;
    enum problem_id problem;
    struct integration integration;
    struct str other_agent;
    bool same_secret_elsewhere;
    unsigned steps;
    enum check_status last_step;
};

static inline void on_connect_step(void *context, const struct check *check, enum check_step step)
{
    struct connected *connected = context;
    connected->steps++;
    connected->last_step = check->steps[step].status;
}

static inline void on_connected(void *context, const struct flow_connect_result *result)
{
    struct connected *connected = context;
    assert_false(connected->is_done);
    connected->is_done = true;
    connected->status = result->status;
    connected->problem = result->problem.id;
    connected->same_secret_elsewhere = result->same_secret_elsewhere;
    connected->other_agent = arena_str(&connected->world->arena, result->other_agent);
    if (result->integration) connected->integration = integration_copy(result->integration, &connected->world->arena);
}

static inline struct connected world_connect_to(struct world *world, struct str agent, const struct integration *existing,
                                                const struct egress_credential *credential)
{
    struct agent row = { .id = agent, .workspace = WORKSPACE };
    struct connected connected = { .world = world };
    flow_connect(world->flow, &row, existing, credential, NULL, on_connect_step, on_connected, &connected);
    while (!connected.is_done) loop_step(world->loop, 100);
    return connected;
}

static inline void world_connect(struct world *world, const struct egress_credential *credential)
{
    struct connected connected = world_connect_to(world, AGENT, NULL, credential);
    assert_int_equal(connected.status, OK);
    world->integration = connected.integration.id;
    world_settle(world); /* the account's fields are read behind it */
    world->desk.reads = 0;
}

static inline enum status world_read_integration(struct store_tx *tx, struct world *world, void *context)
{
    return integration_get(tx, WORKSPACE, world->integration, &world->arena, context);
}

static inline struct integration world_integration(struct world *world)
{
    struct integration integration;
    assert_int_equal(world_run(world, world_read_integration, &integration), OK);
    return integration;
}

static inline enum status world_delete_integration(struct store_tx *tx, struct world *world, void *context)
{
    (void)context;
    return integration_delete(tx, WORKSPACE, world->integration);
}

/* The connection test that stands under the button. */
struct tested {
    struct world *world;
    bool is_done;
    enum status status;
    struct str result;
    unsigned steps;
};

static inline void on_tested(void *context, const struct flow_test_result *result)
{
    struct tested *tested = context;
    assert_false(tested->is_done);
    tested->is_done = true;
    tested->status = result->status;
    if (result->test) tested->result = arena_str(&tested->world->arena, result->test->result);
}

static inline void on_test_step(void *context, const struct check *check, enum check_step step)
{
    (void)check;
    (void)step;
    ((struct tested *)context)->steps++;
}

static inline struct tested *world_test(struct world *world)
{
    struct integration integration = world_integration(world);
    struct tested *tested = arena_new(&world->arena, struct tested);
    tested->world = world;
    flow_test(world->flow, &integration, on_test_step, on_tested, tested);
    return tested;
}

static inline struct tested *world_test_and_wait(struct world *world)
{
    struct tested *tested = world_test(world);
    while (!tested->is_done) loop_step(world->loop, 100);
    return tested;
}

/* Connected with an API token. */
static inline int world_up(void **state)
{
    struct world *world = world_open();
    world_connect(world, &api_token);
    *state = world;
    return 0;
}

static inline int world_up_oauth(void **state)
{
    struct world *world = world_open();
    world_connect(world, &oauth_client);
    *state = world;
    return 0;
}

static inline int world_down(void **state)
{
    world_close(*state);
    return 0;
}

/* ---- talking --------------------------------------------------------------------------------------------------------------------------- */

struct new_talk {
    struct str id;
    bool dry_run;
};

static inline enum status world_insert_talk(struct store_tx *tx, struct world *world, void *context)
{
    (void)world;
    const struct new_talk *talk = context;
    struct conversation conversation = {
        .id = talk->id,
        .workspace = WORKSPACE,
        .agent = AGENT,
        .channel = CHANNEL_CHATLAB,
        .identity = L4_MEMBER,
        .dry_run = talk->dry_run,
        .version = 1,
        .created_at = 1,
        .updated_at = 1,
    };
    return conversation_insert(tx, &conversation);
}

static inline struct str world_talk_as(struct world *world, bool dry_run)
{
    struct new_talk talk = { .id = arena_fmt(&world->arena, "con_%u", ++world->talks), .dry_run = dry_run };
    assert_int_equal(world_run(world, world_insert_talk, &talk), OK);
    return talk.id;
}

static inline struct str world_talk(struct world *world)
{
    return world_talk_as(world, false);
}

/* What came back for one message or button. */
struct heard {
    struct world *world;
    bool is_done;
    enum status status;
    struct str turn, texts[TEXTS_MAX];
    size_t text_count, action_count;
    struct action action; /* the last one */
    struct str awaiting;
};

static inline void on_heard(void *context, const struct flow_turn_result *result)
{
    struct heard *heard = context;
    struct arena *arena = &heard->world->arena;
    assert_false(heard->is_done);
    heard->is_done = true;
    heard->status = result->status;
    heard->turn = arena_str(arena, result->turn);
    heard->awaiting = arena_str(arena, str_from(result->awaiting));
    heard->text_count = result->reply_count;
    assert_true(result->reply_count <= TEXTS_MAX);
    for (size_t i = 0; i < result->reply_count; i++) heard->texts[i] = arena_str(arena, result->replies[i].text);
    heard->action_count = result->action_count;
    if (result->action_count > 0) heard->action = action_copy(&result->actions[result->action_count - 1], arena);
}

static inline struct heard *world_send_as(struct world *world, struct str talk, const char *text, const char *client_id)
{
    struct heard *heard = arena_new(&world->arena, struct heard);
    heard->world = world;
    flow_message(world->flow, WORKSPACE, talk, str_from(text), str_from(client_id), on_heard, heard);
    return heard;
}

/* Not waited for. */
static inline struct heard *world_send(struct world *world, struct str talk, const char *text)
{
    return world_send_as(world, talk, text, "");
}

static inline struct heard *world_wait(struct heard *heard)
{
    while (!heard->is_done) loop_step(heard->world->loop, 100);
    return heard;
}

static inline struct heard *world_say(struct world *world, struct str talk, const char *text)
{
    return world_wait(world_send(world, talk, text));
}

static inline struct heard *world_press(struct world *world, struct str talk, const struct action *action, bool yes,
                                        struct str hash)
{
    struct heard *heard = arena_new(&world->arena, struct heard);
    heard->world = world;
    flow_decide(world->flow, WORKSPACE, talk, action->id, yes, hash, on_heard, heard);
    return heard;
}

/* Up to the question whether to send it. */
static inline struct heard *world_propose(struct world *world, struct str talk)
{
    assert_str(world_say(world, talk, "Create a test ticket")->awaiting, "details");
    struct heard *heard = world_say(world, talk, MATTER);
    assert_str(heard->awaiting, "confirmation");
    assert_int_equal(heard->action.status, ACTION_PROPOSED);
    return heard;
}

static inline bool world_heard(const struct heard *heard, const char *words)
{
    for (size_t i = 0; i < heard->text_count; i++)
        if (str_find(heard->texts[i], str_from(words), 0) != SIZE_MAX) return true;
    return false;
}

/* ---- what is stored -------------------------------------------------------------------------------------------------------------------- */

struct stored {
    struct str talk; /* asked for */
    struct conversation conversation;
    struct message *messages;
    size_t message_count;
    struct event *events;
    size_t event_count;
    struct action *actions; /* newest first */
    size_t action_count;
    struct action action; /* the newest */
    struct request request;
    bool has_request;
    struct call *calls; /* of the newest action, newest first */
    size_t call_count;
    struct integration integration;
};

static inline enum status world_read_action(struct store_tx *tx, struct arena *arena, struct stored *stored)
{
    if (stored->action_count == 0) return OK;
    stored->action = stored->actions[0];
    enum status status = request_get(tx, WORKSPACE, stored->action.id, arena, &stored->request);
    stored->has_request = status == OK;
    if (status && status != E_NOT_FOUND) return status;
    return call_of_action(tx, WORKSPACE, stored->action.id, arena, &stored->calls, &stored->call_count);
}

static inline enum status world_read(struct store_tx *tx, struct world *world, void *context)
{
    struct stored *stored = context;
    struct arena *arena = &world->arena;
    enum status status = conversation_get(tx, WORKSPACE, stored->talk, arena, &stored->conversation);
    if (status == OK)
        status = message_list(tx, WORKSPACE, stored->talk, 0, LIMIT_PAGE_ROWS, arena, &stored->messages, &stored->message_count);
    if (status == OK)
        status = event_list(tx, WORKSPACE, stored->talk, 0, LIMIT_PAGE_ROWS, arena, &stored->events, &stored->event_count);
    if (status == OK)
        status = action_of_conversation(tx, WORKSPACE, stored->talk, arena, &stored->actions, &stored->action_count);
    if (status == OK) status = world_read_action(tx, arena, stored);
    if (status) return status;
    status = integration_get(tx, WORKSPACE, world->integration, arena, &stored->integration);
    return status == E_NOT_FOUND ? OK : status;
}

static inline struct stored world_look(struct world *world, struct str talk)
{
    struct stored stored = { .talk = talk };
    assert_int_equal(world_run(world, world_read, &stored), OK);
    return stored;
}

static inline bool world_said(const struct stored *stored, const char *words)
{
    for (size_t i = 0; i < stored->message_count; i++)
        if (stored->messages[i].author == AUTHOR_AGENT && str_find(stored->messages[i].text, str_from(words), 0) != SIZE_MAX)
            return true;
    return false;
}

/* Changes the request's row as if time had passed, and lets the outbox look. */
static inline enum status world_write_request(struct store_tx *tx, struct world *world, void *context)
{
    (void)world;
    return request_update(tx, context);
}

/* As if the time was over that Zendesk asked to wait. */
static inline void world_end_hold(struct world *world)
{
    account_get(world->flow, WORKSPACE, STR("acme"))->budget.account.hold_until = 0;
}

static inline void world_let_time_pass(struct world *world, struct request request)
{
    request.due_at = 0;
    world_end_hold(world);
    assert_int_equal(world_run(world, world_write_request, &request), OK);
    outbox_wake(world->flow);
    world_settle(world);
}

/* False: the disk fails, for all that the database sees. */
static inline void world_let_files_grow(bool may)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = may ? limit.rlim_max : 0;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* ---- following ---------------------------------------------------------------------------------------------------------------------------- */

static inline void on_followed(void *context, const struct flow_event *event)
{
    struct follower *follower = context;
    assert_true(follower->count < EVENTS_MAX);
    struct followed *seen = &follower->events[follower->count++];
    *seen = (struct followed){ .kind = event->kind, .seq = event->seq };
    if (event->kind == FLOW_ACTION) seen->status = event->action->status;
    if (event->kind == FLOW_MESSAGE) seen->author = event->message->author;
    seen->turn = arena_str(&follower->arena, event->turn);
    seen->awaiting = arena_str(&follower->arena, str_from(event->awaiting));
}

static inline struct follower *world_follow(struct world *world, struct str talk)
{
    struct follower *follower = mem_alloc(sizeof *follower);
    arena_init(&follower->arena);
    follower->watch = flow_watch(world->flow, WORKSPACE, talk, on_followed, follower);
    follower->next = world->followers;
    world->followers = follower;
    return follower;
}

#endif
