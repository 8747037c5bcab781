"""Random documents for a mapping and random expressions over them, the same again for the same seed.

Documents have awkward values on purpose: empty, null, in arrays of arrays, of another JSON type than
the field's, dotted names beside objects. Expressions take most of their values from the documents, so
that they select something."""
import json
import random

WORDS = ("alpha", "Alpha", "ALPHA", "beta", "gamma", "al", "alphabet", "alpha beta", "beta alpha", "a-b",
         "a.b", "a*b", "a?b", "", " ", "-", "5", "05", "5.0", "1E3", "true", "10.43.0.10", "2024-05-01",
         "é", "e\u0301", "É", "😀x", "\uffee", "line\nalpha", "alphabetical", "x" * 40, "x" * 1100, "or",
         "AND", "not", "(alpha)", "a:b", "a\\b", '"alpha"', "{alpha}", "<beta>", "A", "AAAA", "CNAME", "/a/",
         "pay.shop.test", "www.shop.test", "_x", "~", "a~1", "alpha^2", "+alpha", "[a TO b]", "ß", "İ")
TOKENS = ("5", "5.0", "1E3", "1.50", "-0.0", "0", "-7", "true", "false")
NUMBERS = ("0", "1", "5", "-5", "7", "42", "53", "100", "127", "5.0", "5e0", "1e2", "-0.0", "0.1", "5.9",
           "-3.5", "30", "300", "1.5", "99.99")
LARGE = {"long": ("9223372036854775807", "-9223372036854775808", "9007199254740993", "1714558530123"),
         "integer": ("2147483647", "-2147483648", "65536"), "short": ("32767", "-32768", "1000"),
         "byte": ("-128", "99"), "float": ("16777217", "3.4e38", "1e-10"), "half_float": ("65504", "2049"),
         "double": ("1e300", "0.30000000000000004", "9007199254740993")}
