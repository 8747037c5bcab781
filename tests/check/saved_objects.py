#!/usr/bin/env python3
"""What can be proved about the saved objects of kibana/ without a server: they are what
scripts/make-kibana-objects makes, they hold only attributes that Kibana (OpenSearch Dashboards) knows,
no newer version than the lowest that has all of them, every reference leads to an object and every object
that is named has a reference, panels do not overlap, charts use only columns that they have, and only
fields of the mapping that can be used like that.

    saved_objects.py SOURCE_ROOT

tests/e2e/kibana.py asks real servers what the objects ask."""
import copy
import json
import pathlib
import re
import subprocess
import sys

FILES = {"kibana": "dnsight.ndjson", "opensearch": "opensearch.ndjson"}
GRID_WIDTH = 48

# --- Shapes: a type, a set of values, [shape of each], {key: shape} with "key?" for what may be missing
# and "*" for any other key, or a function that says whether a value is right ------------------------------

ANY = object
QUERY = {"query": str, "language": {"kuery"}}
SOURCE = {"query": QUERY, "filter": [ANY], "indexRefName?": str}
REFERENCE = {"id": str, "name": str, "type": str}
GRID = {"x": int, "y": int, "w": int, "h": int, "i": str}
FORMATS = {"*": {"id": {"duration", "bytes", "number"}, "params?": dict}}
COLUMN = {"label": str, "customLabel?": bool, "dataType": {"number", "string", "ip", "date"}, "isBucketed": bool,
          "operationType": {"count", "unique_count", "percentile", "terms", "date_histogram"},
          "scale": {"ratio", "ordinal", "interval"}, "sourceField": str, "params": dict, "filter?": QUERY}
COLUMN_PARAMS = {
    "count": {"emptyAsNull": bool},
    "unique_count": {"emptyAsNull": bool},
    "percentile": {"percentile": int},
    "date_histogram": {"interval": str, "includeEmptyRows": bool, "dropPartials": bool},
    "terms": {"size": int, "orderBy": {"type": {"column"}, "columnId": str}, "orderDirection": {"asc", "desc"},
              "otherBucket": bool, "missingBucket": bool, "parentFormat": {"id": {"terms"}}, "include": list,
              "exclude": list, "includeIsRegex": bool, "excludeIsRegex": bool},
}
SIDES = {"x": ANY, "yLeft": ANY, "yRight": ANY}
CHARTS = {
    "lnsMetric": {"layerId": str, "layerType": {"data"}, "metricAccessor": str, "color?": str},
    "lnsPie": {"shape": {"donut"}, "layers": [{
        "layerId": str, "layerType": {"data"}, "primaryGroups": [str], "metrics": [str], "numberDisplay": {"percent"},
        "categoryDisplay": {"default"}, "legendDisplay": {"show"}, "legendPosition": {"right"}, "nestedLegend": bool}]},
    "lnsXY": {"legend": {"isVisible": bool, "position": {"right"}}, "preferredSeriesType": str, "valueLabels": {"hide"},
              "fittingFunction": {"None"}, "axisTitlesVisibilitySettings": SIDES, "tickLabelsVisibilitySettings": SIDES,
              "gridlinesVisibilitySettings": SIDES, "labelsOrientation": SIDES, "layers": [{
                  "layerId": str, "layerType": {"data"}, "xAccessor": str, "splitAccessor?": str, "accessors": [str],
                  "seriesType": {"line", "bar_stacked", "bar_percentage_stacked"}, "position": {"top"},
                  "showGridlines": bool}]},
    "lnsDatatable": {"layerId": str, "layerType": {"data"}, "columns": [{"columnId": str, "isTransposed": bool}],
                     "sorting": {"columnId": str, "direction": {"asc", "desc"}},
                     "paging": {"enabled": bool, "size": {10, 20, 30, 50, 100}}},
}
LENS = {"title": str, "type": {"lens"}, "visualizationType": set(CHARTS), "references": [REFERENCE], "state": {
    "adHocDataViews": dict, "internalReferences": list, "filters": list, "query": QUERY, "visualization": dict,
    "datasourceStates": {"textBased": {"layers": dict}, "formBased": {"layers": {"*": {
        "columns": {"*": COLUMN}, "columnOrder": [str], "incompleteColumns": dict, "sampling": {1}}}}}}}
SAVED_VIS = {"title": str, "description": str, "type": {"vega", "markdown"}, "params": dict, "uiState": dict,
             "data": {"aggs": list, "searchSource": {"query": QUERY, "filter": list}}}
