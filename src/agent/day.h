/* day.h - a day as people write it: 2027-03-04, 2027/3/4, 4.3.2027, 25/12/2027, 4 March 2027, March 4th, 2027. */
#ifndef AGENT_DAY_H
#define AGENT_DAY_H

#include "base/arena.h"

/* How many days the words can be: 0, 1 or 2, as 03/04/2027 can. They come as YYYY-MM-DD, in the arena; the day before the month first. */
size_t day_read(struct str words, struct str days[2], struct arena *);

#endif
