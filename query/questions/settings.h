/* What the options of the commands say. */
#ifndef DNSIGHT_QUERY_QUESTIONS_SETTINGS_H
#define DNSIGHT_QUERY_QUESTIONS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/options.h"
#include "query/gathering/groups.h"
#include "query/printing/printer.h"
#include "query/questions/saved_kql.h"
#include "query/records/fields.h"
#include "query/records/order.h"

enum colour_choice {
    COLOUR_AUTO, /* on a terminal, unless NO_COLOR is set */
    COLOUR_ALWAYS,
    COLOUR_NEVER,
};

/* What `dnsight graph` prints. */
enum graph_format {
    GRAPH_FORMAT_DOT,
    GRAPH_FORMAT_SVG,
    GRAPH_FORMAT_HTML,
    GRAPH_FORMAT_JSON,
};

/* Who says where the nodes of an SVG picture stand. */
enum graph_layouter {
    LAYOUT_AUTO, /* Graphviz if it is there */
    LAYOUT_GRAPHVIZ,
    LAYOUT_OWN,
};

/* Texts are borrowed from the command line. All zero is what holds without options. */
struct settings {
    const char *since; /* as it was typed; NULL: no limit */
    const char *until;
    uint64_t limit;
    bool has_limit;
    struct order order;
    struct field_names fields;  /* none: a readable set */
    struct field_names by;      /* none: no groups */
    struct group_filter filter; /* of a saved query: which groups are wanted */
    bool wants_count;
    enum printer_format format;
    const char *data_view; /* a file, or "none"; NULL: what the source says */
    const char *time_zone; /* NULL: that of the machine */
    enum colour_choice colour;
    struct saved_values values; /* of parameters of a saved query */
    const char *saved_folder;   /* the user's; NULL: the usual one */
    uint64_t step;              /* of a saved query, from 1; 0: all that can be printed */
    uint64_t samples;           /* lookups that a finding of a report shows */
    bool is_quiet_if_empty;     /* no report if nothing was found */
    bool wants_exit_code;       /* status 1 if something was found */
    size_t width;               /* of tables; 0: that of the terminal */
    uint64_t lines;             /* of tail: lookups that are printed at the beginning */
    uint64_t rate;              /* of tail: rows a second on a terminal; 0: all */
    unsigned timeout_s;         /* that a request to a server may take; 0: the default */
    enum graph_format graph_format;
    enum graph_layouter layouter;
    uint64_t nodes;    /* of one kind in a graph; 0: the default */
    bool has_no_pager; /* long tables go straight to the terminal */
    bool wants_explanation;
    bool is_quiet;
    bool is_pretty;  /* JSON for people, with line ends */
    bool is_wrapped; /* the query as Discover sends it */
    bool wants_help;
};

/* Returns ST_OK, or ST_INVALID with *err when options contradict each other. */
MUST_CHECK enum status settings_check(const struct settings *settings, struct error *err);

/* The options of the commands, and of those that have none but --help. */
extern const struct option_table query_option_table;
extern const struct option_table run_option_table;
extern const struct option_table list_option_table;
extern const struct option_table show_option_table;
extern const struct option_table report_option_table;
extern const struct option_table graph_option_table;
extern const struct option_table tail_option_table;
extern const struct option_table translate_option_table;
extern const struct option_table plain_option_table;

#endif
