-- What keeps a repeated request from being done twice, and why a look comes before the next send (agent/delivery.h).
ALTER TABLE request ADD COLUMN guard TEXT NOT NULL DEFAULT 'key';
ALTER TABLE request ADD COLUMN doubt TEXT NOT NULL DEFAULT 'none';
-- Set when an account was seen to ignore Idempotency-Keys: they are not trusted from then on.
ALTER TABLE integration ADD COLUMN strict BIGINT NOT NULL DEFAULT 0;
