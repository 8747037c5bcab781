#!/usr/bin/env python3
"""Every case that tests/data/README.md lists is found by the expression beside it.

    cases.py DNSIGHTD DNSIGHT CAPTURE CASES"""
import pathlib
import re
import sys

from support import found_ids


def main():
    _, dnsight, capture, cases = sys.argv[1:]
    rows = re.findall(r"^\|[^|]*\|(.*`.*)\|$", pathlib.Path(cases).read_text(encoding="utf-8"), re.M)
    expressions = [expression for row in rows for expression in re.findall(r"`([^`]+)`", row)]
    missing = [e for e in expressions if not found_ids(dnsight, e, capture)]
    for expression in missing:
        print(f"selects nothing: {expression}")
    print(f"{len(expressions)} expressions in {len(rows)} cases, {len(missing)} select nothing")
    sys.exit(bool(missing) or not expressions)


if __name__ == "__main__":
    main()
