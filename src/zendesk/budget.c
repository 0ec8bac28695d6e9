/* budget.c - see budget.h.
 *
 * Answers arrive in any order, so of one window the smallest `remaining` counts, and every call that is out is taken for one that Zendesk has not counted yet. That errs on the careful side
 * while calls are out and is exact as soon as they are answered; rejected: counting calls on our side and correcting the count, which drifts when others use the account.
 * A window that is over says nothing about the next: until its first answer a few calls may be out, and a few more with each moment that Zendesk keeps it waiting, so that a slow answer does not
 * hold up everybody.
 */
#include "zendesk/budget.h"

#include "zendesk/fault.h"

enum {
    BLIND_MAX = 4,        /* calls out at once while the present window is not known; the smallest plan has 10 a minute */
    BLIND_STEP_MS = 2000, /* so many more after each of these */
    BLIND_STEPS_MAX = 1000,
    WINDOW_MS = 60 * 1000,   /* where Zendesk does not say when the window ends */
    SAME_WINDOW_MS = 5000,   /* two ends this close are one: seconds are rounded, answers travel */
    BACKGROUND_PERCENT = 10, /* of the limit, left untouched by background calls beside the reserve */
    LIMIT_MAX = 1000 * 1000, /* the largest plan has 2500; more is no number of calls */
    RESET_MAX_S = 60 * 60,   /* the longest window known has ten minutes */
};

/* ---- lanes -------------------------------------------------------------------------------------------------------------------- */

static const struct {
    enum http_method method;
    const char *path;
    bool has_subject; /* a record's number follows the path */
    enum budget_lane_kind kind;
} lanes[] = {
    { HTTP_GET, "/api/v2/tickets", false, LANE_TICKETS },
    { HTTP_POST, "/api/v2/tickets", false, LANE_TICKET_CREATE },
    { HTTP_PUT, "/api/v2/tickets/", true, LANE_TICKET_UPDATE },
    { HTTP_GET, "/api/v2/search", false, LANE_SEARCH },
    { HTTP_PUT, "/api/v2/users/", true, LANE_USER_UPDATE },
    { HTTP_POST, "/api/v2/users/create_or_update", false, LANE_USER_UPSERT },
};

struct budget_lane budget_lane_of(enum http_method method, struct str path)
{
    struct str bare = path;
    size_t query = str_find(path, STR("?"), 0);
    if (query != SIZE_MAX) bare = str_slice(path, 0, query);
    for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++) {
        struct str prefix = str_from(lanes[i].path);
        if (lanes[i].method != method || !str_starts(bare, prefix)) continue;
        struct budget_lane lane = { .kind = lanes[i].kind };
        struct str rest = str_slice(bare, prefix.len, bare.len);
        if (lanes[i].has_subject ? str_to_i64(rest, &lane.subject) : rest.len == 0) return lane;
    }
    return (struct budget_lane){ .kind = LANE_NONE };
}

static bool is_lane(const struct budget_line *line, struct budget_lane lane)
{
    return line->lane.kind == lane.kind && line->lane.subject == lane.subject;
}

static const struct budget_window *find_line(const struct budget *budget, struct budget_lane lane)
{
    for (size_t i = 0; lane.kind != LANE_NONE && i < BUDGET_LINES_MAX; i++)
        if (is_lane(&budget->lines[i], lane)) return &budget->lines[i].window;
    return NULL;
}

static bool is_forgettable(const struct budget_window *window, int64_t now_ms)
{
    return window->in_flight == 0 && window->reset_at <= now_ms && window->hold_until <= now_ms;
}

/* The lane's own window, made when there is room; NULL: it has none, and only the account's counts. */
static struct budget_window *line_of(struct budget *budget, struct budget_lane lane, int64_t now_ms)
{
    struct budget_line *room = NULL;
    if (lane.kind == LANE_NONE) return NULL;
    for (size_t i = 0; i < BUDGET_LINES_MAX; i++) {
        struct budget_line *line = &budget->lines[i];
        if (is_lane(line, lane)) return &line->window;
        if (!room && is_forgettable(&line->window, now_ms)) room = line;
    }
    if (!room) return NULL;
    *room = (struct budget_line){ .lane = lane };
    return &room->window;
}

/* ---- asking --------------------------------------------------------------------------------------------------------------------- */

