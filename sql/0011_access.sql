-- What lets somebody in, and what they may do then. Keys that are there keep all they could do.

ALTER TABLE api_key ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read chat act configure admin vouch';
ALTER TABLE api_key ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0; -- 0: never
