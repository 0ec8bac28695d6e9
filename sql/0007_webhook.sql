-- The operator's webhook: one for each workspace. The address stands in the seal beside the secret; `url` is for showing.
CREATE TABLE webhook (
    workspace TEXT NOT NULL PRIMARY KEY REFERENCES workspace (id),
    url TEXT NOT NULL,
    sealed TEXT NOT NULL,
    former_sealed TEXT NOT NULL, -- the secret before the last change signs as well, until former_until
    former_until BIGINT NOT NULL,
    disabled_at BIGINT NOT NULL, -- the receiver answered 410; 0: in use
    secret_set_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What it was told, or is to be told.
CREATE TABLE notice (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL, -- waiting, delivered, failed
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    status BIGINT NOT NULL, -- of the last answer; 0: none
    fault TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id),
    FOREIGN KEY (workspace) REFERENCES webhook (workspace) ON DELETE CASCADE
);
CREATE INDEX notice_due ON notice (due_at) WHERE state = 'waiting';

-- When a connection is looked at although nobody used it: at the latest a day after its last call.
ALTER TABLE integration ADD COLUMN beat_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX integration_beat ON integration (beat_at);
