-- Calls to models within turns: what was asked of whom, why, what it cost. A row without a provider says that the built-in engine took the turn over.
CREATE TABLE model_run (
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    conversation TEXT NOT NULL,
    turn TEXT NOT NULL,
    provider TEXT NOT NULL,
    provider_name TEXT NOT NULL, -- as it was called then
    model TEXT NOT NULL,
    why TEXT NOT NULL, -- 'message', 'results', 'held', 'again', 'fallback', 'spent'
    state TEXT NOT NULL, -- 'running', 'done', 'failed'
    stop TEXT NOT NULL,
    fault TEXT NOT NULL,
    evidence TEXT NOT NULL, -- the provider's own words about the fault
    input_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost BIGINT NOT NULL, -- millionths of a dollar
    first_ms BIGINT NOT NULL,
    total_ms BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id),
    FOREIGN KEY (workspace, conversation) REFERENCES conversation (workspace, id) ON DELETE CASCADE
);
CREATE INDEX model_run_conversation ON model_run (workspace, conversation, id);
CREATE INDEX model_run_running ON model_run (state) WHERE state = 'running';

-- What all calls of a day have cost; stays when conversations are erased.
CREATE TABLE model_spend (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    day BIGINT NOT NULL, -- yyyymmdd, UTC
    tokens BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    PRIMARY KEY (workspace, day)
) WITHOUT ROWID;

-- Caps; 0: none.
CREATE TABLE model_cap (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    conversation_tokens BIGINT NOT NULL,
    conversation_cost BIGINT NOT NULL,
    day_tokens BIGINT NOT NULL,
    day_cost BIGINT NOT NULL,
    month_tokens BIGINT NOT NULL,
    month_cost BIGINT NOT NULL,
    told_on BIGINT NOT NULL, -- the day on which the owner was last told that one was reached
    PRIMARY KEY (workspace)
) WITHOUT ROWID;
