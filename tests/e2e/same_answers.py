#!/usr/bin/env python3
"""One expression, every engine, the same answers: each expression is asked of the capture, of the
NDJSON made from it, and of a real Elasticsearch and OpenSearch that hold it, through `dnsight query`
and with the translated query sent by hand. All must select the same lookups.

    same_answers.py DNSIGHTD DNSIGHT CAPTURE EXPRESSIONS CASES

EXPRESSIONS has one expression a line; it must select something, and nothing if `none ` precedes
it. CASES is a Markdown file whose tables have expressions in backticks in their second column;
these must select something. Needs ELASTICSEARCH_TEST_URL and OPENSEARCH_TEST_URL."""
import json
import os
import pathlib
import sys
import tempfile
import urllib.request

from support import case_expressions, documents, fail, found_ids, run, skip

SERVERS = {"Elasticsearch": "ELASTICSEARCH_TEST_URL", "OpenSearch": "OPENSEARCH_TEST_URL"}


def read_expressions(expressions, cases):
    """Pairs of an expression and whether it must select something."""
    for line in pathlib.Path(expressions).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            nothing = line.startswith("none ")
            yield line.removeprefix("none "), not nothing
    for expression in case_expressions(cases):
        yield expression, True


def post(url, body=None):
    request = urllib.request.Request(url, method="POST", headers={"Content-Type": "application/json"},
                                     data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def direct_ids(dnsight, expression, stream):
    """The ids that the server itself selects with the query that `dnsight translate` prints."""
    query = json.loads(run(dnsight, "translate", expression))
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


def main():
    dnsightd, dnsight, capture, expressions, cases = sys.argv[1:]
    servers = {name: os.environ[variable] for name, variable in SERVERS.items() if variable in os.environ}
    if len(servers) != len(SERVERS):
        skip(f"{' or '.join(SERVERS.values())} is not set")

    with tempfile.TemporaryDirectory() as folder:
        ndjson = pathlib.Path(folder) / "lookups.ndjson"
        ndjson.write_bytes(run(dnsightd, "read", "--quiet", capture))
        everything = [document["event"]["id"] for document in documents(ndjson.read_bytes())]
        if len(set(everything)) != len(everything):
            fail("two lookups have the same id")
        # A data stream of its own, so that nothing else is in it.
        streams = {name: f"{url}/logs-dnsight.lookup-same_answers_{os.getpid()}"
                   for name, url in servers.items()}
        for stream in streams.values():
            run(dnsightd, "read", "--quiet", "--output", stream, capture)
            post(f"{stream}/_refresh")

        asked = selecting = wrong = 0
        for expression, must_select in read_expressions(expressions, cases):
            answers = {"capture": found_ids(dnsight, expression, capture),
                       "NDJSON": found_ids(dnsight, expression, ndjson)}
            for name, stream in streams.items():
                answers[name] = found_ids(dnsight, expression, stream)
                answers[f"{name}, by hand"] = direct_ids(dnsight, expression, stream)
            asked += 1
            selecting += bool(answers["NDJSON"])
            wrong += not compare(expression, must_select, answers)
    print(f"{asked} expressions over {len(everything)} lookups in {len(answers)} ways, "
          f"{selecting} select something, {wrong} are wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
