#!/usr/bin/env python3
"""`dnsightd run` as a service: what it tells systemd (played by a socket), metrics and health, SIGHUP,
the log, rotation, SIGTERM; then SIGKILL at random moments, after which every file is whole.

    daemon.py DNSIGHTD DNSIGHT"""
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from lab import Lab
from support import documents, fail, found_ids, run

SERVER = "10.54.0.53"
PORT = 9117
KILLS = 4
WATCHDOG_US = 400000  # a sign of life every 0.2 s

CONFIG = """\
interfaces: [eth0]
filter: {filter}
{more}
output.file:
  path: {directory}
  rotate_bytes: 64KiB
  max_bytes: 100MiB
logging.format: json
http.port: 9117
shutdown_timeout: 3s
"""

FETCH = """
import sys, urllib.error, urllib.request
request = urllib.request.Request("http://127.0.0.1:%d" + sys.argv[2], method=sys.argv[1])
try:
    answer = urllib.request.urlopen(request, timeout=10)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status, answer.headers["Content-Type"])
sys.stdout.write(answer.read().decode())
""" % PORT


def expect(condition, what):
    if not condition:
        fail(what)


class Manager:
    """Plays systemd: a socket that takes what the daemon says about itself."""

    def __init__(self, path):
        self.path = path
        self.said = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            self.said.append(self.socket.recv(65536).decode())

    def environment(self):
        return {"NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": str(WATCHDOG_US)}

    def count(self, word):
        return sum(word in message.split("\n") for message in self.said)


class Daemon:
    """dnsightd in the lab, with a configuration of its own."""

    def __init__(self, lab, program, manager):
        self.lab, self.program, self.manager = lab, program, manager
        self.directory = lab.folder / "lookups"
        self.path = lab.folder / "dnsightd.yml"
        self.log = lab.folder / f"{pathlib.Path(program).name}.log"
        self.configure()

    def configure(self, keep="'*'", more=""):
        self.path.write_text(CONFIG.format(filter=keep, directory=self.directory, more=more))

    def start(self):
        ready = self.manager.count("READY=1")
        self.process = self.lab.start(self.lab.server, self.program, "run", "-c", self.path,
                                      env=os.environ | self.manager.environment())
        self.wait("the daemon is ready", lambda: self.manager.count("READY=1") > ready)

    def wait(self, what, condition):
        self.lab.wait(what, lambda: self.process.poll() is not None or condition())
        expect(self.process.poll() is None, f"the daemon ended: {self.log.read_text()}")

    def events(self, message):
        """The events of that message in the log."""
        lines = [line for line in self.log.read_text().splitlines() if line.endswith("}")]
        return [event for event in map(json.loads, lines) if event["message"] == message]

    def fetch(self, path, method="GET"):
        head, _, body = self.lab.at(self.lab.server, sys.executable, "-c", FETCH, method,
                                    path).decode().partition("\n")
        return head, body

    def metric(self, name):
        """The sum of the values of a metric."""
        _, text = self.fetch("/metrics")
        return sum(int(line.rpartition(" ")[2]) for line in text.splitlines()
                   if line.startswith((f"{name} ", f"{name}{{")))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        expect(status == 0, f"the daemon ended with {status}: {self.log.read_text()}")


def perform(lab, prefix, count):
    """Makes lookups, each for a name of its own; the names."""
    names = [f"{prefix}{number:05}.live.test" for number in range(count)]
    queries = lab.folder / f"{prefix}.queries"
    queries.write_text("".join(f"{name} A\n" for name in names))
    lab.at(lab.client, "dnsperf", "-d", queries, "-n", 1, "-l", 30, "-Q", 4000, "-s", SERVER, "-c", 4)
    return names


ELASTIC = """\
interfaces: [eth0]
output.elasticsearch.hosts: ["http://127.0.0.1:1"]
spool.path: {folder}/spool
logging.format: json
http.port: 9117
shutdown_timeout: 1s
"""


def check_promtool(daemon):
    """The text is what Prometheus reads; returns it."""
    head, text = daemon.fetch("/metrics")
    expect(head.startswith("200 text/plain; version=0.0.4"), head)
    promtool = shutil.which("promtool")
    if promtool:
        done = subprocess.run([promtool, "check", "metrics"], input=text.encode(), capture_output=True,
                              check=False)
        expect(done.returncode == 0, f"promtool: {done.stdout.decode()}{done.stderr.decode()}")
    else:
        expect(os.environ.get("DNSIGHT_REQUIRE_SERVERS") != "1", "promtool is missing")
    return text


def check_metrics(daemon):
    text = check_promtool(daemon)
    for sample in ('dnsight_kernel_dropped_packets_total{interface="eth0"}',
                   'dnsight_lookups_total{result="answer"}', "dnsight_packets_total",
                   'dnsight_packet_events_total{event="malformed"}',
                   'dnsight_pairing_events_total{event="evicted"}', "dnsight_file_dropped_total"):
        expect(f"\n{sample} " in text, f"{sample} is missing")
    expect(daemon.fetch("/healthz") == ("200 text/plain; charset=utf-8", "ok\n"), "/healthz")
    expect(daemon.fetch("/x")[0].startswith("404"), "an unknown path")
    expect(daemon.fetch("/metrics", "POST")[0].startswith("405"), "POST")


def check_without_server(daemon, lab):
    """No server answers: documents wait, the figures say so, and so does the exit status."""
    daemon.path.write_text(ELASTIC.format(folder=lab.folder))
    daemon.start()
    names = perform(lab, "waiting", 100)
    daemon.wait("documents wait", lambda: daemon.metric("dnsight_elastic_added_total") >= len(names))
    daemon.wait("the figures say that nobody answers",
                lambda: 'dnsight_elastic_health{state="waits"} 1' in check_promtool(daemon))
    expect(daemon.fetch("/healthz")[0].startswith("200"), "waiting is no illness")
    daemon.process.send_signal(signal.SIGTERM)
    status = daemon.process.wait(timeout=30)
    expect(status == 75, f"exit status {status}: {daemon.log.read_text()}")


