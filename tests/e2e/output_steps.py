#!/usr/bin/env python3
"""`dnsightd test output`: the way of a document step by step, against real servers and against one that
fails at each step; what to do is said, and nothing is stored.

    output_steps.py DNSIGHTD DNSIGHT CAPTURE

Needs the servers that scripts/servers starts."""
import os
import pathlib
import socket
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.request

from elastic import Run, expect
from setup import Mock
from support import run, skip

STEPS = ("address", "name", "connection", "TLS", "authentication", "version", "privileges", "template",
         "data stream", "document")
STREAM = "logs-dnsight.lookup-default"
UNAVAILABLE = {"type": "unavailable_shards_exception", "reason": "not enough copies"}


class Elastic(Mock):
    """Plays Elasticsearch with security; `faults` replaces the answers to single paths."""

    def __init__(self, faults=None):
        simulated = {"template": {"mappings": {"properties": {"rrsets": {"type": "nested"}}}}}
        self.answers = {
            "/": (200, {"version": {"number": "8.19.0"}, "tagline": "You Know, for Search"}),
            "/_security/user/_has_privileges": (200, {"has_all_requested": True, "index": {
                STREAM: {"auto_configure": True, "create_doc": True}}}),
            "/_index_template/_simulate_index/logs-dnsight.lookup-setup.check": (200, simulated),
            f"/_resolve/index/{STREAM}": (200, {}),
            "/_bulk": (400, {"error": {"reason": "request body is required"}}),
            f"/{STREAM}/_bulk": (200, {"errors": True, "items": [
                {"create": {"status": 503, "error": UNAVAILABLE}}]}),
        } | (faults or {})

    def play(self, handler, _):
        return self.answers.get(handler.path.partition("?")[0], (404, {"error": "no such path"}))


class Steps:
    """Runs the command with a configuration of its own."""

    def __init__(self, dnsightd, folder):
        self.dnsightd, self.path = dnsightd, pathlib.Path(folder) / "test.yml"

    def expect(self, settings, failing, status, *words):
        """All steps before `failing` go well, that one does not; None: all go well."""
        self.path.write_text(settings)
        done = Run(self.dnsightd, "test", "output", "-c", self.path).expect(status, *words)
        lines = [line for line in done.out.decode().splitlines() if not line.startswith(" ")]
        count = len(STEPS) if failing is None else STEPS.index(failing) + 1
        expect(len(lines) == count, f"{count} steps were expected:\n{done.out.decode()}")
        for step, line in zip(STEPS, lines):
            verdict = "FAILED: " if step == failing else "ok: "
            expect(line.startswith(f"{step:<15} {verdict}"), line)
        if failing is not None:
            expect("what to do: " in done.out.decode(), "nobody says what to do")
        return done

    def host(self, url, more=""):
        return f"output.elasticsearch.hosts: ['{url}']\n{more}"


def count(url):
    """Documents in the stream; 0 if it does not exist."""
    try:
        urllib.request.urlopen(f"{url}/{STREAM}/_refresh", data=b"", timeout=60).close()
        with urllib.request.urlopen(f"{url}/{STREAM}/_count", timeout=60) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.code


def check_real(steps, url):
    Run(steps.dnsightd, "setup", url).expect(0)
    steps.expect(steps.host(url), None, 0, "it would be stored; none was")
    before = count(url)
    steps.expect(steps.host(url), None, 0)
    expect(count(url) == before, "a document was stored")


def check_secure(steps, folder, url, authority, capture):
    """Privileges as a real server sees them; what each role may not do is said."""

    def settings(user):
        (folder / "password").write_text("dnsight-test\n" if user != "stranger" else "wrong\n")
        return steps.host(url, f"output.elasticsearch: {{username: {user}, password_file: "
                               f"{folder}/password, ssl.certificate_authorities: {authority}}}\n")

    def run_as(user, status, command, *words):
        steps.path.write_text(settings(user))
        return Run(steps.dnsightd, *command, "-c", steps.path).expect(status, *words)

    steps.expect(steps.host(url), "TLS", 1, "ssl.certificate_authorities")
    steps.expect(settings("stranger"), "authentication", 4, "unable to authenticate user [stranger]")
    run_as("writer", 4, ["setup"], "manage_index_templates")
    run_as("setup", 0, ["setup"], "get these templates")
    run_as("setup", 0, ["setup"], "already there")
    steps.expect(settings("writer"), None, 0, "the credentials are accepted", "auto_configure and create_doc",
                 "may not see templates", "it would be stored; none was")
    steps.expect(settings("reader"), "privileges", 4, "missing: auto_configure, create_doc")
    run_as("writer", 0, ["read", capture], " new, ", " already there")


