#include "shipper/settings/config_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/elastic/address.h"
#include "shipper/output/filter.h"
#include "shipper/settings/config_text.h"

/* Octets of the longest secret. */
#define SECRET_MAX ((size_t)4096)

static const char *const ANSWERS[] = {"false", "true"};
static const char *const COMPRESSIONS[] = {"zstd", "none"};
static const char *const FORMATS[] = {"logfmt", "json"};
static const char *const IDENTITIES[] = {"event.id", "none"};
static const char *const LEVELS[] = {
#define LEVEL_WORD(name, text) text,
    LOG_LEVEL_LIST(LEVEL_WORD)
#undef LEVEL_WORD
};
static const char *const POLICIES[] = {"drop_oldest", "drop_new", "block"};
static const char *const MODES[] = {"always", "on_failure"};
static const char *const SYNCS[] = {"batch", "none"};
static const char *const VERIFICATIONS[] = {"full", "certificate", "none"};

enum status config_set_interface(void *config, const char *value, struct error *err)
{
    struct config *const c = config;
    if (value[0] == '\0')
        return error_set(err, ST_INVALID, "an interface has a name");
    if (c->interface_count == CONFIG_INTERFACES_MAX)
        return error_set(err, ST_INVALID, "more than %d interfaces", CONFIG_INTERFACES_MAX);
    c->interfaces[c->interface_count++] = value;
    return ST_OK;
}

static enum status set_filter(void *config, const char *value, struct error *err)
{
    struct filter *filter = NULL;
    const enum status status = filter_new(value, &filter, err);
    filter_free(filter);
    return status == ST_OK ? common_set_filter(config, value, err) : status;
}

static enum status set_host(void *config, const char *value, struct error *err)
{
    struct config *const c = config;
    if (strncmp(value, "http://", 7) != 0 && strncmp(value, "https://", 8) != 0)
        return error_set(err, ST_INVALID, "an address begins with https:// or http://");
    struct address address = {0};
    const enum status status = address_parse(value, &address, err);
    address_release(&address);
    if (status != ST_OK)
        return status;
    if (c->host_count == ELASTIC_HOSTS_MAX)
        return error_set(err, ST_INVALID, "more than %d hosts", ELASTIC_HOSTS_MAX);
    c->hosts[c->host_count++] = value;
    return ST_OK;
}

/* A name that our templates match, as Elasticsearch wants data streams to be called:
 * logs-dnsight.DATASET-NAMESPACE. */
static enum status set_data_stream(void *config, const char *value, struct error *err)
{
    static const char prefix[] = "logs-dnsight.";
    const char *const behind = value + sizeof prefix - 1;
    const bool is_ours = strncmp(value, prefix, sizeof prefix - 1) == 0;
    const size_t dataset = is_ours ? strcspn(behind, "-") : 0;
    const size_t len = strlen(value);
    if (dataset == 0 || behind[dataset] == '\0' || behind[dataset + 1] == '\0' || len > 255 ||
        strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-._@+") != len ||
        strchr(behind + dataset + 1, '-') != NULL)
        return error_set(err, ST_INVALID,
                         "\"%s\" is not logs-dnsight.DATASET-NAMESPACE, in small letters, digits, "
                         "dots and underscores",
                         value);
    ((struct config *)config)->elastic.data_stream = value;
    return ST_OK;
}

#define MEMBER(member) \
    .at = offsetof(struct config, member), .width = sizeof(((const struct config *)NULL)->member)
#define WORDS(list) .words = (list), .word_count = ARRAY_LEN(list)

