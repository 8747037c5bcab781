#include "core/elastic/address.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is expected; part of every message. */
#define EXPECTED "expected http://host:9200, https://..., or with /data-stream behind it"

/* A part of the address as an owned text; NULL where it has none. */
static MUST_CHECK enum status take_part(CURLU *url, CURLUPart part, unsigned flags, char **text)
{
    char *found = NULL;
    const CURLUcode code = curl_url_get(url, part, &found, flags);
    if (code == CURLUE_OUT_OF_MEMORY)
        return ST_NO_MEMORY;
    if (code != CURLUE_OK)
        return ST_OK;
    *text = strdup(found);
    curl_free(found);
    return *text == NULL ? ST_NO_MEMORY : ST_OK;
}

/* Takes the slashes from both ends of the path. */
static void trim_slashes(char *path)
{
    const size_t slashes = strspn(path, "/");
    size_t len = strlen(path) - slashes;
    memmove(path, path + slashes, len + 1);
    while (len > 0 && path[len - 1] == '/')
        path[--len] = '\0';
}

static MUST_CHECK enum status take_parts(CURLU *url, struct address *address)
{
    enum status status = take_part(url, CURLUPART_USER, CURLU_URLDECODE, &address->username);
    if (status == ST_OK)
        status = take_part(url, CURLUPART_PASSWORD, CURLU_URLDECODE, &address->password);
    if (status == ST_OK)
        status = take_part(url, CURLUPART_PATH, 0, &address->target);
    if (status != ST_OK)
        return status;
    if (curl_url_set(url, CURLUPART_USER, NULL, 0) != CURLUE_OK ||
        curl_url_set(url, CURLUPART_PASSWORD, NULL, 0) != CURLUE_OK ||
        curl_url_set(url, CURLUPART_PATH, "/", 0) != CURLUE_OK)
        return ST_NO_MEMORY;
    status = take_part(url, CURLUPART_URL, 0, &address->base);
    if (status != ST_OK || address->base == NULL || address->target == NULL)
        return ST_NO_MEMORY;
    address->base[strlen(address->base) - 1] = '\0';
    trim_slashes(address->target);
    return ST_OK;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *found = NULL;
    const bool has = curl_url_get(url, part, &found, 0) == CURLUE_OK;
    curl_free(found);
    return has;
}

static MUST_CHECK enum status check(CURLU *url, const struct address *address, struct error *err)
{
    if (strncmp(address->base, "http://", 7) != 0 && strncmp(address->base, "https://", 8) != 0)
        return error_set(err, ST_INVALID, "not an http address; " EXPECTED);
    if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT) ||
        strpbrk(address->target, "/?#") != NULL)
        return error_set(err, ST_INVALID, "%s: more than one part behind the host; " EXPECTED,
                         address->base);
    return ST_OK;
}

static MUST_CHECK enum status parse(CURLU *url, const char *text, struct address *address,
                                    struct error *err)
{
    const CURLUcode code = curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
    if (code != CURLUE_OK)
        return error_set(err, ST_INVALID, "not an address (%s); " EXPECTED,
                         curl_url_strerror(code));
    if (take_parts(url, address) != ST_OK || address->base == NULL || address->target == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    return check(url, address, err);
}

enum status address_parse(const char *text, struct address *address, struct error *err)
{
    CURLU *const url = curl_url();
    if (url == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    struct address found = {0};
    const enum status status = parse(url, text, &found, err);
    curl_url_cleanup(url);
    if (status == ST_OK)
        *address = found;
    else
        address_release(&found);
    return status;
}

void address_release(struct address *address)
{
    if (address->password != NULL)
        explicit_bzero(address->password, strlen(address->password));
    free(address->base);
    free(address->username);
    free(address->password);
    free(address->target);
    *address = (struct address){0};
}
