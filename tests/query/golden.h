/* Comparison with a text file that a person has read: tests/golden/NAME. */
#ifndef DNSIGHT_QUERY_GOLDEN_H
#define DNSIGHT_QUERY_GOLDEN_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/buf.h"

/* Fails unless the octets are those of the file. With DNSIGHT_UPDATE_GOLDEN set in the environment
 * the file is written instead. */
static inline void expect_golden(const char *name, struct bytes octets)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/tests/golden/%s", TEST_SOURCE, name);
    const bool is_update = getenv("DNSIGHT_UPDATE_GOLDEN") != NULL;
    FILE *const file = fopen(path, is_update ? "w" : "r");
    cr_assert_not_null(file, "%s cannot be opened", path);
    if (is_update) {
        cr_assert_eq(fwrite(octets.data, 1, octets.len, file), octets.len);
        cr_assert_eq(fclose(file), 0);
        return;
    }
    static char expected[1024 * 1024];
    const size_t len = fread(expected, 1, sizeof expected, file);
    (void)fclose(file);
    cr_expect(bytes_equal(octets, (struct bytes){(const uint8_t *)expected, len}),
              "differs from %s:\n%.*s", path, (int)octets.len, (const char *)octets.data);
}

#endif
