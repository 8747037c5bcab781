/* Values of the configuration as a person writes them. */
#ifndef DNSIGHT_SHIPPER_SETTINGS_CONFIG_TEXT_H
#define DNSIGHT_SHIPPER_SETTINGS_CONFIG_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"

/* Every function returns ST_OK, or ST_INVALID with *err saying what is expected. */

/* A whole number from `least` to `most`. */
MUST_CHECK enum status config_text_number(const char *text, uint64_t least, uint64_t most,
                                          uint64_t *value, struct error *err);

/* Octets: a whole number, with a unit (B, KiB, MiB, GiB, TiB; kB, MB, GB, TB are thousands) or
 * without. */
MUST_CHECK enum status config_text_octets(const char *text, uint64_t *octets, struct error *err);

/* A duration of 1 ms at least: a whole number with a unit (ms, s, m, h, d). */
MUST_CHECK enum status config_text_duration(const char *text, uint64_t *ms, struct error *err);

/* The place of the text among the words. */
MUST_CHECK enum status config_text_choice(const char *text, const char *const *words, size_t count,
                                          size_t *chosen, struct error *err);

#endif
