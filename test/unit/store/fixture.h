/* fixture.h - a fresh database in a folder of its own, and rows to fill it with. */
#ifndef UNIT_STORE_FIXTURE_H
#define UNIT_STORE_FIXTURE_H

#include "unit/unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/migrate.h"
#include "store/query.h"

#define T0        INT64_C(1795356000000)
#define WORKSPACE STR("wsp_1")
#define ELSEWHERE STR("wsp_2")
#define AGENT     STR("agt_1")
#define ZENDESK   STR("int_1")
#define TALK      STR("con_1")

/* The fields of two rows of one kind. */
#define same_text(a, b, field) assert_true(str_eq((a)->field, (b)->field))
#define same_int(a, b, field)  assert_int_equal((a)->field, (b)->field)

struct folder {
    char name[64];
    char path[96]; /* of the database in it */
};

static inline void folder_make(struct folder *folder)
{
    (void)snprintf(folder->name, sizeof folder->name, "%s/store-test-XXXXXX", P_tmpdir);
    assert_non_null(mkdtemp(folder->name));
    (void)snprintf(folder->path, sizeof folder->path, "%s/c.db", folder->name);
}

static inline int folder_remove_one(const char *path, const struct stat *found, int flag, struct FTW *where)
{
    (void)found;
    (void)flag;
    (void)where;
    return remove(path);
}

