#include "core/kql/key_check.h"

#include <string.h>

static enum status join(struct arena *arena, struct bytes key, struct bytes text,
                        struct bytes *joined)
{
    uint8_t *const to = arena_alloc(arena, key.len + 1 + text.len);
    if (to == NULL)
        return ST_NO_MEMORY;
    if (key.len != 0)
        memcpy(to, key.data, key.len);
    to[key.len] = '\0';
    if (text.len != 0)
        memcpy(to + key.len + 1, text.data, text.len);
    *joined = (struct bytes){to, key.len + 1 + text.len};
    return ST_OK;
}

enum status key_check_text(struct arena *arena, struct bytes key, struct bytes text,
                           struct value_check *check)
{
    *check = (struct value_check){.kind = CHECK_TEXT};
    return join(arena, key, text, &check->text);
}

enum status key_check_pieces(struct arena *arena, struct bytes key, const struct bytes *pieces,
                             size_t count, struct value_check *check)
{
    *check = (struct value_check){.kind = CHECK_PIECES, .texts = pieces, .text_count = count};
    if (count != 2 || pieces[1].len != 0)
        return ST_OK;
    struct bytes *const joined = arena_array(arena, 2, sizeof *joined);
    if (joined == NULL)
        return ST_NO_MEMORY;
    check->texts = joined;
    return join(arena, key, pieces[0], &joined[0]);
}
