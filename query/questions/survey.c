#include "query/questions/survey.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "core/kql/evaluator.h"
#include "query/gathering/seen.h"
#include "query/sources/capture_reader.h"
#include "query/sources/file_source.h"
#include "query/sources/source.h"

/* Where dnsightd writes when nobody says otherwise. */
#define LOG_DIRECTORY "/var/log/dnsight"

/* Octets of a lookup's identity. */
#define IDENTITY_MAX ((size_t)1024 * 1024)

struct survey {
    struct survey_options options;
    struct source **sources; /* owned: those that could be opened */
    size_t source_count;
    struct survey_part *parts; /* borrowed while they are read */
    size_t part_count;
    const struct kql_program **programs; /* on the question's arena, one a part; NULL: one part, for
                                            which the matcher decides alone */
    struct field_names fields;           /* of all parts */
    struct matcher *matcher;             /* of local sources: selects what any part wants */
    struct capture_reader *captures;
    struct source_listener listener; /* of local sources */
    struct seen *seen;               /* lookups of several sources; NULL if one is enough */
    struct buf identity;             /* of the lookup that is looked at, and of the part */
    uint64_t repeated;               /* lookups that a source before had, too */
    bool is_wrong;                   /* a server refused an expression */
    bool has_read;                   /* a source could be read, or a part of one */
};

static void open_source(struct survey *s, const char *name)
{
    struct error err = {.status = ST_OK};
    const struct source_patience patience = {.timeout_s = s->options.timeout_s,
                                             .stop = s->options.messages->stop};
    if (source_open(name, &patience, &s->sources[s->source_count], &err) == ST_OK)
        s->source_count++;
    else
        message_failure(s->options.messages, "%s", err.text);
}

/* Without a source: the server that the environment names, else the log directory. */
static void open_default(struct survey *s)
{
    const char *const url = getenv("ELASTICSEARCH_URL");
    if (url != NULL && url[0] != '\0') {
        open_source(s, url);
        return;
    }
    const char *folder = getenv("DNSIGHT_LOG_DIR");
    if (folder == NULL || folder[0] == '\0')
        folder = LOG_DIRECTORY;
    struct error err = {.status = ST_OK};
    if (directory_source_open(folder, &s->sources[0], &err) == ST_OK)
        s->source_count++;
    else
        message_failure(s->options.messages,
                        "no source is named and ELASTICSEARCH_URL is not set, so the log directory "
                        "was looked at: %s",
                        err.text);
}

enum status survey_open(const struct survey_options *options, const char *const *names,
                        size_t name_count, struct survey **survey)
{
    struct survey *const s = calloc(1, sizeof *s);
    struct source **const sources = calloc(name_count + 1, sizeof(struct source *));
    if (s == NULL || sources == NULL) {
        free(sources);
        free(s);
        message_failure(options->messages, "memory is exhausted");
        return ST_NO_MEMORY;
    }
    s->options = *options;
    s->sources = sources;
    buf_init(&s->identity, IDENTITY_MAX);
    for (size_t i = 0; i < name_count && !messages_are_interrupted(options->messages); i++)
        open_source(s, names[i]);
    if (name_count == 0)
        open_default(s);
    if (s->source_count == 0) {
        if (messages_are_interrupted(options->messages) && !options->messages->has_failure)
            message_failure(options->messages, "interrupted: nothing was read");
        survey_free(s);
        return ST_NOT_FOUND;
    }
    *survey = s;
    return ST_OK;
}

void survey_free(struct survey *survey)
{
    if (survey == NULL)
        return;
    seen_free(survey->seen);
    buf_release(&survey->identity);
    capture_reader_free(survey->captures);
    matcher_free(survey->matcher);
    for (size_t i = 0; i < survey->source_count; i++)
        source_close(survey->sources[i]);
    free(survey->sources);
    free(survey);
}

/* The data view of a source's documents. */
static const struct data_view *view_of(const struct survey *s, const struct source *source)
{
    const struct question *const question = s->options.question;
    const struct data_view *const own = source->kind->view(source);
    return own == NULL || question->read_view != NULL ? question_view(question) : own;
}

enum status survey_check_field(const struct survey *survey, struct bytes name, struct error *err)
{
    enum status status = ST_OK;
    for (size_t i = 0; i < survey->source_count; i++) {
        status = field_check(view_of(survey, survey->sources[i]), name, err);
        if (status == ST_OK)
            return ST_OK;
    }
    return status;
}

