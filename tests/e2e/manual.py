#!/usr/bin/env python3
"""Every example in the manual page and in `--help` is a command that works, and the page names every
option.

    manual.py DNSIGHTD DNSIGHT CAPTURE PAGE"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from support import run

COMMANDS = ("query", "run", "report", "graph", "tail", "list", "show", "translate", "completion", "version", "help")


def examples(dnsight, page):
    """Commands of the page's literal blocks and of the help texts; those that ask a server are left
    to the tests that have one."""
    commands = re.findall(r"^```\n(.*)\n```$", page, re.M)
    for command in COMMANDS:
        text = run(dnsight, "help", command).decode()
        commands += re.findall(r"^  (dnsight .*)$", text.split("\nExamples:\n")[1], re.M)
    return [c for c in dict.fromkeys(commands) if "http://" not in c and "/etc/" not in c and "~/" not in c]


def undescribed_options(dnsight, page):
    for command in COMMANDS:
        for option in re.findall(r"^  (--[a-z-]+)", run(dnsight, "help", command).decode(), re.M):
            if f"*{option}*" not in page:
                yield f"{option} of {command} is not in the manual page"


def failing_examples(dnsightd, dnsight, capture, page):
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(capture, f"{folder}/lookups.pcap")
        documents = run(dnsightd, "read", "--quiet", capture)
        pathlib.Path(folder, "lookups.ndjson").write_bytes(documents)
        run("zstd", "-q", f"{folder}/lookups.ndjson")
        environment = {**os.environ, "DNSIGHT_LOG_DIR": folder, "TZ": "UTC",
                       "PATH": f"{pathlib.Path(dnsight).resolve().parent}:{os.environ['PATH']}"}
        environment.pop("ELASTICSEARCH_URL", None)
        for command in examples(dnsight, page):
            done = subprocess.run(command, shell=True, cwd=folder, env=environment, timeout=60,
                                  check=False, capture_output=True)
            # What an example asks of the last minutes, an old recording has not.
            may_be_empty = "--since" in command
            if done.returncode not in ((0, 1) if may_be_empty else (0,)):
                yield f"exit status {done.returncode}: {command}\n{done.stderr.decode()}"


def wrong_expressions(dnsight, page):
    """The examples of the language's page are read without an error or a warning, and its fields
    exist."""
    for expression in re.findall(r"^```\n(.*)\n```$", page, re.M):
        done = subprocess.run([dnsight, "translate", expression], check=False, capture_output=True, timeout=60)
        if done.returncode != 0 or done.stderr:
            yield f"{expression}: {done.stderr.decode()}"
    for names in re.findall(r"^(\*[a-z.]+\*(?:, \*[a-z.]+\*)*)$", page.partition("# FIELDS")[2], re.M):
        for name in re.findall(r"[a-z.]+", names):
            done = subprocess.run([dnsight, "translate", f"{name}:*"], check=False, capture_output=True, timeout=60)
            if done.stderr and name != "rrsets":
                yield f"{name}: {done.stderr.decode()}"


def completed(dnsight, *words):
    """What bash completes the last word to."""
    script = run(dnsight, "completion", "bash").decode() + """
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _dnsight
        printf '%s\\n' "${COMPREPLY[@]}" """
    environment = {**os.environ, "PATH": f"{pathlib.Path(dnsight).resolve().parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script, "bash", *words], env=environment, check=False,
                          capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode().splitlines()


def broken_completion(dnsight):
    expected = ((("dnsight", "que"), ["query"]),
                (("dnsight", "query", "--lim"), ["--limit"]),
                (("dnsight", "query", "'dns.question.n"), ["dns.question.name:"]),
                (("dnsight", "query", "'dns.id: 1 and lookup.result: no_"), ["dns.id: 1 and lookup.result: no_response "]),
                (("dnsight", "run", "missing-r"), ["missing-records"]),
                (("dnsight", "query", "*", "unknown-f"), [""]))
    for words, wanted in expected:
        found = completed(dnsight, *words)
        if found != wanted:
            yield f"bash completes {words} to {found}"


def main():
    dnsightd, dnsight, capture, page_name = sys.argv[1:]
    page = pathlib.Path(page_name).read_text(encoding="utf-8")
    found = list(undescribed_options(dnsight, page))
    found += failing_examples(dnsightd, dnsight, capture, page)
    found += wrong_expressions(dnsight, pathlib.Path(page_name).with_name("dnsight-kql.7.scd").read_text("utf-8"))
    found += broken_completion(dnsight)
    print("\n".join(found) if found else f"{len(examples(dnsight, page))} examples work")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
