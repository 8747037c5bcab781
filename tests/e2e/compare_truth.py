#!/usr/bin/env python3
"""Every DNS message that tshark reads in the shared captures is read by `read --messages` as well,
and all of it is the same, or docs/decoding.md says why not.

    compare_truth.py DNSIGHTD DNSIGHT DECODING_MD [CAPTURE...]

A line a file: messages in truth (without those quoted in ICMP or carried in HTTP), agreed,
different, missing here, missing there, and how many of the last three the document explains; `!`
marks files where something is not explained. Skipped where the captures are not."""
import collections
import gzip
import json
import pathlib
import re
import sys

import tshark_text
from support import SKIPPED, run

CAPTURES = pathlib.Path(__file__).resolve().parents[3] / "shared" / "captures"
PORTS = {53, 5353, 5355}
# Messages that agree today; fewer are a failure even if nothing differs.
AGREED_MIN = 4357
SECTIONS = ("answers", "authorities", "additionals")
# tshark gives the sections of an UPDATE the names of a query's.
OF_UPDATE = {"questions": "zones", "answers": "prerequisites", "authorities": "updates"}


def explained_frames(path):
    """The rows of the tables of docs/decoding.md: capture, frames, reason."""
    frames = collections.defaultdict(set)
    for capture, numbers in re.findall(r"^\| `([^`]+)` \| ([\d, -]+) \|",
                                       path.read_text(encoding="utf-8"), re.M):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", numbers):
            frames[capture].update(range(int(first), int(last or first) + 1))
    return frames


def is_compared(message):
    return not message.get("in_icmp") and "http" not in message["layers"]


def truth_question(question):
    return (tshark_text.name(question["name"]), tshark_text.type_text(question["type"]),
            tshark_text.class_text(question["class"]), question.get("qu") == "1")


def our_question(question):
    return (tshark_text.shown(question["name"]), question["type"], question["class"],
            question.get("unicast_response", False))


def truth_record(record):
    """Owner, type, class, flag, TTL, words of RDATA."""
    kind = tshark_text.type_text(record["type"])
    words = tshark_text.record_words(record)
    if kind == "OPT":
        class_text, ttl = tshark_text.opt_fixed(record)
        return (tshark_text.owner(record), kind, class_text, False, ttl, words)
    return (tshark_text.owner(record), kind, tshark_text.class_text(record["class"]),
            record.get("cache_flush") == "1", record["ttl"], words)


def our_record(record):
    return (tshark_text.shown(record["name"]), record["type"], record["class"],
            record.get("cache_flush", False), record["ttl"], tshark_text.words(record["rdata"]))


def truth_head(message):
    ip, l4, counts = message["ip"], message["l4"], message["counts"]
    return {"time": message["time_epoch"], "src": ip["src"], "sport": l4["sport"], "dst": ip["dst"],
            "dport": l4["dport"], "transport": l4["proto"], "protocol": message["proto"],
            "id": message["id"], "flags": message["flags"]["raw"],
            "counts": [counts[key] for key in ("qd", "an", "ns", "ar") if key in counts]}


def compare_lists(what, theirs, ours):
    """Differences between two lists, one text each."""
    found = []
    if len(theirs) != len(ours):
        found.append(f"{what}: tshark has {len(theirs)}, we have {len(ours)}")
    for number, (their, our) in enumerate(zip(theirs, ours), 1):
        if their != our:
            found.append(f"{what} {number}: tshark {their}, we {our}")
    return found


def compare(theirs, ours):
    """What differs between two readings of one message."""
    found = [f"{key}: tshark {value}, we {ours.get(key)}"
             for key, value in truth_head(theirs).items() if value != ours.get(key)]
    names = OF_UPDATE if ours.get("opcode") == "UPDATE" else {}
    found += compare_lists("question", [truth_question(q) for q in theirs["queries"]],
                           [our_question(q) for q in ours.get(names.get("questions", "questions"), [])])
    for section in SECTIONS:
        found += compare_lists(section, [truth_record(r) for r in theirs.get(section, [])],
                               [our_record(r) for r in ours.get(names.get(section, section), [])])
    return found


