"""The command line: help, suggestions, exit codes, and every command both against a running server and in-process."""

import json
import os
import re
import subprocess

from lab import ANSWER_S, BINARY, EMAIL, Lab, clean_environment, die_with_parent, run


def commands():
    """Noun and verb of every command, from the overview."""
    block = run("help").out.split("Commands\n")[1].split("\n\n")[0]
    return [re.match(r"  ([a-z]+(?: [a-z-]+)?)", line)[1] for line in block.splitlines()]


class Help(Lab):
    def test_overview(self):
        for arguments in (("help",), ("-h",), ("--help",)):
            ran = self.assert_ran(run(*arguments))
            self.assertIn("Exit codes: 0 ok, 1 failed, 2 usage, 3 configuration, 4 not allowed, 5 not found, 6 unavailable, 7 a check failed", ran.out)
            self.assertEqual(ran.err, "")
        ran = self.assert_ran(run(), 2)
        self.assertEqual(ran.out, "")
        self.assertIn("Commands\n", ran.err)

    def test_every_noun(self):
        every = commands()
        self.assertGreater(len(every), 25)
        for noun in sorted({command.split()[0] for command in every}):
            with self.subTest(noun=noun):
                ran = self.assert_ran(run("help", noun))
                self.assertTrue(ran.out.startswith("Examples\n  chatcrafter "), "examples first")
                for command in every:
                    if command.split()[0] == noun:
                        self.assertIn(f"\nchatcrafter {command}", ran.out)
                self.assertIn("--json", ran.out)
                self.assertEqual(self.assert_ran(run(noun, "--help")).out, ran.out)
                self.assertEqual(self.assert_ran(run(noun, "-h")).out, ran.out)

    def test_every_command_has_help(self):
        for command in commands():
            with self.subTest(command=command):
                self.assertTrue(self.assert_ran(run(*command.split(), "--help")).out.startswith("Examples\n"))

    def test_documented_options_are_taken(self):
        """No option in the help is unknown to the parser."""
        for command in commands():
            block = run("help", command.split()[0]).out.split(f"\nchatcrafter {command}", 1)[1].split("\nchatcrafter ")[0]
            for option, value in re.findall(r"^    --([a-z-]+)( [A-Z]\S*)?", block, re.M):
                if option == "help":
                    continue
                ran = self.assert_ran(run(*command.split(), f"--{option}", *(["x"] if value else []), "--no-such-thing"), 2)
                self.assertIn("There is no option --no-such-thing", ran.err)

    def test_unknown_commands(self):
        for typed, near in (("serv", "serve"), ("agent lst", "agent list"), ("integration ad", "integration add"), ("docter", "doctor")):
            with self.subTest(typed=typed):
                ran = self.assert_ran(run(*typed.split()), 2)
                self.assertIn(f'There is no command "{typed}". The nearest is "{near}".', ran.err)
        ran = self.assert_ran(run("xylophone-quartet"), 2)
        self.assertNotIn("nearest", ran.err)
        self.assert_ran(run("help", "xylophone"), 2)

    def test_unknown_options(self):
        for typed, near in (("--jsn", "--json"), ("--dta", "--data"), ("--server-url", "--server")):
            ran = self.assert_ran(run("agent", "list", typed), 2)
            self.assertIn(f"There is no option {typed}.", ran.err)
            if typed != "--server-url":
                self.assertIn(f"The nearest is {near}.", ran.err)
        self.assertIn("--data needs a value", self.assert_ran(run("agent", "list", "--data"), 2).err)
        self.assertIn("--json takes no value", self.assert_ran(run("agent", "list", "--json=yes"), 2).err)

    def test_a_wrong_folder_is_left_as_it_was(self):
        data = self.folder / "elsewhere"
        for command in ("agent list", "audit list", "member list", "request list", "conversation list", "chat"):
            with self.subTest(command=command):
                ran = self.assert_ran(run(*command.split(), "--data", str(data)), 5)
                self.assertIn(f"There is no data directory {data}", ran.err)
                self.assertIn("--data DIR", ran.err)
                self.assertFalse(data.exists(), "nothing was made")
        self.assert_ran(run("agent", "create", "--name", "Support", "--data", str(data)))
        self.assert_ran(run("agent", "list", "--data", str(data)))

    def test_two_agents_of_one_name_are_told(self):
        data = str(self.folder / "namesakes")
        make = ("agent", "create", "--data", data, "--json", "--name")
        first = self.assert_ran(run(*make, "Support"))
        self.assertEqual((first.err, "warnings" in first.json), ("", False))
        second = self.assert_ran(run(*make, "Support"))
        self.assertIn("Note: Another agent is named Support as well.", second.err)
        self.assertEqual([warning["code"] for warning in second.json["warnings"]], ["agent-name-shared"])

    def test_a_chat_without_a_line_leaves_nothing(self):
        data = str(self.folder / "silent")
        self.assert_ran(run("agent", "create", "--data", data, "--name", "Support"))
        self.assert_ran(run("chat", "--data", data, stdin=" \n"))
        self.assertEqual(self.assert_ran(run("conversation", "list", "--data", data, "--json")).json["items"], [])
        self.assert_ran(run("chat", "--data", data, stdin="hello\n"))
        self.assertEqual(len(self.assert_ran(run("conversation", "list", "--data", data, "--json")).json["items"]), 1)

    def test_options_before_the_command(self):
        data = str(self.folder / "first")
        self.assert_ran(run("--data", data, "agent", "create", "--name", "Support"))
        listed = self.assert_ran(run(f"--data={data}", "--json", "agent", "list")).json
        self.assertEqual([agent["name"] for agent in listed["items"]], ["Support"])
        self.assertIn("--listen cannot stand before the command", self.assert_ran(run("--listen", "x", "serve"), 2).err)
        self.assertIn("Commands\n", self.assert_ran(run("--data"), 2).err)

    def test_completion(self):
        for shell in ("bash", "zsh", "fish"):
            out = self.assert_ran(run("completion", shell)).out
            for word in ("integration", "reset-password", "api-token-file"):
                self.assertIn(word, out)
        self.assert_ran(run("completion", "csh"), 2)


