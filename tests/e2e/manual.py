#!/usr/bin/env python3
"""Every example in the manual page and in `--help` is a command that works, the page names every option, and shells
complete what they should.

    manual.py DNSIGHTD DNSIGHT CAPTURE PAGE"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
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
        text = run(dnsight, "help", command).decode()
        yield from (f"too wide for a terminal: {line}" for line in text.partition("\nExamples:")[0].splitlines() if len(line) > 80)
        for option in re.findall(r"^  (--[a-z-]+)", text, re.M):
            if f"*{option}*" not in page:
                yield f"{option} of {command} is not in the manual page"


def ragged_help(dnsight):
    """The list of commands has a line for each; what does not fit there goes on below what is said of it, not of its name."""
    overview = run(dnsight, "help").decode()
    rows = overview.split("\n\n")[2].splitlines()
    if [row.split()[0] for row in rows if not row.startswith(" " * 14)] != list(COMMANDS):
        yield f"the commands do not begin a line each:\n{overview}"
    for command in ("", *COMMANDS):
        for line in run(dnsight, "help", *command.split()).decode().splitlines():
            if line != line.rstrip():
                yield f"help {command}: blanks at the end of a line: {line!r}"


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
                (("dnsight", "query", "--format", "nd"), ["ndjson"]),
                (("dnsight", "completion", "z"), ["zsh"]),
                (("dnsight", "query", "*", "unknown-f"), [""]))
    for words, wanted in expected:
        found = completed(dnsight, *words)
        if found != wanted:
            yield f"bash completes {words} to {found}"


# What a shell makes of a line when somebody presses the tabulator.
TYPED = (("dnsight que", "dnsight query"),
         ("dnsight query --lim", "dnsight query --limit"),
         ("dnsight query --format nd", "dnsight query --format ndjson"),
         ("dnsight completion z", "dnsight completion zsh"),
         ("dnsight run missing-r", "dnsight run missing-records"),
         ("dnsight query 'dns.question.n", "dnsight query 'dns.question.name:"),
         ("dnsight query 'dns.id: 1 and lookup.result: no_", "dnsight query 'dns.id: 1 and lookup.result: no_response "),
         ("dnsight query '*' look", "dnsight query '*' lookups.pcap"))
SHELLS = {"bash": (["bash", "--norc", "--noprofile", "-i"], "source <(dnsight completion bash)"),
          "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source <(dnsight completion zsh)")}


def typed(command, script, environment, line, wanted):
    """The line that a shell on a terminal shows after the tabulator, as soon as it is the wanted one."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environment)
    os.write(terminal, f"cd; stty columns 200; PS1='@ '; {script}; echo rea''dy\n".encode())
    shown, pressed = b"", False
    while select.select([terminal], [], [], 10 if pressed else 30)[0]:
        shown += os.read(terminal, 65536)
        if not pressed and b"ready\r\n" in shown and shown.rstrip(b" \x1b[?204hJKm").endswith(b"@"):
            shown, pressed = b"", True
            os.write(terminal, line.encode() + b"\t")
        text = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]|[\a\r\n]|.\x08", "", shown.decode(errors="replace"))
        if pressed and text.startswith(wanted):
            break
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return text


def broken_shells(dnsight, capture):
    """Completion in the shells themselves, where they are installed."""
    environment = {**os.environ, "PATH": f"{pathlib.Path(dnsight).resolve().parent}:{os.environ['PATH']}", "TERM": "dumb",
                   "HISTFILE": ""}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(capture, folder)
        environment["HOME"] = folder
        for shell, (command, script) in SHELLS.items():
            if not shutil.which(shell):
                print(f"{shell} is not installed")
                continue
            for line, wanted in TYPED:
                found = typed(command, script, environment, line, wanted)
                if not found.startswith(wanted):
                    yield f"{shell} makes {found!r} of {line!r}"
        for line, wanted in TYPED if shutil.which("fish") else ():
            done = subprocess.run(["fish", "-c", "dnsight completion fish | source; complete -C $argv[1]", line], cwd=folder,
                                  env=environment, capture_output=True, check=False, timeout=60)
            words = [word.split("\t")[0] for word in done.stdout.decode().splitlines()]
            if len(words) != 1 or not wanted.rstrip().endswith(words[0].rstrip()):
                yield f"fish offers {words} for {line!r}: {done.stderr.decode()}"


def main():
    dnsightd, dnsight, capture, page_name = sys.argv[1:]
    page = pathlib.Path(page_name).read_text(encoding="utf-8")
    found = list(undescribed_options(dnsight, page))
    found += ragged_help(dnsight)
    found += failing_examples(dnsightd, dnsight, capture, page)
    found += wrong_expressions(dnsight, pathlib.Path(page_name).with_name("dnsight-kql.7.scd").read_text("utf-8"))
    found += broken_completion(dnsight)
    found += broken_shells(dnsight, capture)
    print("\n".join(found) if found else f"{len(examples(dnsight, page))} examples work")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
