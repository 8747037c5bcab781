#include "shipper/setup/setup_ilm.h"

#include "core/elastic/answer.h"
#include "mappings/templates.h"

#define POLICY      "_ilm/policy/dnsight"
#define POLICY_PATH "/" POLICY

static MUST_CHECK enum status put(struct http_client *client, struct http_response *response,
                                  const struct setup_options *options, struct error *err)
{
    const struct bytes policy = mappings_ilm_policy;
    if (options->dry_run) {
        (void)fprintf(options->log, "would send PUT " POLICY_PATH "\n%.*s", (int)policy.len,
                      (const char *)policy.data);
        return ST_OK;
    }
    const struct http_request request = {.method = HTTP_PUT, .path = POLICY_PATH, .body = policy};
    const enum status status =
        answer_expect(client, &request, response, "install the lifecycle policy dnsight", err);
    if (status == ST_OK)
        (void)fprintf(options->log, POLICY ": written\n");
    return status;
}

enum status setup_ilm(struct http_client *client, const struct setup_options *options,
                      struct error *err)
{
    struct http_response response;
    http_response_init(&response, client);
    enum status status =
        http_send(client, &(struct http_request){.path = POLICY_PATH}, &response, err);
    if (status == ST_OK && response.status == 400)
        status = error_set(err, ST_UNSUPPORTED,
                           "%s: this server has no index lifecycle management; run setup without "
                           "--ilm",
                           http_client_address(client));
    else if (status == ST_OK && response.status != 404 && !answer_is_success(&response))
        status = answer_failure(client, &response, "read the lifecycle policy dnsight", err);
    else if (status == ST_OK && (response.status == 404 || options->overwrite))
        status = put(client, &response, options, err);
    else if (status == ST_OK)
        (void)fprintf(options->log, POLICY ": already there\n");
    http_response_release(&response);
    return status;
}
