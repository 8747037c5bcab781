#include "query/questions/time_range.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/time_text.h"
#include "core/kql/date_math.h"

/* Octets of a time as text. */
#define TIME_MAX 256

/* One end of the range. */
struct bound {
    const char *option;
    const char *text;
    enum kql_range_op op;
    struct instant instant;
};

/* A number and a unit, and nothing else. */
static bool is_span(const char *text)
{
    const size_t digits = strspn(text, "0123456789");
    return digits > 0 && text[digits] != '\0' && strchr("yMwdhHms", text[digits]) != NULL &&
           text[digits + 1] == '\0';
}

/* A number of milliseconds since 1970 that is before April 1973 and was hardly meant so: seconds,
 * or a date without its dashes. Four digits are a year. */
static bool is_doubtful_number(const char *text)
{
    const size_t digits = strspn(text, "0123456789");
    return digits > 4 && digits < 12 && text[digits] == '\0';
}

/* Adds a bound as date math reads it: the clock of a table has a blank where a date has a T. */
static void add_math(const char *text, struct buf *out)
{
    static const char clock[] = "0000-00-00 00";
    size_t i = 0;
    while (clock[i] != '\0' &&
           (clock[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == clock[i]))
        i++;
    buf_add_text(out, is_span(text) ? "now-" : "");
    const size_t at = out->len;
    buf_add_text(out, text);
    if (clock[i] == '\0' && buf_ok(out))
        out->data[at + strlen("0000-00-00")] = 'T';
}

static enum status say_unreadable(const struct bound *bound, const char *complaint,
                                  struct error *err)
{
    return error_set(err, ST_INVALID,
                     "%s %.64s cannot be read as a time: %s; 15m, 24h and now-1d/d count back from "
                     "now",
                     bound->option, bound->text, complaint);
}

static enum status read_bound(const struct time_range *range, struct arena *arena,
                              struct bound *bound, struct error *err)
{
    struct buf text;
    buf_init(&text, TIME_MAX);
    add_math(bound->text, &text);
    const struct date_math math = {.now_ns = range->now_ns,
                                   .zone = range->zone,
                                   .arena = arena,
                                   .rounds_up = bound->op == KQL_LTE};
    const char *complaint = "it is too long";
    enum status status = ST_INVALID;
    if (is_doubtful_number(bound->text))
        complaint =
            "a number stands for milliseconds since 1970 (seconds need 000 behind them, dates need "
            "dashes)";
    else if (buf_ok(&text))
        status = date_math_read(&math, buf_bytes(&text), &bound->instant, &complaint);
    buf_release(&text);
    if (status == ST_INVALID)
        return say_unreadable(bound, complaint, err);
    if (status != ST_OK)
        return error_set(err, status, "%s %.64s: %s", bound->option, bound->text,
                         status_text(status));
    return ST_OK;
}

/* The instant in the resolution of @timestamp, milliseconds. Times that nanoseconds cannot say
 * become the first or last that they can. */
static struct bytes instant_text(struct instant instant, struct arena *arena)
{
    const int64_t limit = INT64_MAX / NS_PER_S - 1;
    int64_t seconds = instant.seconds;
    if (seconds > limit)
        seconds = limit;
    if (seconds < -limit)
        seconds = -limit;
    struct buf text;
    buf_init(&text, TIME_MAX);
    time_print(seconds * NS_PER_S + instant.ns, 3, &text);
    const struct bytes copy = arena_copy(arena, buf_bytes(&text));
    buf_release(&text);
    return copy;
}

static const struct kql_node *range_node(const struct bound *bound, struct arena *arena)
{
    struct kql_node *const node = arena_array(arena, 1, sizeof *node);
    const struct bytes text = instant_text(bound->instant, arena);
    if (node == NULL || text.data == NULL)
        return NULL;
    *node = (struct kql_node){
        .kind = KQL_RANGE,
        .op = bound->op,
        .field = {.kind = KQL_TEXT, .text = BYTES_LITERAL("@timestamp")},
        .value = {.kind = KQL_TEXT, .is_quoted = true, .text = text},
    };
    return node;
}

static bool is_later(struct instant a, struct instant b)
{
    return a.seconds > b.seconds || (a.seconds == b.seconds && a.ns > b.ns);
}

/* Nanoseconds since 1970, as near as they can be said. */
static int64_t nearest_ns(struct instant instant)
{
    if (instant.seconds >= INT64_MAX / NS_PER_S)
        return INT64_MAX;
    return instant.seconds <= INT64_MIN / NS_PER_S ? INT64_MIN
                                                   : instant.seconds * NS_PER_S + instant.ns;
}

enum status time_range_span(const struct time_range *range, struct arena *arena,
                            struct time_span *span, struct error *err)
{
    struct bound since = {.option = "--since", .text = range->since, .op = KQL_GTE};
    struct bound until = {.option = "--until", .text = range->until, .op = KQL_LTE};
    *span = (struct time_span){INT64_MIN, INT64_MAX};
    enum status status = ST_OK;
    if (since.text != NULL)
        status = read_bound(range, arena, &since, err);
    if (status == ST_OK && until.text != NULL)
        status = read_bound(range, arena, &until, err);
    if (status == ST_OK && since.text != NULL)
        span->since_ns = nearest_ns(since.instant);
    if (status == ST_OK && until.text != NULL)
        span->until_ns = nearest_ns(until.instant);
    return status;
}

enum status time_range_apply(const struct time_range *range, struct arena *arena,
                             const struct kql_node *tree, const struct kql_node **ranged,
                             struct error *err)
{
    struct bound bounds[] = {{.option = "--since", .text = range->since, .op = KQL_GTE},
                             {.option = "--until", .text = range->until, .op = KQL_LTE}};
    const struct kql_node **const children = arena_array(arena, 3, sizeof(struct kql_node *));
    struct kql_node *const both = arena_array(arena, 1, sizeof *both);
    if (children == NULL || both == NULL)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        if (bounds[i].text == NULL)
            continue;
        const enum status status = read_bound(range, arena, &bounds[i], err);
        if (status != ST_OK)
            return status;
        children[count] = range_node(&bounds[i], arena);
        if (children[count++] == NULL)
            return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    }
    *ranged = tree;
    if (count == 0)
        return ST_OK;
    if (count == 2 && is_later(bounds[0].instant, bounds[1].instant))
        return error_set(err, ST_INVALID, "--since %s is later than --until %s", range->since,
                         range->until);
    children[count++] = tree;
    *both = (struct kql_node){.kind = KQL_AND, .children = children, .child_count = count};
    *ranged = both;
    return ST_OK;
}
