#include "shipper/setup/server_ready.h"

#include "core/elastic/server.h"
#include "shipper/setup/setup.h"

static MUST_CHECK enum status install_templates(struct http_client *client, FILE *log,
                                                struct error *err)
{
    const struct setup_options options = {.log = log};
    if (log != NULL)
        (void)fprintf(log, "the templates are missing and are installed:\n");
    const enum status status = setup_run(client, &options, NULL, err);
    if (status == ST_UNAUTHORISED)
        error_prefix(err, "the templates are missing, `dnsightd setup` must be run first");
    return status;
}

enum status server_make_ready(struct http_client *client, FILE *log, bool *is_watched,
                              struct error *err)
{
    struct server server = {.product = SERVER_ELASTICSEARCH};
    enum status status = server_identify(client, &server, err);
    if (status == ST_OK)
        status = server_probe_bulk(client, &server, err);
    if (status != ST_OK)
        return status;
    *is_watched = server_can(&server, CAN_REQUIRE_DATA_STREAM);
    bool is_installed = true;
    status = setup_is_installed(client, &is_installed, err);
    if (status == ST_UNAUTHORISED && *is_watched)
        return ST_OK;
    return status == ST_OK && !is_installed ? install_templates(client, log, err) : status;
}
