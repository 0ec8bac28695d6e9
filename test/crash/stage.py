"""What every crash and torture test stands on: a practice Zendesk and a server of its own, requests that a person confirms, and the oracle.

The oracle asks three witnesses once everything has come to rest: the practice Zendesk's ledger (how many tickets carry this subject), the conversation as the
API shows it (what was the visitor told), and the database file (is it whole, is each event there once). What a test does to the server in between is its own affair.
"""

import http.client
import pathlib
import shutil
import sqlite3
import tempfile

import lab

# What a caller sees when the server dies under the call, or answers something that a test did not want.
BROKEN = (OSError, http.client.HTTPException, AssertionError)
REST_S = 120  # until a request has come to its end; the machine may be busy
CREDENTIALS = {"provider": "zendesk", "auth": "api_token", "subdomain": lab.ACCOUNT, "email": lab.EMAIL, "api_token": lab.TOKEN}
ROLES = ("front", "egress")
ENDS = ("done", "rejected", "needs_human", "cancelled")


def check(holds, what):
    if not holds:
        raise AssertionError(what)


class Stage:
    """One worker's practice Zendesk and server, with one connected agent. Requests follow one another; each has a subject of its own."""

    def __init__(self, binary=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chatcrafter-crash-"))
        self.server, self.count, self.known = None, 0, {}
        try:
            self.zendesk = lab.Practice(self)
            self.server = lab.Server(self, [self.resolve()], environment=self.environment(), binary=binary)
            self.agent = self.ask("POST", "/agents", {"name": "Support"}, 201)["id"]
            self.integration = self.ask("POST", f"/agents/{self.agent}/integrations", CREDENTIALS, 201)["id"]
        except BaseException:
            self.close()
            raise

    def environment(self):
        """What the server's process gets besides the caller's environment."""
        return {}

    def resolve(self):
        """How the server finds the account."""
        return self.zendesk.resolve

    def close(self):
        for program in (self.server, getattr(self, "zendesk", None)):
            if program and program.program.process.poll() is None:
                program.program.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def ask(self, method, path, body=None, wanted=200):
        answer = self.server.http.call(method, path, body)
        check(answer.status == wanted, f"{method} {path}: {answer}")
        return answer.json

    @property
    def pids(self):
        """The process that serves and the one that makes the calls, as they were when the server, or this one of them, was started last."""
        program = self.server.program
        if self.known.get("parent") != program.process.pid:
            self.known = {"parent": program.process.pid}
            for role in ROLES:
                self.known[role] = lab.until(lambda: program.child(role), f"there is a process {role}")
        return {role: self.known[role] for role in ROLES}

    @property
    def pid(self):
        return self.pids["front"]

    def threads(self):
        """Of both, in the order in which they were started."""
        return [int(name.name) for pid in self.pids.values() for name in sorted(pathlib.Path(f"/proc/{pid}/task").iterdir(), key=lambda task: int(task.name))]

    def is_alive(self):
        """Each of its processes lives, and is not one that was started in place of one that died."""
        program = self.server.program
        return program.process.poll() is None and all(program.child(role) == pid for role, pid in self.pids.items())

    def restart(self):
        """On the data that is there, whatever state the processes were in. Egress has nothing of its own: when only that died, it is for the server to go on."""
        program = self.server.program
        if program.process.poll() is None and program.child("front") == self.pid:
            self.known["egress"] = lab.until(lambda: program.child("egress"), "the calls are made by another process")
            return
        self.end()
        self.server.start()

    def end(self):
        """All of it, at once."""
        if self.server.program.process.poll() is None:
            self.server.program.kill()

    def logs(self):
        return "".join(f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}" for path in sorted(self.folder.glob("*.log")))

    # ---- requests

    def proposed(self, kind="create_ticket"):
        self.count += 1
        if self.count % 20 == 0:  # the account's limits of calls a minute are not what is tested
            self.zendesk.http.post("/_sandbox/clock", {"advance_ms": 60000})
        return KINDS[kind](self, self.count)

    def query(self, sql, *values):
        database = sqlite3.connect(f"file:{self.server.data}/chatcrafter.db?mode=ro", uri=True, timeout=30)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()

    def check_database(self):
        found = self.query("PRAGMA integrity_check")
        check(found == [("ok",)], f"integrity_check: {found}")
        check(self.query("PRAGMA foreign_key_check") == [], "foreign keys hold")


class Order:
    """One thing that a person confirms. What a kind of order adds: say_yes, status, done_in_zendesk (how often it was done), check_told."""

    def __init__(self, stage, number):
        self.stage, self.number, self.action = stage, number, None
        self.prepare()

    def yes(self):
        """The person's answer, which must be taken."""
        answer = self.say_yes()
        check(answer.status == 200, answer)
        return answer.json

    def try_yes(self):
        """The yes, whatever becomes of the call; None when there was no answer."""
        try:
            return self.say_yes()
        except BROKEN:
            return None

    def is_done(self):
        """As the database says, so that asking makes the server do nothing."""
        return self.stage.query("SELECT 1 FROM action WHERE id = ? AND status = 'done'", self.action) != []

    def confirmed(self):
        """Whether the yes is stored. If it is not, nothing may have happened, and the person says it again."""
        if self.status() not in (None, "proposed"):
            return True
        check(self.done_in_zendesk() == 0, "nothing was done without a stored yes")
        return False

    def settle(self, may_be_refused=False):
        """To the end: what was not confirmed is confirmed now, and then it is done exactly once, and told once. Returns its last status."""
        if not self.confirmed():
            self.yes()
        status = lab.until(lambda: self.status() in ENDS and self.status(), f"request {self.number} is at its end", REST_S)
        done = self.done_in_zendesk()
        if may_be_refused and status != "done":
            check(done == 0, f"request {self.number} is {status} and was done {done} times")
            return status
        check((status, done) == ("done", 1), f"request {self.number} is {status} and was done {done} times")
        self.check_told()
        return status

    def check_one_event(self):
        events = self.stage.query("SELECT count(*) FROM event WHERE action = ? AND kind = 'action.done'", self.action)
        check(events == [(1,)], f"one event says that it is done: {events}")


class Creation(Order):
    """create_ticket, proposed in a conversation."""

    def prepare(self):
        self.subject = f"Printer {self.number} on fire"
        self.talk = lab.Chat(self.stage.server, self.stage.agent)
        for line in ("Create a test ticket", f"subject: {self.subject}. Smoke comes out of tray 2. I am {lab.REQUESTER}"):
            turn = self.talk.say(line)
        check(turn["awaiting"] == "confirmation", f"it asks for the yes: {turn}")
        self.action, self.hash = (turn["actions"][-1][name] for name in ("id", "hash"))

    def say_yes(self):
        """Said again it is the same yes: it has a client id."""
        return self.stage.server.http.post(f"{self.talk.path}/messages", {"text": "yes", "client_id": f"yes-{self.number}"})

    def status(self):
        return self.talk.show()["actions"][-1]["status"]

    def tickets(self):
        return [ticket for ticket in self.stage.zendesk.tickets() if ticket["subject"] == self.subject]

    def done_in_zendesk(self):
        return len(self.tickets())

    def check_told(self):
        self.check_one_event()
        ticket = self.tickets()[0]["id"]
        result = self.talk.show()["actions"][-1]["result"]["id"]
        check(result == ticket, f"the receipt names {result}, Zendesk {ticket}")
        told = [text for text in self.talk.agent_texts() if f"#{ticket}" in text]
        check(len(told) == 1, f"the number was told {len(told)} times")


class Change(Order):
    """A member's own act on a ticket of its own: no conversation, the call itself is the yes."""

    def prepare(self):
        self.mark = f"mark_{self.number}_end"
        first = self.act("create_ticket", subject=f"To be changed {self.number}", description="As it was.", requester_email=lab.REQUESTER)
        check(first.status == 200, first)
        self.ticket = first.json["result"]["id"]

    def is_done(self):
        return self.status() == "done"

    def act(self, kind, **arguments):
        return self.stage.server.http.post(f"/agents/{self.stage.agent}/actions/{kind}", {"arguments": arguments})

    def say_yes(self):
        return self.act(self.kind, ticket_id=self.ticket, **self.arguments())

    def status(self):
        rows = self.stage.query("SELECT id, status FROM action WHERE kind = ? AND instr(arguments, ?)", self.kind, self.mark)
        check(len(rows) <= 1, f"the act is stored {len(rows)} times")
        if rows:
            self.action = rows[0][0]
        return rows[0][1] if rows else None

    def audits(self):
        """The practice account's own record of what happened to the ticket; it is read as the account's administrator."""
        answer = self.stage.zendesk.http.get(f"/api/v2/tickets/{self.ticket}/audits.json", headers=lab.AS_ADMIN)
        check(answer.status == 200, answer)
        return answer.json["audits"]

    def done_in_zendesk(self):
        return sum(self.is_ours(event) for audit in self.audits() for event in audit["events"])

    def check_told(self):
        rows = self.stage.query("SELECT result FROM action WHERE id = ?", self.action)
        check(str(self.ticket) in rows[0][0], f"the receipt names the ticket: {rows}")


class Comment(Change):
    kind = "add_comment"

    def arguments(self):
        return {"text": f"It still burns: {self.mark}", "public": False}

    def is_ours(self, event):
        return event["type"] == "Comment" and self.mark in event["body"]


class Update(Change):
    kind = "update_ticket"

    def arguments(self):
        return {"tags": [self.mark]}

    def is_ours(self, event):
        return event["type"] == "Change" and event["field_name"] == "tags" and self.mark in event["value"] and self.mark not in event["previous_value"]


KINDS = {"create_ticket": Creation, Comment.kind: Comment, Update.kind: Update}
