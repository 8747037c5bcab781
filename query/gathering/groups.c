#include "query/gathering/groups.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/siphash.h"

/* Octets of all keys together, and of one. */
#define KEYS_MAX ((size_t)256 * 1024 * 1024)
#define KEY_MAX  ((size_t)1024 * 1024)

/* Distinct values of one field of one document that are looked at. */
#define VALUES_MAX 256

/* Slots for pairs of a group and a value at first and at most: eight octets each, at most half of
 * them are used. */
#define PAIR_SLOTS_MIN ((size_t)1024)
#define PAIR_SLOTS_MAX ((size_t)8 * 1024 * 1024)

/* No group. */
#define SLOT_EMPTY UINT32_MAX

/* Before each value in a key: its length; this instead if there is no value. */
#define NO_VALUE UINT32_MAX

/* The distinct values of one field of the current document: texts in groups->texts. */
struct choices {
    struct {
        size_t at;
        uint32_t len;
    } values[VALUES_MAX];
    size_t count;
    size_t chosen;
};

struct groups {
    struct field_names by;
    const struct group_filter *filter; /* borrowed */
    uint64_t documents;
    uint64_t old_documents;  /* from before the filter's time */
    struct choices *choices; /* owned, one a field; behind them that whose values are counted */
    struct siphash_key hash_key;
    struct arena keys;
    struct group *groups; /* owned */
    size_t count;
    size_t cap;
    uint32_t *slots; /* owned: open addressing, a power of two of them, at most half are used */
    size_t slot_count;
    uint64_t *pairs;   /* owned: hashes of groups with a value that was counted; 0 is empty */
    size_t pair_slots; /* a power of two */
    size_t pair_count;
    uint64_t left_out;
    struct buf texts; /* of the current document's values */
    struct buf key;   /* of the group that is looked for */
};

bool group_filter_is_set(const struct group_filter *filter)
{
    return filter->count_min > 0 || filter->distinct.len > 0 || filter->uneven_percent > 0 ||
           filter->is_new;
}

enum status groups_new(const struct field_names *by, const struct group_filter *filter,
                       struct groups **groups)
{
    struct groups *const g = calloc(1, sizeof *g);
    if (g == NULL)
        return ST_NO_MEMORY;
    g->by = *by;
    g->filter = filter;
    g->choices = calloc(g->by.count + 1, sizeof *g->choices);
    if (g->choices == NULL) {
        free(g);
        return ST_NO_MEMORY;
    }
    g->hash_key = siphash_key_random();
    arena_init(&g->keys, KEYS_MAX);
    buf_init(&g->texts, FIELD_NAMES_MAX * KEY_MAX);
    buf_init(&g->key, FIELD_NAMES_MAX * KEY_MAX);
    *groups = g;
    return ST_OK;
}

void groups_free(struct groups *groups)
{
    if (groups == NULL)
        return;
    for (size_t i = 0; i < groups->count; i++)
        quantiles_release(&groups->groups[i].latency);
    buf_release(&groups->key);
    buf_release(&groups->texts);
    free(groups->choices);
    free(groups->pairs);
    free(groups->slots);
    free(groups->groups);
    arena_release(&groups->keys);
    free(groups);
}

static size_t slot_of(const struct groups *g, struct bytes key)
{
    size_t slot = (size_t)siphash_64(g->hash_key, key) & (g->slot_count - 1);
    while (g->slots[slot] != SLOT_EMPTY && !bytes_equal(g->groups[g->slots[slot]].key, key))
        slot = (slot + 1) & (g->slot_count - 1);
    return slot;
}

static enum status grow(struct groups *g)
{
    const size_t cap = g->cap == 0 ? 64 : g->cap * 2;
    struct group *const groups = reallocarray(g->groups, cap, sizeof *groups);
    if (groups == NULL)
        return ST_NO_MEMORY;
    g->groups = groups;
    uint32_t *const slots = reallocarray(g->slots, 2 * cap, sizeof *slots);
    if (slots == NULL)
        return ST_NO_MEMORY;
    g->slots = slots;
    g->slot_count = 2 * cap;
    g->cap = cap;
    memset(slots, 0xff, g->slot_count * sizeof *slots);
    for (size_t i = 0; i < g->count; i++)
        slots[slot_of(g, groups[i].key)] = (uint32_t)i;
    return ST_OK;
}

/* The group of g->key, made if it is new; NULL if there is no room for it. */
static enum status find_or_make(struct groups *g, struct group **group)
{
    *group = NULL;
    if (g->count == g->cap && g->cap < GROUPS_MAX && grow(g) != ST_OK)
        return ST_NO_MEMORY;
    const size_t slot = slot_of(g, buf_bytes(&g->key));
    if (g->slots[slot] != SLOT_EMPTY) {
        *group = &g->groups[g->slots[slot]];
        return ST_OK;
    }
    const struct bytes key =
        g->count == g->cap ? (struct bytes){0} : arena_copy(&g->keys, buf_bytes(&g->key));
    if (key.data == NULL)
        return ST_OK;
    g->slots[slot] = (uint32_t)g->count;
    *group = &g->groups[g->count++];
    **group = (struct group){.key = key};
    return ST_OK;
}

