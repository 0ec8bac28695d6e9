/* user.h - people: end users, agents, admins. One struct is one row; render writes it as the API shows it.
 * Strings live in the arena they were loaded into.
 */
#ifndef SANDBOX_USER_H
#define SANDBOX_USER_H

#include "base/json.h"
#include "sandbox/desk.h"

struct api_call;

struct user {
    int64_t id; /* 0: not stored yet */
    struct str name, email, external_id;
    struct str role; /* "end-user", "agent", "admin" */
    int64_t custom_role_id;
    bool verified, suspended, active;
    struct str phone, alias, details, notes, signature;
    int64_t organization_id;
    struct str tags;        /* separated by single spaces, sorted */
    struct str user_fields; /* a JSON object */
    int64_t created_at, updated_at;
};

bool user_is_end_user(const struct user *);
bool user_is_light_agent(const struct user *);
/* No account yet: the fields a new end user starts with. */
struct user user_blank(void);

bool user_load(struct desk *, struct arena *, int64_t id, struct user *);
bool user_by_email(struct desk *, struct arena *, struct str email,
                   struct user *); /* any of a person's addresses; ASCII case does not matter */
bool user_by_external_id(struct desk *, struct arena *, struct str external_id, struct user *);
/* Stores a new one: gives it its id and claims its e-mail address. */
void user_insert(struct desk *, struct user *);
void user_update(struct desk *, const struct user *);
/* One more address ("email") or number ("phone_number") of that person, not the primary one; its id. */
int64_t user_add_identity(struct desk *, int64_t id, struct str type, struct str value, bool verified, int64_t now_at);
void user_free_emails(struct desk *, int64_t id); /* all of that person's addresses may be taken by others */

/* Every user's id in order: call again with the last one; 0 at the end. For searching. */
int64_t user_next_id(struct desk *, int64_t after);

/* The members of a user, in an object the caller has begun. */
void user_render_members(const struct api_call *, struct jw *, const struct user *);
void user_render(const struct api_call *, struct jw *, const struct user *);
void user_render_anonymous(struct jw *);
void user_render_by_id(struct api_call *, struct jw *, int64_t id); /* for lists */

#endif
