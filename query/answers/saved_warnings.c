#include "query/answers/saved_warnings.h"

#include "core/advice/advice.h"
#include "core/kql/parser.h"

struct saying {
    const struct saved_query *query;
    struct messages *messages;
};

static void say(void *context, const char *warning)
{
    const struct saying *const saying = context;
    message_note(saying->messages, "warning: %s: %s", saying->query->name, warning);
}

/* Steps often ask the same and count it by different fields. */
static bool is_repeated(const struct bytes *texts, size_t last)
{
    for (size_t i = 0; i < last; i++) {
        if (bytes_equal(texts[i], texts[last]))
            return true;
    }
    return false;
}

void saved_warnings_say(struct saved_query *query, const struct saved_values *values,
                        const struct data_view *view, struct messages *messages)
{
    struct saying saying = {query, messages};
    struct bytes texts[SAVED_STEPS_MAX];
    for (size_t i = 0; i < query->step_count; i++) {
        struct error err = {.status = ST_OK};
        struct kql_error fault = {.kind = KQL_ERROR_NONE};
        struct advice_subject subject = {.view = view};
        texts[i] = (struct bytes){0};
        if (saved_kql(query, &query->steps[i], values, &texts[i], &err) != ST_OK ||
            is_repeated(texts, i) ||
            kql_parse(texts[i], &query->arena, &subject.tree, &fault) != ST_OK)
            continue;
        subject.text = texts[i];
        advice_give(&subject, ADVICE_CERTAIN, say, &saying);
    }
}
