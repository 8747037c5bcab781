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

static const uint8_t GZIP_MAGIC[] = {0x1f, 0x8b};

enum packing unpack_recognise(struct bytes start)
{
    const struct bytes gzip = {GZIP_MAGIC, sizeof GZIP_MAGIC};
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

static void advance(struct unpack_io *io, size_t len)
{
    io->in += len;
    io->in_len -= len;
}

static enum status gzip_run(struct unpacker *u, struct unpack_io *io, const char **cause)
{
    while (!u->is_inside && io->in_len > 0 && io->in[0] == 0)
        advance(io, 1);
    if (!u->is_inside && io->in_len == 0)
        return ST_OK;
    if (!u->is_inside) {
        *cause = "what follows is not gzip";
        if (io->in[0] != GZIP_MAGIC[0])
            return ST_MALFORMED;
        isal_inflate_init(u->gzip);
        u->gzip->crc_flag = ISAL_GZIP;
        u->is_inside = true;
    }
    struct inflate_state *const g = u->gzip;
    const uint32_t in_len = capped(io->in_len);
    const uint32_t room = capped(io->out_size - io->out_len);
    g->next_in = io->in;
    g->avail_in = in_len;
    g->next_out = io->out + io->out_len;
    g->avail_out = room;
    const int result = isal_inflate(g);
    advance(io, in_len - g->avail_in);
    io->out_len += room - g->avail_out;
    if (result < 0 || result == ISAL_NEED_DICT) {
        *cause = gzip_cause(result);
        return ST_MALFORMED;
    }
    u->is_inside = g->block_state != ISAL_BLOCK_FINISH;
    return ST_OK;
}

static enum status zstd_run(struct unpacker *u, struct unpack_io *io, const char **cause)
{
    if (!u->is_inside && io->in_len == 0)
        return ST_OK;
    ZSTD_inBuffer from = {io->in, io->in_len, 0};
    ZSTD_outBuffer to = {io->out, io->out_size, io->out_len};
    const size_t result = ZSTD_decompressStream(u->zstd, &to, &from);
    advance(io, from.pos);
    io->out_len = to.pos;
    if (ZSTD_isError(result)) {
        *cause = ZSTD_getErrorName(result);
        return ST_MALFORMED;
    }
    u->is_inside = result != 0;
    return ST_OK;
}

enum status unpacker_run(struct unpacker *unpacker, struct unpack_io *io, const char **cause)
{
    return unpacker->gzip != NULL ? gzip_run(unpacker, io, cause) : zstd_run(unpacker, io, cause);
}

bool unpacker_is_inside(const struct unpacker *unpacker)
{
    return unpacker->is_inside;
}
