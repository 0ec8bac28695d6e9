/* frames.c - one function per kind of order. Each finds its verb where an order may stand, and its object not far from it.
 *
 * Of several frames that fit, the one whose verb comes first is meant: "add a note that we close it". With one verb the order of the table
 * decides, the narrower before the wider. Words that are held (clause.h) are nobody's verb and nobody's object.
 */
#include "nlu/frames.h"

#include "nlu/clause.h"
#include "nlu/lexicon.h"
#include "nlu/operation.h"

struct span {
    const struct words *w;
    size_t from, to;
};

/* ---- looking about ----------------------------------------------------------------------------------------------------------------- */

static bool open_word(const struct span *s, size_t i)
{
    return i >= s->from && i < s->to && !s->w->items[i].held;
}

static size_t next_class(const struct span *s, size_t at, unsigned classes)
{
    for (size_t i = at; i < s->to; i++)
        if (open_word(s, i) && words_is(s->w, i, classes)) return i;
    return SIZE_MAX;
}

static size_t next_word(const struct span *s, size_t at, const char *list)
{
    for (size_t i = at; i < s->to; i++)
        if (open_word(s, i) && words_one_of(s->w, i, list)) return i;
    return SIZE_MAX;
}

static bool has_class(const struct span *s, unsigned classes)
{
    return next_class(s, s->from, classes) != SIZE_MAX;
}

static bool has_word(const struct span *s, const char *list)
{
    return next_word(s, s->from, list) != SIZE_MAX;
}

/* The next verb of the classes that stands as an order. */
static size_t order(const struct span *s, size_t at, unsigned classes)
{
    for (size_t i = at; (i = next_class(s, i, classes)) != SIZE_MAX; i++)
        if (clause_orders(s->w, s->from, i)) return i;
    return SIZE_MAX;
}

static size_t order_word(const struct span *s, const char *list)
{
    for (size_t i = s->from; (i = next_word(s, i, list)) != SIZE_MAX; i++)
        if (clause_orders(s->w, s->from, i)) return i;
    return SIZE_MAX;
}

static bool numbered(const struct span *s)
{
    return operation_ticket(s->w, s->from, s->to, false) != 0;
}

static bool has_number(const struct span *s)
{
    return operation_ticket(s->w, s->from, s->to, true) != 0;
}

/* "it", "close this", and not "close this tab": does a word stand for something said before? */
static bool points(const struct span *s)
{
    for (size_t i = s->from; i < s->to; i++) {
        if (!open_word(s, i) || !words_one_of(s->w, i, "it this that them these those one")) continue;
        if (words_eq(s->w, i, STR("that")) && words_one_of(s->w, i + 1, "i i'm i've he she we they you there"))
            continue; /* "note that I" */
        bool determines = words_one_of(s->w, i, "this that these those") && i + 1 < s->to && words_kind(s->w, i + 1) == WORD_TEXT;
        if (!determines || words_is(s->w, i + 1, LEX_LEAD | LEX_CONNECT | LEX_POLITE | LEX_TICKET | LEX_STATE | LEX_PRIORITY))
            return true;
        if (words_one_of(s->w, i + 1, "one ones as to on by because so due since with matter query concern thing")) return true;
    }
    return false;
}

/* Is a ticket spoken of: by noun, number, or "it"? */
static bool of_ticket(const struct span *s)
{
    return has_class(s, LEX_TICKET) || has_number(s) || points(s);
}

/* "a note to my calendar", "a picture to my page": the thing at `noun` goes somewhere that is no ticket and nobody's record. */
static bool goes_elsewhere(const struct span *s, size_t noun)
{
    bool goes = words_one_of(s->w, noun + 1, "to on in for against about regarding concerning with");
    return goes && !of_ticket(s) && !has_class(s, LEX_PEOPLE) && !has_word(s, "agent agents team support");
}

/* Did an earlier sentence of the message speak of a ticket? */
static bool spoke_of_ticket(const struct span *s)
{
    for (size_t i = 0; i < s->from; i++)
        if (!s->w->items[i].held && words_is(s->w, i, LEX_TICKET)) return true;
    return false;
}

static bool near(size_t verb, size_t object, size_t words)
{
    return verb != SIZE_MAX && object != SIZE_MAX && object > verb && object - verb <= words;
}

