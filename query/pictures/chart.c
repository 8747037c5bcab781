#include "query/pictures/chart.h"

#include <math.h>

#include "core/base/time_text.h"

/* Heights of the plots and of what stands below; pixels. */
#define PLOT_HEIGHT  150.0
#define SMALL_HEIGHT 46.0
#define AXIS_HEIGHT  20.0
#define TOP_HEIGHT   16.0

/* The part of an interval that its bar takes. */
#define BAR_PART 0.82

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (INT64_C(24) * 60 * MINUTE_MS)

void chart_clock(const struct chart *chart, size_t interval, bool with_date, struct buf *out)
{
    const int64_t time_ms = (chart->first + (int64_t)interval) * chart->width_ms;
    const int64_t seconds = time_ms / 1000 - (time_ms % 1000 < 0 ? 1 : 0);
    const int64_t local = seconds + time_zone_offset(chart->zone, seconds);
    if (local > INT64_MAX / NS_PER_S || local < INT64_MIN / NS_PER_S)
        return;
    const struct civil_time clock = civil_from_ns(local * NS_PER_S);
    if (with_date || chart->width_ms >= DAY_MS)
        buf_add_format(out, "%04lld-%02u-%02u", (long long)clock.year, clock.month, clock.day);
    if (chart->width_ms >= DAY_MS)
        return;
    buf_add_format(out, "%s%02u:%02u", with_date ? " " : "", clock.hour, clock.minute);
    if (chart->width_ms < MINUTE_MS)
        buf_add_format(out, ":%02u", clock.second);
    if (chart->width_ms < 1000)
        buf_add_format(out, ".%02u", (unsigned)((uint64_t)(time_ms - seconds * 1000) / 10));
}

static double plot_height(const struct chart *chart)
{
    return chart->has_axis ? PLOT_HEIGHT : SMALL_HEIGHT;
}

static double top_of(const struct chart *chart)
{
    return chart->has_axis ? TOP_HEIGHT : 0;
}

static void percent(struct markup *m, const char *name, double part)
{
    markup_format(m, name, "%.3f%%", 100 * part);
}

static void write_text(struct markup *m, double part, double y, struct bytes text)
{
    markup_begin(m, "text");
    percent(m, "x", part);
    markup_number(m, "y", y);
    if (part > 0)
        markup_word(m, "text-anchor", part < 1 ? "middle" : "end");
    markup_text(m, text);
    markup_end(m);
}

static void write_line(struct markup *m, const char *css_class, double y)
{
    markup_begin(m, "line");
    markup_word(m, "class", css_class);
    markup_word(m, "x2", "100%");
    markup_number(m, "y1", y);
    markup_number(m, "y2", y);
    markup_empty(m);
}

static void begin_chart(const struct chart *chart, struct markup *m)
{
    const double axis = chart->has_axis ? AXIS_HEIGHT : 1;
    markup_begin(m, "svg");
    markup_word(m, "class", "chart");
    markup_word(m, "role", "img");
    markup_word(m, "aria-label", chart->label);
    markup_word(m, "width", "100%");
    markup_number(m, "height", top_of(chart) + plot_height(chart) + axis);
}

static void write_axis(const struct chart *chart, struct markup *m)
{
    const double bottom = top_of(chart) + plot_height(chart);
    write_line(m, "base", bottom + 0.5);
    if (!chart->has_axis || chart->count == 0)
        return;
    struct buf text;
    buf_init(&text, 256);
    chart_clock(chart, 0, true, &text);
    write_text(m, 0, bottom + 15, buf_bytes(&text));
    buf_reset(&text);
    const size_t middle = chart->count / 2;
    chart_clock(chart, middle, false, &text);
    if (chart->count > 2)
        write_text(m, (double)middle / (double)chart->count, bottom + 15, buf_bytes(&text));
    buf_reset(&text);
    chart_clock(chart, chart->count, false, &text);
    write_text(m, 1, bottom + 15, buf_bytes(&text));
    buf_release(&text);
}

/* --- Bars ------------------------------------------------------------------------------------- */

static uint64_t sum_at(const struct chart_layer *layers, size_t count, size_t interval)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += layers[i].values[interval];
    return sum;
}

/* One interval: its layers upon each other. */
struct bar {
    const struct chart *chart;
    const struct chart_layer *layers;
    size_t layer_count;
    size_t interval;
    uint64_t highest; /* of all bars */
};

static void write_bar_title(const struct bar *bar, struct markup *m)
{
    struct buf text;
    buf_init(&text, 1024);
    chart_clock(bar->chart, bar->interval, true, &text);
    for (size_t i = 0; i < bar->layer_count; i++) {
        buf_add_format(&text, "%s %s ", i == 0 ? ":" : ",", bar->layers[i].name);
        count_text(bar->layers[i].values[bar->interval], &text);
    }
    markup_element(m, "title", NULL, buf_bytes(&text));
    buf_release(&text);
}

