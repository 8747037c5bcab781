#include "shipper/delivery/gzip.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>

/* Octets by which the text grows while its length is not known. */
#define UNPACK_STEP ((size_t)1024 * 1024)

/* RFC 1952, section 2.3: where the flags are, and those that no batch has: text (bit 0) and the
 * reserved ones, which the library lets pass. */
#define FLAGS_AT      ((size_t)3)
#define FLAGS_REFUSED 0xE1U

/* Octets that gzip may need for a text that cannot be compressed: stored blocks of 65,535 octets
 * with five octets each, header and trailer. */
static size_t packed_max(size_t len)
{
    return len + (len / 65535 + 1) * 5 + 64;
}

/* The library does not write to its input, but its type does not say so. */
static uint8_t *input_of(struct bytes octets)
{
    /* NOLINTNEXTLINE(performance-no-int-to-ptr): the only way to drop const without a warning. */
    return (uint8_t *)(uintptr_t)octets.data;
}

static MUST_CHECK enum status pack(struct isal_zstream *stream, struct bytes text, struct buf *out)
{
    uint8_t *const level_buf = malloc(ISAL_DEF_LVL1_DEFAULT);
    uint8_t *const to = level_buf == NULL ? NULL : buf_space(out, packed_max(text.len));
    if (to == NULL) {
        free(level_buf);
        return level_buf == NULL ? ST_NO_MEMORY : ST_LIMIT;
    }
    isal_deflate_init(stream);
    stream->level = 1;
    stream->level_buf = level_buf;
    stream->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
    stream->gzip_flag = IGZIP_GZIP;
    stream->end_of_stream = 1;
    stream->flush = NO_FLUSH;
    uint8_t none = 0;
    stream->next_in = text.len == 0 ? &none : input_of(text);
    stream->avail_in = (uint32_t)text.len;
    stream->next_out = to;
    stream->avail_out = (uint32_t)packed_max(text.len);
    const int result = isal_deflate(stream);
    free(level_buf);
    if (result != COMP_OK || stream->internal_state.state != ZSTATE_END)
        return ST_LIMIT;
    buf_wrote(out, stream->total_out);
    return ST_OK;
}

enum status gzip_pack(struct bytes text, struct buf *out)
{
    buf_reset(out);
    if (packed_max(text.len) > UINT32_MAX)
        return ST_LIMIT;
    struct isal_zstream *const stream = malloc(sizeof *stream);
    if (stream == NULL)
        return ST_NO_MEMORY;
    const enum status status = pack(stream, text, out);
    free(stream);
    return status;
}

static MUST_CHECK enum status unpack(struct inflate_state *state, struct bytes gzip,
                                     struct buf *out)
{
    isal_inflate_init(state);
    state->crc_flag = ISAL_GZIP;
    state->next_in = input_of(gzip);
    state->avail_in = (uint32_t)gzip.len;
    while (state->block_state != ISAL_BLOCK_FINISH) {
        uint8_t *const to = buf_space(out, UNPACK_STEP);
        if (to == NULL)
            return ST_LIMIT;
        state->next_out = to;
        state->avail_out = UNPACK_STEP;
        const int result = isal_inflate(state);
        const size_t got = UNPACK_STEP - state->avail_out;
        buf_wrote(out, got);
        const bool is_stuck = got == 0 && state->avail_in == 0;
        if (result != ISAL_DECOMP_OK || (is_stuck && state->block_state != ISAL_BLOCK_FINISH))
            return ST_MALFORMED;
    }
    return state->avail_in == 0 ? ST_OK : ST_MALFORMED;
}

enum status gzip_unpack(struct bytes gzip, struct buf *out)
{
    buf_reset(out);
    if (gzip.len <= FLAGS_AT || gzip.len > UINT32_MAX)
        return ST_MALFORMED;
    if ((gzip.data[FLAGS_AT] & FLAGS_REFUSED) != 0)
        return ST_MALFORMED;
    struct inflate_state *const state = malloc(sizeof *state);
    if (state == NULL)
        return ST_NO_MEMORY;
    const enum status status = unpack(state, gzip, out);
    free(state);
    return status;
}