PANEL = {"type": {"lens", "visualization"}, "title": str, "panelIndex": str, "gridData": GRID, "version": {"8.9.0"},
         "embeddableConfig": {"enhancements": dict, "hidePanelTitles": bool, "attributes?": LENS, "savedVis?": SAVED_VIS}}
CONTROL = {"order": int, "width": {"medium"}, "grow": bool, "type": {"optionsListControl"},
           "explicitInput": {"id": str, "fieldName": str, "title": str, "enhancements": dict}}
DASHBOARD = {"title": str, "description": str, "version": {1}, "hits": {0}, "timeRestore": {False},
             "kibanaSavedObjectMeta": {"searchSourceJSON": SOURCE}}
SEARCH = {"title": str, "description": str, "columns": [str], "sort": [[str]],
          "kibanaSavedObjectMeta": {"searchSourceJSON": SOURCE}}
ATTRIBUTES = {
    "kibana": {
        "index-pattern": {"title": str, "name": str, "timeFieldName": str, "fieldFormatMap": FORMATS},
        "search": SEARCH | {"grid": dict, "hideChart": bool, "isTextBasedQuery": {False}, "timeRestore": {False}},
        "dashboard": DASHBOARD | {
            "optionsJSON": dict.fromkeys(("useMargins", "hidePanelTitles", "syncColors", "syncCursor", "syncTooltips"), bool),
            "panelsJSON": [PANEL],
            "controlGroupInput": {"chainingSystem": {"HIERARCHICAL"}, "controlStyle": {"oneLine"},
                                  "ignoreParentSettingsJSON": dict.fromkeys(
                                      ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), bool),
                                  "panelsJSON": {"*": CONTROL}}},
    },
    "opensearch": {
        "index-pattern": {"title": str, "timeFieldName": str, "fieldFormatMap": FORMATS},
        "search": SEARCH | {"hits": {0}, "version": {1}},
        "visualization": {"title": str, "description": str, "version": {1}, "uiStateJSON": dict,
                          "kibanaSavedObjectMeta": {"searchSourceJSON": SOURCE},
                          "visState": {"title": str, "params": dict, "type": {
                              "metric", "pie", "histogram", "line", "table", "vega", "markdown", "input_control_vis"},
                              "aggs": [{"id": str, "enabled": {True}, "schema": {"metric", "segment", "group", "bucket"},
                                        "type": {"count", "cardinality", "percentiles", "terms", "date_histogram"},
                                        "params": dict}]}},
        "dashboard": DASHBOARD | {
            "optionsJSON": {"useMargins": bool, "hidePanelTitles": bool},
            "panelsJSON": [{"version": {"7.9.3"}, "panelIndex": str, "gridData": GRID, "title": str,
                            "embeddableConfig": {"title": str}, "panelRefName": str}]},
    },
}
VERSIONS = {
    "kibana": {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.9.0"},
    "opensearch": {"index-pattern": "7.6.0", "search": "7.9.3", "visualization": "7.10.0", "dashboard": "7.9.3"},
}


def misfits(shape, value, where):
    """What does not fit, with its place."""
    if isinstance(shape, set):
        if not isinstance(value, (str, int)) or value not in shape:
            yield f"{where}: {value!r} is not one of {sorted(map(str, shape))}"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where}: not a list"
            return
        for at, item in enumerate(value):
            yield from misfits(shape[0], item, f"{where}[{at}]")
    elif isinstance(shape, dict):
        yield from misfits_of_members(shape, value, where)
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        yield f"{where}: {value!r} is no {shape.__name__}"


def misfits_of_members(shape, value, where):
    if not isinstance(value, dict):
        yield f"{where}: not an object"
        return
    known = {key.rstrip("?"): member for key, member in shape.items() if key != "*"}
    for key in shape:
        if key != "*" and not key.endswith("?") and key not in value:
            yield f"{where}: {key} is missing"
    for key, member in value.items():
        if key in known:
            yield from misfits(known[key], member, f"{where}.{key}")
        elif "*" in shape:
            yield from misfits(shape["*"], member, f"{where}.{key}")
        else:
            yield f"{where}: {key} is unknown"


# --- Objects without JSON inside of JSON ------------------------------------------------------------------

ENCODED = {"fieldFormatMap", "searchSourceJSON", "panelsJSON", "optionsJSON", "ignoreParentSettingsJSON", "visState",
           "uiStateJSON", "spec"}


