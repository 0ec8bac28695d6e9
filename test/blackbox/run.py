#!/usr/bin/env python3
"""Runs the black-box tests: the real binary, real database files, the practice Zendesk as a process of its own. lab.py holds what they share.

usage: test/blackbox/run.py [--binary build/chatcrafter] [--workers 2] [-k PATTERN]

A line for each test as it ends. One that fails is tried once more, alone, when the others have ended; if it passes then it is told as "[ UNSTEADY ]". The last line is "N passed, N failed" (", N skipped" may follow). Exit 0 only if none failed.
CHATCRAFTER_CLEAN_CLONE=1 adds test_clean_clone.py, which clones the repository, installs and builds.
"""

import argparse
import importlib
import multiprocessing
import os
import pathlib
import signal
import sys
import time
import unittest

FOLDER = pathlib.Path(__file__).resolve().parent

# The slowest first, so that the workers end together.
FILES = (
    "test_clean_clone.py",
    "test_outage.py",
    "test_budget.py",
    "test_crash.py",
    "test_stop.py",
    "test_processes.py",
    "test_secrets.py",
    "test_once.py",
    "test_requests.py",
    "test_setup_check.py",
    "test_connect.py",
    "test_connection.py",
    "test_identity.py",
    "test_scope.py",
    "test_events.py",
    "test_webhook.py",
    "test_careful.py",
    "test_fields.py",
    "test_files.py",
    "test_models.py",
    "test_operating.py",
    "test_doctor.py",
    "test_upkeep.py",
    "test_audit.py",
    "test_members.py",
    "test_service.py",
    "test_start.py",
    "test_command_line.py",
    "test_build.py",
    "test_readme.py",
)

TEST_S = 180
CLONE_S = 1500
AGAIN_MAX = 5  # more than that is no accident


class TimeUp(Exception):
    pass


def time_is_up(_number, _frame):
    raise TimeUp("the test took too long")


class Result(unittest.TestResult):
    """What one test came to. The logs are read while the test's folder is still there."""

    def __init__(self):
        super().__init__()
        self.outcome, self.detail = "passed", ""

    def fail(self, test, error):
        logs = test.logs() if hasattr(test, "folder") else ""
        self.outcome, self.detail = "FAILED", f"{self.detail}{self._exc_info_to_string(error, test)}{logs}"

    def addFailure(self, test, error):
        self.fail(test, error)

    def addError(self, test, error):
        self.fail(test, error)

    def addSubTest(self, test, subtest, error):
        if error:
            self.fail(test, error)
            self.detail = f"{subtest}\n{self.detail}"

    def addSkip(self, test, reason):
        self.outcome, self.detail = "skipped", reason


def tests_in(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_in(item)
        else:
            yield item


def find(pattern, files):
    loader = unittest.TestLoader()
    found = []
    for name in files:
        module = importlib.import_module(name.removesuffix(".py"))
        found += [test.id() for test in tests_in(loader.loadTestsFromModule(module)) if pattern.lower() in test.id().lower()]
    return found


def run_one(name):
    suite = unittest.defaultTestLoader.loadTestsFromName(name)
    result, begun = Result(), time.monotonic()
    signal.signal(signal.SIGALRM, time_is_up)
    signal.alarm(CLONE_S if name.startswith("test_clean_clone") else TEST_S)
    for test in tests_in(suite):
        test.run(result)
    signal.alarm(0)
    return name, result.outcome, result.detail, time.monotonic() - begun


def tell(name, outcome, detail, seconds):
    reason = f"  ({detail})" if outcome == "skipped" else ""
    print(f"{outcome:<8}{seconds:6.1f} s  {name}{reason}", flush=True)
    if outcome == "FAILED":
        print("".join(f"    {line}\n" for line in detail.splitlines()), flush=True)


def main(files=FILES):
    parser = argparse.ArgumentParser(description=f"runs the tests of {len(files)} files")
    parser.add_argument("--binary", default=os.environ.get("CHATCRAFTER", str(FOLDER.parents[1] / "build" / "chatcrafter")))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("-k", dest="pattern", default="", help="only tests with this in their name")
    options = parser.parse_args()
    binary = pathlib.Path(options.binary).resolve()
    if not os.access(binary, os.X_OK):
        sys.exit(f"There is no program {binary}. Build it: make")
    os.environ["CHATCRAFTER"] = str(binary)
    sys.path.insert(0, str(FOLDER))
    names = find(options.pattern, files)
    counts = {"passed": 0, "FAILED": 0, "skipped": 0}
    again = []
    with multiprocessing.get_context("fork").Pool(options.workers) as pool:
        for name, outcome, detail, seconds in pool.imap_unordered(run_one, names):
            tell(name, outcome, detail, seconds)
            if outcome == "FAILED" and len(again) < AGAIN_MAX:
                again.append(name)
            else:
                counts[outcome] += 1
    with multiprocessing.get_context("fork").Pool(1) as pool:
        for name, outcome, detail, seconds in pool.imap(run_one, again):
            tell(name, outcome, detail, seconds)
            counts[outcome] += 1
            if outcome == "passed":
                print(f"[ UNSTEADY ] {name}", flush=True)
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['FAILED']} failed{skipped}")
    sys.exit(1 if counts["FAILED"] or not counts["passed"] else 0)


if __name__ == "__main__":
    main()
