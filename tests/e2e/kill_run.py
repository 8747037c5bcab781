#!/usr/bin/env python3
"""`dnsightd run` records lookups into a real Elasticsearch and is killed at random moments; with servers
of its own, so is Elasticsearch. At the end every document that was accepted is in the index, once; a
second recording of the same packets is read into the same index and finds its lookups there.

    kill_run.py DNSIGHTD DNSIGHT

Needs root and ELASTICSEARCH_TEST_URL. DNSIGHT_KILL_ROUNDS: how often dnsightd is killed (10).
DNSIGHT_SERVERS_DIR: a folder of `scripts/servers start`, whose Elasticsearch is then killed and stopped
as well, DNSIGHT_STOP_SECONDS (60) long."""
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

from delivery import spooled_ids
from kill_delivery import stored_ids
from recorder import Recorder, Traffic, free_port
from support import documents, fail, run, skip

ROUNDS = int(os.environ.get("DNSIGHT_KILL_ROUNDS", "10"))
STOP_S = float(os.environ.get("DNSIGHT_STOP_SECONDS", "60"))
RATE = 600


class Elasticsearch:
    """The server that `scripts/servers start DIR` made, which comes back at the same address."""

    def __init__(self, folder, url):
        self.base, self.url = pathlib.Path(folder) / "elasticsearch", url
        self.pid = int((self.base / "run/pid").read_text())
        java = pathlib.Path(f"/proc/{self.pid}/exe").resolve().parent.parent
        self.user = pathlib.Path(f"/proc/{self.pid}").stat().st_uid
        self.environment = {"ES_JAVA_HOME": str(java), "ES_PATH_CONF": str(self.base / "config"),
                            "ES_TMPDIR": str(self.base / "tmp"), "PATH": os.environ["PATH"]}

    def signal(self, number):
        os.kill(self.pid, number)

    def restart(self):
        config = self.base / "config/elasticsearch.yml"
        port = self.url.rpartition(":")[2]
        config.write_text(re.sub(r"^http.port: .*$", f"http.port: {port}", config.read_text(), flags=re.M))
        subprocess.run([self.base / "home/bin/elasticsearch", "-d", "-p", self.base / "run/pid"], check=True,
                       user=self.user, group=self.user, env=self.environment, stdout=subprocess.DEVNULL)
        self.pid = int((self.base / "run/pid").read_text())


class Rounds:
    """What was accepted so far: documents that were found in the spool after a kill."""

    def __init__(self, recorder, hosts, settings, dice):
        self.recorder, self.hosts, self.settings, self.dice = recorder, hosts, settings, dice
        self.accepted, self.batches, self.count = set(), 0, 0

    def kill(self):
        """One round: the daemon lives for a moment."""
        self.recorder.start(self.hosts, self.settings)
        time.sleep(self.dice.uniform(0, 1.2))
        self.recorder.process.kill()
        self.count += 1
        self.recorder.process.wait()
        ids = spooled_ids(self.recorder.spool)
        self.batches += len(list(self.recorder.spool.glob("*.bulk.gz")))
        self.accepted |= set(ids)

    def disturb(self, server):
        """Elasticsearch is killed, and stands still for a while, under a daemon that goes on."""
        self.recorder.start(self.hosts, self.settings)
        self.recorder.wait("documents are stored", lambda c: c["created"] > 0)
        server.signal(signal.SIGKILL)
        self.recorder.wait_health("waits")
        self.recorder.wait("documents wait", lambda c: c["spooled"] > RATE)
        server.restart()
        c = self.recorder.wait("they are stored", lambda c: c["spooled"] < RATE, 180)
        print(f"Elasticsearch was killed: {c['failed_requests']} requests failed, {c['created']} created, "
              f"{c['already_there']} already there")
        server.signal(signal.SIGSTOP)
        time.sleep(STOP_S)
        most = self.recorder.elastic()["spooled"]
        server.signal(signal.SIGCONT)
        c = self.recorder.wait("they are stored", lambda c: c["spooled"] < RATE, 180)
        print(f"Elasticsearch was stopped for {STOP_S:.0f} s: {most} documents waited then, {c['created']} "
              f"created, {c['already_there']} already there")

    def end(self, flood):
        """The last daemon: the traffic ends, everything is stored; its figures."""
        if self.recorder.process.poll() is not None:
            self.recorder.start(self.hosts, self.settings)
        self.recorder.wait("it records", lambda c: c["added"] > 0)
        self.recorder.traffic.end(flood)
        time.sleep(1)  # the clock that closes lookups is half a second behind
        c = self.recorder.wait_idle()
        self.recorder.stop()
        return c


