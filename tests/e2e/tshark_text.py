"""What the fields of tshark say, as the words that `dnsightd read --messages` prints.

tshark's texts lose something, so both sides are brought to a form that they can share:

- A name has no escapes: a dot inside a label looks like one between labels. `<Root>` is the root.
- Octets that are no UTF-8 are U+FFFD, any number of them one: tshark and Python count them
  differently. Control characters have the escapes of C.
- SRV records have no owner but its first two labels and the rest.
- Times are texts in English.

Everything else is compared word for word. Where tshark has no field for a type, or broke off, the
record is compared as octets, in the form of RFC 3597."""
import base64
import calendar
import ipaddress
import re
import time

_MNEMONICS = dict(enumerate(
    "A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP AFSDB X25 ISDN RT NSAP "
    "NSAP-PTR SIG KEY PX GPOS AAAA LOC NXT EID NIMLOC SRV ATMA NAPTR KX CERT A6 DNAME SINK OPT APL "
    "DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA".split(), start=1))
_MNEMONICS |= {55: "HIP", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD",
               64: "SVCB", 65: "HTTPS", 99: "SPF", 100: "UINFO", 249: "TKEY", 250: "TSIG",
               251: "IXFR", 252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "ANY", 256: "URI",
               257: "CAA"}
_CLASSES = {1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"}
_CLASSES_OF_UPDATES = (254, 255)  # Their records may be empty: RFC 2136, 2.4 and 2.5.
_OPTIONS = {3: "nsid", 5: "dau", 6: "dhu", 7: "n3u", 8: "client-subnet", 9: "expire", 10: "cookie",
            11: "tcp-keepalive", 12: "padding", 13: "chain", 14: "key-tag", 15: "ede"}
_PARAMETERS = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"]
_EDE_PURPOSES = {9: "DNSKEY Missing", 22: "No Reachable Authority"}
_TSIG_ERRORS = {0: "NOERROR", 16: "BADSIG", 17: "BADKEY", 18: "BADTIME"}


def type_text(number):
    return _MNEMONICS.get(number, f"TYPE{number}")


def class_text(number):
    return _CLASSES.get(number, f"CLASS{number}")


def _shown(octets):
    """Octets as tshark shows a string."""
    escapes = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\a": "\\a", "\b": "\\b", "\f": "\\f",
               "\v": "\\v"}
    text = octets.decode("utf-8", "replace")
    text = re.sub("\ufffd+", "\ufffd", text)
    return "".join(escapes.get(c, f"\\{ord(c):03o}" if ord(c) < 0x20 or ord(c) == 0x7f else c)
                   for c in text)


def _unescaped(text):
    """The octets that a name or a character string in presentation format stands for."""
    octets = bytearray()
    for decimal, single, plain in re.findall(r"\\(\d{3})|\\(.)|([^\\]+)", text, re.S):
        octets += bytes([int(decimal)]) if decimal else (single + plain).encode()
    return bytes(octets)


def shown(text):
    """Our text of a name or a string, as tshark shows the same octets."""
    return _shown(_unescaped(text))


def words(rdata):
    """Our RDATA as a list of words, each as tshark would show it."""
    found = re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^\s"\\]|\\.)+', rdata, re.S)
    return [word if word == "\\#" else shown(re.sub(r'(\\.)|"', r"\1", word)) for word in found]


def name(text):
    """A name of tshark's in the form of shown()."""
    return "." if text == "<Root>" else re.sub("\ufffd+", "\ufffd", text)


def owner(record):
    """The owner of one of tshark's records; None if it has none."""
    if "name" in record:
        return name(record["name"])
    fields = dict(record["data"])
    parts = [fields.get(f"dns.srv.{part}") for part in ("service", "proto", "name")]
    return ".".join(parts) if all(parts) else None


class _Fields:
    """The fields of one record; a missing one is a KeyError."""

    def __init__(self, record):
        self.pairs = record["data"]
        self.octets = bytes.fromhex(record["rdata_hex"])

    def all(self, key):
        return [value for k, value in self.pairs if k == key]

    def one(self, key):
        values = self.all(key)
        if not values:
            raise KeyError(key)
        return values[0]

    def many(self, *keys):
        return [name(self.one(key)) for key in keys]

    def number(self, key):
        return int(self.one(key), 0)


def _hex(text):
    return text.replace(":", "").upper()


def _base64(text):
    return base64.b64encode(bytes.fromhex(text.replace(":", ""))).decode()


def _seconds(text):
    return calendar.timegm(time.strptime(text.split(".")[0], "%b %d, %Y %H:%M:%S"))


def _date(text):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(_seconds(text)))


def _types(fields):
    return [type_text(int(number)) for number in fields.all("dns.resp.type")]


