"""Captures as lists of packets: read, written, and wrapped in other layers. Only what the tests need:
pcap files of Ethernet frames, checksums of outer headers left out (dnsightd does not look at them)."""
import pathlib
import struct

ETHERNET = 1
MAGICS = {0xa1b2c3d4, 0xa1b23c4d}
OUTER_MACS = bytes.fromhex("025400000001 025400000002")


class Capture:
    """`packets` are (seconds, fraction, length on the wire, octets)."""

    def __init__(self, order, header, packets):
        self.order, self.header, self.packets = order, header, packets

    def with_packets(self, packets):
        return Capture(self.order, self.header, packets)

    def wrapped(self, wrap):
        """The same packets in other layers; `wrap` is one of those below."""
        return self.with_packets([self._wrapped_packet(wrap, packet) for packet in self.packets])

    @staticmethod
    def _wrapped_packet(wrap, packet):
        seconds, fraction, length, octets = packet
        missing = length - len(octets)
        inside = wrap(octets, missing)
        return seconds, fraction, len(inside) + missing, inside

    def write(self, path):
        with open(path, "wb") as file:
            file.write(self.header)
            for seconds, fraction, length, octets in self.packets:
                file.write(struct.pack(f"{self.order}IIII", seconds, fraction, len(octets), length))
                file.write(octets)
        return path


def read_capture(path):
    """The capture in a pcap file of whole Ethernet frames; None if the file is another one."""
    octets = pathlib.Path(path).read_bytes()
    order = next((o for o in "<>" if struct.unpack_from(f"{o}I", octets)[0] in MAGICS), None)
    if order is None or struct.unpack_from(f"{order}I", octets, 20)[0] != ETHERNET:
        return None
    packets, at = [], 24
    while at < len(octets):
        if at + 16 > len(octets):
            return None
        seconds, fraction, captured, length = struct.unpack_from(f"{order}IIII", octets, at)
        at += 16
        if at + captured > len(octets) or captured > length:
            return None
        packets.append((seconds, fraction, length, octets[at:at + captured]))
        at += captured
    # The longest packet that a reader accepts: room for the layers.
    header = octets[:16] + struct.pack(f"{order}I", 262144) + octets[20:24]
    return Capture(order, header, packets)


def ipv4(protocol, payload, missing):
    """Behind an Ethernet header; `missing` octets of the payload were not captured."""
    length = 20 + len(payload) + missing
    return OUTER_MACS + struct.pack("!HBBHHHBBH4s4s", 0x0800, 0x45, 0, length, 1, 0, 64, protocol, 0,
                                    bytes([198, 51, 100, 1]), bytes([198, 51, 100, 2])) + payload


def in_vxlan(frame, missing):
    """UDP to port 4789, VNI 4242 (RFC 7348, 5)."""
    inside = struct.pack("!II", 0x08000000, 4242 << 8) + frame
    return ipv4(17, struct.pack("!HHHH", 49152, 4789, 8 + len(inside) + missing, 0) + inside, missing)


def in_gre(frame, missing):
    """Ethernet in GRE with a key (RFC 2890, 2)."""
    return ipv4(47, struct.pack("!HHI", 0x2000, 0x6558, 77) + frame, missing)


def in_qinq(frame, _):
    """A service tag 100 and a customer tag 200 (IEEE 802.1ad)."""
    return frame[:12] + struct.pack("!HHHH", 0x88a8, 100, 0x8100, 200) + frame[12:]
