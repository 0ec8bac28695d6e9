"""Every message of the catalogue's table about connecting, brought about for real: by the practice Zendesk, by what stands in front of it, or by the network.

Each row asserts the problem's code, its title, its next step, its links, the field at fault and the step of the connection test that fails.
"""

import json
import re
import shutil
import sqlite3
import time
import unittest

from between import Between, Certificate
from desk import EMAIL, SHARED, TOKEN, Desk, Lab
from lab import ACCOUNT

PAGE = f"https://{ACCOUNT}.zendesk.com"
API_TOKENS = ("Open API tokens in Zendesk", f"{PAGE}/admin/apps-integrations/apis/api-tokens")
API_SETTINGS = ("Open API settings in Zendesk", f"{PAGE}/admin/apps-integrations/apis/zendesk-api/settings")
OAUTH_CLIENTS = ("Open OAuth clients in Zendesk", f"{PAGE}/admin/apps-integrations/apis/zendesk-api/oauth_clients")
TEAM = ("Open team members in Zendesk", f"{PAGE}/admin/people/team/members")
ROLES = ("Open roles in Zendesk", f"{PAGE}/admin/people/team/roles")
STATUS = ("Open Zendesk status", "https://status.zendesk.com")
TO_OAUTH = ("Switch to OAuth", "#switch-to-oauth")
CHECKS = ("Run network checks", "#network-checks")
LIGHT_ROLE = 6130869137562
JSON = [("Content-Type", "application/json; charset=utf-8")]
DAY_MS = 24 * 3600 * 1000

