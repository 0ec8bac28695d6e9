"""The practice Zendesk behind nginx with TLS, as the real one stands behind its edge: HTTP/2, gzip, connections that are kept, the ceiling of an answer, and what an
HTTP/2 server that takes no more requests does to one that is just sent.
"""

import collections
import contextlib
import os
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from between import Between, Certificate
from desk import DECIDING, READS, Desk, Lab, until
from lab import ACCOUNT, ANSWER_S, Later, die_with_parent, free_port

MIB = 1024 * 1024
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log warn; {user}
events {{ worker_connections 256; }}
http {{
    log_format told '$connection $connection_requests $server_protocol $request_method $uri $status "$http_accept_encoding" "$sent_http_content_encoding" $body_bytes_sent';
    access_log {folder}/nginx-access.log told;
    client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy; fastcgi_temp_path {folder}/nginx-f; uwsgi_temp_path {folder}/nginx-u;
    scgi_temp_path {folder}/nginx-s; client_max_body_size 64m;
    gzip on; gzip_types application/json text/plain; gzip_min_length 1; gzip_proxied any; keepalive_requests {requests};
    server {{
        listen 127.0.0.1:{port} ssl http2; ssl_certificate {certificate}; ssl_certificate_key {key};
        location / {{ proxy_pass http://{upstream}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_max_temp_file_size 0; }}
    }}
}}
"""

Line = collections.namedtuple("Line", "connection number protocol method path status accepts encoding size")


class Nginx:
    def __init__(self, folder, upstream, certificate, requests=1000):
        self.folder, self.port = folder, free_port()
        user = "user root;" if os.getuid() == 0 else ""
        text = CONFIGURATION.format(folder=folder, user=user, port=self.port, certificate=certificate.certificate, key=certificate.key, upstream=upstream,
                                    requests=requests)
        (folder / "nginx.conf").write_text(text)
        with open(folder / "nginx.log", "wb") as log:
            self.process = subprocess.Popen([NGINX, "-p", str(folder), "-e", str(folder / "nginx-error.log"), "-c", str(folder / "nginx.conf")],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=die_with_parent)
        until(self.answers, "nginx listens")

    def answers(self):
        assert self.process.poll() is None, (self.folder / "nginx.log").read_text() + (self.folder / "nginx-error.log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def lines(self):
        """What it passed on, once it has written it down."""
        found = []
        for line in (self.folder / "nginx-access.log").read_text().splitlines():
            left, accepts, _, encoding, size = line.split('"')
            found.append(Line(*left.split(), accepts, encoding, int(size)))
        return found


# ---- frames of HTTP/2 (RFC 9113 section 4.1): length, type, flags, stream

DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY = 0, 1, 3, 4, 7
END_STREAM, ACK = 1, 1
REFUSED_STREAM = 7
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


class Edge:
    """In front of nginx, byte for byte, but for the connections that `modes` has a word for: those meet a server that takes the request and then says with GOAWAY or
    REFUSED_STREAM that it was not looked at, or breaks off without a word."""

    def __init__(self, port, certificate):
        self.behind, self.modes, self.live, self.refused = port, [], [], []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate.certificate, certificate.key)
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                mode = self.modes.pop(0) if self.modes else None
                threading.Thread(target=self.serve, args=(client, mode), daemon=True).start()

    def serve(self, client, mode):
        with contextlib.suppress(OSError, ValueError):
            if mode:
                self.refuse(self.context.wrap_socket(client, server_side=True), mode)
            else:
                self.splice(client, socket.create_connection(("127.0.0.1", self.behind)))

    def splice(self, client, server):
        self.live += [client, server]
        other = {client: server, server: client}
        while True:
            for ready in select.select(list(other), [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    client.close()
                    server.close()
                    return
                other[ready].sendall(data)

    def refuse(self, client, mode):
        stream = client.makefile("rb")
        assert stream.read(len(PREFACE)) == PREFACE
        client.sendall(frame(SETTINGS, 0, 0))
        while True:
            head = stream.read(9)
            length, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
            number = int.from_bytes(head[5:], "big")
            stream.read(length)
            if kind == SETTINGS and not flags & ACK:
                client.sendall(frame(SETTINGS, ACK, 0))
            if kind in (HEADERS, DATA) and flags & END_STREAM:
                self.refused.append(mode)
                if mode == "goaway":
                    client.sendall(frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0)))
                elif mode == "refused_stream":
                    client.sendall(frame(RST_STREAM, 0, number, struct.pack(">I", REFUSED_STREAM)))
                client.close()
                return

    def cut(self):
        """Every connection that stands is ended."""
        for end in self.live:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.live = []

    def close(self):
        self.cut()
        self.listener.close()


@unittest.skipUnless(NGINX, "nginx is not installed")
class Http2(Lab):
    def setUp(self):
        super().setUp()
        self.zendesk = self.practice()
        self.stand = Between(self.zendesk.address)
        self.addCleanup(self.stand.close)
        self.certificate = Certificate(self.folder)

    def start(self, requests=1000, edge=False):
        self.nginx = Nginx(self.folder, self.stand.url.split("//")[1], self.certificate, requests)
        self.addCleanup(self.nginx.stop)
        url = f"https://localhost:{self.nginx.port}"
        if edge:
            self.edge = Edge(self.nginx.port, self.certificate)
            self.addCleanup(self.edge.close)
            url = self.edge.url
        options = ["--config", self.write("tls.conf", f"tls.ca_file = {self.certificate.ca}\n")]
        self.server = self.serve(more_resolve=[f"{ACCOUNT}={url}"], options=options)
        agent = self.agent(self.server)
        self.desk = Desk(self.server, ACCOUNT, self.zendesk.address, agent, self.connect(self.server, agent)["id"])
        self.desk.begin()

    def act(self, name, status="done", code=None, arguments=None):
        action = self.desk.act(name, arguments)
        self.assertEqual((action["status"], (action["problem"] or {}).get("code")), (status, code), action)
        return action

    def settled(self):
        until(lambda: not self.server.http.get("/requests").json["items"], "nothing waits any more", ANSWER_S)

    def posts(self):
        return sum(call["method"] == "POST" and call["path"] == "/api/v2/tickets" for call in self.desk.requests())

    # ---- tests

    def test_all_actions(self):
        self.start()
        for name in DECIDING:
            self.act(name)
        self.act("create_ticket", arguments={"subject": "Long 🔥", "description": "text " * 12000, "requester_email": "long@example.com"})
        lines = until(lambda: (found := self.nginx.lines()) and found[-1].path == "/api/v2/tickets" and found, "the last request is written down")
        self.assertEqual({line.protocol for line in lines}, {"HTTP/2.0"})
        self.assertTrue(all("gzip" in line.accepts for line in lines), lines)
        self.assertGreaterEqual(len({line.encoding for line in lines} & {"gzip"}), 1)
        self.assertEqual({line.connection for line in lines}, {lines[0].connection}, "one connection for calls that follow each other")
        self.assertGreater(len(lines), len(DECIDING) + 4)

    def test_many_at_once(self):
        self.start()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: self.act(READS[number % len(READS)]), range(40)))
        connections = {line.connection for line in self.nginx.lines()}
        self.assertLessEqual(len(connections), 8, "calls at the same time share connections")

    def test_an_answer_that_is_too_large(self):
        """The ceiling holds for what is unpacked: 9 MiB that come as a few kB, and 9 MiB that come as they are."""
        self.start()
        for filling in (b" " * 9 * MIB, os.urandom(5 * MIB).hex().encode()):
            self.stand.on("GET", r"/api/v2/tickets/\d+", (200, [("Content-Type", "application/json")], b'{"ticket":"' + filling + b'"}'))
            self.act("get_ticket", "rejected", "net-too-large")
        sizes = until(lambda: len(found := [line.size for line in self.nginx.lines() if line.path.startswith("/api/v2/tickets/")]) > 1 and found, "both are written down")
        packed, plain = sizes[-2:]
        self.assertLess(packed, 100_000, "the first came packed")
        self.assertLess(plain, 10 * MIB, "the second was not read to its end")
        self.stand.on("GET", r"/api/v2/tickets/\d+", (200, [("Content-Type", "application/json")], b'{"ticket":null,"x":"' + b"x" * 7 * MIB + b'"}'))
        self.act("get_ticket", "rejected", "zendesk-answer-unreadable")

    def test_stopping_cancels_what_is_out(self):
        self.start()
        self.desk.fault("hold:60000", "GET", "/api/v2/tickets/*")
        held = Later(lambda: self.server.http.post(f"/agents/{self.desk.agent}/actions/get_ticket", {"arguments": self.desk.arguments("get_ticket")}))
        until(lambda: any(path.startswith("/api/v2/tickets/") for path in self.stand.paths("GET")), "the call is out")
        self.server.program.process.send_signal(signal.SIGTERM)
        until(lambda: "stopping" in self.server.talk(), "stopping")
        begun = time.monotonic()
        self.server.stop()
        self.assertLess(time.monotonic() - begun, 15, "the second signal cancels what is out")
        with contextlib.suppress(Exception):
            held.wait()
        self.server.start()
        self.desk.no_faults()
        self.desk.server = self.server
        self.act("find_customer")

    def test_a_server_that_never_answers_the_handshake(self):
        """Connecting and the handshake have ten seconds together; then the port counts as dead, and nothing was sent."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            server = self.serve(more_resolve=[f"{ACCOUNT}=https://localhost:{silent.getsockname()[1]}"])
            begun = time.monotonic()
            answer = server.http.post(f"/agents/{self.agent(server)}/integrations", self.credentials())
        self.assert_problem(answer, 422, "net-unreachable")
        self.assertGreater(time.monotonic() - begun, 9)

    def test_connections_that_end_after_a_while(self):
        """nginx says GOAWAY after every third request of a connection: each action is done, and once."""
        self.start(requests=3)
        for _ in range(3):
            for name in ("create_ticket", "get_ticket", "add_comment", "find_customer"):
                self.act(name)
        self.settled()
        self.assertEqual(self.desk.gained()[:2], (3, 6))
        lines = self.nginx.lines()
        self.assertEqual({line.protocol for line in lines}, {"HTTP/2.0"})
        self.assertGreater(len({line.connection for line in lines}), 4)

    def looks(self):
        return [call for call in self.desk.requests() if call["method"] == "GET" and "external_id" in call["query"]]

    def test_a_request_that_was_not_looked_at(self):
        """GOAWAY names the last request that was looked at (RFC 9113 section 6.8): a later one was not sent, waits without a doubt, and goes out again."""
        self.start(edge=True)
        self.edge.modes.append("goaway")
        self.edge.cut()
        self.act("create_ticket", "waiting", "net-reset")
        self.settled()
        self.assertEqual(self.edge.refused, ["goaway"])
        self.assertEqual((self.desk.gained()[0], self.posts(), self.looks()), (1, 2, []), "the first ticket of the account, and this one")

    def test_a_request_that_may_have_been_looked_at(self):
        """A connection that breaks without a word proves nothing; neither does a stream that the HTTP library does not tell the reason of. It is looked for first."""
        self.start(edge=True)
        for number, mode in enumerate(("breaks", "refused_stream"), 1):
            with self.subTest(mode=mode):
                self.edge.modes.append(mode)
                self.edge.cut()
                self.desk.act("create_ticket")
                self.settled()
                self.assertEqual((self.edge.refused[-1], self.desk.gained()[0]), (mode, number))
        self.assertTrue(self.looks())