static int64_t percent(int64_t of, int64_t share)
{
    return (of * share + 99) / 100;
}

/* What a call of this class leaves untouched. */
static int64_t floor_of(const struct budget *budget, const struct budget_window *window, enum budget_class class)
{
    int64_t reserve = percent(window->limit, budget->reserve_percent);
    bool is_account = window == &budget->account;
    switch (class) {
    case BUDGET_CREATE: return 0;
    case BUDGET_WRITE: return is_account ? reserve : 0; /* a lane of writes is used by us alone, or about one record */
    case BUDGET_BACKGROUND: return reserve + percent(window->limit, BACKGROUND_PERCENT);
    case BUDGET_READ:
    case BUDGET_CLASSES: break;
    }
    return reserve;
}

/* A hold longer than any that is set comes from a clock that was put back. */
static bool is_held(const struct budget_window *window, int64_t now_ms)
{
    return window->hold_until > now_ms && window->hold_until - now_ms <= BUDGET_HOLD_MAX_MS;
}

static bool is_known(const struct budget_window *window, int64_t now_ms)
{
    return window->limit > 0 && now_ms < window->reset_at;
}

/* Of the present window nothing is known. */
static struct budget_ruling ask_blindly(const struct budget_window *window, int64_t floor, int64_t now_ms)
{
    int64_t share = window->limit == 0 ? INT64_MAX : window->limit - floor;
    int64_t since = window->blind_at > 0 && window->blind_at < now_ms ? window->blind_at : now_ms;
    int64_t steps = (now_ms - since) / BLIND_STEP_MS;
    int64_t allowed = BLIND_MAX * (1 + (steps < BLIND_STEPS_MAX ? steps : BLIND_STEPS_MAX));
    if (share < 1) share = 1; /* a reserve as large as a small plan would keep this class out for ever */
    if (window->in_flight < (allowed < share ? allowed : share)) return (struct budget_ruling){ .may_go = true };
    return (struct budget_ruling){ .again_at = allowed < share ? since + (steps + 1) * BLIND_STEP_MS : 0 };
}

static struct budget_ruling ask_window(const struct budget *budget, const struct budget_window *window, enum budget_class class,
                                       int64_t now_ms)
{
    bool is_account = window == &budget->account;
    if (is_held(window, now_ms)) return (struct budget_ruling){ .again_at = window->hold_until };
    if (window->limit == 0 && (!is_account || budget->is_silent)) return (struct budget_ruling){ .may_go = true };
    int64_t floor = floor_of(budget, window, class);
    if (!is_known(window, now_ms)) return ask_blindly(window, floor, now_ms);
    if (window->remaining - window->in_flight > floor) return (struct budget_ruling){ .may_go = true };
    bool is_spent = window->remaining <= floor;
    return (struct budget_ruling){ .again_at = is_spent ? window->reset_at : 0 };
}

struct budget_ruling budget_ask(const struct budget *budget, enum budget_class class, struct budget_lane lane, int64_t now_ms)
{
    struct budget_ruling ruling = ask_window(budget, &budget->account, class, now_ms);
    const struct budget_window *line = find_line(budget, lane);
    return ruling.may_go && line ? ask_window(budget, line, class, now_ms) : ruling;
}

static void take(struct budget_window *window, int64_t now_ms)
{
    if (!is_known(window, now_ms) && window->blind_at == 0) window->blind_at = now_ms;
    window->in_flight++;
}

static void give_back(struct budget_window *window)
{
    if (window->in_flight > 0) window->in_flight--;
    if (window->in_flight == 0) window->blind_at = 0;
}

void budget_take(struct budget *budget, struct budget_lane lane, int64_t now_ms)
{
    struct budget_window *line = line_of(budget, lane, now_ms);
    take(&budget->account, now_ms);
    if (line) take(line, now_ms);
}

/* ---- answers ---------------------------------------------------------------------------------------------------------------------- */

static struct str header(const struct http_answer *answer, const char *name)
{
    return str_trim(http_header_get(answer->headers, answer->header_count, str_from(name)));
}

