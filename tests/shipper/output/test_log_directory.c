#include "shipper/output/log_directory.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "core/base/buf.h"
#include "core/base/macros.h"
#include "shipper/output/log_files.h"

/* Each test has a folder of its own. */
static char folder[64];

static void make_folder(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/dnsight-log.XXXXXX");
    cr_assert(mkdtemp(folder) != NULL);
}

static const char *path_of(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void remove_folder(void)
{
    DIR *const listing = opendir(folder);
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing))
        (void)unlink(path_of(entry->d_name));
    (void)closedir(listing);
    (void)rmdir(folder);
}

TestSuite(log_directory, .init = make_folder, .fini = remove_folder);

static struct log_directory *open_directory(struct log_directory_options options)
{
    struct log_directory *directory = NULL;
    struct error err = {0};
    options.path = folder;
    cr_assert(eq(int, log_directory_open(&options, &directory, &err), ST_OK), "%s", err.text);
    return directory;
}

static void add(struct log_directory *directory, const char *line)
{
    struct error err = {0};
    cr_assert(eq(int, log_directory_add(directory, bytes_of(line), &err), ST_OK), "%s", err.text);
}

static void flush(struct log_directory *directory)
{
    struct error err = {0};
    cr_assert(eq(int, log_directory_flush(directory, &err), ST_OK), "%s", err.text);
}

static void end(struct log_directory *directory)
{
    struct error err = {0};
    cr_assert(eq(int, log_directory_close(directory, &err), ST_OK), "%s", err.text);
}

static void put_file(const char *name, const char *text)
{
    FILE *const file = fopen(path_of(name), "w");
    cr_assert(file != NULL);
    cr_assert(fputs(text, file) >= 0 && fclose(file) == 0);
}

/* The content of a file, unpacked; NULL if there is none. */
static const char *content(const char *name)
{
    static char text[1 << 20];
    static char packed[1 << 20];
    FILE *const file = fopen(path_of(name), "r");
    if (file == NULL)
        return NULL;
    size_t len = fread(packed, 1, sizeof packed - 1, file);
    (void)fclose(file);
    const char *const dot = strrchr(name, '.');
    if (strcmp(dot, ".zst") == 0) {
        const size_t got = ZSTD_decompress(text, sizeof text - 1, packed, len);
        cr_assert(ZSTD_isError(got) == 0, "%s: %s", name, ZSTD_getErrorName(got));
        len = got;
    } else {
        memcpy(text, packed, len);
    }
    text[len] = '\0';
    return text;
}

static bool exists(const char *name)
{
    return access(path_of(name), F_OK) == 0;
}

static bool is_missing(const char *name)
{
    return !exists(name);
}

/* Waits for the thread that compresses; it needs no more than moments. */
static void wait_for(const char *name)
{
    for (int i = 0; i < 1000 && !exists(name); i++)
        (void)usleep(10000);
    cr_assert(exists(name), "%s", name);
}

static void expect_content(const char *name, const char *expected)
{
    const char *const text = content(name);
    cr_assert(text != NULL, "%s is missing", name);
    cr_expect(strcmp(text, expected) == 0, "%s: %s", name, text);
}

/* A document of that many octets. */
static const char *document(char letter, size_t len)
{
    static char text[1 << 20];
    memset(text, letter, len);
    text[len] = '\0';
    return text;
}

#define KIB ((size_t)1024)

Test(log_directory, lines_are_there_after_a_flush)
{
    struct log_directory *const directory = open_directory((struct log_directory_options){0});
    add(directory, "{\"a\":1}");
    expect_content("lookups-000001.ndjson", "");
    flush(directory);
    expect_content("lookups-000001.ndjson", "{\"a\":1}\n");
    add(directory, "{\"a\":2}");
    const struct log_directory_counters *const counters = log_directory_counters(directory);
    cr_expect(eq(u64, counters->written, 1));
    cr_expect(eq(u64, counters->octets, 8));
    end(directory);
    expect_content("lookups-000001.ndjson", "{\"a\":1}\n{\"a\":2}\n");
}

Test(log_directory, a_reopened_file_is_continued)
{
    struct log_directory *directory = open_directory((struct log_directory_options){0});
    add(directory, "1");
    end(directory);
    directory = open_directory((struct log_directory_options){0});
    add(directory, "2");
    end(directory);
    expect_content("lookups-000001.ndjson", "1\n2\n");
    cr_expect(is_missing("lookups-000002.ndjson"));
}

Test(log_directory, a_full_file_is_finished_and_compressed)
{
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.file_max = 64 * KIB});
    for (int i = 0; i < 5; i++) {
        add(directory, document((char)('a' + i), 30 * KIB));
        flush(directory);
    }
    wait_for("lookups-000002.ndjson.zst");
    cr_expect(eq(u64, log_directory_counters(directory)->files_finished, 2));
    end(directory);
    cr_expect(eq(sz, strlen(content("lookups-000001.ndjson.zst")), 2 * (30 * KIB + 1)));
    cr_expect(eq(sz, strlen(content("lookups-000003.ndjson")), 30 * KIB + 1));
    cr_expect(is_missing("lookups-000001.ndjson") && is_missing("lookups-000001.partial"));
}

