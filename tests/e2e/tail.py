#!/usr/bin/env python3
"""`dnsight tail` prints lookups as they come: from standard input before it ends, from the growing file of a log
directory and the one after it, from servers each lookup once; and on a terminal no more than can be read.

    tail.py DNSIGHTD DNSIGHT CAPTURE"""
import json
import os
import pathlib
import pty
import re
import select
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

from engines import SERVERS
from support import documents, run

PATIENCE = 60  # seconds until something that must come has come, on any machine


class Forwarder:
    """A server behind a port of ours, which can be taken away."""

    def __init__(self, url):
        host, port = url.removeprefix("http://").split(":")
        self.behind = host, int(port)
        self.port = 0
        self.begin()
        self.url = f"http://127.0.0.1:{self.port}"

    def begin(self):
        behind = self.behind
        self.open = held = []

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                held.append(self.request)
                with socket.create_connection(behind) as server:
                    pairs = {self.request: server, server: self.request}
                    while True:
                        for readable in select.select(list(pairs), [], [])[0]:
                            octets = readable.recv(65536)
                            if not octets:
                                return
                            pairs[readable].sendall(octets)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()
        for connection in self.open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended
                pass


class Tail:
    """A running `dnsight tail --format ndjson` and the lines it has printed."""

    def __init__(self, dnsight, *arguments, **options):
        self.process = subprocess.Popen([dnsight, "tail", "--format", "ndjson", *map(str, arguments)],
                                        stdout=subprocess.PIPE, **options)
        self.ids = []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.ids.append(json.loads(line)["event"]["id"])

    def has_printed(self, ids):
        """Whether these, and only these, are printed, in any order within a batch."""
        end = time.monotonic() + PATIENCE
        while len(self.ids) < len(ids) and time.monotonic() < end:
            time.sleep(0.05)
        return sorted(self.ids) == sorted(ids)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)


def wrong_input(dnsight, lines, ids):
    tail = Tail(dnsight, "-", stdin=subprocess.PIPE)
    tail.process.stdin.write(b"".join(lines[:3]) + lines[3][:40])
    tail.process.stdin.flush()
    if not tail.has_printed(ids[:3]):
        yield f"standard input, before its end: {tail.ids} instead of {ids[:3]}"
    tail.process.stdin.write(lines[3][40:].rstrip(b"\n"))
    tail.process.stdin.close()
    status = tail.process.wait(PATIENCE)
    tail.reader.join(PATIENCE)
    if status != 0 or tail.ids != ids[:4]:
        yield f"standard input, at its end: status {status}, {tail.ids} instead of {ids[:4]}"


def wrong_directory(dnsight, folder, lines, ids):
    """The file grows, is finished and compressed, and the next one grows."""
    first, second = folder / "lookups-000001.ndjson", folder / "lookups-000002.ndjson"
    first.write_bytes(b"".join(lines[:20]))
    # Somebody else's, behind them in any order.
    (folder / "lookups.ndjson").write_bytes(lines[30])
    (folder / "old.ndjson").write_bytes(lines[31])
    tail = Tail(dnsight, "--lines", 2, folder)
    expected = ids[18:20]
    steps = [(first, lines[20][:30], []), (first, lines[20][30:], ids[20:21]), (second, b"".join(lines[21:23]), ids[21:23]),
             (second, lines[23], ids[23:24])]
    for path, octets, more in steps:
        with open(path, "ab") as file:
            file.write(octets)
        expected = expected + more
        if not tail.has_printed(expected):
            yield f"{path.name}: {tail.ids} instead of {expected}"
        if path == second and first.exists():
            run("zstd", "-q", "--rm", first)
    tail.stop()


def wrong_file(dnsight, folder, lines, ids):
    """The file is cut within a line and written anew, then replaced by another one."""
    path = folder / "copied.log"
    path.write_bytes(b"".join(lines[:10]) + lines[10][:40])
    tail = Tail(dnsight, "--lines", 1, path)
    expected = ids[9:10]
    if not tail.has_printed(expected):
        yield f"a file: {tail.ids} instead of {expected}"
    path.write_bytes(b"".join(lines[11:14]))
    expected = expected + ids[11:14]
    if not tail.has_printed(expected):
        yield f"a file that was cut: {tail.ids} instead of {expected}"
    new = folder / "new.log"
    new.write_bytes(b"".join(lines[14:20]))
    new.rename(path)
    expected = expected + ids[14:20]
    if not tail.has_printed(expected):
        yield f"a file that was replaced: {tail.ids} instead of {expected}"
    tail.stop()


