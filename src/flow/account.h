/* account.h - what the calls to one Zendesk account share: its rate budget, the line of those that wait for it, and what it told about its ticket fields.
 *
 * Every call to Zendesk holds a pass while it is out (call.c). A pass is given at once, or after a short while in the line (creations first), or refused with the seconds after which the
 * budget has room: whoever can wait longer than ACCOUNT_PATIENCE_MS does so in its own way and not here. The arithmetic is zendesk/budget.h. What Zendesk asks us to wait is stored, so a
 * restart keeps to it; the counts are not: the first answer tells them again.
 */
#ifndef FLOW_ACCOUNT_H
#define FLOW_ACCOUNT_H

#include "flow/flow.h"
#include "zendesk/budget.h"

enum { ACCOUNT_PATIENCE_MS = 5000 };

struct pass;
struct account {
    struct account *next;
    struct flow *flow;
    struct str workspace, subdomain; /* own */
    struct budget budget;
    struct pass_line {
        struct pass *first, *last;
    } lines[BUDGET_CLASSES];
    struct loop_timer *timer; /* the next moment at which something here changes by itself */
    int64_t stored_hold_until;
    struct str ticket_fields; /* own: what the account answered, at fields_at */
    int64_t fields_at;
    struct str ticket_forms; /* own: as learn.c found them last; empty: none, or not known */
    int64_t asked_at;        /* learn.c asked for them last; 0: never */
    bool is_learning;
};

enum pass_ruling { PASS_GIVEN, PASS_REFUSED, PASS_CUT /* flow_halt */ };
typedef void pass_fn(void *context, enum pass_ruling, int64_t retry_after_s);

/* The caller's memory, from pass_ask until PASS_REFUSED, PASS_CUT or pass_return. */
struct pass {
    struct pass *next;
    struct account *account;
    enum budget_class class;
    struct budget_lane lane;
    int64_t give_up_at;
    pass_fn *fn; /* may run inside pass_ask */
    void *context;
};

/* Made when absent. Accounts live as long as the flow: there is one for each subdomain that somebody connected. */
struct account *account_get(struct flow *, struct str workspace, struct str subdomain);

void pass_ask(struct pass *);
/* A second call under the same pass, as after a renewed access token. */
void pass_again(struct pass *, const struct http_answer *first);
/* The call is over: `answer` NULL when there was none. */
void pass_return(struct pass *, const struct http_answer *answer);

/* The account's ticket fields as Zendesk told them within the last ten minutes; empty when nobody asked. Borrowed until the next of these three. */
struct str account_fields(const struct account *);
void account_learn_fields(struct account *, struct str answer);
void account_forget_fields(struct account *);
void account_learn_forms(struct account *, struct str answer);

/* From stored rows, before anything else. */
void accounts_load(struct flow *, const struct zendesk_account *, size_t count);
/* Connections that an earlier process left waiting for Zendesk go on when their time has come. */
void accounts_start(struct flow *);
/* Who waits is told PASS_CUT inside this call; nothing is stored any more. */
void accounts_halt(struct flow *);
void accounts_close(struct flow *);

#endif