static struct kql_options kql_options(const struct survey *s, const struct data_view *view)
{
    struct question *const question = s->options.question;
    return (struct kql_options){
        .view = view, .now_ns = question->now_ns, .time_zone = question_zone(question)};
}

static enum status say_wrong(const struct survey *s, const struct survey_part *part,
                             const struct kql_error *fault)
{
    question_say_fault(part->text, fault, s->options.faults_as_json, s->options.out,
                       s->options.messages->to);
    return ST_INVALID;
}

/* Compiles one expression; NULL in *program and a fault that was said if it is wrong. */
static enum status compile(struct survey *s, const struct survey_part *part,
                           const struct kql_program **program)
{
    const struct kql_options options = kql_options(s, question_view(s->options.question));
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    const enum status status =
        kql_compile(part->tree, &options, &s->options.question->arena, program, &fault);
    if (status == ST_OK || fault.kind != KQL_ERROR_NONE)
        return status == ST_OK ? ST_OK : say_wrong(s, part, &fault);
    message_failure(s->options.messages, "%s", status_text(status));
    return ST_INVALID;
}

/* False if there is no room for all. */
static bool add_fields(struct field_names *all, const struct field_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t at = 0;
        while (at < all->count && !bytes_equal(all->names[at], names->names[i]))
            at++;
        if (at == FIELD_NAMES_MAX)
            return false;
        all->names[at] = names->names[i];
        all->count += at == all->count ? 1 : 0;
    }
    return true;
}

/* A tree that selects what any part wants: the part's own, or an `or` of all. */
static const struct kql_node *union_tree(const struct survey *s)
{
    struct arena *const arena = &s->options.question->arena;
    const struct kql_node **const children =
        arena_array(arena, s->part_count, sizeof(struct kql_node *));
    struct kql_node *const any = arena_array(arena, 1, sizeof *any);
    if (children == NULL || any == NULL)
        return NULL;
    for (size_t i = 0; i < s->part_count; i++)
        children[i] = s->parts[i].tree;
    *any = (struct kql_node){.kind = KQL_OR, .children = children, .child_count = s->part_count};
    return s->part_count == 1 ? children[0] : any;
}

static enum status compile_parts(struct survey *s)
{
    struct arena *const arena = &s->options.question->arena;
    const struct kql_program **const programs =
        arena_array(arena, s->part_count, sizeof(struct kql_program *));
    if (programs == NULL) {
        message_failure(s->options.messages, "memory is exhausted");
        return ST_INVALID;
    }
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < s->part_count; i++)
        status = compile(s, &s->parts[i], &programs[i]);
    s->programs = s->part_count > 1 ? programs : NULL;
    return status;
}

static bool wants_json(const struct survey *s)
{
    for (size_t i = 0; i < s->part_count; i++) {
        if (s->parts[i].wants_json)
            return true;
    }
    return false;
}

/* `_id`, or event.id, which is the same in our own documents; empty if it has neither. */
static struct bytes identity_of(const struct hit *hit)
{
    if (hit->id.len > 0 || hit->document == NULL)
        return hit->id;
    const uint16_t field = field_find(hit->document->view, BYTES_LITERAL("event.id"));
    const struct value *const value = field_value(hit->document, field, NULL);
    return value != NULL && value->kind == VALUE_TEXT ? value->text : (struct bytes){0};
}

/* False if a part was given this lookup before, by another source. */
static bool is_new(struct survey *s, size_t part, const struct hit *hit)
{
    const struct bytes id = s->seen == NULL ? (struct bytes){0} : identity_of(hit);
    if (id.len == 0)
        return true;
    buf_reset(&s->identity);
    buf_add(&s->identity, (struct bytes){(const uint8_t *)&part, sizeof part});
    buf_add(&s->identity, id);
    if (!buf_ok(&s->identity) || seen_is_new(s->seen, buf_bytes(&s->identity)))
        return true;
    s->repeated++;
    return false;
}

/* Gives a hit of a local source to the parts that want it. */
static bool take_local(void *context, const struct hit *hit)
{
    struct survey *const s = context;
    bool is_wanted = false;
    for (size_t i = 0; i < s->part_count; i++) {
        struct survey_part *const part = &s->parts[i];
        if (!part->is_stopped &&
            (s->programs == NULL || kql_matches(s->programs[i], hit->document)) &&
            is_new(s, i, hit)) {
            part->matched++;
            part->is_stopped = !part->take(part->context, hit);
        }
        is_wanted = is_wanted || !part->is_stopped;
    }
    return is_wanted;
}