def pairs(theirs, ours):
    """The messages of one frame side by side: of equal ID, else in order; None where one side has
    none."""
    left = list(ours)
    for their in theirs:
        same = [our for our in left if our.get("id") == their["id"]]
        our = (same or left or [None])[0]
        if our is not None:
            left.remove(our)
        yield their, our
    for our in left:
        yield None, our


class Tally:
    """The outcome for one file."""

    def __init__(self, explained):
        self.count = collections.Counter()
        self.explained = explained
        self.stale = set(explained)
        self.unexplained = []

    def add(self, frame, outcome, differences=()):
        self.count[outcome] += 1
        if outcome == "agreed":
            return
        self.stale.discard(frame)
        if frame in self.explained:
            self.count["explained"] += 1
            return
        self.unexplained += [f"    frame {frame}: {d}" for d in differences or [outcome]]


def our_messages(dnsightd, capture, truth):
    """All messages of a capture, also those before a cut; on the ports that tshark found some."""
    ports = {(m["l4"]["sport"], m["l4"]["dport"]) for m in truth if is_compared(m)}
    others = {dport for sport, dport in ports if not PORTS & {sport, dport}}
    words = [word for port in sorted(others) for word in ("--port", port)]
    text = run(dnsightd, "read", "--messages", "--quiet", *words, capture, statuses=(0, 1, 3))
    return [json.loads(line) for line in text.splitlines()]


def compare_file(dnsightd, path, explained):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        truth = json.load(file)["messages"]
    capture = CAPTURES / path.name.removesuffix(".json.gz")
    theirs, ours = collections.defaultdict(list), collections.defaultdict(list)
    for message in filter(is_compared, truth):
        theirs[message["frame"]].append(message)
    for message in our_messages(dnsightd, capture, truth):
        ours[message["frame"]].append(message)
    tally = Tally(explained)
    for frame in sorted(theirs.keys() | ours.keys()):
        for their, our in pairs(theirs[frame], ours[frame]):
            if their is None:
                tally.add(frame, "extra")
            elif our is None:
                tally.add(frame, "missing")
            else:
                differences = compare(their, our)
                tally.add(frame, "different" if differences else "agreed", differences)
    tally.count["messages"] = sum(map(len, theirs.values()))
    return tally


def print_line(label, count, mark=""):
    columns = "".join(f"{count[key]:>8}" for key in
                      ("messages", "agreed", "different", "missing", "extra", "explained"))
    print(f"{columns}  {mark}{label}")


def main():
    dnsightd, _, decoding = sys.argv[1:4]
    if not (CAPTURES / "truth").is_dir():
        print(f"skipped: no captures to compare, {CAPTURES} is missing")
        sys.exit(SKIPPED)
    explained = explained_frames(pathlib.Path(decoding))
    wanted = sys.argv[4:]
    totals = collections.Counter()
    failures = 0
    print("messages  agreed  differ  missing   extra  explained")
    for path in sorted((CAPTURES / "truth").glob("*.json.gz")):
        capture = path.name.removesuffix(".json.gz")
        if wanted and not any(word in capture for word in wanted):
            continue
        tally = compare_file(dnsightd, path, explained.get(capture, set()))
        stale = [f"    frame {frame}: agrees, but {decoding} explains a difference"
                 for frame in sorted(tally.stale)]
        totals.update(tally.count)
        failures += len(tally.unexplained) + len(stale)
        print_line(capture, tally.count, "! " if tally.unexplained or stale else "")
        for line in tally.unexplained + stale:
            print(line)
    print_line("in all", totals)
    is_short = not wanted and totals["agreed"] < AGREED_MIN
    if is_short:
        print(f"fewer than {AGREED_MIN} messages agree")
    sys.exit(bool(failures) or is_short)


if __name__ == "__main__":
    main()
