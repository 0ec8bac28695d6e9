"""SIGTERM and SIGINT: running turns finish and are answered, nothing new is begun, and the process ends with 0."""

import http.client
import signal
import time

from lab import Lab, Later, until, words


class Stop(Lab):
    def test_a_running_turn_finishes_and_is_answered(self):
        self.ready()
        talk = self.chat()
        talk.propose()
        self.zendesk.fault("delay:2000")
        saying = Later(lambda: talk.say("yes"))
        until(self.zendesk.tickets, "the call is out")
        stopping = Later(self.server.stop)
        turn = saying.wait()
        self.assertEqual(turn["actions"][-1]["status"], "done", turn)
        self.assertIn(f"#{turn['actions'][-1]['result']['id']}", words(turn))
        self.assertEqual(stopping.wait(), 0)
        self.server.start()
        self.assertEqual(talk.show()["actions"][-1]["status"], "done")

    def test_nothing_new_is_begun_while_stopping(self):
        self.ready()
        talk, other = self.chat(), self.chat()
        talk.propose()
        self.zendesk.fault("delay:3000")
        connection, response = self.server.http.request("GET", f"{other.path}/events", headers={"Accept": "text/event-stream"})
        self.addCleanup(connection.close)
        self.addCleanup(response.close)
        kept = self.kept_connection()
        saying = Later(lambda: talk.say("yes"))
        until(self.zendesk.tickets, "the call is out")
        self.server.program.process.send_signal(signal.SIGTERM)
        until(lambda: "stopping" in self.server.talk(), "stopping")
        kept.request("POST", f"/api/v1{other.path}/messages", '{"text":"hello"}',
                     {"Content-Type": "application/json", "Authorization": f"Bearer {self.server.key}"})
        refused = kept.getresponse()
        self.assertEqual(refused.status, 503)
        self.assertIn(b"server-stopping", refused.read())
        saying.wait()
        self.assertEqual(self.server.program.process.wait(20), 0)

    def test_a_second_signal_ends_it_now(self):
        self.ready()
        talk = self.chat()
        talk.propose()
        self.zendesk.fault("delay:15000")
        saying = Later(lambda: talk.say("yes"))
        until(self.zendesk.tickets, "the call is out")
        self.server.program.process.send_signal(signal.SIGTERM)
        until(lambda: "stopping" in self.server.talk(), "stopping")
        begun = time.monotonic()
        self.assertNotEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - begun, 3)
        saying.join()
        self.zendesk.no_faults()
        self.server.start()
        until(lambda: talk.show()["actions"][-1]["status"] == "done", "taken up at the next start")
        self.assert_one_ticket(self.zendesk)

    def kept_connection(self):
        """A keep-alive connection that stands before the stop begins."""
        connection = http.client.HTTPConnection(self.server.address, timeout=20)
        connection.request("GET", "/livez")
        connection.getresponse().read()
        self.addCleanup(connection.close)
        return connection

    def test_event_streams_do_not_hold_it_up(self):
        self.ready()
        talk = self.chat()
        events = self.server.http.stream("GET", f"{talk.path}/events")
        self.addCleanup(events.close)
        self.assertEqual(Later(self.server.stop).wait(10), 0)

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                server = self.serve(name=f"data-{number}")
                self.assertEqual(server.stop(number), 0)
                self.assertFalse((server.data / "chatcrafter.sock").exists(), "the socket is taken away")

    def test_practice_zendesk_ends_with_0(self):
        self.assertEqual(self.practice().stop(), 0)

    def test_idle_server_stops_at_once(self):
        self.ready()
        begun = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - begun, 3)
