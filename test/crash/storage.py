"""Storage that fails: the Nth write, sync, open or lock of a file and the Nth call of SQLite, once and for ever, while a person confirms and while the server starts.

For each N: the server stays alive, the person gets an answer or a 503 that says what is wrong, the server says that it is not ready for as long as nothing can be
stored; and when the fault is over the request goes on to its one end. N grows until a run meets no fault.
"""

import lab
from faults import BUSY, CORRUPT, FOR_EVER, FULL, IOERR, NAMES, ONCE, READ, SQL, SYNC, WRITE, ShakyStage
from stage import BROKEN, check

KINDS = {
    "write": (WRITE, 0),
    "write, disk full": (WRITE, FULL),
    "sync": (SYNC, 0),
    "open and lock": (NAMES, 0),
    "statement, I/O error": (SQL, IOERR),
    "statement, disk full": (SQL, FULL),
    "statement, busy": (SQL, BUSY),
    "statement, corrupt": (SQL, CORRUPT),
}
FEW = (SYNC, NAMES)  # so few calls that a sample takes them all
ASAN = lab.ROOT / "build" / "asan" / "chatcrafter"
LATE_SANITIZER = {"ASAN_OPTIONS": "verify_asan_link_order=0"}  # the library of faults comes before it
STRIDES = {ONCE: 13, FOR_EVER: 17}


def honest(answer):
    """The yes was taken, or refused with the catalogue's words for a database that does not take writes."""
    check(answer is not None, "the call was answered")
    if answer.status == 200:
        return
    check(answer.status == 503 and answer.headers["content-type"] == "application/problem+json", answer)
    check(answer.json["title"] and answer.json["detail"], answer)


def confirm_once(stage, kind, target, code, harm, point):
    """Returns False when the yes needs no such call any more."""
    order = stage.proposed(kind)
    stage.faults.arm(target, point, harm, code)
    saying = lab.Later(order.say_yes)
    try:
        lab.until(lambda: not saying.is_alive() or (harm == FOR_EVER and stage.faults.struck() > 0), "an answer, or a fault that stays", lab.ANSWER_S)
        is_struck = stage.faults.struck() > 0
        if harm == FOR_EVER and is_struck:
            lab.until(lambda: stage.server.open.get("/readyz").status == 503, "it says that it is not ready")
    finally:
        stage.faults.disarm()
    honest(saying.wait())
    check(stage.is_alive(), "the server lives")
    order.settle(may_be_refused=kind != "create_ticket")  # a change that could not be stored was not sent, and is told so
    stage.check_database()
    lab.until(lambda: stage.server.open.get("/readyz").status == 200, "it says that it is ready again")
    return is_struck


def binary(tally):
    """Every point is tried under AddressSanitizer, which also finds what is leaked; a sample with the usual build."""
    return str(ASAN) if tally.is_whole and ASAN.exists() else None


def confirming(kind, target, code, harm):
    def case(tally):
        with ShakyStage(more=LATE_SANITIZER, binary=binary(tally)) as stage:
            struck = 0
            for point in tally.points(1 if target in FEW else STRIDES[harm]):
                is_struck = tally.run(f"call {point}", lambda: confirm_once(stage, kind, target, code, harm, point))
                if is_struck is False:
                    break
                struck += 1
            tally.notes.append(f"{struck} failed calls")
            tally.run("the end", lambda: check(stage.server.stop() == 0, "it ends well, with nothing leaked"))
    return case


# ---- a start on storage that fails ---------------------------------------------------------------------------------------------


def start_once(stage, target, point):
    """A start either serves, or ends with an exit code and a sentence; the next one, without the fault, serves."""
    order = stage.proposed()
    order.yes()
    stage.server.kill()
    stage.faults.arm(target, point, ONCE)
    try:
        stage.server.start()
    except BROKEN:
        check(stage.server.program.process.wait(lab.STOP_S) > 0, f"it ended with {stage.server.program.process.returncode}")
        check("database" in stage.server.program.talk(), "it says why")
    is_struck = stage.faults.disarm()[1] > 0
    if not stage.is_alive():
        stage.restart()
    order.settle()
    stage.check_database()
    lab.until(lambda: stage.server.open.get("/readyz").status == 200, "it says that it is ready again")
    return is_struck


def starting(target):
    def case(tally):
        with ShakyStage(more=LATE_SANITIZER, binary=binary(tally)) as stage:
            struck = 0
            for point in tally.points(1 if target in FEW else 9):
                is_struck = tally.run(f"call {point}", lambda: start_once(stage, target, point))
                if is_struck is False:
                    break
                struck += 1
            tally.notes.append(f"{struck} failed calls")
    return case


def cases(is_whole):
    found = {}
    for name, (target, code) in KINDS.items():
        for harm, words in ((ONCE, "once"), (FOR_EVER, "for ever")):
            if harm == FOR_EVER and not is_whole and target not in (WRITE, SYNC):
                continue  # what stays takes longest, and is much alike
            found[f"storage, {name} {words}"] = confirming("create_ticket", target, code, harm)
    found["storage, write once, comment"] = confirming("add_comment", WRITE, 0, ONCE)
    found["storage, statement once, comment"] = confirming("add_comment", SQL, IOERR, ONCE)
    for name, target in (("read", READ), ("write", WRITE), ("sync", SYNC), ("open and lock", NAMES), ("statement", SQL)):
        found[f"storage, start, {name}"] = starting(target)
    return found
