#!/usr/bin/env python3
"""A record of every type, served by knotd and by named, asked for with dig, captured, and decoded:
`dnsightd read --messages` prints what dig prints, white space and the final dots of names aside, or
docs/decoding.md has a row for the type that says why not.

    every_type.py DNSIGHTD DNSIGHT RDATA_TXT RRTYPE_LIST_H DECODING_MD

The records are those of tests/data/rdata.txt. A server that does not take the text of one gets it as
octets (RFC 3597, 5); one that is not taken either way is counted."""
import collections
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

from lab import Lab
from support import documents, run

NEEDS = ("kdig", "kzonecheck", "named", "named-checkzone", "dig", "tcpdump")
KNOT, BIND = "10.54.0.61", "10.54.0.62"
ORIGIN = "every.test"
# Asked for at the end: what was asked before is in the capture when this is.
LAST = "last"
# Not in a zone: of messages only, or of the apex.
NOT_IN_ZONE = {"OPT", "TSIG", "TKEY", "ANY", "NXNAME", "SOA"}
TOKEN = re.compile(r'(?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*")+')
SECTION = re.compile(r"^;; (ANSWER|AUTHORITY|ADDITIONAL) SECTION:$")
Row = collections.namedtuple("Row", "owner kind number text generic")

HEAD = """$ORIGIN .
$TTL 60
every.test. SOA ns.every.test. a\\.b.every.test. 1 2 3 4 5
every.test. NS ns.every.test.
ns.every.test. A 192.0.2.1
"""

KNOT_CONF = """server:
    rundir: "{folder}"
    listen: [ {address}@53 ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}"
zone:
  - domain: every.test.
    file: "{folder}/zone"
    zonefile-sync: -1
    journal-content: none
"""

BIND_CONF = """options {{
    directory "{folder}";
    pid-file none;
    session-keyfile none;
    listen-on {{ {address}; }};
    listen-on-v6 {{ none; }};
    recursion no;
    dnssec-validation no;
    check-names primary ignore;
    check-integrity no;
}};
controls {{ }};
zone "every.test" {{ type primary; file "{folder}/zone"; }};
"""


def type_numbers(path):
    rows = re.findall(r"RRTYPE\((\d+), ([\w-]+),", path.read_text())
    return {name: f"TYPE{number}" for number, name in rows}


def read_rows(path, numbers):
    """Owner, type, text and RFC 3597 form of each record for the zone."""
    rows = []
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            continue
        row_class, kind, octets, _, *text = line.split(" ", 4)
        if row_class != "IN" or kind in NOT_IN_ZONE:
            continue
        octets = octets.replace("-", "")
        number = numbers.get(kind, kind)
        rows.append(Row(f"r{len(rows)}.{ORIGIN}.", kind, number, "".join(text),
                        f"{number} \\# {len(octets) // 2} {octets}"))
    return rows


def refused(command, path):
    """The numbers of the lines that a checker of zones complains about."""
    done = subprocess.run([*command, path], check=False, capture_output=True, text=True)
    return {int(number) for number in re.findall(r"(?:line |zone:)(\d+)", done.stdout + done.stderr)
            } if done.returncode != 0 else set()


def make_zone(path, rows, command):
    """Writes a zone that the server takes: of each record its text, else its octets, else nothing.
    Returns the rows in it, and how many of them as text."""
    first = HEAD.count("\n") + 1
    forms = [[f"{row.owner} {row.kind} {row.text}", f"{row.owner} {row.generic}", ""] for row in rows]
    for _ in range(2 * len(rows)):
        path.write_text(HEAD + "".join(f"{left[0]}\n" for left in forms))
        numbers = refused(command, path)
        if not numbers:
            break
        for number in numbers:
            forms[number - first].pop(0)
    served = [row for row, left in zip(rows, forms) if left[0]]
    return served, sum(len(left) == 3 for left in forms)


def normal(text):
    """Without white space and the final dots of names."""
    words = (word if word == "." or word.endswith("\\.") else word.removesuffix(".")
             for word in TOKEN.findall(text))
    return "".join(words)


def dig_answers(text):
    """The records of each response that dig printed, by its ID."""
    answers, records = {}, None
    for line in text.splitlines():
        if found := re.match(r";; ->>HEADER<<-.* id: (\d+)", line):
            records = answers[int(found[1])] = []
            taking = False
        elif line.startswith(";;") or not line:
            taking = SECTION.match(line) is not None
        elif taking:
            owner, ttl, row_class, kind, *rdata = line.split(None, 4)
            records.append((normal(owner), kind, row_class, int(ttl), normal("".join(rdata))))
    return answers


def is_last(message):
    return message["questions"][0]["name"].startswith(f"{LAST}.")


