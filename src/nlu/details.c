/* details.c - one reader per detail. Each looks at the clause alone, and not at text that is held: "tell them it is solved" sets no status.
 *
 * Values are views of the visitor's words, but for those of Zendesk's own lists (status, priority, type), which come in Zendesk's spelling. Which
 * details an operation can have is said in one table, so that "open" is a status in a search and a verb elsewhere.
 */
#include "nlu/details.h"

#include "nlu/clause.h"
#include "nlu/days.h"
#include "nlu/fields.h"
#include "nlu/lexicon.h"

enum { NAME_WORDS_MAX = 4, NAME_LABEL_WORDS_MAX = 7, ABOUT_WORDS_MAX = 6, PHONE_DIGITS_MIN = 6, LIMIT_MAX = 100 };

struct span {
    const struct words *w;
    size_t from, to;
};

static bool free_word(const struct span *s, size_t i)
{
    return i >= s->from && i < s->to && !s->w->items[i].held;
}

static size_t next_word(const struct span *s, size_t at, const char *list)
{
    for (size_t i = at; i < s->to; i++)
        if (free_word(s, i) && words_one_of(s->w, i, list)) return i;
    return SIZE_MAX;
}

static size_t next_class(const struct span *s, size_t at, unsigned classes)
{
    for (size_t i = at; i < s->to; i++)
        if (free_word(s, i) && words_is(s->w, i, classes)) return i;
    return SIZE_MAX;
}

/* ---- Zendesk's own lists ------------------------------------------------------------------------------------------------------------------ */

static struct str state_value(struct str low)
{
    static const struct {
        const char *words;
        struct str value;
    } states[] = {
        { "new", STR("new") },
        { "open opened reopen reopened reopening re-open unresolved unsolved active outstanding", STR("open") },
        { "pending waiting", STR("pending") },
        { "hold on-hold", STR("hold") },
        { "solved resolved solve resolve close closing resolving solving cancel done finished complete completed fixed finalize "
          "finalise",
          STR("solved") },
        { "closed", STR("closed") },
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct str rest = str_from(states[i].words), word;
        while (str_split(&rest, ' ', &word))
            if (str_eq(low, word)) return states[i].value;
    }
    return STR_NONE;
}

/* The status a change leads to: behind "to", "as", "mark it", or inside of the verb. What is closed by order is solved: Zendesk closes by itself. */
static struct str new_status(const struct span *s)
{
    struct str found = STR_NONE;
    for (size_t i = s->from; i < s->to; i++) {
        if (!free_word(s, i)) continue;
        struct str value = state_value(s->w->items[i].low);
        if (value.len == 0 || words_eq(s->w, i, STR("new"))) continue;
        bool target = i > s->from && words_one_of(s->w, i - 1, "to as on = : be status is");
        bool verb = words_is(s->w, i, LEX_CLOSE) || words_eq(s->w, i, STR("cancel"));
        bool marked = next_word(s, s->from, "mark set put move change make want need like get have") < i &&
                      !words_is(s->w, i + 1, LEX_TICKET | LEX_MATTER);
        if (verb && found.len == 0) found = value;
        if (target || (marked && !verb)) found = value;
    }
    return str_eq(found, STR("closed")) ? STR("solved") : found;
}

/* A status that tickets are asked for by. */
static struct str asked_status(const struct span *s)
{
    for (size_t i = s->from; i < s->to; i++) {
        if (!free_word(s, i) || !words_is(s->w, i, LEX_STATE)) continue;
        bool verb = i == s->from && words_eq(s->w, i, STR("open"));
        bool past = words_eq(s->w, i, STR("opened")) || (words_eq(s->w, i, STR("new")) && !words_is(s->w, i + 1, LEX_TICKET));
        if (!verb && !past) return state_value(s->w->items[i].low);
    }
    return STR_NONE;
}

