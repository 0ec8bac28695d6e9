"""chatcrafter doctor: all well, and each failure that it can name, with the command that mends it. It changes nothing."""

import fcntl
import json
import os

from lab import IS_SANITIZED, LIBC, Lab, run

LANDLOCK_CREATE_RULESET, ONLY_THE_VERSION = 444, 1
# What docs/security.md calls all of it: seccomp is everywhere, Landlock holds the network from version 4 on. A sanitizer's reports need what is taken away.
HOLDS_PROCESSES = not IS_SANITIZED and LIBC.syscall(LANDLOCK_CREATE_RULESET, None, 0, ONLY_THE_VERSION) >= 4


class Doctor(Lab):
    def doctor(self, *arguments, code=7, data=None):
        ran = self.assert_ran(run("doctor", "--data", data or self.server.data, "--json", *arguments), code)
        return {check["check"]: check for check in json.loads(ran.out)}

    def assert_failing(self, checks, name, said, fix):
        self.assertEqual([check["check"] for check in checks.values() if not check["ok"]], [name], checks)
        self.assertIn(said, checks[name]["said"])
        self.assertIn(fix, checks[name]["fix"])

    def test_all_well(self):
        self.ready()
        for running in (True, False):
            with self.subTest(running=running):
                if not running:
                    self.server.stop()
                checks = self.doctor(code=0 if HOLDS_PROCESSES or not running else 7)
                confinement = checks.pop("confinement")
                if running and HOLDS_PROCESSES:
                    self.assertEqual((confinement["ok"], confinement["said"]), (True, "front is held, egress is held"))
                self.assertEqual([check["fix"] for check in checks.values()], [None] * len(checks))
                self.assertEqual(checks["server"]["said"], "ready" if running else "not running; ready to start")
                self.assertLessEqual({"data directory", "disk", "master key", "database", "server", "zendesk"}, set(checks))
        ran = self.assert_ran(self.server.cli("doctor"))
        self.assertTrue("FAIL" not in ran.out or not HOLDS_PROCESSES, ran)
        self.assertIn("practice: connected", ran.out)

    def test_no_data_directory(self):
        checks = self.doctor(data=self.folder / "nowhere")
        self.assert_failing(checks, "data directory", "is not there", "chatcrafter serve")
        self.assertFalse((self.folder / "nowhere").exists())

    def test_data_directory_open_to_others(self):
        self.server = self.serve()
        self.server.data.chmod(0o755)
        checks = self.doctor()
        self.assert_failing(checks, "data directory", "mode 755", f"chmod 700 {self.server.data}")

    def test_key_open_to_others(self):
        self.server = self.serve()
        (self.server.data / "master.key").chmod(0o644)
        self.assert_failing(self.doctor(), "master key", "mode 644", "chmod 600")

    def test_key_is_gone(self):
        """Nothing makes a new one behind the operator's back."""
        self.server = self.serve()
        self.server.stop()
        key = self.server.data / "master.key"
        key.unlink()
        self.assert_failing(self.doctor(), "master key", "is not there", "Put the copy of it back")
        self.assertFalse(key.exists())

    def test_database_is_damaged(self):
        self.server = self.serve()
        self.server.stop()
        (self.server.data / "chatcrafter.db").write_bytes(b"this is no database, it is a text of some length" * 100)
        self.assert_failing(self.doctor(), "database", "chatcrafter.db", "chatcrafter restore --from")

    def test_schema_is_behind(self):
        self.server = self.serve()
        self.server.stop()
        (self.server.data / "chatcrafter.db").unlink()
        before = sorted(os.listdir(self.server.data))
        self.assert_failing(self.doctor(), "database", "schema 0 of", "chatcrafter migrate")
        self.assertEqual(sorted(os.listdir(self.server.data)), before, "looking changes nothing")

    def test_connection_needs_attention(self):
        self.ready()
        self.zendesk.stop()
        self.server.http.post(f"/integrations/{self.integration['id']}/tests")
        self.assert_failing(self.doctor(), "zendesk", "practice: needs_attention", f"chatcrafter integration test {self.integration['id']}")

    def test_network(self):
        """--network tests each connection; without it the stored status is told."""
        self.ready()
        self.zendesk.stop()
        self.doctor(code=0)
        self.assert_failing(self.doctor("--network"), "zendesk", "practice: test failed", "chatcrafter integration test")
        self.zendesk.start()
        self.doctor("--network", code=0)

    def test_directory_held_by_a_process_that_does_not_answer(self):
        self.server = self.serve()
        self.server.kill()
        with open(self.server.data / "chatcrafter.db.lock", "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assert_failing(self.doctor(), "server", "could not be asked", "See above")

    def test_configuration(self):
        self.server = self.serve()
        (self.server.data / "chatcrafter.conf").write_text("listen = 127.0.0.1:0\nlog.levle = info\n")
        self.assert_failing(self.doctor(), "configuration", "line 2: there is no key log.levle. The nearest is log.level", "Mend that line")

    def test_server_elsewhere(self):
        self.server = self.serve()
        environment = {"CHATCRAFTER_KEY": self.server.key}
        ran = run("doctor", "--server", f"http://{self.server.address}", environment=environment)
        self.assert_ran(ran)
        self.assertIn("ready", ran.out)
        self.server.stop()
        ran = run("doctor", "--server", f"http://{self.server.address}", environment=environment)
        self.assert_ran(ran, 7)
        self.assertIn("FAIL  server", ran.out)
