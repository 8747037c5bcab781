#!/usr/bin/env python3
"""Several hosts, and TLS as operators configure it: what is in a spool arrives, or stays there.

    hosts.py DNSIGHTD DNSIGHT CAPTURE"""
import hashlib
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile

from mock_server import MockServer
from support import fail, run


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def make_certificates(folder):
    """ca.crt; server.crt for 127.0.0.1 and other.crt for another name, with the authority behind
    them as servers send them; client.crt. Returns the fingerprint of the authority."""
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt",
            "-subj", "/CN=test authority", "-days", "2")
    for name, alternative in (("server", "IP:127.0.0.1"), ("other", "DNS:es.example"), ("client", "DNS:client")):
        (folder / "ext").write_text(f"subjectAltName={alternative}\n")
        openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN={name}")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", f"{name}.crt", "-days", "2", "-extfile", "ext")
        (folder / f"{name}.chain").write_text((folder / f"{name}.crt").read_text() + (folder / "ca.crt").read_text())
    out = subprocess.run(["openssl", "x509", "-in", "ca.crt", "-outform", "der"], cwd=folder, check=True,
                         capture_output=True).stdout
    return hashlib.sha256(out).hexdigest()


def tls(folder, name, needs_client=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.chain", folder / f"{name}.key")
    if needs_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder / "ca.crt")
    return lambda listener: context.wrap_socket(listener, server_side=True)


class Spool:
    """A spool with the lookups of the capture, copied for every attempt."""

    def __init__(self, dnsightd, capture, folder):
        self.dnsightd, self.folder, self.attempts = dnsightd, folder, 0
        with MockServer(["status 401"]) as mock:
            run(dnsightd, "read", "--quiet", "--output", mock.url, capture, statuses=(4,),
                env=os.environ | {"DNSIGHT_SPOOL_DIR": str(folder / "full")})

    def send(self, hosts, settings=None):
        """Sends a copy with a configuration; the exit status, what was said, files that are left."""
        self.attempts += 1
        copy = self.folder / f"copy{self.attempts}"
        shutil.copytree(self.folder / "full", copy)
        config = self.folder / "dnsightd.yml"
        config.write_text(json.dumps({"output.elasticsearch.hosts": hosts} | {
            f"output.elasticsearch.{key}": str(value) for key, value in (settings or {}).items()}))
        done = subprocess.run([self.dnsightd, "spool", "retry", "-c", config, "--spool", copy], check=False,
                              capture_output=True, timeout=100)
        return done.returncode, done.stdout.decode() + done.stderr.decode(), len(list(copy.glob("*.bulk.gz")))

    def expect_stored(self, what, mock, hosts, settings=None):
        status, text, left = self.send(hosts, settings)
        if status != 0 or left or len(mock.index) != 152:
            fail(f"{what}: exit status {status}, {left} files left, {len(mock.index)} stored\n{text}")
        mock.index.clear()

    def expect_kept(self, what, mock, settings, word):
        status, text, left = self.send([mock.url], settings)
        if status != 1 or left != 2 or mock.index or word not in text:
            fail(f"{what}: exit status {status}, {left} files left, {len(mock.index)} stored\n{text}")


def main():
    dnsightd, _, capture = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="dnsight-hosts.") as name:
        folder = pathlib.Path(name)
        spool = Spool(dnsightd, capture, folder)
        fingerprint = make_certificates(folder)
        authority = {"ssl.certificate_authorities": folder / "ca.crt"}
        dead = "http://127.0.0.1:1"

        with MockServer() as mock:
            spool.expect_stored("second host", mock, [dead, mock.url])
            spool.expect_stored("first host", mock, [mock.url, dead])
            with MockServer(["status 503"] * 2) as busy:
                spool.expect_stored("busy host", mock, [busy.url, mock.url])
                if not busy.requests:
                    fail("the busy host was not asked")

        with MockServer(wrap=tls(folder, "server")) as mock:
            mock.url = mock.url.replace("http", "https")
            spool.expect_stored("authority", mock, [mock.url], authority)
            spool.expect_stored("fingerprint", mock, [mock.url], {"ssl.ca_trusted_fingerprint": fingerprint})
            spool.expect_stored("no verification", mock, [mock.url], {"ssl.verification_mode": "none"})
            spool.expect_kept("unknown authority", mock, {}, "certificate")
            spool.expect_kept("other fingerprint", mock, {"ssl.ca_trusted_fingerprint": "00" * 32}, "certificate")

        with MockServer(wrap=tls(folder, "other")) as mock:
            mock.url = mock.url.replace("http", "https")
            spool.expect_kept("name of another host", mock, authority, "127.0.0.1")
            spool.expect_kept("and with its fingerprint", mock, {"ssl.ca_trusted_fingerprint": fingerprint}, "127.0.0.1")
            spool.expect_stored("name is not asked for", mock, [mock.url],
                                authority | {"ssl.verification_mode": "certificate"})

        with MockServer(wrap=tls(folder, "server", needs_client=True)) as mock:
            mock.url = mock.url.replace("http", "https")
            spool.expect_kept("no client certificate", mock, authority, "cannot reach")
            spool.expect_stored("client certificate", mock, [mock.url], authority | {
                "ssl.certificate": folder / "client.crt", "ssl.key": folder / "client.key"})
    print("everything is as it should be")


if __name__ == "__main__":
    main()
