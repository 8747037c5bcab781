/* What a client says about itself to a server. */
#ifndef DNSIGHT_ELASTIC_CREDENTIALS_H
#define DNSIGHT_ELASTIC_CREDENTIALS_H

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/address.h"
#include "core/elastic/http.h"

/* Owned texts; one of the two ways, or neither. */
struct credentials {
    char *authorization; /* the header line of an API key or a bearer token; NULL: none */
    char *username;      /* of basic authentication; NULL: none */
    char *password;
};

/* Takes the credentials from the first place that has some (struct http_options says which).
 * Returns ST_OK; as secret_read for a file that the environment names; ST_NO_MEMORY with *err. */
MUST_CHECK enum status credentials_find(const struct http_options *options,
                                        const struct address *address,
                                        struct credentials *credentials, struct error *err);

/* Overwrites and frees. */
void credentials_release(struct credentials *credentials);

#endif
