"""A stand between server and practice Zendesk: passes on what it gets, and answers itself where a test says how. Over TLS with any certificate, when told to."""

import contextlib
import http.client
import http.server
import pathlib
import re
import ssl
import subprocess
import threading


class Between:
    """`upstream` is the practice Zendesk's address. `answers` are tried in order: (METHOD pattern, path pattern, answer); an answer is (status, headers, body), or
    a function of the request that returns one, or that returns None to pass it on. What came is kept in `seen`."""

    def __init__(self, upstream, tls=None):
        self.upstream, self.answers, self.seen, self.connections = upstream, [], [], 0
        self.change = lambda status, headers, body: (status, headers, body)
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                between.connections += 1

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                between.seen.append((self.command, self.path, dict(self.headers), body))
                self.answer(*between.answer_to(self.command, self.path, dict(self.headers), body))

            do_GET = do_POST = do_PUT = do_DELETE = handle_one

            def answer(self, status, headers, body):
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls.certificate, tls.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"https://localhost:{self.port}" if tls else f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def on(self, method, path, answer):
        self.answers.insert(0, (method, path, answer))

    def answer_to(self, method, path, headers, body):
        for wanted, pattern, answer in self.answers:
            if not re.fullmatch(wanted, method) or not re.fullmatch(pattern, path.split("?")[0]):
                continue
            given = answer(method, path, headers, body) if callable(answer) else answer
            if given:
                return given
        return self.pass_on(method, path, headers, body)

    def pass_on(self, method, path, headers, body):
        connection = http.client.HTTPConnection(self.upstream, timeout=60)
        try:
            connection.request(method, path, body or None, {n: v for n, v in headers.items() if n.lower() not in ("host", "connection", "accept-encoding", "content-length")})
            response = connection.getresponse()
            kept = [(n, v) for n, v in response.getheaders() if n.lower() not in ("content-length", "transfer-encoding", "connection")]
            return self.change(response.status, kept, response.read())
        finally:
            connection.close()

    def paths(self, method=None):
        return [path.split("?")[0] for verb, path, _, _ in self.seen if method in (None, verb)]


class Certificate:
    """A certificate for localhost that signs itself; `ca` is what a server has to trust."""

    def __init__(self, folder, name="certificate", clock=None):
        self.certificate, self.key = pathlib.Path(folder) / f"{name}.pem", pathlib.Path(folder) / f"{name}.key"
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=localhost",
                   "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(self.key), "-out", str(self.certificate)]
        subprocess.run([*(["faketime", "-f", clock] if clock else []), *command], check=True, capture_output=True)
        self.ca = self.certificate