static struct str read_priority(const struct span *s)
{
    size_t found = SIZE_MAX;
    for (size_t i = s->from; (i = next_class(s, i, LEX_PRIORITY)) != SIZE_MAX; i++)
        if (found == SIZE_MAX || words_one_of(s->w, i - 1, "to as")) found = i;
    return found == SIZE_MAX ? STR_NONE : fields_priority(s->w->items[found].low);
}

static struct str read_type(const struct span *s)
{
    size_t at = next_word(s, s->from, "type");
    size_t kind = at == SIZE_MAX ? SIZE_MAX : next_class(s, at, LEX_KIND);
    return kind == SIZE_MAX ? STR_NONE : s->w->items[kind].low;
}

/* ---- words of the visitor ------------------------------------------------------------------------------------------------------------------- */

/* From `at` to where something else begins. */
static struct str value_from(const struct span *s, size_t at, size_t words, const char *stops)
{
    size_t first, end;
    if (words_kind(s->w, at) == WORD_COLON) at++;
    if (words_kind(s->w, at) == WORD_QUOTE && clause_held(s->w, at + 1, s->to, &first, &end) && first == at + 1)
        return words_span(s->w, first, end);
    size_t to = at;
    while (to < s->to && to - at < words && !words_boundary(s->w, to) && words_kind(s->w, to) != WORD_QUOTE &&
           !words_one_of(s->w, to, stops))
        to++;
    while (to > at && words_one_of(s->w, to - 1, "please pls plz thanks thank you now asap")) to--;
    return words_span(s->w, at, to);
}

static bool is_capital(const struct words *w, size_t i)
{
    struct str raw = i < w->count ? w->items[i].raw : STR_NONE;
    return words_kind(w, i) == WORD_TEXT && raw.len &&
           ((raw.ptr[0] >= 'A' && raw.ptr[0] <= 'Z') || (unsigned char)raw.ptr[0] >= 0xc3);
}

static struct str name_before(const struct span *s, size_t end)
{
    size_t first = end;
    while (first > s->from && is_capital(s->w, first - 1) && !words_is(s->w, first - 1, LEX_TICKET)) first--;
    return words_span(s->w, first, end);
}

static struct str read_assignee(const struct span *s)
{
    size_t verb = next_word(s, s->from, "assign assigned reassign reassigned delegate give hand transfer pass assignee");
    if (verb == SIZE_MAX) return STR_NONE;
    size_t to = next_word(s, verb, "to is : =");
    if (words_kind(s->w, verb + 1) == WORD_COLON) to = verb + 1;
    if (to == SIZE_MAX) return words_one_of(s->w, verb + 1, "me myself") ? STR("me") : STR_NONE;
    if (to + 1 >= s->to) return name_before(s, to); /* "weise Ticket 12 Bob zu" */
    if (words_one_of(s->w, to + 1, "me myself")) return STR("me");
    if (words_kind(s->w, to + 1) == WORD_EMAIL) return s->w->items[to + 1].raw;
    return value_from(s, to + 1, NAME_WORDS_MAX, "with as in for that which please on from who");
}

/* "tag 5 with vip", "add the tags a, b and c to ticket 5": the list goes on over commas and "and". */
static void read_tags(const struct span *s, struct nlu_details *d)
{
    size_t noun = next_word(s, s->from, "tag tags tagged untag label labels");
    if (noun == SIZE_MAX) return;
    bool removes = next_word(s, s->from, "remove untag delete drop") != SIZE_MAX || words_eq(s->w, noun, STR("untag"));
    size_t at = next_word(s, noun, "with as");
    at = at == SIZE_MAX ? noun + 1 : at + 1;
    if (words_kind(s->w, at) == WORD_COLON) at++;
    if (words_kind(s->w, at) == WORD_QUOTE) at++;
    size_t to = at;
    while (to < s->to && words_kind(s->w, to) != WORD_STOP && words_kind(s->w, to) != WORD_QUOTE &&
           !words_one_of(s->w, to, "to from on for off in please it"))
        to++;
    struct str list = words_span(s->w, at, to);
    *(removes ? &d->remove_tags : &d->tags) = list;
}

