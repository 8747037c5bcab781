#include "core/base/utf8.h"

#define REPLACEMENT 0xfffdU

static bool is_scalar(uint32_t code)
{
    return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

/* Octets that a sequence starting with `lead` should have; 0 if it cannot start one. */
static size_t sequence_len(uint8_t lead)
{
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    if (lead >= 0xf0 && lead <= 0xf4)
        return 4;
    return 0;
}

struct utf8_char utf8_next(struct bytes text)
{
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    if (text.len == 0)
        return (struct utf8_char){.code = REPLACEMENT};
    const uint8_t lead = text.data[0];
    if (lead < 0x80)
        return (struct utf8_char){lead, 1, true};
    const struct utf8_char invalid = {REPLACEMENT, 1, false};
    const size_t len = sequence_len(lead);
    if (len == 0 || len > text.len)
        return invalid;
    uint32_t code = lead & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((text.data[i] & 0xc0U) != 0x80)
            return invalid;
        code = code << 6 | (text.data[i] & 0x3fU);
    }
    if (code < LEAST[len] || !is_scalar(code))
        return invalid;
    return (struct utf8_char){code, len, true};
}

void utf8_add(struct buf *out, uint32_t code)
{
    if (!is_scalar(code))
        code = REPLACEMENT;
    uint8_t *const to = buf_space(out, 4);
    if (to == NULL)
        return;
    if (code < 0x80) {
        to[0] = (uint8_t)code;
        buf_wrote(out, 1);
    } else if (code < 0x800) {
        to[0] = (uint8_t)(0xc0 | code >> 6);
        to[1] = (uint8_t)(0x80 | (code & 0x3f));
        buf_wrote(out, 2);
    } else if (code < 0x10000) {
        to[0] = (uint8_t)(0xe0 | code >> 12);
        to[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        to[2] = (uint8_t)(0x80 | (code & 0x3f));
        buf_wrote(out, 3);
    } else {
        to[0] = (uint8_t)(0xf0 | code >> 18);
        to[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
        to[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        to[3] = (uint8_t)(0x80 | (code & 0x3f));
        buf_wrote(out, 4);
    }
}
