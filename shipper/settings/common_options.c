#include "shipper/settings/common_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/dns/protocol.h"

enum status common_set_filter(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct common_options *)settings)->filter = value;
    return ST_OK;
}

/* "elastic:9200": a name, a colon, and nothing but the digits of a port before the next slash. */
static bool is_host_and_port(const char *value)
{
    const size_t host = strcspn(value, ":/");
    const size_t port = value[host] == ':' ? strspn(value + host + 1, "0123456789") : 0;
    const size_t end = host + 1 + port;
    return host > 0 && port > 0 && (value[end] == '\0' || value[end] == '/');
}

enum status common_set_output(void *settings, const char *value, struct error *err)
{
    const bool is_address = strncmp(value, "http://", 7) == 0 || strncmp(value, "https://", 8) == 0;
    const char *const behind_scheme = strstr(value, "://");
    if (value[0] == '\0')
        return error_set(err, ST_INVALID, "a folder or an address is missing");
    if (!is_address && is_host_and_port(value))
        return error_set(err, ST_INVALID,
                         "an address begins with https:// or http://; did you mean http://%s? "
                         "(./%s is a folder)",
                         value, value);
    if (!is_address && behind_scheme != NULL)
        return error_set(err, ST_INVALID,
                         "an address begins with https:// or http://, not with %.*s://",
                         (int)(behind_scheme - value), value);
    ((struct common_options *)settings)->output = value;
    return ST_OK;
}

enum status common_set_host(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct common_options *)settings)->host = value;
    return ST_OK;
}

enum status common_set_any_port(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct common_options *)settings)->any_port = true;
    return ST_OK;
}

enum status common_set_quiet(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct common_options *)settings)->is_quiet = true;
    return ST_OK;
}

enum status common_set_help(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct common_options *)settings)->wants_help = true;
    return ST_OK;
}

enum status common_set_port(void *settings, const char *value, struct error *err)
{
    struct common_options *const options = settings;
    char *end = NULL;
    errno = 0;
    const unsigned long port = strtoul(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || port == 0 || port > UINT16_MAX)
        return error_set(err, ST_INVALID, "\"%s\" is not a port; ports are 1 to 65535", value);
    if (options->port_count == 0)
        options->ports[options->port_count++] = DNS_PORT;
    if (options->port_count == COMMON_LIST_MAX)
        return error_set(err, ST_INVALID, "more than %d ports", COMMON_LIST_MAX - 1);
    options->ports[options->port_count++] = (uint16_t)port;
    return ST_OK;
}

static enum status add_domain(struct bytes *list, size_t *count, const char *value,
                              struct error *err)
{
    struct dns_name name;
    if (dns_name_parse(bytes_of(value), &name) != ST_OK)
        return error_set(err, ST_INVALID, "\"%s\" is not a domain name", value);
    if (*count == COMMON_LIST_MAX)
        return error_set(err, ST_INVALID, "more than %d domains", COMMON_LIST_MAX);
    list[(*count)++] = bytes_of(value);
    return ST_OK;
}

enum status common_set_search_domain(void *settings, const char *value, struct error *err)
{
    struct common_options *const options = settings;
    return add_domain(options->search_domains, &options->search_domain_count, value, err);
}

enum status common_set_internal_domain(void *settings, const char *value, struct error *err)
{
    struct common_options *const options = settings;
    return add_domain(options->internal_domains, &options->internal_domain_count, value, err);
}

struct shipping_options common_shipping_options(const struct common_options *options)
{
    return (struct shipping_options){
        .filter = options->filter,
        .output = {.target = options->output},
        .lookups =
            {
                .ports = options->port_count == 0 ? NULL : options->ports,
                .port_count = options->port_count,
                .any_port = options->any_port,
                .pairing =
                    {
                        .search_domains = options->search_domains,
                        .search_domain_count = options->search_domain_count,
                    },
                .build =
                    {
                        .host_name = options->host,
                        .internal_domains = options->internal_domains,
                        .internal_domain_count = options->internal_domain_count,
                    },
            },
    };
}
