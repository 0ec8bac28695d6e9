"""What an operator looks at: health, readiness, metrics, version, the description of the API, problem pages, logs; members, keys and sign-in links."""

import http.client
import json
import re

from lab import Http, Lab, run


class Endpoints(Lab):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def get(self, path):
        return self.server.open.get(path)

    def test_livez(self):
        answer = self.get("/livez")
        self.assertEqual((answer.status, answer.body), (200, b"ok\n"))

    def test_readyz(self):
        self.assertEqual(self.get("/readyz").json, {"status": "ready"})
        parts = self.get("/readyz?verbose").json["checks"]
        self.assertEqual({name: part["ok"] for name, part in parts.items()}, {"database": True, "disk": True, "queue": True})
        self.assertTrue(all(part["detail"] for part in parts.values()))

    def test_version(self):
        version = self.get("/version").json["version"]
        self.assertRegex(version, r"^\d+\.\d+\.\d+")
        self.assertEqual(run("version").out, f"chatcrafter {version}\n")
        self.assertEqual(run("--version").out, f"chatcrafter {version}\n")
        self.assertEqual(run("version", "--json").json, {"version": version})

    def metric(self, name):
        found = re.search(rf"^{re.escape(name)} (\d+)$", self.get("/metrics").body.decode(), re.M)
        self.assertTrue(found, name)
        return int(found[1])

    def test_metrics(self):
        answer = self.get("/metrics")
        self.assertTrue(answer.headers["content-type"].startswith("text/plain; version=0.0.4"))
        lines = answer.body.decode().splitlines()
        form = re.compile(r'# (HELP|TYPE) chatcrafter_\w+ .+|chatcrafter_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+(\.\d+)?')
        self.assertEqual([line for line in lines if not form.fullmatch(line)], [])
        described = [line.split()[2] for line in lines if line.startswith("# HELP")]
        self.assertEqual(len(described), len(set(described)), "each described once")

    def test_metrics_count(self):
        before = self.metric('chatcrafter_http_requests_total{code="4xx"}')
        for _ in range(5):
            self.get("/api/v1/agents")
        self.assertEqual(self.metric('chatcrafter_http_requests_total{code="4xx"}'), before + 5)

    def test_metrics_count_tickets(self):
        zendesk = self.practice()
        self.server = self.serve(zendesk, name="counted")
        self.connect(self.server, self.agent(self.server))
        self.server.cli("chat", stdin="open a ticket for bob@acme.io: the door is stuck\nyes\n")
        self.assertEqual(self.metric("chatcrafter_tickets_created_total"), 1)
        self.assertEqual(self.metric('chatcrafter_messages_total{role="visitor"}'), 2)

    def test_metrics_are_not_for_strangers_behind_a_proxy(self):
        answer = self.server.open.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
        self.assertIn(answer.status, (401, 403))

    def test_openapi(self):
        answer = self.get("/openapi.json")
        description = answer.json
        self.assertTrue(description["openapi"].startswith("3.1"))
        self.assertEqual(run("openapi", "--data", self.server.data).json, description)
        whole = json.dumps(description)
        for reference in re.findall(r'"\$ref": "#/([^"]+)"', whole):
            part = description
            for name in reference.split("/"):
                part = part[name]
        named = [operation["operationId"] for path in description["paths"].values() for operation in path.values() if "operationId" in operation]
        self.assertEqual(len(named), len(set(named)))

    def test_every_described_route_is_there_and_wants_a_key(self):
        public = {"/livez", "/readyz", "/metrics", "/version", "/openapi.json", "/problems", "/problems/{code}", "/api/v1/session", "/api/v1/session/link"}
        for path, methods in self.get("/openapi.json").json["paths"].items():
            real = re.sub(r"\{\w+\}", "x_00000000000000000000000000", path)
            for method in methods:
                with self.subTest(method=method, path=path):
                    answer = self.server.open.call(method.upper(), real, {} if method != "get" else None)
                    if path not in public:
                        self.assertIn(answer.status, (401, 404), answer)

    def test_problem_pages(self):
        """Each `type` can be opened."""
        pages = self.get("/problems").json["items"]
        self.assertGreater(len(pages), 40)
        for page in pages:
            shown = self.get(f"/problems/{page['code']}")
            self.assertEqual((shown.status, shown.json["code"]), (200, page["code"]))
        self.assertEqual(self.get("/problems/nonsense").status, 404)

    def test_unknown_paths_and_methods(self):
        self.assert_problem(self.get("/api/v1/nonsense"), 404, "not-found")
        answer = self.server.open.call("DELETE", "/livez")
        self.assert_problem(answer, 405, "method-not-allowed")
        self.assertEqual(answer.headers["allow"].split(", ")[0], "GET")

    def test_console_is_served_under_its_policy(self):
        answer = self.server.open.get("/", headers={"Accept": "text/html"})
        self.assertEqual(answer.status, 200)
        self.assertIn(b"<html", answer.body)
        policy = answer.headers["content-security-policy"]
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"):
            self.assertIn(part, policy)
        scripts = re.findall(rb'(?:src|href)="(/[^"]+)"', answer.body)
        self.assertTrue(scripts)
        for path in scripts:
            self.assertEqual(self.get(path.decode()).status, 200, path)

    def test_bodies_that_are_none(self):
        for body, kind, status, code in (("{", "application/json", 400, "json-unreadable"), ("[]", "application/json", 400, "json-unreadable"),
                                         ('{"name":"a","name":"b"}', "application/json", 400, "json-unreadable"),
                                         ("[" * 200, "application/json", 400, "json-unreadable"), ("name=a", "text/plain", 415, "content-type")):
            with self.subTest(body=body[:20]):
                connection = http.client.HTTPConnection(self.server.address, timeout=20)
                self.addCleanup(connection.close)
                connection.request("POST", "/api/v1/agents", body, {"Content-Type": kind, "Authorization": f"Bearer {self.server.key}"})
                response = connection.getresponse()
                self.assertEqual((response.status, json.loads(response.read())["code"]), (status, code))

    def test_logs_are_lines_of_json(self):
        self.server.http.get("/agents")
        self.server.stop()
        lines = [line for line in self.server.talk().splitlines() if line.startswith("{")]
        self.assertGreater(len(lines), 3)
        for line in lines:
            self.assertLessEqual({"ts", "level", "msg"}, set(json.loads(line)))
        calls = [json.loads(line) for line in lines if json.loads(line)["msg"] == "request"]
        self.assertIn(("GET", "/api/v1/agents", 200), {(call["method"], call["route"], call["status"]) for call in calls})

    def test_trace_id_leads_to_the_log(self):
        problem = self.server.http.get("/agents/agt_00000000000000000000000000").json
        self.server.stop()
        self.assertIn(f'"trace":"{problem["trace_id"]}"', self.server.talk())