static enum status make_matcher(struct survey *s)
{
    struct question *const question = s->options.question;
    const struct field_names identity = {.names = {BYTES_LITERAL("event.id")}, .count = 1};
    bool has_room = s->seen == NULL || add_fields(&s->fields, &identity);
    for (size_t i = 0; i < s->part_count; i++)
        has_room = has_room && add_fields(&s->fields, s->parts[i].fields);
    if (!has_room)
        message_failure(s->options.messages, "the expressions ask for more than %d fields",
                        FIELD_NAMES_MAX);
    const enum status status = has_room ? compile_parts(s) : ST_INVALID;
    if (status != ST_OK)
        return status;
    const struct matcher_options options = {
        .tree = union_tree(s),
        .kql = kql_options(s, question_view(question)),
        .fields = &s->fields,
        .wants_json = wants_json(s),
    };
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    struct error err = {.status = ST_NO_MEMORY, .text = "memory is exhausted"};
    s->listener =
        (struct source_listener){.take = take_local, .context = s, .messages = s->options.messages};
    if (options.tree != NULL && matcher_new(&options, &s->matcher, &fault) == ST_OK &&
        capture_reader_new(s->matcher, &s->listener, &s->captures, &err) == ST_OK)
        return ST_OK;
    if (fault.kind != KQL_ERROR_NONE)
        return say_wrong(s, &s->parts[0], &fault);
    message_failure(s->options.messages, "%s", err.text);
    return ST_INVALID;
}

/* What local sources share: the compiled expressions, and the pairing of all captures. */
static enum status prepare(struct survey *s)
{
    bool needs_matcher = false;
    for (size_t i = 0; i < s->source_count; i++)
        needs_matcher = needs_matcher || s->sources[i]->kind->needs_matcher;
    if (!needs_matcher)
        return ST_OK;
    if (s->source_count > 1 && seen_new(&s->seen) != ST_OK) {
        message_failure(s->options.messages, "memory is exhausted");
        return ST_INVALID;
    }
    if (!s->options.question->has_no_view)
        return make_matcher(s);
    message_failure(s->options.messages,
                    "--data-view none: files have no mapping that could take its place; it "
                    "is for servers and for translate");
    return ST_INVALID;
}

/* Names the data view to a part. */
static bool begin_part(const struct survey *s, struct survey_part *part,
                       const struct data_view *view)
{
    struct error err = {.status = ST_OK};
    if (part->begin == NULL || part->begin(part->context, view, &err) == ST_OK)
        return true;
    message_failure(s->options.messages, "%s", err.text);
    part->is_stopped = true;
    return false;
}

static struct source_request request_of(const struct survey *s, const struct survey_part *part,
                                        const struct data_view *view)
{
    struct question *const question = s->options.question;
    return (struct source_request){
        .tree = part->tree,
        .view = question->has_no_view ? NULL : view,
        .time_zone = question_zone(question),
        .matcher = s->matcher,
        .captures = s->captures,
        .fields = part->fields,
        .wants_json = part->wants_json,
        .wants_count = part->wants_count && s->seen == NULL,
        /* Percentiles of several sources cannot be put together. */
        .by = s->source_count == 1 ? part->by : NULL,
        .intervals = part->intervals,
        .order = part->order,
        .limit = part->wants_count ? UINT64_MAX : part->limit,
    };
}

/* Of what a server refuses: the fault in the expression, if we can find it, with its place. */
static bool find_fault(struct survey *s, const struct survey_part *part,
                       const struct data_view *view, struct kql_error *fault)
{
    const struct kql_options options = kql_options(s, view);
    const struct kql_program *program = NULL;
    return kql_compile(part->tree, &options, &s->options.question->arena, &program, fault) ==
               ST_INVALID &&
           fault->kind != KQL_ERROR_UNSUPPORTED;
}

