#!/usr/bin/env python3
"""Holds every #include of src/ against the table of rooms.

The table below is the one place that says which room may use which. It is compared with the Makefile, whose USES_room is the
table followed to its end (what has to be linked), and with the table in ARCHITECTURE.md when that page has one.

usage: rooms.py [ROOT]        prints what is wrong, ends with 1 if anything is
       rooms.py --self-test   plants violations in a copy and ends with 1 if one is not found
"""

import pathlib
import re
import shutil
import sys
import tempfile

# Lowest first. "vault/hash" means that header of the room alone.
ROOMS = {
    "base": "",
    "vault": "base",
    "model": "base",
    "zendesk": "base model",
    "llm": "base model",
    "nlu": "base model",
    "agent": "base model nlu vault/hash",
    "net": "base",
    "store": "base model vault/hash",
    "egress": "base vault model net",
    "flow": "base model zendesk llm agent net store egress vault/hash vault/token",
    "web": "base vault model net store flow",
    "sandbox": "base vault model net",
    "app": "base vault model zendesk llm nlu agent net store egress flow web sandbox",
}

# Who may read a header that opens secrets, beside its own room.
RESTRICTED = {"vault/seal.h": "egress sandbox"}

# Programs that run at build time and are no part of the room they make something for.
BUILD_PROGRAMS = {("nlu", "train"), ("agent", "table")}

# Third-party headers, and the rooms they appear in.
LIBRARIES = {
    "utf8proc.h": "base",
    "jansson.h": "base",
    "sodium.h": "vault",
    "linear.h": "nlu",
    "uv.h": "net",
    "llhttp.h": "net",
    "curl/curl.h": "net",
    "openssl/ssl.h": "net",
    "openssl/x509v3.h": "net",
    "sqlite3.h": "store sandbox",
    "libpq-fe.h": "store",
}

# C17, POSIX and Linux. Anything else in angle brackets is a third-party header that nobody decided on.
SYSTEM = set(
    """alloca assert complex ctype dirent dlfcn endian errno error execinfo fcntl fenv float fnmatch getopt glob grp ifaddrs inttypes
    iso646 libgen limits locale malloc math netdb poll pthread pwd regex sched semaphore setjmp signal spawn stdalign stdarg
    stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings syslog termios threads time uchar unistd utime wchar
    wctype""".split()
)
SYSTEM_FOLDERS = ("sys/", "linux/", "netinet/", "arpa/", "net/", "sanitizer/", "bits/")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def rooms_of(uses):
    """The rooms in a table cell: "base vault/hash" -> {"base", "vault"}."""
    return {word.split("/")[0] for word in uses.split()}


def closure(room):
    """Everything that has to be linked below a room."""
    found, todo = set(), list(rooms_of(ROOMS[room]))
    while todo:
        below = todo.pop()
        if below not in found:
            found.add(below)
            todo += rooms_of(ROOMS[below])
    return found


def check_table():
    order = list(ROOMS)
    for room, uses in ROOMS.items():
        for other in rooms_of(uses):
            if order.index(other) >= order.index(room):
                yield f"{__file__}: room {room} uses {other}, which is not below it"


def check_room_include(room, name):
    other, file = name.split("/", 1)
    if name in RESTRICTED and room != other and room not in RESTRICTED[name].split():
        return f"{name} may be included only by {RESTRICTED[name]}"
    if other == room:
        return None
    allowed = ROOMS[room].split()
    if other in allowed or name.removesuffix(".h") in allowed:
        return None
    if other in rooms_of(ROOMS[room]):
        return f"room {room} may not include {name}, only " + ", ".join(w for w in allowed if w.startswith(other + "/"))
    return f"room {room} may not include room {other} ({file})"


def check_library_include(room, name):
    if name in LIBRARIES:
        return None if room in LIBRARIES[name].split() else f"<{name}> belongs to {LIBRARIES[name]}"
    if name.removesuffix(".h") in SYSTEM or name.startswith(SYSTEM_FOLDERS):
        return None
    return f"<{name}> is neither a system header nor a library of a room"


