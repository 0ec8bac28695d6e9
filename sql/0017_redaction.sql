-- What is taken out of the texts that a model provider reads, beside secrets and card numbers.
ALTER TABLE provider ADD COLUMN redact_email BIGINT NOT NULL DEFAULT 0;
ALTER TABLE provider ADD COLUMN redact_phone BIGINT NOT NULL DEFAULT 0;
ALTER TABLE provider ADD COLUMN redact_iban BIGINT NOT NULL DEFAULT 0;
