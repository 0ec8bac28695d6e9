-- An agent's settings are drafted, published and rolled back as a whole. A published version never changes.
CREATE TABLE agent_version (
    workspace TEXT NOT NULL,
    agent TEXT NOT NULL,
    number BIGINT NOT NULL, -- 1, 2, ...; 0: the draft
    instructions TEXT NOT NULL,
    tone TEXT NOT NULL,
    languages TEXT NOT NULL, -- lists are words with a comma between them
    escalation TEXT NOT NULL,
    ticket_priority TEXT NOT NULL,
    ticket_type TEXT NOT NULL,
    ticket_tags TEXT NOT NULL,
    engine TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    fallbacks TEXT NOT NULL,
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    restored_from BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace, agent, number),
    FOREIGN KEY (workspace, agent) REFERENCES agent (workspace, id) ON DELETE CASCADE
);
INSERT INTO agent_version
SELECT workspace, id, 1, instructions, '', '', '', '', '', '', engine, provider, model, '', '', '', 0, updated_at FROM agent;
DROP INDEX agent_provider;
ALTER TABLE agent DROP COLUMN instructions;
ALTER TABLE agent DROP COLUMN engine;
ALTER TABLE agent DROP COLUMN provider;
ALTER TABLE agent DROP COLUMN model;
ALTER TABLE agent ADD COLUMN published BIGINT NOT NULL DEFAULT 1;
