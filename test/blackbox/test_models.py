"""Agents that have a model: words through the gate, tools that read, orders that the visitor confirms, and going on when a model does not. The models are
scripted (model.py)."""

import http.server
import json
import threading

from lab import ANSWER_S, Chat, Lab, Later, until, words
from model import Model, add_provider, broken, call, give_model
from test_webhook import Receiver

HELD = "I can only tell you what has been confirmed here"
ORDER = {"subject": "Printer on fire", "description": "Smoke comes out of tray 2", "requester_email": "jane@example.com", "priority": "High"}
WISH = "Create a ticket for jane@example.com: Printer on fire, smoke comes out of tray 2, high priority"


class Models(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.server = self.serve(self.zendesk, options=("--allow-private-providers", "--allow-private-webhooks"))
        self.support = self.agent(self.server)
        self.connect(self.server, self.support)

    def think(self, *script, **more):
        """The agent's first model answers what the script says; returns it."""
        model = Model(self, list(script))
        self.providers = [add_provider(self.server, model, **more)]
        give_model(self.server, self.support, *self.providers)
        return model

    def behind(self, *script):
        """One more model that stands behind the others."""
        model = Model(self, list(script))
        self.providers.append(add_provider(self.server, model, name=f"Behind {len(self.providers)}"))
        give_model(self.server, self.support, *self.providers)
        return model

    def ticket(self):
        """A ticket that is there before the model is."""
        chat = Chat(self.server, self.support)
        action = chat.propose()
        self.assertEqual(chat.decide(action, hash=action["hash"]).status, 200)
        return chat.action("done")["result"]["id"]


class Words(Models):
    def test_words_reach_the_visitor(self):
        model = self.think("Hello. Which printer is it?")
        turn = Chat(self.server, self.support).say("My printer does not work")
        self.assertEqual((words(turn), turn["awaiting"]), ("Hello. Which printer is it?", None))
        self.assertEqual(model.last()["messages"][-1], {"role": "user", "content": "My printer does not work"})

    def test_a_statement_without_a_receipt_is_held_and_tried_again(self):
        model = self.think("I have created ticket 77 for you.", "Shall I open a ticket for this?")
        turn = Chat(self.server, self.support).say("My printer does not work")
        self.assertEqual(words(turn), "Shall I open a ticket for this?")
        self.assertEqual(len(model.requests), 2)
        self.assertIn("77", model.last()["messages"][-1]["content"])

    def test_after_the_second_lie_only_our_sentence_is_said(self):
        self.think("I have created ticket 77 for you.", "Ticket 78 is closed.")
        turn = Chat(self.server, self.support).say("My printer does not work")
        self.assertTrue(words(turn).startswith(HELD), turn)

    def test_the_model_is_told_the_conversation(self):
        model = self.think("Hello. Which printer is it?", "Is it switched on?")
        chat = Chat(self.server, self.support)
        chat.say("My printer does not work")
        chat.say("The one in the hall")
        told = [(one["role"], one["content"]) for one in model.last()["messages"][1:]]
        self.assertEqual(told, [("user", "My printer does not work"), ("assistant", "Hello. Which printer is it?"), ("user", "The one in the hall")])

    def test_secrets_that_a_visitor_types_do_not_reach_the_provider(self):
        model = self.think("Thanks. What happened?")
        Chat(self.server, self.support).say("My card 4111 1111 1111 1111 was charged")
        self.assertNotIn("4111", str(model.last()["messages"]))

    def test_addresses_are_taken_out_by_setting_and_put_back(self):
        model = self.think([call("create_ticket", subject="Printer on fire", description="Smoke", requester_email="[EMAIL_1]")], redact=["email", "phone"])
        turn = Chat(self.server, self.support).say("Create a ticket for jane@example.com, phone +49 30 1234567, IBAN DE89370400440532013000: Printer on fire. Smoke")
        self.assertEqual(turn["actions"][-1]["arguments"]["requester_email"], "jane@example.com")
        self.assertIn("jane@example.com", words(turn))
        told = str(model.last()["messages"])
        self.assertNotIn("jane@example.com", told)
        self.assertNotIn("1234567", told)
        self.assertIn("[EMAIL_1], phone [PHONE_1], IBAN DE89370400440532013000", told)

    def test_what_was_taken_out_is_put_back_in_words(self):
        self.think("Is [EMAIL_1] still your address?", redact=["email"])
        turn = Chat(self.server, self.support).say("My address is jane@example.com")
        self.assertEqual(words(turn), "Is jane@example.com still your address?")


class Reads(Models):
    def test_a_result_goes_back_and_slots_are_filled_from_it(self):
        ticket = self.ticket()
        model = self.think(call("get_ticket", ticket_id=ticket), "Ticket {ticket.id} is {ticket.status}.")
        chat = Chat(self.server, self.support)
        turn = chat.say(f"How is ticket {ticket} doing?")
        self.assertEqual(words(turn), f"Ticket {ticket} is new.")
        self.assertEqual([(one["name"], one["status"]) for one in turn["actions"]], [("get_ticket", "done")])
        self.assertIn("written by other people", model.results()[0])
        self.assertIn("Smoke comes out of tray 2", model.results()[0])

    def test_the_same_call_is_made_once_and_no_more_than_eight_in_all(self):
        ticket = self.ticket()
        answers = [[call("get_ticket", ticket_id=ticket), call("get_ticket", ticket_id=ticket)]]
        answers += [call("get_ticket", ticket_id=ticket + n) for n in range(20)]
        model = self.think(*answers)
        before = len(self.zendesk.requests("GET"))
        turn = Chat(self.server, self.support).say(f"How is ticket {ticket} doing?")
        built_in = turn["actions"].pop()  # which answers in the end
        self.assertEqual(built_in["arguments"], {"ticket_id": ticket})
        self.assertLessEqual(len(turn["actions"]), 8)
        self.assertEqual(len({str(one["arguments"]) for one in turn["actions"]}), len(turn["actions"]))
        self.assertLessEqual(len(self.zendesk.requests("GET")) - before, 2 * 9)
        self.assertTrue(any("called before" in one for request in model.requests for one in model.results(request)))
        self.assertTrue(turn["replies"], turn)

    def test_arguments_that_do_not_fit_are_told_to_the_model(self):
        ticket = self.ticket()
        model = self.think(call("get_ticket", ticket_id="the last one"), call("get_ticket", ticket_id=str(ticket)), "It is {ticket.status}.")
        turn = Chat(self.server, self.support).say(f"How is ticket {ticket} doing?")
        self.assertEqual(words(turn), "It is new.")
        self.assertIn("ticket_id", model.results(model.requests[1])[0])

    def test_an_unknown_visitor_reads_nothing(self):
        ticket = self.ticket()
        model = self.think(call("get_ticket", ticket_id=ticket), "Could you sign in first?")
        before = len(self.zendesk.requests("GET"))
        turn = Chat(self.server, self.support, "api").say(f"How is ticket {ticket} doing?")
        self.assertEqual((words(turn), turn["actions"]), ("Could you sign in first?", []))
        self.assertEqual(len(self.zendesk.requests("GET")), before)
        self.assertNotIn("get_ticket", [tool["function"]["name"] for tool in model.requests[0].get("tools", [])])


class Writes(Models):
    def test_our_code_shows_and_the_visitor_confirms(self):
        self.think(["Let me show you. ", call("create_ticket", **ORDER)], call("create_ticket", **ORDER))
        chat = Chat(self.server, self.support)
        turn = chat.say(WISH)
        self.assertEqual(turn["awaiting"], "confirmation")
        for line in ("Subject: Printer on fire", "Requester: jane@example.com", "Priority: high"):
            self.assertIn(line, words(turn))
        self.assertEqual(self.zendesk.tickets(), [])
        turn = chat.say("yes")
        self.assertEqual([one["status"] for one in turn["actions"]], ["done"])
        self.assertEqual(len(self.zendesk.tickets()), 1)
        self.assertIn(f"#{self.zendesk.tickets()[0]['id']}", words(turn))

    def test_missing_details_are_asked_for(self):
        self.think(call("create_ticket", subject="Printer on fire", description="Smoke"))
        turn = Chat(self.server, self.support).say("Create a ticket: Printer on fire, smoke")
        self.assertEqual(turn["awaiting"], "details")
        self.assertIn("e-mail address", words(turn))

    def test_a_no_leaves_nothing_and_a_correction_is_shown_again(self):
        self.think(call("create_ticket", **ORDER))
        chat = Chat(self.server, self.support)
        chat.say(WISH)
        self.assertIn("Priority: low", words(chat.say("no, make it low")))
        chat.say("cancel")
        self.assertEqual(self.zendesk.tickets(), [])

    def test_other_actions_go_the_same_way(self):
        ticket = self.ticket()
        self.think(call("update_ticket", ticket_id=ticket, status="Solved"))
        chat = Chat(self.server, self.support)
        turn = chat.say(f"Set ticket {ticket} to solved")
        self.assertEqual(turn["awaiting"], "confirmation")
        chat.say("yes")
        self.assertEqual(chat.action("done")["result"]["status"], "solved")

    def test_what_a_ticket_asks_for_is_not_done(self):
        ticket = self.ticket()
        model = self.think(call("get_ticket", ticket_id=ticket), call("update_ticket", ticket_id=ticket, status="solved"), "Ticket {ticket.id} is {ticket.status}.")
        turn = Chat(self.server, self.support).say(f"How is ticket {ticket} doing?")
        self.assertEqual([one["name"] for one in turn["actions"]], ["get_ticket"])
        self.assertEqual(turn["awaiting"], None)
        self.assertEqual(len(model.requests), 3)


class Going(Models):
    """A model does not answer: the conversation goes on."""

    def runs(self, chat):
        answer = self.server.http.get(f"{chat.path}/model_runs")
        self.assertEqual(answer.status, 200, answer)
        return [(one["provider_name"], one["why"], one["state"], one["fault"]) for one in answer.json["items"]]

    def test_the_next_model_takes_over(self):
        self.think(broken(429, "insufficient_quota"))
        self.behind("Which printer is it?")
        chat = Chat(self.server, self.support)
        self.assertEqual(words(chat.say("My printer does not work")), "Which printer is it?")
        self.assertEqual(self.runs(chat), [("Scripted", "message", "failed", "quota"), ("Behind 1", "fallback", "done", None)])

    def test_what_may_pass_is_tried_once_more(self):
        model = self.think(broken(503), "Which printer is it?")
        chat = Chat(self.server, self.support)
        self.assertEqual(words(chat.say("My printer does not work")), "Which printer is it?")
        self.assertEqual(len(model.requests), 2)

    def test_without_any_model_the_built_in_engine_answers(self):
        for nothing in (broken(500), broken(401, "invalid_api_key"), broken(404, "model_not_found"), broken(after=""), "   "):
            with self.subTest(nothing):
                self.think(nothing, name=f"Broken {nothing}"[:60])
                chat = Chat(self.server, self.support)
                turn = chat.say("Create a ticket for jane@example.com: the printer is on fire")
                self.assertEqual(turn["awaiting"], "confirmation", turn)
                self.assertEqual(self.runs(chat)[-1], (None, "fallback", "done", None))

    def test_a_line_that_breaks_after_words_is_told(self):
        self.think(broken(200, after="Which printer is it? And where"))
        turn = Chat(self.server, self.support).say("My printer does not work")
        self.assertEqual(words(turn), "Which printer is it?\n\nMy answer ended too early. Ask again and I go on.")

    def test_one_that_does_not_answer_at_all_is_not_waited_for(self):
        self.think(broken(silent=True))
        self.behind("Which printer is it?")
        chat = Chat(self.server, self.support)
        chat.say("My printer does not work")
        until(lambda: chat.agent_texts() == ["Which printer is it?"], "the next model has answered", ANSWER_S)
        self.assertEqual(self.runs(chat)[0][2:], ("failed", "timeout"))

    def test_one_that_keeps_failing_is_left_alone_for_a_while(self):
        model = self.think(broken(401, "invalid_api_key"))
        chat = Chat(self.server, self.support)
        for _ in range(4):
            chat.say("My printer does not work")
        self.assertLess(len(model.requests), 4)

    def test_after_a_read_the_next_model_does_not_read_again(self):
        ticket = self.ticket()
        self.think(call("get_ticket", ticket_id=ticket), broken(401, "invalid_api_key"))
        self.behind("Ticket {ticket.id} is {ticket.status}.")
        turn = Chat(self.server, self.support).say(f"How is ticket {ticket} doing?")
        self.assertEqual((words(turn), len(turn["actions"])), (f"Ticket {ticket} is new.", 1))

    def test_a_killed_server_goes_on_where_it_was(self):
        ticket = self.ticket()
        model = self.think(call("get_ticket", ticket_id=ticket), broken(silent=True), "Ticket {ticket.id} is {ticket.status}.")
        chat = Chat(self.server, self.support)
        asked = Later(lambda: chat.say(f"How is ticket {ticket} doing?"))
        until(lambda: len(model.requests) == 2, "the model is asked again")
        self.server.kill()
        asked.join(ANSWER_S)
        model.let_go()
        self.server.start()
        until(lambda: chat.agent_texts() == [f"Ticket {ticket} is new."], "the turn has ended", ANSWER_S)
        self.assertEqual(len(chat.show()["actions"]), 1)


class Streams(Models):
    """The words of an answer while it is made."""

    ANSWER = "Hello there. Which printer is it? 🖨 Does the display show a number?"

    def follow(self, chat, **headers):
        events = self.server.http.stream("GET", f"{chat.path}/events", headers=headers)
        self.addCleanup(events.close)
        return events

    def put_together(self, deltas):
        """As a browser does: strings are counted in UTF-16 units."""
        text = b""
        for delta in deltas:
            self.assertLessEqual(delta["at"] * 2, len(text))
            text = text[:delta["at"] * 2] + delta["text"].encode("utf-16-le")
        return text.decode("utf-16-le")

    def test_words_come_sentence_by_sentence_before_the_message(self):
        self.think(self.ANSWER)
        chat = Chat(self.server, self.support)
        events = self.follow(chat)
        saying = Later(lambda: chat.say("My printer does not work"))
        taken = events.take_until("turn.completed")
        saying.wait()
        deltas = [event for event in taken if event.name == "message.delta"]
        self.assertTrue(deltas)
        self.assertEqual({event.id for event in deltas}, {None})
        self.assertTrue(self.ANSWER.startswith(self.put_together(event.json for event in deltas).strip()))
        self.assertEqual([event.json["text"] for event in taken if event.name == "message.completed"][1:], [self.ANSWER])

    def test_the_answer_to_a_message_streams_too(self):
        self.think(self.ANSWER)
        chat = Chat(self.server, self.support)
        events = self.server.http.stream("POST", f"{chat.path}/messages", {"text": "My printer does not work"})
        self.addCleanup(events.close)
        names = [event.name for event in events.take_until("turn.completed")]
        self.assertIn("message.delta", names)
        self.assertLess(names.index("message.delta"), len(names) - 1 - names[::-1].index("message.completed"))

    def test_nothing_is_shown_that_the_gate_holds(self):
        self.think("Hello there. I have created ticket 4711 for you. More follows. ", "Which printer is it?")
        chat = Chat(self.server, self.support)
        events = self.follow(chat)
        saying = Later(lambda: chat.say("My printer does not work"))
        taken = events.take_until("turn.completed")
        saying.wait()
        self.assertNotIn("4711", "".join(event.data for event in taken))
        shown = self.put_together(event.json for event in taken if event.name == "message.delta")
        self.assertEqual(words(saying.result), "Hello there.\n\nWhich printer is it?")
        self.assertTrue("Hello there.\n\nWhich printer is it?".startswith(shown.strip()), shown)

    def test_whoever_comes_in_the_middle_reads_the_beginning_first(self):
        model = self.think(["Hello there. Which printer is it? ", "Does the display show a number?"])
        chat = Chat(self.server, self.support)
        first = self.follow(chat)
        model.hold_after(len("Hello there. Which printer is it? "))
        saying = Later(lambda: chat.say("My printer does not work"))
        shown = [event.json for event in first.take_until("message.delta") if event.name == "message.delta"]
        while "Which" not in self.put_together(shown):
            shown += [event.json for event in first.take_until("message.delta") if event.name == "message.delta"]
        late = self.follow(chat, **{"Last-Event-ID": "0"})
        taken = late.take_until("message.delta")
        self.assertEqual([event.name for event in taken], ["message.completed", "message.delta"])
        self.assertEqual((taken[-1].json["at"], taken[-1].json["text"].strip()), (0, "Hello there. Which printer is it?"))
        model.let_go()
        saying.wait()

    def test_a_visitor_stops_the_answer(self):
        model = self.think(["Hello there. Which printer is it? ", "Does the display show a number?"], "Which printer is it?")
        chat = Chat(self.server, self.support)
        events = self.follow(chat)
        self.assert_problem(self.server.http.post(f"{chat.path}/stop", {}), 409, "nothing-to-stop")
        model.hold_after(len("Hello there. Which printer is it? "))
        saying = Later(lambda: chat.say("My printer does not work"))
        shown = []
        while "Which" not in self.put_together(shown):
            shown += [event.json for event in events.take_until("message.delta") if event.name == "message.delta"]
        stopped = self.server.http.post(f"{chat.path}/stop", {})
        self.assertEqual(stopped.status, 200, stopped)
        said = "Hello there. Which printer is it?\n\nStopped. Tell me how to go on."
        self.assertEqual((words(stopped.json), words(saying.wait())), (said, said))
        model.let_go()
        self.assertEqual(words(chat.say("My printer does not work")), "Which printer is it?")

    def test_a_slow_model_keeps_nobody_from_another_conversation(self):
        model = self.think(broken(silent=True), "Which printer is it?")
        slow = Later(lambda: Chat(self.server, self.support).say("My printer does not work"))
        until(lambda: model.requests, "the model is asked")
        self.assertEqual(words(Chat(self.server, self.support).say("My printer does not work")), "Which printer is it?")
        model.let_go()
        self.assertTrue(slow.wait()["replies"])

    def test_a_message_that_comes_meanwhile_is_answered_afterwards(self):
        model = self.think(broken(silent=True), "Which printer is it?", "Is it the one in the hall?")
        chat = Chat(self.server, self.support)
        first = Later(lambda: chat.say("My printer does not work"))
        until(lambda: model.requests, "the model is asked")
        self.assertIn("I have kept this one", words(chat.say("The printer in the hall")))
        model.let_go()
        first.wait()
        until(lambda: len(model.requests) == 3, "the second message reaches the model", ANSWER_S)
        self.assertEqual(model.last()["messages"][-1]["content"], "The printer in the hall")


class Caps(Models):
    def cap(self, **caps):
        answer = self.server.http.patch("/models/caps", caps)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_over_a_cap_the_built_in_engine_answers(self):
        for scope in ("conversation", "day", "month"):
            with self.subTest(scope):
                model = self.think("Which printer is it?", name=f"For a {scope}")
                chat = Chat(self.server, self.support)
                self.cap(**{scope: {"cost_usd": 0.2}})
                for _ in range(40):
                    if len(model.requests) < len(chat.agent_texts()):
                        break
                    chat.say("My printer does not work")
                runs = self.server.http.get(f"{chat.path}/model_runs").json["items"]
                self.assertEqual((runs[-1]["engine"], runs[-1]["why"]), ("builtin", "spent"), runs)
                self.assertLessEqual(sum(run["cost_usd"] for run in runs), 0.2)
                self.cap(**{scope: {"cost_usd": 0}})

    def test_the_owner_is_told_once_and_what_is_not_given_stays(self):
        self.assertEqual(self.cap(day={"tokens": 100}), {"conversation": {"tokens": 0, "cost_usd": 0}, "day": {"tokens": 100, "cost_usd": 0}, "month": {"tokens": 0, "cost_usd": 0}})
        self.assertEqual(self.cap(month={"cost_usd": 1.5})["day"]["tokens"], 100)
        told = self.receive()
        self.assertEqual(self.server.http.call("PUT", "/webhook", {"url": told.url}).status, 200)
        model = self.think("Which printer is it?")
        for _ in range(2):
            Chat(self.server, self.support).say("Create a ticket for jane@example.com: the printer is on fire")
        self.assertEqual(model.requests, [])
        until(lambda: told.came, "the webhook is told")
        self.assertEqual([json.loads(body)["type"] for _, body in told.came], ["model.cap_reached"])

    def receive(self):
        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        receiver.answers, receiver.came, receiver.meanwhile = [204], [], lambda: None
        receiver.url = f"http://127.0.0.1:{receiver.server_address[1]}/hook"
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        return receiver
