"""A bad line between the server and the practice Zendesk (test/proxy), against everything that writes there.

Each mode of the proxy strikes the one request that writes. In the end it was done exactly once, or it was refused for all to see and nothing was done; for as long as
neither is known it waits, and is never told as done. What the practice Zendesk's own faults can do is tested elsewhere (test/zendesk).
"""

import gzip
import pathlib
import subprocess

import lab
from faults import ShakyStage
from stage import CREDENTIALS, ENDS, REST_S, check

WRITES = {"create_ticket": "POST /api/v2/tickets", "add_comment": "PUT /api/v2/tickets/", "update_ticket": "PUT /api/v2/tickets/"}
BOMB_BYTES = 64 * 1024 * 1024
PROXY = lab.ROOT / "build" / "proxy"


def message(status, headers="", body=b""):
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


JSON = "Content-Type: application/json\r\n"
BAD_ANSWERS = {
    "garbage": b"\x00\xff\x13garbage that is no HTTP\r\n\r\n" * 20,
    "garbage in the body": message("200 OK", JSON, b"\xff{{{{" * 100),
    "a page": message("200 OK", "Content-Type: text/html\r\n", b"<html><body>Welcome to the network</body></html>"),
    "gzip bomb": message("201 Created", JSON + "Content-Encoding: gzip\r\n", gzip.compress(b" " * BOMB_BYTES)),
    "redirect": message("302 Found", "Location: http://127.0.0.1:9/api/v2/tickets\r\n"),
    "502": message("502 Bad Gateway", "Content-Type: text/html\r\n", b"<html>Bad Gateway</html>"),
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 20000,
    "two lengths": b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nContent-Length: 60\r\n\r\n{}   ",
}
ENDLESS = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


class Proxy:
    def __init__(self, zendesk):
        check(PROXY.exists(), "there is no build/proxy: make torture")
        self.process = subprocess.Popen([PROXY, zendesk.address.rpartition(":")[2]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        preexec_fn=lab.die_with_parent)
        self.address = f"127.0.0.1:{self.process.stdout.readline().split()[1]}"

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(lab.STOP_S)
        self.process.stdout.close()


class ProxiedStage(ShakyStage):
    """The server knows the practice Zendesk by the proxy's address."""

    proxy = None

    def resolve(self):
        self.proxy = Proxy(self.zendesk)
        return f"{lab.ACCOUNT}=http://{self.proxy.address}"

    def close(self):
        super().close()
        if self.proxy:
            self.proxy.close()

    def reconnect(self):
        self.ask("POST", f"/integrations/{self.integration}/credentials", CREDENTIALS)

    def file(self, name, content):
        path = pathlib.Path(self.folder / name.replace(" ", "-"))
        path.write_bytes(content)
        return path


def modes(stage):
    """Name and what the proxy is told; None: it is told nothing and refuses connections instead."""
    yield "refuse", None
    for bytes_sent in (0, 1, 40, 300):
        yield f"cut after {bytes_sent} bytes of the request", f"cut {bytes_sent}"
    yield "reset", "reset"
    yield "reset after it was done", "reset_after"
    for bytes_passed, where in ((0, "before the answer"), (9, "in the first line"), (60, "in the head"), (-1, "before the last byte")):
        yield f"done and cut {where}", f"short {bytes_passed}"
    yield "delay", "delay 2500"
    yield "drip", "drip 3"
    for name, content in BAD_ANSWERS.items():
        path = stage.file(name, content)
        yield f"{name} instead", f"instead {path}"
        yield f"{name}, but done", f"after {path}"
    yield "body without end, but done", f"endless {stage.file('endless', ENDLESS)}"


def is_paused(stage, order):
    """The account answered as none that has this address would: the request is held until somebody has looked at the connection."""
    return stage.query("SELECT 1 FROM request WHERE action = ? AND state = 'paused'", order.action) != []


def suffer(stage, kind, told):
    order = stage.proposed(kind)
    proxy = stage.proxy
    if told is None:
        check(proxy.tell("refuse") == "ok", "the proxy refuses")
    else:
        check(proxy.tell(f"{WRITES[kind]} {told}") == "ok", "the proxy is armed")
    answer = order.say_yes()
    check(answer.status in (200, 503), answer)
    if told is None:
        check(order.done_in_zendesk() == 0, "nothing went through")
        check(proxy.tell("accept") == "ok", "the proxy accepts")
    else:
        check(proxy.tell("count") == "1", "the fault struck")
    if order.status() == "done":
        check(order.done_in_zendesk() == 1, "what is told as done is done")
    lab.until(lambda: order.status() in ENDS or is_paused(stage, order), "it is over, or waits for a person", REST_S)
    if order.status() not in ENDS:
        stage.reconnect()
    end = order.settle(may_be_refused=True)
    stage.check_database()
    return f"{end} {order.done_in_zendesk()}"


def every_mode(kind):
    def case(tally):
        with ProxiedStage() as stage:
            ends = {}
            chosen = list(modes(stage))
            for number, (name, told) in enumerate(chosen):
                if not tally.is_whole and (number + tally.seed) % 4:
                    continue
                end = tally.run(name, lambda: suffer(stage, kind, told))
                ends.setdefault(end, []).append(name)
                if not tally.goes_on():
                    break
            tally.notes += [f"{end}x: {', '.join(names)}" for end, names in ends.items() if end]
    return case


def hang_once(stage):
    """No answer at all. Time goes by on the clocks: the visitor is told that the request is kept, and in the end the line is given up."""
    order = stage.proposed()
    check(stage.proxy.tell(f"{WRITES['create_ticket']} hang") == "ok", "the proxy is armed")
    saying = lab.Later(order.say_yes)
    lab.until(lambda: stage.proxy.tell("count") == "1", "the request hangs")
    for seconds in (16, 50):
        stage.faults.jump(seconds * 1000, seconds * 1000, seconds * 1000)
        check(stage.server.open.get("/livez").status == 200, "others are served")
        answer = saying.wait().json["actions"][-1]
        check((answer["status"], answer["reference"] is not None) == ("waiting", True), f"it is told that it is kept: {answer}")
    order.settle()
    stage.check_database()


def hang(tally):
    with ProxiedStage() as stage:
        tally.run("hang", lambda: hang_once(stage))


def cases(_is_whole):
    return {"network, hang": hang, **{f"network, {kind}": every_mode(kind) for kind in WRITES}}
