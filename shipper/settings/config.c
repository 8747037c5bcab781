#include "shipper/settings/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/nearest.h"
#include "shipper/settings/config_file.h"
#include "shipper/settings/config_rows.h"

/* Octets of the largest file, and of everything that is kept of it. */
#define FILE_MAX  ((size_t)1024 * 1024)
#define ARENA_MAX ((size_t)16 * 1024 * 1024)

/* Octets of a key; longer ones are no keys of ours (config_file.c). */
#define UNKNOWN_MAX ((size_t)512)

/* What a stop may take. */
#define SHUTDOWN_MS_DEFAULT 10000

/* Problems that are said; the rest follows from the first ones often enough. */
#define PROBLEMS_MAX 20

/* One reading of a file. */
struct loading {
    struct config *config;
    const char *path;
    struct buf *problems;
    unsigned problem_count;
    struct buf unknown; /* the last key that was said to be unknown, with a dot behind it */
};

void config_init(struct config *config)
{
    *config = (struct config){.log_level = LOG_LEVEL_INFO};
    arena_init(&config->arena, ARENA_MAX);
}

void config_release(struct config *config)
{
    arena_release(&config->arena);
}

const char *config_find(const char *named)
{
    if (named != NULL)
        return named;
    const char *const told = getenv("DNSIGHT_CONFIG");
    if (told != NULL && told[0] != '\0')
        return told;
    return access(CONFIG_PATH, F_OK) == 0 ? CONFIG_PATH : NULL;
}

/* --- Problems --------------------------------------------------------------------------------- */

/* Appends one line. Lines of *text behind the first (an expression and its caret) follow. */
static void add_problem(struct loading *l, const char *place, const char *text)
{
    if (l->problem_count++ >= PROBLEMS_MAX)
        return;
    buf_add_format(l->problems, "%s:%s%s%s\n", l->path, place, place[0] == '\0' ? " " : ": ", text);
}

static void add_problem_at(struct loading *l, size_t line, size_t column, const char *format, ...)
    PRINTF_LIKE(4, 5);

static void add_problem_at(struct loading *l, size_t line, size_t column, const char *format, ...)
{
    char place[64];
    char words[ERROR_TEXT_SIZE];
    va_list values;
    (void)snprintf(place, sizeof place, "%zu:%zu", line, column);
    va_start(values, format);
    (void)vsnprintf(words, sizeof words, format, values);
    va_end(values);
    add_problem(l, place, words);
}

/* --- One entry -------------------------------------------------------------------------------- */

static size_t find_row(const char *key)
{
    for (size_t i = 0; i < config_row_count; i++) {
        if (strcmp(config_rows[i].key, key) == 0)
            return i;
    }
    return config_row_count;
}

static bool is_section(const char *key)
{
    const size_t len = strlen(key);
    for (size_t i = 0; i < config_row_count; i++) {
        if (strncmp(config_rows[i].key, key, len) == 0 && config_rows[i].key[len] == '.')
            return true;
    }
    return false;
}

/* Once for a list, and once for a section with all that is in it. */
static void say_unknown(struct loading *l, const struct config_entry *entry)
{
    if (entry->kind == CONFIG_ITEM ||
        (l->unknown.len > 0 && bytes_starts_with(bytes_of(entry->key), buf_bytes(&l->unknown))))
        return;
    buf_reset(&l->unknown);
    buf_add_text(&l->unknown, entry->key);
    buf_add_u8(&l->unknown, '.');
    struct nearest nearest = nearest_to(bytes_of(entry->key));
    for (size_t i = 0; i < config_row_count; i++)
        nearest_offer(&nearest, config_rows[i].key);
    if (nearest.name != NULL)
        add_problem_at(l, entry->key_line, entry->key_column,
                       "unknown key \"%s\"; did you mean %s?", entry->key, nearest.name);
    else
        add_problem_at(l, entry->key_line, entry->key_column,
                       "unknown key \"%s\"; dnsightd export config prints all of them", entry->key);
}

