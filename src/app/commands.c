/* commands.c - the table of commands. Each file cmd_*.c holds what one group does. */
#include "app/commands.h"

#include "app/agent_settings.h"
#include "app/config.h"

#define OPTION_END                                                                                                               \
    {                                                                                                                            \
        NULL, NULL, NULL                                                                                                         \
    }

static const struct option agent_options[] = { { "name", "TEXT", "the agent's name" }, SETTINGS_OPTIONS, OPTION_END };
static const struct option agent_update_options[] = {
    { "name", "TEXT", "the agent's name" }, SETTINGS_OPTIONS, { "note", "TEXT", "why, for the list of versions" }, OPTION_END
};
static const struct option draft_options[] = { SETTINGS_OPTIONS, OPTION_END };
static const struct option diff_options[] = {
    { "against", "NUMBER", "the version to compare with; default: the published one, or the one before" }, OPTION_END
};
static const struct option note_option[] = { { "note", "TEXT", "why, for the list of versions" }, OPTION_END };
static const struct option integration_add_options[] = {
    { "agent", "AGENT", "id or name; may be left out when there is one agent" },
    { "subdomain", "NAME", "mycompany, of mycompany.zendesk.com" },
    { "email", "ADDRESS", "whom the API token signs in as" },
    { "api-token-file", "FILE", "file with the API token; - is standard input" },
    { "client-id", "ID", "OAuth client instead of a token" },
    { "client-secret-file", "FILE", "file with the OAuth client's secret; - is standard input" },
    OPTION_END
};
static const struct option integration_update_options[] = {
    { "reserve", "PERCENT", "of the account's rate limit, kept free for people and other apps; 20 at first, at most 90" },
    OPTION_END
};
static const struct option agent_option[] = { { "agent", "AGENT", "id or name; may be left out when there is one agent" },
                                              OPTION_END };
static const struct option provider_add_options[] = {
    { "name", "TEXT", "what it is called here" },
    { "protocol", "NAME",
      "openai_chat (also vLLM, llama.cpp, LM Studio, Groq, OpenRouter, Azure), openai_responses, anthropic or ollama" },
    { "model", "NAME", "the model that is used" },
    { "api-key-file", "FILE", "file with the API key; - is standard input" },
    { "base-url", "URL", "where it is; default: the protocol's maker" },
    { "auth", "HOW", "how the key is sent: bearer, x-api-key, api-key or none; default: as the protocol has it" },
    { "header", "NAME=VALUE", "a further header of every call; repeatable" },
    { "max-tokens", "N", "ceiling of one answer" },
    { "max-tokens-name", "NAME", "max_tokens or max_completion_tokens, where the server takes only one" },
    { "price", "IN/OUT", "dollars for a million tokens, such as 3/15" },
    { "redact", "LIST", "taken out of what it reads beside secrets and card numbers: email, phone, iban" },
    { "no-test", NULL, "do not call it now" },
    { "allow-private-providers", NULL, "private addresses and http are allowed; only without a running server" },
    OPTION_END
};
static const struct option provider_test_options[] = {
    { "allow-private-providers", NULL, "private addresses and http are allowed; only without a running server" }, OPTION_END
};
static const struct option key_options[] = { { "name", "TEXT", "what the key is for" },
                                             { "role", "ROLE", "owner, admin, editor or viewer" },
                                             { "scopes", "LIST",
                                               "what it is for: read, chat, act, configure, admin, vouch; default all" },
                                             { "days", "N", "after that many days it ends; default never" },
                                             OPTION_END };
static const struct option action_options[] = {
    { "agent", "AGENT", "id or name; may be left out when there is one agent" },
    { "arg", "NAME=VALUE", "an argument; repeatable; NAME:=JSON for other than text; a wrong NAME lists those there are" },
    { "dry-run", NULL, "check and show, send nothing" },
    OPTION_END
};
static const struct option chat_options[] = { { "agent", "AGENT", "id or name; may be left out when there is one agent" },
                                              { "conversation", "ID", "go on with an earlier conversation" },
                                              { "dry-run", NULL, "writes are shown and not sent" },
                                              { "zendesk-resolve", "SUBDOMAIN=URL",
                                                "send this account's calls to URL; only without a running server" },
                                              OPTION_END };