static void say_server_failure(struct survey *s, const struct survey_part *part,
                               const struct data_view *view, const struct error *err)
{
    struct kql_error fault = {.kind = KQL_ERROR_NONE};
    const bool is_refused = err->status == ST_REFUSED || err->status == ST_INVALID;
    if (is_refused && !s->options.question->has_no_view && find_fault(s, part, view, &fault)) {
        (void)say_wrong(s, part, &fault);
        s->is_wrong = true;
    } else if (!messages_are_interrupted(s->options.messages)) {
        message_failure(s->options.messages, "%s", err->text);
        s->is_wrong = s->is_wrong || err->status == ST_INVALID;
    }
}

/* A part for which a server is asked. */
struct remote {
    struct survey *survey;
    size_t part;
};

static bool take_remote(void *context, const struct hit *hit)
{
    const struct remote *const remote = context;
    const struct survey_part *const part = &remote->survey->parts[remote->part];
    return !is_new(remote->survey, remote->part, hit) || part->take(part->context, hit);
}

static bool take_remote_group(void *context, const struct source_group *group)
{
    const struct remote *const remote = context;
    const struct survey_part *const part = &remote->survey->parts[remote->part];
    return part->take_group(part->context, group);
}

static void ask_server(struct survey *s, struct source *source, size_t number)
{
    struct survey_part *const part = &s->parts[number];
    struct remote remote = {s, number};
    const uint64_t repeated = s->repeated;
    const struct data_view *const view = view_of(s, source);
    const struct source_request request = request_of(s, part, view);
    struct source_listener listener = {.take = take_remote,
                                       .context = &remote,
                                       .messages = s->options.messages,
                                       .is_stopped = part->is_stopped,
                                       .take_group = take_remote_group};
    struct error err = {.status = ST_OK};
    if (part->is_stopped || messages_are_interrupted(listener.messages) ||
        !begin_part(s, part, view))
        return;
    const enum status status = source->kind->read(source, &request, &listener, &err);
    part->matched += listener.matched - (s->repeated - repeated);
    part->is_stopped = listener.is_stopped;
    err.status = status;
    s->has_read = s->has_read || status == ST_OK || listener.matched > 0;
    if (status != ST_OK)
        say_server_failure(s, part, view, &err);
}

/* Begins to read documents over the view of all local sources. */
static void begin_local(struct survey *s)
{
    for (size_t i = 0; i < s->part_count; i++) {
        if (!s->parts[i].is_stopped)
            (void)begin_part(s, &s->parts[i], question_view(s->options.question));
    }
}

static void read_local(struct survey *s, struct source *source)
{
    struct source_request request = request_of(s, &s->parts[0], question_view(s->options.question));
    request.fields = &s->fields;
    struct error err = {.status = ST_OK};
    begin_local(s);
    const enum status status = source->kind->read(source, &request, &s->listener, &err);
    s->has_read = s->has_read || status == ST_OK || s->listener.matched > 0;
    if (status != ST_OK)
        message_failure(s->options.messages, "%s", err.text);
    s->is_wrong = s->is_wrong || status == ST_INVALID;
}

static void read_source(struct survey *s, struct source *source)
{
    if (source->kind->needs_matcher && !listener_is_done(&s->listener))
        read_local(s, source);
    for (size_t i = 0; !source->kind->needs_matcher && i < s->part_count; i++)
        ask_server(s, source, i);
}

enum status survey_read(struct survey *survey, struct survey_part *parts, size_t part_count)
{
    struct survey *const s = survey;
    s->parts = parts;
    s->part_count = part_count;
    const enum status status = prepare(s);
    if (status != ST_OK)
        return status;
    for (size_t i = 0; i < s->source_count; i++)
        read_source(s, s->sources[i]);
    /* Captures are read as one, once all of them are known. */
    if (s->captures != NULL && !listener_is_done(&s->listener)) {
        begin_local(s);
        capture_reader_read(s->captures);
    }
    progress_clear(&s->options.messages->progress);
    if (s->repeated > 0)
        message_note(s->options.messages,
                     "%" PRIu64 " lookups are in more than one source; each counts once",
                     s->repeated);
    if (messages_are_interrupted(s->options.messages))
        message_failure(s->options.messages, "interrupted: only what was found until then");
    return s->is_wrong ? ST_INVALID : ST_OK;
}

bool survey_has_read(const struct survey *survey)
{
    return survey->has_read;
}

void survey_say_times(const struct survey *survey, const struct time_span *span)
{
    if (survey->captures != NULL)
        capture_reader_say_times(survey->captures, span->since_ns, span->until_ns);
}
