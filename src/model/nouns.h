/* nouns.h - the things the product keeps, as plain structs. One struct is one row of the table of that name.
 *
 * Strings are borrowed from whoever filled the struct (an arena, as a rule). Ids are base/id.h texts. Every struct carries
 * the workspace: it is the partition key of every table and every query. Times are Unix milliseconds by the database's
 * clock; 0 is "never".
 */
#ifndef MODEL_NOUNS_H
#define MODEL_NOUNS_H

#include "model/action.h"
#include "model/message.h"
#include "model/problem.h"

struct workspace {
    struct str id; /* wsp_ */
    struct str name;
    bool admins_need_factor; /* members of role admin and owner work only with a second factor */
    int64_t created_at;
};

enum role { ROLE_VIEWER, ROLE_EDITOR, ROLE_ADMIN, ROLE_OWNER };

const char *role_name(enum role);
bool role_from(struct str name, enum role *);

struct member {
    struct str id; /* mem_ */
    struct str workspace;
    struct str email, name; /* both empty for the first owner until the first sign-in is finished */
    enum role role;
    struct str password_hash; /* empty: none set yet */
    int64_t created_at, last_seen_at;
    int64_t factor_at; /* since when a second factor is asked for; 0: it is not. Read with the row, kept in second_factor */
};

/* A member's authenticator app. */
struct second_factor {
    struct str workspace, member;
    struct str secret;    /* as vault/totp.h writes it */
    int64_t confirmed_at; /* 0: shown, and no code of it was typed yet */
    int64_t used_step;    /* of the youngest code that was taken: none that old is taken again */
    int64_t created_at;
};

struct session {
    struct str id;   /* ses_ */
    struct str hash; /* of the cookie's token, hexadecimal */
    struct str workspace, member;
    bool from_link; /* made by a one-time link: may set a password without the old one for a while */
    int64_t created_at, last_seen_at, expires_at;
};

/* What an API key was made for, beside its role: a key needs both. A set of them is a bit each. */
enum key_scope {
    SCOPE_READ,      /* sees agents, integrations, conversations, requests */
    SCOPE_CHAT,      /* holds conversations: begins them, writes, says yes and no, sends files */
    SCOPE_ACT,       /* runs actions in Zendesk without a conversation, decides about requests */
    SCOPE_CONFIGURE, /* agents, integrations, model providers */
    SCOPE_ADMIN,     /* members, keys, the audit log, the webhook, backups, erasing */
    SCOPE_VOUCH,     /* its word for who a visitor is counts */
    SCOPE_COUNT
};

enum { KEY_SCOPES_ALL = (1 << SCOPE_COUNT) - 1 };

const char *key_scope_name(enum key_scope);
bool key_scope_from(struct str name, enum key_scope *);
/* "read chat": names in the order of the enumeration, a blank between. */
struct str key_scopes_text(unsigned scopes, struct arena *);
bool key_scopes_from(struct str names, unsigned *scopes);

struct api_key {
    struct str id; /* key_ */
    struct str workspace, name, hash, last4;
    enum role role;
    unsigned scopes;
    int64_t created_at, last_used_at, revoked_at;
    int64_t expires_at; /* 0: never */
};

/* A one-time link to sign in: first start, invitation, forgotten password. */
struct sign_in_link {
    struct str hash; /* of its token */
    struct str workspace, member;
    int64_t created_at, expires_at, used_at;
};

/* How a model provider is shown its key. */
enum provider_auth { PROVIDER_BEARER, PROVIDER_X_API_KEY, PROVIDER_API_KEY, PROVIDER_NO_KEY };

const char *provider_auth_name(enum provider_auth); /* "bearer", "x-api-key", "api-key", "none" */
bool provider_auth_from(struct str name, enum provider_auth *);

enum provider_status { PROVIDER_UNTESTED, PROVIDER_WORKING, PROVIDER_WARNINGS, PROVIDER_FAILING };

const char *provider_status_name(enum provider_status); /* "untested", ... */
bool provider_status_from(struct str name, enum provider_status *);

