-- From when the age of a request counts: the yes, or the last time a person sent it on.
ALTER TABLE request ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
UPDATE request SET since = created_at;
CREATE INDEX request_open ON request (workspace, conversation, action) WHERE state IN ('ready', 'sending', 'paused', 'needs_human');

-- Whose connection it was, and to which account: a later one of that agent takes up the requests that it left.
CREATE TABLE former_integration (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    subdomain TEXT NOT NULL,
    removed_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id)
);
CREATE INDEX former_integration_agent ON former_integration (workspace, agent);

-- Looks after a creation is done: there must be exactly one ticket of it.
CREATE TABLE audit (
    workspace TEXT NOT NULL,
    action TEXT NOT NULL,
    stage BIGINT NOT NULL, -- 1, 2: ten minutes, a day after
    due_at BIGINT NOT NULL,
    outcome TEXT NOT NULL, -- empty until it was made
    tickets BIGINT NOT NULL,
    looked_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, action, stage),
    FOREIGN KEY (workspace, action) REFERENCES request (workspace, action) ON DELETE CASCADE
);
CREATE INDEX audit_due ON audit (due_at) WHERE outcome = '';
