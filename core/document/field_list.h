/* Every field of a document, once: schema, encoder, built-in data view and mapping are made from
 * this list, so they cannot drift.
 *
 * FIELD(NAME, "path", TYPE, ignore_above): NAME gives the constant DOC_NAME, the index of the
 * field in the built-in data view; TYPE is an enum field_type without FIELD_; ignore_above counts
 * UTF-16 units, 0 where the type has no such limit.
 *
 * The order is the order in the JSON text. Fields that share a parent stand together, a field is
 * never also the parent of another unless it is an OBJECT or NESTED row, and such a row stands
 * directly before its leaves (a test checks this). OBJECT and NESTED rows are arrays of objects;
 * plain parents (dns, dns.question) have no row. */
#ifndef DNSIGHT_DOCUMENT_FIELD_LIST_H
#define DNSIGHT_DOCUMENT_FIELD_LIST_H

/* clang-format off */
#define FIELD_LIST(FIELD) \
    FIELD(TIMESTAMP, "@timestamp", DATE, 0) \
    FIELD(EVENT_ACTION, "event.action", KEYWORD, 1024) \
    FIELD(EVENT_CATEGORY, "event.category", KEYWORD, 1024) \
    FIELD(EVENT_DATASET, "event.dataset", CONSTANT_KEYWORD, 0) \
    FIELD(EVENT_DURATION, "event.duration", LONG, 0) \
    FIELD(EVENT_END, "event.end", DATE_NANOS, 0) \
    FIELD(EVENT_ID, "event.id", KEYWORD, 1024) \
    FIELD(EVENT_KIND, "event.kind", KEYWORD, 1024) \
    FIELD(EVENT_OUTCOME, "event.outcome", KEYWORD, 1024) \
    FIELD(EVENT_START, "event.start", DATE_NANOS, 0) \
    FIELD(EVENT_TYPE, "event.type", KEYWORD, 1024) \
    FIELD(DNS_ADDITIONALS, "dns.additionals", OBJECT, 0) \
    FIELD(DNS_ADDITIONALS_CLASS, "dns.additionals.class", KEYWORD, 1024) \
    FIELD(DNS_ADDITIONALS_DATA, "dns.additionals.data", KEYWORD, 8191) \
    FIELD(DNS_ADDITIONALS_NAME, "dns.additionals.name", KEYWORD, 1024) \
    FIELD(DNS_ADDITIONALS_TTL, "dns.additionals.ttl", LONG, 0) \
    FIELD(DNS_ADDITIONALS_TYPE, "dns.additionals.type", KEYWORD, 1024) \
    FIELD(DNS_ADDITIONALS_COUNT, "dns.additionals_count", LONG, 0) \
    FIELD(DNS_ANSWERS, "dns.answers", OBJECT, 0) \
    FIELD(DNS_ANSWERS_CLASS, "dns.answers.class", KEYWORD, 1024) \
    FIELD(DNS_ANSWERS_DATA, "dns.answers.data", KEYWORD, 8191) \
    FIELD(DNS_ANSWERS_NAME, "dns.answers.name", KEYWORD, 1024) \
    FIELD(DNS_ANSWERS_TTL, "dns.answers.ttl", LONG, 0) \
    FIELD(DNS_ANSWERS_TYPE, "dns.answers.type", KEYWORD, 1024) \
    FIELD(DNS_ANSWERS_COUNT, "dns.answers_count", LONG, 0) \
    FIELD(DNS_AUTHORITIES, "dns.authorities", OBJECT, 0) \
    FIELD(DNS_AUTHORITIES_CLASS, "dns.authorities.class", KEYWORD, 1024) \
    FIELD(DNS_AUTHORITIES_DATA, "dns.authorities.data", KEYWORD, 8191) \
    FIELD(DNS_AUTHORITIES_NAME, "dns.authorities.name", KEYWORD, 1024) \
    FIELD(DNS_AUTHORITIES_TTL, "dns.authorities.ttl", LONG, 0) \
    FIELD(DNS_AUTHORITIES_TYPE, "dns.authorities.type", KEYWORD, 1024) \
    FIELD(DNS_AUTHORITIES_COUNT, "dns.authorities_count", LONG, 0) \
    FIELD(DNS_FLAGS_AUTHENTIC_DATA, "dns.flags.authentic_data", BOOLEAN, 0) \
    FIELD(DNS_FLAGS_AUTHORITATIVE, "dns.flags.authoritative", BOOLEAN, 0) \
    FIELD(DNS_FLAGS_CHECKING_DISABLED, "dns.flags.checking_disabled", BOOLEAN, 0) \
    FIELD(DNS_FLAGS_RECURSION_AVAILABLE, "dns.flags.recursion_available", BOOLEAN, 0) \
    FIELD(DNS_FLAGS_RECURSION_DESIRED, "dns.flags.recursion_desired", BOOLEAN, 0) \
    FIELD(DNS_FLAGS_TRUNCATED_RESPONSE, "dns.flags.truncated_response", BOOLEAN, 0) \
    FIELD(DNS_HEADER_FLAGS, "dns.header_flags", KEYWORD, 1024) \
    FIELD(DNS_ID, "dns.id", KEYWORD, 1024) \
    FIELD(DNS_OP_CODE, "dns.op_code", KEYWORD, 1024) \
    FIELD(DNS_OPT_COOKIE, "dns.opt.cookie", KEYWORD, 1024) \
    FIELD(DNS_OPT_DO, "dns.opt.do", BOOLEAN, 0) \
    FIELD(DNS_OPT_EDE_CODE, "dns.opt.ede.code", INTEGER, 0) \
    FIELD(DNS_OPT_EDE_PURPOSE, "dns.opt.ede.purpose", KEYWORD, 1024) \
    FIELD(DNS_OPT_EDE_TEXT, "dns.opt.ede.text", KEYWORD, 1024) \
    FIELD(DNS_OPT_EXT_RCODE, "dns.opt.ext_rcode", KEYWORD, 1024) \
    FIELD(DNS_OPT_NSID, "dns.opt.nsid", KEYWORD, 1024) \
    FIELD(DNS_OPT_SUBNET, "dns.opt.subnet", KEYWORD, 1024) \
    FIELD(DNS_OPT_UDP_SIZE, "dns.opt.udp_size", LONG, 0) \
    FIELD(DNS_OPT_VERSION, "dns.opt.version", KEYWORD, 1024) \
    FIELD(DNS_QUESTION_CLASS, "dns.question.class", KEYWORD, 1024) \
    FIELD(DNS_QUESTION_NAME, "dns.question.name", KEYWORD, 1024) \
    FIELD(DNS_QUESTION_REGISTERED_DOMAIN, "dns.question.registered_domain", KEYWORD, 1024) \
    FIELD(DNS_QUESTION_SUBDOMAIN, "dns.question.subdomain", KEYWORD, 1024) \
    FIELD(DNS_QUESTION_TOP_LEVEL_DOMAIN, "dns.question.top_level_domain", KEYWORD, 1024) \
    FIELD(DNS_QUESTION_TYPE, "dns.question.type", KEYWORD, 1024) \
    FIELD(DNS_RESOLVED_IP, "dns.resolved_ip", IP, 0) \
    FIELD(DNS_RESPONSE_CODE, "dns.response_code", KEYWORD, 1024) \
    FIELD(DNS_SOA_MINIMUM, "dns.soa.minimum", LONG, 0) \
    FIELD(DNS_SOA_MNAME, "dns.soa.mname", KEYWORD, 1024) \
    FIELD(DNS_SOA_NAME, "dns.soa.name", KEYWORD, 1024) \
    FIELD(DNS_SOA_RNAME, "dns.soa.rname", KEYWORD, 1024) \
    FIELD(DNS_SOA_TTL, "dns.soa.ttl", LONG, 0) \
    FIELD(DNS_TYPE, "dns.type", KEYWORD, 1024) \
    FIELD(RRSETS, "rrsets", NESTED, 0) \
    FIELD(RRSETS_CLASS, "rrsets.class", KEYWORD, 1024) \
    FIELD(RRSETS_COUNT, "rrsets.count", INTEGER, 0) \
    FIELD(RRSETS_IP, "rrsets.ip", IP, 0) \
    FIELD(RRSETS_NAME, "rrsets.name", KEYWORD, 1024) \
    FIELD(RRSETS_RDATA, "rrsets.rdata", KEYWORD, 8191) \
    FIELD(RRSETS_TARGET, "rrsets.target", KEYWORD, 1024) \
    FIELD(RRSETS_TTL, "rrsets.ttl", LONG, 0) \
    FIELD(RRSETS_TYPE, "rrsets.type", KEYWORD, 1024) \
    FIELD(LOOKUP_CAPTURE_POINTS, "lookup.capture.points", KEYWORD, 1024) \
    FIELD(LOOKUP_CAPTURE_SOURCE, "lookup.capture.source", KEYWORD, 1024) \
    FIELD(LOOKUP_CLIENT_WORKLOAD, "lookup.client.workload", KEYWORD, 1024) \
    FIELD(LOOKUP_CONFLICTING, "lookup.conflicting", BOOLEAN, 0) \
    FIELD(LOOKUP_COUNT, "lookup.count", LONG, 0) \
    FIELD(LOOKUP_DEFECTS, "lookup.defects", KEYWORD, 1024) \
    FIELD(LOOKUP_DROP_COUNT, "lookup.drop.count", LONG, 0) \
    FIELD(LOOKUP_DROP_HOOK, "lookup.drop.hook", KEYWORD, 1024) \
    FIELD(LOOKUP_DROP_POLICY, "lookup.drop.policy", KEYWORD, 1024) \
    FIELD(LOOKUP_DROP_REASON, "lookup.drop.reason", KEYWORD, 1024) \
    FIELD(LOOKUP_EDGE, "lookup.edge", KEYWORD, 1024) \
    FIELD(LOOKUP_ICMP_IP, "lookup.icmp.ip", IP, 0) \
    FIELD(LOOKUP_ICMP_REASON, "lookup.icmp.reason", KEYWORD, 1024) \
    FIELD(LOOKUP_LATE, "lookup.late", BOOLEAN, 0) \
    FIELD(LOOKUP_LATENCY, "lookup.latency", HISTOGRAM, 0) \
    FIELD(LOOKUP_LATENCY_MAX, "lookup.latency_max", LONG, 0) \
    FIELD(LOOKUP_LATENCY_MEAN, "lookup.latency_mean", LONG, 0) \
    FIELD(LOOKUP_LATENCY_MIN, "lookup.latency_min", LONG, 0) \
    FIELD(LOOKUP_LEG, "lookup.leg", KEYWORD, 1024) \
    FIELD(LOOKUP_NETWORK_TIME, "lookup.network_time", LONG, 0) \
    FIELD(LOOKUP_RESPONSES, "lookup.responses", LONG, 0) \
    FIELD(LOOKUP_RESULT, "lookup.result", KEYWORD, 1024) \
    FIELD(LOOKUP_RETRANSMITS, "lookup.retransmits", LONG, 0) \
    FIELD(LOOKUP_RR_TYPES, "lookup.rr_types", KEYWORD, 1024) \
    FIELD(LOOKUP_SCOPE, "lookup.scope", KEYWORD, 1024) \
    FIELD(LOOKUP_SEARCH_EXPANDED, "lookup.search.expanded", BOOLEAN, 0) \
    FIELD(LOOKUP_SEARCH_ORIGINAL, "lookup.search.original", KEYWORD, 1024) \
    FIELD(LOOKUP_SEARCH_STEP, "lookup.search.step", INTEGER, 0) \
    FIELD(LOOKUP_SEARCH_SUFFIX, "lookup.search.suffix", KEYWORD, 1024) \
    FIELD(LOOKUP_SERVER_WORKLOAD, "lookup.server.workload", KEYWORD, 1024) \
    FIELD(LOOKUP_SERVER_TIME, "lookup.server_time", LONG, 0) \
    FIELD(LOOKUP_TCP_FALLBACK, "lookup.tcp_fallback", BOOLEAN, 0) \
    FIELD(LOOKUP_TTL_MAX, "lookup.ttl_max", LONG, 0) \
    FIELD(LOOKUP_TTL_MIN, "lookup.ttl_min", LONG, 0) \
    FIELD(LOOKUP_UPSTREAM_ATTEMPTS, "lookup.upstream.attempts", LONG, 0) \
    FIELD(LOOKUP_UPSTREAM_BYTES_IN, "lookup.upstream.bytes_in", LONG, 0) \
    FIELD(LOOKUP_UPSTREAM_DURATION, "lookup.upstream.duration", LONG, 0) \
    FIELD(LOOKUP_UPSTREAM_IP, "lookup.upstream.ip", IP, 0) \
    FIELD(LOOKUP_UPSTREAM_RESPONSE_CODE, "lookup.upstream.response_code", KEYWORD, 1024) \
    FIELD(SOURCE_BYTES, "source.bytes", LONG, 0) \
    FIELD(SOURCE_IP, "source.ip", IP, 0) \
    FIELD(SOURCE_NAT_IP, "source.nat.ip", IP, 0) \
    FIELD(SOURCE_PACKETS, "source.packets", LONG, 0) \
    FIELD(SOURCE_PORT, "source.port", LONG, 0) \
    FIELD(DESTINATION_BYTES, "destination.bytes", LONG, 0) \
    FIELD(DESTINATION_IP, "destination.ip", IP, 0) \
    FIELD(DESTINATION_NAT_IP, "destination.nat.ip", IP, 0) \
    FIELD(DESTINATION_NAT_PORT, "destination.nat.port", LONG, 0) \
    FIELD(DESTINATION_PACKETS, "destination.packets", LONG, 0) \
    FIELD(DESTINATION_PORT, "destination.port", LONG, 0) \
    FIELD(CLIENT_BYTES, "client.bytes", LONG, 0) \
    FIELD(CLIENT_IP, "client.ip", IP, 0) \
    FIELD(CLIENT_LABELS, "client.labels", KEYWORD, 1024) \
    FIELD(CLIENT_NAT_IP, "client.nat.ip", IP, 0) \
    FIELD(CLIENT_PACKETS, "client.packets", LONG, 0) \
    FIELD(CLIENT_PORT, "client.port", LONG, 0) \
    FIELD(SERVER_BYTES, "server.bytes", LONG, 0) \
    FIELD(SERVER_IP, "server.ip", IP, 0) \
    FIELD(SERVER_KUBERNETES_NAMESPACE, "server.kubernetes.namespace", KEYWORD, 1024) \
    FIELD(SERVER_KUBERNETES_NODE_NAME, "server.kubernetes.node.name", KEYWORD, 1024) \
    FIELD(SERVER_KUBERNETES_POD_NAME, "server.kubernetes.pod.name", KEYWORD, 1024) \
    FIELD(SERVER_NAT_IP, "server.nat.ip", IP, 0) \
    FIELD(SERVER_NAT_PORT, "server.nat.port", LONG, 0) \
    FIELD(SERVER_PACKETS, "server.packets", LONG, 0) \
    FIELD(SERVER_PORT, "server.port", LONG, 0) \
    FIELD(SERVER_SERVICE_NAME, "server.service.name", KEYWORD, 1024) \
    FIELD(SERVER_SERVICE_NAMESPACE, "server.service.namespace", KEYWORD, 1024) \
    FIELD(NETWORK_BYTES, "network.bytes", LONG, 0) \
    FIELD(NETWORK_COMMUNITY_ID, "network.community_id", KEYWORD, 1024) \
    FIELD(NETWORK_DIRECTION, "network.direction", KEYWORD, 1024) \
    FIELD(NETWORK_PROTOCOL, "network.protocol", KEYWORD, 1024) \
    FIELD(NETWORK_TRANSPORT, "network.transport", KEYWORD, 1024) \
    FIELD(NETWORK_TYPE, "network.type", KEYWORD, 1024) \
    FIELD(NETWORK_VLAN_ID, "network.vlan.id", KEYWORD, 1024) \
    FIELD(RELATED_HOSTS, "related.hosts", KEYWORD, 1024) \
    FIELD(RELATED_IP, "related.ip", IP, 0) \
    FIELD(KUBERNETES_CONTAINER_NAME, "kubernetes.container.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_CRONJOB_NAME, "kubernetes.cronjob.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_DAEMONSET_NAME, "kubernetes.daemonset.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_DEPLOYMENT_NAME, "kubernetes.deployment.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_JOB_NAME, "kubernetes.job.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_LABELS, "kubernetes.labels", FLATTENED, 0) \
    FIELD(KUBERNETES_NAMESPACE, "kubernetes.namespace", KEYWORD, 1024) \
    FIELD(KUBERNETES_NODE_NAME, "kubernetes.node.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_POD_IP, "kubernetes.pod.ip", IP, 0) \
    FIELD(KUBERNETES_POD_NAME, "kubernetes.pod.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_POD_UID, "kubernetes.pod.uid", KEYWORD, 1024) \
    FIELD(KUBERNETES_REPLICASET_NAME, "kubernetes.replicaset.name", KEYWORD, 1024) \
    FIELD(KUBERNETES_STATEFULSET_NAME, "kubernetes.statefulset.name", KEYWORD, 1024) \
    FIELD(CONTAINER_ID, "container.id", KEYWORD, 1024) \
    FIELD(CONTAINER_IMAGE_NAME, "container.image.name", KEYWORD, 1024) \
    FIELD(CONTAINER_NAME, "container.name", KEYWORD, 1024) \
    FIELD(PROCESS_EXECUTABLE, "process.executable", KEYWORD, 1024) \
    FIELD(PROCESS_NAME, "process.name", KEYWORD, 1024) \
    FIELD(PROCESS_PID, "process.pid", LONG, 0) \
    FIELD(HOST_NAME, "host.name", KEYWORD, 1024) \
    FIELD(OBSERVER_HOSTNAME, "observer.hostname", KEYWORD, 1024) \
    FIELD(OBSERVER_INGRESS_INTERFACE_NAME, "observer.ingress.interface.name", KEYWORD, 1024) \
    FIELD(OBSERVER_PRODUCT, "observer.product", KEYWORD, 1024) \
    FIELD(OBSERVER_VERSION, "observer.version", KEYWORD, 1024) \
    FIELD(ORCHESTRATOR_CLUSTER_NAME, "orchestrator.cluster.name", KEYWORD, 1024) \
    FIELD(ORCHESTRATOR_TYPE, "orchestrator.type", KEYWORD, 1024) \
    FIELD(AGENT_ID, "agent.id", KEYWORD, 1024) \
    FIELD(AGENT_NAME, "agent.name", KEYWORD, 1024) \
    FIELD(AGENT_TYPE, "agent.type", KEYWORD, 1024) \
    FIELD(AGENT_VERSION, "agent.version", KEYWORD, 1024) \
    FIELD(DATA_STREAM_DATASET, "data_stream.dataset", CONSTANT_KEYWORD, 0) \
    FIELD(DATA_STREAM_NAMESPACE, "data_stream.namespace", CONSTANT_KEYWORD, 0) \
    FIELD(DATA_STREAM_TYPE, "data_stream.type", CONSTANT_KEYWORD, 0) \
    FIELD(ECS_VERSION, "ecs.version", KEYWORD, 1024)
/* clang-format on */

/* Fields that are lists by nature: written as an array even with one value, so that a reader of
 * the JSON text finds the same shape in every document. LIST_FIELD(NAME) */
#define LIST_FIELD_LIST(LIST_FIELD)   \
    LIST_FIELD(EVENT_CATEGORY)        \
    LIST_FIELD(EVENT_TYPE)            \
    LIST_FIELD(DNS_HEADER_FLAGS)      \
    LIST_FIELD(DNS_RESOLVED_IP)       \
    LIST_FIELD(RRSETS_RDATA)          \
    LIST_FIELD(RRSETS_IP)             \
    LIST_FIELD(RRSETS_TARGET)         \
    LIST_FIELD(LOOKUP_RR_TYPES)       \
    LIST_FIELD(LOOKUP_CAPTURE_POINTS) \
    LIST_FIELD(LOOKUP_DEFECTS)        \
    LIST_FIELD(CLIENT_LABELS)         \
    LIST_FIELD(RELATED_HOSTS)         \
    LIST_FIELD(RELATED_IP)

#define FIELD_ENUM(name, path, type, ignore_above) DOC_##name,
enum document_field { FIELD_LIST(FIELD_ENUM) DOC_FIELD_COUNT };
#undef FIELD_ENUM

#endif
