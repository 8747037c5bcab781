#!/usr/bin/env python3
"""Every plug is pulled while `dnsightd run` records lookups: the server goes, stands still, or is slow; the
spool cannot be written, or is full; the clock jumps; the name of the server is not known any more; a TLS
handshake never ends. Capture never waits, memory stays, and every document that was accepted has one
outcome in the end.

    plugs.py DNSIGHTD DNSIGHT

Needs root: it runs in a network namespace of its own. DNSIGHT_PLUG_SECONDS: how long each plug is out
(0.5; for a long run 70)."""
import datetime
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from hosts import make_certificates, tls
from mock_server import MockServer
from recorder import Recorder, Traffic
from support import fail, propagation, run, skip

OUT_S = float(os.environ.get("DNSIGHT_PLUG_SECONDS", "0.5"))
RATE = 1000
RESOLVER = "127.0.0.2"
FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
INSIDE = "DNSIGHT_PLUGS_INSIDE"


def enter_namespaces():
    """Runs the script again where the network, and what is mounted, are its own."""
    if os.geteuid() != 0:
        skip("not root")
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", f"--propagation={propagation()}", sys.executable, *sys.argv])


def expect(condition, what):
    if not condition:
        fail(what)


def settle(recorder, flood, mock):
    """The traffic ends; what was created is in the index, once. Returns the figures."""
    recorder.traffic.end(flood)
    time.sleep(1)  # the clock that closes lookups is half a second behind
    recorder.wait_idle()
    # A document whose answer was lost is stored and, by the next attempt, already there.
    c = recorder.wait("the index has what was created",
                      lambda c: c["created"] <= len(mock.index) <= c["created"] + c["already_there"])
    expect(recorder.figures()['kernel_dropped_packets_total{interface="lo"}'] == 0, "the kernel dropped packets")
    return c


def say(what, c):
    print(f"{what}: accepted {c['added'] + c['recovered']} = {c['created']} created + {c['already_there']} already there"
          f" + {c['dead_letters']} dead letters + {c['dropped_queue']} dropped in memory + {c['dropped_spool']} "
          f"dropped in the spool; {c['failed_requests']} of {c['requests']} requests failed, {c['spool_errors']} "
          "attempts to write failed", flush=True)


def check_server(dnsightd, traffic):
    """The server dies and comes back; then it stands still."""
    recorder, index = Recorder(traffic, dnsightd, "server"), {}
    with MockServer(index=index) as mock:
        recorder.start([mock.url], {"output.elasticsearch.timeout": "1s"})
        flood = traffic.flood(RATE)
        recorder.wait("documents are stored", lambda c: c["created"] > 0)
        mock.kill()
        recorder.wait_health("waits")
        time.sleep(OUT_S)
        recorder.wait("documents wait", lambda c: c["spooled"] > 0)
        expect(recorder.fetch("/healthz")[0] == 200, "waiting is no illness")
    with MockServer(port=mock.port, index=index) as mock:
        recorder.wait_health("works")
        mock.goes_on.clear()
        failed = recorder.elastic()["failed_requests"]
        time.sleep(OUT_S)
        recorder.wait("requests take too long", lambda c: c["failed_requests"] > failed + 1)
        mock.goes_on.set()
        c = settle(recorder, flood, mock)
        expect(c["created"] + c["already_there"] == c["added"], f"something is lost: {c}")
        say("server away, then still", c)
        recorder.stop()


def check_privileges(pid):
    """Capabilities belong to threads, and none has any."""
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        expect(re.search(r"^CapEff:\s+0+$", status.read_text(), re.M), f"a thread has privileges: {status}")


def check_spool(dnsightd, traffic):
    """A spool that is read-only, and one that cannot be written for a while."""
    recorder = Recorder(traffic, dnsightd, "spool")
    recorder.spool.mkdir()
    run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", recorder.spool)
    done = subprocess.run([dnsightd, "run", "-i", "lo", "--output", "http://127.0.0.1:1"], check=False,
                          capture_output=True, env=os.environ | {"DNSIGHT_SPOOL_DIR": str(recorder.spool)})
    run("umount", recorder.spool)
    expect(done.returncode == 1 and b"Read-only file system" in done.stderr,
           f"exit status {done.returncode}: {done.stderr.decode()}")
    with MockServer() as mock:
        recorder.start([mock.url])
        flood = traffic.flood(RATE)
        recorder.wait("documents are stored", lambda c: c["created"] > 0)
        check_privileges(recorder.process.pid)
        recorder.spool.chmod(0o555)  # the daemon has given up the privilege to ignore this
        c = recorder.wait("the spool cannot be written", lambda c: c["spool_errors"] > 0)
        expect(recorder.fetch("/healthz")[0] == 503, "/healthz does not know")
        time.sleep(OUT_S)
        recorder.spool.chmod(0o755)
        c = recorder.wait("it can be written", lambda after: after["created"] > c["created"])
        say("spool that cannot be written", settle(recorder, flood, mock))
        expect("the spool cannot be written" in recorder.said(), "the log does not say it")
        recorder.stop()


def ahead_s(recorder):
    """How far the last line of the log is ahead of the clock of this machine, in seconds."""
    said = re.findall(r"^time=(\S+)Z ", recorder.said(), re.M)[-1]
    return (datetime.datetime.fromisoformat(said) - datetime.datetime.utcnow()).total_seconds()


