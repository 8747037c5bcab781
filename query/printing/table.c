#include "query/printing/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/display.h"

/* How a table is made to fit, see least_width. */
#define ATTEMPTS    3
#define WIDTH_KNOWN ((size_t)8)
#define WIDTH_LEAST ((size_t)4)

/* Rows that wait for the widths, and octets of their text at most. */
#define WAITING_ROWS_MAX   1000
#define WAITING_OCTETS_MAX ((size_t)8 * 1024 * 1024)

/* Octets of the longest cell, escaped; what is longer ends there. */
#define CELL_MAX ((size_t)1024 * 1024)

/* Columns between two cells, and before a cell that stands below its row. */
#define GAP         2
#define FOLD_INDENT 6

/* Into a pipe, a flexible column is not made wider than this; longer cells push their row. */
#define PIPE_WIDTH_MAX 60

struct cell {
    struct bytes text; /* escaped */
    enum tone tone;
};

struct table {
    struct table_options options;
    struct buf *out;    /* borrowed */
    struct buf escaped; /* the cell that is being taken, or cut */
    struct buf folded;  /* the cells of a row that are folded */
    struct arena texts; /* of the rows that wait */
    struct cell *cells; /* owned: WAITING_ROWS_MAX rows */
    size_t cell_count;  /* cells taken and not yet written */
    size_t widths[TABLE_COLUMNS_MAX];
    size_t side_count; /* columns side by side; those behind them are folded */
    bool has_widths;   /* the heading is written, rows do not wait any more */
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
    t->side_count = options->column_count;
    t->out = out;
    buf_init(&t->escaped, CELL_MAX);
    buf_init(&t->folded, TABLE_COLUMNS_MAX * CELL_MAX);
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
    buf_release(&table->folded);
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

/* One cell within its width; the last column is not filled up. */
static void write_cell(struct table *t, size_t column, struct bytes text, const char *colour)
{
    const bool is_last = column + 1 == t->side_count;
    const size_t width = t->widths[column];
    size_t used = display_columns(text);
    if (t->options.width > 0 && used > width) {
        buf_reset(&t->escaped);
        used = t->options.columns[column].keeps_end ? display_cut_middle(&t->escaped, text, width)
                                                    : display_cut(&t->escaped, text, width);
        text = buf_bytes(&t->escaped);
    }
    const size_t fill = used < width ? width - used : 0;
    const bool is_number = t->options.columns[column].is_number;
    pad(t->out, is_number ? fill : 0);
    add_coloured(t->out, text, t->options.has_colour ? colour : NULL);
    pad(t->out, is_last || is_number ? 0 : fill);
    pad(t->out, is_last ? 0 : GAP);
}

/* No line ends in blanks. */
static void end_line(struct buf *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    buf_add_u8(out, '\n');
}

static bool says_nothing(struct bytes text)
{
    return text.len == 0 || bytes_is(text, "-");
}

/* The folded cells of a row, if they say something. */
static void write_folded(struct table *t, const struct cell *row, const char *colour)
{
    struct buf *const line = &t->folded;
    bool has_text = false;
    buf_reset(line);
    for (size_t i = t->side_count; i < t->options.column_count; i++) {
        pad(line, i == t->side_count ? 0 : GAP);
        buf_add(line, row[i].text);
        has_text = has_text || !says_nothing(row[i].text);
    }
    if (!has_text)
        return;
    buf_reset(&t->escaped);
    const size_t width = t->options.width - FOLD_INDENT;
    if (t->options.columns[t->side_count].keeps_end)
        (void)display_cut_middle(&t->escaped, buf_bytes(line), width);
    else
        (void)display_cut(&t->escaped, buf_bytes(line), width);
    pad(t->out, FOLD_INDENT);
    add_coloured(t->out, buf_bytes(&t->escaped), t->options.has_colour ? colour : NULL);
    end_line(t->out);
}

static void write_row(struct table *t, const struct cell *row, const char *colour)
{
    for (size_t i = 0; i < t->side_count; i++)
        write_cell(t, i, row[i].text, colour != NULL ? colour : tone_colour(row[i].tone));
    end_line(t->out);
    if (t->side_count < t->options.column_count)
        write_folded(t, row, colour);
}

static void write_heading(struct table *t)
{
    struct cell headings[TABLE_COLUMNS_MAX] = {0};
    for (size_t i = 0; i < t->options.column_count; i++)
        headings[i] = (struct cell){.text = bytes_of(t->options.columns[i].heading)};
    write_row(t, headings, "\033[1m");
}

/* The least width of a column when it is tried to fit for the n-th time: what it needs to be read
 * well; what it needs to be recognised; and on a terminal that is narrower still, no column is
 * spared, because wrapped rows cannot be read at all. */
static size_t least_width(const struct table_column *column, size_t attempt)
{
    if (attempt + 1 == ATTEMPTS)
        return WIDTH_LEAST;
    if (column->width_min == 0)
        return SIZE_MAX;
    return attempt == 0 || column->width_min < WIDTH_KNOWN ? column->width_min : WIDTH_KNOWN;
}

/* Takes one column of text away from the widest that can give one; false if none can. */
static bool narrow(struct table *t, size_t attempt)
{
    const size_t count = t->side_count;
    size_t widest = count;
    for (size_t i = 0; i < count; i++) {
        const bool can_give = t->widths[i] > least_width(&t->options.columns[i], attempt);
        if (can_give && (widest == count || t->widths[i] > t->widths[widest]))
            widest = i;
    }
    if (widest == count)
        return false;
    t->widths[widest]--;
    return true;
}

/* By how many columns of text the terminal is too narrow. */
static size_t missing_width(const struct table *t)
{
    size_t total = GAP * (t->side_count - 1);
    for (size_t i = 0; i < t->side_count; i++)
        total += t->widths[i];
    return total > t->options.width ? total - t->options.width : 0;
}

/* True if the columns would fit that can still be read well. */
static bool fits_well(struct table *t)
{
    size_t missing = missing_width(t);
    while (missing > 0 && narrow(t, 0))
        missing--;
    return missing == 0;
}

/* Folds and narrows columns until the table fits. */
static void fit(struct table *t)
{
    size_t natural[TABLE_COLUMNS_MAX];
    size_t side_count = 0;
    memcpy(natural, t->widths, sizeof natural);
    if (fits_well(t))
        return;
    while (side_count < t->side_count && !t->options.columns[side_count].folds)
        side_count++;
    if (side_count > 0 && t->options.width > (size_t)2 * FOLD_INDENT) {
        memcpy(t->widths, natural, sizeof natural);
        t->side_count = side_count;
        if (fits_well(t))
            return;
    }
    size_t missing = missing_width(t);
    for (size_t attempt = 1; attempt < ATTEMPTS && missing > 0;) {
        if (narrow(t, attempt))
            missing--;
        else
            attempt++;
    }
}

static void find_widths(struct table *t)
{
    const size_t count = t->options.column_count;
    assert(count > 0);
    for (size_t i = 0; i < count; i++) {
        const struct table_column *const column = &t->options.columns[i];
        const size_t heading = display_columns(bytes_of(column->heading));
        t->widths[i] = heading > column->width_least ? heading : column->width_least;
    }
    for (size_t i = 0; i < t->cell_count; i++) {
        size_t columns = display_columns(t->cells[i].text);
        const bool is_flexible = t->options.columns[i % count].width_min > 0;
        if (t->options.width == 0 && is_flexible && columns > PIPE_WIDTH_MAX)
            columns = PIPE_WIDTH_MAX;
        if (columns > t->widths[i % count])
            t->widths[i % count] = columns;
    }
    if (t->options.width > 0)
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
        write_row(t, t->cells + i, NULL);
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
    table->cells[table->cell_count++] = (struct cell){.text = copy, .tone = tone};
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
