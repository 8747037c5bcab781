#include "query/printing/table.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/display.h"
#include "query/printing/address.h"

/* Columns before what continues a row on its next line. */
#define FOLD_INDENT 4

/* Rows that wait for the widths, and octets of their text at most. */
#define WAITING_ROWS_MAX   1000
#define WAITING_OCTETS_MAX ((size_t)8 * 1024 * 1024)

/* Octets of the longest cell, escaped; what is longer ends there. */
#define CELL_MAX ((size_t)1024 * 1024)

/* Columns between two cells. */
#define GAP 2

/* Into a pipe, a flexible column is not made wider than this; longer cells push their row. */
#define PIPE_WIDTH_MAX 60

struct cell {
    struct bytes text;  /* escaped */
    const char *colour; /* NULL: plain */
};

/* A column as it came out for the rows of this table. */
struct fitted {
    size_t width;
    size_t least;     /* it gives way down to this width; SIZE_MAX: never */
    bool begins_line; /* there is no more room on the line of the column before */
};

struct table {
    struct table_options options;
    struct buf *out;    /* borrowed */
    struct buf escaped; /* the cell that is being taken */
    struct arena texts; /* of the rows that wait */
    struct cell *cells; /* owned: WAITING_ROWS_MAX rows */
    size_t cell_count;  /* cells taken and not yet written */
    struct fitted fitted[TABLE_COLUMNS_MAX];
    bool has_widths; /* the heading is written, rows do not wait any more */
    bool failed;
};

enum status table_new(const struct table_options *options, struct buf *out, struct table **table)
{
    assert(options->column_count > 0 && options->column_count <= TABLE_COLUMNS_MAX);
    struct table *const t = calloc(1, sizeof *t);
    if (t == NULL)
        return ST_NO_MEMORY;
    t->cells = calloc(options->column_count * WAITING_ROWS_MAX, sizeof *t->cells);
    if (t->cells == NULL) {
        free(t);
        return ST_NO_MEMORY;
    }
    t->options = *options;
    t->out = out;
    buf_init(&t->escaped, CELL_MAX);
    arena_init(&t->texts, WAITING_OCTETS_MAX + TABLE_COLUMNS_MAX * CELL_MAX);
    *table = t;
    return ST_OK;
}

void table_free(struct table *table)
{
    if (table == NULL)
        return;
    arena_release(&table->texts);
    buf_release(&table->escaped);
    free(table->cells);
    free(table);
}

static const char *tone_colour(enum tone tone)
{
    switch (tone) {
    case TONE_PLAIN:
        return NULL;
    case TONE_GOOD:
        return "\033[32m";
    case TONE_DOUBT:
        return "\033[33m";
    case TONE_FAILURE:
        return "\033[31m";
    }
    return NULL;
}

static void pad(struct buf *out, size_t columns)
{
    for (size_t i = 0; i < columns; i++)
        buf_add_u8(out, ' ');
}

static void add_coloured(struct buf *out, struct bytes text, const char *colour)
{
    if (colour != NULL)
        buf_add_text(out, colour);
    buf_add(out, text);
    if (colour != NULL)
        buf_add_text(out, "\033[0m");
}

/* Text in `width` columns. An address is whole or not there at all. */
static size_t cut(struct buf *out, struct bytes text, size_t width, bool keeps_word)
{
    if (keeps_word)
        return display_cut_middle(out, text, width);
    const size_t used = display_cut(out, text, width);
    size_t end = buf_bytes(out).len - strlen("\xe2\x80\xa6");
    size_t word_at = end;
    while (word_at > 0 && text.data[word_at - 1] != ' ')
        word_at--;
    while (end < text.len && text.data[end] != ' ' && text.data[end] != ',')
        end++;
    if (word_at == 0 || !address_is(bytes_slice(text, word_at, end)))
        return used;
    buf_reset(out);
    buf_add(out, bytes_slice(text, 0, word_at));
    buf_add_text(out, "\xe2\x80\xa6");
    return display_columns(buf_bytes(out));
}

/* One cell within its width; the last column is not filled up. */
static void write_cell(struct table *t, size_t column, struct bytes text, const char *colour)
{
    const bool is_last = column + 1 == t->options.column_count;
    const size_t width = t->fitted[column].width;
    size_t used = display_columns(text);
    if (t->options.width > 0 && used > width && !address_begins(text)) {
        buf_reset(&t->escaped);
        used = cut(&t->escaped, text, width, t->options.columns[column].keeps_word);
        text = buf_bytes(&t->escaped);
    }
    const size_t fill = used < width ? width - used : 0;
    const bool is_number = t->options.columns[column].is_number;
    pad(t->out, is_number ? fill : 0);
    add_coloured(t->out, text, t->options.has_colour ? colour : NULL);
    pad(t->out, is_last || is_number ? 0 : fill);
    pad(t->out, is_last ? 0 : GAP);
}

/* No line ends in blanks, and none that continues a row is empty. */
static void end_line(struct buf *out, bool is_first)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    if (is_first || (out->len > 0 && out->data[out->len - 1] != '\n'))
        buf_add_u8(out, '\n');
}