static struct str read_text(const struct span *s)
{
    size_t first, end;
    return clause_held(s->w, s->from, s->to, &first, &end) ? words_span(s->w, first, end) : STR_NONE;
}

static struct str read_query(const struct span *s)
{
    size_t first, end;
    if (clause_held(s->w, s->from, s->to, &first, &end)) return words_span(s->w, first, end);
    size_t at = next_word(s, s->from, "about regarding concerning mentioning mention containing contain tagged titled called");
    if (at == SIZE_MAX) {
        size_t noun = next_class(s, s->from, LEX_TICKET | LEX_MATTER);
        size_t joint = noun == SIZE_MAX ? SIZE_MAX : next_word(s, noun, "with for on related");
        if (joint == SIZE_MAX || next_class(s, joint, LEX_PRIORITY | LEX_STATE) != SIZE_MAX ||
            words_kind(s->w, joint + 1) == WORD_EMAIL)
            return STR_NONE;
        at = joint;
    }
    at++;
    while (words_one_of(s->w, at, "to the a an my with word words keyword")) at++;
    return value_from(s, at, ABOUT_WORDS_MAX,
                      "from since created assigned before after that which please by in today yesterday last this");
}

static unsigned read_limit(const struct span *s)
{
    size_t at = next_word(s, s->from, "first top last latest next newest recent");
    if (at == SIZE_MAX || words_kind(s->w, at + 1) != WORD_NUMBER || words_one_of(s->w, at + 2, "days weeks months hours"))
        return 0;
    uint64_t value;
    return str_to_u64(s->w->items[at + 1].raw, &value) && value <= LIMIT_MAX ? (unsigned)value : 0;
}

static enum nlu_visibility read_visibility(const struct span *s)
{
    if (next_word(s, s->from, "internal internally private privately hidden confidential") != SIZE_MAX) return NLU_INTERNAL;
    size_t visible = next_word(s, s->from, "visible shown seen see sees");
    if (visible != SIZE_MAX && next_word(s, s->from, "customer client requester them") != SIZE_MAX) {
        size_t not = next_word(s, s->from, "not never cannot can't without");
        return not != SIZE_MAX && not < visible ? NLU_INTERNAL : NLU_PUBLIC;
    }
    size_t only = next_word(s, s->from, "only");
    if (only != SIZE_MAX && (words_one_of(s->w, only - 1, "agents team staff us") || words_phrase(s->w, only, STR("for agents"))))
        return NLU_INTERNAL;
    if (next_word(s, s->from, "public publicly reply respond answer response customer-facing tell inform back") != SIZE_MAX)
        return NLU_PUBLIC;
    size_t let = next_word(s, s->from, "let");
    return let != SIZE_MAX && next_word(s, let, "know") != SIZE_MAX ? NLU_PUBLIC : NLU_UNSAID;
}

/* ---- the customer's data ---------------------------------------------------------------------------------------------------------------------- */

static struct str read_email(const struct span *s)
{
    for (size_t i = s->from; i < s->to; i++)
        if (free_word(s, i) && words_kind(s->w, i) == WORD_EMAIL) return s->w->items[i].raw;
    return STR_NONE;
}

static bool is_phone_word(const struct words *w, size_t i)
{
    struct str raw = i < w->count ? w->items[i].raw : STR_NONE;
    for (size_t k = 0; k < raw.len; k++)
        if (!char_is_digit(raw.ptr[k]) && str_find(STR("+-()./"), (struct str){ &raw.ptr[k], 1 }, 0) == SIZE_MAX) return false;
    return raw.len > 0;
}

static struct str read_phone(const struct span *s)
{
    size_t noun = next_word(s, s->from, "phone mobile cell telephone number call");
    for (size_t i = noun == SIZE_MAX ? s->to : noun; i < s->to; i++) {
        size_t end = i, digits = 0;
        while (end < s->to && is_phone_word(s->w, end))
            for (size_t k = 0, n = s->w->items[end++].raw.len; k < n; k++)
                digits += char_is_digit(s->w->items[end - 1].raw.ptr[k]);
        if (digits >= PHONE_DIGITS_MIN) return words_span(s->w, i, end);
        if (end > i) i = end - 1;
    }
    return STR_NONE;
}

