/* Where saved queries are: the user's own folder, then the one that is installed with the program.
 * A file in the first one hides a file of the same name in the second. */
#ifndef DNSIGHT_QUERY_QUESTIONS_SAVED_FOLDER_H
#define DNSIGHT_QUERY_QUESTIONS_SAVED_FOLDER_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "query/questions/saved_query.h"

/* Names in their order, each once. */
struct saved_names {
    char **names; /* owned */
    size_t count;
};

/* Lists what there is. `own` is the user's folder, NULL for the usual one:
 * $XDG_CONFIG_HOME/dnsight/saved, or ~/.config/dnsight/saved. A folder that is not there is empty,
 * unless it was named. Returns ST_OK; ST_IO, ST_NOT_FOUND or ST_NO_MEMORY with *err. */
MUST_CHECK enum status saved_names_list(const char *own, struct saved_names *names,
                                        struct error *err);
void saved_names_release(struct saved_names *names);

/* Reads the query of that name, or of that file if the name has a slash. Returns ST_OK;
 * ST_NOT_FOUND with the nearest name in *err, or as saved_query_read. */
MUST_CHECK enum status saved_find(const char *own, const char *name, struct saved_query **query,
                                  struct error *err);

#endif
