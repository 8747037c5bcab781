#!/usr/bin/env python3
"""Everything that the saved objects of kibana/ ask, asked of a real Elasticsearch and a real OpenSearch
that hold known lookups: the KQL of every saved search, every chart as the aggregation it means, with values
that are counted here from the documents, and the data of the service graph. Fields are held against the
servers' own list of them, by Kibana's rule.

    kibana.py DNSIGHTD DNSIGHT CAPTURE CLUSTER KQL_ANSWERS SOURCE_ROOT

Needs ELASTICSEARCH_TEST_URL and OPENSEARCH_TEST_URL."""
import json
import os
import pathlib
import sys
import tempfile
import time

import planted
from engines import Index, our_answers, server_urls
from saved_queries import FOUND
from support import documents, fail, run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "check"))
import saved_objects as objects  # noqa: E402

# The window on the dashboard: from the planted capture to the end of the recording.
WINDOW = {"gte": "2026-11-22T00:00:00.000Z", "lte": "2026-11-24T00:00:00.000Z", "format": "strict_date_optional_time"}
MISSING = "__missing__"

# What each saved search finds in lookups.pcap, in the planted capture and in cluster.ndjson together, where
# that is not what saved_queries.py says of the first two: the number of lookups.
SEARCH_COUNTS = {"denied": 3, "failing-names": 20, "search-list": 12, "tiny-ttl": 2}

# Values that people can check in the captures: chart, key of the group, number of lookups.
CHARTED = [
    ("lookups", (), 83 + 219 + 47), ("failed", (), 20), ("missing", (), 2), ("denied", (), 3), ("unanswered", (), 7),
    ("pods", ("coredns-5d78c9869d-abcde",), 36), ("pods", ("coredns-5d78c9869d-fghij",), 8),
    ("workloads", ("edge/nginx",), 30), ("workloads", ("batch/import",), 3),
    ("denied-clients", ("10.244.2.40", "10.96.0.10", "NETFILTER_DROP"), 3),
    ("missing-names", ("api.shop.test", "10.53.0.10"), 1), ("missing-names", ("img.shop.test", "10.53.0.53"), 1),
    ("failing", ("10.53.0.13", "refused"), 1), ("domains", ("example.com",), 120),
]


class Stream(Index):
    """The data stream of this run on one server."""

    def __init__(self, name, url):
        self.name, self.url = name, f"{url}/logs-dnsight.lookup-kibana_{os.getpid()}_{time.time_ns() % 1000000}"

    def fill(self, dnsightd, captures, cluster):
        run(dnsightd, "read", "--quiet", "--output", self.url, *captures)
        lines = "".join('{"create":{"_id":"%s"}}\n' % lookup["event"]["id"] + json.dumps(lookup) + "\n" for lookup in cluster)
        if self.call("POST", "/_bulk?refresh=true", lines)["errors"]:
            fail(f"{self.url} refuses a document")

    def fields(self):
        """{name: (type, path of the nested parent or None)}, as Kibana makes it of _field_caps: a field under
        a nested one is nested, whatever else is said of it."""
        caps = {name: next(iter(types.values())) for name, types in self.call("GET", "/_field_caps?fields=*")["fields"].items()}
        nested = [name for name, field in caps.items() if field["type"] == "nested"]
        return {name: (field["type"] if field["aggregatable"] or field["type"] == "nested" else "object",
                       next((path for path in nested if name.startswith(f"{path}.")), None))
                for name, field in caps.items()}


class Lookups:
    """The documents, what our evaluator selects of them, and what our translator makes of an expression."""

    def __init__(self, program, folder, stream, lookups, expressions):
        mapping, lines = folder / "mapping.json", folder / "lookups.ndjson"
        mapping.write_text(json.dumps(stream.call("GET", "/_mapping")), encoding="utf-8")
        lines.write_text("".join(json.dumps({"_id": one["event"]["id"]} | one) + "\n" for one in lookups), encoding="utf-8")
        self.by_id = {lookup["event"]["id"]: lookup for lookup in lookups}
        expressions = sorted(expressions)
        answers = our_answers(program, mapping, lines, [{"kql": kql} for kql in expressions])
        self.answers = dict(zip(expressions, answers, strict=True))

    def query(self, kql):
        """Our translation."""
        return json.loads(self.answers[kql].query)

    def ids(self, kql):
        return set(self.answers[kql].answer)