static struct bytes choice_text(const struct groups *g, const struct choices *c, size_t i)
{
    return (struct bytes){g->texts.data + c->values[i].at, c->values[i].len};
}

/* Adds the value that was just written behind `from`, unless it is there already. */
static void add_choice(struct groups *g, struct choices *c, size_t from)
{
    const struct bytes text = {g->texts.data + from, g->texts.len - from};
    if (c->count == VALUES_MAX || text.len > KEY_MAX)
        return;
    for (size_t i = 0; i < c->count; i++) {
        if (bytes_equal(choice_text(g, c, i), text))
            return;
    }
    c->values[c->count].at = from;
    c->values[c->count].len = (uint32_t)text.len;
    c->count++;
}

static void collect(struct groups *g, const struct document *document, struct bytes name,
                    struct choices *c)
{
    const uint16_t field = field_find(document->view, name);
    c->count = 0;
    c->chosen = 0;
    for (const struct value *value = field_value(document, field, NULL); value != NULL;
         value = field_value(document, field, value)) {
        const size_t from = g->texts.len;
        field_value_text(value, &g->texts);
        add_choice(g, c, from);
    }
}

static void write_key(struct groups *g)
{
    buf_reset(&g->key);
    for (size_t i = 0; i < g->by.count; i++) {
        const struct choices *const c = &g->choices[i];
        const uint32_t len = c->count == 0 ? NO_VALUE : c->values[c->chosen].len;
        buf_add(&g->key, (struct bytes){(const uint8_t *)&len, sizeof len});
        if (c->count > 0)
            buf_add(&g->key, choice_text(g, c, c->chosen));
    }
}

/* Turns to the next combination of values; false behind the last. */
static bool next_combination(struct groups *g)
{
    for (size_t i = g->by.count; i > 0; i--) {
        struct choices *const c = &g->choices[i - 1];
        if (c->chosen + 1 < c->count) {
            c->chosen++;
            return true;
        }
        c->chosen = 0;
    }
    return false;
}

/* Adds a hash; false if it is there already. */
static bool put_pair(uint64_t *pairs, size_t slots, uint64_t hash)
{
    size_t slot = (size_t)hash & (slots - 1);
    while (pairs[slot] != 0 && pairs[slot] != hash)
        slot = (slot + 1) & (slots - 1);
    const bool is_new = pairs[slot] == 0;
    pairs[slot] = hash;
    return is_new;
}

static enum status grow_pairs(struct groups *g)
{
    const size_t slots = g->pair_slots == 0 ? PAIR_SLOTS_MIN : g->pair_slots * 2;
    uint64_t *const pairs = calloc(slots, sizeof *pairs);
    if (pairs == NULL)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < g->pair_slots; i++) {
        if (g->pairs[i] != 0)
            (void)put_pair(pairs, slots, g->pairs[i]);
    }
    free(g->pairs);
    g->pairs = pairs;
    g->pair_slots = slots;
    return ST_OK;
}

/* Counts the values of the filter's field that the group of g->key did not have before; no more of
 * them than the filter asks about. */
static enum status count_distinct(struct groups *g, struct group *group)
{
    const struct choices *const c = &g->choices[g->by.count];
    const size_t key_len = g->key.len;
    for (size_t i = 0; i < c->count; i++) {
        if (g->filter->distinct_max > 0 && group->distinct > g->filter->distinct_max)
            return ST_OK;
        if (g->pair_count >= PAIR_SLOTS_MAX / 2) {
            g->left_out++;
            return ST_OK;
        }
        if (2 * g->pair_count >= g->pair_slots && grow_pairs(g) != ST_OK)
            return ST_NO_MEMORY;
        buf_add(&g->key, choice_text(g, c, i));
        const uint64_t hash = siphash_64(g->hash_key, buf_bytes(&g->key));
        g->key.len = key_len;
        if (put_pair(g->pairs, g->pair_slots, hash == 0 ? 1 : hash)) {
            g->pair_count++;
            group->distinct++;
        }
    }
    return ST_OK;
}

static enum status count_in(struct groups *g, const struct value *duration, bool is_old)
{
    struct group *group = NULL;
    const enum status status = find_or_make(g, &group);
    if (status != ST_OK)
        return status;
    if (group == NULL) {
        g->left_out++;
        return ST_OK;
    }
    group->old_count += is_old ? 1 : 0;
    group->count += is_old ? 0 : 1;
    if (g->filter->distinct.len > 0 && count_distinct(g, group) != ST_OK)
        return ST_NO_MEMORY;
    if (is_old || duration == NULL || duration->kind != VALUE_INTEGER || duration->integer < 0)
        return ST_OK;
    return quantiles_add(&group->latency, (uint64_t)duration->integer);
}

