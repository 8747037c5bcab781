#!/usr/bin/env python3
"""`dnsightd run` against an Elasticsearch with security: who may not write is held and told so; a reload
takes other credentials, and a file of a secret that has changed; then everything that waited is stored.

    credentials.py DNSIGHTD DNSIGHT

Needs root and the servers of scripts/servers, whose roles and users it uses."""
import os
import signal
import subprocess
import sys
import tempfile
import time

from recorder import Recorder, Traffic, free_port
from support import fail, run, skip

RATE = 200


def expect(condition, what):
    if not condition:
        fail(what)


class Secured:
    """The daemon with a user whose password is in a file."""

    def __init__(self, recorder, url, authority):
        self.recorder, self.url = recorder, url
        self.password = recorder.traffic.folder / "password"
        self.settings = {"output.elasticsearch.password_file": self.password,
                         "output.elasticsearch.ssl.certificate_authorities": authority,
                         "output.elasticsearch.index":
                             f"logs-dnsight.lookup-role{os.getpid()}{time.time_ns() % 1000000}"}

    def choose(self, user, password):
        """Writes the configuration for a user."""
        self.password.write_text(password + "\n")
        self.recorder.configure([self.url], self.settings | {"output.elasticsearch.username": user})

    def reload(self):
        before = self.recorder.figures()["config_reloads_total"]
        self.recorder.process.send_signal(signal.SIGHUP)
        self.recorder.wait("the reload is over",
                           lambda _: self.recorder.figures()["config_reloads_total"] > before)

    def expect_held(self, reason):
        """The log, the metrics, /healthz and `test output` say that documents are held, and why."""
        recorder = self.recorder
        recorder.wait_health("holds")
        recorder.wait("/healthz says why", lambda _: reason in recorder.fetch("/healthz")[1])
        expect(recorder.fetch("/healthz")[0] == 503, "/healthz is well")
        expect("held in the spool until somebody mends this" in recorder.said() and reason in recorder.said(),
               f"the log does not say {reason}: {recorder.said()}")
        done = subprocess.run([recorder.program, "test", "output", "-c", recorder.path], check=False,
                              capture_output=True)
        expect(done.returncode == 4 and b"what to do: " in done.stdout,
               f"test output: {done.returncode} {done.stdout.decode()}")


def main():
    dnsightd, _ = sys.argv[1:]
    url = os.environ.get("ELASTICSEARCH_SECURE_TEST_URL") or skip("ELASTICSEARCH_SECURE_TEST_URL is not set")
    authority = os.environ["ELASTICSEARCH_SECURE_TEST_CA"]
    with tempfile.TemporaryDirectory(prefix="dnsight-credentials.") as folder:
        with Traffic(folder, free_port()) as traffic:
            secured = Secured(Recorder(traffic, dnsightd, "dnsightd", free_port()), url, authority)
            recorder = secured.recorder
            secured.choose("setup", "dnsight-test")
            run(dnsightd, "setup", "-c", recorder.path)
            secured.choose("reader", "dnsight-test")
            recorder.launch()
            flood = traffic.flood(RATE)
            secured.expect_held("unauthorized")
            secured.choose("writer", "wrong")
            secured.reload()
            secured.expect_held("unable to authenticate user [writer]")
            waiting = recorder.wait("documents wait", lambda c: c["spooled"] > RATE)
            expect(waiting["created"] == 0, "something was stored")
            secured.password.write_text("dnsight-test\n")
            secured.reload()
            recorder.wait_health("works")
            traffic.end(flood)
            time.sleep(1)  # the clock that closes lookups is half a second behind
            c = recorder.wait_idle()
            said = recorder.said()
            recorder.stop()
    expect(c["created"] == c["added"] and c["added"] > RATE, f"not everything was stored: {c}")
    for key in ("username", "password_file"):
        expect(f"key=output.elasticsearch.{key}" in said, f"the log does not say that {key} was reloaded: {said}")
    expect("dnsight-test" not in said, "a password is in the log")
    print(f"{c['created']} documents were held, and stored when the credentials were right")


if __name__ == "__main__":
    main()
