-- When a person of the team was asked for in a conversation; 0: nobody was, or it was handed back to the agent.
ALTER TABLE conversation ADD COLUMN needs_person_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversation_needs_person ON conversation (workspace, id) WHERE needs_person_at > 0;
