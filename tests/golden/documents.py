#!/usr/bin/env python3
"""The documents of our own capture, octet for octet, however it comes in.

Usage: documents.py DNSIGHTD CAPTURE EXPECTED

EXPECTED is read by a person before it is committed and changes only by scripts/update-golden."""
import difflib
import gzip
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

FILE_HEADER_LEN, RECORD_HEADER_LEN = 24, 16


def read(program, *arguments, stdin=None):
    done = subprocess.run([program, "read", "--quiet", *arguments], input=stdin, capture_output=True, check=False)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"dnsightd read {arguments}: status {done.returncode}, {done.stderr.decode()}")
    return done.stdout


def packets(capture):
    """The records of a pcap of little-endian order, with their headers."""
    at = FILE_HEADER_LEN
    while at < len(capture):
        end = at + RECORD_HEADER_LEN + struct.unpack_from("<I", capture, at + 8)[0]
        yield capture[at:end]
        at = end


def read_parts(program, folder, capture, parts):
    """Reads the capture from several files, whose packets are given."""
    paths = [pathlib.Path(folder, f"part{number}.pcap") for number, _ in enumerate(parts)]
    for path, records in zip(paths, parts):
        path.write_bytes(capture[:FILE_HEADER_LEN] + b"".join(records))
    return read(program, *paths)


def read_in_parts(program, capture):
    records = list(packets(capture))
    pieces = [records[at : at + 25] for at in range(0, len(records), 25)]
    with tempfile.TemporaryDirectory() as folder:
        return {
            "pieces, the last one first": read_parts(program, folder, capture, pieces[::-1]),
            "packets dealt to three files": read_parts(program, folder, capture, [records[n::3] for n in range(3)]),
        }


def fault_of_cut(program, capture):
    """What is wrong with how a capture is read that is cut in its last packet: used up to there, and said."""
    with tempfile.TemporaryDirectory() as folder:
        cut = pathlib.Path(folder, "cut.pcap")
        cut.write_bytes(capture[:-1])
        done = subprocess.run([program, "read", "--quiet", cut], capture_output=True, check=False)
        before = read_parts(program, folder, capture, [list(packets(capture))[:-1]])
    if done.returncode != 3:
        return f"status {done.returncode} instead of 3"
    if b"cut.pcap: the file ends inside packet" not in done.stderr:
        return f"not said: {done.stderr.decode()}"
    return "" if done.stdout == before else "not the documents of the packets before the cut"


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
    ways |= read_in_parts(program, plain)
    for way, found in ways.items():
        if found != expected:
            print(f"{way} gives other documents than expected")
            complain(found, expected)
            return 1
    fault = fault_of_cut(program, plain)
    if fault:
        print(f"a cut capture: {fault}")
        return 1
    print(f"{expected.count(bytes([10]))} documents are as expected in {len(ways)} ways")
    return 0


if __name__ == "__main__":
    sys.exit(main())
