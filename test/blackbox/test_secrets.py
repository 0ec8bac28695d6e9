"""Planted secrets: a token and an OAuth secret are connected, used and rejected, then searched for in everything that is stored, logged or answered:
as they are, in base64, in hexadecimal and URL-encoded."""

import base64
import json
import re
import urllib.parse

from lab import CLIENT, EMAIL, Chat, Http, Lab, until

# Characters that look different when URL-encoded.
TOKEN = "planted+token/8vQ=zR2mKx7LwT4n"
SECRET = "planted/secret+5hJ=nB9cVp3XsD6g"
WRONG = "planted-wrong/token+2kF=tY8uQe"


def base64_cores(data):
    """What of the base64 of `data` stays the same wherever it begins inside a longer text."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        core = encoded[(0, 2, 3)[shift]:-1]
        yield core
        yield core.replace("+", "-").replace("/", "_")


def needles(secret):
    raw = secret.encode()
    plain = [secret, raw.hex(), raw.hex().upper(), urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret, safe="").lower(),
             json.dumps(secret)[1:-1].replace("/", "\\/")]
    return {needle.encode() for needle in (*plain, *base64_cores(raw))}


ALL = {secret: needles(secret) for secret in (TOKEN, SECRET, WRONG)}
ALL[TOKEN] |= {base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()), base64.b64encode(f"{CLIENT}:{SECRET}".encode())}


def found_in(data):
    return [needle for every in ALL.values() for needle in every if needle in data]


class Secrets(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice(token=TOKEN, secret=SECRET)
        self.server = self.serve(self.zendesk, options=["--log-level", "debug"])
        self.agent_id = self.agent(self.server)

    def test_the_search_finds(self):
        """Each form is found in the middle of other bytes; else the tests below would say nothing."""
        for secret in (TOKEN, SECRET, WRONG):
            raw = secret.encode()
            for shift in range(3):
                around = b"x" * shift + raw + b"tail"
                for form in (around, base64.b64encode(around), base64.urlsafe_b64encode(around), around.hex().encode(),
                             urllib.parse.quote_from_bytes(around, safe="").encode()):
                    self.assertTrue(found_in(b"before" + form), form)
        self.assertEqual(found_in(b"nothing of it in here"), [])

    def use_everything(self):
        """Both ways of connecting, a rejected secret, a test, a ticket, a failure, a backup."""
        connected = self.connect(self.server, self.agent_id, api_token=f" {TOKEN}\n")
        billing = self.agent(self.server, "Billing")
        answers = [self.server.http.post(f"/agents/{billing}/integrations", body) for body in (
            self.credentials(api_token=WRONG), self.oauth(client_secret=WRONG), {**self.credentials(api_token=WRONG), "extra": TOKEN},
            {**self.credentials(), "api_token": [TOKEN]}, self.oauth(client_secret=SECRET))]
        self.assertEqual([answer.status for answer in answers], [422, 422, 422, 422, 201])
        answers.append(self.server.http.post(f"/integrations/{connected['id']}/tests"))
        events = self.server.http.stream("POST", f"/integrations/{connected['id']}/tests", {})
        streamed = "".join(event.data for event in events.take_until("result"))
        events.close()
        self.talk = Chat(self.server, self.agent_id)
        self.talk.propose()
        self.talk.say("yes")
        Chat(self.server, billing).say("status of ticket 99999")
        self.zendesk.fault("status:401")
        failing = Chat(self.server, self.agent_id)
        failing.propose()
        self.kept = failing.say("yes")["actions"][-1]["id"]
        self.integration = connected
        provider = self.server.http.post("/providers", {"name": "Model", "protocol": "openai_chat", "model": "m", "key": SECRET})
        self.assertEqual(provider.status, 201, provider)
        answers.append(provider)
        self.provider = provider.json["id"]
        return [json.dumps(connected), streamed, *[answer.body.decode() for answer in answers]]

    def assert_absent(self, data, where):
        found = found_in(data if isinstance(data, bytes) else data.encode())
        self.assertEqual(found, [], f"in {where}")

    def every_get(self):
        """Each GET route of the server's own description, with ids that exist."""
        ids = {"agent": self.agent_id, "integration": self.integration["id"], "conversation": self.talk.id, "action": self.kept, "provider": self.provider, "code": "zendesk-token-revoked", "number": "1"}
        paths = [path for path, methods in self.server.open.get("/openapi.json").json["paths"].items() if "get" in methods]
        self.assertGreater(len(paths), 15)
        for path in paths:
            yield re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], path)

    def hook(self):
        """A webhook of this workspace; its secret."""
        answer = self.server.http.call("PUT", "/webhook", {"url": "https://hooks.example.com/"})
        self.assertEqual(answer.status, 200, answer)
        return answer.json["secret"]

    def test_webhook_secret(self):
        """Shown by the answer that makes it; sealed in the file, in every form that it has."""
        secret = self.hook().removeprefix("whsec_")
        raw = base64.b64decode(secret)
        self.assertNotIn(secret, self.server.http.get("/webhook").body.decode())
        self.assertEqual(self.server.stop(), 0)
        for path in self.server.data.rglob("*"):
            for form in (secret.encode(), raw, raw.hex().encode()):
                self.assertNotIn(form, path.read_bytes() if path.is_file() else b"", path.name)
        self.assertNotIn(secret, self.server.talk())

    def test_answers(self):
        self.hook()
        for answer in self.use_everything():
            self.assert_absent(answer, "an answer")
        caller = Http(self.server.address, self.server.key)
        for path in self.every_get():
            with self.subTest(path=path):
                if path.endswith("/events"):
                    events = self.server.http.stream("GET", path.removeprefix("/api/v1"), headers={"Last-Event-ID": "0"})
                    data = "".join(event.data for event in events.take_until("action.done"))
                    events.close()
                    self.assert_absent(data, path)
                    continue
                answer = caller.get(path)
                self.assertIn(answer.status, (200, 403) if path.endswith(("/session", "/sessions", "/second-factor")) else (200,), answer)
                self.assert_absent(answer.body + str(answer.headers).encode(), path)

    def test_files(self):
        self.use_everything()
        backup = self.folder / "today.db"
        self.assert_ran(self.server.cli("backup", "--to", backup))
        files = [path for path in self.server.data.rglob("*") if path.is_file()] + [backup]
        self.assertTrue(any(path.name == "chatcrafter.db-wal" for path in files), files)
        for path in files:
            self.assert_absent(path.read_bytes(), path.name)
        self.assertEqual(self.server.stop(), 0)
        for path in self.server.data.rglob("*"):
            if path.is_file():
                self.assert_absent(path.read_bytes(), f"{path.name} after the stop")

    def test_logs(self):
        """The server's log at its most talkative, and what commands print."""
        self.use_everything()
        ran = self.server.cli("integration", "add", "zendesk", "--agent", "Support", "--subdomain", "practice", "--email", EMAIL,
                              "--api-token-file", "-", stdin=WRONG)
        self.assertEqual(ran.code, 1, ran)
        self.assert_absent(ran.out + ran.err, "the command's output")
        listing = self.server.cli("integration", "show", self.integration["id"], "--json")
        self.assert_absent(listing.out + listing.err, "integration show")
        self.server.stop()
        talk = self.server.talk()
        self.assertGreater(len(talk), 2000)
        self.assert_absent(talk, "the server's log")

    def test_practice_zendesk_keeps_no_secret(self):
        """Its book shows that two credentials were equal, and nothing of them."""
        self.use_everything()
        self.assert_absent(self.zendesk.http.get("/_sandbox/requests").body, "the practice Zendesk's book")
        self.zendesk.stop()
        for path in (self.folder / "practice-zendesk").rglob("*"):
            self.assert_absent(path.read_bytes(), path.name)

    def test_last_four_only(self):
        made = self.connect(self.server, self.agent_id, api_token=TOKEN)
        shown = self.server.http.get(f"/integrations/{made['id']}").json["secret"]
        self.assertEqual({name: value for name, value in shown.items() if name != "set_at"}, {"set": True, "last4": TOKEN[-4:]})

    def test_api_keys_and_links_are_kept_as_digests(self):
        link = self.server.cli("setup", "--json").json["url"]
        token = link.split("#")[1]
        for path in self.server.data.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                self.assertFalse(self.server.key.encode() in data or token.encode() in data, path)

    def test_files_are_private(self):
        self.connect(self.server, self.agent_id, api_token=TOKEN)
        for path in (self.server.data, *self.server.data.iterdir()):
            self.assertEqual(path.stat().st_mode & 0o077, 0, f"{path.name} {path.stat().st_mode:o}")

    def test_secret_of_another_key_file(self):
        """Without the key that sealed it the token cannot be opened; that is said, and nothing is sent."""
        made = self.connect(self.server, self.agent_id, api_token=TOKEN)
        self.server.stop()
        key = self.server.data / "master.key"
        key.write_text("0" * 64 + "\n")
        key.chmod(0o600)
        self.server.start()
        before = len(self.zendesk.requests())
        test = self.server.http.post(f"/integrations/{made['id']}/tests").json
        codes = [check["problem"]["code"] for check in test["checks"] if check["problem"]]
        self.assertEqual((test["result"], codes), ("failed", ["seal-broken"]))
        self.assertEqual(len(self.zendesk.requests()), before)
        until(lambda: self.server.http.get("/agents").status == 200, "it goes on serving")