ADDRESSES = ("10.43.0.10", "10.42.0.7", "10.42.255.1", "192.0.2.1", "0.0.0.0", "255.255.255.255", "::1", "::",
             "2001:db8::1", "2001:DB8:0::1", "2001:0db8:0000:0000:0000:0000:0000:0002", "::ffff:10.0.0.1",
             "10.0.0.1", "fe80::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
NETWORKS = ("10.42.0.0/16", "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.43.0.10/32", "fe80::/10",
            "192.0.2.7/24", "10.42.0.0/33")
DATES = ("2024-05-01", "2024-05", "2024", "2024-05-01T10:15:30Z", "2024-05-01T10:15:30.123Z",
         "2024-05-01T10:15:30.123456789Z", "2024-05-01T10:15:30+02:00", "2024-05-01T23:59:59.999Z",
         "2024-05-02T00:00:00", "2024-03-31T02:30:00", "2024-10-27T00:30:00Z", "2024-10-27T02:30:00",
         "1714521600000", "1714558530123", "1970-01-01", "2024-02-29", "2023-12-31T23:30:00Z",
         "2024-05-01T10:15:30,5Z", "2024-05-01T10:15:30.1Z")
LOOSE_DATES = ("2024-05-01T10", "2024-05-01T10:15", "2024-05-01||/d", "2024-05-01||/M", "2024-05-01||+1M/d",
               "2024-05-01||-1d", "2024-05-01T10:15:30Z||+1h", "2024-01-31||+1M", "now", "now-1d/d", "now+1y",
               "2024-05-01||/w", "2024-W18", "2024-05-01||/y", "2024-10-27||+1d", "9999-12-31", "0001-01-01")
TEXTS = ("connection refused", "Connection Refused", "refused connection", "connection reset by peer", "hello",
         "", "...", "a-b", "10.43.0.10", "can't stop", "e.g. this", "日本語 text", "カタカナ", "😀 ok", "foo_bar baz",
         "CNAME pay.shop.test", "alpha beta gamma", "beta", "x" * 300, "5 5.0 1,000.5", "AND OR NOT", "สวัสดี",
         "connection", "1 true", "l'été", "naïve İstanbul ß")
BOOLEANS = ("true", "false")
ZONES = (None, None, None, "Europe/Berlin", "America/New_York", "+05:30", "UTC")
NUMERIC = set(LARGE)
KEYWORDS = ("and", "or", "not")

# One document for each end of time: Elasticsearch looks at what dates an index has, and forgives bad
# values beside a range that is outside of them. Ours ends where nanoseconds in 64 bits do.
ENDS_OF_TIME = {"date": ("1678-01-01", "2262-04-11T23:47:16.853Z"),
                "date_nanos": ("1970-01-01", "2262-04-11T23:47:16.854775807Z")}


class Token(str):
    """JSON text of a scalar that is no string."""


def json_text(value):
    """JSON that keeps the tokens of numbers."""
    if isinstance(value, Token):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(json_text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


class Field:
    """A field of a mapping; `nested` is the innermost nested field around it, or None."""

    def __init__(self, name, mapping, nested, is_stored):
        self.name = name
        self.type = mapping["type"]
        self.is_lenient = mapping.get("ignore_malformed", False)
        self.nested = nested
        self.is_stored = is_stored and self.type != "alias"
        self.seen = []  # texts of its values in the documents


def fields_of(properties, prefix="", nested=None, is_stored=True):
    for name, mapping in properties.items():
        path = prefix + name
        inside = nested
        if mapping.get("type") == "nested":
            inside = path
        if "type" in mapping:
            yield Field(path, mapping, nested, is_stored)
        yield from fields_of(mapping.get("properties", {}), path + ".", inside, is_stored)
        yield from fields_of(mapping.get("fields", {}), path + ".", nested, False)


class Corpus:
    """Fields, and the documents made for one seed."""

    def __init__(self, seed, properties, count):
        self.rng = random.Random(f"documents {seed}")
        self.fields = list(fields_of(properties))
        self.by_nested = {}
        for field in self.fields:
            self.by_nested.setdefault(field.nested, []).append(field)
        self.nested = {field.name for field in self.fields if field.type == "nested"}
        self.documents = [self.document(f"r{number:04}") for number in range(count)]
        self.documents += self.ends_of_time()

    def inside(self, nested):
        """The fields directly inside a nested field, or outside of all (None)."""
        return self.by_nested[nested]

    def ends_of_time(self):
        for number in (0, 1):
            document = {"_id": f"end{number}"}
            for field in self.fields:
                if field.type in ENDS_OF_TIME:
                    date = ENDS_OF_TIME[field.type][number]
                    key, value = field.name, date
                    if field.nested:
                        key, value = field.nested, [{field.name.removeprefix(field.nested + "."): date}]
                    document[key] = value
            yield json_text(document)

    def document(self, name):
        document = {"_id": name}
        # Fields made for awkwardness are as frequent as all others together.
        stored = [field for field in self.inside(None) if field.is_stored]
        awkward = [field for field in stored if field.name.startswith(("x.", "rrsets"))]
        for _ in range(self.rng.choice((0, 1, 2, 5, 12))):
            field = self.rng.choice(awkward if self.rng.random() < 0.5 else stored)
            self.place(document, field.name.split("."), self.value(field))
        return json_text(document)

    def place(self, container, parts, value):
        """Puts a value under its path: objects, dotted names, and arrays of objects."""
        rng = self.rng
        count = len(parts) if rng.random() < 0.15 else rng.randint(1, min(2, len(parts)))
        key = ".".join(parts[:count])
        if count == len(parts):
            container.setdefault(key, value)
            return
        child = container.setdefault(key, rng.choice(({}, {}, {}, [{}], [{}, {}])))
        if isinstance(child, list):
            child = rng.choice(child)
        self.place(child, parts[count:], value)

    def value(self, field):
        """One value or several."""
        rng = self.rng
        form = rng.random()
        if form < 0.03:
            return rng.choice((None, [], [None]))
        if form < 0.25:
            values = [self.one_value(field) for _ in range(rng.randint(1, 3))]
            return [values] if rng.random() < 0.1 else values
        return self.one_value(field)

    def one_value(self, field):
        if field.type == "nested":
            return self.objects(field.name)
        if field.type == "flattened":
            return {key: self.note(field, self.rng.choice(WORDS[:24])) for key in
                    self.rng.sample(("a", "b", "app", "a.b"), self.rng.randint(0, 3))}
        if field.type in ("keyword", "text") and self.rng.random() < 0.1:
            return Token(self.note(field, self.rng.choice(TOKENS)))
        text = self.rng.choice(texts_of(field.type, self.rng))
        if field.is_lenient and self.rng.random() < 0.05:
            text = "malformed"
        self.note(field, text)
        if field.type in NUMERIC | {"boolean"} and self.rng.random() < 0.8:
            return Token(text)
        return text

    def objects(self, nested):
        objects = []
        for _ in range(self.rng.randint(0, 3)):
            inner = {}
            inside = self.inside(nested)
            for field in self.rng.sample(inside, self.rng.randint(0, min(3, len(inside)))):
                name = field.name.removeprefix(nested + ".")
                self.place(inner, name.split("."), self.value(field))
            objects.append(inner)
        return objects[0] if len(objects) == 1 and self.rng.random() < 0.5 else objects

    @staticmethod
    def note(field, text):
        """Remembers a value for the expressions."""
        field.seen.append(text)
        return text


def texts_of(kind, rng):
    """Texts that values of a type may have."""
    if kind in NUMERIC:
        return LARGE[kind] if rng.random() < 0.2 else NUMBERS
    return {"boolean": BOOLEANS, "ip": ADDRESSES, "date": DATES, "date_nanos": DATES,
            "text": TEXTS}.get(kind, WORDS)


class Expressions:
    """Random expressions over the fields and values of a corpus."""

    def __init__(self, seed, corpus):
        self.rng = random.Random(seed)
        self.corpus = corpus
        self.clauses = []  # of the expression that was made last, outside of braces

    def question(self):
        self.clauses = []
        question = {"kql": self.expression(self.rng.choice((0, 0, 1, 2, 3)), None)}
        zone = self.rng.choice(ZONES)
        return question if zone is None else question | {"time_zone": zone}

    def expression(self, depth, nested):
        rng = self.rng
        if depth == 0:
            clause = self.clause(nested)
            if nested is None:
                self.clauses.append(clause)
            return clause
        form = rng.random()
        if form < 0.25:
            inner = self.expression(depth - 1, nested)
            return f"not {inner}" if rng.random() < 0.5 else f"not ({inner})"
        parts = [self.expression(rng.randint(0, depth - 1), nested) for _ in range(rng.choice((2, 2, 3)))]
        text = f" {rng.choice(('and', 'or', 'AND', 'Or'))} ".join(parts)
        return f"({text})" if rng.random() < 0.5 else text

    def field(self, nested):
        rng = self.rng
        fields = self.corpus.inside(nested)
        known = [field for field in fields if field.seen]
        awkward = [field for field in known if field.name.startswith("x.")]
        form = rng.random()
        if form < 0.45 and awkward:
            return rng.choice(awkward)
        return rng.choice(known if form < 0.92 and known else fields)

    def clause(self, nested):
        rng = self.rng
        form = rng.random()
        if nested is None and form < 0.06:
            return self.value(rng.choice(self.corpus.fields))
        if form < 0.09:
            return f"{self.field_pattern(nested)}: {self.value(self.field(nested))}"
        if form < 0.10:
            return f"no.such.field{rng.choice((': x', ': *', ' > 5', ': (a or b)'))}"
        field = self.field(nested)
        if field.type == "nested" or form < 0.18:
            return self.braces(nested)
        name = self.name(field, nested)
        if form < 0.26:
            return f"{name}: *"
        if form < 0.45:
            return self.range(name, field)
        if form < 0.58:
            return f"{name}: ({self.list(field, 2)})"
        return f"{name}: {self.value(field)}"

    def name(self, field, nested):
        name = field.name if nested is None else field.name.removeprefix(nested + ".")
        if field.type == "flattened" and self.rng.random() < 0.7:
            name += self.rng.choice((".a", ".b", ".app", ".a.b", ".zz"))
        return name

    def field_pattern(self, nested):
        """A field name with a star."""
        name = self.name(self.field(nested), nested)
        at = self.rng.randrange(len(name) + 1)
        return self.rng.choice((f"{name[:at]}*", f"*{name[at:]}", f"{name[:at]}*{name[at + 1:]}", "*"))

    def braces(self, nested):
        inside = [name for name in sorted(self.corpus.nested)
                  if name.startswith(f"{nested}." if nested else "") and name != nested]
        if not inside:
            return f"{self.name(self.field(nested), nested)}: *"
        path = self.rng.choice(inside)
        shown = path if nested is None else path.removeprefix(nested + ".")
        return f"{shown}: {{ {self.expression(self.rng.choice((0, 0, 1, 2)), path)} }}"

    def range(self, name, field):
        operator = self.rng.choice(("<", "<=", ">", ">="))
        text = self.text(field)
        return f"{name} {operator} {self.rng.choice((quoted, escaped))(text)}"

    def list(self, field, depth):
        rng = self.rng
        parts = []
        for _ in range(rng.randint(1, 3)):
            part = self.value(field)
            form = rng.random()
            if form < 0.15:
                part = f"not {part}"
            elif form < 0.25 and depth > 0:
                part = f"({self.list(field, depth - 1)})"
            parts.append(part)
        return f" {rng.choice(('or', 'or', 'and'))} ".join(parts)

    def text(self, field):
        """A text to look for: mostly one that the documents have in the field."""
        rng = self.rng
        form = rng.random()
        if form < 0.65 and field.seen:
            return rng.choice(field.seen)
        if form < 0.95:
            extra = {"ip": NETWORKS, "date": LOOSE_DATES, "date_nanos": LOOSE_DATES}.get(field.type)
            return rng.choice(extra if extra and rng.random() < 0.5 else texts_of(field.type, rng))
        return rng.choice(rng.choice((WORDS, NUMBERS, ADDRESSES, DATES, TEXTS, BOOLEANS)))

    def value(self, field):
        rng = self.rng
        text = self.text(field)
        form = rng.random()
        if form < 0.15 and field.type in ("keyword", "text", "flattened") or form < 0.01:
            at, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
            return rng.choice((f"{escaped(text[:at])}*", f"*{escaped(text[at:])}",
                               f"*{escaped(text[at:end])}*", f"{escaped(text[:at])}*{escaped(text[end:])}"))
        if form < 0.25:
            text = rng.choice((text.upper(), text.lower(), text + "x", text[:-1]))
        return (quoted if rng.random() < 0.4 or not text.strip() else escaped)(text)


def quoted(text):
    """A quoted literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def escaped(text):
    """An unquoted literal; quoted if it would be blank."""
    if text.strip() != text or not text:
        return quoted(text) if text else ""
    out = "".join("\\" + c if c in '\\():<>"*{}' else c for c in text)
    words = ["\\" + word if word.lower() in KEYWORDS else word for word in out.split(" ")]
    return " ".join(words).replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
