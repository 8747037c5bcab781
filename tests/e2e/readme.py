#!/usr/bin/env python3
"""The examples of a manual are tests: each indented line of a Markdown file that begins with `$ ` is
run at the top of the tree, and the indented lines below it must be what it prints.

    readme.py DNSIGHTD DNSIGHT MARKDOWN..."""
import itertools
import os
import pathlib
import re
import subprocess
import sys

TREE = pathlib.Path(__file__).resolve().parents[2]


def examples(text):
    """Pairs of a command and the lines that it prints, empty ones among them."""
    for block in re.findall(r"^    \$ .*\n(?:    (?!\$ ).*\n|\n(?=    (?!\$ )))*", text, re.M):
        command, *lines = (line.removeprefix("    ") for line in block.splitlines())
        yield command.removeprefix("$ "), lines


def main():
    dnsightd, dnsight, *manuals = map(pathlib.Path, sys.argv[1:])
    path = f"{dnsightd.resolve().parent}:{dnsight.resolve().parent}:{os.environ['PATH']}"
    count = wrong = 0
    found = [examples(manual.read_text(encoding="utf-8")) for manual in manuals]
    for command, expected in itertools.chain(*found):
        done = subprocess.run(command, shell=True, check=False, capture_output=True, text=True,
                              cwd=TREE, env={**os.environ, "PATH": path, "TZ": "UTC"})
        count += 1
        if (done.stdout + done.stderr).splitlines() != expected:
            wrong += 1
            print(f"$ {command}\n{done.stdout}{done.stderr}")
    print(f"{count} examples, {wrong} print something else")
    sys.exit(wrong > 0 or count == 0)


if __name__ == "__main__":
    main()
