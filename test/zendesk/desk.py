"""What the tests of this folder share beside the lab of ../blackbox: the ten actions with arguments that succeed, and what an account holds afterwards."""

import base64
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "blackbox"))

from lab import CLIENT, CLIENT_SECRET, EMAIL, ROOT, TOKEN, Http, Lab, Program, Server, until  # noqa: E402

__all__ = ["CLIENT", "CLIENT_SECRET", "CUSTOMER", "DECIDING", "EMAIL", "READS", "ROOT", "SHARED", "TOKEN", "WRITES", "Desk", "Http", "Lab", "Program", "Server", "until"]

SHARED = ROOT.parent / "shared" / "zendesk"
CUSTOMER, CUSTOMER_NAME = "jane@example.com", "Jane Doe"

# The request that decides an action: the write of those that write, else the first read. `*` stands for any run of characters.
DECIDING = {
    "create_ticket": ("POST", "/api/v2/tickets"),
    "get_ticket": ("GET", "/api/v2/tickets/*"),
    "add_comment": ("PUT", "/api/v2/tickets/*"),
    "update_ticket": ("PUT", "/api/v2/tickets/*"),
    "list_tickets": ("GET", "/api/v2/users/*/tickets/requested"),
    "search_tickets": ("GET", "/api/v2/search"),
    "create_customer": ("POST", "/api/v2/users/create_or_update"),
    "get_customer": ("GET", "/api/v2/users/search"),
    "find_customer": ("GET", "/api/v2/users/search"),
    "update_customer": ("PUT", "/api/v2/users/*"),
}
WRITES = ("create_ticket", "add_comment", "update_ticket", "create_customer", "update_customer")
READS = tuple(name for name in DECIDING if name not in WRITES)


class Desk:
    """One account of a practice Zendesk, and the agent that is connected to it."""

    def __init__(self, server, account, address, agent, integration=None):
        self.server, self.account, self.agent, self.integration = server, account, agent, integration
        self.zendesk = Http(address)
        basic = base64.b64encode(f"{EMAIL}/token:{TOKEN}".encode()).decode()
        self.own = {"X-Practice-Account": account, "Authorization": f"Basic {basic}"}
        self.steering = {"X-Practice-Account": account}
        self.ticket = self.customer = 0

    # ---- Zendesk's side

    def api(self, method, path, body=None):
        answer = self.zendesk.call(method, f"/api/v2{path}", body, self.own)
        assert answer.status < 300, answer
        return answer.json

    def steer(self, method, path, body=None):
        return self.zendesk.call(method, f"/_sandbox{path}", body, self.steering)

    def fault(self, fault, method, path, **more):
        answer = self.steer("POST", "/faults", {"method": method, "path": path, "fault": fault, **more})
        assert answer.status == 201, answer

    def no_faults(self):
        assert self.steer("DELETE", "/faults").status == 200

    def begin(self):
        """As on the first day, with one customer who has one ticket."""
        assert self.steer("POST", "/reset").status == 204
        made = self.api("POST", "/tickets", {"ticket": {
            "subject": "Printer on fire", "comment": {"body": "Smoke comes out of tray 2.", "public": True},
            "requester": {"email": CUSTOMER, "name": CUSTOMER_NAME}, "priority": "normal", "tags": ["vip"]}})["ticket"]
        self.ticket, self.customer = made["id"], made["requester_id"]
        self.before = self.holds()

    def tickets(self):
        return self.steer("GET", "/tickets").json["tickets"]

    def requests(self):
        return self.steer("GET", "/requests").json["requests"]

    def holds(self):
        """How many tickets, comments and people there are."""
        tickets = self.tickets()
        return len(tickets), sum(ticket["comments"] for ticket in tickets), self.api("GET", "/users/count")["count"]["value"]

    def gained(self):
        """What there is more than at the beginning."""
        return tuple(now - then for now, then in zip(self.holds(), self.before))

    # ---- our side

    def arguments(self, name):
        return {
            "create_ticket": {"subject": "Door stuck", "description": "The front door is stuck.", "requester_email": CUSTOMER,
                              "requester_name": CUSTOMER_NAME, "priority": "high", "type": "problem", "tags": ["door"]},
            "get_ticket": {"ticket_id": self.ticket},
            "add_comment": {"ticket_id": self.ticket, "text": "We are on our way.", "public": False},
            "update_ticket": {"ticket_id": self.ticket, "priority": "urgent", "status": "pending", "tags": ["fire"]},
            "list_tickets": {"user_id": self.customer},
            "search_tickets": {"keyword": "printer", "status": "new"},
            "create_customer": {"email": "bob@example.com", "name": "Bob Roe", "phone": "+49 30 1234567"},
            "get_customer": {"email": CUSTOMER},
            "find_customer": {"email": CUSTOMER},
            "update_customer": {"email": CUSTOMER, "phone": "+49 30 7654321"},
        }[name]

    def act(self, name, arguments=None, **more):
        """Runs one action as a member's own act; the action as it is shown then."""
        body = {"arguments": arguments or self.arguments(name), **more}
        answer = self.server.http.post(f"/agents/{self.agent}/actions/{name}", body)
        assert answer.status == 200, f"{name}: {answer}"
        return answer.json

    def heal(self):
        """Zendesk is well again: the connection is tested until it is said to be."""
        self.no_faults()
        until(lambda: self.server.http.post(f"/integrations/{self.integration}/tests").json["result"] == "passed", "connected again", 60)

    def request_of(self, action):
        """The kept request of an action, while it waits."""
        rows = self.server.http.get("/requests").json["items"]
        return next((row for row in rows if row["action"] == action["id"]), None)
