#!/usr/bin/env python3
"""Setting up, storing and asking, against a real Elasticsearch and a real OpenSearch.

    elastic.py DNSIGHTD DNSIGHT CAPTURE

Needs ELASTICSEARCH_TEST_URL and OPENSEARCH_TEST_URL. Every run uses data streams of its own."""
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from support import documents, fail, skip

PAGES = 4500  # more than two pages of dnsight, which has 2,000 hits on one


def http(method, url, body=None, content_type="application/json"):
    request = urllib.request.Request(url, method=method, headers={"Content-Type": content_type},
                                     data=body if body is None else body.encode())
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        fail(f"{method} {url}: {error.code} {error.read().decode()}")


def expect(condition, what):
    if not condition:
        fail(what)


class Run:
    """A finished program."""

    def __init__(self, *command, **environment):
        done = subprocess.run([str(word) for word in command], check=False, capture_output=True,
                              timeout=300, env=os.environ | environment)
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr.decode()
        self.command = " ".join(map(str, command))

    def expect(self, status, *words):
        if self.status != status or not all(word in self.out.decode() + self.err for word in words):
            fail(f"{self.command}\nexit status {self.status}, expected {status} and {words}\n"
                 f"{self.out.decode()[:2000]}{self.err}")
        return self


def flatten(properties, prefix=""):
    """A mapping as {"dns.question.name": "keyword"}."""
    for name, mapping in properties.items():
        if "type" in mapping:
            yield prefix + name, mapping["type"]
        yield from flatten(mapping.get("properties", {}), f"{prefix}{name}.")