/* ---- the frames: each gives the index of its verb, SIZE_MAX when it does not fit ------------------------------------------------------- */

static size_t attaches(const struct span *s)
{
    size_t verb = order_word(s, "attach upload add send append"),
           thing = next_word(
               s, s->from, "file files doc document pdf screenshot screenshots image picture photo attachment log logfile logs");
    bool surely = verb != SIZE_MAX && words_one_of(s->w, verb, "attach upload");
    if (surely && numbered(s) && !has_class(s, LEX_COMMENT)) return verb;
    if (!near(verb, thing, 4) || has_class(s, LEX_COMMENT) || goes_elsewhere(s, thing)) return SIZE_MAX;
    return surely || of_ticket(s) ? verb : SIZE_MAX;
}

static size_t adds_comment(const struct span *s)
{
    for (size_t verb = s->from; (verb = order(s, verb, LEX_ADD | LEX_CREATE)) != SIZE_MAX; verb++) {
        size_t noun = next_class(s, verb + 1, LEX_COMMENT);
        bool weak = words_one_of(s->w, verb, "make take send write") && !of_ticket(s) && !has_class(s, LEX_PEOPLE);
        if (!near(verb, noun, 6) || weak || goes_elsewhere(s, noun)) continue;
        size_t ticket = next_class(s, verb + 1, LEX_TICKET);
        if (ticket > noun || words_one_of(s->w, noun - 1, "ticket case public private internal")) return verb;
    }
    size_t says = order_word(s, "comment reply respond answer note"), writes = order_word(s, "write");
    if (says == SIZE_MAX && writes != SIZE_MAX && words_eq(s->w, writes + 1, STR("back"))) says = writes;
    if (says != SIZE_MAX && (words_one_of(s->w, says + 1, "on to") || of_ticket(s)) && (of_ticket(s) || has_class(s, LEX_PEOPLE)))
        return says;
    size_t verb = order_word(s, "add append put post"), first, end;
    bool text = clause_held(s->w, s->from, s->to, &first, &end);
    if (verb != SIZE_MAX && text && !has_word(s, "tag tags subject title") && of_ticket(s)) return verb;
    size_t changes = order_word(s, "update");
    bool dictated = text && has_word(s, "with") && !has_class(s, LEX_STATE | LEX_PRIORITY) && !has_word(s, "comment resolution");
    return changes != SIZE_MAX && dictated && has_number(s) ? changes : SIZE_MAX;
}

/* "internal note on ticket 5: ...", "tell them on 12 that ..." */
static size_t notes(const struct span *s)
{
    size_t first, end, noun = next_class(s, s->from, LEX_COMMENT);
    if (!clause_held(s->w, s->from, s->to, &first, &end)) return SIZE_MAX;
    if (near(s->from, noun, 3) && words_one_of(s->w, s->from, "internal public private hidden comment note reply"))
        return s->from;
    size_t tells = order_word(s, "tell let inform");
    if (tells == SIZE_MAX || words_one_of(s->w, tells + 1, "me us")) return SIZE_MAX;
    return has_number(s) || words_one_of(s->w, tells + 1, "them him her the") ? tells : SIZE_MAX;
}

/* "close ticket 5", "resolve it for me", "I'd like 12 closed", "cancel my ticket". */
static size_t closes(const struct span *s)
{
    size_t verb = order(s, s->from, LEX_CLOSE);
    if (verb != SIZE_MAX && of_ticket(s)) return verb;
    size_t cancels = order_word(s, "cancel withdraw");
    bool it = cancels != SIZE_MAX && words_one_of(s->w, cancels + 1, "it that this") && spoke_of_ticket(s);
    if (it || near(cancels, next_class(s, s->from, LEX_TICKET), 5)) return cancels;
    size_t drafts = order_word(s, "draft outline provide write give summarize summarise record log note prepare");
    if (near(drafts, next_word(s, s->from, "resolution"), 4) && (of_ticket(s) || spoke_of_ticket(s))) return drafts;
    size_t marked = next_word(s, s->from, "marked set moved changed flagged");
    if (near(marked, next_class(s, s->from, LEX_STATE), 2) && words_one_of(s->w, marked + 1, "as to") && of_ticket(s) &&
        has_word(s, "ensure make see want need"))
        return marked;
    size_t wants = next_word(s, s->from, "want like need needs have get consider can could");
    size_t state = next_word(s, s->from, "closed solved resolved reopened");
    return near(wants, state, 8) && (has_number(s) || near(wants, next_class(s, s->from, LEX_TICKET), 6)) &&
                   !has_word(s, "why when who")
               ? state
               : SIZE_MAX;
}

