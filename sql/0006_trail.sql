-- The audit log: who changed what. Each entry carries the digest of the one before it (store/trail.c), so that what is altered, taken out or put elsewhere is found.
CREATE TABLE trail (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    seq BIGINT NOT NULL, -- 1, 2, ... without a gap
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    address TEXT NOT NULL,
    trace TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace, seq)
) WITHOUT ROWID;