# code: title, next step, links, field, step. What is typed in the test stands in the expressions.
ROWS = {
    "zendesk-credentials-rejected": (
        r"Zendesk did not accept this e-mail and token",
        rf"Zendesk gives one answer for three causes: the token is wrong or revoked, {EMAIL} is not the address .*, or API token access is off\. Paste the token again first\.",
        [("Paste the token again", "#api_token"), API_TOKENS, TO_OAUTH], "api_token", "sign_in"),
    "zendesk-token-revoked": (
        r"Zendesk stopped accepting this token.*",
        r"It worked until \d{1,2} \w+ 20\d\d, \d\d:\d\d UTC; someone revoked it or turned token access off\. Calls are held until you reconnect\.",
        [API_TOKENS, TO_OAUTH], "api_token", "sign_in"),
    "zendesk-token-idle": (
        r"Zendesk turns off tokens that go unused for 30 days",
        r"This one was last used on \d{1,2} \w+ 20\d\d.*\. Reactivate it in Zendesk within 60 days, or switch to OAuth\.",
        [API_TOKENS, TO_OAUTH], "api_token", "sign_in"),
    "zendesk-tokens-retired": (
        r"Zendesk no longer accepts API tokens", r"Connect with an OAuth client instead\. It takes two values from the same admin page\.",
        [("Connect with OAuth", "#switch-to-oauth"), OAUTH_CLIENTS], "api_token", "sign_in"),
    "zendesk-email-mismatch": (
        r"Check the e-mail address .*", r"Use the address this person signs in to Zendesk with\. Aliases and group addresses do not work\.",
        [(f"Use {EMAIL}", "#use-suggestion"), ("Edit e-mail", "#email"), TEAM], "email", None),
    "zendesk-token-access-off": (
        r"API token access may be off", r"In Admin Center, Apps and integrations > APIs, turn on API token access, then test again\.",
        [API_SETTINGS], "api_token", "sign_in"),
    "zendesk-anonymous": (
        rf"Zendesk answered, but not as {EMAIL}", r"The e-mail and token were not used\. Paste both again\.",
        [("Edit connection", "#edit-connection"), API_SETTINGS], "api_token", "sign_in"),
    "subdomain-format": (
        rf"Enter only the first part: {ACCOUNT}", rf"https://{ACCOUNT}\.zendesk\.com is not a subdomain\. In mycompany\.zendesk\.com the subdomain is mycompany\.",
        [(f"Use {ACCOUNT}", "#use-suggestion")], "subdomain", None),
    "zendesk-subdomain-unknown": (
        r"There is no Zendesk account at nobody\.zendesk\.com",
        r"Copy the part before \.zendesk\.com from the address bar when you are signed in to Zendesk\.",
        [("Edit subdomain", "#subdomain")], "subdomain", "account"),
    "zendesk-subdomain-moved": (
        rf"{ACCOUNT}\.zendesk\.com now sends visitors to acme-group\.zendesk\.com", r"The account may have been renamed\. Nothing was sent to the new address\.",
        [("Use acme-group", "#use-suggestion"), ("Edit subdomain", "#subdomain")], "subdomain", "account"),
    "zendesk-account-suspended": (
        rf"{ACCOUNT}\.zendesk\.com is suspended or its trial ended", r"The account owner can restore it\. .*",
        [("Open billing in Zendesk", f"{PAGE}/admin/account/billing")], "subdomain", "account"),
    "zendesk-user-suspended": (
        rf"{EMAIL} is suspended in Zendesk", r"Lift the suspension or connect as another team member\.",
        [("Open this person in Zendesk", rf"{PAGE}/a(gent/users/\d+|dmin)")], "email", "sign_in"),
    "zendesk-role-too-low": (
        r"eve@customer\.example is an end user in Zendesk",
        r"Reading and creating tickets needs an agent or admin\. Change the role or connect as someone else\.", [TEAM], "email", "role"),
    "zendesk-light-agent": (
        r"lily@practice\.example can add internal notes only", r"Public replies will fail\. Use a full agent seat, or turn off public replies\.",
        [("Turn off public replies", "#actions"), ROLES], "email", "role"),
    "zendesk-permission-missing": (
        rf"Connected, but {EMAIL} may not search tickets", r"1 of 10 actions are off: Search tickets\. Allow them in the role, or leave them off\.",
        [ROLES, ("Leave off", "#leave-off")], "email", "search"),
    "zendesk-ip-restricted": (
        r"Zendesk blocks requests from this server", r"IP restrictions are the likeliest reason\. Add this server's public address to the allowed ranges\.",
        [("Open IP restrictions in Zendesk", f"{PAGE}/admin")], None, "sign_in"),
    "net-dns": (
        r"This server cannot look up lost\.zendesk\.com", r"Check DNS on the server: `getent hosts lost\.zendesk\.com`\.", [CHECKS], None, "account"),
    "net-unreachable": (
        r"No answer from dead\.zendesk\.com", r"Nothing answers at http://127\.0\.0\.1:\d+, where this practice account is\. Start it: `chatcrafter sandbox`\.", [CHECKS], None, "account"),
    "net-tls": (
        rf"The certificate shown for {ACCOUNT}\.zendesk\.com is not trusted here", r".*add (its|that) CA under `tls\.ca_file`\..*",
        [("Show certificate", "#certificate"), ("Open TLS settings", "#tls-settings")], None, "account"),
    "net-clock": (
        r"This server's clock is .*", r"Turn on time sync: `timedatectl set-ntp true`\. Sign-in and signatures depend on it\.", [CHECKS], None, None),
    "zendesk-rate-limited": (
        r"Zendesk asked us to slow down", r"Calls resume by themselves .*", [("See Zendesk usage", API_SETTINGS[1])], None, "sign_in"),
    "zendesk-unavailable": (r"Zendesk has a problem \(HTTP 503\)", r"We try again .*\. Nothing is lost\.", [STATUS], None, "account"),
    "oauth-client-rejected": (
        r"Zendesk did not accept this client ID and secret", r"Copy both again; a new secret makes the old one stop\.", [OAUTH_CLIENTS], "client_secret", "sign_in"),
    "oauth-scope": (
        r"The OAuth client may read but not write", r"Add the scope `write`, or turn off the actions that change tickets\.", [OAUTH_CLIENTS], "client_id", "actions"),
}


def body(value):
    return json.dumps(value).encode()


