"""Everything that the server sends and the practice Zendesk answers is held against Zendesk's own OpenAPI document, by a proxy between the two that others wrote
(@stoplight/prism-cli). The proxy passes all of it on and notes each violation; a note that violations.json does not explain fails the test.
"""

import http.server
import json
import pathlib
import re
import shutil
import subprocess
import threading
import unittest

from desk import CUSTOMER, SHARED, Desk, Http, Lab, until
from lab import ACCOUNT, ANSWER_S, clean_environment, die_with_parent, free_port

FOLDER = pathlib.Path(__file__).resolve().parent
PRISM = FOLDER / "node_modules/@stoplight/prism-cli/dist/index.js"
DOCUMENT = SHARED / "openapi.yaml"
PRISM_START_S = 120

RECEIVED = re.compile(r"\[HTTP SERVER\] (\w+) (\S+) ")
VIOLATION = re.compile(r"\[VALIDATOR\].*Violation: (\S+) (.*)$")


class Prism:
    """The proxy as a process. Its notes are read from what it prints."""

    def __init__(self, folder, upstream):
        self.port = free_port()
        self.log = folder / f"prism-{self.port}.log"
        command = ["node", str(PRISM), "proxy", "-h", "127.0.0.1", "-p", str(self.port), str(DOCUMENT), f"http://{upstream}"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent,
                                            env=clean_environment(NO_COLOR="1", SCARF_ANALYTICS="false"))
        until(lambda: "Prism is listening" in self.said() or self.process.poll() is not None, "Prism is listening", PRISM_START_S)
        assert self.process.poll() is None, self.said()

    def said(self):
        return self.log.read_text(errors="replace")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def requests(self):
        return RECEIVED.findall(self.said())

    def violations(self):
        """(METHOD path, place, message) of each, with the numbers of the path left out. One request is answered before the next is sent."""
        found, request = [], None
        for line in self.said().splitlines():
            if received := RECEIVED.search(line):
                request = f"{received[1].upper()} {re.sub(r'/[0-9]+', '/{id}', received[2].split('?')[0])}"
            elif violation := VIOLATION.search(line):
                found.append((request, violation[1], violation[2]))
        return found


class Liar:
    """A server that answers everything with the same JSON."""

    def __init__(self, body):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@unittest.skipUnless(DOCUMENT.exists(), "Zendesk's OpenAPI document is not here")