static void write_bar(const struct bar *bar, struct markup *m)
{
    const double step = 1 / (double)bar->chart->count;
    double y = top_of(bar->chart) + plot_height(bar->chart);
    markup_begin(m, "g");
    write_bar_title(bar, m);
    for (size_t i = 0; i < bar->layer_count; i++) {
        const uint64_t value = bar->layers[i].values[bar->interval];
        const double exact = plot_height(bar->chart) * (double)value / (double)bar->highest;
        const double height = value > 0 && exact < 1 ? 1 : exact; /* nothing is too little to see */
        if (value == 0)
            continue;
        y -= height;
        markup_begin(m, "rect");
        markup_word(m, "class", bar->layers[i].css_class);
        percent(m, "x", step * ((double)bar->interval + (1 - BAR_PART) / 2));
        percent(m, "width", step * BAR_PART);
        markup_number(m, "y", y);
        markup_number(m, "height", height);
        markup_empty(m);
    }
    markup_end(m);
}

void chart_bars(const struct chart *chart, const struct chart_layer *layers, size_t count,
                struct markup *m)
{
    struct bar bar = {.chart = chart, .layers = layers, .layer_count = count};
    for (size_t i = 0; i < chart->count; i++) {
        const uint64_t sum = sum_at(layers, count, i);
        bar.highest = sum > bar.highest ? sum : bar.highest;
    }
    begin_chart(chart, m);
    if (chart->has_axis && bar.highest > 0) {
        struct buf text;
        buf_init(&text, 64);
        count_text(bar.highest, &text);
        write_line(m, "grid", TOP_HEIGHT);
        write_text(m, 0, TOP_HEIGHT - 4, buf_bytes(&text));
        buf_release(&text);
    }
    for (; bar.interval < chart->count; bar.interval++) {
        if (sum_at(layers, count, bar.interval) > 0)
            write_bar(&bar, m);
    }
    write_axis(chart, m);
    markup_end(m);
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* Powers of ten, nanoseconds. */
struct scale {
    double low;
    double high;
};

static struct scale scale_of(const struct chart *chart, const struct chart_layer *lines,
                             size_t count)
{
    struct scale scale = {HUGE_VAL, 0};
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < chart->count; at++) {
            const double value = (double)lines[i].values[at];
            scale.low = value > 0 && value < scale.low ? value : scale.low;
            scale.high = value > scale.high ? value : scale.high;
        }
    }
    if (!isfinite(scale.low))
        return (struct scale){4, 9};
    scale.low = floor(log10(scale.low));
    scale.high = ceil(log10(scale.high));
    if (scale.high < scale.low + 1)
        scale.high = scale.low + 1;
    return scale;
}

static double y_of(const struct chart *chart, const struct scale *scale, double exponent)
{
    const double part = (exponent - scale->low) / (scale->high - scale->low);
    return top_of(chart) + plot_height(chart) * (1 - part);
}

/* A power of ten: 100 ns, 1 ms, 10 s. */
static void add_power(int exponent, struct buf *out)
{
    static const char *const units[] = {"ns", "\xc2\xb5s", "ms", "s"};
    const int unit = exponent < 0 ? 0 : exponent / 3 > 3 ? 3 : exponent / 3;
    buf_add_format(out, "%.0f %s", pow(10, exponent - 3 * unit), units[unit]);
}

static void write_scale(const struct chart *chart, const struct scale *scale, bool is_text,
                        struct markup *m)
{
    const int decades = (int)(scale->high - scale->low);
    for (int i = 1; i <= decades; i++) {
        const double y = y_of(chart, scale, scale->low + i);
        if (!is_text) {
            write_line(m, "grid", y);
            continue;
        }
        struct buf text;
        buf_init(&text, 64);
        add_power((int)scale->low + i, &text);
        write_text(m, 0, y - 4, buf_bytes(&text));
        buf_release(&text);
    }
}

/* The parts of a line between gaps; a value between two gaps is a short stroke. */
static void write_path(const struct chart *chart, const struct scale *scale,
                       const struct chart_layer *line, struct markup *m)
{
    struct buf path;
    bool is_gap = true;
    buf_init(&path, 65536);
    for (size_t i = 0; i < chart->count; i++) {
        const uint64_t value = line->values[i];
        const double y = value == 0 ? 0 : y_of(chart, scale, log10((double)value));
        if (value > 0 && is_gap)
            buf_add_format(&path, "M%.2f %.1fh.2", (double)i + 0.4, y);
        if (value > 0)
            buf_add_format(&path, "L%.2f %.1f", (double)i + 0.6, y);
        is_gap = value == 0;
    }
    markup_begin(m, "path");
    markup_format(m, "class", "line %s", line->css_class);
    markup_word(m, "vector-effect", "non-scaling-stroke");
    markup_attribute(m, "d", buf_bytes(&path));
    markup_begin(m, "title");
    markup_text(m, bytes_of(line->name));
    markup_end(m);
    markup_end(m);
    buf_release(&path);
}

void chart_lines(const struct chart *chart, const struct chart_layer *lines, size_t count,
                 struct markup *m)
{
    const struct scale scale = scale_of(chart, lines, count);
    const double height = top_of(chart) + plot_height(chart);
    begin_chart(chart, m);
    write_scale(chart, &scale, false, m);
    markup_begin(m, "svg");
    markup_format(m, "viewBox", "0 0 %zu %.1f", chart->count == 0 ? 1 : chart->count, height);
    markup_word(m, "preserveAspectRatio", "none");
    markup_word(m, "width", "100%");
    markup_number(m, "height", height);
    for (size_t i = 0; i < count; i++)
        write_path(chart, &scale, &lines[i], m);
    markup_end(m);
    write_scale(chart, &scale, true, m);
    write_axis(chart, m);
    markup_end(m);
}
