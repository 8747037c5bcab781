#include "shipper/setup/template.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encoding.h"
#include "core/base/siphash.h"
#include "core/json/tree.h"
#include "core/json/writer.h"
#include "mappings/templates.h"
#include "shipper/setup/properties.h"

/* Octets of a body (about 12 thousand), and of the tree of a file. */
#define BODY_MAX ((size_t)1024 * 1024)
#define TREE_MAX ((size_t)1024 * 1024)
/* Longest path of a member in a file. */
#define PATH_MAX_LEN ((size_t)256)

/* Members that not every server accepts. */
static const struct {
    const char *path;
    enum server_capability needs;
} conditions[] = {
    {"template.lifecycle", CAN_LIFECYCLE},
    {"template.settings.index.lifecycle", CAN_ILM},
    {"template.data_stream_options", CAN_FAILURE_STORE},
    {"allow_auto_create", CAN_ALLOW_AUTO_CREATE},
    {"ignore_missing_component_templates", CAN_IGNORE_MISSING},
};

/* What is written where. */
struct writing {
    const struct server *server;
    bool has_custom;
    const char *digest; /* NULL: not known yet */
    struct buf path;    /* of the member that is being written, "template.mappings" */
    struct json_writer w;
};

uint64_t template_version(void)
{
    char *end = NULL;
    const uint64_t major = strtoull(DNSIGHT_VERSION, &end, 10);
    const uint64_t minor = *end == '.' ? strtoull(end + 1, &end, 10) : 0;
    const uint64_t patch = *end == '.' ? strtoull(end + 1, &end, 10) : 0;
    return major * 10000 + minor * 100 + patch;
}

/* The member that is being written has this path. */
static bool is_at(struct writing *t, const char *path)
{
    return strcmp(buf_text(&t->path), path) == 0;
}

static bool is_accepted(struct writing *t)
{
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        if (is_at(t, conditions[i].path))
            return server_can(t->server, conditions[i].needs);
    }
    return true;
}

static void write_components(struct writing *t, const struct json_value *names)
{
    const bool may_miss = server_can(t->server, CAN_IGNORE_MISSING);
    json_begin_array(&t->w);
    for (const struct json_value *name = names->first; name != NULL; name = name->next) {
        if (may_miss || t->has_custom || !bytes_is(name->text, TEMPLATE_CUSTOM))
            json_string(&t->w, name->text);
    }
    json_end_array(&t->w);
}

static void write_members(struct writing *t, const struct json_value *object);

/* Writes the value of the member at t->path. */
static void write_value(struct writing *t, const struct json_value *value)
{
    if (is_at(t, "template.mappings.properties")) {
        properties_write(t->server, &t->w);
    } else if (is_at(t, "composed_of")) {
        write_components(t, value);
    } else if (value->kind == JSON_TREE_OBJECT) {
        json_begin_object(&t->w);
        write_members(t, value);
        json_end_object(&t->w);
    } else {
        json_tree_write(value, &t->w);
    }
}

/* Recursion ends with the nesting of our own files. */
static void write_members(struct writing *t, const struct json_value *object)
{
    const bool is_meta = is_at(t, "_meta") || is_at(t, "template.mappings._meta");
    if (is_meta && t->digest != NULL) {
        json_key(&t->w, "version");
        json_text(&t->w, DNSIGHT_VERSION);
        json_key(&t->w, "digest");
        json_text(&t->w, t->digest);
    }
    const size_t outer = t->path.len;
    for (const struct json_value *member = object->first; member != NULL; member = member->next) {
        if (outer > 0)
            buf_add_u8(&t->path, '.');
        buf_add(&t->path, member->name);
        if (is_accepted(t)) {
            json_key_bytes(&t->w, member->name);
            write_value(t, member);
        }
        t->path.len = outer;
    }
}

/* A file with its version put in front. */
static void write_body(struct writing *t, const struct json_value *file, struct buf *out)
{
    t->w = json_writer_of(out);
    json_begin_object(&t->w);
    json_key(&t->w, "version");
    json_u64(&t->w, template_version());
    write_members(t, file);
    json_end_object(&t->w);
}

/* Writes a body twice: the digest is that of the body without a digest. */
static MUST_CHECK enum status write_file(struct writing *t, struct bytes file, struct buf *out)
{
    struct arena arena;
    struct buf plain;
    arena_init(&arena, TREE_MAX);
    buf_init(&plain, BODY_MAX);
    buf_init(&t->path, PATH_MAX_LEN);
    const struct json_value *root = NULL;
    enum status status = json_tree_read(file, &arena, &root, NULL);
    if (status == ST_OK) {
        write_body(t, root, &plain);
        char digest[17];
        (void)snprintf(digest, sizeof digest, "%016" PRIx64,
                       siphash_64((struct siphash_key){0}, buf_bytes(&plain)));
        t->digest = digest;
        write_body(t, root, out);
        t->digest = NULL;
        status = buf_ok(&plain) && buf_ok(&t->path) && buf_ok(out) ? ST_OK : ST_NO_MEMORY;
    }
    buf_release(&t->path);
    buf_release(&plain);
    arena_release(&arena);
    return status == ST_OK ? ST_OK : ST_NO_MEMORY;
}

enum status template_component(const struct server *server, struct buf *out)
{
    struct writing t = {.server = server};
    return write_file(&t, mappings_component_template, out);
}

enum status template_index(const struct server *server, bool has_custom, struct buf *out)
{
    struct writing t = {.server = server, .has_custom = has_custom};
    return write_file(&t, mappings_index_template, out);
}

enum status template_export(struct buf *out)
{
    const struct server server = server_complete();
    struct buf component;
    struct buf index;
    buf_init(&component, BODY_MAX);
    buf_init(&index, BODY_MAX);
    enum status status = template_component(&server, &component);
    if (status == ST_OK)
        status = template_index(&server, false, &index);
    struct json_writer w = json_writer_of(out);
    json_begin_object(&w);
    json_key(&w, "component_templates");
    json_begin_object(&w);
    json_key(&w, TEMPLATE_COMPONENT);
    json_raw(&w, status == ST_OK ? buf_bytes(&component) : BYTES_LITERAL("null"));
    json_end_object(&w);
    json_key(&w, "index_templates");
    json_begin_object(&w);
    json_key(&w, TEMPLATE_INDEX);
    json_raw(&w, status == ST_OK ? buf_bytes(&index) : BYTES_LITERAL("null"));
    json_end_object(&w);
    json_end_object(&w);
    buf_add_u8(out, '\n');
    buf_release(&component);
    buf_release(&index);
    return status == ST_OK && !buf_ok(out) ? ST_NO_MEMORY : status;
}