@unittest.skipUnless(shutil.which("node") and PRISM.exists(), "Prism is not installed: npm --prefix test/zendesk ci")
class Contract(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.prism = Prism(self.folder, self.zendesk.address)
        self.addCleanup(self.prism.stop)
        self.server = self.serve(more_resolve=[f"{ACCOUNT}=http://127.0.0.1:{self.prism.port}"])
        self.agent_id = self.agent(self.server)

    def connected(self, credentials):
        answer = self.server.http.post(f"/agents/{self.agent_id}/integrations", credentials, timeout_s=60)
        self.assertEqual(answer.status, 201, answer)
        self.desk = Desk(self.server, ACCOUNT, self.zendesk.address, self.agent_id, answer.json["id"])
        self.desk.begin()
        answer = self.server.http.post(f"/integrations/{answer.json['id']}/tests")
        self.assertEqual(answer.json["result"], "passed", answer)

    def done(self, name, /, **arguments):
        action = self.desk.act(name, arguments or None)
        self.assertEqual((action["status"], action["problem"]), ("done", None), f"{name}: {action}")
        return action["result"]

    def fails(self, name, code, /, **arguments):
        action = self.desk.act(name, arguments or None)
        self.assertEqual((action["problem"] or {}).get("code"), code, f"{name}: {action}")
        return action

    def assert_no_violations(self, *wanted):
        """Nothing but what the repository explains; and the proxy has seen what it was to see."""
        known = json.loads((FOLDER / "violations.json").read_text())["violations"]
        unknown = [one for one in self.prism.violations()
                   if not any(k["request"] == one[0] and re.fullmatch(k["place"], one[1]) and re.fullmatch(k["message"], one[2]) for k in known)]
        self.assertEqual(unknown, [])
        seen = {f"{method.upper()} {re.sub(r'/[0-9]+', '/{id}', path.split('?')[0])}" for method, path in self.prism.requests()}
        self.assertLessEqual(set(wanted), seen)

    def all_ten(self):
        made = self.done("create_ticket")
        for name in ("get_ticket", "add_comment", "update_ticket", "list_tickets", "search_tickets", "create_customer", "get_customer", "find_customer",
                     "update_customer"):
            self.done(name)
        return made["id"]

    # ---- tests

    def test_all_actions_with_a_token(self):
        self.connected(self.credentials())
        field = self.desk.api("POST", "/ticket_fields", {"ticket_field": {"type": "text", "title": "Order number"}})["ticket_field"]["id"]
        self.desk.api("POST", "/organizations", {"organization": {"name": "Acme"}})
        self.desk.api("POST", "/users", {"user": {"name": "Ada Agent", "email": "ada@practice.example", "role": "agent", "verified": True}})
        ticket = self.all_ten()
        self.done("create_ticket", subject="“Quotes” 🔥 שלום", description="{{ticket.id}} 𝒳", requester_email="new@example.com",
                 custom_fields={"Order number": "A-1"})
        self.done("create_ticket", subject="By id", description="x", requester_email=CUSTOMER, custom_fields={str(field): "A-2"})
        self.done("add_comment", ticket_id=ticket, text="Public words.", public=True)
        self.done("update_ticket", ticket_id=ticket, assignee="Ada Agent", tags=["a"], remove_tags=["door"], custom_fields={"Order number": "A-3"})
        self.done("list_tickets", email=CUSTOMER, status="new")
        self.done("search_tickets", assignee="ada@practice.example")
        self.done("search_tickets", keyword='a "b" status:closed *', **{"from": "2026-01-01", "to": "2036-12-31"}, priority="high")
        self.done("create_customer", email="org@example.com", name="Olga", organization="Acme", tags=["gold"])
        self.done("update_customer", email="org@example.com", name="Olga B.", tags=["silver"])
        self.done("get_customer", user_id=self.desk.customer)
        self.desk.api("PUT", f"/tickets/{ticket}", {"ticket": {"status": "closed"}})
        follow_up = self.done("add_comment", ticket_id=ticket, text="It is back.", public=False)
        self.assertNotEqual(follow_up.get("ticket_id"), ticket, "a closed ticket gets a follow-up")
        self.assert_no_violations("POST /api/v2/tickets", "PUT /api/v2/tickets/{id}", "GET /api/v2/tickets/{id}", "GET /api/v2/tickets/{id}/comments",
                                  "GET /api/v2/users/search", "POST /api/v2/users/create_or_update", "PUT /api/v2/users/{id}", "GET /api/v2/search",
                                  "GET /api/v2/ticket_fields", "GET /api/v2/organizations/search", "GET /api/v2/users/me", "GET /api/v2/account/settings")

    def test_all_actions_with_oauth(self):
        self.connected(self.oauth())
        self.all_ten()
        self.assert_no_violations("POST /oauth/tokens", "POST /api/v2/tickets")

    def test_failures(self):
        """What is refused has the form of the document as well, on both sides; and so has the look after an outcome that is not known."""
        self.connected(self.credentials())
        self.fails("get_ticket", "zendesk-not-found", ticket_id=987654)
        self.fails("add_comment", "zendesk-not-found", ticket_id=987654, text="x", public=False)
        self.fails("find_customer", "customer-unknown", email="nobody@example.com")
        self.fails("update_ticket", "assignee-unknown", ticket_id=self.desk.ticket, assignee="Nobody At All")
        self.fails("create_ticket", "zendesk-field-unknown", subject="x", description="y", requester_email=CUSTOMER, custom_fields={"No such": "1"})
        self.desk.fault("drop_after_commit", "POST", "/api/v2/tickets")
        kept = self.fails("create_ticket", "zendesk-unavailable")  # the proxy makes 500 of a broken connection
        self.assertEqual(kept["status"], "waiting")
        until(lambda: not self.server.http.get("/requests").json["items"], "the lost answer is looked for and found", ANSWER_S)
        self.assertEqual(self.desk.gained()[0], 1)
        refused = self.server.http.post(f"/integrations/{self.desk.integration}/credentials", self.credentials(api_token="not-the-token-1234"))
        self.assertEqual(refused.status, 422, refused)
        refused = self.server.http.post(f"/integrations/{self.desk.integration}/credentials", self.oauth(client_secret="not-the-secret-1234"))
        self.assertEqual(refused.json["code"], "oauth-client-rejected", refused)
        self.assert_no_violations("GET /api/v2/tickets", "POST /oauth/tokens")

    def test_the_proxy_sees_violations(self):
        """Else its silence would say nothing: a wrong request and a wrong answer are both noted."""
        self.zendesk.fault("status:404", "POST", "/api/v2/tickets", times=0)
        through = Http(f"127.0.0.1:{self.prism.port}")
        headers = {"Accept": "application/json", "Authorization": "Bearer x"}
        through.post("/api/v2/tickets", {"ticket": {"subject": "x", "colour": "red", "comment": {"body": "y"}}}, headers=headers)
        liar = Liar(b'{"users":{"id":"seven"}}')
        self.addCleanup(liar.close)
        wrong = Prism(self.folder, liar.address)
        self.addCleanup(wrong.stop)
        Http(f"127.0.0.1:{wrong.port}").get("/api/v2/users/search?query=x", headers=headers)
        self.assertEqual([one[:2] for one in self.prism.violations()], [("POST /api/v2/tickets", "request.body.ticket")])
        self.assertEqual([one[:2] for one in wrong.violations()], [("GET /api/v2/users/search", "response.body.users")])

