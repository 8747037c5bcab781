/* The calls of the operating system that the spool makes, so that tests can let them fail. */
#ifndef DNSIGHT_SHIPPER_DELIVERY_FILE_CALLS_H
#define DNSIGHT_SHIPPER_DELIVERY_FILE_CALLS_H

#include <stddef.h>
#include <sys/types.h>

/* Each returns and sets errno as the call of its name. */
struct file_calls {
    int (*openat)(int folder, const char *name, int flags, mode_t mode);
    ssize_t (*write)(int file, const void *octets, size_t len);
    ssize_t (*read)(int file, void *octets, size_t len);
    int (*fdatasync)(int file);
    int (*fsync)(int file);
    int (*close)(int file);
    int (*renameat)(int from_folder, const char *from, int to_folder, const char *to);
    int (*unlinkat)(int folder, const char *name, int flags);
};

/* The real ones. */
const struct file_calls *file_calls_real(void);

#endif
