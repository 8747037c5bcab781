#include "core/base/lower_case.h"

#include <stdint.h>

#include "core/base/lower_case_list.h"
#include "core/base/macros.h"
#include "core/base/utf8.h"

struct lower_range {
    uint32_t first;
    uint32_t last;
    uint32_t step; /* every so many characters */
    int32_t delta;
};

#define LOWER_ROW(first, last, step, delta) {first, last, step, delta},
static const struct lower_range RANGES[] = {LOWER_CASE_LIST(LOWER_ROW)};

static uint32_t lower_of(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + 32 : code;
    size_t low = 0;
    size_t high = ARRAY_LEN(RANGES);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (code > RANGES[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == ARRAY_LEN(RANGES))
        return code;
    const struct lower_range *const range = &RANGES[low];
    if (code < range->first || (code - range->first) % range->step != 0)
        return code;
    return (uint32_t)((int64_t)code + range->delta);
}

void lower_case(struct bytes text, struct buf *out)
{
    while (text.len != 0) {
        const struct utf8_char c = utf8_next(text);
        utf8_add(out, lower_of(c.code));
        text = bytes_slice(text, c.len, text.len);
    }
}
