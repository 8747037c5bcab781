/* Reads arbitrary octets as the file of a saved query. What is accepted has expressions that can be
 * made again; what is refused has a reason. */
#include <stdlib.h>

#include "query/questions/saved_kql.h"
#include "query/questions/saved_query.h"
#include "tests/fuzz/harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct saved_query *query = NULL;
    struct error err = {.status = ST_OK};
    if (saved_query_read((struct bytes){data, size}, "fuzz.yaml", &query, &err) != ST_OK) {
        if (err.text[0] == '\0')
            abort();
        return 0;
    }
    const struct saved_values values = {.count = 0};
    for (size_t i = 0; i < query->step_count; i++) {
        struct bytes text = {0};
        if (saved_kql(query, &query->steps[i], &values, &text, &err) != ST_OK)
            abort();
    }
    saved_query_free(query);
    return 0;
}