def decoded(value, key=None):
    if key in ENCODED and isinstance(value, str):
        return decoded(json.loads(value))
    if isinstance(value, dict):
        return {name: decoded(member, name) for name, member in value.items()}
    return [decoded(item) for item in value] if isinstance(value, list) else value


def read(path):
    """The objects of a file, decoded."""
    return [decoded(json.loads(line)) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines()]


def source_of(item):
    return item["attributes"].get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", {})


def charts(items):
    """Every chart whose data Kibana fetches: its name, its KQL, its columns or aggregations."""
    for item in items:
        attributes = item["attributes"]
        for panel in attributes.get("panelsJSON", []):
            state = panel["embeddableConfig"].get("attributes", {}).get("state")
            for layer in state["datasourceStates"]["formBased"]["layers"].values() if state else []:
                yield panel["panelIndex"], state["query"]["query"], layer
        if attributes.get("visState", {}).get("aggs"):
            yield item["id"].removeprefix("dnsight-panel-"), source_of(item)["query"]["query"], attributes["visState"]["aggs"]


def vega_specs(items):
    for item in items:
        attributes = item["attributes"]
        if attributes.get("visState", {}).get("type") == "vega":
            yield attributes["visState"]["params"]["spec"]
        for panel in attributes.get("panelsJSON", []):
            saved = panel["embeddableConfig"].get("savedVis", {"type": None})
            if saved["type"] == "vega":
                yield saved["params"]["spec"]


# --- Checks of one object ---------------------------------------------------------------------------------


def wrong_envelope(flavour, item):
    version = VERSIONS[flavour].get(item["type"])
    own = {"typeMigrationVersion": {version}, "coreMigrationVersion": {"8.8.0"}, "managed": {False}}
    if flavour == "opensearch":
        own = {"migrationVersion": {item["type"]: {version}}}
    shape = own | {"id": str, "type": set(VERSIONS[flavour]), "attributes": ATTRIBUTES[flavour].get(item["type"], {}),
                   "references": [REFERENCE]}
    yield from misfits(shape, item, f"{item['type']} {item['id']}")


def named_references(item):
    """The name of every reference that the attributes need."""
    attributes = item["attributes"]
    if "indexRefName" in source_of(item):
        yield source_of(item)["indexRefName"]
    for panel in attributes.get("panelsJSON", []):
        if "panelRefName" in panel:
            yield panel["panelRefName"]
        for name in lens_references(panel["embeddableConfig"].get("attributes")):
            yield f"{panel['panelIndex']}:{name}"
    for name in attributes.get("controlGroupInput", {}).get("panelsJSON", {}):
        yield f"controlGroup_{name}:optionsListDataView"
    for control in attributes.get("visState", {}).get("params", {}).get("controls", []):
        yield control["indexPatternRefName"]


def lens_references(lens):
    layers = lens["state"]["datasourceStates"]["formBased"]["layers"] if lens else {}
    return [f"indexpattern-datasource-layer-{layer}" for layer in layers]


def wrong_references(item, there):
    needed, given = sorted(named_references(item)), sorted(reference["name"] for reference in item["references"])
    if needed != given:
        yield f"{item['id']}: needs the references {needed}, has {given}"
    for reference in item["references"]:
        if (reference["type"], reference["id"]) not in there:
            yield f"{item['id']}: refers to {reference['type']} {reference['id']}, which is not there"
    for panel in item["attributes"].get("panelsJSON", []):
        lens = panel["embeddableConfig"].get("attributes")
        if lens and sorted(reference["name"] for reference in lens["references"]) != lens_references(lens):
            yield f"{item['id']}: panel {panel['panelIndex']} has other references than layers"


def wrong_grid(item):
    taken = {}
    for panel in item["attributes"].get("panelsJSON", []):
        place = panel["gridData"]
        if place["i"] != panel["panelIndex"] or place["x"] + place["w"] > GRID_WIDTH:
            yield f"panel {panel['panelIndex']} has a wrong place: {place}"
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if taken.setdefault((x, y), place["i"]) != place["i"]:
                    yield f"panels {taken[x, y]} and {place['i']} overlap"
                    return


def shown_columns(kind, shown):
    """The columns that a chart shows, by their identifiers."""
    if kind == "lnsMetric":
        return [shown["metricAccessor"]]
    if kind == "lnsDatatable":
        return [column["columnId"] for column in shown["columns"]]
    layer = shown["layers"][0]
    if kind == "lnsPie":
        return layer["primaryGroups"] + layer["metrics"]
    split = [layer["splitAccessor"]] if "splitAccessor" in layer else []
    return [*split, layer["xAccessor"], *layer["accessors"]]


