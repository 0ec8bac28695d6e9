"""kill -9 at every system call that the outside can see.

strace kills the server as it enters its Nth call that writes, sends, syncs or receives: the call itself is not made any more. It counts for each thread, so it is
attached to one thread at a time, and N grows until the scenario ends by itself: then that thread has no more calls to die at. After each death the server starts
again on the same data, without strace, and the request goes on to its end.

    confirm   the yes, the sending, the answer and its storing, all in one        send     a request that waited, when Zendesk is back
    answer    the look after an answer was lost                                   comment  the reads, the write and the receipt of a member's comment
    egress    the same as confirm, by the process that makes the call: at each kind of call

Starts and commands: kill_commands.py.
"""

import shutil
import signal
import subprocess

import lab
from tally import Skipped
from stage import Stage, check

WRITING_CALLS = ("pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate,fallocate,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
                 "mkdir,mkdirat,connect,shutdown")
CALLS = WRITING_CALLS + ",recvfrom,recvmsg,read"
EGRESS_CALLS = ("read", "connect", "sendto", "recvfrom", "writev")


def need_strace():
    if not shutil.which("strace"):
        raise Skipped("strace is not installed")


class Tracer:
    """strace on one thread of a running server."""

    def __init__(self, thread, inject, calls=CALLS):
        self.process = subprocess.Popen(["strace", "-o", "/dev/null", "-p", str(thread), "-e", f"trace={calls}", "-e", f"inject={inject}"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=lab.die_with_parent)
        first = self.process.stderr.readline().decode()
        check("attached" in first, f"strace: {first}")

    def detach(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.stderr.read()
        self.process.wait(lab.STOP_S)
        self.process.stderr.close()


def died(stage, is_over):
    """Waits for whichever comes first: the death, or the end of the scenario without one."""
    lab.until(lambda: not stage.is_alive() or is_over(), "it dies or it is done", lab.ANSWER_S)
    return not stage.is_alive()


def attempt(stage, prepare, act, index, point):
    """One death at one call of one thread. Returns False when the thread has no such call any more."""
    order = prepare(stage)
    threads = stage.threads()
    if index >= len(threads):
        return False
    tracer = Tracer(threads[index], f"{CALLS}:signal=KILL:when={point}")
    try:
        act(stage, order)
        is_dead = died(stage, order.is_done)
    finally:
        tracer.detach()
    is_dead = is_dead or not stage.is_alive()
    stage.zendesk.no_faults()
    if is_dead:
        stage.restart()
    order.settle()
    stage.check_database()
    return is_dead


def exhaust(tally, prepare, act, stride):
    """Every thread, every call."""
    need_strace()
    with Stage() as stage:
        count = len(stage.threads())
        for index in range(count):
            tried = 0
            for point in tally.points(stride):
                goes_on = tally.run(f"thread {index + 1}, call {point}", lambda: attempt(stage, prepare, act, index, point))
                if goes_on is False:
                    break
                tried += 1
                if not stage.is_alive():
                    stage.restart()
            tally.notes.append(f"thread {index + 1} died {tried} times")


# ---- scenarios of the server -------------------------------------------------------------------------------------------------


def proposed(stage):
    return stage.proposed()


def say_yes(_stage, order):
    order.try_yes()


def waiting(stage):
    """Confirmed while Zendesk is away."""
    order = stage.proposed()
    stage.zendesk.stop()
    order.yes()
    check(order.status() == "waiting", order.status())
    return order


def zendesk_is_back(stage, _order):
    stage.zendesk.start()


def doubtful(stage):
    """The ticket was made and the answer lost: the next thing is a look."""
    order = stage.proposed()
    stage.zendesk.fault("drop_after_commit")
    order.yes()
    check(order.status() == "waiting", order.status())
    return order


def nothing(_stage, _order):
    pass


def confirm(tally):
    exhaust(tally, proposed, say_yes, 5)


def send(tally):
    exhaust(tally, waiting, zendesk_is_back, 12)


def answer(tally):
    exhaust(tally, doubtful, nothing, 12)


def comment(tally):
    exhaust(tally, lambda stage: stage.proposed("add_comment"), say_yes, 6)


def call_once(stage, call, point):
    """Egress dies at its Nth call of one kind; the server goes on with another egress. False when there is no such call any more."""
    order = stage.proposed()
    front = stage.pid
    tracer = Tracer(stage.pids["egress"], f"{call}:signal=KILL:when={point}", call)
    try:
        order.try_yes()
        is_dead = died(stage, order.is_done)
    finally:
        tracer.detach()
    is_dead = is_dead or not stage.is_alive()
    if is_dead:
        stage.restart()
    check(stage.pid == front, "who serves has not noticed")
    order.settle()
    stage.check_database()
    return is_dead


def egress(tally):
    """strace counts each kind of call by itself, and a call to Zendesk has one of most: reading the command, sending, receiving, telling."""
    need_strace()
    deaths = 0
    with Stage() as stage:
        for call in EGRESS_CALLS:
            for point in range(1, 4):
                if tally.run(f"{call} {point}", lambda: call_once(stage, call, point)) is False:
                    break
                deaths += 1
    check(deaths >= 4, f"it died at each step of a call: {deaths}")
    tally.notes.append(f"egress died {deaths} times")


def cases(_is_whole):
    return {f"kill -9, {scenario.__name__}": scenario for scenario in (confirm, send, answer, comment, egress)}
