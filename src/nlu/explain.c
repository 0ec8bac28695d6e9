/* explain.c - the result of reading, member by member. Names are those of the headers, in lower case. */
#include "nlu/explain.h"

static void write_if(struct jw *json, const char *key, struct str value)
{
    if (value.len) jw_kv_str(json, key, value);
}

static void write_number_if(struct jw *json, const char *key, uint64_t value)
{
    if (value) jw_kv_int(json, key, (int64_t)value);
}

static void write_acts(unsigned acts, struct jw *json)
{
    static const struct {
        unsigned act;
        const char *name;
    } names[] = {
        { NLU_YES, "yes" },     { NLU_AGREES, "agrees" }, { NLU_NO, "no" },       { NLU_CANCEL, "cancel" },
        { NLU_RECAP, "recap" }, { NLU_HELP, "help" },     { NLU_GREET, "greet" }, { NLU_THANKS, "thanks" },
        { NLU_BYE, "bye" },     { NLU_BOT, "bot" },       { NLU_HUMAN, "human" }, { NLU_NEWS, "news" },
    };
    jw_key(json, "acts");
    jw_array(json);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (acts & names[i].act) jw_str(json, str_from(names[i].name));
    jw_end_array(json);
}

static const char *certainty_name(enum nlu_certainty certainty)
{
    static const char *const names[] = { "fall back", "ask", "sure" };
    return names[certainty];
}

static void write_guess(const struct nlu_guess *guess, struct jw *json)
{
    jw_key(json, "guess");
    jw_object(json);
    jw_kv_str(json, "best", str_from(nlu_meaning_name(guess->best)));
    jw_kv_int(json, "score", guess->score);
    jw_kv_str(json, "rival", str_from(nlu_meaning_name(guess->rival)));
    jw_kv_int(json, "margin", guess->margin);
    jw_kv_str(json, "certainty", str_from(certainty_name(guess->certainty)));
    jw_end_object(json);
}

static void write_days(struct nlu_days days, struct jw *json)
{
    static const char *const kinds[] = { "", "days ago", "weeks ago", "months ago", "dates" };
    if (days.kind == NLU_NO_DAYS) return;
    jw_key(json, "created");
    jw_object(json);
    jw_kv_str(json, "kind", str_from(kinds[days.kind]));
    jw_kv_int(json, "from", days.from);
    jw_kv_int(json, "to", days.to);
    jw_end_object(json);
}

static void write_details(const struct nlu_details *d, struct jw *json)
{
    static const char *const visibilities[] = { "", "public", "internal" };
    static const char *const references[] = { "", "it", "ordinal", "about", "mine" };
    write_if(json, "status", d->status);
    write_if(json, "priority", d->priority);
    write_if(json, "type", d->type);
    write_if(json, "assignee", d->assignee);
    write_if(json, "tags", d->tags);
    write_if(json, "remove_tags", d->remove_tags);
    write_if(json, "comment", d->text);
    write_if(json, "query", d->query);
    write_if(json, "email", d->email);
    write_if(json, "name", d->name);
    write_if(json, "phone", d->phone);
    write_if(json, "organization", d->organization);
    write_days(d->created, json);
    write_number_if(json, "limit", d->limit);
    write_if(json, "visibility", str_from(visibilities[d->visibility]));
    write_if(json, "reference", str_from(references[d->reference]));
    if (d->reference == NLU_ORDINAL) jw_kv_int(json, "ordinal", d->ordinal);
    write_if(json, "about", d->about);
}

static void write_clause(const struct nlu_clause *clause, struct jw *json)
{
    jw_object(json);
    jw_kv_str(json, "operation", str_from(nlu_operation_name(clause->operation)));
    jw_kv_str(json, "certainty", str_from(certainty_name(clause->certainty)));
    if (clause->rival) jw_kv_str(json, "rival", str_from(nlu_operation_name(clause->rival)));
    write_number_if(json, "ticket", clause->ticket);
    write_details(&clause->details, json);
    write_if(json, "why", clause->why);
    jw_kv_str(json, "text", clause->text);
    jw_end_object(json);
}

void nlu_explain(const struct nlu_message *m, struct jw *json)
{
    static const char *const languages[NLU_LANGUAGES] = { "en", "de", "es" };
    static const char *const answers[] = { "", "yes", "no", "change" };
    jw_object(json);
    jw_kv_str(json, "text", m->text);
    jw_kv_str(json, "language", str_from(languages[m->language]));
    jw_kv_str(json, "meaning", str_from(nlu_meaning_name(nlu_meaning(m))));
    write_if(json, "answer", str_from(answers[m->answer]));
    write_acts(m->acts, json);
    write_guess(&m->guess, json);
    jw_key(json, "clauses");
    jw_array(json);
    for (size_t i = 0; i < m->clause_count; i++) write_clause(&m->clauses[i], json);
    jw_end_array(json);
    jw_key(json, "values");
    jw_object(json);
    for (size_t i = 0; i < NLU_FIELDS; i++) write_if(json, nlu_field_name((enum nlu_field)i), m->values[i]);
    jw_end_object(json);
    write_if(json, "other_email", m->other_email);
    write_number_if(json, "ticket", m->ticket);
    if (m->wanted != NLU_NO_FIELD) jw_kv_str(json, "wanted", str_from(nlu_field_name(m->wanted)));
    jw_kv_bool(json, "problem", m->problem);
    jw_kv_str(json, "rest", m->rest);
    jw_end_object(json);
}
