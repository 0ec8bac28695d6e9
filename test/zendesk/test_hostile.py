"""What an account, or whoever stands in front of it, may answer to lead the server astray: links and redirects to other hosts, cursors that are more than cursors,
answers of another record, of another form, without end. Nothing is ever sent anywhere else, and every answer ends in a result or a named problem.
"""

import json
import re
import socket
import threading
import urllib.parse

from between import Between
from desk import CUSTOMER, DECIDING, READS, TOKEN, WRITES, Desk, Lab
from lab import ACCOUNT

JSON = [("Content-Type", "application/json; charset=utf-8")]
LIST = r"/api/v2/users/\d+/tickets/requested"
CURSOR = "abc=&page[size]=1#/../../evil?x=%0d%0aX-Evil:1"
PAGES_MAX = 5


class Hostile(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.stand, self.other = Between(self.zendesk.address), Between(self.zendesk.address)
        self.addCleanup(self.stand.close)
        self.addCleanup(self.other.close)
        self.server = self.serve(more_resolve=[f"{ACCOUNT}={self.stand.url}"])
        agent = self.agent(self.server)
        self.desk = Desk(self.server, ACCOUNT, self.zendesk.address, agent, self.connect(self.server, agent)["id"])
        self.desk.begin()
        self.stand.seen.clear()

    def outcome(self, name, arguments=None):
        action = self.desk.act(name, arguments)
        return action["status"], (action["problem"] or {}).get("code")

    def assert_nobody_else_was_called(self):
        self.assertEqual(self.other.seen, [])

    def well(self):
        self.stand.answers.clear()
        self.desk.heal()

    # ---- lists

    def test_links_to_the_next_page(self):
        """A page's link is never followed; what is taken of it is its cursor, as text."""
        self.stand.on("GET", LIST, self.page(CURSOR))
        self.assertFalse(self.listed()["complete"])
        asked = self.asked()
        self.assertEqual(len(asked), PAGES_MAX, "a list without end is read for five pages")
        for path in asked[1:]:
            self.assertEqual(urllib.parse.parse_qs(path.split("?", 1)[1])["page[after]"], [CURSOR], "one parameter, whatever is in it")
            self.assertEqual(path.split("?")[0], asked[0].split("?")[0])
        self.assertTrue(all("X-Evil" not in headers for _, _, headers, _ in self.stand.seen))
        self.assert_nobody_else_was_called()

    def test_cursors_that_no_query_can_hold(self):
        """The list ends there and says that it is not whole; so it does without a cursor."""
        for cursor in ("x\r\nX-Evil: 1", "\u202e", "a b", "", None, 7, {"a": 1}):
            with self.subTest(cursor=cursor):
                self.stand.seen.clear()
                self.stand.on("GET", LIST, self.page(cursor))
                result = self.listed()
                self.assertEqual((len(self.asked()), len(result["tickets"]), result["complete"]), (1, 1, False))
        self.assert_nobody_else_was_called()

    def page(self, cursor):
        def answer(method, path, headers, body):
            status, kept, data = self.stand.pass_on(method, re.sub("&page%5Bafter%5D=[^&]*", "", path), headers, body)
            page = json.loads(data)
            page["links"] = {"next": f"{self.other.url}/api/v2/users/1/tickets/requested?page[after]=x", "prev": None}
            page["next_page"] = f"{self.other.url}/next"
            page["meta"] = {"has_more": True, "after_cursor": cursor, "before_cursor": None}
            return status, kept, json.dumps(page).encode()

        return answer

    def listed(self):
        action = self.desk.act("list_tickets")
        self.assertEqual(action["status"], "done", action)
        return action["result"]

    def asked(self):
        return [path for method, path, _, _ in self.stand.seen if method == "GET" and path.startswith("/api/v2/users/")]

    # ---- redirects

    def test_redirects(self):
        """Not followed, to whatever host and by whatever status; a write that met one waits for a person to mend the connection."""
        for status in (301, 302, 303, 307, 308):
            for location in (f"{self.other.url}/api/v2/steal", "/access/unauthenticated", "//evil.example/", "https://acme-group.zendesk.com/api/v2/users/me", ""):
                with self.subTest(status=status, location=location):
                    self.stand.on(".*", ".*", (status, [("Location", location)], b""))
                    self.stand.seen.clear()
                    self.assertIn(self.outcome("find_customer"), [("rejected", "zendesk-redirect"), ("rejected", "zendesk-subdomain-moved")])
                    self.assertEqual(len([path for path in self.stand.paths() if "/users/search" in path]), 1, self.stand.paths())
                    self.stand.answers.clear()
        for name in WRITES:
            with self.subTest(write=name):
                self.desk.heal()
                method, path = DECIDING[name]
                self.stand.on(method, path.replace("*", r"\d+"), (307, [("Location", f"{self.other.url}/api/v2/steal")], b""))
                action = self.desk.act(name)
                self.assertEqual(action["status"], "waiting", action)
                self.assertEqual(self.desk.request_of(action)["state"], "paused")
                self.assertNotIn(TOKEN, json.dumps(action))
                self.well()
        self.assert_nobody_else_was_called()

    # ---- answers

    def test_answers_of_any_form(self):
        """A 200 that is no answer: each read is refused by name."""
        deep = b'{"ticket":' + b"[" * 5000 + b"]" * 5000 + b"}"
        answers = (b"", b"<html>Sign in</html>", b"null", b"[]", b'"text"', b"{}", b'{"ticket":null,"users":null,"results":null,"tickets":null}', b'{"ticket":{"id":"7"}}',
                   b'{"ticket":{"id":1e300},"users":{"id":1},"results":{"a":1},"tickets":7}', b'{"ticket":{"id":7},"ticket":{"id":8}}', b"\xff\xfe{}", b'{"a":"\x00"}', deep,
                   b'{"ticket":' * 3)
        for name in READS:
            method, path = DECIDING[name]
            for number, data in enumerate(answers):
                with self.subTest(action=name, answer=data[:40]):
                    headers = JSON if number % 2 else [("Content-Type", "text/html")]
                    self.stand.on(method, path.replace("*", r"\d+"), (200, headers, data))
                    self.assertEqual(self.outcome(name), ("rejected", "zendesk-answer-unreadable"))
                    self.stand.answers.clear()

    def test_the_answer_of_another_record(self):
        """What is told is about the ticket that was asked for, or it is refused."""
        other = self.desk.api("POST", "/tickets", {"ticket": {"subject": "Secret of others", "comment": {"body": "x"}, "requester_id": self.desk.customer}})["ticket"]["id"]
        self.stand.on("GET", rf"/api/v2/tickets/{self.desk.ticket}", lambda method, path, headers, body:
                      self.stand.pass_on(method, path.replace(str(self.desk.ticket), str(other)), headers, body))
        action = self.desk.act("get_ticket")
        self.assertEqual(action["status"], "rejected", action)
        self.assertNotIn("Secret of others", json.dumps(action["result"]))
        self.stand.answers.clear()
        self.stand.on("GET", "/api/v2/users/search", (200, JSON, json.dumps({"users": [
            {"id": 5, "email": f"x{CUSTOMER}", "role": "end-user", "active": True}, {"id": 6, "email": "other@example.com", "role": "end-user", "active": True}]}).encode()))
        self.assertEqual(self.outcome("find_customer"), ("rejected", "customer-unknown"))
        self.assertEqual(self.outcome("update_customer"), ("rejected", "customer-unknown"))

    def test_links_in_answers_are_not_fetched(self):
        """Attachments, recordings, avatars, users' pages: whatever an answer links to is left alone."""
        link = f"{self.other.url}/api/v2/attachment"

        def linked(status, headers, data):
            answer = json.loads(data) if data[:1] == b"{" else None
            if isinstance(answer, dict):
                for value in answer.values():
                    for record in value if isinstance(value, list) else [value]:
                        if isinstance(record, dict):
                            record.update(url=link, content_url=link, recording_url=link, photo={"content_url": link})
                data = json.dumps(answer).encode()
            return status, headers, data

        self.stand.change = linked
        for name in DECIDING:
            self.assertEqual(self.outcome(name), ("done", None))
        self.assert_nobody_else_was_called()

    def test_cookies_are_not_kept(self):
        self.stand.change = lambda status, headers, data: (status, [*headers, ("Set-Cookie", "session=1; Path=/"), ("WWW-Authenticate", "Negotiate")], data)
        for name in READS:
            self.assertEqual(self.outcome(name), ("done", None))
        self.assertFalse([headers for _, _, headers, _ in self.stand.seen if "Cookie" in headers])

    def test_heads_without_end(self):
        for headers in ([(f"X-{number}", "v") for number in range(200)], [("X-Long", "v" * 60_000), ("X-Longer", "v" * 60_000)]):
            self.stand.on("GET", "/api/v2/users/search", (200, headers, b'{"users":[]}'))
            self.assertEqual(self.outcome("find_customer"), ("rejected", "net-too-large"))
            self.stand.answers.clear()

    def test_what_is_no_http(self):
        """A port on which something else answers."""
        for said in (b"220 mail.example ESMTP\r\n", b"\x16\x03\x01\x02\x00\x01", b"SSH-2.0-x\r\n"):
            with self.subTest(said=said), socket.create_server(("127.0.0.1", 0)) as listener:
                threading.Thread(target=self.say, args=(listener, said), daemon=True).start()
                server = self.serve(more_resolve=[f"{ACCOUNT}=http://127.0.0.1:{listener.getsockname()[1]}"], name=f"data{len(self.programs)}")
                answer = server.http.post(f"/agents/{self.agent(server)}/integrations", self.credentials())
                self.assertIn(answer.json["code"], ("net-protocol", "net-reset"), answer)
                server.kill()

    def say(self, listener, said):
        try:
            while True:
                client, _ = listener.accept()
                client.sendall(said)
                client.recv(4096)
                client.close()
        except OSError:
            return
