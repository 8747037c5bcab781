#!/usr/bin/env python3
"""Documents go to a real Elasticsearch, and everything is killed at random moments: at the end each
document is in the index, once.

    kill_delivery.py DNSIGHTD DNSIGHT CAPTURE

Needs ELASTICSEARCH_TEST_URL. DNSIGHT_KILL_ROUNDS: how often dnsightd is killed (20)."""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.request

from kill_read import enlarge
from support import documents, fail, run, skip

ROUNDS = int(os.environ.get("DNSIGHT_KILL_ROUNDS", "20"))


def http(method, url):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as answer:
        return json.load(answer)


def stored_ids(url, stream):
    """Every _id in the stream, as often as it is there."""
    http("POST", f"{url}/{stream}/_refresh")
    ids, after = [], None
    while True:
        body = {"size": 5000, "_source": False, "sort": [{"event.id": "asc"}],
                "fields": ["event.id"], "track_total_hits": False}
        if after:
            body["search_after"] = after
        request = urllib.request.Request(f"{url}/{stream}/_search", data=json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            hits = json.load(answer)["hits"]["hits"]
        if not hits:
            return ids
        ids += [hit["_id"] for hit in hits]
        after = hits[-1]["sort"]


def main():
    dnsightd, _, capture = sys.argv[1:]
    url = os.environ.get("ELASTICSEARCH_TEST_URL") or skip("ELASTICSEARCH_TEST_URL is not set")
    stream = f"logs-dnsight.lookup-kill{os.getpid()}{time.time_ns() % 1000000}"
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    print(f"seed {seed}")
    run(dnsightd, "setup", url)
    with tempfile.TemporaryDirectory(prefix="dnsight-kill.") as folder:
        work = pathlib.Path(folder)
        large, spool = work / "large.pcap", work / "spool"
        enlarge(capture, large)
        every = {d["event"]["id"] for d in documents(run(dnsightd, "read", "--quiet", large))}
        environment = os.environ | {"DNSIGHT_SPOOL_DIR": str(spool)}
        command = [dnsightd, "read", "--quiet", "--output", f"{url}/{stream}", str(large)]
        begin = time.monotonic()
        run(*command[:3], command[3], f"{url}/{stream}warm", command[5])
        seconds = time.monotonic() - begin
        interrupted, waited = 0, 0
        for _ in range(ROUNDS):
            child = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, min(seconds, 1.5)))
            interrupted += child.poll() is None
            child.kill()
            child.wait()
            waited += len(list(spool.glob("*.bulk.gz")))
        # What was accepted and not sent is in the spool; the last run sends it, and the rest.
        run(*command, env=environment)
        left = list(spool.glob("*.bulk.gz"))
        ids = stored_ids(url, stream)
    print(f"{len(every)} documents, {interrupted} of {ROUNDS} runs were killed, "
          f"{waited} batches were found in the spool")
    if left or len(ids) != len(set(ids)) or set(ids) != every:
        fail(f"{len(ids)} stored, {len(set(ids))} different, {len(every)} expected, {left} left")
    if interrupted == 0:
        fail("no run was killed: the moments mean nothing")


if __name__ == "__main__":
    main()
