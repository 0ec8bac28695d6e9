"""The people of a workspace: invited by a link, given roles that hold at once, signed out, taken out."""

import re

from lab import Http, Lab

PASSWORD = "seven quiet lanterns"


class Members(Lab):
    def setUp(self):
        super().setUp()
        self.server = self.serve()
        self.agent_id = self.agent(self.server)

    def invite(self, email, role, http=None):
        return (http or self.server.http).post("/members", {"email": email, "role": role, "name": email.split("@")[0]})

    def browser(self, answer):
        """A client that holds the cookie of this answer and comes from the console's own pages."""
        self.assertEqual(answer.status, 200, answer)
        cookie = answer.headers["set-cookie"].split(";")[0]
        client = Http(self.server.http.address, base="/api/v1")
        client.more = {"cookie": cookie, "sec-fetch-site": "same-origin"}
        return client

    def sign_in(self, path, body):
        return Http(self.server.http.address, base="/api/v1").post(path, body, headers={"sec-fetch-site": "same-origin"})

    def join(self, email, role, http=None):
        invited = self.invite(email, role, http)
        self.assertEqual(invited.status, 201, invited)
        token = invited.json["url"].split("#")[1]
        browser = self.browser(self.sign_in("/session/link", {"token": token}))
        self.assertEqual(self.ask(browser, "PATCH", "/members/me", {"password": PASSWORD}).status, 200)
        self.assert_problem(self.sign_in("/session/link", {"token": token}), 410, "link-used")
        return invited.json["member"]["id"], self.browser(self.sign_in("/session", {"email": email, "password": PASSWORD}))

    def ask(self, browser, method, path, body=None):
        return browser.call(method, path, body, headers=browser.more)

    def test_an_invitation_leads_to_a_member_with_that_role_and_no_more(self):
        _, viewer = self.join("vera@example.com", "viewer")
        self.assertEqual(self.ask(viewer, "GET", "/agents").status, 200)
        self.assert_problem(self.ask(viewer, "POST", "/agents", {"name": "Mine"}), 403, "not-allowed")
        self.assert_problem(self.ask(viewer, "POST", "/members", {"email": "x@example.com", "role": "viewer"}), 403, "not-allowed")
        self.assert_problem(self.invite("vera@example.com", "viewer"), 409, "already-exists", "email")
        self.assert_problem(self.invite("no address", "viewer"), 422, "email-format", "email")
        self.assertEqual(self.invite("y@example.com", "king").status, 422)

    def test_nobody_reaches_above_the_own_role(self):
        _, admin = self.join("ada@example.com", "admin")
        owner = next(member["id"] for member in self.server.http.get("/members").json["items"] if member["role"] == "owner")
        refused = {"status": 403, "code": "not-allowed", "field": "role"}
        self.assert_problem(self.ask(admin, "POST", "/members", {"email": "o@example.com", "role": "owner"}), **refused)
        self.assert_problem(self.ask(admin, "PATCH", f"/members/{owner}", {"role": "viewer"}), **refused)
        self.assert_problem(self.ask(admin, "DELETE", f"/members/{owner}"), **refused)
        self.assert_problem(self.ask(admin, "DELETE", f"/members/{owner}/sessions"), **refused)
        ed, _ = self.join("ed@example.com", "editor")
        self.assert_problem(self.ask(admin, "PATCH", f"/members/{ed}", {"role": "owner"}), **refused)
        self.assertEqual(self.ask(admin, "PATCH", f"/members/{ed}", {"role": "admin"}).json["role"], "admin")

    def test_another_role_ends_the_sessions(self):
        ed, browser = self.join("ed@example.com", "editor")
        self.assertEqual(self.ask(browser, "POST", "/agents", {"name": "By Ed"}).status, 201)
        self.assertEqual(self.server.http.patch(f"/members/{ed}", {"role": "viewer"}).json["role"], "viewer")
        self.assert_problem(self.ask(browser, "GET", "/agents"), 401, "sign-in-needed")
        again = self.browser(self.sign_in("/session", {"email": "ed@example.com", "password": PASSWORD}))
        self.assert_problem(self.ask(again, "POST", "/agents", {"name": "By Ed again"}), 403, "not-allowed")

    def test_the_last_owner_stays(self):
        owner = self.server.http.get("/members").json["items"][0]["id"]
        self.assert_problem(self.server.http.patch(f"/members/{owner}", {"role": "admin"}), 409, "last-owner")
        self.assert_problem(self.server.http.delete(f"/members/{owner}"), 409, "last-owner")
        second, _ = self.join("olga@example.com", "owner")
        self.assertEqual(self.server.http.patch(f"/members/{owner}", {"role": "admin"}).status, 200)
        self.assert_problem(self.server.http.delete(f"/members/{second}"), 409, "last-owner")

    def test_out_is_out(self):
        ed, browser = self.join("ed@example.com", "editor")
        self.assertEqual(self.server.http.delete(f"/members/{ed}").status, 204)
        self.assert_problem(self.ask(browser, "GET", "/agents"), 401, "sign-in-needed")
        self.assert_problem(self.sign_in("/session", {"email": "ed@example.com", "password": PASSWORD}), 401, "sign-in-failed")
        self.assert_problem(self.server.http.delete(f"/members/{ed}"), 404, "not-found")

    def test_the_own_sessions_are_listed_and_ended(self):
        _, one = self.join("ed@example.com", "editor")
        two = self.browser(self.sign_in("/session", {"email": "ed@example.com", "password": PASSWORD}))
        _, stranger = self.join("eve@example.com", "editor")
        listed = self.ask(one, "GET", "/sessions").json["items"]
        self.assertEqual([row["is_this"] for row in listed].count(True), 1)
        other = next(row["id"] for row in self.ask(two, "GET", "/sessions").json["items"] if row["is_this"])
        self.assertIn(other, [row["id"] for row in listed])
        self.assert_problem(self.ask(stranger, "DELETE", f"/sessions/{other}"), 404, "not-found")
        self.assertEqual(self.ask(one, "DELETE", f"/sessions/{other}").status, 204)
        self.assert_problem(self.ask(two, "GET", "/agents"), 401, "sign-in-needed")
        self.assertEqual(self.ask(one, "GET", "/agents").status, 200)

    def test_by_command_line(self):
        invited = self.assert_ran(self.server.cli("member", "invite", "jo@example.com", "--role", "editor"))
        self.assertRegex(invited.out, r"/sign-in#\S+")
        self.assertIn("hand the link on", invited.err)
        self.assert_ran(self.server.cli("member", "role", "jo@example.com", "--role", "admin"))
        self.assertTrue(re.search(r"jo@example\.com.*admin", self.assert_ran(self.server.cli("member", "list")).out))
        self.assert_ran(self.server.cli("member", "sign-out", "jo@example.com"))
        self.assert_ran(self.server.cli("member", "remove", "jo@example.com"), 2)
        self.assert_ran(self.server.cli("member", "remove", "jo@example.com", "--yes"))
        self.assert_ran(self.server.cli("member", "role", "jo@example.com", "--role", "admin"), 5)
