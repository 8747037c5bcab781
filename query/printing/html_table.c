#include "query/printing/html_table.h"

#include "query/printing/latency.h"

static void begin_number(struct markup *m, uint64_t value)
{
    markup_begin(m, "td");
    markup_word(m, "class", "number");
    markup_format(m, "data-value", "%llu", (unsigned long long)value);
}

void html_count_cell(struct markup *m, uint64_t count)
{
    begin_number(m, count);
    markup_count(m, count);
    markup_end(m);
}

void html_latency_cell(struct markup *m, bool is_known, uint64_t latency_ns)
{
    struct buf text;
    buf_init(&text, 64);
    begin_number(m, is_known ? latency_ns : 0);
    if (is_known)
        latency_text(latency_ns, &text);
    else
        buf_add_text(&text, "\xe2\x80\x93");
    markup_text(m, buf_bytes(&text));
    markup_end(m);
    buf_release(&text);
}

void html_begin_table(struct markup *m, const char *const *headings)
{
    markup_begin(m, "table");
    markup_word(m, "class", "sortable");
    markup_begin(m, "thead");
    markup_begin(m, "tr");
    for (; *headings != NULL; headings++) {
        const bool is_number = **headings == '#';
        markup_begin(m, "th");
        markup_word(m, "scope", "col");
        if (is_number)
            markup_word(m, "class", "number");
        markup_text(m, bytes_of(*headings + (is_number ? 1 : 0)));
        markup_end(m);
    }
    markup_end(m);
    markup_end(m);
    buf_add_u8(m->out, '\n');
    markup_begin(m, "tbody");
}

void html_end_table(struct markup *m)
{
    markup_end(m);
    markup_end(m);
    buf_add_u8(m->out, '\n');
}

void html_share_cell(struct markup *m, double share)
{
    markup_begin(m, "td");
    markup_word(m, "class", "number");
    markup_format(m, "data-value", "%.6f", share);
    markup_print(m, "%.1f %%", 100 * share);
    markup_end(m);
    markup_begin(m, "td");
    markup_word(m, "class", "share");
    markup_format(m, "data-value", "%.6f", share);
    markup_begin(m, "svg");
    markup_word(m, "viewBox", "0 0 100 10");
    markup_word(m, "preserveAspectRatio", "none");
    markup_word(m, "aria-hidden", "true");
    markup_begin(m, "rect");
    markup_format(m, "width", "%.1f", 100 * share);
    markup_word(m, "height", "10");
    markup_empty(m);
    markup_end(m);
    markup_end(m);
}
