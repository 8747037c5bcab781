#!/usr/bin/env python3
"""Whatever is wrong with an expression, a command line or a source, `dnsight query` says where and
why, uses what can be used, and ends with the exit status that says which kind of fault it was.

    query_errors.py DNSIGHTD DNSIGHT CAPTURE"""
import gzip
import json
import os
import pathlib
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time

from support import fail, run

NOTHING, WRONG, SOURCE = 1, 2, 3

# Octets of an Ethernet frame that holds an ICMP packet: a capture without DNS.
ICMP = bytes.fromhex("ffffffffffff020000000001080045000022000100004001f97a0a0000010a0000020800"
                     "f7ff0000000070696e67")


def pcap(frames):
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    return header + b"".join(struct.pack("<IIII", 1_700_000_000, 0, len(f), len(f)) + f for f in frames)


def make_files(folder, capture, documents, messages):
    """Everything that a source can be and should not be."""
    octets = pathlib.Path(capture).read_bytes()
    (folder / "empty").write_bytes(b"")
    (folder / "directory").mkdir()
    (folder / "logs").mkdir()
    (folder / "truncated.pcap").write_bytes(octets[:20000])
    (folder / "header.pcap").write_bytes(octets[:10])
    (folder / "truncated.pcap.gz").write_bytes(gzip.compress(octets)[:10000])
    (folder / "no-dns.pcap").write_bytes(pcap([ICMP] * 3))
    (folder / "random").write_bytes(b"\x8f" + random.Random(1).randbytes(5000))
    lines = documents.splitlines(keepends=True)
    (folder / "bad.ndjson").write_bytes(lines[0] + b"no JSON\n" + b"".join(lines[1:]))
    (folder / "all.ndjson").write_bytes(documents)
    (folder / "cut.ndjson").write_bytes(b"".join(lines[:5]) + lines[5][:100])
    (folder / "logs" / "lookups.ndjson").write_bytes(b"".join(lines[:5]) + lines[5][:100])
    (folder / "logs" / "notes.txt").write_bytes(b"not a log file")
    (folder / "messages.ndjson").write_bytes(messages)
    (folder / "other.ndjson").write_bytes(lines[0] + b'{}\n{"message":"x"}\n\n' + lines[1])
    (folder / "unfit.ndjson").write_bytes(
        lines[0] + b'{"@timestamp":"2026-11-23T08:16:30Z","dns":{"id":"u"},"destination":{"bytes":"many","ip":"999.1.1.1"},'
        b'"event":{"duration":1e40,"kind":["event",5]},"lookup":{"late":"perhaps"}}\n')
    (folder / "hits.ndjson").write_bytes(b'{"_id":"a","_source":{}}\n')
    (folder / "mark.ndjson").write_bytes(b"\xef\xbb\xbf" + documents)
    (folder / "array.json").write_bytes(b"[" + b",".join(lines) + b"]")
    (folder / "view.json").write_bytes(b"{}")
    (folder / "pipes").mkdir()
    os.mkfifo(folder / "pipes" / "a.ndjson")
    (folder / "pipes" / "b.ndjson").write_bytes(lines[0])


