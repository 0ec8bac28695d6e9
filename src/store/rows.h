/* rows.h - rows in, rows out, typed by noun; for use inside a store_job's run.
 *
 * Every query names the workspace. Readers copy strings into the arena they are given and return E_NOT_FOUND when there is no
 * row; writers return E_CONFLICT when a unique key or a version says that somebody else was first, or when what an inserted row
 * belongs to is gone; updating or deleting by id what is not there is E_NOT_FOUND. Lists are ordered newest first, hold at most
 * `limit` rows (<= LIMIT_PAGE_ROWS) and start after `cursor` (the id of the last row of the page before; empty for the first
 * page). Lists without a page hold all; those of actions and calls the newest LIMIT_PAGE_ROWS. A request waits while it is ready,
 * sending or paused.
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include "model/nouns.h"
#include "store/store.h"

/* The database's clock, Unix milliseconds; the same value during one job. */
int64_t store_now(struct store_tx *);

struct store_page {
    struct str cursor;
    size_t limit;
};

/* ---- settings of this installation: "install_id" and the like ---- */
enum status setting_get(struct store_tx *, struct str name, struct arena *, struct str *value) must_check;
enum status setting_put(struct store_tx *, struct str name, struct str value) must_check;

/* ---- workspaces, members, sessions, keys, links ---- */
enum status workspace_insert(struct store_tx *, const struct workspace *) must_check;
enum status workspace_get(struct store_tx *, struct str id, struct arena *, struct workspace *) must_check;
enum status workspace_update(struct store_tx *, const struct workspace *) must_check; /* name, admins_need_factor */
/* The oldest: the one of a single-company server. */
enum status workspace_first(struct store_tx *, struct arena *, struct workspace *) must_check;

enum status member_insert(struct store_tx *, const struct member *) must_check; /* E_CONFLICT: e-mail taken */
enum status member_update(struct store_tx *, const struct member *) must_check; /* name, e-mail, role, password, last_seen */
enum status member_get(struct store_tx *, struct str workspace, struct str id, struct arena *, struct member *) must_check;
/* Any case; the one query before a workspace is known. */
enum status member_by_email(struct store_tx *, struct str email, struct arena *, struct member *) must_check;
enum status member_list(struct store_tx *, struct str workspace, struct arena *, struct member **, size_t *count) must_check;

/* With sessions and links. E_NOT_FOUND. */
enum status member_delete(struct store_tx *, struct str workspace, struct str id) must_check;

/* Removes those of the member that have expired. */
enum status session_insert(struct store_tx *, const struct session *) must_check;
enum status session_by_hash(struct store_tx *, struct str hash, struct arena *, struct session *) must_check;
enum status session_list(struct store_tx *, struct str workspace, struct str member, struct arena *, struct session **,
                         size_t *count) must_check;
enum status session_touch(struct store_tx *, struct str workspace, struct str id, int64_t last_seen_at) must_check;
enum status session_delete(struct store_tx *, struct str workspace, struct str id) must_check;
enum status session_delete_of_member(struct store_tx *, struct str workspace, struct str member) must_check;

/* Second factors. `put` begins anew: another secret, not confirmed. */
enum status second_factor_put(struct store_tx *, const struct second_factor *) must_check;
enum status second_factor_get(struct store_tx *, struct str workspace, struct str member, struct arena *,
                              struct second_factor *) must_check;
enum status second_factor_confirm(struct store_tx *, struct str workspace, struct str member, int64_t at) must_check;
/* A code of this step is taken. E_CONFLICT: one as young was taken before. */
enum status second_factor_use(struct store_tx *, struct str workspace, struct str member, int64_t step) must_check;
/* With its recovery codes. E_NOT_FOUND. */
enum status second_factor_delete(struct store_tx *, struct str workspace, struct str member) must_check;
enum status recovery_code_insert(struct store_tx *, struct str workspace, struct str member, struct str hash) must_check;
enum status recovery_code_use(struct store_tx *, struct str workspace, struct str member,
                              struct str hash) must_check; /* E_NOT_FOUND */
enum status recovery_code_clear(struct store_tx *, struct str workspace, struct str member) must_check;
enum status recovery_code_count(struct store_tx *, struct str workspace, struct str member, int64_t *count) must_check;

enum status api_key_insert(struct store_tx *, const struct api_key *) must_check;
enum status api_key_by_hash(struct store_tx *, struct str hash, struct arena *, struct api_key *) must_check;
enum status api_key_touch(struct store_tx *, struct str workspace, struct str id, int64_t last_used_at) must_check;
enum status api_key_revoke(struct store_tx *, struct str workspace, struct str id, int64_t at) must_check;
enum status api_key_list(struct store_tx *, struct str workspace, struct arena *, struct api_key **, size_t *count) must_check;

