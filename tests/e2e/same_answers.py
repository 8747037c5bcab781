#!/usr/bin/env python3
"""One expression, every engine, the same answers: each expression is asked of the capture, of the
NDJSON made from it and of a real Elasticsearch that holds it, through `dnsight query` and with the
translated query sent by hand. All four must select the same lookups.

    same_answers.py DNSIGHTD DNSIGHT CAPTURE EXPRESSIONS CASES

EXPRESSIONS has one expression a line; it must select something, and nothing if `none ` precedes
it. CASES is a Markdown file whose tables have expressions in backticks in their second column;
these must select something. Needs ELASTICSEARCH_TEST_URL."""
import json
import os
import pathlib
import re
import sys
import tempfile
import urllib.error
import urllib.request

from support import documents, fail, found_ids, run, skip

DATA_STREAM = "logs-dnsight.lookup-default"


def read_expressions(expressions, cases):
    """Pairs of an expression and whether it must select something."""
    for line in pathlib.Path(expressions).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            nothing = line.startswith("none ")
            yield line.removeprefix("none "), not nothing
    rows = re.findall(r"^\|[^|]*\|(.*`.*)\|$", pathlib.Path(cases).read_text(encoding="utf-8"), re.M)
    for row in rows:
        for expression in re.findall(r"`([^`]+)`", row):
            yield expression, True


def http(method, url, body=None):
    request = urllib.request.Request(url, method=method, headers={"Content-Type": "application/json"},
                                     data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def fill(dnsightd, capture, server):
    """Puts the capture's lookups, and nothing else, into the data stream."""
    try:
        http("DELETE", f"{server}/_data_stream/{DATA_STREAM}")
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
    run(dnsightd, "read", "--quiet", "--output", server, capture)
    http("POST", f"{server}/{DATA_STREAM}/_refresh")


def direct_ids(dnsight, expression, server):
    """The ids that Elasticsearch itself selects with the query that `dnsight translate` prints."""
    query = json.loads(run(dnsight, "translate", expression))
    hits = http("POST", f"{server}/{DATA_STREAM}/_search",
                {"query": query, "size": 10_000, "_source": False})["hits"]["hits"]
    return sorted(hit["_id"] for hit in hits)


def main():
    dnsightd, dnsight, capture, expressions, cases = sys.argv[1:]
    server = os.environ.get("ELASTICSEARCH_TEST_URL") or skip("ELASTICSEARCH_TEST_URL is not set")

    with tempfile.TemporaryDirectory() as folder:
        ndjson = pathlib.Path(folder) / "lookups.ndjson"
        ndjson.write_bytes(run(dnsightd, "read", "--quiet", capture))
        everything = sorted(d["event"]["id"] for d in documents(ndjson.read_bytes()))
        if len(set(everything)) != len(everything):
            fail("two lookups have the same id")
        fill(dnsightd, capture, server)

        wrong = asked = selecting = 0
        for expression, must_select in read_expressions(expressions, cases):
            answers = {
                "capture": found_ids(dnsight, expression, capture),
                "NDJSON": found_ids(dnsight, expression, ndjson),
                "Elasticsearch": found_ids(dnsight, expression, server),
                "Elasticsearch, by hand": direct_ids(dnsight, expression, server),
            }
            asked += 1
            selecting += bool(answers["NDJSON"])
            if len({tuple(ids) for ids in answers.values()}) != 1:
                wrong += 1
                print(f"different answers: {expression}")
                for engine, ids in answers.items():
                    print(f"    {engine}: {len(ids)}, not in all: "
                          f"{sorted(set(ids) - set.intersection(*map(set, answers.values())))[:3]}")
            elif bool(answers["NDJSON"]) != must_select:
                wrong += 1
                print(f"selects {'nothing' if must_select else 'something'}: {expression}")
    print(f"{asked} expressions over {len(everything)} lookups, {selecting} of them select something, "
          f"{wrong} are wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
