#include "core/base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/size.h"

/* Octets of an ordinary block. */
#define ARENA_BLOCK_SIZE ((size_t)16 * 1024)

struct arena_block {
    struct arena_block *next;
    size_t size; /* octets behind the header */
    max_align_t data[];
};

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena){.max = max};
}

void arena_release(struct arena *a)
{
    struct arena_block *block = a->first;
    while (block != NULL) {
        struct arena_block *const next = block->next;
        free(block);
        block = next;
    }
    arena_init(a, a->max);
}

static void arena_use(struct arena *a, struct arena_block *block)
{
    a->current = block;
    a->next = (uint8_t *)block->data;
    a->end = a->next + block->size;
}

void arena_reset(struct arena *a)
{
    if (a->first != NULL)
        arena_use(a, a->first);
}

static struct arena_block *arena_add_block(struct arena *a, size_t size)
{
    const size_t wanted = size > ARENA_BLOCK_SIZE ? size : ARENA_BLOCK_SIZE;
    if (wanted > a->max - a->total || wanted > SIZE_MAX - sizeof(struct arena_block))
        return NULL;
    struct arena_block *const block = malloc(sizeof *block + wanted);
    if (block == NULL)
        return NULL;
    block->size = wanted;
    a->total += wanted;
    if (a->current == NULL) {
        block->next = a->first;
        a->first = block;
    } else {
        block->next = a->current->next;
        a->current->next = block;
    }
    return block;
}

void *arena_alloc_block(struct arena *a, size_t size)
{
    const size_t align = sizeof(max_align_t);
    if (size > SIZE_MAX - align)
        return NULL;
    const size_t rounded = (size + align - 1) / align * align;
    struct arena_block *block = a->current == NULL ? a->first : a->current->next;
    if (block == NULL || block->size < rounded)
        block = arena_add_block(a, rounded);
    if (block == NULL)
        return NULL;
    arena_use(a, block);
    void *const taken = a->next;
    a->next += rounded;
    return taken;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total = 0;
    if (!size_mul(count, size, &total))
        return NULL;
    void *const memory = arena_alloc(a, total);
    if (memory != NULL)
        memset(memory, 0, total);
    return memory;
}

struct bytes arena_copy(struct arena *a, struct bytes octets)
{
    uint8_t *const to = arena_alloc(a, octets.len);
    if (to == NULL)
        return (struct bytes){0};
    if (octets.len != 0)
        memcpy(to, octets.data, octets.len);
    return (struct bytes){to, octets.len};
}
