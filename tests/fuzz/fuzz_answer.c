/* Answers of a server that is broken or hostile: hits, refusals, results of bulk requests. */
#include "core/elastic/answer.h"
#include "core/elastic/hits.h"
#include "shipper/delivery/bulk.h"
#include "tests/fuzz/harness.h"

/* Looks at every octet of a hit, so that the sanitizer sees a view that is wrong. */
static enum status look(void *context, const struct search_hit *hit, struct error *err)
{
    struct buf *const seen = context;
    (void)err;
    buf_reset(seen);
    buf_add(seen, hit->index);
    buf_add(seen, hit->id);
    buf_add(seen, hit->source);
    buf_add(seen, hit->sort);
    return ST_OK;
}

static void take(void *context, size_t item, enum bulk_outcome outcome, struct bytes reason)
{
    struct buf *const seen = context;
    (void)item;
    (void)outcome;
    buf_reset(seen);
    buf_add(seen, reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct bytes answer = {data, size};
    struct buf seen;
    buf_init(&seen, (size_t)16 * 1024 * 1024);
    struct hits_reader *reader = NULL;
    const struct search_sink hits = {look, &seen};
    uint64_t count = 0;
    if (hits_reader_new(&hits, &reader) == ST_OK &&
        hits_read(reader, answer, &count, NULL) == ST_OK) {
        buf_add(&seen, hits_last_sort(reader));
        buf_add(&seen, hits_pit(reader));
    }
    hits_reader_free(reader);
    const struct bulk_sink items = {take, &seen};
    const enum status status = bulk_read_answer(answer, 2, &items, NULL);
    (void)status;
    buf_reset(&seen);
    answer_reason(answer, &seen);
    buf_release(&seen);
    return 0;
}
