#include "query/base/source_name.h"

#include <string.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"

/* Octets of the longest name. */
#define NAME_MAX_LEN ((size_t)64 * 1024)

void source_name_print(const char *source, struct buf *out)
{
    static const char *const SCHEMES[] = {"http://", "https://"};
    const char *rest = source;
    for (size_t i = 0; i < ARRAY_LEN(SCHEMES); i++) {
        const size_t len = strlen(SCHEMES[i]);
        if (strncasecmp(source, SCHEMES[i], len) != 0)
            continue;
        buf_add(out, (struct bytes){(const uint8_t *)source, len});
        rest = source + len;
        /* A password may hold an @ of its own: the last one counts. */
        const char *const at = memrchr(rest, '@', strcspn(rest, "/?#"));
        rest = at == NULL ? rest : at + 1;
    }
    buf_add_text(out, rest);
}

void source_names_print(const char *const *sources, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_text(out, i == 0 ? ", from " : ", ");
        source_name_print(sources[i], out);
    }
}

void source_names_write(const char *const *sources, size_t count, struct json_writer *w)
{
    struct buf shown;
    buf_init(&shown, NAME_MAX_LEN);
    json_begin_array(w);
    for (size_t i = 0; i < count; i++) {
        buf_reset(&shown);
        source_name_print(sources[i], &shown);
        json_string(w, buf_bytes(&shown));
    }
    json_end_array(w);
    buf_release(&shown);
}
