"""The operator's webhook: told when a connection breaks and when it works again, signed after Standard Webhooks, tried again until it is taken, kept off private addresses."""

import base64
import hashlib
import hmac
import http.server
import json
import threading

from lab import Lab, until

LATE_S = 60


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers with the next of the server's answers (the last one stays), and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answers = self.server.answers
        self.server.came.append((dict(self.headers.items()), body))
        self.server.meanwhile()
        self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Says nothing."""


class Webhook(Lab):
    def setUp(self):
        super().setUp()
        self.receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.receiver.answers, self.receiver.came, self.receiver.meanwhile = [204], [], lambda: None
        threading.Thread(target=self.receiver.serve_forever, daemon=True).start()
        self.addCleanup(self.receiver.server_close)
        self.addCleanup(self.receiver.shutdown)
        self.url = f"http://127.0.0.1:{self.receiver.server_address[1]}/hook"

    def begin(self, *options):
        self.ready(options=options or ("--allow-private-webhooks",))
        return self.server.http.call("PUT", "/webhook", {"url": self.url})

    def types(self):
        return [json.loads(body)["type"] for _, body in self.receiver.came]

    def deliveries(self):
        return self.server.http.get("/webhook/deliveries").json["items"]

    def signature(self, secret, came):
        headers, body = came
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()

    def test_broken_and_recovered(self):
        secret = self.begin().json["secret"]
        self.zendesk.stop()
        chat = self.chat()
        chat.say("status of ticket 1")
        until(lambda: self.types() == ["connection.broken"], "told that it broke", LATE_S)
        self.zendesk.start()
        chat.say("status of ticket 1")
        until(lambda: self.types() == ["connection.broken", "connection.recovered"], "told that it works", LATE_S)
        for came in self.receiver.came:
            self.assertEqual(came[0]["webhook-signature"], self.signature(secret, came))
        broken = json.loads(self.receiver.came[0][1])
        self.assertEqual((broken["data"]["integration"], broken["data"]["status"]), (self.integration["id"], "needs_attention"))
        self.assertEqual(broken["data"]["problem"]["code"], "net-unreachable")
        until(lambda: [one["state"] for one in self.deliveries()] == ["delivered", "delivered"], "kept as delivered")
        self.assertNotIn(secret, self.server.http.get("/webhook").body.decode())

    def test_tried_again_with_the_same_id_and_bytes(self):
        self.begin()
        self.receiver.answers[:] = [500, 204]
        tried = self.server.http.post("/webhook/test")
        self.assertEqual((tried.json["state"], tried.json["status"], tried.json["attempts"]), ("waiting", 500, 1), tried)
        until(lambda: len(self.receiver.came) == 2, "tried again", LATE_S)
        first, second = self.receiver.came
        self.assertEqual((first[0]["webhook-id"], first[1]), (second[0]["webhook-id"], second[1]))
        until(lambda: self.deliveries()[0]["state"] == "delivered", "delivered")

    def test_a_restart_forgets_none(self):
        self.begin()
        self.receiver.answers[:] = [500]
        self.server.http.post("/webhook/test")
        self.server.kill()
        self.receiver.answers[:] = [204]
        self.server.start()
        until(lambda: self.deliveries()[0]["state"] == "delivered", "delivered", LATE_S)

    def test_gone_switches_it_off(self):
        self.begin()
        self.receiver.answers[:] = [410]
        self.assertEqual(self.server.http.post("/webhook/test").json["state"], "failed")
        shown = self.server.http.get("/webhook").json
        self.assertFalse(shown["enabled"], shown)
        self.zendesk.stop()
        self.chat().say("status of ticket 1")
        until(lambda: self.server.http.get(f"/integrations/{self.integration['id']}").json["status"] == "needs_attention", "broken")
        self.assertEqual(self.types(), ["webhook.test"])
        self.server.http.call("PUT", "/webhook", {"url": self.url})
        self.assertTrue(self.server.http.get("/webhook").json["enabled"])

    def test_gone_is_about_the_address_that_was_asked(self):
        self.begin()
        self.receiver.answers[:] = [410]
        self.receiver.meanwhile = lambda: self.server.http.call("PUT", "/webhook", {"url": self.url + "/new"})
        self.assertEqual(self.server.http.post("/webhook/test").json["state"], "failed")
        shown = self.server.http.get("/webhook").json
        self.assertEqual((shown["url"], shown["enabled"]), (self.url + "/new", True), shown)

    def test_both_secrets_sign_while_they_change(self):
        former = self.begin().json["secret"]
        made = self.server.http.post("/webhook/secret")
        self.assertTrue(made.json["former_secret_until"], made)
        self.server.http.post("/webhook/test")
        came = self.receiver.came[-1]
        self.assertEqual(came[0]["webhook-signature"].split(" "), [self.signature(former, came), self.signature(made.json["secret"], came)])

    def test_none_is_set(self):
        self.server = self.serve()
        for method, path in (("GET", "/webhook"), ("POST", "/webhook/secret"), ("POST", "/webhook/test"), ("DELETE", "/webhook")):
            self.assert_problem(self.server.http.call(method, path), 404, "no-webhook")
        self.assertIn("No webhook is set\n", self.assert_ran(self.server.cli("webhook", "show"), 5).err)

    def test_private_addresses_are_not_reached(self):
        self.assert_problem(self.begin("--log-level", "info"), 422, "webhook-address", "url")
        for url in (self.url.replace("http:", "https:"), "https://localhost/", "https://[::1]/", "https://169.254.169.254/"):
            self.assertEqual(self.server.http.call("PUT", "/webhook", {"url": url}).status, 200, url)
            tried = self.server.http.post("/webhook/test").json
            self.assertEqual((tried["state"], tried["status"], tried["fault"]), ("waiting", 0, "the name leads to an address that is not of the public Internet"), url)
        self.assertEqual(self.receiver.came, [])

    def test_only_the_owner(self):
        self.begin()
        key = self.server.http.post("/keys", {"name": "admin", "role": "admin"}).json["key"]
        for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/test"), ("POST", "/secret"), ("GET", "/deliveries")):
            answer = self.server.http.call(method, f"/webhook{path}", {"url": self.url} if method == "PUT" else {} if method == "POST" else None,
                                           headers={"Authorization": f"Bearer {key}"})
            self.assertEqual(answer.status, 403, f"{method} {path}: {answer}")

    def test_command_line(self):
        self.begin()
        made = self.assert_ran(self.server.cli("webhook", "set", self.url, "--json")).json
        self.assertTrue(made["secret"].startswith("whsec_"))
        self.assertIn(self.url, self.assert_ran(self.server.cli("webhook", "show")).out)
        self.assertIn("delivered", self.assert_ran(self.server.cli("webhook", "test")).out)
        self.assertIn("whsec_", self.assert_ran(self.server.cli("webhook", "rotate")).out)
        self.assertIn("webhook.test", self.assert_ran(self.server.cli("webhook", "deliveries")).out)
        self.receiver.answers[:] = [500]
        self.assert_ran(self.server.cli("webhook", "test"), 7)
        self.assert_ran(self.server.cli("webhook", "remove", "--yes"))
        self.assert_ran(self.server.cli("webhook", "show"), 5)

    def test_conversation_needs_a_person(self):
        """A visitor asks for a person: the team's list and the webhook tell it, the agent is silent after one sentence, until it is handed back."""
        self.begin()
        chat = self.chat()
        http = self.server.http
        needing = lambda: [item["id"] for item in http.get("/conversations?needs_person=true").json["items"]]
        chat.say("hello")
        self.assertEqual(needing(), [])
        self.assertEqual(chat.say("I want to talk to a real person")["awaiting"], "person")
        self.assertEqual(needing(), [chat.id])
        until(lambda: self.types() == ["conversation.needs_person"], "told that a person is asked for", LATE_S)
        self.assertEqual(json.loads(self.receiver.came[0][1])["data"]["conversation"], chat.id)
        self.assertEqual(len(chat.say("my order never came")["replies"]), 1)
        self.assertEqual(chat.say("are you there")["replies"], [])
        resumed = http.call("POST", f"/conversations/{chat.id}/resume", {}).json
        self.assertEqual((len(resumed["replies"]), resumed["awaiting"]), (1, None))
        self.assertEqual(http.call("POST", f"/conversations/{chat.id}/resume", {}).json["replies"], [])
        self.assertEqual(needing(), [])
        self.assertIn("AI agent", chat.say("hello")["replies"][0]["text"])