def _strings(kind):
    def read(fields):
        values = fields.all(f"dns.{kind}")
        if len(fields.all(f"dns.{kind}.length")) != len(values):
            raise KeyError(kind)
        return values
    return read


def _plain(*keys):
    return lambda fields: fields.many(*keys)


def _opaque(fields):
    return ["\\#", str(len(fields.octets))] + ([fields.octets.hex().upper()] if fields.octets else [])


def _rrsig(fields):
    at = "dns.rrsig."
    return [type_text(fields.number(at + "type_covered")),
            *fields.many(at + "algorithm", at + "labels", at + "original_ttl"),
            _date(fields.one(at + "signature_expiration")),
            _date(fields.one(at + "signature_inception")),
            *fields.many(at + "key_tag", at + "signers_name"),
            _base64(fields.one(at + "signature"))]


def _dnskey(fields):
    return [str(fields.number("dns.dnskey.flags")),
            *fields.many("dns.dnskey.protocol", "dns.dnskey.algorithm"),
            _base64(fields.one("dns.dnskey.public_key"))]


def _ds(fields):
    return [str(fields.number("dns.ds.key_id")),
            *fields.many("dns.ds.algorithm", "dns.ds.digest_type"),
            _hex(fields.one("dns.ds.digest"))]


def _sshfp(fields):
    return [*fields.many("dns.sshfp.algorithm", "dns.sshfp.fingerprint.type"),
            _hex(fields.one("dns.sshfp.fingerprint"))]


def _nsec(fields):
    return [*fields.many("dns.nsec.next_domain_name"), *_types(fields)]


def _nsec3(fields):
    return [*fields.many("dns.nsec3.algo", "dns.nsec3.flags", "dns.nsec3.iterations"),
            _hex(fields.one("dns.nsec3.salt_value")) or "-",
            fields.one("dns.nsec3.hash_value").upper(), *_types(fields)]


def _location(fields):
    """RFC 1876, 2 and 3. tshark shows the numbers."""
    if fields.number("dns.loc.version") != 0:
        raise KeyError("version")

    def angle(key, letters):
        thousandths = fields.number(key) - 2**31
        letter = letters[thousandths < 0]
        seconds, rest = divmod(abs(thousandths), 1000)
        minutes, second = divmod(seconds, 60)
        degree, minute = divmod(minutes, 60)
        return [str(degree), str(minute), f"{second}.{rest:03}", letter]

    def size(key):
        centimetres = (fields.number(key) >> 4) * 10**(fields.number(key) & 15)
        return (f"{centimetres // 100}m" if centimetres % 100 == 0 else
                f"{centimetres // 100}.{centimetres % 100:02}m")

    altitude = fields.number("dns.loc.altitude") - 10000000
    sign = "-" if altitude < 0 else ""
    return [*angle("dns.loc.latitude", "NS"), *angle("dns.loc.longitude", "EW"),
            f"{sign}{abs(altitude) // 100}.{abs(altitude) % 100:02}m", size("dns.loc.size"),
            size("dns.loc.horizontal_precision"), size("dns.loc.vertical_precision")]


def _tsig(fields):
    """tshark shows no MAC of an algorithm that it does not know: the octets behind the name."""
    at = len(fields.octets) - 16 - fields.number("dns.tsig.mac_size") \
        - fields.number("dns.tsig.other_len")
    mac_at = at + 10
    mac = fields.octets[mac_at:mac_at + fields.number("dns.tsig.mac_size")]
    return [*fields.many("dns.tsig.algorithm_name"), str(_seconds(fields.one("dns.tsig.time_signed"))),
            *fields.many("dns.tsig.fudge", "dns.tsig.mac_size"), base64.b64encode(mac).decode(),
            fields.one("dns.tsig.original_id"), _TSIG_ERRORS[fields.number("dns.tsig.error")],
            fields.one("dns.tsig.other_len")]


def _tkey(fields):
    return [*fields.many("dns.tkey.algo_name"),
            str(_seconds(fields.one("dns.tkey.signature_inception"))),
            str(_seconds(fields.one("dns.tkey.signature_expiration"))), fields.one("dns.tkey.mode"),
            _TSIG_ERRORS[fields.number("dns.tkey.error")], fields.one("dns.tkey.key_size"),
            _base64(fields.one("dns.tkey.key_data")), fields.one("dns.tkey.other_size")]


def _groups(pairs, start):
    """Pairs in groups that begin with a key."""
    groups = []
    for key, value in pairs:
        if key == start:
            groups.append([])
        elif groups:
            groups[-1].append((key, value))
    return groups


