/* The floor below every program that reads captures: libpcap's own loop, which only counts. */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct totals {
    uint64_t packets;
    uint64_t octets;
};

static void count(u_char *user, const struct pcap_pkthdr *header, const u_char *octets)
{
    /* pcap_loop hands its context on as u_char; pcap_loop below gave it a struct totals. */
    struct totals *totals = (struct totals *)(void *)user;

    (void)octets;
    totals->packets++;
    totals->octets += header->caplen;
}

int main(int argc, char **argv)
{
    char message[PCAP_ERRBUF_SIZE] = "";
    struct totals totals = {0};

    if (argc != 2) {
        (void)fprintf(stderr, "usage: pcap_floor FILE\n");
        return 2;
    }
    pcap_t *pcap = pcap_open_offline(argv[1], message);
    if (pcap == NULL) {
        (void)fprintf(stderr, "pcap_floor: %s\n", message);
        return 1;
    }
    const int result = pcap_loop(pcap, -1, count, (u_char *)&totals);
    if (result != 0) {
        (void)fprintf(stderr, "pcap_floor: %s\n", pcap_geterr(pcap));
    }
    pcap_close(pcap);
    (void)printf("%" PRIu64 " packets, %" PRIu64 " octets\n", totals.packets, totals.octets);
    return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
