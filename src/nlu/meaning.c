/* meaning.c - the names of what nlu.h numbers. */
#include "nlu/nlu.h"

const char *nlu_meaning_name(enum nlu_meaning meaning)
{
    static const char *const names[NLU_MEANINGS] = {
        "none",
#define OPERATION(id, slug) slug,
#define MEANING(id, slug)   slug,
#include "nlu/meanings.def"
#undef OPERATION
#undef MEANING
    };
    return names[meaning];
}

const char *nlu_operation_name(enum nlu_operation operation)
{
    return nlu_meaning_name((enum nlu_meaning)operation);
}

const char *nlu_field_name(enum nlu_field field)
{
    static const char *const names[] = { "subject", "description", "email", "name", "priority", "type", "tags", "" };
    return names[field];
}
