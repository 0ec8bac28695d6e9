-- Language models that agents may be given. The key is in the envelope, with the base URL it belongs to.
CREATE TABLE provider (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    protocol TEXT NOT NULL, -- 'openai_chat', 'openai_responses', 'anthropic', 'ollama'
    base_url TEXT NOT NULL,
    auth TEXT NOT NULL, -- 'bearer', 'x-api-key', 'api-key', 'none'
    sealed TEXT NOT NULL,
    secret_last4 TEXT NOT NULL,
    secret_set_at BIGINT NOT NULL,
    headers TEXT NOT NULL, -- JSON object
    model TEXT NOT NULL,
    max_completion_tokens BIGINT NOT NULL,
    max_tokens BIGINT NOT NULL,
    context_tokens BIGINT NOT NULL,
    price_input BIGINT NOT NULL, -- millionths of a dollar for a million tokens
    price_cached_input BIGINT NOT NULL,
    price_output BIGINT NOT NULL,
    status TEXT NOT NULL, -- 'untested', 'working', 'warnings', 'failing'
    problem TEXT NOT NULL,
    tested_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, id)
);
CREATE INDEX agent_provider ON agent (workspace, provider) WHERE provider <> '';
