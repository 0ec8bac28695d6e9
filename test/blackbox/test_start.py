"""Starting: what is refused, with which message and exit code; configuration; root, ports, two servers on one directory."""

import os
import pwd
import socket
import unittest

from lab import Lab, Program, run

IS_ROOT = os.geteuid() == 0


class Start(Lab):
    def refused(self, *arguments, code, environment=None):
        ran = run("serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0", *arguments, environment=environment, timeout_s=10)
        self.assert_ran(ran, code)
        return ran.err

    def test_busy_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            for command, option in ((("serve", "--listen", address), "--listen"), (("sandbox", "--listen", address), "--listen"),
                                    (("demo", "--once", "--listen", address, "--sandbox-listen", "127.0.0.1:0"), "--listen"),
                                    (("demo", "--once", "--listen", "127.0.0.1:0", "--sandbox-listen", address), "--sandbox-listen")):
                with self.subTest(command=command):
                    ran = self.assert_ran(run(*command, "--data", self.folder / "busy"), 6)
                    self.assertIn(address, ran.err)
                    self.assertIn(f"{option} 127.0.0.1:0", ran.err, "the fix")

    def test_second_server_on_the_same_directory(self):
        server = self.serve()
        err = self.refused(code=6)
        self.assertIn(f"process {server.program.process.pid}", err)
        self.assertIn("--data DIR", err)
        self.assertEqual(server.http.get("/agents").status, 200, "the first one goes on")

    def test_start_after_a_kill_needs_no_cleaning(self):
        server = self.serve()
        server.kill()
        self.assertTrue((server.data / "chatcrafter.sock").exists())
        server.start()
        self.assertEqual(server.http.get("/agents").status, 200)

    # ---- configuration

    def test_unknown_key_in_the_file(self):
        path = self.write("c.conf", "# a comment\n\nlisten = 127.0.0.1:0\nlimits.body_byts = 1000\n")
        err = self.refused("--config", path, code=3)
        self.assertIn(f"{path} line 4: there is no key limits.body_byts. The nearest is limits.body_bytes.", err)

    def test_wrong_values_in_the_file(self):
        for text, said in (("limits.body_bytes = many", "line 1: limits.body_bytes is a number"), ("listen", "line 1: a line is KEY = VALUE"),
                           ("zendesk_resolve = practice", "line 1: zendesk_resolve is SUBDOMAIN=URL"), ("log.level = loud", "log.level is")):
            with self.subTest(text=text):
                self.assertIn(said, self.refused("--config", self.write("c.conf", f"{text}\n"), code=3))

    def test_file_that_is_not_there(self):
        self.assertIn("nowhere.conf cannot be read", self.refused("--config", self.folder / "nowhere.conf", code=3))

    def test_flags_before_environment_before_file(self):
        def level(flag=None, environment=None, text=""):
            path = self.write("c.conf", text)
            arguments = ["--config", path, *(["--log-level", flag] if flag else [])]
            server = Program(self.folder, "configured", ["serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0", *arguments], environment)
            server.said("ready: ")
            self.assertEqual(server.stop(), 0)
            return '"msg":"serving"' in server.talk()

        quiet, talkative = {"CHATCRAFTER_LOG_LEVEL": "error"}, {"CHATCRAFTER_LOG_LEVEL": "info"}
        self.assertFalse(level(text="log.level = error\n"))
        self.assertTrue(level(environment=talkative, text="log.level = error\n"))
        self.assertFalse(level(environment=quiet, text="log.level = info\n"))
        self.assertTrue(level(flag="info", environment=quiet, text="log.level = error\n"))

    def test_limits_from_the_file(self):
        (self.folder / "data").mkdir(0o700)
        (self.folder / "data" / "chatcrafter.conf").write_text("limits.body_bytes = 2000\n")
        server = self.serve()
        self.assertEqual(server.http.post("/agents", {"name": "Support", "instructions": "x" * 1000}).status, 201)
        answer = server.http.post("/agents", {"name": "Support", "instructions": "x" * 4000})
        self.assertEqual(answer.status, 413, answer)

    def test_other_databases_are_refused(self):
        self.assertIn("is not a database this program can use", self.refused("--database", "postgres://localhost/x", code=3))

    def test_key_file_open_to_others(self):
        server = self.serve()
        server.stop()
        (server.data / "master.key").chmod(0o644)
        self.assertIn(f"chmod 600 {server.data / 'master.key'}", self.refused(code=4))

    # ---- root

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_root_beyond_loopback_is_refused(self):
        err = self.refused("--listen", "0.0.0.0:0", code=4)
        self.assertIn("--user", err)
        self.assertFalse((self.folder / "data").exists(), "before anything is made")

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_user(self):
        self.folder.chmod(0o755)
        nobody = pwd.getpwnam("nobody")
        server = self.serve(listen="0.0.0.0:0", options=["--user", "nobody"])
        for role in ("front", "egress"):
            text = open(f"/proc/{server.program.child(role)}/status").read()
            status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
            self.assertEqual(set(status["Uid"].split()), {str(nobody.pw_uid)})
            self.assertEqual(set(status["Gid"].split()), {str(nobody.pw_gid)})
            self.assertEqual((status["Groups"].strip(), status["NoNewPrivs"]), ("", "1"))
        self.assertEqual(server.http.post("/agents", {"name": "Support"}).status, 201)
        self.assertEqual({path.stat().st_uid for path in (server.data, *server.data.iterdir())}, {nobody.pw_uid})
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(len(server.http.get("/agents").json["items"]), 1)

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_user_that_is_none(self):
        self.assertIn("There is no user nobody-of-that-name", self.refused("--user", "nobody-of-that-name", code=3))

    @unittest.skipUnless(IS_ROOT, "needs root")
    def test_directory_of_another_user(self):
        (self.folder / "data").mkdir(0o700)
        err = self.refused("--user", "nobody", code=4)
        self.assertIn(f"chown -R nobody: {self.folder / 'data'}", err)
