#!/usr/bin/env python3
"""The same capture in pieces: cut behind every packet, or inside the next one; reversed in blocks of
4 packets; with every 7th packet missing; in VXLAN, GRE and QinQ. Nothing crashes, no message is
invented, and the messages and documents that should be the same are the same.

    pieces.py DNSIGHTD DNSIGHT CAPTURE [all]

Twenty of the shared captures are taken to pieces as well where they are: cut a few times each, with
"all" behind every packet."""
import collections
import concurrent.futures
import json
import pathlib
import sys
import tempfile

from packets import in_gre, in_qinq, in_vxlan, read_capture
from support import documents, fail, run

SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared" / "captures"
SHARED_COUNT = 20
SHARED_OCTETS_MAX = 100_000
# Our own capture is cut at every packet; another one about so many times, unless all are asked for.
CUTS_OF_SHARED = 3
# Exit statuses: something failed, or the capture was not read to its end.
CUT_IN_PACKET = (1, 3)
SECTIONS = ("questions", "answers", "authorities", "additionals")
# What a message is, wherever it was seen; the time is that of the packet that completes it.
PLACE = ("frame", "time", "tunnel", "vlan")


def content(message):
    return json.dumps({k: v for k, v in message.items() if k not in PLACE}, sort_keys=True)


def is_start_of(part, whole):
    """True if `part` is what is left of a message whose end is missing."""
    if any(part.get(key) != whole.get(key) for key in ("id", "flags", "counts", "src", "dst", "sport",
                                                       "dport")):
        return False
    return all(part.get(s, []) == whole.get(s, [])[:len(part.get(s, []))] for s in SECTIONS)


def question_name(document):
    return document["dns"].get("question", {}).get("name")


class Pieces:
    """One capture and what is read of it as a whole. `cuts` are the first packet behind which it is
    cut and the distance to the next one; `file` is written for every piece."""

    def __init__(self, dnsightd, file, path, capture, cuts):
        self.dnsightd, self.file, self.cuts = dnsightd, file, cuts
        self.name, self.capture = pathlib.Path(path).name, capture
        self.count = collections.Counter()
        capture.write(self.file)
        self.messages = self.read("--messages")
        self.documents = self.read()
        self.contents = collections.Counter(map(content, self.messages))

    def read(self, *words, statuses=(0,)):
        self.count["runs"] += 1
        return documents(run(self.dnsightd, "read", "--quiet", *words, self.file, statuses=statuses))

    def say(self, how, what):
        fail(f"{self.name}, {how}: {what}")

    def check_none_invented(self, how, messages):
        left = self.contents.copy()
        for message in messages:
            text = content(message)
            self.count["messages"] += 1
            if left[text] > 0:
                left[text] -= 1
            elif not ("capture_cut" in message["defects"] and
                      any(is_start_of(message, whole) for whole in self.messages)):
                self.say(how, f"invented {json.dumps(message)}")

    def check_cut(self, end):
        """The first packets, and every other time a part of the next one."""
        packets = self.capture.packets
        self.capture.with_packets(packets[:end]).write(self.file)
        how = f"cut behind packet {end}"
        statuses = (0,)
        if end % 2 == 1 and end < len(packets):
            with open(self.file, "ab") as file:
                file.write(b"\0" * (1 + end % 15))  # less than a record
            statuses, how = CUT_IN_PACKET, f"cut inside packet {end + 1}"
        messages = self.read("--messages", statuses=statuses)
        self.check_none_invented(how, messages)
        wanted = [m for m in self.messages if m["frame"] <= end]
        if [m for m in messages if m in wanted] != wanted:
            self.say(how, "messages of these packets are missing")

    def check_documents(self, how, identity):
        """No document is about anything else than those of the whole, by its `identity`. One of which
        an end is missing says so."""
        known = set(map(identity, self.documents))
        for document in self.read():
            self.count["documents"] += 1
            if identity(document) not in known and \
                    "capture_cut" not in document["lookup"].get("defects", []):
                self.say(how, f"invented {json.dumps(document)}")

    def check_cuts(self):
        first, step = self.cuts
        count = len(self.capture.packets)
        for end in range(first, count + 1, step):
            self.check_cut(end)
        for end in range(first, count + 1, step * 16):
            self.capture.with_packets(self.capture.packets[:end]).write(self.file)
            self.check_documents(f"cut behind packet {end}", lambda d: d["event"]["id"])

    def check_order(self):
        packets = self.capture.packets
        blocks = [packets[at:at + 4] for at in range(0, len(packets), 4)]
        for how, piece in (("reversed in blocks", [p for block in blocks for p in reversed(block)]),
                           ("every 7th packet missing",
                            [p for number, p in enumerate(packets, 1) if number % 7 != 0])):
            self.capture.with_packets(piece).write(self.file)
            self.check_none_invented(how, self.read("--messages"))
            self.check_documents(how, lambda d: (d["dns"].get("id"), question_name(d)))

    def check_wrapped(self):
        for wrap in (in_vxlan, in_gre, in_qinq):
            self.capture.wrapped(wrap).write(self.file)
            messages, found = self.read("--messages"), self.read()
            if list(map(content, messages)) != list(map(content, self.messages)):
                self.check_none_invented(wrap.__name__, messages)
                self.say(wrap.__name__, f"{len(messages)} messages, not {len(self.messages)}")
            if len(found) != len(self.documents):
                self.say(wrap.__name__, f"{len(found)} documents, not {len(self.documents)}")
            for ours, whole in zip(found, self.documents):
                self.check_wrapped_document(wrap, ours, whole)
            self.count["documents"] += len(found)
            self.count["messages"] += len(messages)

    def check_wrapped_document(self, wrap, ours, whole):
        """All is as without the layers, but for the tag."""
        tag = {"id": "100"}
        if wrap is in_qinq:
            whole = {**whole, "network": {**whole["network"], "vlan": tag}}
        if ours != whole:
            self.say(wrap.__name__, f"\n{json.dumps(ours)}\ninstead of\n{json.dumps(whole)}")

    def check(self):
        self.check_cuts()
        self.check_order()
        self.check_wrapped()
        return self.count


def shared_captures():
    """Small files of Ethernet frames."""
    for path in sorted(SHARED.iterdir()) if SHARED.is_dir() else []:
        if path.is_file() and 24 < path.stat().st_size <= SHARED_OCTETS_MAX:
            capture = read_capture(path)
            if capture is not None:
                yield path, capture


def main():
    dnsightd, _, own, *cuts = sys.argv[1:]
    totals = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="dnsight-pieces.") as folder:
        # Half of the cuts each.
        jobs = [Pieces(dnsightd, f"{folder}/{first}", own, read_capture(own), (first, 2))
                for first in (0, 1)]
        for path, capture in shared_captures():
            step = 1 if cuts == ["all"] else max(1, len(capture.packets) // CUTS_OF_SHARED)
            pieces = Pieces(dnsightd, f"{folder}/{path.name}", path, capture, (0, step))
            if pieces.messages:
                jobs.append(pieces)
            if len(jobs) == 2 + SHARED_COUNT:
                break
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for count in pool.map(Pieces.check, jobs):
                totals.update(count)
    print(f"{len(jobs) - 1} captures, {totals['runs']} runs, {totals['messages']} messages and "
          f"{totals['documents']} documents looked at")
    if not SHARED.is_dir():
        print(f"only our own: {SHARED} is missing")


if __name__ == "__main__":
    main()
