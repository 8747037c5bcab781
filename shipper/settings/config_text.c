#include "shipper/settings/config_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit OCTETS[] = {
    {"", 1},
    {"B", 1},
    {"KiB", UINT64_C(1) << 10},
    {"MiB", UINT64_C(1) << 20},
    {"GiB", UINT64_C(1) << 30},
    {"TiB", UINT64_C(1) << 40},
    {"kB", UINT64_C(1000)},
    {"MB", UINT64_C(1000) * 1000},
    {"GB", UINT64_C(1000) * 1000 * 1000},
    {"TB", UINT64_C(1000) * 1000 * 1000 * 1000},
};

static const struct unit DURATIONS[] = {
    {"ms", 1},
    {"s", 1000},
    {"m", UINT64_C(60) * 1000},
    {"h", UINT64_C(3600) * 1000},
    {"d", UINT64_C(86400) * 1000},
};

/* Digits and what stands behind them; false if there are none or too many. */
static bool read_digits(const char *text, uint64_t *value, const char **behind)
{
    char *end = NULL;
    errno = 0;
    if (text[0] < '0' || text[0] > '9')
        return false;
    const unsigned long long number = strtoull(text, &end, 10);
    *value = number;
    *behind = end;
    return errno == 0;
}

static bool read_scaled(const char *text, const struct unit *units, size_t count, uint64_t *value)
{
    uint64_t number = 0;
    const char *behind = "";
    if (!read_digits(text, &number, &behind))
        return false;
    while (*behind == ' ')
        behind++;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(behind, units[i].name) == 0)
            return !MUL_OVERFLOWS(number, units[i].factor, value);
    }
    return false;
}

enum status config_text_number(const char *text, uint64_t least, uint64_t most, uint64_t *value,
                               struct error *err)
{
    uint64_t number = 0;
    const char *behind = "";
    if (!read_digits(text, &number, &behind) || *behind != '\0' || number < least || number > most)
        return error_set(err, ST_INVALID,
                         "\"%s\" is not a whole number from %" PRIu64 " to %" PRIu64, text, least,
                         most);
    *value = number;
    return ST_OK;
}

enum status config_text_octets(const char *text, uint64_t *octets, struct error *err)
{
    if (read_scaled(text, OCTETS, ARRAY_LEN(OCTETS), octets))
        return ST_OK;
    return error_set(err, ST_INVALID, "\"%s\" is not a size, for example 64MiB", text);
}

enum status config_text_duration(const char *text, uint64_t *ms, struct error *err)
{
    if (read_scaled(text, DURATIONS, ARRAY_LEN(DURATIONS), ms) && *ms > 0)
        return ST_OK;
    return error_set(err, ST_INVALID,
                     "\"%s\" is not a duration, for example 30s (units: ms, s, m, h, d)", text);
}

enum status config_text_choice(const char *text, const char *const *words, size_t count,
                               size_t *chosen, struct error *err)
{
    struct buf list;
    buf_init(&list, ERROR_TEXT_SIZE);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *chosen = i;
            buf_release(&list);
            return ST_OK;
        }
        buf_add_format(&list, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", words[i]);
    }
    (void)error_set(err, ST_INVALID, "\"%s\" is not %s", text, buf_text(&list));
    buf_release(&list);
    return ST_INVALID;
}