class ExitCodes(Lab):
    """Each of them, by a command that ends so."""

    def setUp(self):
        super().setUp()
        self.ready()

    def test_0_ok(self):
        self.assert_ran(self.server.cli("agent", "list"))

    def test_1_failed(self):
        ran = self.assert_ran(self.server.cli("agent", "create", "--name", "x" * 500), 1)
        self.assertIn("name", ran.err)
        self.zendesk.fault("status:422")
        self.assert_ran(self.server.cli("action", "run", "create_ticket", "--arg", "subject=a", "--arg", "description=b", "--arg", "requester_email=a@b.example"), 1)

    def test_2_usage(self):
        for arguments in (("agent", "show"), ("agent", "create"), ("key", "create"), ("restore",), ("integration", "add", "jira"),
                          ("integration", "add", "zendesk", "--subdomain", "practice"), ("action", "run", "create_ticket", "--arg", "subject")):
            with self.subTest(arguments=arguments):
                ran = self.assert_ran(self.server.cli(*arguments), 2)
                self.assertTrue(ran.err.strip())
                self.assertEqual(ran.out, "")

    def test_3_configuration(self):
        ran = self.assert_ran(run("agent", "list", "--server", f"http://{self.server.address}"), 3)
        self.assertIn("CHATCRAFTER_KEY", ran.err)

    def test_4_not_allowed(self):
        made = self.server.http.post("/keys", {"name": "looker", "role": "viewer"}).json["key"]
        for key, said in (("ck_nobody", "This API key is not accepted"), (made, "Your role does not allow this")):
            ran = run("agent", "create", "--name", "X", "--server", f"http://{self.server.address}", environment={"CHATCRAFTER_KEY": key})
            self.assertIn(said, self.assert_ran(ran, 4).err)

    def test_5_not_found(self):
        for arguments in (("integration", "show", "int_00000000000000000000000000"), ("agent", "show", "Nobody"), ("conversation", "show", "nonsense"),
                          ("key", "revoke", "key_00000000000000000000000000"), ("action", "run", "fly")):
            with self.subTest(arguments=arguments):
                self.assert_ran(self.server.cli(*arguments), 5)

    def test_6_unavailable(self):
        self.server.stop()
        ran = run("agent", "list", "--server", f"http://{self.server.address}", environment={"CHATCRAFTER_KEY": "ck_x"})
        self.assertIn("The server did not answer", self.assert_ran(ran, 6).err)

    def test_7_a_check_failed(self):
        self.assertIn("7 a check failed", run("help").out)
        second = self.assert_ran(self.server.cli("agent", "create", "--name", "Second", "--json")).json["id"]
        add = ("integration", "add", "zendesk", "--agent", second, "--email", EMAIL, "--api-token-file", self.write("token", "not-the-token-1234"))
        ran = self.assert_ran(self.server.cli(*add, "--subdomain", "practice"), 7)
        self.assertIn("Zendesk did not accept this e-mail and token", ran.err)
        self.assertEqual(self.assert_ran(self.server.cli(*add, "--subdomain", "practice", "--json"), 7).json["code"], "zendesk-credentials-rejected")
        self.assert_ran(self.server.cli(*add, "--subdomain", "https://practice"), 1)
        self.zendesk.stop()
        self.assert_ran(self.server.cli(*add, "--subdomain", "practice"), 7)
        self.assert_ran(self.server.cli("integration", "test", self.integration["id"]), 7)
        self.assert_ran(self.server.cli("doctor", "--network"), 7)


