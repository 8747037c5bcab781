/* Numbers as Elasticsearch reads them from text, in documents and in queries. */
#ifndef DNSIGHT_DOCUMENT_NUMBER_H
#define DNSIGHT_DOCUMENT_NUMBER_H

#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/macros.h"
#include "core/base/status.h"

/* Reads a decimal number exactly, cut towards zero: sign, digits, fraction, exponent, with nothing
 * around them ("5", "+5", "-0.5", "5.", "1e3"). Returns ST_OK; ST_INVALID if it is no such number,
 * ST_LIMIT if it does not fit. */
MUST_CHECK enum status number_read_integer(struct bytes text, int64_t *integer);

/* Reads what Java's Double.parseDouble reads: blanks around the number, "NaN", "Infinity",
 * hexadecimal floats and the suffixes d and f included. Returns ST_OK (too large a number is an
 * infinity), or ST_INVALID. */
MUST_CHECK enum status number_read_double(struct bytes text, double *real);

/* As number_read_double, rounded once to the nearest float (Float.parseFloat). */
MUST_CHECK enum status number_read_float(struct bytes text, double *real);

/* The nearest value of IEEE 754 binary16, ties to even; beyond 65,519 an infinity. */
double number_round_half(double real);

#endif
