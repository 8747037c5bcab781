#include "core/elastic/tls.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "core/elastic/secret.h"

/* Copies a text; NULL stays NULL. False if memory is exhausted. */
static bool copy_text(const char *text, char **copy)
{
    *copy = text == NULL ? NULL : strdup(text);
    return text == NULL || *copy != NULL;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* False unless the text is 64 hexadecimal digits, with or without colons. */
static bool parse_fingerprint(const char *text, uint8_t *fingerprint)
{
    size_t digits = 0;
    for (; *text != '\0'; text++) {
        if (*text == ':')
            continue;
        const int value = digit_value(*text);
        if (value < 0 || digits == (size_t)2 * TLS_FINGERPRINT_LEN)
            return false;
        uint8_t *const octet = &fingerprint[digits++ / 2];
        *octet = (uint8_t)(*octet << 4 | value);
    }
    return digits == (size_t)2 * TLS_FINGERPRINT_LEN;
}

enum status tls_init(struct tls *tls, const struct http_tls *settings, struct error *err)
{
    *tls = (struct tls){.verification = settings->verification};
    const char *const environment = getenv("SSL_CERT_FILE");
    const char *ca_file = settings->ca_file;
    if (ca_file == NULL && environment != NULL && environment[0] != '\0')
        ca_file = environment;
    if (!copy_text(ca_file, &tls->ca_file) ||
        !copy_text(settings->certificate, &tls->certificate) ||
        !copy_text(settings->key, &tls->key) ||
        !copy_text(settings->key_passphrase, &tls->key_passphrase))
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    if ((tls->certificate == NULL) != (tls->key == NULL))
        return error_set(err, ST_INVALID,
                         "a client certificate needs its key, and a key its "
                         "certificate");
    if (settings->ca_fingerprint == NULL)
        return ST_OK;
    tls->has_fingerprint = parse_fingerprint(settings->ca_fingerprint, tls->fingerprint);
    return tls->has_fingerprint
               ? ST_OK
               : error_set(err, ST_INVALID,
                           "the fingerprint of an authority is the SHA-256 of its certificate, 64 "
                           "hexadecimal digits");
}

void tls_release(struct tls *tls)
{
    free(tls->ca_file);
    free(tls->certificate);
    free(tls->key);
    secret_free(tls->key_passphrase);
    *tls = (struct tls){0};
}

static bool has_fingerprint(const struct tls *tls, const X509 *certificate)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    return X509_digest(certificate, EVP_sha256(), digest, &len) == 1 &&
           len == TLS_FINGERPRINT_LEN && memcmp(digest, tls->fingerprint, len) == 0;
}

/* In place of OpenSSL's own verification: an authority of the chain that has the fingerprint is
 * trusted like one of the authority file, then everything is verified as ever (signatures, times,
 * purposes). libcurl checks the name of the host afterwards. */
static int verify_chain(X509_STORE_CTX *context, void *argument)
{
    const struct tls *const tls = argument;
    STACK_OF(X509) *const chain = X509_STORE_CTX_get0_untrusted(context);
    for (int i = 0; i < sk_X509_num(chain); i++) {
        X509 *const certificate = sk_X509_value(chain, i);
        if (X509_check_ca(certificate) > 0 && has_fingerprint(tls, certificate) &&
            X509_STORE_add_cert(X509_STORE_CTX_get0_store(context), certificate) != 1)
            return 0;
    }
    return X509_verify_cert(context);
}

/* libcurl's function to prepare the TLS library. */
static CURLcode prepare_context(CURL *curl, void *context, void *argument)
{
    (void)curl;
    SSL_CTX_set_cert_verify_callback(context, verify_chain, argument);
    return CURLE_OK;
}

/* The setters fail only for options that this libcurl does not have. */
static void apply_texts(const struct tls *tls, CURL *curl)
{
    if (tls->ca_file != NULL)
        (void)curl_easy_setopt(curl, CURLOPT_CAINFO, tls->ca_file);
    if (tls->certificate != NULL) {
        (void)curl_easy_setopt(curl, CURLOPT_SSLCERT, tls->certificate);
        (void)curl_easy_setopt(curl, CURLOPT_SSLKEY, tls->key);
    }
    if (tls->key_passphrase != NULL)
        (void)curl_easy_setopt(curl, CURLOPT_KEYPASSWD, tls->key_passphrase);
}

enum status tls_apply(struct tls *tls, void *curl, struct error *err)
{
    apply_texts(tls, curl);
    const bool is_verified = tls->verification != HTTP_VERIFY_NONE;
    const bool is_full = tls->verification == HTTP_VERIFY_FULL;
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, is_verified ? 1L : 0L);
    (void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, is_full ? 2L : 0L);
    if (!tls->has_fingerprint || !is_verified)
        return ST_OK;
    if (curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, prepare_context) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, tls) != CURLE_OK)
        return error_set(err, ST_UNSUPPORTED,
                         "this libcurl cannot trust an authority by its fingerprint");
    return ST_OK;
}
