/* throttle.h - sign-in attempts that failed, by e-mail and by address, in memory.
 *
 * The first THROTTLE_FREE failures cost nothing; from then on the next attempt has to wait, twice as long after each failure, THROTTLE_WAIT_MAX_MS at most. A sign-in that works
 * forgives its e-mail and not its address, else an attacker with one account could go on for ever. E-mails that do not exist are counted as well: the
 * delay tells nobody which accounts there are.
 */
#ifndef WEB_THROTTLE_H
#define WEB_THROTTLE_H

#include "base/text.h"

enum {
    THROTTLE_FREE = 10,
    THROTTLE_WAIT_MS = 30 * 1000,
    THROTTLE_WAIT_MAX_MS = 15 * 60 * 1000,
    THROTTLE_FORGET_MS = 60 * 60 * 1000, /* without a failure */
    THROTTLE_ENTRIES = 1024,             /* the least guilty gives way */
};

enum throttle_kind { THROTTLE_EMAIL, THROTTLE_ADDRESS };

struct throttle;
struct throttle *throttle_open(const uint8_t key[32]); /* returns new; the key keeps strangers from choosing collisions */
void throttle_close(struct throttle *);

/* How long the next attempt has to wait; 0: it may go on. `now_ms` is monotonic. */
int64_t throttle_wait_ms(const struct throttle *, enum throttle_kind, struct str who, int64_t now_ms);
void throttle_failed(struct throttle *, enum throttle_kind, struct str who, int64_t now_ms);
void throttle_forgive(struct throttle *, enum throttle_kind, struct str who);

#endif
