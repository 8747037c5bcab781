"""A server that answers bulk requests as a script says (delivery.txt has the language), and stores
documents as a real one does: by `create` and `_id`, 409 for what is there already."""
import gzip
import http.server
import json
import socket
import socketserver
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):  # noqa: the name is that of the base class
        pass

    def setup(self):
        super().setup()
        with self.server.mock.lock:
            self.server.mock.connections.append(self.connection)

    def handle(self):
        try:
            super().handle()
        except OSError:  # the client did not wait
            pass

    def give(self, status, body=b"{}", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def read_body(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def do_GET(self):
        root = {"version": {"number": "9.2.0"}, "tagline": "You Know, for Search"}
        self.give(200, json.dumps(root if self.path == "/" else {}).encode())

    def do_PUT(self):
        self.read_body()
        self.give(200, b'{"acknowledged":true}')

    def do_POST(self):
        if self.path.startswith("/_bulk"):
            self.read_body()
            self.give(400, b'{"error":"no requests added"}')
        elif "/_bulk" in self.path:
            self.server.mock.bulk(self)
        else:
            self.read_body()
            self.give(200)


class MockServer:
    """Use as a context: listens on 127.0.0.1 in a thread of its own."""

    def __init__(self, script=(), wrap=None, port=0, index=None):
        self.script = list(script)
        self.index = {} if index is None else index  # _id -> its document, which is stored once only
        self.refused = set()
        self.requests = 0
        self.connections = []
        self.moments = []   # when bulk requests came, monotonic seconds
        self.busy = self.busiest = 0  # requests that are being answered
        self.delay_s = 0    # that an answer to a bulk request takes
        self.goes_on = threading.Event()  # cleared: requests get no answer until it is set again
        self.goes_on.set()
        self.lock = threading.Lock()
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.server.mock = self
        if wrap:
            self.server.socket = wrap(self.server.socket)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def kill(self):
        """Ends the server and every connection, as the kernel does it for a process that dies."""
        self.__exit__()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def store(self, pairs, statuses=None):
        """Stores documents and returns the items of the answer."""
        items = []
        for number, (action, document) in enumerate(pairs):
            wanted, _, kind = (statuses[min(number, len(statuses) - 1)] if statuses else "201").partition(":")
            name = action["create"]["_id"]
            item = {"status": int(wanted)}
            if 200 <= item["status"] < 300 and name in self.index:
                item["status"], kind = 409, "version_conflict_engine_exception"
            if 200 <= item["status"] < 300:
                self.index[name] = document
            if item["status"] >= 300:
                item["error"] = {"type": kind or "error", "reason": f"because of {kind}"}
            items.append({"create": item})
        return items

    def bulk(self, handler):
        with self.lock:
            self.requests += 1
            self.moments.append(time.monotonic())
            word, _, rest = (self.script.pop(0) if self.script else "items 201").partition(" ")
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
        time.sleep(self.delay_s)
        try:
            self.perform(handler, word, rest)
        finally:
            with self.lock:
                self.busy -= 1

    def perform(self, handler, word, rest):
        if word == "early-close":
            handler.rfile.read(10)
            handler.close_connection = True
            return
        lines = handler.read_body().splitlines()
        pairs = list(zip(map(json.loads, lines[0::2]), lines[1::2]))
        self.goes_on.wait()
        getattr(self, "do_" + word.replace("-", "_"))(handler, rest, pairs)

    def answer(self, items):
        failed = any("error" in item["create"] for item in items)
        return json.dumps({"errors": failed, "took": 1, "items": items}).encode()

    def do_items(self, handler, rest, pairs):
        statuses = []
        for item in rest.split():
            word, _, times = item.partition("*")
            statuses += [word] * int(times or 1)
        with self.lock:
            handler.give(200, self.answer(self.store(pairs, statuses)))

    def do_status(self, handler, rest, _):
        code, _, header = rest.partition(" ")
        headers = [tuple(header.split(": ", 1))] if header else []
        handler.give(int(code), b'{"error":{"type":"scripted","reason":"the script says so"}}', headers)

    def do_body(self, handler, rest, _):
        handler.give(200, rest.encode())

    def do_fewer(self, handler, _, pairs):
        with self.lock:
            handler.give(200, self.answer(self.store(pairs)[1:]))

    def do_more(self, handler, _, pairs):
        with self.lock:
            items = self.store(pairs)
            handler.give(200, self.answer(items + items[:1]))

    def do_cut(self, handler, rest, pairs):
        with self.lock:
            body = self.answer(self.store(pairs))
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:int(rest)])
        handler.close_connection = True

    def do_silent_close(self, handler, _rest, _pairs):
        handler.close_connection = True

    def do_huge(self, handler, _rest, _pairs):
        handler.give(200, b" " * 100_000_000)

    def do_drip(self, handler, _, pairs):
        with self.lock:
            body = self.answer(self.store(pairs))
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for at in range(0, len(body), 40):
            handler.wfile.write(body[at:at + 40])
            handler.wfile.flush()
            time.sleep(0.005)

    def do_errors_false(self, handler, _, pairs):
        self.do_items(handler, "201", pairs)
