"""A confirmed request while Zendesk is away, slow or in trouble: it is kept under a reference, sent once, and its number comes into the conversation by itself."""

import time

from lab import ANSWER_S, Lab, Later, until, words

LATE_S = 90


class Outage(Lab):
    def setUp(self):
        super().setUp()
        self.ready()
        self.talk = self.chat()
        self.talk.propose()

    def waiting(self):
        return self.server.http.get("/requests?status=waiting").json["items"]

    def yes(self):
        turn = self.talk.say("yes")
        self.assertEqual(turn["actions"][-1]["status"], "waiting", turn)
        self.assertEqual(turn["actions"][-1]["reference"], "R-1")
        return turn

    def assert_goes_through(self):
        """By itself: nobody writes or asks for anything."""
        until(lambda: self.talk.show()["actions"][-1]["status"] == "done", "done", LATE_S)
        conversation = self.talk.show()
        ticket = self.assert_one_ticket(self.zendesk)
        last = conversation["messages"][-1]
        self.assertEqual(last["author"], "agent")
        self.assertIn("R-1 went through", last["text"])
        self.assertIn(f"#{ticket['id']}", last["text"])
        self.assertEqual(conversation["actions"][-1]["result"]["id"], ticket["id"])
        self.assertEqual(self.waiting(), [])

    def test_zendesk_is_stopped(self):
        self.zendesk.stop()
        turn = self.yes()
        self.assertIn("saved as R-1", words(turn))
        self.assertEqual(turn["actions"][-1]["problem"]["code"], "net-unreachable")
        kept = self.waiting()
        self.assertEqual([(row["reference"], row["state"], row["conversation"]) for row in kept], [("R-1", "ready", self.talk.id)])
        shown = self.server.http.get(f"/integrations/{self.integration['id']}").json
        self.assertEqual((shown["status"], shown["waiting"]), ("needs_attention", 1))
        ran = self.assert_ran(self.server.cli("request", "list"))
        self.assertIn("R-1", ran.out)
        self.zendesk.start()
        self.assert_goes_through()
        self.assertEqual([call["status"] for call in self.zendesk.requests("POST", "/api/v2/tickets")], [201])

    def test_the_watcher_is_told(self):
        """Who follows the conversation gets the number as an event."""
        self.zendesk.stop()
        self.yes()
        events = self.server.http.stream("GET", f"{self.talk.path}/events")
        self.addCleanup(events.close)
        self.zendesk.start()
        taken = events.take_until("turn.completed")
        names = [event.name for event in taken]
        self.assertIn("action.done", names)
        told = [event.json["text"] for event in taken if event.name == "message.completed"]
        self.assertEqual(len(told), 1)
        self.assertIn("R-1 went through", told[0])

    def test_answers_503_for_a_while(self):
        self.zendesk.fault("status:503", times=2)
        turn = self.yes()
        self.assertEqual(turn["actions"][-1]["problem"]["code"], "zendesk-unavailable")
        self.assert_goes_through()
        self.assertEqual([call["status"] for call in self.zendesk.requests("POST", "/api/v2/tickets")], [503, 503, 201])

    def test_asks_to_slow_down(self):
        """429: nothing goes out before the time Zendesk names."""
        self.zendesk.fault("status:429:3", times=1)
        turn = self.yes()
        self.assertEqual(turn["actions"][-1]["problem"]["code"], "zendesk-rate-limited")
        self.assert_goes_through()
        first, second = self.zendesk.requests("POST", "/api/v2/tickets")
        seconds = [int(call["at"][17:19]) + int(call["at"][20:23]) / 1000 for call in (first, second)]
        self.assertGreaterEqual((seconds[1] - seconds[0]) % 60, 3)

    def test_answer_lost_after_the_ticket_was_made(self):
        """The ticket exists and nobody knows it: a look finds it, and nothing is sent again."""
        for fault in ("drop_after_commit", "truncate", "garbage", "status_after_commit:502"):
            with self.subTest(fault=fault):
                self.zendesk.http.post("/_sandbox/reset")
                talk = self.chat()
                talk.propose()
                self.zendesk.fault(fault)
                self.assertEqual(talk.say("yes")["actions"][-1]["status"], "waiting")
                until(lambda: talk.show()["actions"][-1]["status"] == "done", "done", LATE_S)
                self.assert_one_ticket(self.zendesk)
                self.assertEqual(len(self.zendesk.requests("POST", "/api/v2/tickets")), 1)
                self.assertGreaterEqual(len(self.zendesk.requests("GET", "/api/v2/tickets")), 1)

    def test_connection_breaks_before_anything_is_done(self):
        for fault in ("drop_before", "reset"):
            with self.subTest(fault=fault):
                self.zendesk.http.post("/_sandbox/reset")
                talk = self.chat()
                talk.propose()
                self.zendesk.fault(fault)
                self.assertEqual(talk.say("yes")["actions"][-1]["status"], "waiting")
                until(lambda: talk.show()["actions"][-1]["status"] == "done", "done", LATE_S)
                self.assert_one_ticket(self.zendesk)

    def test_slow_answer(self):
        """POST messages answers within 20 s, with the reference; the number follows."""
        self.zendesk.fault("delay:21000")
        begun = time.monotonic()
        turn = self.yes()
        self.assertLess(time.monotonic() - begun, 20)
        self.assertIn("R-1", words(turn))
        self.assert_goes_through()
        self.assertEqual(len(self.zendesk.requests("POST", "/api/v2/tickets")), 1)

    def test_refused_for_good(self):
        """A refusal is no outage: nothing waits, the draft is kept, and the reason is told."""
        self.zendesk.fault("status:422")
        turn = self.talk.say("yes")
        self.assertEqual(turn["actions"][-1]["status"], "rejected", turn)
        self.assertIn("No ticket was created. The draft is kept", words(turn))
        self.assertEqual((self.waiting(), self.zendesk.tickets()), ([], []))

    def test_revoked_token_holds_requests_until_reconnected(self):
        """401: sending again would not help. The request waits for other credentials and then goes by itself."""
        self.zendesk.stop()
        at = self.zendesk.options.index("--api-token") + 1
        self.zendesk.options[at] = "another-token-5678"
        self.zendesk.start()
        turn = self.yes()
        self.assertEqual(turn["actions"][-1]["problem"]["code"], "zendesk-token-revoked")
        self.assertEqual(self.waiting()[0]["state"], "paused")
        answer = self.server.http.post(f"/integrations/{self.integration['id']}/credentials", self.credentials(api_token="another-token-5678"))
        self.assertEqual(answer.status, 200, answer)
        self.assert_goes_through()

    def test_disconnecting_while_requests_wait_is_refused(self):
        self.zendesk.stop()
        self.yes()
        path = f"/integrations/{self.integration['id']}"
        problem = self.assert_problem(self.server.http.delete(path), 409, "requests-waiting")
        self.assertIn("1 confirmed request", problem["title"])
        self.assertEqual(self.server.http.get(path).status, 200)

    def test_another_conversation_goes_on_meanwhile(self):
        self.zendesk.fault("delay:4000")
        slow = Later(lambda: self.talk.say("yes"))
        until(self.zendesk.tickets, "the slow call is out")
        other = self.chat()
        self.assertIn("AI agent", words(other.say("hello")))
        self.assertEqual(slow.wait(ANSWER_S)["actions"][-1]["status"], "done")

    def test_a_message_while_it_is_sent_is_answered_at_once(self):
        self.zendesk.fault("delay:3000")
        slow = Later(lambda: self.talk.say("yes"))
        until(self.zendesk.tickets, "the call is out")
        turn = self.talk.say("thanks")
        self.assertTrue(slow.is_alive(), "the answer came before Zendesk's")
        self.assertEqual(turn["awaiting"], "action")
        self.assertIn("still being created", words(turn))
        self.assertEqual(slow.wait()["actions"][-1]["status"], "done")

    def test_a_question_while_it_is_sent_is_kept_and_answered(self):
        self.zendesk.fault("delay:2000")
        slow = Later(lambda: self.talk.say("yes"))
        until(self.zendesk.tickets, "the call is out")
        self.assertIn("I have kept your message", words(self.talk.say("status of ticket 99999")))
        begun = time.monotonic()
        self.assertIn(" is created", words(slow.wait()))
        self.assertLess(time.monotonic() - begun, 10, "it waits for Zendesk, not for a time limit")
        until(lambda: any("There is no ticket 99999" in text for text in self.talk.agent_texts()), "the question is answered")
        self.assert_one_ticket(self.zendesk)