/* Keeps what is given, an item behind those before it. */
static enum status remember(struct loading *l, size_t row, const struct config_entry *entry,
                            const char **value)
{
    struct config_given *const given = &l->config->given[row];
    struct arena *const arena = &l->config->arena;
    const struct bytes text = {(const uint8_t *)entry->text, strlen(entry->text) + 1};
    const struct bytes copy = arena_copy(arena, text);
    uint8_t *const joined = arena_alloc(arena, given->text.len + text.len);
    if (copy.data == NULL || joined == NULL)
        return ST_NO_MEMORY;
    if (given->text.len > 0)
        memcpy(joined, given->text.data, given->text.len);
    memcpy(joined + given->text.len, text.data, text.len);
    if (given->text.data == NULL)
        *given = (struct config_given){.line = entry->line, .column = entry->column};
    given->text = (struct bytes){joined, given->text.len + text.len};
    *value = (const char *)copy.data;
    return ST_OK;
}

static enum status take_value(struct loading *l, size_t row, const struct config_entry *entry,
                              struct error *err)
{
    const struct config_given *const given = &l->config->given[row];
    const bool is_more = entry->kind == CONFIG_ITEM && config_rows[row].is_list;
    if (given->text.data != NULL && !is_more) {
        add_problem_at(l, entry->line, entry->column, "%s: there is a value in line %zu already",
                       entry->key, given->line);
        return ST_OK;
    }
    const char *value = NULL;
    if (remember(l, row, entry, &value) != ST_OK)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    struct error error = {.status = ST_OK};
    if (config_row_set(&config_rows[row], l->config, value, &error) != ST_OK)
        add_problem_at(l, entry->line, entry->column, "%s: %s", entry->key, error.text);
    return ST_OK;
}

static enum status take_entry(void *context, const struct config_entry *entry, struct error *err)
{
    struct loading *const l = context;
    const size_t row = find_row(entry->key);
    const bool is_value = entry->kind == CONFIG_SCALAR || entry->kind == CONFIG_ITEM;
    if (l->problem_count >= PROBLEMS_MAX)
        return error_set(err, ST_LIMIT, "there are more problems");
    if (row == config_row_count && !is_section(entry->key))
        say_unknown(l, entry);
    else if (row == config_row_count && (is_value || entry->kind == CONFIG_LIST))
        add_problem_at(l, entry->line, entry->column, "%s is a section with keys of its own",
                       entry->key);
    else if (row < config_row_count && entry->kind == CONFIG_SECTION)
        add_problem_at(l, entry->line, entry->column, "%s has a value, not keys of its own",
                       entry->key);
    else if (is_value)
        return take_value(l, row, entry, err);
    else if (entry->kind == CONFIG_LIST && l->config->given[row].text.data == NULL)
        l->config->given[row] = (struct config_given){.line = entry->line, .column = entry->column};
    return ST_OK;
}

/* --- Everything together ---------------------------------------------------------------------- */

/* A rule about two keys: the second one says where it is broken. */
static void check_pair(struct loading *l, const char *first, const char *second, bool is_broken,
                       const char *rule)
{
    const size_t row = find_row(second);
    const struct config_given *const given = &l->config->given[row];
    if (l->config->given[find_row(first)].text.data != NULL && given->text.data != NULL &&
        is_broken)
        add_problem_at(l, given->line, given->column, "%s: %s %s", second, rule, first);
}

/* As log_directory_open wants it, defaults included. */
static void check_sizes(struct loading *l)
{
    const struct log_directory_options *const files = &l->config->files;
    const uint64_t one = files->file_max == 0 ? LOG_DIRECTORY_FILE_MAX : files->file_max;
    const uint64_t all = files->total_max == 0 ? LOG_DIRECTORY_TOTAL_MAX : files->total_max;
    const char *key = "output.file.max_bytes";
    if (all / LOG_DIRECTORY_FILES_LEAST >= one)
        return;
    if (l->config->given[find_row(key)].text.data == NULL)
        key = "output.file.rotate_bytes";
    const struct config_given *const given = &l->config->given[find_row(key)];
    add_problem_at(l, given->line, given->column,
                   "%s: max_bytes (%" PRIu64 " MiB) must be at least %d times rotate_bytes "
                   "(%" PRIu64 " MiB)",
                   key, all >> 20, LOG_DIRECTORY_FILES_LEAST, one >> 20);
}

