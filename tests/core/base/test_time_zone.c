#include "core/base/time_zone.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "core/base/time_text.h"

#define ARENA_MAX ((size_t)1 << 20)

static int64_t local(int64_t year, unsigned month, unsigned day, int64_t minutes)
{
    return civil_days(year, month, day) * 86400 + minutes * 60;
}

Test(time_zone, fixed_offsets_are_read_as_java_reads_them)
{
    static const struct {
        const char *text;
        enum status status;
        int32_t offset_s;
    } CASES[] = {
        {"Z", ST_OK, 0},
        {"+5", ST_OK, 18000},
        {"-8", ST_OK, -28800},
        {"+02", ST_OK, 7200},
        {"+0530", ST_OK, 19800},
        {"-05:30", ST_OK, -19800},
        {"+01:02:03", ST_OK, 3723},
        {"+010203", ST_OK, 3723},
        {"-00:00", ST_OK, 0},
        {"+18:00", ST_OK, 64800},
        {"+18:01", ST_INVALID, 0},
        {"+19", ST_INVALID, 0},
        {"+02:", ST_INVALID, 0},
        {"+02:0", ST_INVALID, 0},
        {"+02:0203", ST_INVALID, 0},
        {"+0203:03", ST_INVALID, 0},
        {"+02:60", ST_INVALID, 0},
        {"+01:02:03:04", ST_INVALID, 0},
        {"", ST_INVALID, 0},
        {"+", ST_INVALID, 0},
        {"5", ST_INVALID, 0},
        {"+x", ST_INVALID, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        int32_t offset_s = 0;
        cr_expect(
            eq(int, time_zone_offset_read(bytes_of(CASES[i].text), &offset_s), CASES[i].status),
            "%s", CASES[i].text);
        if (CASES[i].status == ST_OK)
            cr_expect(eq(i32, offset_s, CASES[i].offset_s), "%s", CASES[i].text);
    }
}

Test(time_zone, names_are_found_or_refused)
{
    static const struct {
        const char *name;
        enum status status;
        int32_t offset_s; /* on 1 July 2024 */
    } CASES[] = {
        {"UTC", ST_OK, 0},
        {"GMT+2", ST_OK, 7200},
        {"UTC+01:00", ST_OK, 3600},
        {"Europe/Berlin", ST_OK, 7200},
        {"America/New_York", ST_OK, -14400},
        {"Asia/Kolkata", ST_OK, 19800},
        {"Nowhere/Land", ST_NOT_FOUND, 0},
        {"CEST", ST_NOT_FOUND, 0},
        {"utc", ST_NOT_FOUND, 0},
        {"", ST_NOT_FOUND, 0},
        {"../../../etc/passwd", ST_NOT_FOUND, 0},
        {"Europe/../../../../etc/passwd", ST_NOT_FOUND, 0},
        {"/etc/passwd", ST_NOT_FOUND, 0},
        {"Europe", ST_NOT_FOUND, 0},
    };
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        const struct time_zone *zone = NULL;
        cr_expect(eq(int, time_zone_find(bytes_of(CASES[i].name), &arena, &zone), CASES[i].status),
                  "%s", CASES[i].name);
        if (zone != NULL)
            cr_expect(eq(i32, time_zone_offset(zone, local(2024, 7, 1, 0)), CASES[i].offset_s),
                      "%s", CASES[i].name);
    }
    arena_release(&arena);
}

Test(time_zone, the_clock_changes_where_the_rules_say)
{
    struct arena arena;
    const struct time_zone *zone = NULL;
    arena_init(&arena, ARENA_MAX);
    cr_assert(eq(int, time_zone_find(BYTES_LITERAL("Europe/Berlin"), &arena, &zone), ST_OK));
    /* 31 March 2024, 01:00 UTC: 02:00 becomes 03:00. */
    const int64_t change = local(2024, 3, 31, 60);
    cr_expect(eq(i32, time_zone_offset(zone, change - 1), 3600));
    cr_expect(eq(i32, time_zone_offset(zone, change), 7200));
    int64_t skipped = local(2024, 3, 31, 150);
    cr_expect(eq(i32, time_zone_offset_of_local(zone, &skipped, 0), 7200));
    cr_expect(eq(i64, skipped, local(2024, 3, 31, 210)));
    /* 27 October 2024: 02:30 comes twice, first with +2. */
    int64_t twice = local(2024, 10, 27, 150);
    cr_expect(eq(i32, time_zone_offset_of_local(zone, &twice, 0), 7200));
    cr_expect(eq(i32, time_zone_offset_of_local(zone, &twice, 3600), 3600));
    cr_expect(eq(i64, twice, local(2024, 10, 27, 150)));
    int64_t winter = local(2024, 1, 1, 0);
    cr_expect(eq(i32, time_zone_offset_of_local(zone, &winter, 7200), 3600));
    arena_release(&arena);
}

Test(time_zone, every_prefix_of_a_file_is_malformed)
{
    static uint8_t content[65536];
    FILE *const file = fopen("/usr/share/zoneinfo/Europe/Berlin", "rb");
    cr_assert(file != NULL);
    const size_t len = fread(content, 1, sizeof content, file);
    fclose(file);
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    size_t malformed = 0;
    for (size_t i = 0; i < len; i++) {
        struct time_zone zone;
        uint8_t *const exact = malloc(i + 1);
        memcpy(exact, content, i);
        malformed += time_zone_read((struct bytes){exact, i}, &arena, &zone) == ST_MALFORMED;
        free(exact);
        arena_reset(&arena);
    }
    /* Only the footer, which is not read, may be missing. */
    cr_expect(malformed > len - 64, "%zu of %zu", malformed, len);
    arena_release(&arena);
}
