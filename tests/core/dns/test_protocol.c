#include "core/dns/protocol.h"

#include <criterion/criterion.h>

#include "tests/core/dns/wire.h"

TestSuite(protocol);

Test(protocol, either_port_decides)
{
    cr_expect_eq(dns_protocol_of(40000, 53), PROTOCOL_DNS);
    cr_expect_eq(dns_protocol_of(5353, 5353), PROTOCOL_MDNS);
    cr_expect_eq(dns_protocol_of(5353, 40000), PROTOCOL_MDNS);
    cr_expect_eq(dns_protocol_of(40000, 5355), PROTOCOL_LLMNR);
    cr_expect_eq(dns_protocol_of(5355, 40000), PROTOCOL_LLMNR);
}

Test(protocol, port_53_is_dns_whatever_the_other_is)
{
    cr_expect_eq(dns_protocol_of(5353, 53), PROTOCOL_DNS);
    cr_expect_eq(dns_protocol_of(53, 5355), PROTOCOL_DNS);
}

Test(protocol, other_ports_are_dns)
{
    cr_expect_eq(dns_protocol_of(40000, 1053), PROTOCOL_DNS);
}

Test(protocol, names_are_those_of_the_documents)
{
    cr_expect_str_eq(as_str(dns_protocol_name(PROTOCOL_DNS)), "dns");
    cr_expect_str_eq(as_str(dns_protocol_name(PROTOCOL_MDNS)), "mdns");
    cr_expect_str_eq(as_str(dns_protocol_name(PROTOCOL_LLMNR)), "llmnr");
}