class Server:
    """One real server and the data streams that this run makes there."""

    def __init__(self, programs, url):
        self.dnsightd, self.dnsight = programs
        self.url = url
        self.run_id = f"{os.getpid()}{time.time_ns() % 1000000}"

    def stream(self, name):
        return f"logs-dnsight.{name}-e2e{self.run_id}"

    def read(self, capture, stream):
        return Run(self.dnsightd, "read", "--output", f"{self.url}/{stream}", capture)

    def ids(self, stream, *options):
        done = Run(self.dnsight, "query", "--format", "ndjson", *options, "*", f"{self.url}/{stream}")
        return [document["event"]["id"] for document in documents(done.expect(0).out)]

    def check_setup(self):
        Run(self.dnsightd, "setup", "--dry-run", self.url).expect(0, self.url)
        Run(self.dnsightd, "setup", self.url).expect(0, "get these templates")
        Run(self.dnsightd, "setup", self.url).expect(
            0, "_component_template/dnsight-mappings: already there",
            "_index_template/dnsight: already there")
        Run(self.dnsightd, "setup", "--overwrite", self.url).expect(0, "written again")

    def check_storing(self, capture):
        stream = self.stream("lookup")
        count = len(Run(self.dnsightd, "read", "--quiet", capture).expect(0).out.splitlines())
        self.read(capture, stream).expect(0, f"{count} new, 0 already there")
        self.read(capture, stream).expect(0, f"0 new, {count} already there")
        stored = http("GET", f"{self.url}/{stream}/_count")["count"]
        expect(stored == count, f"{stored} documents are stored, {count} were read")
        ids = self.ids(stream)
        expect(len(set(ids)) == count, f"{len(set(ids))} ids of {count} documents came back")
        for document in http("GET", f"{self.url}/{stream}/_search?size=10000")["hits"]["hits"]:
            expect(document["_id"] == document["_source"]["event"]["id"], "_id is not event.id")
        return stream

    def check_mapping(self, stream):
        """The stream has the mapping that is exported, substitutes for missing types aside."""
        exported = json.loads(Run(self.dnsightd, "export", "template").expect(0).out)
        template = exported["component_templates"]["dnsight-mappings"]["template"]
        wanted = dict(flatten(template["mappings"]["properties"]))
        backing, = http("GET", f"{self.url}/{stream}/_mapping").values()
        found = dict(flatten(backing["mappings"]["properties"]))
        substitutes = {"constant_keyword": {"keyword"}, "flattened": {"flat_object"}, "histogram": {None}}
        for name, kind in wanted.items():
            # A server leaves the type of plain objects out.
            others = substitutes.get(kind, set()) | ({None} if kind == "object" else set())
            expect(found.get(name) in {kind} | others, f"{name} is {found.get(name)}, not {kind}")
        expect(set(found) <= set(wanted), f"more fields: {set(found) - set(wanted)}")
        expect(found["rrsets"] == "nested", "rrsets is not nested")

    def check_refusal(self, capture):
        """A document that the mapping refuses is counted, and the exit status says so."""
        name = f"e2e-refuse-{self.run_id}"
        http("PUT", f"{self.url}/_index_template/{name}", json.dumps({
            "index_patterns": [self.stream("refuse")], "priority": 900, "data_stream": {},
            "template": {"mappings": {"dynamic": "false", "properties": {
                "dns": {"properties": {"op_code": {"type": "ip"}}}}}}}))
        done = self.read(capture, self.stream("refuse"))
        lookups = documents(Run(self.dnsightd, "read", "--quiet", capture).expect(0).out)
        count = sum("op_code" in lookup.get("dns", {}) for lookup in lookups)
        done.expect(3, f"{count} refused, the first", "dns.op_code", "is not an IP string literal")

    def check_wrong_stream(self, capture):
        self.read(capture, "my-index").expect(2, "logs-dnsight.DATASET-NAMESPACE")

    def check_paging(self):
        """Many documents of equal times: none is lost or repeated between pages."""
        stream = self.stream("pages")
        lines = []
        for i in range(PAGES):
            moment = f"2026-01-01T00:00:{i // 600:02d}.{i // 300 % 2:03d}Z"
            lines += ['{"create":{"_id":"%05d"}}' % i,
                      '{"@timestamp":"%s","event":{"id":"%05d"}}' % (moment, i)]
        answer = http("POST", f"{self.url}/{stream}/_bulk?refresh=true&filter_path=errors",
                      "\n".join(lines) + "\n", "application/x-ndjson")
        expect(answer == {"errors": False}, answer)
        everything = [f"{i:05d}" for i in range(PAGES)]
        expect(self.ids(stream) == everything, "not every document came back, once and in order")
        for limit in (1, 299, 300, 301, 2000, PAGES + 1):
            got = self.ids(stream, "--limit", limit)
            expect(got == everything[-limit:], f"--limit {limit} gives {len(got)} others")
        last = self.ids(stream, "--sort", "event.id:desc", "--limit", 2500)
        expect(last == everything[::-1][:2500], "--sort with --limit loses or repeats documents")
        first = self.ids(stream, "--sort", "dns.id", "--limit", 2500)
        expect(first == everything[:2500], "--sort by a field that none has is not the order of time")
        groups = Run(self.dnsight, "query", "--by", "event.id", "--format", "ndjson", "*",
                     f"{self.url}/{stream}").expect(0)
        found = [(group["by"]["event.id"], group["count"]) for group in documents(groups.out)]
        expect(found == [(i, 1) for i in everything], f"--by gives {len(found)} others")
        count = Run(self.dnsight, "query", "--count", "*", f"{self.url}/{stream}").expect(0).out
        expect(int(count) == PAGES, f"--count says {count}")

    def check_documents_of_others(self):
        """Data that is not ours: no event.id, no @timestamp in some, several lines in the source."""
        index = f"e2e-others-{self.run_id}"
        http("PUT", f"{self.url}/{index}")
        for i in range(5):
            body = '{\n "n": %d,\r\n "@timestamp": "2026-01-01T00:00:00Z"\n}' % i
            http("PUT", f"{self.url}/{index}/_doc/{i}", body if i < 4 else '{"n": 4}')
        http("POST", f"{self.url}/{index}/_refresh")
        done = Run(self.dnsight, "query", "--format", "ndjson", "n >= 0", f"{self.url}/{index}").expect(0)
        numbers = sorted(document["n"] for document in documents(done.out))
        expect(numbers == [0, 1, 2, 3, 4], f"{done.out}")
        http("DELETE", f"{self.url}/{index}")

    def check_errors(self):
        for target, words in (("missing", ("no such index",)), ("missing-*", ("matches missing-*",)),
                              ("a/b", ("more than one part",))):
            Run(self.dnsight, "query", "*", f"{self.url}/{target}").expect(3, *words)
        Run(self.dnsight, "query", "*", "http://127.0.0.1:1").expect(3, "cannot reach http://127.0.0.1:1")
        secret = Run(self.dnsight, "query", "*", "http://user:secret@127.0.0.1:1").expect(3)
        expect("secret" not in secret.err, "a password was printed")


def main():
    dnsightd, dnsight, capture = sys.argv[1:]
    urls = [os.environ.get(name) for name in ("ELASTICSEARCH_TEST_URL", "OPENSEARCH_TEST_URL")]
    if None in urls:
        skip("ELASTICSEARCH_TEST_URL or OPENSEARCH_TEST_URL is not set")
    for url in urls:
        server = Server((dnsightd, dnsight), url)
        server.check_setup()
        server.check_mapping(server.check_storing(capture))
        server.check_refusal(capture)
        server.check_wrong_stream(capture)
        server.check_paging()
        server.check_documents_of_others()
        server.check_errors()
        print(f"{url}: everything is as it should be")


if __name__ == "__main__":
    main()
