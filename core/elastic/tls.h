/* How a client speaks TLS; private to core/elastic. */
#ifndef DNSIGHT_ELASTIC_TLS_H
#define DNSIGHT_ELASTIC_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/macros.h"
#include "core/elastic/http.h"

#define TLS_FINGERPRINT_LEN 32

/* The settings of one client; owned texts. */
struct tls {
    char *ca_file; /* NULL: the system's */
    char *certificate;
    char *key;
    char *key_passphrase;
    enum http_verification verification;
    bool has_fingerprint;
    uint8_t fingerprint[TLS_FINGERPRINT_LEN];
};

/* Copies the settings. Returns ST_OK; ST_INVALID (the fingerprint, or a certificate without a key
 * or the reverse) or ST_NO_MEMORY with *err; then tls_release is still to be called. */
MUST_CHECK enum status tls_init(struct tls *tls, const struct http_tls *settings,
                                struct error *err);
void tls_release(struct tls *tls);

/* Applies the settings to a handle of libcurl (CURL *), which must not outlive *tls. Returns
 * ST_OK, or ST_UNSUPPORTED with *err if this libcurl cannot do what is asked for. */
MUST_CHECK enum status tls_apply(struct tls *tls, void *curl, struct error *err);

#endif
