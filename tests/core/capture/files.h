/* Files that live for one test. */
#ifndef DNSIGHT_CORE_CAPTURE_FILES_H
#define DNSIGHT_CORE_CAPTURE_FILES_H

#include <stdlib.h>
#include <unistd.h>

#include "core/base/bytes.h"
#include "core/capture/input.h"

struct test_file {
    char path[64];
};

/* Writes the octets `times` times into a new file. */
static inline struct test_file file_of(struct bytes octets, unsigned times)
{
    struct test_file file = {"/tmp/dnsight-test-XXXXXX"};
    const int fd = mkstemp(file.path);
    if (fd < 0)
        abort();
    for (unsigned i = 0; i < times; i++) {
        if (write(fd, octets.data, octets.len) != (ssize_t)octets.len)
            abort();
    }
    (void)close(fd);
    return file;
}

static inline void file_remove(const struct test_file *file)
{
    (void)unlink(file->path);
}

#endif
