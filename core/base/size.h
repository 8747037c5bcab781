/* Arithmetic on sizes that cannot wrap unnoticed. */
#ifndef DNSIGHT_BASE_SIZE_H
#define DNSIGHT_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/macros.h"

/* *product = a * b; false (and *product untouched) if that does not fit. */
static inline MUST_CHECK bool size_mul(size_t a, size_t b, size_t *product)
{
    size_t result = 0;
    if (MUL_OVERFLOWS(a, b, &result))
        return false;
    *product = result;
    return true;
}

#endif
