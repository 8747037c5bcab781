#include "shipper/service/live_capture.h"

#include <pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/time_text.h"
#include "core/dns/protocol.h"

/* Octets of a packet that are kept: all of the largest one. */
#define SNAP_LENGTH 262144
/* Octets of the kernel's buffer. */
#define KERNEL_BUFFER (16 * 1024 * 1024)
/* Packets taken in one go, so that other interfaces and the clock get their turn. */
#define PACKETS_PER_TURN 4096

#define FILTER_MAX ((size_t)16 * 1024)

struct live_capture {
    pcap_t *pcap;
    int32_t link_type;
    uint32_t index;
    uint64_t number;
    live_handler handler; /* of the reading under way, as the next two */
    void *context;
    enum status status;
};

static void add_ports(const struct live_capture_options *options, struct buf *text)
{
    static const uint16_t DEFAULT_PORT = DNS_PORT;
    const uint16_t *const ports = options->ports == NULL ? &DEFAULT_PORT : options->ports;
    const size_t count = options->ports == NULL ? 1 : options->port_count;
    for (size_t i = 0; i < count; i++)
        buf_add_format(text, "port %u or ", (unsigned)ports[i]);
    /* Later fragments have no ports: IPv4 by their offset, IPv6 by the fragment header. */
    buf_add_text(text, "ip[6:2] & 0x1fff != 0 or ip6[6] = 44");
}

/* The kernel takes VLAN tags off some packets and leaves them on others: both are let through. */
static enum status set_filter(pcap_t *pcap, const struct live_capture_options *options,
                              struct error *err)
{
    struct buf text;
    struct bpf_program program;
    if (options->any_port)
        return ST_OK;
    buf_init(&text, FILTER_MAX);
    buf_add_text(&text, "(");
    add_ports(options, &text);
    buf_add_text(&text, ")");
    if (pcap_datalink(pcap) == DLT_EN10MB) {
        buf_add_text(&text, " or (vlan and (");
        add_ports(options, &text);
        buf_add_text(&text, "))");
    }
    int failed = pcap_compile(pcap, &program, buf_text(&text), 1, PCAP_NETMASK_UNKNOWN);
    if (failed == 0) {
        failed = pcap_setfilter(pcap, &program);
        pcap_freecode(&program);
    }
    if (failed != 0)
        (void)error_set(err, ST_IO, "cannot set the filter \"%s\" on %s: %s", buf_text(&text),
                        options->interface, pcap_geterr(pcap));
    buf_release(&text);
    return failed == 0 ? ST_OK : ST_IO;
}

static enum status activate(pcap_t *pcap, const char *interface, struct error *err)
{
    (void)pcap_set_snaplen(pcap, SNAP_LENGTH);
    (void)pcap_set_promisc(pcap, 1);
    (void)pcap_set_timeout(pcap, LIVE_CAPTURE_TIMEOUT_MS);
    (void)pcap_set_buffer_size(pcap, KERNEL_BUFFER);
    (void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
    const int result = pcap_activate(pcap);
    if (result >= 0)
        return ST_OK;
    if (result == PCAP_ERROR_PERM_DENIED || result == PCAP_ERROR_PROMISC_PERM_DENIED)
        return error_set(err, ST_UNAUTHORISED,
                         "no permission to capture on %s: run as root, or give the program "
                         "CAP_NET_RAW",
                         interface);
    if (result == PCAP_ERROR_NO_SUCH_DEVICE)
        return error_set(err, ST_INVALID, "there is no interface %s; \"ip link\" lists them",
                         interface);
    const char *const more = pcap_geterr(pcap);
    return error_set(err, ST_IO, "cannot capture on %s: %s%s%s", interface,
                     pcap_statustostr(result), more[0] == '\0' ? "" : ": ", more);
}

static enum status prepare(struct live_capture *capture, const struct live_capture_options *options,
                           struct error *err)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    capture->pcap = pcap_create(options->interface, reason);
    if (capture->pcap == NULL)
        return error_set(err, ST_IO, "cannot capture on %s: %s", options->interface, reason);
    enum status status = activate(capture->pcap, options->interface, err);
    if (status != ST_OK)
        return status;
    /* SLL2 says on which interface a packet of "any" was; older kernels have only SLL. */
    (void)pcap_set_datalink(capture->pcap, DLT_LINUX_SLL2);
    if (pcap_setnonblock(capture->pcap, 1, reason) != 0)
        return error_set(err, ST_IO, "cannot capture on %s: %s", options->interface, reason);
    status = set_filter(capture->pcap, options, err);
    capture->index = options->index;
    /* On Ethernet, SLL, SLL2 and loopback a DLT_ value is the LINKTYPE_ value; raw IP is not. */
    const int link_type = pcap_datalink(capture->pcap);
    capture->link_type = link_type == DLT_RAW ? 101 : link_type;
    return status;
}

enum status live_capture_open(const struct live_capture_options *options,
                              struct live_capture **capture, struct error *err)
{
    struct live_capture *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set(err, ST_NO_MEMORY, "no memory to capture on %s", options->interface);
    const enum status status = prepare(made, options, err);
    if (status != ST_OK) {
        live_capture_close(made);
        return status;
    }
    *capture = made;
    return ST_OK;
}

void live_capture_close(struct live_capture *capture)
{
    if (capture == NULL)
        return;
    if (capture->pcap != NULL)
        pcap_close(capture->pcap);
    free(capture);
}

int live_capture_descriptor(const struct live_capture *capture)
{
    return pcap_get_selectable_fd(capture->pcap);
}

static void take_packet(u_char *context, const struct pcap_pkthdr *header, const u_char *octets)
{
    /* libpcap's type for the context is a pointer to octets. */
    struct live_capture *const capture = (struct live_capture *)(void *)context;
    if (capture->status != ST_OK)
        return;
    const struct frame frame = {
        .octets = {octets, header->caplen},
        .wire_len = header->len,
        .link_type = capture->link_type,
        .time_ns = (int64_t)header->ts.tv_sec * NS_PER_S + header->ts.tv_usec,
        .number = ++capture->number,
        .interface = capture->index,
    };
    capture->status = capture->handler(capture->context, &frame);
}

enum status live_capture_read(struct live_capture *capture, live_handler handler, void *context,
                              struct error *err)
{
    capture->handler = handler;
    capture->context = context;
    capture->status = ST_OK;
    const int count =
        pcap_dispatch(capture->pcap, PACKETS_PER_TURN, take_packet, (u_char *)capture);
    if (count == PCAP_ERROR)
        return error_set(err, ST_IO, "capturing failed: %s", pcap_geterr(capture->pcap));
    return capture->status;
}

uint64_t live_capture_drops(struct live_capture *capture)
{
    struct pcap_stat statistics = {0};
    if (pcap_stats(capture->pcap, &statistics) != 0)
        return 0;
    return (uint64_t)statistics.ps_drop + statistics.ps_ifdrop;
}