def cases(capture, lookups):
    """Arguments, exit status, what standard error must name, lines on standard output (or how many)."""
    everything = ["query", "--format", "ndjson", "*"]
    yield ["query", 'rrsets:{type:"CNAME"', capture], WRONG, ["column 21", "column 8", "hint: "], 0
    yield ["query", "rrsets.type: A", capture], WRONG, ["column 1", "rrsets.type", "nested"], 0
    yield ["query", "source.port: abc", capture], WRONG, ["column 14", "abc"], 0
    yield ["query", "--format", "json", "a:(", capture], WRONG, [], 1
    yield [*everything, "empty"], NOTHING, ["empty is empty"], 0
    yield [*everything, "directory"], SOURCE, ["directory: ", ".ndjson"], 0
    yield [*everything, "truncated.pcap"], SOURCE, ["truncated.pcap", "inside packet "], None
    yield [*everything, "header.pcap"], SOURCE, ["header.pcap", "header"], 0
    yield [*everything, "truncated.pcap.gz"], SOURCE, ["truncated.pcap.gz"], None
    yield [*everything, "no-dns.pcap"], NOTHING, ["no-dns.pcap", "no DNS", "port 53", "3 packets", "dnsightd read --port"], 0
    yield [*everything, "random"], SOURCE, ["random: ", "neither", "8f"], 0
    yield [*everything, "missing"], SOURCE, ["missing: ", "No such file"], 0
    yield [*everything, "missing", "no-dns.pcap", capture], SOURCE, ["missing: ", "no-dns.pcap"], lookups
    yield [*everything, "bad.ndjson"], SOURCE, ["bad.ndjson", "line 2"], lookups
    yield [*everything, "cut.ndjson"], SOURCE, ["cut.ndjson", "line 6"], 5
    yield [*everything, "logs"], 0, [], 5
    yield [*everything, "pipes"], 0, [], 1
    yield [*everything, "localhost:9200"], SOURCE, ["did you mean the server http://localhost:9200?"], 0
    yield [*everything, "htp://x/y"], SOURCE, ["did you mean the server http://x/y?"], 0
    yield [*everything, "a/b:1"], SOURCE, ["a/b:1: cannot open"], 0
    yield ["query", "--count", "*", "missing", "random"], SOURCE, ["missing: ", "random: "], 0
    yield ["query", "--count", "*", "missing", capture], SOURCE, ["missing: "], [str(lookups)]
    yield ["run", "no-response", "--count", "missing"], SOURCE, ["missing: "], 0
    yield ["tail", "*", capture], SOURCE, ["dnsight query reads captures"], 0
    yield ["query", "--count", "dns.id: 1", "messages.ndjson"], SOURCE, \
        ["messages.ndjson: ", " lines are left out, the first is line 1", "--messages"], None
    yield [*everything, "other.ndjson"], SOURCE, ["2 lines", "line 2", "no lookup", "--data-view"], 2
    yield [*everything, "hits.ndjson"], 0, [], 1
    for field in "destination.bytes", "destination.ip", "event.duration", "lookup.late":
        yield ["query", "--count", f"dns.id: u and not {field}: *", "unfit.ndjson"], 0, \
            [f"unfit.ndjson: values that do not fit the type of their field are left out, the first is that of {field} "
             "in line 2"], ["1"]
    yield ["query", "--count", "--quiet", "not destination.bytes: *", "unfit.ndjson"], 0, [], ["1"]
    yield ["query", "--count", "dns.id: u and event.kind: 5", "unfit.ndjson"], 0, [], ["1"]
    yield [*everything, "mark.ndjson"], 0, [], lookups
    yield [*everything, "array.json"], SOURCE, ["array.json", "JSON array", "jq -c '.[]'"], 0
    yield [*everything, "http://127.0.0.1:1"], SOURCE, ["http://127.0.0.1:1", "onnect"], 0
    yield [*everything, "http://127.0.0.1:1", capture], SOURCE, ["http://127.0.0.1:1"], lookups
    yield everything, SOURCE, ["ELASTICSEARCH_URL", "/nonexistent/log"], 0
    yield ["query"], WRONG, ["expression"], 0
    yield ["query", capture], WRONG, ["dnsight query '*' ", str(capture)], 0
    yield ["query", "logs"], WRONG, ["dnsight query '*' logs"], 0
    yield ["query", "http://127.0.0.1:1"], WRONG, ["dnsight query '*' http://127.0.0.1:1"], 0
    yield ["query", "--output", "json", "*", capture], WRONG, ["--output", "--format?"], 0
    yield ["query", "-o", "json", "*", capture], WRONG, ["-o", "--format?"], 0
    yield ["query", "-n", "3", "*", capture], WRONG, ["-n", "--limit?"], 0
    yield ["query", "--limit", "-1", "*", capture], WRONG, ["-1", "0 to 18446744073709551615"], 0
    yield ["query", "--limit", "9" * 20, "*", capture], WRONG, ["0 to 18446744073709551615"], 0
    yield ["query", "--count", "--limit", "3", "*", capture], 0, ["--limit does not change"], 1
    yield ["query", "--limt", "5", "*", capture], WRONG, ["--limt", "--limit?"], 0
    yield ["query", "--limit", "many", "*", capture], WRONG, ["--limit", "many"], 0
    yield ["query", "--limit"], WRONG, ["--limit needs a value"], 0
    yield ["query", "--format", "xml", "*", capture], WRONG, ["xml", "ndjson"], 0
    yield ["query", "--fields", "dns.question.nam", "*", capture], WRONG, \
        ["dns.question.nam", "dns.question.name?"], 0
    yield ["query", "--by", "rrsets", "*", capture], WRONG, ["--by", "rrsets.*"], 0
    yield ["query", "--sort", "nothing.like.it", "*", capture], WRONG, ["--sort", "nothing.like.it"], 0
    yield ["query", "--count", "--by", "dns.id", "*", capture], WRONG, ["--count", "--by"], 0
    yield ["query", "--since", "yesterday", "*", capture], WRONG, ["--since", "yesterday", "now-1d/d"], 0
    yield ["query", "--since", "1700000000", "*", capture], WRONG, ["--since", "seconds", "15m"], 0
    yield ["query", "--since", "1h", "--until", "2h", "*", capture], WRONG, ["--since 1h", "--until 2h"], 0
    yield ["query", "--time-zone", "Mars/Base", "*", capture], WRONG, ["Mars/Base"], 0
    yield ["query", "--data-view", "view.json", "*", capture], WRONG, ["view.json"], 0
    yield ["query", "--data-view", "missing", "*", capture], WRONG, ["missing", "No such file"], 0
    yield ["query", "--data-view", "none", "*", capture], WRONG, ["--data-view none"], 0
    yield ["query", "dns.question.nam: x", capture], NOTHING, ["dns.question.nam", "dns.question.name"], 0
    yield ["query", "dns.response_code: nxdomain", capture], NOTHING, ["capitals"], 0
    yield ["query", "lookup.result: cnam_only", capture], NOTHING, ["did you mean cname_only?"], 0
    yield ["query", "event.duration:[1000 TO 5000]", capture], WRONG, \
        ["column 16", "two comparisons", "event.duration >= 1000 and event.duration <= 5000"], 0
    yield ["query", "source.port: 53 54", capture], WRONG, ["column 14", "source.port: (53 or 54)"], 0
    yield ["query", "--count", "rrsets:{not type: A}", capture], 0, \
        ["warning: ", "hint: not rrsets:{type: A}"], 1
    yield ["query", "--quiet", "--count", "rrsets:{not type: A}", capture], 0, [], 1
    yield ["translate", "rrsets:{not type: A}"], 0, ["dnsight: warning: "], 1
    yield ["query", "--explain", "dns.id: *", "missing"], SOURCE, ["missing: ", "No such file"], None
    yield [*everything, capture, "all.ndjson"], 0, [f"{lookups} lookups are in more than one source"], lookups
    yield [*everything, capture, capture], 0, ["348 packets are in more than one capture"], lookups
    yield ["query", "--until", "2020-01-01", "*", "no-dns.pcap"], NOTHING, \
        ["the packets are from 2023-11-14T22:13:20Z to 2023-11-14T22:13:20Z"], 0
    yield ["query", "--since", "2020-01-01", "dns.id: 1 and dns.id: 2", capture], NOTHING, [], 0
    yield ["query", "--quiet", "--count", "*", "all.ndjson", "all.ndjson"], 0, [], [str(lookups)]
    yield ["query", "--quiet", "dns.response_code: nxdomain", capture, "empty"], NOTHING, [], 0
    yield ["quer", "*", capture], WRONG, ["quer", "query?"], 0
    yield ["translate", "a:("], WRONG, ["column 4"], 0
    yield ["translate"], WRONG, ["expression"], 0
    yield ["completion", "csh"], WRONG, ["bash|zsh|fish"], 0