/* The new value behind the verb; "new" is one in a list, never in a change. */
static bool has_value(const struct span *s, size_t verb)
{
    for (size_t i = verb + 1; (i = next_class(s, i, LEX_PRIORITY | LEX_STATE)) != SIZE_MAX; i++)
        if (!words_eq(s->w, i, STR("new"))) return true;
    return false;
}

/* "to the top level", "a higher priority": a value without its name; which one has to be asked. */
static bool has_degree(const struct span *s)
{
    return has_word(s, "top higher highest lower lowest maximum max minimum level tier");
}

/* Is the verb's object a ticket? A bare number is one only close behind it: "set 812 to high", and no house number. */
static bool sets_ticket(const struct span *s, size_t verb)
{
    size_t to = verb + 6 < s->to ? verb + 6 : s->to;
    return has_class(s, LEX_TICKET) || numbered(s) || operation_ticket(s->w, verb, to, true) != 0 || points(s);
}

static size_t sets(const struct span *s)
{
    static const char *const verbs =
        "set change make mark put move raise lower bump flag switch turn upgrade downgrade prioritize "
        "prioritise escalate treat categorize update elevate increase decrease adjust shift revise reset boost amend";
    size_t verb = order_word(s, verbs);
    if (verb == SIZE_MAX) return SIZE_MAX;
    bool value = has_value(s, verb), field = has_word(s, "priority status urgency severity");
    if (!sets_ticket(s, verb)) return field && (value || has_degree(s)) ? verb : SIZE_MAX;
    return value || field || has_word(s, "type") || words_one_of(s->w, verb, "escalate prioritize prioritise") ? verb : SIZE_MAX;
}

/* "ticket 17 should be high", "4417 needs to be urgent", "for #17 we need the priority raised to high"; "800 to low". */
static size_t wishes(const struct span *s)
{
    if (clause_sets_number(s->w, s->from)) return s->from;
    size_t modal = next_word(s, s->from, "should must needs has can may could ought is"),
           field = next_word(s, s->from, "priority urgency status"),
           value = modal == SIZE_MAX ? modal : next_class(s, modal, LEX_PRIORITY | LEX_STATE);
    bool degree = field != SIZE_MAX && has_degree(s) && has_class(s, LEX_TICKET), ensured = has_word(s, "ensure sure");
    if (modal != SIZE_MAX && words_eq(s->w, modal, STR("is")) && !ensured) modal = SIZE_MAX;
    bool becomes = (near(modal, value, 4) || (degree && near(modal, field, 5))) &&
                   (ensured || words_one_of(s->w, modal + 1, "be have go to get become"));
    if (becomes && (numbered(s) || degree) && modal > s->from + 1) return modal;
    size_t done = next_word(s, s->from, "raised lowered set changed moved bumped put elevated increased escalated upgraded"),
           wants = next_word(s, s->from, "need want like needs");
    bool ends = near(done, next_class(s, s->from, LEX_PRIORITY | LEX_STATE), 3) || degree;
    return near(wants, done, 6) && ends && (has_number(s) || degree) ? done : SIZE_MAX;
}

static size_t assigns(const struct span *s)
{
    size_t verb = order_word(s, "assign reassign delegate");
    if (verb != SIZE_MAX && (of_ticket(s) || words_eq(s->w, verb + 1, STR("to")))) return verb;
    verb = order_word(s, "give hand transfer pass move");
    return verb != SIZE_MAX && numbered(s) && next_word(s, verb, "to") != SIZE_MAX ? verb : SIZE_MAX;
}

static size_t tags(const struct span *s)
{
    size_t verb = order_word(s, "tag untag label");
    if (verb != SIZE_MAX && of_ticket(s)) return verb;
    verb = order_word(s, "add remove put set delete drop take");
    return near(verb, next_word(s, s->from, "tag tags label labels"), 5) ? verb : SIZE_MAX;
}

/* "an update on", "update me on": news, not a change. */
static bool is_news(const struct span *s, size_t i)
{
    bool before = i > s->from && words_one_of(s->w, i - 1, "my the this that our your all last any an latest");
    return words_is(s->w, i, LEX_STATUS) && (before || words_one_of(s->w, i + 1, "on for about me us"));
}

