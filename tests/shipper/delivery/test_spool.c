#include "shipper/delivery/spool.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shipper/delivery/gzip.h"

/* A folder of its own for every test. */
static char folder[] = "/tmp/dnsight-spool-test.XXXXXX";

static void begin(void)
{
    cr_assert(mkdtemp(folder) != NULL);
}

static void empty_folder(const char *path)
{
    DIR *const listing = opendir(path);
    for (const struct dirent *e = listing == NULL ? NULL : readdir(listing); e != NULL;
         e = readdir(listing)) {
        char inside[512];
        (void)snprintf(inside, sizeof inside, "%s/%s", path, e->d_name);
        if (strcmp(e->d_name, SPOOL_QUARANTINE) == 0)
            empty_folder(inside);
        (void)remove(inside);
    }
    if (listing != NULL)
        (void)closedir(listing);
}

static void end(void)
{
    empty_folder(folder);
    (void)rmdir(folder);
}

TestSuite(spool, .init = begin, .fini = end);

static struct spool *open_with(const struct spool_settings *settings,
                               const struct file_calls *calls)
{
    struct spool *spool = NULL;
    struct error err = {.status = ST_OK};
    cr_assert(spool_open(settings, calls, &spool, &err) == ST_OK, "%s", err.text);
    return spool;
}

static struct spool *open_plain(void)
{
    const struct spool_settings settings = {.path = folder};
    return open_with(&settings, file_calls_real());
}

static enum status add(struct spool *spool, enum spool_kind kind, size_t count)
{
    struct error err;
    return spool_add(spool, kind, count, BYTES_LITERAL("octets of a batch"), &err);
}

static struct spool_batch *take(struct spool *spool, uint64_t now_ms)
{
    uint64_t due = 0;
    return spool_take(spool, now_ms, &due);
}

/* Files in the folder whose names end like that. */
static size_t count_files(const char *path, const char *end_of_name)
{
    DIR *const listing = opendir(path);
    cr_assert(listing != NULL);
    size_t count = 0;
    for (const struct dirent *e = readdir(listing); e != NULL; e = readdir(listing))
        count += bytes_ends_with(bytes_of(e->d_name), bytes_of(end_of_name));
    (void)closedir(listing);
    return count;
}