def complaints(dnsight, folder, arguments, expected):
    status, named, lines = expected
    environment = {**os.environ, "DNSIGHT_LOG_DIR": "/nonexistent/log", "NO_PROXY": "*", "TZ": "UTC"}
    environment.pop("ELASTICSEARCH_URL", None)
    done = subprocess.run([dnsight, *map(str, arguments)], cwd=folder, env=environment, timeout=60,
                          check=False, capture_output=True)
    message = done.stderr.decode()
    if done.returncode != status:
        yield f"exit status {done.returncode} instead of {status}"
    for part in named:
        if part not in message:
            yield f"standard error does not say {part!r}"
    if not named and message:
        yield "something is on standard error"
    if isinstance(lines, list) and done.stdout.decode().splitlines() != lines:
        yield f"{done.stdout} instead of {lines}"
    if isinstance(lines, int) and len(done.stdout.splitlines()) != lines:
        yield f"{len(done.stdout.splitlines())} lines instead of {lines}"
    if status in (WRONG, SOURCE) and named and not message.startswith("dnsight: "):
        yield "the message does not begin with the program's name"


def warned_filters(dnsightd, dnsight, folder, capture):
    """A filter and `tail` warn as a query does."""
    config = folder / "filter.yml"
    config.write_text("filter: 'dns.response_code: nxdomain'\n", encoding="utf-8")
    odd = (("dns.qestion.type: A", "hint: dns.question.type: A"),
           ("dns.response_code: nxdomain", "written in capitals"),
           ("rrsets:{not type: A}", "hint: not rrsets:{type: A}"))
    cases = [(command, words) for expression, words in odd for command in
             ([dnsightd, "read", "--filter", expression, capture], [dnsight, "tail", expression, "-"])]
    cases.append(([dnsightd, "test", "config", "-c", config], "warning: filter: "))
    for command, words in cases:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                              capture_output=True, check=False, timeout=60)
        if words not in done.stderr.decode():
            yield f"{command} does not warn: {done.stderr.decode()}"
    done = subprocess.run([dnsightd, "read", "--quiet", "--filter", odd[0][0], capture],
                          capture_output=True, check=False, timeout=60)
    if done.stderr:
        yield f"read --quiet says {done.stderr.decode()}"