static size_t changes(const struct span *s)
{
    size_t verb = order_word(s, "update edit modify change amend adjust revise");
    size_t noun = next_class(s, s->from, LEX_TICKET);
    if (verb == SIZE_MAX || is_news(s, verb)) return SIZE_MAX;
    return near(verb, noun, 5) || numbered(s) ? verb : SIZE_MAX;
}

static size_t reads_comments(const struct span *s)
{
    size_t noun =
        next_word(s, s->from, "comments conversation history thread replies correspondence responses discussion notes messages");
    size_t verb = next_class(s, s->from, LEX_LOOK | LEX_ASK);
    size_t said = next_word(s, s->from, "say said write wrote written answer answered reply replied");
    bool asks = verb != SIZE_MAX && words_one_of(s->w, verb, "what") && near(verb, said, 5);
    return of_ticket(s) && (asks || near(verb, noun, 8)) ? verb : SIZE_MAX;
}

static bool is_plural(const struct span *s, size_t i)
{
    struct str low = s->w->items[i].low;
    return low.len > 3 && low.ptr[low.len - 1] == 's' && words_is(s->w, i, LEX_TICKET | LEX_MATTER);
}

static size_t plural_ticket(const struct span *s)
{
    for (size_t i = s->from; i < s->to; i++)
        if (open_word(s, i) && is_plural(s, i)) return i;
    return SIZE_MAX;
}

static size_t lists(const struct span *s)
{
    size_t noun = plural_ticket(s);
    if (noun == SIZE_MAX || numbered(s)) return SIZE_MAX;
    bool matter = !words_is(s->w, noun, LEX_TICKET);
    bool counted = has_word(s, "all open pending solved closed unsolved unresolved tagged assigned every recent latest");
    if (matter && !counted) return SIZE_MAX;
    size_t verb = next_class(s, s->from, LEX_LOOK | LEX_FIND);
    if (near(verb, noun, 8)) return verb;
    bool bare = noun <= s->from + 2 && words_one_of(s->w, noun + 1, "created opened from about assigned with of tagged since on");
    if (bare && order(s, s->from, LEX_CREATE | LEX_CHANGE) == SIZE_MAX) return noun;
    size_t asks = next_word(s, s->from, "which what any how do have are give my all list open pending");
    bool owns = has_word(s, "i my we our are is have there assigned from by of open pending solved");
    return near(asks, noun, 6) && owns && order(s, s->from, LEX_CHANGE | LEX_CLOSE) == SIZE_MAX ? asks : SIZE_MAX;
}

/* ---- customers ------------------------------------------------------------------------------------------------------------------------ */

static bool has_email(const struct span *s)
{
    for (size_t i = s->from; i < s->to; i++)
        if (open_word(s, i) && words_kind(s->w, i) == WORD_EMAIL) return true;
    return false;
}

/* The next customer; "customer service" and "user profile" are none. */
static size_t next_person(const struct span *s, size_t at)
{
    for (size_t i = at; (i = next_class(s, i, LEX_PEOPLE)) != SIZE_MAX; i++)
        if (!words_one_of(s->w, i + 1, "service support care desk profile interface group manual id picture")) return i;
    return SIZE_MAX;
}

static size_t makes_customer(const struct span *s)
{
    size_t verb = order_word(s, "create add register make set new enter onboard"), noun = next_person(s, s->from);
    if (!near(verb, noun, 4) || words_one_of(s->w, noun, "organization organisation profile")) return SIZE_MAX;
    size_t ticket = next_class(s, verb, LEX_TICKET | LEX_COMMENT);
    return ticket > noun && !words_one_of(s->w, noun - 1, "the for") ? verb : SIZE_MAX;
}

static size_t finds_customer(const struct span *s)
{
    size_t verb = next_class(s, s->from, LEX_FIND | LEX_LOOK), noun = next_person(s, s->from);
    if (has_class(s, LEX_TICKET)) return SIZE_MAX;
    if (verb != SIZE_MAX && words_is(s->w, verb, LEX_FIND) &&
        words_kind(s->w, verb + 1 + words_one_of(s->w, verb + 1, "up for")) == WORD_EMAIL)
        return verb;
    if (near(verb, noun, 5) && words_is(s->w, verb, LEX_FIND) && !has_word(s, "details profile record")) return verb;
    size_t is = next_word(s, s->from, "is do does have");
    bool known = near(is, noun, 6) && has_email(s) && has_word(s, "there have exist registered any");
    if (known) return is;
    size_t who = next_word(s, s->from, "who who's whois");
    return who == s->from && has_email(s) ? who : SIZE_MAX;
}