Test(spool, names_are_read_as_they_are_written)
{
    const struct spool_name name = {.number = 12, .kind = SPOOL_FAILURES, .count = 34};
    char text[SPOOL_NAME_SIZE];
    spool_name_print(&name, text);
    cr_expect_str_eq(text, "0000000000000012.failures-34.bulk.gz");
    struct spool_name read = {0};
    cr_expect(spool_name_parse(text, &read));
    cr_expect(read.number == 12 && read.kind == SPOOL_FAILURES && read.count == 34);
    static const char *const others[] = {
        "",
        ".lock",
        "dead-letters.ndjson",
        "0000000000000012.failures-34.bulk.gz.tmp",
        "12.failures-34.bulk.gz",
        "0000000000000000.failures-34.bulk.gz",
        "0000000000000012.failures-0.bulk.gz",
        "0000000000000012.failures-034.bulk.gz",
        "0000000000000012.others-34.bulk.gz",
        "0000000000000012.bulk.gz",
        "0000000000000012.failures-99999999999.bulk.gz",
        "-000000000000012.failures-34.bulk.gz",
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        cr_expect_not(spool_name_parse(others[i], &read), "%s", others[i]);
}

Test(spool, oldest_goes_first_and_what_is_done_goes_away)
{
    struct spool *const spool = open_plain();
    cr_assert(add(spool, SPOOL_ANSWERS, 1) == ST_OK && add(spool, SPOOL_FAILURES, 2) == ST_OK &&
              add(spool, SPOOL_ANSWERS, 3) == ST_OK);
    cr_expect_eq(spool_stats(spool).documents, 6);
    struct spool_batch *const first = take(spool, 0);
    struct spool_batch *const second = take(spool, 0);
    cr_assert(first != NULL && second != NULL);
    cr_expect_eq(first->name.count, 1);
    cr_expect_eq(second->name.count, 2);
    struct buf body;
    buf_init(&body, (size_t)4 * 1024 * 1024);
    cr_expect(spool_read(spool, second, &body, NULL) == ST_OK);
    cr_expect(bytes_is(buf_bytes(&body), "octets of a batch"));
    buf_release(&body);
    cr_expect(spool_finish(spool, first, NULL) == ST_OK);
    spool_put_back(spool, second, 100);
    struct spool_batch *const third = take(spool, 99);
    cr_assert(third != NULL);
    cr_expect_eq(third->name.count, 3, "the second is not due");
    uint64_t due = 0;
    cr_expect_null(spool_take(spool, 99, &due));
    cr_expect_eq(due, 100);
    cr_expect(take(spool, 100) == second);
    cr_expect_eq(spool_stats(spool).documents, 5);
    cr_expect_eq(count_files(folder, ".bulk.gz"), 2);
    spool_free(spool);
}

Test(spool, another_process_goes_on)
{
    struct spool *spool = open_plain();
    cr_assert(add(spool, SPOOL_ANSWERS, 1) == ST_OK && add(spool, SPOOL_ANSWERS, 2) == ST_OK);
    cr_assert_not_null(take(spool, 0));
    spool_free(spool);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/0000000000000009.answers-5.bulk.gz.tmp", folder);
    (void)fclose(fopen(path, "w"));
    spool = open_plain();
    cr_expect_eq(spool_stats(spool).recovered, 3);
    cr_expect_eq(count_files(folder, ".tmp"), 0, "what was being written was never accepted");
    cr_expect(add(spool, SPOOL_ANSWERS, 4) == ST_OK);
    for (uint32_t i = 0; i < 3; i++)
        cr_expect_eq(take(spool, 0)->name.count, 1U << i);
    spool_free(spool);
}

Test(spool, second_process_is_refused)
{
    struct spool *const spool = open_plain();
    struct spool *other = NULL;
    struct error err;
    const struct spool_settings settings = {.path = folder};
    cr_expect(spool_open(&settings, file_calls_real(), &other, &err) == ST_IO);
    cr_expect(strstr(err.text, "in use by another dnsightd") != NULL, "%s", err.text);
    spool_free(spool);
}

Test(spool, what_is_left_of_a_batch_takes_its_place)
{
    struct spool *spool = open_plain();
    cr_assert(add(spool, SPOOL_ANSWERS, 5) == ST_OK && add(spool, SPOOL_ANSWERS, 7) == ST_OK);
    cr_expect(spool_shrink(spool, take(spool, 0), 2, BYTES_LITERAL("less"), 0) == ST_OK);
    cr_expect_eq(spool_stats(spool).documents, 9);
    cr_expect_eq(count_files(folder, ".bulk.gz"), 2);
    spool_free(spool);
    spool = open_plain();
    cr_expect_eq(take(spool, 0)->name.count, 2);
    spool_free(spool);
}

Test(spool, damaged_files_are_put_aside_and_their_numbers_are_not_used_again)
{
    struct spool *spool = open_plain();
    cr_assert(add(spool, SPOOL_ANSWERS, 5) == ST_OK);
    cr_expect(spool_set_aside(spool, take(spool, 0), NULL) == ST_OK);
    cr_expect_eq(spool_stats(spool).quarantined, 5);
    spool_free(spool);
    spool = open_plain();
    cr_assert(add(spool, SPOOL_ANSWERS, 5) == ST_OK);
    cr_expect_eq(take(spool, 0)->name.number, 2);
    spool_free(spool);
}

Test(spool, octets_that_changed_are_noticed)
{
    struct spool *const spool = open_plain();
    cr_assert(add(spool, SPOOL_ANSWERS, 5) == ST_OK);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/0000000000000001.answers-5.bulk.gz", folder);
    FILE *const file = fopen(path, "r+");
    (void)fputc('O', file);
    (void)fclose(file);
    struct buf body;
    buf_init(&body, (size_t)4 * 1024 * 1024);
    struct spool_batch *const batch = take(spool, 0);
    cr_expect(spool_read(spool, batch, &body, NULL) == ST_MALFORMED);
    (void)remove(path);
    cr_expect(spool_read(spool, batch, &body, NULL) == ST_NOT_FOUND);
    spool_forget(spool, batch);
    cr_expect_eq(spool_stats(spool).dropped, 5);
    buf_release(&body);
    spool_free(spool);
}

/* Room for three files of a block each; what is in the spool after more were added, by kind and
 * count: a for answers, f for failures. */
static void expect_left(enum spool_policy policy, const char *added, const char *left,
                        uint64_t dropped)
{
    empty_folder(folder);
    const struct spool_settings settings = {
        .path = folder, .octets_max = UINT64_C(3) * 4096, .policy = policy};
    struct spool *const spool = open_with(&settings, file_calls_real());
    uint64_t refused = 0;
    for (const char *c = added; *c != '\0'; c += 2) {
        const enum spool_kind kind = c[0] == 'f' ? SPOOL_FAILURES : SPOOL_ANSWERS;
        const enum status status = add(spool, kind, (size_t)(c[1] - '0'));
        cr_expect(status == ST_OK || status == ST_LIMIT);
        refused += status == ST_LIMIT ? (uint64_t)(c[1] - '0') : 0;
    }
    struct buf found;
    buf_init(&found, 100);
    for (const struct spool_batch *b = take(spool, 0); b != NULL; b = take(spool, 0))
        buf_add_format(&found, "%c%u", b->name.kind == SPOOL_FAILURES ? 'f' : 'a', b->name.count);
    cr_expect_str_eq(buf_text(&found), left, "%s leaves %s", added, buf_text(&found));
    cr_expect_eq(spool_stats(spool).dropped + refused, dropped, "%s", added);
    buf_release(&found);
    spool_free(spool);
}

Test(spool, plain_answers_are_dropped_before_failures)
{
    expect_left(SPOOL_DROP_OLDEST, "a1a2a3", "a1a2a3", 0);
    expect_left(SPOOL_DROP_OLDEST, "a1a2a3a4", "a2a3a4", 1);
    expect_left(SPOOL_DROP_OLDEST, "f1a2f3f4", "f1f3f4", 2);
    expect_left(SPOOL_DROP_OLDEST, "f1f2f3a4", "f1f2f3", 4);
    expect_left(SPOOL_DROP_OLDEST, "f1f2f3f4", "f2f3f4", 1);
    expect_left(SPOOL_DROP_NEW, "a1a2a3a4", "a1a2a3", 4);
    expect_left(SPOOL_DROP_NEW, "a1a2a3f4", "a2a3f4", 1);
    expect_left(SPOOL_DROP_NEW, "f1f2f3f4", "f1f2f3", 4);
    expect_left(SPOOL_BLOCK, "a1a2a3f4", "a1a2a3", 4);
}

/* --- Calls that fail -------------------------------------------------------------------------- */

static int fail_at;    /* the call that fails, from 1; 0: none */
static int fail_errno; /* with this */
static int calls_made;
static int syncs_made;

static bool is_failing(void)
{
    if (++calls_made != fail_at)
        return false;
    errno = fail_errno;
    return true;
}

static int bad_openat(int at, const char *name, int flags, mode_t mode)
{
    return is_failing() ? -1 : file_calls_real()->openat(at, name, flags, mode);
}

static ssize_t bad_write(int file, const void *octets, size_t len)
{
    return is_failing() ? -1 : file_calls_real()->write(file, octets, len > 7 ? 7 : len);
}

static ssize_t bad_read(int file, void *octets, size_t len)
{
    return is_failing() ? -1 : file_calls_real()->read(file, octets, len > 7 ? 7 : len);
}

static int bad_fdatasync(int file)
{
    syncs_made++;
    return is_failing() ? -1 : file_calls_real()->fdatasync(file);
}

static int bad_fsync(int file)
{
    return is_failing() ? -1 : file_calls_real()->fsync(file);
}

static int bad_close(int file)
{
    const int result = file_calls_real()->close(file);
    return is_failing() ? -1 : result;
}

static int bad_renameat(int a, const char *from, int b, const char *to)
{
    return is_failing() ? -1 : file_calls_real()->renameat(a, from, b, to);
}

static int bad_unlinkat(int at, const char *name, int flags)
{
    return is_failing() ? -1 : file_calls_real()->unlinkat(at, name, flags);
}

static const struct file_calls bad_calls = {bad_openat, bad_write, bad_read,     bad_fdatasync,
                                            bad_fsync,  bad_close, bad_renameat, bad_unlinkat};

/* Adds a batch while one call fails. What was accepted is there in whole, what was not is not there
 * at all, and the next batch goes well. Returns whether that call was made. */
static bool add_with_failure(int call, int os_error)
{
    empty_folder(folder);
    const struct spool_settings settings = {.path = folder, .policy = SPOOL_DROP_NEW};
    struct spool *spool = open_with(&settings, &bad_calls);
    calls_made = 0;
    fail_at = call;
    fail_errno = os_error;
    const enum status status = add(spool, SPOOL_ANSWERS, 1);
    const bool was_made = calls_made >= call;
    fail_at = 0;
    const bool is_full = os_error == ENOSPC || os_error == EDQUOT;
    cr_expect(status == ST_OK || status == (is_full ? ST_LIMIT : ST_IO), "call %d: %s", call,
              status_text(status));
    cr_expect(status == ST_OK || was_made);
    cr_expect_eq(count_files(folder, ".bulk.gz"), status == ST_OK ? 1 : 0, "call %d", call);
    cr_expect_eq(count_files(folder, ".tmp"), 0, "call %d", call);
    cr_expect(add(spool, SPOOL_ANSWERS, 2) == ST_OK);
    spool_free(spool);
    spool = open_with(&settings, &bad_calls);
    cr_expect_eq(spool_stats(spool).recovered, status == ST_OK ? 3 : 2, "call %d", call);
    struct buf body;
    buf_init(&body, (size_t)4 * 1024 * 1024);
    cr_expect(spool_read(spool, take(spool, 0), &body, NULL) == ST_OK);
    cr_expect(bytes_is(buf_bytes(&body), "octets of a batch"));
    buf_release(&body);
    spool_free(spool);
    return was_made;
}

Test(spool, failed_call_is_never_an_acknowledgement)
{
    static const int errors[] = {ENOSPC, EIO, EDQUOT, EROFS, EMFILE};
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        int call = 1;
        while (add_with_failure(call, errors[i]))
            call++;
        cr_expect_gt(call, 6, "open, write, sync, close, rename, sync");
    }
}

