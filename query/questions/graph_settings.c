#include "query/questions/graph_settings.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/macros.h"
#include "query/questions/settings.h"

/* Most nodes of a kind: a picture of more has no use, and its layout takes long. */
#define NODES_MAX 200

enum status graph_set_format(void *settings, const char *value, struct error *err)
{
    static const char *const words[] = {"dot", "svg", "html", "json"};
    static const enum graph_format formats[] = {GRAPH_FORMAT_DOT, GRAPH_FORMAT_SVG,
                                                GRAPH_FORMAT_HTML, GRAPH_FORMAT_JSON};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(words[i], value) == 0) {
            ((struct settings *)settings)->graph_format = formats[i];
            return ST_OK;
        }
    }
    return error_set(err, ST_INVALID, "\"%.64s\" is none of dot, svg, html, json", value);
}

enum status graph_set_layout(void *settings, const char *value, struct error *err)
{
    static const char *const words[] = {"auto", "graphviz", "own"};
    static const enum graph_layouter layouters[] = {LAYOUT_AUTO, LAYOUT_GRAPHVIZ, LAYOUT_OWN};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(words[i], value) == 0) {
            ((struct settings *)settings)->layouter = layouters[i];
            return ST_OK;
        }
    }
    return error_set(err, ST_INVALID, "\"%.64s\" is none of auto, graphviz, own", value);
}

enum status graph_set_nodes(void *settings, const char *value, struct error *err)
{
    char *end = NULL;
    const unsigned long nodes = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || nodes < 2 || nodes > NODES_MAX)
        return error_set(err, ST_INVALID, "\"%.64s\" is no number from 2 to %d", value, NODES_MAX);
    ((struct settings *)settings)->nodes = nodes;
    return ST_OK;
}
