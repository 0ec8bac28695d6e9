"""Every fault of the practice Zendesk against every action: what is told at once, in which words, and what Zendesk holds in the end.

A fault strikes the request that decides the action. A read then has its result or its reason; a write is done, refused, or waits, and what waits is done once when
Zendesk is well again: the ledger has exactly what one order makes, however often it was sent.
"""

import re
from concurrent.futures import ThreadPoolExecutor

from desk import DECIDING, EMAIL, ROOT, TOKEN, WRITES, Desk, Lab, Program, until

AT_ONCE, WELL_S = 8, 90

# What one order adds: tickets, comments, people.
MAKES = {name: (0, 0, 0) for name in DECIDING} | {"create_ticket": (1, 1, 0), "add_comment": (0, 1, 0), "create_customer": (0, 0, 1)}

DONE = "done"

# fault: what reads come to, what writes come to, and who differs. Two faults at once are joined by "+".
FAULTS = {
    "drop_before": (DONE, "waiting net-reset", {}),
    "reset": (DONE, "waiting net-reset", {}),
    "truncate": (DONE, "waiting net-reset", {}),
    "drop_after_commit": (DONE, "waiting net-reset", {}),
    "drop_after_commit+forget_key": (DONE, "waiting net-reset", {}),
    "drop_after_commit+ignore_key": (DONE, "waiting net-reset", {}),
    "status:500": (DONE, "waiting zendesk-unavailable", {}),
    "status:503": (DONE, "waiting zendesk-unavailable", {}),
    "status:503:1": ("rejected zendesk-unavailable", "waiting zendesk-unavailable", {}),
    "html": (DONE, "waiting zendesk-unavailable", {}),
    "status_after_commit:502": (DONE, "waiting zendesk-unavailable", {}),
    "status_after_commit:503+forget_key": (DONE, "waiting zendesk-unavailable", {}),
    "status_sticky:502": (DONE, "waiting zendesk-unavailable", {}),
    "status:429:1": ("rejected zendesk-rate-limited", "waiting zendesk-rate-limited", {}),
    "garbage": ("rejected zendesk-answer-unreadable", "waiting zendesk-answer-unreadable", {}),
    "html:403": ("rejected zendesk-edge-challenge", "waiting zendesk-edge-challenge", {"list_tickets": DONE}),
    "status:422": ("rejected zendesk-record-invalid", "rejected zendesk-record-invalid", {}),
    "status:403": ("rejected zendesk-forbidden", "rejected zendesk-forbidden", {"list_tickets": DONE, "create_ticket": "waiting zendesk-forbidden"}),
    "status:404": ("rejected zendesk-not-found", "rejected zendesk-not-found", {"list_tickets": DONE, "create_ticket": "waiting zendesk-not-found"}),
    "status:409": ("rejected zendesk-conflict", "waiting zendesk-conflict", {}),
    "no_token_access": ("rejected zendesk-token-revoked", "waiting zendesk-token-revoked", {}),
    "me_anonymous": (DONE, DONE, {}),
    "delay:300": (DONE, DONE, {}),
    "hold:300": (DONE, DONE, {}),
    "forget_key": (DONE, DONE, {}),
    "ignore_key": (DONE, DONE, {}),
    "lag:60000": (DONE, DONE, {"get_customer": "rejected customer-unknown", "find_customer": "rejected customer-unknown"}),
}


def expected(fault, name):
    reads, writes, others = FAULTS[fault]
    return others.get(name, writes if name in WRITES else reads)


