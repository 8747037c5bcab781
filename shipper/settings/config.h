/* The configuration of dnsightd: a file, over which the options of the command line win. */
#ifndef DNSIGHT_SHIPPER_SETTINGS_CONFIG_H
#define DNSIGHT_SHIPPER_SETTINGS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/macros.h"
#include "shipper/base/log.h"
#include "shipper/delivery/elastic_settings.h"
#include "shipper/output/log_directory.h"
#include "shipper/settings/common_options.h"

/* Where the file is when the command line names none; DNSIGHT_CONFIG overrides it. */
#define CONFIG_PATH "/etc/dnsight/dnsightd.yml"

/* Where lookups are kept when nothing else is said; DNSIGHT_LOG_DIR overrides it. */
#define CONFIG_LOG_DIRECTORY "/var/log/dnsight"

/* Interfaces captured at once. */
#define CONFIG_INTERFACES_MAX 16

/* Keys that can be known at most (config_rows.h). */
#define CONFIG_KEYS_MAX 64

/* What a file says about one key. */
struct config_given {
    struct bytes text; /* as written, the items of a list one a line; data is NULL if not given */
    size_t line;
    size_t column;
};

/* Texts live in the arena, or are borrowed from the command line. */
struct config {
    struct common_options common; /* the first member: see COMMON_OPTION_ROWS */
    const char *path;             /* of the file; NULL: there is none */
    const char *interfaces[CONFIG_INTERFACES_MAX];
    size_t interface_count;
    const char *log_directory; /* output.file.path */
    struct log_directory_options files;
    const char *hosts[ELASTIC_HOSTS_MAX]; /* output.elasticsearch.hosts */
    size_t host_count;
    struct elastic_settings elastic;
    struct http_options kibana; /* setup.kibana; its url is NULL if there is none */
    const char *kibana_space;   /* NULL: the default one */
    enum log_level log_level;
    enum log_format log_format;
    uint16_t http_port;   /* metrics and health on 127.0.0.1; 0: none */
    unsigned shutdown_ms; /* what a stop may take; 0: 10 s */
    struct arena arena;
    struct config_given given[CONFIG_KEYS_MAX]; /* by row of config_rows.h */
};

/* An empty configuration: every default. The struct must stay where it is. */
void config_init(struct config *config);
void config_release(struct config *config);

/* Reads a file and checks everything that can be known without opening anything. Every problem is
 * appended to *problems as one line, "FILE:LINE:COLUMN: KEY: what is wrong". Returns ST_OK;
 * ST_INVALID (there are problems); ST_IO or ST_NO_MEMORY with the reason in *problems. */
MUST_CHECK enum status config_load(struct config *config, const char *path, struct buf *problems);

/* The file that the command line names (NULL: none), else the one in DNSIGHT_CONFIG, else
 * CONFIG_PATH if it exists, else NULL. */
const char *config_find(const char *named);

/* Puts what the command line gave over what the file says, and defaults where neither says
 * anything. */
void config_finish(struct config *config, const struct config *command_line);

/* What shipping needs; borrows from the configuration. */
struct shipping_options config_shipping(const struct config *config);

/* Called for each key that two configurations give differently. */
typedef void (*config_difference)(void *context, const char *key, bool is_reloadable);

void config_compare(const struct config *before, const struct config *after,
                    config_difference handler, void *context);

#endif
