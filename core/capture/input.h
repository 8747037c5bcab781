/* A file, standard input or a compressed form of either, as a stream of plain octets.
 *
 * gzip and zstd are recognised by content and unpacked on the fly, several members or frames one
 * behind the other included. */
#ifndef DNSIGHT_CAPTURE_INPUT_H
#define DNSIGHT_CAPTURE_INPUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/macros.h"

/* What the octets are, by their first ones. */
enum input_kind {
    INPUT_EMPTY,
    INPUT_CAPTURE, /* pcap or pcapng */
    INPUT_JSON,    /* the first octet that is not white space is '{'; a byte order mark of UTF-8
                      before it is skipped */
    INPUT_UNKNOWN,
};

struct input;

/* Opens a path, or standard input for "-". Returns ST_OK and the input, which the caller closes;
 * ST_NOT_FOUND, ST_IO (a folder, no permission), ST_MALFORMED or ST_TRUNCATED (compressed data that
 * is broken or ends before it gives a single octet) or ST_NO_MEMORY with *err naming the file and
 * the cause. */
MUST_CHECK enum status input_open(const char *path, struct input **input, struct error *err);

/* The same; once *stop is true (borrowed), a wait for more ends at once as if the input had ended.
 */
MUST_CHECK enum status input_open_until(const char *path, const atomic_bool *stop,
                                        struct input **input, struct error *err);
void input_close(struct input *input);

/* The kind of the unpacked content. */
enum input_kind input_kind(const struct input *input);

/* The path as given; "standard input" for "-". */
const char *input_name(const struct input *input);

/* True if the name is the path of a regular file: opening it again gives the same content. */
bool input_can_reopen(const struct input *input);

/* The unpacked octets that are at hand and not read yet; before the first read at least four of
 * them, if the content has so many. They die with the next call. */
struct bytes input_peek(const struct input *input);

/* Reads up to `size` unpacked octets into `to`; *len is 0 at the end. Returns ST_OK; ST_IO,
 * ST_TRUNCATED (the compressed form ends too early) or ST_MALFORMED with *err naming the file and
 * the octet. What precedes the fault has been delivered. */
MUST_CHECK enum status input_read(struct input *input, void *to, size_t size, size_t *len,
                                  struct error *err);

/* Octets of the file consumed so far and its size (0 when unknown), for progress. */
void input_progress(const struct input *input, uint64_t *consumed, uint64_t *total);

/* The next line without its line end. *line dies with the next call. A last line without a line
 * end is a line. Lines longer than `max` octets give ST_LIMIT (skipped; reading can go on) with
 * *err that names neither file nor line, which the caller knows. Returns ST_OK, ST_END, or as
 * input_read. */
MUST_CHECK enum status input_line(struct input *input, size_t max, struct bytes *line,
                                  struct error *err);

/* A stdio stream of what input_read would give from here on, for libraries that want one. The
 * caller closes it before the input, and asks input_read at its end whether there was a fault.
 * NULL with errno when the system has none to give. */
FILE *input_stream(struct input *input);

#endif
