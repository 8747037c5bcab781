#!/usr/bin/env python3
"""`dnsight graph` and the HTML report: the same from a capture, NDJSON, a log directory, Elasticsearch and OpenSearch (the
servers are left out when there are none); what a picture has no room for is folded and counted; every form is accepted
by a parser or by Graphviz; a page needs no network and obeys only its own script; two runs give the same octets.

    graph.py DNSIGHTD DNSIGHT CAPTURE CLUSTER"""
import base64
import hashlib
import html.parser
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import urllib.request
import xml.etree.ElementTree

from engines import SERVERS
from support import fail, run

PERCENTILE_ERROR = 0.02  # one percent in dnsight, and one in the servers
VOID = {"meta", "br"}


class Page(html.parser.HTMLParser):
    """Elements must close in order; collects what the page refers to."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.links, self.ids, self.tags = [], [], [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.refer(tag, attrs)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.refer(tag, attrs)

    def refer(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src", "action", "data", "srcset", "xlink:href"):
                self.links.append(value)
            if name == "id":
                self.ids.append(value)
            if name.startswith("on") or name == "style":
                self.wrong.append(f"attribute {name} of {tag}")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")


def wrong_page(text):
    """What is wrong about an HTML page, whatever it holds."""
    page = Page()
    page.feed(text)
    page.close()
    yield from page.wrong
    if page.open:
        yield f"not closed: {page.open}"
    # Such a page is XML as well.
    xml.etree.ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    for link in page.links:
        if not link.startswith("#"):
            yield f"refers to {link}"
        elif link[1:] not in page.ids:
            yield f"refers to {link}, which is not there"
    if len(set(page.ids)) != len(page.ids):
        yield "an id twice"
    unknown = page.tags & {"img", "iframe", "object", "embed", "form", "base", "link"}
    if unknown:
        yield f"elements {unknown}"
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1])
    if "default-src 'none'" not in policy:
        yield f"policy {policy}"
    for tag in ("script", "style"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        if f"{tag}-src 'sha256-{digest}'" not in policy:
            yield f"the policy does not allow its own {tag}"


def shape(graph):
    """Everything of a graph but its latencies, with names instead of numbers."""
    names = {node["id"]: (node["kind"], node.get("name")) for node in graph["nodes"]}
    counts = lambda one: (one["lookups"], one["failures"], tuple(sorted(one["results"].items())))
    return ([(*names[node["id"]], counts(node)) for node in graph["nodes"]],
            [(names[edge["from"]], names[edge["to"]], counts(edge)) for edge in graph["edges"]])


def wrong_latencies(graph, other):
    for edge, same in zip(graph["edges"], other["edges"]):
        for percentile in ("p50", "p95"):
            one, two = edge.get(percentile), same.get(percentile)
            if (one is None) != (two is None) or (one is not None and abs(one - two) > PERCENTILE_ERROR * max(one, two)):
                yield f"{percentile} of {edge} is {two}"


def load(stream, ndjson):
    lines = b"".join(b'{"create":{"_id":"%s"}}\n%s\n' % (json.loads(line)["event"]["id"].encode(), line)
                     for line in ndjson.splitlines())
    request = urllib.request.Request(f"{stream}/_bulk?refresh=true", data=lines, method="POST",
                                     headers={"Content-Type": "application/x-ndjson"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        if json.load(answer)["errors"]:
            fail(f"{stream} refuses a document")


def sources(dnsightd, capture, cluster, folder):
    """Lists of sources that hold the same lookups."""
    ndjson = run(dnsightd, "read", "--quiet", capture) + pathlib.Path(cluster).read_bytes()
    folder.joinpath("log").mkdir()
    folder.joinpath("log", "all.ndjson").write_bytes(ndjson)
    folder.joinpath("all.ndjson").write_bytes(ndjson)
    yield "capture", [capture, cluster]
    yield "NDJSON", [folder / "all.ndjson"]
    yield "log directory", [folder / "log"]
    for name, variable in SERVERS.items():
        if variable in os.environ:
            stream = f"{os.environ[variable]}/logs-dnsight.lookup-graph_{os.getpid()}"
            run(dnsightd, "read", "--quiet", "--output", stream, capture)
            load(stream, pathlib.Path(cluster).read_bytes())
            yield name, [stream]


def graph_of(dnsight, *arguments):
    return json.loads(run(dnsight, "graph", "--format", "json", *arguments))


def wrong_sources(dnsight, all_sources):
    (_, first), *others = all_sources
    expected = graph_of(dnsight, *first)
    if expected["lookups"] != 199 or sum(e["failures"] for e in expected["edges"]) < 20:
        yield f"the graph has {expected['lookups']} lookups"
    for name, where in others:
        graph = graph_of(dnsight, *where)
        if shape(graph) != shape(expected):
            yield f"{name}: another graph\n{shape(graph)}\ninstead of\n{shape(expected)}"
        yield from (f"{name}: {complaint}" for complaint in wrong_latencies(expected, graph))
        charts = [run(dnsight, "report", "--format", "html", *one).decode() for one in (first, where)]
        bars = [re.findall(r"<g><title>(.*?)</title>", page) for page in charts]
        if not bars[0] or bars[0] != bars[1]:
            yield f"{name}: other charts"
        figures = [re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page) for page in charts]
        if figures[0] != figures[1]:
            yield f"{name}: {figures[1]} instead of {figures[0]}"


def wrong_contents(dnsight, where):
    """The planted facts are in the graph."""
    graph = graph_of(dnsight, *where)
    kinds = {node["name"]: node["kind"] for node in graph["nodes"]}
    expected = {"shop/frontend": "client", "10.53.0.11": "client", "10.53.0.10": "resolver", "10.96.0.10": "resolver",
                "10.53.0.53": "upstream", "10.53.0.66": "upstream"}
    for name, kind in expected.items():
        if kinds.get(name) != kind:
            yield f"{name} is {kinds.get(name)} instead of {kind}"
    names = {node["id"]: node["name"] for node in graph["nodes"]}
    edges = {(names[edge["from"]], names[edge["to"]]): edge for edge in graph["edges"]}
    if edges["10.53.0.10", "10.53.0.66"]["results"] != {"no_response": 4}:
        yield f"the silent server: {edges['10.53.0.10', '10.53.0.66']}"
    if edges["batch/import", "10.96.0.10"]["results"] != {"denied": 3}:
        yield f"the denied lookups: {edges['batch/import', '10.96.0.10']}"
    if ("10.96.0.10", "(unknown)") in edges:
        yield "denied lookups leave the resolver that they never reached"
    only = graph_of(dnsight, "lookup.result: denied", *where)
    if only["lookups"] != 3:
        yield f"of denied lookups {only['lookups']}"


def many(folder, count):
    """NDJSON of so many clients and domains."""
    path = folder / f"{count}.ndjson"
    with path.open("w", encoding="utf-8") as out:
        for i in range(count):
            out.write(json.dumps({"@timestamp": f"2026-11-23T09:00:{i % 60:02d}.000Z", "event": {"id": f"m{i}", "duration": 1000 + i},
                                  "source": {"ip": f"10.1.{i // 250}.{i % 250}"}, "destination": {"ip": "10.1.255.1"},
                                  "dns": {"question": {"name": f"www.d{i}.com", "registered_domain": f"d{i}.com"}},
                                  "lookup": {"leg": "client_server", "scope": "external",
                                             "result": "servfail" if i % 50 == 3 else "answer"}}) + "\n")
    return path


def wrong_folding(dnsight, folder):
    for count in 5, 50, 500:
        path = many(folder, count)
        full = graph_of(dnsight, path)
        if len(full["nodes"]) != 2 * count + 1:
            yield f"{count}: JSON has {len(full['nodes'])} nodes"
        graph = graph_of(dnsight, "--nodes", 10, path)
        for kind in "client", "domain":
            nodes = [node for node in graph["nodes"] if node["kind"] == kind]
            if sum(node.get("folded", 1) for node in nodes) != count or sum(node["lookups"] for node in nodes) != count:
                yield f"{count}: {kind}s are lost: {nodes}"
            if len(nodes) > 10:
                yield f"{count}: {len(nodes)} {kind}s"
        text = run(dnsight, "graph", "--format", "html", path).decode()
        if (f"and {count - 15} more" in text) != (count > 16):
            yield f"{count}: the page does not say how many are folded"
        shown = {node.get("name") for node in graph["nodes"]}
        failing = {node["name"] for node in full["nodes"] if node["kind"] == "client" and node["failures"]}
        if len(failing & shown) < min(len(failing), 5):
            yield f"{count}: failing clients are folded"


def curve_points(path):
    """Points along an SVG path of the commands M, C and H."""
    at = (0.0, 0.0)
    for command, numbers in re.findall(r"([MCH])([^MCH]*)", path):
        to = [float(number) for number in numbers.split()]
        if command == "C":
            ends = [at, *zip(to[::2], to[1::2])]
            for i in range(41):
                t = i / 40
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3)
                yield tuple(sum(weight * end[axis] for weight, end in zip(weights, ends)) for axis in (0, 1))
        else:
            yield from ((at[0] + (to[0] - at[0]) * i / 20, at[1]) for i in range(21) if command == "H")
        at = (to[0], at[1]) if command == "H" else (to[-2], to[-1])


def wrong_routes(picture):
    """Edges of our own layout that a node hides, or that end nowhere."""
    tree = xml.etree.ElementTree.fromstring(picture)
    groups = [(group.get("class", ""), group) for group in tree.iter("{http://www.w3.org/2000/svg}g")]
    boxes = [{key: float(group.find("{*}rect").get(key)) for key in ("x", "y", "width", "height")}
             for kind, group in groups if kind.startswith("node")]
    edges = [group.find("{*}path").get("d") for kind, group in groups if kind.startswith("edge")]
    if not boxes or not edges:
        yield "no nodes, or no edges"
    standing_out = [kind == "edge failing" for kind, _ in groups if kind.startswith("edge")]
    if standing_out != sorted(standing_out) or not any(standing_out):
        yield "edges lie over those that stand out"
    for edge in edges:
        points = list(curve_points(edge))
        hidden = [box for box in boxes for x, y in points
                  if 1 < x - box["x"] < box["width"] - 1 and 0 < y - box["y"] < box["height"]]
        if hidden:
            yield f"edge {edge} runs behind the node at {hidden[0]}"
        ends = [any(abs(x - side) < 0.2 and box["y"] <= y <= box["y"] + box["height"]
                    for box in boxes for side in (box["x"], box["x"] + box["width"])) for x, y in (points[0], points[-1])]
        if not all(ends):
            yield f"edge {edge} does not end at nodes"


def wrong_forms(dnsight, where):
    for form in "dot", "svg", "html", "json":
        arguments = ["graph", "--format", form, *where]
        one, two = run(dnsight, *arguments), run(dnsight, *arguments)
        stamp = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
        if stamp.sub(b"", one) != stamp.sub(b"", two):
            yield f"{form}: two runs differ"
    own = run(dnsight, "graph", "--format", "svg", "--layout", "own", *where)
    yield from wrong_routes(own)
    for page in ("graph", "report"):
        text = run(dnsight, page, "--format", "html", *where).decode()
        yield from (f"{page}: {complaint}" for complaint in wrong_page(text))
    if shutil.which("dot"):
        dot = run(dnsight, "graph", *where)
        xml.etree.ElementTree.fromstring(run("dot", "-Tsvg", input=dot))
        xml.etree.ElementTree.fromstring(run(dnsight, "graph", "--format", "svg", "--layout", "graphviz", *where))
    else:
        print("dot is not installed: what Graphviz says is not tested")
    without = run(dnsight, "graph", "--format", "svg", *where, env={**os.environ, "PATH": "/nonexistent"})
    if without != own:
        yield "svg: without Graphviz the layout is not our own"
    run(dnsight, "graph", "--format", "svg", "--layout", "graphviz", *where, env={**os.environ, "PATH": "/nonexistent"}, statuses=(3,))


def wrong_statuses(dnsight, where):
    for status, arguments in ((1, ["dns.question.name: none.such", *where]), (2, ["dns.question.name: (", *where]),
                              (2, ["lookups.pcab"]), (3, ["dns.question.name: *", "http://127.0.0.1:1", *where]), (3, ["http://127.0.0.1:1"]), (2, ["--nodes", "1", *where]), (2, ["--format", "png", *where])):
        run(dnsight, "graph", *arguments, statuses=(status,))
    for command, form in ("graph", "html"), ("graph", "json"), ("report", "html"):
        text = run(dnsight, command, "--format", form, *where, "http://127.0.0.1:1", statuses=(3,)).decode()
        if "cannot reach http://127.0.0.1:1" not in text:
            yield f"{command} {form} does not say what was not read"


def main():
    dnsightd, dnsight, capture, cluster = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        all_sources = list(sources(dnsightd, capture, cluster, folder))
        where = all_sources[0][1]
        wrong = [*wrong_sources(dnsight, all_sources), *wrong_contents(dnsight, where), *wrong_folding(dnsight, folder),
                 *wrong_forms(dnsight, where), *wrong_statuses(dnsight, where)]
        wrong += [f"empty: {complaint}" for complaint in wrong_page(
            run(dnsight, "report", "--format", "html", "--until", "2000-01-01", *where).decode())]
    print("\n".join(wrong))
    print(f"graphs of {len(all_sources)} kinds of sources, {len(wrong)} complaints")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
