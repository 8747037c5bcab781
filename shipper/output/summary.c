#include "shipper/output/summary.h"

#include <inttypes.h>

void summary_count(struct summary_list *list, uint64_t count, const char *text)
{
    if (count == 0)
        return;
    buf_add_format(list->out, "%s%" PRIu64 " %s", list->has_any ? ", " : list->before, count, text);
    list->has_any = true;
}

void summary_skipped(const struct net_counters *net, struct buf *out)
{
    struct summary_list list = {.out = out, .before = "; skipped: "};
    summary_count(&list, net->link_unsupported, "of an unknown link type");
    summary_count(&list, net->not_ip, "not IP");
    summary_count(&list, net->not_transport, "neither UDP nor TCP");
    summary_count(&list, net->other_port, "between other ports");
    summary_count(&list, net->truncated, "cut inside a header");
    summary_count(&list, net->malformed, "with a broken header");
    summary_count(&list, net->fragments, "fragments");
    summary_count(&list, net->fragment_conflicts, "overlapping fragments that differ");
    summary_count(&list, net->tcp_gaps, "gaps in TCP streams");
    summary_count(&list, net->tcp_strays, "far from their TCP stream");
    summary_count(&list, net->tcp_evicted, "TCP streams forgotten");
}
