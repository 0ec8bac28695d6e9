/* budget.h - what an account's rate limit leaves for us, as arithmetic. Pure: the caller says what time it is.
 *
 * One budget belongs to one Zendesk account and is fed by the headers of every answer. Before a call: budget_ask, and when it may go, budget_take; after its answer, or
 * without one, budget_answer, exactly once. All of a customer's integrations share the account's number (contract.md 4.12), so a share is kept free for people and other apps.
 *
 * Two kinds of limits are kept: the account's, and the bucket of the call's own lane (lists of tickets, changes of one ticket ...), which can be empty while the account's is full.
 */
#ifndef ZENDESK_BUDGET_H
#define ZENDESK_BUDGET_H

#include "base/http.h"

/* Who goes first, and who may use what. */
enum budget_class {
    BUDGET_CREATE, /* a confirmed creation: may use the reserve as well, when nothing else is left */
    BUDGET_WRITE,  /* any other confirmed write, and the look whether one was done */
    BUDGET_READ,   /* somebody waits for the answer */
    BUDGET_BACKGROUND,
    BUDGET_CLASSES,
};

enum {
    BUDGET_RESERVE_DEFAULT = 20, /* percent kept free */
    BUDGET_RESERVE_MAX = 90,
    BUDGET_HOLD_MAX_MS = 15 * 60 * 1000,
    BUDGET_LINES_MAX = 16,
};

/* Times are Unix milliseconds. */
struct budget_window {
    int64_t limit; /* 0: never heard of */
    int64_t remaining;
    int64_t reset_at;
    int64_t in_flight; /* taken and not answered */
    int64_t blind_at;  /* since when calls are out of a window of which nothing is known; 0: none is */
    int64_t hold_until;
};

enum budget_lane_kind {
    LANE_NONE,
    LANE_TICKETS,
    LANE_TICKET_CREATE,
    LANE_TICKET_UPDATE,
    LANE_SEARCH,
    LANE_USER_UPDATE,
    LANE_USER_UPSERT
};

struct budget_lane {
    enum budget_lane_kind kind;
    int64_t subject; /* the ticket or user, where the bucket is one record's */
};

struct budget {
    int64_t reserve_percent;
    bool is_silent; /* an answer came without any header about limits */
    struct budget_window account;
    struct budget_line {
        struct budget_lane lane;
        struct budget_window window;
    } lines[BUDGET_LINES_MAX];
};

struct budget_lane budget_lane_of(enum http_method, struct str path);

struct budget_ruling {
    bool may_go;
    int64_t again_at; /* when not: ask again then; 0: when an answer has come */
};
struct budget_ruling budget_ask(const struct budget *, enum budget_class, struct budget_lane, int64_t now_ms);
void budget_take(struct budget *, struct budget_lane, int64_t now_ms);
/* `answer` NULL: there was none. */
void budget_answer(struct budget *, struct budget_lane, const struct http_answer *answer, int64_t now_ms);
/* Until when no call leaves; 0: they do. */
int64_t budget_held_until(const struct budget *, int64_t now_ms);

/* The account's numbers of one answer: limit and remaining, and the seconds until they start anew (-1: not said). Three spellings have been in use since 2021. False: there are none. */
bool budget_read_headers(const struct http_answer *, int64_t *limit, int64_t *remaining, int64_t *reset_s);

#endif