def check_includes(root):
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in (".c", ".h", ".def", ".inc"):
            continue
        place = path.relative_to(root)
        room = place.parts[1]
        if room not in ROOMS or (len(place.parts) != 3 and place.parts[1:-1] not in BUILD_PROGRAMS):
            yield f"{place}: every source lies in src/ROOM/"
            continue
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            name = match[2]
            if match[1] == "<":
                fault = check_library_include(room, name)
            elif name.split("/")[0] in ROOMS and "/" in name and ".." not in name:
                fault = check_room_include(room, name)
            else:
                fault = f'"{name}" does not begin with a room'
            if fault:
                yield f"{place}:{text.count(chr(10), 0, match.start()) + 1}: {fault}"


def check_makefile(root):
    text = (root / "Makefile").read_text(encoding="utf-8")
    uses = {m[1]: m[2].split() for m in re.finditer(r"^USES_(\w+)[ \t]*:=[ \t]*(.*)$", text, re.M)}
    for room, below in list(uses.items()):
        uses[room] = [w for word in below for w in (uses.get(word[7:-1], []) if word.startswith("$(USES_") else [word])]
    for room in ROOMS:
        if room not in uses:
            yield f"Makefile: USES_{room} is missing"
            continue
        missing, extra = closure(room) - set(uses[room]), set(uses[room]) - closure(room)
        if missing or extra:
            yield f"Makefile: USES_{room} lacks [{' '.join(sorted(missing))}] and has [{' '.join(sorted(extra))}] too much"
        for i, above in enumerate(uses[room]):
            for late in set(uses[room][:i]) & closure(above):
                yield f"Makefile: USES_{room} has {late} before {above}, which needs it: the linker goes from left to right"
    for room in uses.keys() - ROOMS.keys():
        yield f"Makefile: USES_{room} is no room of this table"


def check_page(root):
    """ARCHITECTURE.md: a Markdown table whose head has the cells "room" and "may include"."""
    page = root / "ARCHITECTURE.md"
    column, seen = None, {}
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else ():
        cells = [c.strip().strip("`") for c in line.strip().strip("|").split("|")] if line.strip().startswith("|") else []
        if cells and cells[0] == "room" and "may include" in cells:
            column = cells.index("may include")
        elif not cells:
            column = None
        elif column is not None and not set(line) <= set("|-: "):
            seen[cells[0]] = set(re.findall(r"[\w/]+", cells[column]))
    for room, uses in seen.items():
        wanted = {"all"} if room == "app" else set(ROOMS.get(room, "").split())
        if room not in ROOMS or uses != wanted:
            yield f"ARCHITECTURE.md: room {room} may include [{' '.join(sorted(uses))}], here [{' '.join(sorted(wanted))}]"
    for room in ROOMS.keys() - seen.keys() if seen else ():
        yield f"ARCHITECTURE.md: the table lacks room {room}"


def findings(root):
    for check in (check_table, lambda: check_includes(root), lambda: check_makefile(root), lambda: check_page(root)):
        yield from check()


PLANTS = [
    ("src/base/planted.c", '#include "net/loop.h"\n', "room base may not include room net"),
    ("src/net/planted.c", '#include "model/action.h"\n', "room net may not include room model"),
    ("src/agent/planted.c", '#include "vault/token.h"\n', "only vault/hash"),
    ("src/web/planted.c", '  #  include "vault/seal.h"\n', "may be included only by"),
    ("src/web/planted.c", '#include "../vault/seal.h"\n', "does not begin with a room"),
    ("src/flow/planted.h", "#include <uv.h>\n", "<uv.h> belongs to net"),
    ("src/store/planted.c", "#include <glib.h>\n", "neither a system header"),
    ("src/common/planted.c", "\n", "every source lies in src/ROOM/"),
    ("src/web/pages/planted.c", "\n", "every source lies in src/ROOM/"),
    ("Makefile", "USES_base := net\n", "USES_base"),
    ("Makefile", "USES_flow := store\n", "USES_flow lacks"),
    ("Makefile", "USES_agent := nlu base model vault\n", "from left to right"),
    ("ARCHITECTURE.md", "| room | may include |\n|---|---|\n| net | base vault |\n", "room net may include"),
]


def self_test():
    root = pathlib.Path(__file__).resolve().parents[2]
    failed = 0
    for place, text, expected in PLANTS:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder)
            shutil.copytree(root / "src", copy / "src")
            shutil.copy(root / "Makefile", copy)
            target = copy / place
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("a", encoding="utf-8") as file:
                file.write(text)
            if not any(expected in finding for finding in findings(copy)):
                print(f"self-test: not found in {place}: {text.strip()}")
                failed = 1
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    failed = 0
    for finding in findings(root):
        print(finding)
        failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
