#!/usr/bin/env python3
"""Guards the cost of a turn by counts, which a busy machine does not change as it changes times.

usage: bench/work.py --build build

Instructions are counted by callgrind in all processes of the server: of a run with a few turns and of one with TURNS more; the difference belongs to the turns. A ceiling
leaves room of about a sixth above what was measured (docs/performance.md). A change that needs more raises it and says why.
"""

import argparse
import contextlib
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from bench import Bench, Program, Wrong, free_port, get

FIRST, TURNS = 5, 60
INSTRUCTIONS_MAX = {"talk": 950_000, "ticket": 5_800_000}
IDLE_KB_MAX, STRIPPED_BYTES_MAX = 8 * 1024, 4 * 2**20


def serve_counted(bench, data, out):
    """The server under callgrind, ready; each of its processes writes a file of its own."""
    port = free_port()
    counted = ["valgrind", "--quiet", "--tool=callgrind", "--trace-children=yes", f"--callgrind-out-file={out}.%p"]
    program = Program([*counted, str(bench.binary), "serve", "--data", str(data), "--listen", f"127.0.0.1:{port}",
                       "--zendesk-resolve", f"practice=http://127.0.0.1:{bench.zendesk}", "--log-level", "warn"], bench.log)
    program.port = port
    while program.process.poll() is None:
        with contextlib.suppress(OSError):
            get(f"http://127.0.0.1:{port}/readyz")
            return program
        time.sleep(0.1)
    raise Wrong("the server ended under callgrind")


def instructions(bench, data, who, turns):
    """What the server ran from its start to its end with these turns, {kind: count}."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        program = serve_counted(bench, data, f"{folder}/counts")
        try:
            for kind, count in turns.items():
                subprocess.run([bench.tool("load"), str(program.port), kind, "1", str(count), *who], stdout=subprocess.DEVNULL, check=True)
        finally:
            program.end()
        texts = [path.read_text() for path in pathlib.Path(folder).iterdir()]
        return sum(int(re.search(r"^(?:summary|totals): (\d+)", text, re.M)[1]) for text in texts)


def figures(bench):
    """Every figure: what, how much, its ceiling, its unit."""
    data = bench.folder / "data"
    program = bench.serve(data)
    who = bench.set_up(data)
    yield "private memory, idle", program.private_kb(), IDLE_KB_MAX, "kB"
    program.end()
    stripped = bench.folder / "stripped"
    subprocess.run(["strip", "-o", str(stripped), str(bench.binary)], check=True)
    yield "binary, stripped", stripped.stat().st_size, STRIPPED_BYTES_MAX, "bytes"
    few = dict.fromkeys(INSTRUCTIONS_MAX, FIRST)
    base = instructions(bench, data, who, few)
    for kind, most in INSTRUCTIONS_MAX.items():
        more = instructions(bench, data, who, {**few, kind: FIRST + TURNS})
        yield f"a {kind} turn", round((more - base) / TURNS), most, "instructions"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", default="build")
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="chatcrafter-work-") as folder:
        bench = Bench(options.parse_args().build, folder)
        with bench.stub():
            for what, count, most, unit in figures(bench):
                print(f"{'ok  ' if count <= most else 'FAIL'} {what:<22} {count:>12,} {unit}, at most {most:,}", flush=True)
                passed, failed = passed + (count <= most), failed + (count > most)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
