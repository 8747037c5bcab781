#include "core/kql/syntax_error.h"

void kql_syntax_error(const struct kql_failure *failure, struct kql_error *error)
{
    *error = (struct kql_error){
        .kind = KQL_ERROR_SYNTAX, .at = failure->at, .related_at = SIZE_MAX, .message = "syntax"};
    for (const struct kql_group *group = failure->group; group != NULL; group = group->outer) {
        if (group->close == '>' &&
            memchr(failure->text.data + failure->at, '>', failure->text.len - failure->at) == NULL)
            error->at = group->at;
    }
}