def check_figures(daemon, lab):
    before = daemon.metric("dnsight_lookups_total")
    names = perform(lab, "first", 1000)
    daemon.wait("the metrics count the lookups",
                lambda: daemon.metric("dnsight_lookups_total") - before == len(names))
    daemon.wait("files are finished and compressed",
                lambda: any(daemon.directory.glob("*.ndjson.zst")))
    return names


def check_reload(daemon, lab):
    """What can be reloaded is; what cannot is said; what is wrong changes nothing."""
    daemon.configure(keep="'not dns.question.name: second* and not dns.qestion.type: A'",
                     more="ports: [5353]")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait("the reload is over", lambda: daemon.events("reloaded"))
    expect([event["key"] for event in daemon.events("a setting was reloaded")] == ["filter"],
           "the filter was not reloaded")
    expect([event["key"] for event in daemon.events("this setting changes with a restart only")]
           == ["ports"], "ports were not named")
    said = [event["reason"] for event in
            daemon.events("the filter may not select what it is to select")]
    expect(len(said) == 1 and "dns.question.type" in said[0], f"warnings about the filter: {said}")
    filtered = len(perform(lab, "second", 300))
    daemon.wait("the new filter works",
                lambda: daemon.metric("dnsight_filtered_lookups_total") == filtered)
    daemon.configure(keep="'a:('", more="prots: [1]")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait("the second reload is over", lambda: daemon.events("the reload failed"))
    said = " ".join(event["problem"] for event in
                    daemon.events("the configuration is wrong, the old one stays"))
    expect(f'{daemon.path}:3:1: unknown key \\"prots\\"'.replace("\\", "") in said, said)
    expect(f"{daemon.path}:2:9: filter: " in said, said)
    expect(daemon.metric("dnsight_config_reloads_total") == 1, "one reload succeeded")
    expect(daemon.metric("dnsight_config_reload_failures_total") == 1, "one reload failed")
    expect(daemon.manager.count("RELOADING=1") == 2, "systemd was told about two reloads")


def check_stop(daemon, dnsight, names):
    signs = daemon.manager.count("WATCHDOG=1")
    daemon.wait("signs of life", lambda: daemon.manager.count("WATCHDOG=1") >= signs + 3)
    daemon.stop()
    expect(daemon.manager.count("STOPPING=1") == 1, "systemd was not told about the stop")
    expect(daemon.manager.count("EXTEND_TIMEOUT_USEC=8000000") == 1, "nor how long it may take")
    expect(daemon.events("stopped")[0]["lookups"] >= len(names), "the last line has no figures")
    # Without a source: the log directory.
    text = run(dnsight, "query", "--format", "ndjson", "dns.question.name: *.live.test",
               env=os.environ | {"DNSIGHT_LOG_DIR": str(daemon.directory)})
    counts = collections.Counter(d["dns"]["question"]["name"] for d in documents(text))
    wrong = [name for name in names if counts[name] != 1]
    expect(not wrong, f"not there exactly once: {wrong[:5]}")
    expect(not any(name.startswith("second") for name in counts), "filtered lookups are there")


def whole_documents(directory):
    """The documents of a directory; all files but the growing one must be whole."""
    paths = sorted(directory.glob("*.ndjson*"))
    stored = []
    for path in paths:
        octets = run("zstd", "-dcq", path) if path.suffix == ".zst" else path.read_bytes()
        whole, end, rest = octets.rpartition(b"\n")
        expect(not rest or path == paths[-1], f"{path.name} ends in half a document: {rest[:80]}")
        stored += documents(whole + end)
    return stored


def check_kills(daemon, lab, dnsight, dice):
    """What was written before a kill is there after it, once, and the next start goes on."""
    for number in range(KILLS):
        daemon.start()
        traffic = threading.Thread(target=perform, args=(lab, f"kill{number}x", 1500))
        traffic.start()
        time.sleep(dice.uniform(0.1, 0.6))
        daemon.process.kill()
        daemon.process.wait()
        traffic.join()
        stored = [document["event"]["id"] for document in whole_documents(daemon.directory)]
        # A plain file and its compressed form may stand side by side after a kill.
        expect(found_ids(dnsight, "*", daemon.directory) == sorted(set(stored)),
               "dnsight finds something else than the files hold")
    daemon.start()
    daemon.stop()
    expect(not list(daemon.directory.glob("*.partial")), "a partial file was not tidied up")
    stored = [document["event"]["id"] for document in whole_documents(daemon.directory)]
    expect(len(stored) == len(set(stored)), "a document is there twice")
    return len(stored)


def main():
    dnsightd, dnsight = sys.argv[1:]
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="dnsight-daemon.") as folder:
        with Lab(folder, ("dnsperf", "kdig", "zstd")) as lab:
            daemon = Daemon(lab, dnsightd, Manager(pathlib.Path(folder) / "notify"))
            daemon.start()
            check_metrics(daemon)
            names = check_figures(daemon, lab)
            check_reload(daemon, lab)
            check_stop(daemon, dnsight, names)
            daemon.configure()
            check_without_server(daemon, lab)
            daemon.configure()
            count = check_kills(daemon, lab, dnsight, random.Random(seed))
    print(f"{count} lookups stored around {KILLS} kills; files whole, none twice")


if __name__ == "__main__":
    main()
