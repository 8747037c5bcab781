#include "shipper/delivery/elastic_output.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/elastic/address.h"
#include "shipper/base/message.h"
#include "shipper/delivery/sender.h"
#include "shipper/delivery/spooler.h"
#include "shipper/setup/template.h"

/* What the names of our data streams begin with. */
#define STREAM_PREFIX "logs-dnsight."
/* Octets of dataset and namespace, each. */
#define STREAM_PART_MAX 100

/* How long the end waits without any progress. */
#define SHUTDOWN_LIVE_MS 5000U
#define SHUTDOWN_READ_MS 60000U

struct elastic_output {
    struct elastic_output_options options;
    const char *hosts[ELASTIC_HOSTS_MAX];
    size_t host_count;
    char *data_stream;
    char *spool_path;
    bool is_temporary; /* the spool's folder is ours alone */
    struct spool *spool;
    struct dead_letters *letters;
    struct sender *sender;
    struct spooler *spooler;
    pthread_mutex_t lock; /* of what follows */
    struct refusals refusals;
    struct error spool_error; /* of the last attempt to write; ST_OK: it went well */
};

/* --- The data stream -------------------------------------------------------------------------- */

/* The length of a dataset or a namespace: characters that every server allows in names. */
static size_t part_len(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._");
}

/* "logs-dnsight.DATASET-NAMESPACE". */
static bool is_our_data_stream(const char *name)
{
    if (strncmp(name, STREAM_PREFIX, strlen(STREAM_PREFIX)) != 0)
        return false;
    const char *const dataset = name + strlen(STREAM_PREFIX);
    const size_t dataset_len = part_len(dataset);
    if (dataset_len == 0 || dataset_len > STREAM_PART_MAX || dataset[dataset_len] != '-')
        return false;
    const char *const space = dataset + dataset_len + 1;
    const size_t space_len = part_len(space);
    return space_len > 0 && space_len <= STREAM_PART_MAX && space[space_len] == '\0';
}

static MUST_CHECK enum status choose_data_stream(struct elastic_output *o, struct error *err)
{
    struct address address = {0};
    enum status status = address_parse(o->hosts[0], &address, err);
    if (status != ST_OK)
        return status;
    const char *name = o->options.settings.data_stream;
    if (name == NULL)
        name = address.target[0] == '\0' ? TEMPLATE_DATA_STREAM : address.target;
    o->data_stream = strdup(name);
    if (o->data_stream == NULL)
        status = error_set(err, ST_NO_MEMORY, "memory is exhausted");
    else if (!is_our_data_stream(name))
        status = error_set(err, ST_INVALID,
                           "%s: no template is for the data stream %s; its name must be "
                           "logs-dnsight.DATASET-NAMESPACE, like " TEMPLATE_DATA_STREAM,
                           address.base, name);
    address_release(&address);
    return status;
}

/* --- What happens, in words --------------------------------------------------------------------
 */

static void take_refusal(void *context, struct bytes id, struct bytes reason)
{
    struct elastic_output *const o = context;
    (void)pthread_mutex_lock(&o->lock);
    refusals_add(&o->refusals, id, reason);
    (void)pthread_mutex_unlock(&o->lock);
}

static void say(const struct elastic_output *o, enum log_level level, const char *what,
                const char *reason)
{
    if (o->options.log != NULL)
        log_event(o->options.log, level, what,
                  LOG_FIELDS(LOG_TEXT("reason", reason), LOG_TEXT("spool", o->spool_path)));
    else
        message_say("%s%s%s", what, reason[0] == '\0' ? "" : ": ", reason);
}

static void take_health(void *context, enum elastic_health health, const char *reason)
{
    const struct elastic_output *const o = context;
    switch (health) {
    case ELASTIC_WORKS:
        say(o, LOG_LEVEL_INFO, "documents are being stored again", "");
        return;
    case ELASTIC_WAITS:
        say(o, LOG_LEVEL_WARNING, "documents wait in the spool until the server takes them",
            reason);
        return;
    case ELASTIC_HOLDS:
        say(o, LOG_LEVEL_ERROR, "documents are held in the spool until somebody mends this",
            reason);
        return;
    case ELASTIC_FAILS:
        return;
    }
}

/* The spooler wrote a batch, or could not. */
static void take_written(void *context, const struct error *error)
{
    struct elastic_output *const o = context;
    const struct error now = error == NULL ? (struct error){.status = ST_OK} : *error;
    (void)pthread_mutex_lock(&o->lock);
    const bool was_failing = o->spool_error.status != ST_OK;
    o->spool_error = now;
    (void)pthread_mutex_unlock(&o->lock);
    if (error == NULL)
        sender_wake(o->sender);
    if (error == NULL && was_failing)
        say(o, LOG_LEVEL_INFO, "the spool can be written again", "");
    if (error != NULL && !was_failing)
        say(o, LOG_LEVEL_ERROR, "the spool cannot be written", now.text);
}

/* --- Opening ---------------------------------------------------------------------------------- */

