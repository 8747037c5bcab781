"""Two hosts in network namespaces, joined by a cable: a server with knotd, and a client. Everything
is removed at the end, also after a failure."""
import os
import pathlib
import shutil
import subprocess
import time

from support import fail, run, skip

ZONE = """$ORIGIN live.test.
$TTL 60
@       SOA   ns hostmaster 1 7200 900 1209600 60
@       NS    ns
ns      A     10.54.0.53
ns      AAAA  fd54::53
*       A     192.0.2.1
*       AAAA  2001:db8::1
v4only  A     192.0.2.2
"""

KNOT = """server:
    rundir: "{folder}"
    listen: [ 10.54.0.53@53, 10.54.0.53@5300, fd54::53@53 ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}"
zone:
  - domain: live.test.
    storage: "{folder}"
    file: live.test.zone
    zonefile-sync: -1
    journal-content: none
"""


class Lab:
    """`server` and `client` are the names of the namespaces; the interface is eth0 in both.
    10.54.0.99 is an address at which nothing answers."""

    def __init__(self, folder, needs):
        missing = [program for program in ("ip", "knotd", *needs) if shutil.which(program) is None]
        if missing:
            skip(f"these programs are missing: {' '.join(missing)}")
        if os.geteuid() != 0:
            skip("network namespaces need root")
        self.folder = pathlib.Path(folder)
        self.server = f"live-server-{os.getpid()}"
        self.client = f"live-client-{os.getpid()}"
        self.started = []

    def __enter__(self):
        try:
            self._wire()
            self._start_knot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        for space in (self.client, self.server):
            subprocess.run(["ip", "netns", "del", space], check=False, stderr=subprocess.DEVNULL)

    def _wire(self):
        for space in (self.server, self.client):
            run("ip", "netns", "add", space)
        self.at(self.server, "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0",
                "netns", self.client)
        for space, host in ((self.server, 53), (self.client, 11)):
            self.at(space, "ip", "addr", "add", f"10.54.0.{host}/24", "dev", "eth0")
            self.at(space, "ip", "addr", "add", f"fd54::{host}/64", "dev", "eth0", "nodad")
            self.at(space, "ip", "link", "set", "lo", "up")
            self.at(space, "ip", "link", "set", "eth0", "up")
        self.at(self.client, "ip", "neigh", "add", "10.54.0.99", "lladdr", "02:54:00:00:00:99",
                "dev", "eth0", "nud", "permanent")

    def _start_knot(self):
        (self.folder / "live.test.zone").write_text(ZONE)
        (self.folder / "knot.conf").write_text(KNOT.format(folder=self.folder))
        self.start(self.server, "knotd", "-c", self.folder / "knot.conf")
        self.wait("knotd answers", lambda: b"192.0.2.2" in self.at(
            self.client, "kdig", "+short", "+time=1", "+retry=0", "@10.54.0.53", "v4only.live.test",
            statuses=(0, 1)))

    @staticmethod
    def _entered(space):
        # Unlike `ip netns exec` this mounts nothing, so it works in a chroot.
        return ["nsenter", f"--net=/run/netns/{space}"]

    def at(self, space, *command, **options):
        """Runs a program in a namespace to its end; its standard output."""
        return run(*self._entered(space), *command, **options)

    def start(self, space, *command, log=None, **options):
        """Starts a program in a namespace; it is ended with the lab. What it says goes to `log`, by
        default NAME.log in the lab's folder."""
        words = [*self._entered(space), *map(str, command)]
        with open(log or self.folder / f"{pathlib.Path(command[0]).name}.log", "wb") as out:
            process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT, **options)
        self.started.append(process)
        return process

    def wait(self, what, condition, seconds=20):
        """Waits until a condition holds."""
        for _ in range(seconds * 10):
            if condition():
                return
            time.sleep(0.1)
        logs = "".join(f"{log.name}: {log.read_text()}" for log in self.folder.glob("*.log"))
        fail(f"gave up waiting: {what}\n{logs}")
