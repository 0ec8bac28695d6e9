"""The README's first command on a tree that is built already: ready at once, and the setup check passes.

What it does in a clean clone (installing, building) is test_clean_clone.py's.
"""

import os
import re
import subprocess
import time

from lab import ROOT, Lab, clean_environment, free_port


class Readme(Lab):
    def test_commands_of_the_readme(self):
        readme = (ROOT / "README.md").read_text()
        for command in ("./quickstart", "./check"):
            self.assertRegex(readme, rf"(?m)^    {re.escape(command)}\b")
            self.assertTrue(os.access(ROOT / command, os.X_OK), command)

    def test_quickstart_of_a_built_tree(self):
        command = ("./quickstart", "--once", "--data", str(self.folder / "data"), "--listen", f"127.0.0.1:{free_port()}", "--sandbox-listen", f"127.0.0.1:{free_port()}")
        begun = time.monotonic()
        played = subprocess.run(command, cwd=ROOT, env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(played.returncode, 0, played)
        self.assertLess(time.monotonic() - begun, 60, "nothing is built a second time")
        number = re.search(r"Ticket #(\d+) is created: Printer on fire", played.stdout)
        self.assertTrue(number, played.stdout)
        self.assertIn(f"Ticket #{number[1]} is there", played.stdout)
        self.assertTrue(played.stdout.endswith("Setup check passed.\n"), played.stdout)
