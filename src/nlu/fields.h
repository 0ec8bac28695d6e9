/* fields.h - the values that a message gives for a ticket's fields. What is understood is marked as taken in the row of words. */
#ifndef NLU_FIELDS_H
#define NLU_FIELDS_H

#include "nlu/nlu.h"

struct fields {
    struct str values[NLU_FIELDS];
    struct str other_email;
    enum nlu_field wanted;
    size_t description_from; /* index of the word where a labelled description begins, SIZE_MAX for none: it goes on to the end */
};

void fields_read(struct words *, enum nlu_expect, struct fields *);
/* The words of Zendesk for a priority as people write it ("critical" is urgent); empty when it is none. */
struct str fields_priority(struct str low);

#endif
