#include "query/base/local_zone.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Behind this stands the name of a zone in the path of its file. */
#define ZONEINFO "/zoneinfo/"

static const char *name_in_path(const char *path)
{
    const char *const found = strstr(path, ZONEINFO);
    return found == NULL ? NULL : found + strlen(ZONEINFO);
}

/* TZ as "Europe/Berlin", ":Europe/Berlin" or the path of a zone file. */
static bool add_from_environment(struct buf *out)
{
    const char *name = getenv("TZ");
    if (name == NULL)
        return false;
    name += name[0] == ':' ? 1 : 0;
    if (name[0] == '/')
        name = name_in_path(name);
    buf_add_text(out, name == NULL || name[0] == '\0' ? "UTC" : name);
    return true;
}

static bool add_from_link(struct buf *out)
{
    char path[PATH_MAX];
    const ssize_t len = readlink("/etc/localtime", path, sizeof path - 1);
    if (len < 0)
        return false;
    path[len] = '\0';
    const char *const name = name_in_path(path);
    if (name == NULL)
        return false;
    buf_add_text(out, name);
    return true;
}

static bool add_from_file(struct buf *out)
{
    FILE *const file = fopen("/etc/timezone", "re");
    if (file == NULL)
        return false;
    char line[256] = "";
    const char *const read = fgets(line, sizeof line, file);
    (void)fclose(file);
    const size_t len = strcspn(line, " \t\r\n");
    buf_add(out, bytes_slice(bytes_of(line), 0, len));
    return read != NULL && len > 0;
}

void local_zone_name(struct buf *out)
{
    if (!add_from_environment(out) && !add_from_link(out) && !add_from_file(out))
        buf_add_text(out, "UTC");
}
