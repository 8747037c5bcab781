#!/usr/bin/env python3
"""Prints tests/data/cluster.ndjson: documents as they come from a Kubernetes cluster, written by hand because a capture
has neither workloads nor what a policy drops. Two pods of kube-dns; a proxy that keeps one source port and so stays
with one of them; a job whose namespace forbids DNS."""
import json
import sys

SERVICE = "10.96.0.10"
PODS = (("coredns-5d78c9869d-abcde", "10.244.1.5"), ("coredns-5d78c9869d-fghij", "10.244.2.7"))
CLIENTS = {"shop/frontend": "10.244.1.20", "shop/cart": "10.244.2.21", "edge/nginx": "10.244.1.30", "batch/import": "10.244.2.40"}


def lookup(number, workload, name, pod=None, port=None):
    namespace, owner = workload.split("/")
    start = f"2026-11-23T09:00:{number:02d}.{number * 7 % 1000:03d}"
    document = {
        "@timestamp": f"{start}000Z",
        "event": {"action": "dns-answered", "duration": 400_000 + number * 1000, "id": f"cluster-{number:03d}", "kind": "event",
                  "outcome": "success", "start": f"{start}000000Z", "type": ["protocol", "connection"]},
        "dns": {"question": {"name": name, "type": "A", "class": "IN"}, "response_code": "NOERROR"},
        "rrsets": [{"name": name, "type": "A", "class": "IN", "ttl": 30, "rdata": ["10.96.7.1"], "ip": ["10.96.7.1"], "count": 1}],
        "lookup": {"client": {"workload": workload}, "leg": "client_service", "result": "answer", "rr_types": ["A"],
                   "scope": "internal", "ttl_min": 30, "ttl_max": 30},
        "source": {"ip": CLIENTS[workload], "port": port or 40000 + number},
        "destination": {"ip": SERVICE, "port": 53, "bytes": 90},
        "server": {"kubernetes": {"namespace": "kube-system", "pod": {"name": PODS[pod or 0][0]}}},
        "network": {"transport": "udp", "type": "ipv4"},
        "kubernetes": {"namespace": namespace, "pod": {"name": f"{owner}-7c9d8"}},
    }
    if pod is not None:
        document["destination"]["nat"] = {"ip": PODS[pod][1], "port": 53}
        return document
    # Dropped on its way: nobody knows to which pod it would have gone.
    del document["server"], document["rrsets"], document["event"]["duration"], document["dns"]["response_code"]
    document["event"] |= {"action": "dns-denied", "outcome": "failure", "type": ["denied"]}
    document["lookup"] = {"client": {"workload": workload}, "leg": "client_service", "result": "denied", "scope": "external",
                          "drop": {"reason": "NETFILTER_DROP", "hook": "nft_do_chain", "policy": "batch/default-deny", "count": 3}}
    document["destination"]["bytes"] = 0
    return document


def main():
    documents = [lookup(n, "edge/nginx", "cart.shop.svc.cluster.local", pod=0, port=31337) for n in range(30)]
    documents += [lookup(n, ("shop/frontend", "shop/cart")[n % 2], "pay.shop.svc.cluster.local", pod=n // 2 % 2) for n in range(30, 44)]
    documents += [lookup(n, "batch/import", "files.partner.example", port=50000 + n) for n in range(44, 47)]
    for document in documents:
        sys.stdout.write(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
