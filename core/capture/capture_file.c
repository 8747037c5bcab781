#include "core/capture/capture_file.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/capture/packet_time.h"
#include "core/capture/pcapng.h"
#include "core/capture/plain_pcap.h"

/* Octets that stdio reads at once. */
#define STREAM_BUFFER_SIZE ((size_t)64 * 1024)

/* One of the three readers is in use. */
struct capture_file {
    struct input *input;      /* borrowed */
    struct plain_pcap *plain; /* owned */
    struct pcapng *pcapng;    /* owned */
    pcap_t *pcap;             /* owned; owns the stream */
    char *buffer;             /* owned; the stream's */
    int32_t link_type;
    uint64_t frames;
};

/* libpcap names link types by DLT_ values, which differ between systems where the file format's
 * LINKTYPE_ values do not. */
static int32_t link_type_of(int dlt)
{
    static const struct {
        int dlt;
        int32_t link_type;
    } DIFFERENT[] = {
        {DLT_ATM_RFC1483, 100}, {DLT_RAW, 101},       {14, 101}, /* DLT_RAW of OpenBSD */
        {DLT_SLIP_BSDOS, 102},  {DLT_PPP_BSDOS, 103},
    };
    for (size_t i = 0; i < ARRAY_LEN(DIFFERENT); i++) {
        if (DIFFERENT[i].dlt == dlt)
            return DIFFERENT[i].link_type;
    }
    return dlt;
}

/* True, with *err, if the input itself has broken; libpcap only sees it end. */
static bool input_is_broken(const struct capture_file *f, struct error *err)
{
    char octet = 0;
    size_t len = 0;
    return input_read(f->input, &octet, sizeof octet, &len, err) != ST_OK;
}

/* Opens the stream and hands it to libpcap. */
static enum status open_pcap(struct capture_file *f, struct error *err)
{
    const char *const name = input_name(f->input);
    f->buffer = malloc(STREAM_BUFFER_SIZE);
    if (f->buffer == NULL)
        return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", name);
    FILE *const stream = input_stream(f->input);
    if (stream == NULL)
        return error_set_os(err, ST_IO, errno, "%s: cannot read it as a stream", name);
    (void)setvbuf(stream, f->buffer, _IOFBF, STREAM_BUFFER_SIZE);
    char reason[PCAP_ERRBUF_SIZE] = "";
    f->pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, reason);
    if (f->pcap != NULL) {
        f->link_type = link_type_of(pcap_datalink(f->pcap));
        return ST_OK;
    }
    const bool is_short = feof(stream) != 0;
    (void)fclose(stream);
    struct error fault;
    if (input_is_broken(f, &fault))
        return error_set(err, fault.status, "%s", fault.text);
    if (is_short)
        return error_set(err, ST_TRUNCATED, "%s: the file ends inside the capture file header",
                         name);
    return error_set(err, ST_MALFORMED, "%s: not a capture that can be read: %s", name, reason);
}

static enum status open_plain(struct capture_file *f, struct error *err)
{
    int32_t in_file = 0;
    const enum status status = plain_pcap_open(f->input, &f->plain, &in_file, err);
    f->link_type = link_type_of(in_file);
    return status;
}

enum status capture_file_open(struct input *input, struct capture_file **file, struct error *err)
{
    struct capture_file *const f = calloc(1, sizeof *f);
    if (f == NULL)
        return error_set(err, ST_NO_MEMORY, "%s: memory is exhausted", input_name(input));
    f->input = input;
    const struct bytes start = input_peek(input);
    enum status status = ST_OK;
    if (plain_pcap_recognise(start))
        status = open_plain(f, err);
    else if (pcapng_recognise(start))
        status = pcapng_open(input, &f->pcapng, err);
    else
        status = open_pcap(f, err);
    if (status != ST_OK) {
        capture_file_close(f);
        return status;
    }
    *file = f;
    return ST_OK;
}

void capture_file_close(struct capture_file *file)
{
    if (file == NULL)
        return;
    if (file->pcap != NULL)
        pcap_close(file->pcap);
    plain_pcap_close(file->plain);
    pcapng_close(file->pcapng);
    free(file->buffer);
    free(file);
}

/* Why there is no packet behind the last one. */
static enum status stopped(const struct capture_file *f, int result, struct error *err)
{
    const char *const name = input_name(f->input);
    struct error fault;
    if (input_is_broken(f, &fault))
        return error_set(err, fault.status, "%s (packets read before: %" PRIu64 ")", fault.text,
                         f->frames);
    if (result == PCAP_ERROR_BREAK)
        return ST_END;
    if (feof(pcap_file(f->pcap)) != 0)
        return error_set(err, ST_TRUNCATED, "%s: the file ends inside packet %" PRIu64, name,
                         f->frames + 1);
    return error_set(err, ST_MALFORMED, "%s: packet %" PRIu64 ": %s", name, f->frames + 1,
                     pcap_geterr(f->pcap));
}

enum status capture_file_next(struct capture_file *file, struct frame *frame, struct error *err)
{
    if (LIKELY(file->plain != NULL)) {
        const enum status status = plain_pcap_next(file->plain, frame, err);
        if (LIKELY(status == ST_OK))
            frame->link_type = file->link_type;
        return status;
    }
    if (file->pcapng != NULL)
        return pcapng_next(file->pcapng, frame, err);
    struct pcap_pkthdr *header = NULL;
    const u_char *octets = NULL;
    const int result = pcap_next_ex(file->pcap, &header, &octets);
    if (UNLIKELY(result != 1))
        return stopped(file, result, err);
    file->frames++;
    *frame = (struct frame){
        .octets = {octets, header->caplen},
        .wire_len = header->len > header->caplen ? header->len : header->caplen,
        .link_type = file->link_type,
        /* The file has 32 bits without a sign; libpcap gives them one. */
        .time_ns = packet_time_ns((uint32_t)header->ts.tv_sec, header->ts.tv_usec),
        .number = file->frames,
    };
    return ST_OK;
}