/* What a million tokens cost, in millionths of a dollar; 0: not known. */
struct provider_price {
    int64_t input, cached_input, output;
};

/* What is taken out of the texts that a provider reads, beside secrets and card numbers, which always are; it is put back in what comes back. */
struct provider_redact {
    bool email, phone, iban;
};

/* A language model that agents may be given. */
struct provider {
    struct str id; /* prv_ */
    struct str workspace, name;
    enum model_protocol protocol;
    struct str base_url;
    enum provider_auth auth;
    struct str sealed; /* the envelope with base URL, auth and key */
    struct str secret_last4;
    int64_t secret_set_at;
    struct str headers;         /* JSON object: further headers of its calls */
    struct str model;           /* that is used when nothing else is said */
    bool max_completion_tokens; /* OpenAI Chat: the newer name of the ceiling */
    int64_t max_tokens;         /* of one answer; 0: the provider's own */
    int64_t context_tokens;     /* Ollama; 0: ours */
    struct provider_price price;
    struct provider_redact redact;
    enum provider_status status; /* as the last test found */
    struct str problem;          /* JSON of the problem behind the status; empty when there is none */
    int64_t tested_at;
    int64_t version;
    int64_t created_at, updated_at;
};

/* A count of tokens as far as it is believed: it comes from outside, and its price has to fit. 0 to LIMIT_MODEL_TOKENS. */
int64_t provider_tokens(int64_t counted);
/* What this much costs, in millionths of a dollar; 0 without prices. Tokens from a cache cost their own price where there is one. */
int64_t provider_cost(const struct provider_price *, const struct model_usage *);

enum engine { ENGINE_BUILTIN, ENGINE_PROVIDER };

const char *engine_name(enum engine); /* "builtin", "provider" */
bool engine_from(struct str name, enum engine *);

/* What makes an agent what it is beside its name: drafted, published and rolled back as one. Lists are words with a comma between them. */
struct agent_settings {
    struct str instructions; /* what it should know and do */
    struct str tone;         /* how it should sound */
    struct str languages;    /* it answers in: codes such as "en,de"; empty: in whatever the visitor writes */
    struct str escalation;   /* when a person should take over */
    struct str ticket_priority, ticket_type, ticket_tags; /* of a new ticket where nothing is said; empty: none */
    enum engine engine;
    struct str provider, model; /* with ENGINE_PROVIDER; model empty: the provider's own */
    struct str fallbacks;       /* ids of providers to go on with, in this order; the built-in engine stands behind them all */
};

struct agent {
    struct str id; /* agt_ */
    struct str workspace, name;
    struct agent_settings settings; /* the published ones */
    int64_t published;              /* their number */
    struct str published_by;        /* mem_, key_ or "local" */
    int64_t published_at;
    bool has_draft;
    int64_t version; /* grows with every change; an update names the one it saw */
    int64_t created_at, updated_at;
};

enum { AGENT_DRAFT = 0 }; /* the number of what is not published yet */

/* Settings as they were published, or are drafted. */
struct agent_version {
    struct str workspace, agent;
    int64_t number; /* 1, 2, ... or AGENT_DRAFT */
    struct agent_settings settings;
    struct str note;       /* why, in the author's words */
    struct str author;     /* mem_, key_ or "local" */
    int64_t restored_from; /* the number that was rolled back to; 0: none */
    int64_t created_at;
};

enum model_run_state { MODEL_RUN_RUNNING, MODEL_RUN_DONE, MODEL_RUN_FAILED };

const char *model_run_state_name(enum model_run_state); /* "running", "done", "failed" */
bool model_run_state_from(struct str name, enum model_run_state *);

/* One call to a model within a turn; without a provider: the built-in engine took the turn over. */
struct model_run {
    struct str id; /* mdr_ */
    struct str workspace, conversation, turn;
    struct str provider, provider_name, model;
    struct str why; /* "message", "results", "held", "again", "fallback", "spent" */
    enum model_run_state state;
    struct str stop, fault, evidence; /* evidence: the provider's own words about the fault */
    struct model_usage usage;
    int64_t cost;               /* in millionths of a dollar */
    int64_t first_ms, total_ms; /* to the first event (0: there was none), to the end */
    int64_t created_at;
};

