-- The first schema. One table per noun of src/model/nouns.h; columns are the struct's members.
--
-- One text for both databases: TEXT, BIGINT (also for booleans, 0 or 1) and BYTEA, which SQLite takes for "no affinity that
-- touches bytes". Only WITHOUT ROWID is SQLite's own: it keeps the rows in the order of the primary key, and a driver for another
-- database leaves the words out. Text compares bytewise: ids sort by time. Every growing table leads with the workspace. Times
-- are Unix milliseconds, 0 is "never". A reference that may be missing is NULL, any other text that may be missing is ''.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE workspace (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_request_number BIGINT NOT NULL DEFAULT 0 -- N of the newest "R-N"
);

CREATE TABLE member (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL, -- the address in lower case: what is unique and looked up
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id)
);
-- Across workspaces: signing in starts with the address alone.
CREATE UNIQUE INDEX member_email ON member (email_key) WHERE email_key <> '';

CREATE TABLE session (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    member TEXT NOT NULL,
    from_link BIGINT NOT NULL, -- made by a one-time link
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id),
    FOREIGN KEY (workspace, member) REFERENCES member (workspace, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE UNIQUE INDEX session_hash ON session (hash);
CREATE INDEX session_member ON session (workspace, member);

CREATE TABLE api_key (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    last4 TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id)
);
CREATE UNIQUE INDEX api_key_hash ON api_key (hash);

CREATE TABLE sign_in_link (
    workspace TEXT NOT NULL,
    hash TEXT NOT NULL,
    member TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, hash),
    FOREIGN KEY (workspace, member) REFERENCES member (workspace, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE UNIQUE INDEX sign_in_link_hash ON sign_in_link (hash);
CREATE INDEX sign_in_link_member ON sign_in_link (workspace, member);

CREATE TABLE agent (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    instructions TEXT NOT NULL,
    engine TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id)
);

CREATE TABLE integration (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    auth TEXT NOT NULL,
    subdomain TEXT NOT NULL,
    identifier TEXT NOT NULL,
    account_name TEXT NOT NULL,
    signed_in_id BIGINT NOT NULL,
    signed_in_name TEXT NOT NULL,
    signed_in_email TEXT NOT NULL,
    signed_in_role TEXT NOT NULL,
    status TEXT NOT NULL,
    status_since BIGINT NOT NULL,
    problem TEXT NOT NULL,
    last_ok_at BIGINT NOT NULL,
    sealed TEXT NOT NULL,
    secret_last4 TEXT NOT NULL,
    secret_set_at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    sealed_token TEXT NOT NULL,
    token_expires_at BIGINT NOT NULL,
    scope TEXT NOT NULL,
    actions TEXT NOT NULL, -- "create_ticket:on:always:permitted get_ticket:on:never:refused ..."
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id),
    FOREIGN KEY (workspace, agent) REFERENCES agent (workspace, id) ON DELETE CASCADE
);
CREATE INDEX integration_agent ON integration (workspace, agent, id);
CREATE INDEX integration_fingerprint ON integration (workspace, fingerprint, id);

CREATE TABLE integration_test (
    workspace TEXT NOT NULL,
    integration TEXT NOT NULL,
    id TEXT NOT NULL,
    result TEXT NOT NULL,
    checks TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, integration, id),
    FOREIGN KEY (workspace, integration) REFERENCES integration (workspace, id) ON DELETE CASCADE
);

-- No reference to the agent: what was said and done outlives it, until somebody erases it.
CREATE TABLE conversation (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    channel TEXT NOT NULL,
    identity BIGINT NOT NULL, -- the level: 0 to 4
    visitor_email TEXT NOT NULL,
    visitor_name TEXT NOT NULL,
    dry_run BIGINT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id)
);
CREATE INDEX conversation_agent ON conversation (workspace, agent, id);

-- Rows of one conversation lie together: its last hundred messages are one short read however many there are in all.
CREATE TABLE message (
    workspace TEXT NOT NULL,
    conversation TEXT NOT NULL,
    seq BIGINT NOT NULL,
    id TEXT NOT NULL,
    turn TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    receipt TEXT NOT NULL,
    client_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, conversation, seq),
    FOREIGN KEY (workspace, conversation) REFERENCES conversation (workspace, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE UNIQUE INDEX message_client_id ON message (workspace, conversation, client_id) WHERE client_id <> '';

CREATE TABLE event (
    workspace TEXT NOT NULL,
    conversation TEXT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    turn TEXT NOT NULL,
    action TEXT NOT NULL,
    awaiting TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, conversation, seq),
    FOREIGN KEY (workspace, conversation) REFERENCES conversation (workspace, id) ON DELETE CASCADE
) WITHOUT ROWID;

-- No reference to the integration, here and below: a receipt stays when the connection is gone.
CREATE TABLE action (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    integration TEXT NOT NULL,
    conversation TEXT,
    turn TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    arguments TEXT NOT NULL,
    hash TEXT NOT NULL,
    result TEXT NOT NULL,
    problem TEXT NOT NULL,
    reference TEXT NOT NULL,
    dry_run BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id),
    FOREIGN KEY (workspace, conversation) REFERENCES conversation (workspace, id) ON DELETE CASCADE
);
CREATE INDEX action_conversation ON action (workspace, conversation, id);
CREATE INDEX action_sending ON action (id) WHERE status = 'sending';

-- The outbox. The primary key is the promise: one yes, one request.
CREATE TABLE request (
    workspace TEXT NOT NULL,
    action TEXT NOT NULL,
    integration TEXT NOT NULL,
    conversation TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    body BYTEA NOT NULL,
    key TEXT NOT NULL,
    external_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    token BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    wake_at BIGINT NOT NULL, -- the later of due_at and lease_until: when it may be claimed
    first_sent_at BIGINT NOT NULL,
    last_sent_at BIGINT NOT NULL,
    number BIGINT NOT NULL,
    problem TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, action),
    FOREIGN KEY (workspace, action) REFERENCES action (workspace, id) ON DELETE CASCADE
);
CREATE INDEX request_state ON request (workspace, state, action);
CREATE INDEX request_wake ON request (wake_at) WHERE state IN ('ready', 'sending');
CREATE UNIQUE INDEX request_number ON request (workspace, number) WHERE number > 0;

CREATE TABLE call (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    integration TEXT NOT NULL,
    action TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    request_body BYTEA NOT NULL,
    status BIGINT NOT NULL,
    answer_headers TEXT NOT NULL,
    answer_body BYTEA NOT NULL,
    fault TEXT NOT NULL,
    duration_us BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id),
    FOREIGN KEY (workspace, action) REFERENCES action (workspace, id) ON DELETE CASCADE
);
CREATE INDEX call_action ON call (workspace, action, id);
CREATE INDEX call_integration ON call (workspace, integration, id);