def value(lookup, field):
    for part in field.split("."):
        lookup = lookup.get(part) if isinstance(lookup, dict) else None
    return lookup


# --- Charts as aggregations -------------------------------------------------------------------------------
# Both kinds of charts become buckets, [(field or None for time, size, whether lookups without a value are
# shown)], and metrics, {name: (kind, field or KQL, percents)}; the first metric is what buckets are ordered by.


def of_lens(layer):
    buckets, metrics = [], {}
    for name in layer["columnOrder"]:
        column, params = layer["columns"][name], layer["columns"][name]["params"]
        kind = column["operationType"]
        if kind == "date_histogram":
            buckets.append((None, 0, False))
        elif kind == "terms":
            buckets.append((column["sourceField"], params["size"], params["missingBucket"]))
        elif kind == "percentile":
            metrics[name] = ("percentiles", column["sourceField"], [params["percentile"]])
        elif kind == "unique_count":
            metrics[name] = ("cardinality", column["sourceField"], [])
        else:
            metrics[name] = ("count", column.get("filter", {}).get("query"), [])
    return buckets, metrics


def of_classic(aggregations):
    buckets, metrics = [], {}
    for one in aggregations:
        params = one["params"]
        if one["schema"] == "metric":
            metrics[one["id"]] = (one["type"], params.get("field"), params.get("percents", []))
        else:
            is_time = one["type"] == "date_histogram"
            buckets.append((None, 0, False) if is_time else (params["field"], params["size"], params["missingBucket"]))
    return buckets, metrics


def request_for(buckets, metrics, query, lookups):
    """The search that a chart sends."""
    aggregations = {}
    for name, (kind, what, percents) in metrics.items():
        if kind == "count":
            aggregations[name] = {"filter": lookups.query(what) if what else {"match_all": {}}}
        else:
            aggregations[name] = {kind: {"field": what} | ({"percents": percents} if percents else {})}
    for field, size, with_missing in reversed(buckets):
        split = {"terms": {"field": field, "size": size, "order": {"_count": "desc"}}}
        if with_missing:
            split["terms"]["missing"] = MISSING
        if field is None:
            split = {"date_histogram": {"field": "@timestamp", "fixed_interval": "1h", "min_doc_count": 1}}
        aggregations = {"bucket": split | {"aggs": aggregations}}
    return {"size": 0, "track_total_hits": True, "aggs": aggregations,
            "query": {"bool": {"filter": [query, {"range": {"@timestamp": WINDOW}}]}}}


def rows_of(answer, depth, key=()):
    """(values of the buckets, the answer's metrics) of every group."""
    if depth == 0:
        yield key, answer
        return
    for bucket in answer["bucket"]["buckets"]:
        yield from rows_of(bucket, depth - 1, (*key, bucket.get("key_as_string", bucket["key"])))


def expected_rows(buckets, ids, lookups):
    """The lookups of every group; a lookup without one of the values is in none."""
    groups = {}
    for name in ids:
        lookup = lookups.by_id[name]
        key = tuple(f"{value(lookup, '@timestamp')[:13]}:00:00.000Z" if field is None
                    else value(lookup, field) or (MISSING if with_missing else None)
                    for field, _, with_missing in buckets)
        if None not in key:
            groups.setdefault(key, set()).add(name)
    return groups if buckets else {(): set(ids)}


def without_rest(buckets, rows, expected):
    """The expected groups without those of values that a chart with few of them leaves out, which must not
    be larger than any that it shows."""
    size = buckets[0][1] if buckets else 0
    counts = {}
    for key, group in expected.items():
        counts[key[:1]] = counts.get(key[:1], 0) + len(group)
    shown = {key[:1] for key in rows}
    rest = [count for key, count in counts.items() if key not in shown]
    if not size or len(counts) <= size or len(shown) < size or max(rest) > min(counts.get(key, 0) for key in shown):
        return expected
    return {key: group for key, group in expected.items() if key[:1] in shown}