/* Tokens and millionths of a dollar. */
struct model_spend {
    int64_t tokens, cost;
};

/* What models may cost a workspace; 0: no cap. */
struct model_cap {
    struct str workspace;
    struct model_spend conversation, day, month;
    int64_t told_on; /* yyyymmdd: when the owner was last told that one is reached */
};

enum integration_auth { AUTH_API_TOKEN, AUTH_OAUTH_CLIENT };

enum integration_status {
    INTEGRATION_CONNECTED,
    INTEGRATION_WARNINGS,
    INTEGRATION_NEEDS_ATTENTION,
    INTEGRATION_RATE_LIMITED,
    INTEGRATION_PAUSED,
};

const char *integration_auth_name(enum integration_auth); /* "api_token", "oauth_client" */
bool integration_auth_from(struct str name, enum integration_auth *);
const char *integration_status_name(enum integration_status); /* "connected", ... */
bool integration_status_from(struct str name, enum integration_status *);

struct integration {
    struct str id; /* int_ */
    struct str workspace, agent;
    enum integration_auth auth;
    struct str subdomain;
    struct str identifier;   /* the API e-mail, or the OAuth client id */
    struct str account_name; /* as the account calls itself */
    int64_t signed_in_id;
    struct str signed_in_name, signed_in_email, signed_in_role;
    enum integration_status status;
    int64_t status_since;
    struct str problem; /* JSON of the problem behind the status; empty when connected */
    int64_t last_ok_at; /* last call that Zendesk accepted */
    struct str sealed;  /* the envelope with host, identifier and secret */
    struct str secret_last4;
    int64_t secret_set_at;
    struct str fingerprint;  /* keyed, of the secret: finds the same token in another integration */
    struct str sealed_token; /* OAuth access token, sealed; empty with an API token */
    int64_t token_expires_at;
    struct str scope;             /* granted scope, OAuth */
    bool enabled[ACTION_COUNT];   /* switched on by the workspace */
    bool permitted[ACTION_COUNT]; /* the account's role allows it, as the last connection test found */
    enum action_confirm confirm[ACTION_COUNT];
    bool strict; /* the account was seen to ignore Idempotency-Keys: they are not trusted */
    int64_t version;
    int64_t created_at, updated_at;
};

/* What all connections to one Zendesk account share. */
struct zendesk_account {
    struct str workspace, subdomain;
    int64_t reserve_percent; /* of the rate limit, kept free for people and other apps */
    int64_t hold_until;      /* no call leaves before; 0: none is held */
    struct str asked_fields; /* what every new ticket needs, as model/asked.h reads it. Read by zendesk_account_fields alone */
};

/* When a connection is looked at although nobody used it. */
struct integration_beat {
    struct str workspace, integration;
    int64_t due_at;
};

/* The operator's webhook: one for each workspace. */
struct webhook {
    struct str workspace;
    struct str url;           /* for showing; the one that counts is in the seal */
    struct str sealed;        /* address and secret */
    struct str former_sealed; /* the secret before the last change; empty: none */
    int64_t former_until;     /* until then it signs as well */
    int64_t disabled_at;      /* the receiver answered 410; 0: in use */
    int64_t secret_set_at, created_at;
};

enum notice_state { NOTICE_WAITING, NOTICE_DELIVERED, NOTICE_FAILED };

const char *notice_state_name(enum notice_state);
bool notice_state_from(struct str name, enum notice_state *);

/* One thing that the webhook is told. */
struct notice {
    struct str workspace;
    struct str id; /* ntc_; the receiver's key for telling a repetition */
    struct str
        type; /* "connection.broken", "connection.recovered", "request.needs_human", "conversation.needs_person", "webhook.test" */
    struct str body; /* JSON, the exact bytes of every attempt */
    enum notice_state state;
    int64_t attempts, due_at;
    int64_t status;   /* of the last answer; 0: none */
    struct str fault; /* why there was none */
    int64_t created_at, tried_at;
};

