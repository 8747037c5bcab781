"""`dnsightd run` on the loopback interface, while knotd answers and dnsperf asks there."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from support import fail, run, skip

# Every name below ok exists, no other does; es is a host for documents.
ZONE = """$ORIGIN live.test.
$TTL 60
@     SOA  ns hostmaster 1 7200 900 1209600 60
@     NS   ns
ns    A    127.0.0.1
es    A    127.0.0.1
*.ok  A    192.0.2.1
"""

KNOT = """server:
    rundir: "{folder}"
    listen: [ {address}@{port} ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}"
zone:
  - domain: live.test.
    storage: "{folder}"
    file: live.test.zone
    zonefile-sync: -1
    journal-content: none
"""


def wait(what, condition, seconds=60, seen=()):
    """Waits until a condition holds; `seen` is shown if it never does."""
    for _ in range(seconds * 20):
        if condition():
            return
        time.sleep(0.05)
    fail(f"gave up waiting: {what} {[*seen]}")


def free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


class Traffic:
    """knotd at 127.0.0.1:PORT and lookups through it, for the time of a `with`. One name in `failing`
    does not exist."""

    def __init__(self, folder, port, failing=2):
        missing = [program for program in ("knotd", "dnsperf", "tcpdump") if shutil.which(program) is None]
        if missing:
            skip(f"these programs are missing: {' '.join(missing)}")
        if os.geteuid() != 0:
            skip("capturing needs root")
        self.folder, self.port, self.started = pathlib.Path(folder), port, []
        self.queries = self.folder / "queries"
        self.queries.write_text("".join(f"n{number}.{'gone' if number % failing == 0 else 'ok'}.live.test A\n"
                                        for number in range(1000)))

    def __enter__(self):
        self.answer("127.0.0.1")
        return self

    def __exit__(self, *_):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()

    def start(self, name, *command, **options):
        """Starts a program that is ended with the traffic; its words go to NAME.log."""
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, **options)
        self.started.append(process)
        return process

    def answer(self, address):
        """Starts knotd there."""
        folder = self.folder / f"knot-{address}"
        folder.mkdir(exist_ok=True)
        (folder / "live.test.zone").write_text(ZONE)
        (folder / "knot.conf").write_text(KNOT.format(folder=folder, address=address, port=self.port))
        (folder / "query").write_text("ns.live.test A\n")
        server = self.start(folder.name, "knotd", "-c", folder / "knot.conf")
        query = ["dnsperf", "-s", address, "-p", str(self.port), "-d", str(folder / "query"), "-n", "1", "-t", "1"]
        wait("knotd answers", lambda: b"100.00%" in run(*query))
        return server

    def end(self, process, by=signal.SIGTERM):
        process.send_signal(by)
        process.wait()

    def flood(self, rate, seconds=3600):
        """Starts lookups, so many a second."""
        return self.start("dnsperf", "dnsperf", "-s", "127.0.0.1", "-p", self.port, "-d", self.queries, "-c", 4,
                          "-T", 1, "-Q", rate, "-l", seconds, "-t", 1)

    def record(self, path):
        """Starts tcpdump, and waits until it listens."""
        said = self.folder / "tcpdump.log"
        said.unlink(missing_ok=True)
        process = self.start("tcpdump", "tcpdump", "-i", "lo", "-U", "-B", 32768, "-Z", "root",
                             "--time-stamp-precision=nano", "-w", path, "udp", "port", self.port)
        wait("tcpdump listens", lambda: "listening on" in said.read_text())
        return process


class Recorder:
    """dnsightd with a configuration of its own."""

    def __init__(self, traffic, program, name, http_port=9117):
        self.traffic, self.program, self.name, self.http_port = traffic, program, name, http_port
        self.path, self.log = traffic.folder / f"{name}.yml", traffic.folder / f"{name}.log"
        self.spool = traffic.folder / f"{name}.spool"

    def configure(self, hosts, settings=None):
        self.path.write_text(json.dumps({
            "interfaces": ["lo"], "ports": [str(self.traffic.port)], "host.name": "loop",
            "filter": f"destination.port: {self.traffic.port}", "http.port": str(self.http_port),
            "output.elasticsearch.hosts": hosts, "output.elasticsearch.flush_interval": "200ms",
            "output.elasticsearch.backoff.init": "50ms", "output.elasticsearch.backoff.max": "300ms",
            "spool.path": str(self.spool)} | {key: str(value) for key, value in (settings or {}).items()}))
        self.path.chmod(0o600)

    def launch(self, before=()):
        """Starts it, behind the words of `before`, and waits until it records."""
        self.log.unlink(missing_ok=True)
        self.process = self.traffic.start(self.name, *before, self.program, "run", "-c", self.path)
        wait("dnsightd records", lambda: self.process.poll() is not None or "message=recording" in self.said())
        if self.process.poll() is not None:
            fail(f"dnsightd ended with {self.process.returncode}: {self.said()}")

    def start(self, hosts, settings=None, before=()):
        self.configure(hosts, settings)
        self.launch(before)

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def fetch(self, path):
        """Status and text."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def figures(self):
        """{metric without its prefix: value}; what has labels is named as it stands there."""
        return {name: int(value) for name, value in
                re.findall(r"^dnsight_(\S+) (\d+)$", self.fetch("/metrics")[1], re.M)}

    def elastic(self):
        """{counter or gauge: value} of delivery."""
        return {name[8:].removesuffix("_total"): value for name, value in self.figures().items()
                if name.startswith("elastic_")}

    def wait(self, what, condition, seconds=60):
        """Waits until a condition of the figures of delivery holds; returns them."""
        seen = []

        def holds():
            if self.process.poll() is not None:
                fail(f"{what}: dnsightd ended with {self.process.returncode}: {self.said()}")
            seen[:] = [self.elastic()]
            return condition(seen[0])

        wait(f"{self.name}: {what}", holds, seconds, seen)
        return seen[0]

    def wait_health(self, state):
        return self.wait(f"health {state}", lambda c: c[f'health{{state="{state}"}}'] == 1)

    def wait_idle(self):
        """Waits until every document has an outcome and the figures add up; returns them."""
        return self.wait("everything has an outcome",
                         lambda c: c["waiting"] + c["spooled"] + c["in_flight"] == 0 and adds_up(c))

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def stop(self, statuses=(0,)):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        if status not in statuses:
            fail(f"dnsightd ended with {status}: {self.said()}")
        return status


def adds_up(c):
    """Whether every document that was accepted has one outcome, or waits."""
    places = ("created", "already_there", "failure_store", "dead_letters", "dead_letters_full", "dropped_queue",
              "dropped_spool", "dropped_large", "quarantined", "waiting", "spooled")
    return c["added"] + c["recovered"] == sum(c[place] for place in places)