def our_answers(dnsightd, capture):
    """The same of what was captured; responses that dig asked for again over TCP are left out."""
    answers = {}
    for message in documents(run(dnsightd, "read", "--messages", "--quiet", capture)):
        if int(message["flags"], 16) & 0x8200 != 0x8000 or is_last(message):
            continue
        answers[message["id"]] = [
            (normal(r["name"]), r["type"], r["class"], r["ttl"], normal(r["rdata"]))
            for section in ("answers", "authorities", "additionals") for r in message[section]
            if r["type"] != "OPT"]
    return answers


class Server:
    """One server program with its zone and its own address."""

    def __init__(self, lab, name, address, conf, check):
        self.lab, self.name, self.address = lab, name, address
        self.folder = lab.folder / name
        self.folder.mkdir()
        (self.folder / "conf").write_text(conf.format(folder=self.folder, address=address))
        self.check = check

    def serve(self, rows, *command):
        served, texts = make_zone(self.folder / "zone", rows, self.check)
        self.lab.at(self.lab.server, "ip", "addr", "add", f"{self.address}/24", "dev", "eth0")
        self.lab.start(self.lab.server, *command, self.folder / "conf")
        self.lab.wait(f"{self.name} answers", lambda: b"192.0.2.1" in self.lab.at(
            self.lab.client, "dig", "+short", "+time=1", "+tries=1", f"@{self.address}", f"ns.{ORIGIN}",
            statuses=(0, 9)))
        print(f"{self.name}: {texts} records as text, {len(served) - texts} as octets, "
              f"{len(rows) - len(served)} refused")
        return served

    def ask(self, served):
        queries = self.folder / "queries"
        queries.write_text("".join(f"{row.owner} {row.number}\n" for row in served))
        return self.lab.at(self.lab.client, "dig", f"@{self.address}", "+norecurse", "-f", queries,
                           statuses=(0, 9)).decode()


def differences(theirs, ours):
    """Type, record of dig and ours of all that differ."""
    for identity, records in theirs.items():
        mine = ours.get(identity, [])
        if len(mine) != len(records):
            yield (mine or records)[0][1], records, mine
            continue
        yield from ((our[1], their, our) for their, our in zip(records, mine) if their != our)


def explained_types(path):
    """The first column of the table below the heading "Presentation format"."""
    _, _, text = path.read_text(encoding="utf-8").partition("## Presentation format")
    text = text.partition("\n## ")[0]
    return set(re.findall(r"`([\w-]+)`", " ".join(re.findall(r"^\|([^|]*)\|", text, re.M))))


def capture_all(lab, rows):
    """What dig printed, and the capture of it."""
    capture = lab.folder / "every.pcap"
    servers = [(Server(lab, "knotd", KNOT, KNOT_CONF, ("kzonecheck", "-v", "-o", ORIGIN)),
                ("knotd", "-c")),
               (Server(lab, "named", BIND, BIND_CONF,
                       ("named-checkzone", "-i", "none", "-k", "ignore", ORIGIN)),
                ("named", "-f", "-c"))]
    served = [(server, server.serve(rows, *command)) for server, command in servers]
    tcpdump = lab.start(lab.server, "tcpdump", "-i", "eth0", "-U", "-w", capture, "port", "53")
    lab.wait("tcpdump captures", lambda: capture.exists() and capture.stat().st_size >= 24)
    printed = "".join(server.ask(rows_of) for server, rows_of in served)
    lab.at(lab.client, "dig", f"@{KNOT}", "+norecurse", f"{LAST}.{ORIGIN}")
    lab.wait("the last query and response are captured",
             lambda: capture.read_bytes().count(bytes([len(LAST)]) + LAST.encode()) >= 2)
    tcpdump.send_signal(signal.SIGINT)
    tcpdump.wait(timeout=20)
    return printed, capture


def main():
    dnsightd, _, rdata, types, decoding = sys.argv[1:]
    rows = read_rows(pathlib.Path(rdata), type_numbers(pathlib.Path(types)))
    explained = explained_types(pathlib.Path(decoding))
    with tempfile.TemporaryDirectory(prefix="dnsight-types.") as folder:
        with Lab(folder, NEEDS) as lab:
            printed, capture = capture_all(lab, rows)
        theirs, ours = dig_answers(printed), our_answers(dnsightd, capture)
    found = list(differences(theirs, ours))
    compared = [record for records in theirs.values() for record in records]
    wrong = [(their, our) for kind, their, our in found if kind not in explained]
    for their, our in wrong:
        print(f"dig {their}\n we {our}")
    print(f"{len(theirs)} responses, {len(compared)} records of "
          f"{len({record[1] for record in compared})} types, {len(found)} differ, "
          f"{len(found) - len(wrong)} of them for a reason")
    if stale := explained - {kind for kind, _, _ in found}:
        print(f"{decoding} explains differences that are none: {sorted(stale)}")
    sys.exit(bool(wrong or stale or len(compared) < len(rows)))


if __name__ == "__main__":
    main()