/* One run of the connection test. */
struct integration_test {
    struct str id; /* tst_ */
    struct str workspace, integration;
    struct str result; /* "passed", "warning", "failed" */
    struct str checks; /* JSON array, as the API shows it */
    int64_t created_at;
};

/* What a POST with an Idempotency-Key was answered; there from the start of the request. */
struct kept_answer {
    struct str workspace, actor; /* who sent it: key_ or mem_ */
    struct str hash;             /* of the path and the key */
    struct str body_hash;
    struct str process; /* the one that runs it */
    int64_t status;     /* 0: it runs, or its answer is withheld */
    bool is_withheld;   /* the answer is not kept */
    struct str type, body;
    struct str conversation; /* that the answer tells of: erased with it; empty when none */
    int64_t created_at;
};

enum channel { CHANNEL_CHATLAB, CHANNEL_API, CHANNEL_CLI, CHANNEL_WIDGET };

const char *channel_name(enum channel);
bool channel_from(struct str name, enum channel *);

/* Who is asking: the levels of interfaces.md, decided by the server alone. */
enum identity { L0_ANONYMOUS, L1_CLAIMED, L2_MAIL_VERIFIED, L3_SITE_VERIFIED, L4_MEMBER };

const char *identity_name(enum identity); /* "L0", ... */
bool identity_from(struct str name, enum identity *);

struct conversation {
    struct str id; /* con_ */
    struct str workspace, agent;
    enum channel channel;
    enum identity identity;
    struct str visitor_email, visitor_name;
    bool dry_run;
    struct str title; /* the first words of the first message */
    struct str state; /* the turn machine's own, see agent/turn.h; empty at first */
    int64_t last_seq; /* of its messages and events */
    int64_t version;  /* a turn's write names the version it read */
    int64_t created_at, updated_at;
    int64_t needs_person_at; /* since when a person of the team is asked for; 0: the agent answers */
    struct str
        outcome; /* of conversation_list alone: "#35436", a ticket that was made, or "R-17", a request that is open; empty: neither */
};

enum author { AUTHOR_VISITOR, AUTHOR_AGENT };

const char *author_name(enum author);

struct message {
    struct str workspace, conversation;
    int64_t seq;     /* grows within its conversation, shared with its events */
    struct str id;   /* msg_ */
    struct str turn; /* trn_ */
    enum author author;
    struct str text;      /* as it is shown */
    struct str receipts;  /* the actions whose receipts the text states facts from, a blank between them; empty when none */
    struct str client_id; /* the sender's own id of it, unique in the conversation; empty when none */
    int64_t created_at;
};

/* Something that happened in a conversation beside messages; shares the sequence with them. */
struct event {
    struct str workspace, conversation;
    int64_t seq;
    struct str kind; /* "action.proposed", "action.done", ..., "turn.completed" */
    struct str turn;
    struct str action;   /* empty for turn.completed */
    struct str awaiting; /* of turn.completed: "", "details", "confirmation", "action" */
    int64_t created_at;
};

/* A file that was uploaded in a conversation, for its next ticket or comment. The bytes are at Zendesk. */
struct attachment {
    struct str workspace, conversation;
    struct str id;    /* fil_ */
    struct str token; /* Zendesk's name of it */
    struct str file_name;
    int64_t size;
    int64_t expires_at; /* Zendesk forgets what no comment names */
    struct str action;  /* that took it along last; empty: none has */
    int64_t created_at;
};

/* A confirmed action on its way to Zendesk: the outbox. One per action, for ever (primary key: action). */
enum request_state {
    REQUEST_READY,   /* to be claimed when due */
    REQUEST_SENDING, /* the intent is durable; bytes may be on the wire */
    REQUEST_DONE,
    REQUEST_REJECTED, /* Zendesk refused it for good */
    REQUEST_PAUSED,   /* the connection has to be mended first */
    REQUEST_NEEDS_HUMAN,
    REQUEST_DROPPED,
};