static const struct option request_options[] = {
    { "status", "STATUS", "waiting, needs_human or failed; default both of the first" }, OPTION_END
};
static const struct option settle_options[] = { { "ticket", "N", "the ticket that it came to" }, OPTION_END };
static const struct option drop_options[] = { { "reason", "TEXT", "why; whoever asked for it reads the words" }, OPTION_END };
static const struct option sandbox_options[] = {
    { "listen", "ADDR:PORT", "where to listen; default 127.0.0.1:8081" },
    { "account", "NAME",
      "a subdomain; default practice; repeatable: several accounts, each found by Host "
      "NAME.zendesk.com or NAME.localhost, or X-Practice-Account" },
    { "email", "ADDRESS", "the admin's address; default admin@practice.example" },
    { "api-token", "TOKEN", "the practice API token" },
    { "oauth-client", "ID:SECRET", "the practice OAuth client" },
    { "rate-limit", "N", "requests a minute; default 700" },
    { "seed-data", NULL, "fill new accounts with a few hundred tickets and customers" },
    { "fault", "SPEC", "\"POST /api/v2/tickets status:503 times=1\"; repeatable" },
    OPTION_END
};
static const struct option demo_options[] = { { "listen", "ADDR:PORT", "where the console listens; default 127.0.0.1:8080" },
                                              { "sandbox-listen", "ADDR:PORT",
                                                "where the practice Zendesk listens; default 127.0.0.1:8081" },
                                              { "log-level", "LEVEL", "debug, info, warn or error; default warn" },
                                              { "once", NULL, "leave after the setup check: 0 if it passed, 7 if not" },
                                              OPTION_END };
static const struct option yes_option[] = { { "yes", NULL, "do it without asking" }, OPTION_END };
static const struct option restore_options[] = { { "from", "FILE", "the backup" }, OPTION_END };
static const struct option backup_options[] = { { "to", "FILE", "where the copy goes; default DATA/backups/TIME.db" },
                                                OPTION_END };
static const struct option invite_options[] = { { "role", "ROLE", "viewer, editor, admin or owner; default viewer" },
                                                { "name", "TEXT", "what they are called" },
                                                OPTION_END };
static const struct option role_options[] = { { "role", "ROLE", "viewer, editor, admin or owner" }, OPTION_END };
static const struct option audit_options[] = { { "head", "NUMBER:DIGEST", "an earlier head: that entry must still be there" },
                                               OPTION_END };
static const struct option migrate_options[] = { { "dry-run", NULL, "say what would be done" }, OPTION_END };
static const struct option doctor_options[] = { { "network", NULL, "look up and reach each connected account as well" },
                                                OPTION_END };

