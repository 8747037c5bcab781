#include "core/base/interval.h"

#include "core/base/macros.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* The last one holds all times that there are. */
static const int64_t WIDTHS[] = {
    10,
    50,
    100,
    500,
    SECOND_MS,
    5 * SECOND_MS,
    10 * SECOND_MS,
    30 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    7 * DAY_MS,
    28 * DAY_MS,
    364 * DAY_MS,
    36400 * DAY_MS,
    36400 * DAY_MS * 1000,
};

int64_t interval_narrowest(void)
{
    return WIDTHS[0];
}

int64_t interval_wider(int64_t width_ms)
{
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(WIDTHS) && WIDTHS[i] <= width_ms)
        i++;
    return WIDTHS[i];
}

int64_t interval_of(int64_t time_ms, int64_t width_ms)
{
    const int64_t number = time_ms / width_ms;
    return number - (time_ms % width_ms < 0 ? 1 : 0);
}

int64_t interval_for(int64_t first_ms, int64_t last_ms, size_t most)
{
    const int64_t widest = WIDTHS[ARRAY_LEN(WIDTHS) - 1];
    int64_t width = WIDTHS[0];
    while (width < widest &&
           interval_of(last_ms, width) - interval_of(first_ms, width) >= (int64_t)most)
        width = interval_wider(width);
    return width;
}
