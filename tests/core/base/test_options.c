#include "core/base/options.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

struct settings {
    const char *since;
    const char *config;
    int quiet;
};

static enum status set_since(void *settings, const char *value, struct error *err)
{
    if (strcmp(value, "never") == 0)
        return error_set(err, ST_INVALID, "\"never\" is no time");
    ((struct settings *)settings)->since = value;
    return ST_OK;
}

static enum status set_config(void *settings, const char *value, struct error *err)
{
    (void)err;
    ((struct settings *)settings)->config = value;
    return ST_OK;
}

static enum status set_quiet(void *settings, const char *value, struct error *err)
{
    (void)err;
    cr_assert_null(value);
    ((struct settings *)settings)->quiet++;
    return ST_OK;
}

static const struct option rows[] = {
    {.name = "since", .value = "T", .help = "", .set = set_since},
    {.name = "config",
     .value = "FILE",
     .help = "",
     .set = set_config,
     .letter = 'c',
     .habits = "--settings -f"},
    {.name = "quiet", .help = "", .set = set_quiet, .letter = 'q'},
    {.name = "help", .help = "", .set = set_quiet},
};
static const struct option_table table = {rows, sizeof rows / sizeof *rows};

struct result {
    struct settings settings;
    const char *words[16];
    struct operands operands;
    struct error err;
    enum status status;
};

static void parse(struct result *r, size_t count, const char *const *words)
{
    memset(r, 0, sizeof *r);
    r->operands.words = r->words;
    r->operands.count = count;
    for (size_t i = 0; i < count; i++)
        r->words[i] = words[i];
    r->status = options_parse(&table, &r->settings, &r->operands, &r->err);
}

#define PARSE(r, ...)                                  \
    do {                                               \
        const char *const words[] = {__VA_ARGS__};     \
        parse(r, sizeof words / sizeof *words, words); \
    } while (0)

Test(options, values_stand_behind_or_after_an_equals_sign)
{
    struct result r;
    PARSE(&r, "--since", "15m", "expression", "--config=a=b", "file");
    cr_assert_eq(r.status, ST_OK);
    cr_expect_str_eq(r.settings.since, "15m");
    cr_expect_str_eq(r.settings.config, "a=b");
    cr_assert_eq(r.operands.count, 2);
    cr_expect_str_eq(r.operands.words[0], "expression");
    cr_expect_str_eq(r.operands.words[1], "file");
}

Test(options, letters_are_short_forms)
{
    struct result r;
    PARSE(&r, "-c", "file", "-q", "-h");
    cr_assert_eq(r.status, ST_OK);
    cr_expect_str_eq(r.settings.config, "file");
    cr_expect_eq(r.settings.quiet, 2);
}

Test(options, a_value_may_look_like_an_option)
{
    struct result r;
    PARSE(&r, "--since", "-15m");
    cr_expect_eq(r.status, ST_OK);
    cr_expect_str_eq(r.settings.since, "-15m");
    PARSE(&r, "--since=");
    cr_expect_str_eq(r.settings.since, "");
}

Test(options, behind_two_dashes_everything_is_an_operand)
{
    struct result r;
    PARSE(&r, "-", "--", "--quiet", "--");
    cr_assert_eq(r.status, ST_OK);
    cr_expect_eq(r.settings.quiet, 0);
    cr_assert_eq(r.operands.count, 3);
    cr_expect_str_eq(r.operands.words[0], "-");
    cr_expect_str_eq(r.operands.words[1], "--quiet");
    cr_expect_str_eq(r.operands.words[2], "--");
}

Test(options, errors_say_what_was_meant)
{
    struct result r;
    PARSE(&r, "--sicne", "15m");
    cr_expect_eq(r.status, ST_INVALID);
    cr_expect_str_eq(r.err.text, "unknown option --sicne; did you mean --since?");
    PARSE(&r, "--bogus");
    cr_expect_str_eq(r.err.text, "unknown option --bogus");
    PARSE(&r, "-x");
    cr_expect_eq(r.status, ST_INVALID);
    PARSE(&r, "--since");
    cr_expect_str_eq(r.err.text, "--since needs a value: --since T");
    PARSE(&r, "--quiet=yes");
    cr_expect_str_eq(r.err.text, "--quiet takes no value");
    PARSE(&r, "--since", "never");
    cr_expect_str_eq(r.err.text, "--since: \"never\" is no time");
}

Test(options, habits_are_answered_with_the_option_that_is_meant)
{
    static const char *const typed[] = {"--settings", "--settings=x", "-f", "-fx"};
    struct result r;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        PARSE(&r, typed[i]);
        cr_expect_eq(r.status, ST_INVALID);
        cr_expect_not_null(strstr(r.err.text, "; did you mean --config?"), "%s", r.err.text);
    }
    PARSE(&r, "--setting");
    cr_expect_str_eq(r.err.text, "unknown option --setting");
    PARSE(&r, "-F");
    cr_expect_str_eq(r.err.text, "unknown option -F; options begin with --");
}
