/* Saved queries asked together, as one report: what each of them found, who is concerned, since
 * when, and how it was in the window before. */
#ifndef DNSIGHT_QUERY_ANSWERS_REPORT_H
#define DNSIGHT_QUERY_ANSWERS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/answers/overview.h"
#include "query/answers/printing.h"
#include "query/questions/question.h"
#include "query/questions/saved_query.h"
#include "query/questions/saved_step.h"
#include "query/questions/settings.h"
#include "query/questions/survey.h"
#include "query/questions/time_range.h"
#include "query/records/messages.h"

/* Most queries of one report. */
#define REPORT_QUERIES_MAX 64

/* The tables of a finding. */
enum report_table {
    REPORT_NAMES,     /* by dns.question.name */
    REPORT_WORKLOADS, /* by lookup.client.workload */
    REPORT_CLIENTS,   /* by source.ip */
    REPORT_SERVERS,   /* by destination.ip */
    REPORT_SAMPLES,   /* the newest lookups */
    REPORT_GROUPS,    /* what a query finds that looks for groups; it has no other table */
    REPORT_TABLES,
};

/* Times of lookups. */
struct report_times {
    int64_t first_ns; /* INT64_MAX while there is none */
    int64_t last_ns;  /* INT64_MIN */
};

/* What one query found. */
struct finding {
    struct saved_query *query; /* owned */
    struct saved_asked asked;
    struct field_reader *times_reader; /* reads the times of hits that come as text */
    const struct data_view *view;      /* of the current hits */
    const struct report *report;
    struct printing tables[REPORT_TABLES];
    struct settings settings[REPORT_TABLES];
    FILE *files[REPORT_TABLES]; /* where the tables are printed: `texts` */
    char *texts[REPORT_TABLES]; /* owned; complete after report_finish */
    size_t text_lens[REPORT_TABLES];
    bool counts_groups; /* `hits` are groups that the query looks for, else lookups in the window */
    uint64_t hits;
    uint64_t hits_before;
    bool has_before;
    bool has_workloads;
    struct report_times times;
};

/* What is said when a time holds no lookups at all: it sounds like peace and may be deafness. */
#define REPORT_NO_LOOKUPS                                                                       \
    "NOTHING WAS RECORDED: there is not one lookup in this time. Does dnsightd run, and is it " \
    "the "                                                                                      \
    "right time?"

struct report {
    struct question *question;       /* borrowed, as are the next two */
    const struct settings *settings; /* of the command line */
    struct messages *messages;
    struct time_span window;  /* INT64_MIN and INT64_MAX where it is open */
    int64_t before_ns;        /* when the window before begins; INT64_MIN: there is none */
    struct finding *findings; /* owned; those that found enough come first, the worst of all at the
                                 beginning, once report_finish is done */
    size_t finding_count;
    size_t found_count;        /* of the findings, those that found enough */
    uint64_t lookups;          /* in the window */
    struct report_times times; /* of these, if a local source was read */
    struct survey_part *parts; /* owned: one a query, the one that counts all lookups, then those of
                                  the overview */
    struct overview *overview; /* owned; NULL: the report is no page */
    struct field_names time_fields;
};

/* Makes ready to ask `names`; report_release is due in any case. Returns ST_OK; ST_INVALID or
 * ST_NO_MEMORY, which was said. */
MUST_CHECK enum status report_init(struct report *report, const struct settings *settings,
                                   struct question *question, struct messages *messages);
void report_release(struct report *report);

/* Adds one query, which it takes. Returns ST_OK; ST_INVALID, ST_LIMIT or ST_NO_MEMORY, which was
 * said. */
MUST_CHECK enum status report_add(struct report *report, struct saved_query *query);

/* True if all sources were read and the time holds no lookups at all. */
bool report_recorded_nothing(const struct report *report);

/* Asks the sources. Returns ST_OK (messages.has_failure: not all could be read); ST_INVALID or
 * ST_NO_MEMORY, which was said. */
MUST_CHECK enum status report_ask(struct report *report, struct survey *survey);

/* Beginning and end of what the report is about: the window, else the first and the last lookup
 * that were read. Not every time is known. */
int64_t report_begin(const struct report *report);
int64_t report_end(const struct report *report);
bool report_knows_time(int64_t time_ns);

#endif