/* A list without items is a mistake: where it means something else than the default, nobody knows
 * what. */
static void check_lists(struct loading *l)
{
    for (size_t i = 0; i < config_row_count; i++) {
        const struct config_given *const given = &l->config->given[i];
        if (given->line > 0 && given->text.data == NULL)
            add_problem_at(l, given->line, given->column, "%s: the list is empty",
                           config_rows[i].key);
    }
}

/* A name needs its password, given directly or in a file. */
static void check_password(struct loading *l, const char *name, const char *const passwords[2])
{
    const struct config_given *const given = &l->config->given[find_row(name)];
    bool has_password = false;
    for (size_t i = 0; i < 2; i++)
        has_password = has_password || l->config->given[find_row(passwords[i])].line > 0;
    if (given->text.data != NULL && !has_password)
        add_problem_at(l, given->line, given->column, "%s: this needs %s or %s", name, passwords[0],
                       passwords[1]);
}

static void check_rules(struct loading *l)
{
    static const char *const elastic_passwords[] = {"output.elasticsearch.password",
                                                    "output.elasticsearch.password_file"};
    static const char *const kibana_passwords[] = {"setup.kibana.password",
                                                   "setup.kibana.password_file"};
    const struct config *const c = l->config;
    check_lists(l);
    check_password(l, "output.elasticsearch.username", elastic_passwords);
    check_password(l, "setup.kibana.username", kibana_passwords);
    check_pair(l, "output.elasticsearch.hosts", "output.file.path", true,
               "lookups go to one place only, and there is");
    check_pair(l, "output.elasticsearch.api_key", "output.elasticsearch.api_key_file", true,
               "this is the same as");
    check_pair(l, "output.elasticsearch.password", "output.elasticsearch.password_file", true,
               "this is the same as");
    check_pair(l, "output.elasticsearch.backoff.init", "output.elasticsearch.backoff.max",
               c->elastic.backoff_max_ms != 0 &&
                   c->elastic.backoff_max_ms < c->elastic.backoff_init_ms,
               "this must not be less than");
    check_sizes(l);
}

/* Secrets that everybody on the machine can read are none. */
static void check_mode(struct loading *l, const struct stat *stat)
{
    for (size_t i = 0; i < config_row_count; i++) {
        const struct config_given *const given = &l->config->given[i];
        if (config_rows[i].is_secret && given->text.data != NULL && (stat->st_mode & S_IROTH) != 0)
            add_problem_at(l, given->line, given->column,
                           "%s: everybody may read this file; chmod o= %s, or name a file with "
                           "%s_file",
                           config_rows[i].key, l->path, config_rows[i].key);
    }
}

