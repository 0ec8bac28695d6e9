/* In the end one ticket, or a refusal that somebody can see. What the worker does is not written here: transitions.pml is made from the code (test/sim/transitions.c), one guarded command for each
 * transition of agent/delivery.c. Workers, clock and age are weakly fair: none of them stands still for ever.
 *
 *     build/sim/transitions --promela key >transitions.pml; spin -a liveness.pml && gcc -O2 -DNFAIR=4 -o pan pan.c && ./pan -a -f
 *
 * Default: faults never end, and the request's age ends it.   -DCALM: age is left out; instead the faults end at some time, and that alone must be enough.
 * Paused counts as an end: the connection has to be mended by a person, and the console says so. */
#define READY 0
#define LOOKING 1
#define SENDING 2

byte place = READY;
byte doubt;
bool sent, safe, quiet, old, calm;
#define OVER (place > SENDING)

active proctype Worker()
{
  do
#include "transitions.pml"
  :: OVER -> break
  od
}

/* The window closes, and silence grows, whenever something has been sent. */
active proctype Clock()
{
  do
  :: d_step { !OVER && safe -> safe = false }
  :: d_step { !OVER && sent && !quiet -> quiet = true }
  :: OVER -> break
  od
}

active proctype Age()
{
#ifdef CALM
  calm = true
#else
  if
  :: d_step { !OVER -> old = true }
  :: OVER -> skip
  fi
#endif
}

ltl ends { <> OVER }
