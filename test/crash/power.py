"""Death by other causes than kill -9: the power fails at the Nth write or sync of the database, or the Nth allocation of memory is refused.

When the power fails, any part of what was written since the last sync is lost (test/torture/power.h), and the process with it. When memory is refused, the process
ends itself (base/mem.h); where a library copes with it, the call may fail but the server lives. In either case the next start, without a fault, must bring everything
that was acknowledged, and each yes to its one end.
"""

import lab
from faults import MEMORY, ONCE, POWER, SYNC, WRITE, ShakyStage
from stage import BROKEN, check

ABORTED, KILLED = -6, -9
SEEDS = 4  # of what is lost, for each point


def say_until_dead(order):
    """The yes beside the test: a server that is dying may keep its caller waiting."""
    saying = lab.Later(order.say_yes)
    lab.until(lambda: not saying.is_alive() or not order.stage.is_alive(), "an answer or the end", lab.ANSWER_S)
    return saying


def until_told_apart(stage):
    """A connection ends a moment before its process; it also ends where a library was refused memory for it and the server lives. Who answers afterwards lives."""
    def is_clear():
        try:
            answers = stage.server.open.get("/livez").status == 200
        except BROKEN:
            answers = False
        return answers or not stage.is_alive()
    lab.until(is_clear, "it ends or goes on", lab.STOP_S)


def acknowledged(talk):
    """What the caller has been told is there."""
    return {message["id"] for message in talk.show()["messages"]}


def die_once(stage, targets, point, harm, seed, code):
    """Returns False when the yes came to its end without meeting the fault."""
    order = stage.proposed()
    before = acknowledged(order.talk)
    stage.faults.arm(targets, point, harm, seed=seed)
    saying = say_until_dead(order)
    stage.faults.disarm()
    is_struck = stage.faults.struck() > 0
    if is_struck and harm == POWER:
        lab.until(lambda: not stage.is_alive(), "it ends", lab.STOP_S)
    elif is_struck and not saying.is_alive() and saying.result is None:
        until_told_apart(stage)
    if not stage.is_alive():
        lab.until(lambda: f'"signal":{-code}' in stage.server.talk(), f"a process ended by signal {-code}: {stage.server.talk()[-2000:]}")
        stage.restart()
    answer = saying.result if not saying.is_alive() else None
    if answer is not None and answer.status == 200:
        before |= {reply["id"] for reply in answer.json["replies"]}
    lost = before - acknowledged(order.talk)
    check(not lost, f"acknowledged and lost: {lost}")
    order.settle()
    stage.check_database()
    return is_struck


def power_loss(tally):
    with ShakyStage() as stage:
        failures = 0
        for point in tally.points(4):
            is_struck = None
            for _ in range(SEEDS if tally.is_whole else 1):
                seed = tally.random.getrandbits(63)
                is_struck = tally.run(f"call {point}, seed {seed}", lambda: die_once(stage, WRITE | SYNC, point, POWER, seed, KILLED))
                failures += is_struck is True
                if not stage.is_alive():
                    stage.restart()
            if is_struck is False:
                break
        tally.notes.append(f"the power failed {failures} times")


def power_loss_at_start(tally):
    """The power fails again while the server recovers from the first time."""
    with ShakyStage() as stage:
        def again(point, seed):
            order = stage.proposed()
            stage.faults.arm(SYNC, 2, POWER, seed=seed)  # the second sync is the one of the answer's commit
            say_until_dead(order)
            lab.until(lambda: not stage.is_alive(), "it ends", lab.STOP_S)
            stage.end()
            stage.faults.arm(WRITE | SYNC, point, POWER, seed=seed + 1)
            try:
                stage.server.start()
                lab.until(lambda: stage.faults.struck() or order.is_done(), "it fails again or it is done", lab.ANSWER_S)
            except BROKEN:
                pass
            stage.faults.disarm()
            is_struck = stage.faults.struck() > 0
            if is_struck:
                stage.end()
                stage.server.start()
            order.settle()
            stage.check_database()
            return is_struck

        failures = 0
        for point in tally.points(10):
            seed = tally.random.getrandbits(62)
            is_struck = tally.run(f"call {point}, seed {seed}", lambda: again(point, seed))
            if is_struck is False:
                break
            failures += 1
        tally.notes.append(f"the power failed {failures} times in a start")


def memory(tally):
    """Of some three thousand allocations every tenth is refused, every hundredth in a sample."""
    stride = 10 if tally.is_whole else 100
    with ShakyStage("memory.so") as stage:
        deaths, point = 0, 1 + tally.random.randrange(stride)
        while tally.goes_on():
            is_struck = tally.run(f"allocation {point}", lambda: die_once(stage, MEMORY, point, ONCE, 0, ABORTED))
            if is_struck is False:
                break
            deaths += 1
            point += stride
            if not stage.is_alive():
                stage.restart()
        tally.notes.append(f"{deaths} allocations refused")


def cases(_is_whole):
    return {"power loss, confirm": power_loss, "power loss, start": power_loss_at_start, "memory refused": memory}