def wrong_server(dnsightd, dnsight, url, capture, ndjson, ids):
    stream = f"{url}/logs-dnsight.lookup-tail_{os.getpid()}"
    run(dnsightd, "read", "--quiet", "--filter", "dns.question.type: AAAA", "--output", stream, capture)
    run("curl", "-sSf", "-XPOST", f"{stream}/_refresh")
    between = Forwarder(url)
    tail = Tail(dnsight, "--lines", 1, "dns.question.type: (AAAA or A)", stream.replace(url, between.url),
                stderr=subprocess.PIPE)
    aaaa = [document for document in documents(ndjson) if document["dns"]["question"]["type"] == "AAAA"]
    if not tail.has_printed([aaaa[-1]["event"]["id"]]):
        yield f"{url}: {tail.ids} instead of the newest"
    # The server goes away for a while.
    between.end()
    if b"asking again" not in (said := tail.process.stderr.readline()):
        yield f"{url}, which is away: says {said}"
    run(dnsightd, "read", "--quiet", "--filter", "dns.question.type: A", "--output", stream, capture)
    run("curl", "-sSf", "-XPOST", f"{stream}/_refresh")
    between.begin()
    if b"answers again" not in (said := tail.process.stderr.readline()):
        yield f"{url}, which is back: says {said}"
    # They began before what was printed, but within the minute that a server is asked for again.
    expected = [aaaa[-1]["event"]["id"]] + [document["event"]["id"] for document in documents(ndjson)
                                            if document["dns"]["question"]["type"] == "A"]
    if not tail.has_printed(expected):
        yield f"{url}: {len(tail.ids)} lookups, {len(set(tail.ids))} of them different, instead of {len(expected)}"
    tail.stop()
    between.end()


def wrong_heading(dnsight, lines):
    """The times of a table are those of a zone, which its heading names, as that of a query does."""
    options = ("--time-zone", "Asia/Tokyo", "-")
    tail, query = (run(dnsight, *words, *options, input=lines[0]).decode().split("  ")[0]
                   for words in (("tail",), ("query", "*")))
    if tail != query or "Asia/Tokyo" not in tail:
        yield f"tail has {tail} over its times, query has {query}"


def wrong_terminal(dnsight, lines):
    """What a terminal shows of many lookups at once."""
    terminal, program = pty.openpty()
    process = subprocess.Popen([dnsight, "tail", "--rate", "5", "-"], stdin=subprocess.PIPE, stdout=program,
                               env={**os.environ, "COLUMNS": "100"})
    os.close(program)
    process.stdin.write(b"".join(lines))
    process.stdin.close()
    shown = b""
    try:
        while octets := os.read(terminal, 65536):
            shown += octets
    except OSError:  # the end of a terminal
        pass
    process.wait(PATIENCE)
    rows = shown.decode().splitlines()
    more = re.findall(r"\.\.\. (\d+) more in this second, \d+ of them without an answer", shown.decode())
    looks = [row for row in rows if re.search(r"\d\d:\d\d:\d\d", row)]
    if len(looks) + sum(map(int, more)) != len(lines) or not more:
        yield f"a terminal shows {len(looks)} rows and {more} more of {len(lines)}"
    if max(len(re.sub(r"\x1b\[\d*m", "", row)) for row in looks) > 100:
        yield "rows are wider than the terminal"


def wrong_faults(dnsight, folder):
    for words, status in ((["a:(", "-"], 2), (["*", "-", "-"], 2), (["*", str(folder / "none")], 3), (["--lnes", "1"], 2)):
        done = subprocess.run([dnsight, "tail", *words], check=False, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=PATIENCE)
        if done.returncode != status or not done.stderr:
            yield f"tail {words}: status {done.returncode}, {done.stderr}"


def main():
    dnsightd, dnsight, capture = sys.argv[1:]
    ndjson = run(dnsightd, "read", "--quiet", capture)
    lines = ndjson.splitlines(keepends=True)
    # In the order of time, as a log is written.
    lines.sort(key=lambda line: json.loads(line)["event"]["start"])
    ids = [json.loads(line)["event"]["id"] for line in lines]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wrong = list(wrong_input(dnsight, lines, ids))
        wrong += wrong_directory(dnsight, folder, lines, ids)
        wrong += wrong_file(dnsight, folder, lines, ids)
        wrong += wrong_heading(dnsight, lines)
        wrong += wrong_terminal(dnsight, lines)
        wrong += wrong_faults(dnsight, folder)
        for variable in SERVERS.values():
            if variable in os.environ:
                wrong += wrong_server(dnsightd, dnsight, os.environ[variable], capture, b"".join(lines), ids)
    print("\n".join(wrong))
    print(f"{len(wrong)} complaints")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
