"""The scope matrix: five levels, four owners, all tools. The model calls the tool for a record of that owner and repeats all that it is given. Whoever may not see a record learns nothing of it:
what the model is told, what the visitor is told, what Zendesk is asked and what is kept are equal, byte for byte, for a stranger's record and for one that is not there."""

import json
import re
import sqlite3

from model import call
from test_scope import WISHES

LEVELS = ("L0", "L1", "L2", "L3", "L4")
OWNERS = ("own", "stranger", "colleague", "nobody")
SAMPLED_EACH = 4


def tool_call(name, ticket, email, word):
    arguments = {
        "create_ticket": {"subject": "lamp in room two", "description": "the lamp in room two is broken", "requester_email": email},
        "get_ticket": {"ticket_id": ticket},
        "add_comment": {"ticket_id": ticket, "text": "hello there", "public": True},
        "update_ticket": {"ticket_id": ticket, "priority": "urgent"},
        "list_tickets": {"email": email},
        "search_tickets": {"keyword": word},
        "create_customer": {"email": email, "name": "Pat Smith"},
        "get_customer": {"email": email},
        "find_customer": {"email": email},
        "update_customer": {"email": email, "phone": "+49 30 1234"},
    }
    return call(name, **arguments[name])


class Parrot:
    """Calls the tool; once more without what it was told it may not give; then repeats whatever came back."""

    def __init__(self, wish):
        self.wishes = [wish, self.bare(wish)]

    @staticmethod
    def bare(wish):
        kept = {name: value for name, value in wish["arguments"].items() if name not in ("email", "requester_email", "public")}
        return call(wish["name"], **kept)

    def __call__(self, request):
        results = [message["content"] for message in request["messages"] if message["role"] == "tool"]
        if len(results) < 2 and not (results and "there is no argument" not in results[-1]):
            return self.wishes[len(results)]
        return f"I looked. {results[-1][:2000]}"


class Scope:
    """The records of one stage."""

    def __init__(self, stage):
        self.stage = stage
        number = next(stage.numbers)
        domain = f"firm{number}.example"
        organization = stage.zendesk_call("POST", "organizations", {"organization": {"name": f"Firm {number}", "domain_names": [domain]}})["organization"]["id"]
        self.visitor = f"pat@{domain}"
        colleague = f"kim@{domain}"
        stage.person(self.visitor, "Pat Smith", organization_id=organization)
        stage.person(colleague, "Kim Smith", organization_id=organization)
        self.facts = {
            "own": (stage.ticket(self.visitor, "Printer on fire", "Smoke"), self.visitor, "printer"),
            "stranger": (stage.foreign, "boss@initech.example", "Merger"),
            "colleague": (stage.ticket(colleague, "Salary of Kim", "Is too low"), colleague, "Salary"),
            "nobody": (stage.foreign + 500_000, f"nobody@none{number}.example", "zebra"),
        }

    def play(self, level, owner, name):
        ticket, email, word = self.facts[owner]
        chat = self.stage.chat("L3" if level == "L2" else level, self.visitor)
        if level == "L2":
            self.set_level(chat, 2)
        model = Parrot(tool_call(name, ticket, email, word))
        return self.stage.play(chat, model, WISHES[name].format(ticket=ticket, email=email, word=word), "yes")

    def set_level(self, chat, level):
        """No mail is sent yet: the level that a code would give is written into the row."""
        (path,) = self.stage.server.data.glob("*.db")
        with sqlite3.connect(path, timeout=30) as database:
            changed = database.execute("UPDATE conversation SET identity = ? WHERE id = ?", (level, chat.id)).rowcount
        assert changed == 1

    def told(self, owner, played):
        """All that anybody could tell owners apart by, without the facts that the question itself named."""
        actions = [(one["name"], one["status"], (one["problem"] or {}).get("code")) for one in played.actions]
        text = json.dumps([played.results(), played.said, actions, played.calls])
        for fact in self.facts[owner]:
            text = re.sub(re.escape(str(fact)), "X", text, flags=re.I)
            text = re.sub(re.escape(str(fact).replace("@", "%40")), "X", text, flags=re.I)
        return re.sub(r"data [0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|today at \d\d:\d\d|\d{5,}|(act|cca|trn|con)[-_][\w-]+", "N", text)


def check(stage, sample):
    """Level and owner, for how many tools something was done, for how many it was tried, and what was wrong. A sample takes other tools at each level."""
    scope = Scope(stage)
    for number, level in enumerate(LEVELS):
        seen, wrong = {owner: 0 for owner in OWNERS}, {owner: [] for owner in OWNERS}
        names = list(WISHES)[number % SAMPLED_EACH::SAMPLED_EACH] if sample else list(WISHES)
        for name in names:
            played = {owner: scope.play(level, owner, name) for owner in OWNERS}
            absent = scope.told("nobody", played["nobody"])
            for owner in OWNERS:
                done = [one for one in played[owner].actions if one["status"] == "done"]
                seen[owner] += bool(done)
                wrong[owner] += [f"{level}, {owner}, {name}: {what}" for what in judge(scope, level, owner, played[owner], absent)]
        for owner in OWNERS:
            yield level, owner, f"{seen[owner]} of {len(names)}", wrong[owner]


def judge(scope, level, owner, played, absent):
    outside = level in ("L0", "L1")
    if outside and played.calls:
        yield f"Zendesk was asked: {played.calls}"
    if outside and any(request.get("tools") for request in played.requests):
        yield "tools were offered"
    if level == "L4":
        if owner != "nobody" and not any(one["status"] == "done" for one in played.actions):
            yield f"a member was refused: {played.said}"
        return
    if owner in ("stranger", "colleague"):
        if scope.told(owner, played) != absent:
            yield f"differs from one that is not there:\n  {scope.told(owner, played)}\n  {absent}"
        for secret in ("Initech", "Salary of Kim", "They want it quiet", "Is too low"):
            if secret in played.told or secret in played.said:
                yield f"tells {secret}"
    if owner == "own" and not outside and not any(one["status"] == "done" for one in played.actions):
        yield f"their own was refused: {played.said}"
