"""One yes, one ticket: dry run, the hash that a yes is bound to, and every way of saying the same thing twice."""

from concurrent.futures import ThreadPoolExecutor

from lab import REQUESTER, SUBJECT, Lab, Later, until, words

ARGUMENTS = {"subject": SUBJECT, "description": "Smoke.", "requester_email": REQUESTER}


class Once(Lab):
    def setUp(self):
        super().setUp()
        self.ready()

    def posts(self):
        return self.zendesk.requests("POST", "/api/v2/tickets")

    # ---- dry run

    def test_dry_run_sends_nothing(self):
        talk = self.chat(dry_run=True)
        received = len(self.zendesk.requests())
        action = talk.propose()
        self.assertTrue(action["dry_run"])
        turn = talk.say("yes")
        action = turn["actions"][-1]
        self.assertEqual((action["status"], action["calls"]), ("done", []))
        self.assertIn("nothing was sent", words(turn))
        would = action["result"]["would_send"]
        self.assertEqual((would["method"], would["path"]), ("POST", "/api/v2/tickets"))
        self.assertEqual(would["body"]["ticket"]["subject"], SUBJECT)
        self.assertEqual(len(self.zendesk.requests()), received, "not one call, of whatever kind")

    def test_the_list_tells_what_came_of_a_conversation(self):
        def outcomes():
            return [row["outcome"] for row in self.server.http.get("/conversations").json["items"]]

        dry = self.chat(dry_run=True)
        dry.propose()
        dry.say("yes")
        talk = self.chat()
        talk.propose()
        self.assertEqual(outcomes(), [None, None], "proposed is nothing yet, and a dry run makes nothing")
        ticket = talk.say("yes")["actions"][-1]["result"]["id"]
        self.assertEqual(outcomes(), [f"#{ticket}", None])

    def test_dry_run_still_reads(self):
        talk = self.chat(dry_run=True)
        talk.say("status of ticket 99999")
        self.assertEqual(len(self.zendesk.requests("GET", "/api/v2/tickets/99999")), 1)

    def test_dry_run_of_a_single_action(self):
        answer = self.server.http.post(f"/agents/{self.agent_id}/actions/create_ticket", {"arguments": ARGUMENTS, "dry_run": True})
        self.assertEqual((answer.status, answer.json["status"], answer.json["dry_run"]), (200, "done", True), answer)
        self.assertEqual(self.posts(), [])

    def test_dry_run_on_the_command_line(self):
        ran = self.assert_ran(self.server.cli("chat", "--dry-run", stdin="open a ticket for bob@acme.io: the door is stuck\nyes\n"))
        self.assertIn("Dry run: nothing was sent", ran.out)
        self.assertEqual(self.posts(), [])

    # ---- the yes is bound to what was shown

    def test_confirm(self):
        talk = self.chat()
        action = talk.propose()
        answer = talk.decide(action, hash=action["hash"])
        self.assertEqual((answer.status, answer.json["actions"][-1]["status"]), (200, "done"), answer)
        self.assert_one_ticket(self.zendesk)

    def test_confirm_with_another_hash(self):
        talk = self.chat()
        action = talk.propose()
        for wrong in ("0" * len(action["hash"]), action["hash"][:-1], ""):
            with self.subTest(wrong=wrong):
                answer = talk.decide(action, hash=wrong)
                self.assertIn(answer.status, (409, 422), answer)
        self.assert_problem(talk.decide(action, hash="0" * len(action["hash"])), 409, "action-changed", "hash")
        self.assertEqual((self.posts(), talk.action()["status"]), ([], "proposed"))

    def test_confirm_without_hash(self):
        talk = self.chat()
        self.assert_problem(talk.decide(talk.propose()), 422, "field-missing", "hash")
        self.assertEqual(self.posts(), [])

    def test_confirm_after_a_change(self):
        """The button of the first card does nothing once the details have changed."""
        talk = self.chat()
        first = talk.propose()
        second = talk.say("make it urgent")["actions"][-1]
        self.assertNotEqual((first["id"], first["hash"]), (second["id"], second["hash"]))
        self.assertEqual(talk.decide(first, hash=first["hash"]).status, 409)
        self.assertEqual(self.posts(), [])
        self.assertEqual(talk.decide(second, hash=second["hash"]).json["actions"][-1]["status"], "done")
        self.assert_one_ticket(self.zendesk, priority="urgent")

    def test_confirm_of_another_conversation(self):
        talk, other = self.chat(), self.chat()
        action = talk.propose()
        self.assert_problem(other.decide(action, hash=action["hash"]), 404, "not-found")
        self.assertEqual(self.posts(), [])

    def test_cancel(self):
        talk = self.chat()
        action = talk.propose()
        answer = talk.decide(action, "cancel")
        self.assertEqual((answer.status, answer.json["actions"][-1]["status"]), (200, "cancelled"), answer)
        self.assert_problem(talk.decide(action, hash=action["hash"]), 409, "action-not-open")
        self.assertEqual(self.posts(), [])

    # ---- twice

    def test_confirm_twice(self):
        talk = self.chat()
        action = talk.propose()
        self.assertEqual(talk.decide(action, hash=action["hash"]).status, 200)
        self.assert_problem(talk.decide(action, hash=action["hash"]), 409, "action-not-open")
        self.assert_one_ticket(self.zendesk)

    def test_twenty_confirms_at_once(self):
        talk = self.chat()
        action = talk.propose()
        self.zendesk.fault("delay:700")
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: talk.decide(action, hash=action["hash"]), range(20)))
        self.assertEqual({answer.status for answer in answers} - {200, 409}, set(), [str(answer) for answer in answers])
        done = [answer for answer in answers if answer.status == 200]
        self.assertTrue(done)
        self.assertEqual({answer.json["actions"][-1]["status"] for answer in done}, {"done"})
        self.assertEqual(len(self.posts()), 1)
        self.assert_one_ticket(self.zendesk)

    def test_twenty_yes_at_once(self):
        talk = self.chat()
        talk.propose()
        with ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda _: talk.say("yes"), range(20)))
        self.assert_one_ticket(self.zendesk)

    def test_yes_and_button_at_once(self):
        talk = self.chat()
        action = talk.propose()
        self.zendesk.fault("delay:500")
        pressing = Later(lambda: talk.decide(action, hash=action["hash"]))
        talk.say("yes")
        pressing.wait()
        self.assertEqual(talk.action("done")["result"]["id"], self.assert_one_ticket(self.zendesk)["id"])

    def test_same_client_id_again(self):
        talk = self.chat()
        talk.propose()
        first = talk.say("yes", client_id="click-1")
        again = talk.say("yes", client_id="click-1")
        self.assertEqual((again["turn"], again["replies"], again["awaiting"]), (first["turn"], first["replies"], first["awaiting"]))
        self.assertEqual(len([message for message in talk.show()["messages"] if message["text"] == "yes"]), 1)
        self.assert_one_ticket(self.zendesk)

    def test_same_client_id_while_the_first_runs(self):
        talk = self.chat()
        talk.propose()
        self.zendesk.fault("delay:1500")
        with ThreadPoolExecutor(8) as pool:
            turns = list(pool.map(lambda _: talk.say("yes", client_id="click-1"), range(8)))
        self.assertEqual(len({turn["turn"] for turn in turns}), 1)
        self.assertEqual(len({words(turn) for turn in turns}), 1, [words(turn) for turn in turns])
        self.assertIn(" is created", words(turns[0]))
        self.assert_one_ticket(self.zendesk)

    def test_same_client_id_of_the_message_before_a_restart(self):
        talk = self.chat()
        talk.propose()
        first = talk.say("yes", client_id="click-1")
        self.server.kill()
        self.server.start()
        self.assertEqual(talk.say("yes", client_id="click-1")["replies"], first["replies"])
        self.assert_one_ticket(self.zendesk)

    # ---- what the agent is allowed

    def test_action_switched_off(self):
        path = f"/integrations/{self.integration['id']}"
        answer = self.server.http.patch(path, {"actions": {"create_ticket": {"enabled": False}}})
        self.assertEqual(answer.status, 200, answer)
        self.assertIn("switched off", words(self.chat().say("create a ticket")))
        run = self.server.http.post(f"/agents/{self.agent_id}/actions/create_ticket", {"arguments": ARGUMENTS})
        self.assert_problem(run, 403, "action-disabled")
        self.assertEqual(self.posts(), [])

    def test_switched_off_between_question_and_yes(self):
        talk = self.chat()
        action = talk.propose()
        self.server.http.patch(f"/integrations/{self.integration['id']}", {"actions": {"create_ticket": {"enabled": False}}})
        talk.decide(action, hash=action["hash"])
        talk.say("yes")
        self.assertEqual(self.posts(), [])

    def test_without_asking_for_a_yes(self):
        self.server.http.patch(f"/integrations/{self.integration['id']}", {"actions": {"create_ticket": {"confirm": "never"}}})
        turn = self.chat().say("open a ticket for bob@acme.io: the door is stuck")
        self.assertEqual(turn["actions"][-1]["status"], "done", turn)
        self.assertEqual(len(self.zendesk.tickets()), 1)

    def test_members_own_act(self):
        run = self.server.http.post(f"/agents/{self.agent_id}/actions/create_ticket", {"arguments": ARGUMENTS})
        self.assertEqual((run.status, run.json["status"]), (200, "done"), run)
        number = run.json["result"]["id"]
        read = self.server.http.post(f"/agents/{self.agent_id}/actions/get_ticket", {"arguments": {"ticket_id": number}})
        self.assertEqual((read.json["result"]["id"], read.json["result"]["subject"]), (number, SUBJECT), read)
        self.assert_one_ticket(self.zendesk)

    def test_members_own_act_with_wrong_arguments(self):
        for arguments, field in (({**ARGUMENTS, "requester_email": "nobody"}, "requester_email"), ({"subject": "x"}, None),
                                 ({**ARGUMENTS, "priority": "enormous"}, "priority"), ({**ARGUMENTS, "colour": "red"}, None)):
            with self.subTest(arguments=arguments):
                answer = self.server.http.post(f"/agents/{self.agent_id}/actions/create_ticket", {"arguments": arguments})
                self.assertEqual(answer.status, 422, answer)
                if field:
                    self.assertIn(field, answer.json["field"])
        self.assertEqual(self.posts(), [])

    def test_action_on_the_command_line(self):
        ran = self.assert_ran(self.server.cli("action", "run", "create_ticket", "--arg", f"subject={SUBJECT}", "--arg", "description=Smoke.",
                                              "--arg", f"requester_email={REQUESTER}", "--json"))
        self.assertEqual(ran.json["result"]["id"], self.assert_one_ticket(self.zendesk)["id"])
        ran = self.assert_ran(self.server.cli("action", "run", "get_ticket", "--arg", f"ticket_id:={ran.json['result']['id']}"))
        self.assertIn(SUBJECT, ran.out)
        until(lambda: self.posts()[0]["status"] == 201, "it is in the ledger")

    # ---- an Idempotency-Key of the caller's

    def post_twice(self, path, body, between=lambda: None):
        """The same request under one key, before and after what lies between."""
        headers = {"Idempotency-Key": "3f1e2d60-once"}
        first = self.server.http.post(path, body, headers=headers)
        between()
        again = self.server.http.post(path, body, headers=headers)
        self.assertNotIn("idempotency-replayed", first.headers)
        self.assertEqual((again.headers.get("idempotency-replayed"), again.status, again.body), ("true", first.status, first.body), again)
        return first.json

    def restart(self):
        self.server.kill()
        self.server.start()

    def test_key_of_the_caller(self):
        self.post_twice("/agents", {"name": "Second"}, self.restart)
        self.assertEqual(len(self.server.http.get("/agents").json["items"]), 2)
        self.post_twice(f"/agents/{self.agent_id}/actions/create_ticket", {"arguments": ARGUMENTS}, self.restart)
        self.assertEqual(len(self.posts()), 1)

    def test_key_of_a_message(self):
        talk = self.chat()
        talk.propose()
        self.post_twice(f"{talk.path}/messages", {"text": "yes"}, self.restart)
        self.assert_one_ticket(self.zendesk)

    def test_key_while_the_first_runs(self):
        """Killed in the middle of the call to Zendesk, the message is taken up where it stood, and not said twice."""
        talk = self.chat()
        talk.propose()
        self.zendesk.fault("delay:12000")
        path, headers = f"{talk.path}/messages", {"Idempotency-Key": "k"}
        first = Later(lambda: self.server.http.post(path, {"text": "yes"}, headers=headers))
        until(self.posts, "Zendesk has the ticket")
        self.assert_problem(self.server.http.post(path, {"text": "yes"}, headers=headers), 409, "key-running", "Idempotency-Key")
        self.restart()
        with self.assertRaises(Exception):
            first.wait()
        answer = until(lambda: (found := self.server.http.post(path, {"text": "yes"}, headers=headers)).status == 200 and found, "the message is answered")
        self.assertTrue(answer.json["turn"])
        said = [message["text"] for message in self.server.http.get(talk.path).json["messages"] if message["author"] == "visitor"]
        self.assertEqual(said.count("yes"), 1)
