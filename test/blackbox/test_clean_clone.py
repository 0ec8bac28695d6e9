"""The README's commands from a clean clone: ./quickstart is run here, and ./check is what runs this.

It installs packages and builds everything, so it runs only when CHATCRAFTER_CLEAN_CLONE is set.
"""

import os
import re
import subprocess
import time
import unittest

from lab import ROOT, Lab, clean_environment, free_port


@unittest.skipUnless(os.environ.get("CHATCRAFTER_CLEAN_CLONE"), "CHATCRAFTER_CLEAN_CLONE is not set")
class Clone(Lab):
    def in_clone(self, *command, timeout_s):
        return subprocess.run(command, cwd=self.folder / "clone", env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout_s, check=False)

    def test_clean_clone(self):
        readme = (ROOT / "README.md").read_text()
        for command in ("./quickstart", "./check"):
            self.assertRegex(readme, rf"(?m)^    {re.escape(command)}\b")
            self.assertTrue(os.access(ROOT / command, os.X_OK), command)
        subprocess.run(["git", "clone", "--quiet", f"file://{ROOT}", str(self.folder / "clone")], check=True)
        command = ("./quickstart", "--once", "--listen", f"127.0.0.1:{free_port()}", "--sandbox-listen", f"127.0.0.1:{free_port()}")
        first = self.in_clone(*command, timeout_s=1200)
        self.assertEqual(first.returncode, 0, first)
        number = re.search(r"Ticket #(\d+) is created: Printer on fire", first.stdout)
        self.assertTrue(number, first.stdout)
        self.assertIn(f"Ticket #{number[1]} is there", first.stdout)
        self.assertTrue(first.stdout.endswith("Setup check passed.\n"), first.stdout)
        begun = time.monotonic()
        second = self.in_clone(*command, timeout_s=60)
        self.assertEqual(second.returncode, 0, second)
        self.assertLess(time.monotonic() - begun, 10, "nothing is built a second time")
        left = self.in_clone("git", "status", "--short", timeout_s=60).stdout
        self.assertEqual(left, "", "the clone is as it was")
