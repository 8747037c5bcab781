"""Captures in which the faults are planted that tests/data/lookups.pcap has not, and one without any:
UDP over IPv4 between clients and two resolvers, written packet by packet."""
import ipaddress
import struct

START = 1795334400  # 2026-11-22T08:00:00Z, a day before lookups.pcap
RESOLVERS = ("10.54.0.10", "10.54.0.20")
A, AAAA, TXT = 1, 28, 16
SERVER_HEADER = bytes.fromhex("02000000000202000000000108 00".replace(" ", ""))


def labels(name):
    return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in name.split(".") if label) + b"\0"


def question(name, qtype):
    return labels(name) + struct.pack("!HH", qtype, 1)


def record(name, rtype, ttl, data):
    return labels(name) + struct.pack("!HHIH", rtype, 1, ttl, len(data)) + data


def address(name, ip, ttl=300):
    return record(name, A, ttl, ipaddress.ip_address(ip).packed)


def query(ident, name, qtype):
    return struct.pack("!6H", ident, 0x0100, 1, 0, 0, 0) + question(name, qtype)


def response(ident, name, qtype, answers=(), rcode=0):
    return (struct.pack("!6H", ident, 0x8180 | rcode, 1, len(answers), 0, 0) + question(name, qtype)
            + b"".join(answers))


class Story:
    """Lookups, one a tenth of a second unless said otherwise, each from a new port with a new ID."""

    def __init__(self):
        self.packets, self.ident, self.clock = [], 0, float(START)

    def datagram(self, time, source, sport, destination, dport, payload):
        udp = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0,
                         ipaddress.ip_address(source).packed, ipaddress.ip_address(destination).packed)
        self.packets.append((time, SERVER_HEADER + ip + udp))

    def lookup(self, name, client="10.54.0.1", server=None, qtype=A, took=0.0005, answers=None, rcode=0,
               port=None, responses=None):
        """`responses` are the octets of responses instead of one that is made from `answers`; their ID
        is put in. Without `server` the resolvers take turns."""
        self.ident += 1
        self.clock += 0.1
        server = server or RESOLVERS[self.ident % 2]
        port = port or 20000 + self.ident
        if answers is None:
            answers = [address(name, "192.0.2.1")]
        if responses is None:
            responses = [response(0, name, qtype, answers, rcode)]
        self.datagram(self.clock, client, port, server, 53, query(self.ident, name, qtype))
        for number, octets in enumerate(responses):
            self.datagram(self.clock + took + number * 0.0001, server, 53, client, port,
                          struct.pack("!H", self.ident) + octets[2:])

    def pause(self, seconds):
        self.clock += seconds

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
            for time, octets in sorted(self.packets, key=lambda packet: packet[0]):
                nanoseconds = round(time * 1e9)
                file.write(struct.pack("<IIII", nanoseconds // 10**9, nanoseconds % 10**9, len(octets),
                                       len(octets)))
                file.write(octets)
        return path


def everyday(story, rounds):
    """What nothing is wrong with: some clients, some names, both resolvers."""
    for number in range(rounds):
        for client in ("10.54.0.1", "10.54.0.2", "10.54.0.3"):
            story.lookup(f"{('web', 'api', 'pay')[number % 3]}.shop.test", client)
            story.lookup("docs.example.org", client)


def clean(path):
    story = Story()
    everyday(story, 10)
    return story.write(path)


def planted(path):
    """Everyday lookups and the faults; what is found is listed in saved_queries.py."""
    story = Story()
    everyday(story, 10)
    story.lookup("five.shop.test", "10.54.0.1", took=5.004)
    story.lookup("late.shop.test", "10.54.0.2", took=10.5)
    story.lookup("short.shop.test", answers=[address("short.shop.test", "192.0.2.5", ttl=0)])
    story.lookup("clash.shop.test", responses=[
        response(0, "clash.shop.test", A, [address("clash.shop.test", ip)]) for ip in ("192.0.2.6", "203.0.113.6")])
    # A response whose answer count promises a record that is not there.
    broken = bytearray(response(0, "broken.shop.test", A))
    broken[7] = 1
    story.lookup("broken.shop.test", responses=[bytes(broken)])
    for _ in range(30):
        story.lookup("web.shop.test", "10.54.0.9", server=RESOLVERS[0], port=5353 + 10)
    for number in range(120):
        story.lookup(f"{number:032x}.tunnel.example.com", "10.54.0.3", server=RESOLVERS[1], qtype=TXT,
                     answers=[record(f"{number:032x}.tunnel.example.com", TXT, 60, b"\x04data")])
    story.pause(3600)
    story.lookup("cdn.newcomer.example.net", "10.54.0.2")
    story.lookup("docs.example.org", "10.54.0.2")
    return story.write(path)


# When the window of `new-domains` begins.
NEW_SINCE = "2026-11-22T08:30:00Z"
