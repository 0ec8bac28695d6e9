"""Test Connection: its steps, live and whole, and what the integration's status says over time."""

import time

from lab import EMAIL, Lab, until

STEPS = ["input", "dns", "tls", "account", "sign_in", "role", "read_tickets", "search", "actions", "budget"]


class TestConnection(Lab):
    def setUp(self):
        super().setUp()
        self.ready()
        self.path = f"/integrations/{self.integration['id']}"

    def try_connection(self):
        answer = self.server.http.post(f"{self.path}/tests")
        self.assertEqual(answer.status, 201, answer)
        return answer.json

    def status(self):
        return self.server.http.get(self.path).json

    def test_steps(self):
        test = self.try_connection()
        self.assertEqual([check["step"] for check in test["checks"]], STEPS)
        self.assertEqual((test["result"], {check["status"] for check in test["checks"]}), ("passed", {"passed"}))
        for check in test["checks"]:
            self.assertTrue(check["title"])
            self.assertGreaterEqual(check["ms"], 0)
            self.assertIsNone(check["problem"])

    def test_steps_as_events(self):
        events = self.server.http.stream("POST", f"{self.path}/tests", {})
        self.addCleanup(events.close)
        self.assertEqual((events.status, events.type.split(";")[0]), (200, "text/event-stream"))
        taken = events.take_until("result")
        self.assertEqual([event.json["step"] for event in taken[:-1]], STEPS)
        self.assertEqual({event.name for event in taken[:-1]}, {"check"})
        result = taken[-1].json
        self.assertEqual((result["status"], result["body"]["result"]), (201, "passed"))
        self.assertEqual([check["step"] for check in result["body"]["checks"]], STEPS)

    def test_steps_come_as_they_finish(self):
        """The sign-in is held: what came before it is told at once, not with the rest."""
        self.zendesk.fault("hold:2000", "GET", "/api/v2/account/settings")
        events = self.server.http.stream("POST", f"{self.path}/tests", {})
        self.addCleanup(events.close)
        begun, seen = time.monotonic(), {}
        for event in events:
            seen[event.json.get("step", "result")] = time.monotonic() - begun
            if event.name == "result":
                break
        self.assertLess(seen["account"], 1.5)
        self.assertGreater(seen["role"], 1.5)

    def test_connecting_as_events(self):
        agent = self.agent(self.server, "Billing")
        events = self.server.http.stream("POST", f"/agents/{agent}/integrations", self.oauth())
        self.addCleanup(events.close)
        taken = events.take_until("result")
        self.assertEqual([event.json["step"] for event in taken[:-1]], STEPS)
        self.assertEqual((taken[-1].json["status"], taken[-1].json["body"]["status"]), (201, "connected"))

    def test_failing_to_connect_as_events(self):
        agent = self.agent(self.server, "Billing")
        events = self.server.http.stream("POST", f"/agents/{agent}/integrations", self.credentials(api_token="not-the-token-1234"))
        self.addCleanup(events.close)
        result = events.take_until("result")[-1].json
        self.assertEqual((result["status"], result["body"]["code"]), (422, "zendesk-credentials-rejected"))
        self.assertEqual(self.server.http.get(f"/agents/{agent}/integrations").json["items"], [])

    def test_a_failing_step_ends_the_test(self):
        self.zendesk.fault("status:403", "GET", "/api/v2/search", times=0)
        test = self.try_connection()
        steps = {check["step"]: check for check in test["checks"]}
        self.assertIn(test["result"], ("failed", "warning"))
        self.assertEqual(steps["read_tickets"]["status"], "passed")
        self.assertIn(steps["search"]["status"], ("failed", "warning"))
        self.assertIn(EMAIL, steps["search"]["problem"]["title"])

    def test_status_after_zendesk_has_gone_and_come_back(self):
        self.zendesk.stop()
        test = self.try_connection()
        self.assertEqual(test["result"], "failed")
        failed = [check for check in test["checks"] if check["status"] == "failed"]
        self.assertEqual([(check["step"], check["problem"]["code"]) for check in failed], [("account", "net-unreachable")])
        self.assertEqual({check["status"] for check in test["checks"][STEPS.index("sign_in"):]}, {"not_run"})
        gone = self.status()
        self.assertEqual((gone["status"], gone["problem"]["code"]), ("needs_attention", "net-unreachable"))
        self.assertTrue(gone["last_ok_at"])
        self.zendesk.start()
        self.assertEqual(self.try_connection()["result"], "passed")
        back = self.status()
        self.assertEqual((back["status"], back["problem"]), ("connected", None))
        self.assertGreater(back["status_since"], gone["status_since"])

    def test_status_from_a_conversation(self):
        """A look-up that finds Zendesk gone says so on the integration; one that works clears it."""
        self.zendesk.stop()
        chat = self.chat()
        chat.say("status of ticket 1")
        until(lambda: self.status()["status"] == "needs_attention", "needs attention")
        self.zendesk.start()
        chat.say("status of ticket 1")
        until(lambda: self.status()["status"] == "connected", "connected again")

    def test_revoked_token_is_told_apart_from_a_wrong_one(self):
        """The token worked before: Zendesk's one 401 now means that it was revoked."""
        self.zendesk.stop()
        self.zendesk.options[self.zendesk.options.index("--api-token") + 1] = "another-token-5678"
        self.zendesk.start()
        test = self.try_connection()
        failed = [check for check in test["checks"] if check["status"] == "failed"]
        self.assertEqual([(check["step"], check["problem"]["code"]) for check in failed], [("sign_in", "zendesk-token-revoked")])
        self.assertEqual(self.status()["status"], "needs_attention")

    def test_rate_limit(self):
        self.zendesk.fault("status:429:7", "GET", "*", times=0)
        test = self.try_connection()
        self.assertEqual(test["result"], "failed")
        status = self.status()
        self.assertEqual((status["status"], status["problem"]["code"]), ("rate_limited", "zendesk-rate-limited"))
        self.assertIn("7 s", status["problem"]["detail"])

    def test_earlier_tests_are_kept(self):
        made = [self.try_connection()["id"] for _ in range(3)]
        kept = [test["id"] for test in self.server.http.get(f"{self.path}/tests").json["items"]]
        self.assertEqual(kept[:3], made[::-1])

    def test_command_line(self):
        ran = self.assert_ran(self.server.cli("integration", "test", self.integration["id"]))
        self.assertEqual(ran.out.count("  ok    "), len(STEPS), ran)
        self.zendesk.stop()
        ran = self.assert_ran(self.server.cli("integration", "test", self.integration["id"]), 7)
        self.assertIn("No answer from practice.zendesk.com", ran.out)

    def test_what_was_called(self):
        """Each call of an action is kept with what was sent and what came back."""
        chat = self.chat()
        chat.propose()
        number = chat.say("yes")["actions"][-1]["result"]["id"]
        calls = self.server.http.get(f"{self.path}/calls").json["items"]
        self.assertEqual((calls[0]["method"], calls[0]["path"], calls[0]["status"]), ("POST", "/api/v2/tickets", 201))
        tested = calls[1:]  # of connecting: they belong to no action
        self.assertEqual({(call["method"], call["action"]) for call in tested}, {("GET", None)})
        self.assertIn("/api/v2/users/me", [call["path"] for call in tested])
        before = len(calls)
        self.try_connection()
        self.assertEqual(len(self.server.http.get(f"{self.path}/calls").json["items"]), before + len(tested))
        self.assertEqual(calls[0]["request"]["ticket"]["subject"], "Printer on fire")
        self.assertEqual(calls[0]["answer"]["ticket"]["id"], number)
        self.assertEqual(calls[0]["fault"], None)
