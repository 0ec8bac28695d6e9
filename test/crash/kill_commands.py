"""kill -9 at every system call of a start and of the commands that touch the database: migrate, backup, restore.

Here strace starts the program, and counts the calls of its first thread, which does all of this. Reading is left out: it begins with the libraries, and what was
only read nobody can see. After each death the same command runs again without strace and must do its work.
"""

import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import tempfile

import lab
from kill import WRITING_CALLS, need_strace
from stage import Stage, check

def command(point, arguments):
    inject = f"inject={WRITING_CALLS}:signal=KILL:when={point}"
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={WRITING_CALLS}", "-e", inject, lab.BINARY, *map(str, arguments)]


def died(point, *arguments):
    """Runs the program until it dies at that call (true), or to its end."""
    done = subprocess.run(command(point, arguments), stdin=subprocess.DEVNULL, capture_output=True, env=lab.clean_environment(), timeout=lab.ANSWER_S,
                          check=False, preexec_fn=lab.die_with_parent)
    check(done.returncode in (0, -signal.SIGKILL), f"it ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return done.returncode != 0


def run_well(*arguments):
    ran = lab.run(*arguments)
    check(ran.code == 0, ran)
    return ran


def rows(path, sql):
    """What the database file says, as its next user would find it: the file and its log are copied, so that nothing is mended by looking."""
    with tempfile.TemporaryDirectory(prefix="chatcrafter-look-") as folder:
        for end in ("", "-wal"):
            if pathlib.Path(f"{path}{end}").exists():
                shutil.copy(f"{path}{end}", f"{folder}/db{end}")
        database = sqlite3.connect(f"{folder}/db")
        try:
            check(database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], f"{path} is whole")
            return database.execute(sql).fetchall()
        finally:
            database.close()


def exhaust(tally, attempt, stride):
    """`attempt(point)` returns whether the program died there."""
    need_strace()
    deaths = 0
    for point in tally.points(stride):
        is_dead = tally.run(f"call {point}", lambda: attempt(point))
        if is_dead is False:
            break
        deaths += 1
    tally.notes.append(f"died {deaths} times")


# ---- a start that finds a request in doubt -------------------------------------------------------------------------------------


class TracedStart:
    """`serve` under strace: until it dies at that call, or for as long as it is let."""

    def __init__(self, stage, point):
        arguments = ["serve", "--data", stage.server.data, "--listen", stage.server.listen, *stage.server.options]
        self.log = stage.folder / "traced-start.log"
        with open(self.log, "wb") as log:
            self.strace = subprocess.Popen(command(point, arguments), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=lab.clean_environment(),
                                           preexec_fn=lab.die_with_parent)

    def is_over(self):
        """The program ended, or went on with another process in place of one that died: that one will die at the same call."""
        return self.strace.poll() is not None or b"a process was ended" in self.log.read_bytes()

    def end(self):
        """Ends the server, which ends strace; a server whose strace is killed would go on."""
        if self.strace.poll() is not None:
            return
        for child in pathlib.Path(f"/proc/{self.strace.pid}/task/{self.strace.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        self.strace.wait(lab.STOP_S)


def start_and_die(stage, point):
    order = stage.proposed()
    stage.zendesk.fault("drop_after_commit" if point % 2 else "drop_before")
    order.yes()
    stage.server.kill()
    started = TracedStart(stage, point)
    try:
        lab.until(lambda: started.is_over() or order.is_done(), "it dies or it is done", lab.ANSWER_S)
    finally:
        is_dead = started.is_over()
        started.end()
    stage.server.start()
    order.settle()
    stage.check_database()
    return is_dead


def start(tally):
    """At every other call the ticket is there already, at the others nothing was made."""
    with Stage() as stage:
        exhaust(tally, lambda point: start_and_die(stage, point), 8)


# ---- migrate -----------------------------------------------------------------------------------------------------------------


def first_schema(path):
    """A database as the first version left it, with a workspace in it."""
    first = sorted((lab.ROOT / "sql").glob("0001_*.sql"))[0]
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode = WAL; CREATE TABLE schema_migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);"
                           + first.read_text())
    database.execute("INSERT INTO schema_migration VALUES (1, ?, 0)", (first.stem,))
    database.execute("INSERT INTO workspace (id, name, created_at) VALUES ('wsp_0', 'Kept', 0)")
    database.commit()
    database.close()


def migrate(tally):
    newest = len(list((lab.ROOT / "sql").glob("[0-9]*.sql")))

    def attempt(point):
        with tempfile.TemporaryDirectory(prefix="chatcrafter-crash-") as folder:
            path = pathlib.Path(folder) / "chatcrafter.db"
            first_schema(path)
            is_dead = died(point, "migrate", "--data", folder)
            check(rows(path, "SELECT name FROM workspace") == [("Kept",)], "the workspace is there after the death")
            run_well("migrate", "--data", folder)
            check(rows(path, "SELECT max(number), count(*) FROM schema_migration") == [(newest, newest)], "each change was made once")
            check(rows(path, "SELECT name FROM workspace") == [("Kept",)], "the workspace is there")
            copies = [copy for copy in path.parent.glob("*.schema-1.*") if ".part" not in copy.name]
            check(copies, "a copy was made before")
            for copy in copies:
                check(rows(copy, "SELECT max(number) FROM schema_migration") == [(1,)], f"{copy.name} is a whole copy")
            return is_dead

    exhaust(tally, attempt, 8)


# ---- backup and restore ------------------------------------------------------------------------------------------------------


def backup(tally):
    with Stage() as stage:
        order = stage.proposed()
        order.yes()

        def attempt(point):
            target = stage.folder / f"copy-{point}.db"
            is_dead = died(point, "backup", "--data", stage.server.data, "--to", target)
            if not target.exists():
                run_well("backup", "--data", stage.server.data, "--to", target)
            check(rows(target, "SELECT status FROM action") == [("done",)], "a file of that name is a whole backup")
            check(list(target.parent.glob(f"{target.name}?*")) == [], "nothing else is left of it")
            order.settle()
            return is_dead

        exhaust(tally, attempt, 8)


def restore(tally):
    with Stage() as stage:
        stage.proposed().yes()
        backed_up = stage.folder / "copy.db"
        run_well("backup", "--data", stage.server.data, "--to", backed_up)
        stage.proposed().yes()
        check(stage.server.stop() == 0, "the server stops")
        data = stage.server.data
        kept = shutil.copytree(data, stage.folder / "before")

        def attempt(point):
            shutil.rmtree(data)
            shutil.copytree(kept, data)
            database = data / "chatcrafter.db"
            is_dead = died(point, "restore", "--data", data, "--from", backed_up)
            found = rows(database, "SELECT count(*) FROM action WHERE status = 'done'")
            check(found in ([(1,)], [(2,)]), f"it is the old database or the new one: {found}")
            run_well("restore", "--data", data, "--from", backed_up)
            check(rows(database, "SELECT count(*) FROM action WHERE status = 'done'") == [(1,)], "it is restored")
            stage.server.start()
            check(stage.server.http.get("/agents").status == 200, "it serves")
            stage.server.kill()
            return is_dead

        exhaust(tally, attempt, 10)


def cases(_is_whole):
    return {f"kill -9, {scenario.__name__}": scenario for scenario in (start, migrate, backup, restore)}
