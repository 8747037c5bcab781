#include "query/pictures/page.h"

#include <nettle/sha2.h>

#include "core/base/encoding.h"
#include "core/base/macros.h"
#include "query/pictures/style_files.h"

/* Octets of the policy. */
#define POLICY_MAX 1024

/* Names a text by its hash, so that nothing else of its kind is obeyed. */
static void allow(struct buf *policy, const struct bytes *texts, size_t count)
{
    struct sha256_ctx hash;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&hash);
    for (size_t i = 0; i < count; i++)
        sha256_update(&hash, texts[i].len, texts[i].data);
    sha256_digest(&hash, sizeof digest, digest);
    buf_add_text(policy, "'sha256-");
    encoding_base64((struct bytes){digest, sizeof digest}, policy);
    buf_add_text(policy, "'");
}

static void write_meta(struct markup *m, const char *kind, const char *what, struct bytes content)
{
    markup_begin(m, "meta");
    markup_word(m, kind, what);
    markup_attribute(m, "content", content);
    markup_empty(m);
    buf_add_u8(m->out, '\n');
}

static void write_policy(struct markup *m, const struct bytes *styles, size_t style_count)
{
    struct buf policy;
    buf_init(&policy, POLICY_MAX);
    buf_add_text(&policy, "default-src 'none'; base-uri 'none'; form-action 'none'; style-src ");
    allow(&policy, styles, style_count);
    buf_add_text(&policy, "; script-src ");
    allow(&policy, &style_script, 1);
    write_meta(m, "http-equiv", "Content-Security-Policy", buf_bytes(&policy));
    buf_release(&policy);
}

void page_begin(struct markup *m, const char *title)
{
    const struct bytes styles[] = {style_colours, style_graph, style_page};
    buf_add_text(m->out, "<!DOCTYPE html>\n");
    markup_begin(m, "html");
    markup_word(m, "lang", "en");
    markup_begin(m, "head");
    markup_begin(m, "meta");
    markup_word(m, "charset", "utf-8");
    markup_empty(m);
    write_policy(m, styles, ARRAY_LEN(styles));
    write_meta(m, "name", "viewport", BYTES_LITERAL("width=device-width, initial-scale=1"));
    write_meta(m, "name", "referrer", BYTES_LITERAL("no-referrer"));
    markup_element(m, "title", NULL, bytes_of(title));
    markup_begin(m, "style");
    for (size_t i = 0; i < ARRAY_LEN(styles); i++)
        markup_raw(m, styles[i]);
    markup_end(m);
    markup_end(m);
    buf_add_u8(m->out, '\n');
    markup_begin(m, "body");
}

void page_end(struct markup *m)
{
    markup_begin(m, "script");
    markup_raw(m, style_script);
    markup_end(m);
    markup_end(m);
    markup_end(m);
    buf_add_u8(m->out, '\n');
}

void page_incomplete(struct markup *m, struct bytes not_read)
{
    if (not_read.len == 0)
        return;
    markup_begin(m, "div");
    markup_word(m, "class", "incomplete");
    markup_word(m, "role", "note");
    markup_element(m, "p", NULL,
                   BYTES_LITERAL("Incomplete: not everything could be read, so there may be more "
                                 "than is said here."));
    while (not_read.len > 0) {
        const size_t end = bytes_find(not_read, BYTES_LITERAL("\n"));
        markup_element(m, "p", NULL, bytes_slice(not_read, 0, end));
        not_read = bytes_slice(not_read, end + 1, not_read.len);
    }
    markup_end(m);
}

void page_figure(struct markup *m, const char *what, uint64_t count, bool is_bad)
{
    markup_begin(m, "div");
    if (is_bad)
        markup_word(m, "class", "bad");
    markup_element(m, "dt", NULL, bytes_of(what));
    markup_begin(m, "dd");
    markup_count(m, count);
    markup_end(m);
    markup_end(m);
}

void page_begin_wide(struct markup *m, const char *label)
{
    markup_begin(m, "div");
    markup_word(m, "class", "wide");
    markup_word(m, "tabindex", "0");
    markup_word(m, "role", "region");
    markup_word(m, "aria-label", label);
}