def check_index(ids, rounds, recorded):
    """No document twice; all that were accepted; besides lookups that a kill or a start cut in two,
    those that another program recorded."""
    if len(ids) != len(set(ids)):
        fail(f"{len(ids) - len(set(ids))} documents are there twice")
    if not rounds.accepted <= set(ids):
        fail(f"of {len(rounds.accepted)} accepted documents {len(rounds.accepted - set(ids))} are missing")
    cut = set(ids) - recorded
    if len(cut) > 20 * (rounds.count + 2):
        fail(f"{len(cut)} documents of {len(ids)} are not what tcpdump recorded")
    return cut


def main():
    dnsightd, _ = sys.argv[1:]
    url = os.environ.get("ELASTICSEARCH_TEST_URL") or skip("ELASTICSEARCH_TEST_URL is not set")
    folder_of_servers = os.environ.get("DNSIGHT_SERVERS_DIR")
    stream = f"logs-dnsight.lookup-run{os.getpid()}{time.time_ns() % 1000000}"
    seed = random.randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    run(dnsightd, "setup", url)
    with tempfile.TemporaryDirectory(prefix="dnsight-killrun.") as folder:
        with Traffic(folder, free_port()) as traffic:
            capture = traffic.folder / "recorded.pcap"
            tcpdump = traffic.record(capture)
            flood = traffic.flood(RATE)
            recorder = Recorder(traffic, dnsightd, "dnsightd", free_port())
            rounds = Rounds(recorder, [url], {"output.elasticsearch.index": stream}, random.Random(seed))
            # Some moments leave nothing in the spool, and then say nothing.
            while rounds.count < ROUNDS or (not rounds.accepted and rounds.count < ROUNDS + 100):
                rounds.kill()
            print(f"{rounds.count} kills: {len(rounds.accepted)} documents in {rounds.batches} batches were found in "
                  "the spool", flush=True)
            if folder_of_servers:
                rounds.disturb(Elasticsearch(folder_of_servers, url))
            last = rounds.end(flood)
            traffic.end(tcpdump)
        read = [dnsightd, "read", "--port", traffic.port, "--filter", f"destination.port: {traffic.port}",
                "--host", "loop"]
        recorded = {d["event"]["id"] for d in documents(run(*read, "--quiet", capture))}
        cut = check_index(stored_ids(url, stream), rounds, recorded)
        for expected in (None, f" 0 new, {len(recorded)} already there"):
            done = subprocess.run([*map(str, read), "--output", f"{url}/{stream}", str(capture)], check=True,
                                  capture_output=True)
            if expected is not None and expected not in done.stderr.decode():
                fail(f"expected{expected}: {done.stderr.decode()}")
        ids = stored_ids(url, stream)
        if len(ids) != len(set(ids)) or not recorded <= set(ids):
            fail(f"{len(ids)} documents, {len(set(ids))} different, {len(recorded)} recorded")
    if not rounds.accepted:
        fail("nothing was ever found in the spool: the moments mean nothing")
    print(f"the last daemon created {last['created']}, {last['already_there']} were already there, "
          f"{last['dropped_queue'] + last['dropped_spool']} dropped; {len(recorded)} lookups were recorded, "
          f"{len(ids)} are stored, none twice; {len(cut)} were cut by a kill")


if __name__ == "__main__":
    main()
