"""Backup while serving, restore, migrate."""

import os
import sqlite3

from lab import Chat, Lab, Later, run, until, words


class Upkeep(Lab):
    def setUp(self):
        super().setUp()
        self.ready()

    def backup(self, *arguments):
        ran = self.assert_ran(self.server.cli("backup", *arguments))
        self.assertIn("The master key is not in it", ran.err)
        return ran.out.strip()

    def assert_sound(self, path):
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            return database.execute("SELECT count(*) FROM message").fetchone()[0]
        finally:
            database.close()

    def test_backup_while_serving(self):
        """Copies taken while eight people talk are sound, each at least as full as the one before."""
        going = [True]

        def chatter():
            talk = self.chat()
            while going[0]:
                talk.say("hello")

        threads = [Later(chatter) for _ in range(8)]
        try:
            counts = [self.assert_sound(self.backup("--to", self.folder / f"copy-{number}.db")) for number in range(5)]
        finally:
            going[0] = False
        for thread in threads:
            thread.wait()
        self.assertEqual(counts, sorted(counts))
        self.assertGreater(counts[-1], counts[0])

    def test_backup_goes_below_the_data_directory(self):
        for running in (True, False):
            if not running:
                self.server.stop()
            ran = self.assert_ran(self.server.cli("backup", "--to", self.folder / f"named-{running}.db", "--json"))
            self.assertEqual(ran.json, {"backup": str(self.folder / f"named-{running}.db")})
        path = self.backup()
        self.assertEqual(os.path.dirname(path), str(self.server.data / "backups"))
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assert_sound(path)

    def test_backup_into_a_folder_that_is_not_there(self):
        missing = self.folder / "not" / "there"
        ran = self.assert_ran(self.server.cli("backup", "--to", missing / "copy.db"), 5)
        self.assertIn(f"There is no folder {missing} for the copy.\nMake it first: mkdir -p {missing}", ran.err)
        self.assertFalse(missing.exists())

    def test_backup_by_the_api(self):
        """As the console asks for it: the same file as the command makes, and a line in the audit log."""
        made = self.server.http.post("/backups")
        self.assertEqual(made.status, 201, made)
        path = self.server.data / "backups" / made.json["name"]
        self.assert_sound(path)
        self.assertEqual(made.json["bytes"], path.stat().st_size)
        self.assertEqual(self.server.http.get("/backups").json["items"], [made.json])
        self.assertEqual(self.server.http.get("/audit?limit=1").json["items"][0]["act"], "backup.create")
        system = self.server.http.get("/system").json
        self.assertEqual([process["name"] for process in system["processes"]], ["front", "egress"])
        self.assertEqual(system["database_bytes"], (self.server.data / "chatcrafter.db").stat().st_size)

    def test_a_backup_that_cannot_be_made_is_told(self):
        (self.server.data / "backups").rmdir()
        (self.server.data / "backups").write_text("in the way")
        self.assert_problem(self.server.http.post("/backups"), 503, "backup-failed")
        self.assertEqual(self.server.http.get("/agents").status, 200)

    def test_backups_within_one_second(self):
        made = [Later(self.backup) for _ in range(4)]
        paths = {later.wait() for later in made} | {self.backup() for _ in range(2)}
        self.assertEqual(len(paths), 6)
        for path in paths:
            self.assert_sound(path)

    def test_json_is_json(self):
        odd = self.folder / 'a "quoted" \\ name.db'
        self.assertEqual(self.assert_ran(self.server.cli("backup", "--to", odd, "--json")).json, {"backup": str(odd)})
        self.server.stop()
        self.assertEqual(self.assert_ran(self.server.cli("restore", "--from", odd, "--json")).json, {"restored": str(odd)})

    def test_backup_of_nothing(self):
        for options in ((), ("--to", self.folder / "copy.db")):
            ran = self.assert_ran(run("backup", "--data", self.folder / "nope", *options), 5)
            self.assertIn(f"no data directory {self.folder / 'nope'}.\nName the data directory that the server uses: --data DIR", ran.err)
        self.assertFalse((self.folder / "nope").exists())

    def test_backup_overwrites_nothing(self):
        path = self.write("mine.db", "something else")
        ran = self.assert_ran(self.server.cli("backup", "--to", path), 6)
        self.assertIn("exists already", ran.err)
        self.assertEqual(path.read_text(), "something else")

    def test_restore(self):
        talk = self.chat()
        talk.propose()
        copy = self.folder / "copy.db"
        self.backup("--to", copy)
        later = self.chat()
        later.say("hello")
        ran = self.assert_ran(self.server.cli("restore", "--from", copy), 6)
        self.assertRegex(ran.err, r"already in use by process \d+; stop that one first")
        self.server.stop()
        self.assert_ran(self.server.cli("restore", "--from", copy))
        kept = [path.name for path in self.server.data.iterdir() if ".before-restore." in path.name]
        self.assertEqual(len(kept), 1)
        self.assert_sound(self.server.data / kept[0])
        self.server.start()
        self.assert_problem(self.server.http.get(later.path), 404, "not-found")
        action = talk.say("yes")["actions"][-1]  # the proposal still stands; it may have had its yes before the restore
        self.assertEqual((action["status"], action["problem"]["code"]), ("waiting", "request-looked-for"))
        until(lambda: self.zendesk.requests("GET", "/api/v2/tickets"), "the token opens, and Zendesk is asked")
        self.assertEqual(self.zendesk.tickets(), [])

    def test_restore_into_an_empty_directory(self):
        copy = self.folder / "copy.db"
        self.backup("--to", copy)
        self.server.stop()
        other = self.folder / "other"
        other.mkdir(0o700)
        (other / "master.key").write_bytes((self.server.data / "master.key").read_bytes())
        (other / "master.key").chmod(0o600)
        self.assert_ran(run("restore", "--from", copy, "--data", other))
        moved = self.serve(self.zendesk, name="other")
        talk = Chat(moved, self.agent_id)
        talk.propose()
        self.assertIn(" is created", words(talk.say("yes")))

    def test_restore_of_what_is_no_backup(self):
        before = self.server.http.get("/agents").json
        self.server.stop()
        for source, code in ((self.write("text.db", "no database at all" * 200), 1), (self.folder / "nowhere.db", 5), (self.write("empty.db", ""), 1)):
            with self.subTest(source=source.name):
                ran = self.assert_ran(self.server.cli("restore", "--from", source), code)
                self.assertIn("nothing was changed", ran.err)
        self.server.start()
        self.assertEqual(self.server.http.get("/agents").json, before)

    def test_restored_request_is_not_sent_as_a_second_ticket(self):
        """The copy knows a request as waiting which was sent since, and Zendesk has forgotten its key: it is looked for first."""
        talk = self.chat()
        talk.propose()
        self.zendesk.stop()
        self.assertEqual(talk.say("yes")["actions"][-1]["status"], "waiting")
        copy = self.folder / "copy.db"
        self.backup("--to", copy)
        self.zendesk.start()
        talk.action("done")
        self.server.stop()
        self.zendesk.http.post("/_sandbox/clock", {"advance_ms": 3 * 60 * 60 * 1000})
        self.assert_ran(self.server.cli("restore", "--from", copy))
        self.server.start()
        talk.action("done")
        self.assert_one_ticket(self.zendesk)
        self.assertEqual(len(self.zendesk.requests("POST", "/api/v2/tickets")), 1)

    def test_a_yes_that_the_restore_forgot_makes_no_second_ticket(self):
        """The copy was made before the yes. The same yes again finds the ticket that the first one made."""
        talk = self.chat()
        talk.propose()
        copy = self.folder / "copy.db"
        self.backup("--to", copy)
        talk.say("yes")
        ticket = self.assert_one_ticket(self.zendesk)
        self.server.stop()
        self.zendesk.http.post("/_sandbox/clock", {"advance_ms": 3 * 60 * 60 * 1000})
        self.assert_ran(self.server.cli("restore", "--from", copy))
        self.server.start()
        self.assertEqual(talk.show()["awaiting"], "confirmation")
        turn = talk.say("yes")
        self.assertEqual(turn["actions"][-1]["reference"], "R-1", turn)
        action = talk.action("done")
        self.assertEqual(action["result"]["id"], ticket["id"])
        self.assert_one_ticket(self.zendesk)
        self.assertEqual(len(self.zendesk.requests("POST", "/api/v2/tickets")), 1)

    def test_migrate(self):
        ran = self.assert_ran(self.server.cli("migrate", "--dry-run"))
        self.assertIn("Nothing to do", ran.err)
        self.assertEqual(len(set(self.server.cli("migrate", "--dry-run", "--json").json.values())), 1)

    def test_migrate_dry_run_of_a_new_database(self):
        new = self.folder / "new"
        new.mkdir(0o700)
        ran = self.assert_ran(run("migrate", "--dry-run", "--data", new, "--json"))
        self.assertEqual(ran.json["have"], 0)
        self.assertIn("Would apply 1", ran.err)
        self.assertEqual(list(new.iterdir()), [], "nothing was changed")
        ran = self.assert_ran(run("migrate", "--data", new))
        self.assertRegex(ran.err, r"The schema went from 0 to \d+")
        self.assertIn("Nothing to do", run("migrate", "--dry-run", "--data", new).err)

    def test_database_of_a_newer_version(self):
        self.server.stop()
        path = self.server.data / "chatcrafter.db"
        database = sqlite3.connect(path)
        table = next(name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'") if "migration" in name or "schema" in name)
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        values = [900 if row[2].upper() in ("BIGINT", "INTEGER") else "from the future" for row in database.execute(f"PRAGMA table_info({table})")]
        database.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", values)
        database.commit()
        database.close()
        ran = self.server.cli("serve", "--listen", "127.0.0.1:0")
        self.assert_ran(ran, 3)
        self.assertIn("was written by a newer chatcrafter", ran.err)
