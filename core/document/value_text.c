#include "core/document/value_text.h"

#include <assert.h>

#include "core/json/writer.h"

void value_texts_init(struct value_texts *texts)
{
    *texts = (struct value_texts){.second = INT64_MIN};
    for (size_t i = 0; i < VALUE_TEXT_ADDRESSES; i++) {
        struct address_text *const address = &texts->addresses[i];
        address->len = (uint8_t)(ip_put(address->text, &address->ip) - address->text);
    }
}

uint8_t *value_put_double(uint8_t *to, double real)
{
    struct buf text;
    buf_init(&text, VALUE_TEXT_ROOM);
    struct json_writer writer = json_writer_of(&text);
    json_double(&writer, real);
    assert(buf_ok(&text));
    memcpy(to, text.data, text.len);
    to += text.len;
    buf_release(&text);
    return to;
}
