/* control.h - what the parent and its children say to each other: short messages with borders, some with descriptors.
 *
 * A child's messages are not to be trusted (supervise.c): the parent takes each kind from one child, at one moment, and does nothing else for it.
 */
#ifndef APP_CONTROL_H
#define APP_CONTROL_H

#include "base/err.h"
#include "base/text.h"

#include <stdint.h>

enum { CONTROL_FDS = 2, CONTROL_TEXT_MAX = 256 };

enum control_kind {
    CONTROL_READY, /* child to parent, with how it is confined; front with its address as text */
    CONTROL_BEGIN, /* child to parent: the other process can be started now; the text is the practice Zendesk's address, or empty */
    CONTROL_LINE, /* parent to front: the two descriptors of the line to egress (egress.h), with how that one is confined */
    CONTROL_STOP, /* parent to front: as a signal to stop */
};

struct control_message {
    enum control_kind kind;
    uint8_t confinement; /* confine.h, CONFINE_* */
    size_t fd_count;
    int fds[CONTROL_FDS]; /* received: the receiver's to close */
    char text[CONTROL_TEXT_MAX];
};

/* Two connected ends. */
enum status control_pair(int ends[2]) must_check;
/* False when the other end has gone. */
bool control_send(int fd, const struct control_message *);
/* Waits for a message. False when the other end has gone, or said nothing that is one. */
bool control_receive(int fd, struct control_message *) must_check;

#endif
