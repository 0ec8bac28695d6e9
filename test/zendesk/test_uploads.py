"""A file goes through the server to Zendesk, becomes a token, and is attached by a ticket or a comment within the hour."""

import base64
import http.client
import json
import socket

from between import Between
from desk import EMAIL, TOKEN, Desk, Lab
from lab import ACCOUNT, Chat, until

MIB = 1024 * 1024
PICTURE = b"\x89PNG\r\n\x1a\n\0\0" + bytes(range(256)) * 40


class Uploads(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.stand = Between(self.zendesk.address)
        self.addCleanup(self.stand.close)
        self.server = self.serve(more_resolve=[f"{ACCOUNT}={self.stand.url}"])
        agent = self.agent(self.server)
        self.desk = Desk(self.server, ACCOUNT, self.zendesk.address, agent, self.connect(self.server, agent)["id"])
        self.desk.begin()
        self.chat = Chat(self.server, agent)

    def send(self, data, name="?filename=photo.png", type_="image/png", path=None, key=True):
        """(status, JSON) of an upload; the connection may end early when the body is refused by its length."""
        connection = http.client.HTTPConnection(self.server.address, timeout=60)
        headers = {"Content-Type": type_, **({"Authorization": f"Bearer {self.server.key}"} if key else {})}
        try:
            connection.request("POST", f"/api/v1{path or self.chat.path}/uploads{name}", data, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, json.loads(body) if "json" in answer.getheader("Content-Type", "") else body

    def sent(self, *arguments, **more):
        status, body = self.send(*arguments, **more)
        self.assertEqual(status, 201, body)
        return body["upload"]

    def attachments(self, ticket, comment=-1):
        return self.desk.api("GET", f"/tickets/{ticket}/comments")["comments"][comment]["attachments"]

    def content(self, attachment):
        path = attachment["content_url"].split(".zendesk.com", 1)[1]
        return self.desk.zendesk.get(path, headers=self.desk.steering).body

    def act(self, name, **more):
        action = self.desk.act(name, {**self.desk.arguments(name), **more})
        self.assertEqual((action["status"], action["problem"]), ("done", None), action)
        return action["result"]

    # ---- tests

    def test_attached_to_a_ticket_and_to_a_comment(self):
        first, second = self.sent(PICTURE), self.sent(b"second", name="?filename=notes%20%C3%A4%F0%9F%94%A5.txt", type_="text/plain; charset=utf-8")
        self.assertEqual((first["file_name"], first["content_type"], first["size"]), ("photo.png", "image/png", len(PICTURE)))
        self.assertRegex(first["expires_at"], r"^20\d\d-")
        made = self.act("create_ticket", uploads=[first["token"], second["token"]])
        attached = self.attachments(made["id"])
        self.assertEqual([(one["file_name"], one["content_type"], one["size"]) for one in attached],
                         [("photo.png", "image/png", len(PICTURE)), ("notes ä🔥.txt", "text/plain", 6)])
        self.assertEqual([self.content(one) for one in attached], [PICTURE, b"second"], "byte for byte")
        third = self.sent(b"third", name="?filename=log.txt", type_="text/plain")
        self.act("add_comment", uploads=[third["token"]])
        self.assertEqual([one["file_name"] for one in self.attachments(self.desk.ticket)], ["log.txt"])

    def test_with_oauth(self):
        answer = self.server.http.post(f"/integrations/{self.desk.integration}/credentials", self.oauth())
        self.assertEqual(answer.status, 200, answer)
        made = self.act("create_ticket", uploads=[self.sent(PICTURE)["token"]])
        self.assertEqual(len(self.attachments(made["id"])), 1)

    def test_what_goes_over_the_wire(self):
        """Raw bytes, the file's own type, the name as a parameter; and nothing of it in our log or answers of calls."""
        self.stand.seen.clear()
        self.sent(PICTURE)
        (method, path, headers, body), = self.stand.seen
        self.assertEqual((method, path, body), ("POST", "/api/v2/uploads?filename=photo.png", PICTURE))
        self.assertEqual((headers["Content-Type"], headers["Accept"]), ("image/png", "application/json"))
        self.assertEqual(headers["Authorization"], "Basic " + base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode())

    def test_names_and_types(self):
        for name, kept in (("a/b/../c.txt", "c.txt"), ("C:\\x\\y.pdf", "y.pdf"), ("line\nfeed.txt", "linefeed.txt"), ("a\u202egpj.exe", "agpj.exe"), ("x" * 400, "x" * 255)):
            with self.subTest(name=name):
                quoted = "".join(f"%{byte:02X}" for byte in name.encode())
                self.assertEqual(self.sent(b"x", name=f"?filename={quoted}")["file_name"], kept)
        for claimed, kept in (("IMAGE/PNG", "image/png"), ("text/html; charset=x", "text/html"), ("nonsense", "application/octet-stream"), ("a/b/c", "application/octet-stream")):
            with self.subTest(type=claimed):
                self.assertEqual(self.sent(b"x", type_=claimed)["content_type"], kept)

    def test_sizes(self):
        """What the account takes goes through whole; what it does not take is said; what no account takes is not read."""
        large = bytes(1024) * 1024 * 6
        self.assertEqual(self.sent(large)["size"], 6 * MIB)
        status, problem = self.send(bytes(8 * MIB))
        self.assertEqual((status, problem["code"], problem["field"]), (413, "zendesk-file-too-large", "file"), problem)
        self.stand.seen.clear()
        self.assertEqual(self.send(bytes(21 * MIB))[0], 413)
        self.assertEqual(self.send(bytes(300 * 1024), path=f"/agents/{self.desk.agent}")[0], 413, "no other address takes that much")
        self.assertEqual(self.send(bytes(300 * 1024), key=False)[0], 413, "nor does this one without a key")
        self.assertEqual(self.stand.seen, [])

    def test_eight_at_a_time(self):
        """Files are held in memory while they pass: a ninth is refused, and taken when one of the others is through."""
        head = (f"POST /api/v1{self.chat.path}/uploads?filename=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.server.key}\r\n"
                f"Content-Length: {MIB}\r\n\r\n").encode()
        host, port = self.server.address.split(":")
        slow = [socket.create_connection((host, int(port)), 20) for _ in range(8)]
        for one in slow:
            one.sendall(head + b"x")
        until(lambda: self.send(bytes(MIB))[0] == 503, "eight are on their way")
        self.assertEqual(self.send(b"small")[0], 201, "small ones pass")
        slow[0].close()
        until(lambda: self.send(bytes(MIB))[0] == 201, "one has gone")
        for one in slow[1:]:
            one.close()

    def test_what_is_missing(self):
        for name, data, field in (("", b"x", "filename"), ("?filename=", b"x", "filename"), ("?filename=..", b"x", "filename"), ("?filename=a.txt", b"", "file")):
            with self.subTest(name=name):
                status, problem = self.send(data, name=name)
                self.assertEqual((status, problem["code"], problem["field"]), (422, "field-missing", field))
        self.assertEqual(self.send(b"x", path="/conversations/con_00000000000000000000000000")[0], 404)
        self.assertEqual(self.send(b"x", key=False)[0], 401)

    def test_who_may(self):
        """Nobody who is not known, nobody in a dry run, and nobody while the agent may neither create nor comment."""
        for visitor, code in (({}, "identity-needed"), ({"visitor": {"email": "eve@example.com", "verified": False}}, "identity-needed")):
            chat = Chat(self.server, self.desk.agent, "api", **visitor)
            self.assertEqual(self.send(b"x", path=chat.path)[1]["code"], code)
        verified = Chat(self.server, self.desk.agent, "api", visitor={"email": "eve@example.com", "verified": True})
        self.assertEqual(self.send(b"x", path=verified.path)[0], 201)
        self.assertEqual(self.send(b"x", path=Chat(self.server, self.desk.agent, dry_run=True).path)[1]["code"], "dry-run-only")
        self.server.http.patch(f"/integrations/{self.desk.integration}", {"actions": {"create_ticket": {"enabled": False}, "add_comment": {"enabled": False}}})
        self.assertEqual(self.send(b"x")[1]["code"], "action-disabled")

    def test_a_token_ends_after_an_hour(self):
        token = self.sent(PICTURE)["token"]
        self.desk.steer("POST", "/clock", {"advance_ms": 61 * 60 * 1000})
        action = self.desk.act("create_ticket", {**self.desk.arguments("create_ticket"), "uploads": [token]})
        self.assertEqual((action["status"], action["result"]["differences"]), ("done", ["uploads"]), "Zendesk leaves it out without a word, and we say so")
        self.assertEqual(self.attachments(action["result"]["id"]), [])
        self.assertNotIn("differences", self.act("create_ticket", uploads=[self.sent(PICTURE)["token"]]))

    def test_failures_are_named(self):
        for fault, code in (("status:503", "zendesk-unavailable"), ("status:429:1", "zendesk-rate-limited"), ("garbage", "zendesk-answer-unreadable"), ("drop_before", "net-reset"),
                            ("status:403", "zendesk-forbidden")):
            with self.subTest(fault=fault):
                self.desk.fault(fault, "POST", "/api/v2/uploads")
                self.assertEqual(self.send(b"x")[1]["code"], code)
                until(lambda: self.send(b"x")[0] == 201, "files are taken again")
