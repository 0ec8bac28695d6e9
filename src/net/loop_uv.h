/* loop_uv.h - libuv's view of the loop, for the files of this room only. */
#ifndef NET_LOOP_UV_H
#define NET_LOOP_UV_H

#include <uv.h>

#include "net/loop.h"

uv_loop_t *loop_uv(struct loop *);

#endif
