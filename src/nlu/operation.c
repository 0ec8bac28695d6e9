/* operation.c - verb lexicon times ticket noun or number: making a ticket and looking at one; the other orders are in frames.c.
 *
 * To create: a making verb with a ticket noun close behind it, both in one fragment, not negated, not "my open ticket" and not the ticket that "I
 * opened". To look: a looking verb or a word like "status" with a number or with a ticket that is already somebody's.
 * The noun's article tells much: "open a ticket" makes one, "open my ticket" looks at it.
 */
#include "nlu/operation.h"

#include "nlu/fields.h"
#include "nlu/frames.h"
#include "nlu/lexicon.h"

enum { VERB_TO_NOUN_MAX = 7, TICKET_DIGITS_MIN = 3, TICKET_DIGITS_MAX = 14 };

/* ---- ticket numbers ---------------------------------------------------------------------------------------------------------- */

static uint64_t number_value(struct str raw)
{
    struct str digits = words_digits(raw);
    uint64_t value;
    return digits.len <= TICKET_DIGITS_MAX && str_to_u64(digits, &value) ? value : 0;
}

/* Does the number at i end a list of tickets, "tickets 7 and 8" or "ticket 7 and 8", and count nothing ("ticket 7 and 8 people")? */
static bool is_listed(const struct words *w, size_t noun, size_t i)
{
    struct str low = w->items[noun].low;
    bool plural = low.len > 3 && low.ptr[low.len - 1] == 's';
    return plural || words_kind(w, i + 1) != WORD_TEXT || words_is(w, i + 1, LEX_POLITE) || words_one_of(w, i + 1, "and to as");
}

/* Is the number at i introduced as a ticket's: "#12", "ticket 12", "ticket number 12", "tickets 7, 8 and 12", "case id: 12", "id=12"? */
static bool is_named_number(const struct words *w, size_t i)
{
    if (words_digits(w->items[i].raw).len < w->items[i].raw.len) return true;
    bool id = false, listed = false;
    for (size_t at = i; at-- > 0;) {
        if (words_is(w, at, LEX_TICKET)) return !listed || is_listed(w, at, i);
        bool between = words_kind(w, at) == WORD_PAUSE || words_one_of(w, at, "and &");
        bool after = at > 0 && (words_kind(w, at - 1) == WORD_NUMBER || words_kind(w, at - 1) == WORD_PAUSE);
        if (words_kind(w, at) == WORD_NUMBER || (between && after)) {
            listed = true;
            continue;
        }
        bool sign = words_kind(w, at) == WORD_COLON || words_kind(w, at) == WORD_SIGN;
        bool joint = words_one_of(w, at, "number no nr num id numbered is was with the");
        id = id || words_eq(w, at, STR("id"));
        if (!sign && !joint) return id;
    }
    return id;
}

/* "close 12", "reply to 12: ...": is the number at i the object of a change or a comment, and counts nothing? */
static bool is_object(const struct words *w, size_t i)
{
    if (i == 0 ||
        (words_kind(w, i + 1) == WORD_TEXT && !words_one_of(w, i + 1, "with to as saying that and please now because from on")))
        return false;
    if (words_is(w, i - 1, LEX_CHANGE | LEX_CLOSE)) return !words_is(w, i - 1, LEX_ADD | LEX_CREATE);
    bool joint = i >= 2 && words_one_of(w, i - 1, "on to in for"), only = i >= 3 && words_eq(w, i - 2, STR("only"));
    return joint &&
           (only || words_is(w, i - 2, LEX_COMMENT) ||
            words_one_of(w, i - 2, "reply respond answer note comment them him her customer requester client internally back"));
}

uint64_t operation_next_ticket(const struct words *w, size_t *at, size_t to, bool bare)
{
    while (*at < to && *at < w->count) {
        size_t i = (*at)++;
        if (w->items[i].kind != WORD_NUMBER || w->items[i].held) continue;
        uint64_t value = number_value(w->items[i].raw);
        if (value && (is_named_number(w, i) || (bare && (w->items[i].raw.len >= TICKET_DIGITS_MIN || is_object(w, i)))))
            return value;
    }
    return 0;
}

uint64_t operation_ticket(const struct words *w, size_t from, size_t to, bool bare)
{
    return operation_next_ticket(w, &from, to, bare);
}

/* ---- creating ------------------------------------------------------------------------------------------------------------------- */

static bool is_owned(const struct words *w, size_t i)
{
    return words_one_of(w, i, "my the this that our your all last his her their any these previous recent");
}

