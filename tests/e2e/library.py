#!/usr/bin/env python3
"""core/kql is a library: the example of docs/library.md, linked with nothing else of Dnsight, selects
what `dnsight query` selects, and the library has no variables and does no input or output.

    library.py DNSIGHTD DNSIGHT KQL_FILTER LIBRARY CAPTURE"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from support import documents, fail, found_ids, run

EXPRESSIONS = ('dns.question.type: A and rrsets:{type:"CNAME"} AND NOT rrsets:{type:"A"}',
               "event.duration > 1000000", "dns.question.name: *.shop.test", "source.ip: 10.53.0.0/28",
               "@timestamp >= 2026-01-01", "none.such: x")

# Functions of the C library that reach out of the process, or ask what only the caller may know.
OUTSIDE = {"fopen", "open", "openat", "read", "write", "fread", "fwrite", "fputs", "puts", "printf", "fprintf",
           "getenv", "time", "clock_gettime", "socket", "connect", "system", "exit", "random", "rand"}


def symbols(library):
    """Name, class and section of each symbol."""
    for line in run("nm", "--format=sysv", library).decode().splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) == 7:
            yield fields[0], fields[2], fields[6]


def impurities(library):
    for name, kind, section in symbols(library):
        if kind == "U" and name in OUTSIDE:
            yield f"calls {name}"
        is_of_sanitizer = name.startswith("_") or re.match(r"\.|asan|ubsan", name)
        if re.fullmatch(r"\.(data|bss)(\..*)?", section) and not section.startswith(".data.rel.ro") \
                and not is_of_sanitizer and not name.startswith(".L"):
            yield f"has the variable {name}"


def main():
    dnsightd, dnsight, program, library, capture = sys.argv[1:]
    wrong = list(impurities(library))
    template = json.loads(run(dnsightd, "export", "template"))
    mappings = template["component_templates"]["dnsight-mappings"]["template"]["mappings"]
    with tempfile.TemporaryDirectory() as folder:
        mapping = pathlib.Path(folder) / "mapping.json"
        mapping.write_text(json.dumps({"mappings": mappings}), "utf-8")
        lines = run(dnsightd, "read", "--quiet", capture)
        for expression in EXPRESSIONS:
            done = subprocess.run([program, mapping, expression], input=lines, check=False,
                                  capture_output=True, timeout=60)
            found = sorted(document["event"]["id"] for document in documents(done.stdout))
            if done.returncode != 0 or found != found_ids(dnsight, expression, capture):
                wrong.append(f"{expression} selects {len(found)} documents: {done.stderr.decode()}")
        refused = subprocess.run([program, mapping, "a:("], input=lines, check=False, capture_output=True)
        if refused.returncode != 2 or b"column 4" not in refused.stderr:
            wrong.append(f"a:( ends with {refused.returncode}: {refused.stderr}")
    if wrong:
        fail("\n".join(wrong))
    print(f"{len(EXPRESSIONS)} expressions select what dnsight selects")


if __name__ == "__main__":
    main()
