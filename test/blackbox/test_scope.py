"""Who may have what done, by conversation: every level, own and foreign and absent things, all ten actions. What is foreign is not told from what is absent: not by words, not by calls."""

import re

from lab import REQUESTER, Lab, words

JANE = {"email": REQUESTER, "name": "Jane", "verified": True}
FOREIGN = "boss@example.com"

WISHES = {
    "create_ticket": "open a ticket for {email}: the lamp in room two is broken",
    "get_ticket": "what is the status of ticket {ticket}",
    "add_comment": "add a public comment to ticket {ticket} saying hello there",
    "update_ticket": "set ticket {ticket} to urgent",
    "list_tickets": "list the tickets of {email}",
    "search_tickets": "find tickets about {word}",
    "create_customer": "create a customer Pat Smith with {email}",
    "get_customer": "show the customer record of {email}",
    "find_customer": "find the customer {email}",
    "update_customer": "change the phone of {email} to +49 30 1234",
}


class Scope(Lab):
    def setUp(self):
        super().setUp()
        self.ready()
        self.own = self.ticket_of(REQUESTER, "Printer on fire")
        self.foreign = self.ticket_of(FOREIGN, "Merger talks with Initech")
        self.absent = self.foreign + 50_000

    def ticket_of(self, email, subject):
        run = self.server.http.post(f"/agents/{self.agent_id}/actions/create_ticket",
                                    {"arguments": {"subject": subject, "description": "It is so.", "requester_email": email}})
        self.assertEqual(run.status, 200, run)
        return run.json["result"]["id"]

    def play(self, wish, visitor, **facts):
        """The wish and a yes to what is shown; what was said, what became of it, and what Zendesk was asked."""
        before = len(self.zendesk.requests())
        talk = self.chat(channel="api", **({"visitor": visitor} if visitor else {}))
        turn = talk.say(wish.format(**facts))
        said = [words(turn)]
        if turn["awaiting"] == "confirmation":
            said.append(words(talk.say("yes")))
        actions = [(action["name"], action["status"], (action["problem"] or {}).get("code")) for action in talk.show()["actions"]]
        calls = [(call["method"], call["path"]) for call in self.zendesk.requests()[before:]]
        told = repr((said, actions, calls))
        for value in facts.values():
            told = told.replace(str(value), "X").replace(str(value).replace("@", "%40"), "X")
        return re.sub(r"\d{5,}|cca-[\w-]+", "N", told), actions, calls

    def test_l0_and_l1_reach_nothing(self):
        for visitor in (None, {"email": REQUESTER, "verified": False}):
            for name, wish in WISHES.items():
                answers = [self.play(wish, visitor, ticket=ticket, email=email, word=word)
                           for ticket, email, word in ((self.own, REQUESTER, "printer"), (self.foreign, FOREIGN, "merger"),
                                                       (self.absent, "nobody@example.com", "zebra"))]
                with self.subTest(action=name, visitor=visitor):
                    self.assertEqual([calls for _, _, calls in answers], [[], [], []], "Zendesk is not even asked")
                    self.assertEqual(answers[1][0], answers[2][0])

    def test_l3_foreign_is_absent(self):
        for name, wish in WISHES.items():
            foreign = self.play(wish, JANE, ticket=self.foreign, email=FOREIGN, word="merger")
            absent = self.play(wish, JANE, ticket=self.absent, email="nobody@example.com", word="zebra")
            with self.subTest(action=name):
                self.assertEqual(foreign[0], absent[0])
                self.assertNotIn("Initech", foreign[0])
        ticket = self.zendesk.show(self.foreign).json["ticket"]
        self.assertEqual((ticket["priority"], ticket["requester_id"] > 0), (None, True), "nothing of it has changed")

    def test_l3_own(self):
        for name, wish in WISHES.items():
            with self.subTest(action=name):
                told, actions, _ = self.play(wish, JANE, ticket=self.own, email=REQUESTER, word="printer")
                self.assertIn(name, [action for action, status, _ in actions if status == "done"], told)

    def test_a_member_reaches_all(self):
        for name, wish in WISHES.items():
            with self.subTest(action=name):
                talk = self.chat()
                turn = talk.say(wish.format(ticket=self.foreign, email=FOREIGN, word="merger"))
                if turn["awaiting"] == "confirmation":
                    talk.say("yes")
                self.assertIn(name, [action["name"] for action in talk.show()["actions"] if action["status"] == "done"], talk.agent_texts())

