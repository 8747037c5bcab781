#include "shipper/settings/config.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/macros.h"
#include "shipper/settings/config_rows.h"
#include "shipper/settings/example_config.h"

static const char PATH[] = "dnsightd-test.yml";

/* A configuration read from text. */
struct loaded {
    struct config config;
    enum status status;
    struct buf problems;
};

static char folder[64];

static void enter_folder(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/dnsight-config.XXXXXX");
    cr_assert(mkdtemp(folder) != NULL && chdir(folder) == 0);
}

static void leave_folder(void)
{
    (void)unlink(PATH);
    (void)unlink("secret");
    cr_assert(chdir("/") == 0);
    (void)rmdir(folder);
}

TestSuite(config, .init = enter_folder, .fini = leave_folder);

static void put_file(const char *path, const char *text, size_t len, mode_t mode)
{
    FILE *const file = fopen(path, "w");
    cr_assert(file != NULL && fwrite(text, 1, len, file) == len && fclose(file) == 0);
    cr_assert(chmod(path, mode) == 0);
}

static struct loaded *load_octets(const char *text, size_t len)
{
    struct loaded *const l = calloc(1, sizeof *l);
    put_file(PATH, text, len, 0600);
    config_init(&l->config);
    buf_init(&l->problems, 65536);
    l->status = config_load(&l->config, PATH, &l->problems);
    return l;
}

static struct loaded *load(const char *text)
{
    return load_octets(text, strlen(text));
}

static struct loaded *load_well(const char *text)
{
    struct loaded *const l = load(text);
    cr_assert(eq(int, l->status, ST_OK), "%s", buf_text(&l->problems));
    return l;
}

static void expect_text(const char *text, const char *expected)
{
    cr_expect(text != NULL && strcmp(text, expected) == 0, "%s, not %s", text, expected);
}

static void drop(struct loaded *l)
{
    config_release(&l->config);
    buf_release(&l->problems);
    free(l);
}