def wrong_chart(panel, lens):
    name, state = panel["panelIndex"], lens["state"]
    shown = state["visualization"]
    yield from misfits(CHARTS[lens["visualizationType"]], shown, f"{name}.visualization")
    (layer_id, layer), = state["datasourceStates"]["formBased"]["layers"].items()
    columns, order = layer["columns"], layer["columnOrder"]
    if sorted(order) != sorted(columns) or sorted(shown_columns(lens["visualizationType"], shown)) != sorted(columns):
        yield f"{name}: columns {sorted(columns)}, in the order {order}, of which others are shown"
    bucketed = [columns[column]["isBucketed"] for column in order if column in columns]
    if bucketed != sorted(bucketed, reverse=True):
        yield f"{name}: a metric stands before a bucket"
    if {shown.get("layerId"), *(part["layerId"] for part in shown.get("layers", []))} - {None} != {layer_id}:
        yield f"{name}: shows another layer"
    for identifier, column in columns.items():
        yield from misfits(COLUMN_PARAMS[column["operationType"]], column["params"], f"{name}.{identifier}.params")
        by = column["params"].get("orderBy", {}).get("columnId", order[-1])
        if by not in columns or columns[by]["isBucketed"]:
            yield f"{name}: {identifier} is ordered by {by}, which is no metric"


def wrong_charts(item):
    for panel in item["attributes"].get("panelsJSON", []):
        lens = panel["embeddableConfig"].get("attributes")
        if lens:
            yield from wrong_chart(panel, lens)
    aggregations = item["attributes"].get("visState", {}).get("aggs", [])
    identifiers = [aggregation["id"] for aggregation in aggregations]
    metrics = {aggregation["id"] for aggregation in aggregations if aggregation["schema"] == "metric"}
    if len(set(identifiers)) < len(identifiers):
        yield f"{item['id']}: aggregations with the same identifier"
    for aggregation in aggregations:
        if aggregation["params"].get("orderBy", "1") not in metrics:
            yield f"{item['id']}: ordered by {aggregation['params']['orderBy']}, which is no metric"
    series = item["attributes"].get("visState", {}).get("params", {}).get("seriesParams", [])
    if {row["data"]["id"] for row in series} - metrics:
        yield f"{item['id']}: a series that is no metric"


# --- Fields -----------------------------------------------------------------------------------------------

# How a field is used: it must be there; values must be countable, which those in nested objects never are.
EXISTS, COUNTED = "exists", "counted"
VEGA_FIELD = re.compile(r'"field": ?"([\w.@]+)"')
VEGA_FILTER = re.compile(r"match_phrase: \{'([\w.]+)'")


def fields_of_list(text):
    """{name: (type, path of the nested parent or None)} of core/document/field_list.h."""
    rows = re.findall(r'FIELD\(\w+, "([^"]+)", (\w+), \d+\)', text)
    nested = [name for name, kind in rows if kind == "NESTED"]
    return {name: (kind.lower(), next((path for path in nested if name.startswith(f"{path}.")), None))
            for name, kind in rows}


def used_fields(item):
    """(field, use) of everything but KQL, which tests/e2e/kibana.py has parsed."""
    attributes = item["attributes"]
    yield from ((field, EXISTS) for field in attributes.get("fieldFormatMap", {}))
    yield from ((field, EXISTS) for field in attributes.get("columns", []))
    yield from ((row[0], COUNTED) for row in attributes.get("sort", []))
    for control in attributes.get("controlGroupInput", {}).get("panelsJSON", {}).values():
        yield control["explicitInput"]["fieldName"], COUNTED
    for control in attributes.get("visState", {}).get("params", {}).get("controls", []):
        yield control["fieldName"], COUNTED
    for _, _, chart in charts([item]):
        for part in chart["columns"].values() if isinstance(chart, dict) else (row["params"] for row in chart):
            field = part.get("sourceField", part.get("field", "___records___"))
            if field != "___records___":
                yield field, COUNTED
    for spec in vega_specs([item]):
        yield from ((field, COUNTED) for field in VEGA_FILTER.findall(json.dumps(spec["signals"])))
        for data in spec["data"]:
            body = json.dumps(data.get("url", {}).get("body", {}))
            yield from ((field, COUNTED) for field in VEGA_FIELD.findall(body))


