/* problem.h - the catalogue of what can go wrong and what the reader does next (problems.def).
 *
 * A problem is data: which row of the catalogue, the facts that fill its sentences, and the other side's own words as
 * evidence. It is rendered here and nowhere else, so console, command line, API (RFC 9457) and log say the same sentence.
 */
#ifndef MODEL_PROBLEM_H
#define MODEL_PROBLEM_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

enum problem_id {
    PROBLEM_NONE = 0,
#define PROBLEM(id, slug, status, severity, field, title, detail, links) PROBLEM_##id,
#include "model/problems.def"
#undef PROBLEM
    PROBLEM_COUNT
};

/* Where a row has other words for one case (problem_cases.def): what is advised differs, what happened is the same. */
enum problem_case {
    CASE_ANY,
    CASE_PRACTICE, /* the operator sends the account's calls to an address of their own: {value} */
    CASE_READ,     /* nothing is kept to be tried again */
    CASE_ISSUER,   /* a certificate is known: issued by {value}, not trusted because {limit} */
    CASE_COUNT
};

enum problem_severity { PROBLEM_WARNING, PROBLEM_BLOCKING };

/* What the sentences may name. An unset fact leaves its placeholder out with a neutral word (see problem_render). All
 * borrowed. */
struct problem_facts {
    struct str subdomain;  /* {sub} */
    struct str email;      /* {mail} */
    struct str suggestion; /* {suggestion}: also the `suggestion` member */
    struct str value;      /* {value}: what was given */
    struct str limit;      /* {limit} */
    struct str what;       /* {what}: the noun that is meant: "agent", "create_ticket" */
    struct str when;       /* {when}: a moment, already written */
    int64_t number;        /* {n}: a status, a count, seconds; 0 is written as 0 */
};

struct problem {
    enum problem_id id; /* PROBLEM_NONE: all is well */
    enum problem_case words;
    struct problem_facts facts;
    struct str field; /* overrides the row's field; JSON name of the input at fault */
    struct str step;  /* step of a connection test, where it applies */
    struct str
        fields; /* "subject, description": those that what was sent may have, where one of them is at fault; not kept by problem_store */
    struct str evidence;   /* the other side's own words, capped; never secrets */
    int64_t retry_after_s; /* 0: not known */
};

const char *problem_slug(enum problem_id);
int problem_http_status(enum problem_id);
enum problem_severity problem_severity(enum problem_id);
enum problem_id problem_find(struct str slug); /* PROBLEM_NONE when there is none */

struct str problem_title(const struct problem *, struct arena *);
struct str problem_detail(const struct problem *, struct arena *);

/* Writes one JSON object: an RFC 9457 problem with `type` "/problems/SLUG", `title`, `status`, `detail`, `code`, and where
 * they apply `step`, `field`, `fields`, `suggestion`, `evidence`, `retry_after`, `actions` [{label, href}] (href may be "#field" or
 * "#use-suggestion": an act in the console). */
void problem_render(const struct problem *, struct str trace_id, struct arena *, struct jw *);

/* Writes one JSON object: the members above, so that it can be handed out as it stands, and `facts`, from which
 * problem_load makes the problem again (E_CORRUPT when it is not one of ours). */
void problem_store(const struct problem *, struct jw *);
enum status problem_load(const struct json *, struct arena *, struct problem *) must_check;

#endif
