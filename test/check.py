#!/usr/bin/env python3
"""Runs every part of the tests, two at a time, and counts single tests.

A part is a command. What it prints decides what is counted: cmocka's lines, the node runner's summary, or "N passed, N failed" of our own
runners; a part that counts nothing is one test, judged by its exit code. Output is shown for parts that failed. The last line is the sum.

Tests of a whole program share two cores with everything else that runs. One that fails is tried once more when the others are done with: passes it then,
its part is marked "ok?" and its name is shown, so that an unsteady test is seen and mended; fails it again, it has failed.
"""

import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PART_SECONDS = 480
TAIL_LINES = 60


class Part:
    def __init__(self, name, command, long=False, env=None):
        self.name, self.command, self.long, self.env = name, command, long, env or {}
        self.passed = self.failed = self.skipped = 0
        self.output, self.seconds = "", 0.0

    def run(self):
        began = time.monotonic()
        try:
            done = subprocess.run(["bash", "-c", self.command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, env={**os.environ, **self.env}, timeout=PART_SECONDS * (8 if self.long else 1))
            self.output, code = done.stdout.decode("utf-8", "replace"), done.returncode
        except subprocess.TimeoutExpired as late:
            self.output, code = (late.stdout or b"").decode("utf-8", "replace") + "\n(took too long and was ended)", 124
        self.seconds = time.monotonic() - began
        self.count(code)
        return self

    def count(self, code):
        ours = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", self.output, re.M)
        for passed, failed, skipped in ours:
            self.passed += int(passed)
            self.failed += int(failed)
            self.skipped += int(skipped or 0)
        node = {word: sum(map(int, re.findall(rf"^(?:#|ℹ) {word} (\d+)$", self.output, re.M))) for word in ("pass", "fail", "skipped")}
        self.passed += node["pass"]
        self.failed += node["fail"]
        self.skipped += node["skipped"]
        self.passed += len(re.findall(r"^\[       OK \] ", self.output, re.M))
        self.failed += len(set(re.findall(r"^\[  FAILED  \] (\w+)$", self.output, re.M)))
        self.skipped += len(set(re.findall(r"^\[  SKIPPED \] (\w+)$", self.output, re.M)))
        if code != 0 and self.failed == 0:
            self.failed += 1
        elif code == 0 and self.passed + self.failed + self.skipped == 0:
            self.passed = 1

    def unsteady(self):
        """The names of what passed only at the second try."""
        return re.findall(r"^\[ UNSTEADY \] (.+)$", self.output, re.M)

    def line(self):
        mark = "FAIL" if self.failed else "ok? " if self.unsteady() else "ok  "
        counts = f"{self.passed} passed" + (f", {self.failed} failed" if self.failed else "") + (f", {self.skipped} skipped" if self.skipped else "")
        return f"{mark} {self.name:<34} {counts:<34} {self.seconds:6.1f} s"


def unit(mode, rooms, long=False):
    """One part a room: builds its tests in that mode and runs each program; one that fails has a second try."""
    build, compiler = {"release": ("build", "gcc"), "asan": ("build/clang", "clang")}.get(mode, (f"build/{mode}", "gcc"))
    for room in rooms:
        if not glob.glob(os.path.join(ROOT, f"test/unit/{room}/test_*.c")):
            continue
        # Two parts share a build folder and run at once: one of them builds at a time.
        command = (f"mkdir -p {build}; flock {build}/.building make -s -j2 CC={compiler} MODE={mode} B={build} unit-{room} || exit 1; failed=0; "
                   f"for t in {build}/test/{room}/test_*; do case $t in *.d) continue;; esac; "
                   f"echo \"== $t\"; out=$(mktemp); timeout 300 $t >$out 2>&1 && cat $out || "
                   f"{{ sed 's/^\\[  FAILED  \\]/[ UNSTEADY ]/; s/^\\[       OK \\]/[ FIRST OK ]/' $out; timeout 300 $t 2>&1 || failed=1; }}; "
                   f"rm -f $out; done; exit $failed")
        yield Part(f"unit {room}, {mode}", command, long)


def browser():
    """Each file of the browser's tests; one that fails has a second try. axe-core's walk over every screen takes a minute, and comes with --long."""
    again = "sed -E 's/^( *not ok [0-9]+ -|✖) /[ UNSTEADY ] /; s/^(#|ℹ) (pass|fail|skipped) /first try: \\2 /' $out"
    return ("failed=0; for t in test/ui/*.test.mjs; do [ $t != test/ui/axe.test.mjs ] || [ -n \"$CHATCRAFTER_LONG\" ] || continue; out=$(mktemp); node --test $t >$out 2>&1 && cat $out || "
            f"{{ {again}; node --test $t 2>&1 || failed=1; }}; rm -f $out; done; exit $failed")


def rooms():
    return [os.path.basename(p) for p in sorted(glob.glob(os.path.join(ROOT, "test/unit/*"))) if os.path.isdir(p)]


def sanitized(mode):
    """The black-box tests on the binary of that mode: what a sanitizer finds fails the test it is found in."""
    return f"make -s -j2 {mode} && python3 test/blackbox/run.py --binary build/{mode}/chatcrafter"


def parts():
    yield Part("console, browser", browser())
    # One build by clang with its sanitizers serves the compiler's warnings, the unit tests and the fuzzers.
    yield Part("build, clang", "mkdir -p build/clang; flock build/clang/.building make -s -j2 CC=clang MODE=asan B=build/clang all")
    yield Part("delivery, model checked", "make -s model")
    yield Part("lint, format and house", "make -s lint-format lint-house")
    yield Part("lint, its own tests", "make -s lint-test")
    yield Part("delivery, simulated", "set -o pipefail; make -s sim | sed -E 's/^([0-9]+) passed, ([0-9]+) failed$/\\1 histories hold, \\2 do not/'")
    yield Part("the liar before the gate", "set -o pipefail; make -s liar TURNS=20000 | sed -E 's/^([0-9]+) passed, ([0-9]+) failed$/\\1 turns hold, \\2 do not/'")
    yield Part("understanding, measured", "make -s eval")
    yield Part("console, types", "npm --prefix ui run --silent typecheck")
    yield Part("Zendesk, a client of others", "npm --prefix test/clients ci --silent && CHATCRAFTER=build/chatcrafter node --test test/clients/*.test.mjs")
    yield Part("Zendesk, contract and faults", "npm --prefix test/zendesk ci --silent && python3 test/zendesk/run.py --binary build/chatcrafter")
    yield Part("model providers, one of others", "npm --prefix test/llm ci --silent && python3 test/llm/run.py --binary build/chatcrafter")
    yield Part("safety of models, sampled", "python3 test/safety/run.py --binary build/chatcrafter --sample 42")
    yield Part("black box", "python3 test/blackbox/run.py --binary build/chatcrafter")
    yield Part("work of a turn, in counts", "make -s work")
    yield Part("crashes, sampled", "make -s crash-test SAMPLE=1")
    yield Part("faults, sampled", "make -s torture SAMPLE=1")
    yield from unit("asan", rooms())
    yield from unit("tsan", ["net"])
    yield Part("fuzzing, 4 s each", "flock build/clang/.building make -s -j2 fuzz && make -s fuzz-run SECONDS=4")
    yield Part("lint, clang-tidy", "make -s lint-clang B=build/tidy TIDY='--checks=-clang-analyzer-*'")
    yield from unit("release", rooms(), long=True)
    yield from unit("tsan", ["store", "flow", "web"], long=True)
    yield Part("build, debug", "make -s -j2 debug && build/debug/chatcrafter version", long=True)
    yield Part("black box, asan", sanitized("asan"), long=True)
    yield Part("black box, tsan", sanitized("tsan"), long=True)
    yield Part("fuzzing, 60 s each", "make -s fuzz-run SECONDS=60", long=True)
    yield Part("delivery, ten million histories", "make -s sim SEEDS=10000000", long=True)
    yield Part("safety of models, every cell", "python3 test/safety/run.py --binary build/chatcrafter", long=True)
    yield Part("crashes, every point", "make -s crash-test", long=True)
    yield Part("faults, every point", "make -s torture", long=True)
    yield Part("delivery, larger models", "make -s model LONG=1", long=True)
    yield Part("lint, clang-tidy with the analyzer", "make -s lint-clang lint-clang-test", long=True)
    yield Part("README from a clean clone", "python3 test/blackbox/run.py --binary build/chatcrafter -k clean_clone", long=True, env={"CHATCRAFTER_CLEAN_CLONE": "1"})


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--long", action="store_true", help="the slow ones as well")
    options.add_argument("--only", default="", help="parts whose name holds this (a regular expression)")
    chosen = options.parse_args()
    if chosen.long:
        os.environ["CHATCRAFTER_LONG"] = "1"
    todo = [p for p in parts() if (chosen.long or not p.long) and re.search(chosen.only, p.name)]
    failures = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for future in concurrent.futures.as_completed([pool.submit(p.run) for p in todo]):
            part = future.result()
            print(part.line(), flush=True)
            for name in part.unsteady():
                print(f"       only at the second try: {name}", flush=True)
            if part.failed:
                failures.append(part)
    for part in failures:
        print(f"\n---- {part.name} ----\n" + "\n".join(part.output.splitlines()[-TAIL_LINES:]))
    passed, failed, skipped = (sum(getattr(p, word) for p in todo) for word in ("passed", "failed", "skipped"))
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