const struct config_row config_rows[] = {
    {"interfaces", CONFIG_SET, .set = config_set_interface, .is_list = true},
    {"ports", CONFIG_SET, .set = common_set_port, .is_list = true},
    {"any_port", CONFIG_CHOICE, MEMBER(common.any_port), WORDS(ANSWERS)},
    {"filter", CONFIG_SET, .set = set_filter, .is_reloadable = true},
    {"host.name", CONFIG_SET, .set = common_set_host},
    {"search_domains", CONFIG_SET, .set = common_set_search_domain, .is_list = true},
    {"internal_domains", CONFIG_SET, .set = common_set_internal_domain, .is_list = true},
    {"shutdown_timeout", CONFIG_DURATION, MEMBER(shutdown_ms), .unit_ms = 1, .is_reloadable = true},

    {"output.file.path", CONFIG_TEXT, MEMBER(log_directory)},
    {"output.file.rotate_bytes", CONFIG_OCTETS, MEMBER(files.file_max), .least = 65536},
    {"output.file.rotate_interval", CONFIG_DURATION, MEMBER(files.age_max_s), .unit_ms = 1000},
    {"output.file.max_bytes", CONFIG_OCTETS, MEMBER(files.total_max), .least = 131072},
    {"output.file.compression", CONFIG_CHOICE, MEMBER(files.is_plain), WORDS(COMPRESSIONS)},

    {"output.elasticsearch.hosts", CONFIG_SET, .set = set_host, .is_list = true},
    {"output.elasticsearch.index", CONFIG_SET, .set = set_data_stream},
    {"output.elasticsearch.api_key", CONFIG_TEXT, MEMBER(elastic.http.api_key), .is_secret = true,
     .is_reloadable = true},
    {"output.elasticsearch.api_key_file", CONFIG_SECRET_FILE, MEMBER(elastic.http.api_key),
     .is_reloadable = true},
    {"output.elasticsearch.bearer_token_file", CONFIG_SECRET_FILE, MEMBER(elastic.http.bearer),
     .is_reloadable = true},
    {"output.elasticsearch.username", CONFIG_TEXT, MEMBER(elastic.http.username),
     .is_reloadable = true},
    {"output.elasticsearch.password", CONFIG_TEXT, MEMBER(elastic.http.password), .is_secret = true,
     .is_reloadable = true},
    {"output.elasticsearch.password_file", CONFIG_SECRET_FILE, MEMBER(elastic.http.password),
     .is_reloadable = true},
    {"output.elasticsearch.ssl.certificate_authorities", CONFIG_TEXT,
     MEMBER(elastic.http.tls.ca_file), .is_reloadable = true},
    {"output.elasticsearch.ssl.ca_trusted_fingerprint", CONFIG_TEXT,
     MEMBER(elastic.http.tls.ca_fingerprint), .is_reloadable = true},
    {"output.elasticsearch.ssl.certificate", CONFIG_TEXT, MEMBER(elastic.http.tls.certificate),
     .is_reloadable = true},
    {"output.elasticsearch.ssl.key", CONFIG_TEXT, MEMBER(elastic.http.tls.key),
     .is_reloadable = true},
    {"output.elasticsearch.ssl.key_passphrase_file", CONFIG_SECRET_FILE,
     MEMBER(elastic.http.tls.key_passphrase), .is_reloadable = true},
    {"output.elasticsearch.ssl.verification_mode", CONFIG_CHOICE,
     MEMBER(elastic.http.tls.verification), WORDS(VERIFICATIONS), .is_reloadable = true},
    {"output.elasticsearch.timeout", CONFIG_DURATION, MEMBER(elastic.http.timeout_s),
     .unit_ms = 1000, .is_reloadable = true},
    {"output.elasticsearch.worker", CONFIG_NUMBER, MEMBER(elastic.workers), .least = 1,
     .most = ELASTIC_WORKERS_MAX},
    {"output.elasticsearch.bulk_max_size", CONFIG_NUMBER, MEMBER(elastic.batch_documents),
     .least = 1},
    {"output.elasticsearch.bulk_max_bytes", CONFIG_OCTETS, MEMBER(elastic.batch_octets),
     .least = 65536},
    {"output.elasticsearch.flush_interval", CONFIG_DURATION, MEMBER(elastic.flush_ms),
     .unit_ms = 1},
    {"output.elasticsearch.document_id", CONFIG_CHOICE, MEMBER(elastic.has_no_ids),
     WORDS(IDENTITIES)},
    {"output.elasticsearch.backoff.init", CONFIG_DURATION, MEMBER(elastic.backoff_init_ms),
     .unit_ms = 1},
    {"output.elasticsearch.backoff.max", CONFIG_DURATION, MEMBER(elastic.backoff_max_ms),
     .unit_ms = 1},

    {"spool.path", CONFIG_TEXT, MEMBER(elastic.spool.path)},
    {"spool.max_bytes", CONFIG_OCTETS, MEMBER(elastic.spool.octets_max), .least = 1048576},
    {"spool.policy", CONFIG_CHOICE, MEMBER(elastic.spool.policy), WORDS(POLICIES)},
    {"spool.mode", CONFIG_CHOICE, MEMBER(elastic.spool.mode), WORDS(MODES)},
    {"spool.sync", CONFIG_CHOICE, MEMBER(elastic.spool.is_unsynced), WORDS(SYNCS)},
    {"spool.dead_letters_max_bytes", CONFIG_OCTETS, MEMBER(elastic.spool.dead_letters_max),
     .least = 65536},

    {"setup.kibana.host", CONFIG_TEXT, MEMBER(kibana.url)},
    {"setup.kibana.space.id", CONFIG_TEXT, MEMBER(kibana_space)},
    {"setup.kibana.api_key", CONFIG_TEXT, MEMBER(kibana.api_key), .is_secret = true},
    {"setup.kibana.api_key_file", CONFIG_SECRET_FILE, MEMBER(kibana.api_key)},
    {"setup.kibana.username", CONFIG_TEXT, MEMBER(kibana.username)},
    {"setup.kibana.password", CONFIG_TEXT, MEMBER(kibana.password), .is_secret = true},
    {"setup.kibana.password_file", CONFIG_SECRET_FILE, MEMBER(kibana.password)},
    {"setup.kibana.ssl.certificate_authorities", CONFIG_TEXT, MEMBER(kibana.tls.ca_file)},
    {"setup.kibana.ssl.verification_mode", CONFIG_CHOICE, MEMBER(kibana.tls.verification),
     WORDS(VERIFICATIONS)},

    {"logging.level", CONFIG_CHOICE, MEMBER(log_level), WORDS(LEVELS), .is_reloadable = true},
    {"logging.format", CONFIG_CHOICE, MEMBER(log_format), WORDS(FORMATS), .is_reloadable = true},
    {"http.port", CONFIG_NUMBER, MEMBER(http_port), .least = 1},
};
const size_t config_row_count = ARRAY_LEN(config_rows);
_Static_assert(ARRAY_LEN(config_rows) <= CONFIG_KEYS_MAX, "struct config has no room for a key");

