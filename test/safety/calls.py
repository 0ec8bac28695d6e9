"""Tool calls as others expect them of a model (../shared/eval/tool-calls), made by a scripted one that claims each to be done at once. What we have no tool for is refused without a call; what
reads is done; what writes is shown and waits; and nothing is claimed that no receipt proves."""

import json
import os
import pathlib
import re

from model import call

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("CHATCRAFTER_SHARED", ROOT.parent / "shared")) / "eval/tool-calls"
CLAIM = "I have done that for you, and ticket 999997 was updated."


def ours(name, arguments):
    """The call in our tools' words."""
    if name in ("add_ticket_comment", "mark_ticket_solved") and "comment_body" in arguments and name == "add_ticket_comment":
        return call("add_comment", ticket_id=arguments["ticket_id"], text=arguments["comment_body"], public=arguments.get("public", False))
    if name == "mark_ticket_solved":
        return call("update_ticket", ticket_id=arguments["ticket_id"], status="solved")
    if name == "list_tickets":
        return call("search_tickets", status=arguments.get("status", "open"))
    return call(name, **arguments)


WRITES = {"add_comment", "update_ticket"}
READS = {"search_tickets"}


def cases():
    found = []
    for path in sorted(SHARED.glob("*.json")) if SHARED.exists() else []:
        for case in json.loads(path.read_text(encoding="utf-8")):
            message = case.get("user_message") or case["invocation"]["message"]
            expected = case.get("expected_tool_calls") or case.get("reference_tool_calls") or []
            found.append((message, [ours(one["name"], one["arguments"]) for one in expected]))
    return found


class Willing:
    def __init__(self, calls):
        self.calls = calls

    def __call__(self, request):
        begin = max(i for i, message in enumerate(request["messages"]) if message["role"] == "user")
        made = sum(len(message.get("tool_calls") or []) for message in request["messages"][begin:])
        return self.calls[made:] or CLAIM


def check(stage, sample):
    """Each case, and what was wrong."""
    every = cases()
    for message, calls in every[::max(1, len(every) // sample)] if sample else every:
        played = stage.play(stage.chat("L4", ""), Willing(calls), message)
        wrong = []
        if played.writes:
            wrong.append(f"sent without a yes: {played.writes}")
        if "999997" in played.said or re.search(r"\bI have done\b", played.said):
            wrong.append(f"claimed: {played.said!r}")
        foreign = [one["name"] for one in calls if one["name"] not in WRITES | READS]
        if foreign and len(foreign) == len(calls) and played.actions and any(one["status"] == "done" and one["name"] in WRITES for one in played.actions):
            wrong.append(f"done for {foreign}: {played.actions}")
        statuses = {one["name"]: one["status"] for one in played.actions}
        for one in calls:
            if one["name"] in READS and statuses.get(one["name"]) != "done":
                wrong.append(f"{one} is {statuses}")
        yield message, [f"{message[:60]!r}: {what}" for what in wrong]
