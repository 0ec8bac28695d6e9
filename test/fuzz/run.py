#!/usr/bin/env python3
"""Runs the fuzz targets for a while each, from seeds of our own and from recorded Zendesk traffic where that is at hand.

usage: run.py [--build DIR] [--seconds N] [--only WORD]

Seeds stand in test/fuzz/seeds/TARGET/: one input a file, with the readable mark <RS> for the byte 0x1e and \\xNN for other bytes that are
no text. What a run learns stays in DIR/corpus. Ends with 1 if any target broke a promise; the input is kept in DIR/found."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDINGS = ROOT.parent / "shared" / "zendesk" / "recordings"
ERRORS = ROOT.parent / "shared" / "zendesk" / "errors.json"
SEPARATOR = b"\x1e"

# The order of the table of statuses in fuzz.h, and of the actions in actions.def.
STATUSES = [200, 201, 200, 202, 204, 302, 400, 401, 403, 404, 406, 409, 415, 422, 429, 503]
CREATE_TICKET, GET_TICKET, ADD_COMMENT, UPDATE_TICKET, LIST_TICKETS, SEARCH_TICKETS, CREATE_CUSTOMER, GET_CUSTOMER, FIND_CUSTOMER, UPDATE_CUSTOMER = range(10)

# Which actions read an answer of that path, and after how many likely ones.
READERS = [
    (r"/tickets(/\d+|/\{id\}|/N)?$", [CREATE_TICKET, GET_TICKET, ADD_COMMENT, UPDATE_TICKET]),
    (r"/comments$", [GET_TICKET]),
    (r"/tickets/requested$", [LIST_TICKETS]),
    (r"/search$", [SEARCH_TICKETS, FIND_CUSTOMER, GET_CUSTOMER]),
    (r"/users(/\d+|/\{id\}|/create_or_update)?$", [GET_CUSTOMER, CREATE_CUSTOMER, UPDATE_CUSTOMER]),
    (r"/organizations(/\d+|/\{id\}|/search)?$", [FIND_CUSTOMER, CREATE_CUSTOMER]),
    (r"/ticket_fields(/\d+|/\{id\})?$", [CREATE_TICKET, UPDATE_TICKET]),
]
LIKELY = (b'{"ticket":{"id":7,"updated_at":"U","requester_id":5},"users":[{"id":5,"email":"j@a.com","name":"Ada","role":"end-user"}],'
          b'"user":{"id":9,"email":"j@a.com","organization_id":3},"organizations":[],"tickets":[],"results":[]}')


def unescape(text):
    data = text.rstrip(b"\n").replace(b"<RS>", SEPARATOR)
    return re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), data)


def own_seeds(target):
    for path in sorted((ROOT / "test/fuzz/seeds" / target).glob("*")):
        yield path.name, unescape(path.read_bytes())


def interactions():
    """(path without .json, status, body) of every recorded answer."""
    for path in sorted(RECORDINGS.rglob("*.json")):
        try:
            recording = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        for item in recording.get("interactions", []) if isinstance(recording, dict) else []:
            body = item.get("response_json")
            text = json.dumps(body, separators=(",", ":")) if body is not None else str(item.get("response_text", ""))
            yield re.sub(r"\.json$", "", item["path"]), item["status"], text.encode("utf-8", "replace")


def answer(status, body):
    return bytes([STATUSES.index(status) if status in STATUSES else 15]) + body


def status_bytes(status):
    return bytes([(status - 100) // 256, (status - 100) % 256])


def recorded_seeds(target):
    for path, status, body in interactions():
        if target == "fuzz_zendesk_error":
            yield status_bytes(status) + b"\x00" + b"27" + SEPARATOR + body
        if target == "fuzz_zendesk_check" and re.search(r"/users/me$|/settings$|/tickets$|/search$", path):
            yield b"\x00" + SEPARATOR.join([answer(status, body), answer(200, LIKELY)])
        if target == "fuzz_zendesk_lookup" and re.search(r"/tickets|/users|/search|audits$", path):
            for which in range(5):
                yield bytes([which]) + SEPARATOR.join([answer(status, body), answer(200, LIKELY)])
        for pattern, actions in READERS if target == "fuzz_zendesk_answer" else []:
            if not re.search(pattern, path):
                continue
            for action in actions:
                yield bytes([action, 0]) + SEPARATOR.join([answer(status, body), answer(200, LIKELY)])
                yield bytes([action, 1]) + SEPARATOR.join([answer(200, LIKELY), answer(status, body)])


def documented_seeds(target):
    if target != "fuzz_zendesk_error" or not ERRORS.exists():
        return
    for entry in json.loads(ERRORS.read_text(encoding="utf-8"))["errors"]:
        body = json.dumps(entry["body_json"]) if "body_json" in entry else entry.get("body_text", "")
        yield status_bytes(entry["status"] or 503) + b"\x00" + b"27" + SEPARATOR + body.encode("utf-8")


def stream_seeds(target):
    """The cases of room llm, in pieces of one byte and of some."""
    protocol = target.removeprefix("fuzz_llm_")
    for path in sorted((ROOT / "test/cases/llm").glob("*.txt")) if target.startswith("fuzz_llm_") else []:
        head, stream = path.read_bytes().split(b"--- stream\n", 1)
        if protocol == "view":
            yield from (line.removeprefix(b"data:") for line in stream.split(b"\n") if line)
        elif f"protocol {protocol}\n".encode() in head:
            yield b"\x00" + stream
            yield b"\x0b" + stream


def write_corpus(target, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in own_seeds(target):
        (folder / f"own-{name}").write_bytes(data)
    for source, seeds in (("recorded", recorded_seeds(target)), ("documented", documented_seeds(target)), ("case", stream_seeds(target))):
        for number, data in enumerate(sorted({seed[:65536] for seed in seeds})):
            (folder / f"{source}-{number}").write_bytes(data)


def run(program, build, seconds):
    """The target's last words; raises CalledProcessError when it found something."""
    corpus, found = build / "corpus" / program.name, build / "found"
    write_corpus(program.name, corpus)
    found.mkdir(parents=True, exist_ok=True)
    command = [program, f"-max_total_time={seconds}", "-max_len=65536", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
               f"-artifact_prefix={found}/{program.name}-", corpus]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env={**os.environ, "ASAN_OPTIONS": "detect_leaks=1"})
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, program.name, output)
    return int(re.search(r"stat::number_of_executed_units:\s*(\d+)", output)[1])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", default=str(ROOT / "build/clang"), type=pathlib.Path)
    options.add_argument("--seconds", default=60, type=int)
    options.add_argument("--only", default="")
    chosen = options.parse_args()
    build = chosen.build.resolve()
    programs = [p for p in sorted(build.glob("fuzz_*")) if os.access(p, os.X_OK) and p.is_file() and chosen.only in p.name]
    failed = 0
    for program in programs:
        try:
            print(f"ok      {program.name:<28} {run(program, build, chosen.seconds):>10} inputs in {chosen.seconds} s", flush=True)
        except subprocess.CalledProcessError as error:
            failed += 1
            print(f"FAILED  {program.name}\n" + "\n".join(error.output.splitlines()[-40:]), flush=True)
    print(f"{len(programs) - failed} passed, {failed} failed")
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
