/* heartbeat.h - one call a day for each connection that nobody used: it keeps a token from Zendesk's 30-day rule and finds out that a connection broke, or works again, before a visitor does. */
#ifndef FLOW_HEARTBEAT_H
#define FLOW_HEARTBEAT_H

#include "flow/flow.h"

struct heartbeat {
    struct loop_timer *timer;
    bool busy;
};

/* Looks whose turn it is, now and from then on by itself. */
void heartbeat_start(struct flow *);
void heartbeat_halt(struct flow *);

#endif
