#!/usr/bin/env python3
"""Measures the product against the bare program (limit.c) on this machine, in turn, and prints every target with what was reached.

usage: bench/bench.py --build build [--rounds 5] [--growth MESSAGES] [--only WORD]

Each figure is the median of the rounds, with the spread (largest by smallest). Ratios count: absolute figures belong to this machine. A JSON file with all of it
goes to bench/results/. Ends with 0 when every answer and every ledger was right, whatever the figures say.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
TURNS = {1: 1500, 16: 6000, 64: 12000}
STREAMS = 10_000
TICKS = os.sysconf("SC_CLK_TCK")


class Wrong(Exception):
    pass


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


class Program:
    """A server under measure: its process, its port, its files."""

    def __init__(self, arguments, log, settings=None):
        self.begun = time.monotonic()
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **(settings or {})})

    def port_line(self):
        return int(re.match(r"port (\d+)", self.process.stdout.readline())[1])

    def pids(self):
        """The program's own process and its children: the server is three processes."""
        return [self.process.pid, *map(int, pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split())]

    def cpu_s(self):
        fields = [pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.pids()]
        return sum(int(of[11]) + int(of[12]) for of in fields) / TICKS

    def private_kb(self):
        rollups = [pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids()]
        return sum(int(kb) for rollup in rollups for kb in re.findall(r"^Private_(?:Clean|Dirty): +(\d+) kB", rollup, re.M))

    def end(self):
        self.process.terminate()
        self.process.wait(60)


