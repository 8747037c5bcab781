#!/usr/bin/env python3
"""`dnsightd read --output DIR` is killed at random moments: `dnsight` finds every whole document that
stands in the directory then, and a read that is not killed completes the job. Finished files never
end in half a document. The growing one can, because the kernel ends a write between two pages when
the process is killed; readers leave that half line out, and the next writer cuts it off.

    kill_read.py DNSIGHTD DNSIGHT CAPTURE"""
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time

from support import documents, fail, found_ids, run

ROUNDS = 8
COPIES = 40   # of the capture, one behind the other: some 6,000 lookups
SPAN_S = 60   # from one copy to the next; more than a capture is long


def enlarge(capture, target, copies=COPIES):
    """Writes a capture with copies of a pcap file's packets, each later than the one before."""
    octets = pathlib.Path(capture).read_bytes()
    header, at, packets = octets[:24], 24, []
    while at < len(octets):
        seconds, fraction, captured, length = struct.unpack_from("<4I", octets, at)
        packets.append((seconds, fraction, length, octets[at + 16:at + 16 + captured]))
        at += 16 + captured
    with open(target, "wb") as out:
        out.write(header)
        for copy in range(copies):
            for seconds, fraction, length, data in packets:
                out.write(struct.pack("<4I", seconds + copy * SPAN_S, fraction, len(data), length))
                out.write(data)


def kill_after(seconds, *command):
    """Starts a program and kills it; whether it was still running."""
    child = subprocess.Popen([str(word) for word in command], stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    was_running = child.poll() is None
    child.kill()
    child.wait()
    return was_running


def count_documents(directory, is_growing_allowed):
    """The number of whole documents in the files of a directory; anything else is a failure."""
    stored = 0
    paths = sorted(directory.glob("*.ndjson*"))
    for path in paths:
        octets = run("zstd", "-dcq", path) if path.suffix == ".zst" else path.read_bytes()
        whole, _, rest = octets.rpartition(b"\n")
        if rest and not (is_growing_allowed and path == paths[-1]):
            fail(f"{path.name} ends in half a document: {rest[:80]}")
        stored += len(documents(whole))
    return stored


def main():
    dnsightd, dnsight, capture = sys.argv[1:]
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="dnsight-kill.") as folder:
        work = pathlib.Path(folder)
        large = work / "large.pcap"
        enlarge(capture, large)
        begin = time.monotonic()
        run(dnsightd, "read", "--quiet", "--output", work / "whole", large)
        seconds = time.monotonic() - begin
        expected = found_ids(dnsight, "*", work / "whole")

        interrupted = 0
        for number in range(ROUNDS):
            directory = work / f"killed{number}"
            was_running = kill_after(dice.uniform(0, seconds), dnsightd, "read", "--quiet",
                                     "--output", directory, large)
            directory.mkdir(exist_ok=True)
            stored = count_documents(directory, is_growing_allowed=True)
            interrupted += was_running and stored < len(expected)
            if stored and len(found_ids(dnsight, "*", directory)) != stored:
                fail("dnsight does not find what stands in the directory")
            run(dnsightd, "read", "--quiet", "--output", directory, large)
            if not set(expected) <= set(found_ids(dnsight, "*", directory)):
                fail("a second read did not complete what the first one left")
            count_documents(directory, is_growing_allowed=False)
    print(f"{len(expected)} lookups; {interrupted} of {ROUNDS} reads were interrupted")
    if interrupted == 0:
        fail("no read was interrupted: the moments of the kills mean nothing")


if __name__ == "__main__":
    main()
