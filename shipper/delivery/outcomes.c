#include "shipper/delivery/outcomes.h"

#include "core/base/macros.h"

/* The first row that fits counts. */
static const struct {
    unsigned from;
    unsigned to;
    enum request_outcome outcome;
} REQUEST_ROWS[] = {
    {200, 299, REQUEST_ANSWERED}, {300, 399, REQUEST_HOLD}, /* a redirect: this is not the address
                                                               of the server */
    {400, 400, REQUEST_HOLD}, /* the configuration asks for something that does not exist */
    {401, 401, REQUEST_HOLD}, /* the credentials are wrong or were revoked */
    {403, 403, REQUEST_HOLD}, /* the credentials do not allow it */
    {404, 404, REQUEST_HOLD}, /* wrong address or path */
    {408, 408, REQUEST_LOST},     {413, 413, REQUEST_TOO_LARGE}, {429, 429, REQUEST_BUSY},
    {400, 499, REQUEST_HOLD},     {500, 599, REQUEST_BUSY}, /* 502, 503 and 504 come from proxies;
                                                               500 can pass */
    {0, 999, REQUEST_LOST},
};

/* `type` NULL fits every type. The first row that fits counts. */
static const struct {
    unsigned from;
    unsigned to;
    const char *type;
    enum bulk_outcome outcome;
} ITEM_ROWS[] = {
    {200, 299, NULL, BULK_CREATED},
    {409, 409, NULL, BULK_ALREADY_THERE},
    {429, 429, NULL, BULK_RETRY},
    {500, 599, NULL, BULK_RETRY},
    /* The flood stage of full disks; it passes, and shippers have lost data by not believing it. */
    {400, 499, "cluster_block_exception", BULK_RETRY},
    {401, 401, NULL, BULK_HOLD},
    {403, 403, NULL, BULK_HOLD},
    {404, 404, NULL, BULK_HOLD}, /* no data stream, with require_data_stream */
    {0, 999, NULL, BULK_REFUSED},
};

enum request_outcome outcome_of_request(unsigned status)
{
    for (size_t i = 0; i < ARRAY_LEN(REQUEST_ROWS); i++) {
        if (status >= REQUEST_ROWS[i].from && status <= REQUEST_ROWS[i].to)
            return REQUEST_ROWS[i].outcome;
    }
    return REQUEST_LOST;
}

enum bulk_outcome outcome_of_item(int64_t status, struct bytes error_type)
{
    for (size_t i = 0; i < ARRAY_LEN(ITEM_ROWS); i++) {
        if (status < ITEM_ROWS[i].from || status > ITEM_ROWS[i].to)
            continue;
        if (ITEM_ROWS[i].type == NULL || bytes_is(error_type, ITEM_ROWS[i].type))
            return ITEM_ROWS[i].outcome;
    }
    return BULK_REFUSED;
}
