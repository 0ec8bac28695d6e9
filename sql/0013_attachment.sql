-- Files that somebody uploaded in a conversation. Their bytes are at Zendesk, which keeps for an hour what no comment names.
CREATE TABLE attachment (
    workspace TEXT NOT NULL,
    conversation TEXT NOT NULL,
    id TEXT NOT NULL,
    token TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    action TEXT NOT NULL, -- that took it along last; '': none has
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, conversation, id),
    FOREIGN KEY (workspace, conversation) REFERENCES conversation (workspace, id) ON DELETE CASCADE
) WITHOUT ROWID;
