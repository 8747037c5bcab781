#include "core/base/time_zone.h"

#include <stdbool.h>
#include <stdio.h>

#include "core/base/cursor.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

/* Octets of the longest zone name (the longest now has 32) and of the largest file (3.5 kB). */
#define ZONE_NAME_MAX 64
#define ZONE_FILE_MAX ((size_t)64 * 1024)

#define SECONDS_PER_DAY INT64_C(86400)

const struct time_zone TIME_ZONE_UTC = {.first_offset_s = 0};

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static int32_t two_digits(struct bytes text, size_t at)
{
    return (text.data[at] - '0') * 10 + (text.data[at + 1] - '0');
}

/* Hours, then minutes and seconds of two digits, each with a colon before it or none. */
static enum status read_clock(struct bytes text, int32_t *seconds)
{
    const bool has_colons = text.len > 2 && text.data[2] == ':';
    const size_t step = has_colons ? 3 : 2;
    int32_t sum = 0;
    int32_t unit = 3600;
    for (size_t at = 0; at < text.len; at += step, unit /= 60) {
        if (text.len - at < 2 || unit == 0 || !is_digit(text.data[at]) ||
            !is_digit(text.data[at + 1]) ||
            (has_colons && at + 2 < text.len && text.data[at + 2] != ':') ||
            (has_colons && at + 3 == text.len))
            return ST_INVALID;
        const int32_t part = two_digits(text, at);
        if (part > (unit == 3600 ? 18 : 59))
            return ST_INVALID;
        sum += part * unit;
    }
    *seconds = sum;
    return sum > 18 * 3600 ? ST_INVALID : ST_OK;
}

enum status time_zone_offset_read(struct bytes text, int32_t *offset_s)
{
    int32_t seconds = 0;
    if (bytes_is(text, "Z")) {
        *offset_s = 0;
        return ST_OK;
    }
    if (text.len < 2 || (text.data[0] != '+' && text.data[0] != '-'))
        return ST_INVALID;
    if (text.len == 2 && is_digit(text.data[1]))
        seconds = (text.data[1] - '0') * 3600;
    else if (read_clock(bytes_slice(text, 1, text.len), &seconds) != ST_OK)
        return ST_INVALID;
    *offset_s = text.data[0] == '-' ? -seconds : seconds;
    return ST_OK;
}

static enum status fixed_zone(int32_t offset_s, struct arena *arena, const struct time_zone **zone)
{
    struct time_zone *const made = arena_array(arena, 1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->first_offset_s = offset_s;
    *zone = made;
    return ST_OK;
}

/* The counts in the header of a zone file (RFC 8536, 3.1). */
struct zone_header {
    bool is_known;
    uint32_t is_ut_count;
    uint32_t is_std_count;
    uint32_t leap_count;
    uint32_t time_count;
    uint32_t type_count;
    uint32_t char_count;
};

static struct zone_header read_header(struct cursor *c)
{
    const struct bytes magic = cursor_take(c, 4);
    const uint8_t version = cursor_u8(c);
    cursor_skip(c, 15);
    struct zone_header h = {.is_known = bytes_is(magic, "TZif") && version >= '2'};
    h.is_ut_count = cursor_u32(c);
    h.is_std_count = cursor_u32(c);
    h.leap_count = cursor_u32(c);
    h.time_count = cursor_u32(c);
    h.type_count = cursor_u32(c);
    h.char_count = cursor_u32(c);
    h.is_known = h.is_known && cursor_ok(c);
    return h;
}

/* Octets of a data block whose times have `width` octets. */
static uint64_t block_len(const struct zone_header *h, uint64_t width)
{
    return h->time_count * (width + 1) + (uint64_t)h->type_count * 6 + h->char_count +
           h->leap_count * (width + 4) + h->is_std_count + h->is_ut_count;
}

static int64_t read_i64(struct cursor *c)
{
    const uint64_t high = cursor_u32(c);
    const uint64_t low = cursor_u32(c);
    return (int64_t)(high << 32 | low);
}

/* The offset of a local time type: six octets each, the first four are the offset. */
static int32_t type_offset(struct bytes types, uint8_t type)
{
    struct cursor c = cursor_of(bytes_slice(types, (size_t)type * 6, 6));
    return (int32_t)cursor_u32(&c);
}

static enum status read_block(struct cursor *c, const struct zone_header *h, struct arena *arena,
                              struct time_zone *zone)
{
    int64_t *const times = arena_array(arena, h->time_count, sizeof *times);
    int32_t *const offsets_s = arena_array(arena, h->time_count, sizeof *offsets_s);
    if (times == NULL || offsets_s == NULL)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < h->time_count; i++)
        times[i] = read_i64(c);
    const struct bytes indices = cursor_take(c, h->time_count);
    const struct bytes types = cursor_take(c, (size_t)h->type_count * 6);
    if (!cursor_ok(c) || h->type_count == 0)
        return ST_MALFORMED;
    for (uint32_t i = 0; i < h->time_count; i++) {
        if (indices.data[i] >= h->type_count || (i > 0 && times[i] <= times[i - 1]))
            return ST_MALFORMED;
        offsets_s[i] = type_offset(types, indices.data[i]);
    }
    zone->first_offset_s = type_offset(types, 0);
    zone->count = h->time_count;
    zone->times = times;
    zone->offsets_s = offsets_s;
    return ST_OK;
}