/* The columns behind `first` that stand on the same line. */
static size_t line_end(const struct table *t, size_t first)
{
    size_t end = first + 1;
    while (end < t->options.column_count && !t->fitted[end].begins_line)
        end++;
    return end;
}

static void write_row(struct table *t, const struct cell *row)
{
    for (size_t i = 0; i < t->options.column_count;) {
        const size_t first = i;
        const size_t end = line_end(t, first);
        pad(t->out, first == 0 ? 0 : FOLD_INDENT);
        for (; i < end; i++)
            write_cell(t, i, row[i].text, row[i].colour);
        end_line(t->out, first == 0);
    }
}

static void write_heading(struct table *t)
{
    struct cell headings[TABLE_COLUMNS_MAX];
    for (size_t i = 0; i < t->options.column_count; i++)
        headings[i] = (struct cell){bytes_of(t->options.columns[i].heading), "\033[1m"};
    write_row(t, headings);
}

/* Takes one column of text away from the widest that can give one; false if none can. */
static bool narrow(struct table *t, size_t first, size_t end)
{
    size_t widest = end;
    for (size_t i = first; i < end; i++) {
        const bool can_give = t->fitted[i].width > t->fitted[i].least;
        if (can_give && (widest == end || t->fitted[i].width > t->fitted[widest].width))
            widest = i;
    }
    if (widest == end)
        return false;
    t->fitted[widest].width--;
    return true;
}

/* Narrows the columns of one line until they fit. One that stands alone has nobody who could give
 * way for it. */
static void fit_line(struct table *t, size_t first, size_t end)
{
    size_t room = t->options.width - (first > 0 ? FOLD_INDENT : 0);
    if (end - first == 1 && t->fitted[first].width > room)
        t->fitted[first].width = room;
    size_t total = GAP * (end - first - 1);
    for (size_t i = first; i < end; i++)
        total += t->fitted[i].width;
    while (total > room && narrow(t, first, end))
        total--;
}

/* A row takes as many lines as it needs to give each of its columns the least that it can be read
 * with: what is cut away is not there, and a line that the terminal breaks cannot be read. */
static void fit(struct table *t)
{
    size_t used = 0;
    for (size_t i = 0; i < t->options.column_count; i++) {
        struct fitted *const column = &t->fitted[i];
        const size_t needed = column->width < column->least ? column->width : column->least;
        column->begins_line = i > 0 && used + GAP + needed > t->options.width;
        used = column->begins_line ? FOLD_INDENT + needed : used + (i > 0 ? GAP : 0) + needed;
    }
    for (size_t first = 0; first < t->options.column_count; first = line_end(t, first))
        fit_line(t, first, line_end(t, first));
}

static void widen(struct table *t, size_t i, struct bytes text)
{
    struct fitted *const column = &t->fitted[i];
    size_t columns = display_columns(text);
    if (t->options.width == 0 && column->least != SIZE_MAX && columns > PIPE_WIDTH_MAX)
        columns = PIPE_WIDTH_MAX;
    column->width = columns > column->width ? columns : column->width;
    if (column->least < columns && address_begins(text))
        column->least = columns;
}

static void find_widths(struct table *t)
{
    const size_t count = t->options.column_count;
    assert(count > 0);
    for (size_t i = 0; i < count; i++) {
        const struct table_column *const column = &t->options.columns[i];
        const size_t heading = display_columns(bytes_of(column->heading));
        t->fitted[i].width = heading > column->width_least ? heading : column->width_least;
        t->fitted[i].least = column->width_min > 0 ? column->width_min : SIZE_MAX;
    }
    for (size_t i = 0; i < t->cell_count; i++)
        widen(t, i % count, t->cells[i].text);
    if (t->options.width > FOLD_INDENT)
        fit(t);
    t->has_widths = true;
}

/* Writes the rows that wait, behind the heading if it is not written yet. */
static void flush(struct table *t)
{
    const size_t count = t->options.column_count;
    if (!t->has_widths) {
        find_widths(t);
        write_heading(t);
    }
    for (size_t i = 0; i + count <= t->cell_count; i += count)
        write_row(t, t->cells + i);
    t->cell_count = 0;
    arena_reset(&t->texts);
}

void table_cell(struct table *table, struct bytes text, enum tone tone)
{
    buf_reset(&table->escaped);
    display_add(&table->escaped, text);
    const struct bytes copy = arena_copy(&table->texts, buf_bytes(&table->escaped));
    if (copy.data == NULL && table->escaped.len > 0)
        table->failed = true;
    table->cells[table->cell_count++] = (struct cell){copy, tone_colour(tone)};
    if (table->cell_count % table->options.column_count != 0)
        return;
    const size_t rows = table->cell_count / table->options.column_count;
    if (table->has_widths || rows == WAITING_ROWS_MAX || table->texts.total > WAITING_OCTETS_MAX)
        flush(table);
}

void table_flush(struct table *table)
{
    if (table->cell_count > 0)
        flush(table);
}

enum status table_finish(struct table *table)
{
    if (table->cell_count > 0)
        flush(table);
    return table->failed || !buf_ok(table->out) ? ST_NO_MEMORY : ST_OK;
}
