"""The rate limit of a Zendesk account, shared by all agents that are connected to it: it is used up to our share and never run into; what Zendesk asks us to wait is waited, also over a
restart."""

from lab import ANSWER_S, EMAIL, Lab, Later, until, words

LIMIT, RESERVE_PERCENT, LATE_S = 60, 20, 90
SHARE = LIMIT * (100 - RESERVE_PERCENT) // 100


class Shared(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.zendesk.options += ["--rate-limit", str(LIMIT)]
        self.zendesk.stop()
        self.zendesk.start()
        self.server = self.serve(self.zendesk)
        self.agents = [self.agent(self.server, name) for name in ("Support", "Billing", "Returns")]
        self.integrations = [self.join(agent) for agent in self.agents]

    def join(self, agent):
        return until(lambda: self.try_to_join(agent), "connected", LATE_S)

    def try_to_join(self, agent):
        answer = self.server.http.post(f"/agents/{agent}/integrations", self.credentials())
        return answer.json["id"] if answer.status == 201 else None

    def budget(self):
        return self.server.http.get(f"/integrations/{self.integrations[0]}").json["budget"]

    def read(self, agent):
        """One read; the code of its problem, or None."""
        answer = self.server.http.post(f"/agents/{agent}/actions/find_customer", {"arguments": {"email": EMAIL}})
        self.assertEqual(answer.status, 200, answer)
        return (answer.json["problem"] or {}).get("code")

    def spend(self):
        """Reads through all agents at once, until one is put off; the code why."""
        while True:
            reads = [Later(lambda agent=agent: self.read(agent)) for agent in self.agents * 4]
            codes = {read.wait(LATE_S) for read in reads} - {None}
            if codes:
                return codes

    def spent_in_one_window(self):
        codes, budget = self.spend(), self.budget()
        return (codes, budget) if budget["remaining"] is not None else None

    def test_share_is_used_and_never_exceeded(self):
        codes, budget = until(self.spent_in_one_window, "the share of one window is spent", LATE_S)
        self.assertEqual(codes, {"zendesk-rate-limited"})
        self.assertEqual((budget["limit"], budget["reserve_percent"]), (LIMIT, RESERVE_PERCENT))
        used = LIMIT - budget["remaining"]
        self.assertGreaterEqual(used, 0.95 * SHARE)
        self.assertLessEqual(used, SHARE)
        made = self.server.http.post(f"/agents/{self.agents[1]}/actions/create_ticket", {"arguments": {
            "subject": "Printer on fire", "description": "Smoke comes out of tray 2.", "requester_email": "jane@example.com"}})
        self.assertEqual((made.status, made.json["status"]), (200, "done"), made)
        self.assertEqual([call for call in self.zendesk.requests() if call["status"] == 429], [])

    def test_reserve_is_a_setting_of_the_account(self):
        path = f"/integrations/{self.integrations[0]}"
        self.assert_problem(self.server.http.patch(path, {"reserve_percent": 91}), 422, "field-range", "reserve_percent")
        changed = self.server.http.patch(path, {"reserve_percent": 80})
        self.assertEqual((changed.status, changed.json["budget"]["reserve_percent"]), (200, 80), changed)
        self.server.stop()
        self.server.start()
        other = self.server.http.get(f"/integrations/{self.integrations[1]}").json
        self.assertEqual(other["budget"]["reserve_percent"], 80)

    def test_reserve_by_command(self):
        integration = self.integrations[0]
        changed = self.server.cli("integration", "update", integration, "--reserve", "35", "--json")
        self.assert_ran(changed)
        self.assertEqual(changed.json["budget"]["reserve_percent"], 35)
        shown = self.server.cli("integration", "show", integration)
        self.assertRegex(shown.out, r"% kept free +35\n")
        refused = self.server.cli("integration", "update", integration, "--reserve", "95")
        self.assert_ran(refused, 1)
        self.assertIn("reserve_percent", refused.err)
        self.assert_ran(self.server.cli("integration", "update", integration, "--reserve", "much"), 2)
        self.assert_ran(self.server.cli("integration", "update", integration), 2)


class Held(Lab):
    HOLD_S = 12

    def setUp(self):
        super().setUp()
        self.ready()
        self.path = f"/integrations/{self.integration['id']}"
        self.talk = self.chat()
        self.talk.propose()
        self.zendesk.fault(f"status:429:{self.HOLD_S}", "GET", "*", times=1)
        self.asked = self.chat().say("status of ticket 1")

    def status(self):
        return self.server.http.get(self.path).json

    def test_no_call_leaves_and_a_restart_keeps_to_it(self):
        self.assertIn("was not read", words(self.asked))
        before = len(self.zendesk.requests())
        held = until(lambda: (status := self.status())["status"] == "rate_limited" and status, "rate limited")
        self.assertTrue(held["hold_until"], held)
        self.assertEqual(held["problem"]["code"], "zendesk-rate-limited")
        turn = self.talk.say("yes")
        self.assertIn("saved as R-1", words(turn))
        self.assertEqual(turn["actions"][-1]["calls"], [])
        self.server.kill()
        self.server.start()
        again = self.status()
        if again["hold_until"]:  # unless the machine was too slow to see it
            self.assertEqual(again["hold_until"], held["hold_until"])
            self.assertEqual(len(self.zendesk.requests()), before)
        until(lambda: self.talk.show()["actions"][-1]["status"] == "done", "done", LATE_S)
        self.assert_one_ticket(self.zendesk)
        shown = until(lambda: (status := self.status())["status"] == "connected" and status, "connected by itself", ANSWER_S)
        self.assertIsNone(shown["hold_until"])
        first, second = self.zendesk.requests()[before - 1:][:2]
        self.assertEqual((first["status"], second["status"]), (429, 201))
        seconds = [60 * int(call["at"][14:16]) + int(call["at"][17:19]) + int(call["at"][20:23]) / 1000 for call in (first, second)]
        self.assertGreaterEqual((seconds[1] - seconds[0]) % 3600, self.HOLD_S)

    def test_resumes_by_itself(self):
        """Nothing waits, and still the status does not stay behind."""
        until(lambda: self.status()["status"] == "rate_limited", "rate limited")
        until(lambda: self.status()["status"] == "connected", "connected", ANSWER_S)
