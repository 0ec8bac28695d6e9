"""Connecting an agent: what works, and that each failure has its own message and stores nothing."""

from lab import ACCOUNT, CLIENT_SECRET, EMAIL, TOKEN, Lab


class Connect(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.server = self.serve(self.zendesk, more_resolve=[f"nobody={self.zendesk.resolve.split('=')[1]}"])
        self.agent_id = self.agent(self.server)

    def try_connect(self, body):
        return self.server.http.post(f"/agents/{self.agent_id}/integrations", body)

    def stored(self):
        return self.server.http.get(f"/agents/{self.agent_id}/integrations").json["items"]

    def assert_refused(self, body, status, code, field):
        problem = self.assert_problem(self.try_connect(body), status, code, field)
        self.assertEqual(self.stored(), [], "nothing is stored after a failure")
        return problem

    def assert_connected(self, answer, auth):
        self.assertEqual(answer.status, 201, answer)
        made = answer.json
        self.assertEqual((made["status"], made["auth"], made["subdomain"], made["practice"]), ("connected", auth, ACCOUNT, True))
        self.assertEqual(made["account"]["subdomain"], ACCOUNT)
        self.assertTrue(made["account"]["name"])
        self.assertEqual((made["signed_in_as"]["email"], made["signed_in_as"]["role"]), (EMAIL, "admin"))
        self.assertEqual({check["status"] for check in made["checks"]}, {"passed"})
        self.assertEqual([row["id"] for row in self.stored()], [made["id"]])
        return made

    # ---- what works

    def test_api_token(self):
        made = self.assert_connected(self.try_connect(self.credentials()), "api_token")
        self.assertEqual(made["secret"]["last4"], TOKEN[-4:])
        self.assertEqual(made["warnings"], [])
        self.assertEqual([notice["code"] for notice in made["notices"]], ["token-retirement"], "API tokens end on a day that is told")

    def test_oauth_client(self):
        made = self.assert_connected(self.try_connect(self.oauth()), "oauth_client")
        self.assertEqual((made["secret"]["last4"], made["notices"]), (CLIENT_SECRET[-4:], []))
        grants = self.zendesk.requests("POST", "/oauth/tokens")
        self.assertEqual([grant["status"] for grant in grants], [201])

    def test_whole_host_name_is_accepted(self):
        self.assert_connected(self.try_connect(self.credentials(subdomain=f"{ACCOUNT}.zendesk.com")), "api_token")

    def test_capitals_and_blanks_around_the_subdomain(self):
        self.assert_connected(self.try_connect(self.credentials(subdomain=f"  {ACCOUNT.upper()} ")), "api_token")

    def test_stray_blanks_in_the_token_are_removed_and_told(self):
        made = self.assert_connected(self.try_connect(self.credentials(api_token=f"  {TOKEN[:7]}\n{TOKEN[7:]}\r\n")), "api_token")
        self.assertEqual([(warning["code"], warning["field"]) for warning in made["warnings"]], [("secret-trimmed", "api_token")])
        self.assertIn("We removed 5 blanks", made["warnings"][0]["title"])
        self.assertEqual(made["secret"]["last4"], TOKEN[-4:])

    def test_the_same_token_in_a_second_agent_is_warned_about(self):
        self.connect(self.server, self.agent_id)
        second = self.agent(self.server, "Billing")
        made = self.connect(self.server, second)
        self.assertEqual([warning["code"] for warning in made["warnings"]], ["token-shared"])
        self.assertIn("Support", made["warnings"][0]["title"])

    def test_another_token_is_not_warned_about(self):
        self.connect(self.server, self.agent_id)
        answer = self.server.http.post(f"/agents/{self.agent(self.server, 'Billing')}/integrations", self.oauth())
        self.assertEqual((answer.status, answer.json["warnings"]), (201, []), answer)

    # ---- what does not

    def test_wrong_token(self):
        problem = self.assert_refused(self.credentials(api_token="not-the-token-1234"), 422, "zendesk-credentials-rejected", "api_token")
        self.assertIn(EMAIL, problem["detail"])
        steps = {check["step"]: check["status"] for check in problem["checks"]}
        self.assertEqual((steps["account"], steps["sign_in"], steps["role"]), ("passed", "failed", "not_run"))

    def test_wrong_email(self):
        self.assert_refused(self.credentials(email="nobody@practice.example"), 422, "zendesk-credentials-rejected", "api_token")

    def test_wrong_subdomain(self):
        problem = self.assert_refused(self.credentials(subdomain="nobody"), 422, "zendesk-subdomain-unknown", "subdomain")
        self.assertIn("nobody.zendesk.com", problem["title"])

    def test_https_address_is_refused_with_the_suggestion(self):
        for typed in (f"https://{ACCOUNT}.zendesk.com", f"https://{ACCOUNT}", f"http://{ACCOUNT}.zendesk.com/agent/dashboard"):
            with self.subTest(typed=typed):
                problem = self.assert_refused(self.credentials(subdomain=typed), 422, "subdomain-format", "subdomain")
                self.assertEqual(problem["suggestion"], ACCOUNT)
                self.assertIn(ACCOUNT, problem["title"])
        self.assertEqual(self.zendesk.requests(), [], "what cannot be a subdomain is not called")

    def test_hostile_subdomains_reach_nobody(self):
        for typed in ("evil.com#", "a.b", "x@evil.com", "..", "a/b", "-a", "a" * 64, "zendesk.com.", "pra\u200bctice.evil", "a%2eb", ""):
            with self.subTest(typed=typed):
                answer = self.try_connect(self.credentials(subdomain=typed))
                self.assertEqual(answer.status, 422, answer)
        self.assertEqual((self.zendesk.requests(), self.stored()), ([], []))

    def test_stopped_zendesk(self):
        self.zendesk.stop()
        problem = self.assert_refused(self.credentials(), 422, "net-unreachable", None)
        self.assertIn(f"{ACCOUNT}.zendesk.com", problem["title"])

    def test_wrong_oauth_secret(self):
        self.assert_refused(self.oauth(client_secret="not-the-secret-1234"), 422, "oauth-client-rejected", "client_secret")

    def test_unknown_oauth_client(self):
        self.assert_refused(self.oauth(client_id="nobody"), 422, "oauth-client-rejected", "client_secret")

    def test_email_that_is_none(self):
        problem = self.assert_refused(self.credentials(email="Jane <jane@example.com>"), 422, "zendesk-email-mismatch", "email")
        self.assertEqual(problem["suggestion"], "jane@example.com")

    def test_anonymous_trap(self):
        """Zendesk answers a wrong token on users/me with 200 and the anonymous user: that is no sign-in."""
        self.zendesk.fault("me_anonymous", "GET", "/api/v2/users/me")
        self.assert_refused(self.credentials(api_token="not-the-token-1234"), 422, "zendesk-anonymous", "api_token")

    def test_zendesk_in_trouble(self):
        self.zendesk.fault("status:503", "GET", "*", times=0)
        self.assert_refused(self.credentials(), 503, "zendesk-unavailable", None)

    def test_missing_and_unknown_members(self):
        for change, code in (({"api_token": ""}, "field-missing"), ({"email": ""}, "field-missing"), ({"colour": "red"}, "field-unknown")):
            with self.subTest(change=change):
                answer = self.try_connect(self.credentials(**change))
                self.assertEqual((answer.status, answer.json["code"]), (422, code), answer)
        self.assertEqual(self.stored(), [])

    def test_messages_are_all_different(self):
        """The failures that a person meets tell themselves apart by their title."""
        titles = {self.try_connect(body).json["title"] for body in (
            self.credentials(api_token="not-the-token-1234"), self.credentials(subdomain="nobody"),
            self.credentials(subdomain=f"https://{ACCOUNT}.zendesk.com"), self.oauth(client_secret="not-the-secret-1234"))}
        self.zendesk.stop()
        titles.add(self.try_connect(self.credentials()).json["title"])
        self.assertEqual(len(titles), 5, titles)

    # ---- afterwards

    def test_a_second_connection_of_the_same_agent(self):
        self.connect(self.server, self.agent_id)
        self.assert_problem(self.try_connect(self.credentials()), 409, "integration-exists", "subdomain")

    def test_replacing_credentials_tests_the_new_ones_first(self):
        made = self.connect(self.server, self.agent_id)
        path = f"/integrations/{made['id']}/credentials"
        refused = self.server.http.post(path, self.credentials(api_token="not-the-token-1234"))
        self.assert_problem(refused, 422, "zendesk-credentials-rejected", "api_token")
        test = self.server.http.post(f"/integrations/{made['id']}/tests")
        self.assertEqual(test.json["result"], "passed", "the old token is still there")
        switched = self.server.http.post(path, self.oauth())
        self.assertEqual((switched.status, switched.json["auth"], switched.json["id"]), (200, "oauth_client", made["id"]), switched)

    def test_disconnecting(self):
        made = self.connect(self.server, self.agent_id)
        self.assertEqual(self.server.http.delete(f"/integrations/{made['id']}").status, 204)
        self.assertEqual(self.stored(), [])
        self.assert_problem(self.server.http.get(f"/integrations/{made['id']}"), 404, "not-found")

    # ---- by command line

    def add(self, *options, token=TOKEN):
        return self.server.cli("integration", "add", "zendesk", "--agent", "Support", *options, stdin=token)

    def test_command_line(self):
        ran = self.assert_ran(self.add("--subdomain", ACCOUNT, "--email", EMAIL, "--api-token-file", "-"))
        self.assertIn("connected", ran.out)
        self.assertNotIn(TOKEN, ran.out + ran.err)
        self.assertEqual(ran.err.count("  ok    "), 10, ran)

    def test_command_line_from_a_file(self):
        """A file ends with a line feed, which is no slip of the hand; a blank is one, and said."""
        path = self.write("token.txt", f" {TOKEN}\n")
        ran = self.assert_ran(self.add("--subdomain", f"{ACCOUNT}.zendesk.com", "--email", EMAIL, "--api-token-file", path))
        self.assertIn("We removed a blank.", ran.err)

    def test_command_line_failures(self):
        for options, token, code, said in (
            (("--subdomain", ACCOUNT), "not-the-token-1234", 7, "Zendesk did not accept this e-mail and token"),
            (("--subdomain", "nobody"), TOKEN, 7, "There is no Zendesk account at nobody.zendesk.com"),
            (("--subdomain", f"https://{ACCOUNT}.zendesk.com"), TOKEN, 1, f"Enter only the first part: {ACCOUNT}"),
        ):
            with self.subTest(said=said):
                ran = self.add(*options, "--email", EMAIL, "--api-token-file", "-", token=token)
                self.assertEqual(ran.code, code, ran)
                self.assertIn(said, ran.err)
        self.assertEqual(self.stored(), [])
