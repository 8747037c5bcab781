#!/usr/bin/env python3
"""Live capture between two namespaces: every lookup that was made is in the log directory exactly
once after SIGTERM, and `dnsight query` finds it there.

    live.py DNSIGHTD DNSIGHT"""
import collections
import pathlib
import signal
import sys
import tempfile

from lab import Lab
from support import documents, fail, found_ids, run

SERVER, SERVER6, NOBODY = "10.54.0.53", "fd54::53", "10.54.0.99"
ODD = 6  # lookups on port 5300


def make_lookups(lab):
    """Makes about 2,000 lookups, each for a name of its own; the set of names."""
    names = set()

    def perform(prefix, count, *arguments):
        own = [f"{prefix}{number:04}.live.test" for number in range(count)]
        queries = lab.folder / f"{prefix}.queries"
        queries.write_text("".join(f"{name} {'A' if i % 2 else 'AAAA'}\n" for i, name in enumerate(own)))
        lab.at(lab.client, "dnsperf", "-d", queries, "-n", 1, "-l", 30, "-Q", 2000, *arguments)
        names.update(own)

    def ask(name, *arguments):
        lab.at(lab.client, "kdig", "+time=1", "+retry=0", *arguments, f"{name}.live.test",
               statuses=(0, 1))
        names.add(f"{name}.live.test")

    perform("udp", 1200, "-s", SERVER, "-c", 4)
    perform("six", 500, "-s", SERVER6, "-c", 2, "-e")
    perform("tcp", 250, "-s", SERVER, "-m", "tcp", "-c", 2)
    for number in range(10):
        ask(f"one{number}", f"@{SERVER}")
        ask(f"stream{number}", f"@{SERVER}", "+tcp")
        ask(f"gone.v4only{number}.v4only", f"@{SERVER}")
    for number in range(3):
        ask(f"lost{number}", f"@{NOBODY}")
    for number in range(ODD):
        ask(f"odd{number}", f"@{SERVER}", "-p", 5300, *(["+tcp"] if number % 2 else []))
    return names


def check_directory(directory, names):
    """Every name exactly once, with the result it must have."""
    stored = [d for path in sorted(directory.glob("*.ndjson")) for d in documents(path.read_bytes())]
    counts = collections.Counter(d["dns"]["question"]["name"] for d in stored)
    missing = [name for name in names if counts[name] == 0]
    repeated = [name for name in names if counts[name] > 1]
    if missing or repeated:
        fail(f"of {len(names)} lookups {len(missing)} are missing {sorted(missing)[:5]}, "
             f"{len(repeated)} are there more than once {sorted(repeated)[:5]}")
    results = collections.Counter(d["lookup"]["result"] for d in stored
                                  if d["dns"]["question"]["name"] in names)
    expected = {"no_response": 3, "nxdomain": 10, "answer": len(names) - 13}
    if results != expected:
        fail(f"results are {dict(results)}, expected {expected}")


def check_any_port(folder, names):
    """Whoever is told to look at all ports has the lookups on an odd one too."""
    stored = [d for path in sorted(folder.glob("*.ndjson")) for d in documents(path.read_bytes())]
    check_directory(folder, names)
    odd = [d for d in stored if d["destination"].get("port") == 5300 or d["server"]["port"] == 5300]
    if len(odd) != ODD:
        fail(f"{len(odd)} lookups on port 5300, expected {ODD}")


def check_query(dnsight, directory, names):
    for expression, count in (("dns.question.name: *.live.test", None),
                              ("dns.question.name: udp*", 1200),
                              ("network.type: ipv6 and dns.question.name: six*", 500),
                              ("network.transport: tcp and dns.question.name: *.live.test", 260),
                              ("destination.bytes: 0 and dns.question.name: lost*", 3),
                              ("lookup.result: nxdomain", 10)):
        found = len(found_ids(dnsight, expression, directory))
        if found != count and not (count is None and found >= len(names)):
            fail(f"{expression}: found {found}, expected {count or len(names)}")


class Daemon:
    """A daemon that has begun to capture into a directory."""

    def __init__(self, lab, dnsightd, directory, *options):
        self.directory, self.log = directory, lab.folder / f"{directory.name}.log"
        self.process = lab.start(lab.server, dnsightd, "run", "-i", "eth0", "--output", directory,
                                 *options, log=self.log)
        lab.wait("dnsightd captures", lambda: self.process.poll() is not None or
                 "message=recording" in self.log.read_text())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=20)
        if status != 0:
            fail(f"dnsightd ended with {status}: {self.log.read_text()}")


def main():
    dnsightd, dnsight = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="dnsight-live.") as folder:
        with Lab(folder, ("dnsperf", "kdig")) as lab:
            watcher = Daemon(lab, dnsightd, lab.folder / "any", "--any-port")
            daemon = Daemon(lab, dnsightd, lab.folder / "lookups")
            names = make_lookups(lab)
            # At once: packets that have just passed are to be there too.
            watcher.stop()
            daemon.stop()
            check_any_port(watcher.directory, names)
            names = {name for name in names if not name.startswith("odd")}
            check_directory(daemon.directory, names)
            check_query(dnsight, daemon.directory, names)
            if found_ids(dnsight, "dns.question.name: odd*", daemon.directory):
                fail("lookups on a port that nobody named are there")
            said = daemon.log.read_text()
            if "drop" not in said:
                fail(f"the summary does not say what the kernel dropped: {said}")
    print(f"{len(names)} lookups, each exactly once\n{said}")


if __name__ == "__main__":
    main()
