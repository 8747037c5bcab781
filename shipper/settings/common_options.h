/* The options that `read` and `run` share. */
#ifndef DNSIGHT_SHIPPER_SETTINGS_COMMON_OPTIONS_H
#define DNSIGHT_SHIPPER_SETTINGS_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/options.h"
#include "shipper/output/shipping.h"

/* Ports, search domains and internal domains that can be given. */
#define COMMON_LIST_MAX 32

/* Set by the options; all texts are borrowed from the command line. */
struct common_options {
    const char *filter;
    const char *output;
    const char *host;
    uint16_t ports[COMMON_LIST_MAX];
    size_t port_count;
    struct bytes search_domains[COMMON_LIST_MAX];
    size_t search_domain_count;
    struct bytes internal_domains[COMMON_LIST_MAX];
    size_t internal_domain_count;
    bool any_port;
    bool is_quiet;
    bool wants_help;
};

/* The rows of an option table; `settings` of options_parse must be a struct common_options or a
 * struct that begins with one. */
#define COMMON_OPTION_ROWS                                                                 \
    {.name = "filter",                                                                     \
     .value = "KQL",                                                                       \
     .help = "store only the lookups that match",                                          \
     .set = common_set_filter},                                                            \
        {.name = "output",                                                                 \
         .value = "-|DIR|URL",                                                             \
         .help = "standard output, a log directory, or Elasticsearch",                     \
         .set = common_set_output},                                                        \
        {.name = "port",                                                                   \
         .value = "N",                                                                     \
         .help = "another port that carries DNS; may be repeated",                         \
         .set = common_set_port},                                                          \
        {.name = "any-port", .help = "DNS between any ports", .set = common_set_any_port}, \
        {.name = "host",                                                                   \
         .value = "NAME",                                                                  \
         .help = "the machine that captured (host.name)",                                  \
         .set = common_set_host},                                                          \
        {.name = "search-domain",                                                          \
         .value = "NAME",                                                                  \
         .help = "a suffix of the resolvers' search lists; may be repeated",               \
         .set = common_set_search_domain},                                                 \
        {.name = "internal-domain",                                                        \
         .value = "NAME",                                                                  \
         .help = "names below it are internal; may be repeated",                           \
         .set = common_set_internal_domain},                                               \
        {.name = "quiet", .help = "no progress and no summary", .set = common_set_quiet},  \
    {                                                                                      \
        .name = "help", .help = "this text", .letter = 'h', .set = common_set_help         \
    }

enum status common_set_filter(void *settings, const char *value, struct error *err);
enum status common_set_output(void *settings, const char *value, struct error *err);
enum status common_set_port(void *settings, const char *value, struct error *err);
enum status common_set_any_port(void *settings, const char *value, struct error *err);
enum status common_set_host(void *settings, const char *value, struct error *err);
enum status common_set_search_domain(void *settings, const char *value, struct error *err);
enum status common_set_internal_domain(void *settings, const char *value, struct error *err);
enum status common_set_quiet(void *settings, const char *value, struct error *err);
enum status common_set_help(void *settings, const char *value, struct error *err);

/* What the options mean for shipping; borrows from `options`. */
struct shipping_options common_shipping_options(const struct common_options *options);

#endif