/* Removes those of the member that have expired. */
enum status sign_in_link_insert(struct store_tx *, const struct sign_in_link *) must_check;
enum status sign_in_link_by_hash(struct store_tx *, struct str hash, struct arena *, struct sign_in_link *) must_check;
/* Marks it used; E_CONFLICT when it already was. */
enum status sign_in_link_use(struct store_tx *, struct str hash, int64_t at) must_check;

/* ---- answers kept for POSTs that are sent again ---- */
enum status kept_answer_insert(struct store_tx *, const struct kept_answer *) must_check; /* E_CONFLICT: the key is in use */
enum status kept_answer_get(struct store_tx *, struct str workspace, struct str actor, struct str hash, struct arena *,
                            struct kept_answer *) must_check;
/* process, status, is_withheld, type, body, conversation. E_CONFLICT: no such conversation. */
enum status kept_answer_update(struct store_tx *, const struct kept_answer *) must_check;
enum status kept_answer_delete(struct store_tx *, const struct kept_answer *) must_check;
/* Those made before that moment. */
enum status kept_answer_purge(struct store_tx *, struct str workspace, int64_t before) must_check;

/* ---- the audit log ---- */
enum { TRAIL_VALUE_BYTES_MAX = 64 * 1024 };
/* Sets seq, at and hash. E_LIMIT: a value is over TRAIL_VALUE_BYTES_MAX. */
enum status trail_append(struct store_tx *, struct arena *, struct trail_entry *) must_check;
/* The newest; E_NOT_FOUND: nothing was written yet. */
enum status trail_head(struct store_tx *, struct str workspace, struct arena *, struct trail_entry *) must_check;
struct trail_filter {
    int64_t before_seq;    /* from before that number on; 0: from the newest */
    struct str act, actor; /* empty: any */
    size_t limit;
};
/* Newest first. */
enum status trail_list(struct store_tx *, struct str workspace, const struct trail_filter *, struct arena *,
                       struct trail_entry **, size_t *count) must_check;
/* Goes on by LIMIT_PAGE_ROWS entries from where the walk stands; begin with an empty one, call until is_done. */
struct trail_walk {
    int64_t seq;       /* verified up to this one */
    char hash[65];     /* its digest */
    int64_t broken_at; /* the first entry that is not what was written, or is missing; 0: none */
    bool is_done;
};
enum status trail_verify(struct store_tx *, struct str workspace, struct trail_walk *) must_check;

/* ---- agents ---- */
/* With its settings as the first version. */
enum status agent_insert(struct store_tx *, const struct agent *) must_check;
/* The name, where version = agent->version; stores version + 1; E_CONFLICT. */
enum status agent_update(struct store_tx *, const struct agent *) must_check;
/* agent_update with the settings of `version` (settings, note, author, restored_from are given) under the next number, as of agent->updated_at. */
enum status agent_publish(struct store_tx *, struct agent *, struct agent_version *version) must_check;
enum status agent_get(struct store_tx *, struct str workspace, struct str id, struct arena *, struct agent *) must_check;
/* E_CONFLICT: another agent of the workspace has this one's name, whatever the case of its letters. */
enum status agent_is_alone(struct store_tx *, const struct agent *) must_check;
enum status agent_list(struct store_tx *, struct str workspace, const struct store_page *, struct arena *, struct agent **,
                       size_t *count) must_check;
/* With its integrations; conversations and receipts stay. E_CONFLICT while requests of it wait. */
enum status agent_delete(struct store_tx *, struct str workspace, struct str id) must_check;

enum status agent_version_get(struct store_tx *, struct str workspace, struct str agent, int64_t number, struct arena *,
                              struct agent_version *) must_check;
/* The published ones before that number, newest first; 0: from the newest. */
enum status agent_version_list(struct store_tx *, struct str workspace, struct str agent, int64_t before, size_t limit,
                               struct arena *, struct agent_version **, size_t *count) must_check;
/* In place of the one there is; sets its number. */
enum status agent_draft_put(struct store_tx *, struct agent_version *) must_check;
enum status agent_draft_delete(struct store_tx *, struct str workspace,
                               struct str agent) must_check; /* E_NOT_FOUND: there is none */

/* ---- model providers ---- */
enum status provider_insert(struct store_tx *, const struct provider *) must_check;
enum status provider_update(struct store_tx *, const struct provider *) must_check; /* as agent_update */
enum status provider_get(struct store_tx *, struct str workspace, struct str id, struct arena *, struct provider *) must_check;
enum status provider_list(struct store_tx *, struct str workspace, const struct store_page *, struct arena *, struct provider **,
                          size_t *count) must_check;
