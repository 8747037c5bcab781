/* What dnsightd says on standard error. */
#ifndef DNSIGHT_SHIPPER_BASE_MESSAGE_H
#define DNSIGHT_SHIPPER_BASE_MESSAGE_H

#include "core/base/macros.h"

/* Writes one message behind "dnsightd: ". It may name files and repeat what servers said: whatever
 * could move a terminal's cursor is escaped. Lines that begin with two blanks (the place of an
 * error in an expression) stay lines. */
void message_say(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