/* Verbs too weak to make a ticket of "problem" and "issue": "I need a problem" is none. */
static bool is_weak_verb(const struct words *w, size_t i)
{
    return words_one_of(w, i, "need want make start put add write prepare book generate new");
}

static bool is_negated(const struct words *w, size_t from, size_t verb)
{
    for (size_t i = verb; i > from && verb - i < 4 && !words_boundary(w, i - 1); i--)
        if (words_is(w, i - 1, LEX_NEGATION)) return !words_eq(w, i - 1, STR("no"));
    return false;
}

/* May the verb at v make the noun at n? */
static bool makes(const struct words *w, size_t from, size_t v, size_t n)
{
    if (v > from && (is_owned(w, v - 1) || words_one_of(w, v - 1, "a an"))) return false;
    if (words_is(w, n, LEX_MATTER) && is_weak_verb(w, v)) return false;
    for (size_t i = v + 1; i < n; i++) {
        bool lists = words_kind(w, i) == WORD_PAUSE && !words_is(w, i + 1, LEX_LEAD); /* "a long, detailed ticket" */
        if ((words_boundary(w, i) && !lists) || words_is(w, i, LEX_PAST)) return false;
        if (words_is(w, i, LEX_LOOK | LEX_CHANGE) && !words_is(w, i, LEX_CREATE)) return false;
        if (is_owned(w, i) && (words_eq(w, v, STR("open")) || is_weak_verb(w, v))) return false;
    }
    return !is_negated(w, from, v);
}

/* "compose a ticket", "could you set up a formal complaint": whatever is to be done with "a" ticket, when it stands as an order, makes one.
 * The verb of the noun at n; SIZE_MAX when it is none of this kind. */
static size_t any_making_verb(const struct words *w, size_t from, size_t n)
{
    size_t article = n;
    while (article > from && n - article < 4 && !words_one_of(w, article, "a an another one for of this the my with on about"))
        article--;
    if (!words_one_of(w, article, "a an another one") || article == from) return SIZE_MAX;
    size_t v = article - 1;
    if (v > from && words_one_of(w, v, "up over in out off through together down")) v--;
    if (words_kind(w, v) != WORD_TEXT ||
        words_is(w, v, LEX_LOOK | LEX_FIND | LEX_CLOSE | LEX_PAST | LEX_LEAD | LEX_ASK | LEX_CONNECT | LEX_ADD))
        return SIZE_MAX;
    if (words_one_of(w, v, "buy get got use scan print win edit update change delete merge assign cancel lose lost"))
        return SIZE_MAX;
    bool ordered =
        v == from || words_boundary(w, v - 1) || words_one_of(w, v - 1, "please you someone somebody kindly to just and now");
    return ordered && !words_one_of(w, v, "with for from of as by on into is was") ? v : SIZE_MAX;
}

/* "a ticket should be opened", "I'd like a ticket to be created", "make sure there is a ticket": the participle, or the noun itself, is the verb. */
static size_t passive_verb(const struct words *w, size_t from, size_t to, size_t n)
{
    if (n == from || !words_one_of(w, n - 1, "a an another new support service help")) return SIZE_MAX;
    bool be = words_eq(w, n + 2, STR("be")) && words_one_of(w, n + 1, "to should must could can needs may might");
    size_t done = n + (be ? 3 : 1);
    bool wanted = be;
    for (size_t i = from; i < n; i++) wanted = wanted || words_one_of(w, i, "want like need have get appreciate see");
    if (done < to && words_is(w, done, LEX_PAST) && wanted) return done;
    bool named = words_is(w, n + 1, LEX_NAMING) || words_one_of(w, n + 2, "title subject"), there = false;
    for (size_t i = from; i < n; i++) there = there || words_one_of(w, i, "have had is was opened got there there's made");
    if (named && !there) return n; /* "proceed with a ticket titled ..." */
    for (size_t i = from; i + 1 < n; i++)
        if (words_one_of(w, i, "make ensure") && words_one_of(w, i + 1, "sure that there there's") &&
            !words_one_of(w, n + 1, "number"))
            return n;
    return SIZE_MAX;
}

/* "log this with support", "report it to the help desk": nothing is named, but who is to have it. */
static bool goes_to_support(const struct words *w, size_t from, size_t to, size_t *verb, size_t *noun)
{
    for (size_t v = from; v + 3 < to; v++) {
        if (!words_one_of(w, v, "log file report raise register lodge submit document record") || w->items[v].held) continue;
        if (!words_one_of(w, v + 1, "this that it") || !words_one_of(w, v + 2, "with to")) continue;
        for (size_t n = v + 3; n < to && n < v + 7; n++) {
            if (!words_one_of(w, n, "support helpdesk desk team")) continue;
            *verb = v;
            *noun = n;
            return true;
        }
    }
    return false;
}

