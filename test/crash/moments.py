"""Time that goes wrong, and many at once: a process that is stopped in the middle of sending, clocks that jump, fifty who say yes to the same, and a full disk.

    stopped    strace stops the process (SIGSTOP) at its Nth call on the way from the yes to the answer. While it stands still three hours go by on every
               clock: its lease is over, and Zendesk has forgotten its key. Then it goes on, the answer is lost, and Zendesk's lists lag a quarter of an hour behind.
    jumps      the wall clock goes forwards or back while a request waits
    suspended  the machine sleeps: the wall clock and the boot clock go on, the monotonic clock does not
    fifty      fifty confirmations of one proposal at once, on a build that watches for data races
    full disk  no file may grow any more (RLIMIT_FSIZE), for a while
"""

import os
import pathlib
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import lab
from faults import ShakyStage
from kill import CALLS, Tracer, need_strace
from stage import BROKEN, ENDS, Stage, check
from tally import Skipped

MINUTE_MS = 60 * 1000
HOUR_MS = 60 * MINUTE_MS
LAG_MS = 15 * MINUTE_MS
CONFIRMATIONS = 50
# A call that is entered with SIGSTOP is still made: the calls that change nothing outside are where the process stands still in front of one that does.
STOPS = CALLS + ",poll,epoll_wait,epoll_pwait,epoll_ctl,getpeername,getsockopt,setsockopt,futex,getrandom"
TSAN = pathlib.Path(os.environ.get("CHATCRAFTER_TSAN", lab.ROOT / "build" / "tsan" / "chatcrafter"))


class Clocks:
    """The server's clocks and the practice Zendesk's, moved together or not."""

    def __init__(self, stage):
        self.stage, self.ahead_ms = stage, 0

    def go_on(self, by_ms, wall=True, monotonic=True, boot=True):
        self.ahead_ms += by_ms
        self.stage.faults.jump(*(self.ahead_ms if moves else 0 for moves in (wall, monotonic, boot)))
        self.stage.zendesk.http.post("/_sandbox/clock", {"advance_ms": by_ms})

    def go_on_until_over(self, order):
        """Time goes by in steps of ten minutes for as long as the request is under way. Asking wakes the server up."""
        for _ in range(200):
            if order.status() in ("proposed", *ENDS):  # the call with the yes may have been given up before it was read
                return
            self.go_on(10 * MINUTE_MS)
            self.stage.server.open.get("/livez")
            pause()
        raise AssertionError(f"after 33 hours the request is {order.status()}")


def pause():
    """Long enough for a timer that is due to run and a call to be answered on this machine."""
    time.sleep(0.1)


def is_stopped(pid):
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "Tt"


def stopped_of(stage):
    return [pid for pid in stage.pids.values() if is_stopped(pid)]


def stop_once(stage, clocks, index, point):
    """Returns False when the thread has no such call any more."""
    order = stage.proposed()
    stage.zendesk.fault("drop_after_commit")
    stage.zendesk.fault(f"lag:{LAG_MS}", "GET", "/api/v2/*")
    tracer = Tracer(stage.threads()[index], f"{STOPS}:signal=STOP:when={point}", STOPS)
    saying = lab.Later(order.say_yes)
    try:
        lab.until(lambda: stopped_of(stage) or not saying.is_alive(), "it stops or it answers", lab.ANSWER_S)
        was_stopped = bool(stopped_of(stage))
    finally:
        tracer.detach()
    clocks.go_on(3 * HOUR_MS)
    for pid in stopped_of(stage):
        os.kill(pid, signal.SIGCONT)
    try:
        saying.wait()
    except BROKEN:
        pass
    clocks.go_on_until_over(order)
    stage.zendesk.no_faults()
    order.settle()
    stage.check_database()
    return was_stopped


def stopped(tally):
    need_strace()
    with ShakyStage() as stage:
        clocks = Clocks(stage)
        for index in range(len(stage.threads())):
            times = 0
            for point in tally.points(9):
                if tally.run(f"thread {index + 1}, call {point}", lambda: stop_once(stage, clocks, index, point)) is False:
                    break
                times += 1
            tally.notes.append(f"thread {index + 1} stopped {times} times")


