"""The saved objects of OpenSearch Dashboards 1.0 or later: visualizations of the classic kind, which
it has instead of Lens, in a dashboard that refers to them.

It has no count of a part of the lookups in a table: the column of failed ones is missing there."""
import objects

VERSIONS = {"index-pattern": "7.6.0", "search": "7.9.3", "visualization": "7.10.0", "dashboard": "7.9.3"}
CONTROLS_HEIGHT = 5


def saved_object(kind, name, attributes, references):
    return {"id": name, "type": kind, "migrationVersion": {kind: VERSIONS[kind]},
            "attributes": attributes, "references": references}


# --- Aggregations -------------------------------------------------------------------------------------


def aggregation(number, kind, schema, params):
    return {"id": str(number), "enabled": True, "type": kind, "schema": schema, "params": params}


def metric_aggregations(names):
    """The metrics that there are here; percentiles are one aggregation."""
    made, percents, field = [], [], None
    for name in names:
        metric = objects.dashboard()["metrics"][name]
        if metric.get("count") == "lookups":
            made.append(("count", {"customLabel": metric["label"]}))
        elif "distinct" in metric:
            made.append(("cardinality", {"field": metric["distinct"], "customLabel": metric["label"]}))
        elif "percentile" in metric:
            percents.append(metric["percentile"])
            field = metric["of"]
    if percents:
        made.append(("percentiles", {"field": field, "percents": percents}))
    return [aggregation(at, kind, "metric", params) for at, (kind, params) in enumerate(made, 1)]


def terms(number, schema, field, size, with_others, with_missing=False):
    return aggregation(number, "terms", schema, {
        "field": field, "orderBy": "1", "order": "desc", "size": size, "otherBucket": with_others,
        "otherBucketLabel": "Other", "missingBucket": with_missing, "missingBucketLabel": "none",
        "customLabel": field})


def over_minutes(number):
    return aggregation(number, "date_histogram", "segment", {
        "field": objects.TIME, "interval": "auto", "useNormalizedOpenSearchInterval": True,
        "drop_partials": False, "min_doc_count": 1, "extended_bounds": {}})


# --- Kinds of panels: the visualization's type, its parameters, its aggregations ----------------------


def number(panel):
    metric = {
        "percentageMode": False, "useRanges": False, "colorSchema": "Green to Red",
        "metricColorMode": "None", "colorsRange": [{"from": 0, "to": 10000}], "labels": {"show": False},
        "invertColors": False,
        "style": {"bgFill": "#000", "bgColor": False, "labelColor": False, "subText": "", "fontSize": 36},
    }
    params = {"type": "metric", "addTooltip": True, "addLegend": False, "metric": metric}
    return "metric", params, metric_aggregations([panel["metric"]])


def share(panel):
    params = {"type": "pie", "addTooltip": True, "addLegend": True, "legendPosition": "right",
              "isDonut": True,
              "labels": {"show": False, "values": True, "last_level": True, "truncate": 100}}
    return "pie", params, [*metric_aggregations([panel["metric"]]),
                           terms(2, "segment", panel["by"], panel["size"], True)]


def over_time(panel):
    """Bars for what can be added up, lines for the rest."""
    metrics = metric_aggregations(panel["metrics"])
    kind, mode = ("histogram", "stacked") if "by" in panel else ("line", "normal")
    axis = {"show": True, "style": {}, "labels": {"show": True, "truncate": 100}}
    scale = {"type": "linear", "mode": "percentage" if panel.get("percent") else "normal"}
    params = {
        "type": kind, "grid": {"categoryLines": False}, "addTooltip": True, "addLegend": True,
        "legendPosition": "right", "times": [], "addTimeMarker": False, "labels": {},
        "thresholdLine": {"show": False, "value": 10, "width": 1, "style": "full", "color": "#E7664C"},
        "categoryAxes": [axis | {"id": "CategoryAxis-1", "type": "category", "position": "bottom",
                                 "scale": {"type": "linear"}, "title": {}}],
        "valueAxes": [axis | {"id": "ValueAxis-1", "name": "LeftAxis-1", "type": "value",
                              "position": "left", "scale": scale, "title": {"text": ""}}],
        "seriesParams": [{"show": True, "type": kind, "mode": mode, "valueAxis": "ValueAxis-1",
                          "data": {"label": panel["title"], "id": metric["id"]},
                          "drawLinesBetweenPoints": True, "lineWidth": 2, "showCircles": True}
                         for metric in metrics],
    }
    buckets = [over_minutes(len(metrics) + 1)]
    if "by" in panel:
        buckets.insert(0, terms(len(metrics) + 2, "group", panel["by"], panel["size"], True,
                                panel.get("missing", False)))
    return kind, params, metrics + buckets


