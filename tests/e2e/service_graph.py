#!/usr/bin/env python3
"""The service graph of the dashboard, drawn by the two versions of Vega that Kibana comes with: the answers
of real servers to its own search, made-up answers of 5, 50 and 500 clients, hostile names, no lookups at all.

    service_graph.py DNSIGHTD DNSIGHT CAPTURE CLUSTER SOURCE_ROOT

Needs ELASTICSEARCH_TEST_URL and OPENSEARCH_TEST_URL, Node.js, and Vega (scripts/install-vega). With
DNSIGHT_PICTURES=DIR the pictures are kept."""
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import xml.etree.ElementTree

import jsonschema

from engines import server_urls
from kibana import Stream, graph_request, objects, value
from support import documents, fail, run, skip

ROW_MIN = 17  # pixels between two names
HOSTILE = ['<script>alert(1)</script>', 'a"b\'c&d', "=cmd|' /C calc'!A0", "\u202eright.to.left", "x" * 255, "new\nline"]
FAILURES = {"servfail", "refused", "error", "no_response", "denied", "malformed", "cname_only"}


# --- Answers that no server gave --------------------------------------------------------------------------


def bucket(key, lookups, failed=0, **more):
    latency = {"values": {"95.0": None if failed == lookups else 1e6}}
    return {"key": key, "doc_count": lookups, "failed": {"doc_count": failed}, "latency": latency} | more


def servers_of(pods):
    return {"buckets": [{"key": "10.96.0.10", "pods": {"buckets": pods}}]}


def answer_of(workloads=(), hosts=(), external=(), upstream=()):
    return {"aggregations": {
        "asked": {"doc_count": len(workloads) + len(hosts), "workloads": {"buckets": list(workloads)},
                  "hosts": {"clients": {"buckets": list(hosts)}}, "external": {"servers": servers_of(external)}},
        "upstream": {"doc_count": len(upstream), "servers": servers_of(upstream)}}}