# ---- clocks -------------------------------------------------------------------------------------------------------------------


def waiting_order(stage):
    order = stage.proposed()
    stage.zendesk.fault("drop_after_commit")
    order.yes()
    check(order.status() == "waiting", order.status())
    return order


def jump_once(stage, by_ms, moves):
    order = waiting_order(stage)
    stage.faults.jump(*(by_ms if one in moves else 0 for one in ("wall", "monotonic", "boot")))
    order.settle()
    stage.faults.jump()
    order = stage.proposed()
    order.yes()
    order.settle()


def jumps(tally):
    with ShakyStage() as stage:
        tally.run("no jump", lambda: jump_once(stage, 0, ()))
        for name, by_ms, moves in (("wall clock forward 3 h", 3 * HOUR_MS, ("wall",)), ("wall clock back 10 s", -10 * 1000, ("wall",)),
                                   ("wall clock forward 1 min", MINUTE_MS, ("wall",)), ("the machine slept 3 h", 3 * HOUR_MS, ("wall", "boot")),
                                   ("the machine slept 40 s", 40 * 1000, ("wall", "boot"))):
            if not tally.is_whole and tally.random.randrange(2):
                continue
            tally.run(name, lambda: jump_once(stage, by_ms, moves))


# ---- many at once -------------------------------------------------------------------------------------------------------------


def fifty(tally):
    is_watched = TSAN.exists()
    if tally.is_whole and not is_watched:
        raise Skipped("there is no build/tsan/chatcrafter: make tsan")
    tally.notes.append("watched by ThreadSanitizer" if is_watched else "the usual build")
    with Stage(binary=str(TSAN) if is_watched else None) as stage:
        def at_once():
            order = stage.proposed()
            path = f"{order.talk.path}/actions/{order.action}/confirm"
            with ThreadPoolExecutor(CONFIRMATIONS) as pool:
                answers = list(pool.map(lambda _: stage.server.http.post(path, {"hash": order.hash}), range(CONFIRMATIONS)))
            statuses = sorted({answer.status for answer in answers})
            check(set(statuses) <= {200, 409} and 200 in statuses, f"one yes, the others are told: {statuses}")
            order.settle()
            check(len(stage.zendesk.requests("POST", "/api/v2/tickets")) == stage.count, "one request for each proposal")

        for number in range(10 if tally.is_whole else 3):
            tally.run(f"proposal {number + 1}", at_once)

        def ends_well():
            code = stage.server.stop()
            check(code == 0, f"it ends with {code}")
            check("ThreadSanitizer" not in stage.server.talk(), stage.server.talk()[:4000])

        tally.run("no data race", ends_well)


# ---- a full disk --------------------------------------------------------------------------------------------------------------


def limit_files(stage, soft):
    """What may not grow answers EFBIG, which SQLite takes for a disk that is full. """
    hard = resource.prlimit(stage.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(stage.pid, resource.RLIMIT_FSIZE, (hard if soft is None else soft, hard))


def full_once(stage):
    order = stage.proposed()
    limit_files(stage, 1)
    answer = order.say_yes()
    check(answer.status == 503 and answer.json["code"] == "storage-failed", answer)
    check(order.done_in_zendesk() == 0, "nothing was sent")
    lab.until(lambda: stage.server.open.get("/readyz").status == 503, "it says that it is not ready")
    check(stage.is_alive(), "the server lives")
    limit_files(stage, None)
    lab.until(lambda: stage.server.open.get("/readyz").status == 200, "it finds by itself that it is ready again")
    order.settle()
    stage.check_database()


def full_disk(tally):
    with Stage() as stage:
        for number in range(3):
            tally.run(f"time {number + 1}", lambda: full_once(stage))


def cases(_is_whole):
    return {"stopped for three hours": stopped, "clocks that jump": jumps, "fifty yes at once": fifty, "disk full": full_disk}
