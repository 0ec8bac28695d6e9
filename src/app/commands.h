/* commands.h - one function per command; each returns an exit code. */
#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/args.h"

command_fn cmd_demo;
command_fn cmd_serve;
command_fn cmd_sandbox;
command_fn cmd_chat;
command_fn cmd_setup;
command_fn cmd_agent_list;
command_fn cmd_agent_show;
command_fn cmd_agent_create;
command_fn cmd_agent_update;
command_fn cmd_agent_draft;
command_fn cmd_agent_diff;
command_fn cmd_agent_publish;
command_fn cmd_agent_discard;
command_fn cmd_agent_versions;
command_fn cmd_agent_restore;
command_fn cmd_agent_delete;
command_fn cmd_integration_list;
command_fn cmd_integration_add;
command_fn cmd_integration_test;
command_fn cmd_integration_show;
command_fn cmd_integration_credentials;
command_fn cmd_integration_update;
command_fn cmd_integration_remove;
command_fn cmd_provider_list;
command_fn cmd_provider_show;
command_fn cmd_provider_add;
command_fn cmd_provider_test;
command_fn cmd_provider_remove;
command_fn cmd_action_list;
command_fn cmd_action_run;
command_fn cmd_conversation_list;
command_fn cmd_conversation_show;
command_fn cmd_conversation_resume;
command_fn cmd_conversation_erase;
command_fn cmd_request_list;
command_fn cmd_request_show;
command_fn cmd_request_retry;
command_fn cmd_request_settle;
command_fn cmd_request_drop;
command_fn cmd_key_create;
command_fn cmd_key_list;
command_fn cmd_key_revoke;
command_fn cmd_audit_list;
command_fn cmd_audit_export;
command_fn cmd_audit_verify;
command_fn cmd_webhook_set;
command_fn cmd_webhook_show;
command_fn cmd_webhook_test;
command_fn cmd_webhook_rotate;
command_fn cmd_webhook_deliveries;
command_fn cmd_webhook_remove;
command_fn cmd_member_list;
command_fn cmd_member_invite;
command_fn cmd_member_role;
command_fn cmd_member_sign_out;
command_fn cmd_member_reset_second_factor;
command_fn cmd_member_require_second_factor;
command_fn cmd_member_remove;
command_fn cmd_member_reset_password;
command_fn cmd_nlu_explain;
command_fn cmd_doctor;
command_fn cmd_backup;
command_fn cmd_restore;
command_fn cmd_migrate;
command_fn cmd_openapi;
command_fn cmd_completion;
command_fn cmd_version;

/* Makes the first thing of an installation, so it may make the data directory as well; other commands need one that is there. */
bool command_may_begin(const struct command *);

#endif
