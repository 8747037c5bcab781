#include "core/elastic/credentials.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/encoding.h"
#include "core/elastic/secret.h"

/* Octets of the longest header line; API keys have about 60, tokens some thousand. */
#define HEADER_MAX ((size_t)65536 + 256)

/* An environment variable, or the content of the file that NAME_FILE names; an owned text, NULL if
 * there is neither. */
static MUST_CHECK enum status environment(const char *name, char **text, struct error *err)
{
    const char *const value = getenv(name);
    if (value != NULL && value[0] != '\0') {
        *text = strdup(value);
        return *text != NULL ? ST_OK : error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    char file_name[64];
    (void)snprintf(file_name, sizeof file_name, "%s_FILE", name);
    const char *const path = getenv(file_name);
    if (path == NULL || path[0] == '\0')
        return ST_OK;
    const enum status status = secret_read(path, text, err);
    if (status != ST_OK)
        error_prefix(err, "%s", file_name);
    return status;
}

/* The header line of a scheme; the secret is encoded where it must be. */
static MUST_CHECK enum status take_header(const char *scheme, const char *secret, bool is_encoded,
                                          struct credentials *credentials, struct error *err)
{
    struct buf header;
    buf_init(&header, HEADER_MAX);
    buf_add_text(&header, "Authorization: ");
    buf_add_text(&header, scheme);
    if (is_encoded)
        buf_add_text(&header, secret);
    else
        encoding_base64(bytes_of(secret), &header);
    const char *const text = buf_text(&header);
    credentials->authorization = buf_ok(&header) ? strdup(text) : NULL;
    if (header.data != NULL)
        explicit_bzero(header.data, header.len);
    buf_release(&header);
    return credentials->authorization != NULL ? ST_OK
                                              : error_set(err, ST_NO_MEMORY, "memory is exhausted");
}

/* "id:key" is still to be encoded, the form without a colon is. */
static MUST_CHECK enum status take_api_key(const char *key, struct credentials *credentials,
                                           struct error *err)
{
    return take_header("ApiKey ", key, strchr(key, ':') == NULL, credentials, err);
}

static MUST_CHECK enum status take_user(const char *username, const char *password,
                                        struct credentials *credentials, struct error *err)
{
    credentials->username = strdup(username);
    credentials->password = strdup(password == NULL ? "" : password);
    return credentials->username != NULL && credentials->password != NULL
               ? ST_OK
               : error_set(err, ST_NO_MEMORY, "memory is exhausted");
}

static MUST_CHECK enum status take_environment(struct credentials *credentials, struct error *err)
{
    char *key = NULL;
    char *username = NULL;
    char *password = NULL;
    enum status status = environment("ES_API_KEY", &key, err);
    if (status == ST_OK && key == NULL)
        status = environment("ELASTICSEARCH_USERNAME", &username, err);
    if (status == ST_OK && username != NULL)
        status = environment("ELASTICSEARCH_PASSWORD", &password, err);
    if (status == ST_OK && key != NULL)
        status = take_api_key(key, credentials, err);
    else if (status == ST_OK && username != NULL)
        status = take_user(username, password, credentials, err);
    secret_free(key);
    secret_free(username);
    secret_free(password);
    return status;
}

static MUST_CHECK enum status find(const struct http_options *options,
                                   const struct address *address, struct credentials *credentials,
                                   struct error *err)
{
    if (options->api_key != NULL)
        return take_api_key(options->api_key, credentials, err);
    if (options->bearer != NULL)
        return take_header("Bearer ", options->bearer, true, credentials, err);
    if (options->username != NULL)
        return take_user(options->username, options->password, credentials, err);
    if (address->username != NULL)
        return take_user(address->username, address->password, credentials, err);
    return take_environment(credentials, err);
}

enum status credentials_find(const struct http_options *options, const struct address *address,
                             struct credentials *credentials, struct error *err)
{
    struct credentials found = {0};
    const enum status status = find(options, address, &found, err);
    if (status == ST_OK)
        *credentials = found;
    else
        credentials_release(&found);
    return status;
}

void credentials_release(struct credentials *credentials)
{
    secret_free(credentials->authorization);
    secret_free(credentials->username);
    secret_free(credentials->password);
    *credentials = (struct credentials){0};
}