def check_clock_and_name(dnsightd, traffic):
    """The resolver is away at the start; then the daemon's clock goes an hour ahead, and back."""
    recorder = Recorder(traffic, dnsightd, "clock")
    offset = traffic.folder / "offset"
    offset.write_text("+0\n")
    if FAKETIME is None:
        skip("libfaketime is missing")
    before = ["env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME_TIMESTAMP_FILE={offset}", "FAKETIME_NO_CACHE=1",
              "FAKETIME_DONT_FAKE_MONOTONIC=1", "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0"]
    with MockServer() as mock:
        recorder.start([f"http://es.live.test:{mock.port}"], {"output.elasticsearch.timeout": "1s"}, before)
        flood = traffic.flood(RATE)
        recorder.wait_health("waits")
        expect("esolv" in recorder.said(), f"the log does not say that a name is unknown: {recorder.said()}")
        time.sleep(OUT_S)
        resolver = traffic.answer(RESOLVER)
        recorder.wait("documents are stored", lambda c: c["created"] > 0)
        for jump in ("+3600\n", "+0\n"):
            created = recorder.elastic()["created"]
            offset.write_text(jump)
            recorder.process.send_signal(signal.SIGHUP)
            recorder.wait("the log has the new time", lambda _: abs(ahead_s(recorder) - int(jump)) < 600)
            recorder.wait("documents are stored by another clock", lambda c: c["created"] > created + RATE // 4)
        # libcurl keeps an address for a minute: only what is longer than that asks again.
        traffic.end(resolver)
        mock.kill()
        time.sleep(OUT_S)
        recorder.wait_health("waits")
    with MockServer(port=mock.port, index=mock.index) as mock:
        traffic.answer(RESOLVER)
        say("no resolver, clock an hour ahead and back", settle(recorder, flood, mock))
        recorder.stop()


class Silent:
    """A listener that takes connections and never says a word."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.socket.getsockname()[1]}"
        self.taken = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self):
        try:
            while True:
                self.taken.append(self.socket.accept()[0])
        except OSError:
            pass

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        for connection in self.taken:
            connection.close()
        self.socket.close()


def check_handshake(dnsightd, traffic):
    """One host of two takes connections, and its TLS handshake never goes on."""
    certificates = traffic.folder / "certificates"
    certificates.mkdir()
    make_certificates(certificates)
    recorder = Recorder(traffic, dnsightd, "handshake")
    with Silent() as silent, MockServer(wrap=tls(certificates, "server")) as mock:
        recorder.start([silent.url, mock.url.replace("http", "https")],
                       {"output.elasticsearch.ssl.certificate_authorities": certificates / "ca.crt",
                        "output.elasticsearch.timeout": "1s"})
        flood = traffic.flood(RATE)
        recorder.wait("the other host gets documents", lambda c: c["created"] > 0 and len(silent.taken) > 0)
        time.sleep(OUT_S)
        say("TLS handshake that stalls", settle(recorder, flood, mock))
        recorder.stop()


def check_pressure(dnsightd, traffic):
    """A small spool, and a server that is dead and then slow: answers are dropped before failures, memory
    does not grow, no packet is lost."""
    recorder, sizes = Recorder(traffic, dnsightd, "pressure"), []
    with MockServer(["status 503"] * 100000) as mock:
        room = max(1024 * 1024, int(OUT_S * 262144))
        recorder.start([mock.url], {"spool.max_bytes": room, "output.elasticsearch.timeout": "5s"})
        flood = traffic.flood(4 * RATE)
        recorder.wait("the spool is full", lambda c: c["dropped_spool"] > 0)
        until = time.monotonic() + 2 * OUT_S
        while time.monotonic() < until:
            sizes.append(recorder.resident_kib())
            time.sleep(0.2)
        mock.script.clear()
        mock.delay_s = 0.5
        recorder.wait("a slow server stores documents", lambda c: c["created"] > 0)
        until = time.monotonic() + 2 * OUT_S
        while time.monotonic() < until:
            sizes.append(recorder.resident_kib())
            time.sleep(0.2)
        mock.delay_s = 0
        c = settle(recorder, flood, mock)
        results = {name.split('"')[1]: value for name, value in recorder.figures().items()
                   if name.startswith("lookups_total{")}
        recorder.stop()
    say("small spool, server dead, then slow", c)
    failures = sum(json.loads(text)["lookup"]["result"] != "answer" for text in mock.index.values())
    half = len(sizes) // 2
    print(f"memory: {sizes[0]} KiB when the spool was full, {max(sizes[:half])} at most in the first half of {len(sizes)} "
          f"samples, {max(sizes[half:])} in the second; failures: {failures} kept of {sum(results.values()) - results['answer']}, "
          f"answers: {len(mock.index) - failures} of {results['answer']}", flush=True)
    expect(c["dropped_spool"] > 0, "nothing was dropped")
    # Lookups that were still open when the daemon ended are failures that came later.
    expect(failures >= sum(results.values()) - results["answer"], "a failure was dropped before all answers")
    expect(max(sizes[half:]) < max(sizes[:half]) * 1.25 + 4096, f"memory grows: {sizes}")


def main():
    dnsightd, _ = sys.argv[1:]
    if INSIDE not in os.environ:
        enter_namespaces()
    run("ip", "link", "set", "lo", "up")
    with tempfile.TemporaryDirectory(prefix="dnsight-plugs.") as name:
        resolver = pathlib.Path(name) / "resolv.conf"
        resolver.write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n")
        pathlib.Path("/etc/resolv.conf").touch()
        run("mount", "--bind", resolver, "/etc/resolv.conf")
        try:
            # One lookup in twenty fails.
            with Traffic(name, 53, failing=20) as traffic:
                for check in (check_server, check_spool, check_clock_and_name, check_handshake, check_pressure):
                    begin = time.monotonic()
                    check(dnsightd, traffic)
                    print(f"{check.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
        finally:
            run("umount", "/etc/resolv.conf")
    print("everything is as it should be")


if __name__ == "__main__":
    main()
