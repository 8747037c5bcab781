#include "query/printing/address.h"

#include <stddef.h>
#include <string.h>

/* The longest address, with brackets and a port, in octets. */
#define ADDRESS_MAX (sizeof "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535" - 1)

bool address_is(struct bytes word)
{
    bool has_digit = false;
    bool has_separator = false;
    for (size_t i = 0; i < word.len; i++) {
        const uint8_t c = word.data[i];
        if (c == '\0' || strchr("0123456789abcdef.:[]", c) == NULL)
            return false;
        has_digit = has_digit || (c >= '0' && c <= '9');
        has_separator = has_separator || c == '.' || c == ':';
    }
    return has_digit && has_separator && word.len <= ADDRESS_MAX;
}

bool address_begins(struct bytes text)
{
    return address_is(bytes_slice(text, 0, bytes_find(text, BYTES_LITERAL(" "))));
}
