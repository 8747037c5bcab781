#!/usr/bin/env python3
"""Every saved query finds exactly what is planted, nothing in a clean capture, and prints the same over
captures, NDJSON, Elasticsearch and OpenSearch (the servers are left out when there are none).

    saved_queries.py DNSIGHTD DNSIGHT CAPTURE FOLDER"""
import concurrent.futures
import json
import os
import pathlib
import re
import sys
import tempfile
import urllib.request

import planted
from engines import SERVERS
from support import documents, fail, run

# What the first step of each query finds in tests/data/lookups.pcap and in the planted capture: names
# of questions, or values of groups. Each lookup stands here once.
FOUND = {
    "conflicting-answers": ([], ["clash.shop.test"]),
    "denied": ([], ["denied.shop.test"]),
    "extended-errors": (["web.shop.test", "www.broken.test", "www.partner.example"], []),
    "failing-names": (
        ["api.shop.test cname_only", "crm.corp.test servfail", "img.shop.test cname_only",
         "late.dev.shop.test no_response", "pay.shop.test error", "pay.shop.test no_response", "shop.test error",
         "web.shop.test refused", "www.broken.test servfail", "www.partner.example refused"],
        ["denied.shop.test denied", "late.shop.test no_response"]),
    "five-seconds": ([], ["five.shop.test"]),
    "fixed-ports": ([], ["10.54.0.9 10.54.0.10"]),
    "late-answers": (["late.dev.shop.test"], ["late.shop.test"]),
    "malformed": ([], ["broken.shop.test"]),
    "missing-records": (["api.shop.test", "img.shop.test"], []),
    "new-domains": ([], ["example.net"]),
    "no-response": (["late.dev.shop.test"] + ["pay.shop.test"] * 5, ["late.shop.test"]),
    "nodata": (["mail.shop.test", "www.bank.test"], ["broken.shop.test"]),
    "nxdomain": (["99.2.0.192.in-addr.arpa", "gone.shop.test", "nobody.bank.test", "payments.shop.test",
                  "wbe.shop.test"], []),
    "refused": (["web.shop.test", "www.partner.example"], []),
    "retransmissions": (["mx1.shop.test", "pay.shop.test"], []),
    "search-list": (["edge.cdn.test", "pay.shop.test", "payments.shop.test"], []),
    "servfail-answered": (["www.broken.test"], []),
    "servfail-silent-upstream": (["crm.corp.test"], []),
    "slow": (["crm.corp.test", "mx1.shop.test"], ["five.shop.test"]),
    "suspicious-volume": ([], ["example.com"]),
    "tiny-ttl": (["id.server"], ["short.shop.test"]),
    "truncated-no-tcp": (["big.shop.test"], []),
    "uneven-resolvers": (["10.53.0.10 -"], []),
}
# These say what there is, so they find something everywhere.
OVERVIEWS = {"external-domains", "top-clients", "top-names"}

DENIED = {"event": {"type": ["denied"], "action": "dns-denied"}, "dns": {"question": {"name": "denied.shop.test", "type": "A"}},
          "lookup": {"result": "denied", "leg": "client_server", "drop": {"reason": "NETFILTER_DROP", "policy": "shop/default-deny"}},
          "source": {"ip": "10.54.0.7"}, "destination": {"ip": "10.54.0.10", "bytes": 0}}


def arguments(name):
    return ["--since", planted.NEW_SINCE] if name == "new-domains" else []


