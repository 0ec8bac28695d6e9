/* mood.c - is an order given here, or spoken of?
 *
 * "Close ticket 12", "could somebody close it" and "I was wondering if you could close it" ask. "He said he would close it", "who closes tickets", "if I
 * close it, what then", "no need to close it", "I have closed it" and "thanks for closing it" do not, though verb and object are the same. What tells them
 * apart stands before the verb, in a closed class of words, so these are lists and not training text: a write must not hang on a margin.
 *
 * A favour ("could you", "is it possible to", "would you mind") asks whatever else stands before it; so it is looked for first. Looking at what
 * comes behind the verb was rejected: that is where the order's own details are.
 */
#include "nlu/mood.h"

#include "nlu/lexicon.h"

enum { SUBJECT_WORDS = 5, FAVOUR_WORDS = 4 };

struct before {
    const struct words *w;
    size_t from, part, verb; /* of the clause; of the fragment that the verb is in; the verb */
};

static bool has(const struct before *b, size_t from, const char *list)
{
    for (size_t i = from; i < b->verb; i++)
        if (words_one_of(b->w, i, list)) return true;
    return false;
}

/* "could you", "you might", "if you would", "can someone", "would it be possible", "have somebody". */
static bool asks_favour(const struct before *b)
{
    for (size_t i = b->from; i < b->verb; i++) {
        bool other = words_one_of(b->w, i, "you u ya someone somebody anyone anybody ye");
        bool modal =
            words_one_of(b->w, i + 1, "can could would will might may please mind kindly") ||
            (i > b->from && words_one_of(b->w, i - 1, "can could would will cant couldnt can't couldn't wont won't have get"));
        if (other && modal && !words_one_of(b->w, i - 1, "have") && b->verb - i <= FAVOUR_WORDS + 2) return true;
        if (other && words_one_of(b->w, i - 1, "have get") && !words_one_of(b->w, i, "you u")) return true;
    }
    return has(b, b->from, "possible please pls plz kindly mind appreciate appreciated grateful chance able favour favor");
}

/* The first word that says something: behind greetings, "and", "so", "yes". */
static size_t first_word(const struct before *b)
{
    size_t i = b->from;
    while (i < b->verb && (words_kind(b->w, i) != WORD_TEXT || words_is(b->w, i, LEX_POLITE) ||
                           words_one_of(b->w, i, "but so then well um uh because since")))
        i++;
    return i;
}

/* "who closes", "what can you close": asked about, whatever stands between; but "why don't you close it" is a way to ask for it. */
static bool is_wondered(const struct before *b)
{
    size_t i = first_word(b);
    bool suggests = words_one_of(b->w, i + 1, "don't dont not about if");
    return words_one_of(b->w, i, "what why who who's whose whom which what's") && !suggests;
}

/* "did he close", "should I close", "can customers close": it is asked about. */
static bool is_question(const struct before *b, bool creates)
{
    size_t i = first_word(b);
    if (words_one_of(b->w, i, "how when where"))
        return !creates || words_one_of(b->w, i + 1, "long many much often does did are is were was fast soon");
    if (words_one_of(b->w, i, "did does has had is was were am are")) return !has(b, i, "possible able chance way");
    if (words_one_of(b->w, i, "do have")) return words_one_of(b->w, i + 1, "i you we they he she it people customers agents");
    if (words_one_of(b->w, i, "should shall must")) return words_one_of(b->w, i + 1, "i we one you they");
    return words_one_of(b->w, i, "can could may will would") &&
           words_one_of(b->w, i + 1, "customers agents users people others other a an they he she it my everyone everybody one");
}

/* "if I close it", "when I close", "whether to close", "suppose we close", "I wish you could". */
static bool is_supposed(const struct before *b, bool favour)
{
    if (has(b, b->part, "wish hypothetically theory suppose supposing imagine assuming theoretically")) return true;
    if (favour) return false;
    if (has(b, b->part, "whether unless wonder wondering maybe perhaps might")) return true;
    for (size_t i = b->part; i < b->verb; i++) {
        bool leads = words_one_of(b->w, i, "if when whenever once after before until till time while case");
        bool subject = words_one_of(b->w, i + 1, "i you we they he she it somebody someone people one");
        if (leads && subject && b->verb - i <= 3) return true;
    }
    return false;
}

static size_t subject_start(const struct before *b)
{
    return b->verb - b->part > SUBJECT_WORDS ? b->verb - SUBJECT_WORDS : b->part;
}

