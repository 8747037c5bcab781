/* Style sheets and the script of this folder as they stand in their files, embedded into the
 * program. */
#ifndef DNSIGHT_QUERY_PICTURES_STYLE_FILES_H
#define DNSIGHT_QUERY_PICTURES_STYLE_FILES_H

#include "core/base/bytes.h"

/* colours.css: light and dark, for everything. */
extern const struct bytes style_colours;
/* graph.css: the service graph, alone or in a page. */
extern const struct bytes style_graph;
/* page.css: pages, their tables and charts. */
extern const struct bytes style_page;
/* script.js: sorts tables, shows the edges of a node; a page reads fully without it. It has neither
 * `<` nor `&`, so that a page with it is XML as well. */
extern const struct bytes style_script;

#endif