class Sources:
    """The same lookups as captures and otherwise. What the kernel dropped no capture shows: it comes
    from a file of its own."""

    def __init__(self, dnsightd, capture, folder):
        self.recorded = [capture]
        self.planted = [planted.planted(folder / "planted.pcap"), folder / "denied.ndjson"]
        self.clean = [planted.clean(folder / "clean.pcap")]
        denied = DENIED | {"@timestamp": "2026-11-22T08:00:01.000000Z",
                           "event": DENIED["event"] | {"id": "denied-1", "start": "2026-11-22T08:00:01.000000000Z"}}
        self.planted[1].write_text(json.dumps(denied) + "\n", encoding="utf-8")
        everything = run(dnsightd, "read", "--quiet", capture, self.planted[0])
        self.ndjson = folder / "all.ndjson"
        self.ndjson.write_bytes(everything + self.planted[1].read_bytes())

    def load(self, dnsightd, stream):
        run(dnsightd, "read", "--quiet", "--output", stream, self.recorded[0], self.planted[0])
        lines = b'{"create":{"_id":"denied-1"}}\n' + self.planted[1].read_bytes()
        request = urllib.request.Request(f"{stream}/_bulk?refresh=true", data=lines, method="POST",
                                         headers={"Content-Type": "application/x-ndjson"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            if json.load(answer)["errors"]:
                fail(f"{stream} refuses a document")


def found(dnsight, name, sources):
    """What the first step finds, as the table above writes it."""
    text = run(dnsight, "run", name, *arguments(name), "--format", "ndjson", *sources, statuses=(0, 1))
    hits = documents(text)
    if hits and "by" in hits[0]:
        keys = (hits[0]["by"] | {key: None for hit in hits for key in hit["by"]}).keys()
        columns = list(keys)
        if name == "uneven-resolvers":
            columns = ["destination.ip", "server.kubernetes.pod.name"]
        return sorted(" ".join(hit["by"].get(key, "-") for key in columns) for hit in hits)
    return sorted(hit["dns"]["question"]["name"] for hit in hits)


def wrong_finds(dnsight, name, sources):
    for what, expected, where in zip(("the recording", "the planted capture"), FOUND[name],
                                     (sources.recorded, sources.planted)):
        hits = found(dnsight, name, where)
        if hits != sorted(expected):
            yield f"{name} finds in {what} {hits} instead of {sorted(expected)}"
    hits = found(dnsight, name, sources.clean)
    if hits:
        yield f"{name} finds in the clean capture {hits}"


def without_latency(table):
    """A table without its latencies: a server may count percentiles itself, a little differently."""
    text = re.sub(r"(?<= )(?:[\d.]+ m?s|-)(?= )", "", table.decode())
    return re.sub(r" +", " ", text)


def wrong_sources(dnsight, name, sources, streams):
    """Every step, printed from every source."""
    same = [sources.recorded + sources.planted, [sources.ndjson]] + [[stream] for stream in streams]
    outputs = [without_latency(run(dnsight, "run", name, *arguments(name), *one, statuses=(0, 1))) for one in same]
    for one, output in zip(same, outputs):
        if output != outputs[0]:
            yield f"{name}: {one[0]} prints\n{output}instead of\n{outputs[0]}"


def check(dnsight, name, sources, streams):
    wrong = list(wrong_sources(dnsight, name, sources, streams))
    if name not in OVERVIEWS:
        wrong += wrong_finds(dnsight, name, sources)
    return wrong


def main():
    dnsightd, dnsight, capture, saved = sys.argv[1:]
    names = sorted(path.stem for path in pathlib.Path(saved).glob("*.yaml"))
    if set(names) != set(FOUND) | OVERVIEWS:
        fail(f"not in the table, or not in the folder: {set(names) ^ (set(FOUND) | OVERVIEWS)}")
    urls = [os.environ[variable] for variable in SERVERS.values() if variable in os.environ]
    streams = [f"{url}/logs-dnsight.lookup-saved_queries_{os.getpid()}" for url in urls]
    with tempfile.TemporaryDirectory() as folder:
        sources = Sources(dnsightd, capture, pathlib.Path(folder))
        for stream in streams:
            sources.load(dnsightd, stream)
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            results = pool.map(lambda name: check(dnsight, name, sources, streams), names)
            wrong = [complaint for complaints in results for complaint in complaints]
    print("\n".join(wrong))
    print(f"{len(names)} saved queries over {2 + len(streams)} kinds of sources, {len(wrong)} complaints")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
