"""What a careful client keeps in mind: the account's ticket fields."""

from lab import AS_ADMIN, Lab, until

TICKET = {"subject": "Printer on fire", "description": "Smoke comes out of tray 2.", "requester_email": "jane@example.com"}


class Careful(Lab):
    def run_action(self, name, **arguments):
        answer = self.server.http.post(f"/agents/{self.agent_id}/actions/{name}", {"arguments": arguments})
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_ticket_fields_are_asked_for_once(self):
        self.ready()
        until(lambda: self.zendesk.requests("GET", "/api/v2/ticket_forms"), "what the account wants is read after it is connected")
        read = len(self.zendesk.requests("GET", "/api/v2/ticket_fields"))
        made = self.zendesk.http.post("/api/v2/ticket_fields", {"ticket_field": {"type": "text", "title": "Order number"}}, headers=AS_ADMIN)
        self.assertEqual(made.status, 201, made)
        for number in ("A-1", "A-2"):
            action = self.run_action("create_ticket", **TICKET, custom_fields={"Order number": number})
            self.assertEqual(action["status"], "done", action)
        self.assertEqual(len(self.zendesk.requests("GET", "/api/v2/ticket_fields")), read + 1)
        unknown = self.run_action("create_ticket", **TICKET, custom_fields={"Colour": "red"})
        self.assertEqual((unknown["problem"] or {}).get("code"), "zendesk-field-unknown", unknown)
        self.zendesk.http.post("/api/v2/ticket_fields", {"ticket_field": {"type": "text", "title": "Colour"}}, headers=AS_ADMIN)
        self.assertEqual(self.run_action("create_ticket", **TICKET, custom_fields={"Colour": "red"})["status"], "done", "what was not known is asked for again")