/* Finds verb and noun of "create a ticket"; false when the sentence has no such pair. */
static bool find_creation(const struct words *w, size_t from, size_t to, size_t *verb, size_t *noun)
{
    for (size_t n = from; n < to; n++) {
        if (!words_is(w, n, LEX_TICKET | LEX_MATTER) || w->items[n].taken || w->items[n].held) continue;
        if (n > from && words_eq(w, n - 1, STR("to"))) continue;            /* "to request" is a verb */
        bool some = n > from && words_one_of(w, n - 1, "a an new another"); /* "open a ticket 4 me" */
        bool numbered = !some && operation_ticket(w, n + 1, n + 4 < to ? n + 4 : to, false) != 0;
        for (size_t v = n; !numbered && v-- > from && n - v <= VERB_TO_NOUN_MAX;) {
            if (!words_is(w, v, LEX_CREATE) || w->items[v].taken || w->items[v].held) continue;
            *verb = v;
            *noun = n;
            if (makes(w, from, v, n)) return true;
        }
        if (numbered || !words_is(w, n, LEX_TICKET)) continue;
        *noun = n;
        *verb = any_making_verb(w, from, n);
        if (*verb == SIZE_MAX) *verb = passive_verb(w, from, to, n);
        if (*verb != SIZE_MAX && !is_negated(w, from, *verb)) return true;
    }
    return goes_to_support(w, from, to, verb, noun);
}

/* What the order says about priority: before the noun, or beside the word "priority" after it. */
static void take_priority(struct words *w, size_t verb, size_t noun, size_t to, struct str *priority)
{
    for (size_t i = verb; i < to; i++) {
        if (!words_is(w, i, LEX_PRIORITY) || w->items[i].taken) continue;
        bool beside = words_eq(w, i + 1, STR("priority")) || (i > 0 && words_eq(w, i - 1, STR("priority")));
        if (i > noun + 1 && !beside) continue;
        *priority = fields_priority(w->items[i].low);
        if (i < noun) return;
        if (!beside) {
            words_take(w, i, i + 1);
            return;
        }
        size_t first = words_eq(w, i - 1, STR("priority")) ? i - 1 : i,
               last = words_eq(w, i + 1, STR("priority")) ? i + 2 : i + 1;
        if (first > noun && words_eq(w, first - 1, STR("a"))) first--;
        if (first > noun && words_one_of(w, first - 1, "with as")) first--;
        words_take(w, first, last);
        return;
    }
}

static void take_creation(struct words *w, size_t from, size_t to, size_t verb, size_t noun)
{
    size_t start = verb < noun ? verb : noun, end = (verb < noun ? noun : verb) + 1; /* "a ticket to be opened" */
    while (start > from && (words_is(w, start - 1, LEX_LEAD) || w->items[start - 1].taken)) start--;
    while (end < to && words_is(w, end, LEX_TICKET | LEX_MATTER)) end++;
    bool keeps_noun = words_is(w, noun, LEX_MATTER) && words_eq(w, end, STR("with")); /* "report a problem with my printer" */
    if (keeps_noun) {
        words_take(w, start, noun);
        return;
    }
    for (bool more = true; more && end < to;) {
        more = false;
        if (words_phrase(w, end, STR("for me")) || words_phrase(w, end, STR("for us"))) {
            end += 2;
            more = true;
        } else if (w->items[end].taken || words_eq(w, end, STR("please"))) {
            end++;
            more = true;
        }
    }
    while (end < to && (words_is(w, end, LEX_CONNECT) || words_kind(w, end) == WORD_COLON)) end++;
    words_take(w, start, end);
}

/* ---- looking -------------------------------------------------------------------------------------------------------- */

static bool has_owned_ticket(const struct words *w, size_t from, size_t to)
{
    for (size_t n = from; n < to; n++) {
        if (!words_is(w, n, LEX_TICKET)) continue;
        for (size_t i = n; i > from && n - i < 4; i--)
            if (is_owned(w, i - 1)) return true;
    }
    return false;
}

static bool find(const struct words *w, size_t from, size_t to, unsigned classes, size_t *at)
{
    for (size_t i = from; i < to; i++) {
        if (!words_is(w, i, classes) || w->items[i].taken || w->items[i].held) continue;
        *at = i;
        return true;
    }
    return false;
}