/* "name to X", "name of a@b.co to X", "named X" */
static struct str named(const struct span *s, size_t label)
{
    size_t at = label + 1, joint = next_word(s, at, "to is as");
    if (joint != SIZE_MAX && joint - label < NAME_LABEL_WORDS_MAX) at = joint + 1;
    if (words_kind(s->w, at) != WORD_TEXT && words_kind(s->w, at) != WORD_COLON && words_kind(s->w, at) != WORD_QUOTE)
        return STR_NONE;
    return value_from(s, at, NAME_WORDS_MAX, "with at for from on of phone email e-mail");
}

static struct str read_name(const struct span *s)
{
    size_t label = next_word(s, s->from, "name named called");
    struct str given = label == SIZE_MAX ? STR_NONE : named(s, label);
    if (given.len) return given;
    for (size_t i = s->from; i < s->to; i++) {
        bool leads = words_is(s->w, i, LEX_PEOPLE) && !words_one_of(s->w, i, "organization organisation");
        if (!free_word(s, i) || !(leads || words_one_of(s->w, i, "for of is"))) continue;
        size_t first = words_kind(s->w, i + 1) == WORD_COLON ? i + 2 : i + 1, end = first;
        while (end < s->to && end - first < NAME_WORDS_MAX && is_capital(s->w, end)) end++;
        if (end > first) return words_span(s->w, first, end);
    }
    return STR_NONE;
}

static struct str read_organization(const struct span *s)
{
    size_t at = next_word(s, s->from, "organization organisation company org");
    if (at == SIZE_MAX) return STR_NONE;
    at++;
    size_t to = next_word(s, at, "to");
    if (to != SIZE_MAX && to - at <= 3) at = to + 1;
    if (words_one_of(s->w, at, "is called named")) at++;
    if (words_one_of(s->w, at, "of for")) return STR_NONE;
    return value_from(s, at, NAME_WORDS_MAX, "with for and phone email e-mail");
}

/* ---- references -------------------------------------------------------------------------------------------------------------------------------- */

static int ordinal_at(const struct words *w, size_t i)
{
    static const char *const ordinals[] = { "first 1st", "second 2nd",  "third 3rd",  "fourth 4th", "fifth 5th",
                                            "sixth 6th", "seventh 7th", "eighth 8th", "ninth 9th",  "tenth 10th" };
    for (int k = 0; k < 10; k++)
        if (words_one_of(w, i, ordinals[k])) return k + 1;
    return words_one_of(w, i, "last latest newest") ? -1 : 0;
}

static bool thing(const struct words *w, size_t i)
{
    return words_is(w, i, LEX_TICKET) || words_eq(w, i, STR("one")) || words_is(w, i, LEX_MATTER);
}

/* "the login ticket", "the one about billing" */
static struct str read_about(const struct span *s)
{
    for (size_t i = s->from; i < s->to; i++) {
        if (!free_word(s, i) || !thing(s->w, i)) continue;
        size_t joint = i + 1;
        if (words_one_of(s->w, joint, "about regarding concerning") || words_phrase(s->w, joint, STR("related to")) ||
            (words_eq(s->w, i, STR("one")) && words_one_of(s->w, joint, "with for")))
            return value_from(s, joint + 1 + words_one_of(s->w, joint + 1, "to the my"), ABOUT_WORDS_MAX,
                              "please and to as saying with");
        size_t first = i;
        while (first > s->from && i - first < 3 && words_kind(s->w, first - 1) == WORD_TEXT && free_word(s, first - 1) &&
               !words_is(s->w, first - 1,
                         LEX_LEAD | LEX_STATE | LEX_PRIORITY | LEX_LOOK | LEX_CHANGE | LEX_CONNECT | LEX_COMMENT | LEX_STATUS) &&
               !words_one_of(s->w, first - 1, "the my that this our"))
            first--;
        if (first < i && first > s->from && words_one_of(s->w, first - 1, "the my our")) return words_span(s->w, first, i);
    }
    return STR_NONE;
}

