#include "core/base/status.h"

#define STATUS_TEXT(name, text) [name] = text,
static const char *const STATUS_TEXTS[] = {STATUS_LIST(STATUS_TEXT)};
#undef STATUS_TEXT

const char *status_text(enum status status)
{
    if ((unsigned)status >= STATUS_COUNT)
        return "unknown status";
    return STATUS_TEXTS[status];
}
