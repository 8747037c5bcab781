"""The saved objects of Kibana 8.9 or later: a dashboard of Lens panels by value.

Only plain operations (count, terms, percentile ...) are used, with every member that Kibana itself
writes: a missing one is an empty chart, not an error."""
import objects

CORE = "8.8.0"
VERSIONS = {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.9.0"}
LAYER = "lookups"
LAYER_REFERENCE = f"indexpattern-datasource-layer-{LAYER}"
BAD = "#CC5642"
RECORDS = "___records___"


def saved_object(kind, name, attributes, references):
    return {"id": name, "type": kind, "typeMigrationVersion": VERSIONS[kind],
            "coreMigrationVersion": CORE, "managed": False, "attributes": attributes,
            "references": references}


# --- Columns of a layer -------------------------------------------------------------------------------


def metric_column(name):
    """One of the dashboard's metrics."""
    metric = objects.dashboard()["metrics"][name]
    column = {"label": metric["label"], "customLabel": True, "dataType": "number",
              "isBucketed": False, "scale": "ratio"}
    if "count" in metric:
        column |= {"operationType": "count", "sourceField": RECORDS, "params": {"emptyAsNull": False}}
        if metric["count"] == "failed":
            column["filter"] = {"language": "kuery", "query": objects.dashboard()["failed"]}
    elif "distinct" in metric:
        column |= {"operationType": "unique_count", "sourceField": metric["distinct"],
                   "params": {"emptyAsNull": False}}
    else:
        column |= {"operationType": "percentile", "sourceField": metric["of"],
                   "params": {"percentile": metric["percentile"]}}
    return column


def terms_column(field, size, order_by, with_others, with_missing=False):
    return {
        "label": field, "customLabel": True, "dataType": "ip" if field.endswith(".ip") else "string",
        "operationType": "terms", "scale": "ordinal", "sourceField": field, "isBucketed": True,
        "params": {
            "size": size, "orderBy": {"type": "column", "columnId": order_by}, "orderDirection": "desc",
            "otherBucket": with_others, "missingBucket": with_missing, "parentFormat": {"id": "terms"},
            "include": [], "exclude": [], "includeIsRegex": False, "excludeIsRegex": False,
        },
    }


def time_column():
    return {"label": objects.TIME, "dataType": "date", "operationType": "date_histogram",
            "scale": "interval", "sourceField": objects.TIME, "isBucketed": True,
            "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False}}


# --- Kinds of panels: columns, and how they are shown -------------------------------------------------


def number(panel):
    columns = {"metric": metric_column(panel["metric"]) | {"label": panel["title"]}}
    shown = {"layerId": LAYER, "layerType": "data", "metricAccessor": "metric"}
    return "lnsMetric", columns, shown | ({"color": BAD} if panel.get("bad") else {})


def share(panel):
    columns = {"by": terms_column(panel["by"], panel["size"], "metric", True),
               "metric": metric_column(panel["metric"])}
    layer = {"layerId": LAYER, "layerType": "data", "primaryGroups": ["by"], "metrics": ["metric"],
             "numberDisplay": "percent", "categoryDisplay": "default", "legendDisplay": "show",
             "legendPosition": "right", "nestedLegend": False}
    return "lnsPie", columns, {"shape": "donut", "layers": [layer]}


def over_time(panel):
    """Bars for what can be added up, lines for the rest."""
    names = panel["metrics"]
    columns, kind = {}, "line"
    if "by" in panel:
        # Before the time, so that the same values are the largest ones everywhere.
        columns["by"] = terms_column(panel["by"], panel["size"], names[0], True,
                                     panel.get("missing", False))
        kind = "bar_percentage_stacked" if panel.get("percent") else "bar_stacked"
    columns |= {"time": time_column()} | {name: metric_column(name) for name in names}
    layer = {"layerId": LAYER, "layerType": "data", "xAccessor": "time", "accessors": names,
             "seriesType": kind, "position": "top", "showGridlines": False}
    everywhere = {"x": True, "yLeft": True, "yRight": True}
    shown = {
        "legend": {"isVisible": True, "position": "right"},
        "preferredSeriesType": kind,
        "valueLabels": "hide",
        "fittingFunction": "None",
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": False, "yRight": False},
        "tickLabelsVisibilitySettings": everywhere,
        "gridlinesVisibilitySettings": everywhere,
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
        "layers": [layer | ({"splitAccessor": "by"} if "by" in panel else {})],
    }
    return "lnsXY", columns, shown


def table(panel):
    names = panel["metrics"]
    columns = {f"by_{at}": terms_column(field, panel["size"], names[0], False)
               for at, field in enumerate(panel["by"])}
    columns |= {name: metric_column(name) for name in names}
    shown = {"layerId": LAYER, "layerType": "data",
             "columns": [{"columnId": name, "isTransposed": False} for name in columns],
             "sorting": {"columnId": names[0], "direction": "desc"},
             "paging": {"enabled": True, "size": 10}}
    return "lnsDatatable", columns, shown


KINDS = {"number": number, "share": share, "over_time": over_time, "table": table}


# --- Panels -------------------------------------------------------------------------------------------


def lens(panel):
    """A Lens chart and its references."""
    kind, columns, shown = KINDS[panel["kind"]](panel)
    layer = {"columns": columns, "columnOrder": list(columns), "incompleteColumns": {}, "sampling": 1}
    references = [objects.data_view_reference(LAYER_REFERENCE)]
    attributes = {
        "title": "", "type": "lens", "visualizationType": kind, "references": references,
        "state": {
            "adHocDataViews": {}, "internalReferences": [], "filters": [],
            "query": {"language": "kuery", "query": objects.panel_kql(panel)},
            "datasourceStates": {"formBased": {"layers": {LAYER: layer}}, "textBased": {"layers": {}}},
            "visualization": shown,
        },
    }
    return "lens", {"attributes": attributes}, references


def visualization(kind, params):
    """A panel of the older kind, and no references."""
    search = {"query": {"language": "kuery", "query": ""}, "filter": []}
    return "visualization", {"savedVis": {
        "title": "", "description": "", "type": kind, "params": params, "uiState": {},
        "data": {"aggs": [], "searchSource": search}}}, []


def panel_of(panel, place):
    if panel["kind"] == "graph":
        made = visualization("vega", {"spec": objects.service_graph("kibanaAddFilter")})
    elif panel["kind"] == "guide":
        made = visualization("markdown", {"fontSize": 12, "markdown": objects.guide(),
                                          "openLinksInNewTab": False})
    else:
        made = lens(panel)
    kind, config, references = made
    return {"type": kind, "title": panel["title"], "panelIndex": panel["id"], "gridData": place,
            "version": VERSIONS["dashboard"],
            "embeddableConfig": config | {"enhancements": {}, "hidePanelTitles": panel["kind"] == "number"},
            }, [reference | {"name": f"{panel['id']}:{reference['name']}"} for reference in references]


def controls():
    """Lists of values to choose from, and their references."""
    panels, references = {}, []
    for at, control in enumerate(objects.dashboard()["controls"]):
        name = control["title"].lower()
        panels[name] = {"order": at, "width": "medium", "grow": True, "type": "optionsListControl",
                        "explicitInput": {"id": name, "fieldName": control["field"],
                                          "title": control["title"], "enhancements": {}}}
        references.append(objects.data_view_reference(f"controlGroup_{name}:optionsListDataView"))
    ignored = dict.fromkeys(("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False)
    return {"chainingSystem": "HIERARCHICAL", "controlStyle": "oneLine",
            "ignoreParentSettingsJSON": objects.encoded(ignored),
            "panelsJSON": objects.encoded(panels)}, references


def dashboard():
    control_group, references = controls()
    panels = []
    for panel, place in objects.placed_panels():
        made, of_panel = panel_of(panel, place)
        panels.append(made)
        references += of_panel
    options = {"useMargins": True, "hidePanelTitles": False, "syncColors": False, "syncCursor": True,
               "syncTooltips": False}
    search = {"query": {"language": "kuery", "query": ""}, "filter": []}
    attributes = {
        "title": objects.dashboard()["title"], "description": objects.dashboard()["description"],
        "version": 1, "hits": 0, "timeRestore": False,
        "optionsJSON": objects.encoded(options), "panelsJSON": objects.encoded(panels),
        "controlGroupInput": control_group,
        "kibanaSavedObjectMeta": {"searchSourceJSON": objects.encoded(search)},
    }
    return saved_object("dashboard", objects.dashboard()["id"], attributes, references)


def search(name, query):
    attributes = objects.search_attributes(query) | {
        "grid": {}, "hideChart": False, "isTextBasedQuery": False, "timeRestore": False}
    return saved_object("search", f"dnsight-{name}", attributes,
                        [objects.data_view_reference(objects.INDEX_REFERENCE)])


def every_object():
    view = objects.data_view_attributes() | {"name": objects.view()["name"]}
    yield saved_object("index-pattern", objects.view()["id"], view, [])
    for name, query in objects.searches().items():
        yield search(name, query)
    yield dashboard()