static void read_reference(const struct span *s, struct nlu_details *d)
{
    for (size_t i = s->from; i < s->to; i++) {
        int ordinal = free_word(s, i) ? ordinal_at(s->w, i) : 0;
        if (!ordinal || !thing(s->w, i + 1)) continue;
        d->reference = NLU_ORDINAL;
        d->ordinal = ordinal;
        return;
    }
    d->about = read_about(s);
    if (d->about.len) {
        d->reference = NLU_ABOUT;
        return;
    }
    size_t noun = next_class(s, s->from, LEX_TICKET);
    bool mine = noun != SIZE_MAX && (next_word(s, s->from, "my") < noun || next_word(s, s->from, "i we") != SIZE_MAX);
    size_t it = next_word(s, s->from, "it that this them");
    bool stands = noun != SIZE_MAX && noun > s->from && words_one_of(s->w, noun - 1, "the this that");
    if (mine)
        d->reference = NLU_MINE;
    else if (it != SIZE_MAX || stands)
        d->reference = NLU_IT;
}

/* "change the priority to urgent", "add a note: ...": a change that names no ticket is one of the ticket last spoken of. */
static void imply_ticket(const struct span *s, struct nlu_details *d)
{
    if (d->reference == NLU_NO_REFERENCE && next_class(s, s->from, LEX_TICKET) == SIZE_MAX) d->reference = NLU_IT;
}

/* ---- all of them --------------------------------------------------------------------------------------------------------------------------------- */

static void of_change(const struct span *s, struct nlu_details *d)
{
    d->status = new_status(s);
    if (!d->status.len && next_word(s, s->from, "resolution") != SIZE_MAX) d->status = STR("solved");
    d->priority = read_priority(s);
    d->type = read_type(s);
    d->assignee = read_assignee(s);
    d->text = read_text(s);
    read_tags(s, d);
}

static void of_search(const struct span *s, struct nlu_details *d)
{
    d->status = asked_status(s);
    d->priority = read_priority(s);
    d->assignee = read_assignee(s);
    d->query = read_query(s);
    d->created = days_read(s->w, s->from, s->to);
    d->limit = read_limit(s);
    d->email = read_email(s);
    if (next_word(s, s->from, "my i mine") != SIZE_MAX && !d->email.len) d->reference = NLU_MINE;
}

static void of_customer(const struct span *s, struct nlu_details *d)
{
    d->email = read_email(s);
    d->name = read_name(s);
    d->phone = read_phone(s);
    d->organization = read_organization(s);
    read_tags(s, d);
    if (next_word(s, s->from, "my i our") != SIZE_MAX && !d->email.len) d->reference = NLU_MINE;
}

void details_read(const struct words *w, size_t from, size_t to, enum nlu_operation operation, struct nlu_details *d)
{
    const struct span span = { w, from, to };
    *d = (struct nlu_details){ 0 };
    switch (operation) {
    case NLU_UPDATE_TICKET:
        of_change(&span, d);
        read_reference(&span, d);
        imply_ticket(&span, d);
        return;
    case NLU_ADD_COMMENT:
        d->text = read_text(&span);
        d->visibility = read_visibility(&span);
        read_reference(&span, d);
        imply_ticket(&span, d);
        return;
    case NLU_GET_TICKET:
    case NLU_GET_COMMENTS:
    case NLU_ATTACH_FILE: read_reference(&span, d); return;
    case NLU_LIST_TICKETS:
    case NLU_SEARCH_TICKETS: of_search(&span, d); return;
    case NLU_CREATE_CUSTOMER:
    case NLU_GET_CUSTOMER:
    case NLU_FIND_CUSTOMER:
    case NLU_UPDATE_CUSTOMER: of_customer(&span, d); return;
    case NLU_CREATE_TICKET:
        d->email = read_email(&span);
        d->assignee = read_assignee(&span);
        return;
    case NLU_NO_OPERATION:
    case NLU_OPERATIONS: return;
    }
}