static MUST_CHECK enum status choose_spool(struct elastic_output *o, struct error *err)
{
    const char *const given = o->options.settings.spool.path;
    const char *const environment = getenv("DNSIGHT_SPOOL_DIR");
    const bool has_environment = environment != NULL && environment[0] != '\0';
    if (given != NULL || has_environment || o->options.is_live) {
        o->spool_path = strdup(given != NULL     ? given
                               : has_environment ? environment
                                                 : ELASTIC_SPOOL_PATH);
        return o->spool_path != NULL ? ST_OK : error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    const char *const folder = getenv("TMPDIR");
    struct buf path;
    buf_init(&path, SIZE_MAX);
    buf_add_format(&path, "%s/dnsight-spool.XXXXXX", folder == NULL ? "/tmp" : folder);
    o->spool_path = strdup(buf_text(&path));
    buf_release(&path);
    if (o->spool_path == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    if (mkdtemp(o->spool_path) == NULL)
        return error_set_os(err, ST_IO, errno, "cannot make the temporary spool %s", o->spool_path);
    o->is_temporary = true;
    return ST_OK;
}

static MUST_CHECK enum status open_spool(struct elastic_output *o, struct error *err)
{
    struct spool_settings settings = o->options.settings.spool;
    settings.path = o->spool_path;
    /* The end of the machine ends a reading too: the capture is read again. */
    settings.is_unsynced = settings.is_unsynced || o->is_temporary;
    if (!o->options.is_live)
        settings.policy = SPOOL_BLOCK;
    const enum status status = spool_open(&settings, file_calls_real(), &o->spool, err);
    if (status != ST_OK)
        return status;
    return dead_letters_new(o->spool_path, settings.dead_letters_max, file_calls_real(),
                            &o->letters) == ST_OK
               ? ST_OK
               : error_set(err, ST_NO_MEMORY, "memory is exhausted");
}

static MUST_CHECK enum status start_threads(struct elastic_output *o, struct error *err)
{
    const struct elastic_settings *const settings = &o->options.settings;
    const struct spooler_options spooler = {
        .spool = o->spool,
        .is_blocking = !o->options.is_live,
        .waits_for_room = !o->options.is_live || settings->spool.policy == SPOOL_BLOCK,
        .batch_documents = settings->batch_documents,
        .batch_octets = settings->batch_octets,
        .flush_ms = settings->flush_ms,
        .has_no_ids = settings->has_no_ids,
        .wrote = take_written,
        .context = o,
    };
    if (sender_start(o->sender) != ST_OK || spooler_new(&spooler, &o->spooler) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "cannot start a thread");
    return ST_OK;
}

static MUST_CHECK enum status make_sender(struct elastic_output *o, struct error *err)
{
    const struct sender_options options = {
        .settings = &o->options.settings,
        .hosts = o->hosts,
        .host_count = o->host_count,
        .data_stream = o->data_stream,
        .spool = o->spool,
        .letters = o->letters,
        .refusals = {take_refusal, o},
        .health = {take_health, o},
        .setup_log = o->options.messages,
    };
    return sender_new(&options, &o->sender, err);
}

static MUST_CHECK enum status open_parts(struct elastic_output *o, struct error *err)
{
    const struct elastic_settings *const settings = &o->options.settings;
    o->host_count = settings->host_count == 0 ? 1 : settings->host_count;
    if (o->host_count > ELASTIC_HOSTS_MAX)
        return error_set(err, ST_INVALID, "more than %d hosts", ELASTIC_HOSTS_MAX);
    o->hosts[0] = o->options.target;
    for (size_t i = 0; i < settings->host_count; i++)
        o->hosts[i] = settings->hosts[i];
    enum status status = choose_data_stream(o, err);
    if (status == ST_OK)
        status = choose_spool(o, err);
    if (status == ST_OK)
        status = open_spool(o, err);
    if (status == ST_OK)
        status = make_sender(o, err);
    if (status == ST_OK && !o->options.is_live)
        status = sender_prepare(o->sender, err);
    return status == ST_OK ? start_threads(o, err) : status;
}

enum status elastic_output_open(const struct elastic_output_options *options,
                                struct elastic_output **output, struct error *err)
{
    struct elastic_output *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    made->options = *options;
    (void)pthread_mutex_init(&made->lock, NULL);
    const enum status status = open_parts(made, err);
    if (status != ST_OK) {
        elastic_output_free(made);
        return status;
    }
    *output = made;
    return ST_OK;
}

/* --- The end ---------------------------------------------------------------------------------- */

/* A temporary spool that holds nothing goes. */
static void remove_temporary(const struct elastic_output *o)
{
    static const char *const inside[] = {"/.lock", ("/" SPOOL_QUARANTINE), ""};
    for (size_t i = 0; i < ARRAY_LEN(inside); i++) {
        struct buf path;
        buf_init(&path, SIZE_MAX);
        buf_add_format(&path, "%s%s", o->spool_path, inside[i]);
        (void)remove(buf_text(&path));
        buf_release(&path);
    }
}

void elastic_output_free(struct elastic_output *output)
{
    if (output == NULL)
        return;
    if (output->spooler != NULL)
        (void)!spooler_finish(output->spooler, NULL);
    if (output->sender != NULL)
        sender_stop(output->sender);
    spooler_free(output->spooler);
    sender_free(output->sender);
    dead_letters_free(output->letters);
    const bool is_empty = output->spool == NULL || spool_stats(output->spool).files == 0;
    spool_free(output->spool);
    if (output->is_temporary && is_empty)
        remove_temporary(output);
    (void)pthread_mutex_destroy(&output->lock);
    free(output->data_stream);
    free(output->spool_path);
    free(output);
}

/* Who sends what is in the spool: a command, in which the address has no credentials. */
static void add_retry(const struct elastic_output *o, struct buf *out)
{
    struct address address = {0};
    const char *const config = o->options.settings.config_path;
    buf_add_format(out, "`dnsightd spool retry --spool %s ", o->spool_path);
    if (o->options.settings.host_count > 0 && config != NULL)
        buf_add_format(out, "-c %s", config);
    else if (address_parse(o->hosts[0], &address, NULL) == ST_OK)
        buf_add_format(out, "%s/%s", address.base, o->data_stream);
    buf_add_text(out, "` sends them");
    address_release(&address);
}

/* What to say about documents that stay in the spool. */
static MUST_CHECK enum status say_kept(const struct elastic_output *o,
                                       const struct elastic_counters *counters, struct error *err)
{
    const bool is_unauthorised = counters->reason.status == ST_UNAUTHORISED;
    struct buf text;
    buf_init(&text, SIZE_MAX);
    buf_add_format(&text, "%" PRIu64 " documents stay in the spool %s; ", counters->spooled,
                   o->spool_path);
    if (o->options.is_live)
        buf_add_text(&text, "the next start sends them");
    else
        add_retry(o, &text);
    buf_add_format(&text, ": %s",
                   counters->reason.text[0] != '\0' ? counters->reason.text
                                                    : "the server took too long");
    const enum status status =
        error_set(err, is_unauthorised ? ST_UNAUTHORISED : ST_KEPT, "%s", buf_text(&text));
    buf_release(&text);
    return status;
}

enum status elastic_output_finish(struct elastic_output *output, struct error *err)
{
    const enum status status = spooler_finish(output->spooler, err);
    unsigned wait_ms = output->options.settings.shutdown_ms;
    if (wait_ms == 0)
        wait_ms = output->options.is_live ? SHUTDOWN_LIVE_MS : SHUTDOWN_READ_MS;
    const bool is_empty = sender_drain(output->sender, wait_ms, !output->options.is_live);
    sender_stop(output->sender);
    struct elastic_counters counters;
    elastic_output_counters(output, &counters);
    if (status != ST_OK)
        return status;
    if (!is_empty)
        return say_kept(output, &counters, err);
    const uint64_t dropped = counters.dropped_queue + counters.dropped_spool;
    if (dropped > 0 && !output->options.is_live)
        return error_set(err, ST_IO, "%" PRIu64 " documents were dropped: no room in the spool %s",
                         dropped, output->spool_path);
    const bool has_stored = counters.created + counters.already_there + counters.failure_store > 0;
    return has_stored && !output->options.is_live ? sender_refresh(output->sender, err) : ST_OK;
}

/* --- In between ------------------------------------------------------------------------------- */

enum status elastic_output_add(struct elastic_output *output, enum spool_kind kind, struct bytes id,
                               struct bytes document, struct error *err)
{
    return spooler_add(output->spooler, kind, id, document, err);
}

enum status elastic_output_flush(struct elastic_output *output, struct error *err)
{
    return spooler_flush(output->spooler, err);
}

enum status elastic_output_renew(struct elastic_output *output, const struct http_options *http,
                                 struct error *err)
{
    return sender_renew(output->sender, http, err);
}

void elastic_output_counters(struct elastic_output *output, struct elastic_counters *counters)
{
    sender_counters(output->sender, counters);
    const struct spooler_counters spooler = spooler_counters(output->spooler);
    counters->added = spooler.added;
    counters->dropped_queue = spooler.dropped_queue;
    counters->dropped_spool += spooler.dropped_spool;
    counters->dropped_large = spooler.dropped_large;
    counters->spool_errors = spooler.spool_errors;
    counters->waiting = spooler.waiting;
    (void)pthread_mutex_lock(&output->lock);
    if (output->spool_error.status != ST_OK) {
        counters->health = ELASTIC_FAILS;
        counters->reason = output->spool_error;
    }
    (void)pthread_mutex_unlock(&output->lock);
}

const struct refusals *elastic_output_refusals(const struct elastic_output *output)
{
    return &output->refusals;
}

const char *elastic_output_spool(const struct elastic_output *output)
{
    return output->spool_path;
}