static enum status read_text(struct loading *l, struct buf *text, struct stat *stat)
{
    const int file = open(l->path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 || fstat(file, stat) != 0 ? -1 : 1;
    while (got > 0) {
        uint8_t *const to = buf_space(text, 65536);
        if (to == NULL)
            break;
        got = read(file, to, 65536);
        if (got > 0)
            buf_wrote(text, (size_t)got);
    }
    const int reason = errno;
    if (file >= 0)
        (void)close(file);
    if (got == 0)
        return ST_OK;
    struct error error;
    if (got < 0)
        (void)error_set_os(&error, ST_IO, reason, "it cannot be read");
    else
        (void)error_set(&error, ST_LIMIT, "it is larger than a configuration can be");
    add_problem(l, "", error.text);
    return ST_IO;
}

static enum status load(struct loading *l, const struct buf *text)
{
    struct error error = {.status = ST_OK};
    const enum status status = config_file_read(buf_bytes(text), take_entry, l, &error);
    /* The reader's words begin with the place. */
    if (status == ST_INVALID)
        buf_add_format(l->problems, "%s:%s\n", l->path, error.text);
    else if (status != ST_OK)
        add_problem(l, "", error.text);
    return status;
}

enum status config_load(struct config *config, const char *path, struct buf *problems)
{
    struct loading l = {.config = config, .path = path, .problems = problems};
    struct buf text;
    struct stat stat = {0};
    buf_init(&text, FILE_MAX);
    buf_init(&l.unknown, UNKNOWN_MAX);
    enum status status = read_text(&l, &text, &stat);
    if (status == ST_OK)
        status = load(&l, &text);
    if (status == ST_OK) {
        check_rules(&l);
        check_mode(&l, &stat);
        status = l.problem_count > 0 ? ST_INVALID : ST_OK;
    }
    if (text.len > 0)
        explicit_bzero(text.data, text.len);
    buf_release(&text);
    buf_release(&l.unknown);
    config->path = path;
    return status == ST_LIMIT ? ST_INVALID : status;
}

/* --- The command line and the defaults -------------------------------------------------------- */

/* Options that are given take the place of what the file says, lists as a whole. */
static void override(struct config *config, const struct config *given)
{
    struct common_options *const c = &config->common;
    const struct common_options *const o = &given->common;
    c->is_quiet = o->is_quiet;
    if (o->filter != NULL)
        c->filter = o->filter;
    if (o->host != NULL)
        c->host = o->host;
    if (o->any_port)
        c->any_port = true;
    if (o->port_count > 0) {
        memcpy(c->ports, o->ports, sizeof c->ports);
        c->port_count = o->port_count;
    }
    if (o->search_domain_count > 0) {
        memcpy(c->search_domains, o->search_domains, sizeof c->search_domains);
        c->search_domain_count = o->search_domain_count;
    }
    if (o->internal_domain_count > 0) {
        memcpy(c->internal_domains, o->internal_domains, sizeof c->internal_domains);
        c->internal_domain_count = o->internal_domain_count;
    }
    if (given->interface_count > 0) {
        memcpy(config->interfaces, given->interfaces, sizeof config->interfaces);
        config->interface_count = given->interface_count;
    }
}

/* Where documents go: what the command line says, else the file, else the log directory. */
static void choose_output(struct config *config, const struct config *given)
{
    const char *const told = getenv("DNSIGHT_LOG_DIR");
    const char **const output = &config->common.output;
    if (given->common.output != NULL) {
        *output = given->common.output;
    } else if (config->host_count > 0) {
        *output = config->hosts[0];
        config->elastic.hosts = config->hosts;
        config->elastic.host_count = config->host_count;
    } else if (config->log_directory != NULL) {
        *output = config->log_directory;
    } else {
        *output = told != NULL && told[0] != '\0' ? told : CONFIG_LOG_DIRECTORY;
    }
}

void config_finish(struct config *config, const struct config *command_line)
{
    override(config, command_line);
    choose_output(config, command_line);
    if (config->interface_count == 0)
        config->interfaces[config->interface_count++] = "any";
    if (config->shutdown_ms == 0)
        config->shutdown_ms = SHUTDOWN_MS_DEFAULT;
    config->elastic.shutdown_ms = config->shutdown_ms;
    config->elastic.config_path = config->path;
}

struct shipping_options config_shipping(const struct config *config)
{
    struct shipping_options options = common_shipping_options(&config->common);
    options.output.files = config->files;
    options.output.elastic = config->elastic;
    return options;
}

/* The text that a row's member points to; NULL if there is none. */
static const char *text_of(const struct config *config, const struct config_row *row)
{
    const char *text = NULL;
    memcpy(&text, (const uint8_t *)config + row->at, sizeof text);
    return text;
}

/* A file of the same name can hold another secret. */
static bool is_same(const struct config *before, const struct config *after, size_t i)
{
    const struct config_row *const row = &config_rows[i];
    if (!bytes_equal(before->given[i].text, after->given[i].text))
        return false;
    if (row->type != CONFIG_SECRET_FILE || after->given[i].text.data == NULL)
        return true;
    return bytes_equal(bytes_of(text_of(before, row)), bytes_of(text_of(after, row)));
}

void config_compare(const struct config *before, const struct config *after,
                    config_difference handler, void *context)
{
    for (size_t i = 0; i < config_row_count; i++) {
        if (!is_same(before, after, i))
            handler(context, config_rows[i].key, config_rows[i].is_reloadable);
    }
}
