#!/usr/bin/env python3
"""One expression, every engine, the same answers: each expression is asked of the capture, of the
NDJSON made from it, and of a real Elasticsearch and OpenSearch that hold it, through `dnsight query`,
with the translated query sent by hand, and of `dnsightd read --filter`. All must select the same
lookups. Numbers, tables and orders (--count, --by, --sort) must be the same from every source.

    same_answers.py DNSIGHTD DNSIGHT CAPTURE EXPRESSIONS CASES

EXPRESSIONS has one expression a line; it must select something, and nothing if `none ` precedes
it. Every field that the lookups have must stand in one of them. CASES is a Markdown file whose tables have expressions in backticks in their second column;
these must select something. Needs ELASTICSEARCH_TEST_URL and OPENSEARCH_TEST_URL."""
import concurrent.futures
import json
import os
import pathlib
import re
import sys
import tempfile
import urllib.request

from engines import server_urls
from support import case_expressions, documents, fail, found_ids, run

EXPRESSIONS_MIN = 150
COUNT_EVERY = 4  # every so many expressions are counted, too

PERCENTILES = ("p50", "p95", "p99")
PERCENTILE_ERROR = 0.02  # one percent in dnsight, and one in the servers

# Expressions with the fields of a table (--by) and of an order (--sort).
TABLES = (("*", "lookup.result"), ("*", "lookup.result,dns.question.type"), ("*", "rrsets.type"),
          ("*", "dns.header_flags"), ("dns.question.type: A", "source.ip"), ("*", "dns.answers_count"),
          ("not lookup.result: answer", "dns.response_code,lookup.scope"), ("*", "dns.opt.do"),
          ("rrsets:{type: A}", "rrsets.name"), ("none.such: x", "lookup.leg"),
          ("*", "rrsets.type,lookup.result"), ("*", "data_stream.dataset"), ("*", "event.start"))
ORDERS = (("*", "@timestamp"), ("*", "@timestamp:desc"), ("*", "event.duration:desc"),
          ("*", "dns.question.name"), ("dns.response_code: NXDOMAIN", "dns.question.name:desc"),
          ("*", "dns.answers_count"), ("dns.resolved_ip: *", "dns.resolved_ip"), ("*", "source.ip:desc"),
          ("*", "destination.bytes"), ("*", "lookup.late"), ("*", "rrsets.ttl:desc"),
          ("*", "event.start:desc"))


def read_expressions(expressions, cases):
    """Pairs of an expression and whether it must select something."""
    for line in pathlib.Path(expressions).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            nothing = line.startswith("none ")
            yield line.removeprefix("none "), not nothing
    for expression in case_expressions(cases):
        yield expression, True


def leaves(value, name=""):
    """Names of all fields of a document."""
    if isinstance(value, list):
        return {leaf for item in value for leaf in leaves(item, name)}
    if not isinstance(value, dict):
        return {name}
    return {leaf for key, item in value.items() for leaf in leaves(item, f"{name}.{key}" if name else key)}


def missing_fields(lookups, expressions):
    """Fields that no expression asks for: by their names or, in braces, by their last parts."""
    text = "\n".join(expression for expression, _ in expressions)
    names = {leaf for lookup in lookups for leaf in leaves(lookup)}
    return [name for name in sorted(names)
            if not re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text)
            and not re.search(rf"rrsets:[{{<][^}}>]*\b{name.removeprefix('rrsets.')}\b", text)]


