#!/usr/bin/env python3
"""Every case that tests/data/README.md lists is found by the expression beside it.

    cases.py DNSIGHTD DNSIGHT CAPTURE CASES"""
import sys

from support import case_expressions, found_ids


def main():
    _, dnsight, capture, cases = sys.argv[1:]
    expressions = case_expressions(cases)
    missing = [e for e in expressions if not found_ids(dnsight, e, capture)]
    for expression in missing:
        print(f"selects nothing: {expression}")
    print(f"{len(expressions)} expressions, {len(missing)} select nothing")
    sys.exit(bool(missing) or not expressions)


if __name__ == "__main__":
    main()
