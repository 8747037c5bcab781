#include "query/sources/source.h"

#include <string.h>
#include <sys/stat.h>

#include "query/sources/elastic_source.h"
#include "query/sources/file_source.h"

enum status source_open(const char *name, const struct source_patience *patience,
                        struct source **source, struct error *err)
{
    if (strncmp(name, "http://", 7) == 0 || strncmp(name, "https://", 8) == 0)
        return elastic_source_open(name, patience, source, err);
    struct stat about;
    if (strcmp(name, "-") != 0 && stat(name, &about) == 0 && S_ISDIR(about.st_mode))
        return directory_source_open(name, source, err);
    return file_source_open(name, source, err);
}

void source_close(struct source *source)
{
    if (source != NULL)
        source->kind->close(source);
}
