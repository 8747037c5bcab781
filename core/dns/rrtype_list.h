/* Every RR type of the IANA registry: what its RDATA consists of, in wire order.
 *
 * RRTYPE(number, mnemonic, layout, source). The layout is a row of fields, KIND(name); the kinds
 * are explained at RDATA_FIELD_LIST in rdata_field.h, the names are the source's own. Three words
 * stand between fields: INTERNET (the layout holds in class IN only), OPTIONAL (what follows may
 * be missing) and NOTHING (no RDATA). OPAQUE is RDATA without a presentation format of its own;
 * it and types without a row are printed as RFC 3597, 5 says. */
#ifndef DNSIGHT_DNS_RRTYPE_LIST_H
#define DNSIGHT_DNS_RRTYPE_LIST_H

/* The types from 0 to RRTYPE_DENSE_MAX, in order. */
#define RRTYPE_DENSE_MAX 264

/* clang-format off */
#define RRTYPE_LIST(RRTYPE) \
    RRTYPE(1, A, INTERNET ADDRESS4(address), "RFC 1035, 3.4.1") \
    RRTYPE(2, NS, NAME(nsdname), "RFC 1035, 3.3.11") \
    RRTYPE(3, MD, NAME(madname), "RFC 1035, 3.3.4") \
    RRTYPE(4, MF, NAME(madname), "RFC 1035, 3.3.5") \
    RRTYPE(5, CNAME, NAME(cname), "RFC 1035, 3.3.1") \
    RRTYPE(6, SOA, NAME(mname) NAME(rname) U32(serial) U32(refresh) U32(retry) U32(expire) \
           U32(minimum), "RFC 1035, 3.3.13") \
    RRTYPE(7, MB, NAME(madname), "RFC 1035, 3.3.3") \
    RRTYPE(8, MG, NAME(mgmname), "RFC 1035, 3.3.6") \
    RRTYPE(9, MR, NAME(newname), "RFC 1035, 3.3.8") \
    RRTYPE(10, NULL, OPAQUE(anything), "RFC 1035, 3.3.10") \
    RRTYPE(11, WKS, INTERNET ADDRESS4(address) U8(protocol) OPTIONAL PORTS(bit_map), \
           "RFC 1035, 3.4.2") \
    RRTYPE(12, PTR, NAME(ptrdname), "RFC 1035, 3.3.12") \
    RRTYPE(13, HINFO, STRING(cpu) STRING(os), "RFC 1035, 3.3.2") \
    RRTYPE(14, MINFO, NAME(rmailbx) NAME(emailbx), "RFC 1035, 3.3.7") \
    RRTYPE(15, MX, U16(preference) NAME(exchange), "RFC 1035, 3.3.9") \
    RRTYPE(16, TXT, STRINGS(txt_data), "RFC 1035, 3.3.14") \
    RRTYPE(17, RP, NAME(mbox_dname) NAME(txt_dname), "RFC 1183, 2.2") \
    RRTYPE(18, AFSDB, U16(subtype) NAME(hostname), "RFC 1183, 1") \
    RRTYPE(19, X25, STRING(psdn_address), "RFC 1183, 3.1") \
    RRTYPE(20, ISDN, STRING(isdn_address) OPTIONAL STRING(sa), "RFC 1183, 3.2") \
    RRTYPE(21, RT, U16(preference) NAME(intermediate_host), "RFC 1183, 3.3") \
    RRTYPE(22, NSAP, INTERNET HEX0X(nsap), "RFC 1706, 5") \
    RRTYPE(23, NSAP-PTR, INTERNET NAME(owner), "RFC 1348, 1") \
    RRTYPE(24, SIG, TYPE(type_covered) U8(algorithm) U8(labels) U32(original_ttl) \
           TIME(signature_expiration) TIME(signature_inception) U16(key_tag) NAME(signers_name) \
           BASE64(signature), "RFC 2535, 4.1; RFC 2931") \
    RRTYPE(25, KEY, U16(flags) U8(protocol) U8(algorithm) OPTIONAL BASE64(public_key), \
           "RFC 2535, 3.1") \
    RRTYPE(26, PX, INTERNET U16(preference) NAME(map822) NAME(mapx400), "RFC 2163, 4") \
    RRTYPE(27, GPOS, STRING(longitude) STRING(latitude) STRING(altitude), "RFC 1712, 3") \
    RRTYPE(28, AAAA, INTERNET ADDRESS6(address), "RFC 3596, 2.2") \
    RRTYPE(29, LOC, LOCATION(location), "RFC 1876, 2") \
    RRTYPE(30, NXT, NAME(next_domain_name) TYPES_NXT(type_bit_map), "RFC 2535, 5.2") \
    RRTYPE(31, EID, INTERNET HEX(endpoint_identifier), "draft-ietf-nimrod-dns-01") \
    RRTYPE(32, NIMLOC, INTERNET HEX(nimrod_locator), "draft-ietf-nimrod-dns-01") \
    RRTYPE(33, SRV, INTERNET U16(priority) U16(weight) U16(port) NAME(target), "RFC 2782") \
    RRTYPE(34, ATMA, INTERNET ATM_ADDRESS(address), "ATM Name System, V2.0") \
    RRTYPE(35, NAPTR, U16(order) U16(preference) STRING(flags) STRING(services) STRING(regexp) \
           NAME(replacement), "RFC 3403, 4.1") \
    RRTYPE(36, KX, INTERNET U16(preference) NAME(exchanger), "RFC 2230, 3.1") \
    RRTYPE(37, CERT, CERT_TYPE(type) U16(key_tag) ALGORITHM(algorithm) BASE64(certificate), \
           "RFC 4398, 2") \
    RRTYPE(38, A6, INTERNET A6(prefix_suffix_name), "RFC 2874, 3.1") \
    RRTYPE(39, DNAME, NAME(target), "RFC 6672, 2.1") \
    RRTYPE(40, SINK, U8(coding) U8(subcoding) U8(version) OPTIONAL BASE64(data), \
           "draft-eastlake-kitchen-sink") \
    RRTYPE(41, OPT, OPTIONAL EDNS_OPTIONS(options), "RFC 6891, 6.1.2") \
    RRTYPE(42, APL, INTERNET OPTIONAL ADDRESS_PREFIXES(apitems), "RFC 3123, 4") \
    RRTYPE(43, DS, U16(key_tag) U8(algorithm) U8(digest_type) HEX(digest), "RFC 4034, 5.1") \
    RRTYPE(44, SSHFP, U8(algorithm) U8(fp_type) HEX(fingerprint), "RFC 4255, 3.1") \
    RRTYPE(45, IPSECKEY, U8(precedence) IPSEC_GATEWAY(type_algorithm_gateway) \
           OPTIONAL BASE64(public_key), "RFC 4025, 2.1") \
    RRTYPE(46, RRSIG, TYPE(type_covered) U8(algorithm) U8(labels) U32(original_ttl) \
           TIME(signature_expiration) TIME(signature_inception) U16(key_tag) NAME(signers_name) \
           BASE64(signature), "RFC 4034, 3.1") \
    RRTYPE(47, NSEC, NAME(next_domain_name) OPTIONAL TYPES(type_bit_maps), "RFC 4034, 4.1") \
    RRTYPE(48, DNSKEY, U16(flags) U8(protocol) U8(algorithm) BASE64(public_key), "RFC 4034, 2.1") \
    RRTYPE(49, DHCID, INTERNET BASE64(digest), "RFC 4701, 3.1") \
    RRTYPE(50, NSEC3, U8(hash_algorithm) U8(flags) U16(iterations) SALT(salt) \
           HASH(next_hashed_owner_name) OPTIONAL TYPES(type_bit_maps), "RFC 5155, 3.2") \
    RRTYPE(51, NSEC3PARAM, U8(hash_algorithm) U8(flags) U16(iterations) SALT(salt), \
           "RFC 5155, 4.2") \
    RRTYPE(52, TLSA, U8(certificate_usage) U8(selector) U8(matching_type) \
           HEX(certificate_association_data), "RFC 6698, 2.1") \
    RRTYPE(53, SMIMEA, U8(certificate_usage) U8(selector) U8(matching_type) \
           HEX(certificate_association_data), "RFC 8162, 2") \
    RRTYPE(55, HIP, HOST_IDENTITY(algorithm_hit_key) OPTIONAL NAMES(rendezvous_servers), \
           "RFC 8005, 5") \
    RRTYPE(56, NINFO, STRINGS(zs_data), "IANA template NINFO") \
    RRTYPE(57, RKEY, U16(flags) U8(protocol) U8(algorithm) BASE64(public_key), \
           "IANA template RKEY") \
    RRTYPE(58, TALINK, NAME(previous) NAME(next), "IANA template TALINK") \
    RRTYPE(59, CDS, U16(key_tag) U8(algorithm) U8(digest_type) HEX(digest), "RFC 7344, 3.1") \
    RRTYPE(60, CDNSKEY, U16(flags) U8(protocol) U8(algorithm) BASE64(public_key), \
           "RFC 7344, 3.2") \
    RRTYPE(61, OPENPGPKEY, BASE64(key), "RFC 7929, 2.1") \
    RRTYPE(62, CSYNC, U32(soa_serial) U16(flags) OPTIONAL TYPES(type_bit_map), "RFC 7477, 2.1") \
    RRTYPE(63, ZONEMD, U32(serial) U8(scheme) U8(hash_algorithm) HEX(digest), "RFC 8976, 2.2") \
    RRTYPE(64, SVCB, INTERNET U16(priority) NAME(target) OPTIONAL SVCPARAMS(params), \
           "RFC 9460, 2.2") \
    RRTYPE(65, HTTPS, INTERNET U16(priority) NAME(target) OPTIONAL SVCPARAMS(params), \
           "RFC 9460, 9") \
    RRTYPE(66, DSYNC, TYPE(rrtype) U8(scheme) U16(port) NAME(target), "RFC 9859, 2.1") \
    RRTYPE(67, HHIT, BASE64(data), "RFC 9886, 5.1") \
    RRTYPE(68, BRID, BASE64(data), "RFC 9886, 5.2") \
    RRTYPE(99, SPF, STRINGS(txt_data), "RFC 4408, 3.1.1") \
    RRTYPE(100, UINFO, OPAQUE(anything), "IANA, reserved") \
    RRTYPE(101, UID, OPAQUE(anything), "IANA, reserved") \
    RRTYPE(102, GID, OPAQUE(anything), "IANA, reserved") \
    RRTYPE(103, UNSPEC, OPAQUE(anything), "IANA, reserved") \
    RRTYPE(104, NID, U16(preference) LOCATOR64(node_id), "RFC 6742, 2.1") \
    RRTYPE(105, L32, U16(preference) ADDRESS4(locator32), "RFC 6742, 2.2") \
    RRTYPE(106, L64, U16(preference) LOCATOR64(locator64), "RFC 6742, 2.3") \
    RRTYPE(107, LP, U16(preference) NAME(fqdn), "RFC 6742, 2.4") \
    RRTYPE(108, EUI48, EUI48(address), "RFC 7043, 3") \
    RRTYPE(109, EUI64, EUI64(address), "RFC 7043, 4") \
    RRTYPE(128, NXNAME, NOTHING, "RFC 9824, 2") \
    RRTYPE(249, TKEY, NAME(algorithm) U32(inception) U32(expiration) U16(mode) TSIG_ERROR(error) \
           DATA16(key_data) DATA16(other_data), "RFC 2930, 2") \
    RRTYPE(250, TSIG, NAME(algorithm_name) U48(time_signed) U16(fudge) DATA16(mac) \
           U16(original_id) TSIG_ERROR(error) DATA16(other_data), "RFC 8945, 4.2") \
    RRTYPE(251, IXFR, OPAQUE(anything), "RFC 1995") \
    RRTYPE(252, AXFR, OPAQUE(anything), "RFC 5936") \
    RRTYPE(253, MAILB, OPAQUE(anything), "RFC 1035, 3.2.3") \
    RRTYPE(254, MAILA, OPAQUE(anything), "RFC 1035, 3.2.3") \
    RRTYPE(255, ANY, OPAQUE(anything), "RFC 1035, 3.2.3; RFC 8482") \
    RRTYPE(256, URI, U16(priority) U16(weight) TEXT(target), "RFC 7553, 4.5") \
    RRTYPE(257, CAA, U8(flags) TAG(tag) TEXT(value), "RFC 8659, 4.1") \
    RRTYPE(258, AVC, STRINGS(avc_data), "IANA template AVC") \
    RRTYPE(259, DOA, U32(enterprise) U32(type) U8(location) STRING(media_type) \
           OPTIONAL BASE64(data), "draft-durand-doa-over-dns, 3.1") \
    RRTYPE(260, AMTRELAY, U8(precedence) AMT_RELAY(discovery_type_relay), "RFC 8777, 4.2") \
    RRTYPE(261, RESINFO, STRINGS(resolver_information), "RFC 9606, 5") \
    RRTYPE(262, WALLET, STRINGS(wallet), "IANA template WALLET") \
    RRTYPE(263, CLA, STRINGS(cla_data), "IANA template CLA") \
    RRTYPE(264, IPN, U64(node_number), "IANA template IPN")

/* The types above RRTYPE_DENSE_MAX. */
#define RRTYPE_HIGH_LIST(RRTYPE) \
    RRTYPE(32768, TA, U16(key_tag) U8(algorithm) U8(digest_type) HEX(digest), \
           "IANA template TA") \
    RRTYPE(32769, DLV, U16(key_tag) U8(algorithm) U8(digest_type) HEX(digest), "RFC 4431, 2")
/* clang-format on */

#endif
