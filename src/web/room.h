/* room.h - the room's own state. For the files of this room; everybody else sees web.h. */
#ifndef WEB_ROOM_H
#define WEB_ROOM_H

#include "base/json.h"
#include "net/ranges.h"
#include "web/passwords.h"
#include "web/shape.h"
#include "web/throttle.h"
#include "web/web.h"

struct web {
    struct loop *loop;
    struct store *store;
    struct flow *flow;
    struct str version, public_url, address, data_dir, database; /* in the arena; empty when not set */
    struct ranges trusted_proxies;
    struct arena arena;
    struct json *shapes[SHAPE_COUNT]; /* parsed once; NULL where a shape is for answers only */
    struct passwords *passwords;
    struct throttle *throttle;
    char trace_start[17]; /* random; the first half of every trace id of this process */
    uint64_t trace_count;
    int64_t started_at;
    const struct web_process *processes; /* borrowed */
    size_t process_count;
    bool is_backing_up;
    size_t open_calls; /* not answered yet */
    size_t touching;   /* writes that nobody waits for */
    bool is_stopping;
};

#endif
