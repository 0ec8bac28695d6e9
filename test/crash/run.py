#!/usr/bin/env python3
"""Runs the tests that break things on purpose: `crash` ends the process, the power, the memory or the time; `torture` makes single calls fail.

usage: run.py crash|torture [--all] [--seed N] [-k WORD] [--binary build/chatcrafter] [--workers 2]

stage.py holds what they share, tally.py counts. A case is a scenario with one kind of harm; it tries the harm at one point after the other. Without --all only every n-th point is taken, beginning at one that
the seed decides; without --seed it is the commit's, so that the same commit tries the same points and the next one others. A line for each case as it ends, the
points that failed, and last "N passed, N failed" (points), perhaps ", N skipped" (cases).
"""

import argparse
import importlib
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import time
import traceback

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
sys.path[:0] = [str(FOLDER), str(ROOT / "test" / "blackbox")]

from tally import Skipped, Tally, TimeUp  # noqa: E402

PARTS = {"crash": ("kill.py", "kill_commands.py", "power.py", "moments.py"), "torture": ("network.py", "storage.py")}
CASE_S, CASE_ALL_S = 240, 3600


def time_is_up(_number, _frame):
    raise TimeUp("the case took too long")


def load(part, options):
    return importlib.import_module(part.removesuffix(".py")).cases(options.all)


def run_case(job):
    part, name, options = job
    tally, begun = Tally(name, options), time.monotonic()
    signal.signal(signal.SIGALRM, time_is_up)
    signal.alarm(CASE_ALL_S if options.all else CASE_S)
    try:
        load(part, options)[name](tally)
    except Skipped as reason:
        tally.skipped = str(reason)
    except Exception:  # pylint: disable=broad-except
        tally.failures.append(traceback.format_exc(limit=-6))
    signal.alarm(0)
    if not tally.passed and not tally.failures and not tally.skipped:
        tally.failures.append("not one point was tried")
    tally.random = None
    return tally, time.monotonic() - begun


def seed_of_commit():
    told = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short=8", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    return int(told, 16) if told else 1


def parse():
    parser = argparse.ArgumentParser(description="runs the tests that break things on purpose")
    parser.add_argument("part", choices=sorted(PARTS))
    parser.add_argument("--all", action="store_true", help="every point instead of a sample")
    parser.add_argument("--seed", type=int, default=None, help="decides the sample and what is random; default: of the commit")
    parser.add_argument("-k", dest="word", default="", help="only cases with this in their name")
    parser.add_argument("--binary", default=os.environ.get("CHATCRAFTER", str(ROOT / "build" / "chatcrafter")))
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    options.seed = seed_of_commit() if options.seed is None else options.seed
    return options


def main():
    options = parse()
    binary = pathlib.Path(options.binary).resolve()
    if not os.access(binary, os.X_OK):
        sys.exit(f"There is no program {binary}. Build it: make")
    os.environ["CHATCRAFTER"] = str(binary)
    jobs = [(part, name, options) for part in PARTS[options.part] for name in load(part, options) if options.word.lower() in name.lower()]
    print(f"{options.part}: seed {options.seed}, {'every point' if options.all else 'a sample of the points'}", flush=True)
    tallies = []
    with multiprocessing.get_context("fork").Pool(options.workers, maxtasksperchild=1) as pool:
        for tally, seconds in pool.imap_unordered(run_case, jobs):
            tallies.append(tally)
            print(tally.line(seconds), flush=True)
            for failure in tally.failures:
                print("".join(f"    {line}\n" for line in failure.splitlines()), flush=True)
    passed, failed = sum(tally.passed for tally in tallies), sum(len(tally.failures) for tally in tallies)
    skipped = sum(1 for tally in tallies if tally.skipped)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not (passed or skipped) else 0


if __name__ == "__main__":
    sys.exit(main())
