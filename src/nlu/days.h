/* days.h - "yesterday", "last week", "since 2026-03-01", "March 31, 2026" as data. The words alone: what day today is, nlu_days_resolve is told. */
#ifndef NLU_DAYS_H
#define NLU_DAYS_H

#include "nlu/nlu.h"

/* The days that the words [from, to) name; kind NLU_NO_DAYS when they name none. */
struct nlu_days days_read(const struct words *, size_t from, size_t to);

#endif
