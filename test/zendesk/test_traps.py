"""The traps of Zendesk's API that show only end to end: what goes over the wire, and what has become of it in the account. traps.md says where each of the others is held."""

import json
import re
import unittest

from between import Between
from desk import CUSTOMER, DECIDING, ROOT, WRITES, Desk, Lab
from lab import ACCOUNT

HEBREW, EMOJI, FOUR_BYTES = "שלום עולם", "🔥👩‍👩‍👧 ok", "𝒳𠜎"


class Traps(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.stand = Between(self.zendesk.address)
        self.addCleanup(self.stand.close)
        self.server = self.serve(more_resolve=[f"{ACCOUNT}={self.stand.url}"])
        agent = self.agent(self.server)
        self.desk = Desk(self.server, ACCOUNT, self.zendesk.address, agent, self.connect(self.server, agent)["id"])
        self.desk.begin()
        self.stand.seen.clear()

    def done(self, name, arguments=None):
        action = self.desk.act(name, arguments)
        self.assertEqual((action["status"], action["problem"]), ("done", None), action)
        return action["result"]

    def ticket(self, number):
        return self.desk.api("GET", f"/tickets/{number}")["ticket"]

    def comments(self, number):
        return self.desk.api("GET", f"/tickets/{number}/comments")["comments"]

    def written(self):
        """The JSON bodies of the writes that went out."""
        return [(method, path, json.loads(body)) for method, path, _, body in self.stand.seen if method in ("POST", "PUT")]

    def counter(self, name):
        text = self.server.open.get("/metrics").body
        return int(re.search(rf"^{name} (\d+)$", text.decode(), re.M)[1])

    # ---- the wire

    def test_heads(self):
        """Accept always, Content-Type with a body and only then, a key with creations of tickets and only then, no credentials outside of their header."""
        for name in DECIDING:
            self.done(name)
        for method, path, headers, body in self.stand.seen:
            head = {key.lower(): value for key, value in headers.items()}
            self.assertEqual(head["accept"], "application/json")
            self.assertEqual(head.get("content-type"), "application/json" if body else None)
            self.assertEqual("idempotency-key" in head, (method, path) == ("POST", "/api/v2/tickets"))
            self.assertTrue(head["authorization"].startswith("Basic ") and head["user-agent"].startswith("ChatCrafterAI/"))
            self.assertEqual((".json" in path, "token" in path), (False, False))

    def test_nothing_is_sent_that_zendesk_drops(self):
        """Unknown attributes are dropped without an error; the header that says so is a defect of ours, and counted."""
        for name in DECIDING:
            self.done(name)
        self.assertEqual(self.counter("chatcrafter_zendesk_warnings_total"), 0)
        self.stand.change = lambda status, headers, data: (status, [*headers, ("X-Zendesk-API-Warn", "{:unpermitted_keys=>[\"ticket.x\"]}")], data)
        self.done("get_customer")
        self.assertGreaterEqual(self.counter("chatcrafter_zendesk_warnings_total"), 1)
        self.assertIn("ticket.x", self.server.talk())

    def test_public_is_always_said(self):
        """Its default is the ticket's; a wrong guess writes to the customer."""
        self.done("create_ticket")
        for public in (True, False):
            self.done("add_comment", {"ticket_id": self.desk.ticket, "text": "x", "public": public})
        self.done("update_ticket")
        comments = [body["ticket"]["comment"] for _, _, body in self.written() if "comment" in body["ticket"]]
        self.assertEqual([comment["public"] for comment in comments], [True, True, False])
        self.assertEqual([comment["public"] for comment in self.comments(self.desk.ticket)], [True, True, False])

    def test_numbers_are_wide(self):
        """People and fields have numbers beyond 2^42 from the first day."""
        self.assertGreater(self.desk.customer, 2**42)
        self.assertEqual(self.done("get_customer", {"user_id": self.desk.customer})["email"], CUSTOMER)
        field = self.desk.api("POST", "/ticket_fields", {"ticket_field": {"type": "integer", "title": "Order"}})["ticket_field"]["id"]
        made = self.done("create_ticket", {**self.desk.arguments("create_ticket"), "custom_fields": {str(field): 9007199254740993}})
        self.assertIn({"id": field, "value": "9007199254740993"},
                      [{**one, "value": str(one["value"])} for one in self.ticket(made["id"])["custom_fields"]])

    def test_a_ticket_beyond_32_bits(self):
        wide = 33144647570963

        def renumbered(method, path, headers, body):
            status, kept, data = self.stand.pass_on(method, path.replace(str(wide), str(self.desk.ticket)), headers, body)
            return status, kept, re.sub(rb"\b%d\b" % self.desk.ticket, b"%d" % wide, data)

        self.stand.on("GET|PUT", rf"/api/v2/tickets/{wide}.*", renumbered)
        shown = self.done("get_ticket", {"ticket_id": wide})
        self.assertEqual(shown["id"], wide)
        self.done("add_comment", {"ticket_id": wide, "text": "x", "public": False})
        self.done("update_ticket", {"ticket_id": wide, "priority": "low"})
        self.assertEqual(self.ticket(self.desk.ticket)["priority"], "low")

    # ---- texts

    def test_texts_arrive_as_they_are(self):
        for number, text in enumerate(("\"double\" 'single' “curly” \\back", HEBREW, EMOJI, FOUR_BYTES, "<b>&amp;</b> %s %n ${x}", "a\u0301 e\u0301")):
            with self.subTest(text=text):
                made = self.done("create_ticket", {"subject": text, "description": f"{text} end", "requester_email": f"p{number}@example.com", "requester_name": text})
                sent = self.written()[-1][2]["ticket"]
                self.assertEqual((sent["subject"], sent["comment"]["body"], sent["requester"]["name"]), (text, f"{text} end", text))
                self.assertEqual(self.ticket(made["id"])["subject"], text)
                self.assertEqual(self.done("get_customer", {"email": f"p{number}@example.com"})["name"], text)
                self.assertEqual(self.done("get_ticket", {"ticket_id": made["id"]})["subject"], text)

    def test_placeholders_are_not_expanded(self):
        """Zendesk fills {{...}} in what a team member writes; the customer's words are not ours to fill."""
        for name, extra in (("create_ticket", {"description": "see {{ticket.requester.email}} {{{x}}}"}), ("add_comment", {"text": "see {{ticket.requester.email}} {{{x}}}"})):
            self.done(name, {**self.desk.arguments(name), **extra})
            body = self.written()[-1][2]["ticket"]["comment"]["body"]
            self.assertEqual(len(re.findall(r"(?<!\\){{", body.replace("{{{", "{{"))), 0, body)

    def test_what_zendesk_would_cut(self):
        """64 kB of text are the most; the rest would be cut without an error."""
        for name, field in (("create_ticket", "description"), ("add_comment", "text")):
            self.done(name, {**self.desk.arguments(name), field: "x" * 65536})
            body = {"arguments": {**self.desk.arguments(name), field: "é" * 32768 + "x"}}
            answer = self.server.http.post(f"/agents/{self.desk.agent}/actions/{name}", body)
            problem = answer.json if answer.status != 200 else answer.json["problem"]
            self.assertEqual((problem["code"], problem.get("field")), ("value-too-long", field), answer)
        self.assertEqual(len(self.written()), 2, "what is too long is not sent")

    # ---- tickets

    def test_other_tags_stay(self):
        self.done("update_ticket", {"ticket_id": self.desk.ticket, "tags": ["fire"], "remove_tags": ["none"]})
        self.assertEqual(set(self.ticket(self.desk.ticket)["tags"]) >= {"vip", "fire"}, True)

    def test_a_change_that_came_between(self):
        """Somebody changes the ticket between our read and our write: theirs stands, and it is said."""
        def meanwhile(*_):
            self.stand.answers.clear()
            self.desk.api("PUT", f"/tickets/{self.desk.ticket}", {"ticket": {"priority": "low", "tags": ["theirs"]}})

        self.desk.steer("POST", "/clock", {"advance_ms": 5000})
        self.stand.on("PUT", r"/api/v2/tickets/\d+", meanwhile)
        action = self.desk.act("update_ticket")
        self.assertEqual((action["status"], action["problem"]["code"]), ("rejected", "zendesk-update-conflict"), action)
        self.assertEqual((self.ticket(self.desk.ticket)["priority"], self.ticket(self.desk.ticket)["tags"]), ("low", ["theirs"]))

    def test_a_closed_ticket(self):
        """Comment and change go to a follow-up, which is said; and closing is not offered."""
        self.desk.api("PUT", f"/tickets/{self.desk.ticket}", {"ticket": {"status": "closed"}})
        for name in ("add_comment", "update_ticket"):
            result = self.done(name)
            follow_up = max(ticket["id"] for ticket in self.desk.tickets())
            self.assertIn(follow_up, result.values(), result)
            sources = self.ticket(follow_up)["via"]["source"]["from"]
            self.assertEqual(str(sources.get("ticket_id")), str(self.desk.ticket))
        answer = self.server.http.post(f"/agents/{self.desk.agent}/actions/update_ticket", {"arguments": {"ticket_id": self.desk.ticket, "status": "closed"}})
        self.assertEqual((answer.status, answer.json["code"]), (422, "field-choice"), answer)

    def test_custom_statuses(self):
        """The status is the category; of the two one is sent."""
        made = self.desk.api("POST", "/custom_statuses", {"custom_status": {"status_category": "pending", "agent_label": "Waiting for parts"}})["custom_status"]
        self.desk.api("PUT", f"/tickets/{self.desk.ticket}", {"ticket": {"custom_status_id": made["id"]}})
        self.assertEqual(self.done("get_ticket")["status"], "pending")
        self.assertEqual(self.done("update_ticket", {"ticket_id": self.desk.ticket, "status": "solved"})["status"], "solved")
        sent = self.written()[-1][2]["ticket"]
        self.assertEqual((sent["status"], "custom_status_id" in sent), ("solved", False))

    def test_search_is_late(self):
        """A ticket that is just made is shown by its number, though no search knows it yet; what a search says is filtered again."""
        made = self.done("create_ticket", {**self.desk.arguments("create_ticket"), "subject": "Brandnew"})
        self.desk.fault("lag:60000", "GET", "/api/v2/search", times=0)
        self.assertEqual(self.done("search_tickets", {"keyword": "Brandnew"})["tickets"], [])
        self.assertEqual(self.done("get_ticket", {"ticket_id": made["id"]})["subject"], "Brandnew")
        self.desk.no_faults()
        self.assertEqual([one["id"] for one in self.done("search_tickets", {"keyword": "Brandnew"})["tickets"]], [made["id"]])

    def test_customers_keep_what_was_not_asked_for(self):
        """Nobody becomes a team member, no address is changed, and a team member's record is not touched."""
        for name in ("create_customer", "update_customer"):
            self.done(name)
        for _, _, body in self.written():
            self.assertEqual(set(body["user"]) & {"custom_role_id", "verified", "suspended", "moderator"}, set(), body)
            self.assertEqual(body["user"].get("role", "end-user"), "end-user")
        self.assertTrue(all("email" not in body["user"] for method, _, body in self.written() if method == "PUT"))
        action = self.desk.act("update_customer", {"email": "admin@practice.example", "phone": "1"})
        self.assertEqual(action["problem"]["code"], "customer-is-team", action)

    def test_a_field_by_its_title(self):
        self.desk.api("POST", "/ticket_fields", {"ticket_field": {"type": "text", "title": "Order number", "required": True}})
        made = self.done("create_ticket", {**self.desk.arguments("create_ticket"), "custom_fields": {"order NUMBER": "A-7"}})
        self.assertIn("A-7", [field["value"] for field in self.ticket(made["id"])["custom_fields"]])
        refused = self.desk.act("create_ticket", {**self.desk.arguments("create_ticket"), "custom_fields": {"No such field": "A-7"}})
        self.assertEqual((refused["status"], refused["problem"]["code"]), ("rejected", "zendesk-field-unknown"), refused)

    def test_every_write_is_done_once(self):
        for name in WRITES:
            self.done(name)
        self.assertEqual(len(self.written()), len(WRITES))


class Places(unittest.TestCase):
    def test_every_trap_names_a_test_that_exists(self):
        """traps.md: the last column of each row is FILE: TEST, and that test is there."""
        rows = re.findall(r"^\| (.+?) \| (.+?) \|$", (ROOT / "test/zendesk/traps.md").read_text(), re.M)[1:]
        self.assertGreater(len(rows), 40)
        for trap, places in rows:
            for file, name in re.findall(r"`([\w./]+): (\w+)`", places):
                with self.subTest(trap=trap):
                    self.assertRegex((ROOT / "test" / file).read_text(), rf"\b{name}\b")
            self.assertRegex(places, r"`[\w./]+: \w+`", trap)
