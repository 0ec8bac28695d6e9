#!/usr/bin/env python3
"""Reads the repository and complains about what does not belong in it.

The idea is TigerBeetle's tidy test: what reviewers would otherwise say again and again is said by a program. Text is read line by line; C is
not parsed. It relies on the house style (a function's braces stand in column 0), which clang-format keeps.

usage: tidy.py [ROOT]        prints what is wrong, ends with 1 if anything is
       tidy.py --self-test   plants violations in a copy and ends with 1 if one is not found
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 80

C_FILES = (".c", ".h")
CODE = (".c", ".h", ".def", ".py", ".sh", ".ts", ".tsx", ".js", ".mjs", ".css", ".sql")
TEXT = CODE + (".md", ".html", ".json", ".yml", ".yaml", ".txt", ".service", "")
# Written by tools, or bytes as they came over the wire: any form goes.
AS_THEY_ARE = ("package-lock.json", "LICENSE", "test/cases/")
TABS_ALLOWED = ("Makefile", ".mk")

# Spelt in two parts, so that this file passes its own test.
LEFTOVERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(work|home|Users|root|tmp/b(?:uild|ash))\b[/-]")
SQL_BY_FORMAT = re.compile(r'\b(buf_fmt|arena_fmt|v?snprintf)\([^;"]*"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE)\b')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.M)

# Where the Makefile takes every file by a pattern; elsewhere a file must be named by another one.
LINKED = re.compile(r"(src/\w+/\w+\.c|test/unit/\w+/test_\w+\.c|test/(fuzz|bench|sim)/\w+\.c|bench/\w+\.c)$")


def files_of(root):
    """Tracked and new files; outside of git, as in the self-test's copy, all of them."""
    git = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True, text=True, check=False)
    if git.returncode == 0 and (root / ".git").exists():
        names = [name for name in git.stdout.split("\0") if name]
    else:
        names = [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]
    return {name: root / name for name in sorted(names) if (root / name).is_file()}


def read_all(root):
    texts = {}
    for name, path in files_of(root).items():
        if path.suffix in TEXT and not path.is_symlink() and not any(part in name for part in AS_THEY_ARE):
            texts[name] = path.read_text(encoding="utf-8", errors="surrogateescape")
    return texts


def check_lines(name, text):
    suffix = pathlib.Path(name).suffix
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{name}:{number}"
        if suffix in CODE and "\t" in line and not name.endswith(TABS_ALLOWED):
            yield f"{where}: a tab"
        if line != line.rstrip():
            yield f"{where}: white space at the end of the line"
        if match := LEFTOVERS.search(line):
            yield f"{where}: {match[1]} is not left in the code; write an issue"
        if match := MACHINE_PATH.search(line):
            yield f"{where}: a path of one machine: {match[0]}"
        if suffix in C_FILES and re.match(r"\s*//", line):
            yield f"{where}: comments are written /* so */; code is not commented out but deleted"
    if text and not text.endswith("\n"):
        yield f"{name}: no line end at the end of the file"
    if suffix in CODE and text.count("\n") > FILE_LINES_MAX:
        yield f"{name}: {text.count(chr(10))} lines, over {FILE_LINES_MAX}: are there two subjects in it?"


def check_functions(name, text):
    begin, head = None, ""
    for number, line in enumerate(text.split("\n"), 1):
        if line == "{":
            begin = number
        elif line == "}" and begin:
            if number - begin > FUNCTION_LINES_MAX:
                yield f"{name}:{begin}: function of {number - begin} lines, over {FUNCTION_LINES_MAX}: {head}"
            begin = None
        elif line and not line[0].isspace() and not begin:
            head = line


def guard_of(name):
    """src/base/text.h and test/unit/unit.h are included as base/text.h and unit/unit.h."""
    return re.sub(r"\W", "_", name.split("/", 1)[1]).upper()


def check_opening(name, text):
    base = pathlib.Path(name).name
    if not re.match(rf"/\* {re.escape(base)} - \S", text) and (name.endswith(".h") or name.startswith("src/")):
        yield f"{name}: does not open with a comment that begins: /* {base} - "
    if not text.startswith("/*"):
        yield f"{name}: does not open with a comment"
    if name.endswith(".h"):
        guard = guard_of(name)
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            yield f"{name}: its guard is not {guard}"