/* id and name of the agents that use it, as published or as drafted. */
enum status provider_users(struct store_tx *, struct str workspace, struct str id, struct arena *, struct agent **,
                           size_t *count) must_check;
/* E_CONFLICT while an agent uses it. */
enum status provider_delete(struct store_tx *, struct str workspace, struct str id) must_check;

/* ---- calls to models ---- */
enum status model_run_insert(struct store_tx *, const struct model_run *) must_check;
/* The end of a running one: state, stop, fault, evidence, usage, cost and times. E_NOT_FOUND: none of that id is running. */
enum status model_run_end(struct store_tx *, const struct model_run *) must_check;
/* In order, at most LIMIT_PAGE_ROWS after `after_id`. */
enum status model_run_list(struct store_tx *, struct str workspace, struct str conversation, struct str after_id, struct arena *,
                           struct model_run **, size_t *count) must_check;
/* Those of all workspaces that a process which has ended was waiting for. */
enum status model_run_interrupted(struct store_tx *, struct arena *, struct model_run **, size_t *count) must_check;
enum status model_run_sum(struct store_tx *, struct str workspace, struct str conversation, struct model_spend *) must_check;
/* `day` as yyyymmdd. */
enum status model_spend_add(struct store_tx *, struct str workspace, int64_t day, struct model_spend) must_check;
/* Of the days from the first to the last. */
enum status model_spend_sum(struct store_tx *, struct str workspace, int64_t first_day, int64_t last_day,
                            struct model_spend *) must_check;
/* E_NOT_FOUND: there are no caps. */
enum status model_cap_get(struct store_tx *, struct str workspace, struct arena *, struct model_cap *) must_check;
enum status model_cap_put(struct store_tx *, const struct model_cap *) must_check;

/* ---- integrations and their tests ---- */
enum status integration_insert(struct store_tx *, const struct integration *) must_check;
enum status integration_update(struct store_tx *, const struct integration *) must_check; /* as agent_update */
/* Only status, status_since, problem, last_ok_at, by what calls report; no version. */
enum status integration_note(struct store_tx *, const struct integration *) must_check;
/* Only sealed_token, token_expires_at, scope: after a renewal; no version. */
enum status integration_renew(struct store_tx *, const struct integration *) must_check;
/* Sets `strict`, for good. */
enum status integration_distrust(struct store_tx *, struct str workspace, struct str id) must_check;
enum status integration_get(struct store_tx *, struct str workspace, struct str id, struct arena *,
                            struct integration *) must_check;
enum status integration_of_agent(struct store_tx *, struct str workspace, struct str agent, struct arena *, struct integration **,
                                 size_t *count) must_check;
enum status integration_by_fingerprint(struct store_tx *, struct str workspace, struct str fingerprint, struct arena *,
                                       struct integration **, size_t *count) must_check;
/* With its tests and their calls; the receipts of actions stay, and requests that wait: who claims one finds no integration, but whose it was. */
enum status integration_delete(struct store_tx *, struct str workspace, struct str id) must_check;
enum status former_integration_get(struct store_tx *, struct str workspace, struct str id, struct arena *,
                                   struct former_integration *) must_check;

/* What all connections to one Zendesk account share. All workspaces: read at the start of the server. */
enum status zendesk_account_all(struct store_tx *, struct arena *, struct zendesk_account **, size_t *count) must_check;
/* Each sets its one column, and makes the row when there is none. */
enum status zendesk_account_hold(struct store_tx *, const struct zendesk_account *) must_check;
enum status zendesk_account_reserve(struct store_tx *, const struct zendesk_account *) must_check;
/* Sets what every new ticket needs. */
enum status zendesk_account_learn(struct store_tx *, const struct zendesk_account *) must_check;
/* What every new ticket needs; empty when nothing is known of the account. */
enum status zendesk_account_fields(struct store_tx *, struct str workspace, struct str subdomain, struct arena *,
                                   struct str *asked_fields) must_check;
/* The account holds all calls: its connections that work become rate limited, with this problem; and back. No version. */
enum status integration_hold_account(struct store_tx *, struct str workspace, struct str subdomain,
                                     struct str problem) must_check;
enum status integration_release_account(struct store_tx *, struct str workspace, struct str subdomain) must_check;

/* The connection whose turn is next, of all workspaces; E_NOT_FOUND when there is none. */
enum status integration_next_beat(struct store_tx *, struct arena *, struct integration_beat *) must_check;
enum status integration_set_beat(struct store_tx *, const struct integration_beat *) must_check;