/* True if the document is there only to say what was known before. */
static bool is_old(const struct groups *g, const struct document *document)
{
    if (!g->filter->is_new)
        return false;
    const uint16_t field = field_find(document->view, BYTES_LITERAL("@timestamp"));
    const struct value *const time = field_value(document, field, NULL);
    return time != NULL && time->kind == VALUE_TIME && time->integer < g->filter->since_ns;
}

enum status groups_add(struct groups *groups, const struct document *document)
{
    const bool is_before = is_old(groups, document);
    groups->documents += is_before ? 0 : 1;
    groups->old_documents += is_before ? 1 : 0;
    buf_reset(&groups->texts);
    for (size_t i = 0; i < groups->by.count; i++)
        collect(groups, document, groups->by.names[i], &groups->choices[i]);
    if (groups->filter->distinct.len > 0)
        collect(groups, document, groups->filter->distinct, &groups->choices[groups->by.count]);
    const uint16_t field = field_find(document->view, BYTES_LITERAL("event.duration"));
    const struct value *const duration = field_value(document, field, NULL);
    enum status status = ST_OK;
    size_t combinations = 0;
    do {
        write_key(groups);
        status = count_in(groups, duration, is_before);
        combinations++;
    } while (status == ST_OK && combinations < GROUPS_PER_DOCUMENT_MAX && next_combination(groups));
    return status;
}

enum status groups_add_counted(struct groups *groups, const struct document *values,
                               const struct source_group *counted)
{
    buf_reset(&groups->texts);
    for (size_t i = 0; i < groups->by.count; i++)
        collect(groups, values, groups->by.names[i], &groups->choices[i]);
    write_key(groups);
    struct group *group = NULL;
    const enum status status = find_or_make(groups, &group);
    if (status != ST_OK)
        return status;
    if (group == NULL) {
        groups->left_out += counted->count;
        return ST_OK;
    }
    group->count += counted->count;
    return counted->has_latency ? quantiles_add_percentiles(&group->latency, counted->latency)
                                : ST_OK;
}

static int compare_groups(const void *left, const void *right)
{
    const struct group *const a = left;
    const struct group *const b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    struct bytes x = {0};
    struct bytes y = {0};
    int order = 0;
    for (size_t i = 0; order == 0 && (i == 0 || x.data != NULL); i++) {
        const bool has_x = group_value(a, i, &x);
        const bool has_y = group_value(b, i, &y);
        order = has_x && has_y ? bytes_compare(x, y) : (int)has_y - (int)has_x;
    }
    return order;
}

static bool is_wanted(const struct groups *g, const struct group *group, size_t group_count,
                      uint64_t sum)
{
    const struct group_filter *const filter = g->filter;
    if (group->count < filter->count_min || group->distinct < filter->distinct_min ||
        (filter->distinct_max > 0 && group->distinct > filter->distinct_max))
        return false;
    if (filter->is_new && (group->count == 0 || group->old_count > 0 || g->old_documents == 0))
        return false;
    const double even = (double)sum / (double)group_count * (double)filter->uneven_percent / 100;
    return filter->uneven_percent == 0 || (group_count > 1 && (double)group->count >= even);
}

static void filter_groups(struct groups *g)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < g->count; i++)
        sum += g->groups[i].count;
    size_t kept = 0;
    for (size_t i = 0; i < g->count; i++) {
        struct group group = g->groups[i];
        if (is_wanted(g, &group, g->count, sum))
            g->groups[kept++] = group;
        else
            quantiles_release(&group.latency);
    }
    g->count = kept;
}

enum status groups_sort(struct groups *groups, const struct group **sorted, size_t *count)
{
    if (group_filter_is_set(groups->filter))
        filter_groups(groups);
    *count = groups->count;
    *sorted = groups->groups;
    if (groups->count > 0)
        qsort(groups->groups, groups->count, sizeof *groups->groups, compare_groups);
    return ST_OK;
}

uint64_t groups_documents(const struct groups *groups)
{
    return groups->documents;
}

uint64_t groups_left_out(const struct groups *groups)
{
    return groups->left_out;
}

bool group_value(const struct group *group, size_t at, struct bytes *value)
{
    *value = (struct bytes){0};
    size_t from = 0;
    for (size_t i = 0; from < group->key.len; i++) {
        uint32_t len = 0;
        memcpy(&len, group->key.data + from, sizeof len);
        from += sizeof len;
        if (i == at) {
            value->data = group->key.data + from;
            value->len = len == NO_VALUE ? 0 : len;
            return len != NO_VALUE;
        }
        from += len == NO_VALUE ? 0 : len;
    }
    return false;
}
