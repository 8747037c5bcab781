#!/usr/bin/env python3
"""The documents of our own capture, octet for octet, however it comes in.

Usage: documents.py DNSIGHTD CAPTURE EXPECTED

EXPECTED is read by a person before it is committed and changes only by scripts/update-golden."""
import difflib
import gzip
import json
import pathlib
import subprocess
import sys


def read(program, *arguments, stdin=None):
    done = subprocess.run([program, "read", "--quiet", *arguments], input=stdin, capture_output=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"dnsightd read {arguments}: status {done.returncode}, {done.stderr.decode()}")
    return done.stdout


def complain(found, expected):
    """Shows the first documents that differ, member by member."""
    shown = 0
    found, expected = found.decode().splitlines(), expected.decode().splitlines()
    for number, (a, b) in enumerate(zip(expected, found), 1):
        if a == b or shown == 3:
            continue
        shown += 1
        lines = [json.dumps(json.loads(text), indent=1).splitlines() for text in (a, b)]
        print("\n".join(difflib.unified_diff(*lines, f"expected, line {number}", f"found, line {number}", n=1, lineterm="")))
    print(f"{len(expected)} documents expected, {len(found)} found; scripts/update-golden accepts the change")


def main():
    program, capture, expected = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).read_bytes()
    plain = capture.read_bytes()
    ways = {
        "the file": read(program, capture),
        "the file again": read(program, capture),
        "standard input": read(program, "-", stdin=plain),
        "gzip on standard input": read(program, "-", stdin=gzip.compress(plain)),
        "zstd on standard input": read(program, "-", stdin=subprocess.run(["zstd", "-qc"], input=plain, capture_output=True, check=True).stdout),
    }
    twice = read(program, capture, capture)
    ways["the file behind itself"] = twice[len(twice) // 2 :]
    for way, found in ways.items():
        if found != expected:
            print(f"{way} gives other documents than expected")
            complain(found, expected)
            return 1
    print(f"{expected.count(bytes([10]))} documents are as expected in {len(ways)} ways")
    return 0


if __name__ == "__main__":
    sys.exit(main())