def wrong_fields(item, fields):
    for field, use in used_fields(item):
        kind, nested = fields.get(field, (None, None))
        if kind is None:
            yield f"{item['id']}: {field} is not in the mapping"
        elif use == COUNTED and (nested is not None or kind in ("object", "nested", "flattened", "histogram")):
            yield f"{item['id']}: {field} cannot be counted"


# --- All of it --------------------------------------------------------------------------------------------


def complaints(flavour, items, fields):
    there = {(item["type"], item["id"]) for item in items}
    if len(there) < len(items):
        yield "two objects have the same type and id"
    for item in items:
        shape = list(wrong_envelope(flavour, item))
        yield from shape
        if not shape:
            yield from wrong_references(item, there)
            yield from wrong_grid(item)
            yield from wrong_charts(item)
            yield from wrong_fields(item, fields)


def wrong_failures(items):
    """Failed means the same in the saved query failing-names, in tables and in the service graph."""
    saved, = (source_of(item)["query"]["query"] for item in items if item["id"] == "dnsight-failing-names")
    words = sorted(re.search(r"lookup\.result: \(([^)]*)\)", saved)[1].split(" or "))
    filters = [column["filter"]["query"] for _, _, layer in charts(items) if isinstance(layer, dict)
               for column in layer["columns"].values() if "filter" in column]
    filters += [part for spec in vega_specs(items) for part in re.findall(r'"lookup\.result": \[[^]]*\]', json.dumps(spec))]
    for text in filters:
        if sorted(re.findall(r"[a-z_]+", text.split(":", 1)[1].replace(" or ", " "))) != words:
            yield f"{text} is not what failing-names selects"
    if not filters:
        yield "nothing counts failures"


def last(items):
    """The attributes of the dashboard."""
    return items[-1]["attributes"]


def column(items, panel):
    layers = last(items)["panelsJSON"][panel]["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
    return layers["lookups"]["columns"]


# Mistakes that must be found: what is done to a copy of Kibana's objects.
MISTAKES = {
    "an unknown attribute": lambda items: items[1]["attributes"].update(colums=[]),
    "a missing attribute": lambda items: last(items).pop("optionsJSON"),
    "a version of Kibana 9": lambda items: items[-1].update(typeMigrationVersion="10.2.0"),
    "no version": lambda items: items[-1].pop("typeMigrationVersion"),
    "a panel without a type": lambda items: last(items)["panelsJSON"][0].pop("type"),
    "a dangling reference": lambda items: items[1]["references"][0].update(id="gone"),
    "a reference too few": lambda items: items[-1]["references"].pop(),
    "a reference too many": lambda items: items[-1]["references"].append(items[1]["references"][0]),
    "panels that overlap": lambda items: last(items)["panelsJSON"][1]["gridData"].update(x=4),
    "a panel outside": lambda items: last(items)["panelsJSON"][5]["gridData"].update(w=9),
    "a column without scale": lambda items: column(items, 0)["metric"].pop("scale"),
    "a count of nothing": lambda items: column(items, 0)["metric"].pop("sourceField"),
    "a nested field in a chart": lambda items: column(items, 6)["by"].update(sourceField="rrsets.type"),
    "a field that is not there": lambda items: column(items, 6)["by"].update(sourceField="dns.qtype"),
    "an order by nothing": lambda items: column(items, 6)["by"]["params"]["orderBy"].update(columnId="x"),
    "a column that nobody shows": lambda items: column(items, 6).update(more=column(items, 6)["lookups"]),
    "a control of a nested field": lambda items: last(items)["controlGroupInput"]["panelsJSON"]["client"][
        "explicitInput"].update(fieldName="rrsets.name"),
    "an object twice": lambda items: items.append(items[0]),
}


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    fields = fields_of_list((root / "core" / "document" / "field_list.h").read_text(encoding="utf-8"))
    wrong = []
    for flavour, name in FILES.items():
        path = root / "kibana" / name
        made = subprocess.run([root / "scripts" / "make-kibana-objects", flavour], check=True, capture_output=True).stdout
        if made != path.read_bytes():
            wrong.append(f"kibana/{name} is not what `scripts/make-kibana-objects {flavour}` prints")
        items = read(path)
        wrong += [f"{name}: {complaint}" for complaint in (*complaints(flavour, items, fields), *wrong_failures(items))]
    for mistake, make in MISTAKES.items():
        items = copy.deepcopy(read(root / "kibana" / FILES["kibana"]))
        make(items)
        if not list(complaints("kibana", items, fields)):
            wrong.append(f"not found: {mistake}")
    print("\n".join(wrong) if wrong else f"saved objects are in order, and {len(MISTAKES)} mistakes would be found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
