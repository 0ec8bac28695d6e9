-- What a POST with an Idempotency-Key was answered, so that sending it again does nothing twice (web/repeat.h). A row is there from the start of the request; it goes with
-- its conversation, as the answer repeats its words.
CREATE TABLE kept_answer (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    actor TEXT NOT NULL,
    hash TEXT NOT NULL, -- of the path and the key
    body_hash TEXT NOT NULL,
    process TEXT NOT NULL, -- the one that runs it
    status BIGINT NOT NULL, -- 0 while it runs, and for ever when its answer is not kept
    is_withheld BIGINT NOT NULL, -- its answer is not kept
    type TEXT NOT NULL,
    body BYTEA NOT NULL,
    conversation TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, actor, hash),
    FOREIGN KEY (workspace, conversation) REFERENCES conversation (workspace, id) ON DELETE CASCADE
);
CREATE INDEX kept_answer_conversation ON kept_answer (workspace, conversation);
CREATE INDEX kept_answer_age ON kept_answer (workspace, created_at);
