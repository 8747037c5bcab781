#include "query/printing/latency.h"

#include "core/base/time_text.h"

void latency_text(uint64_t duration_ns, struct buf *out)
{
    const double ms = (double)duration_ns / (double)NS_PER_MS;
    const double s = (double)duration_ns / (double)NS_PER_S;
    if (ms < 1)
        buf_add_format(out, "%.2f ms", ms);
    else if (ms < 100)
        buf_add_format(out, "%.1f ms", ms);
    else if (ms < 999.5)
        buf_add_format(out, "%.0f ms", ms);
    else
        buf_add_format(out, s < 100 ? "%.2f s" : "%.0f s", s);
}
