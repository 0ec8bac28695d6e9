"""The three processes of a server: named, confined, started again when one dies, ended together."""

import os
import pathlib
import signal

from lab import Lab, Later, until


def status(pid):
    return dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)


def is_there(pid):
    return pathlib.Path(f"/proc/{pid}").exists() and status(pid)["State"][0] != "Z"


class Processes(Lab):
    def pids(self):
        return [until(lambda: self.server.program.child(role), f"there is a process {role}") for role in ("front", "egress")]

    def successor(self, role, former):
        return until(lambda: self.server.program.child(role) not in (None, former), f"another {role}")

    def test_ps_names_them(self):
        self.ready()
        for role, pid in zip(("front", "egress"), self.pids()):
            shown = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").decode()
            self.assertEqual(shown, f"chatcrafter: {role}")
        parent = pathlib.Path(f"/proc/{self.server.program.process.pid}/cmdline").read_bytes()
        self.assertIn(b"\0serve\0", parent)

    def test_each_is_confined_as_the_server_says(self):
        self.ready()
        for process, pid in zip(self.server.http.get("/system").json["processes"], self.pids()):
            now = status(pid)
            self.assertEqual(now["NoNewPrivs"], "1")
            self.assertEqual(now["Seccomp"] == "2", process["system_calls"], process)
            if not all(process[held] for held in ("system_calls", "files", "network")):
                self.assertIn("confined", self.server.talk(), "the log says what is not held")

    def test_egress_dies_and_the_server_goes_on(self):
        self.ready()
        front, egress = self.pids()
        os.kill(egress, signal.SIGKILL)
        self.successor("egress", egress)
        until(lambda: "is there again" in self.server.talk(), "front has its new line")
        talk = self.chat()
        talk.propose()
        turn = talk.say("yes")
        self.assertEqual(turn["actions"][-1]["status"], "done", turn)
        self.assertEqual(self.pids()[0], front, "nobody was cut off")
        self.assert_one_ticket(self.zendesk)
        self.assertEqual(self.server.stop(), 0)

    def test_egress_dies_in_the_middle_of_a_call(self):
        """The ticket was made, the answer was lost with the process: it is looked for, not made again."""
        self.ready()
        talk = self.chat()
        talk.propose()
        self.zendesk.fault("delay:2000")
        egress = self.pids()[1]
        turn = Later(lambda: talk.say("yes"))
        until(self.zendesk.tickets, "the ticket is made")
        os.kill(egress, signal.SIGKILL)
        turn.wait()
        until(lambda: talk.show()["actions"][-1]["status"] == "done", "done in the end", 60)
        self.assert_one_ticket(self.zendesk)

    def test_front_dies_and_is_started_again(self):
        self.ready()
        talk = self.chat()
        talk.propose()
        front, egress = self.pids()
        os.kill(front, signal.SIGKILL)
        self.successor("front", front)
        self.successor("egress", egress)
        until(self.answers, "it serves again, on the same address")
        turn = talk.say("yes")
        self.assertEqual(turn["actions"][-1]["status"], "done", turn)
        self.assert_one_ticket(self.zendesk)
        self.assertEqual(self.server.stop(), 0)

    def answers(self):
        try:
            return self.server.open.get("/readyz").status == 200
        except OSError:
            return False

    def test_none_outlives_the_parent(self):
        self.ready()
        pids = self.pids()
        self.server.kill()
        until(lambda: not any(map(is_there, pids)), "both are gone")

    def test_a_secret_is_sealed_after_egress_died(self):
        self.ready()
        egress = self.pids()[1]
        os.kill(egress, signal.SIGKILL)
        self.successor("egress", egress)
        until(lambda: "is there again" in self.server.talk(), "front has its new line")
        self.connect(self.server, self.agent(self.server, "Another"))
