#include "core/capture/unpack.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <zstd.h>

struct unpacker {
    enum packing packing;
    bool is_inside;
    struct inflate_state *gzip; /* owned */
    ZSTD_DCtx *zstd;            /* owned */
};

enum packing unpack_recognise(struct bytes start)
{
    const struct bytes gzip = BYTES_LITERAL("\x1f\x8b");
    const struct bytes zstd = BYTES_LITERAL("\x28\xb5\x2f\xfd");
    /* A zstd file may begin with a skippable frame, 0x184D2A50 to 0x184D2A5F. */
    const struct bytes skippable = BYTES_LITERAL("\x2a\x4d\x18");
    if (bytes_starts_with(start, gzip))
        return PACKING_GZIP;
    const bool is_skippable = start.len > 0 && start.data[0] >> 4 == 5 &&
                              bytes_starts_with(bytes_slice(start, 1, start.len), skippable);
    return bytes_starts_with(start, zstd) || is_skippable ? PACKING_ZSTD : PACKING_NONE;
}

enum status unpacker_new(enum packing packing, struct unpacker **unpacker)
{
    struct unpacker *const u = calloc(1, sizeof *u);
    if (u == NULL)
        return ST_NO_MEMORY;
    u->packing = packing;
    if (packing == PACKING_GZIP)
        u->gzip = malloc(sizeof *u->gzip);
    if (packing == PACKING_ZSTD)
        u->zstd = ZSTD_createDCtx();
    if (u->gzip == NULL && u->zstd == NULL) {
        free(u);
        return ST_NO_MEMORY;
    }
    *unpacker = u;
    return ST_OK;
}

void unpacker_free(struct unpacker *unpacker)
{
    if (unpacker == NULL)
        return;
    free(unpacker->gzip);
    (void)ZSTD_freeDCtx(unpacker->zstd);
    free(unpacker);
}

/* The unpacking libraries count in 32 bits. */
static uint32_t capped(size_t len)
{
    return len > UINT32_MAX ? UINT32_MAX : (uint32_t)len;
}

static const char *gzip_cause(int result)
{
    switch (result) {
    case ISAL_INVALID_WRAPPER:
        return "the gzip header is wrong";
    case ISAL_UNSUPPORTED_METHOD:
        return "the gzip header names an unknown method";
    case ISAL_INCORRECT_CHECKSUM:
        return "the checksum is wrong";
    default:
        return "the deflate data is invalid";
    }
}

/* Starts the next member. False if there is none in *in. */
static bool gzip_begin(struct unpacker *u, struct bytes *in)
{
    while (in->len > 0 && in->data[0] == 0)
        *in = bytes_slice(*in, 1, in->len);
    if (in->len == 0)
        return false;
    isal_inflate_init(u->gzip);
    u->gzip->crc_flag = ISAL_GZIP;
    u->is_inside = true;
    return true;
}

static enum status gzip_run(struct unpacker *u, struct bytes *in, struct unpack_space *out,
                            const char **cause)
{
    if (!u->is_inside && !gzip_begin(u, in))
        return ST_OK;
    struct inflate_state *const g = u->gzip;
    /* isal_inflate does not write through next_in. */
    g->next_in = (uint8_t *)(uintptr_t)in->data;
    g->avail_in = capped(in->len);
    g->next_out = out->data + out->len;
    g->avail_out = capped(out->size - out->len);
    const size_t had_in = g->avail_in;
    const size_t had_out = g->avail_out;
    const int result = isal_inflate(g);
    *in = bytes_slice(*in, had_in - g->avail_in, in->len);
    out->len += had_out - g->avail_out;
    if (result < 0 || result == ISAL_NEED_DICT) {
        *cause = gzip_cause(result);
        return ST_MALFORMED;
    }
    u->is_inside = g->block_state != ISAL_BLOCK_FINISH;
    return ST_OK;
}

static enum status zstd_run(struct unpacker *u, struct bytes *in, struct unpack_space *out,
                            const char **cause)
{
    if (!u->is_inside && in->len == 0)
        return ST_OK;
    ZSTD_inBuffer from = {in->data, in->len, 0};
    ZSTD_outBuffer to = {out->data, out->size, out->len};
    const size_t result = ZSTD_decompressStream(u->zstd, &to, &from);
    *in = bytes_slice(*in, from.pos, in->len);
    out->len = to.pos;
    if (ZSTD_isError(result)) {
        *cause = ZSTD_getErrorName(result);
        return ST_MALFORMED;
    }
    u->is_inside = result != 0;
    return ST_OK;
}

enum status unpacker_run(struct unpacker *unpacker, struct bytes *in, struct unpack_space *out,
                         const char **cause)
{
    return unpacker->gzip != NULL ? gzip_run(unpacker, in, out, cause)
                                  : zstd_run(unpacker, in, out, cause);
}

bool unpacker_is_inside(const struct unpacker *unpacker)
{
    return unpacker->is_inside;
}