def check_used(texts):
    """Every header is included, every source is linked, every script and case runner is named by something that runs it."""
    included = {match[1] for name, text in texts.items() if name.endswith((".c", ".h", ".def")) for match in INCLUDE.finditer(text)}
    makefile = texts.get("Makefile", "")
    for name in texts:
        path = pathlib.Path(name)
        if path.suffix in (".h", ".def") and name.startswith(("src/", "test/")):
            if name.split("/", 1)[1] not in included and name not in makefile:
                yield f"{name}: nothing includes it"
        elif path.suffix == ".c" and not LINKED.match(name) and path.name not in makefile:
            yield f"{name}: nothing links it"
        elif path.suffix in (".py", ".sh"):
            if not any(path.name in text for other, text in texts.items() if other != name and not other.endswith(".md")):
                yield f"{name}: nothing runs it"


def findings(root):
    texts = read_all(root)
    for name, text in texts.items():
        yield from check_lines(name, text)
        if name.endswith(C_FILES):
            yield from check_functions(name, text)
            yield from check_opening(name, text)
        if match := SQL_BY_FORMAT.search(text):
            yield f"{name}:{text.count(chr(10), 0, match.start()) + 1}: SQL made by {match[1]}; statements are prepared"
    yield from check_used(texts)


LONG_FUNCTION = "/* planted.c - x */\nint f(void)\n{\n" + "    g();\n" * FUNCTION_LINES_MAX + "}\n"
PLANTS = [
    ("src/base/planted.c", "/* planted.c - x */\n/* TO" "DO: later */\n", "is not left in the code"),
    ("test/planted.md", "see FIX" "ME\n", "is not left in the code"),
    ("src/base/planted.c", "/* planted.c - x */\n\tint x;\n", "a tab"),
    ("src/base/planted.c", "/* planted.c - x */\nint x; \n", "white space at the end"),
    ("src/base/planted.c", "/* planted.c - x */\nint x;", "no line end"),
    ("src/base/planted.c", "/* planted.c - x */\n    // g();\n", "not commented out"),
    ("src/base/planted.c", "/* planted.c - x */\n" + "int x;\n" * FILE_LINES_MAX, "two subjects"),
    ("src/base/planted.c", LONG_FUNCTION, "function of 81 lines"),
    ("src/base/planted.c", "int x;\n", "does not open with a comment"),
    ("src/base/planted.c", "/* x.c - moved */\n", "does not open with a comment that begins"),
    ("src/base/planted.c", "/* planted.c - x */\nbuf_fmt(&b,\n    \"SELECT %s\", x);\n", "statements are prepared"),
    ("src/base/planted.h", "/* planted.h - x */\n#ifndef PLANTED_H\n#define PLANTED_H\n#endif\n", "its guard is not BASE_PLANTED_H"),
    ("src/base/planted.h", "#ifndef BASE_PLANTED_H\n#define BASE_PLANTED_H\n#endif\n", "does not open with a comment"),
    ("src/base/planted.h", "/* planted.h - x */\n#ifndef BASE_PLANTED_H\n#define BASE_PLANTED_H\n#endif\n", "nothing includes it"),
    ("test/planted.c", "/* x */\n", "nothing links it"),
    ("test/lint/plan" "ted.py", "print()\n", "nothing runs it"),
    ("docs/planted.md", "run `/ho" "me/jane/build`\n", "a path of one machine"),
]


def self_test():
    root = pathlib.Path(__file__).resolve().parents[2]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for name, path in files_of(root).items():
            if name.startswith(("src/base/", "test/lint/", "test/unit/base/")) or name == "Makefile":
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy / name)
        before = set(findings(copy))
        for place, text, expected in PLANTS:
            (copy / place).parent.mkdir(parents=True, exist_ok=True)
            (copy / place).write_text(text, encoding="utf-8")
            found = set(findings(copy)) - before
            (copy / place).unlink()
            if not any(expected in finding for finding in found):
                print(f"self-test: not found: {expected}")
                failed = 1
            for finding in found:
                if not finding.startswith(place):
                    print(f"self-test: a planted file led to: {finding}")
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
