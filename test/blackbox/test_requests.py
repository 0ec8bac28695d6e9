"""Requests that wait or need a person: what each shows, and what trying again, settling and dropping do - over the API and the command line, and what the conversation hears of it."""

from lab import ACCOUNT, AS_ADMIN, Chat, Http, Lab, TOKEN, until, words


class Requests(Lab):
    def setUp(self):
        super().setUp()
        self.ready()

    def waiting(self, answer="status:429:900", times=1):
        """A conversation whose request waits. 429: nothing has left; 503: nobody knows. times=0: for as long as the test takes."""
        talk = self.chat()
        talk.propose()
        self.zendesk.fault(answer, times=times)
        self.assertEqual(talk.say("yes")["actions"][-1]["status"], "waiting")
        return talk

    def listed(self, status=""):
        return self.server.http.get(f"/requests?status={status}").json["items"]

    def test_a_request_shows_what_it_is(self):
        talk = self.waiting()
        [row] = self.listed()
        self.assertEqual((row["reference"], row["title"], row["agent"], row["customer"]), ("R-1", "Create ticket", "Support", "jane@example.com"))
        self.assertEqual((row["matter"], row["state"], row["was_sent"], row["conversation"]), ("Printer on fire", "ready", False, talk.id))
        self.assertEqual(row["problem"]["code"], "zendesk-rate-limited")
        self.assertTrue(row["due_at"] and row["created_at"])
        self.assertEqual(self.server.http.get(f"/requests/{row['action']}").json, row)
        self.assertEqual((self.listed("waiting"), self.listed("needs_human"), self.listed("failed")), ([row], [], []))
        self.assertIn("R-1", self.assert_ran(self.server.cli("request", "list")).out)
        shown = self.assert_ran(self.server.cli("request", "show", "r-1"))
        self.assertIn("Printer on fire", shown.out)

    def other_token(self, token):
        """The account as if its API token were another one."""
        self.zendesk.stop()
        self.zendesk.options[self.zendesk.options.index("--api-token") + 1] = token
        self.zendesk.start()

    def test_try_again_now(self):
        """A token was refused and works again: nobody knows it before somebody tries."""
        self.other_token("another-token-5678")
        talk = self.chat()
        talk.propose()
        self.assertEqual(talk.say("yes")["actions"][-1]["status"], "waiting")
        self.assertEqual(self.listed()[0]["state"], "paused")
        self.other_token(TOKEN)
        self.assert_ran(self.server.cli("request", "retry", "R-1"))
        until(lambda: talk.action()["status"] == "done", "done")
        ticket = self.assert_one_ticket(self.zendesk)
        self.assertIn(f"R-1 went through. Ticket #{ticket['id']}", talk.agent_texts()[-1])
        self.assertEqual(self.listed(), [])
        self.assert_problem(self.server.http.post(f"/requests/{talk.action()['id']}/retry", {}), 409, "request-state")

    def test_try_again_after_a_lost_answer_sends_nothing(self):
        talk = self.waiting("drop_after_commit")
        [row] = self.listed()
        self.assertTrue(row["was_sent"])
        self.assertEqual(self.server.http.post(f"/requests/{row['action']}/retry", {}).status, 200)
        until(lambda: talk.action()["status"] == "done", "done")
        self.assert_one_ticket(self.zendesk)
        self.assertEqual(len(self.zendesk.requests("POST", "/api/v2/tickets")), 1)

    def test_settle(self):
        """With a ticket that exists in Zendesk and was made by no other request; its conversation hears the number."""
        other = self.chat()
        other.propose()
        theirs = other.say("yes")["actions"][-1]["result"]["id"]
        by_hand = self.zendesk.http.post("/api/v2/tickets.json", {"ticket": {"subject": "By hand", "comment": {"body": "x"},
                                                                             "requester": {"name": "Bob", "email": "bob@example.com"}}},
                                         headers=AS_ADMIN)
        talk = self.waiting("status:503", times=0)
        [row] = self.listed()
        path = f"/requests/{row['action']}/settle"
        self.assert_problem(self.server.http.post(path, {"ticket_id": theirs}), 409, "request-ticket-taken", "ticket_id")
        self.assert_problem(self.server.http.post(path, {"ticket_id": 99999999}), 404, "zendesk-not-found")
        self.assert_problem(self.server.http.post(path, {"ticket_id": 0}), 422, "field-range", "ticket_id")
        number = by_hand.json["ticket"]["id"]
        ran = self.assert_ran(self.server.cli("request", "settle", "R-1", "--ticket", str(number)))
        self.assertIn(f'ticket {number}: "By hand", requested by Bob <bob@example.com>', ran.out)
        action = talk.action("done")
        self.assertEqual(action["result"]["id"], number)
        self.assertIn(f"R-1 went through. Ticket #{number}", talk.agent_texts()[-1])
        self.assertEqual(len(self.zendesk.tickets()), 2)

    def test_drop(self):
        talk = self.waiting()
        [row] = self.listed()
        path = f"/requests/{row['action']}/drop"
        self.assert_problem(self.server.http.post(path, {}), 422, "field-missing", "reason")
        events = self.server.http.stream("GET", f"{talk.path}/events")
        self.addCleanup(events.close)
        self.assert_ran(self.server.cli("request", "drop", "R-1", "--reason", "asked for twice"))
        told = events.take_until("turn.completed")
        self.assertIn("action.cancelled", [event.name for event in told])
        self.assertIn("The team gave this request up: asked for twice. Your request R-1", talk.agent_texts()[-1])
        self.assertEqual([one["reference"] for one in self.listed("failed")], ["R-1"])
        self.assertEqual((self.listed(), self.zendesk.tickets()), ([], []))
        [entry] = [one for one in self.server.http.get("/audit").json["items"] if one["act"] == "request.drop"]
        self.assertEqual((entry["object"], entry["after"]), (row["action"], {"reason": "asked for twice"}))
        self.assertEqual(self.server.cli("request", "drop", "R-77", "--reason", "x").code, 5)

    def test_a_viewer_may_look_and_not_decide(self):
        self.waiting()
        [row] = self.listed()
        made = self.server.http.post("/keys", {"name": "viewer", "role": "viewer"})
        viewer = Http(self.server.address, made.json["key"], "/api/v1")
        self.assertEqual(viewer.get(f"/requests/{row['action']}").status, 200)
        for what, body in (("retry", {}), ("settle", {"ticket_id": 1}), ("drop", {"reason": "x"})):
            self.assert_problem(viewer.post(f"/requests/{row['action']}/{what}", body), 403, "not-allowed")

    def test_the_visitor_calls_it_off(self):
        talk = self.waiting()
        self.assertIn("still waits to be sent", words(talk.say("is it done yet?")))
        self.assertIn("is cancelled. Nothing was sent.", words(talk.say("cancel")))
        self.assertEqual((talk.action()["status"], self.listed(), self.zendesk.tickets()), ("cancelled", [], []))

    def test_disconnected_and_connected_again(self):
        """What waits is kept, paused, and goes through the next connection to the same account - after a restart too."""
        talk = self.chat()
        talk.propose()
        self.zendesk.stop()
        self.assertEqual(talk.say("yes")["actions"][-1]["status"], "waiting")
        path = f"/integrations/{self.integration['id']}"
        self.assert_problem(self.server.http.delete(path), 409, "requests-waiting")
        self.assertEqual(self.server.http.delete(f"{path}?waiting=keep").status, 204)
        until(lambda: self.listed()[0]["state"] == "paused", "paused")
        [row] = self.listed()
        self.assertEqual((row["problem"]["code"], row["agent"]), ("no-integration", "Support"))
        self.assert_problem(self.server.http.post(f"/requests/{row['action']}/retry", {}), 409, "no-integration")
        self.server.stop()
        self.server.start()
        self.zendesk.start()
        self.connect(self.server, self.agent_id)
        until(lambda: talk.action()["status"] == "done", "done")
        self.assert_one_ticket(self.zendesk)

    def test_another_account_asks_first(self):
        talk = self.waiting()
        other = self.practice(account="other")
        self.server.stop()
        self.server.options += ["--zendesk-resolve", other.resolve]
        self.server.start()
        self.assertEqual(self.server.http.delete(f"/integrations/{self.integration['id']}?waiting=keep").status, 204)
        self.connect(self.server, self.agent_id, subdomain="other")
        until(lambda: self.listed("needs_human"), "a person is asked")
        [row] = self.listed("needs_human")
        self.assertEqual(row["problem"]["code"], "request-other-account")
        self.assertIn(ACCOUNT, row["problem"]["title"])
        self.assertEqual((self.zendesk.tickets(), other.tickets()), ([], []))
        self.assertEqual(self.server.http.post(f"/requests/{row['action']}/retry", {}).status, 200)
        until(lambda: talk.action()["status"] == "done", "done")
        self.assertEqual(self.zendesk.tickets(), [])
        self.assert_one_ticket(other)

    def test_a_change_whose_reading_fails_waits(self):
        """An update reads the ticket first. With Zendesk in trouble it is kept like a creation, and carried out once."""
        talk = Chat(self.server, self.agent_id)
        talk.propose()
        number = talk.say("yes")["actions"][-1]["result"]["id"]
        self.zendesk.fault("status:503", method="GET", path=f"/api/v2/tickets/{number}", times=8)
        ran = self.server.http.post(f"/agents/{self.agent_id}/actions/update_ticket", {"arguments": {"ticket_id": number, "priority": "high"}})
        self.assertEqual((ran.json["status"], ran.json["reference"]), ("waiting", "R-1"), ran)
        [row] = self.listed()
        self.assertEqual((row["name"], row["ticket_id"], row["was_sent"]), ("update_ticket", number, False))
        self.zendesk.no_faults()
        self.assert_ran(self.server.cli("request", "retry", "R-1"))
        until(lambda: self.listed() == [], "carried out")
        self.assertEqual(self.zendesk.show(number).json["ticket"]["priority"], "high")
        self.assertEqual(len(self.zendesk.requests("PUT", f"/api/v2/tickets/{number}")), 1)
