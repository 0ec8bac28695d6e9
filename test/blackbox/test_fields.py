"""Fields that the account wants on every new ticket are asked for in the conversation, and stand in the ticket."""

from lab import AS_ADMIN, Lab, until, words

FIELDS = [
    {"title": "Product", "type": "tagger", "custom_field_options": [{"name": "Billing", "value": "billing"}, {"name": "Hardware", "value": "hardware"}]},
    {"title": "Order number", "type": "text"},
]
ELSEWHERE = {"title": "Colour", "type": "text"}  # required as well, but on no form of a new ticket


class Fields(Lab):
    def make(self, path, name, body):
        answer = self.zendesk.http.post(f"/api/v2/{path}", {name: body}, headers=AS_ADMIN)
        self.assertEqual(answer.status, 201, answer)
        return answer.json[name]["id"]

    def want_fields(self):
        wanted = {"required_in_portal": True, "editable_in_portal": True, "visible_in_portal": True}
        ids = [self.make("ticket_fields", "ticket_field", {**field, **wanted}) for field in FIELDS]
        self.make("ticket_fields", "ticket_field", {**ELSEWHERE, **wanted})
        forms = self.zendesk.http.get("/api/v2/ticket_forms", headers=AS_ADMIN).json["ticket_forms"]
        default = next(form["id"] for form in forms if form["default"])
        changed = self.zendesk.http.call("PUT", f"/api/v2/ticket_forms/{default}", {"ticket_form": {"ticket_field_ids": ids}}, headers=AS_ADMIN)
        self.assertEqual(changed.status, 200, changed)
        return dict(zip(["Product", "Order number"], ids))

    def asked_first(self):
        """A conversation in which the fields are known: they are read in the background once an account is connected."""
        def begin():
            self.talk = self.chat()
            turn = self.talk.say("open a ticket for jane@example.com: Smoke comes out of tray 2")
            return turn if turn["awaiting"] == "details" else None

        return until(begin, "the account's fields are asked for")

    def test_required_fields_are_asked_for(self):
        self.zendesk = self.practice()
        ids = self.want_fields()
        self.server = self.serve(self.zendesk)
        self.agent_id = self.agent(self.server)
        self.connect(self.server, self.agent_id)
        self.assertIn('"Product", which of these: Billing, Hardware?', words(self.asked_first()))
        self.assertIn("does not fit", words(self.talk.say("Software")))
        self.assertIn('"Order number"', words(self.talk.say("billing")))
        turn = self.talk.say("A-17")
        self.assertEqual(turn["awaiting"], "confirmation", turn)
        turn = self.talk.say("make Product Hardware")
        self.assertIn("Product: Hardware\nOrder number: A-17", words(turn))
        self.assertEqual(self.zendesk.tickets(), [])
        self.assertEqual(turn["actions"][-1]["arguments"]["custom_fields"], {"Product": "Hardware", "Order number": "A-17"})
        done = self.talk.say("yes")
        self.assertIn("is created", words(done))
        ticket = self.zendesk.show(self.zendesk.tickets()[0]["id"]).json["ticket"]
        kept = {field["id"]: field["value"] for field in ticket["custom_fields"]}
        self.assertEqual((kept[ids["Product"]], kept[ids["Order number"]]), ("hardware", "A-17"))
        self.assertEqual(len(self.zendesk.requests("POST", "/api/v2/tickets")), 1)

    def test_named_fields_go_along(self):
        """By title in the order itself and in a change; one that nobody asks for; an option that does not exist; two fields of one title."""
        self.zendesk = self.practice()
        ids = self.want_fields()
        colour = self.make("ticket_fields", "ticket_field", {"title": "Paint", "type": "multiselect", "custom_field_options": [
            {"name": name, "value": name.lower()} for name in ("Red", "Green", "Blue")]})
        twins = [self.make("ticket_fields", "ticket_field", {"title": "Region", "type": "text"}) for _ in range(2)]
        self.server = self.serve(self.zendesk)
        self.agent_id = self.agent(self.server)
        self.connect(self.server, self.agent_id)
        self.asked_first()
        talk = self.chat()
        turn = talk.say("open a ticket for jane@example.com: Smoke comes out of tray 2, with Order number 4711 and Product Hardware")
        self.assertEqual(turn["awaiting"], "confirmation", turn)
        self.assertIn("Description: Smoke comes out of tray 2\n", words(turn))
        self.assertIn("Order number: 4711\nProduct: Hardware", words(turn))
        self.assertIn(f"{twins[0]}, {twins[1]}", words(talk.say("set Region to North")))
        self.assertIn(f"Region ({twins[1]}): North", words(talk.say(f"{twins[1]}: North")))
        talk.say("yes")
        ticket = self.zendesk.tickets()[0]["id"]
        self.assertIn("It takes: Red, Green, Blue", words(talk.say(f"set Paint to Yellow on ticket {ticket}")))
        self.assertIn("Paint: Red, Blue", words(talk.say("set Paint to red and blue")))
        talk.say("yes")
        kept = {field["id"]: field["value"] for field in self.zendesk.show(ticket).json["ticket"]["custom_fields"]}
        self.assertEqual((kept[ids["Product"]], kept[ids["Order number"]], kept[twins[1]], kept[colour]), ("hardware", "4711", "North", ["red", "blue"]))

    def test_known_fields_outlive_a_restart(self):
        self.zendesk = self.practice()
        self.want_fields()
        self.server = self.serve(self.zendesk)
        self.agent_id = self.agent(self.server)
        self.connect(self.server, self.agent_id)
        self.asked_first()
        self.server.stop()
        self.zendesk.fault("status:500", "GET", "/api/v2/ticket_fields")
        self.server.start()
        turn = self.chat().say("open a ticket for jane@example.com: Smoke comes out of tray 2")
        self.assertIn('"Product"', words(turn))
