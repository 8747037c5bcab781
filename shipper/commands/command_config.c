#include "shipper/commands/command_config.h"

#include "shipper/base/message.h"
#include "shipper/output/filter.h"

/* Octets of all problems. */
#define PROBLEMS_MAX ((size_t)64 * 1024)

enum status command_set_config(void *config, const char *value, struct error *err)
{
    if (value[0] == '\0')
        return error_set(err, ST_INVALID, "a file is missing");
    ((struct config *)config)->path = value;
    return ST_OK;
}

enum status command_set_help(void *settings, const char *value, struct error *err)
{
    (void)value;
    (void)err;
    ((struct command_settings *)settings)->wants_help = true;
    return ST_OK;
}

/* The octets of the first problem: a line, and the lines of an expression with its caret. */
static size_t problem_len(struct bytes text)
{
    for (size_t at = 0; at < text.len; at++) {
        if (text.data[at] == '\n' && (at + 1 == text.len || text.data[at + 1] != ' '))
            return at;
    }
    return text.len;
}

static void say_problems(const struct buf *problems)
{
    for (struct bytes rest = buf_bytes(problems); rest.len > 0;) {
        const size_t len = problem_len(rest);
        message_say("%.*s", (int)len, (const char *)rest.data);
        rest = bytes_slice(rest, len + 1, rest.len);
    }
}

enum status command_load_config(struct config *config, const struct config *given)
{
    const char *const path = config_find(given->path);
    enum status status = ST_OK;
    config_init(config);
    if (path != NULL) {
        struct buf problems;
        buf_init(&problems, PROBLEMS_MAX);
        status = config_load(config, path, &problems);
        say_problems(&problems);
        buf_release(&problems);
    }
    if (status == ST_OK)
        config_finish(config, given);
    return status;
}

static void say_warning(void *context, const char *warning)
{
    (void)context;
    message_say("warning: filter: %s", warning);
}

void command_say_filter(const struct config *config)
{
    if (config->common.filter != NULL)
        filter_warnings(config->common.filter, say_warning, NULL);
}
