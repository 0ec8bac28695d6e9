-- Authenticator apps of members, the codes for when one is lost, and whether a workspace's admins need one.

CREATE TABLE second_factor (
    workspace TEXT NOT NULL,
    member TEXT NOT NULL,
    secret TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL, -- 0: not yet
    used_step BIGINT NOT NULL, -- of the youngest code that was taken
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, member),
    FOREIGN KEY (workspace, member) REFERENCES member (workspace, id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE recovery_code (
    workspace TEXT NOT NULL,
    member TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace, member, hash),
    FOREIGN KEY (workspace, member) REFERENCES member (workspace, id) ON DELETE CASCADE
) WITHOUT ROWID;

ALTER TABLE workspace ADD COLUMN admins_need_factor BIGINT NOT NULL DEFAULT 0;
