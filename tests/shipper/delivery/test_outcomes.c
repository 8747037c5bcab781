#include "shipper/delivery/outcomes.h"

#include <criterion/criterion.h>

#include "core/base/macros.h"

/* The table of outcomes of docs/delivery.md, row by row. */
Test(outcomes, of_requests)
{
    static const struct {
        unsigned status;
        enum request_outcome outcome;
    } rows[] = {
        {0, REQUEST_LOST},        {200, REQUEST_ANSWERED}, {201, REQUEST_ANSWERED},
        {301, REQUEST_HOLD},      {302, REQUEST_HOLD},     {307, REQUEST_HOLD},
        {400, REQUEST_HOLD},      {401, REQUEST_HOLD},     {403, REQUEST_HOLD},
        {404, REQUEST_HOLD},      {405, REQUEST_HOLD},     {408, REQUEST_LOST},
        {413, REQUEST_TOO_LARGE}, {429, REQUEST_BUSY},     {500, REQUEST_BUSY},
        {502, REQUEST_BUSY},      {503, REQUEST_BUSY},     {504, REQUEST_BUSY},
        {599, REQUEST_BUSY},      {100, REQUEST_LOST},     {600, REQUEST_LOST},
        {1000, REQUEST_LOST},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_expect_eq(outcome_of_request(rows[i].status), rows[i].outcome, "%u", rows[i].status);
}

Test(outcomes, of_items)
{
    static const struct {
        int64_t status;
        const char *type;
        enum bulk_outcome outcome;
    } rows[] = {
        {200, "", BULK_CREATED},
        {201, "", BULK_CREATED},
        {409, "version_conflict_engine_exception", BULK_ALREADY_THERE},
        {429, "es_rejected_execution_exception", BULK_RETRY},
        {429, "circuit_breaking_exception", BULK_RETRY},
        {429, "cluster_block_exception", BULK_RETRY},
        {403, "cluster_block_exception", BULK_RETRY},
        {500, "", BULK_RETRY},
        {502, "", BULK_RETRY},
        {503, "unavailable_shards_exception", BULK_RETRY},
        {504, "", BULK_RETRY},
        {401, "security_exception", BULK_HOLD},
        {403, "security_exception", BULK_HOLD},
        {404, "index_not_found_exception", BULK_HOLD},
        {400, "document_parsing_exception", BULK_REFUSED},
        {400, "mapper_parsing_exception", BULK_REFUSED},
        {400, "illegal_argument_exception", BULK_REFUSED},
        {413, "", BULK_REFUSED},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_expect_eq(outcome_of_item(rows[i].status, bytes_of(rows[i].type)), rows[i].outcome,
                     "%d %s", (int)rows[i].status, rows[i].type);
}
