#!/usr/bin/env python3
"""Fails on any include that layers.txt does not allow. Usage: layers.py SOURCE_ROOT"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def read_table(path):
    folders, libraries = {}, {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        if line.startswith("!"):
            prefix, *users = line[1:].split()
            libraries[prefix] = set(users)
        else:
            folder, allowed = line.split(":")
            folder = folder.strip()
            folders.setdefault(folder, {folder}).update(allowed.split())
    return folders, libraries


def complaints(root, folders, libraries):
    for folder, allowed in folders.items():
        for source in sorted((root / folder).glob("*.[ch]")):
            for number, line in enumerate(source.read_text().splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quote, name = match.groups()
                where = f"{source.relative_to(root)}:{number}"
                if quote == '"' and str(pathlib.PurePath(name).parent) not in allowed:
                    yield f"{where}: {folder} may not include {name}"
                for prefix, users in libraries.items():
                    if quote == "<" and name.startswith(prefix) and folder not in users:
                        yield f"{where}: only {', '.join(sorted(users))} may include <{name}>"


def unnamed(root, folders):
    """Folders of the programs that have no row would escape the test."""
    for top in ("core", "shipper", "query"):
        for folder in sorted({source.parent for source in (root / top).rglob("*.[ch]")}):
            name = str(folder.relative_to(root))
            if name not in folders:
                yield f"layers.txt has no row for {name}"


def main():
    root = pathlib.Path(sys.argv[1])
    folders, libraries = read_table(pathlib.Path(__file__).with_name("layers.txt"))
    for folder in folders:
        if not (root / folder).is_dir():
            print(f"layers.txt names {folder}, which does not exist")
            return 1
    found = [*unnamed(root, folders), *complaints(root, folders, libraries)]
    print("\n".join(found) if found else f"{len(folders)} folders keep their layers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
