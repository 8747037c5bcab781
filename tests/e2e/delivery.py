#!/usr/bin/env python3
"""Every answer of delivery.txt: at the end each document is in the index, in the dead letters or in
the spool, and the figures that are printed say so.

    delivery.py DNSIGHTD DNSIGHT CAPTURE DELIVERY_TXT"""
import concurrent.futures
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from mock_server import MockServer
from support import documents, fail, run


def read_cases(path):
    """[(name, [answer, ...], exit status, {place: count or None for the rest})]."""
    cases = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "case":
            cases.append([rest, []])
        elif word == "expect":
            status, *places = rest.split()
            cases[-1] += [int(status), places]
        elif line and not line.startswith("#"):
            cases[-1][1].append(line)
    return cases


def spooled_ids(spool):
    """The ids in the files of a spool, and whether each file holds what its name says."""
    ids = []
    for path in spool.glob("*.bulk.gz"):
        lines = gzip.decompress(path.read_bytes()).splitlines()
        count = int(re.search(r"-(\d+)\.bulk\.gz$", path.name)[1])
        if len(lines) != 2 * count:
            fail(f"{path.name} has {len(lines)} lines")
        ids += [json.loads(line)["create"]["_id"] for line in lines[0::2]]
    return ids


def dead_ids(spool):
    path = spool / "dead-letters.ndjson"
    return [d["_id"] for d in documents(path.read_bytes())] if path.exists() else []


def places_of(mock, spool, every):
    """Where documents are; each of them must be in exactly one place."""
    places = {"index": list(mock.index), "spool": spooled_ids(spool), "dead": dead_ids(spool)}
    found = sorted(sum(places.values(), []))
    return {name: len(ids) for name, ids in places.items()}, found == sorted(every)


def play(dnsightd, capture, every, case, folder):
    name, script, status, expected = case
    spool = pathlib.Path(folder) / re.sub(r"\W+", "-", name)
    with MockServer(script) as mock:
        done = subprocess.run([dnsightd, "read", "--output", mock.url, capture], check=False,
                              capture_output=True, timeout=120,
                              env=os.environ | {"DNSIGHT_SPOOL_DIR": str(spool)})
        text = done.stderr.decode()
        places, is_whole = places_of(mock, spool, every)
    claims = "409" in " ".join(script)  # the script says that they are there: nothing is stored
    if not is_whole and not claims:
        return f"{name}: not every document is somewhere once: {places}\n{text}"
    wanted = dict(p.partition("=")[::2] for p in expected)
    for place, count in wanted.items():
        if places[place] != int(count or len(every)):
            return f"{name}: {places}, expected {expected}\n{text}"
    if done.returncode != status:
        return f"{name}: exit status {done.returncode}, expected {status}\n{text}"
    new, there = re.search(r"(\d+) new, (\d+) already there", text).groups()
    if not claims and int(new) + int(there) != places["index"]:
        return f"{name}: {text}"
    return None


def main():
    dnsightd, _, capture, script = sys.argv[1:]
    every = [d["event"]["id"] for d in documents(run(dnsightd, "read", "--quiet", capture))]
    cases = read_cases(script)
    with tempfile.TemporaryDirectory(prefix="dnsight-delivery.") as folder:
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            failures = [f for f in pool.map(
                lambda case: play(dnsightd, capture, every, case, folder), cases) if f]
    if failures:
        fail("\n".join(failures))
    print(f"{len(cases)} cases, {len(every)} documents each")


if __name__ == "__main__":
    main()