def check_network(steps):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    steps.expect(steps.host(f"http://127.0.0.1:{port}"), "connection", 1, "Connection refused", "firewall")
    steps.expect(steps.host("http://nobody.invalid:9200"), "name", 1, "getent hosts")
    steps.path.write_text(steps.host("http://127.0.0.1:1/a/b"))
    Run(steps.dnsightd, "test", "output", "-c", steps.path).expect(2, "more than one part")
    steps.expect(steps.host("http://[::1]:1"), "connection", 1, "no connection to ::1 port 1")


def check_tls(steps, folder):
    key, certificate = folder / "key.pem", folder / "cert.pem"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
        "-days", 2, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    with Elastic() as mock:
        steps.expect(steps.host(mock.url.replace("http:", "https:")), "TLS", 1, "ssl.certificate_authorities")
    with Elastic() as mock:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        mock.server.socket = context.wrap_socket(mock.server.socket, server_side=True)
        url = mock.url.replace("http:", "https:")
        steps.expect(steps.host(url), "TLS", 1, "what to do")
        steps.expect(steps.host(url, f"output.elasticsearch.ssl.certificate_authorities: {certificate}"),
                     None, 0, "the certificate is accepted")
        steps.expect(steps.host(url, "output.elasticsearch.ssl.verification_mode: none"), None, 0)


def check_faults(steps, folder):
    (folder / "key").write_text("id:key\n")
    key = f"output.elasticsearch.api_key_file: {folder}/key\n"
    reason = {"error": {"type": "security_exception", "reason": "no such key"}}
    lacking = {"has_all_requested": False, "index": {STREAM: {"auto_configure": True, "create_doc": False}}}
    other = {"template": {"mappings": {}}, "overlapping": [{"name": "dnsight", "index_patterns": []}]}
    refused = {"errors": True, "items": [{"create": {"status": 403, "error": {
        "type": "security_exception", "reason": "action is unauthorized"}}}]}
    missing = {"errors": True, "items": [{"create": {"status": 404, "error": {
        "type": "index_not_found_exception", "reason": "no matching index template"}}}]}
    stored = {"errors": False, "items": [{"create": {"status": 201}}]}
    simulate = "/_index_template/_simulate_index/logs-dnsight.lookup-setup.check"
    for path, answer, failing, status, words in (
            ("/", (401, reason), "authentication", 4, "no such key"),
            ("/", (200, {"hello": "world"}), "version", 1, "neither Elasticsearch nor OpenSearch"),
            ("/_security/user/_has_privileges", (200, lacking), "privileges", 4, "missing: create_doc"),
            (simulate, (200, other), "template", 1, "another index template of a higher priority"),
            (simulate, (200, {"template": {}}), "template", 1, "dnsightd setup"),
            (simulate, (403, reason), None, 0, "may not see templates"),
            (f"/_resolve/index/{STREAM}", (404, {}), None, 0, "is made with the first document"),
            (f"/{STREAM}/_bulk", (200, missing), "document", 1, "no matching index template"),
            (f"/{STREAM}/_bulk", (200, refused), "document", 4, "action is unauthorized"),
            (f"/{STREAM}/_bulk", (404, {"error": {"reason": "no such index"}}), "document", 1, "no such index"),
            (f"/{STREAM}/_bulk", (200, stored), "document", 1, "without the refusal"),
            (f"/{STREAM}/_bulk", (200, b"<html>"), "document", 1, "not the answer")):
        with Elastic({path: answer}) as mock:
            done = steps.expect(steps.host(mock.url, key), failing, status, words)
            expect("id:key" not in done.out.decode() + done.err, "a secret was printed")


def check_directory(steps, folder):
    for path, status, words in ((folder / "logs", 0, ("can be written", "MiB are free")),
                                (folder / "none" / "logs", 1, ("FAILED", "what to do")),
                                (steps.path, 1, ("is no folder",))):
        steps.path.write_text(f"output.file.path: {path}\n")
        Run(steps.dnsightd, "test", "output", "-c", steps.path).expect(status, *words)
    expect(not (folder / "logs").exists(), "the test made the folder")


def main():
    dnsightd, _, capture = sys.argv[1:]
    names = ("ELASTICSEARCH_TEST_URL", "OPENSEARCH_TEST_URL", "ELASTICSEARCH_SECURE_TEST_URL",
             "ELASTICSEARCH_SECURE_TEST_CA")
    *urls, secure, authority = (os.environ.get(name) for name in names)
    if None in (*urls, secure, authority):
        skip(f"not all of {', '.join(names)} are set")
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dnsight-steps.") as name:
        folder = pathlib.Path(name)
        steps = Steps(dnsightd, folder)
        for url in urls:
            check_real(steps, url)
        check_secure(steps, folder, secure, authority, capture)
        check_network(steps)
        check_tls(steps, folder)
        check_faults(steps, folder)
        check_directory(steps, folder)
    print(f"every step fails as it should ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main()
