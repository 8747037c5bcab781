#!/usr/bin/env python3
"""Rows of tests/data/rdata.txt marked "=" against BIND's own printer; 77 (skipped) without it.

Usage: rdata.py SOURCE_ROOT

White space does not count: BIND breaks long encodings. Names have no final dot with us."""
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
TOKEN = re.compile(r'(?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*")+')


def without_final_dots(text):
    """The words of a text, final dots of names removed, run together."""
    words = (word if word == "." or word.endswith("\\.") else word.removesuffix(".")
             for word in TOKEN.findall(text))
    return "".join(words)


def bind_text(checker, row_class, row_type, octets):
    rdata = f"{row_class} {row_type} \\# {len(octets) // 2} {octets}\n"
    run = subprocess.run([checker, "-p"], input=rdata, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return run.stderr.strip()
    return run.stdout.rstrip("\n").split("\t", 2)[2]


def main():
    checker = shutil.which("named-rrchecker")
    if checker is None:
        print("skipped: named-rrchecker is not installed (Debian: bind9)")
        return SKIPPED
    compared = wrong = 0
    for line in (pathlib.Path(sys.argv[1]) / "tests/data/rdata.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        row_class, row_type, octets, mark, *text = line.split(" ", 4)
        if mark != "=":
            continue
        ours = "".join(text)
        theirs = bind_text(checker, row_class, row_type, octets if octets != "-" else "")
        compared += 1
        if without_final_dots(theirs) != "".join(TOKEN.findall(ours)):
            wrong += 1
            print(f"{row_type} {octets}\n  here {ours}\n  BIND {theirs}")
    print(f"{compared - wrong} of {compared} rows are as BIND prints them")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
