#include "query/questions/question.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "core/base/time_text.h"
#include "core/json/writer.h"
#include "core/kql/error_print.h"
#include "core/kql/warnings.h"
#include "query/base/local_zone.h"

/* Octets of the tree and of time zones, of a file that holds a data view, of a message. */
#define ARENA_MAX   ((size_t)64 * 1024 * 1024)
#define FILE_MAX    ((size_t)256 * 1024 * 1024)
#define MESSAGE_MAX ((size_t)1024 * 1024)
#define ZONE_MAX    4096

/* Habits that are looked through for the one that explains a fault. */
#define WARNINGS_MAX 16

/* Octets read at once. */
#define CHUNK ((size_t)64 * 1024)

static enum status read_file(const char *path, struct buf *content, struct error *err)
{
    FILE *const file = fopen(path, "re");
    if (file == NULL)
        return error_set_os(err, ST_IO, errno, "%s: cannot open", path);
    size_t got = 1;
    while (got > 0 && buf_ok(content)) {
        uint8_t *const to = buf_space(content, CHUNK);
        got = to == NULL ? 0 : fread(to, 1, CHUNK, file);
        buf_wrote(content, got);
    }
    const bool has_failed = ferror(file) != 0;
    const int os_error = errno;
    (void)fclose(file);
    if (has_failed)
        return error_set_os(err, ST_IO, os_error, "%s: cannot read", path);
    if (!buf_ok(content))
        return error_set(err, ST_LIMIT, "%s: too large for a data view", path);
    return ST_OK;
}

static enum status read_view(struct question *question, const char *name, struct error *err)
{
    question->has_no_view = name != NULL && strcmp(name, "none") == 0;
    if (name == NULL || question->has_no_view)
        return ST_OK;
    struct buf content;
    buf_init(&content, FILE_MAX);
    enum status status = read_file(name, &content, err);
    if (status == ST_OK) {
        status = data_view_read(buf_bytes(&content), &question->read_view, err);
        if (status != ST_OK)
            error_prefix(err, "%s", name);
    }
    buf_release(&content);
    if (status != ST_OK)
        error_prefix(err, "--data-view");
    return status;
}

/* A zone that only the C library can read (TZ=CET-1CEST) becomes its offset of today. */
static void use_offset_of_today(struct question *question)
{
    const time_t now = (time_t)(question->now_ns / NS_PER_S);
    struct tm clock = {0};
    const long offset_s = localtime_r(&now, &clock) == NULL ? 0 : clock.tm_gmtoff;
    const long minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
    buf_reset(&question->zone_name);
    buf_add_format(&question->zone_name, "%c%02ld:%02ld", offset_s < 0 ? '-' : '+', minutes / 60,
                   minutes % 60);
}

static enum status find_zone(struct question *question, const char *name, struct error *err)
{
    buf_init(&question->zone_name, ZONE_MAX);
    if (name != NULL)
        buf_add_text(&question->zone_name, name);
    else
        local_zone_name(&question->zone_name);
    enum status status =
        time_zone_find(buf_bytes(&question->zone_name), &question->arena, &question->zone);
    if (status != ST_OK && name == NULL) {
        use_offset_of_today(question);
        status = time_zone_find(buf_bytes(&question->zone_name), &question->arena, &question->zone);
    }
    if (status == ST_OK)
        return ST_OK;
    return error_set(err, ST_INVALID,
                     "--time-zone %s: no such time zone; write it as Europe/Berlin or +02:00",
                     buf_text(&question->zone_name));
}

enum status question_init(struct question *question, const struct settings *settings,
                          const char *text, struct question_fault *fault)
{
    *question = (struct question){.text = bytes_of(text)};
    *fault = (struct question_fault){.other.status = ST_OK};
    arena_init(&question->arena, ARENA_MAX);
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    question->now_ns = (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
    enum status status = find_zone(question, settings->time_zone, &fault->other);
    if (status == ST_OK)
        status = read_view(question, settings->data_view, &fault->other);
    if (status == ST_OK)
        status = kql_parse(question->text, &question->arena, &question->tree, &fault->kql);
    return status;
}

void question_release(struct question *question)
{
    data_view_free(question->read_view);
    buf_release(&question->zone_name);
    arena_release(&question->arena);
}

const struct data_view *question_view(const struct question *question)
{
    return question->read_view != NULL ? question->read_view : data_view_builtin();
}

const char *question_zone(struct question *question)
{
    const bool is_utc = question->zone->count == 0 && question->zone->first_offset_s == 0;
    return is_utc ? NULL : buf_text(&question->zone_name);
}

const char *question_zone_shown(struct question *question)
{
    const char *const name = question_zone(question);
    return name == NULL ? "UTC" : name;
}

static const char *kind_name(const struct kql_error *fault)
{
    switch (fault->kind) {
    case KQL_ERROR_NONE:
        return "none";
    case KQL_ERROR_SYNTAX:
        return "syntax";
    case KQL_ERROR_NESTED:
        return "nested";
    case KQL_ERROR_SCRIPTED:
        return "scripted";
    case KQL_ERROR_UNSUPPORTED:
        return "unsupported";
    case KQL_ERROR_TYPE:
        return "type";
    case KQL_ERROR_LIMIT:
        return "limit";
    }
    return "none";
}

static void write_json(const struct kql_error *fault, struct buf *out)
{
    struct json_writer w = json_writer_of(out);
    json_begin_object(&w);
    json_key(&w, "error");
    json_begin_object(&w);
    json_key(&w, "kind");
    json_text(&w, kind_name(fault));
    json_key(&w, "offset");
    json_u64(&w, fault->at);
    json_key(&w, "message");
    json_text(&w, fault->message);
    if (fault->hint[0] != '\0') {
        json_key(&w, "hint");
        json_text(&w, fault->hint);
    }
    json_end_object(&w);
    json_end_object(&w);
    buf_add_u8(out, '\n');
}

/* A value that a type cannot read is often a habit of another language: then that is said. */
static struct kql_error with_habit(struct bytes text, const struct kql_error *fault)
{
    struct kql_error said = *fault;
    struct kql_error ignored;
    struct kql_warning warnings[WARNINGS_MAX];
    const struct kql_node *tree = NULL;
    struct arena arena;
    arena_init(&arena, ARENA_MAX);
    size_t count = 0;
    if (fault->kind == KQL_ERROR_TYPE && kql_parse(text, &arena, &tree, &ignored) == ST_OK)
        count = kql_warn(text, tree, NULL, warnings, WARNINGS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct kql_warning *const w = &warnings[i];
        if (fault->at < w->at || fault->at >= w->end || w->hint[0] == '\0')
            continue;
        (void)snprintf(said.message, sizeof said.message, "%s", w->message);
        (void)snprintf(said.hint, sizeof said.hint, "%s", w->hint);
        break;
    }
    arena_release(&arena);
    return said;
}

void question_say_fault(struct bytes text, const struct kql_error *fault, bool as_json, FILE *out,
                        FILE *err)
{
    const struct kql_error said = with_habit(text, fault);
    struct buf message;
    buf_init(&message, MESSAGE_MAX);
    if (as_json) {
        write_json(&said, &message);
    } else {
        buf_add_text(&message, "dnsight: ");
        kql_error_print(text, &said, &message);
    }
    (void)fwrite(message.data, 1, message.len, as_json ? out : err);
    buf_release(&message);
}
