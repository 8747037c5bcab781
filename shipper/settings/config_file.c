#include "shipper/settings/config_file.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/base/buf.h"

/* Sections within sections. */
#define DEPTH_MAX 8
/* Octets of a key with its sections, and of a value with its variables put in. */
#define KEY_MAX   ((size_t)256)
#define VALUE_MAX ((size_t)64 * 1024)

struct reader {
    yaml_parser_t parser;
    config_handler handler;
    void *context;
    struct buf key;
    yaml_mark_t key_mark; /* of the last part of it */
    struct buf value;
    struct error *err;
};

static enum status wrong(struct reader *r, yaml_mark_t mark, const char *what)
{
    return error_set(r->err, ST_INVALID, "%zu:%zu: %s", mark.line + 1, mark.column + 1, what);
}

static enum status next_event(struct reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event) != 0)
        return ST_OK;
    if (r->parser.error == YAML_MEMORY_ERROR)
        return error_set(r->err, ST_NO_MEMORY, "memory is exhausted");
    /* A filter without quotes is the usual cause. */
    const bool is_colon =
        strcmp(r->parser.problem, "mapping values are not allowed in this context") == 0;
    const char *const problem =
        is_colon ? "a value with \": \" in it needs quotes around it" : r->parser.problem;
    const bool is_octet = r->parser.error == YAML_READER_ERROR;
    return is_octet ? error_set(r->err, ST_INVALID, "1:1: %s, at octet %zu", problem,
                                r->parser.problem_offset)
                    : wrong(r, r->parser.problem_mark, problem);
}

/* --- Variables -------------------------------------------------------------------------------- */

/* Appends the value of what stands between ${ and }. */
static enum status add_variable(struct reader *r, struct bytes inside, yaml_mark_t mark)
{
    char name[128];
    const size_t colon = bytes_find(inside, BYTES_LITERAL(":"));
    const bool has_default = colon < inside.len;
    const size_t len = has_default ? colon : inside.len;
    if (len == 0 || len >= sizeof name)
        return wrong(r, mark, "${} needs the name of an environment variable");
    memcpy(name, inside.data, len);
    name[len] = '\0';
    const char *const value = getenv(name);
    if (value != NULL && (value[0] != '\0' || !has_default)) {
        buf_add_text(&r->value, value);
    } else if (has_default) {
        buf_add(&r->value, bytes_slice(inside, colon + 1, inside.len));
    } else {
        return error_set(r->err, ST_INVALID,
                         "%zu:%zu: the environment variable %s is not set; ${%s:text} gives it a "
                         "default",
                         mark.line + 1, mark.column + 1, name, name);
    }
    return ST_OK;
}

/* Puts the text into r->value, with its variables. */
static enum status expand(struct reader *r, struct bytes text, yaml_mark_t mark)
{
    buf_reset(&r->value);
    while (text.len > 0) {
        assert(text.data != NULL);
        const size_t at = bytes_find(text, BYTES_LITERAL("${"));
        buf_add(&r->value, bytes_slice(text, 0, at));
        text = bytes_slice(text, at, text.len);
        if (text.len == 0)
            break;
        if (at > 0 && r->value.data[r->value.len - 1] == '$') {
            buf_add_u8(&r->value, '{');
            text = bytes_slice(text, 2, text.len);
            continue;
        }
        const size_t end = bytes_find(text, BYTES_LITERAL("}"));
        if (end == SIZE_MAX)
            return wrong(r, mark, "} is missing behind ${");
        const enum status status = add_variable(r, bytes_slice(text, 2, end - 2), mark);
        if (status != ST_OK)
            return status;
        text = bytes_slice(text, end + 1, text.len);
    }
    return buf_ok(&r->value) ? ST_OK : wrong(r, mark, "the value is too long");
}

/* --- Steps ------------------------------------------------------------------------------------ */

static enum status say(struct reader *r, enum config_kind kind, const char *text, yaml_mark_t mark)
{
    const struct config_entry entry = {
        .kind = kind,
        .key = buf_text(&r->key),
        .text = text,
        .key_line = r->key_mark.line + 1,
        .key_column = r->key_mark.column + 1,
        .line = mark.line + 1,
        .column = mark.column + 1,
    };
    return r->handler(r->context, &entry, r->err);
}

static bool is_nothing(const yaml_event_t *event)
{
    static const char *const words[] = {"", "~", "null"};
    if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp((const char *)event->data.scalar.value, words[i]) == 0)
            return true;
    }
    return false;
}

static enum status read_scalar(struct reader *r, const yaml_event_t *event, enum config_kind kind)
{
    const yaml_mark_t mark = event->start_mark;
    const struct bytes text = {event->data.scalar.value, event->data.scalar.length};
    if (memchr(text.data, '\0', text.len) != NULL)
        return wrong(r, mark, "a value cannot hold NUL");
    if (is_nothing(event))
        return kind == CONFIG_ITEM ? wrong(r, mark, "this item is empty")
                                   : say(r, CONFIG_NOTHING, "", mark);
    const enum status status = expand(r, text, mark);
    return status != ST_OK ? status : say(r, kind, buf_text(&r->value), mark);
}

