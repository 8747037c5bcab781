#!/usr/bin/env python3
"""A table that is higher than the terminal goes through $PAGER, and nothing else does.

    pager.py DNSIGHTD DNSIGHT CAPTURE"""
import fcntl
import os
import pty
import re
import struct
import sys
import termios

LINES, COLUMNS = 20, 70


def on_terminal(command, pager):
    """The lines that a command writes to a terminal, and its exit status."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1", "PAGER": pager}
        for name in ("COLUMNS", "LINES", "ELASTICSEARCH_URL"):
            environment.pop(name, None)
        os.execvpe(command[0], command, environment)
    octets = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        octets += part
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return octets.decode().splitlines(), os.waitstatus_to_exitcode(status)


def cases(dnsight, capture):
    """Words, how many lookups at least, and whether they are paged."""
    query = [dnsight, "query", "--quiet"]
    yield [*query, "*", capture], 100, True
    yield [*query, "--limit", "30", "*", capture], 30, True
    yield [*query, "--limit", "5", "*", capture], 5, False
    yield [*query, "--no-pager", "*", capture], 100, False
    yield [*query, "--format", "csv", "*", capture], 100, False
    yield [*query, "--count", "*", capture], 1, False
    yield [dnsight, "run", "--quiet", "top-names", "--step", "1", "--limit", "30", capture], 20, True


def main():
    _, dnsight, capture = sys.argv[1:]
    wrong = 0
    for command, least, is_paged in cases(dnsight, capture):
        for pager, mark in (("sed 's/^/paged /'", "paged "), ("cat", None), ("", None)):
            lines, status = on_terminal(command, pager)
            is_expected = is_paged and mark is not None
            if status != 0 or len(lines) < least or \
                    any(line.startswith("paged ") != is_expected for line in lines):
                print(f"{' '.join(command)} with PAGER={pager!r}: {status}, {len(lines)} lines: {lines[:3]}")
                wrong += 1
            if least > 1 and "csv" not in command and max(map(len, lines)) > COLUMNS + len("paged "):
                print(f"{' '.join(command)}: lines are wider than the terminal")
                wrong += 1
    lines, _ = on_terminal([dnsight, "query", "--no-pager", "--by", "destination.ip,source.ip,dns.question.name", "*",
                            capture], "")
    cut = [line for line in lines if re.search(r"\b10\.53\.[\d.]*\u2026", line)]
    if cut or not any("10.53.0.66" in line for line in lines):
        print(f"addresses are cut: {cut}")
        wrong += 1
    # Who leaves the pager early has seen enough.
    lines, _ = on_terminal([dnsight, "query", "--quiet", "--limit", "100000", "*", capture], "head -n 3")
    if len(lines) != 3:
        print(f"a pager that ends early: {lines}")
        wrong += 1
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
