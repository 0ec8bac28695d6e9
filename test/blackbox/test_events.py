"""The event stream of a conversation: every event has an id, and Last-Event-ID gives exactly the ones that were missed."""

from lab import SETUP_CHECK, Lab, Later


class ConversationEvents(Lab):
    def setUp(self):
        super().setUp()
        self.ready()
        self.talk = self.chat()

    def follow(self, after=None):
        events = self.server.http.stream("GET", f"{self.talk.path}/events", headers={} if after is None else {"Last-Event-ID": str(after)})
        self.addCleanup(events.close)
        self.assertEqual((events.status, events.type.split(";")[0]), (200, "text/event-stream"))
        return events

    def whole_conversation(self, events):
        """Says the setup check's lines and takes what the stream tells of them."""
        taken = []
        for line in SETUP_CHECK:
            saying = Later(lambda line=line: self.talk.say(line))
            taken += events.take_until("turn.completed")
            saying.wait()
        return taken

    def test_events_with_ids(self):
        taken = self.whole_conversation(self.follow())
        ids = [int(event.id) for event in taken]
        self.assertEqual(ids, sorted(set(ids)), "each its own id, growing")
        self.assertEqual([event.name for event in taken], [
            "message.completed", "message.completed", "turn.completed",
            "message.completed", "action.proposed", "message.completed", "turn.completed",
            "message.completed", "action.sending", "action.done", "message.completed", "turn.completed"])
        done = next(event.json for event in taken if event.name == "action.done")
        self.assertEqual((done["status"], [call["status"] for call in done["calls"]]), ("done", [201]))
        messages = [event.json for event in taken if event.name == "message.completed"]
        self.assertEqual([message["id"] for message in messages], [message["id"] for message in self.talk.show()["messages"]])

    def test_resume_gives_exactly_the_missed_ones(self):
        taken = self.whole_conversation(self.follow())
        whole = [(event.id, event.name) for event in taken]
        for at in range(len(whole)):
            with self.subTest(after=whole[at]):
                again = self.follow(whole[at][0])
                missed = []
                while len(missed) < len(whole) - at - 1:
                    missed.append(next(iter(again)))
                self.assertEqual([(event.id, event.name) for event in missed], whole[at + 1:])
                again.close()

    def test_resume_then_live(self):
        """Stored events and new ones come in one line: none twice, none missing."""
        first = self.follow()
        saying = Later(lambda: self.talk.say("hello"))
        seen = first.take_until("turn.completed")
        saying.wait()
        first.close()
        self.talk.say("help")
        again = self.follow(seen[-1].id)
        saying = Later(lambda: self.talk.say("thanks"))
        later = again.take_until("turn.completed") + again.take_until("turn.completed")
        saying.wait()
        ids = [int(event.id) for event in seen + later]
        self.assertEqual(ids, list(range(1, 10)))

    def test_resume_from_the_beginning(self):
        self.talk.say("hello")
        taken = self.follow(0).take_until("turn.completed")
        self.assertEqual([int(event.id) for event in taken], [1, 2, 3])

    def test_resume_over_a_restart(self):
        self.talk.say("hello")
        self.server.kill()
        self.server.start()
        self.talk.say("thanks")
        taken = self.follow(3).take_until("turn.completed")
        self.assertEqual([int(event.id) for event in taken], [4, 5, 6])

    def test_many_followers_see_the_same(self):
        followers = [self.follow() for _ in range(20)]
        saying = Later(lambda: self.talk.say("hello"))
        seen = [[(event.id, event.name, event.data) for event in one.take_until("turn.completed")] for one in followers]
        saying.wait()
        self.assertTrue(all(one == seen[0] for one in seen))

    def test_message_as_events(self):
        """A message with Accept: text/event-stream is answered by what happens, then by the turn's answer."""
        self.talk.propose()
        events = self.server.http.stream("POST", f"{self.talk.path}/messages", {"text": "yes"})
        self.addCleanup(events.close)
        taken = events.take_until("turn.completed")
        names = [event.name for event in taken]
        self.assertEqual([name for name in names if name != "message.completed"], ["action.sending", "action.done", "turn.completed"])
        turn = taken[-1].json
        self.assertEqual((turn["actions"][-1]["status"], turn["awaiting"]), ("done", None))
        self.assertIn(f"#{turn['actions'][-1]['result']['id']}", turn["replies"][-1]["text"])

    def test_unreadable_last_event_id(self):
        for value in ("abc", "-1", "99999999999999999999999"):
            with self.subTest(value=value):
                answer = self.server.http.get(f"{self.talk.path}/events", headers={"Last-Event-ID": value})
                self.assert_problem(answer, 400, "request-unreadable")

    def test_unknown_conversation(self):
        self.assert_problem(self.server.http.get("/conversations/con_00000000000000000000000000/events"), 404, "not-found")

    def test_without_a_key(self):
        self.assert_problem(self.server.open.get(f"/api/v1{self.talk.path}/events"), 401, "sign-in-needed")