Test(log_directory, files_stay_plain_if_that_is_wanted)
{
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.file_max = 64 * KIB, .is_plain = true});
    for (int i = 0; i < 3; i++) {
        add(directory, document('a', 40 * KIB));
        flush(directory);
    }
    end(directory);
    cr_expect(exists("lookups-000001.ndjson") && exists("lookups-000003.ndjson"));
    cr_expect(is_missing("lookups-000001.ndjson.zst"));
}

Test(log_directory, an_old_file_is_finished)
{
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.age_max_s = 1, .is_plain = true});
    add(directory, "1");
    flush(directory);
    cr_expect(is_missing("lookups-000002.ndjson"));
    for (int i = 0; i < 500 && !exists("lookups-000002.ndjson"); i++) {
        (void)usleep(10000);
        flush(directory);
    }
    add(directory, "2");
    end(directory);
    expect_content("lookups-000001.ndjson", "1\n");
    expect_content("lookups-000002.ndjson", "2\n");
}

Test(log_directory, an_old_file_without_lines_stays)
{
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.age_max_s = 1});
    (void)usleep(2100000);
    flush(directory);
    cr_expect(is_missing("lookups-000002.ndjson"));
    end(directory);
}

/* Octets of all files but the lock. */
static uint64_t octets_now(void)
{
    uint64_t octets = 0;
    DIR *const listing = opendir(folder);
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        struct stat stat;
        if (strncmp(entry->d_name, "lookups", 7) == 0 &&
            fstatat(dirfd(listing), entry->d_name, &stat, 0) == 0)
            octets += (uint64_t)stat.st_size;
    }
    (void)closedir(listing);
    return octets;
}

/* Documents that cannot be compressed, so that the compressed files need all of their room. */
static const char *noise(unsigned seed)
{
    static char text[20 * 1024 + 1];
    for (size_t i = 0; i < sizeof text - 1; i++) {
        seed = seed * 1103515245 + 12345;
        text[i] = (char)('!' + (seed >> 16) % 90);
    }
    return text;
}

Test(log_directory, the_total_is_never_exceeded)
{
    const uint64_t total = 400 * KIB;
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.file_max = 64 * KIB, .total_max = total});
    for (unsigned i = 0; i < 200; i++) {
        add(directory, noise(i));
        flush(directory);
        cr_assert(octets_now() <= total, "%llu octets", (unsigned long long)octets_now());
    }
    cr_expect(log_directory_counters(directory)->files_deleted > 0);
    end(directory);
    cr_expect(is_missing("lookups-000001.ndjson.zst") && !exists("lookups-000001.ndjson"));
    cr_expect(exists("lookups-000067.ndjson"));
}

Test(log_directory, a_total_without_room_for_the_files_is_refused)
{
    struct log_directory *directory = NULL;
    struct error err = {0};
    const struct log_directory_options options = {
        .path = folder, .file_max = 64 * KIB, .total_max = 191 * KIB};
    cr_expect(eq(int, log_directory_open(&options, &directory, &err), ST_INVALID));
    cr_expect(strstr(err.text, "65536") != NULL, "%s", err.text);
}

Test(log_directory, what_a_killed_process_left_is_tidied_up)
{
    struct log_directory *directory = open_directory((struct log_directory_options){0});
    add(directory, "whole");
    end(directory);
    cr_assert(eq(int, rename(path_of("lookups-000001.ndjson"), "/tmp/dnsight-log.moved"), 0));
    put_file("lookups-000001.partial", "half of a compressed file");
    put_file("lookups-000002.ndjson", "one\ntw");
    cr_assert(eq(int, rename("/tmp/dnsight-log.moved", path_of("lookups-000001.ndjson")), 0));
    directory = open_directory((struct log_directory_options){0});
    wait_for("lookups-000001.ndjson.zst");
    expect_content("lookups-000002.ndjson", "one\n");
    add(directory, "two");
    end(directory);
    expect_content("lookups-000001.ndjson.zst", "whole\n");
    expect_content("lookups-000002.ndjson", "one\ntwo\n");
    cr_expect(is_missing("lookups-000001.partial") && !exists("lookups-000001.ndjson"));
}

Test(log_directory, a_plain_file_goes_when_its_compressed_form_is_there)
{
    struct log_directory *directory =
        open_directory((struct log_directory_options){.file_max = 64 * KIB});
    for (int i = 0; i < 2; i++)
        add(directory, document('a', 60 * KIB));
    wait_for("lookups-000001.ndjson.zst");
    end(directory);
    put_file("lookups-000001.ndjson", "killed before this was deleted\n");
    directory = open_directory((struct log_directory_options){0});
    cr_expect(is_missing("lookups-000001.ndjson"));
    end(directory);
}

Test(log_directory, numbers_go_on_behind_compressed_files)
{
    put_file("lookups-000007.ndjson.zst", "");
    struct log_directory *const directory = open_directory((struct log_directory_options){0});
    add(directory, "8");
    end(directory);
    expect_content("lookups-000008.ndjson", "8\n");
}

