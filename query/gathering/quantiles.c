#include "query/gathering/quantiles.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/macros.h"

/* Cells of each power of two: 2 to the power of this many, so a cell is at most 1/128 wide. */
#define FINENESS 7

struct quantile_number {
    uint64_t number;
    uint64_t count;
};

/* Four octets: a report has hundreds of thousands of groups with hundreds of cells each. When the
 * count of a range is full, another cell of the same range comes before it. */
struct quantile_cell {
    uint16_t index; /* of the range of numbers, see cell_index */
    uint16_t count;
};

void quantiles_release(struct quantiles *quantiles)
{
    free(quantiles->numbers);
    free(quantiles->cells);
    *quantiles = (struct quantiles){0};
}

/* The numbers below 2^(FINENESS + 1) have a range each; from there on the leading FINENESS + 1 bits
 * of a number, and how far it must be shifted to leave only them, say its range. */
static uint16_t cell_index(uint64_t number)
{
    unsigned shift = 0;
    while (number >> (FINENESS + 1) != 0) {
        number >>= 1;
        shift++;
    }
    return (uint16_t)((shift << FINENESS) + (unsigned)number);
}

/* The middle of a range. */
static uint64_t cell_number(uint16_t index)
{
    if (index >> (FINENESS + 1) == 0)
        return index;
    const unsigned shift = (unsigned)(index >> FINENESS) - 1;
    const uint64_t lowest = (uint64_t)(index - (shift << FINENESS)) << shift;
    return lowest + (((uint64_t)1 << shift) - 1) / 2;
}

/* More room for an array of which `cap` elements fit. */
static void *grow(void *array, uint32_t *cap, size_t size)
{
    /* Half as many again: there may be a million of these arrays, most of them short. */
    const uint32_t more = *cap + *cap / 2 + 1;
    void *const moved = reallocarray(array, more, size);
    if (moved != NULL)
        *cap = more;
    return moved;
}

/* Place of the first number, or cell, that is not smaller. */
static uint32_t find(const struct quantiles *quantiles, uint64_t number, uint16_t index)
{
    uint32_t low = 0;
    uint32_t high = quantiles->len;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const bool is_smaller = quantiles->cells != NULL
                                    ? quantiles->cells[middle].index < index
                                    : quantiles->numbers[middle].number < number;
        if (is_smaller)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status insert_cell(struct quantiles *quantiles, uint32_t at, uint16_t index)
{
    if (quantiles->len == quantiles->cap) {
        struct quantile_cell *const cells =
            grow(quantiles->cells, &quantiles->cap, sizeof *quantiles->cells);
        if (cells == NULL)
            return ST_NO_MEMORY;
        quantiles->cells = cells;
    }
    struct quantile_cell *const cell = quantiles->cells + at;
    memmove(cell + 1, cell, (quantiles->len - at) * sizeof *cell);
    *cell = (struct quantile_cell){.index = index};
    quantiles->len++;
    return ST_OK;
}

static enum status add_to_cells(struct quantiles *quantiles, uint64_t number, uint64_t count)
{
    const uint16_t index = cell_index(number);
    const uint32_t at = find(quantiles, number, index);
    while (count > 0) {
        const bool has_cell = at < quantiles->len && quantiles->cells[at].index == index;
        if ((!has_cell || quantiles->cells[at].count == UINT16_MAX) &&
            insert_cell(quantiles, at, index) != ST_OK)
            return ST_NO_MEMORY;
        struct quantile_cell *const cell = &quantiles->cells[at];
        const uint64_t room = UINT16_MAX - cell->count;
        const uint64_t more = count < room ? count : room;
        cell->count = (uint16_t)(cell->count + more);
        count -= more;
    }
    return ST_OK;
}

/* From now on numbers share cells. */
static enum status begin_cells(struct quantiles *quantiles)
{
    struct quantiles coarse = {.count = quantiles->count};
    enum status status = ST_OK;
    coarse.cells = grow(NULL, &coarse.cap, sizeof *coarse.cells);
    if (coarse.cells == NULL)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; status == ST_OK && i < quantiles->len; i++)
        status = add_to_cells(&coarse, quantiles->numbers[i].number, quantiles->numbers[i].count);
    if (status != ST_OK) {
        quantiles_release(&coarse);
        return status;
    }
    quantiles_release(quantiles);
    *quantiles = coarse;
    return ST_OK;
}

static enum status insert_number(struct quantiles *quantiles, uint32_t at, uint64_t number)
{
    if (quantiles->len == quantiles->cap) {
        struct quantile_number *const numbers =
            grow(quantiles->numbers, &quantiles->cap, sizeof *quantiles->numbers);
        if (numbers == NULL)
            return ST_NO_MEMORY;
        quantiles->numbers = numbers;
    }
    struct quantile_number *const place = quantiles->numbers + at;
    memmove(place + 1, place, (quantiles->len - at) * sizeof *place);
    *place = (struct quantile_number){.number = number};
    quantiles->len++;
    return ST_OK;
}

static enum status add(struct quantiles *quantiles, uint64_t number, uint64_t count)
{
    enum status status = ST_OK;
    if (quantiles->cells == NULL) {
        const uint32_t at = find(quantiles, number, 0);
        const bool is_new = at == quantiles->len || quantiles->numbers[at].number != number;
        if (!is_new || quantiles->len < QUANTILES_EXACT_MAX) {
            status = is_new ? insert_number(quantiles, at, number) : ST_OK;
            if (status != ST_OK)
                return status;
            quantiles->numbers[at].count += count;
            quantiles->count += count;
            return ST_OK;
        }
        status = begin_cells(quantiles);
    }
    if (status == ST_OK)
        status = add_to_cells(quantiles, number, count);
    if (status == ST_OK)
        quantiles->count += count;
    return status;
}

enum status quantiles_add(struct quantiles *quantiles, uint64_t number)
{
    return add(quantiles, number, 1);
}

enum status quantiles_add_percentiles(struct quantiles *quantiles, const uint64_t percentiles[3])
{
    static const uint64_t COUNTS[3] = {50, 45, 5};
    enum status status = ST_OK;
    for (size_t i = 0; status == ST_OK && i < ARRAY_LEN(COUNTS); i++)
        status = add(quantiles, percentiles[i], COUNTS[i]);
    return status;
}

enum status quantiles_merge(struct quantiles *quantiles, const struct quantiles *other)
{
    enum status status = ST_OK;
    for (uint32_t i = 0; status == ST_OK && i < other->len; i++)
        status = other->cells != NULL
                     ? add(quantiles, cell_number(other->cells[i].index), other->cells[i].count)
                     : add(quantiles, other->numbers[i].number, other->numbers[i].count);
    return status;
}

uint64_t quantiles_percentile(const struct quantiles *quantiles, unsigned percent)
{
    assert(percent >= 1 && percent <= 100);
    const uint64_t hundredths = quantiles->count / 100 * percent;
    const uint64_t rank = hundredths + (quantiles->count % 100 * percent + 99) / 100;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < quantiles->len; i++) {
        const bool is_cell = quantiles->cells != NULL;
        seen += is_cell ? quantiles->cells[i].count : quantiles->numbers[i].count;
        if (seen >= rank)
            return is_cell ? cell_number(quantiles->cells[i].index) : quantiles->numbers[i].number;
    }
    return 0;
}