/* "he would close", "my colleague wanted to close", "they promised to close", "nobody closed". */
static bool is_of_others(const struct before *b)
{
    static const char *const others = "he she they nobody noone everybody everyone people colleague colleagues boss wife husband "
                                      "mother father mum dad customers agents who testers tester others";
    for (size_t i = subject_start(b); i < b->verb; i++) {
        if (!words_one_of(b->w, i, others)) continue;
        bool only = true;
        for (size_t k = i + 1; k < b->verb; k++)
            only = only && words_one_of(b->w, k,
                                        "would could will should had has have to wanted promised already just never always be "
                                        "said thinks thought might may can must not also only then was were are going "
                                        "asked tried forgot offered refused is wants own");
        if (only) return true;
    }
    return has(b, b->part, "said told promised claims claimed thinks thought") && !has(b, b->part, "i");
}

/* "I will close it", "I might close it", "I have just closed it", "we are going to close it": done by whoever writes. */
static bool is_own_act(const struct before *b)
{
    size_t i = b->verb;
    while (i > b->part && words_one_of(b->w, i - 1, "just already also then now probably maybe later soon never")) i--;
    if (i == b->part) return false;
    if (words_one_of(b->w, i - 1, "i'll we'll i've we've they've")) return true;
    bool self = i - b->part >= 2 && words_one_of(b->w, i - 2, "i we you they");
    if (self && words_one_of(b->w, i - 1, "will might may have had"))
        return !words_eq(b->w, i - 2, STR("you")) || words_one_of(b->w, i - 1, "have had");
    return words_eq(b->w, i - 1, STR("to")) && i - b->part >= 3 && words_eq(b->w, i - 2, STR("going")) && !has(b, b->part, "you");
}

/* "no need to close", "unable to close", "the form to change", "allowed to close", "without closing". */
static bool is_set_aside(const struct before *b)
{
    if (b->verb - b->part < 2) return false;
    size_t to = b->verb - 1;
    if (words_one_of(b->w, to, "without of about than instead")) return !has(b, b->part, "how what");
    if (!words_eq(b->w, to, STR("to"))) return false;
    if (words_one_of(b->w, to - 1, "need reason point use"))
        return to - b->part >= 2 && words_one_of(b->w, to - 2, "no not any don't dont without");
    return words_one_of(b->w, to - 1,
                        "form button page link option field screen function feature allowed permitted forgot refused refuses "
                        "failed fails tried couldn't unable impossible promised account email better rather how");
}

/* "thanks for closing it", "glad you closed it", "explain how to close", "I wonder whether". */
static bool is_told(const struct before *b)
{
    size_t i = b->part;
    bool thanks = has(b, i, "thanks thank glad great happy good thx") && has(b, i, "for that you nobody");
    if (thanks && !has(b, i, "be if could would")) return true;
    bool lesson = has(b, i, "how why what whether");
    return lesson && has(b, i, "explain tell show know understand teach describe wonder");
}

/* "opening tickets is a waste": the doing itself is spoken of. */
static bool is_gerund(const struct before *b)
{
    struct str low = b->w->items[b->verb].low;
    bool ends = low.len > 5 && str_eq(str_slice(low, low.len - 3, low.len), STR("ing"));
    if (!ends || words_eq(b->w, b->verb, STR("requesting"))) return false;
    return !has(b, b->from, "help mind appreciate assist assistance requesting need want like how support");
}

/* "create tickets", "open tickets": any, and none. */
static bool is_generic(const struct before *b, size_t to)
{
    return b->verb + 1 < to && words_one_of(b->w, b->verb + 1, "tickets cases requests comments customers") &&
           words_kind(b->w, b->verb + 2) != WORD_NUMBER && words_kind(b->w, b->verb + 2) != WORD_SIGN;
}

enum mood mood_read(const struct words *w, size_t from, size_t to, size_t verb, enum nlu_operation operation)
{
    if (verb == SIZE_MAX || verb < from || verb >= to) return MOOD_ORDERS;
    bool creates = operation == NLU_CREATE_TICKET;
    struct before b = { w, from, from, verb };
    for (size_t i = from; i < verb; i++)
        if (words_boundary(w, i)) b.part = i + 1;
    bool favour = asks_favour(&b), lesson = creates && words_one_of(w, first_word(&b), "how where");
    if (is_supposed(&b, favour) || is_set_aside(&b) || is_gerund(&b) || is_generic(&b, to)) return MOOD_TELLS;
    if (!lesson && (is_told(&b) || is_own_act(&b))) return MOOD_TELLS;
    if (is_wondered(&b)) return MOOD_ASKS;
    if (favour) return MOOD_ORDERS;
    return is_question(&b, creates) ? MOOD_ASKS : is_of_others(&b) ? MOOD_TELLS : MOOD_ORDERS;
}
