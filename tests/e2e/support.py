"""What the end-to-end tests share. Exit status 77 means that a test was skipped; with
DNSIGHT_REQUIRE_SERVERS=1 a test that would skip fails instead."""
import json
import os
import pathlib
import re
import subprocess
import sys

SKIPPED = 77


def skip(reason):
    """Ends the test because the machine lacks something it needs."""
    required = os.environ.get("DNSIGHT_REQUIRE_SERVERS") == "1"
    print(f"{'failed' if required else 'skipped'}: {reason}")
    sys.exit(1 if required else SKIPPED)


def fail(reason):
    sys.exit(f"failed: {reason}")


def run(*command, statuses=(0,), **options):
    """Runs a program to its end and returns its standard output; any other status is a failure."""
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, capture_output=True, timeout=300, **options)
    if done.returncode not in statuses:
        fail(f"exit status {done.returncode}: {' '.join(words)}\n{done.stderr.decode()}")
    return done.stdout


def propagation():
    """What unshare(1) is to do about mounts: in a plain chroot the root is no mount, and how it propagates cannot be changed."""
    return "private" if " / " in pathlib.Path("/proc/self/mounts").read_text() else "unchanged"


def documents(octets):
    """The documents of NDJSON text."""
    return [json.loads(line) for line in octets.splitlines()]


def found_ids(dnsight, expression, *sources):
    """The sorted event.id of the lookups that an expression selects; twice if it came twice."""
    text = run(dnsight, "query", "--format", "ndjson", expression, *sources, statuses=(0, 1))
    return sorted(document["event"]["id"] for document in documents(text))


def case_expressions(path):
    """The expressions in backticks in the second column of the tables of a Markdown file."""
    rows = re.findall(r"^\|[^|]*\|(.*)\|$", pathlib.Path(path).read_text(encoding="utf-8"), re.M)
    return [expression for row in rows for expression in re.findall(r"`([^`]+)`", row)]