class Arguments(Lab):
    """What is wrong with an action's arguments: the field at fault, and those that the action takes, over REST and the command line."""

    TAKES = ["ticket_id", "text", "public", "uploads"]

    def setUp(self):
        super().setUp()
        self.ready()

    def test_over_rest(self):
        for arguments, code, field in (({"ticket": 7, "text": "a"}, "field-unknown", "ticket"), ({"ticket_id": "x", "text": "a", "public": True}, "field-type", "ticket_id"),
                                       ({"ticket_id": 7}, "field-missing", "text")):
            with self.subTest(arguments=arguments):
                problem = self.assert_problem(self.server.http.post(f"/agents/{self.agent_id}/actions/add_comment", {"arguments": arguments}), 422, code, field)
                self.assertEqual(problem["fields"], self.TAKES)

    def test_on_the_command_line(self):
        good = ("--arg", "text=a", "--arg", "public=true")
        for given, said in ((("ticket=7",), "There is no field ticket"), (("ticket_id=x",), "The field ticket_id has another type than expected\nExpected: a whole number."),
                            (("ticket_id:=[7]",), "The field ticket_id has another type than expected"), ((), "The field ticket_id is missing")):
            with self.subTest(given=given):
                more = tuple(word for argument in given for word in ("--arg", argument))
                ran = self.assert_ran(self.server.cli("action", "run", "add_comment", *more, *good), 1)
                self.assertIn(said, ran.err)
                self.assertIn(f"  It takes: {', '.join(self.TAKES)}\n", ran.err)
        self.assertIn("takes JSON", self.assert_ran(self.server.cli("action", "run", "add_comment", "--arg", "ticket_id:=x"), 2).err)


