"""Provider tests and streams against aimock: four protocols with text, tools, refusals and chaos, over the API and the command line."""

import json
import pathlib
import re
import subprocess

from lab import Chat, Lab, clean_environment, die_with_parent, until, words

AIMOCK = pathlib.Path(__file__).resolve().parent / "node_modules/@copilotkit/aimock/dist/cli.js"
KEY = "sk-planted-Xq7vR2mZ9k"
PROTOCOLS = {"openai_chat": "/v1", "openai_responses": "/v1", "anthropic": "", "ollama": ""}

READY = {"toolCalls": [{"name": "report_ready", "arguments": "{\"ready\":true}"}]}
# The model's name chooses what it does.
FIXTURES = [
    {"match": {"model": "caller"}, "response": READY},
    {"match": {"model": "talker"}, "response": {"content": "I am ready, grüße 👋 " * 20}},
    {"match": {"model": "writer"}, "response": {"content": "{\"name\": \"report_ready\", \"arguments\": {\"ready\": true}}"}},
    {"match": {"model": "stranger"}, "response": {"toolCalls": [{"name": "delete_everything", "arguments": "{}"}]}},
    {"match": {"model": "breaker"}, "response": {"toolCalls": [{"name": "report_ready", "arguments": "{\"ready\":"}]}},
    {"match": {"model": "poor"}, "response": {"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"}, "status": 429}},
    {"match": {"model": "slow"}, "response": {"error": {"message": "Rate limit reached", "type": "rate_limit_error", "code": "rate_limit_exceeded"}, "status": 429}},
    {"match": {"model": "locked"}, "response": {"error": {"message": "Incorrect API key provided", "type": "authentication_error", "code": "invalid_api_key"}, "status": 401}},
    {"match": {"model": "down"}, "response": {"error": {"message": "Internal", "type": "server_error"}, "status": 500}},
    {"match": {"model": "agent", "hasToolResult": True}, "response": {"content": "It is {ticket.status}. Is there anything else?"}},
    {"match": {"model": "agent", "userMessage": "status"}, "response": {"toolCalls": [{"name": "list_tickets", "arguments": "{\"email\":\"jane@example.com\"}"},
                                                                                   {"name": "get_ticket", "arguments": "{\"ticket_id\":35436}"}]}},
    {"match": {"model": "agent", "userMessage": "Create"},
     "response": {"toolCalls": [{"name": "create_ticket", "arguments": "{\"subject\":\"Printer on fire\",\"description\":\"Smoke\",\"requester_email\":\"jane@example.com\"}"}]}},
    {"match": {"model": "agent"}, "response": {"content": "Hello. Which printer is it?"}},
    {"match": {"model": "torn"}, "response": {"content": "This answer is never whole. " * 40}, "truncateAfterChunks": 3},
]


class Aimock:
    def __init__(self, lab):
        fixtures = lab.folder / "fixtures"
        fixtures.mkdir()
        (fixtures / "all.json").write_text(json.dumps({"fixtures": FIXTURES}))
        self.log = lab.folder / "aimock.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["node", AIMOCK, "-p", "0", "-f", fixtures, "-c", "5"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=clean_environment(), preexec_fn=die_with_parent)
        lab.addCleanup(self.stop)
        self.url = until(lambda: re.search(r"http://127\.0\.0\.1:\d+", self.log.read_text()), "aimock listens")[0]

    def stop(self):
        self.process.kill()
        self.process.wait()


class Offered(Lab):
    """A server that may call aimock, and its models as providers."""

    def setUp(self):
        super().setUp()
        self.aimock = Aimock(self)
        self.zendesk = self.practice()
        self.server = self.serve(self.zendesk, options=("--allow-private-providers",))

    def add(self, protocol, model, **more):
        answer = self.server.http.post("/providers", {"name": f"{protocol} {model}", "protocol": protocol, "model": model, "auth": "bearer", "key": KEY,
                                                      "base_url": self.aimock.url + PROTOCOLS[protocol], "price": {"input": 3, "output": 15}, **more})
        self.assertEqual(answer.status, 201, answer)
        return answer.json["id"]