const char *request_state_name(enum request_state);
bool request_state_from(struct str name, enum request_state *);

/* What keeps a repeated request from being done twice. */
enum request_guard {
    GUARD_NONE,  /* doing it twice is doing it once */
    GUARD_KEY,   /* an Idempotency-Key, for as long as Zendesk keeps it */
    GUARD_STAMP, /* the ticket's updated_stamp: only one of the copies can apply */
};

const char *request_guard_name(enum request_guard);
bool request_guard_from(struct str name, enum request_guard *);

/* Why a look comes before the next send. */
enum request_doubt {
    DOUBT_NONE,
    DOUBT_AMBIGUOUS, /* the last send may or may not have been done */
    DOUBT_POISONED,  /* the key is no longer any use */
};

const char *request_doubt_name(enum request_doubt);
bool request_doubt_from(struct str name, enum request_doubt *);

struct request {
    struct str action, workspace, integration, conversation;
    enum action_kind kind;
    enum request_state state;
    enum http_method method;
    struct str path, body; /* the exact bytes that are sent, every time */
    struct str key;        /* Idempotency-Key without the epoch */
    struct str external_id;
    enum request_guard guard;
    enum request_doubt doubt;
    int64_t epoch, attempts;
    int64_t token; /* fencing: grows with each claim */
    int64_t lease_until, due_at;
    int64_t first_sent_at, last_sent_at; /* 0: no byte has left under this epoch */
    int64_t number;                      /* N of "R-N", by workspace; 0 until it is told to somebody */
    struct str problem;                  /* JSON */
    int64_t since;                       /* from when its age counts: the yes, or the last time a person sent it on */
    int64_t created_at, updated_at;
};

/* A connection that was taken away. */
struct former_integration {
    struct str id; /* int_ */
    struct str workspace, agent, subdomain;
    int64_t removed_at;
};

enum audit_outcome {
    AUDIT_DUE,
    AUDIT_ONE,     /* exactly one ticket: as it should be */
    AUDIT_NONE,    /* none is listed any more: deleted in Zendesk, or merged */
    AUDIT_SETTLED, /* there were several; one was kept and the others are solved */
    AUDIT_OPEN,    /* there are several, and Zendesk did not let the others be solved */
    AUDIT_SKIPPED, /* the connection is gone, or Zendesk did not answer for a week */
};

const char *audit_outcome_name(enum audit_outcome);
bool audit_outcome_from(struct str name, enum audit_outcome *);

/* A look some time after a creation is done: is there exactly one ticket of it? */
struct audit {
    struct str workspace, action;
    int64_t stage; /* 1, 2 */
    int64_t due_at;
    enum audit_outcome outcome;
    int64_t tickets; /* that were found */
    int64_t looked_at;
};

/* One call to Zendesk and what came back: the receipt of an action, and the "recent requests" of an integration. */
struct call {
    struct str id;                             /* cal_ */
    struct str workspace, integration, action; /* action is empty for a connection test */
    struct str method, path;
    struct str request_body;   /* capped */
    int64_t status;            /* 0: no answer */
    struct str answer_headers; /* JSON object of the ones kept: rate, request id, idempotency, warn */
    struct str answer_body;    /* capped */
    struct str fault;          /* net fault in words; empty when there was an answer */
    int64_t duration_us;
    int64_t created_at;
};

/* One line of the audit log: who did what to what. Values are JSON without secrets and without the content of conversations; empty: there is none. */
struct trail_entry {
    struct str workspace;
    int64_t seq; /* 1, 2, ... */
    int64_t at;
    struct str actor;         /* mem_, key_, or "local" for a command on this machine */
    struct str act;           /* "agent.update" */
    struct str object;        /* the id of what was changed */
    struct str before, after; /* what differs */
    struct str address;       /* of the peer */
    struct str trace;         /* of the request */
    struct str hash;          /* hexadecimal, over this entry and the hash before it */
};

#endif
