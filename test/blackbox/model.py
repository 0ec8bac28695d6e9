"""A language model of our own: an HTTP server that speaks OpenAI's chat stream and answers what a test's script says.

A script is a function from the request (its JSON) to one answer, or a list of answers that are taken in turn (the last one stays). An answer is a text, `call(...)`, a list of both, or `broken(...)`.
"""

import http.server
import json
import threading

KEY = "sk-model-planted-8Hq2"


def call(name, /, **arguments):
    return {"name": name, "arguments": arguments}


def broken(status=500, kind="server_error", **how):
    """status: refused so. after: words that come before the line is cut. silent: nothing comes until the test ends."""
    return {"status": status, "error": kind, **how}


class Model:
    def __init__(self, lab, script):
        self.script, self.requests, self.gate, self.hold_at = script, [], threading.Event(), None
        self.gate.set()
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.requests.append(body)
                model.answer(self, body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        lab.addCleanup(self.stop)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def stop(self):
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()

    def hold_after(self, characters):
        """Answers stop after so many characters until let_go."""
        self.hold_at = characters
        self.gate.clear()

    def let_go(self):
        self.hold_at = None
        self.gate.set()

    def next_answer(self, body):
        if callable(self.script):
            return self.script(body)
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def answer(self, handler, body):
        answer = self.next_answer(body)
        if isinstance(answer, dict) and "status" in answer:
            self.refuse(handler, answer)
            return
        parts = answer if isinstance(answer, list) else [answer]
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        try:
            self.stream(handler.wfile, parts)
        except OSError:
            pass  # nobody wanted it any more

    def refuse(self, handler, answer):
        handler.close_connection = True
        if answer.get("silent"):
            self.gate.clear()
            self.gate.wait(120)
            return
        if "after" in answer:
            handler.send_response(200)
            handler.send_header("Content-Type", "text/event-stream")
            handler.send_header("Connection", "close")
            handler.end_headers()
            self.put(handler.wfile, {"content": answer["after"]})
            return
        text = json.dumps({"error": {"message": "scripted", "type": answer["error"], "code": answer["error"]}}).encode()
        handler.send_response(answer["status"])
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def put(self, out, delta, finish=None, **more):
        chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}
        out.write(f"data: {json.dumps(chunk)}\n\n".encode())
        out.flush()

    def stream(self, out, parts):
        calls = sent = 0
        for part in parts:
            if isinstance(part, str):
                for at in range(0, len(part), 7):
                    piece = part[at:at + 7]
                    self.put(out, {"content": piece})
                    sent += len(piece)
                    if self.hold_at is not None and sent >= self.hold_at:
                        self.gate.wait(120)
            else:
                function = {"name": part["name"], "arguments": json.dumps(part["arguments"])}
                self.put(out, {"tool_calls": [{"index": calls, "id": f"call_{len(self.requests)}_{calls}", "type": "function", "function": function}]})
                calls += 1
        self.put(out, {}, "tool_calls" if calls else "stop", usage={"prompt_tokens": 1000, "completion_tokens": 100})
        out.write(b"data: [DONE]\n\n")

    # ---- what the tests ask about a request ----

    def last(self):
        return self.requests[-1]

    def results(self, request=None):
        """What the calls of the last request were given."""
        return [message["content"] for message in (request or self.last())["messages"] if message["role"] == "tool"]


def add_provider(server, model, name="Scripted", **more):
    answer = server.http.post("/providers", {"name": name, "protocol": "openai_chat", "model": "scripted", "auth": "bearer", "key": KEY, "base_url": model.url,
                                             "price": {"input": 3, "output": 15}, **more})
    assert answer.status == 201, answer
    return answer.json["id"]


def give_model(server, agent, *providers):
    """The first thinks for the agent, the others stand behind it."""
    answer = server.http.patch(f"/agents/{agent}", {"engine": "provider", "provider": providers[0], "fallbacks": list(providers[1:])})
    assert answer.status == 200, answer
