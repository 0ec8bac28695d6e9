/* integrations.c - an agent's connections to Zendesk, and the tests that were run on them.
 *
 * What is set for each action is one column of words, "create_ticket:on:always:permitted get_ticket:off:never:refused": an
 * integration is read with every turn, and this needs neither a second query nor a JSON parser. An action that is not named
 * there (it is newer than the row) is off and not permitted, with the confirmation of the action table.
 */
#include "store/query.h"

enum { TESTS_KEPT = 20, ACTIONS_BYTES_MAX = 64 * ACTION_COUNT };

/* ---- the column `actions` ---- */

static void write_actions(const struct integration *integration, struct buf *out)
{
    buf_init(out, ACTIONS_BYTES_MAX);
    for (unsigned kind = 0; kind < ACTION_COUNT; kind++) {
        if (kind > 0) buf_char(out, ' ');
        buf_fmt(out, "%s:%s:%s:%s", action_spec((enum action_kind)kind)->slug, integration->enabled[kind] ? "on" : "off",
                integration->confirm[kind] == CONFIRM_ALWAYS ? "always" : "never",
                integration->permitted[kind] ? "permitted" : "refused");
    }
}

/* One word; false when it is not one. The name of an action that this program has no longer is passed over. */
static bool read_action(struct str word, struct integration *integration)
{
    struct str slug, is_on, confirm, right;
    if (!str_split(&word, ':', &slug) || !str_split(&word, ':', &is_on)) return false;
    if (!str_split(&word, ':', &confirm) || !str_split(&word, ':', &right)) return false;
    const struct action_spec *spec = action_find(slug);
    if (!spec) return true;
    integration->enabled[spec->kind] = str_eq(is_on, STR("on"));
    integration->confirm[spec->kind] = str_eq(confirm, STR("never")) ? CONFIRM_NEVER : CONFIRM_ALWAYS;
    integration->permitted[spec->kind] = str_eq(right, STR("permitted"));
    return true;
}

static bool read_actions(struct str words, struct integration *integration)
{
    for (unsigned kind = 0; kind < ACTION_COUNT; kind++) {
        integration->enabled[kind] = integration->permitted[kind] = false;
        integration->confirm[kind] = action_spec((enum action_kind)kind)->confirm;
    }
    struct str word;
    while (str_split(&words, ' ', &word))
        if (!read_action(word, integration)) return false;
    return true;
}

/* ---- rows ---- */

static void take_integration(struct query *q, struct arena *arena, void *row)
{
    struct integration *integration = row;
    integration->workspace = take_text(q, arena);
    integration->id = take_text(q, arena);
    integration->agent = take_text(q, arena);
    integration->created_at = take_int(q);
    integration->version = take_int(q);
    take_known(q, integration_auth_from(take_word(q), &integration->auth));
    integration->subdomain = take_text(q, arena);
    integration->identifier = take_text(q, arena);
    integration->account_name = take_text(q, arena);
    integration->signed_in_id = take_int(q);
    integration->signed_in_name = take_text(q, arena);
    integration->signed_in_email = take_text(q, arena);
    integration->signed_in_role = take_text(q, arena);
    take_known(q, integration_status_from(take_word(q), &integration->status));
    integration->status_since = take_int(q);
    integration->problem = take_text(q, arena);
    integration->last_ok_at = take_int(q);
    integration->sealed = take_text(q, arena);
    integration->secret_last4 = take_text(q, arena);
    integration->secret_set_at = take_int(q);
    integration->fingerprint = take_text(q, arena);
    integration->sealed_token = take_text(q, arena);
    integration->token_expires_at = take_int(q);
    integration->scope = take_text(q, arena);
    take_known(q, read_actions(take_word(q), integration));
    integration->updated_at = take_int(q);
    integration->strict = take_int(q) != 0;
}

/* The columns that both INSERT and UPDATE set, in their order. */
static void put_settings(struct query *q, const struct integration *integration, struct str actions)
{
    put_text(q, str_from(integration_auth_name(integration->auth)));
    put_text(q, integration->subdomain);
    put_text(q, integration->identifier);
    put_text(q, integration->account_name);
    put_int(q, integration->signed_in_id);
    put_text(q, integration->signed_in_name);
    put_text(q, integration->signed_in_email);
    put_text(q, integration->signed_in_role);
    put_text(q, str_from(integration_status_name(integration->status)));
    put_int(q, integration->status_since);
    put_text(q, integration->problem);
    put_int(q, integration->last_ok_at);
    put_text(q, integration->sealed);
    put_text(q, integration->secret_last4);
    put_int(q, integration->secret_set_at);
    put_text(q, integration->fingerprint);
    put_text(q, integration->sealed_token);
    put_int(q, integration->token_expires_at);
    put_text(q, integration->scope);
    put_text(q, actions);
    put_int(q, integration->updated_at);
}

enum status integration_insert(struct store_tx *tx, const struct integration *integration)
{
    struct buf actions;
    write_actions(integration, &actions);
    struct query q = query_start(tx, SQL_INTEGRATION_INSERT);
    put_text(&q, integration->workspace);
    put_text(&q, integration->id);
    put_text(&q, integration->agent);
    put_int(&q, integration->created_at);
    put_int(&q, integration->version);
    put_settings(&q, integration, buf_view(&actions));
    put_int(&q, integration->strict);
    enum status status = query_write(&q, NULL);
    buf_clear(&actions);
    return status;
}

