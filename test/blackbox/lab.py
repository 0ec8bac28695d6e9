"""What the black-box tests stand on: the real binary as practice Zendesk and as server, each a process of its own on a free port, with real database
files in one temporary folder that goes away with the test.

Nothing of the product is imported. A test that fails shows the end of each process's log.
"""

import base64
import ctypes
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("CHATCRAFTER", str(ROOT / "build" / "chatcrafter"))

IS_SANITIZED = bool(re.search("/(asan|tsan)/", os.path.abspath(BINARY)))  # made by "make asan" or "make tsan"
SANITIZER = re.compile("(ERROR|WARNING): (Address|Leak|Thread)Sanitizer|: runtime error: ")

ACCOUNT = "practice"
EMAIL = "admin@practice.example"
TOKEN = "black-box-token-3Qz8vWm1"
AS_ADMIN = {"Authorization": "Basic " + base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()}
CLIENT, CLIENT_SECRET = "black-box-client", "black-box-secret-7RtY2pLk"

# The lines of the user guide's setup check, and what has to come of them.
SETUP_CHECK = ("Create a test ticket", "subject: Printer on fire. Smoke comes out of tray 2. I am jane@example.com", "yes")
SUBJECT, DESCRIPTION, REQUESTER = "Printer on fire", "Smoke comes out of tray 2.", "jane@example.com"

START_S, STOP_S, ANSWER_S = 20, 30, 40

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In the child, before exec: no process outlives the tests, however they end."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def clean_environment(**more):
    """Nothing of the caller's configuration reaches the program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHATCRAFTER") and not name.lower().endswith("_proxy")}
    return {**kept, **more}


def until(check, what, timeout_s=START_S):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + timeout_s
    while True:
        answer = check()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"after {timeout_s} s still not: {what}")
        time.sleep(0.03)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# ---- HTTP --------------------------------------------------------------------------------------------------------------------


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:600]!r}"


class Http:
    """One caller: an address and, when there is one, an API key. A connection for each call, so that calls may be made from several threads."""

    def __init__(self, address, key=None, base=""):
        self.address, self.key, self.base = address, key, base

    def request(self, method, path, body=None, headers=None, timeout_s=ANSWER_S):
        connection = http.client.HTTPConnection(self.address, timeout=timeout_s)
        connection.request(method, self.base + path, None if body is None else json.dumps(body), self.headers(body, headers))
        return connection, connection.getresponse()

    def headers(self, body, more):
        headers = {} if body is None else {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        return {**headers, **(more or {})}

    def call(self, method, path, body=None, headers=None, timeout_s=ANSWER_S):
        connection, response = self.request(method, path, body, headers, timeout_s)
        try:
            return Answer(response)
        finally:
            connection.close()

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, {} if body is None else body, **more)

    def patch(self, path, body):
        return self.call("PATCH", path, body)

    def delete(self, path):
        return self.call("DELETE", path)

    def stream(self, method, path, body=None, headers=None):
        """An event stream: an iterator of events, to be closed."""
        return Events(*self.request(method, path, body, {"Accept": "text/event-stream", **(headers or {})}))


class Event:
    def __init__(self):
        self.id, self.name, self.data = None, "message", ""

    @property
    def json(self):
        return json.loads(self.data)


class Events:
    """The events of one stream, in the form of the HTML standard (server-sent events)."""

    def __init__(self, connection, response):
        self.connection, self.response = connection, response
        self.status, self.type = response.status, response.getheader("Content-Type")

    def __iter__(self):
        event, has_data = Event(), False
        while line := self.response.readline():
            name, _, value = line.decode().rstrip("\r\n").partition(":")
            value = value.removeprefix(" ")
            if name == "id":
                event.id = value
            elif name == "event":
                event.name = value
            elif name == "data":
                event.data, has_data = event.data + ("\n" if has_data else "") + value, True
            elif not name and not value and has_data:
                yield event
                event, has_data = Event(), False

    def take_until(self, name):
        """All events up to and with the first of that name."""
        taken = []
        for event in self:
            taken.append(event)
            if event.name == name:
                return taken
        raise AssertionError(f"the stream ended before {name}; it held {[event.name for event in taken]}")

    def close(self):
        self.response.close()
        self.connection.close()


# ---- processes -----------------------------------------------------------------------------------------------------------------


class Program:
    """A long-running process of the binary, or of another build of it. Its stderr is kept in a file, over all its lives."""

    def __init__(self, folder, name, arguments, environment=None, binary=None):
        self.log = folder / f"{name}.log"
        self.begun = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([binary or BINARY, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=clean_environment(**(environment or {})), preexec_fn=die_with_parent)

    def child(self, role):
        """The process "front" or "egress" of a server; None while there is none."""
        try:
            for pid in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                if status.startswith(f"Name:\tcc-{role}\n") and "\nState:\tZ" not in status:
                    return int(pid)
        except OSError:  # one has just gone
            pass
        return None

    def talk(self):
        return self.log.read_bytes()[self.begun:].decode(errors="replace")

    def said(self, pattern, timeout_s=START_S):
        def look():
            found = re.search(pattern, self.talk())
            if not found and self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode} before it said {pattern}:\n{self.talk()}")
            return found

        return until(look, f"said {pattern}", timeout_s)

    def stop(self, number=signal.SIGTERM):
        """Sends a signal and waits; returns the exit code, or minus the signal that ended it."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(STOP_S)

    def kill(self):
        """kill -9: nothing is flushed, nothing is said."""
        return self.stop(signal.SIGKILL)


