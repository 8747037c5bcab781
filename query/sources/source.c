#include "query/sources/source.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "query/sources/elastic_source.h"
#include "query/sources/file_source.h"

/* What stands behind "scheme://", or the whole name. */
static const char *behind_scheme(const char *name)
{
    const char *const mark = strstr(name, "://");
    return mark == NULL ? name : mark + strlen("://");
}

/* True for "scheme://host" and for "host:9200". */
static bool looks_like_address(const char *name)
{
    static const char digits[] = "0123456789";
    const char *const host = behind_scheme(name);
    const char *const port = strchr(host, ':');
    if (host != name)
        return true;
    const size_t port_len = port == NULL ? 0 : strspn(port + 1, digits);
    return port_len > 0 && memchr(host, '/', (size_t)(port - host)) == NULL &&
           (port[1 + port_len] == '\0' || port[1 + port_len] == '/');
}

enum status source_open(const char *name, const struct source_patience *patience,
                        struct source **source, struct error *err)
{
    if (strncmp(name, "http://", 7) == 0 || strncmp(name, "https://", 8) == 0)
        return elastic_source_open(name, patience, source, err);
    struct stat about;
    if (strcmp(name, "-") == 0)
        return file_source_open(name, source, err);
    if (stat(name, &about) == 0)
        return S_ISDIR(about.st_mode) ? directory_source_open(name, source, err)
                                      : file_source_open(name, source, err);
    if (errno == ENOENT && looks_like_address(name))
        return error_set(err, ST_NOT_FOUND, "%s: no such file; did you mean the server http://%s?",
                         name, behind_scheme(name));
    return file_source_open(name, source, err);
}

void source_close(struct source *source)
{
    if (source != NULL)
        source->kind->close(source);
}
