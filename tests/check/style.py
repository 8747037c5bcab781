#!/usr/bin/env python3
"""The rules of docs/style.md that clang-format and clang-tidy do not know.

Usage: style.py SOURCE_ROOT"""
import pathlib
import re
import subprocess
import sys

FOLDERS = ("core", "shipper", "query", "bench", "tests", "bpf", "mappings")
LINES_MAX = 500
RULES = [
    (re.compile(r"^\s*typedef\s+(?:struct|enum|union)\b(?!.*\(\*)"), "write `struct foo`, not a typedef"),
    (re.compile(r"//(?!/)(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"), "comments are /* Sentences. */"),
    (re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))"), "a TODO needs an issue number: TODO(#12)"),
    (re.compile(r"\b(?:alloca|__attribute__|__builtin_\w+)\b"), "only core/base/macros.h may use this"),
    (re.compile(r"\b(?:struct|enum|union)\s+\w+_t\b"), "names do not end in _t"),
    (re.compile(r"\t"), "tabs"),
    (re.compile(r"\s+$"), "white space at the end of the line"),
]
MUTABLE_STATIC = re.compile(r"^static\s+(?!inline|const|_Thread_local)(?!.*\bconst\b)[^()]*(?:;|=)")


def sources(root):
    for folder in FOLDERS:
        yield from sorted((root / folder).rglob("*.[ch]"))


def check_lines(root, path):
    name = str(path.relative_to(root))
    lines = path.read_text().splitlines()
    if len(lines) > LINES_MAX:
        yield f"{name}: {len(lines)} lines, {LINES_MAX} are the limit"
    for number, line in enumerate(lines, 1):
        for rule, text in RULES:
            if "alloca" in rule.pattern and name == "core/base/macros.h":
                continue
            if rule.search(line):
                yield f"{name}:{number}: {text}"
        if MUTABLE_STATIC.match(line) and not name.startswith("tests/") and not name.endswith("main.c"):
            yield f"{name}:{number}: mutable state outside a function's context"


def check_header(root, path):
    """A .c file has a header of its name and includes it first; headers have guards."""
    name = str(path.relative_to(root))
    text = path.read_text()
    if path.suffix == ".h":
        folder = re.sub(r"^core/", "", str(path.parent.relative_to(root)))
        guard = "DNSIGHT_" + re.sub(r"\W", "_", f"{folder}/{path.stem}_H").upper()
        guard = guard.replace("TESTS_", "") if folder.startswith("tests") else guard
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            yield f"{name}: the include guard should be {guard}"
    elif name.startswith(("core/", "shipper/", "query/")) and path.name != "main.c":
        first = re.search(r'^#include (.*)$', text, re.M)
        own = f'"{path.with_suffix(".h").relative_to(root)}"'
        if not first or first.group(1) != own:
            yield f"{name}: the first include should be {own}"


def check_tree(root):
    """Nothing in the tree names a machine's path or a registry host."""
    files = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True, check=False)
    pattern = re.compile(r"(?:^|[\s\"'=(])/(?:work|root)/\w")
    for name in files.stdout.split():
        path = root / name
        if name.startswith("tests/fuzz/corpus") or not path.is_file():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line) and "HOME=" not in line:
                yield f"{name}:{number}: a path of one machine"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    found = list(check_tree(root))
    count = 0
    for path in sources(root):
        count += 1
        found += check_lines(root, path)
        found += check_header(root, path)
    print("\n".join(found) if found else f"{count} files keep the style")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