def post(url, body=None):
    request = urllib.request.Request(url, method="POST", headers={"Content-Type": "application/json"},
                                     data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def direct_ids(query, stream):
    """The ids that the server itself selects with the query that `dnsight translate` prints."""
    hits = post(f"{stream}/_search", {"query": query, "size": 10_000, "_source": False})["hits"]["hits"]
    return sorted(hit["_id"] for hit in hits)


def compare(expression, must_select, answers):
    """Whether all engines gave the same answer, and something or nothing as they must."""
    everywhere = set.intersection(*map(set, answers.values()))
    if len({tuple(ids) for ids in answers.values()}) != 1:
        print(f"different answers: {expression}")
        for engine, ids in answers.items():
            print(f"    {engine}: {len(ids)}, not everywhere: {sorted(set(ids) - everywhere)[:3]}")
        return False
    if bool(everywhere) != must_select:
        print(f"selects {'nothing' if must_select else 'something'}: {expression}")
        return False
    return True


class Comparison:
    """The sources that hold the same lookups, and the programs that are asked."""

    def __init__(self, dnsightd, dnsight, capture, ndjson, streams):
        self.dnsightd, self.dnsight, self.capture = dnsightd, dnsight, capture
        self.streams = streams
        self.sources = {"capture": capture, "NDJSON": ndjson} | streams

    def answers(self, expression):
        """What each engine selects."""
        answers = {name: found_ids(self.dnsight, expression, source)
                   for name, source in self.sources.items()}
        query = json.loads(run(self.dnsight, "translate", expression))
        for name, stream in self.streams.items():
            answers[f"{name}, by hand"] = direct_ids(query, stream)
        kept = run(self.dnsightd, "read", "--quiet", "--filter", expression, self.capture)
        answers["dnsightd --filter"] = sorted(document["event"]["id"] for document in documents(kept))
        return answers

    def from_sources(self, *arguments):
        """Standard output of `dnsight query` for each source."""
        return {name: run(self.dnsight, "query", "--quiet", *arguments, source, statuses=(0, 1))
                for name, source in self.sources.items()}

    def wrong_counts(self, expression, count):
        """Sources whose --count is another one."""
        outputs = self.from_sources("--count", expression)
        return [f"--count {expression}: {name}" for name, out in outputs.items() if int(out) != count]

    def wrong_orders(self, expression, order):
        """Sources that print the lookups in another order than the capture."""
        wrong = []
        for limit in (), ("--limit", 11):
            outputs = self.from_sources("--format", "csv", "--fields", "event.id", "--sort", order, *limit,
                                        expression)
            wrong += [f"--sort {order} {limit} {expression}: {name}" for name, out in outputs.items()
                      if out != outputs["capture"]]
        return wrong

    def wrong_tables(self, expression, fields):
        """Sources whose --by table is another one."""
        outputs = self.from_sources("--format", "ndjson", "--by", fields, expression)
        tables = {name: documents(out) for name, out in outputs.items()}
        return [f"--by {fields} {expression}: {name}" for name, table in tables.items()
                if not is_same_table(table, tables["capture"])]


def is_near(one, other):
    """Whether percentiles of one group are the same within their error; both may be missing."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= PERCENTILE_ERROR * max(one, other)


def is_same_table(one, other):
    """Rows in the same order with the same counts, and percentiles within their error."""
    if [(row["by"], row["count"]) for row in one] != [(row["by"], row["count"]) for row in other]:
        return False
    return all(is_near(a.get(p), b.get(p)) for a, b in zip(one, other) for p in PERCENTILES)


def check_expression(comparison, number, expression, must_select):
    """Whether it selects something, and what is wrong about it."""
    answers = comparison.answers(expression)
    wrong = [] if compare(expression, must_select, answers) else [expression]
    if number % COUNT_EVERY == 0:
        wrong += comparison.wrong_counts(expression, len(answers["capture"]))
    return bool(answers["capture"]), wrong


def check_all(comparison, expressions):
    """Results of check_expression, several at a time: most of the time is spent in servers."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(check_expression, comparison, number, *expression)
                 for number, expression in enumerate(expressions)]
        asked += [pool.submit(lambda f, *a: (True, f(*a)), comparison.wrong_tables, e, by) for e, by in TABLES]
        asked += [pool.submit(lambda f, *a: (True, f(*a)), comparison.wrong_orders, e, by) for e, by in ORDERS]
        return [one.result() for one in asked]


def main():
    dnsightd, dnsight, capture, expressions, cases = sys.argv[1:]
    servers = server_urls()
    expressions = list(read_expressions(expressions, cases))
    if len(expressions) < EXPRESSIONS_MIN:
        fail(f"only {len(expressions)} expressions")

    with tempfile.TemporaryDirectory() as folder:
        ndjson = pathlib.Path(folder) / "lookups.ndjson"
        ndjson.write_bytes(run(dnsightd, "read", "--quiet", capture))
        lookups = documents(ndjson.read_bytes())
        missing = missing_fields(lookups, expressions)
        if missing:
            fail(f"no expression asks for {' '.join(missing)}")
        everything = [lookup["event"]["id"] for lookup in lookups]
        if len(set(everything)) != len(everything):
            fail("two lookups have the same id")
        # A data stream of its own, so that nothing else is in it.
        streams = {name: f"{url}/logs-dnsight.lookup-same_answers_{os.getpid()}"
                   for name, url in servers.items()}
        for stream in streams.values():
            run(dnsightd, "read", "--quiet", "--output", stream, capture)
            post(f"{stream}/_refresh")
        results = check_all(Comparison(dnsightd, dnsight, capture, ndjson, streams), expressions)

    wrong = [complaint for _, complaints in results for complaint in complaints]
    for complaint in wrong:
        print(f"wrong: {complaint}")
    selecting = sum(selects for selects, _ in results[:len(expressions)])
    print(f"{len(expressions)} expressions over {len(everything)} lookups, {selecting} select something, "
          f"{len(TABLES)} tables, {len(ORDERS)} orders; {len(wrong)} are wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
