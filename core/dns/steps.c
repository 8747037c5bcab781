#include "core/dns/steps.h"

#include <string.h>

#include "core/base/block.h"
#include "core/base/macros.h"

static uint64_t mix(uint64_t sum, uint64_t word)
{
    return (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Steps of one search list have the client, the type and the first label in common. A tag only
 * spares the look at a slot, so a label counts with its first octets, and no key is needed. */
static uint64_t step_tag(const struct ip_address *client, const struct dns_name *name,
                         uint16_t type)
{
    uint64_t words[4];
    const size_t label_len = (size_t)name->wire[0] + 1;
    const block label =
        block_load(name->wire) & block_first(label_len < BLOCK_LEN ? label_len : BLOCK_LEN);
    memcpy(words, client->octets, 16);
    memcpy(words + 2, &label, sizeof label);
    uint64_t tag = type;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        tag = mix(tag, words[i]);
    return tag >> 8 | 1; /* never 0; the lowest bits of a product are poor */
}

static uint8_t *tag_end(struct steps *steps, uint64_t tag)
{
    return &steps->tag_ends[tag >> 1 & (STEPS_TAG_ENDS - 1)];
}

static void tag_put(struct steps *steps, size_t at, uint64_t tag)
{
    if (steps->tags[at] != 0)
        --*tag_end(steps, steps->tags[at]);
    if (tag != 0)
        ++*tag_end(steps, tag);
    steps->tags[at] = tag;
}

void steps_add(struct steps *steps, const struct pairing_table *table, uint32_t index)
{
    const struct slot *const slot = &table->slots[index];
    tag_put(steps, steps->at, step_tag(&slot->delivery.source, &slot->name, slot->type));
    steps->slots[steps->at] = index;
    steps->at = (steps->at + 1) % STEPS_COUNT;
}

uint32_t steps_take(struct steps *steps, struct pairing_table *table,
                    struct search_suffixes *suffixes, const struct arrival *query,
                    struct transaction_search *search)
{
    const uint16_t type = query->message->question.type;
    const uint64_t tag = step_tag(&query->client.source, &query->name, type);
    if (*tag_end(steps, tag) == 0)
        return SLOT_NONE;
    for (size_t i = 1; i <= STEPS_COUNT; i++) {
        const size_t at = (steps->at + STEPS_COUNT - i) % STEPS_COUNT;
        if (steps->tags[at] != tag)
            continue;
        const uint32_t index = steps->slots[at];
        struct slot *const slot = &table->slots[index];
        if (slot->list != SLOT_HELD_SEARCH || slot->type != type ||
            !ip_equal(&slot->delivery.source, &query->client.source))
            continue;
        if (!search_list_follow(suffixes, &slot->name, &slot->search, &query->name, search))
            continue;
        tag_put(steps, at, 0);
        return index;
    }
    return SLOT_NONE;
}
