#include "core/elastic/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Octets of the longest secret; a NUL is added. */
#define SECRET_MAX ((size_t)64 * 1024)

/* Reads up to `size` octets; -1 with errno on failure. */
static ssize_t read_up_to(int file, char *to, size_t size)
{
    size_t got = 0;
    while (got < size) {
        const ssize_t n = read(file, to + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

static MUST_CHECK enum status take_text(const char *path, char *text, size_t len, struct error *err)
{
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    text[len] = '\0';
    if (len == 0)
        return error_set(err, ST_INVALID, "%s is empty, it should hold a secret", path);
    if (len >= SECRET_MAX || strlen(text) != len || strpbrk(text, "\r\n") != NULL)
        return error_set(err, ST_INVALID, "%s should hold one line of text", path);
    return ST_OK;
}

enum status secret_read(const char *path, char **secret, struct error *err)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set_os(err, ST_IO, errno, "cannot open %s", path);
    char *const text = calloc(1, SECRET_MAX + 1);
    const ssize_t len = text == NULL ? 0 : read_up_to(file, text, SECRET_MAX);
    const int reason = errno;
    (void)close(file);
    enum status status = ST_OK;
    if (text == NULL)
        status = error_set(err, ST_NO_MEMORY, "memory is exhausted");
    else if (len < 0)
        status = error_set_os(err, ST_IO, reason, "cannot read %s", path);
    else
        status = take_text(path, text, (size_t)len, err);
    char *const copy = text != NULL && status == ST_OK ? strdup(text) : NULL;
    if (text != NULL)
        explicit_bzero(text, SECRET_MAX);
    free(text);
    if (status == ST_OK && copy == NULL)
        status = error_set(err, ST_NO_MEMORY, "memory is exhausted");
    if (status == ST_OK)
        *secret = copy;
    return status;
}

void secret_free(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}