def made_up(count):
    """An answer with so many clients, one in sixteen of which fails, and resolvers and domains to go with it."""
    chance = random.Random(count)
    pods = [f"coredns-5d78c9869d-{chance.randrange(16 ** 5):05x}" for _ in range(max(2, min(12, count // 30)))]
    words = ["frontend", "cart", "api", "worker", "import", "gateway", "search", "billing"]
    clients = []
    for number in range(count):
        chosen, lookups = chance.sample(pods, min(2, len(pods))), int(chance.paretovariate(0.8) * 5)
        failed = min(lookups, 3) if number % 16 == 7 else 0
        ends = [bucket(chosen[0], lookups, failed), bucket(chosen[1], lookups)]
        name = f"{('shop', 'edge', 'batch')[number % 3]}/{words[number // 3 % 8]}-{number // 24}" if number % 3 else f"10.0.{number // 250}.{number % 250}"
        clients.append({"key": name, "servers": servers_of(ends)})
    domains = [f"{word}{number or ''}.example" for number in range(8) for word in words][:max(1, count // 8)]
    return answer_of(
        workloads=[client for client in clients if "/" in client["key"]],
        hosts=[client for client in clients if "/" not in client["key"]],
        external=[{"key": pod, "ends": {"buckets": [bucket(domain, 4 + at, at % 9 == 8) for at, domain in enumerate(domains)]}}
                  for pod in pods],
        upstream=[{"key": pod, "ends": {"buckets": [bucket("192.0.2.53", 500), bucket("198.51.100.53", 40, 40)]}} for pod in pods])


# --- Checks -----------------------------------------------------------------------------------------------


def render(folder, major, jobs):
    program = pathlib.Path(__file__).resolve().parent / "render_vega.mjs"
    done = subprocess.run(["node", program, folder, major], input=json.dumps(jobs).encode(), check=False,
                          capture_output=True, timeout=120)
    if done.returncode != 0:
        fail(f"Vega {major}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def wrong_specs(specs, folder):
    """What Vega's own schema says of the specifications, but for the data url, whose form is Kibana's: Vega
    overlooks what it does not know."""
    schema = json.loads(next(folder.glob("vega-5.*/build/vega-schema.json")).read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    for spec in specs:
        data = [one | ({"url": "lookups"} if "url" in one else {}) for one in spec["data"]]
        yield from (f"{'.'.join(map(str, error.path))}: {error.message[:300]}"
                    for error in validator.iter_errors(spec | {"data": data}))


def wrong_picture(job, result):
    """What is wrong with any picture."""
    yield from (f"Vega says: {message}" for message in result["messages"])
    if re.search(r"NaN|undefined|Infinity", result["svg"]):
        yield "a coordinate is no number"
    xml.etree.ElementTree.fromstring(result["svg"])
    columns = collections.defaultdict(list)
    for node in result["nodes"]:
        columns[node["level"]].append(node["y"])
        if not (0 < node["x"] < job["width"] and 0 < node["y"] < job["height"]):
            yield f"{node['name']} is outside"
    for level, places in columns.items():
        places.sort()
        if any(below - above < ROW_MIN for above, below in zip(places, places[1:])):
            yield f"names of column {level} overlap"


def expected_graph(lookups):
    """{(level, name): (lookups, failed)} and {(from, to): lookups}, counted from documents."""
    nodes, links = collections.Counter(), collections.Counter()

    def add(start, end, failed):
        links[start, end] += 1
        nodes[end] += 1
        nodes[end, "failed"] += failed
        if start[0] == 0:
            nodes[start] += 1
            nodes[start, "failed"] += failed

    for lookup in lookups:
        failed = value(lookup, "lookup.result") in FAILURES
        source, destination = value(lookup, "source.ip"), value(lookup, "destination.ip")
        if value(lookup, "lookup.leg") == "server_upstream":
            add((1, source), (2, destination), failed)
            continue
        resolver = (1, value(lookup, "server.kubernetes.pod.name") or destination)
        add((0, value(lookup, "lookup.client.workload") or source), resolver, failed)
        domain = value(lookup, "dns.question.registered_domain")
        if value(lookup, "lookup.scope") == "external" and domain:
            links[resolver, (2, domain)] += 1
            nodes[2, domain] += 1
            nodes[(2, domain), "failed"] += failed
    return nodes, links


def wrong_graph(result, lookups):
    nodes, links = expected_graph(lookups)
    found = {(node["level"], node["name"]): (node["lookups"], node["failed"]) for node in result["nodes"]}
    expected = {key: (count, nodes[key, "failed"]) for key, count in nodes.items() if isinstance(key[0], int)}
    if found != expected:
        yield f"nodes {set(found.items()) ^ set(expected.items())}"
    of_links = collections.Counter({(start[1], end[1]): 0 for start, end in links})
    for (start, end), count in links.items():
        of_links[start[1], end[1]] += count
    if collections.Counter({(link["from"], link["to"]): link["lookups"] for link in result["links"]}) != of_links:
        yield f"links {result['links']} instead of {of_links}"


def selected_by(query, lookup):
    (field, wanted), = query["match_phrase"].items()
    return value(lookup, field) == wanted


def wrong_clicks(result, lookups):
    """The filter of a client selects its lookups, that of a domain those for it, others at least one."""
    asked = [lookup for lookup in lookups if value(lookup, "lookup.leg") != "server_upstream"]
    for node in result["nodes"]:
        found = [lookup for lookup in lookups if selected_by(node["filter"]["query"], lookup)]
        if node["filter"]["index"] != "logs-dnsight.*" or not found:
            yield f"a click on {node['name']} selects nothing: {node['filter']}"
        elif node["level"] == 0 and sum(lookup in asked for lookup in found) != node["lookups"]:
            yield f"a click on {node['name']} selects {len(found)} lookups"


def wrong_fold(count, result):
    """Nothing is lost by folding, and who fails is shown as far as half of the room reaches."""
    clients = [node for node in result["nodes"] if node["level"] == 0]
    if sum(node["members"] for node in clients) != count:
        yield f"{sum(node['members'] for node in clients)} clients instead of {count}"
    answer = made_up(count)["aggregations"]["asked"]
    ends = [end for client in answer["workloads"]["buckets"] + answer["hosts"]["clients"]["buckets"]
            for end in client["servers"]["buckets"][0]["pods"]["buckets"]]
    for name, of_end in (("lookups", lambda end: end["doc_count"]), ("failed", lambda end: end["failed"]["doc_count"])):
        if sum(node[name] for node in clients) != sum(map(of_end, ends)):
            yield f"{name} are lost"
    others = [node for node in clients if node["kind"] == "others"]
    if (count > len(clients)) != bool(others) or any(node["name"] != f"{node['members']} others" for node in others):
        yield f"{len(clients)} clients are shown, {others}"
    failing = [node for node in clients if node["failed"] and node["kind"] != "others"]
    if len(failing) < min(count // 16, len(clients) // 2 - 1):
        yield f"only {len(failing)} failing clients are shown"


def wrong_hostile(result):
    """Every name is text of the picture, as it is."""
    text = "".join(xml.etree.ElementTree.fromstring(result["svg"]).itertext())
    found = {node["name"] for node in result["nodes"] if node["level"] == 0}
    if found != set(HOSTILE) or "<script>alert(1)</script>" not in text or "a\"b'c&d" not in text:
        yield f"names are {found}"
    if "<script" in result["svg"]:
        yield "a name became markup"


def keep(name, result):
    if "DNSIGHT_PICTURES" in os.environ:
        (pathlib.Path(os.environ["DNSIGHT_PICTURES"]) / f"{name}.svg").write_text(result["svg"], encoding="utf-8")


class Case:
    """A picture to draw, and what is wrong with it."""

    def __init__(self, name, spec, response, check, width=1400, height=520, theme="light"):
        self.name, self.check = name, check
        self.job = {"spec": spec, "response": response, "width": width, "height": height, "theme": theme}


def cases_of_servers(specs, everything):
    """The answers to the search of the graph, with room for every node."""
    captured, cluster = everything
    for (name, url), spec in zip(server_urls().items(), specs):
        stream = Stream(name, url)
        stream.fill(*captured, cluster)
        response = stream.call("POST", "/_search", json.dumps(graph_request(spec)))
        lookups = documents(run(captured[0], "read", "--quiet", *captured[1])) + cluster
        yield Case(f"lookups-{name}", spec, response,
                   lambda result, known=lookups: [*wrong_graph(result, known), *wrong_clicks(result, known)])


def no_lookups(result):
    if result["nodes"] or "No lookups in this span of time" not in result["svg"]:
        yield "an empty answer is not said"


def all_cases(specs, everything):
    yield from cases_of_servers(specs, everything)
    for count in (5, 50, 500):
        yield Case(f"clients-{count}", specs[0], made_up(count), lambda result, count=count: wrong_fold(count, result))
    yield Case("clients-50-dark", specs[0], made_up(50), lambda result: () if "#98A2B3" in result["svg"].upper() else ["no dark theme"],
               width=1000, theme="dark")
    hostile = [{"key": name, "servers": servers_of([bucket("", 3, 1)])} for name in HOSTILE]
    yield Case("hostile", specs[1], answer_of(workloads=hostile), wrong_hostile)
    yield Case("nothing", specs[1], answer_of(), no_lookups)


def main():
    dnsightd, _, capture, cluster, root = sys.argv[1:]
    root = pathlib.Path(root)
    installed = subprocess.run([root / "scripts" / "install-vega"], check=False, capture_output=True, timeout=300)
    if installed.returncode != 0:
        skip(f"no Vega: {installed.stderr.decode()[-500:]}")
    specs = [next(objects.vega_specs(objects.read(root / "kibana" / name))) for name in objects.FILES.values()]
    everything = (dnsightd, [capture]), documents(pathlib.Path(cluster).read_bytes())
    cases = list(all_cases(specs, everything))
    folder = pathlib.Path(installed.stdout.decode().strip())
    drawn = {major: render(folder, major, [case.job for case in cases]) for major in ("5", "6")}
    wrong = list(wrong_specs(specs[:1], folder))
    for major, results in drawn.items():
        for case, result in zip(cases, results, strict=True):
            wrong += [f"{case.name}, Vega {major}: {one}" for one in (*wrong_picture(case.job, result), *case.check(result))]
            keep(f"{case.name}-{major}", result)
    wrong += [f"{case.name}: Vega 6 draws something else" for case, five, six in zip(cases, drawn["5"], drawn["6"])
              if (five["nodes"], five["links"]) != (six["nodes"], six["links"])]
    print("\n".join(wrong))
    print(f"{len(cases)} pictures by {len(drawn)} versions of Vega, {len(wrong)} complaints")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
