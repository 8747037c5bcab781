/* Data views from JSON text: any text gives a view whose fields can be found, or a reason. */
#include <assert.h>
#include <stdint.h>

#include "core/document/data_view.h"
#include "tests/fuzz/harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct data_view *view = NULL;
    struct error err = {0};
    const enum status status = data_view_read((struct bytes){data, size}, &view, &err);
    if (status != ST_OK) {
        assert(view == NULL && err.text[0] != '\0');
        return 0;
    }
    for (uint16_t i = 0; i < view->count; i++) {
        const struct data_view_field *const field = &view->fields[i];
        assert(data_view_find(view, data_view_field_name(field)) == i);
        assert(field->nested == FIELD_NONE || view->fields[field->nested].type == FIELD_NESTED);
        assert(field->alias_of == FIELD_NONE || field->alias_of < view->count);
    }
    data_view_free(view);
    return 0;
}
