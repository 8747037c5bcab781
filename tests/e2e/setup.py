#!/usr/bin/env python3
"""`dnsightd setup` against real servers: what it installs, an upgrade with its roll-over, newer
versions, lifecycles, values that a mapping does not expect; and against mocks of Kibana and of OpenSearch
Dashboards.

    setup.py DNSIGHTD DNSIGHT CAPTURE OBJECTS

Needs ELASTICSEARCH_TEST_URL and OPENSEARCH_TEST_URL; OBJECTS is the folder kibana."""
import email
import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from elastic import Run, expect, http as request
from support import documents, skip

COMPONENT = "/_component_template/dnsight-mappings"
CUSTOM = "/_component_template/dnsight@custom"
SECRET = "c2VjcmV0OnNlY3JldA=="


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with what the server's `play` returns: a status and a body."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        status, body = self.server.play(self, self.rfile.read(length))
        octets = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(octets)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


class Mock:
    """A server of ours on a free port, for the time of a `with`."""

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.play = self.play
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Kibana(Mock):
    """Plays Kibana: remembers objects by space and identifier, or fails as it is told."""

    xsrf = "kbn-xsrf"

    def __init__(self, version="9.0.1", fault=None, key=None):
        self.status = {"name": "kibana", "version": {"number": version},
                       "status": {"overall": {"level": "available"}}}
        if version is None:
            del self.status["version"]
        self.fault, self.key, self.spaces = fault, key, {"": {}, "/s/dns": {}}

    def play(self, handler, body):
        path, _, query = handler.path.partition("?")
        if self.key and handler.headers.get("Authorization") != f"ApiKey {self.key}":
            return 401, {"statusCode": 401, "error": "Unauthorized", "message": "[security_exception]"}
        if path == "/api/status":
            return (200, self.status) if self.fault != "no Kibana" else (200, {"hello": 1})
        space = path.removesuffix("/api/saved_objects/_import")
        if space not in self.spaces:
            return 404, {"statusCode": 404, "error": "Not Found", "message": "Not Found"}
        if self.xsrf not in handler.headers:
            return 400, {"statusCode": 400, "message": f"Request must contain a {self.xsrf} header."}
        if self.fault:
            return self.fault
        return 200, self.take(space, handler.headers["Content-Type"], body, query == "overwrite=true")

    def take(self, space, content_type, body, overwrite):
        form = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
        part, = form.get_payload()
        expect(part.get_param("name", header="Content-Disposition") == "file", "the form's field")
        expect(part.get_filename().endswith(".ndjson"), "the file's name")
        there, errors, taken = self.spaces[space], [], 0
        for item in documents(part.get_payload(decode=True)):
            if item["id"] in there and not overwrite:
                errors.append({"id": item["id"], "type": item["type"], "error": {"type": "conflict"}})
                continue
            there[item["id"]] = item
            taken += 1
        answer = {"successCount": taken, "success": not errors, "warnings": []}
        return answer | ({"errors": errors} if errors else {})


class Dashboards(Kibana):
    """Plays OpenSearch Dashboards, which has no spaces and knows no newer objects than Kibana 7.10 did."""

    xsrf = "osd-xsrf"
    known = {"index-pattern": "7.6.0", "search": "7.9.3", "visualization": "7.10.0", "dashboard": "7.9.3"}

    def __init__(self, version="2.19.1"):
        super().__init__(version)
        self.status["status"] = {"overall": {"state": "green"},
                                 "statuses": [{"id": f"core:opensearch@{version}", "state": "green"}]}
        del self.spaces["/s/dns"]

    def take(self, space, content_type, body, overwrite):
        answer = super().take(space, content_type, body, overwrite)
        for item in self.spaces[space].values():
            expect(item["migrationVersion"] == {item["type"]: self.known[item["type"]]}, f"a newer object: {item}")
            expect("typeMigrationVersion" not in item, f"an object of Kibana: {item}")
        return answer