class SignIn(Lab):
    """One-time links, passwords and sessions, as a browser would use them."""

    PASSWORD = "seven quiet lanterns"

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.cookie = None

    def browser(self, method, path, body=None, **headers):
        if self.cookie:
            headers["Cookie"] = self.cookie
        answer = self.server.open.call(method, f"/api/v1{path}", body, {"Sec-Fetch-Site": "same-origin", **headers})
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
        return answer

    def token_of(self, url):
        self.assertTrue(url.startswith(f"http://{self.server.address}/sign-in#"), url)
        return url.split("#")[1]

    def first_link(self):
        return self.token_of(self.server.program.said(r"(http://\S+/sign-in#\S+)")[1])

    def become_owner(self):
        answer = self.browser("POST", "/session/link", {"token": self.first_link()})
        self.assertEqual((answer.status, answer.json["member"]["role"]), (200, "owner"), answer)
        answer = self.browser("PATCH", "/members/me", {"name": "Olivia", "email": "olivia@example.com", "password": self.PASSWORD})
        self.assertEqual(answer.status, 200, answer)

    def test_first_start_prints_a_link_that_works_once(self):
        token = self.first_link()
        answer = self.browser("POST", "/session/link", {"token": token})
        self.assertEqual(answer.status, 200, answer)
        for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(part, answer.headers["set-cookie"])
        self.assertEqual(self.browser("GET", "/session").status, 200)
        self.assert_problem(self.browser("POST", "/session/link", {"token": token}), 410, "link-used")

    def test_second_start_prints_none(self):
        self.server.stop()
        self.server.start()
        self.assertNotIn("sign-in#", self.server.talk())

    def test_password(self):
        self.become_owner()
        self.assertEqual(self.browser("DELETE", "/session").status, 204)
        self.cookie = None
        self.assert_problem(self.browser("POST", "/session", {"email": "olivia@example.com", "password": "seven loud lanterns"}), 401, "sign-in-failed")
        self.assert_problem(self.browser("POST", "/session", {"email": "nobody@example.com", "password": "seven loud lanterns"}), 401, "sign-in-failed")
        answer = self.browser("POST", "/session", {"email": "Olivia@Example.com", "password": self.PASSWORD})
        self.assertEqual((answer.status, answer.json["member"]["name"]), (200, "Olivia"), answer)

    def test_weak_passwords(self):
        self.become_owner()
        for password, code in (("short", "password-too-short"), ("passwordpassword", "password-common")):
            answer = self.browser("PATCH", "/members/me", {"password": password, "current_password": self.PASSWORD})
            self.assert_problem(answer, 422, code, "password")

    def test_reset_password_by_command_line(self):
        self.become_owner()
        old = self.cookie
        ran = self.assert_ran(self.server.cli("member", "reset-password", "olivia@example.com", "--json"))
        self.cookie = None
        answer = self.browser("POST", "/session/link", {"token": self.token_of(ran.json["url"])})
        self.assertEqual(answer.status, 200, answer)
        answer = self.browser("PATCH", "/members/me", {"password": "nine green kettles"})
        self.assertEqual(answer.status, 200, answer)
        self.cookie = old
        self.assertEqual(self.browser("GET", "/session").status, 401, "a new password ends the old sessions")

    def test_reset_password_of_nobody(self):
        ran = self.assert_ran(self.server.cli("member", "reset-password", "nobody@example.com"), 5)
        self.assertIn("There is no member nobody@example.com", ran.err)

    def test_setup_makes_a_link_for_the_owner(self):
        for running in (True, False):
            with self.subTest(running=running):
                if not running:
                    self.server.stop()
                ran = self.assert_ran(self.server.cli("setup", "--json"))
                self.assertEqual("No server runs on this data directory" in ran.err, not running, ran.err)
                token = ran.json["url"].split("#")[1]
                if not running:
                    self.server.start()
                self.cookie = None
                self.assertEqual(self.browser("POST", "/session/link", {"token": token}).status, 200)

    def test_a_foreign_page_changes_nothing(self):
        self.become_owner()
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
                        {"Sec-Fetch-Site": "", "Origin": "null"}, {"Sec-Fetch-Site": ""}):
            with self.subTest(headers=headers):
                answer = self.browser("POST", "/agents", {"name": "Planted"}, **headers)
                self.assertEqual(answer.status, 403, answer)
        self.assertEqual(self.server.http.get("/agents").json["items"], [])
        self.assertEqual(self.browser("POST", "/agents", {"name": "Support"}).status, 201)

    def test_guessing_is_slowed_down(self):
        self.become_owner()
        self.cookie = None
        answers = [self.browser("POST", "/session", {"email": "olivia@example.com", "password": f"guess number {n}"}) for n in range(14)]
        last = answers[-1]
        self.assert_problem(last, 429, "rate-limited-here")
        self.assertGreater(int(last.headers["retry-after"]), 0)

    def test_keys_by_command_line(self):
        made = self.assert_ran(self.server.cli("key", "create", "--name", "laptop", "--role", "viewer", "--json")).json
        caller = Http(self.server.address, made["key"], "/api/v1")
        self.assertEqual(caller.get("/agents").status, 200)
        listed = self.assert_ran(self.server.cli("key", "list")).out
        self.assertIn("laptop", listed)
        self.assertNotIn(made["key"], listed)
        self.assert_ran(self.server.cli("key", "revoke", made["id"]))
        self.assertEqual(caller.get("/agents").status, 401)
