"""Under a service manager: told when it is ready and when it stops, its key from a credential, its unit installed and confined."""

import os
import pathlib
import shutil
import socket
import stat
import subprocess
import unittest

from lab import Lab

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Service(Lab):
    def listen(self):
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        told.bind(str(self.folder / "notify"))
        told.settimeout(30)
        self.addCleanup(told.close)
        return told

    def test_the_service_manager_is_told(self):
        told = self.listen()
        server = self.serve(environment={"NOTIFY_SOCKET": str(self.folder / "notify")})
        self.assertEqual(told.recv(100), b"READY=1")
        self.assertEqual(server.http.get("/agents").status, 200)
        server.stop()
        self.assertEqual(told.recv(100), b"STOPPING=1")

    def test_a_service_manager_that_does_not_listen_is_no_reason_to_stop(self):
        server = self.serve(environment={"NOTIFY_SOCKET": str(self.folder / "nobody")})
        self.assertEqual(server.http.get("/agents").status, 200)
        self.assertIn("the service manager was not told", server.talk())

    def test_the_master_key_as_a_credential(self):
        zendesk = self.practice()
        first = self.serve(zendesk)
        agent = self.agent(first)
        self.connect(first, agent)
        first.stop()
        credentials = self.folder / "credentials"
        credentials.mkdir()
        shutil.move(first.data / "master.key", credentials / "master.key")
        again = self.serve(zendesk, environment={"CREDENTIALS_DIRECTORY": str(credentials)})
        integration = again.http.get(f"/agents/{agent}/integrations").json["items"][0]["id"]
        self.assertEqual(again.http.post(f"/integrations/{integration}/tests").json["result"], "passed")
        self.assertFalse((again.data / "master.key").exists(), "no second key was made")

    def test_make_install(self):
        done = subprocess.run(["make", "-s", "install", f"DESTDIR={self.folder}", "PREFIX=/opt/chatcrafter"], cwd=ROOT, capture_output=True, text=True,
                              env={**os.environ, "MAKEFLAGS": ""})
        self.assertEqual(done.returncode, 0, done.stderr)
        program = self.folder / "opt/chatcrafter/bin/chatcrafter"
        self.assertEqual(stat.S_IMODE(program.stat().st_mode), 0o755)
        unit = (self.folder / "opt/chatcrafter/lib/systemd/system/chatcrafter.service").read_text()
        self.assertIn("ExecStart=/opt/chatcrafter/bin/chatcrafter serve", unit)

    def test_the_unit_lets_the_processes_confine_themselves(self):
        """Another call than these ends a process at once."""
        unit = (ROOT / "packaging/chatcrafter.service").read_text().splitlines()
        allowed = [line for line in unit if line.startswith("SystemCallFilter=@system-service ")]
        self.assertEqual(len(allowed), 1)
        self.assertLessEqual({"seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}, set(allowed[0].split()))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
    def test_the_unit_is_confined(self):
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", str(ROOT / "packaging/chatcrafter.service")], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-400:] + done.stderr)
        self.assertIn("Overall exposure level", done.stdout)