static enum status read_list(struct reader *r)
{
    enum status status = ST_OK;
    bool is_end = false;
    while (status == ST_OK && !is_end) {
        yaml_event_t event;
        status = next_event(r, &event);
        if (status != ST_OK)
            return status;
        is_end = event.type == YAML_SEQUENCE_END_EVENT;
        if (event.type == YAML_SCALAR_EVENT)
            status = read_scalar(r, &event, CONFIG_ITEM);
        else if (!is_end)
            status = wrong(r, event.start_mark, "the items of a list are texts");
        yaml_event_delete(&event);
    }
    return status;
}

static enum status read_section(struct reader *r, unsigned depth);

/* The value of r->key; recursion ends at DEPTH_MAX. */
static enum status read_value(struct reader *r, unsigned depth)
{
    yaml_event_t event;
    enum status status = next_event(r, &event);
    if (status != ST_OK)
        return status;
    const yaml_mark_t mark = event.start_mark;
    if (event.type == YAML_SCALAR_EVENT) {
        status = read_scalar(r, &event, CONFIG_SCALAR);
    } else if (event.type == YAML_SEQUENCE_START_EVENT) {
        status = say(r, CONFIG_LIST, "", mark);
        if (status == ST_OK)
            status = read_list(r);
    } else if (event.type == YAML_MAPPING_START_EVENT) {
        status = say(r, CONFIG_SECTION, "", mark);
        if (status == ST_OK)
            status = read_section(r, depth + 1);
    } else {
        status = wrong(r, mark, "aliases are not understood here; write the value again");
    }
    yaml_event_delete(&event);
    return status;
}

/* Appends a key to those of the sections around it. */
static enum status enter(struct reader *r, const yaml_event_t *event)
{
    if (event->type != YAML_SCALAR_EVENT || event->data.scalar.length == 0 ||
        memchr(event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
        return wrong(r, event->start_mark, "a key is expected here");
    r->key_mark = event->start_mark;
    if (r->key.len > 0)
        buf_add_u8(&r->key, '.');
    buf_add(&r->key, (struct bytes){event->data.scalar.value, event->data.scalar.length});
    return buf_ok(&r->key) ? ST_OK : wrong(r, event->start_mark, "the key is too long");
}

/* The keys up to the end of a section. */
static enum status read_section(struct reader *r, unsigned depth)
{
    const size_t outer = r->key.len;
    yaml_event_t event;
    enum status status = next_event(r, &event);
    while (status == ST_OK && event.type != YAML_MAPPING_END_EVENT) {
        status = depth < DEPTH_MAX ? enter(r, &event)
                                   : wrong(r, event.start_mark, "sections are nested too deep");
        yaml_event_delete(&event);
        if (status == ST_OK)
            status = read_value(r, depth);
        if (status != ST_OK)
            return status;
        r->key.len = outer;
        status = next_event(r, &event);
    }
    if (status == ST_OK)
        yaml_event_delete(&event);
    return status;
}

/* The whole file: nothing, or one document with keys. */
static enum status read_stream(struct reader *r)
{
    for (bool is_read = false;;) {
        yaml_event_t event;
        enum status status = next_event(r, &event);
        if (status != ST_OK)
            return status;
        const yaml_event_type_t type = event.type;
        const yaml_mark_t mark = event.start_mark;
        const bool is_empty = type == YAML_SCALAR_EVENT && is_nothing(&event);
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT)
            return ST_OK;
        if (type == YAML_DOCUMENT_START_EVENT && is_read)
            return wrong(r, mark, "a second document begins here; only one is read");
        if (type == YAML_MAPPING_START_EVENT)
            status = read_section(r, 0);
        else if (type == YAML_SEQUENCE_START_EVENT || (type == YAML_SCALAR_EVENT && !is_empty))
            status = wrong(r, mark, "a key and its value are expected: key: value");
        if (status != ST_OK)
            return status;
        is_read = is_read || type == YAML_DOCUMENT_END_EVENT;
    }
}

enum status config_file_read(struct bytes text, config_handler handler, void *context,
                             struct error *err)
{
    struct error ignored;
    struct reader r = {.handler = handler, .context = context, .err = err != NULL ? err : &ignored};
    if (yaml_parser_initialize(&r.parser) == 0)
        return error_set(err, ST_NO_MEMORY, "memory is exhausted");
    yaml_parser_set_input_string(&r.parser, text.data, text.len);
    buf_init(&r.key, KEY_MAX);
    buf_init(&r.value, VALUE_MAX);
    const enum status status = read_stream(&r);
    buf_release(&r.value);
    buf_release(&r.key);
    yaml_parser_delete(&r.parser);
    return status;
}
