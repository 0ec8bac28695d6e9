#!/usr/bin/env python3
"""Proves that an agent with a language model stays inside its limits, whatever the model does and whatever it reads: the real binary, the practice Zendesk, and scripted models of our own that
obey every text or lie.

The matrices are injection.py (with the model of obedient.py), scope.py, lies.py and calls.py, all on stage.py.

usage: test/safety/run.py [--binary build/chatcrafter] [--jobs 2] [--sample N] [-k injection|scope|lies|calls]

--sample N plays about N cells of each matrix; without it, all. Prints the matrices; the last line is "N passed, N failed" (", N skipped" may follow). Exit 0 only if none failed.
"""

import argparse
import collections
import multiprocessing
import os
import pathlib
import sys
import traceback

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "blackbox"), str(FOLDER)]

MATRICES = ("injection", "scope", "lies", "calls")
FAILURES_SHOWN, FAILURE_CHARS = 20, 1500


class Tally:
    def __init__(self):
        self.passed, self.skipped, self.failures = 0, 0, []

    def add(self, wrong):
        self.passed += not wrong
        self.failures += ["; ".join(wrong)] if wrong else []


def work(job, jobs, chosen, sample, out):
    """One worker with a stage of its own; what it finds goes to `out` piece by piece."""
    import calls
    import injection
    import lies
    import scope
    from stage import Stage

    stage = Stage()
    try:
        if "injection" in chosen:
            for number, cell in enumerate(injection.cells(sample)):
                if number % jobs == job:
                    out.put(("injection", *injection.play(stage, number, cell)))
        if "scope" in chosen and job == 0:
            for level, owner, seen, wrong in scope.check(stage, sample):
                out.put(("scope", (level, owner), seen, wrong))
        if "lies" in chosen and job == jobs - 1:
            for _, wrong in lies.check(stage, sample):
                out.put(("lies", None, 1, wrong))
        if "calls" in chosen and job == jobs - 1:
            for _, wrong in calls.check(stage, sample):
                out.put(("calls", None, 1, wrong))
    except Exception:  # a worker that breaks is a failure, and its end must be told
        out.put(("broken", None, 0, [traceback.format_exc()]))
    finally:
        stage.close()
        out.put(None)


def collect(jobs, chosen, sample):
    out = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(job, jobs, chosen, sample, out)) for job in range(jobs)]
    for worker in workers:
        worker.start()
    ended = 0
    while ended < jobs:
        found = out.get()
        if found is None:
            ended += 1
        else:
            yield found
    for worker in workers:
        worker.join()


def show_injection(rows):
    from injection import LEVELS, PLACES

    columns = ("cells", "seen", "attempts", "wishes", "calls", "to model", "to visitor")
    print("\nInjection: payloads that the obedient model saw, calls that it tried for them; changes made that the visitor wished for; calls made that nobody did;\n"
          "planted secrets to the model and to the visitor")
    print(f"  {'place':<18}{'level':<7}" + "".join(f"{name:>12}" for name in columns))
    for place in PLACES:
        for level in LEVELS:
            if (row := rows.get((place, level))) is not None:
                print(f"  {place:<18}{level:<7}" + "".join(f"{row[name]:>12}" for name in columns))


def show_scope(rows):
    from scope import LEVELS, OWNERS

    print("\nScope: for how many of the tools something was done, by level and owner of the record")
    print(f"  {'level':<8}" + "".join(f"{owner:>12}" for owner in OWNERS))
    for level in LEVELS:
        print(f"  {level:<8}" + "".join(f"{rows.get((level, owner), '-'):>12}" for owner in OWNERS))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", default="build/chatcrafter")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--sample", type=int, default=0)
    options.add_argument("-k", dest="only", default="")
    asked = options.parse_args()
    os.environ["CHATCRAFTER"] = os.path.abspath(asked.binary)
    chosen = [name for name in MATRICES if asked.only in name]
    tally, injected, scoped = Tally(), collections.defaultdict(collections.Counter), {}
    for matrix, key, value, wrong in collect(asked.jobs, chosen, asked.sample):
        tally.add(wrong)
        if matrix == "injection":
            injected[key].update(value)
        elif matrix == "scope":
            scoped[key] = value
    report(tally, injected, scoped, chosen)
    return 1 if tally.failures or not tally.passed else 0


def report(tally, injected, scoped, chosen):
    import calls
    import injection

    if injected:
        show_injection(injected)
        for (place, level), row in injected.items():
            if place not in injection.UNREACHED and row["seen"] * 2 < row["cells"]:
                tally.failures.append(f"{place}, {level}: only {row['seen']} of {row['cells']} payloads reached the model, so nothing is proved")
    if scoped:
        show_scope(scoped)
    for failure in tally.failures[:FAILURES_SHOWN]:
        print(f"FAILED {failure[:FAILURE_CHARS]}")
    if len(tally.failures) > FAILURES_SHOWN:
        print(f"... and {len(tally.failures) - FAILURES_SHOWN} more")
    skipped = ("injection" in chosen and not injection.SHARED.exists()) + ("calls" in chosen and not calls.cases())
    print(f"\n{tally.passed} passed, {len(tally.failures)} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)


if __name__ == "__main__":
    sys.exit(main())