class Practice:
    """The practice Zendesk as one more process; it keeps its address and its data over a stop and a start."""

    def __init__(self, lab, account=ACCOUNT, token=TOKEN, secret=CLIENT_SECRET):
        self.lab, self.account, self.address = lab, account, "127.0.0.1:0"
        self.options = ["--account", account, "--email", EMAIL, "--api-token", token, "--oauth-client", f"{CLIENT}:{secret}"]
        self.start()

    def start(self):
        folder = self.lab.folder
        self.program = Program(folder, f"{self.account}-zendesk",
                               ["sandbox", "--data", folder / f"{self.account}-zendesk", "--listen", self.address, *self.options])
        self.address = self.program.said(r"ready: http://([\d.:]+)/agent")[1]
        self.http = Http(self.address)

    def stop(self):
        return self.program.stop()

    @property
    def resolve(self):
        return f"{self.account}=http://{self.address}"

    def tickets(self):
        return self.http.get("/_sandbox/tickets").json["tickets"]

    def requests(self, method=None, path=None):
        every = self.http.get("/_sandbox/requests").json["requests"]
        return [one for one in every if method in (None, one["method"]) and path in (None, one["path"].removesuffix(".json"))]

    def fault(self, fault, method="POST", path="/api/v2/tickets", **more):
        answer = self.http.post("/_sandbox/faults", {"method": method, "path": path, "fault": fault, **more})
        assert answer.status == 201, answer

    def no_faults(self):
        assert self.http.delete("/_sandbox/faults").status == 200

    def show(self, ticket):
        """The ticket as the account's own API shows it."""
        return self.http.get(f"/api/v2/tickets/{ticket}.json", headers=AS_ADMIN)


class Server:
    """`chatcrafter serve` on a data directory. It keeps its address over a kill and a start. `environment` and `binary` hold for the next start."""

    def __init__(self, lab, resolve, name="data", listen="127.0.0.1:0", options=(), environment=None, binary=None):
        self.lab, self.data, self.listen = lab, lab.folder / name, listen
        self.environment, self.binary = environment, binary
        self.options = [*[part for one in resolve for part in ("--zendesk-resolve", one)], *options]
        self.key = None
        self.start()

    def start(self):
        arguments = ["serve", "--data", self.data, "--listen", self.listen, *self.options]
        self.program = Program(self.lab.folder, f"{self.data.name}-server", arguments, self.environment, self.binary)
        self.listen = self.address = self.program.said(r"ready: http://([\d.:]+)")[1]
        self.open = Http(self.address)
        if self.key is None:
            self.key = json.loads(self.cli("key", "create", "--name", "black box", "--role", "owner", "--json").out)["key"]
        self.http = Http(self.address, self.key, "/api/v1")

    def cli(self, *arguments, **more):
        """A command of the command line on this server's data directory."""
        return run(*arguments, "--data", self.data, **more)

    def stop(self, number=signal.SIGTERM):
        return self.program.stop(number)

    def kill(self):
        assert self.program.kill() == -signal.SIGKILL

    def talk(self):
        return self.program.talk()


class Ran:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def run(*arguments, stdin="", environment=None, cwd=None, timeout_s=60):
    """One run of the binary to its end."""
    done = subprocess.run([BINARY, *map(str, arguments)], input=stdin, capture_output=True, text=True, errors="replace", cwd=cwd,
                          env=clean_environment(**(environment or {})), timeout=timeout_s, preexec_fn=die_with_parent, check=False)
    return Ran(done)


# ---- conversations ---------------------------------------------------------------------------------------------------------------


