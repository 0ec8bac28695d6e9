/* render.h - the nouns as the REST API shows them (docs/api.md), one function per noun. Secrets have no way in: nothing here reads a hash or an envelope. */
#ifndef WEB_RENDER_H
#define WEB_RENDER_H

#include "base/json.h"
#include "flow/providers.h"
#include "model/nouns.h"

void render_member(struct jw *, const struct member *);
void render_session(struct jw *, const struct member *, const struct workspace *, int64_t expires_at);
void render_key(struct jw *, const struct api_key *);
/* With the secret: in the answer that makes it, and never again. */
void render_key_made(struct jw *, const struct api_key *, struct str secret);
void render_agent(struct jw *, const struct agent *, const struct integration *, size_t count, bool has_namesake,
                  const struct flow *, struct arena *);
void render_action_spec(struct jw *, const struct action_spec *);

/* The member "problem" from a stored one; null when there is none. */
void render_problem_member(struct jw *, struct str stored, struct arena *);
void render_provider(struct jw *, const struct provider *, struct arena *);
void render_model_run(struct jw *, const struct model_run *);
void render_model_cap(struct jw *, const struct model_cap *);
/* Dollars that were sent, as millionths of them, rounded. */
int64_t render_micros(const struct json *amount);
void render_provider_test(struct jw *, const struct flow_provider_result *, struct arena *);

/* What is shown of an integration beside its row. */
struct integration_view {
    struct integration row;
    int64_t waiting; /* requests that are kept for it */
    int64_t now_at;
};
/* Members only, so that connecting can add its own. */
void render_integration_members(struct jw *, const struct integration_view *, const struct flow *, struct arena *);
void render_integration(struct jw *, const struct integration_view *, const struct flow *, struct arena *);
void render_test(struct jw *, const struct integration_test *);
void render_call(struct jw *, const struct call *);

void render_conversation_members(struct jw *, const struct conversation *);
void render_message(struct jw *, const struct message *);
void render_attachment_members(struct jw *, const struct attachment *);
/* An action with its calls to Zendesk. */
struct action_view {
    struct action row;
    struct call *calls;
    size_t count;
};
void render_action(struct jw *, const struct action_view *, struct arena *);

/* A request with what it is about, whose it is, and what was found when it was looked after. */
struct request_view {
    struct request row;
    struct action action;
    struct str agent_name; /* empty: its agent is gone */
    struct audit *audits;
    size_t audit_count;
};
/* Members only, so that settling can add its ticket. */
void render_request_members(struct jw *, const struct request_view *, struct arena *);
void render_request(struct jw *, const struct request_view *, struct arena *);

/* Days from now until Zendesk turns API tokens off; 0 from then on. */
int64_t render_token_days_left(int64_t now_at);

#endif