static size_t reads_customer(const struct span *s)
{
    size_t verb = next_class(s, s->from, LEX_LOOK | LEX_ASK), person = next_person(s, s->from),
           trait = next_class(s, s->from, LEX_TRAIT), noun = person < trait ? person : trait;
    if (noun == SIZE_MAX && has_email(s)) noun = next_word(s, s->from, "record card file");
    if (verb == SIZE_MAX || noun == SIZE_MAX || has_class(s, LEX_TICKET)) return SIZE_MAX;
    bool record = has_word(s, "details profile record info information about") || has_class(s, LEX_TRAIT);
    bool about = has_email(s) || has_word(s, "customer client user requester");
    return record && about && near(verb, noun, 8) ? verb : SIZE_MAX;
}

static bool owns_trait(const struct span *s, size_t trait)
{
    for (size_t i = trait; i > s->from && trait - i < 5; i--)
        if (words_one_of(s->w, i - 1, "my our his her their customer's client's user's its new the a")) return true;
    return false;
}

/* The next thing a customer's record has: no "email password", no "delivery address". */
static size_t next_trait(const struct span *s)
{
    for (size_t i = s->from; (i = next_class(s, i, LEX_TRAIT)) != SIZE_MAX; i++) {
        bool part = words_one_of(
            s->w, i + 1,
            "password pin book list code settings provider bill plan background wallpaper case screen ringtone cover");
        bool other =
            i > s->from && words_one_of(s->w, i - 1, "delivery shipping order domain web ip user file brand display return wifi");
        if (!part && !other) return i;
    }
    return SIZE_MAX;
}

static size_t changes_customer(const struct span *s)
{
    size_t verb = order_word(s, "update change edit modify correct fix set add replace"), trait = next_trait(s);
    if (verb == SIZE_MAX || has_class(s, LEX_TICKET) || is_news(s, verb)) return SIZE_MAX;
    if (has_word(s, "version firmware software android ios")) return SIZE_MAX; /* "update my phone to the latest version" */
    size_t noun = next_class(s, verb, LEX_PEOPLE);
    bool personal = has_word(s, "my our his her their") || has_word(s, "phone mobile cell telephone address");
    if (near(verb, trait, 7) && owns_trait(s, trait) && (personal || noun != SIZE_MAX)) return verb;
    return near(verb, trait, 3) && personal ? verb : near(verb, noun, 4) && has_email(s) ? verb : SIZE_MAX;
}

/* ---- the table ------------------------------------------------------------------------------------------------------------------------- */

enum nlu_operation frames_read(const struct words *w, size_t from, size_t to, size_t *verb)
{
    static const struct {
        enum nlu_operation operation;
        size_t (*matches)(const struct span *);
    } frames[] = {
        { NLU_ATTACH_FILE, attaches },
        { NLU_UPDATE_TICKET, tags },
        { NLU_ADD_COMMENT, adds_comment },
        { NLU_ADD_COMMENT, notes },
        { NLU_UPDATE_TICKET, closes },
        { NLU_UPDATE_TICKET, assigns },
        { NLU_UPDATE_TICKET, sets },
        { NLU_UPDATE_TICKET, wishes },
        { NLU_CREATE_CUSTOMER, makes_customer },
        { NLU_UPDATE_CUSTOMER, changes_customer },
        { NLU_UPDATE_TICKET, changes },
        { NLU_GET_COMMENTS, reads_comments },
        { NLU_LIST_TICKETS, lists },
        { NLU_FIND_CUSTOMER, finds_customer },
        { NLU_GET_CUSTOMER, reads_customer },
    };
    const struct span span = { w, from, to };
    enum nlu_operation found = NLU_NO_OPERATION;
    *verb = SIZE_MAX;
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        size_t at = frames[i].matches(&span);
        if (at >= *verb) continue;
        *verb = at;
        found = frames[i].operation;
    }
    return found;
}
