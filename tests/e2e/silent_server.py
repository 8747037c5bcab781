#!/usr/bin/env python3
"""Against a server that accepts and then says nothing, the first Ctrl-C ends every command, long
before its time-out would; --timeout and `timeout:` end it without a person. Nor does a command wait
for more of a pipe.

    silent_server.py DNSIGHTD DNSIGHT"""
import fcntl
import http.server
import json
import signal
import socketserver
import subprocess
import sys
import tempfile
import termios
import threading
import time

INTERRUPTED, SOURCE = -signal.SIGINT, 3

# Seconds in which a command must have ended; without Ctrl-C a request takes 90.
SOON = 30

FIELDS = {"indices": ["x"], "fields": {name: {kind: {"type": kind, "searchable": True}} for name, kind in
                                       {"@timestamp": "date", "event.duration": "long", "destination.ip": "ip"}.items()}}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers what `talks` names, the beginning of a path, and is silent about anything else."""

    def log_message(self, format, *args):  # noqa: the name is that of the base class
        pass

    def give(self, body):
        octets = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        server = self.server
        if server.talks and self.path == "/":
            self.give({"version": {"number": "9.2.0"}})
        elif server.talks and "_field_caps" in self.path:
            self.give(FIELDS)
        elif server.talks and self.path.endswith("keep_alive=5m"):
            self.give({"id": "point"})
        elif self.command == "DELETE":
            server.closed.set()
            self.give({})
        else:
            server.asked.set()
            server.end.wait()

    do_GET = do_POST = do_PUT = do_DELETE = answer


class SilentServer:
    def __init__(self, talks):
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.talks = talks
        self.asked, self.closed, self.end = threading.Event(), threading.Event(), threading.Event()
        self.server.asked, self.server.closed, self.server.end = self.asked, self.closed, self.end
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.server.shutdown()
        self.server.server_close()


def complaints(command, talks, expected):
    """Starts a command and sends Ctrl-C, unless it is to end by itself, once the server was asked
    what it does not answer."""
    with SilentServer(talks) as server, tempfile.NamedTemporaryFile("w", suffix=".yml") as config:
        config.write(f"output.elasticsearch:\n  hosts: [{server.url}]\n")
        config.flush()
        words = [word.replace("URL", server.url).replace("CONFIG", config.name) for word in command]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            if not server.asked.wait(SOON):
                yield "does not ask the server"
            if expected == INTERRUPTED:
                child.send_signal(signal.SIGINT)
            try:
                _, err = child.communicate(timeout=SOON)
            except subprocess.TimeoutExpired:
                child.kill()
                yield f"goes on for {SOON} seconds"
                return
        if child.returncode != expected:
            yield f"ends with {child.returncode} instead of {expected}: {err.decode()}"
        if talks and "query" in command and not server.closed.wait(SOON):
            yield "does not close its point in time"


def is_empty(pipe):
    """Whether the reader of a pipe has taken everything."""
    return not any(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))


def pipe_complaints(command, octets):
    """Starts a command that reads a pipe, which stays open, and sends Ctrl-C once it has read it."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        child.stdin.write(octets)
        child.stdin.flush()
        end = time.monotonic() + SOON
        while not is_empty(child.stdin) and time.monotonic() < end:
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        try:
            status = child.wait(SOON)
        except subprocess.TimeoutExpired:
            child.kill()
            yield f"goes on for {SOON} seconds"
            return
    if status != INTERRUPTED:
        yield f"ends with {status} instead of {INTERRUPTED}"


def pipe_cases(dnsightd, dnsight):
    line = b'{"@timestamp":"2026-11-23T08:00:00Z","dns":{"question":{"name":"a.test"}},"lookup":{"result":"answer"}}\n'
    for octets in (b"{", line, line + b'{"cut'):
        yield [dnsight, "query", "*", "-"], octets
    for command in ("report", "graph"):
        yield [dnsight, command, "-"], line
    yield [dnsight, "run", "slow", "-"], line
    yield [dnsightd, "read", "-"], b"\xd4\xc3\xb2\xa1"


def cases(dnsightd, dnsight):
    """Commands, whether the server answers until documents are asked for, and the exit status."""
    for talks in (False, True):
        yield [dnsight, "query", "*", "URL"], talks, INTERRUPTED
        yield [dnsight, "query", "*", "--by", "event.duration", "URL"], talks, INTERRUPTED
        yield [dnsight, "tail", "*", "URL"], talks, INTERRUPTED
        yield [dnsight, "report", "no-response", "URL"], talks, INTERRUPTED
        yield [dnsight, "run", "slow", "--step", "1", "URL"], talks, INTERRUPTED
        yield [dnsight, "query", "--timeout", "1", "*", "URL"], talks, SOURCE
    yield [dnsightd, "setup", "URL"], False, INTERRUPTED
    yield [dnsightd, "test", "output", "-c", "CONFIG"], False, INTERRUPTED


def main():
    asked = wrong = 0
    for command, talks, expected in cases(*sys.argv[1:]):
        asked += 1
        for complaint in complaints(command, talks, expected):
            print(f"{' '.join(command)}\n    {complaint}")
            wrong += 1
    for command, octets in pipe_cases(*sys.argv[1:]):
        asked += 1
        for complaint in pipe_complaints(command, octets):
            print(f"{' '.join(command)}\n    {complaint}")
            wrong += 1
    print(f"{asked} commands, {wrong} complaints")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