class Deleting(Lab):
    """What cannot be undone is asked for: on a terminal with a question, elsewhere with --yes."""

    def setUp(self):
        super().setUp()
        self.ready()
        self.talk = self.chat()

    def on_terminal(self, answer, *arguments):
        """The exit code, and what stood on the terminal."""
        here, there = os.openpty()
        process = subprocess.Popen([BINARY, *arguments, "--data", str(self.server.data)], stdin=there, stdout=there, stderr=there,
                                   env=clean_environment(), preexec_fn=die_with_parent)
        os.close(there)
        os.write(here, answer.encode())
        said = b""
        while True:
            try:
                piece = os.read(here, 4096)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            said += piece
        os.close(here)
        return process.wait(ANSWER_S), said.decode()

    def test_without_a_terminal(self):
        for arguments in (("agent", "delete", "Support"), ("conversation", "erase", self.talk.id)):
            ran = self.assert_ran(self.server.cli(*arguments, stdin="yes\n"), 2)
            self.assertIn("It cannot be undone. Say so with --yes.", ran.err)
        self.assertEqual(self.server.http.get(self.talk.path).status, 200)
        self.assert_ran(self.server.cli("conversation", "erase", self.talk.id, "--yes"))
        self.assert_problem(self.server.http.get(self.talk.path), 404, "not-found")
        self.assert_ran(self.server.cli("agent", "delete", "Support", "--yes"))
        self.assertEqual(self.server.http.get("/agents").json["items"], [])

    def test_on_a_terminal(self):
        for answer in ("n\n", "\n", "\x04"):
            code, said = self.on_terminal(answer, "agent", "delete", "Support")
            self.assertEqual(code, 1, said)
            self.assertIn("Delete the agent Support with its connection to Zendesk? It cannot be undone. [y/N]", said)
            self.assertIn("Nothing was deleted.", said)
        self.assertEqual(len(self.server.http.get("/agents").json["items"]), 1)
        code, said = self.on_terminal("y\n", "agent", "delete", "Support")
        self.assertEqual((code, self.server.http.get("/agents").json["items"]), (0, []), said)


class LongLines(Lab):
    def test_a_line_over_the_limit_is_not_cut(self):
        """32 KiB is what a message may have: a line of that length is one message, a longer one is none."""
        self.ready()
        fits, over = "a" * 32768, "b" * 32769
        ran = self.assert_ran(self.server.cli("chat", "--json", stdin=f"{fits}\n{over}\nhello\n"), 1)
        self.assertEqual(ran.err.count("This line is longer than a message may be: 32 KiB."), 1, ran.err)
        self.assertEqual(len(ran.out.splitlines()), 2)
        talk = self.server.http.get("/conversations").json["items"][0]["id"]
        said = [message["text"] for message in self.server.http.get(f"/conversations/{talk}").json["messages"] if message["author"] == "visitor"]
        self.assertEqual(said, [fits, "hello"])


