-- What all connections to one Zendesk account share: the rate limit is the account's (zendesk/budget.h).
CREATE TABLE zendesk_account (
    workspace TEXT NOT NULL REFERENCES workspace (id),
    subdomain TEXT NOT NULL,
    reserve_percent BIGINT NOT NULL, -- of the rate limit, kept free for people and other apps
    hold_until BIGINT NOT NULL, -- no call leaves before; 0: none is held
    PRIMARY KEY (workspace, subdomain)
);
CREATE INDEX integration_subdomain ON integration (workspace, subdomain, id);