Test(log_directory, files_of_others_are_left_alone)
{
    put_file("lookups-1.ndjson", "not ours");
    put_file("lookups-000001.ndjson.gz", "not ours");
    put_file("notes", "not ours");
    struct log_files files;
    struct error err = {0};
    const int opened = open(folder, O_RDONLY | O_DIRECTORY);
    cr_assert(eq(int, log_files_list(opened, folder, UINT32_MAX, &files, &err), ST_OK));
    cr_expect(eq(u64, files.octets, 0));
    cr_expect(eq(uint, files.newest, 0));
    (void)close(opened);
}

Test(log_directory, two_writers_are_refused)
{
    struct log_directory *const directory = open_directory((struct log_directory_options){0});
    struct log_directory *second = NULL;
    struct error err = {0};
    const struct log_directory_options options = {.path = folder};
    cr_expect(eq(int, log_directory_open(&options, &second, &err), ST_IO));
    cr_expect(strstr(err.text, "in use") != NULL, "%s", err.text);
    end(directory);
}

Test(log_directory, with_a_log_a_failure_costs_lines_and_not_the_program)
{
    struct log *log = NULL;
    const int sink = open("/dev/null", O_WRONLY);
    const struct log_options log_options = {.descriptor = sink, .level = LOG_LEVEL_INFO};
    cr_assert(eq(int, log_new(&log_options, &log), ST_OK));
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.file_max = 64 * KIB, .log = log});
    /* A folder where the next file should be. */
    cr_assert(eq(int, mkdir(path_of("lookups-000002.ndjson"), 0700), 0));
    add(directory, document('a', 60 * KIB));
    add(directory, document('b', 60 * KIB));
    cr_expect(eq(u64, log_directory_counters(directory)->dropped, 1));
    cr_expect(eq(u64, log_directory_counters(directory)->failures, 1));
    cr_assert(eq(int, rmdir(path_of("lookups-000002.ndjson")), 0));
    add(directory, document('c', 60 * KIB));
    cr_expect(eq(u64, log_directory_counters(directory)->written, 2));
    end(directory);
    log_free(log);
    (void)close(sink);
    cr_expect(eq(int, content("lookups-000002.ndjson")[0], 'c'));
}

/* The largest file that this process may write: what is beyond fails, as on a full disk. */
static void limit_files(rlim_t octets)
{
    struct rlimit limit;
    cr_assert(eq(int, getrlimit(RLIMIT_FSIZE, &limit), 0));
    limit.rlim_cur = octets;
    cr_assert(eq(int, setrlimit(RLIMIT_FSIZE, &limit), 0));
}

Test(log_directory, a_write_that_fails_in_the_middle_leaves_no_half_line)
{
    struct log *log = NULL;
    const int sink = open("/dev/null", O_WRONLY);
    const struct log_options log_options = {.descriptor = sink, .level = LOG_LEVEL_INFO};
    cr_assert(eq(int, log_new(&log_options, &log), ST_OK));
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.log = log});
    (void)signal(SIGXFSZ, SIG_IGN);
    add(directory, document('a', 10 * KIB));
    flush(directory);
    limit_files(15 * KIB);
    add(directory, document('b', 2 * KIB));
    add(directory, document('c', 10 * KIB));
    flush(directory);
    cr_expect(eq(u64, log_directory_counters(directory)->dropped, 1));
    cr_expect(eq(u64, log_directory_counters(directory)->written, 2));
    cr_expect(eq(u64, log_directory_counters(directory)->octets, 12 * KIB + 2));
    /* With nothing to write nobody knows whether it could be written. */
    flush(directory);
    cr_expect(log_directory_counters(directory)->is_failing);
    limit_files(RLIM_INFINITY);
    add(directory, document('d', 1 * KIB));
    flush(directory);
    cr_expect(eq(int, log_directory_counters(directory)->is_failing, false));
    end(directory);
    log_free(log);
    (void)close(sink);
    /* The line that was whole stays. */
    const char *const text = content("lookups-000001.ndjson");
    const char *const behind = text + 10 * KIB + 1;
    cr_expect(eq(sz, strlen(text), 13 * KIB + 3));
    cr_expect(eq(int, behind[0], 'b'));
    cr_expect(eq(int, behind[2 * KIB + 1], 'd'));
}

Test(log_directory, without_a_log_a_failure_is_one)
{
    struct log_directory *const directory =
        open_directory((struct log_directory_options){.file_max = 64 * KIB});
    cr_assert(eq(int, mkdir(path_of("lookups-000002.ndjson"), 0700), 0));
    add(directory, document('a', 60 * KIB));
    struct error err = {0};
    cr_expect(
        eq(int, log_directory_add(directory, bytes_of(document('b', 60 * KIB)), &err), ST_IO));
    cr_expect(strstr(err.text, "lookups-000002.ndjson") != NULL, "%s", err.text);
    cr_expect(eq(int, log_directory_close(directory, &err), ST_IO));
    (void)rmdir(path_of("lookups-000002.ndjson"));
}