const struct command commands[] = {
    { "demo", NULL, "", "practice Zendesk, server and the setup check: the first ticket", "chatcrafter demo", demo_options,
      cmd_demo },
    { "serve", NULL, "", "the server with its console", "chatcrafter serve --listen 127.0.0.1:8080", config_options, cmd_serve },
    { "sandbox", NULL, "", "the practice Zendesk", "chatcrafter sandbox --account practice", sandbox_options, cmd_sandbox },
    { "chat", NULL, "",
      "Chatlab in the terminal: a line in, the answer out; the line \"/attach FILE\" adds a file to the next ticket or comment",
      "chatcrafter chat --agent Support", chat_options, cmd_chat },
    { "setup", NULL, "", "a one-time link to sign in to the console as the owner", "chatcrafter setup", NULL, cmd_setup },
    { "agent", "list", "", "the agents", "chatcrafter agent list", NULL, cmd_agent_list },
    { "agent", "show", "AGENT", "one agent", "chatcrafter agent show Support", NULL, cmd_agent_show },
    { "agent", "create", "", "a new agent", "chatcrafter agent create --name Support", agent_options, cmd_agent_create },
    { "agent", "update", "AGENT", "another name, or other settings, published at once",
      "chatcrafter agent update Support --name Billing", agent_update_options, cmd_agent_update },
    { "agent", "draft", "AGENT", "saves other settings without publishing them",
      "chatcrafter agent draft Support --tone \"warm and brief\"", draft_options, cmd_agent_draft },
    { "agent", "diff", "AGENT [NUMBER]", "what a version, or the draft, changes", "chatcrafter agent diff Support", diff_options,
      cmd_agent_diff },
    { "agent", "publish", "AGENT", "publishes the draft", "chatcrafter agent publish Support --note \"Warmer\"", note_option,
      cmd_agent_publish },
    { "agent", "discard", "AGENT", "discards the draft", "chatcrafter agent discard Support", NULL, cmd_agent_discard },
    { "agent", "versions", "AGENT", "what was published, newest first", "chatcrafter agent versions Support", NULL,
      cmd_agent_versions },
    { "agent", "restore", "AGENT NUMBER", "publishes an earlier version again", "chatcrafter agent restore Support 3",
      note_option, cmd_agent_restore },
    { "agent", "delete", "AGENT", "deletes an agent with its connection; asks first", "chatcrafter agent delete Support",
      yes_option, cmd_agent_delete },
    { "integration", "list", "", "an agent's connections", "chatcrafter integration list --agent Support", agent_option,
      cmd_integration_list },
    { "integration", "add", "zendesk", "connects an agent to Zendesk; stored only when the test passes",
      "chatcrafter integration add zendesk --agent Support --subdomain mycompany --client-id chatcrafter --client-secret-file "
      "secret.txt",
      integration_add_options, cmd_integration_add },
    { "integration", "test", "ID", "Test Connection, step by step", "chatcrafter integration test int_...", NULL,
      cmd_integration_test },
    { "integration", "show", "ID", "one connection", "chatcrafter integration show int_...", NULL, cmd_integration_show },
    { "integration", "update", "ID", "how much of the account's rate limit is kept free",
      "chatcrafter integration update int_... --reserve 30", integration_update_options, cmd_integration_update },
    { "integration", "credentials", "ID", "other credentials; tested before the present ones go",
      "chatcrafter integration credentials int_... --subdomain mycompany --client-id chatcrafter --client-secret-file -",
      integration_add_options, cmd_integration_credentials },
    { "integration", "remove", "ID", "disconnects", "chatcrafter integration remove int_...", NULL, cmd_integration_remove },
    { "provider", "list", "", "the model providers", "chatcrafter provider list", NULL, cmd_provider_list },
    { "provider", "add", "", "adds a model provider and tests it with a real call",
      "chatcrafter provider add --name OpenAI --protocol openai_chat --model gpt-4.1-mini --api-key-file key.txt",
      provider_add_options, cmd_provider_add },
    { "provider", "test", "PROVIDER", "one real call with a tool; 7 when it fails", "chatcrafter provider test OpenAI",
      provider_test_options, cmd_provider_test },
    { "provider", "show", "PROVIDER", "one model provider", "chatcrafter provider show OpenAI", NULL, cmd_provider_show },
    { "provider", "remove", "PROVIDER", "deletes one with its key; asks first", "chatcrafter provider remove OpenAI", yes_option,
      cmd_provider_remove },
    { "action", "list", "", "what agents can do in Zendesk", "chatcrafter action list", NULL, cmd_action_list },
    { "action", "run", "NAME", "does it, as yourself", "chatcrafter action run get_ticket --arg ticket_id:=35436", action_options,
      cmd_action_run },
    { "conversation", "list", "", "the latest conversations", "chatcrafter conversation list", NULL, cmd_conversation_list },
    { "conversation", "show", "ID", "one, with its messages and actions", "chatcrafter conversation show con_...", NULL,
      cmd_conversation_show },
    { "conversation", "resume", "ID", "hands one that needs a person back to the agent",
      "chatcrafter conversation resume con_...", NULL, cmd_conversation_resume },
    { "conversation", "erase", "ID", "erases one; asks first", "chatcrafter conversation erase con_...", yes_option,
      cmd_conversation_erase },
    { "request", "list", "", "confirmed requests that are not through yet", "chatcrafter request list", request_options,
      cmd_request_list },
    { "request", "show", "REQUEST", "one of them", "chatcrafter request show R-17", NULL, cmd_request_show },
    { "request", "retry", "REQUEST", "tries it again now; what was sent before is looked for first",
      "chatcrafter request retry R-17", NULL, cmd_request_retry },
    { "request", "settle", "REQUEST", "says which ticket it came to", "chatcrafter request settle R-17 --ticket 35436",
      settle_options, cmd_request_settle },
    { "request", "drop", "REQUEST", "gives it up; whoever asked for it is told why",
      "chatcrafter request drop R-17 --reason \"asked for twice\"", drop_options, cmd_request_drop },
    { "key", "create", "", "an API key, shown once", "chatcrafter key create --name laptop --role admin", key_options,
      cmd_key_create },
    { "key", "list", "", "the API keys", "chatcrafter key list", NULL, cmd_key_list },
    { "key", "revoke", "ID", "ends a key", "chatcrafter key revoke key_...", NULL, cmd_key_revoke },
    { "member", "list", "", "who signs in to the console", "chatcrafter member list", NULL, cmd_member_list },
    { "member", "invite", "EMAIL", "makes a member and a one-time link to hand on",
      "chatcrafter member invite jo@mycompany.com --role editor", invite_options, cmd_member_invite },
    { "member", "role", "EMAIL", "another role; ends their sessions", "chatcrafter member role jo@mycompany.com --role admin",
      role_options, cmd_member_role },
    { "member", "sign-out", "EMAIL", "ends all their sessions", "chatcrafter member sign-out jo@mycompany.com", NULL,
      cmd_member_sign_out },
    { "member", "reset-second-factor", "EMAIL", "for a lost phone: takes the second factor away, ends their sessions",
      "chatcrafter member reset-second-factor jo@mycompany.com", NULL, cmd_member_reset_second_factor },
    { "member", "require-second-factor", "WHO", "admins (and owners) or nobody",
      "chatcrafter member require-second-factor admins", NULL, cmd_member_require_second_factor },
    { "member", "remove", "EMAIL", "takes somebody out of the workspace; asks first",
      "chatcrafter member remove jo@mycompany.com", yes_option, cmd_member_remove },
    { "member", "reset-password", "EMAIL", "a one-time link to set another password",
      "chatcrafter member reset-password ops@mycompany.com", NULL, cmd_member_reset_password },
    { "webhook", "set", "URL", "whom to tell when a connection breaks or a request needs a person",
      "chatcrafter webhook set https://alerts.mycompany.com/chatcrafter", NULL, cmd_webhook_set },
    { "webhook", "show", "", "the webhook", "chatcrafter webhook show", NULL, cmd_webhook_show },
    { "webhook", "test", "", "sends a test; 7 when it is not taken", "chatcrafter webhook test", NULL, cmd_webhook_test },
    { "webhook", "rotate", "", "another secret, shown once; the former one signs as well for a day", "chatcrafter webhook rotate",
      NULL, cmd_webhook_rotate },
    { "webhook", "deliveries", "", "what the webhook was told", "chatcrafter webhook deliveries", NULL, cmd_webhook_deliveries },
    { "webhook", "remove", "", "tells nobody any more; asks first", "chatcrafter webhook remove", yes_option,
      cmd_webhook_remove },
    { "audit", "list", "", "who changed what, newest first", "chatcrafter audit list", NULL, cmd_audit_list },
    { "audit", "export", "", "the whole audit log, a JSON object a line", "chatcrafter audit export > audit.jsonl", NULL,
      cmd_audit_export },
    { "audit", "verify", "", "is every entry as it was written; 7 when not", "chatcrafter audit verify", audit_options,
      cmd_audit_verify },
    { "nlu", "explain", "TEXT", "how the built-in engine reads a message; - reads one a line",
      "chatcrafter nlu explain \"close ticket 12\"", NULL, cmd_nlu_explain },
    { "doctor", NULL, "", "looks for what could be wrong, with the command that mends it", "chatcrafter doctor", doctor_options,
      cmd_doctor },
    { "backup", NULL, "", "a consistent copy of the database, also while serving", "chatcrafter backup --to today.db",
      backup_options, cmd_backup },
    { "restore", NULL, "", "puts a backup in place; the present database is kept beside it",
      "chatcrafter restore --from today.db", restore_options, cmd_restore },
    { "migrate", NULL, "", "brings the database to this version's schema", "chatcrafter migrate --dry-run", migrate_options,
      cmd_migrate },
    { "openapi", NULL, "", "the API's description, OpenAPI 3.1", "chatcrafter openapi > openapi.json", NULL, cmd_openapi },
    { "completion", NULL, "SHELL", "completion for bash, zsh or fish",
      "chatcrafter completion bash > /etc/bash_completion.d/chatcrafter", NULL, cmd_completion },
    { "version", NULL, "", "the version, one line", "chatcrafter version", NULL, cmd_version },
    { NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};

bool command_may_begin(const struct command *command)
{
    static command_fn *const first[] = { cmd_setup,        cmd_agent_create, cmd_key_create, cmd_member_invite,
                                         cmd_provider_add, cmd_webhook_set,  cmd_openapi,    cmd_action_list };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (command->run == first[i]) return true;
    return false;
}
