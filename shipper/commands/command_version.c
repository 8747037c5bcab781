#include "shipper/commands/command_version.h"

#include <pcap.h>
#include <stdio.h>

int command_version(const struct command_line *line)
{
    (void)line;
    (void)printf("dnsightd %s\n%s\n", DNSIGHT_VERSION, pcap_lib_version());
    return EXIT_DONE;
}