enum status time_zone_read(struct bytes file, struct arena *arena, struct time_zone *zone)
{
    struct cursor c = cursor_of(file);
    const struct zone_header old = read_header(&c);
    if (!old.is_known || block_len(&old, 4) > cursor_left(&c))
        return ST_MALFORMED;
    cursor_skip(&c, (size_t)block_len(&old, 4));
    const struct zone_header header = read_header(&c);
    if (!header.is_known || block_len(&header, 8) > cursor_left(&c))
        return ST_MALFORMED;
    return read_block(&c, &header, arena, zone);
}

/* Names of files below the folder, and of nothing else. */
static bool is_zone_name(struct bytes name)
{
    if (name.len == 0 || name.len > ZONE_NAME_MAX || name.data[0] < 'A' || name.data[0] > 'Z')
        return false;
    for (size_t i = 0; i < name.len; i++) {
        const uint8_t c = name.data[i];
        const bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!is_letter && !is_digit(c) && c != '/' && c != '_' && c != '-' && c != '+')
            return false;
    }
    return true;
}

static enum status read_file(struct bytes name, struct arena *arena, struct bytes *content)
{
    char path[sizeof ZONE_FOLDER + ZONE_NAME_MAX] = ZONE_FOLDER;
    memcpy(path + sizeof ZONE_FOLDER - 1, name.data, name.len);
    FILE *const file = fopen(path, "rbe");
    if (file == NULL)
        return ST_NOT_FOUND;
    uint8_t *const data = arena_alloc(arena, ZONE_FILE_MAX);
    enum status status = ST_NO_MEMORY;
    if (data != NULL) {
        *content = (struct bytes){data, fread(data, 1, ZONE_FILE_MAX, file)};
        status = ferror(file) != 0 ? ST_NOT_FOUND : ST_OK;
    }
    (void)fclose(file);
    return status;
}

enum status time_zone_find(struct bytes name, struct arena *arena, const struct time_zone **zone)
{
    static const char *const PREFIXES[] = {"UTC", "GMT", "UT", ""};
    int32_t offset_s = 0;
    for (size_t i = 0; i < ARRAY_LEN(PREFIXES); i++) {
        const struct bytes prefix = bytes_of(PREFIXES[i]);
        if (bytes_starts_with(name, prefix) &&
            time_zone_offset_read(bytes_slice(name, prefix.len, name.len), &offset_s) == ST_OK)
            return fixed_zone(offset_s, arena, zone);
    }
    if (!is_zone_name(name))
        return ST_NOT_FOUND;
    struct bytes content = {0};
    struct time_zone *const made = arena_array(arena, 1, sizeof *made);
    enum status status = made == NULL ? ST_NO_MEMORY : read_file(name, arena, &content);
    if (status == ST_OK)
        status = time_zone_read(content, arena, made);
    if (status == ST_OK)
        *zone = made;
    return status;
}

int32_t time_zone_offset(const struct time_zone *zone, int64_t seconds)
{
    size_t low = 0; /* changes before `low` are at or before the instant */
    size_t high = zone->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (zone->times[middle] <= seconds)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? zone->first_offset_s : zone->offsets_s[low - 1];
}

int32_t time_zone_offset_of_local(const struct time_zone *zone, int64_t *local_s,
                                  int32_t preferred_s)
{
    /* Offsets are below a day, so these two hold safely before and behind the local time. There
     * is at most one change between them in practice. */
    const int32_t before = time_zone_offset(zone, *local_s - SECONDS_PER_DAY);
    const int32_t after = time_zone_offset(zone, *local_s + SECONDS_PER_DAY);
    const bool is_before = time_zone_offset(zone, *local_s - before) == before;
    const bool is_after = time_zone_offset(zone, *local_s - after) == after;
    if (is_before && is_after)
        return preferred_s == after ? after : before;
    if (is_before)
        return before;
    if (!is_after)
        *local_s += after - before;
    return after;
}