def _svcb(fields):
    result = fields.many("dns.svcb.svcpriority", "dns.svcb.targetname")
    for group in _groups(fields.pairs, "dns.svcb.svcparam"):
        key = _PARAMETERS[int(dict(group)["dns.svcb.svcparam.key"])]
        values = [v for k, v in group if re.search(r"\.(alpn|port|ip)$", k)]
        result.append(f"{key}={','.join(values)}" if values else key)
    return result


def _client_subnet(values):
    family = int(values["dns.opt.client.family"])
    address = values.get(f"dns.opt.client.addr{4 if family == 1 else 6}", "0")
    if family:
        address = str(ipaddress.ip_address(address))
    return (f"={address}/{values['dns.opt.client.netmask']}/{values['dns.opt.client.scope']}")


def _labels(octets):
    found = []
    while octets[0]:
        found.append(_shown(octets[1:1 + octets[0]]))
        octets = octets[1 + octets[0]:]
    return ".".join(found) or "."


def _extended_error(code, text):
    return "=" + ",".join([str(code)] + ([_EDE_PURPOSES[code]] if code in _EDE_PURPOSES else []) +
                          ([text] if text else []))


def _option(group):
    """An EDNS option. tshark shows the data of every option; what it makes of it is used where it
    is right."""
    values = dict(group)
    code = int(values["dns.opt.code"])
    data = bytes.fromhex(values["dns.opt.data"].replace(":", ""))
    label = _OPTIONS.get(code, f"opt{code}")
    numbers = ",".join(v for k, v in group if k in ("dns.opt.dau", "dns.opt.dhu", "dns.opt.n3u"))
    tags = [int.from_bytes(data[i:i + 2], "big") for i in range(0, len(data), 2)]
    is_text = all(0x20 <= octet <= 0x7e for octet in data)
    if code == 12:
        return f"{label}={len(data)}"
    if not data:
        return label
    if code == 8:
        return label + _client_subnet(values)
    if code in (5, 6, 7):
        return f"{label}={numbers}"
    if code == 9:
        return f"{label}={int.from_bytes(data, 'big')}"
    if code == 11:
        return f"{label}={tags[0] // 10}.{tags[0] % 10}"
    if code == 13:
        return f"{label}={_labels(data)}"
    if code == 14:
        return f"{label}={','.join(map(str, tags))}"
    if code == 15:
        return label + _extended_error(int(values["dns.opt.ext_error.info_code"]),
                                       values.get("dns.opt.ext_error.extra_text", ""))
    return f"{label}={data.decode() if code == 3 and is_text else data.hex()}"


def _opt(fields):
    return [_option(group) for group in _groups(fields.pairs, "dns.opt")]


_READERS = {
    1: _plain("dns.a"), 2: _plain("dns.ns"), 5: _plain("dns.cname"), 12: _plain("dns.ptr.domain_name"),
    6: _plain("dns.soa.mname", "dns.soa.rname", "dns.soa.serial_number", "dns.soa.refresh_interval",
              "dns.soa.retry_interval", "dns.soa.expire_limit", "dns.soa.minimum_ttl"),
    13: _plain("dns.hinfo.cpu", "dns.hinfo.os"),
    15: _plain("dns.mx.preference", "dns.mx.mail_exchange"), 16: _strings("txt"),
    28: _plain("dns.aaaa"), 29: _location,
    33: _plain("dns.srv.priority", "dns.srv.weight", "dns.srv.port", "dns.srv.target"),
    35: _plain("dns.naptr.order", "dns.naptr.preference", "dns.naptr.flags", "dns.naptr.service",
               "dns.naptr.regex", "dns.naptr.replacement"),
    41: _opt, 43: _ds, 44: _sshfp, 46: _rrsig, 47: _nsec, 48: _dnskey, 50: _nsec3, 64: _svcb,
    65: _svcb, 99: _strings("spf"), 249: _tkey, 250: _tsig,
    257: lambda fields: [str(fields.number("dns.caa.flags")),
                         *fields.many("dns.caa.tag", "dns.caa.value")],
}


def record_words(record):
    """What our rdata of one of tshark's records should be, as a list of words."""
    fields = _Fields(record)
    if not fields.octets and record.get("class") in _CLASSES_OF_UPDATES:
        return []
    try:
        return _READERS.get(record["type"], _opaque)(fields)
    except (KeyError, ValueError, IndexError):
        return _opaque(fields)


def opt_fixed(record):
    """Class and TTL of an OPT record, from their parts (RFC 6891, 6.1.3)."""
    fields = _Fields(record)
    ttl = (fields.number("dns.resp.ext_rcode") << 24 | fields.number("dns.resp.edns0_version") << 16
           | fields.number("dns.resp.z"))
    return f"CLASS{fields.number('dns.rr.udp_payload_size')}", ttl
