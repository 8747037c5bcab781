#!/usr/bin/env python3
"""Names from the network that are made to harm who looks at them: through every form of output, on a terminal and into
a pipe, nothing moves the cursor, ends a line, turns the direction of writing or leaves its cell.

    hostile.py DNSIGHTD DNSIGHT"""
import csv
import io
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree

import planted
from graph import wrong_page
from support import run

# One label each; planted.py writes them as Latin-1 octets.
LABELS = [
    "<script>alert(1)</script>", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "quo\"te'`", "line\nfeed\r\n", "=cmd|' /C calc'!A0",
    "+1+1", "@SUM(A1)", "\u202eright-to-left".encode().decode("latin-1"), "\u200b\u2066\ufeff".encode().decode("latin-1"),
    "\x00nul", "\x7f\x80\x9b", "back\\slash", "tab\there", "x" * 63, "%s%n", "${IFS}$(reboot)", "\xff\xfe", "*", "a,b;c",
]
LONG = ".".join(["y" * 63] * 3 + ["z" * 61])  # 255 octets on the wire

FORMATS = ("table", "csv", "ndjson", "json")


def harm(text):
    """The first character that a terminal or a mail would act upon."""
    for character in text:
        if character != "\n" and unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
            return repr(character)
    return None


def capture(path):
    story = planted.Story()
    for label in LABELS:
        # Dots within a label would be label ends for planted.py.
        story.lookup(f"{label.replace('.', '')}.shop.test", answers=[], rcode=3)
        story.lookup("web.shop.test", answers=[planted.record("web.shop.test", planted.TXT, 1,
                                                              bytes([len(label)]) + label.encode("latin-1"))], qtype=planted.TXT)
    story.lookup(LONG, answers=[], rcode=2)
    return story.write(path)


def on_terminal(*command):
    """What a program writes to a terminal of 100 columns without colours and without a pager."""
    terminal, program = pty.openpty()
    process = subprocess.Popen(list(map(str, command)), stdout=program, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                               env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PAGER": ""})
    os.close(program)
    shown = b""
    try:
        while octets := os.read(terminal, 65536):
            shown += octets
    except OSError:  # the end of a terminal
        pass
    process.wait(60)
    return shown.replace(b"\r\n", b"\n").decode()


def commands(dnsight, source, nodes):
    for form in FORMATS:
        yield "query", [dnsight, "query", "*", "--limit", "1000", "--format", form, source], form
        yield "groups", [dnsight, "query", "*", "--by", "dns.question.name,rrsets.rdata", "--limit", "1000", "--format", form,
                         source], form
        yield "run", [dnsight, "run", "nxdomain", "--limit", "1000", "--format", form, source], form
    yield "report", [dnsight, "report", source], "text"
    yield "report", [dnsight, "report", "--format", "json", source], "json"
    yield "report", [dnsight, "report", "--format", "html", source], "html"
    # Hostile names as nodes: of domains, of clients, and in the expression itself.
    for form in "dot", "svg", "html", "json":
        yield "graph", [dnsight, "graph", "--format", form, "--layout", "own", "--nodes", "100",
                        "not dns.question.name: \"\\\"</script><svg onload=x>\"", source, nodes], form
    yield "tail", [dnsight, "tail", "--lines", "1000", "--rate", "0", "-"], "table"


def wrong_markup(form, text):
    """Markup must be well-formed, and no name may have become an element."""
    if form == "html":
        yield from wrong_page(text)
    root = xml.etree.ElementTree.fromstring(text.removeprefix("<!DOCTYPE html>\n"))
    tags = {element.tag.split("}")[-1] for element in root.iter()}
    if form == "svg" and "script" in tags or len(list(root.iter("script"))) > 1 or "b" in tags:
        yield "a name became an element"


def wrong_dot(text):
    """Graphviz must read as many nodes and edges as there are lines of them."""
    if not shutil.which("dot"):
        print("dot is not installed: DOT is not read back")
        return
    graph = json.loads(run("dot", "-Tjson", input=text.encode()))
    nodes = sum(re.fullmatch(r"n\d+", one["name"]) is not None for one in graph["objects"])
    if nodes != len(re.findall(r"^    n\d+ \[label=", text, re.M)):
        yield f"{nodes} nodes"
    if len(graph["edges"]) != len(re.findall(r"^  n\d+ -> n\d+ \[", text, re.M)):
        yield f"{len(graph['edges'])} edges"


def hostile_nodes(path):
    """Documents whose workloads and domains have the hostile names."""
    with path.open("w", encoding="utf-8") as out:
        for number, label in enumerate(LABELS):
            out.write(json.dumps({"@timestamp": "2026-11-22T08:00:00.000Z", "event": {"id": f"n{number}"},
                                  "dns": {"question": {"name": label, "registered_domain": label}},
                                  "lookup": {"client": {"workload": label}, "server": {"workload": f"to {label}"}, "scope": "external",
                                             "leg": "client_service", "result": "servfail"}}) + "\n")
    return path


def wrong_piped(what, command, form, ndjson):
    options = {"input": ndjson} if command[1] == "tail" else {}
    text = run(*command, **options).decode()
    if form in ("html", "svg"):
        yield from (f"{what} {form}: {complaint}" for complaint in wrong_markup(form, text))
    if form == "dot":
        yield from (f"{what} {form}: {complaint}" for complaint in wrong_dot(text))
    if what != "report" and not ("script" in text and "red" in text and "alert" in text):
        yield f"{what} {form}: the names are not there"
    if form == "csv":
        text = text.replace("\r\n", "\n")
        rows = list(csv.reader(io.StringIO(text)))
        yield from (f"csv has the formula {cell!r}" for row in rows for cell in row
                    if re.match(r"[=+@]|-.*[^0-9.e+-]", cell, re.S))
        widths = {len(row) for row in rows}
        if len(widths) != 1:
            yield f"{what} {form}: rows of {widths} cells"
    if form in ("ndjson", "json"):
        # JSON into a pipe is the document as it is stored; it must be valid, and on one line where it says so.
        try:
            [json.loads(line) for line in (text.splitlines() if form == "ndjson" else [text])]
        except ValueError as error:
            yield f"{what} {form}: {error}"
        if any(ord(character) < 32 and character != "\n" for character in text):
            yield f"{what} {form}: a control character"
    elif harm(text):
        yield f"{what} {form}: {harm(text)} into a pipe"


def main():
    dnsightd, dnsight = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        source = capture(pathlib.Path(folder) / "hostile.pcap")
        ndjson = run(dnsightd, "read", "--quiet", source)
        nodes = hostile_nodes(pathlib.Path(folder) / "nodes.ndjson")
        (pathlib.Path(folder) / "hostile.ndjson").write_bytes(ndjson)
        wrong, count = [], 0
        if len(ndjson.splitlines()) != 2 * len(LABELS) + 1:
            wrong.append(f"{len(ndjson.splitlines())} documents")
        for what, command, form in commands(dnsight, source, nodes):
            wrong += wrong_piped(what, command, form, ndjson)
            count += 1
            # Lines of CSV end in CR LF, which the terminal's own CR precedes.
            shown = on_terminal(*command).replace("\r\n", "\n") if command[1] != "tail" else ""
            if harm(shown):
                wrong.append(f"{what} {form}: {harm(shown)} on a terminal")
    print("\n".join(wrong))
    print(f"{len(LABELS) + 1} hostile names through {count} outputs, {len(wrong)} complaints")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
