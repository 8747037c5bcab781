#!/usr/bin/env python3
"""A disk for the spool that is much too small, and a server that is stopped in between: reading waits,
and every document is stored once.

    full_disk.py DNSIGHTD DNSIGHT CAPTURE

Needs root, for a small file system of its own."""
import os
import pathlib
import subprocess
import sys
import tempfile

from kill_read import enlarge
from mock_server import MockServer
from support import documents, fail, run, skip

DISK = "700k"  # the large capture needs more than twice that
TOO_SMALL = "64k"  # for a single batch


def main():
    dnsightd, _, capture = sys.argv[1:]
    if os.geteuid() != 0:
        skip("not root")
    with tempfile.TemporaryDirectory(prefix="dnsight-disk.") as name:
        folder = pathlib.Path(name)
        spool, large = folder / "spool", folder / "large.pcap"
        spool.mkdir()
        enlarge(capture, large)
        every = {d["event"]["id"] for d in documents(run(dnsightd, "read", "--quiet", large))}

        def read(size, mock):
            """Exit status and standard error of `dnsightd read` with the spool on a disk of that size."""
            mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(spool)]
            if subprocess.run(mount, check=False).returncode != 0:
                skip("cannot mount")
            try:
                done = subprocess.run([dnsightd, "read", "--output", mock.url, str(large)], check=False,
                                      capture_output=True, timeout=120,
                                      env=os.environ | {"DNSIGHT_SPOOL_DIR": str(spool)})
                left = [path.name for path in spool.iterdir()]
            finally:
                subprocess.run(["umount", str(spool)], check=True)
            return done.returncode, "\n".join([done.stderr.decode(), *left])

        with MockServer(["status 503", "status 503", "silent-close"]) as mock:
            status, text = read(DISK, mock)
            if status != 0 or set(mock.index) != every or ".bulk.gz" in text or "dropped" in text:
                fail(f"exit status {status}, {len(mock.index)} of {len(every)} stored\n{text}")
        with MockServer() as mock:
            status, text = read(TOO_SMALL, mock)
            if status != 1 or "No space left on device" not in text:
                fail(f"exit status {status} on a disk of {TOO_SMALL}\n{text}")
    print(f"{len(every)} documents through a disk of {DISK}: everything is as it should be")


if __name__ == "__main__":
    main()
