"""Many expressions at once for the tests that compare our own evaluator with real servers: an index
of theirs, and the program kql_answers. An answer is a sorted list of ids, or a text: "refused: ..."
where our translator sends nothing, "error: ..." where the evaluator or the server refuses."""
import json
import os
import re
import subprocess
import urllib.error
import urllib.request

from support import fail, skip

SERVERS = {"Elasticsearch": "ELASTICSEARCH_TEST_URL", "OpenSearch": "OPENSEARCH_TEST_URL"}
SEARCHES_AT_ONCE = 64

# What is wanted of an answer; every one has its status, so that none is left out.
SEARCH_PARTS = ("error", "responses.status", "responses.error", "responses.hits.hits._id",
                "responses._shards.failures")


def server_urls(names=tuple(SERVERS)):
    """The servers by name; the test is skipped if there is none of them."""
    missing = [SERVERS[name] for name in names if SERVERS[name] not in os.environ]
    if missing:
        skip(f"{' and '.join(missing)} not set")
    return {name: os.environ[SERVERS[name]] for name in names}


def mapping_for(name, mapping):
    """The mapping of an index as a server takes it: OpenSearch calls the type flattened otherwise,
    and has no ignore_above for it."""
    if name != "OpenSearch":
        return mapping
    if isinstance(mapping, dict):
        if mapping.get("type") == "flattened":
            return {"type": "flat_object"}
        return {key: mapping_for(name, value) for key, value in mapping.items()}
    return mapping


def split_id(line):
    """The `_id` that a line of documents begins with, and the document without it as it is written:
    tokens of numbers matter."""
    match = re.match(r'\{"_id": *("[^"]*"),? *', line)
    return json.loads(match[1]), "{" + line[match.end():]


class Index:
    """A fresh index of a server, removed at the end."""

    def __init__(self, name, url, mapping):
        self.name = name
        self.url = f"{url}/dnsight-test-{os.getpid()}"
        settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": -1}
        body = {"settings": settings, "mappings": mapping_for(name, mapping)}
        answer = self.call("PUT", "", json.dumps(body))
        if "error" in answer:
            fail(f"{self.url}: {answer['error']}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call("DELETE")

    def call(self, method, path="", body=None):
        """The server's answer, which may be that it refuses."""
        request = urllib.request.Request(self.url + path, method=method,
                                         headers={"Content-Type": "application/json"},
                                         data=None if body is None else body.encode())
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def load(self, lines):
        """Stores documents; returns the ids of those that the server refuses."""
        body = []
        for line in lines:
            name, document = split_id(line)
            body += [json.dumps({"index": {"_id": name}}), document]
        answer = self.call("POST", "/_bulk?refresh=true", "\n".join(body) + "\n")
        return {item["index"]["_id"] for item in answer["items"] if "error" in item["index"]}

    def ask(self, queries):
        """The server's answer to each query."""
        starts = range(0, len(queries), SEARCHES_AT_ONCE)
        return [answer for at in starts for answer in self.ask_some(queries[at:at + SEARCHES_AT_ONCE])]

    def ask_some(self, queries):
        """As ask. A query that the server cannot parse spoils all that are sent with it."""
        # Octet for octet what was translated.
        lines = ["{}\n" '{"size":10000,"_source":false,"query":' + query + "}\n" for query in queries]
        answer = self.call("POST", "/_msearch?filter_path=" + ",".join(SEARCH_PARTS), "".join(lines))
        if "responses" in answer:
            return [server_answer(response) for response in answer["responses"]]
        if len(queries) == 1:
            return [server_answer(answer)]
        half = len(queries) // 2
        return self.ask_some(queries[:half]) + self.ask_some(queries[half:])


def server_answer(response):
    if "error" in response:
        cause = response["error"]["root_cause"]
        return "error: " + (f"{cause[0]['type']}: {cause[0]['reason']}" if cause else "unknown")
    if "failures" in response.get("_shards", {}):
        return f"error: {response['_shards']['failures'][0]['reason']['type']}"
    return sorted(hit["_id"] for hit in response.get("hits", {}).get("hits", []))


class OurAnswer:
    """What kql_answers says of one expression."""

    def __init__(self, line):
        fields = json.loads(line)
        # As it is written, not as Python would write it again.
        self.query = None
        if "query" in fields:
            end = line.rindex(',"hits":' if "hits" in fields else ',"error":')
            self.query = line[len('{"query":'):end]
        if "refused" in fields:
            self.answer = f"refused: {fields['refused']}"
        elif "error" in fields:
            self.answer = f"error: {fields['error']}"
        else:
            self.answer = sorted(fields["hits"])


def our_answers(program, mapping, documents, questions):
    """Our answers to questions {"kql"} or {"kql","time_zone"}; mapping and documents are paths."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([program, mapping, documents], input=lines.encode(), check=False,
                          capture_output=True, timeout=600)
    if done.returncode != 0:
        fail(f"{program}: exit status {done.returncode}\n{done.stderr.decode()[-4000:]}")
    return [OurAnswer(line) for line in done.stdout.decode().splitlines()]


def shortened(answer):
    """An answer for people."""
    if isinstance(answer, str):
        return answer[:300]
    return f"{len(answer)} documents {' '.join(answer[:8])}{' ...' if len(answer) > 8 else ''}"
