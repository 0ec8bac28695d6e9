-- Fields that an account wants filled in on every new ticket (model/asked.h), so that a conversation asks for them.
ALTER TABLE zendesk_account ADD COLUMN asked_fields TEXT NOT NULL DEFAULT ''; -- JSON; empty: none are known