/* ---- the operator's webhook and what it is told ---- */
enum status webhook_get(struct store_tx *, struct str workspace, struct arena *, struct webhook *) must_check;
enum status webhook_put(struct store_tx *, const struct webhook *) must_check;  /* inserts or replaces; created_at stays */
enum status webhook_delete(struct store_tx *, struct str workspace) must_check; /* with its notices */
/* Keeps the newest 200 of the workspace. E_CONFLICT: there is no webhook. */
enum status notice_insert(struct store_tx *, const struct notice *) must_check;
enum status notice_update(struct store_tx *, const struct notice *) must_check; /* all that changes with an attempt */
/* The waiting one that falls due first, of all workspaces but these (empty ones stand for none). */
enum { NOTICES_OUT_MAX = 4 };
enum status notice_next(struct store_tx *, const struct str but[NOTICES_OUT_MAX], struct arena *, struct notice *) must_check;
enum status notice_list(struct store_tx *, struct str workspace, const struct store_page *, struct arena *, struct notice **,
                        size_t *count) must_check;

/* Keeps the newest 20 of the integration. */
enum status test_insert(struct store_tx *, const struct integration_test *) must_check;
enum status test_list(struct store_tx *, struct str workspace, struct str integration, struct arena *, struct integration_test **,
                      size_t *count) must_check;

/* ---- conversations and messages ---- */
enum status conversation_insert(struct store_tx *, const struct conversation *) must_check;
/* state, title, last_seq, updated_at, needs_person_at where version = conversation->version; stores version + 1; E_CONFLICT. */
enum status conversation_save(struct store_tx *, const struct conversation *) must_check;
enum status conversation_get(struct store_tx *, struct str workspace, struct str id, struct arena *,
                             struct conversation *) must_check;
/* needs_person: those alone in which a person is asked for. */
enum status conversation_list(struct store_tx *, struct str workspace, struct str agent_or_empty, bool needs_person,
                              const struct store_page *, struct arena *, struct conversation **, size_t *count) must_check;
/* What a list of conversations is narrowed to; empty: anything. */
struct conversation_filter {
    struct str agent, channel;
    struct str outcome; /* "ticket" was made, "request" is open, "none" of both */
    struct str text;    /* in the first words, or in the visitor's name or address; any case of ASCII */
    bool needs_person;  /* those alone in which a person is asked for */
};
/* As conversation_list, narrowed. Reads as many as it takes to fill the page. */
enum status conversation_search(struct store_tx *, struct str workspace, const struct conversation_filter *,
                                const struct store_page *, struct arena *, struct conversation **, size_t *count) must_check;
/* With its messages, actions and receipts; requests that wait keep it alive (E_CONFLICT). */
enum status conversation_erase(struct store_tx *, struct str workspace, struct str id) must_check;

enum status message_insert(struct store_tx *, const struct message *) must_check; /* E_CONFLICT: seq or client_id taken */
enum status message_by_client_id(struct store_tx *, struct str workspace, struct str conversation, struct str client_id,
                                 struct arena *, struct message *) must_check;
/* In order of seq, after `after_seq`. */
enum status message_list(struct store_tx *, struct str workspace, struct str conversation, int64_t after_seq, size_t limit,
                         struct arena *, struct message **, size_t *count) must_check;

/* What happened in a conversation beside messages, in one sequence with them (conversation.last_seq): what an event stream
 * resumes from. */
enum status event_insert(struct store_tx *, const struct event *) must_check; /* E_CONFLICT: seq taken */
enum status event_list(struct store_tx *, struct str workspace, struct str conversation, int64_t after_seq, size_t limit,
                       struct arena *, struct event **, size_t *count) must_check;

/* Files of a conversation. One waits until an action has taken it along, and again when that was refused or cancelled. */
enum status attachment_insert(struct store_tx *, const struct attachment *) must_check;
/* In the order in which they came. */
enum status attachment_waiting(struct store_tx *, struct str workspace, struct str conversation, struct arena *,
                               struct attachment **, size_t *count) must_check;
enum status attachment_take(struct store_tx *, struct str workspace, struct str conversation, struct str token,
                            struct str action) must_check;
/* E_NOT_FOUND: no such file waits. */
enum status attachment_delete(struct store_tx *, struct str workspace, struct str conversation, struct str id) must_check;
/* Those that wait and end at `until` or before. */
enum status attachment_delete_expired(struct store_tx *, struct str workspace, struct str conversation, int64_t until) must_check;