def wrong_metric(metric, got, group, lookups):
    kind, what, percents = metric
    if kind == "count":
        right = len(group & lookups.ids(what) if what else group)
        return None if got["doc_count"] == right else f"{got['doc_count']} instead of {right}"
    values = [value(lookups.by_id[name], what) for name in group]
    values = sorted(one for one in values if one is not None)
    if kind == "cardinality":
        return None if got["value"] == len(set(values)) else f"{got['value']} instead of {len(set(values))}"
    found = [got["values"][f"{percent:.1f}"] for percent in percents]
    if not values:
        return None if found == [None] * len(percents) else f"{found} of nothing"
    # Servers estimate percentiles; what lies outside of the values, or falls, is no estimate.
    right = all(one is not None and values[0] <= one <= values[-1] for one in found) and found == sorted(found)
    return None if right else f"{found}, but the values are {values[:3]} ... {values[-3:]}"


def wrong_chart(name, kql, chart, stream, lookups):
    buckets, metrics = of_lens(chart) if isinstance(chart, dict) else of_classic(chart)
    answer = stream.call("POST", "/_search", json.dumps(request_for(buckets, metrics, lookups.query(kql), lookups)))
    if answer.get("_shards", {"failed": 1})["failed"]:
        yield f"{name}: {json.dumps(answer)[:500]}"
        return
    rows = dict(rows_of({"doc_count": answer["hits"]["total"]["value"]} | answer["aggregations"], len(buckets)))
    expected = without_rest(buckets, rows, expected_rows(buckets, lookups.ids(kql), lookups))
    if rows.keys() != expected.keys() or not rows:
        yield f"{name}: groups {sorted(rows)[:5]} ... instead of {sorted(expected)[:5]} ..."
        return
    for key, row in rows.items():
        for metric, meaning in metrics.items():
            complaint = wrong_metric(meaning, row[metric], expected[key], lookups)
            if complaint:
                yield f"{name} {key} {metric}: {complaint}"
    for chart_name, key, count in CHARTED:
        if chart_name == name and (row := rows.get(key, {"doc_count": 0}))["doc_count"] != count:
            yield f"{name} {key}: {row['doc_count']} lookups instead of {count}"


# --- The rest ---------------------------------------------------------------------------------------------


def search_kql(item):
    return objects.source_of(item)["query"]["query"]


def expressions_of(items):
    for item in items:
        if item["type"] == "search":
            yield search_kql(item)
    for _, kql, chart in objects.charts(items):
        yield kql
        if isinstance(chart, dict):
            yield from (column["filter"]["query"] for column in chart["columns"].values() if "filter" in column)


def wrong_searches(items, stream, lookups, cluster):
    searches = [item for item in items if item["type"] == "search"]
    queries = [lookups.answers[search_kql(item)].query for item in searches]
    in_cluster = {lookup["event"]["id"] for lookup in cluster}
    for item, found in zip(searches, stream.ask(queries), strict=True):
        name = item["id"].removeprefix("dnsight-")
        if found != sorted(lookups.ids(search_kql(item))):
            yield f"{item['id']}: finds {found}, our evaluator {sorted(lookups.ids(search_kql(item)))}"
        elif name in SEARCH_COUNTS:
            if len(found) != SEARCH_COUNTS[name]:
                yield f"{item['id']}: finds {len(found)} lookups instead of {SEARCH_COUNTS[name]}"
        else:
            names = sorted(value(lookups.by_id[one], "dns.question.name") for one in found if one not in in_cluster)
            if names != sorted(FOUND[name][0] + FOUND[name][1]) or in_cluster & set(found):
                yield f"{item['id']}: finds {names} instead of {FOUND[name]}"


def kql_fields(query):
    """The fields that a translated expression asks for."""
    if isinstance(query, list):
        for part in query:
            yield from kql_fields(part)
    elif isinstance(query, dict):
        for key, part in query.items():
            if key in ("match", "match_phrase", "range", "term", "wildcard"):
                yield from part
            elif key in ("exists", "query_string"):
                yield from ([part["field"]] if "field" in part else part.get("fields", []))
            elif key == "nested":
                yield part["path"]
                yield from kql_fields(part["query"])
            else:
                yield from kql_fields(part)