Test(spool, interrupted_calls_are_repeated)
{
    const struct spool_settings settings = {.path = folder};
    struct spool *const spool = open_with(&settings, &bad_calls);
    calls_made = 0;
    fail_at = 2;
    fail_errno = EINTR;
    cr_expect(add(spool, SPOOL_ANSWERS, 1) == ST_OK);
    spool_free(spool);
}

Test(spool, full_disk_is_a_full_spool)
{
    const struct spool_settings settings = {.path = folder};
    struct spool *const spool = open_with(&settings, &bad_calls);
    fail_at = 0;
    cr_assert(add(spool, SPOOL_ANSWERS, 1) == ST_OK);
    calls_made = 0;
    fail_at = 2;
    fail_errno = ENOSPC;
    cr_expect(add(spool, SPOOL_ANSWERS, 2) == ST_OK);
    cr_expect_eq(spool_stats(spool).dropped, 1, "the oldest made room");
    cr_expect_eq(spool_stats(spool).documents, 2);
    spool_free(spool);
}

Test(spool, reading_fails_without_harm)
{
    const struct spool_settings settings = {.path = folder};
    struct spool *const spool = open_with(&settings, &bad_calls);
    fail_at = 0;
    cr_assert(add(spool, SPOOL_ANSWERS, 1) == ST_OK);
    struct spool_batch *const batch = take(spool, 0);
    struct buf body;
    buf_init(&body, (size_t)4 * 1024 * 1024);
    for (int call = 1; call <= 4; call++) {
        calls_made = 0;
        fail_at = call;
        fail_errno = EIO;
        cr_expect(spool_read(spool, batch, &body, NULL) == ST_IO, "%d", call);
    }
    fail_at = 0;
    cr_expect(spool_read(spool, batch, &body, NULL) == ST_OK);
    buf_release(&body);
    spool_free(spool);
}

Test(spool, with_on_failure_only_what_comes_back_is_synced)
{
    const struct spool_settings settings = {.path = folder, .mode = SPOOL_ON_FAILURE};
    struct spool *const spool = open_with(&settings, &bad_calls);
    fail_at = 0;
    cr_assert(add(spool, SPOOL_ANSWERS, 1) == ST_OK && add(spool, SPOOL_ANSWERS, 2) == ST_OK);
    cr_expect_eq(syncs_made, 0);
    cr_expect(spool_finish(spool, take(spool, 0), NULL) == ST_OK);
    cr_expect_eq(syncs_made, 0);
    struct spool_batch *const second = take(spool, 0);
    spool_put_back(spool, second, 0);
    cr_expect_eq(syncs_made, 1);
    cr_assert(add(spool, SPOOL_ANSWERS, 3) == ST_OK);
    cr_expect_eq(syncs_made, 2, "sending fails");
    cr_expect(spool_finish(spool, take(spool, 0), NULL) == ST_OK);
    cr_assert(add(spool, SPOOL_ANSWERS, 4) == ST_OK);
    cr_expect_eq(syncs_made, 2, "it works again");
    spool_free(spool);
}
