#!/usr/bin/env python3
"""Measures the built-in engine's understanding on sentences of others, and compares with the figures it had.

usage: eval.py --binary build/chatcrafter [--record] [--errors SET]

The sets lie beside the repository (../shared/eval) and are for measuring alone: nothing is trained on them. --errors prints what is wrong
in one set, and of every second row only: the other half stays unseen, so that figures on it mean something. --record writes baseline.json; without
it a figure more than one point worse than there fails. Without the sets everything is skipped."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SETS = HERE.parents[1].parent / "shared" / "eval"
BASELINE = HERE / "baseline.json"

COST = "instructions a message"
INSTRUCTIONS_MAX = 450000  # 150 microseconds at three a nanosecond

TICKETS = ["create_ticket", "get_ticket", "list_tickets", "add_comment", "get_comments", "update_status", "update_priority", "update_ticket",
           "assign_ticket", "attach_file"]
CUSTOMERS = ["create_customer", "find_customer", "update_customer"]
WRITES = ["create_ticket", "update_ticket", "add_comment", "attach_file", "create_customer", "update_customer"]
ASKS_WRITE = ["create_ticket", "report_problem", "add_comment", "attach_file", "create_customer", "update_customer", "update_status",
              "update_priority", "update_ticket", "assign_ticket", "inform"]
# A problem is offered a ticket, so it is one flow with an order for one; a list and a search are one flow; information is answered from what the agent
# was told or not at all, so a question and something out of scope are one.
FLOWS = [{"create_ticket", "report_problem"}, {"list_tickets", "search_tickets"}, {"question", "none"}]


def read(binary, messages):
    """What the engine reads in each message."""
    lines = "\n".join(m.replace("\r", "").replace("\n", "\\n") for m in messages) + "\n"
    done = subprocess.run([binary, "nlu", "explain", "--json", "-"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Figure:
    def __init__(self, name, target, least=True):
        self.name, self.target, self.least, self.right, self.all, self.errors = name, target, least, 0, 0, []
        self.unseen_right = self.unseen = 0

    def count(self, hit, row, told):
        self.right += bool(hit)
        self.all += 1
        self.unseen_right += bool(hit) * (row % 2)
        self.unseen += row % 2
        if row % 2 == 0 and bool(hit) != self.least:
            self.errors.append(told)

    def percent(self):
        return 100.0 * self.right / max(self.all, 1)

    def unseen_percent(self):
        return 100.0 * self.unseen_right / max(self.unseen, 1)

    def reached(self):
        return self.percent() >= self.target if self.least else self.percent() <= self.target


# ---- ticket-intents -----------------------------------------------------------------------------------------------------------------

def same(label, got):
    meaning, clause = got["meaning"], (got["clauses"] or [{}])[0]
    if label == "update_status":
        return meaning == "update_ticket" and ("status" in clause or not got["clauses"])
    if label == "update_priority":
        return meaning == "update_ticket" and ("priority" in clause or not got["clauses"])
    if label in ("assign_ticket", "update_ticket"):
        return meaning == "update_ticket"
    return meaning == label or any(meaning in flow and label in flow for flow in FLOWS)


def strictly(label, got):
    return same(label, got) and (label not in ("question", "none", "create_ticket", "report_problem") or got["meaning"] == label)


def intents(binary):
    lines = (SETS / "ticket-intents/utterances.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [(cells[1], cells[5]) for cells in (line.split("\t") for line in lines)]
    operations = Figure("ticket operations (create and report as one)", 92)
    customers = Figure("customer operations", 0)
    every = Figure("all rows (create and report as one; question and none as one)", 86)
    strict = Figure("all rows, every label apart", 0)
    writes = Figure("writes proposed where none is asked for", 0.3, least=False)
    for number, ((label, text), got) in enumerate(zip(rows, read(binary, [text for _, text in rows]))):
        told = f"{label} | {got['meaning']} | {text}"
        every.count(same(label, got), number, told)
        strict.count(strictly(label, got), number, told)
        if label in TICKETS:
            operations.count(same(label, got), number, told)
        if label in CUSTOMERS:
            customers.count(same(label, got), number, told)
        if label not in ASKS_WRITE:
            writes.count(any(c["operation"] in WRITES and c["certainty"] == "sure" for c in got["clauses"]), number, told)
    return [operations, customers, every, strict, writes]


# ---- calls --------------------------------------------------------------------------------------------------------------------------

def words(text):
    return re.findall(r"\w+", (text or "").lower())


def alike(wanted, got):
    """Of long text most words have to be there."""
    a, b = words(wanted), set(words(got))
    return not a or sum(word in b for word in a) >= 0.8 * len(a)


def bfcl_wanted(call, said):
    """Our operation for one of their calls, with what the turn itself says of its arguments."""
    name, raw = re.match(r"(\w+)\((.*)\)$", call, re.S).groups()
    given = dict(re.findall(r"(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|\d+)", raw))
    given = {key: value.strip("'") for key, value in given.items()}
    ticket = int(given["ticket_id"]) if given.get("ticket_id", "").isdigit() and given["ticket_id"] in re.findall(r"\d+", said) else 0
    if name == "create_ticket":
        return "create_ticket", {"subject": given.get("title"), "description": given.get("description")}
    if name in ("resolve_ticket", "close_ticket"):
        return "update_ticket", {"ticket": ticket, "status": "solved", "comment": given.get("resolution")}
    return {"get_ticket": "get_ticket", "edit_ticket": "update_ticket"}.get(name), {"ticket": ticket}


def bfcl_argument(key, wanted, clause, got, said):
    if not wanted or (isinstance(wanted, str) and wanted.lower() not in said.lower()):
        return True  # nothing, or something that another turn said
    if key in ("subject", "description"):
        return alike(wanted, got["values"].get(key) or got["rest"] + " " + clause.get("comment", ""))
    return clause.get(key) == wanted if key != "comment" else alike(wanted, clause.get("comment"))


def verbose(binary):
    turns = json.loads((SETS / "bfcl-ticketapi/ticket-turns.json").read_text(encoding="utf-8"))
    operations, arguments = Figure("verbose turns: right set of operations", 75), Figure("verbose turns: with right arguments", 65)
    for number, (turn, got) in enumerate(zip(turns, read(binary, [turn["user"] for turn in turns]))):
        wanted = [pair for pair in (bfcl_wanted(call, turn["user"]) for call in turn["calls"]) if pair[0]]
        found = [clause["operation"] for clause in got["clauses"]] or [got["meaning"]]
        right = sorted(name for name, _ in wanted) == sorted(found)
        told = f"{[name for name, _ in wanted]} | {found} {got['values']} {got['clauses']} | {turn['user']} {turn['calls']}"
        operations.count(right, number, told)
        clauses = {clause["operation"]: clause for clause in got["clauses"]}
        arguments.count(right and all(bfcl_argument(key, value, clauses.get(name, {}), got, turn["user"])
                                      for name, details in wanted for key, value in details.items()), number, told)
    return [operations, arguments]


def call_fits(call, got, said):
    name, given = call["name"], call["arguments"]
    ours = {"add_ticket_comment": "add_comment", "mark_ticket_solved": "update_ticket", "get_ticket_comments": "get_comments",
            "search_articles": "search_kb", "list_tickets": "list_tickets"}[name]
    if ours == "search_kb":
        return got["meaning"] == ours
    for clause in got["clauses"]:
        fits = clause["operation"] == ours or {clause["operation"], ours} == {"list_tickets", "search_tickets"}
        if str(given.get("ticket_id")) in said:
            fits = fits and clause.get("ticket") == given["ticket_id"]
        text = given.get("comment_body")
        if "public" in given:
            fits = fits and (clause.get("visibility") == "internal") == (not given["public"])
        if name == "mark_ticket_solved":
            fits = fits and clause.get("status") == "solved"
        if given.get("status"):
            fits = fits and clause.get("status") == given["status"]
        if given.get("limit"):
            fits = fits and clause.get("limit") == given["limit"]
        if fits and alike(text, " ".join(c.get("comment", "") for c in got["clauses"])):
            return True
    return False


def calls(binary):
    rows = json.loads((SETS / "tool-calls/arcade-zendesk.json").read_text(encoding="utf-8"))
    figure = Figure("tool calls: right call with right ids and flags", 85)
    for number, (row, got) in enumerate(zip(rows, read(binary, [row["user_message"] for row in rows]))):
        hit = all(call_fits(call, got, row["user_message"]) for call in row["expected_tool_calls"])
        figure.count(hit, number, f"{row['expected_tool_calls']} | {got['meaning']} {got['clauses']} | {row['user_message']}")
    return [figure]


# ---- answers ------------------------------------------------------------------------------------------------------------------------

def answers(binary):
    rows = [json.loads(line) for line in (SETS / "dialogue-acts/sgd-user-acts.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = {"AFFIRM": "yes", "AFFIRM_INTENT": "yes", "NEGATE": "no", "NEGATE_INTENT": "no", "INFORM+NEGATE": "change"}
    rows = [row for row in rows if row["acts"] in wanted]
    decided = Figure("yes, no, correction: decided right", 90)
    right = Figure("of the decided, right", 0)
    kinds = Figure("no and correction told apart as well", 0)
    taken = Figure("refusals taken as a yes", 0, least=False)
    for number, (row, got) in enumerate(zip(rows, read(binary, [row["user"] for row in rows]))):
        want, answer = wanted[row["acts"]], got.get("answer")
        told = f"{want} | {answer} {got['acts']} {got['guess']} | {row['user']}"
        decided.count(answer and (answer == "yes") == (want == "yes"), number, told)
        if answer:
            right.count((answer == "yes") == (want == "yes"), number, told)
            kinds.count(answer == want, number, told)
        if want != "yes":
            taken.count(answer == "yes" or "yes" in got["acts"], number, told)
    return [decided, right, kinds, taken]


# ---- the table ------------------------------------------------------------------------------------------------------------------------

def entities(binary):
    """Ticket ids that the sets name: every number behind "ticket" or # in them has to be found."""
    lines = (SETS / "ticket-intents/utterances.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t")[5] for line in lines]
    number, mail = Figure("ticket ids found", 98), Figure("e-mail addresses found", 98)
    for at, (text, got) in enumerate(zip(rows, read(binary, rows))):
        everything = json.dumps(got)
        for found in re.findall(r"(?:ticket (?:number |id |with id )?|#)(\d{2,14})\b", text, re.I):
            number.count(f'"ticket":{found}' in everything.replace(" ", ""), at, f"{found} | {got['clauses']} | {text}")
        for found in re.findall(r"[\w.]+@[\w.]+\w", text):
            mail.count(f'"{found}"' in everything, at, f"{found} | {got['values']} | {text}")
    return [number, mail]


