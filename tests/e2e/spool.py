#!/usr/bin/env python3
"""The spool as operators meet it: the examples of docs/delivery.md, a second process, damaged files.

    spool.py DNSIGHTD DNSIGHT CAPTURE DELIVERY_MD"""
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from mock_server import MockServer
from support import documents, fail, run


def shell(script, folder, environment):
    done = subprocess.run(["sh", "-eu"], input=script.encode(), cwd=folder, capture_output=True,
                          check=False, env=os.environ | environment, timeout=60)
    if done.returncode != 0:
        fail(f"{script}\nexit status {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode()


def examples(page):
    """{title of the section: [shell script, ...]}."""
    found = {}
    for section in re.split(r"^## ", page, flags=re.M)[1:]:
        title, _, text = section.partition("\n")
        found[title] = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    return found


def read(dnsightd, capture, mock, spool, statuses):
    return run(dnsightd, "read", "--quiet", "--output", mock.url, capture, statuses=statuses,
               env=os.environ | {"DNSIGHT_SPOOL_DIR": str(spool)})


def check_examples(dnsightd, dnsight, capture, page, folder):
    """Every example, in the situation that its section is about."""
    programs = folder / "bin"
    programs.mkdir()
    for program in (dnsightd, dnsight):
        (programs / pathlib.Path(program).name).symlink_to(pathlib.Path(program).resolve())
    shutil.copy(capture, folder / "lookups.pcap")
    held = ["status 401"] * 2
    situations = {
        "Storing a capture, and storing it again": ([], None),
        "Looking into the spool": (held, 4),
        "Sending what was left": (held, 4),
        "Refused documents": (["items 400:document_parsing_exception*3 201"], 3),
        "A full spool, a full disk": (held, 4),
    }
    scripts = {title: blocks for title, blocks in examples(page).items() if blocks}
    if set(scripts) != set(situations):
        fail(f"sections with examples: {sorted(scripts)}")
    for number, (title, (script, status)) in enumerate(situations.items()):
        spool = folder / f"spool{number}"
        with MockServer(script) as mock:
            if status is not None:
                read(dnsightd, capture, mock, spool, (status,))
                mock.script.clear()
            environment = {"PATH": f"{programs}:{os.environ['PATH']}", "URL": mock.url,
                           "DNSIGHT_SPOOL_DIR": str(spool)}
            for example in scripts[title]:
                if not shell(example, folder, environment):
                    fail(f"nothing was printed by\n{example}")
            if title in ("Sending what was left", "Refused documents") and len(mock.index) != 152:
                fail(f"{title}: {len(mock.index)} are stored")
            if title == "Refused documents" and list(spool.glob("dead-letters*")):
                fail("dead letters that were stored are still there")


def check_messages(dnsightd, capture, folder):
    """What newcomers type, and the command that a failure names."""
    for words, said in ((["read", "--output", "localhost:9200", capture], b"did you mean http://localhost:9200?"),
                        (["read", "--output", "htp://u:secret@x", capture], b"not with htp://"),
                        (["read", "--output", "http://127.0.0.1:99999", capture], b"expected http://host:9200"),
                        (["run", "--output", "localhost:9200/x"], b"did you mean http://localhost:9200/x?"),
                        (["setup", "localhost:9200"], b"expected http://host:9200"),
                        (["spool", "retry", "--spool", folder / "none", "localhost:9200"], b"cannot open"),
                        (["spool", "retry", "--spool", folder / "none", "http://127.0.0.1:1"], b"cannot open"),
                        (["spool", "drop", "--spool", folder / "none", "--dead-letters"], b"cannot open")):
        done = subprocess.run([dnsightd, *words], check=False, capture_output=True, timeout=30)
        if done.returncode != (1 if words[0] == "spool" else 2) or said not in done.stderr:
            fail(f"{words}: {done.returncode} {done.stderr.decode()}")
        if b"secret" in done.stderr or (folder / "none").exists():
            fail(f"{words}: a secret was printed, or a spool was made")
    if b"75  documents stay in the spool" not in run(dnsightd, "--help"):
        fail("--help has no exit statuses")
    with MockServer(["status 302 Location: https://elastic.example/"]) as mock:
        done = subprocess.run([dnsightd, "read", "--output", mock.url, capture], check=False, capture_output=True,
                              timeout=30, env=os.environ | {"DNSIGHT_SPOOL_DIR": str(folder / "moved")})
        if b"redirects to https://elastic.example/" not in done.stderr:
            fail(f"it is not said where a redirect leads: {done.stderr.decode()}")
    with MockServer(["status 401"]) as mock:
        done = subprocess.run([dnsightd, "read", "--output", mock.url, capture], check=False, capture_output=True,
                              timeout=30, env=os.environ | {"DNSIGHT_SPOOL_DIR": str(folder / "left")})
        command = re.search(r"`dnsightd (spool retry [^`]*)` sends them", done.stderr.decode())
        if done.returncode != 4 or not command:
            fail(f"no command is named: {done.returncode} {done.stderr.decode()}")
        run(dnsightd, *command[1].split())
        if len(mock.index) != 152:
            fail(f"`{command[1]}` stored {len(mock.index)}")


def check_lock(dnsightd, capture, folder):
    """A second process is refused while the first one waits for an answer."""
    spool = folder / "locked"
    with MockServer(["status 503 Retry-After: 5"]) as mock:
        first = subprocess.Popen([dnsightd, "read", "--output", mock.url, capture],
                                 stderr=subprocess.DEVNULL,
                                 env=os.environ | {"DNSIGHT_SPOOL_DIR": str(spool)})
        while not mock.requests:
            if first.poll() is not None:
                fail("the first process ended")
        for words in (["spool", "retry", "--spool", str(spool), mock.url],
                      ["spool", "drop", "--spool", str(spool), "--dead-letters"]):
            done = subprocess.run([dnsightd, *words], check=False, capture_output=True, timeout=30)
            if done.returncode != 1 or b"in use by another dnsightd" not in done.stderr:
                fail(f"{words}: {done.returncode} {done.stderr.decode()}")
        run(dnsightd, "spool", "list", "--spool", spool)
        first.kill()
        first.wait()


def check_damage(dnsightd, folder):
    """A batch cut at every octet, and with a bit of every octet flipped."""
    ids = ["a", "b", "c"]
    lines = [line for name in ids for line in (json.dumps({"create": {"_id": name}}, separators=(",", ":")),
                                               json.dumps({"n": name}))]
    whole = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
    variants = [whole[:cut] for cut in range(len(whole))]
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << at % 8
        variants.append(bytes(changed))
    spool = folder / "damaged"
    spool.mkdir()
    for number, octets in enumerate(variants + [whole], 1):
        (spool / f"{number:016}.answers-3.bulk.gz").write_bytes(octets)
    with MockServer() as mock:
        out = run(dnsightd, "spool", "retry", "--spool", spool, mock.url).decode()
        stored = {name: json.loads(text) for name, text in mock.index.items()}
    if stored != {name: {"n": name} for name in ids}:
        fail(f"stored: {stored}")
    aside = len(list((spool / "quarantine").iterdir()))
    left = list(spool.glob("*.bulk.gz"))
    there = int(re.search(r"(\d+) already there", out)[1])
    # Most of the header may change without harm: time, hints, system; so may what pads the last code.
    if left or aside * 3 + 3 + there != 3 * (len(variants) + 1) or aside < len(variants) - 12:
        fail(f"{aside} of {len(variants)} are in the quarantine, {len(left)} left: {out}")
    print(f"{len(variants)} damaged files, {aside} put aside")


def main():
    dnsightd, dnsight, capture, page = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="dnsight-spool-e2e.") as name:
        folder = pathlib.Path(name)
        check_examples(dnsightd, dnsight, capture, pathlib.Path(page).read_text(encoding="utf-8"), folder)
        check_messages(dnsightd, capture, folder)
        check_lock(dnsightd, capture, folder)
        check_damage(dnsightd, folder)
    print("everything is as it should be")


if __name__ == "__main__":
    main()