class WithLifecycle(Mock):
    """A real Elasticsearch with the ILM that its reduced build lacks."""

    def __init__(self, url):
        self.behind, self.policy, self.component = url, None, None

    def play(self, handler, body):
        if handler.path == "/_ilm/policy/dnsight":
            if handler.command == "PUT":
                self.policy = json.loads(body)
                return 200, {"acknowledged": True}
            return (404, {}) if self.policy is None else (200, {"dnsight": self.policy})
        if handler.path == COMPONENT and handler.command == "PUT":
            self.component = json.loads(body)
            reduced = json.loads(body)
            del reduced["template"]["settings"]["index"]["lifecycle"]
            body = json.dumps(reduced).encode()
        ask = urllib.request.Request(self.behind + handler.path, method=handler.command,
                                     data=body or None,
                                     headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(ask, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


class Server:
    """One real server, and streams of this run there."""

    def __init__(self, dnsightd, url):
        self.dnsightd, self.url = dnsightd, url
        self.run_id = f"{os.getpid()}{time.time_ns() % 1000000}"

    def setup(self, *options):
        return Run(self.dnsightd, "setup", *options, self.url)

    def component(self):
        return request("GET", self.url + COMPONENT)["component_templates"][0]["component_template"]

    def backing(self, stream):
        return sorted(request("GET", f"{self.url}/{stream}/_mapping").items(), key=lambda i: i[0][-6:])

    def store(self, stream, document):
        line = json.dumps({"@timestamp": "2026-01-01T00:00:00Z"} | document)
        answer = request("POST", f"{self.url}/{stream}/_bulk?refresh=true",
                         '{"create":{}}\n' + line + "\n", "application/x-ndjson")
        expect(not answer["errors"], answer)

    def count(self, stream):
        request("POST", f"{self.url}/{stream}/_refresh")
        return request("GET", f"{self.url}/{stream}/_count")["count"]

    def check_upgrade(self):
        """An older version is replaced and its streams are rolled over, once; nothing is lost."""
        self.setup("--overwrite").expect(0)
        stream = f"logs-dnsight.upgrade-{self.run_id}"
        old = self.component()
        old["version"] = 1
        old["_meta"]["digest"] = old["template"]["mappings"]["_meta"]["digest"] = "old"
        del old["template"]["mappings"]["properties"]["lookup"]
        request("PUT", self.url + COMPONENT, json.dumps(old))
        self.store(stream, {"lookup": {"result": "answer"}})
        done = self.setup("--dry-run").expect(0, f"would send PUT {COMPONENT}",
                                              f"would send POST /{stream}/_rollover")
        expect(self.component()["version"] == 1, f"--dry-run changed the server: {done.out.decode()}")
        self.setup().expect(0, "dnsight-mappings: updated", f"{stream}/_rollover: rolled over")
        indices = self.backing(stream)
        expect(len(indices) == 2, f"not rolled over: {[name for name, _ in indices]}")
        expect("lookup" not in indices[0][1]["mappings"]["properties"], "the old mapping changed")
        expect("lookup" in indices[1][1]["mappings"]["properties"], "the new mapping is not used")
        self.store(stream, {"lookup": {"result": "answer"}})
        expect(self.count(stream) == 2, "a document is lost")
        again = self.setup().expect(0, "dnsight-mappings: already there")
        expect(b"rolled over" not in again.out, "rolled over again")
        return stream

    def check_newer(self, stream):
        newer = self.component()
        ours = newer["_meta"]["digest"]
        newer["version"], newer["_meta"]["digest"] = 9999999, "newer"
        request("PUT", self.url + COMPONENT, json.dumps(newer))
        self.setup().expect(0, "kept: the installed one is of a newer version")
        expect(self.component()["_meta"]["digest"] == "newer", "a newer template was replaced")
        self.setup("--overwrite").expect(0, "replaced the one of a newer version")
        expect(self.component()["_meta"]["digest"] == ours, "--overwrite did not replace it")

    def check_loses(self):
        """A template of a higher priority would take the data streams: setup says so and fails."""
        path = f"{self.url}/_index_template/e2e-higher-{self.run_id}"
        request("PUT", path, json.dumps({"index_patterns": ["logs-dnsight.lookup-*.check"],
                                         "priority": 901, "data_stream": {}}))
        try:
            self.setup().expect(1, f'another index template of a higher priority, "e2e-higher-{self.run_id}" (901)')
        finally:
            request("DELETE", path)

    def check_malformed(self):
        """A value that the mapping does not expect is ignored; the document is stored."""
        stream = f"logs-dnsight.malformed-{self.run_id}"
        self.store(stream, {"source": {"ip": "nonsense", "port": "x"}, "event": {"duration": "long"},
                            "dns": {"flags": {"authoritative": "perhaps"},
                                    "question": {"name": "n" * 40000}, "resolved_ip": ["1.2.3"]},
                            "unknown": {"field": {"a": 1}}})
        self.store(stream, {"rrsets": [{"ttl": "x", "rdata": ["\u20ac" * 20000], "ip": "x"}]})
        expect(self.count(stream) == 2, "a document is lost")

    def check_retention(self):
        """What docs/operations.md says about keeping documents wins, and setup leaves it alone."""
        body = json.dumps({"template": {"lifecycle": {"data_retention": "30d"}}})
        request("PUT", self.url + CUSTOM, body)
        try:
            self.setup().expect(0)
            simulated = request("POST", f"{self.url}/_index_template/_simulate_index/"
                                        f"logs-dnsight.retention-{self.run_id}")
            kept = simulated["template"].get("lifecycle", {}).get("data_retention")
            expect(kept == "30d", f"documents are kept for {kept}")
        finally:
            request("PUT", self.url + CUSTOM, json.dumps({"template": {}}))

    def check_logsdb(self, capture):
        """The templates go with logsdb, which is the default of clusters made by 9.0 or later."""
        body = json.dumps({"template": {"settings": {"index.mode": "logsdb"}}}).encode()
        ask = urllib.request.Request(self.url + CUSTOM, data=body, method="PUT",
                                     headers={"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(ask, timeout=60).close()
        except urllib.error.HTTPError as error:
            expect(error.code == 400, error)
            return False
        try:
            self.setup().expect(0)
            stream = f"logs-dnsight.logsdb-{self.run_id}"
            count = len(Run(self.dnsightd, "read", "--quiet", capture).expect(0).out.splitlines())
            Run(self.dnsightd, "read", "--output", f"{self.url}/{stream}", capture).expect(
                0, f"{count} new")
            (_, index), = request("GET", f"{self.url}/{stream}/_settings").items()
            expect(index["settings"]["index"]["mode"] == "logsdb", "the stream is not logsdb")
        finally:
            request("PUT", self.url + CUSTOM, json.dumps({"template": {}}))
        return True

    def check_ilm(self, is_elasticsearch):
        self.setup("--ilm").expect(1, "no index lifecycle management; run setup without --ilm")
        if not is_elasticsearch:
            return
        with WithLifecycle(self.url) as mock:
            server = Server(self.dnsightd, mock.url)
            server.setup("--ilm", "--dry-run").expect(0, "would send PUT /_ilm/policy/dnsight")
            expect(mock.policy is None, "--dry-run installed a policy")
            server.setup("--ilm").expect(0, "_ilm/policy/dnsight: written")
            expect("hot" in mock.policy["policy"]["phases"], mock.policy)
            template = mock.component["template"]
            expect(template["settings"]["index"]["lifecycle"]["name"] == "dnsight", template)
            expect("lifecycle" not in template, "both lifecycles are used")
            mock.policy["policy"]["phases"]["delete"] = {"min_age": "30d"}
            server.setup("--ilm").expect(0, "_ilm/policy/dnsight: already there")
            expect("delete" in mock.policy["policy"]["phases"], "a phase of the user is gone")
        self.setup("--overwrite").expect(0)


def kibana_run(dnsightd, mock, *options, status=0, words=(), **environment):
    return Run(dnsightd, "setup", "--only", "kibana", *options,
               **({"KIBANA_URL": mock.url} | environment)).expect(status, *words)


def check_kibana(dnsightd, objects, elastic_url, folder):
    expected = {item["id"]: item for item in documents(objects)}
    with Kibana(key=SECRET) as mock:
        kibana_run(dnsightd, mock, status=4, words=("security_exception",))
        done = kibana_run(dnsightd, mock, "--dry-run", KIBANA_API_KEY=SECRET,
                          words=("would send POST /api/saved_objects/_import",))
        expect(SECRET not in done.out.decode() + done.err, "a secret was printed")
        expect(not mock.spaces[""], "--dry-run imported")
        kibana_run(dnsightd, mock, KIBANA_API_KEY=SECRET,
                   words=("Kibana 9.0.1", f"{len(expected)} imported, 0 already there"))
        expect(mock.spaces[""] == expected, "other objects arrived")
        mock.spaces[""]["dnsight-dns"] = "changed by a user"
        kibana_run(dnsightd, mock, KIBANA_API_KEY=SECRET,
                   words=(f"0 imported, {len(expected)} already there (--overwrite",))
        expect(mock.spaces[""]["dnsight-dns"] == "changed by a user", "a user's change is gone")
        kibana_run(dnsightd, mock, "--overwrite", KIBANA_API_KEY=SECRET)
        expect(mock.spaces[""] == expected, "--overwrite does not overwrite")
        # From a configuration, into a space.
        config = folder / "kibana.yml"
        config.write_text(f"setup.kibana: {{host: '{mock.url}', space.id: dns, api_key_file: "
                          f"'{folder}/key'}}\noutput.elasticsearch.hosts: ['{elastic_url}']\n")
        (folder / "key").write_text(SECRET + "\n")
        Run(dnsightd, "setup", "-c", config).expect(0, "get these templates", "imported")
        expect(mock.spaces["/s/dns"] == expected, "the space has other objects")
        kibana_run(dnsightd, mock, status=1, KIBANA_API_KEY=SECRET, KIBANA_SPACE="nobody",
                   words=("Not Found",))
        kibana_run(dnsightd, mock, status=2, KIBANA_API_KEY=SECRET, KIBANA_SPACE="a/b",
                   words=("is not the identifier of a space",))
    missing = {"successCount": 1, "success": False, "errors": [
        {"id": "dnsight-missing-records", "type": "search",
         "error": {"type": "missing_references", "references": []}}]}
    for fault, status, words in (
            ((200, missing), 1, (f"took 1 of {len(expected)} objects",
                                 "dnsight-missing-records: missing_references")),
            ((200, {"success": True, "successCount": 1}), 1, (f"took 1 of {len(expected)} objects",)),
            ((200, {"success": False, "successCount": 0, "errors": []}), 1,
             (f"took 0 of {len(expected)} objects",)),
            ((200, b"<html>"), 1, ()),
            ((422, {"statusCode": 422, "message": "belongs to a more recent version"}), 1,
             ("belongs to a more recent version",)),
            ((403, {"statusCode": 403, "message": "Forbidden"}), 4, ("Forbidden",)),
            ((503, {"statusCode": 503, "message": "not ready"}), 1, ("not ready",)),
            ("no Kibana", 1, ("no Kibana answers here",))):
        with Kibana(fault=fault) as mock:
            kibana_run(dnsightd, mock, status=status, words=words)
    with Kibana(version="8.8.2") as mock:
        kibana_run(dnsightd, mock, status=1, words=("Kibana 8.8.2 is too old, 8.9 is the first",))
    with Kibana(version=None) as mock:
        kibana_run(dnsightd, mock, words=(f"{len(expected)} imported",))
    # Elasticsearch is done when Kibana fails, and stays done.
    done = Run(dnsightd, "setup", "-c", config).expect(1, "get these templates", "cannot reach")
    expect(b"imported" not in done.out, "imported into nothing")


def check_dashboards(dnsightd, objects):
    """OpenSearch Dashboards gets objects of its own."""
    expected = {item["id"]: item for item in documents(objects)}
    with Dashboards() as mock:
        kibana_run(dnsightd, mock, words=("OpenSearch Dashboards 2.19.1", f"{len(expected)} imported, 0 already"))
        expect(mock.spaces[""] == expected, "other objects arrived")
        kibana_run(dnsightd, mock, words=(f"0 imported, {len(expected)} already there",))
        kibana_run(dnsightd, mock, KIBANA_SPACE="default")
        kibana_run(dnsightd, mock, status=1, KIBANA_SPACE="dns", words=("has no spaces",))


def check_export(dnsightd, folder):
    for options, name in (((), "dnsight.ndjson"), (("--opensearch",), "opensearch.ndjson")):
        exported = Run(dnsightd, "export", "kibana", *options).expect(0).out
        expect(exported == (folder / name).read_bytes(), f"export kibana {options} is not {name}")
    Run(dnsightd, "export", "config", "--opensearch").expect(2, "say what to print")
    Run(dnsightd, "export", "kibana", "--opensaerch").expect(2, "--opensearch")


def main():
    dnsightd, _, capture, folder = sys.argv[1:]
    objects = pathlib.Path(folder)
    urls = [os.environ.get(name) for name in ("ELASTICSEARCH_TEST_URL", "OPENSEARCH_TEST_URL")]
    if None in urls:
        skip("ELASTICSEARCH_TEST_URL or OPENSEARCH_TEST_URL is not set")
    for name in ("KIBANA_URL", "KIBANA_API_KEY", "KIBANA_SPACE", "ELASTICSEARCH_URL"):
        os.environ.pop(name, None)
    logsdb = 0
    for url in urls:
        server = Server(dnsightd, url)
        server.check_newer(server.check_upgrade())
        server.check_loses()
        server.check_malformed()
        logsdb += server.check_logsdb(capture)
        if url == urls[0]:
            server.check_retention()
        server.check_ilm(url == urls[0])
        print(f"{url}: everything is as it should be")
    expect(logsdb == 1, "logsdb was not tested")
    with tempfile.TemporaryDirectory(prefix="dnsight-setup.") as folder:
        check_kibana(dnsightd, (objects / "dnsight.ndjson").read_bytes(), urls[0], pathlib.Path(folder))
    check_dashboards(dnsightd, (objects / "opensearch.ndjson").read_bytes())
    check_export(dnsightd, objects)
    print("Kibana: everything is as it should be")


if __name__ == "__main__":
    main()
