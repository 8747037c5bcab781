#include "core/dns/defect.h"

#include <assert.h>

static_assert(DEFECT_COUNT <= 32, "a set of defects is a uint32_t");

struct defect_words {
    const char *name;
    const char *meaning;
};

#define DEFECT_ROW(name, text, meaning, kept) {text, meaning},
static const struct defect_words DEFECTS[DEFECT_COUNT] = {DEFECT_LIST(DEFECT_ROW)};
#undef DEFECT_ROW

const char *defect_name(enum defect defect)
{
    assert(defect < DEFECT_COUNT);
    return DEFECTS[defect].name;
}

const char *defect_meaning(enum defect defect)
{
    assert(defect < DEFECT_COUNT);
    return DEFECTS[defect].meaning;
}