enum status integration_update(struct store_tx *tx, const struct integration *integration)
{
    struct buf actions;
    write_actions(integration, &actions);
    struct query q = query_start(tx, SQL_INTEGRATION_UPDATE);
    put_text(&q, integration->workspace);
    put_text(&q, integration->id);
    put_int(&q, integration->version);
    put_settings(&q, integration, buf_view(&actions));
    enum status status = query_change(&q, E_CONFLICT);
    buf_clear(&actions);
    return status;
}

enum status integration_note(struct store_tx *tx, const struct integration *integration)
{
    struct query q = query_start(tx, SQL_INTEGRATION_NOTE);
    put_text(&q, integration->workspace);
    put_text(&q, integration->id);
    put_text(&q, str_from(integration_status_name(integration->status)));
    put_int(&q, integration->status_since);
    put_text(&q, integration->problem);
    put_int(&q, integration->last_ok_at);
    return query_change(&q, E_NOT_FOUND);
}

enum status integration_renew(struct store_tx *tx, const struct integration *integration)
{
    struct query q = query_start(tx, SQL_INTEGRATION_RENEW);
    put_text(&q, integration->workspace);
    put_text(&q, integration->id);
    put_text(&q, integration->sealed_token);
    put_int(&q, integration->token_expires_at);
    put_text(&q, integration->scope);
    return query_change(&q, E_NOT_FOUND);
}

enum status integration_distrust(struct store_tx *tx, struct str workspace, struct str id)
{
    struct query q = query_start(tx, SQL_INTEGRATION_DISTRUST);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}

enum status integration_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena,
                            struct integration *integration)
{
    struct query q = query_start(tx, SQL_INTEGRATION_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_one(&q, take_integration, arena, integration);
}

/* The two lists differ in what the second parameter means. */
static enum status list(struct store_tx *tx, enum sql_id id, struct str workspace, struct str value, struct arena *arena,
                        struct integration **integrations, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, id);
    put_text(&q, workspace);
    put_text(&q, value);
    enum status status = query_rows(&q, take_integration, arena, sizeof **integrations, &rows);
    *integrations = rows.items;
    *count = rows.count;
    return status;
}

enum status integration_of_agent(struct store_tx *tx, struct str workspace, struct str agent, struct arena *arena,
                                 struct integration **integrations, size_t *count)
{
    return list(tx, SQL_INTEGRATION_OF_AGENT, workspace, agent, arena, integrations, count);
}

enum status integration_by_fingerprint(struct store_tx *tx, struct str workspace, struct str fingerprint, struct arena *arena,
                                       struct integration **integrations, size_t *count)
{
    return list(tx, SQL_INTEGRATION_BY_FINGERPRINT, workspace, fingerprint, arena, integrations, count);
}

enum status integration_delete(struct store_tx *tx, struct str workspace, struct str id)
{
    struct query calls = query_start(tx, SQL_INTEGRATION_DELETE_TEST_CALLS);
    put_text(&calls, workspace);
    put_text(&calls, id);
    enum status status = query_write(&calls, NULL);
    if (status != OK) return status;

    struct query former = query_start(tx, SQL_INTEGRATION_REMEMBER);
    put_text(&former, workspace);
    put_text(&former, id);
    put_int(&former, store_now(tx));
    status = query_write(&former, NULL);
    if (status != OK) return status;

    struct query q = query_start(tx, SQL_INTEGRATION_DELETE); /* its tests go with it: ON DELETE CASCADE */
    put_text(&q, workspace);
    put_text(&q, id);
    return query_change(&q, E_NOT_FOUND);
}

static void take_former(struct query *q, struct arena *arena, void *row)
{
    struct former_integration *former = row;
    former->workspace = take_text(q, arena);
    former->id = take_text(q, arena);
    former->agent = take_text(q, arena);
    former->subdomain = take_text(q, arena);
    former->removed_at = take_int(q);
}

enum status former_integration_get(struct store_tx *tx, struct str workspace, struct str id, struct arena *arena,
                                   struct former_integration *former)
{
    struct query q = query_start(tx, SQL_FORMER_INTEGRATION_GET);
    put_text(&q, workspace);
    put_text(&q, id);
    return query_one(&q, take_former, arena, former);
}

/* ---- tests ---- */

static void take_test(struct query *q, struct arena *arena, void *row)
{
    struct integration_test *test = row;
    test->workspace = take_text(q, arena);
    test->integration = take_text(q, arena);
    test->id = take_text(q, arena);
    test->result = take_text(q, arena);
    test->checks = take_text(q, arena);
    test->created_at = take_int(q);
}

enum status test_insert(struct store_tx *tx, const struct integration_test *test)
{
    struct query q = query_start(tx, SQL_TEST_INSERT);
    put_text(&q, test->workspace);
    put_text(&q, test->integration);
    put_text(&q, test->id);
    put_text(&q, test->result);
    put_text(&q, test->checks);
    put_int(&q, test->created_at);
    enum status status = query_write(&q, NULL);
    if (status != OK) return status;

    struct query old = query_start(tx, SQL_TEST_DELETE_OLD);
    put_text(&old, test->workspace);
    put_text(&old, test->integration);
    put_int(&old, TESTS_KEPT);
    return query_write(&old, NULL);
}

enum status test_list(struct store_tx *tx, struct str workspace, struct str integration, struct arena *arena,
                      struct integration_test **tests, size_t *count)
{
    struct rows rows = { 0 };
    struct query q = query_start(tx, SQL_TEST_LIST);
    put_text(&q, workspace);
    put_text(&q, integration);
    enum status status = query_rows(&q, take_test, arena, sizeof **tests, &rows);
    *tests = rows.items;
    *count = rows.count;
    return status;
}
