"""What the saved objects of Kibana and of OpenSearch Dashboards have in common: the sources they are
made from, the data view and the saved searches.

What these programs keep as JSON inside of JSON is written here as it is, and encoded at the end. The
versions are low on purpose: an object of a newer version than the program's own is refused, an older
one is upgraded."""
import functools
import json
import pathlib

import yaml

FOLDER = pathlib.Path(__file__).resolve().parent
SAVED = FOLDER.parent / "query" / "saved"

INDEX_REFERENCE = "kibanaSavedObjectMeta.searchSourceJSON.index"
COLUMNS = ["source.ip", "destination.ip", "dns.question.name", "dns.question.type", "lookup.result",
           "lookup.rr_types", "event.duration"]
COLUMNS_MAX = 8
TIME = "@timestamp"
DURATIONS_NS = {"ns": 1, "us": 1000, "ms": 1000_000, "s": 1000_000_000, "m": 60_000_000_000}

# Conditions on groups of lookups: a saved query that has one does not find lookups one by one.
GROUP_CONDITIONS = {"count_min", "distinct_min", "distinct_max", "uneven_percent", "new"}


def encoded(value):
    """JSON text that is the same wherever it is made."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


# --- Sources ------------------------------------------------------------------------------------------


@functools.cache
def view():
    return json.loads((FOLDER / "data_view.json").read_text(encoding="utf-8"))


@functools.cache
def dashboard():
    return yaml.safe_load((FOLDER / "dashboard.yaml").read_text(encoding="utf-8"))


@functools.cache
def saved_queries():
    """Every saved query by its name, in the order of names."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
            for path in sorted(SAVED.glob("*.yaml"))}


def literal(parameter):
    """The default of a parameter as dnsight writes it into an expression."""
    value = str(parameter["default"])
    if parameter["kind"] == "text":
        return value if "*" in value else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if parameter["kind"] == "duration":
        digits = value.rstrip("abcdefghijklmnopqrstuvwxyz")
        return str(round(float(digits) * DURATIONS_NS[value[len(digits):]]))
    return value


def expression(query):
    """The KQL of the first step, with the defaults of the parameters."""
    kql = query["steps"][0]["kql"]
    for name, parameter in query.get("parameters", {}).items():
        kql = kql.replace("${%s}" % name, literal(parameter))
    return kql


def panel_kql(panel):
    """The lookups of a panel."""
    if "saved" in panel:
        return expression(saved_queries()[panel["saved"]])
    return dashboard()["own"]


def placed_panels():
    """Every panel with its place on the dashboard's grid, which is 48 columns wide."""
    top = 0
    for row in dashboard()["rows"]:
        left = 0
        for panel in row["panels"]:
            yield panel, {"x": left, "y": top, "w": panel["width"], "h": row["height"], "i": panel["id"]}
            left += panel["width"]
        top += row["height"]


def resolved(value, fragments):
    """A copy in which each text "@name" is the fragment of that name."""
    if isinstance(value, dict):
        return {key: resolved(member, fragments) for key, member in value.items()}
    if isinstance(value, list):
        return [resolved(member, fragments) for member in value]
    if isinstance(value, str) and value[:1] == "@" and value[1:] in fragments:
        return resolved(fragments[value[1:]], fragments)
    return value


def service_graph(add_filter):
    """The Vega specification as strict JSON text; `add_filter` is the function that a click calls."""
    text = (FOLDER / "service_graph.json").read_text(encoding="utf-8")
    spec = json.loads(text.replace("kibanaAddFilter", add_filter))
    return encoded(resolved(spec, spec.pop("fragments")))


# --- Objects of both ----------------------------------------------------------------------------------


def data_view_attributes():
    formats = {field: {key: row[key] for key in ("id", "params") if key in row}
               for row in view()["formats"] for field in row["fields"]}
    return {"title": view()["title"], "timeFieldName": view()["timeFieldName"],
            "fieldFormatMap": encoded(formats)}


def finds_lookups(query):
    return query["severity"] != "overview" and not GROUP_CONDITIONS & query["steps"][0].keys()


def searches():
    """The saved queries that select lookups one by one; the others compare groups."""
    return {name: query for name, query in saved_queries().items() if finds_lookups(query)}


def search_attributes(query):
    step = query["steps"][0]
    columns = [column for column in step.get("columns", COLUMNS) if column != TIME]
    field, _, order = step.get("sort", f"{TIME}:desc").partition(":")
    source = {"query": {"query": expression(query), "language": "kuery"}, "filter": [],
              "indexRefName": INDEX_REFERENCE}
    return {
        "title": f"DNS: {query['title']}",
        "description": query["question"],
        "columns": columns[:COLUMNS_MAX],
        "sort": [[field, order or "asc"]],
        "kibanaSavedObjectMeta": {"searchSourceJSON": encoded(source)},
    }


def data_view_reference(name):
    return {"id": view()["id"], "name": name, "type": "index-pattern"}


def guide():
    """Markdown: a link to each saved search, with its question, worst first."""
    lines = []
    for severity in ("high", "medium", "low"):
        lines += [f"**{severity.capitalize()}**", ""]
        lines += [f"* [{query['title']}](discover#/view/dnsight-{name}): {query['question']}"
                  for name, query in searches().items() if query["severity"] == severity]
        lines.append("")
    return "\n".join(lines)