Test(config, wrong_files_are_explained_with_their_place)
{
    static const struct {
        const char *text;
        const char *problems; /* without the path */
    } CASES[] = {
        {"interface: [eth0]\n", ":1:1: unknown key \"interface\"; did you mean interfaces?\n"},
        {"output.elasticsearch.host: http://a:9200\n",
         ":1:1: unknown key \"output.elasticsearch.host\"; did you mean "
         "output.elasticsearch.hosts?\n"},
        {"output:\n  file:\n    pth: /x\n",
         ":3:5: unknown key \"output.file.pth\"; did you mean output.file.path?\n"},
        {"completely_different: 1\n",
         ":1:1: unknown key \"completely_different\"; dnsightd export config prints all of "
         "them\n"},
        {"nothing_below: {}\n", ":1:1: unknown key \"nothing_below\"; dnsightd export config "
                                "prints all of them\n"},
        {"unknown_one: {completely: 1, different: [2, 3]}\n",
         ":1:1: unknown key \"unknown_one\"; dnsightd export config prints all of them\n"},
        {"ports: 99999\n", ":1:8: ports: \"99999\" is not a port; ports are 1 to 65535\n"},
        {"ports: [53, x]\n", ":1:13: ports: \"x\" is not a port; ports are 1 to 65535\n"},
        {"filter: 'rrsets:{'\n", NULL},
        {"filter: a\nfilter: b\n", ":2:9: filter: there is a value in line 1 already\n"},
        {"http.port: 1\nhttp: {port: 2}\n",
         ":2:14: http.port: there is a value in line 1 already\n"},
        {"output: x\n", ":1:9: output is a section with keys of its own\n"},
        {"host.name: {}\n", ":1:12: host.name has a value, not keys of its own\n"},
        {"logging.level: loud\n",
         ":1:16: logging.level: \"loud\" is not error, warning, info or debug\n"},
        {"shutdown_timeout: 10\n",
         ":1:19: shutdown_timeout: \"10\" is not a duration, for example 30s (units: ms, s, m, h, "
         "d)\n"},
        {"shutdown_timeout: 0s\n",
         ":1:19: shutdown_timeout: \"0s\" is not a duration, for example 30s (units: ms, s, m, h, "
         "d)\n"},
        {"output.file.rotate_interval: 10ms\n",
         ":1:30: output.file.rotate_interval: \"10ms\" is too short\n"},
        {"output.file.max_bytes: 1 XB\n",
         ":1:24: output.file.max_bytes: \"1 XB\" is not a size, for example 64MiB\n"},
        {"output.file.max_bytes: 99999999TiB\n",
         ":1:24: output.file.max_bytes: \"99999999TiB\" is not a size, for example 64MiB\n"},
        {"output.file.rotate_bytes: 1KiB\n",
         ":1:27: output.file.rotate_bytes: \"1KiB\" is too small\n"},
        {"output.elasticsearch.worker: 99\n",
         ":1:30: output.elasticsearch.worker: \"99\" is not a whole number from 1 to 16\n"},
        {"output.elasticsearch.hosts: [localhost:9200]\n",
         ":1:30: output.elasticsearch.hosts: an address begins with https:// or http://\n"},
        {"output.elasticsearch.hosts: ['http://a:99999']\n",
         ":1:30: output.elasticsearch.hosts: not an address (Port number was not a decimal number "
         "between 0 and 65535); expected http://host:9200, https://..., or with /data-stream "
         "behind "
         "it\n"},
        {"output.elasticsearch.hosts: []\n",
         ":1:29: output.elasticsearch.hosts: the list is empty\n"},
        {"interfaces: []\n", ":1:13: interfaces: the list is empty\n"},
        {"http.port: 99999\n",
         ":1:12: http.port: \"99999\" is not a whole number from 1 to 65535\n"},
        {"output.elasticsearch:\n  hosts: ['http://a']\n  username: dnsight\n",
         ":3:13: output.elasticsearch.username: this needs output.elasticsearch.password or "
         "output.elasticsearch.password_file\n"},
        {"setup.kibana: {host: 'http://k', username: u}\n",
         ":1:44: setup.kibana.username: this needs setup.kibana.password or "
         "setup.kibana.password_file\n"},
        {"output.file.path: /x\noutput.elasticsearch.hosts: ['http://a']\n",
         ":1:19: output.file.path: lookups go to one place only, and there is "
         "output.elasticsearch.hosts\n"},
        {"output.file:\n  rotate_bytes: 1GiB\n  max_bytes: 2GiB\n",
         ":3:14: output.file.max_bytes: max_bytes (2048 MiB) must be at least 3 times rotate_bytes "
         "(1024 MiB)\n"},
        {"output.file.rotate_bytes: 500MiB\n",
         ":1:27: output.file.rotate_bytes: max_bytes (1024 MiB) must be at least 3 times "
         "rotate_bytes (500 MiB)\n"},
        {"output.elasticsearch.index: my-index\n",
         ":1:29: output.elasticsearch.index: \"my-index\" is not logs-dnsight.DATASET-NAMESPACE, "
         "in "
         "small letters, digits, dots and underscores\n"},
        {"output.elasticsearch.index: logs-dnsight.a-b-c\n", NULL},
        {"output.elasticsearch.index: logs-dnsight.-b\n", NULL},
        {"output.elasticsearch.index: logs-dnsight.A-b\n", NULL},
        {"http.port: ${DNSIGHT_TEST_UNSET}\n",
         ":1:12: the environment variable DNSIGHT_TEST_UNSET is not set; "
         "${DNSIGHT_TEST_UNSET:text} gives it a default\n"},
        {"filter: ${X\n", ":1:9: } is missing behind ${\n"},
        {"filter: ${}\n", ":1:9: ${} needs the name of an environment variable\n"},
        {"filter: &a x\nhost.name: *a\n",
         ":2:12: aliases are not understood here; write the value again\n"},
        {"a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}\n", NULL},
        {"- interfaces\n", ":1:1: a key and its value are expected: key: value\n"},
        {"interfaces\n", ":1:1: a key and its value are expected: key: value\n"},
        {"ports: [[53]]\n", ":1:9: the items of a list are texts\n"},
        {"ports: [53, ]\n---\nports: [54]\n",
         ":2:1: a second document begins here; only one is read\n"},
        {"filter: a: b\n", ":1:10: a value with \": \" in it needs quotes around it\n"},
        {"filter: [a\n", ":2:1: did not find expected ',' or ']'\n"},
        {"filter: \"a\n", ":2:1: found unexpected end of stream\n"},
        {"\tfilter: a\n", ":1:1: found character that cannot start any token\n"},
        {"output.elasticsearch.api_key_file: /nonexistent/key\n",
         ":1:36: output.elasticsearch.api_key_file: cannot read /nonexistent/key: No such file or "
         "directory\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct loaded *const l = load(CASES[i].text);
        const char *const said = buf_text(&l->problems);
        cr_expect(eq(int, l->status, ST_INVALID), "%s", CASES[i].text);
        cr_expect(strncmp(said, PATH, sizeof PATH - 1) == 0, "%s: %s", CASES[i].text, said);
        if (CASES[i].problems != NULL)
            cr_expect(strcmp(said + sizeof PATH - 1, CASES[i].problems) == 0, "%s: %s",
                      CASES[i].text, said);
        drop(l);
    }
}

Test(config, all_problems_are_said_at_once)
{
    struct loaded *const l = load("prts: [1]\nports: [0]\nlogging: {level: x, format: y}\n"
                                  "output.file.rotate_bytes: 900MiB\n");
    size_t lines = 0;
    for (const char *c = buf_text(&l->problems); *c != '\0'; c++)
        lines += *c == '\n' ? 1 : 0;
    cr_expect(eq(sz, lines, 5), "%s", buf_text(&l->problems));
    drop(l);
}

Test(config, a_wrong_filter_shows_where)
{
    struct loaded *const l = load("\nfilter: 'rrsets:{type:\"CNAME\"'\n");
    const char *const said = buf_text(&l->problems);
    cr_expect(strstr(said, ":2:9: filter: ") != NULL && strstr(said, "\n  rrsets:{") != NULL, "%s",
              said);
    drop(l);
}

Test(config, values_arrive_dotted_and_nested)
{
    struct loaded *const l = load_well("interfaces: [eth0, lo]\n"
                                       "ports: 5353\n"
                                       "any_port: true\n"
                                       "host: {name: a}\n"
                                       "output.elasticsearch:\n"
                                       "  hosts: [https://a:9200, https://b:9200]\n"
                                       "  index: logs-dnsight.lookup-prod\n"
                                       "  ssl.verification_mode: none\n"
                                       "  ssl.certificate_authorities: [/ca]\n"
                                       "  timeout: 2m\n"
                                       "  worker: 3\n"
                                       "  backoff: {init: 500ms, max: 5s}\n"
                                       "spool: {max_bytes: 2GiB, sync: none, policy: block}\n"
                                       "logging: {level: debug, format: json}\n"
                                       "http.port: 9117\n"
                                       "shutdown_timeout: 1m\n");
    const struct config *const c = &l->config;
    cr_expect(eq(sz, c->interface_count, 2));
    expect_text(c->interfaces[1], "lo");
    cr_expect(eq(sz, c->common.port_count, 2));
    cr_expect(eq(u16, c->common.ports[1], 5353));
    cr_expect(eq(int, c->common.any_port, true));
    expect_text(c->common.host, "a");
    cr_expect(eq(sz, c->host_count, 2));
    expect_text(c->hosts[1], "https://b:9200");
    cr_expect(eq(int, (int)c->elastic.http.tls.verification, HTTP_VERIFY_NONE));
    expect_text(c->elastic.http.tls.ca_file, "/ca");
    cr_expect(eq(uint, c->elastic.http.timeout_s, 120));
    cr_expect(eq(uint, c->elastic.workers, 3));
    cr_expect(eq(uint, c->elastic.backoff_init_ms, 500));
    cr_expect(eq(u64, c->elastic.spool.octets_max, UINT64_C(2) << 30));
    cr_expect(eq(int, c->elastic.spool.is_unsynced, true));
    cr_expect(eq(int, (int)c->elastic.spool.policy, SPOOL_BLOCK));
    cr_expect(eq(int, (int)c->log_level, LOG_LEVEL_DEBUG));
    cr_expect(eq(int, (int)c->log_format, LOG_JSON));
    cr_expect(eq(u16, c->http_port, 9117));
    cr_expect(eq(uint, c->shutdown_ms, 60000));
    drop(l);
}

Test(config, an_empty_file_gives_every_default)
{
    static const char *const EMPTY[] = {"", "\n", "# only a comment\n", "---\n",
                                        "output:\nspool:\n"};
    for (size_t i = 0; i < ARRAY_LEN(EMPTY); i++) {
        struct loaded *const l = load_well(EMPTY[i]);
        const struct config none = {.log_level = LOG_LEVEL_INFO};
        (void)unsetenv("DNSIGHT_LOG_DIR");
        config_finish(&l->config, &none);
        expect_text(l->config.common.output, CONFIG_LOG_DIRECTORY);
        expect_text(l->config.interfaces[0], "any");
        cr_expect(eq(uint, l->config.shutdown_ms, 10000));
        drop(l);
    }
}

Test(config, variables_are_put_in)
{
    (void)setenv("DNSIGHT_TEST_NAME", "x", 1);
    (void)setenv("DNSIGHT_TEST_EMPTY", "", 1);
    (void)unsetenv("DNSIGHT_TEST_UNSET");
    struct loaded *const l = load_well("search_domains:\n"
                                       "  - a.${DNSIGHT_TEST_NAME}.${DNSIGHT_TEST_UNSET:b}\n"
                                       "  - ${DNSIGHT_TEST_EMPTY:c:d}\n"
                                       "host.name: $${NAME} $ ${DNSIGHT_TEST_EMPTY}\n");
    static const char *const NAMES[] = {"a.x.b", "c:d"};
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        cr_expect(bytes_is(l->config.common.search_domains[i], NAMES[i]), "%s", NAMES[i]);
    expect_text(l->config.common.host, "${NAME} $ ");
    drop(l);
}

Test(config, the_command_line_wins)
{
    struct loaded *const l = load_well("interfaces: [eth0, eth1]\nports: [1, 2]\nfilter: a\n"
                                       "output.elasticsearch.hosts: ['http://a:9200']\n");
    struct config given;
    struct error err = {0};
    config_init(&given);
    cr_assert(eq(int, config_set_interface(&given, "lo", &err), ST_OK));
    cr_assert(eq(int, common_set_port(&given, "9", &err), ST_OK));
    cr_assert(eq(int, common_set_output(&given, "/x", &err), ST_OK));
    config_finish(&l->config, &given);
    cr_expect(eq(sz, l->config.interface_count, 1));
    expect_text(l->config.interfaces[0], "lo");
    cr_expect(eq(sz, l->config.common.port_count, 2));
    cr_expect(eq(u16, l->config.common.ports[1], 9));
    expect_text(l->config.common.filter, "a");
    expect_text(l->config.common.output, "/x");
    cr_expect(eq(sz, l->config.elastic.host_count, 0));
    config_release(&given);
    drop(l);
}

Test(config, a_secret_is_the_first_line_of_its_file)
{
    put_file("secret", "id:key\r\nmore\n", 13, 0600);
    struct loaded *l = load_well("output.elasticsearch.api_key_file: secret\n");
    expect_text(l->config.elastic.http.api_key, "id:key");
    drop(l);
    put_file("secret", "\n", 1, 0600);
    l = load("output.elasticsearch.api_key_file: secret\n");
    cr_expect(strstr(buf_text(&l->problems), "the first line of secret is empty") != NULL);
    drop(l);
}

Test(config, a_secret_that_everybody_may_read_is_refused)
{
    static const char TEXT[] = "output.elasticsearch.password: x\n";
    drop(load_well(TEXT));
    put_file(PATH, TEXT, sizeof TEXT - 1, 0644);
    struct config config;
    struct buf problems;
    config_init(&config);
    buf_init(&problems, 4096);
    cr_expect(eq(int, config_load(&config, PATH, &problems), ST_INVALID));
    cr_expect(strstr(buf_text(&problems), "chmod o= dnsightd-test.yml") != NULL);
    cr_expect(strstr(buf_text(&problems), "password_file") != NULL);
    buf_release(&problems);
    config_release(&config);
}

Test(config, a_missing_file_is_said)
{
    struct config config;
    struct buf problems;
    config_init(&config);
    buf_init(&problems, 4096);
    cr_expect(eq(int, config_load(&config, "/nonexistent/x.yml", &problems), ST_IO));
    expect_text(buf_text(&problems),
                "/nonexistent/x.yml: it cannot be read: No such file or directory\n");
    buf_release(&problems);
    config_release(&config);
}

static void count_difference(void *context, const char *key, bool is_reloadable)
{
    unsigned *const counts = context;
    counts[is_reloadable ? 1 : 0]++;
    cr_expect(strcmp(key, is_reloadable ? "filter" : "ports") == 0, "%s", key);
}

Test(config, differences_are_named_with_what_a_reload_can_do)
{
    struct loaded *const before = load_well("filter: a\nports: [1]\nhost.name: x\n");
    struct loaded *const after = load_well("filter: b\nports: [1, 2]\nhost: {name: x}\n");
    unsigned counts[2] = {0};
    config_compare(&before->config, &after->config, count_difference, counts);
    cr_expect(eq(uint, counts[0], 1));
    cr_expect(eq(uint, counts[1], 1));
    drop(before);
    drop(after);
}

static void take_difference(void *context, const char *key, bool is_reloadable)
{
    cr_expect(is_reloadable);
    *(const char **)context = key;
}

Test(config, another_secret_in_the_same_file_is_a_difference)
{
    static const char TEXT[] = "output.elasticsearch.api_key_file: secret\n"
                               "setup.kibana.password: x\n";
    const char *key = "";
    put_file("secret", "id:old\n", 7, 0600);
    struct loaded *const before = load_well(TEXT);
    struct loaded *const again = load_well(TEXT);
    put_file("secret", "id:new\n", 7, 0600);
    struct loaded *const after = load_well(TEXT);
    config_compare(&before->config, &again->config, take_difference, &key);
    expect_text(key, "");
    config_compare(&before->config, &after->config, take_difference, &key);
    expect_text(key, "output.elasticsearch.api_key_file");
    drop(before);
    drop(again);
    drop(after);
}

/* The lines of the example that set something, "#key: value", each as a file of its own. */
Test(config, every_key_is_in_the_example_and_every_line_of_it_is_right)
{
    static bool is_shown[CONFIG_KEYS_MAX];
    char *const text = strndup((const char *)example_dnsightd.data, example_dnsightd.len);
    char *rest = text;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] != '#' || line[1] < 'a' || line[1] > 'z')
            continue;
        struct loaded *const l = load(line + 1);
        const char *const said = buf_text(&l->problems);
        const bool is_incomplete = strstr(said, "_file: cannot read /etc/dnsight/") != NULL ||
                                   strstr(said, "username: this needs ") != NULL;
        cr_expect(l->status == ST_OK || is_incomplete, "%s: %s", line, said);
        for (size_t i = 0; i < config_row_count; i++)
            is_shown[i] = is_shown[i] || l->config.given[i].text.data != NULL;
        drop(l);
    }
    for (size_t i = 0; i < config_row_count; i++)
        cr_expect(is_shown[i], "%s is not in the example", config_rows[i].key);
    free(text);
}

Test(config, every_prefix_is_read_or_explained)
{
    static const char TEXT[] =
        "interfaces: [eth0, \"lo\"]\noutput:\n  file: {path: /x, rotate_bytes: "
        "64KiB}\nhost.name: ${X:y}\n";
    for (size_t len = 0; len < sizeof TEXT; len++) {
        struct loaded *const l = load_octets(TEXT, len);
        const bool is_right = l->status == ST_OK;
        cr_expect(is_right == (l->problems.len == 0), "%zu", len);
        drop(l);
    }
}