class Messages(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()

    def between(self, tls=None):
        """The practice Zendesk behind a stand that may answer in its place."""
        stand = Between(self.zendesk.address, tls)
        self.addCleanup(stand.close)
        return stand

    def start(self, url=None, options=()):
        """The server, with the account's calls going to that URL."""
        self.server = self.serve(more_resolve=[f"{ACCOUNT}={url or 'http://' + self.zendesk.address}", f"nobody=http://{self.zendesk.address}",
                                               "dead=http://127.0.0.1:1", "lost=http://lost.invalid"], options=options)
        self.agent_id = self.agent(self.server)

    def trust(self, certificate):
        return ["--config", self.write("tls.conf", f"tls.ca_file = {certificate.ca}\n")]

    def assert_words(self, problem, code):
        title, detail, links, field, step = ROWS[code]
        self.assertEqual(problem["code"], code, problem)
        self.assertRegex(problem["title"], f"^{title}$")
        self.assertRegex(problem["detail"], f"^{detail}$")
        shown = [(link["label"], link["href"]) for link in problem["actions"]]
        self.assertEqual([label for label, _ in shown], [label for label, _ in links], shown)
        for (_, href), (_, target) in zip(shown, links):
            self.assertTrue(href == target or re.fullmatch(target, href), (href, target))
        self.assertEqual(problem.get("field") or None, field)
        if step:
            self.assertEqual(problem["step"], step)

    def refused(self, code, credentials=None):
        """Connecting fails with this message, and nothing is stored."""
        answer = self.server.http.post(f"/agents/{self.agent_id}/integrations", credentials or self.credentials(), timeout_s=60)
        self.assertGreaterEqual(answer.status, 400, answer)
        self.assert_words(answer.json, code)
        self.assertEqual(self.server.http.get(f"/agents/{self.agent_id}/integrations").json["items"], [])
        return answer.json

    def warned(self, code, credentials=None):
        """Connecting succeeds, with this message under its step."""
        answer = self.server.http.post(f"/agents/{self.agent_id}/integrations", credentials or self.credentials(), timeout_s=60)
        self.assertEqual((answer.status, answer.json.get("status")), (201, "warnings"), answer)
        problems = [check["problem"] for check in answer.json["checks"] if check["problem"]]
        self.assert_words(next(problem for problem in problems if problem["code"] == code), code)
        return problems

    def connected(self):
        answer = self.server.http.post(f"/agents/{self.agent_id}/integrations", self.credentials())
        self.assertEqual(answer.status, 201, answer)
        self.path = f"/integrations/{answer.json['id']}"

    def fails_now(self, code):
        """A connection that worked fails its test with this message, which its status tells as well."""
        test = self.server.http.post(f"{self.path}/tests").json
        self.assertEqual(test["result"], "failed", test)
        failed = [check["problem"] for check in test["checks"] if check["status"] == "failed"]
        self.assertEqual(len(failed), 1, test)
        self.assert_words(failed[0], code)
        shown = self.server.http.get(self.path).json
        self.assertEqual((shown["status"], shown["problem"]["code"]), ("needs_attention", code), shown)

    def other_token(self):
        """Somebody makes the old token stop."""
        self.zendesk.stop()
        self.zendesk.options[self.zendesk.options.index("--api-token") + 1] = "another-token-5678"
        self.zendesk.start()

    def member(self, email, **more):
        """One more person of the account, as who the token is used."""
        desk = Desk(self.server, ACCOUNT, self.zendesk.address, self.agent_id)
        desk.api("POST", "/users", {"user": {"name": "Somebody", "email": email, "verified": True, **more}})
        return self.credentials(email=email)

    def days_later(self, days):
        """The whole machine's calendar, from the next start of a program on."""
        library = "/usr/$LIB/faketime/libfaketimeMT.so.1"
        return {"LD_PRELOAD": library, "FAKETIME": f"+{days}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "0"}

    # ---- what was typed

    def test_wrong_token(self):
        self.start()
        self.refused("zendesk-credentials-rejected", self.credentials(api_token="not-the-token-1234"))

    def test_what_is_no_address(self):
        self.start()
        for typed in (f"Practice Admin <{EMAIL}>", f"{EMAIL}/token"):
            with self.subTest(typed=typed):
                self.refused("zendesk-email-mismatch", self.credentials(email=typed))

    def test_what_is_no_subdomain(self):
        self.start()
        problem = self.refused("subdomain-format", self.credentials(subdomain=f"https://{ACCOUNT}.zendesk.com"))
        self.assertEqual(problem["suggestion"], ACCOUNT)

    def test_wrong_client(self):
        self.start()
        self.refused("oauth-client-rejected", self.oauth(client_secret="not-the-secret-1234"))

    # ---- the token, over time

    def test_token_revoked(self):
        self.start()
        self.connected()
        self.other_token()
        self.fails_now("zendesk-token-revoked")

    def test_token_idle(self):
        self.start()
        self.connected()
        self.server.stop()
        with sqlite3.connect(self.server.data / "chatcrafter.db") as database:
            database.execute("UPDATE integration SET last_ok_at = last_ok_at - ?", (31 * DAY_MS,))
        self.other_token()
        self.server.start()
        self.fails_now("zendesk-token-idle")

    @unittest.skipUnless(shutil.which("faketime"), "faketime is not installed")
    def test_tokens_retired(self):
        """On 30 April 2027, by the calendar of the machine."""
        days = (1809043200 - int(time.time())) // 86400 + 2
        self.start()
        self.connected()
        self.server.stop()
        self.other_token()
        self.server.environment = self.days_later(days)
        self.server.start()
        self.fails_now("zendesk-tokens-retired")

    def test_token_access_off(self):
        self.start()
        self.connected()
        self.zendesk.fault("no_token_access", "GET", "*", times=0)
        self.fails_now("zendesk-token-access-off")

    def test_anonymous(self):
        self.start()
        self.zendesk.fault("me_anonymous", "GET", "/api/v2/users/me")
        self.refused("zendesk-anonymous", self.credentials(api_token="not-the-token-1234"))

    # ---- the account

    def test_no_such_account(self):
        self.start()
        self.refused("zendesk-subdomain-unknown", self.credentials(subdomain="nobody"))

    def test_account_renamed(self):
        stand, other = self.between(), self.between()
        self.start(stand.url)
        stand.on("GET", ".*", (301, [("Location", "https://acme-group.zendesk.com/api/v2/users/me")], b""))
        problem = self.refused("zendesk-subdomain-moved")
        self.assertEqual(problem["suggestion"], "acme-group")
        stand.on("GET", ".*", (302, [("Location", other.url + "/api/v2/users/me")], b""))
        answer = self.server.http.post(f"/agents/{self.agent_id}/integrations", self.credentials())
        self.assertIn(answer.json["code"], ("zendesk-subdomain-moved", "zendesk-redirect"))
        self.assertEqual(other.seen, [], "a redirect is not followed")

    def test_account_suspended(self):
        stand = self.between()
        self.start(stand.url)
        for answer in ((402, JSON, b"{}"), (302, [("Location", "https://www.zendesk.com/app/help-center-closed/")], b""),
                       (403, JSON, body({"error": {"title": "Forbidden", "message": "This account has been suspended."}}))):
            with self.subTest(answer=answer[0]):
                stand.on("GET", ".*", answer)
                self.refused("zendesk-account-suspended")

    # ---- the person

    def test_person_suspended(self):
        stand = self.between()
        self.start(stand.url)
        stand.on("GET", "/api/v2/users/me", lambda *request: self.me_with(stand, request, suspended=True))
        self.refused("zendesk-user-suspended")
        stand.on("GET", "/api/v2/users/me", (403, JSON, body({"error": {"title": "Forbidden", "message": "User is suspended"}})))
        self.refused("zendesk-user-suspended")

    def me_with(self, stand, request, **change):
        status, headers, data = stand.pass_on(*request)
        user = json.loads(data)["user"]
        return status, headers, body({"user": {**user, **change}})

    def test_end_user(self):
        self.start()
        self.refused("zendesk-role-too-low", self.member("eve@customer.example", role="end-user"))

    def test_light_agent(self):
        self.start()
        self.warned("zendesk-light-agent", self.member("lily@practice.example", role="agent", custom_role_id=LIGHT_ROLE))

    def test_permission_missing(self):
        self.start()
        self.zendesk.fault("status:403", "GET", "/api/v2/search", times=0)
        self.warned("zendesk-permission-missing")

    def test_address_range(self):
        self.start()
        self.zendesk.fault("status:403", "GET", "*", times=0)
        self.refused("zendesk-ip-restricted")

    def test_scope(self):
        """The grant holds less than was asked for."""
        stand = self.between()
        self.start(stand.url)
        stand.on("POST", "/oauth/tokens", lambda method, path, headers, data: stand.pass_on(method, path, headers, data.replace(b"read write", b"read")))
        answer = self.server.http.post(f"/agents/{self.agent_id}/integrations", self.oauth())
        self.assertEqual((answer.status, answer.json["status"]), (201, "warnings"), answer)
        problems = [check["problem"] for check in answer.json["checks"] if check["problem"]]
        self.assert_words(next(problem for problem in problems if problem["code"] == "oauth-scope"), "oauth-scope")

    # ---- the way there

    def test_no_such_name(self):
        self.start()
        self.refused("net-dns", self.credentials(subdomain="lost"))

    def test_dead_port(self):
        self.start()
        self.refused("net-unreachable", self.credentials(subdomain="dead"))

    def test_certificate_nobody_trusts(self):
        stand = self.between(Certificate(self.folder))
        self.start(stand.url)
        told = self.refused("net-tls")["detail"]
        self.assertIn('It was issued by "localhost" and is signed by itself alone; ', told, "through the process that makes the calls")
        self.assertEqual(stand.seen, [], "nothing was sent")

    def test_certificate_that_is_trusted(self):
        """The remedy that the message names works."""
        certificate = Certificate(self.folder)
        self.start(self.between(certificate).url, self.trust(certificate))
        self.connected()

    @unittest.skipUnless(shutil.which("faketime"), "faketime is not installed")
    def test_certificate_of_tomorrow(self):
        certificate = Certificate(self.folder, clock="+3d")
        stand = self.between(certificate)
        self.start(stand.url, self.trust(certificate))
        problem = self.refused("net-clock")
        self.assertIn("slow", problem["title"])
        self.assertEqual(stand.seen, [], "nothing was sent")

    def test_clock_differs(self):
        stand = self.between()
        self.start(stand.url)
        stand.change = lambda status, headers, data: (status, [(n, self.shifted(v) if n.lower() == "date" else v) for n, v in headers], data)
        problems = self.warned("net-clock")
        self.assertRegex(problems[0]["title"], r"^This server's clock is 1[34] min slow$")

    def shifted(self, _):
        return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 14 * 60))

    # ---- Zendesk is busy or ill

    def test_asked_to_slow_down(self):
        self.start()
        self.zendesk.fault("status:429:30", "GET", "/api/v2/users/me", times=0)
        problem = self.refused("zendesk-rate-limited")
        self.assertNotIn("Reconnect", json.dumps(problem["actions"]))

    def test_unavailable(self):
        self.start()
        self.zendesk.fault("status:503", "GET", "*", times=0)
        self.refused("zendesk-unavailable")


class Table(unittest.TestCase):
    @unittest.skipUnless((SHARED.parent / "design/experience.md").exists(), "the catalogue's table is not here")
    def test_every_row_has_a_test(self):
        rows = re.findall(r"^\| ((?:zendesk|net|oauth|subdomain)-[a-z-]+)[ |(]", (SHARED.parent / "design/experience.md").read_text(), re.M)
        self.assertGreaterEqual(len(rows), 20)
        self.assertEqual(set(rows), set(ROWS))