def wrong_kql_fields(items, fields, lookups):
    for kql in expressions_of(items):
        for field in kql_fields(lookups.query(kql)):
            if field not in fields:
                yield f"{kql}: {field} is not on the server"


def graph_request(spec):
    """The search that the Vega panel sends: its body with what Kibana puts in for the placeholders."""
    url, = (data["url"] for data in spec["data"] if "url" in data)
    if url["index"] != "logs-dnsight.*" or not url["%context%"] or "query" in url["body"]:
        fail(f"a data url that Kibana does not fill: {url}")
    return url["body"] | {"query": {"bool": {"must": [{"match_all": {}}, {"range": {url["%timefield%"]: WINDOW}}],
                                             "filter": [], "should": [], "must_not": []}}}


def wrong_graph(items, stream, lookups):
    """Lookups and failures of every client, and what resolvers asked, against the documents."""
    spec, = objects.vega_specs(items)
    answer = stream.call("POST", "/_search", json.dumps(graph_request(spec)))
    if answer.get("_shards", {"failed": 1})["failed"]:
        yield f"service graph: {json.dumps(answer)[:500]}"
        return
    asked, upstream = answer["aggregations"]["asked"], answer["aggregations"]["upstream"]
    found = {(client["key"], client["doc_count"], client["failed"]["doc_count"])
             for client in asked["workloads"]["buckets"] + asked["hosts"]["clients"]["buckets"]}
    failed = lookups.ids(next(kql for kql in lookups.answers if kql.startswith("lookup.result: (servfail") and "leg" in kql))
    clients, asked_upstream = {}, 0
    for name, lookup in lookups.by_id.items():
        if value(lookup, "lookup.leg") == "server_upstream":
            asked_upstream += 1
            continue
        clients.setdefault(value(lookup, "lookup.client.workload") or value(lookup, "source.ip"), []).append(name in failed)
    expected = {(client, len(failures), sum(failures)) for client, failures in clients.items()}
    if found != expected or upstream["doc_count"] != asked_upstream:
        yield f"service graph: {sorted(found ^ expected)}, {upstream['doc_count']} upstream instead of {asked_upstream}"


def complaints(items, stream, lookups, cluster):
    fields = stream.fields()
    for item in items:
        yield from objects.wrong_fields(item, fields)
    yield from wrong_kql_fields(items, fields, lookups)
    yield from wrong_searches(items, stream, lookups, cluster)
    for name, kql, chart in objects.charts(items):
        yield from wrong_chart(name, kql, chart, stream, lookups)
    yield from wrong_graph(items, stream, lookups)


def main():
    dnsightd, _, capture, cluster, program, root = sys.argv[1:]
    urls = server_urls()
    cluster = documents(pathlib.Path(cluster).read_bytes())
    everything = {flavour: objects.read(pathlib.Path(root) / "kibana" / name) for flavour, name in objects.FILES.items()}
    expressions = {kql for items in everything.values() for kql in expressions_of(items)}
    charted = {name for items in everything.values() for name, _, _ in objects.charts(items)}
    wrong = [f"{name}: no such chart" for name, _, _ in CHARTED if name not in charted]
    with tempfile.TemporaryDirectory(prefix="dnsight-kibana.") as folder:
        folder = pathlib.Path(folder)
        captures = [capture, planted.planted(folder / "planted.pcap")]
        read = documents(run(dnsightd, "read", "--quiet", *captures))
        for name, url in urls.items():
            stream = Stream(name, url)
            stream.fill(dnsightd, captures, cluster)
            lookups = Lookups(program, folder, stream, read + cluster, expressions)
            for flavour, items in everything.items():
                wrong += [f"{name}, {flavour}: {one}" for one in complaints(items, stream, lookups, cluster)]
    print("\n".join(wrong))
    counts = {flavour: len(list(objects.charts(items))) for flavour, items in everything.items()}
    print(f"{len(expressions)} expressions and charts {counts} on {len(urls)} servers, {len(wrong)} complaints")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