def lost_output(dnsight, capture):
    """Every command says that its output could not be written."""
    for arguments in (["help"], ["--help"], ["version"], ["translate", "a:b"], ["completion", "bash"],
                      ["query", "--help"], ["query", "--explain", "a:b"], ["query", "*", capture]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([dnsight, *arguments], stdout=full, stderr=subprocess.PIPE, check=False)
        if done.returncode != SOURCE or b"No space left" not in done.stderr:
            yield f"dnsight {' '.join(map(str, arguments))} > /dev/full: {done.returncode} {done.stderr}"


def reports(dnsight, folder):
    """A report says what was not read before it says what was not found, also when it is to say
    nothing without a finding."""
    for options in ([], ["--quiet-if-empty"]):
        done = subprocess.run([dnsight, "report", "malformed", *options, folder / "empty", folder / "missing"],
                              capture_output=True, check=False, timeout=60)
        lines = done.stdout.decode().splitlines()
        if done.returncode != SOURCE or not lines or not lines[0].startswith("INCOMPLETE: ") or \
                "No such file" not in done.stdout.decode():
            yield f"a report without a source: {done.returncode} {lines}"
    done = subprocess.run([dnsight, "report", "--format", "json", folder / "empty", folder / "missing"],
                          capture_output=True, check=False, timeout=60)
    not_read = json.loads(done.stdout)["not_read"]
    if len(not_read) != 1 or "missing: " not in not_read[0]:
        yield f"a report as JSON without a source: {not_read}"


def catches(pid, number):
    """Whether a process has a handler for a signal."""
    caught = re.search(r"^SigCgt:\s*(\w+)$", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)
    return int(caught[1], 16) >> number - 1 & 1


def interrupted(dnsight, documents):
    """Ctrl-C ends the reading; what was found is printed, and a shell learns of the signal."""
    with subprocess.Popen([dnsight, "query", "--format", "ndjson", "*", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        while not catches(child.pid, signal.SIGINT):
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(documents, timeout=60)
    if child.returncode != -signal.SIGINT or b"interrupted" not in err or b"empty" in err:
        yield f"Ctrl-C ends with {child.returncode} {err}"
    if not set(out.splitlines()) <= set(documents.splitlines()):
        yield "Ctrl-C prints other documents"


def main():
    dnsightd, dnsight, capture = sys.argv[1:]
    capture = pathlib.Path(capture).resolve()
    documents = run(dnsightd, "read", "--quiet", capture)
    messages = run(dnsightd, "read", "--quiet", "--messages", capture)
    asked = wrong = 0
    if run(dnsightd, "read", "--quiet", capture, capture) != documents:
        fail("the same capture twice gives other lookups")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_files(folder, capture, documents, messages)
        others = list(reports(dnsight, folder)) + list(warned_filters(dnsightd, dnsight, folder, capture))
        for arguments, *expected in cases(capture, len(documents.splitlines())):
            asked += 1
            found = list(complaints(pathlib.Path(dnsight).resolve(), folder, arguments, expected))
            wrong += bool(found)
            for complaint in found:
                print(f"dnsight {' '.join(map(str, arguments))}\n    {complaint}")
    for complaint in [*others, *lost_output(dnsight, capture), *interrupted(dnsight, documents)]:
        wrong += 1
        print(complaint)
    print(f"{asked} faults, {wrong} of them are not handled as they should")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
