"""The user guide's setup check, by each way in: REST, the command line on a pipe (with and without a running server), and `demo --once`."""

import json
import re

from lab import BINARY, DESCRIPTION, REQUESTER, SETUP_CHECK, SUBJECT, Lab, run, words

PIPE = "".join(f"{line}\n" for line in SETUP_CHECK)


class SetupCheck(Lab):
    def assert_whole_ticket(self, number):
        """The ticket as Zendesk's own API shows it: every detail as it was said, none added."""
        answer = self.zendesk.show(number)
        self.assertEqual(answer.status, 200, answer)
        ticket = answer.json["ticket"]
        self.assertEqual((ticket["subject"], ticket["description"], ticket["status"]), (SUBJECT, DESCRIPTION, "new"))
        self.assertEqual(ticket["tags"], ["chatcrafterai", "chatcrafterai_test"])
        self.assertEqual(self.assert_one_ticket(self.zendesk)["requester"]["email"], REQUESTER)

    def test_rest(self):
        self.ready()
        chat = self.chat()
        asked = chat.say(SETUP_CHECK[0])
        self.assertEqual((asked["awaiting"], asked["actions"]), ("details", []))
        shown = chat.say(SETUP_CHECK[1])
        self.assertEqual(shown["awaiting"], "confirmation")
        for part in (SUBJECT, DESCRIPTION, REQUESTER):
            self.assertIn(part, words(shown))
        action = shown["actions"][0]
        self.assertEqual((action["name"], action["status"], action["calls"]), ("create_ticket", "proposed", []))
        self.assertEqual(self.zendesk.requests("POST", "/api/v2/tickets"), [], "nothing is sent before the yes")
        done = chat.say(SETUP_CHECK[2])
        self.assertIsNone(done["awaiting"])
        action = done["actions"][-1]
        self.assertEqual(action["status"], "done")
        number = action["result"]["id"]
        self.assertIn(f"#{number}", words(done))
        self.assertEqual([call["status"] for call in action["calls"]], [201])
        self.assertTrue(action["result"]["url"].endswith(f"/agent/tickets/{number}"))
        self.assert_whole_ticket(number)

    def test_number_comes_from_the_stored_answer(self):
        """Whatever number Zendesk gives is the one that is told."""
        self.ready()
        for expected in (35436, 35437):
            chat = self.chat()
            chat.propose()
            told = words(chat.say("yes"))
            self.assertIn(f"#{expected}", told)
        self.assertEqual([ticket["id"] for ticket in self.zendesk.tickets()], [35436, 35437])

    def assert_pipe_talk(self, ran):
        self.assert_ran(ran)
        number = re.search(r"Ticket #(\d+) is created", ran.out)
        self.assertTrue(number, ran)
        for line in SETUP_CHECK:
            self.assertIn(f"You:   {line}\n", ran.out)
        self.assertIn("POST /api/v2/tickets  201", ran.out)
        self.assertEqual(ran.err, "")
        self.assert_whole_ticket(number[1])

    def test_pipe_to_a_running_server(self):
        self.ready()
        self.assert_pipe_talk(self.server.cli("chat", stdin=PIPE))

    def test_pipe_without_a_server(self):
        self.ready()
        self.assertEqual(self.server.stop(), 0)
        self.assert_pipe_talk(self.server.cli("chat", "--zendesk-resolve", self.zendesk.resolve, stdin=PIPE))

    def test_pipe_as_json(self):
        self.ready()
        ran = self.assert_ran(self.server.cli("chat", "--json", stdin=PIPE))
        turns = [json.loads(line) for line in ran.out.splitlines()]
        self.assertEqual([turn["awaiting"] for turn in turns], ["details", "confirmation", None])
        self.assert_whole_ticket(turns[-1]["actions"][-1]["result"]["id"])

    def test_pipe_needs_no_last_line_end(self):
        self.ready()
        self.assert_ran(self.server.cli("chat", stdin=PIPE.rstrip("\n")))
        self.assert_one_ticket(self.zendesk)

    def test_status_by_number(self):
        self.ready()
        chat = self.chat()
        chat.propose()
        number = chat.say("yes")["actions"][-1]["result"]["id"]
        status = chat.say(f"what is the status of ticket {number}?")
        self.assertIn(f"#{number}", words(status))
        self.assertIn("has the status new", words(status))
        self.assertEqual(status["actions"][-1]["name"], "get_ticket")
        missing = chat.say("status of ticket 99999")
        self.assertIn("There is no ticket 99999", words(missing))

    def test_cancel_sends_nothing(self):
        self.ready()
        chat = self.chat()
        chat.propose()
        turn = chat.say("cancel")
        self.assertIn("Nothing was sent", words(turn))
        self.assertEqual(chat.action()["status"], "cancelled")
        chat.say("yes")
        self.assertEqual(self.zendesk.tickets(), [])

    def demo(self):
        return run("demo", "--once", "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0", "--data", self.folder / "demo")

    def test_demo_once(self):
        ran = self.assert_ran(self.demo())
        number = re.search(r"Ticket #(\d+) is created: Printer on fire", ran.out)
        self.assertTrue(number, ran)
        self.assertIn(f'Ticket #{number[1]} is there: "Printer on fire"', ran.out)
        self.assertTrue(ran.out.endswith("\nSetup check passed.\n"), ran)
        inbox = ran.out.split("Practice inbox\n")[1]
        self.assertNotIn("http://", inbox, "no link to what has ended")
        self.assertIn(f"To look around: {BINARY} demo", inbox)
        for line in SETUP_CHECK:
            self.assertIn(f"You:   {line}\n", ran.out)
        self.assertLess(ran.out.index(SETUP_CHECK[0]), ran.out.index(f"Ticket #{number[1]}"))

    def test_demo_again_on_the_same_data(self):
        first, second = self.demo(), self.demo()
        numbers = [re.search(r"Ticket #(\d+) is there", self.assert_ran(ran).out)[1] for ran in (first, second)]
        self.assertEqual(int(numbers[1]), int(numbers[0]) + 1)