def own_rows(name):
    return [line.split("\t") for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def found(kind, got):
    """Everything that was read of this kind."""
    clauses, values = got["clauses"], got["values"]
    if kind == "ticket":
        return {str(part.get("ticket")) for part in [got, *clauses]}
    keys = {"email": ["email", "assignee"], "quoted": ["comment", "query"]}.get(kind, [kind])
    read_in_clauses = [clause.get(key, "") for clause in clauses for key in keys]
    whole = {"email": ["email"], "priority": ["priority"], "quoted": ["subject", "description"]}.get(kind, [])
    return {text.strip(" .") for text in [*read_in_clauses, *(values.get(key, "") for key in whole), got.get("other_email", "")]}


def own(binary):
    """Sentences written for this project: details of each kind, orders in many wrappings, and what only speaks of orders."""
    kinds = {"ticket": "ticket ids", "email": "e-mail addresses", "priority": "priorities", "status": "statuses", "quoted": "quoted text",
             "visibility": "public or internal"}
    figures = {kind: Figure(f"own: {name}", 98) for kind, name in kinds.items()}
    rows = own_rows("entities.tsv")
    for at, ((kind, wanted, text), got) in enumerate(zip(rows, read(binary, [row[2] for row in rows]))):
        wanted_values = wanted.split() if kind == "ticket" else [wanted]
        figures[kind].count(all(value in found(kind, got) for value in wanted_values), at, f"{wanted} | {found(kind, got)} | {text}")
    orders, unasked = Figure("own: orders begun", 95), Figure("own: writes begun where none is asked for", 3, least=False)
    rows = own_rows("orders.tsv")
    for at, ((wanted, text), got) in enumerate(zip(rows, read(binary, [row[1] for row in rows]))):
        begun = [clause["operation"] for clause in got["clauses"] if clause["certainty"] == "sure"]
        orders.count(wanted in begun, at, f"{wanted} | {begun} | {text}")
    rows = own_rows("asks_nothing.txt")
    for at, ((text,), got) in enumerate(zip(rows, read(binary, [row[0] for row in rows]))):
        begun = [clause["operation"] for clause in got["clauses"] if clause["operation"] in WRITES and clause["certainty"] == "sure"]
        unasked.count(begun, at, f"{begun} | {text}")
    return [*figures.values(), orders, unasked]


def cost(binary):
    """Instructions that reading takes, counted by callgrind: the same on a busy machine. None where there is no valgrind."""
    if not shutil.which("valgrind"):
        return None
    lines = (SETS / "ticket-intents/utterances.tsv").read_text(encoding="utf-8").splitlines()[1::8]
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=nlu_read", binary, "nlu", "explain", "-"]
    done = subprocess.run(command, input="\n".join(line.split("\t")[5] for line in lines) + "\n", capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1]) / len(lines)


