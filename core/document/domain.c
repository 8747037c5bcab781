#include "core/document/domain.h"

#include <libpsl.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/siphash.h"

/* Names that are remembered: sets, a power of two, of as many as come into the processor's cache
 * together. */
#define SETS_COUNT 8192
#define SET_SIZE   4
#define SET_ALIGN  64

/* Octets of the longest name that is looked up. */
#define NAME_MAX_LEN 255

/* The hash of names that are not remembered, because nothing has to be asked for them. */
#define HASH_UNLISTED 0

/* Labels at the end of a name that libpsl looks at. No rule has so many. */
#define LABELS_MAX 9

/* The hash stands for the name: it is keyed, so that two names share one only by an accident of
 * 2^-64. */
struct remembered {
    uint64_t hash;
    struct domain_parts parts;
};

/* Asking the list takes longer than everything else that is done with a name, and names come in
 * two kinds: those asked again and again, and new ones below a parent that is known. */
struct domain_list {
    const psl_ctx_t *psl;
    struct siphash_key key;
    /* By hash; in a set the newest comes first, and takes the place of the oldest. */
    alignas(SET_ALIGN) struct remembered names[SETS_COUNT][SET_SIZE];
};

enum status domain_list_new(struct domain_list **list)
{
    struct domain_list *const made = aligned_alloc(SET_ALIGN, sizeof *made);
    if (made == NULL)
        return ST_NO_MEMORY;
    memset(made, 0, sizeof *made);
    made->psl = psl_builtin();
    made->key = siphash_key_random();
    if (made->psl == NULL) {
        domain_list_free(made);
        return ST_NO_MEMORY;
    }
    *list = made;
    return ST_OK;
}

void domain_list_free(struct domain_list *list)
{
    free(list);
}

/* Top-level domains for which the list has no rule, nor for a name below, and never will: those for
 * special use (RFC 6761, 6; RFC 6762, 3), `internal`, which ICANN keeps free, and `corp` and `lan`,
 * which it gives to nobody. Nearly all names of a cluster stand below one. */
static const struct bytes UNLISTED[] = {
    BYTES_ROW("local"),   BYTES_ROW("internal"), BYTES_ROW("corp"),      BYTES_ROW("lan"),
    BYTES_ROW("example"), BYTES_ROW("invalid"),  BYTES_ROW("localhost"), BYTES_ROW("test"),
};

static bool has_escape(struct bytes name)
{
    return memchr(name.data, '\\', name.len) != NULL;
}

/* Octets of the top-level domain if it is one of these, else 0. */
static size_t unlisted_len(struct bytes name)
{
    if (name.len == 0 || has_escape(name))
        return 0;
    const uint8_t *const dot = memrchr(name.data, '.', name.len);
    const size_t at = dot == NULL ? 0 : (size_t)(dot - name.data) + 1;
    const struct bytes top = {name.data + at, name.len - at};
    for (size_t i = 0; i < ARRAY_LEN(UNLISTED); i++) {
        if (bytes_equal(top, UNLISTED[i]))
            return top.len;
    }
    return 0;
}

/* The parts of a name below such a domain. */
static struct domain_parts unlisted_parts(struct bytes name, size_t top_len)
{
    if (name.len == top_len)
        return (struct domain_parts){.public_suffix_len = (uint8_t)top_len};
    const size_t rest_len = name.len - top_len - 1;
    const uint8_t *const dot = memrchr(name.data, '.', rest_len);
    const size_t at = dot == NULL ? 0 : (size_t)(dot - name.data) + 1;
    return (struct domain_parts){
        .public_suffix_len = (uint8_t)top_len,
        .registered_len = (uint8_t)(name.len - at),
    };
}

/* A name as the C string that libpsl wants. */
struct name_text {
    char text[NAME_MAX_LEN + 1];
};

static const char *terminate(struct name_text *to, struct bytes name)
{
    memcpy(to->text, name.data, name.len);
    to->text[name.len] = '\0';
    return to->text;
}

static bool has_rule(const struct domain_list *list, const char *suffix)
{
    return psl_is_public_suffix2(list->psl, suffix, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) == 1;
}

/* Asks the list for all of it. */
static struct domain_parts ask_whole(const struct domain_list *list, struct bytes name)
{
    struct name_text copy;
    const char *const text = terminate(&copy, name);
    struct domain_parts parts = {0};
    const char *const suffix = psl_unregistrable_domain(list->psl, text);
    if (suffix == NULL)
        return parts;
    parts.public_suffix_len = (uint8_t)strlen(suffix);
    const char *const registered = psl_registrable_domain(list->psl, text);
    if (registered != NULL)
        parts.registered_len = (uint8_t)strlen(registered);
    parts.is_public = has_rule(list, suffix);
    return parts;
}

static struct domain_parts ask(struct domain_list *list, struct bytes whole_name);

uint64_t domain_hash(const struct domain_list *list, struct bytes name)
{
    if (unlisted_len(name) != 0)
        return HASH_UNLISTED;
    const uint64_t hash = siphash_quick_64(list->key, name);
    PREFETCH(list->names[hash % SETS_COUNT]);
    return hash;
}

static struct domain_parts remember(struct domain_list *list, struct bytes name, uint64_t hash)
{
    struct remembered *const set = list->names[hash % SETS_COUNT];
    for (size_t i = 0; i < SET_SIZE; i++) {
        if (set[i].hash == hash)
            return set[i].parts;
    }
    const struct domain_parts parts = ask(list, name);
    memmove(set + 1, set, (SET_SIZE - 1) * sizeof *set);
    set[0] = (struct remembered){hash, parts};
    return parts;
}

/* The last LABELS_MAX labels of a name. */
static struct bytes last_labels(struct bytes name)
{
    unsigned dots = 0;
    for (size_t at = name.len; at > 0; at--) {
        dots += name.data[at - 1] == '.' ? 1 : 0;
        if (dots == LABELS_MAX)
            return bytes_slice(name, at, name.len);
    }
    return name;
}

/* Rules apply to a name and what is below it: a name that is no public suffix itself has the one
 * of its parent, which is remembered. So one question is enough where the whole answer takes two or
 * three for each label. */
/* NOLINTNEXTLINE(misc-no-recursion): once a label, at most LABELS_MAX deep */
static struct domain_parts ask(struct domain_list *list, struct bytes whole_name)
{
    if (has_escape(whole_name))
        return (struct domain_parts){0};
    const struct bytes name = last_labels(whole_name);
    const uint8_t *const dot = memchr(name.data, '.', name.len - 1);
    if (dot == NULL)
        return ask_whole(list, name);
    const size_t at = (size_t)(dot - name.data) + 1;
    struct name_text text;
    if (psl_is_public_suffix2(list->psl, terminate(&text, name), PSL_TYPE_ANY) == 1)
        return ask_whole(list, name);
    const struct bytes parent = {name.data + at, name.len - at};
    struct domain_parts parts = remember(list, parent, domain_hash(list, parent));
    if (parts.registered_len == 0)
        parts.registered_len = (uint8_t)name.len;
    return parts;
}

struct domain_parts domain_parts_of(struct domain_list *list, struct bytes name, uint64_t hash)
{
    if (name.len == 0 || name.len > NAME_MAX_LEN || name.data[0] == '.')
        return (struct domain_parts){0};
    const size_t unlisted = hash == HASH_UNLISTED ? unlisted_len(name) : 0;
    return unlisted != 0 ? unlisted_parts(name, unlisted) : remember(list, name, hash);
}
