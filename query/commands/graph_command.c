#include "query/commands/graph_command.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/base/time_text.h"
#include "query/answers/service_graph.h"
#include "query/commands/help.h"
#include "query/pictures/graph_dot.h"
#include "query/pictures/graph_json.h"
#include "query/pictures/graph_page.h"
#include "query/pictures/graph_svg.h"
#include "query/questions/time_range.h"

/* Octets of the output. */
#define OUT_MAX ((size_t)1024 * 1024 * 1024)

/* Nodes of a kind in a picture unless --nodes says otherwise: as many as a screen is high. */
#define NODES 16

/* One run of the command. */
struct graphing {
    const struct command_line *line;
    struct settings settings;
    struct messages messages;
    struct question question;
    struct survey *survey;
    struct service_graph service;
    struct survey_part parts[SERVICE_GRAPH_PARTS];
    struct graph folded;
    struct buf failures; /* what was not read */
};

static bool is_source(const char *word)
{
    return strcmp(word, "-") == 0 || strncmp(word, "http://", 7) == 0 ||
           strncmp(word, "https://", 8) == 0 || access(word, F_OK) == 0;
}

/* A word that is no source is the expression; an expression without any field is rather a source
 * that is not there. */
static bool is_expression(const char *word)
{
    return strpbrk(word, ":<>") != NULL || strcmp(word, "*") == 0;
}

static bool is_json(const struct graphing *g)
{
    return g->settings.graph_format == GRAPH_FORMAT_JSON;
}

static enum exit_status say_wrong(struct graphing *g, const struct error *err)
{
    message_failure(&g->messages, "%s", err->text);
    return EXIT_WRONG;
}

/* Reads the expression, if there is one, and takes it away from the operands. */
static enum status read_expression(struct graphing *g, struct operands *operands,
                                   const char **expression)
{
    struct question_fault fault = {.other.status = ST_OK};
    *expression = NULL;
    if (operands->count > 0 && !is_source(operands->words[0])) {
        if (!is_expression(operands->words[0])) {
            message_failure(&g->messages,
                            "%.64s is neither a source nor an expression that names a field",
                            operands->words[0]);
            return ST_INVALID;
        }
        *expression = operands->words[0];
        operands->count--;
        memmove(operands->words, operands->words + 1, operands->count * sizeof operands->words[0]);
    }
    const char *const text = *expression == NULL ? "*" : *expression;
    const enum status status = question_init(&g->question, &g->settings, text, &fault);
    if (status == ST_OK)
        return ST_OK;
    if (fault.kql.kind == KQL_ERROR_NONE)
        message_failure(&g->messages, "%s", fault.other.text);
    else
        question_say_fault(bytes_of(text), &fault.kql, is_json(g), g->line->out, g->line->err);
    return ST_INVALID;
}

static enum status ask(struct graphing *g, const struct operands *operands)
{
    const struct time_range range = {.since = g->settings.since,
                                     .until = g->settings.until,
                                     .now_ns = g->question.now_ns,
                                     .zone = g->question.zone};
    const struct kql_node *tree = NULL;
    struct error err = {.status = ST_OK};
    enum status status =
        time_range_apply(&range, &g->question.arena, g->question.tree, &tree, &err);
    if (status == ST_OK)
        status = service_graph_init(&g->service, tree, &g->question.arena, g->parts, &err);
    if (status != ST_OK) {
        message_failure(&g->messages, "%s", err.text);
        return status;
    }
    const struct survey_options options = {.question = &g->question,
                                           .messages = &g->messages,
                                           .out = g->line->out,
                                           .faults_as_json = is_json(g),
                                           .timeout_s = g->settings.timeout_s};
    status = survey_open(&options, operands->words, operands->count, &g->survey);
    return status == ST_OK ? survey_read(g->survey, g->parts, SERVICE_GRAPH_PARTS) : status;
}

/* The graph that is shown: JSON has all nodes unless fewer are wanted. */
static enum status fold(struct graphing *g, const struct graph **shown)
{
    const uint64_t most = g->settings.nodes > 0 ? g->settings.nodes : NODES;
    *shown = &g->service.graph;
    if (is_json(g) && g->settings.nodes == 0)
        return ST_OK;
    *shown = &g->folded;
    return graph_fold(&g->service.graph, most > SIZE_MAX ? SIZE_MAX : (size_t)most, &g->folded);
}