# The words for each problem of the table: title, and detail with the next step.
SENTENCES = {
    "net-reset": (r"The connection to \S+\.zendesk\.com broke off", r"No whole answer came\. Test again; if it stays, check firewalls and proxies on the way\."),
    "zendesk-unavailable": (r"Zendesk has a problem \(HTTP 50[023]\)", r"(We try again by ourselves\. Nothing is lost|Nothing was read\. Ask again in a moment)\."),
    "zendesk-rate-limited": (r"Zendesk asked us to slow down", r"Calls resume by themselves in \d+ s\. Nothing is lost\."),
    "zendesk-answer-unreadable": (r"Zendesk's answer \(HTTP 20[01]\) could not be read", r"It does not have the documented form\. Look at it under Show request\."),
    "zendesk-edge-challenge": (r"A bot check in front of Zendesk stopped this server",
                               r"It wants a browser, which this server is not\. Ask Zendesk support to let this server's public address through\."),
    "zendesk-record-invalid": (r"Zendesk did not accept this: Description: cannot be blank",
                               r"Nothing was created or changed\. Change what Zendesk names, then send it again\."),
    "zendesk-forbidden": (r"(admin@practice\.example|The team member) may not do this in Zendesk",
                          r"Nothing was created or changed\. Allow it in the role, or leave the action off\."),
    "zendesk-not-found": (r"Zendesk has no such (ticket|customer|record|page of results)",
                          r"It may have been deleted, or (admin@practice\.example|the team member) may not see it\. Check the number\."),
    "zendesk-conflict": (r"Somebody else wrote to Zendesk at the same moment", r"This change was not made\. Send it again\."),
    "zendesk-token-revoked": (r"Zendesk stopped accepting this token",
                              r"It worked until \d+ \w+ \d{4}, \d\d:\d\d UTC; someone revoked it or turned token access off\. Calls are held until you reconnect\."),
    "customer-unknown": (r"jane@example\.com is not a customer in Zendesk", r"Nothing was changed\. Check the spelling, or create the customer\."),
}


def wrong_words(problem):
    said = (problem["title"], problem["detail"])
    return [f"says {text!r}" for text, form in zip(said, SENTENCES[problem["code"]]) if not re.fullmatch(form, text)]


class Faults(Lab):
    def setUp(self):
        super().setUp()
        self.accounts = [f"fault{number}" for number in range(len(FAULTS))]
        options = [part for account in self.accounts for part in ("--account", account)]
        program = Program(self.folder, "zendesk", ["sandbox", "--data", self.folder / "zendesk", "--listen", "127.0.0.1:0", *options, "--email", EMAIL,
                                                   "--api-token", TOKEN])
        self.addCleanup(program.kill)
        self.address = program.said(r"ready: http://([\d.:]+)/agent")[1]
        self.server = self.serve(more_resolve=[f"{account}=http://{self.address}" for account in self.accounts])

    def desk(self, account):
        agent = self.agent(self.server, account)
        integration = self.connect(self.server, agent, subdomain=account)
        return Desk(self.server, account, self.address, agent, integration["id"])


    def cell(self, desk, fault, name):
        """One action under one fault: what differs from what was expected, and the words for the table."""
        desk.begin()
        for one in fault.split("+"):
            desk.fault(one, *DECIDING[name])
        action = desk.act(name)
        struck = any(armed["struck"] for armed in desk.steer("GET", "/faults").json["faults"])
        problem = action["problem"]
        outcome = f"{action['status']} {problem['code']}" if problem else action["status"]
        desk.heal()
        until(lambda: desk.request_of(action) is None, f"{fault}: {name} is settled", WELL_S)
        wanted, gained = expected(fault, name), desk.gained()
        wrong = [] if outcome == wanted else [f"is {outcome}, not {wanted}"]
        makes = (0, 0, 0) if wanted.startswith("rejected") else MAKES[name]
        wrong += [] if gained == makes else [f"Zendesk has {gained} more, not {makes}"]
        wrong += [] if struck or fault == "me_anonymous" else ["the fault did not strike"]
        wrong += wrong_words(problem) if problem else []
        return outcome, problem["title"] if problem else "", gained, [f"{fault}: {name} {one}" for one in wrong]

    def row(self, number):
        fault = list(FAULTS)[number]
        desk = self.desk(self.accounts[number])
        return fault, {name: self.cell(desk, fault, name) for name in DECIDING}

    def test_every_fault_against_every_action(self):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            rows = list(pool.map(self.row, range(len(FAULTS))))
        lines = [f"{fault:<36}{name:<17}{outcome:<40}{'%d tickets, %d comments, %d people' % gained}  {title}"
                 for fault, cells in rows for name, (outcome, title, gained, _) in cells.items()]
        print("\n".join(lines), flush=True)
        self.assertEqual([one for _, cells in rows for cell in cells.values() for one in cell[3]], [])
        self.assertEqual(len(lines), len(FAULTS) * len(DECIDING))

    def test_every_fault_is_in_the_table(self):
        known = re.findall(r'^    F\(\w+, "(\w+)"', (ROOT / "src/sandbox/fault.h").read_text(), re.M)
        self.assertGreaterEqual(len(known), 16)
        self.assertEqual(set(known) - {one.split(":")[0] for fault in FAULTS for one in fault.split("+")}, set())
