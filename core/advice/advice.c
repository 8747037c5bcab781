#include "core/advice/advice.h"

#include "core/base/buf.h"
#include "core/base/display.h"
#include "core/kql/warnings.h"

/* Warnings shown of each kind, and octets of all of them. */
#define WARNINGS_MAX 16
#define WARNING_SIZE ((size_t)1024 * 1024)

/* Columns of the user's own words that a warning repeats. */
#define EXCERPT_MAX 80

/* Hands each warning on once, and no endless list. */
struct filter {
    advice_handler handler;
    void *context;
    struct buf said; /* lines */
    size_t count;
};

static void say_once(void *context, const char *warning)
{
    struct filter *const filter = context;
    const size_t at = filter->said.len;
    buf_add_format(&filter->said, "\n%s\n", warning);
    const struct bytes said = buf_bytes(&filter->said);
    const struct bytes line = bytes_slice(said, at, said.len);
    if (filter->count == WARNINGS_MAX || bytes_find(said, line) < at) {
        filter->said.len = at;
        return;
    }
    filter->count++;
    filter->handler(filter->context, warning);
}

static void add_excerpt(struct bytes text, struct buf *out)
{
    struct buf escaped;
    buf_init(&escaped, WARNING_SIZE);
    display_add(&escaped, text);
    (void)display_cut(out, buf_bytes(&escaped), EXCERPT_MAX);
    buf_release(&escaped);
}

void advice_give(const struct advice_subject *subject, enum advice_kind kind,
                 advice_handler handler, void *context)
{
    struct kql_warning warnings[WARNINGS_MAX];
    const bool with_guesses = kind == ADVICE_NOTHING;
    const size_t count =
        kql_warn(subject->text, subject->tree, subject->view, warnings, WARNINGS_MAX);
    struct buf line;
    buf_init(&line, WARNING_SIZE);
    for (size_t i = 0; i < count; i++) {
        const struct kql_warning *const w = &warnings[i];
        if (w->is_guess && !with_guesses)
            continue;
        buf_reset(&line);
        add_excerpt(bytes_slice(subject->text, w->at, w->end - w->at), &line);
        buf_add_format(&line, ": %s", w->message);
        buf_add_text(&line, w->hint[0] == '\0' ? "" : "; hint: ");
        display_add(&line, bytes_of(w->hint));
        handler(context, buf_text(&line));
    }
    buf_release(&line);
    if (!with_guesses)
        return;
    struct filter filter = {.handler = handler, .context = context};
    buf_init(&filter.said, WARNING_SIZE);
    spelling_check(subject->tree, say_once, &filter);
    buf_release(&filter.said);
}
