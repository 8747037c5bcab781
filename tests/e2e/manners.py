#!/usr/bin/env python3
"""How `dnsightd` treats a server: Retry-After is waited for, connections are kept, and more requests are on
their way at once until the server says that it is too much.

    manners.py DNSIGHTD DNSIGHT CAPTURE"""
import json
import os
import pathlib
import sys
import tempfile

from kill_read import enlarge
from mock_server import MockServer
from support import fail, run

WAIT_S = 2
BEFORE, BUSY = 100, 8  # answers before the server is overloaded, and then that say so
WORKERS = 8


class Crowd(MockServer):
    """Remembers how many requests were being answered when each one came."""

    def __init__(self, script):
        super().__init__(script)
        self.delay_s, self.crowd = 0.03, []

    def perform(self, handler, word, rest):
        self.crowd.append(self.busy)
        super().perform(handler, word, rest)


def read(dnsightd, mock, capture, folder, settings):
    config = folder / "dnsightd.yml"
    config.write_text(json.dumps({"output.elasticsearch.hosts": [mock.url]} | {
        f"output.elasticsearch.{key}": str(value) for key, value in settings.items()}))
    run(dnsightd, "read", "--quiet", "-c", config, capture,
        env=os.environ | {"DNSIGHT_SPOOL_DIR": str(folder / "spool")})


def main():
    dnsightd, _, capture = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="dnsight-manners.") as name:
        folder = pathlib.Path(name)
        quick = {"backoff.init": "10ms", "backoff.max": "20ms"}
        with MockServer([f"status 429 Retry-After: {WAIT_S}"]) as mock:
            read(dnsightd, mock, capture, folder, quick | {"worker": 1})
            waited = mock.moments[1] - mock.moments[0]
        if waited < WAIT_S:
            fail(f"the next request came after {waited:.2f} s, {WAIT_S} were asked for")

        with MockServer() as mock:
            read(dnsightd, mock, capture, folder, quick | {"worker": 2, "bulk_max_size": 5})
            connections, requests = len(mock.connections), mock.requests
        if requests < 30 or connections > 2:
            fail(f"{connections} connections for {requests} requests")

        large = folder / "large.pcap"
        enlarge(capture, large)
        with Crowd(["items 201"] * BEFORE + ["status 429"] * BUSY) as mock:
            read(dnsightd, mock, large, folder, quick | {"worker": WORKERS, "bulk_max_size": 20})
            crowd = mock.crowd
        # Requests that were on their way when the first of them was refused still come.
        grown, cut, again = (crowd[:BEFORE], crowd[BEFORE + BUSY:BEFORE + BUSY + 2 * WORKERS],
                             crowd[BEFORE + BUSY + 2 * WORKERS:])
        if crowd[0] != 1 or max(grown) < WORKERS // 2 or min(cut) > WORKERS // 4 or max(again) < WORKERS // 2:
            fail(f"requests at once: {grown}, then {cut}, then {again}")
    print(f"Retry-After: {WAIT_S}: {waited:.2f} s; {requests} requests on {connections} connections; requests at once: "
          f"{max(grown)} at most, {min(cut)} after {BUSY} times 429, {max(again)} again")


if __name__ == "__main__":
    main()