static inline void folder_remove(struct folder *folder)
{
    assert_int_equal(nftw(folder->name, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* For tests of rows: a connection on this thread, inside one transaction that writes. */
struct fixture {
    struct folder folder;
    struct db *db;
    struct store_tx tx;
    struct arena arena;
};

static inline void fixture_fill(struct store_tx *tx);

static inline int fixture_up(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    folder_make(&f->folder);
    arena_init(&f->arena);
    assert_int_equal(db_open(f->folder.path, DB_READ_WRITE, &f->db, NULL), OK);
    assert_int_equal(migrate_run(f->db, store_migrations, f->folder.path, NULL, NULL), OK);
    assert_int_equal(db_begin(f->db, true), OK);
    f->tx = (struct store_tx){ .db = f->db, .now = T0, .may_write = true };
    fixture_fill(&f->tx);
    *state = f;
    return 0;
}

static inline int fixture_down(void **state)
{
    struct fixture *f = *state;
    struct err fault;
    assert_false(db_take_fault(f->db, &fault)); /* nothing but conflicts went wrong on the way */
    assert_int_equal(db_commit(f->db), OK);
    assert_int_equal(db_verify(f->db, NULL), OK);
    db_close(f->db);
    folder_remove(&f->folder);
    arena_clear(&f->arena);
    mem_free(f);
    return 0;
}

/* ---- rows, whole but for what a test sets ---- */

static inline struct member a_member(struct str workspace, struct str id, struct str email)
{
    return (struct member){ .workspace = workspace,
                            .id = id,
                            .email = email,
                            .name = STR("Jane"),
                            .role = ROLE_EDITOR,
                            .password_hash = STR("$argon2id$x"),
                            .created_at = T0,
                            .last_seen_at = T0 + 1 };
}

static inline struct agent an_agent(struct str workspace, struct str id)
{
    return (struct agent){ .workspace = workspace,
                           .id = id,
                           .name = STR("Helper"),
                           .settings = { .instructions = STR("Be brief."),
                                         .tone = STR("Warm"),
                                         .languages = STR("en,de"),
                                         .escalation = STR("Money"),
                                         .ticket_priority = STR("high"),
                                         .ticket_type = STR("task"),
                                         .ticket_tags = STR("shop,web"),
                                         .engine = ENGINE_PROVIDER,
                                         .provider = STR("prv_openai"),
                                         .model = STR("m-1"),
                                         .fallbacks = STR("prv_2,prv_3") },
                           .published = 1,
                           .published_by = STR("mem_1"),
                           .published_at = T0,
                           .version = 1,
                           .created_at = T0,
                           .updated_at = T0 };
}

static inline struct integration an_integration(struct str workspace, struct str id, struct str agent)
{
    return (struct integration){ .workspace = workspace,
                                 .id = id,
                                 .agent = agent,
                                 .auth = AUTH_OAUTH_CLIENT,
                                 .subdomain = STR("mycompany"),
                                 .identifier = STR("client"),
                                 .account_name = STR("My Company"),
                                 .signed_in_id = INT64_C(9000000000001),
                                 .signed_in_name = STR("Bot"),
                                 .signed_in_email = STR("bot@example.com"),
                                 .signed_in_role = STR("agent"),
                                 .status = INTEGRATION_WARNINGS,
                                 .status_since = T0 + 2,
                                 .problem = STR("{\"code\":\"x\"}"),
                                 .last_ok_at = T0 + 3,
                                 .sealed = STR("v1.k.n.c"),
                                 .secret_last4 = STR("wxyz"),
                                 .secret_set_at = T0 + 4,
                                 .fingerprint = STR("f1"),
                                 .sealed_token = STR("v1.k.n.t"),
                                 .token_expires_at = T0 + 5,
                                 .scope = STR("read write"),
                                 .version = 1,
                                 .created_at = T0,
                                 .updated_at = T0 + 6 };
}

static inline struct conversation a_conversation(struct str workspace, struct str id, struct str agent)
{
    return (struct conversation){ .workspace = workspace,
                                  .id = id,
                                  .agent = agent,
                                  .channel = CHANNEL_API,
                                  .identity = L3_SITE_VERIFIED,
                                  .visitor_email = STR("v@example.com"),
                                  .visitor_name = STR("Vi"),
                                  .dry_run = true,
                                  .title = STR("Printer"),
                                  .state = STR("{}"),
                                  .last_seq = 0,
                                  .version = 1,
                                  .created_at = T0,
                                  .updated_at = T0 };
}

static inline struct message a_message(struct str workspace, struct str conversation, int64_t seq, struct str client_id)
{
    return (struct message){ .workspace = workspace,
                             .conversation = conversation,
                             .seq = seq,
                             .id = STR("msg_1"),
                             .turn = STR("trn_1"),
                             .author = AUTHOR_VISITOR,
                             .text = STR("Gr\xc3\xbc\xc3\x9f dich"),
                             .client_id = client_id,
                             .created_at = T0 };
}

static inline struct action an_action(struct str workspace, struct str id, struct str conversation)
{
    return (struct action){ .workspace = workspace,
                            .id = id,
                            .integration = ZENDESK,
                            .conversation = conversation,
                            .turn = STR("trn_1"),
                            .kind = ACTION_CREATE_TICKET,
                            .status = ACTION_PROPOSED,
                            .arguments = STR("{\"subject\":\"x\"}"),
                            .hash = STR("00ff"),
                            .created_at = T0,
                            .updated_at = T0 };
}

static inline struct request a_request(struct str workspace, struct str action)
{
    return (struct request){ .workspace = workspace,
                             .action = action,
                             .integration = ZENDESK,
                             .conversation = TALK,
                             .kind = ACTION_CREATE_TICKET,
                             .state = REQUEST_READY,
                             .method = HTTP_POST,
                             .path = STR("/api/v2/tickets"),
                             .body = STR("{\"a\":\"\0\xff\"}"),
                             .key = STR("cca1-1"),
                             .external_id = STR("cca:1:2"),
                             .due_at = T0,
                             .created_at = T0,
                             .updated_at = T0 };
}

static inline struct call a_call(struct str workspace, struct str id, struct str action)
{
    return (struct call){ .workspace = workspace,
                          .id = id,
                          .integration = ZENDESK,
                          .action = action,
                          .method = STR("POST"),
                          .path = STR("/api/v2/tickets"),
                          .request_body = STR("{}"),
                          .status = 201,
                          .answer_headers = STR("{}"),
                          .answer_body = STR("<\xff\0>"),
                          .fault = STR(""),
                          .duration_us = 1234,
                          .created_at = T0 };
}

/* Two workspaces of the same shape with the same ids below, so that a query that forgets the workspace finds too much. */
static inline void fixture_fill(struct store_tx *tx)
{
    const struct str ids[] = { WORKSPACE, ELSEWHERE };
    for (size_t i = 0; i < 2; i++) {
        struct workspace workspace = { .id = ids[i], .name = STR("Acme"), .created_at = T0 };
        struct agent agent = an_agent(ids[i], AGENT);
        struct integration integration = an_integration(ids[i], ZENDESK, AGENT);
        struct conversation conversation = a_conversation(ids[i], TALK, AGENT);
        assert_int_equal(workspace_insert(tx, &workspace), OK);
        assert_int_equal(agent_insert(tx, &agent), OK);
        assert_int_equal(integration_insert(tx, &integration), OK);
        assert_int_equal(conversation_insert(tx, &conversation), OK);
    }
}

/* An action of TALK with its request. */
static inline void add_request(struct store_tx *tx, struct str workspace, struct str id, enum request_state state, int64_t due_at)
{
    struct action action = an_action(workspace, id, TALK);
    struct request request = a_request(workspace, id);
    request.state = state;
    request.due_at = due_at;
    assert_int_equal(action_insert(tx, &action), OK);
    assert_int_equal(request_insert(tx, &request), OK);
}

#endif
