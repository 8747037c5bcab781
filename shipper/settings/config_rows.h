/* The keys of the configuration file: one row a key. */
#ifndef DNSIGHT_SHIPPER_SETTINGS_CONFIG_ROWS_H
#define DNSIGHT_SHIPPER_SETTINGS_CONFIG_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shipper/settings/config.h"

/* How the text of a value becomes a member. */
enum config_type {
    CONFIG_TEXT,
    CONFIG_SECRET_FILE, /* the path of a file whose first line is the value */
    CONFIG_NUMBER,
    CONFIG_OCTETS,
    CONFIG_DURATION,
    CONFIG_CHOICE, /* one of `words`; the member is its place among them */
    CONFIG_SET,    /* `set` takes it */
};

struct config_row {
    const char *key;
    enum config_type type;
    unsigned unit_ms; /* of a duration's member: 1 or 1000 */
    bool is_list;
    bool is_secret;     /* never printed */
    bool is_reloadable; /* SIGHUP takes a new value */
    size_t at;          /* offset of the member in struct config, and its octets */
    size_t width;       /* 1, 2, 4 or 8 for what is no text */
    uint64_t least;
    uint64_t most; /* 0: what the member can hold */
    const char *const *words;
    size_t word_count;
    /* As that of an option: CONFIG_SET, called once for each item of a list. */
    enum status (*set)(void *config, const char *value, struct error *err);
};

extern const struct config_row config_rows[];
extern const size_t config_row_count;

/* Takes a value (which lives as long as the configuration) into its member. Returns ST_OK;
 * ST_INVALID (it is wrong) or ST_IO (a file of a secret) with *err. */
MUST_CHECK enum status config_row_set(const struct config_row *row, struct config *config,
                                      const char *value, struct error *err);

/* The same setting as an option of the command line: see struct option. */
enum status config_set_interface(void *config, const char *value, struct error *err);

#endif
