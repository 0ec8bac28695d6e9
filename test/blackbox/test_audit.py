"""The audit log: every change of a setting is in it, no secret and no words of a conversation are, and what is done to it is found."""

import json
import sqlite3

from lab import CLIENT_SECRET, TOKEN, Lab


class Audit(Lab):
    def setUp(self):
        super().setUp()
        self.ready()

    def entries(self):
        answer = self.server.http.get("/audit?limit=100")
        self.assertEqual(answer.status, 200, answer)
        return answer.json["items"]

    def change_everything(self):
        """Each change of a setting that there is. Returns what should be told of it, oldest first: act and object."""
        http, done = self.server.http, []

        def did(act, thing, answer):
            self.assertIn(answer.status, (200, 201, 204), answer)
            done.append((act, thing or answer.json["id"]))
            return answer.json if answer.body else None

        other = did("agent.create", None, http.post("/agents", {"name": "Other"}))["id"]
        did("agent.update", other, http.patch(f"/agents/{other}", {"instructions": "Be brief."}))
        connection = did("integration.connect", None, http.post(f"/agents/{other}/integrations", self.credentials()))["id"]
        did("integration.update", connection, http.patch(f"/integrations/{connection}", {"actions": {"create_ticket": {"enabled": False}}}))
        did("integration.credentials", connection, http.post(f"/integrations/{connection}/credentials", self.oauth()))
        did("integration.disconnect", connection, http.delete(f"/integrations/{connection}"))
        did("agent.delete", other, http.delete(f"/agents/{other}"))
        key = did("key.create", None, http.post("/keys", {"name": "laptop", "role": "viewer"}))["id"]
        did("key.revoke", key, http.delete(f"/keys/{key}"))
        member = http.get("/members").json["items"][0]["id"]
        did("member.reset_password", member, http.post(f"/members/{member}/reset-password"))
        talk = self.chat()
        talk.say("The secret word is kumquat")
        did("conversation.erase", talk.id, http.delete(f"/conversations/{talk.id}"))
        return done

    def test_every_change_is_told_with_who_and_what(self):
        before = len(self.entries())
        done = self.change_everything()
        told = self.entries()[: -before or None][::-1]
        self.assertEqual([(entry["act"], entry["object"]) for entry in told], done)
        for entry in told:
            self.assertTrue(entry["actor"].startswith("key_") or entry["actor"] == "local", entry)
            self.assertTrue(entry["at"] and entry["trace_id"] and entry["hash"], entry)
        switched = next(entry for entry in told if entry["act"] == "integration.update")
        self.assertEqual((switched["before"]["create_ticket"], switched["after"]["create_ticket"]), ("asks", "off"))
        renamed = next(entry for entry in told if entry["act"] == "agent.update")
        self.assertEqual((renamed["before"]["instructions"], renamed["after"]["instructions"]), ("", "Be brief."))
        text = json.dumps(self.entries())
        for secret in (TOKEN, CLIENT_SECRET, "kumquat", "ck_"):
            self.assertNotIn(secret, text)

    def test_a_refused_change_leaves_no_entry(self):
        before = self.entries()
        self.assert_problem(self.server.http.post(f"/agents/{self.agent_id}/integrations", self.credentials()), 409, "integration-exists", "subdomain")
        self.assertEqual(self.server.http.patch(f"/agents/{self.agent_id}", {"name": "New", "version": 99}).status, 409)
        self.assertEqual(self.server.http.delete("/keys/key_01m8298w56wc65phjb6x7bs32h").status, 404)
        self.assertEqual(self.entries(), before)

    def test_pages_and_filters(self):
        self.change_everything()
        whole, pages, cursor = self.entries(), [], ""
        while True:
            page = self.server.http.get(f"/audit?limit=4{cursor}").json
            pages += page["items"]
            if not page["next_cursor"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
        self.assertEqual(pages, whole)
        created = self.server.http.get("/audit?act=agent.create").json["items"]
        self.assertEqual({entry["act"] for entry in created}, {"agent.create"})
        self.assert_problem(self.server.http.get("/audit?limit=0"), 422, "field-range", "limit")
        self.assert_problem(self.server.http.get("/audit?cursor=x"), 422, "field-range", "cursor")

    def test_verify_finds_what_was_done_to_the_file(self):
        self.change_everything()
        ran = self.assert_ran(self.server.cli("audit", "verify"))
        self.assertRegex(ran.out, r"^All \d+ entries are whole\. .*--head \d+:[0-9a-f]{64}$")
        head = ran.out.split()[-1]
        self.assert_ran(self.server.cli("audit", "verify", "--head", head))
        self.assert_ran(self.server.cli("audit", "verify", "--head", "nonsense"), 2)
        lines = [json.loads(line) for line in self.assert_ran(self.server.cli("audit", "export")).out.splitlines()]
        self.assertEqual([line["seq"] for line in lines], list(range(len(lines), 0, -1)))
        self.assertIn("agent.create", self.assert_ran(self.server.cli("audit", "list")).out)
        self.server.stop()
        database = sqlite3.connect(self.server.data / "chatcrafter.db")
        database.execute("DELETE FROM trail WHERE seq = (SELECT max(seq) FROM trail)")
        database.commit()
        self.assert_ran(self.server.cli("audit", "verify"))
        cut = self.assert_ran(self.server.cli("audit", "verify", "--head", head), 7)
        self.assertIn("its end was cut off", cut.err)
        database.execute("UPDATE trail SET actor = 'mem_somebody_else' WHERE seq = 2")
        database.commit()
        database.close()
        self.assertIn("Entry 2 is not what was written", self.assert_ran(self.server.cli("audit", "verify"), 7).out)
