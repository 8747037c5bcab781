/* A file of any kind: unpacked, recognised, and read as frames or as lines. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/capture/capture_file.h"
#include "core/capture/input.h"
#include "tests/fuzz/harness.h"

/* Octets of content after which a file is long enough: a few packed ones unpack to gigabytes. */
#define CONTENT_MAX ((uint64_t)4 * 1024 * 1024)

#define LINE_MAX_LEN ((size_t)1000)

static void read_frames(struct input *input, struct error *err)
{
    struct capture_file *file = NULL;
    struct frame frame;
    uint64_t total = 0;
    if (capture_file_open(input, &file, err) != ST_OK)
        return;
    volatile uint8_t sum = 0;
    while (total < CONTENT_MAX && capture_file_next(file, &frame, err) == ST_OK) {
        for (size_t i = 0; i < frame.octets.len; i++)
            sum = (uint8_t)(sum + frame.octets.data[i]);
        total += frame.octets.len + 1;
    }
    capture_file_close(file);
}

static void read_lines(struct input *input, struct error *err)
{
    struct bytes line;
    uint64_t total = 0;
    enum status status = ST_OK;
    while (total < CONTENT_MAX && (status == ST_OK || status == ST_LIMIT)) {
        status = input_line(input, LINE_MAX_LEN, &line, err);
        total += status == ST_OK ? line.len + 1 : LINE_MAX_LEN;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct error err;
    struct input *input = NULL;
    const int fd = memfd_create("fuzz", 0);
    if (fd < 0)
        return 0;
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (write(fd, data, size) == (ssize_t)size && input_open(path, &input, &err) == ST_OK) {
        if (input_kind(input) == INPUT_CAPTURE)
            read_frames(input, &err);
        else
            read_lines(input, &err);
    }
    input_close(input);
    (void)close(fd);
    return 0;
}