/* --- Values ----------------------------------------------------------------------------------- */

static void store(struct config *config, const struct config_row *row, uint64_t value)
{
    uint8_t *const to = (uint8_t *)config + row->at;
    const uint32_t value_4 = (uint32_t)value;
    const uint16_t value_2 = (uint16_t)value;
    const bool value_1 = value != 0;
    if (row->width == sizeof value)
        memcpy(to, &value, sizeof value);
    else if (row->width == sizeof value_4)
        memcpy(to, &value_4, sizeof value_4);
    else if (row->width == sizeof value_2)
        memcpy(to, &value_2, sizeof value_2);
    else
        memcpy(to, &value_1, sizeof value_1);
}

/* The largest value of a member. */
static uint64_t most_of(const struct config_row *row)
{
    if (row->most != 0)
        return row->most;
    return row->width == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * row->width)) - 1;
}

static enum status set_octets(const struct config_row *row, struct config *config,
                              const char *value, struct error *err)
{
    uint64_t octets = 0;
    const enum status status = config_text_octets(value, &octets, err);
    if (status != ST_OK)
        return status;
    if (octets < row->least || octets > most_of(row))
        return error_set(err, ST_INVALID, "\"%s\" is too %s", value,
                         octets < row->least ? "small" : "large");
    store(config, row, octets);
    return ST_OK;
}

static enum status set_duration(const struct config_row *row, struct config *config,
                                const char *value, struct error *err)
{
    uint64_t ms = 0;
    const enum status status = config_text_duration(value, &ms, err);
    if (status != ST_OK)
        return status;
    if (ms < row->unit_ms || ms / row->unit_ms > most_of(row))
        return error_set(err, ST_INVALID, "\"%s\" is too %s", value,
                         ms < row->unit_ms ? "short" : "long");
    store(config, row, ms / row->unit_ms);
    return ST_OK;
}

static enum status set_number(const struct config_row *row, struct config *config,
                              const char *value, struct error *err)
{
    uint64_t number = 0;
    const enum status status = config_text_number(value, row->least, most_of(row), &number, err);
    if (status == ST_OK)
        store(config, row, number);
    return status;
}

static enum status set_choice(const struct config_row *row, struct config *config,
                              const char *value, struct error *err)
{
    size_t chosen = 0;
    const enum status status = config_text_choice(value, row->words, row->word_count, &chosen, err);
    if (status == ST_OK)
        store(config, row, chosen);
    return status;
}

static enum status set_text(const struct config_row *row, struct config *config, const char *value,
                            struct error *err)
{
    if (value[0] == '\0')
        return error_set(err, ST_INVALID, "the value is empty");
    memcpy((uint8_t *)config + row->at, &value, sizeof value);
    return ST_OK;
}

static enum status set_secret_file(const struct config_row *row, struct config *config,
                                   const char *path, struct error *err)
{
    char text[SECRET_MAX];
    FILE *const file = fopen(path, "re");
    if (file == NULL)
        return error_set_os(err, ST_IO, errno, "cannot read %s", path);
    const bool is_read = fgets(text, sizeof text, file) != NULL;
    (void)fclose(file);
    if (is_read)
        text[strcspn(text, "\r\n")] = '\0';
    if (!is_read || text[0] == '\0')
        return error_set(err, ST_INVALID, "the first line of %s is empty", path);
    const struct bytes copy =
        arena_copy(&config->arena, (struct bytes){(const uint8_t *)text, strlen(text) + 1});
    explicit_bzero(text, sizeof text);
    return copy.data == NULL ? error_set(err, ST_NO_MEMORY, "memory is exhausted")
                             : set_text(row, config, (const char *)copy.data, err);
}

enum status config_row_set(const struct config_row *row, struct config *config, const char *value,
                           struct error *err)
{
    switch (row->type) {
    case CONFIG_TEXT:
        return set_text(row, config, value, err);
    case CONFIG_SECRET_FILE:
        return set_secret_file(row, config, value, err);
    case CONFIG_NUMBER:
        return set_number(row, config, value, err);
    case CONFIG_OCTETS:
        return set_octets(row, config, value, err);
    case CONFIG_DURATION:
        return set_duration(row, config, value, err);
    case CONFIG_CHOICE:
        return set_choice(row, config, value, err);
    case CONFIG_SET:
        return row->set(config, value, err);
    }
    return ST_INVALID;
}
