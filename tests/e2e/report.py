#!/usr/bin/env python3
"""`dnsight report`: what it says about planted faults, as text and as JSON, from every kind of source; that
it is silent when there is nothing to say; and the crontab line and the systemd unit of the manual.

    report.py DNSIGHTD DNSIGHT CAPTURE MANUAL UNIT"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import planted
from engines import SERVERS
from support import run

HEAD_KEYS = {"version", "made", "since", "until", "sources", "not_read", "lookups", "queries", "found", "findings",
             "nothing_found"}
FINDING_KEYS = {"name", "title", "question", "severity", "threshold", "counts", "hits", "first", "last", "meaning",
                "next", "command"}
TABLES = {"names", "workloads", "clients", "servers", "samples", "groups"}

# Hits in tests/data/lookups.pcap; what is left out finds nothing.
HITS = {"extended-errors": 3, "failing-names": 16, "late-answers": 1, "missing-records": 2, "no-response": 6, "nodata": 2,
        "nxdomain": 5, "refused": 2, "retransmissions": 2, "servfail-answered": 1, "servfail-silent-upstream": 1,
        "slow": 2, "tiny-ttl": 1, "truncated-no-tcp": 1, "uneven-resolvers": 1}


class Case:
    """The programs, and what is wrong so far."""

    def __init__(self, dnsight, folder):
        self.dnsight, self.folder, self.wrong = dnsight, folder, []

    def expect(self, is_right, complaint):
        if not is_right:
            self.wrong.append(complaint)

    def report(self, *arguments, status=0, **options):
        done = subprocess.run([self.dnsight, "report", *map(str, arguments)], check=False, capture_output=True,
                              timeout=120, text=True, **options)
        self.expect(done.returncode == status, f"report {arguments}: status {done.returncode}\n{done.stderr}")
        return done.stdout


def stable(report, is_server):
    """A report without what differs between sources: their names, when it was made, percentiles."""
    text = re.sub(r'"p(50|95|99)":\d+,', "", json.dumps(report, separators=(",", ":")))
    parts = json.loads(text) | {"made": None, "sources": None}
    if is_server:
        # A server says how many lookups there are, not when they were.
        parts |= {"since": None, "until": None}
    for finding in parts["findings"]:
        finding["command"] = None
        finding["samples"] = [sample["event"]["id"] for sample in finding.get("samples", [])]
    return parts


def check_json(case, capture):
    report = json.loads(case.report("--format", "json", capture))
    hits = {finding["name"]: finding["hits"] for finding in report["findings"]}
    case.expect(hits == HITS, f"hits are {hits}")
    case.expect(report.keys() == HEAD_KEYS, f"keys are {report.keys()}")
    case.expect(report["lookups"] == 152 and report["found"] == len(HITS), "numbers of the report")
    for finding in report["findings"]:
        case.expect(FINDING_KEYS <= finding.keys() <= FINDING_KEYS | TABLES, f"keys of {finding['name']}")
        case.expect("samples" not in finding or len(finding["samples"]) == min(3, finding["hits"]), finding["name"])
    severities = [("high", "medium", "low").index(finding["severity"]) for finding in report["findings"]]
    case.expect(severities == sorted(severities), "the severe findings do not come first")
    missing = next(finding for finding in report["findings"] if finding["name"] == "missing-records")
    names = {row["by"]["dns.question.name"] for row in missing["names"]}
    case.expect(names == {"api.shop.test", "img.shop.test"}, f"names are {names}")
    return report


def check_sources(case, dnsightd, capture, report):
    ndjson = case.folder / "all.ndjson"
    ndjson.write_bytes(run(dnsightd, "read", "--quiet", capture))
    other = json.loads(case.report("--format", "json", ndjson))
    case.expect(stable(other, False) == stable(report, False), "NDJSON gives another report")
    for name, variable in SERVERS.items():
        if variable not in os.environ:
            continue
        stream = f"{os.environ[variable]}/logs-dnsight.lookup-report_{os.getpid()}"
        run(dnsightd, "read", "--quiet", "--output", stream, capture)
        run("curl", "-sSf", "-XPOST", f"{stream}/_refresh")
        other = json.loads(case.report("--format", "json", stream))
        case.expect(stable(other, True) == stable(report, True), f"{name} gives another report")


def check_text(case, capture, fault):
    text = case.report(capture)
    # Commands are not wrapped: they are copied.
    wide = [line for line in text.splitlines() if len(line) > 80 and not line.startswith("  dnsight run ")]
    case.expect(not wide, f"wider than 80 columns: {wide}")
    case.expect("\x1b" not in text, "colours in a mail")
    case.expect(text.startswith("DNS report: 2026-11-23 08:16:27 to 2026-11-23 08:16:40 (UTC), 152 lookups"), text[:100])
    before = case.report("five-seconds", "--since", "2026-11-22T08:30:00Z", "--until", "2026-11-22T10:00:00Z", fault)
    case.expect("0 of 1 queries" in before, before)
    before = case.report("nodata", "--since", "2026-11-22T08:00:06Z", "--until", "2026-11-22T08:30:00Z", fault)
    case.expect("; in the window before: 0." in before, before)
    # The window before is as long: the six seconds in which docs.example.org is asked for 30 times.
    many = case.folder / "many.yaml"
    many.write_text("title: T\nquestion: Q\nseverity: low\nmeaning: M\nnext: N\nsteps:\n"
                    "  - title: S\n    kql: 'dns.question.name: docs.example.org'\n", encoding="utf-8")
    before = case.report("many", "--saved-queries", case.folder, "--since", "2026-11-22T08:30:00Z", "--until",
                         "2026-11-22T10:00:00Z", fault)
    case.expect(re.search(r"many: 1 lookup at 2026-11-22 09:\d\d:\d\d; in the window before: 30\.", before), before)
    one = case.folder / "one.ndjson"
    one.write_bytes(run(case.dnsight, "query", "--format", "ndjson", "--limit", "1", "dns.question.name: id.server", capture))
    text = case.report(one)
    case.expect(", 1 lookup, from" in " ".join(text.split()), text[:200])
    page = case.report("--format", "html", one, capture)
    case.expect(not re.search(r">1</td><td>(lookups|groups)<", page), "1 lookups")
    again = re.search(r"^  (dnsight run .*)$", before, re.M)[1]
    case.expect(f"dnsight run many --saved-queries {case.folder} --since 2026-11-22T08:30:00Z" in again, again)
    command = re.search(r"^  (dnsight run .*)$", case.report("refused", "--param", "name=*.shop.test", capture), re.M)[1]
    done = shell(case, command)
    case.expect(b"web.shop.test" in done and b"partner" not in done, f"{command} prints {done}")
    check_commands(case, capture)


def shell(case, command):
    path = f"{pathlib.Path(case.dnsight).resolve().parent}:{os.environ['PATH']}"
    return run("sh", "-c", command, env={**os.environ, "PATH": path})


def check_commands(case, capture):
    """What a report prints asks what the report asked, also later, and also for some of its queries only."""
    options = ("--time-zone", "+02:00", "--param", "slow=2s", "--saved-queries", case.folder)
    text = case.report("slow", "refused", *options, "--since", "2026-11-23 10:00", capture)
    commands = re.findall(r"^  (dnsight run .*)$", text, re.M)
    case.expect(len(commands) == 2 and "--param" in commands[0] + commands[1], f"commands are {commands}")
    for command in commands:
        printed = shell(case, command)
        case.expect(b"10:16:30.331" in printed or b"refused" in printed, f"{command} prints {printed}")
        case.expect(f"--saved-queries {case.folder}" in command, command)
    now = time.time()
    lookup = {"@timestamp": f"{datetime.datetime.fromtimestamp(now - 1, datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
              "lookup": {"result": "refused"}, "dns": {"response_code": "REFUSED"}, "event": {"id": "1"}}
    path = case.folder / "recent.ndjson"
    path.write_text(json.dumps(lookup) + "\n", encoding="utf-8")
    for since in ("5s", "now-5s"):
        text = case.report("refused", "--since", since, path)
        command = re.search(r"^  (dnsight run .*)$", text, re.M)[1]
        window = re.search(r"--since (\d{4}-\S+Z) --until (\d{4}-\S+Z) ", command)
        first, last = (datetime.datetime.fromisoformat(end.replace("Z", "+00:00")).timestamp() for end in window.groups())
        case.expect(abs(last - first - 5) < 0.01 and now <= last + 0.01 and last <= time.time(), command)


def check_long_names(case):
    """A mail cannot be made wider, so that what does not fit into a row goes on in the next line."""
    name = "a-long-name-of-a-service.in-a-long-namespace.svc.cluster.local"
    lookup = {"@timestamp": "2026-11-22T09:00:00.000Z", "event": {"id": "1"}, "lookup": {"result": "cname_only"},
              "source": {"ip": "2001:db8:1111:2222:3333:4444:5555:6666"}, "destination": {"ip": "2001:db8::53"},
              "dns": {"question": {"name": name, "type": "A"}, "response_code": "NOERROR"},
              "rrsets": [{"type": "CNAME", "rdata": ["end.example"]}]}
    path = case.folder / "long.ndjson"
    path.write_text(json.dumps(lookup) + "\n", encoding="utf-8")
    text = case.report("missing-records", "failing-names", path)
    case.expect(text.count(name) == 3 and "lookup.result" in text and text.count(lookup["source"]["ip"]) == 2 and "\u2026" not in text, text)
    case.expect(max(map(len, text.splitlines())) <= 80 or len(str(path)) > 40, text)


def check_file(case, capture):
    """A name with a slash is a file, as it is for `run`."""
    mine = case.folder / "mine.yaml"
    mine.write_text("title: T\nquestion: Q\nseverity: low\nmeaning: M\nnext: N\nsteps:\n"
                    "  - title: S\n    kql: 'dns.question.name: api.shop.test'\n", encoding="utf-8")
    text = case.report(mine, capture)
    case.expect("1 of 1 queries" in text and "LOW: T" in text, f"a file is no query: {text[:300]}")
    case.expect(f"  dnsight run {mine} {capture}" in text, f"the command does not name the file: {text}")
    mine.write_text("titel: T\n", encoding="utf-8")
    case.report(mine, capture, status=2)


def check_misspelt(case, capture):
    """A field that no document has finds nothing, now and for ever: every command that reads the query says so, once."""
    mine = case.folder / "misspelt.yaml"
    mine.write_text("title: T\nquestion: Q\nseverity: low\nmeaning: M\nnext: N\nsteps:\n"
                    "  - title: S\n    kql: 'dns.qestion.name: x'\n"
                    "  - title: S\n    kql: 'dns.qestion.name: x'\n    by: [source.ip]\n", encoding="utf-8")
    for command in (("show", mine), ("run", mine, capture), ("report", mine, capture)):
        for query, expected in ((mine, 1), ("missing-records", 0)):
            words = [query if word is mine else word for word in command]
            done = subprocess.run([case.dnsight, *map(str, words)], check=False, capture_output=True, timeout=120,
                                  text=True)
            case.expect(done.stderr.count("dns.qestion.name: the data view has no field") == expected
                        and done.stderr.count("\n") == expected, f"{words} warns: {done.stderr}")


def check_wide(case, capture):
    """The longest name there is, escaped, is in a mail of 80 columns, too."""
    found = json.loads(run(case.dnsight, "query", "--format", "ndjson", "--limit", "1",
                           "lookup.result: cname_only and not lookup.leg: server_upstream", capture))
    found["dns"]["question"]["name"] = "\u0001" * 200 + ".example"
    wide = case.folder / "wide.ndjson"
    wide.write_text(json.dumps(found) + "\n", encoding="utf-8")
    lines = case.report("missing-records", wide).splitlines()
    case.expect(any("asks" in line for line in lines), f"there is no lookup in {lines}")
    long = [line for line in lines if len(line) > 80 and not line.startswith("  dnsight run ")]
    case.expect(not long, f"a long name makes lines longer than 80 columns: {long}")
    case.expect(any("\u2026" in line and ".example" in line for line in lines[lines.index("Newest lookups"):]),
                f"the end of the name is gone: {lines}")


def check_silence(case, capture, clean):
    case.expect(case.report("--quiet-if-empty", clean) == "", "prints something about nothing")
    case.expect("0 of " in case.report(clean), "does not say that nothing was found")
    deaf = ("--since", "2020-01-01", "--until", "2020-01-02", clean)
    for options in ((), ("--quiet-if-empty", "--quiet"), ("--format", "html", "--quiet-if-empty")):
        case.expect("NOTHING WAS RECORDED" in case.report(*options, *deaf),
                    f"is silent about a time without lookups ({options})")
    case.report("--exit-code", clean, status=0)
    case.report("--exit-code", capture, status=1)
    case.report("missing-recods", capture, status=2)
    case.report("--param", "such=none", capture, status=2)
    case.report("new-domains", capture, status=2)
    case.report("missing-records", case.folder / "none.pcap", status=2)
    (case.folder / "empty").mkdir()
    case.report("missing-records", case.folder / "empty", status=3)
    partly = case.report("missing-records", capture, "http://127.0.0.1:9/", status=3)
    case.expect("missing-records: 2 lookups" in partly, "what could be read is not in the report")


def mails(case, command, logs):
    """What a command that is run as cron runs it mails: its own mails, and what it prints."""
    box = case.folder / "mail"
    stub = case.folder / "sendmail"
    stub.write_text(f"#!/bin/sh\ncat >> {box}\n", encoding="utf-8")
    stub.chmod(0o755)
    box.write_bytes(b"")
    path = f"{case.folder}:{pathlib.Path(case.dnsight).resolve().parent}:/usr/bin:/bin"
    done = subprocess.run(["/bin/sh", "-c", command], check=False, capture_output=True, timeout=60,
                          env={"PATH": path, "HOME": "/", "LOGNAME": "root", "DNSIGHT_LOG_DIR": str(logs)})
    printed = done.stdout + done.stderr
    return box.read_text(encoding="utf-8") + printed.decode()


def check_cron(case, dnsightd, capture, clean, manual, unit):
    """The recording is old, so its window is, too."""
    fields = re.search(r"^\d+ \d+ \* \* \*  (dnsight report .*)$", manual, re.M)
    start = re.search(r"^ExecStart=/bin/sh -c '(.*)'$", unit, re.M)
    commands = [fields[1], start[1].replace("%%", "%")]
    for number, command in enumerate(commands):
        command = command.replace("--since 24h", "--since 2026-11-01")
        for what, source in (("fault", capture), ("clean", clean)):
            logs = case.folder / f"{what}-{number}"
            logs.mkdir()
            (logs / "lookups.ndjson").write_bytes(run(dnsightd, "read", "--quiet", source))
            mail = mails(case, command, logs)
            if what == "fault":
                case.expect("HIGH: NOERROR, but the record is missing" in mail, f"{command} mails {mail}")
            else:
                case.expect(mail == "", f"{command} mails {mail}")


def main():
    dnsightd, dnsight, capture, manual, unit = sys.argv[1:]
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory() as name:
        case = Case(dnsight, pathlib.Path(name))
        fault, clean = planted.planted(case.folder / "planted.pcap"), planted.clean(case.folder / "clean.pcap")
        report = check_json(case, capture)
        check_sources(case, dnsightd, capture, report)
        check_text(case, capture, fault)
        check_long_names(case)
        check_file(case, capture)
        check_misspelt(case, capture)
        check_wide(case, capture)
        check_silence(case, capture, clean)
        check_cron(case, dnsightd, capture, clean, pathlib.Path(manual).read_text(encoding="utf-8"),
                   pathlib.Path(unit).read_text(encoding="utf-8"))
    print("\n".join(case.wrong))
    print(f"{len(case.wrong)} complaints")
    sys.exit(bool(case.wrong))


if __name__ == "__main__":
    main()