class BothWays(Lab):
    """The same commands, the same answers, whether a server owns the directory or not."""

    def setUp(self):
        super().setUp()
        self.ready()

    def everything(self):
        """(arguments, expected exit code) of every command that is one request."""
        integration, conversation = self.integration["id"], self.conversation
        return [
            (("agent", "list"), 0), (("agent", "show", "Support"), 0), (("agent", "update", "Support", "--instructions", "Be brief."), 0),
            (("integration", "list"), 0), (("integration", "show", integration), 0), (("integration", "test", integration), 0),
            (("action", "list"), 0), (("action", "run", "get_ticket", "--arg", "ticket_id:=99999"), 1),
            (("action", "run", "create_ticket", "--dry-run", "--arg", "subject=a", "--arg", "description=b", "--arg", f"requester_email={EMAIL}"), 0),
            (("conversation", "list"), 0), (("conversation", "show", conversation), 0),
            (("request", "list"), 0), (("request", "list", "--status", "needs_human"), 0),
            (("key", "create", "--name", "laptop", "--role", "viewer"), 0), (("key", "list"), 0), (("member", "list"), 0),
            (("setup",), 0), (("openapi",), 0), (("doctor",), 0), (("migrate", "--dry-run"), 0), (("chat",), 0), (("version",), 0),
        ]

    def play(self, *more):
        """Each in its plain form and with --json. Returns the shapes of the JSON: the names of the members."""
        shapes = []
        for arguments, code in self.everything():
            options, line = (more, "hello\n") if arguments == ("chat",) else ((), "")
            plain = self.server.cli(*arguments, *options, stdin=line)
            self.assertEqual(plain.code, code, f"{arguments}\n{plain}")
            ran = self.server.cli(*arguments, "--json", *options, stdin=line)
            self.assertEqual(ran.code, code, f"{arguments} --json\n{ran}")
            answer = ran.json
            shapes.append((arguments[:2], sorted(answer) if isinstance(answer, dict) else len(answer)))
        return shapes

    def test_every_command(self):
        talk = self.chat()
        talk.say("hello")
        self.conversation = talk.id
        against_server = self.play()
        self.assertEqual(self.server.stop(), 0)
        resolve = ("--zendesk-resolve", self.zendesk.resolve)
        (self.server.data / "chatcrafter.conf").write_text(f"zendesk_resolve = {self.zendesk.resolve}\n")
        in_process = self.play(*resolve)
        self.assertEqual(in_process, against_server)

    def test_life_of_an_agent(self):
        """From nothing to a ticket and away again, by commands alone, both ways."""
        for running in (True, False):
            with self.subTest(running=running):
                if not running:
                    self.server.stop()
                    (self.server.data / "chatcrafter.conf").write_text(f"zendesk_resolve = {self.zendesk.resolve}\n")
                name = f"Shop {running}"
                self.assert_ran(self.server.cli("agent", "create", "--name", name))
                token = self.write("token", self.zendesk.options[5])
                made = self.assert_ran(self.server.cli("integration", "add", "zendesk", "--agent", name, "--subdomain", "practice", "--email", EMAIL,
                                                       "--api-token-file", token, "--json")).json
                talk = self.assert_ran(self.server.cli("chat", "--agent", name, stdin="open a ticket for bob@acme.io: the door is stuck\nyes\n")).out
                self.assertRegex(talk, r"Ticket #\d+ is created")
                secret = self.write("secret", self.zendesk.options[7].split(":")[1])
                changed = self.assert_ran(self.server.cli("integration", "credentials", made["id"], "--subdomain", "practice", "--client-id", "black-box-client",
                                                          "--client-secret-file", secret, "--json")).json
                self.assertEqual((changed["id"], changed["auth"]), (made["id"], "oauth_client"))
                self.assert_ran(self.server.cli("integration", "remove", made["id"]))
                self.assert_ran(self.server.cli("integration", "show", made["id"]), 5)
                self.assert_ran(self.server.cli("agent", "delete", name, "--yes"))
        self.assertEqual(len(self.zendesk.tickets()), 2)

    def test_going_on_with_a_conversation(self):
        first = self.assert_ran(self.server.cli("chat", "--json", stdin="open a ticket for bob@acme.io: the door is stuck\n"))
        listed = self.server.http.get("/conversations").json["items"][0]["id"]
        self.assertEqual(json.loads(first.out)["awaiting"], "confirmation")
        second = self.assert_ran(self.server.cli("chat", "--conversation", listed, stdin="yes\n"))
        self.assertIn(" is created", second.out)
        shown = self.assert_ran(self.server.cli("conversation", "show", listed)).out
        self.assertIn("action   create_ticket: done", shown)
        self.assert_ran(self.server.cli("conversation", "erase", listed, "--yes"))
        self.assert_ran(self.server.cli("conversation", "show", listed), 5)

    def test_by_url_with_a_key(self):
        options = ("--server", f"http://{self.server.address}/")
        environment = {"CHATCRAFTER_KEY": self.server.key}
        self.assertIn("Support", self.assert_ran(run("agent", "list", *options, environment=environment)).out)
        ran = run("chat", *options, stdin="open a ticket for bob@acme.io: the door is stuck\nyes\n", environment=environment)
        self.assertIn(" is created", self.assert_ran(ran).out)

    def test_text_of_others_does_not_steer_the_terminal(self):
        self.server.http.post("/agents", {"name": "Red"})
        talk = self.chat()
        talk.say("hello \x1b[31mred\x07")
        ran = self.assert_ran(self.server.cli("conversation", "show", talk.id))
        self.assertNotIn("\x1b", ran.out)
        self.assertNotIn("\x07", ran.out)
        self.assertNotIn("\x1b", self.assert_ran(self.server.cli("conversation", "list")).out)
