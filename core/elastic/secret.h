/* Secrets: texts that are overwritten before their memory is given back. */
#ifndef DNSIGHT_ELASTIC_SECRET_H
#define DNSIGHT_ELASTIC_SECRET_H

#include "core/base/error.h"
#include "core/base/macros.h"

/* Reads a secret from a file: its text without white space at the end, owned by the caller. Returns
 * ST_OK; ST_INVALID (empty, longer than 64 KiB, or holds a NUL or a line end inside), ST_IO or
 * ST_NO_MEMORY with *err, which names the path and never the content. */
MUST_CHECK enum status secret_read(const char *path, char **secret, struct error *err);

/* NULL is fine. */
void secret_free(char *secret);

#endif