bool budget_read_headers(const struct http_answer *answer, int64_t *limit, int64_t *remaining, int64_t *reset_s)
{
    static const char *const limits[] = { "ratelimit-limit", "rate-limit", "x-rate-limit" };
    static const char *const remainings[] = { "ratelimit-remaining", "rate-limit-remaining", "x-rate-limit-remaining" };
    *reset_s = -1;
    if (!str_to_i64(header(answer, "ratelimit-reset"), reset_s) || *reset_s < 0) *reset_s = -1;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (str_to_i64(header(answer, limits[i]), limit) && str_to_i64(header(answer, remainings[i]), remaining)) return true;
    return false;
}

/* "total=100; remaining=99; resets=43" */
static bool read_bucket(struct str value, int64_t *limit, int64_t *remaining, int64_t *reset_s)
{
    struct str part, name;
    *limit = *remaining = *reset_s = -1;
    while (str_split(&value, ';', &part)) {
        if (!str_split(&part, '=', &name)) continue;
        int64_t *to = str_eq(str_trim(name), STR("total"))       ? limit
                      : str_eq(str_trim(name), STR("remaining")) ? remaining
                      : str_eq(str_trim(name), STR("resets"))    ? reset_s
                                                                 : NULL;
        if (to && !str_to_i64(str_trim(part), to)) *to = -1;
    }
    return *limit >= 0 && *remaining >= 0;
}

static void note(struct budget_window *window, int64_t limit, int64_t remaining, int64_t reset_s, int64_t now_ms)
{
    if (reset_s > RESET_MAX_S) reset_s = -1;
    int64_t reset_at = now_ms + (reset_s >= 0 ? reset_s * 1000 : WINDOW_MS);
    bool is_over = window->limit == 0 || now_ms >= window->reset_at;
    bool is_next = reset_s >= 0 && reset_at > window->reset_at + SAME_WINDOW_MS;
    bool is_late = !is_over && reset_s >= 0 && reset_at + SAME_WINDOW_MS < window->reset_at; /* of the window before */
    if (limit <= 0 || limit > LIMIT_MAX || remaining < 0 || remaining > limit || is_late) return;
    if (is_over || is_next || remaining < window->remaining) window->remaining = remaining;
    if (is_over || is_next) window->reset_at = reset_at;
    window->limit = limit;
    window->blind_at = 0;
}

static void note_lane(struct budget_window *line, const struct http_answer *answer, int64_t now_ms)
{
    int64_t limit, remaining, reset_s;
    for (size_t i = 0; i < answer->header_count; i++) {
        struct str name = answer->headers[i].name;
        bool is_bucket = name.len > 18 && str_eq_nocase(str_slice(name, 0, 18), STR("zendesk-ratelimit-"));
        if (is_bucket && read_bucket(answer->headers[i].value, &limit, &remaining, &reset_s))
            note(line, limit, remaining, reset_s, now_ms);
    }
}

static void hold(struct budget_window *window, const struct http_answer *answer, int64_t now_ms)
{
    int64_t until = now_ms + zendesk_retry_after_s(answer) * 1000;
    if (until > window->hold_until || !is_held(window, now_ms)) window->hold_until = until;
}

/* A 429 with the account's budget not spent is about the lane: a bucket was met, or one record's own limit. */
static void note_refusal(struct budget *budget, struct budget_window *line, const struct http_answer *answer, int64_t now_ms)
{
    int64_t limit, remaining, reset_s;
    bool has_left = budget_read_headers(answer, &limit, &remaining, &reset_s) && remaining > 0;
    bool asks_to_wait = answer->status == 429 || (answer->status == 503 && header(answer, "retry-after").len > 0);
    if (asks_to_wait) hold(line && has_left && answer->status == 429 ? line : &budget->account, answer, now_ms);
}

void budget_answer(struct budget *budget, struct budget_lane lane, const struct http_answer *answer, int64_t now_ms)
{
    int64_t limit, remaining, reset_s;
    struct budget_window *line = line_of(budget, lane, now_ms);
    give_back(&budget->account);
    if (line) give_back(line);
    if (!answer) return;
    bool tells = budget_read_headers(answer, &limit, &remaining, &reset_s);
    if (tells) note(&budget->account, limit, remaining, reset_s, now_ms);
    budget->is_silent = !tells;
    if (line) note_lane(line, answer, now_ms);
    note_refusal(budget, line, answer, now_ms);
}

int64_t budget_held_until(const struct budget *budget, int64_t now_ms)
{
    return is_held(&budget->account, now_ms) ? budget->account.hold_until : 0;
}