/* ---- actions, the outbox, receipts ---- */
enum status action_insert(struct store_tx *, const struct action *) must_check;
/* Status, result, problem, reference, updated_at. */
enum status action_update(struct store_tx *, const struct action *) must_check;
enum status action_get(struct store_tx *, struct str workspace, struct str id, struct arena *, struct action *) must_check;
enum status action_of_conversation(struct store_tx *, struct str workspace, struct str conversation, struct arena *,
                                   struct action **, size_t *count) must_check;
/* Reads that were out when the process ended: status sending, not in the outbox. All workspaces: for the start of the server
 * only. */
enum status action_interrupted(struct store_tx *, struct arena *, struct action **, size_t *count) must_check;

/* E_CONFLICT: this action has one: one yes, one request. */
enum status request_insert(struct store_tx *, const struct request *) must_check;
/* Everything but its keys, body, path and number, where token = request->token (fencing): E_CONFLICT when another worker has
 * claimed it since. */
enum status request_update(struct store_tx *, const struct request *) must_check;
/* As request_update, and method, path, body and guard: for a request that could not be written when it was asked for. */
enum status request_prepare(struct store_tx *, const struct request *) must_check;
/* Takes it out of every other hand: token + 1, as claiming does, for what a person decides. E_CONFLICT as request_update. */
enum status request_seize(struct store_tx *, struct request *) must_check;
/* To another connection, with its action. E_CONFLICT as request_update. */
enum status request_move(struct store_tx *, struct request *, struct str integration) must_check;
enum status request_get(struct store_tx *, struct str workspace, struct str action, struct arena *, struct request *) must_check;
/* Takes up to `limit` requests that are due (ready, or sending with the lease over): token + 1, lease until now + lease_ms. All
 * workspaces. */
enum status request_claim(struct store_tx *, int64_t lease_ms, size_t limit, struct arena *, struct request **,
                          size_t *count) must_check;
/* Ends all leases: at the start of a server that owns the database alone, whose predecessor cannot come back. All workspaces. */
enum status request_release(struct store_tx *) must_check;
/* Puts all that is not over in doubt, as if sent a moment ago under a key that is no longer any use: after a restore, when the file knows less than Zendesk. What was not written yet may have been since, and
 * cannot be looked for: it needs a person. All workspaces. */
enum status request_doubt(struct store_tx *) must_check;
/* When the next one falls due; 0: none waits. */
enum status request_next_due(struct store_tx *, int64_t *due_at) must_check;
/* Gives it its number within the workspace if it has none yet. */
enum status request_number(struct store_tx *, struct request *) must_check;
enum status request_list(struct store_tx *, struct str workspace, const enum request_state *states, size_t state_count,
                         const struct store_page *, struct arena *, struct request **, size_t *count) must_check;
/* Those of a conversation that are not over, the oldest first. */
enum status request_of_conversation(struct store_tx *, struct str workspace, struct str conversation, struct arena *,
                                    struct request **, size_t *count) must_check;
enum status request_count_of_integration(struct store_tx *, struct str workspace, struct str integration,
                                         int64_t *waiting) must_check;
/* Paused ones become ready: the connection was mended. */
enum status request_resume(struct store_tx *, struct str workspace, struct str integration, int64_t due_at,
                           int64_t *resumed) must_check;

/* The same for those that the agent's former connections left. */
enum status request_resume_former(struct store_tx *, struct str workspace, struct str agent, int64_t due_at,
                                  int64_t *resumed) must_check;
/* What waits needs a person from now on, because of `problem`; its present holder is fenced off. */
enum status request_set_aside(struct store_tx *, struct str workspace, struct str integration, struct str problem) must_check;
/* What waits for its time is due now. */
enum status request_hasten(struct store_tx *, struct str workspace, struct str integration) must_check;

enum status request_audit_insert(struct store_tx *, const struct audit *) must_check; /* E_CONFLICT: it is there already */
/* due_at, outcome, tickets, looked_at. */
enum status request_audit_update(struct store_tx *, const struct audit *) must_check;
/* The one that falls due next; E_NOT_FOUND: none. All workspaces. */
enum status request_audit_next(struct store_tx *, struct arena *, struct audit *) must_check;
enum status request_audit_list(struct store_tx *, struct str workspace, struct str action, struct arena *, struct audit **,
                               size_t *count) must_check;

enum status call_insert(struct store_tx *, const struct call *) must_check;
enum status call_of_action(struct store_tx *, struct str workspace, struct str action, struct arena *, struct call **,
                           size_t *count) must_check;
enum status call_of_integration(struct store_tx *, struct str workspace, struct str integration, const struct store_page *,
                                struct arena *, struct call **, size_t *count) must_check;

#endif