static enum status draw_svg(struct graphing *g, const struct graph *graph, struct markup *m)
{
    struct buf dot;
    struct error err = {.status = ST_OK};
    buf_init(&dot, OUT_MAX);
    graph_dot(graph, &dot);
    enum status status = ST_NOT_FOUND;
    if (g->settings.layouter != LAYOUT_OWN && buf_ok(&dot))
        status = graphviz_svg(buf_bytes(&dot), m->out, &err);
    buf_release(&dot);
    if (status == ST_OK)
        return ST_OK;
    if (status != ST_NOT_FOUND || g->settings.layouter == LAYOUT_GRAPHVIZ) {
        message_failure(&g->messages, "%s", err.text);
        return status;
    }
    return graph_svg(graph, true, m);
}

static enum status draw(struct graphing *g, const struct graph *graph,
                        const struct graph_about *about, struct buf *out)
{
    struct markup m = markup_of(out);
    switch (g->settings.graph_format) {
    case GRAPH_FORMAT_DOT:
        graph_dot(graph, out);
        return ST_OK;
    case GRAPH_FORMAT_SVG:
        return draw_svg(g, graph, &m);
    case GRAPH_FORMAT_HTML:
        return graph_page(graph, about, &m);
    case GRAPH_FORMAT_JSON:
        graph_json(graph, about, out);
        return ST_OK;
    }
    return ST_OK;
}

static enum exit_status print(struct graphing *g, const char *expression,
                              const struct operands *operands)
{
    struct buf out;
    struct buf made;
    const struct graph *graph = NULL;
    buf_init(&out, OUT_MAX);
    buf_init(&made, 64);
    time_print(g->question.now_ns, 0, &made);
    const struct graph_about about = {.expression = expression,
                                      .since = g->settings.since,
                                      .until = g->settings.until,
                                      .sources = operands->words,
                                      .source_count = operands->count,
                                      .not_read = buf_bytes(&g->failures),
                                      .made = buf_text(&made),
                                      .lookups = g->service.lookups,
                                      .left_out = g->service.left_out,
                                      .nodes = g->service.graph.node_count};
    enum status status = fold(g, &graph);
    if (status == ST_OK)
        status = draw(g, graph, &about, &out);
    if (status == ST_OK && buf_ok(&out))
        (void)fwrite(out.data, 1, out.len, g->line->out);
    else if (!g->messages.has_failure)
        message_failure(&g->messages, "memory is exhausted");
    if (g->service.left_out > 0)
        message_note(&g->messages, "%" PRIu64 " lookups are not in the graph: too many names",
                     g->service.left_out);
    buf_release(&out);
    buf_release(&made);
    if (g->messages.has_failure)
        return EXIT_SOURCE;
    return g->service.lookups > 0 ? EXIT_MATCHED : EXIT_NOTHING;
}

static enum exit_status make(struct graphing *g, struct operands *operands)
{
    const char *expression = NULL;
    struct error err = {.status = ST_OK};
    g->messages.failures = &g->failures;
    if (read_expression(g, operands, &expression) != ST_OK)
        return EXIT_WRONG;
    const enum status status = ask(g, operands);
    if (status != ST_OK)
        return status == ST_NOT_FOUND ? EXIT_SOURCE : EXIT_WRONG;
    if (!survey_has_read(g->survey))
        return EXIT_SOURCE;
    if (service_graph_finish(&g->service, &err) != ST_OK) {
        message_failure(&g->messages, "%s", err.text);
        return EXIT_SOURCE;
    }
    return print(g, expression, operands);
}

static void release(struct graphing *g)
{
    graph_release(&g->folded);
    service_graph_release(&g->service);
    survey_free(g->survey);
    question_release(&g->question);
    buf_release(&g->failures);
}

enum exit_status graph_command(const struct command *command, const struct command_line *line)
{
    struct graphing g = {
        .line = line,
        .messages = {.to = line->err, .stop = line->stop},
    };
    struct operands operands = {.words = NULL};
    struct error err = {.status = ST_OK};
    enum exit_status exit_status = EXIT_WRONG;
    buf_init(&g.failures, OUT_MAX);
    enum status status = operands_init(&operands, line->word_count, line->words, &err);
    if (status == ST_OK)
        status = options_parse(command->options, &g.settings, &operands, &err);
    g.messages.is_quiet = g.settings.is_quiet;
    g.messages.progress = progress_begin(g.settings.is_quiet);
    if (g.settings.wants_help) {
        help_print(command, line->out);
        exit_status = EXIT_MATCHED;
    } else if (status != ST_OK) {
        exit_status = say_wrong(&g, &err);
    } else {
        exit_status = make(&g, &operands);
    }
    release(&g);
    operands_release(&operands);
    return exit_status;
}
