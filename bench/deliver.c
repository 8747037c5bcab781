/* What delivery costs: documents that are made already go through batches, compression, the spool
 * and HTTP until the server has acknowledged each of them.
 *
 *     deliver FILE URL [DOCUMENTS]
 *
 * FILE has documents as `dnsightd read` prints them; they are used again until there are DOCUMENTS
 * (1,000,000). Prints CPU seconds (of all threads, user and system), seconds, documents,
 * octets of requests, and KiB of memory beside FILE. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "shipper/delivery/elastic_output.h"

#define DOCUMENTS_DEFAULT 1000000
#define FILE_MAX          ((size_t)1024 * 1024 * 1024)
/* Digits of an identity: as many characters as a real one has. */
#define ID_SIZE 25

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double cpu_s(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

static double clock_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A line of /proc/self/status: "VmRSS:" is the memory now, "VmHWM:" the most so far. */
static long memory_kib(const char *name)
{
    char line[256];
    long kib = 0;
    FILE *const file = fopen("/proc/self/status", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtol(line + strlen(name), NULL, 10);
    }
    if (file != NULL)
        (void)fclose(file);
    return kib;
}

/* Makes "VmHWM:" begin again (proc(5), clear_refs). */
static void forget_most_memory(void)
{
    FILE *const file = fopen("/proc/self/clear_refs", "we");
    if (file != NULL) {
        (void)fputs("5", file);
        (void)fclose(file);
    }
}

static enum status read_file(const char *path, struct buf *text)
{
    FILE *const file = fopen(path, "re");
    size_t got = file == NULL ? 0 : 1;
    while (got > 0) {
        uint8_t *const to = buf_space(text, 65536);
        got = to == NULL ? 0 : fread(to, 1, 65536, file);
        if (got > 0)
            buf_wrote(text, got);
    }
    if (file != NULL)
        (void)fclose(file);
    const struct bytes lines = buf_bytes(text);
    return lines.data != NULL && lines.data[lines.len - 1] == '\n' ? ST_OK : ST_IO;
}

static enum status add_all(struct elastic_output *output, struct bytes lines, size_t count,
                           struct error *err)
{
    enum status status = ST_OK;
    size_t at = 0;
    assert(lines.data != NULL);
    for (size_t i = 0; i < count && status == ST_OK; i++) {
        const uint8_t *const end = memchr(lines.data + at, '\n', lines.len - at);
        const size_t len = (size_t)(end - lines.data) - at;
        char id[ID_SIZE];
        (void)snprintf(id, sizeof id, "%024zu", i);
        status = elastic_output_add(output, SPOOL_ANSWERS, bytes_of(id),
                                    bytes_slice(lines, at, len), err);
        at = at + len + 1 == lines.len ? 0 : at + len + 1;
    }
    return status;
}

static enum status deliver(const char *url, struct bytes lines, size_t count, struct error *err)
{
    const struct elastic_output_options options = {.target = url};
    struct elastic_output *output = NULL;
    struct elastic_counters counters;
    forget_most_memory();
    const long before_kib = memory_kib("VmRSS:");
    const double cpu_before_s = cpu_s();
    const double clock_before_s = clock_s();
    enum status status = elastic_output_open(&options, &output, err);
    if (status == ST_OK)
        status = add_all(output, lines, count, err);
    if (status == ST_OK)
        status = elastic_output_finish(output, err);
    if (status == ST_OK) {
        elastic_output_counters(output, &counters);
        printf("%.3f %.3f %" PRIu64 " %" PRIu64 " %ld\n", cpu_s() - cpu_before_s,
               clock_s() - clock_before_s, counters.created, counters.sent_octets,
               memory_kib("VmHWM:") - before_kib);
    }
    elastic_output_free(output);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4 || http_global_init() != ST_OK) {
        (void)fputs("usage: deliver FILE URL [DOCUMENTS]\n", stderr);
        return 2;
    }
    const size_t count = argc == 4 ? strtoul(argv[3], NULL, 10) : DOCUMENTS_DEFAULT;
    struct error error = {.status = ST_OK};
    struct buf text;
    buf_init(&text, FILE_MAX);
    enum status status = read_file(argv[1], &text);
    if (status != ST_OK)
        (void)error_set(&error, status, "%s cannot be read, or has no lines", argv[1]);
    else
        status = deliver(argv[2], buf_bytes(&text), count, &error);
    if (status != ST_OK)
        (void)fprintf(stderr, "deliver: %s\n", error.text);
    buf_release(&text);
    http_global_release();
    return status == ST_OK ? 0 : 1;
}
