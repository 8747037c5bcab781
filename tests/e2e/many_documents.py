#!/usr/bin/env python3
"""Many lookups are stored by `dnsightd read --output` and counted by the server; read again, all of them
are there already.

    many_documents.py DNSIGHTD DNSIGHT CAPTURE

Needs ELASTICSEARCH_TEST_URL. DNSIGHT_DOCUMENTS: about how many (2,000; for a long run 1,000,000)."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from kill_read import enlarge
from support import fail, run, skip

DOCUMENTS = int(os.environ.get("DNSIGHT_DOCUMENTS", "2000"))


def count(url, stream):
    urllib.request.urlopen(f"{url}/{stream}/_refresh", data=b"", timeout=120).close()
    with urllib.request.urlopen(f"{url}/{stream}/_count", timeout=60) as answer:
        return json.load(answer)["count"]


def read(dnsightd, capture, target):
    """What a reading says about its documents, and its seconds."""
    begin = time.monotonic()
    done = subprocess.run([dnsightd, "read", "--output", target, str(capture)], check=False, capture_output=True)
    said = done.stderr.decode()
    if done.returncode != 0:
        fail(f"exit status {done.returncode}: {said}")
    lookups, = re.search(r"(\d+) lookups", said).groups()
    new, there = re.search(r"(\d+) new, (\d+) already there", said).groups()
    return int(lookups), int(new), int(there), time.monotonic() - begin


def main():
    dnsightd, _, capture = sys.argv[1:]
    url = os.environ.get("ELASTICSEARCH_TEST_URL") or skip("ELASTICSEARCH_TEST_URL is not set")
    stream = f"logs-dnsight.lookup-many{os.getpid()}{time.time_ns() % 1000000}"
    run(dnsightd, "setup", url)
    with tempfile.TemporaryDirectory(prefix="dnsight-many.") as folder:
        large = pathlib.Path(folder) / "large.pcap"
        in_one = len(run(dnsightd, "read", "--quiet", capture).splitlines())
        enlarge(capture, large, DOCUMENTS // in_one + 1)
        for is_again in (False, True):
            lookups, new, there, seconds = read(dnsightd, large, f"{url}/{stream}")
            stored = count(url, stream)
            print(f"{lookups} lookups: {new} new, {there} already there, {stored} in the index; {seconds:.1f} s",
                  flush=True)
            if new + there != lookups or stored != lookups or (new if is_again else there) != 0:
                fail("that is not what it should be")


if __name__ == "__main__":
    main()