def table(panel):
    metrics = metric_aggregations(panel["metrics"])
    params = {"perPage": 10, "showPartialRows": False, "showMetricsAtAllLevels": False,
              "sort": {"columnIndex": None, "direction": None}, "showTotal": False, "totalFunc": "sum",
              "percentageCol": ""}
    return "table", params, metrics + [terms(len(metrics) + at, "bucket", field, panel["size"], False)
                                       for at, field in enumerate(panel["by"], 1)]


def graph(_):
    return "vega", {"spec": objects.service_graph("opensearchDashboardsAddFilter")}, []


def guide(_):
    return "markdown", {"fontSize": 12, "markdown": objects.guide(), "openLinksInNewTab": False}, []


KINDS = {"number": number, "share": share, "over_time": over_time, "table": table, "graph": graph,
         "guide": guide}


# --- Objects ------------------------------------------------------------------------------------------


def visualization(name, title, state, kql, references):
    """A visualization; without kql it looks for its data itself, or has none."""
    source = {"query": {"query": kql or "", "language": "kuery"}, "filter": []}
    if kql is not None:
        source["indexRefName"] = objects.INDEX_REFERENCE
        references = [objects.data_view_reference(objects.INDEX_REFERENCE), *references]
    attributes = {"title": f"DNS: {title}", "description": "", "version": 1, "uiStateJSON": "{}",
                  "visState": objects.encoded({"title": f"DNS: {title}"} | state),
                  "kibanaSavedObjectMeta": {"searchSourceJSON": objects.encoded(source)}}
    return saved_object("visualization", f"dnsight-{name}", attributes, references)


def panel_visualization(panel):
    kind, params, aggregations = KINDS[panel["kind"]](panel)
    kql = objects.panel_kql(panel) if aggregations else None
    state = {"type": kind, "params": params, "aggs": aggregations}
    return visualization(f"panel-{panel['id']}", panel["title"], state, kql, [])


def controls():
    rows, references = [], []
    for at, control in enumerate(objects.dashboard()["controls"]):
        reference = f"control_{at}_index_pattern"
        rows.append({"id": control["field"], "fieldName": control["field"], "parent": "",
                     "label": control["title"], "type": "list", "indexPatternRefName": reference,
                     "options": {"type": "terms", "multiselect": True, "dynamicOptions": True,
                                 "size": 5, "order": "desc"}})
        references.append(objects.data_view_reference(reference))
    params = {"controls": rows, "updateFiltersOnChange": True, "useTimeFilter": True, "pinFilters": False}
    state = {"type": "input_control_vis", "params": params, "aggs": []}
    return visualization("panel-controls", "Controls", state, None, references)


def dashboard(visualizations, places):
    panels, references = [], []
    for at, (item, place) in enumerate(zip(visualizations, places, strict=True)):
        title = item["attributes"]["title"].removeprefix("DNS: ")
        panels.append({"version": VERSIONS["dashboard"], "panelIndex": place["i"], "gridData": place,
                       "embeddableConfig": {"title": title}, "title": title,
                       "panelRefName": f"panel_{at}"})
        references.append({"id": item["id"], "name": f"panel_{at}", "type": "visualization"})
    source = {"query": {"query": "", "language": "kuery"}, "filter": []}
    attributes = {
        "title": objects.dashboard()["title"], "description": objects.dashboard()["description"],
        "version": 1, "hits": 0, "timeRestore": False,
        "optionsJSON": objects.encoded({"useMargins": True, "hidePanelTitles": False}),
        "panelsJSON": objects.encoded(panels),
        "kibanaSavedObjectMeta": {"searchSourceJSON": objects.encoded(source)},
    }
    return saved_object("dashboard", objects.dashboard()["id"], attributes, references)


def every_object():
    yield saved_object("index-pattern", objects.view()["id"], objects.data_view_attributes(), [])
    for name, query in objects.searches().items():
        attributes = objects.search_attributes(query) | {"hits": 0, "version": 1}
        yield saved_object("search", f"dnsight-{name}", attributes,
                           [objects.data_view_reference(objects.INDEX_REFERENCE)])
    visualizations = [controls()]
    places = [{"x": 0, "y": 0, "w": 48, "h": CONTROLS_HEIGHT, "i": "controls"}]
    for panel, place in objects.placed_panels():
        visualizations.append(panel_visualization(panel))
        places.append(place | {"y": place["y"] + CONTROLS_HEIGHT})
    yield from visualizations
    yield dashboard(visualizations, places)
