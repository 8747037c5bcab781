#!/usr/bin/env python3
"""Debian's cron runs the crontab line of the manual: it mails what is wrong, and once nothing is wrong any more it is silent.
The daemon and its jobs live in mount and process namespaces of their own, with a sendmail that appends to a file; for the
daemon a minute passes in two seconds.

    cron.py DNSIGHTD DNSIGHT CAPTURE MANUAL"""
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import planted
from support import fail, propagation, run, skip

FAKETIME = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
SPEED = 30
WAIT_S = 60

# /usr/sbin is the one of the machine with a sendmail put over it; cron sees no crontab but ours.
INSIDE = """set -e
mount -t tmpfs none {folder}/over
mkdir {folder}/over/upper {folder}/over/work
mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir={folder}/over/upper,workdir={folder}/over/work /usr/sbin
cp {folder}/sendmail /usr/sbin/sendmail
mount -t tmpfs none /etc/cron.d
mount --bind /dev/null /etc/crontab
mount -t tmpfs none /run
mount -t tmpfs none /var/spool/cron
mkdir -m 1730 /var/spool/cron/crontabs
install -m 600 {folder}/crontab /var/spool/cron/crontabs/root
LD_PRELOAD={faketime} FAKETIME='+0 x{speed}' exec cron -f
"""


def recent(lines):
    """The documents as if the newest lookup had begun a minute ago."""
    form = "%Y-%m-%dT%H:%M:%S"
    stamp = re.compile(r'(?<=")(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?=\.\d+Z")')
    newest = max(datetime.datetime.strptime(time, form) for time in stamp.findall(lines))
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)
    shift = now - datetime.timedelta(minutes=1) - newest
    return stamp.sub(lambda match: (datetime.datetime.strptime(match[1], form) + shift).strftime(form), lines)


def store(dnsightd, capture, path):
    path.with_suffix(".new").write_text(recent(run(dnsightd, "read", "--quiet", capture).decode()), encoding="utf-8")
    path.with_suffix(".new").rename(path)


def runs(folder):
    """How often cron has run the jobs."""
    path = folder / "ran"
    return len(path.read_text().splitlines()) if path.exists() else 0


def await_runs(daemon, folder, count):
    deadline = time.monotonic() + WAIT_S
    while runs(folder) < count:
        if daemon.poll() is not None or time.monotonic() > deadline:
            fail(f"cron ran {runs(folder)} times, not {count}: {(folder / 'cron.log').read_text()}")
        time.sleep(0.1)


def watch(daemon, dnsightd, folder, clean):
    """Complaints about what is mailed while there is something wrong, and afterwards."""
    box = folder / "mail"
    await_runs(daemon, folder, 2)
    mail = box.read_text(encoding="utf-8") if box.exists() else ""
    for part in ("To: root", "dnsight report", "HIGH: NOERROR, but the record is missing", "What to look at next"):
        if part not in mail:
            yield f"no {part!r} in the mail: {mail}"
    store(dnsightd, clean, folder / "logs" / "lookups.ndjson")
    before = runs(folder)
    await_runs(daemon, folder, before + 2)  # The one that is running now may have begun before.
    silent_from = box.stat().st_size
    await_runs(daemon, folder, before + 4)
    if box.stat().st_size != silent_from:
        yield f"a mail about nothing: {box.read_text()[silent_from:]}"


def main():
    dnsightd, dnsight, capture, manual = sys.argv[1:]
    if os.geteuid() != 0:
        skip("not root: cron cannot have namespaces of its own")
    if FAKETIME is None or not shutil.which("cron") or not shutil.which("unshare"):
        skip("cron, libfaketime or unshare is missing")
    line = re.search(r"^\d+ \d+ \* \* \*  (dnsight report .*)$", pathlib.Path(manual).read_text(encoding="utf-8"), re.M)[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "logs").mkdir()
        (folder / "over").mkdir()
        (folder / "sendmail").write_text(f"#!/bin/sh\ncat >> {folder}/mail\n", encoding="utf-8")
        (folder / "sendmail").chmod(0o755)
        (folder / "crontab").write_text(
            f"MAILTO=root\nPATH={pathlib.Path(dnsight).resolve().parent}:/usr/bin:/bin\nDNSIGHT_LOG_DIR={folder}/logs\n"
            f"* * * * *  {line}; echo >> {folder}/ran\n", encoding="utf-8")
        store(dnsightd, capture, folder / "logs" / "lookups.ndjson")
        clean = planted.clean(folder / "clean.pcap")
        script = INSIDE.format(folder=folder, faketime=FAKETIME, speed=SPEED)
        with open(folder / "cron.log", "wb") as log:
            daemon = subprocess.Popen(["unshare", "--mount", f"--propagation={propagation()}", "--pid", "--fork", "--kill-child",
                                       "--mount-proc", "sh", "-c", script], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            wrong = list(watch(daemon, dnsightd, folder, clean))
        finally:
            daemon.kill()
            daemon.wait()
        print(f"cron ran {runs(folder)} times")
    print("\n".join(wrong))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