/* "with the information from the ticket", "having seen my ticket": what leads to an order is none. */
static bool is_aside(const struct words *w, size_t from)
{
    return words_one_of(w, from, "using with having based given after since because as");
}

/* "ticket FEAT-99": another system's number; that a ticket is meant is clear, which one has to be asked. */
static bool names_code(const struct words *w, size_t from, size_t to)
{
    for (size_t i = from; i + 1 < to; i++) {
        if (!words_is(w, i, LEX_TICKET) || words_kind(w, i + 1) != WORD_TEXT) continue;
        struct str raw = w->items[i + 1].raw;
        for (size_t k = 0; k < raw.len; k++)
            if (char_is_digit(raw.ptr[k])) return true;
    }
    return false;
}

/* "status of 4711", "is 4711 solved", "news on the second one", "how far is it": a ticket is meant without the word for it. */
static bool asks_by_number(const struct words *w, size_t from, size_t to)
{
    size_t at;
    bool state = find(w, from, to, LEX_STATUS | LEX_STATE | LEX_LOOK, &at);
    for (size_t i = from + 1; state && i < to; i++) {
        bool looked = words_one_of(w, i - 1, "at into up") && words_is(w, i - 2, LEX_LOOK);
        bool joint =
            looked || words_is(w, i - 1, LEX_STATUS) ||
            (words_one_of(w, i - 1, "of on for about with is has was") && find(w, from, to, LEX_STATUS | LEX_STATE, &at));
        if (words_kind(w, i) == WORD_NUMBER && joint && w->items[i].raw.len >= TICKET_DIGITS_MIN) return true;
        if (words_eq(w, i, STR("one")) && find(w, from, to, LEX_STATUS, &at)) return true;
    }
    return false;
}

/* "is my issue solved", "any news on the problem I reported", "check on my issue": a matter that was told before. */
static bool asks_of_matter(const struct words *w, size_t from, size_t to, bool asks)
{
    size_t noun, at;
    if (!find(w, from, to, LEX_MATTER, &noun)) return false;
    bool told = words_one_of(w, noun + 1, "i we") && words_is(w, noun + 2, LEX_PAST);
    for (size_t i = noun; i > from && noun - i < 3; i--) told = told || words_one_of(w, i - 1, "my our");
    bool news = false, checks = false;
    for (size_t i = from; i < noun; i++) {
        news = news || words_one_of(w, i, "status news update updates progress happening");
        checks = checks || (words_one_of(w, i, "check checking") && words_one_of(w, i + 1, "on up in"));
    }
    return told && (news || checks || (asks && find(w, noun, to, LEX_STATE, &at)));
}

static bool looks(const struct words *w, size_t from, size_t to, bool numbered, bool owned)
{
    if (is_aside(w, from)) return false;
    size_t at, noun;
    bool coded = names_code(w, from, to);
    bool ticket = find(w, from, to, LEX_TICKET, &noun),
         asks = words_is(w, words_eq(w, from, STR("and")) ? from + 1 : from, LEX_ASK);
    if (asks_by_number(w, from, to) || asks_of_matter(w, from, to, asks)) return true;
    if (!ticket && !numbered) return false;
    if (find(w, from, to, LEX_STATUS, &at)) return true;
    if (find(w, from, to, LEX_LOOK, &at) && (numbered || owned || coded)) return true;
    if (asks && (owned || numbered)) return true;
    return numbered && to - from <= 4; /* "ticket number 35436" */
}

enum nlu_operation operation_read(struct words *w, size_t from, size_t to, bool take, struct str *priority, size_t *verb)
{
    size_t makes_at, noun;
    enum nlu_operation found = frames_read(w, from, to, verb);
    bool owned = has_owned_ticket(w, from, to), numbered = operation_ticket(w, from, to, false) != 0;
    bool change = found == NLU_UPDATE_TICKET && !owned && !numbered; /* "raise an urgent ticket" */
    if (find_creation(w, from, to, &makes_at, &noun) && (makes_at < *verb || (makes_at == *verb && change))) {
        *verb = makes_at;
        if (take) {
            take_priority(w, makes_at, noun, to, priority);
            take_creation(w, from, to, makes_at, noun);
        }
        return NLU_CREATE_TICKET;
    }
    if (!found && looks(w, from, to, numbered, owned)) {
        found = NLU_GET_TICKET;
        (void)find(w, from, to, LEX_STATUS | LEX_LOOK | LEX_ASK, verb);
    }
    if (take && found) words_take(w, from, to);
    return found;
}