class Chat:
    """One conversation over REST."""

    def __init__(self, server, agent, channel="chatlab", **body):
        self.server = server
        answer = server.http.post(f"/agents/{agent}/conversations", {"channel": channel, **body})
        assert answer.status == 201, answer
        self.id = answer.json["id"]
        self.path = f"/conversations/{self.id}"

    def say(self, text, **more):
        answer = self.server.http.post(f"{self.path}/messages", {"text": text, **more})
        assert answer.status == 200, answer
        return answer.json

    def propose(self):
        """Up to the question; returns the action that waits for the yes."""
        for line in SETUP_CHECK[:-1]:
            turn = self.say(line)
        assert turn["awaiting"] == "confirmation", turn
        return turn["actions"][-1]

    def decide(self, action, what="confirm", **body):
        return self.server.http.post(f"{self.path}/actions/{action['id']}/{what}", body)

    def show(self):
        answer = self.server.http.get(self.path)
        assert answer.status == 200, answer
        return answer.json

    def agent_texts(self):
        return [message["text"] for message in self.show()["messages"] if message["author"] == "agent"]

    def action(self, wanted=None):
        """The newest action, once its status is the wanted one."""
        def look():
            actions = self.show()["actions"]
            return actions[-1] if actions and wanted in (None, actions[-1]["status"]) else None

        return until(look, f"the newest action is {wanted}", ANSWER_S)


def words(turn):
    return "\n".join(reply["text"] for reply in turn["replies"])


class Later(threading.Thread):
    """A call that goes on beside the test. What it raises is kept: a server that is killed breaks its connection."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.work, self.result, self.error = call, None, None
        self.start()

    def run(self):
        try:
            self.result = self.work()
        except (OSError, http.client.HTTPException, AssertionError) as error:
            self.error = error

    def wait(self, timeout_s=ANSWER_S):
        self.join(timeout_s)
        if self.is_alive():
            raise AssertionError("the call is not answered")
        if self.error:
            raise self.error
        return self.result


# ---- the test case -----------------------------------------------------------------------------------------------------------------


class Lab(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chatcrafter-blackbox-"))
        self.programs = []
        self.addCleanup(self.clean_up)

    def clean_up(self):
        for program in self.programs:
            if program.program.process.poll() is None:
                program.program.stop() if IS_SANITIZED else program.program.kill()  # leaks are told at an orderly end
        reports = [line for log in self.folder.glob("*.log") for line in log.read_text(errors="replace").splitlines() if SANITIZER.search(line)]
        shutil.rmtree(self.folder, ignore_errors=True)
        self.assertEqual(reports, [])

    def practice(self, **more):
        self.programs.append(Practice(self, **more))
        return self.programs[-1]

    def serve(self, *practices, more_resolve=(), **more):
        self.programs.append(Server(self, [*(one.resolve for one in practices), *more_resolve], **more))
        return self.programs[-1]

    def agent(self, server, name="Support"):
        answer = server.http.post("/agents", {"name": name})
        self.assertEqual(answer.status, 201, answer)
        return answer.json["id"]

    def credentials(self, **more):
        return {"provider": "zendesk", "auth": "api_token", "subdomain": ACCOUNT, "email": EMAIL, "api_token": TOKEN, **more}

    def oauth(self, **more):
        return {"provider": "zendesk", "auth": "oauth_client", "subdomain": ACCOUNT, "client_id": CLIENT, "client_secret": CLIENT_SECRET, **more}

    def connect(self, server, agent, **more):
        answer = server.http.post(f"/agents/{agent}/integrations", self.credentials(**more))
        self.assertEqual(answer.status, 201, answer)
        return answer.json

    def ready(self, **more):
        """The usual beginning: practice Zendesk, server, an agent that is connected."""
        self.zendesk = self.practice()
        self.server = self.serve(self.zendesk, **more)
        self.agent_id = self.agent(self.server)
        self.integration = self.connect(self.server, self.agent_id)
        return self.server

    def chat(self, **more):
        return Chat(self.server, self.agent_id, **more)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def assert_ran(self, ran, code=0):
        self.assertEqual(ran.code, code, ran)
        return ran

    def assert_problem(self, answer, status, code, field=None):
        self.assertEqual((answer.status, answer.headers.get("content-type")), (status, "application/problem+json"), answer)
        problem = answer.json
        self.assertEqual(problem["code"], code, answer)
        self.assertEqual(problem["type"], f"/problems/{code}")
        self.assertEqual(problem.get("field") or None, field, answer)
        self.assertTrue(problem["title"] and problem["detail"] and problem["trace_id"], answer)
        return problem

    def assert_one_ticket(self, zendesk, **more):
        tickets = zendesk.tickets()
        self.assertEqual(len(tickets), 1, tickets)
        for name, value in {"subject": SUBJECT, **more}.items():
            self.assertEqual(tickets[0][name], value)
        return tickets[0]

    def logs(self):
        """The end of every log, for a test that has failed."""
        return "".join(f"--- {path.name}\n{path.read_text(errors='replace')[-4000:]}" for path in sorted(self.folder.glob("*.log")))