class Providers(Offered):
    def try_it(self, protocol, model, **more):
        identifier = self.add(protocol, model, **more)
        answer = self.server.http.post(f"/providers/{identifier}/tests", {})
        self.assertEqual(answer.status, 201, answer)
        return answer.json

    def assert_each(self, model, result, code=None, **more):
        for protocol in PROTOCOLS:
            with self.subTest(protocol):
                test = self.try_it(protocol, model, **more)
                self.assertEqual((test["result"], (test["problem"] or {}).get("code")), (result, code), test)
                yield protocol, test

    def test_each_protocol_streams_a_tool_call(self):
        for _, test in self.assert_each("caller", "passed"):
            self.assertTrue(test["called_tool"])
            self.assertGreater(test["first_ms"], 0)
            self.assertLessEqual(test["first_ms"], test["ms"])
        states = {one["model"]: one["status"] for one in self.server.http.get("/providers").json["items"]}
        self.assertEqual(states, {"caller": "working"})

    def test_words_without_a_call_are_a_warning(self):
        self.assertEqual(len(list(self.assert_each("talker", "warning", "provider-no-tools"))), 4)

    def test_a_call_written_as_text_is_told(self):
        self.assertEqual(len(list(self.assert_each("writer", "warning", "provider-tool-parser"))), 4)

    def test_a_tool_that_was_not_offered_is_no_call(self):
        self.assertEqual(len(list(self.assert_each("stranger", "warning", "provider-no-tools"))), 4)

    def test_arguments_that_are_cut_are_no_call(self):
        for protocol in ("openai_chat", "openai_responses"):
            with self.subTest(protocol):
                test = self.try_it(protocol, "breaker")
                self.assertEqual((test["result"], test["called_tool"]), ("warning", False), test)

    def test_refusals_are_told_apart(self):
        for model, code in (("locked", "provider-key-rejected"), ("poor", "provider-quota"), ("slow", "provider-rate-limited"), ("down", "provider-failed")):
            for protocol, test in self.assert_each(model, "failed", code):
                self.assertTrue(test["problem"]["evidence"], (protocol, test))

    def test_a_stream_that_is_torn_is_no_answer(self):
        self.assertEqual(len(list(self.assert_each("torn", "failed", "provider-cut-off"))), 4)

    def test_an_unknown_model_is_told(self):
        for protocol, test in ((protocol, self.try_it(protocol, "nobody")) for protocol in PROTOCOLS):
            self.assertEqual((protocol, test["result"], test["problem"]["code"]), (protocol, "failed", "provider-model-unknown"))

    def test_another_protocol_is_told(self):
        identifier = self.add("openai_chat", "caller")
        self.assertEqual(self.server.http.patch(f"/providers/{identifier}", {"protocol": "ollama"}).status, 200)
        test = self.server.http.post(f"/providers/{identifier}/tests", {}).json
        self.assertEqual(test["result"], "failed", test)

    def test_the_command_line_adds_tests_and_removes(self):
        key = self.write("provider-key", KEY + "\n")
        add = ("provider", "add", "--name", "Fast", "--protocol", "openai_chat", "--base-url", self.aimock.url + "/v1", "--price", "3/15", "--api-key-file", key)
        ran = self.assert_ran(self.server.cli(*add, "--model", "caller"))
        self.assertIn("tool called: yes", ran.err)
        self.assertIn("passed", self.assert_ran(self.server.cli("provider", "test", "fast")).out)
        self.assertIn("working", self.assert_ran(self.server.cli("provider", "list")).out)
        self.assertEqual(self.assert_ran(self.server.cli("provider", "test", "Fast", "--json")).json["result"], "passed")
        self.assert_ran(self.server.cli(*add[:3], "Locked", *add[4:], "--model", "locked"), 7)
        self.assert_ran(self.server.cli("provider", "remove", "Fast", "--yes"))
        self.assert_ran(self.server.cli("provider", "show", "Fast"), 5)

    def test_the_key_is_nowhere(self):
        list(self.assert_each("caller", "passed"))
        self.server.stop()
        kept = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "all.json" and KEY.encode() in path.read_bytes()]
        self.assertEqual(kept, [])

    def test_a_private_address_needs_the_operator(self):
        strict = self.serve(name="strict")
        body = {"name": "Here", "protocol": "openai_chat", "model": "caller", "key": KEY}
        self.assert_problem(strict.http.post("/providers", {**body, "base_url": self.aimock.url}), 422, "provider-http", "base_url")
        for host in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]"):
            made = strict.http.post("/providers", {**body, "base_url": f"https://{host}:{self.aimock.url.rsplit(':', 1)[1]}/v1"})
            self.assertEqual(made.status, 201, made)
            test = strict.http.post(f"/providers/{made.json['id']}/tests", {}).json
            self.assertEqual((host, test["result"], test["problem"]["code"]), (host, "failed", "provider-address"), test)


class Conversations(Offered):
    """An agent with a model of each protocol: words, a read with its result, an order with its yes."""

    def setUp(self):
        super().setUp()
        self.support = self.agent(self.server)
        self.connect(self.server, self.support)

    def think(self, protocol, model, *fallbacks):
        first = self.add(protocol, model)
        answer = self.server.http.patch(f"/agents/{self.support}", {"engine": "provider", "provider": first, "fallbacks": list(fallbacks)})
        self.assertEqual(answer.status, 200, answer)

    def test_words_reads_and_orders_in_every_protocol(self):
        for protocol in PROTOCOLS:
            with self.subTest(protocol):
                self.think(protocol, "agent")
                chat = Chat(self.server, self.support)
                self.assertEqual(words(chat.say("Hello")), "Hello. Which printer is it?")
                chat.say("Create a ticket for jane@example.com: Printer on fire, smoke")
                self.assertEqual(chat.say("yes")["actions"][-1]["status"], "done")
                turn = chat.say("What is the status of ticket 35436 of jane@example.com?")
                self.assertEqual(words(turn), "It is new. Is there anything else?")
                self.assertEqual([action["name"] for action in turn["actions"]], ["list_tickets", "get_ticket"])
                runs = self.server.http.get(f"{chat.path}/model_runs").json["items"]
                self.assertEqual([run["why"] for run in runs], ["message", "message", "message", "results"])
                self.assertTrue(all(run["state"] == "done" and run["first_ms"] for run in runs), runs)

    def test_whatever_is_wrong_with_the_first_the_conversation_goes_on(self):
        for protocol in PROTOCOLS:
            for model in ("poor", "slow", "locked", "down", "torn", "stranger", "writer", "nobody"):
                with self.subTest(f"{protocol} {model}"):
                    self.think(protocol, model, self.add("openai_chat", "agent"))
                    turn = Chat(self.server, self.support).say("Create a ticket for jane@example.com: Printer on fire, smoke")
                    self.assertTrue(turn["replies"], turn)
                    self.assertEqual(self.zendesk.tickets(), [])