class Bench:
    def __init__(self, build, folder):
        self.build, self.folder = pathlib.Path(build).resolve(), pathlib.Path(folder)
        self.binary = self.build / "chatcrafter"
        self.log = open(self.folder / "talk", "w")

    def tool(self, name):
        return str(self.build / "bench" / name)

    @contextlib.contextmanager
    def stub(self):
        stub = Program([self.tool("stub")], self.log)
        try:
            self.zendesk = stub.port_line()
            yield
        finally:
            stub.end()

    def ledger(self):
        return json.loads(get(f"http://127.0.0.1:{self.zendesk}/_ledger"))

    @contextlib.contextmanager
    def limit(self):
        path = self.folder / "limit.db"
        program = Program([self.tool("limit"), str(path), str(self.zendesk)], self.log)
        try:
            program.port, program.who = program.port_line(), []
            yield program
        finally:
            program.end()
            for file in self.folder.glob("limit.db*"):
                file.unlink()

    def serve(self, data, settings=None):
        port = free_port()
        listen = ["--listen", f"127.0.0.1:{port}", "--zendesk-resolve", f"practice=http://127.0.0.1:{self.zendesk}", "--log-level", "warn"]
        program = Program([str(self.binary), "serve", "--data", str(data), *listen], self.log, settings)
        program.port, program.data = port, data
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                get(f"http://127.0.0.1:{port}/readyz")
                break
            if program.process.poll() is not None:
                raise Wrong(f"the server ended: see {self.folder}/talk")
            time.sleep(0.001)
        program.ready_s = time.monotonic() - program.begun
        return program

    def command(self, data, *arguments):
        done = subprocess.run([str(self.binary), *arguments, "--data", str(data), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise Wrong(f"{' '.join(arguments)}: {done.stderr or done.stdout}")
        return json.loads(done.stdout)

    def set_up(self, data):
        """A key, an agent and its connection. Returns what the load needs of them."""
        token = self.folder / "token"
        token.write_text("token-of-the-bench")
        key = self.command(data, "key", "create", "--name", "bench", "--role", "owner")["key"]
        agent = self.command(data, "agent", "create", "--name", "Bench")["id"]
        self.command(data, "integration", "add", "zendesk", "--agent", agent, "--subdomain", "practice", "--email", "bench@example.com",
                     "--api-token-file", str(token))
        return [key, agent]

    @contextlib.contextmanager
    def product(self, settings=None):
        data = self.folder / "data"
        program = self.serve(data, settings)
        try:
            program.who = self.set_up(data)
            yield program
        finally:
            program.end()
            shutil.rmtree(data)

    def load(self, program, kind, clients, turns):
        before = self.ledger()
        cpu = program.cpu_s()
        done = subprocess.run([self.tool("load"), str(program.port), kind, str(clients), str(turns), *program.who], stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise Wrong(f"{kind} turns at {clients}: wrong answers")
        figures = json.loads(done.stdout)
        after = self.ledger()
        made = after["tickets"] - before["tickets"]
        if made != (turns if kind == "ticket" else 0) or after["distinct"] - before["distinct"] != made:
            raise Wrong(f"{kind} turns at {clients}: {made} tickets for {turns} turns")
        figures["cpu_s"] = program.cpu_s() - cpu
        return figures


def turns(bench, rounds):
    """Ticket turns at 1, 16, 64 and talk turns at 64, the bare program and the product in turn."""
    rows = {}
    for _ in range(rounds):
        for name, program_of in (("limit", bench.limit), ("product", bench.product)):
            with program_of() as program:
                figures = {"idle_kb": program.private_kb()}
                for clients, count in TURNS.items():
                    figures[f"ticket_{clients}"] = bench.load(program, "ticket", clients, count)
                figures["talk_64"] = bench.load(program, "talk", 64, TURNS[64])
                figures["loaded_kb"] = program.private_kb()
                rows.setdefault(name, []).append(figures)
    return rows


def starts(bench, rounds):
    """Milliseconds from the start of a process on a stored database to its first answer."""
    data = bench.folder / "data"
    bench.serve(data).end()
    figures = []
    for _ in range(rounds):
        program = bench.serve(data)
        figures.append(program.ready_s * 1000)
        program.end()
    shutil.rmtree(data)
    return figures


def database(data):
    return data / "chatcrafter.db"


def disk(bench, turns_made):
    """Bytes that a talk turn and a ticket turn leave in the database file."""
    data, sizes = bench.folder / "data", {}
    for kind in ("talk", "ticket"):
        program = bench.serve(data)
        program.who = bench.set_up(data)
        program.end()
        before = database(data).stat().st_size
        program_again = bench.serve(data)
        program_again.who = program.who
        bench.load(program_again, kind, 16, turns_made)
        program_again.end()
        sizes[kind] = (database(data).stat().st_size - before) / turns_made
        shutil.rmtree(data)
    return sizes


def streams(bench, count):
    """Bytes of ours that an idle event stream holds, and what turns cost while they are held."""
    raised = {"CHATCRAFTER_LIMITS_CONNECTIONS": str(2 * count), "CHATCRAFTER_LIMITS_CONNECTIONS_PER_PEER": str(2 * count)}
    with bench.product(raised) as program:
        key, agent = program.who
        calm = bench.load(program, "ticket", 16, 2000)
        request = urllib.request.Request(f"http://127.0.0.1:{program.port}/api/v1/agents/{agent}/conversations", b'{"channel":"chatlab"}',
                                         {"authorization": f"Bearer {key}", "content-type": "application/json"})
        conversation = json.loads(urllib.request.urlopen(request).read())["id"]
        head = (f"GET /api/v1/conversations/{conversation}/events HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\nAuthorization: Bearer {key}\r\n"
                "Accept: text/event-stream\r\n\r\n").encode()
        before, held = program.private_kb(), []
        for _ in range(count):
            held.append(socket.create_connection(("127.0.0.1", program.port)))
            held[-1].sendall(head)
            if not held[-1].recv(4096).startswith(b"HTTP/1.1 200"):
                raise Wrong(f"stream {len(held)} was refused")
        bytes_each = (program.private_kb() - before) * 1024 / count
        busy = bench.load(program, "ticket", 16, 2000)
        for stream in held:
            stream.close()
    return {"count": count, "bytes_each": bytes_each, "p99_ratio": busy["p99_us"] / calm["p99_us"]}


def history(bench):
    """The CPU of a talk turn at the end of 200 turns against that of the first ones, over 64 conversations."""
    with bench.product() as program:
        first = bench.load(program, "talk", 64, 64 * 10)
        key, agent = program.who
        long = subprocess.run([bench.tool("load"), str(program.port), "talk", "16", str(16 * 220), key, agent], stdout=subprocess.PIPE, text=True)
        grown = json.loads(long.stdout)
    return {"first_p50_us": first["p50_us"], "grown_p50_us": grown["p50_us"]}


def ratio(figures, key, field):
    return [p[key][field] / l[key][field] for l, p in zip(figures["limit"], figures["product"])]


def middle(values):
    return statistics.median(values)


def spread(values):
    return max(values) / min(values) if min(values) > 0 else float("inf")


def table_of_turns(figures):
    for clients, least in ((1, 0.75), (16, 0.60), (64, 0.60)):
        values = ratio(figures, f"ticket_{clients}", "turns_s")
        own = middle([p[f"ticket_{clients}"]["turns_s"] for p in figures["product"]])
        yield f"ticket turns/s at {clients}", f"{own:,.0f}", f"{middle(values):.2f} of the bare program", f">= {least}", middle(values) >= least, spread(values)
    values = ratio(figures, "talk_64", "turns_s")
    own = middle([p["talk_64"]["turns_s"] for p in figures["product"]])
    yield "talk turns/s at 64", f"{own:,.0f}", f"{middle(values):.2f} of the bare program", ">= 0.5", middle(values) >= 0.5, spread(values)
    values = ratio(figures, "ticket_64", "p99_us")
    own = middle([p["ticket_64"]["p99_us"] for p in figures["product"]]) / 1000
    yield "p99 at 64", f"{own:.1f} ms", f"{middle(values):.1f} x the bare program", "<= 2.0", middle(values) <= 2, spread(values)
    for key, most in (("idle_kb", 8), ("loaded_kb", 32)):
        values = [p[key] / 1024 for p in figures["product"]]
        yield f"private memory, {key[:-3]}", f"{middle(values):.1f} MB", "", f"<= {most} MB", middle(values) <= most, spread(values)
    # The load's own preparation (a conversation and a proposal a turn) is in the process's time as well; it is taken off as two talk turns.
    talk = middle([p["talk_64"]["cpu_s"] / TURNS[64] for p in figures["product"]]) * 1e6
    values = [p["ticket_64"]["cpu_s"] / TURNS[64] * 1e6 - 2 * talk for p in figures["product"]]
    yield "CPU a ticket turn", f"{middle(values):.0f} us", "", "<= 80 us", middle(values) <= 80, spread(values)


def rows(bench, options, results):
    """Every row of the table: what, figure, ratio, target, met, spread."""
    wanted = lambda word: options.only in word
    if wanted("turns"):
        results["turns"] = turns(bench, options.rounds)
        yield from table_of_turns(results["turns"])
    if wanted("start"):
        results["start_ms"] = starts(bench, options.rounds)
        yield "start to first answer", f"{middle(results['start_ms']):.0f} ms", "", "<= 30 ms", middle(results["start_ms"]) <= 30, spread(results["start_ms"])
    if wanted("disk"):
        results["disk"] = disk(bench, 4000)
        for kind, most in (("talk", 1024), ("ticket", 4096)):
            yield f"disk, a {kind} turn", f"{results['disk'][kind]:,.0f} B", "", f"<= {most:,} B", results["disk"][kind] <= most, 1
    if wanted("streams"):
        results["streams"] = figures = streams(bench, options.streams)
        yield f"idle stream, {figures['count']:,} held", f"{figures['bytes_each']:,.0f} B", "", "<= 2,048 B", figures["bytes_each"] <= 2048, 1
        yield "turn p99 while they are held", f"{figures['p99_ratio']:.2f} x", "", "<= 1.5 x", figures["p99_ratio"] <= 1.5, 1
    if wanted("history"):
        results["history"] = figures = history(bench)
        grown = figures["grown_p50_us"] / figures["first_p50_us"]
        yield "a turn after 200 turns", f"{grown:.2f} x the first", "", "<= 1.2 x", grown <= 1.2, 1
    if wanted("binary"):
        stripped = bench.folder / "stripped"
        subprocess.run(["strip", "-o", str(stripped), str(bench.binary)], check=True)
        results["binary_bytes"] = size = stripped.stat().st_size
        yield "binary, stripped, console inside", f"{size / 2**20:.1f} MB", "", "<= 4 MB", size <= 4 * 2**20, 1


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", default="build")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--streams", type=int, default=STREAMS)
    options.add_argument("--only", default="", help="rows of this kind: turns start disk streams history binary")
    chosen = options.parse_args()
    results, met = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": f"{os.cpu_count()} cores, {platform.release()}"}, []
    print(f"{'what':<34} {'figure':>14}  {'against the reference':<30} {'target':<12} {'met':<4} spread")
    with tempfile.TemporaryDirectory(prefix="chatcrafter-bench-") as folder:
        bench = Bench(chosen.build, folder)
        with bench.stub():
            for what, figure, against, target, is_met, width in rows(bench, chosen, results):
                met.append(is_met)
                print(f"{what:<34} {figure:>14}  {against:<30} {target:<12} {'yes' if is_met else 'NO':<4} {width:.2f}", flush=True)
    results["met"] = sum(met)
    path = ROOT / "bench" / "results" / f"{results['at'].replace(':', '')}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")
    print(f"{sum(met)} of {len(met)} targets met; all of it is in {path.relative_to(ROOT)}")


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"bench: {wrong}")