SECTIONS = {"intents": intents, "verbose": verbose, "calls": calls, "answers": answers, "entities": entities, "own": own}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--binary", default="build/chatcrafter")
    options.add_argument("--record", action="store_true")
    options.add_argument("--errors", default="", choices=["", *SECTIONS])
    chosen = options.parse_args()
    if not SETS.is_dir():
        print("0 passed, 0 failed, 1 skipped")
        return 0
    if chosen.errors:
        for figure in SECTIONS[chosen.errors](chosen.binary):
            print(f"---- {figure.name}", *figure.errors, sep="\n")
        return 0
    figures = [figure for section in SECTIONS.values() for figure in section(chosen.binary)]
    before = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    failed = 0
    print(f"{'what':<64} {'target':>7} {'figure':>7} {'unseen':>7}   (the half that nobody looked at)")
    for figure in figures:
        worse = (before.get(figure.name, figure.percent()) - figure.percent()) * (1 if figure.least else -1)
        allowed = 1.0 if figure.least else 0.1
        failed += worse > allowed
        note = f"  FAILED: it was {before[figure.name]:.1f}" if worse > allowed else "" if figure.reached() else "  not reached"
        target = f"{figure.target:.1f}" if figure.target or not figure.least else "-"
        print(f"{figure.name:<64} {target:>7} {figure.percent():>7.1f} {figure.unseen_percent():>7.1f}   ({figure.right} of {figure.all}){note}")
    instructions = cost(chosen.binary)
    most = before.get(COST, 10**9) * 1.2
    if instructions:
        costly = instructions > most
        failed += costly
        print(f"{COST:<64} {INSTRUCTIONS_MAX:>7} {instructions:>7.0f}" + ("  FAILED: it was %.0f" % before[COST] if costly else ""))
    if chosen.record:
        record = {f.name: round(f.percent(), 2) for f in figures} | ({COST: round(instructions)} if instructions else {})
        BASELINE.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(f"{len(figures) + bool(instructions) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
