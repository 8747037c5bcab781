/* The address of a server as a person writes it:
 * "http(s)://[user:password@]host[:port][/target]". */
#ifndef DNSIGHT_ELASTIC_ADDRESS_H
#define DNSIGHT_ELASTIC_ADDRESS_H

#include "core/base/error.h"
#include "core/base/macros.h"

/* Owned texts. */
struct address {
    char *base;     /* scheme, host and port, "https://es:9200"; what messages show */
    char *username; /* NULL if the address names none */
    char *password; /* NULL if the address has none; never printed */
    char *target;   /* data streams or indices, "logs-*", as written; "" if there is no path */
};

/* Reads an address. Returns ST_OK; ST_INVALID with *err (which never repeats the text: it may
 * hold a password), or ST_NO_MEMORY. */
MUST_CHECK enum status address_parse(const char *text, struct address *address, struct error *err);

/* Frees the texts; the password is overwritten first. */
void address_release(struct address *address);

#endif
