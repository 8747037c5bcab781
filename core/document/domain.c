#include "core/document/domain.h"

#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/siphash.h"

/* Names remembered, a power of two; one takes 280 octets. */
#define MEMORY_COUNT 4096

/* Octets of the longest name that is looked up. */
#define NAME_MAX_LEN 255

struct remembered {
    uint8_t len; /* 0: empty */
    struct domain_parts parts;
    uint8_t name[NAME_MAX_LEN];
};

struct domain_list {
    const psl_ctx_t *psl;
    struct siphash_key key;
    struct remembered *memory; /* by hash; a newer name takes the place of an older one */
};

enum status domain_list_new(struct domain_list **list)
{
    struct domain_list *const made = calloc(1, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    made->psl = psl_builtin();
    made->key = siphash_key_random();
    made->memory = calloc(MEMORY_COUNT, sizeof *made->memory);
    if (made->memory == NULL || made->psl == NULL) {
        domain_list_free(made);
        return ST_NO_MEMORY;
    }
    *list = made;
    return ST_OK;
}

void domain_list_free(struct domain_list *list)
{
    if (list == NULL)
        return;
    free(list->memory);
    free(list);
}

static struct domain_parts ask_list(const struct domain_list *list, struct bytes name)
{
    char text[NAME_MAX_LEN + 1];
    memcpy(text, name.data, name.len);
    text[name.len] = '\0';
    struct domain_parts parts = {0};
    const char *const suffix = psl_unregistrable_domain(list->psl, text);
    if (suffix == NULL)
        return parts;
    parts.public_suffix_len = (uint8_t)strlen(suffix);
    const char *const registered = psl_registrable_domain(list->psl, text);
    if (registered != NULL)
        parts.registered_len = (uint8_t)strlen(registered);
    parts.is_public =
        psl_is_public_suffix2(list->psl, suffix, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
    return parts;
}

struct domain_parts domain_parts_of(struct domain_list *list, struct bytes name)
{
    if (name.len == 0 || name.len > NAME_MAX_LEN || memchr(name.data, '\\', name.len) != NULL ||
        name.data[0] == '.')
        return (struct domain_parts){0};
    const uint64_t hash = siphash_64(list->key, name);
    struct remembered *const place = &list->memory[hash & (MEMORY_COUNT - 1)];
    if (place->len == name.len && memcmp(place->name, name.data, name.len) == 0)
        return place->parts;
    place->parts = ask_list(list, name);
    place->len = (uint8_t)name.len;
    memcpy(place->name, name.data, name.len);
    return place->parts;
}
