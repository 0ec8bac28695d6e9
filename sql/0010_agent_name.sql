-- An agent of the same name is looked for when one is made or renamed.
CREATE INDEX agent_name ON agent (workspace, name, id);
