#include "core/dns/steps.h"

#include <string.h>

static uint64_t step_tag(const struct pairing_table *table, const struct ip_address *client,
                         uint16_t type)
{
    uint8_t key[18];
    memcpy(key, client->octets, 16);
    memcpy(key + 16, &type, 2);
    return siphash_quick_64(table->key, (struct bytes){key, sizeof key});
}

void steps_add(struct steps *steps, const struct pairing_table *table, uint32_t index)
{
    const struct slot *const slot = &table->slots[index];
    steps->tags[steps->at] = step_tag(table, &slot->delivery.source, slot->type);
    steps->slots[steps->at] = index;
    steps->at = (steps->at + 1) % STEPS_COUNT;
}

uint32_t steps_take(struct steps *steps, struct pairing_table *table,
                    struct search_suffixes *suffixes, const struct arrival *query,
                    struct transaction_search *search)
{
    const uint16_t type = query->message->question.type;
    const uint64_t tag = step_tag(table, &query->client.source, type);
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
        steps->tags[at] = 0;
        return index;
    }
    return SLOT_NONE;
}
