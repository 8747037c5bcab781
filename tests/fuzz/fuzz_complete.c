/* The beginning of an expression: whatever it is, each text that is offered goes on from it. */
#include <assert.h>
#include <string.h>

#include "core/advice/complete.h"
#include "tests/fuzz/harness.h"

static void check(void *context, const char *text)
{
    const struct bytes *const begun = context;
    assert(bytes_starts_with(bytes_of(text), *begun));
    assert(strlen(text) > begun->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* The text comes from a command line, where no octet is zero. */
    struct bytes begun = {data, size};
    if (size == 0 || memchr(data, '\0', size) == NULL)
        complete_expression(begun, check, &begun);
    return 0;
}
